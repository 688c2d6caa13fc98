// The board's own watchdog: fed by the core's effect only, it resets the board when the daemon no longer decides (self-fence, R6, R15).
// Must never feed again once a reset was ordered, and must never touch /proc/sysrq-trigger: in a lab that is the host's.
import { closeSync, constants, existsSync, openSync, readFileSync, writeSync } from 'node:fs'
import { basename } from 'node:path'
import type { WatchdogConfig } from '../config/types.js'
import type { WatchdogPort } from '../port/ports.js'
import { failureOf, runCommand } from './command.js'

export interface WatchdogReset {
  /** Program and arguments that reset this board without sync; null = the timer runs out. */
  readonly command: readonly string[] | null
  /** The command's own time; after it only the timer is left. Default 5000 ms. */
  readonly deadlineMs?: number
}

const RESET_DEADLINE_MS = 5000
const FEED = '1'
/** The kernel's "magic close": a watchdog closed after it stops; closed without it runs out. */
const DISARM = 'V'

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** The kernel may have another timeout than was asked for (FACTS: above 15 s is refused); `null` = it does not say. */
const kernelTimeoutMs = (device: string): number | null => {
  const name = basename(device) === 'watchdog' ? 'watchdog0' : basename(device)
  const file = `/sys/class/watchdog/${name}/timeout`
  try {
    return device.startsWith('/dev/') && existsSync(file) ? Number(readFileSync(file, 'latin1')) * 1000 : null
  } catch {
    return null
  }
}

/**
 * The watchdog of `config`; `null` = none. The device is opened by the first feed, because opening a real one arms it and winds it up:
 * a life that must end by a reset (R6) shall not even touch it. Never throws and never waits: a FIFO without a reader, or a device
 * that is not there, is tried again at each feed. `close(true)` disarms. Source: R6, R10, DESIGN 3.
 */
export const openWatchdog = (config: WatchdogConfig | null, reset: WatchdogReset = { command: null }): WatchdogPort => {
  let file: number | null = null
  let problem: string | null = null
  let ordered: string | null = null
  let closed = false

  const release = (): void => {
    if (file === null) return
    const old = file
    file = null
    try {
      closeSync(old)
    } catch (error) {
      problem = wordsOf(error)
    }
  }
  const write = (byte: string): void => {
    if (config === null) return
    try {
      file ??= openSync(config.device, constants.O_WRONLY | constants.O_NONBLOCK)
      writeSync(file, byte)
      problem = null
    } catch (error) {
      problem = wordsOf(error)
      // A FIFO that is full has a reader that sleeps; anything else is opened anew at the next feed.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') release()
    }
  }
  return {
    feed() {
      if (ordered === null && !closed) write(FEED)
    },
    reset(reason) {
      if (ordered !== null) return
      ordered = reason
      const [program, ...args] = reset.command ?? []
      if (program === undefined) return
      void runCommand(program, args, { deadlineMs: reset.deadlineMs ?? RESET_DEADLINE_MS }).then(result => {
        if (!result.ok) problem = failureOf(result)
      })
    },
    describe() {
      const fault = problem === null ? '' : `, last problem: ${problem}`
      const means = reset.command === null ? '' : ` and \`${reset.command.join(' ')}\``
      if (ordered !== null) return `reset ordered (${ordered}): not fed any more${means}${fault}`
      if (config === null) return `no watchdog configured${means}: a board that hangs is not reset by itself`
      const kernelMs = kernelTimeoutMs(config.device)
      const other = kernelMs !== null && kernelMs !== config.timeoutMs ? `, but the kernel says ${kernelMs} ms` : ''
      return `${config.device}, ${config.timeoutMs} ms${other}${means}${fault}`
    },
    async close(disarm) {
      if (disarm && ordered === null && file !== null) write(DISARM)
      closed = true
      release()
    }
  }
}
