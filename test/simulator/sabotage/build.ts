// Makes a sabotaged copy: the core's source, edited by exact replacement of text, compiled with the repository's compiler into `.cache`.
// Called by hunt.ts and by-test.ts. Never writes outside its cache; the shipped source has no switch for any of this.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Edit, Sabotage } from './entry.js'

/** The repository, seen from dist/test/simulator/sabotage. */
const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))
const CACHE = join(ROOT, '.cache/sabotage')
const CORE = 'core'
/** Copies that may stay in the cache; older ones go. */
const COPIES_MAX = 200
const COMPILE_MS = 120_000

export interface Copy {
  /** Holds `src`, as edited and compiled. */
  readonly folder: string
  /** URL of its core, for `loadCore`. */
  readonly core: string
}

/** The text after one edit; throws with the file's name where `find` does not stand there exactly once. */
export const applyEdit = (name: string, text: string, edit: Edit): string => {
  const count = text.split(edit.find).length - 1
  if (count !== 1)
    throw new Error(
      `sabotage ${name}: in src/${edit.file} this text stands ${count} times, not once, so the edit would be empty or wrong. ` +
        `Follow the change of that file in test/simulator/sabotage: ${JSON.stringify(edit.find)}`
    )
  return text.replace(edit.find, () => edit.replace)
}

/** The files of the copy, by path from `src`: the whole core, and whatever else is edited. */
export const editedSources = (sabotage: Sabotage): ReadonlyMap<string, string> => {
  const read = (file: string): string => readFileSync(join(ROOT, 'src', file), 'utf8')
  const files = new Map<string, string>()
  for (const file of readdirSync(join(ROOT, 'src', CORE)).sort())
    if (file.endsWith('.ts')) files.set(`${CORE}/${file}`, read(`${CORE}/${file}`))
  for (const edit of sabotage.edits)
    files.set(edit.file, applyEdit(sabotage.name, files.get(edit.file) ?? read(edit.file), edit))
  return files
}

const options = (checked: boolean): string => {
  const base = JSON.parse(readFileSync(join(ROOT, 'tsconfig.base.json'), 'utf8')) as { compilerOptions: object }
  const compilerOptions = {
    ...base.compilerOptions,
    rootDir: 'source',
    outDir: 'src',
    composite: false,
    declaration: false,
    sourceMap: false,
    // What a rule needed may now be unused.
    noUnusedLocals: false,
    noUnusedParameters: false,
    // Another room's file is compiled alone: what it imports is not in the copy.
    ...(checked ? {} : { noCheck: true, noResolve: true })
  }
  return JSON.stringify({ compilerOptions, include: ['source/**/*.ts'] })
}

const compile = (sabotage: Sabotage, folder: string, files: ReadonlyMap<string, string>): void => {
  for (const [file, text] of files) {
    mkdirSync(dirname(join(folder, 'source', file)), { recursive: true })
    writeFileSync(join(folder, 'source', file), text)
  }
  const checked = [...files.keys()].every(file => file.startsWith(`${CORE}/`))
  writeFileSync(join(folder, 'tsconfig.json'), options(checked))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n')
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  const result = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8', timeout: COMPILE_MS })
  if (result.status === 0) return
  const words = `${result.stdout}${result.stderr}`.trim().split('\n').slice(0, 20).join('\n')
  throw new Error(`sabotage ${sabotage.name}: the edited copy does not compile; mend its edit:\n${words}`)
}

const pruneCache = (): void => {
  const names = readdirSync(CACHE)
  if (names.length <= COPIES_MAX) return
  for (const name of names) rmSync(join(CACHE, name), { recursive: true, force: true })
}

/** Compile the copy, or find it compiled: its folder's name is a digest of everything that goes into it. */
export const buildCopy = (sabotage: Sabotage): Copy => {
  const files = editedSources(sabotage)
  const hash = createHash('sha256')
  for (const [file, text] of files) hash.update(file).update('\0').update(text).update('\0')
  hash.update(readFileSync(fileURLToPath(import.meta.url)))
  hash.update(readFileSync(join(ROOT, 'tsconfig.base.json')))
  const folder = join(CACHE, hash.digest('hex').slice(0, 24))
  const copy = { folder, core: pathToFileURL(join(folder, 'src', CORE)).href.concat('/') }
  if (existsSync(folder)) return copy
  mkdirSync(CACHE, { recursive: true })
  pruneCache()
  const making = `${folder}.${process.pid}`
  rmSync(making, { recursive: true, force: true })
  mkdirSync(making)
  try {
    compile(sabotage, making, files)
    if (!existsSync(folder)) renameSync(making, folder)
  } catch (error) {
    rmSync(making, { recursive: true, force: true })
    throw error
  }
  rmSync(making, { recursive: true, force: true })
  return copy
}
