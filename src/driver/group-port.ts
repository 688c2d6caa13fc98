// Everything that one group has on this board: maps the core's actions to disk, addresses and services, and looks at all
// of it without changing it (R6). Called by the runtime. Every action ends, in time, in exactly one outcome.
import { accessSync, constants } from 'node:fs'
import type { GroupConfig } from '../config/types.js'
import type { ActionOutcome, GroupAction } from '../core/event.js'
import type { BoardId, Epoch } from '../core/types.js'
import type { Clock, Emit, GroupPort } from '../port/ports.js'
import { createAddresses, joinOutcomes } from './address.js'
import { createDisk, type UsbSwitch } from './disk.js'
import { createDiskProbe } from './disk-probe.js'
import { createGroupRunner } from './group-command.js'
import { type GroupParts, inspectGroup } from './group-inspect.js'
import { createServices } from './service.js'

export interface GroupContext {
  readonly board: BoardId
  /** For records and logs of services; must outlive the daemon and end with the boot (`/run/…`). */
  readonly runDir: string
  readonly emit: Emit
  readonly clock: Clock
  /** Needed where a disk moves by the GPIO USB switch. */
  readonly usbSwitch?: UsbSwitch
  /** Things worth knowing that decide nothing: corrections by e2fsck, who was killed, a duplicate address. */
  readonly log: (text: string) => void
}

const OK: ActionOutcome = { ok: true }
/** Beyond all deadlines of the parts of an action: kill times and grace of their children. */
const GRACE_MS = 5000
const LOOK_MS_MIN = 1000

const programThere = (program: string | undefined): boolean => {
  if (program === undefined || !program.startsWith('/')) return true
  try {
    accessSync(program, constants.X_OK)
    return true
  } catch {
    return false
  }
}

export const createGroupPort = (group: GroupConfig, context: GroupContext): GroupPort => {
  const { board, runDir, emit, usbSwitch } = context
  const { deadlines } = group
  const log = (text: string): void => context.log(`group ${group.name}: ${text}`)
  const runner = createGroupRunner(group.name)
  const environment = { BATON_GROUP: group.name, BATON_BOARD: board }
  const disk =
    group.disk === null ? null : createDisk({ runner, config: group.disk, deadlines, usbSwitch, environment, log })
  const addresses = createAddresses({ runner, addresses: group.addresses, deadlineMs: deadlines.addressMs, log })
  const services = createServices({ runner, board, runDir, services: group.services, deadlines, emit, log })
  const parts: GroupParts = { runner, disk, addresses, services, config: group }
  const probe =
    group.disk === null
      ? null
      : createDiskProbe(runner, {
          mountPoint: group.disk.mountPoint,
          device: () => disk?.see()?.path ?? '',
          everyMs: group.disk.probeEveryMs,
          timeoutMs: group.disk.probeTimeoutMs,
          onFailure: reason => {
            emit({ kind: 'diskFailed', group: group.name, reason })
            look()
          },
          log
        })
  let seen: boolean | null = null
  let attachFailed = false
  let diskState = 'not looked at'
  let queue: Promise<unknown> = Promise.resolve()
  let waiting = 0
  let abandoned = 0

  /** The disk, or the switch that moves it, is within reach. A failed attach counts until the disk shows itself. */
  const look = (): void => {
    if (disk === null || group.disk === null) return
    const mover = group.disk.attach
    const movable = mover.by === 'command' ? programThere(mover.attach[0]) : usbSwitch !== undefined
    const now = disk.see() !== null || (movable && !attachFailed)
    if (now === seen) return
    seen = now
    emit({ kind: 'diskSeenChanged', group: group.name, seen })
  }

  const withDisk = async (state: string, action: (d: NonNullable<typeof disk>) => Promise<ActionOutcome>) => {
    if (disk === null) return OK
    const outcome = await action(disk)
    diskState = outcome.ok ? state : outcome.reason
    return outcome
  }

  const attach = async (): Promise<ActionOutcome> => {
    const outcome = await withDisk('attached', d => d.attach())
    attachFailed = !outcome.ok
    look()
    return outcome
  }

  const stopAll = async (): Promise<ActionOutcome> => {
    const killed = services.kill().then(() => OK)
    return joinOutcomes(
      await Promise.all([withDisk('stopped with its evidence', d => d.shutDown()), killed, addresses.clear()])
    )
  }

  /** R15: nothing more is written or answered from here; the mount stays. What waits is dropped. */
  const abandon = (): Promise<ActionOutcome> => {
    abandoned += 1
    watch(false)
    // An action that is under way may mount or start something yet: stop that too when it is done.
    if (waiting > 0) void queue.then(stopAll)
    return stopAll()
  }

  const perform: Record<GroupAction, (epoch: Epoch) => Promise<ActionOutcome>> = {
    inspect: async () => {
      const outcome = await inspectGroup(parts)
      const mounted = outcome.findings?.mounted === true
      if (disk !== null && outcome.ok)
        diskState = mounted ? 'mounted' : disk.see() === null ? 'not here' : 'not mounted'
      look()
      return outcome
    },
    attach,
    check: () => withDisk('checked', d => d.check()),
    mount: () => withDisk('mounted', d => d.mount()),
    setAddresses: () => addresses.set(),
    checkAndSetAddresses: () => addresses.checkAndSet(),
    startServices: epoch => services.start(epoch),
    stopServices: () => services.stop(),
    restartServices: epoch => services.restart(epoch),
    clearAddresses: () => addresses.clear(),
    unmount: () => withDisk('not mounted', d => d.unmount()),
    detach: () => withDisk('not here', d => d.detach()),
    abandon
  }

  const serviceCount = Math.max(group.services.length, 1)
  const limitMs: Record<GroupAction, number> = {
    inspect: deadlines.inspectMs,
    attach: 2 * deadlines.attachMs,
    check: 2 * deadlines.checkMs,
    mount: 2 * deadlines.mountMs,
    setAddresses: deadlines.addressMs,
    checkAndSetAddresses: 3 * deadlines.addressMs,
    startServices: serviceCount * (deadlines.startMs + deadlines.stopMs),
    stopServices: serviceCount * (deadlines.stopMs + GRACE_MS),
    restartServices: serviceCount * (deadlines.startMs + deadlines.stopMs + GRACE_MS),
    clearAddresses: 2 * deadlines.addressMs,
    unmount: 2 * deadlines.unmountMs,
    detach: deadlines.attachMs,
    abandon: Math.max(deadlines.unmountMs, 2 * deadlines.addressMs)
  }

  /** The net below all deadlines: an action that is not done by then hangs, and what it began counts as holding. */
  const bounded = async (action: GroupAction, work: Promise<ActionOutcome>): Promise<ActionOutcome> => {
    const ms = limitMs[action] + GRACE_MS
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<ActionOutcome>(resolve => {
      const reason = `${action} of group ${group.name} was not done after ${ms} ms and is not waited for any longer`
      timer = setTimeout(() => resolve({ ok: false, hung: true, reason }), ms)
    })
    const broken = (error: unknown): ActionOutcome => ({
      ok: false,
      reason: `${action} of group ${group.name} broke off: ${error instanceof Error ? error.message : String(error)}`
    })
    const outcome = await Promise.race([work.catch(broken), late])
    clearTimeout(timer)
    return outcome
  }

  const run = (action: GroupAction, epoch: Epoch): Promise<ActionOutcome> => {
    // One at a time, in order; but abandoning waits for nothing.
    if (action === 'abandon') return bounded(action, perform.abandon(epoch))
    const tenure = abandoned
    waiting += 1
    const outcome = queue.then(async (): Promise<ActionOutcome> => {
      if (tenure !== abandoned)
        return { ok: false, reason: `${action} was dropped: group ${group.name} was abandoned meanwhile` }
      return bounded(action, perform[action](epoch))
    })
    queue = outcome.then(() => {
      waiting -= 1
    })
    return outcome
  }

  const watch = (on: boolean): void => {
    services.watch(on)
    if (on) probe?.start()
    else probe?.stop()
  }

  const lookTimer =
    disk === null ? null : setInterval(look, Math.max(group.disk?.probeEveryMs ?? 0, LOOK_MS_MIN)).unref()
  setImmediate(look)

  return {
    group: group.name,
    run,
    watch,
    announce: () => addresses.announce(),
    describe: () => ({
      disk: disk === null ? 'none' : probe?.state == null ? diskState : `${diskState}, ${probe.state}`,
      addresses: addresses.describe(),
      services: services.describe()
    }),
    close: () => {
      watch(false)
      if (lookTimer !== null) clearInterval(lookTimer)
    }
  }
}
