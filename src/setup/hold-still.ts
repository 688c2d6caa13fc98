// Nobody takes a group while its disk is made: the pair is in maintenance meanwhile, as an operator would have it. Called by lead and `baton disk`.
import type { Mode } from '../runtime/status.js'
import { giveOrder, ownStatus } from './look.js'

/** Longer than the other board takes for the largest disk. Where the one who ordered it died, the mode ends by itself. */
const HELD_MS = 2 * 3_600_000
/** A filesystem that is made smaller may take longer than that; and the other board may not be heard for a while. */
const RENEW_MS = 600_000

export type Held =
  | {
      readonly ok: true
      /** Back to the mode of before, or auto. Again and again does no harm. */
      readonly release: () => Promise<unknown>
      /** Nothing is done any more, and the pair stays as it is until the time of the mode is over. */
      readonly leave: () => Promise<unknown>
    }
  | { readonly ok: false; readonly text: string }

const isIdle = (role: string | null | undefined): boolean => role === 'standby' || role === 'failed'

/** Why the disk of this group may not be made now, by what both boards hold (R1); null = nobody holds it, and nobody is about to. */
const whyHeld = async (socket: string, group: string): Promise<string | null> => {
  const own = await ownStatus(socket)
  if (typeof own === 'string') return own
  const told = own.core.groups.find(({ name }) => name === group)
  if (!isIdle(told?.role))
    return `${group} is held or taken on this board (${told?.doing ?? 'its daemon does not know it'})`
  if (told?.peerRole === null) return 'the other board is not heard: nobody knows whether it holds the disk'
  return isIdle(told?.peerRole) ? null : `${group} is held or taken on the other board`
}

/**
 * Gives the order anew now and then. The pair's mode belongs to people: one that somebody has ended meanwhile is not ordered again. Resolves what it
 * answers when no order is under way any more. Exported for its test.
 */
export const keepRenewed = (
  look: () => Promise<{ readonly mode: Mode; readonly modeWanted: Mode | null } | string>,
  order: () => Promise<unknown>,
  everyMs: number
): (() => Promise<void>) => {
  let over = false
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()
  const round = async (): Promise<void> => {
    const seen = await look()
    if (over) return
    // The daemon may be started anew: then it is tried the next time.
    const quiet = typeof seen === 'string' || seen.modeWanted !== null
    if (!quiet && seen.mode !== 'maintenance') return
    if (!quiet) await order()
    if (!over) plan()
  }
  const plan = (): void => {
    timer = setTimeout(() => {
      running = round()
    }, everyMs).unref()
  }
  plan()
  return async () => {
    over = true
    clearTimeout(timer)
    await running
  }
}

/** `former`: the mode to go back to. Looks before and after, so that what began in between is seen. */
export const holdStill = async (socket: string, group: string, former: Mode): Promise<Held> => {
  const early = await whyHeld(socket, group)
  if (early !== null) return { ok: false, text: early }
  const quiet = (): void => {}
  const mode = { order: 'mode', mode: 'maintenance', forMs: HELD_MS } as const
  const { ok, text } = await giveOrder(socket, mode, quiet)
  if (!ok) return { ok: false, text: `the boards cannot be held still: ${text}` }
  const look = async () => {
    const own = await ownStatus(socket)
    return typeof own === 'string' ? own : own.core
  }
  const leave = keepRenewed(look, () => giveOrder(socket, mode, quiet), RENEW_MS)
  const release = async (): Promise<unknown> => {
    await leave()
    return giveOrder(socket, { order: 'mode', mode: former, forMs: 0 }, quiet)
  }
  const late = await whyHeld(socket, group)
  if (late === null) return { ok: true, release, leave }
  await release()
  return { ok: false, text: late }
}
