// Order and bound of a group's actions: those on one part (disk, addresses, services) one after the other, parts side by
// side, an inspection alone. Called by group-port.ts. Every action ends in exactly one outcome, in time (R10).
import type { ActionOutcome, GroupAction } from '../core/event.js'

type Lane = 'disk' | 'mark' | 'addresses' | 'services' | 'logins'
type Work = () => Promise<ActionOutcome>

export interface ActionLanes {
  /** Run when its lanes are free; at most `limitMs` once it has begun. */
  run(action: GroupAction, limitMs: number, work: Work): Promise<ActionOutcome>
  /** Run at once, whatever is under way, and drop what still waits; `again` follows where something was under way (R15). */
  overtake(action: GroupAction, limitMs: number, work: Work): Promise<ActionOutcome>
}

const ALL: readonly Lane[] = ['disk', 'mark', 'addresses', 'services']
const LANES: Record<GroupAction, readonly Lane[]> = {
  inspect: ALL,
  attach: ['disk'],
  check: ['disk'],
  mount: ['disk'],
  // Beside the start of the services, never beside an unmount.
  stamp: ['mark'],
  unmount: ['disk', 'mark'],
  detach: ['disk'],
  setAddresses: ['addresses'],
  checkAndSetAddresses: ['addresses'],
  clearAddresses: ['addresses'],
  openLogins: ['logins'],
  closeLogins: ['logins'],
  startServices: ['services'],
  stopServices: ['services'],
  restartServices: ['services'],
  abandon: []
}

export const createActionLanes = (group: string): ActionLanes => {
  const lanes: Record<Lane, Promise<unknown>> = {
    disk: Promise.resolve(),
    mark: Promise.resolve(),
    addresses: Promise.resolve(),
    services: Promise.resolve(),
    logins: Promise.resolve()
  }
  let underWay = 0
  let overtaken = 0

  /** The net below all deadlines of the parts: an action that is not done by then hangs, and what it began counts as holding. */
  const bounded = async (action: GroupAction, limitMs: number, work: Work): Promise<ActionOutcome> => {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<ActionOutcome>(resolve => {
      const reason = `${action} of group ${group} was not done after ${limitMs} ms and is not waited for any longer`
      timer = setTimeout(() => resolve({ ok: false, hung: true, reason }), limitMs)
    })
    const broken = (error: unknown): ActionOutcome => {
      const words = error instanceof Error ? error.message : String(error)
      return { ok: false, reason: `${action} of group ${group} broke off: ${words}` }
    }
    const outcome = await Promise.race([work().catch(broken), late])
    clearTimeout(timer)
    return outcome
  }

  const run = (action: GroupAction, limitMs: number, work: Work): Promise<ActionOutcome> => {
    const before = overtaken
    const dropped: ActionOutcome = {
      ok: false,
      reason: `${action} was dropped: group ${group} was abandoned meanwhile`
    }
    underWay += 1
    const outcome = Promise.all(LANES[action].map(lane => lanes[lane])).then(() =>
      before === overtaken ? bounded(action, limitMs, work) : dropped
    )
    const done = outcome.then(() => {
      underWay -= 1
    })
    for (const lane of LANES[action]) lanes[lane] = done
    return outcome
  }

  const overtake = (action: GroupAction, limitMs: number, work: Work): Promise<ActionOutcome> => {
    overtaken += 1
    // What is under way may mount or start something yet: do the work again when it is done.
    if (underWay > 0) void Promise.all(Object.values(lanes)).then(() => bounded(action, limitMs, work))
    return bounded(action, limitMs, work)
  }

  return { run, overtake }
}
