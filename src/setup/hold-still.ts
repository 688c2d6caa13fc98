// Nobody takes a group while its disk is made: the pair is in maintenance meanwhile, as an operator would have it. Called by lead and `baton disk`.
import type { Mode } from '../runtime/status.js'
import { giveOrder, ownStatus } from './look.js'

/** Longer than the largest disk takes; where the one who ordered it died, the mode ends by itself. */
const HELD_MS = 2 * 3_600_000

export type Held =
  /** `release`: back to the mode of before, or auto. Again and again does no harm. */
  { readonly ok: true; readonly release: () => Promise<unknown> } | { readonly ok: false; readonly text: string }

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

/** `former`: the mode to go back to. Looks before and after, so that what began in between is seen. */
export const holdStill = async (socket: string, group: string, former: Mode): Promise<Held> => {
  const early = await whyHeld(socket, group)
  if (early !== null) return { ok: false, text: early }
  const quiet = (): void => {}
  const mode = { order: 'mode', mode: 'maintenance', forMs: HELD_MS } as const
  const { ok, text } = await giveOrder(socket, mode, quiet)
  if (!ok) return { ok: false, text: `the boards cannot be held still: ${text}` }
  const release = (): Promise<unknown> => giveOrder(socket, { order: 'mode', mode: former, forMs: 0 }, quiet)
  const late = await whyHeld(socket, group)
  if (late === null) return { ok: true, release }
  await release()
  return { ok: false, text: late }
}
