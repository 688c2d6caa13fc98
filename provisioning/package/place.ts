// Where the package build works and what it is called. Used by all of this folder; makes nothing.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

export const ARCHITECTURES = ['arm64', 'amd64'] as const
export type Architecture = (typeof ARCHITECTURES)[number]

/** Debian release that the packages are for. */
export const RELEASE = 'trixie'

/** The repository; every npm command runs there. */
export const ROOT = process.cwd()
export const FILES = join(ROOT, 'provisioning/package/files')
/** Results; ignored by git. */
export const BUILD = join(ROOT, 'build')
/** Downloads and tools, shared by all working copies of this user; may be removed at any time. */
export const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'baton')

export const VERSION = (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version

export const packageFile = (architecture: Architecture): string => join(BUILD, `baton_${VERSION}_${architecture}.deb`)

export const say = (text: string): void => {
  process.stderr.write(`baton: ${text}\n`)
}

/** Run a program to its end; its output. Throws with its last words: a build has nothing to save. */
export const run = (file: string, args: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}) => {
  const result = spawnSync(file, args, {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...process.env, LC_ALL: 'C.UTF-8', ...options.env }
  })
  if (result.status === 0) return result.stdout
  const words = [result.error?.message, result.stdout, result.stderr].filter(Boolean).join('\n').trim()
  throw new Error(`\`${[file, ...args].join(' ')}\` failed:\n${words.split('\n').slice(-30).join('\n')}`)
}

/** Seconds of the clock that all files carry: SOURCE_DATE_EPOCH, else the latest commit. */
export const sourceEpoch = (): number => {
  const given = process.env.SOURCE_DATE_EPOCH
  if (given !== undefined && /^\d{1,10}$/.test(given)) return Number(given)
  try {
    return Number(run('git', ['-c', 'safe.directory=*', 'log', '-1', '--format=%ct'], { cwd: ROOT }).trim())
  } catch {
    throw new Error('no date for the files: this is no git clone; set SOURCE_DATE_EPOCH to seconds since 1970')
  }
}
