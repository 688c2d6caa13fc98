// Verifies that a mocha test fails against a sabotaged copy, and passes without it. Called by command.ts and the tests.
// The copy gets a mirror of what is compiled, so that the test's own imports lead to the sabotaged files.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildCopy } from './build.js'
import type { Sabotage } from './entry.js'

/** The repository, seen from dist/test/simulator/sabotage. */
const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))
const MOCHA = join(ROOT, 'node_modules/mocha/bin/mocha.js')
const TEST_MS = 60_000

interface Stats {
  readonly passes: number
  readonly failures: number
}

/** Runs the tests of that title under that root; mocha's own count, or null where it could not even begin. */
const runTest = (root: string, file: string, title: string): Stats | null => {
  const test = join(root, 'dist/test', `${file}.js`)
  const words = [MOCHA, test, '--fgrep', title, '--reporter', 'json', '--exit']
  const result = spawnSync(process.execPath, words, { cwd: ROOT, encoding: 'utf8', timeout: TEST_MS })
  try {
    const { stats } = JSON.parse(result.stdout.slice(result.stdout.indexOf('{'))) as { stats: Stats }
    return stats
  } catch {
    return null
  }
}

/** A root like the repository's, with the compiled files of `src` and of the test's folder, and the sabotaged ones laid over. */
const makeMirror = (folder: string, file: string): string => {
  const mirror = join(folder, `mirror.${process.pid}`)
  rmSync(mirror, { recursive: true, force: true })
  mkdirSync(mirror, { recursive: true })
  for (const name of readdirSync(ROOT))
    if (!name.startsWith('.') && name !== 'dist') symlinkSync(join(ROOT, name), join(mirror, name))
  for (const part of ['src', join('test', dirname(file))])
    cpSync(join(ROOT, 'dist', part), join(mirror, 'dist', part), { recursive: true })
  cpSync(join(folder, 'src'), join(mirror, 'dist/src'), { recursive: true })
  return mirror
}

/** null = the test passes as shipped and fails with the sabotage; else what went otherwise. */
export const whyNotShown = (sabotage: Sabotage): string | null => {
  const { shown } = sabotage
  if (shown.by !== 'test') return `${sabotage.name} is shown by runs, not by a test`
  const { file, title } = shown
  const name = `test/${file}.ts, "${title}"`
  const shipped = runTest(ROOT, file, title)
  if (shipped === null || shipped.failures > 0 || shipped.passes === 0)
    return `${name}: does not pass against the shipped source`
  const mirror = makeMirror(buildCopy(sabotage).folder, file)
  try {
    const broken = runTest(mirror, file, title)
    if (broken === null) return `${name}: could not be run against the sabotaged copy`
    return broken.failures > 0 ? null : `${name}: passes although ${sabotage.gone}`
  } finally {
    rmSync(mirror, { recursive: true, force: true })
  }
}
