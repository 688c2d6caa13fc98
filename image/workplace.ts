// A folder in memory in which a root is put together, and a way to run programs inside that root. Called by root.ts and card.ts.
// Everything is gone at the end: the folder is a mount, and programs run in namespaces of their own.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../provisioning/package/place.js'

const ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8', DEBIAN_FRONTEND: 'noninteractive' }
/** Words of a failed program that are shown. */
const TAIL_LINES = 40

const folders = new Set<string>()
const children = new Set<ChildProcess>()

const removeFolder = (folder: string): void => {
  folders.delete(folder)
  // Lazily: a program that was just killed may hold a file for a moment.
  spawnSync('umount', ['--lazy', folder], { stdio: 'ignore' })
  rmdirSync(folder)
}

// Also a build that is broken off leaves nothing: neither a program of its own nor memory that nobody gives back.
process.on('exit', () => {
  for (const child of children) child.kill('SIGTERM')
  for (const folder of folders) removeFolder(folder)
})

/** Do `work` in an empty folder in memory; order of its entries depends on nothing but what is done there. */
export const inMemory = async <Result>(size: string, work: (folder: string) => Promise<Result>): Promise<Result> => {
  const folder = mkdtempSync(join(tmpdir(), 'baton-image-'))
  run('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=755`, 'baton-image', folder])
  folders.add(folder)
  try {
    return await work(folder)
  } finally {
    removeFolder(folder)
  }
}

/** Run a program to its end without holding up this one; `onTick` is asked every few seconds. Throws with its last words. */
export const runLong = (
  file: string,
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; onTick?: () => void; deadlineMs: number; input?: string }
): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(file, args, { env: { ...process.env, ...options.env }, stdio: ['pipe', 'pipe', 'pipe'] })
    children.add(child)
    // A program that ends before it has read all: its exit code says what that was worth.
    child.stdin.on('error', () => undefined)
    child.stdin.end(options.input)
    let words = ''
    let out = ''
    child.stdout.on('data', (bytes: Buffer) => {
      out += bytes
      words += bytes
    })
    child.stderr.on('data', (bytes: Buffer) => {
      words += bytes
    })
    const ticker = setInterval(() => options.onTick?.(), 15_000)
    const deadline = setTimeout(() => child.kill('SIGKILL'), options.deadlineMs)
    const end = (): void => {
      children.delete(child)
      clearInterval(ticker)
      clearTimeout(deadline)
    }
    child.on('error', error => {
      end()
      reject(error)
    })
    child.on('close', (code, signal) => {
      end()
      if (code === 0) return resolve(out)
      const why =
        signal === null ? `exited with ${code}` : `was ended by ${signal} (${options.deadlineMs / 60_000} min at most)`
      reject(
        new Error(
          `\`${[file, ...args].join(' ').slice(0, 300)}\` ${why}:\n${words.trim().split('\n').slice(-TAIL_LINES).join('\n')}`
        )
      )
    })
  })

const INSIDE = `set -e
root=$1
shift
mount -t proc proc "$root/proc"
mount -t tmpfs tmpfs "$root/tmp"
mount -t tmpfs tmpfs "$root/run"
exec chroot "$root" "$@"`

/** Run a program inside the root, in a mount and process namespace that ends with it; what it said. */
export const runInside = (root: string, args: readonly string[], env: NodeJS.ProcessEnv, deadlineMs: number) =>
  runLong('unshare', ['--mount', '--pid', '--fork', '--kill-child=KILL', 'sh', '-c', INSIDE, 'sh', root, ...args], {
    env: { ...ENVIRONMENT, ...env },
    deadlineMs
  })
