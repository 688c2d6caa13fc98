// Orders of the core to drivers. One line each: what must wait ends in an event of its driver. Called by the loop only.
import type { Effect, Report } from '../core/effect.js'
import type { Emit, FencePort, GroupPort, PanelPort, StatePort, WatchdogPort } from '../port/ports.js'
import type { TokenLinks } from './token-links.js'

export interface Drivers {
  readonly links: TokenLinks
  readonly state: StatePort
  readonly fence: FencePort
  readonly watchdog: WatchdogPort
  readonly panel: PanelPort
  readonly groups: ReadonlyMap<string, GroupPort>
  readonly report: (report: Report) => void
  readonly answer: (request: number, ok: boolean, final: boolean, text: string) => void
  readonly exit: (order: 'restart' | 'leave') => void
}

const groupPort = (drivers: Drivers, group: string): GroupPort => {
  const port = drivers.groups.get(group)
  if (port === undefined) throw new Error(`runtime: no driver for group ${group}`)
  return port
}

const runAction = (drivers: Drivers, emit: Emit, effect: Effect & { kind: 'runAction' }): void => {
  const { group, action, job, epoch } = effect
  groupPort(drivers, group)
    .run(action, epoch)
    .then(outcome => emit({ kind: 'actionFinished', group, action, job, outcome }))
}

/** Carries one order out. Never waits; a broken promise of a driver ends the daemon (unhandled rejection). */
export const perform = (drivers: Drivers, emit: Emit, effect: Effect): void => {
  switch (effect.kind) {
    case 'sendToken':
      return drivers.links.send(effect.link, effect.token)
    case 'storeState':
      return drivers.state.store(effect.store, effect.durable)
    case 'driveRelay':
      return drivers.fence.drive(effect.on, effect.order)
    case 'runAction':
      return runAction(drivers, emit, effect)
    case 'watchGroup':
      return groupPort(drivers, effect.group).watch(effect.on)
    case 'answerMirror':
      return groupPort(drivers, effect.group).mirror?.answer(effect.question, effect.ok)
    case 'connectMirror':
      return groupPort(drivers, effect.group).mirror?.connect(effect.on, effect.discard)
    case 'verifyMirror':
      return groupPort(drivers, effect.group).mirror?.verify()
    case 'announceAddresses':
      return groupPort(drivers, effect.group).announce()
    case 'drainLinks':
      drivers.links.drain().then(() => emit({ kind: 'linksDrained' }))
      return
    case 'feedWatchdog':
      return drivers.watchdog.feed()
    case 'resetBoard':
      return drivers.watchdog.reset(effect.reason)
    case 'showPanel':
      return drivers.panel.show(effect.panel)
    case 'report':
      return drivers.report(effect.report)
    case 'answerOperator':
      return drivers.answer(effect.request, effect.ok, effect.final, effect.text)
    case 'exit':
      return drivers.exit(effect.order)
  }
}
