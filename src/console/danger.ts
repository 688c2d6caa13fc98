// What an order will do, in words for the person who gives it, where a mistake would hurt: to which board, with how long an
// interruption. Pure.
import type { DaemonStatus, OperatorRequest } from '../runtime/status.js'
import { durationText } from './duration.js'

/** What the status tells about the two boards; without one the words stay general. */
interface Pair {
  readonly here: string
  readonly peer: string
  readonly onPeer: readonly string[]
  readonly onHere: readonly string[]
}

const pairOf = (status: DaemonStatus | null): Pair => {
  if (status === null) return { here: 'this board', peer: 'the other board', onPeer: [], onHere: [] }
  const { board, groups } = status.core
  const names = (test: (group: (typeof groups)[number]) => boolean): string[] =>
    groups.filter(test).map(({ name }) => name)
  return {
    here: `board ${board} (this one)`,
    peer: `board ${board === 'a' ? 'b' : 'a'}`,
    onPeer: names(({ peerRole }) => peerRole === 'active'),
    onHere: names(({ role }) => role === 'active')
  }
}

/** How long users may wait while a group changes its board. */
export const interruptionText = (status: DaemonStatus | null, group: string): string => {
  const most = status?.moveMsMax?.[group]
  const bound = most === undefined ? '' : ` If every step takes as long as it may: ${durationText(most)}.`
  return `Users of ${group} are cut off meanwhile: as a rule some seconds.${bound}`
}

const switchoverText = (group: string, status: DaemonStatus | null): string => {
  const { here, peer, onPeer, onHere } = pairOf(status)
  const way = onHere.includes(group)
    ? `from ${here} to ${peer}`
    : onPeer.includes(group)
      ? `from ${peer} to ${here}`
      : 'to the other board'
  return `This moves ${group} ${way}: its services stop there and start on the other side. ${interruptionText(status, group)}`
}

const proveText = ({ peer, onPeer }: Pair): string => {
  const served =
    onPeer.length === 0
      ? 'Users notice nothing as long as everything is served here.'
      : `It serves ${onPeer.join(', ')}: move that here first.`
  return `This CUTS THE POWER OF ${peer.toUpperCase()} for some seconds, to prove that fencing works; it boots again after that. ${served}`
}

const offText = ({ peer, onPeer }: Pair): string => {
  const served =
    onPeer.length === 0
      ? 'As far as known it serves nothing: no interruption.'
      : `It serves ${onPeer.join(', ')}: that STOPS for the users until it is taken over or \`fence on\`.`
  return `This CUTS THE POWER OF ${peer.toUpperCase()} and leaves it off until \`baton fence on\`. ${served}`
}

/** Why the daemon would refuse it whatever the person answers, as far as the status tells; null = ask. */
export const whyNot = (what: OperatorRequest, status: DaemonStatus): string | null => {
  const { peer, onPeer } = pairOf(status)
  const names = status.core.groups.map(({ name }) => name)
  if (what.order === 'switchover' && !names.includes(what.group))
    return `there is no group "${what.group}"; there ${names.length === 1 ? 'is' : 'are'}: ${names.join(', ')}`
  const [held] = onPeer
  if (what.order === 'fenceProve' && held !== undefined)
    return `${peer} serves ${onPeer.join(', ')}, and would lose its power: \`switchover ${held}\` first, or prove on ${peer}`
  if (what.order === 'fenceProve' && !status.core.peer.heard)
    return `${peer} is not heard: it must be up and connected while its power is cut to prove the fence`
  if (what.order === 'fenceProve' && status.core.fence.loop === false)
    return 'the harness loop is open: push the harness in on both boards'
  return null
}

/** null = harmless, no question is asked. `status`: of this board's daemon; null = not known. */
export const dangerOf = (what: OperatorRequest, status: DaemonStatus | null = null): string | null => {
  const pair = pairOf(status)
  switch (what.order) {
    case 'switchover':
      return switchoverText(what.group, status)
    case 'fenceProve':
      return proveText(pair)
    case 'fenceOff':
      return offText(pair)
    case 'confirm':
      return `You vouch that ${pair.peer} is OFF: look at it, pull its plug. ${pair.here} then takes over what it held, as a rule within some seconds. If it is still running, BOTH WRITE TO THE DISK AND DATA IS LOST. Good for 60 seconds and one takeover.`
    case 'mode':
      if (what.mode !== 'maintenance') return null
      return `In maintenance NOTHING is taken over and nothing is restarted by itself, on both boards, ${what.forMs === 0 ? 'until `baton mode auto`' : `for ${durationText(what.forMs)}`}. No interruption now; but if a board fails, its services stay down.`
    case 'takeStale':
      return `${pair.here} takes its copy of the disk of ${what.group} for the current one. Whatever ${pair.peer} wrote and ${pair.here} lacks IS LOST. Do it only if the disk of ${pair.peer} is lost, or older.`
    case 'discardCopy':
      return `${pair.here} gives up its copy of the disk of ${what.group}: what only it has IS LOST. It is brought up to date from ${pair.peer}.`
    case 'leave':
      return `${pair.here} gives away everything that it holds, and its daemon ends.`
    case 'fenceOn':
    case 'verify':
    case 'recover':
    case 'restart':
      return null
  }
}
