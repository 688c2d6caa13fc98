// The checked file to the Config of one board. Only renames and picks; everything was checked before.
import { strict as assert } from 'node:assert'
import type { GroupSettings, Settings, Timing } from '../core/settings.js'
import { type BoardId, otherBoard } from '../core/types.js'
import { type BoardKind, boardKind } from './board-kind.js'
import { noticesConfig } from './build-notices.js'
import { configDigest, wiringWithoutKey } from './digest.js'
import { wiringOf } from './relations-pins.js'
import type { Checked, CheckedDisk, CheckedGroup } from './schema.js'
import type { AttachConfig, Config, DiskConfig, EthernetConfig, GroupConfig, MirrorConfig, PinConfig } from './types.js'

/** The timings under the names that the core uses. */
export const timingOf = ({ token, fence, startup, release, lan, watchdog }: Checked): Timing => ({
  tokenIntervalMs: token.intervalMs,
  deadMs: token.deadMs,
  stallMs: token.stallMs,
  headStartMs: fence.headStartMs,
  latenessMs: token.latenessMs,
  relayActMs: fence.relayActMs,
  holdUpMs: fence.holdUpMs,
  settleMs: fence.settleMs,
  holdMs: fence.holdMs,
  fenceDeadlineMs: fence.deadlineMs,
  restoreAfterMs: fence.restoreAfterMs,
  bootMs: startup.bootMs,
  listenMs: startup.listenMs,
  confirmMs: fence.confirmMs,
  answerMs: token.answerMs,
  releaseMs: release.deadlineMs,
  lanGraceMs: lan.graceMs,
  watchdogMs: watchdog.feedMs
})

const groupSettings = (group: CheckedGroup): GroupSettings => ({
  name: group.name,
  home: group.home,
  failback: group.failback,
  failbackAfterMs: group.failbackAfterMs,
  restartsMax: group.restartsMax,
  restartWindowMs: group.restartWindowMs,
  disk: group.disk?.kind ?? null,
  loginGate: group.loginGate !== null
})

const settingsOf = (checked: Checked, board: BoardId, kind: BoardKind): Settings => ({
  board,
  digest: configDigest(checked),
  timing: timingOf(checked),
  wiring: { ...wiringOf(checked), fingerprint: wiringWithoutKey(checked, { board, kind }) },
  groups: checked.groups.map(groupSettings)
})

const attachConfig = (attach: NonNullable<CheckedGroup['disk']>['attach']): AttachConfig => {
  assert(attach !== null, 'a shared disk without attach passed the check')
  if (attach.by === 'usbSwitch') return { by: 'usbSwitch' }
  assert(attach.attach !== null && attach.detach !== null, 'attach by command without commands passed the check')
  return { by: 'command', attach: attach.attach, detach: attach.detach }
}

/** Both ends of the replication link: those of its own, else the token link's. */
const replicationEnds = (
  { boards }: Checked,
  board: BoardId
): Pick<MirrorConfig, 'address' | 'addressFrom' | 'peerAddress'> => {
  const [address, peerAddress] = ([board, otherBoard(board)] as const).map(
    id => boards[id].replication?.address.split('/')[0] ?? boards[id].ethernet
  )
  assert(address != null && peerAddress != null, 'a mirrored disk without a replication link passed the check')
  const { replication } = boards[board]
  const addressFrom =
    replication === null ? `boards.${board}.ethernet` : `boards.${board}.replication, ${replication.interface}`
  return { address, addressFrom, peerAddress }
}

const mirrorConfig = (checked: Checked, at: number, board: BoardId): MirrorConfig | null => {
  const { disk, name } = checked.groups[at] as CheckedGroup
  if (disk === null || disk.kind !== 'mirrored') return null
  const { port, ...rest } = checked.replication
  const { replaced, verifyEveryDays } = disk
  const own = { resource: name, minor: at, backing: disk.device[board], port: port + at, replaced, verifyEveryDays }
  return { ...own, ...rest, ...replicationEnds(checked, board) }
}

const diskConfig = (checked: Checked, at: number, disk: CheckedDisk, board: BoardId): DiskConfig => {
  const { kind, mountPoint, options, killUsers, probeEveryMs, probeTimeoutMs } = disk
  const mirror = mirrorConfig(checked, at, board)
  return {
    kind,
    device: mirror === null ? disk.device[board] : `/dev/drbd${mirror.minor}`,
    mirror,
    mountPoint,
    options,
    attach: mirror === null ? attachConfig(disk.attach) : { by: 'mirror' },
    killUsers,
    probeEveryMs,
    probeTimeoutMs
  }
}

const groupConfig = (checked: Checked, at: number, group: CheckedGroup, board: BoardId): GroupConfig => ({
  name: group.name,
  disk: group.disk === null ? null : diskConfig(checked, at, group.disk, board),
  addresses: group.addresses.map(each => ({ address: each.address, interface: each.interface[board] })),
  services: group.services,
  loginGate: group.loginGate,
  deadlines: group.deadlines
})

const pinConfig = (checked: Checked, board: BoardId, kind: BoardKind): PinConfig | null => {
  const { pins } = checked.boards[board]
  const { controller, pollMs, panel, ...lines } = pins
  if ([...Object.values(lines), ...Object.values(panel)].every(line => line === null)) return null
  return { controller: controller ?? boardKind(kind).gpio.controller, ...lines, panel, pollMs }
}

const ethernetConfig = (checked: Checked, board: BoardId): EthernetConfig | null => {
  const address = checked.boards[board].ethernet
  const peerAddress = checked.boards[otherBoard(board)].ethernet
  return address === null || peerAddress === null ? null : { address, peerAddress, port: checked.ethernet.port }
}

/** The Config of `board`, which is a `kind`, read from `file`. The wiring fingerprint still lacks the key: see `withKey`. */
export const buildConfig = (file: string, checked: Checked, board: BoardId, kind: BoardKind): Config => {
  const own = checked.boards[board]
  return {
    file,
    pair: checked.pair,
    board,
    kind,
    stateDir: checked.stateDir,
    runDir: checked.runDir,
    keyFile: checked.keyFile,
    socket: checked.socket,
    socketGroup: checked.socketGroup,
    settings: settingsOf(checked, board, kind),
    serial: own.serial === null ? null : { device: own.serial, baud: checked.serial.baud },
    ethernet: ethernetConfig(checked, board),
    pins: pinConfig(checked, board, kind),
    fenceAgents: own.agents,
    watchdog: own.watchdog === null ? null : { device: own.watchdog, timeoutMs: checked.watchdog.timeoutMs },
    lan: own.lan,
    network: own.network,
    replication: own.replication,
    groups: checked.groups.map((group, at) => groupConfig(checked, at, group, board)),
    notices: noticesConfig(checked.notices)
  }
}
