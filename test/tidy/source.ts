// Reads the repository's own files for the tidy tests: names, text, imports. Called by test/tidy only; changes nothing.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, extname, join, normalize } from 'node:path'

export interface SourceFile {
  /** From the repository's root, with slashes. */
  readonly path: string
  readonly text: string
}

export interface Import {
  /** As written: `./x.js`, `node:fs`, `execa`. */
  readonly specifier: string
  /** The file meant, from the repository's root and ending in `.ts`; null for packages and Node's own modules. */
  readonly target: string | null
  /** `import type` or `export type`: gone after compilation. */
  readonly typeOnly: boolean
}

const FOLDERS = ['src', 'board', 'provisioning', 'image', 'test', '.ci']
const TEXT = new Set(['.ts', '.cjs', '.sh', '.pl', '.md', '.yaml', '.yml', '.json', '.service', '.conf', ''])

const walk = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? walk(path) : [path]
  })

/** Every file of the rooms, and the root's pages, in the order of their names. Tests run in the repository's root. */
export const readRepository = (): readonly SourceFile[] => {
  const roots = readdirSync('.').filter(name => /\.(md|json)$/.test(name) && name !== 'package-lock.json')
  return [...roots, ...FOLDERS.filter(folder => existsSync(folder)).flatMap(walk)]
    .filter(path => TEXT.has(extname(path)))
    .sort()
    .map(path => ({ path, text: readFileSync(path, 'utf8') }))
}

/** The code without comments and without what stands between quotes; lines keep their numbers. */
export const codeOf = (text: string): string =>
  text.replace(/\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g, hit =>
    hit.replace(/[^\n]/g, ' ')
  )

const STATEMENT = /^(import|export)\s+(type\s+)?(?:[^'"();]*?\sfrom\s+)?'([^']+)'/gm
const DYNAMIC = /\bimport\(\s*'([^']+)'\s*\)/g

/** Every import and re-export of one TypeScript file, dynamic ones included. */
export const importsOf = (file: SourceFile): readonly Import[] => {
  const make = (specifier: string, typeOnly: boolean): Import => ({
    specifier,
    typeOnly,
    target: specifier.startsWith('.') ? normalize(join(dirname(file.path), specifier)).replace(/\.js$/, '.ts') : null
  })
  return [
    ...[...file.text.matchAll(STATEMENT)].map(hit => make(hit[3] ?? '', hit[2] !== undefined)),
    ...[...file.text.matchAll(DYNAMIC)].map(hit => make(hit[1] ?? '', false))
  ]
}

/** `path:line: words` of each line of the text that the pattern hits. */
export const hitsOf = (file: SourceFile, text: string, pattern: RegExp): readonly string[] =>
  text.split('\n').flatMap((line, at) => (pattern.test(line) ? [`${file.path}:${at + 1}: ${line.trim()}`] : []))
