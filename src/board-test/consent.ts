// May the peer's power be cut for the test? What it is known to serve, what a person must say, and when nobody's word is enough.
import { isHolding } from '../core/types.js'
import type { Bench } from './bench.js'
import type { Ears } from './ears.js'
import { found, type PartResult } from './result.js'

export interface Wish {
  /** `--yes`: enough where the peer says that it serves nothing. */
  readonly yes: boolean
  /** `--cut b`: as good as the words typed, but never against a board that serves. */
  readonly cut: string | null
}

/** `null` = it is not heard now, so nothing is known. */
export const servedByPeer = (bench: Bench, ears: Ears): readonly string[] | null => {
  const { last } = ears
  const { tokenIntervalMs } = bench.config.settings.timing
  if (last === null || bench.now() - last.at > Math.max(1000, 3 * tokenIntervalMs)) return null
  const names = bench.config.settings.groups.map(({ name }) => name)
  return last.token.groups.flatMap(({ role }, at) => (isHolding(role) ? [names[at] ?? `group ${at + 1}`] : []))
}

/**
 * Why the whole test must not be done now, or null: the peer would cut this board's power while its daemon is down.
 * Its own token says so: it proved its fence, and nobody has put the pair into maintenance.
 */
export const whyNotNow = ({ peer }: Bench, ears: Ears): string | null => {
  const token = ears.last?.token
  if (token === undefined || token.mode === 'maintenance' || !token.proved) return null
  return `board ${peer} is heard in mode ${token.mode}, and this board is silent: it may be cut at any moment`
}

const knownText = (peer: string, served: readonly string[] | null): string => {
  if (served === null)
    return `It is not heard, so nobody knows whether it serves something; if it does, that STOPS for its users.`
  if (served.length === 0) return 'It is heard, and serves nothing.'
  return `It SERVES ${served.join(', ')}: that STOPS for its users until board ${peer} runs again.`
}

/** null = go on. */
export const consent = async (bench: Bench, ears: Ears, wish: Wish): Promise<PartResult | null> => {
  const { peer, ask } = bench
  const served = servedByPeer(bench, ears)
  const idle = served !== null && served.length === 0
  if (wish.cut === peer && (served === null || idle)) return null
  if (wish.yes && idle) return null
  const known = knownText(peer, served)
  bench.tell(
    `The last part CUTS THE POWER OF BOARD ${peer.toUpperCase()} for some seconds; it boots again after that. ${known}`
  )
  if (ask === null || wish.yes || wish.cut !== null) {
    const how =
      served === null
        ? `to have it cut all the same: --cut ${peer}`
        : 'move that to this board first (`baton switchover`), or say it in words at a terminal, without --yes and --cut'
    return found('relay', 'refused', `not driven. ${known}`, how)
  }
  const words = idle ? 'yes' : `cut board ${peer}`
  const answer = (await ask(`Type ${words} to do it, Enter to leave it out: `))
    ?.trim()
    .toLowerCase()
    .replace(/\s+/g, ' ')
  return answer === words ? null : found('relay', 'skipped', 'not driven: nobody agreed')
}
