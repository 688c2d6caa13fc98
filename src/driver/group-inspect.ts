// Looks at everything of a group on this board and changes nothing (R6): mounts, addresses, services, children of any life
// of the daemon, and whether the disk can be opened exclusively. Called by group-port.ts.
import { setTimeout as delay } from 'node:timers/promises'
import type { GroupConfig } from '../config/types.js'
import type { ActionOutcome, Findings } from '../core/event.js'
import type { Addresses } from './address.js'
import type { Disk } from './disk.js'
import type { GroupRunner } from './group-command.js'
import type { Mirror } from './mirror.js'
import { holdersInWords, type MarkedProcess, scanHolders, scanMarks } from './process-scan.js'
import type { Services } from './service.js'
import { straysOf } from './service-stray.js'

export interface GroupParts {
  readonly runner: GroupRunner
  readonly disk: Disk | null
  /** null = its disk is not mirrored. */
  readonly mirror: Mirror | null
  readonly addresses: Addresses
  readonly services: Services
  readonly config: GroupConfig
}

const howMany = (alive: number, all: number): Findings['services'] =>
  alive === 0 ? 'none' : alive === all ? 'all' : 'some'

const inWords = ({ name, pid, mark, value }: MarkedProcess): string =>
  mark === 'BATON_CHILD'
    ? `a command that an earlier action started still runs: ${name} (process ${pid})`
    : `a process of a stopped service still runs: ${name} (process ${pid} of ${value})`

/** Who just let go of the disk may take this long to be done with it. */
const LET_GO_MS = 300

/** The marks of all processes, and an exclusive open that is tried again for a moment where it is refused. */
const scanPatiently = async (runner: GroupRunner, device: string | null, deadlineAt: number) => {
  const letGoBy = Math.min(performance.now() + LET_GO_MS, deadlineAt)
  for (;;) {
    const scan = await scanMarks(runner, device, Math.max(deadlineAt - performance.now(), 1))
    if (!scan.ok || scan.value.openFailure === null || performance.now() >= letGoBy) return scan
    await delay(25)
  }
}

/** Ends within `inspectMs`. A part that cannot be looked at makes the outcome a failure: then nothing is known. */
export const inspectGroup = async ({
  runner,
  disk,
  mirror,
  addresses,
  services,
  config
}: GroupParts): Promise<ActionOutcome> => {
  const deadlineAt = performance.now() + config.deadlines.inspectMs
  const leftMs = (): number => Math.max(deadlineAt - performance.now(), 1)
  const role = mirror === null ? null : await mirror.isPrimary(leftMs() / 4)
  if (role !== null && 'reason' in role)
    return { ok: false, hung: role.hung, reason: `inspection could not look at the mirror: ${role.reason}` }
  const device = disk === null ? null : await disk.find(leftMs() / 2)
  const places = disk?.mounts(device) ?? { ours: [], stray: [] }
  const mounted = places.ours.length > 0
  // While we have it mounted ourselves an exclusive open must fail and says nothing. A secondary cannot be opened by anybody.
  const openable = role === null || role.primary
  const toOpen = device !== null && openable && !mounted && places.stray.length === 0 ? device.path : null
  const isLeftover = runner.judge()
  const [scan, found, alive, hung] = await Promise.all([
    scanPatiently(runner, toOpen, deadlineAt),
    addresses.find(leftMs()),
    services.alive(leftMs()),
    runner.hungChildren()
  ])
  const children = scan.ok
    ? scan.value.marked.filter(({ mark, value }) => mark === 'BATON_CHILD' && isLeftover(value))
    : []
  const strays = scan.ok ? straysOf(config.name, scan.value.marked, alive) : []
  const leftovers = [...places.stray, ...[...children, ...strays].map(inWords), ...hung]
  const openFailure = scan.ok ? scan.value.openFailure : null
  if (openFailure !== null && device !== null) {
    const holders = await scanHolders(runner, device.number, device.path, leftMs())
    const who =
      holders.ok && holders.value.length > 0
        ? `used by ${holdersInWords(holders.value)}`
        : 'nobody could be found who uses it'
    leftovers.push(`the disk ${device.path} cannot be opened exclusively (${openFailure}): ${who}`)
  }
  const findings: Findings = {
    mounted,
    addresses: found.ok && found.value.length > 0,
    services: howMany(alive.length, config.services.length),
    ...(role === null ? {} : { primary: role.primary }),
    leftovers
  }
  if (!scan.ok)
    return {
      ok: false,
      hung: scan.hung,
      reason: `inspection could not look at the processes: ${scan.reason}`,
      findings
    }
  if (!found.ok)
    return {
      ok: false,
      hung: found.hung,
      reason: `inspection could not look at the addresses: ${found.reason}`,
      findings
    }
  return { ok: true, findings }
}
