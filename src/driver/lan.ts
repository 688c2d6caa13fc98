// Carrier of the service LAN's interface: one `ip monitor` says that something changed, one `ip -json` call says what. Made by the runtime.
// Must not poll by spawning, and must not take a failed look for a dead LAN.
import type { Emit, LanPort } from '../port/ports.js'
import { failureOf, runCommand } from './command.js'
import { keepLineProcess } from './line-process.js'

export interface LanWatch extends LanPort {
  /** Resolves after the first look (at most some seconds): `up` means something from then on. */
  readonly ready: Promise<void>
}

const LOOK_MS = 2000
/** A flapping interface costs at most one look in this time. */
const LOOK_GAP_MS = 50
/** A look that failed, or that the monitor's start may have overtaken, is repeated after this. */
const LOOK_AGAIN_MS = 1000
/** `ip`'s words, in the C locale, for an interface that is not there. */
const NO_SUCH_INTERFACE = 'does not exist'

/** Up = has a carrier: operational state UP, or admitted up with LOWER_UP (interfaces that know no state). `null` = not understood. */
export const parseCarrier = (json: string): boolean | null => {
  try {
    const [link] = JSON.parse(json) as { operstate?: unknown; flags?: unknown }[]
    if (link === undefined || !Array.isArray(link.flags)) return null
    return link.operstate === 'UP' || (link.flags.includes('UP') && link.flags.includes('LOWER_UP'))
  } catch {
    return null
  }
}

interface Look {
  /** `null` = could not be told. */
  readonly up: boolean | null
  readonly detail: string
}

const lookAt = async (iface: string): Promise<Look> => {
  const result = await runCommand('ip', ['-json', 'link', 'show', 'dev', iface], { deadlineMs: LOOK_MS })
  if (result.code === 1 && result.stderr.includes(NO_SUCH_INTERFACE)) return { up: false, detail: 'does not exist' }
  if (!result.ok) return { up: null, detail: failureOf(result) }
  const up = parseCarrier(result.stdout)
  return { up, detail: up === null ? 'answer of ip not understood' : up ? 'carrier' : 'no carrier' }
}

/**
 * Watch the carrier of `iface`; `null` = not watched, always up. Starts as down until looked at (`ready`); emits `lanChanged` on change.
 * An interface that does not exist is down. Source: R9 (a board whose LAN failed loses its head start).
 */
export const watchLan = (iface: string | null, emit: Emit): LanWatch => {
  if (iface === null) {
    return { up: true, ready: Promise.resolve(), describe: () => 'not watched', close() {} }
  }
  let up = false
  let detail = 'not looked at yet'
  let closed = false
  let looking = false
  let wanted = false
  let timer: NodeJS.Timeout | undefined

  const look = async (): Promise<void> => {
    const seen = await lookAt(iface)
    if (closed) return
    detail = seen.up === null ? `unknown, last seen ${up ? 'up' : 'down'}: ${seen.detail}` : seen.detail
    if (seen.up === null) lookLater()
    if (seen.up === null || seen.up === up) return
    up = seen.up
    emit({ kind: 'lanChanged', up })
  }
  const lookSoon = async (): Promise<void> => {
    wanted = true
    if (looking) return
    looking = true
    while (wanted && !closed) {
      wanted = false
      await look()
      await new Promise(resolve => setTimeout(resolve, LOOK_GAP_MS))
    }
    looking = false
  }
  const lookLater = (): void => {
    clearTimeout(timer)
    if (!closed) timer = setTimeout(() => void lookSoon(), LOOK_AGAIN_MS)
  }

  // Names may end in `@PEER`; a line that only continues another one does not name the interface and is not needed.
  const mentions = (line: string): boolean => line.includes(` ${iface}:`) || line.includes(` ${iface}@`)
  const monitor = keepLineProcess('ip', ['-oneline', 'monitor', 'link'], {
    onLine: line => {
      if (mentions(line)) void lookSoon()
    },
    onStart: lookLater
  })

  return {
    get up() {
      return up
    },
    ready: lookSoon(),
    describe() {
      const problem = monitor.problem()
      return problem === null ? `${iface}: ${detail}` : `${iface}: ${detail}; ${problem}`
    },
    close() {
      closed = true
      clearTimeout(timer)
      monitor.close()
    }
  }
}
