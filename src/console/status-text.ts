// The status of one board in one screen of 80 x 24, for somebody who was woken by an alarm. Pure.
// First what matters now (state, what is wrong, what would happen), then groups, links, fence, then the daemon.
import type { DaemonStatus, GroupPortStatus, GroupStatus, LinkId, Role } from '../runtime/status.js'
import { agoText, durationText, wallText } from './duration.js'
import { modeTime, pairState } from './pair-state.js'
import { COLUMNS, ends, LINES, plain, row, wrap } from './screen.js'

const ROLE_WORDS: Readonly<Record<Role, string>> = {
  unknown: 'UNKNOWN',
  standby: 'standby here',
  taking: 'BEING TAKEN here',
  active: 'ACTIVE here',
  releasing: 'BEING RELEASED here',
  failed: 'FAILED here'
}

const peerOf = (status: DaemonStatus): string => (status.core.board === 'a' ? 'b' : 'a')

const modeText = (status: DaemonStatus): string => {
  const { mode, modeWanted } = status.core
  const more = modeWanted === null ? modeTime(status) : `, ${modeWanted} asked`
  return `mode ${mode === 'auto' ? mode : mode.toUpperCase()}${more}`
}

/** Where room is short, the state stays whole and the rest is said with fewer words. */
const headLine = (status: DaemonStatus): string => {
  const [board, pair, state, mode] = [status.core.board, status.pair, pairState(status), modeText(status)]
  const ways = [`pair ${pair}, this is board ${board}. ${state}`, `pair ${pair}, board ${board}. ${state}`]
  const short = [`${pair} ${board}: ${state}`, `${board}: ${state}`, state]
  const room = COLUMNS - mode.length - 2
  return ends([...ways, ...short].find(({ length }) => length <= room) ?? state, mode)
}

const list = (parts: readonly string[]): string => (parts.length === 0 ? 'none' : parts.join(', '))

const portLines = (port: GroupPortStatus, brief: boolean): string[] => {
  const addresses = list(port.addresses.map(({ address, state }) => `${address} ${state}`))
  const services = list(port.services.map(({ service, state }) => `${service} ${state}`))
  const logins = port.logins === undefined ? '' : `; logins ${port.logins}`
  if (brief) return row('', `disk ${port.disk}; ${addresses}; ${services}${logins}`)
  return [...row('  disk', port.disk), ...row('  addresses', addresses), ...row('  services', `${services}${logins}`)]
}

const groupLines = (status: DaemonStatus, group: GroupStatus, brief: boolean): string[] => {
  const epoch = group.epoch.number === 0 ? 'never held' : `epoch ${group.epoch.number}${group.epoch.board}`
  const peer = `peer ${group.peerRole ?? 'not heard'}`
  const port = status.groups[group.name]
  const right = `${epoch}, home ${group.home}, ${peer}`
  const head = ends(`group ${group.name}: ${ROLE_WORDS[group.role]}, ${plain(group.doing)}`, right)
  const problem = group.problem === null ? [] : row('  problem', group.problem, brief ? 1 : 2)
  // Where room is short, a problem says more than the parts.
  if (port === undefined || (brief && problem.length > 0)) return [head, ...problem]
  return [head, ...problem, ...portLines(port, brief)]
}

export const linkText = (status: DaemonStatus, link: LinkId): string => {
  const port = status.ports[link]
  if (port === null) return 'not configured'
  const { state, ageMs, roundTripMs, lossPercent } = status.core.peer.links[link]
  const age = ageMs === null ? 'no token yet' : `token ${durationText(ageMs)} ago`
  const trip = roundTripMs === null || state !== 'two-way' ? '' : `, round trip ${durationText(roundTripMs)}`
  const shown = state === 'two-way' ? state : state === 'one-way' ? 'ONE-WAY' : 'SILENT'
  // Of a link that is silent the last figure says nothing.
  const loss = state === 'silent' ? '' : `, loss ${lossPercent} %`
  const words = `${shown.padEnd(8)} ${age}${trip}${loss}`
  const codec = status.codecs[link]
  const noise = codec !== null && codec.garbage > 0 ? `, ${codec.garbage} bad frames` : ''
  return port.state === 'open' ? `${words}${noise}` : `CLOSED   ${port.detail}`
}

const fenceLines = (status: DaemonStatus, nowSeconds: number): string[] => {
  const { fence } = status.core
  const proved =
    fence.proved === null
      ? 'NOT PROVED'
      : `proved ${agoText(fence.proved.wallSeconds, nowSeconds)}${fence.proved.bySense ? '' : ' without power sense'}`
  const cut =
    fence.confirmedBy === 'nothing' ? 'NOTHING would confirm a cut' : `a cut would be confirmed by ${fence.confirmedBy}`
  const sense = fence.sense === null ? 'no power sense' : `peer power ${fence.sense ? 'on' : 'OFF'}`
  const trusted = fence.sense === null || fence.senseTrusted ? '' : ' (NOT TRUSTED)'
  const loop = fence.loop === null ? 'no harness loop' : fence.loop ? 'harness whole' : 'harness OPEN'
  const relay = fence.relayDriven
    ? `relay DRIVEN${fence.purpose === null ? '' : ` (${fence.purpose})`}`
    : 'relay released'
  return [
    ...row('fence', `${proved}; ${cut}`, 2),
    ...row('', `${relay}, ${sense}${trusted}, ${loop}`),
    ...(fence.detail === null ? [] : row('', fence.detail))
  ]
}

export const peerText = (status: DaemonStatus): string => {
  const { peer } = status.core
  if (!peer.heard) {
    return peer.ageMs === null ? 'NOT HEARD since the daemon started' : `NOT HEARD for ${durationText(peer.ageMs)}`
  }
  const parts = [`heard ${durationText(peer.ageMs ?? 0)} ago`]
  if (peer.lanUp !== null) parts.push(peer.lanUp ? 'its LAN is up' : 'its LAN is DOWN')
  if (peer.proved !== null) parts.push(peer.proved ? 'its fence is proved' : 'its fence is NOT PROVED')
  if (peer.sameConfiguration === false) parts.push('ANOTHER CONFIGURATION')
  if (peer.stateBad) parts.push('its state is BAD')
  return parts.join(', ')
}

const tail = (status: DaemonStatus, brief: boolean): string[] => {
  const { core, lastEvent } = status
  const event = lastEvent === null ? 'none' : `${wallText(lastEvent.wallSeconds)} ${lastEvent.text}`
  const { version, pid, uptimeMs, memoryMiB, loopLatenessMsMax } = status
  const worst = `loop at most ${durationText(loopLatenessMsMax)} late`
  const daemon = `${version}, pid ${pid}, up ${durationText(uptimeMs)}, ${Math.round(memoryMiB)} MiB, ${worst}`
  return [
    ...row('this board', `LAN ${core.lanUp ? 'up' : 'DOWN'}, state ${core.storage}, watchdog ${status.watchdog}`),
    ...(brief ? [] : row('daemon', daemon)),
    ...row('last event', event, brief ? 1 : 2)
  ]
}

// As many warnings as there are lines; the rest is counted.
const warningLines = (warnings: readonly string[], room: number): string[] => {
  if (warnings.length === 0) return []
  const textOf = (warning: string, most: number): string[] =>
    wrap(warning, COLUMNS - 4, most).map((part, at) => `${at === 0 ? '  ! ' : '    '}${part}`)
  const lines = warnings.flatMap(warning => textOf(warning, 2))
  // The most important one is whole as far as can be: its remedy stands at its end.
  const brief = (warning: string, at: number): string[] =>
    at === 0 && room > 2 ? textOf(warning, 2) : textOf(warning, 1)
  const shown = lines.length <= room ? lines : warnings.flatMap(brief)
  if (shown.length <= room) return ['put right:', ...shown]
  const kept = shown.slice(0, room - 1)
  const left = warnings.length - kept.filter(line => line.startsWith('  ! ')).length
  return ['put right:', ...kept, `  … and ${left} more: baton status --json`]
}

const WARNING_LINES_MIN = 4

/** At most 24 lines of at most 80 characters, without a line end at the last. `nowSeconds` is the wall clock, for ages only. */
export const statusText = (status: DaemonStatus, nowSeconds: number): string => {
  const { core } = status
  const { setup } = status
  const led = setup?.words ?? 'nobody leads it now: `baton setup` goes on'
  const head = [headLine(status), ...(setup?.marked ? row('set-up', led, 3) : [])]
  const died = (brief: boolean): string[] => row(`if ${peerOf(status)} dies`, core.ifPeerDied, brief ? 2 : 3)
  const body = (brief: boolean): string[] => [
    ...died(brief),
    ...core.groups.flatMap(group => groupLines(status, group, brief)),
    ...row(`peer ${peerOf(status)}`, peerText(status)),
    ...row('serial', linkText(status, 'serial')),
    ...row('ethernet', linkText(status, 'ethernet')),
    ...fenceLines(status, nowSeconds),
    ...tail(status, brief)
  ]
  const roomFor = (lines: readonly string[]): number => LINES - head.length - lines.length - 1
  const full = body(false)
  const wanted = Math.min(core.warnings.length, WARNING_LINES_MIN)
  const chosen = roomFor(full) >= wanted ? full : body(true)
  const warnings = warningLines(core.warnings, Math.max(3, roomFor(chosen)))
  return [...head, ...warnings, ...chosen].slice(0, LINES).map(plain).join('\n')
}
