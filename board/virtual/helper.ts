// A perl helper that waits for commands, one line each, and answers one line each. Used by power, cables and switch.
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

export interface Helper {
  readonly pid: number
  /** Send one command; resolves with the answer's words after `ok`. Rejects on `error …` and when the helper ends. */
  ask(command: string): Promise<string>
  close(): void
}

interface Waiting {
  readonly command: string
  readonly resolve: (answer: string) => void
  readonly reject: (error: Error) => void
}

/**
 * Start a helper. `greets`: wait for its first line (`ready`) before use.
 * Throws when it cannot be started; what it says on standard error goes to ours.
 */
export const startHelper = async (
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  greets: boolean
): Promise<Helper> => {
  const child: ChildProcess = spawn(file, [...args], { stdio: ['pipe', 'pipe', 'inherit'], env })
  const { stdin, stdout } = child
  if (stdin === null || stdout === null) throw new Error(`${file} has no pipes`)
  const waiting: Waiting[] = []
  let closed = false
  const ready: Promise<void> = new Promise<void>((resolve, reject) => {
    if (greets) waiting.push({ command: 'start', resolve: () => resolve(), reject })
    else resolve()
  })
  createInterface({ input: stdout }).on('line', line => {
    const first = waiting.shift()
    if (first === undefined) return
    if (line.startsWith('error')) first.reject(new Error(`helper: \`${first.command}\`: ${line}`))
    else first.resolve(line.replace(/^ok ?/, ''))
  })
  const end = (why: string): void => {
    closed = true
    for (const one of waiting.splice(0)) one.reject(new Error(`helper \`${args.join(' ')}\` ended: ${why}`))
  }
  child.on('error', error => end(error.message))
  child.on('exit', (code, signal) => end(String(signal ?? code)))
  stdin.on('error', () => undefined)
  const ask = (command: string): Promise<string> =>
    new Promise((resolve, reject) => {
      if (closed) {
        reject(new Error(`helper is gone: \`${command}\``))
        return
      }
      waiting.push({ command, resolve, reject })
      stdin.write(`${command}\n`)
    })
  await ready
  return { pid: child.pid ?? 0, ask, close: () => stdin.end() }
}

/** Arguments that run a program in another network namespace, without the rest of what `ip netns exec` does. */
export const inNetns = (netns: string, file: string, args: readonly string[]): [string, string[]] => [
  'nsenter',
  [`--net=/run/netns/${netns}`, '--', file, ...args]
]

/**
 * Arguments that run a program on a board: in its network, its processes, its view of the file system, in our own folder.
 * `init`: its first process. What asks there for systemd or for a power-off finds the board's, never this machine's.
 */
export const onBoard = (init: number, file: string, args: readonly string[]): [string, string[]] => [
  'nsenter',
  ['--target', String(init), '--mount', '--net', '--pid', `--wd=${process.cwd()}`, '--', file, ...args]
]
