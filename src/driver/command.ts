// The one place that starts short-lived child processes. Every command has a deadline and a kill (R10).
// Must not be used for services (they outlive the daemon): see service-process.ts.
import { execa } from 'execa'
import { makeOrdinary } from './child-priority.js'

export interface CommandOptions {
  /** After this the child gets SIGTERM, then SIGKILL `killAfterMs` later. */
  readonly deadlineMs: number
  readonly killAfterMs?: number
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
  /** Kept per stream; the rest is thrown away. Default 64 KiB. */
  readonly outputBytesMax?: number
  /** false: run by the notices' own process, no business of an inspection (R6). Default true. */
  readonly marked?: boolean
}

export interface CommandResult {
  /** The words that were run, for messages. */
  readonly command: string
  readonly ok: boolean
  /** Exit code; null when it was ended by a signal or never started. */
  readonly code: number | null
  readonly signal: string | null
  readonly timedOut: boolean
  /** Outlived SIGKILL (D state): it may still act and counts as holding (R6). Its pid is in `pid`. */
  readonly hung: boolean
  readonly pid: number | null
  readonly stdout: string
  readonly stderr: string
  readonly tookMs: number
}

/** Marks every child of any life of the daemon, so that an inspection finds what is left of them (R6). */
export const CHILD_MARK = 'BATON_CHILD'
const HUNG_GRACE_MS = 1000

/** SIGKILL to everything that the command started and that did not leave its group. */
const killGroup = (pid: number | null): void => {
  try {
    if (pid !== null) process.kill(-pid, 'SIGKILL')
  } catch {}
}

/**
 * Run a program to its end, at the latest `deadlineMs + killAfterMs + 1 s` from now. Never throws.
 * A program that cannot be started gives `code: null` and the system's words in `stderr`.
 */
export const runCommand = async (
  file: string,
  args: readonly string[],
  options: CommandOptions
): Promise<CommandResult> => {
  const command = [file, ...args].join(' ')
  const startedAt = performance.now()
  const killAfterMs = options.killAfterMs ?? 500
  const bytesMax = options.outputBytesMax ?? 65_536
  const child = execa(file, args, {
    timeout: options.deadlineMs,
    forceKillAfterDelay: killAfterMs,
    maxBuffer: bytesMax,
    reject: false,
    // A group of its own: what a shell started is ended with it.
    detached: true,
    stripFinalNewline: true,
    stdin: options.input === undefined ? 'ignore' : 'pipe',
    ...(options.input === undefined ? {} : { input: options.input }),
    env: { LC_ALL: 'C', ...(options.marked === false ? {} : { [CHILD_MARK]: '1' }), ...options.env }
  })
  const pid = child.pid ?? null
  makeOrdinary(child.pid)
  const killTimer = setTimeout(() => killGroup(pid), options.deadlineMs + killAfterMs)
  let timer: NodeJS.Timeout | undefined
  const hangMs = options.deadlineMs + killAfterMs + HUNG_GRACE_MS
  const hung = new Promise<'hung'>(resolve => {
    timer = setTimeout(() => resolve('hung'), hangMs)
  })
  const result = await Promise.race([child, hung])
  clearTimeout(timer)
  clearTimeout(killTimer)
  const tookMs = performance.now() - startedAt
  if (result === 'hung') {
    child.unref()
    const stderr = `still running ${Math.round(tookMs)} ms after its start, SIGKILL did not end it`
    return { command, ok: false, code: null, signal: null, timedOut: true, hung: true, pid, stdout: '', stderr, tookMs }
  }
  const text = (value: unknown): string => (typeof value === 'string' ? value : '')
  return {
    command,
    ok: !result.failed,
    code: result.exitCode ?? null,
    signal: result.signal ?? null,
    timedOut: result.timedOut,
    hung: false,
    pid,
    stdout: text(result.stdout),
    stderr: text(result.stderr) || (result.failed && result.exitCode === undefined ? text(result.shortMessage) : ''),
    tookMs
  }
}

/** One sentence of why a command failed: deadline, signal or exit code, then its own last words. */
export const failureOf = (result: CommandResult): string => {
  const cause = result.hung
    ? 'could not be killed'
    : result.timedOut
      ? `was not done after ${Math.round(result.tookMs)} ms`
      : result.signal !== null
        ? `was ended by ${result.signal}`
        : result.code === null
          ? 'could not be started'
          : `exited with ${result.code}`
  const words = (result.stderr || result.stdout).trim().split('\n').slice(-3).join('; ').slice(0, 300)
  return `\`${result.command}\` ${cause}${words ? `: ${words}` : ''}`
}
