// What has to be done on the board that goes on alone before a fresh one can be taken in, from what its daemon tells. Pure.
import type { DaemonStatus } from '../runtime/status.js'

export type Before =
  /** It is not to be done now; why, and the way out. */
  | { readonly kind: 'refused'; readonly text: string }
  /** `cut`: the other board's power is to be held off first, or nobody could agree to the mode (R14). `mode`: to maintenance. */
  | { readonly kind: 'go'; readonly cut: boolean; readonly mode: boolean; readonly served: readonly string[] }

export const peerOf = ({ core }: DaemonStatus): 'a' | 'b' => (core.board === 'a' ? 'b' : 'a')

export const beforeReplace = (status: DaemonStatus): Before => {
  const { core } = status
  const peer = peerOf(status)
  const refused = (text: string): Before => ({ kind: 'refused', text })
  if (core.peer.heard)
    return refused(
      `board ${peer} is heard: it is there, and belongs to this pair. If it was replaced just now: \`baton mode auto\`, then \`baton fence prove\` on both boards. If it is to be replaced: \`baton mode maintenance\`, \`baton shutdown\` on board ${peer}, then this again`
    )
  const busy = core.groups.find(({ role }) => role === 'taking' || role === 'releasing')
  if (busy !== undefined) return refused(`${busy.name} is on its way (${busy.doing}): wait until it has come to rest`)
  if (core.storage !== 'ok') return refused(`the durable state of this board is not in order: ${core.storage}`)
  // A fresh board knows less of such a group than this one does, and could never take it (R5).
  const theirs = core.groups.filter(({ epoch }) => epoch.number > 0 && epoch.board === peer)
  if (theirs.length > 0)
    return refused(
      `board ${peer} served ${theirs.map(({ name }) => name).join(', ')} last, and this board has not taken over: see \`baton status\`; \`baton confirm\` once you have looked that board ${peer} is off, then this again`
    )
  if (core.groups.every(({ epoch }) => epoch.number === 0))
    return refused('this pair has never served: pair both boards anew, `baton pair` on both')
  const mode = core.mode !== 'maintenance' || core.modeWanted !== null
  const off = core.fence.phase === 'confirmed' && core.fence.relayDriven
  const served = core.groups.filter(({ role }) => role === 'active').map(({ name }) => name)
  return { kind: 'go', cut: mode && !off, mode, served }
}

/** For the question before anything is done. */
export const replaceText = (status: DaemonStatus, { cut, mode, served }: Before & { readonly kind: 'go' }): string => {
  const peer = peerOf(status)
  const here = status.core.board
  const goesOn = served.length === 0 ? 'Nothing is served now' : `${served.join(', ')} goes on here, all the time`
  const steps = [
    ...(cut ? [`the power of board ${peer} is held off by the relay, and proved off`] : []),
    ...(mode ? ['mode maintenance: NOTHING is taken over and nothing is restarted by itself until the end'] : []),
    `you put in the fresh card or board, with all its cables; it gets its power`,
    'both boards make a new key over the serial cable, you compare the code, and the fresh one is handed the configuration; ' +
      'the daemon here steps aside for some minutes and starts again by itself',
    `board ${peer} starts anew and is heard; mode auto, and the fence is proved again`
  ]
  return [
    `This takes a fresh card or board into the pair as board ${peer}. Board ${here} is the one that stays. ${goesOn}.`,
    ...steps.map((step, at) => `  ${at + 1}. ${step}`),
    'It may be broken off anywhere, and run again.'
  ].join('\n')
}

export const plugText = (peer: 'a' | 'b'): string =>
  `Put in the fresh card, or the new board as board ${peer} (its strap, or the file \`board\` on the card): serial cable, Ethernet, harness, disk, then its plug.`
