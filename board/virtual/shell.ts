// Runs the short programs with which the lab builds its world (ip, mount, losetup …). Lab only: the daemon has its own runner.
import { execFile } from 'node:child_process'

export interface ShellResult {
  readonly ok: boolean
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface ShellOptions {
  readonly timeoutMs?: number
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
}

/** Run to the end; never throws. A program that takes longer than `timeoutMs` (default 10 s) is killed. */
export const tryRun = (file: string, args: readonly string[], options: ShellOptions = {}): Promise<ShellResult> =>
  new Promise(resolve => {
    const settings = {
      timeout: options.timeoutMs ?? 10_000,
      killSignal: 'SIGKILL' as const,
      maxBuffer: 16 * 1024 * 1024,
      env: { ...process.env, LC_ALL: 'C', ...options.env }
    }
    const child = execFile(file, [...args], settings, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null
      resolve({ ok: error === null, code, stdout, stderr: stderr || (error === null ? '' : error.message) })
    })
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(options.input ?? '')
  })

/** As `tryRun`, for what must work: throws with the command and its words. Returns standard output. */
export const run = async (file: string, args: readonly string[], options: ShellOptions = {}): Promise<string> => {
  const result = await tryRun(file, args, options)
  if (!result.ok) throw new Error(`\`${[file, ...args].join(' ')}\` failed: ${result.stderr.trim() || result.code}`)
  return result.stdout
}
