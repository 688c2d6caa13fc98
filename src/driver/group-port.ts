// Everything that one group has on this board: maps the core's actions to disk, addresses and services, and looks at all
// of it without changing it (R6). Called by the runtime. Every action ends, in time, in exactly one outcome.
import { accessSync, constants } from 'node:fs'
import type { GroupConfig } from '../config/types.js'
import type { ActionOutcome, GroupAction } from '../core/event.js'
import type { BoardId, Epoch } from '../core/types.js'
import type { Clock, Emit, GroupPort } from '../port/ports.js'
import { createActionLanes } from './action-lane.js'
import { createAddresses, joinOutcomes } from './address.js'
import { createDisk, type UsbSwitch } from './disk.js'
import { createDiskProbe } from './disk-probe.js'
import { createGroupRunner } from './group-command.js'
import { type GroupParts, inspectGroup } from './group-inspect.js'
import type { LoginGates } from './login-gate.js'
import { createMirror, type Mirrors } from './mirror.js'
import { createServices } from './service.js'

export interface GroupContext {
  readonly board: BoardId
  /** For records and logs of services; must outlive the daemon and end with the boot (`/run/…`). */
  readonly runDir: string
  readonly emit: Emit
  readonly clock: Clock
  /** Needed where a disk moves by the GPIO USB switch. */
  readonly usbSwitch?: UsbSwitch
  /** Of the whole board; needed where the disk is mirrored. */
  readonly mirrors?: Mirrors
  /** Of the whole board; needed where the group has a login gate. */
  readonly loginGates?: LoginGates
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

/** How long each action may take at most by the deadlines of its parts; their kills and graces come on top. */
const limitsOf = ({ deadlines, disk, services }: GroupConfig): Record<GroupAction, number> => {
  const serviceCount = Math.max(services.length, 1)
  return {
    inspect: deadlines.inspectMs,
    attach: 2 * deadlines.attachMs,
    check: 2 * deadlines.checkMs,
    mount: 2 * deadlines.mountMs,
    stamp: deadlines.mountMs,
    setAddresses: deadlines.addressMs,
    checkAndSetAddresses: 3 * deadlines.addressMs,
    startServices: serviceCount * (deadlines.startMs + deadlines.stopMs),
    openLogins: deadlines.inspectMs,
    closeLogins: deadlines.inspectMs,
    stopServices: serviceCount * (deadlines.stopMs + GRACE_MS),
    restartServices: serviceCount * (deadlines.startMs + deadlines.stopMs + GRACE_MS),
    clearAddresses: 2 * deadlines.addressMs,
    unmount: 2 * deadlines.unmountMs + (disk?.probeTimeoutMs ?? 0),
    detach: deadlines.attachMs,
    abandon: Math.max(deadlines.unmountMs, 2 * deadlines.addressMs)
  }
}

export const createGroupPort = (group: GroupConfig, context: GroupContext): GroupPort => {
  const { board, runDir, emit, usbSwitch, loginGates } = context
  const { deadlines } = group
  const log = (text: string): void => context.log(`group ${group.name}: ${text}`)
  const runner = createGroupRunner(group.name)
  const environment = { BATON_GROUP: group.name, BATON_BOARD: board }
  const disk =
    group.disk === null ? null : createDisk({ runner, config: group.disk, deadlines, usbSwitch, environment, log })
  const { mirrors } = context
  const mirror =
    group.disk?.mirror == null || mirrors === undefined
      ? null
      : createMirror({
          group: group.name,
          runner,
          config: group.disk.mirror,
          mirrors,
          attachMs: deadlines.attachMs,
          emit: event => {
            emit(event)
            look()
          },
          log
        })
  const addresses = createAddresses({ runner, addresses: group.addresses, deadlineMs: deadlines.addressMs, log })
  const services = createServices({ runner, board, runDir, services: group.services, deadlines, emit, log })
  const gate = group.loginGate === null ? null : (loginGates?.of(group.name, group.loginGate) ?? null)
  const parts: GroupParts = { runner, disk, mirror, addresses, services, config: group }
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
  const lanes = createActionLanes(group.name)

  /** The disk, or the switch that moves it, is within reach. A failed attach counts until the disk shows itself. */
  const look = (): void => {
    if (disk === null || group.disk === null) return
    const mover = group.disk.attach
    const movable = mover.by === 'command' ? programThere(mover.attach[0]) : usbSwitch !== undefined
    const now = mirror === null ? disk.see() !== null || (movable && !attachFailed) : mirror.usable
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

  /** A service that starts beside its disk would answer from the card, and what it acknowledged would be lost. */
  const onDisk = async (start: () => Promise<ActionOutcome>): Promise<ActionOutcome> => {
    const reason = disk?.whyNotServe() ?? null
    if (reason === null) return start()
    emit({ kind: 'diskFailed', group: group.name, reason })
    return { ok: false, reason }
  }

  const attach = async (): Promise<ActionOutcome> => {
    const promoted = mirror === null ? OK : await mirror.attach()
    const outcome = promoted.ok ? await withDisk('attached', d => d.attach()) : promoted
    attachFailed = !outcome.ok
    look()
    return outcome
  }

  /** R15: nothing more is written or answered from here; the mount stays. */
  const abandon = async (): Promise<ActionOutcome> => {
    watch(false)
    const killed = services.kill().then(() => OK)
    // Nobody waits for it: what counts is that nothing is written any more.
    void gate?.shut()
    return joinOutcomes(
      await Promise.all([withDisk('stopped with its evidence', d => d.shutDown()), killed, addresses.clear()])
    )
  }

  const perform: Record<GroupAction, (epoch: Epoch) => Promise<ActionOutcome>> = {
    inspect: async () => {
      // A new look forgets an attach that failed: the switch may have been mended.
      attachFailed = false
      mirror?.lookAgain()
      const outcome = await inspectGroup(parts)
      const mounted = outcome.findings?.mounted === true
      if (disk !== null && outcome.ok)
        diskState = mounted ? 'mounted' : disk.see() === null ? 'not here' : 'not mounted'
      look()
      return outcome
    },
    attach,
    check: () => withDisk('checked', d => d.check()),
    mount: epoch => withDisk('mounted', d => d.mount(epoch)),
    stamp: epoch => withDisk('mounted', d => d.stamp(epoch)),
    setAddresses: () => addresses.set(),
    checkAndSetAddresses: () => addresses.checkAndSet(),
    startServices: epoch => onDisk(() => services.start(epoch)),
    openLogins: () => gate?.open() ?? Promise.resolve(OK),
    closeLogins: () => gate?.shut() ?? Promise.resolve(OK),
    stopServices: () => services.stop(),
    restartServices: epoch => onDisk(() => services.restart(epoch)),
    clearAddresses: () => addresses.clear(),
    unmount: async () => {
      probe?.stop()
      await probe?.settled()
      return withDisk('not mounted', d => d.unmount())
    },
    detach: async () => {
      const outcome = await withDisk('not here', d => d.detach())
      return outcome.ok && mirror !== null ? mirror.detach() : outcome
    },
    abandon
  }

  const limitMs = limitsOf(group)

  const run = (action: GroupAction, epoch: Epoch): Promise<ActionOutcome> => {
    const work = () => perform[action](epoch)
    const ms = limitMs[action] + GRACE_MS
    return action === 'abandon' ? lanes.overtake(action, ms, work) : lanes.run(action, ms, work)
  }

  const watch = (on: boolean): void => {
    services.watch(on)
    if (on) probe?.start()
    else probe?.stop()
  }

  const lookTimer =
    disk === null ? null : setInterval(look, Math.max(group.disk?.probeEveryMs ?? 0, LOOK_MS_MIN)).unref()
  setImmediate(look)

  const diskWords = (): string => {
    if (disk === null) return 'none'
    const words = probe?.state == null ? diskState : `${diskState}, ${probe.state}`
    return mirror === null ? words : `${words}; ${mirror.describe()}`
  }

  return {
    group: group.name,
    run,
    watch,
    ...(mirror === null ? {} : { mirror: mirror.port }),
    announce: () => addresses.announce(),
    describe: () => ({
      disk: diskWords(),
      addresses: addresses.describe(),
      services: services.describe(),
      ...(gate === null ? {} : { logins: gate.describe() }),
      ...(usbSwitch === undefined ? {} : { usbSwitch: usbSwitch.readback() })
    }),
    close: () => {
      watch(false)
      mirror?.close()
      if (lookTimer !== null) clearInterval(lookTimer)
    }
  }
}
