// The two token links: what was heard, in words. With the peer's daemon up its tokens prove the way to us; without it a
// loop plug, or the peer's own board test, brings back what we send.
import { type Bench, pause } from './bench.js'
import type { Ears, Heard } from './ears.js'
import { found, type PartResult } from './result.js'

/** Three tokens are expected in that time. */
const listenMs = ({ config }: Bench): number => Math.max(1500, 3 * config.settings.timing.tokenIntervalMs + 500)
const PROBE_EVERY_MS = 250
const PROBES = 16
export const ANSWER_MS = 600_000

const signs = ({ tokens, foreign, ownTokens }: Heard): number => tokens + foreign + ownTokens

/**
 * Hear what comes by itself; where the serial port stays silent, send probes and wait for their echo or the other end's.
 * `probing`: `none` only listens; `answering` goes on for ten minutes, until the other end is heard and hears us.
 */
export const listenOnCables = async (
  bench: Bench,
  ears: Ears,
  probing: 'none' | 'once' | 'answering'
): Promise<void> => {
  const endAt = bench.now() + listenMs(bench)
  const links = Object.values(ears.heard).filter(heard => heard !== null)
  const allHeard = (): boolean => links.every(({ tokens }) => tokens >= 3)
  while (bench.now() < endAt && !allHeard() && !bench.signal.aborted) await pause(bench, 50)
  const { serial } = ears.heard
  if (serial === null || probing === 'none') return
  const until = bench.now() + (probing === 'answering' ? ANSWER_MS : PROBES * PROBE_EVERY_MS)
  const enough = (): boolean => signs(serial) > 0 || serial.echoes >= 4 || serial.answers >= 4
  while (bench.now() < until && !enough() && serial.problem === null && !bench.signal.aborted) {
    ears.probe()
    await pause(bench, PROBE_EVERY_MS)
  }
  // The other end is to hear that we hear it, also where it was later than we.
  for (let more = 0; more < 4 && serial.peerProbes > 0 && !bench.signal.aborted; more += 1) {
    ears.probe()
    await pause(bench, PROBE_EVERY_MS)
  }
}

const KEYS = 'copy /etc/baton/key from one board to the other (mode 0600), and `baton init` there'

const judgeFrames = ({ config, peer }: Bench, heard: Heard, way: string, part: 'serial' | 'ethernet') => {
  if (heard.tokens > 0)
    return found(
      part,
      'ok',
      `board ${peer} is heard${way}. The other direction shows in \`baton status\` on board ${peer}`
    )
  if (heard.ownTokens > 0) {
    const remedy = 'give one of them the other letter (/etc/baton/board), and its ports of the configuration with it'
    return found(part, 'wrong', `tokens arrive${way}, and say that they are of board ${config.board}, too`, remedy)
  }
  return found(part, 'unsure', `frames of a baton arrive${way}, signed with another key`, KEYS)
}

/** `elsewhere`: the peer's tokens came over the other link, so its daemon is up. */
export const judgeSerial = (bench: Bench, heard: Heard | null, elsewhere: boolean): PartResult => {
  const { config, peer } = bench
  if (heard === null || config.serial === null) return found('serial', 'skipped', 'not configured (boards.X.serial)')
  const { device, baud } = config.serial
  const say = (finding: PartResult['finding'], text: string, remedy: string | null = null): PartResult =>
    found('serial', finding, text, remedy)
  if (heard.problem !== null) {
    const remedy = 'is the adapter plugged in (ls -l /dev/serial/by-id), and does nothing else use the port (a getty)?'
    return say('wrong', `${device} cannot be used: ${heard.problem}`, remedy)
  }
  if (signs(heard) > 0) return judgeFrames(bench, heard, ` at ${baud} baud`, 'serial')
  if (heard.ownProbes > 0)
    return say(
      'wrong',
      `the test at the other end says that it is board ${config.board}, too`,
      'mend /etc/baton/board there'
    )
  if (heard.answers > 0) return say('ok', `board ${peer} answers at ${baud} baud: both directions are carried`)
  if (heard.peerProbes > 0) {
    const remedy = `our line out (TX) does not arrive there: a broken wire, or TX and RX are not crossed`
    return say('wrong', `the test of board ${peer} is heard, and does not hear us`, remedy)
  }
  if (heard.echoes > 0) {
    const text = `what is sent comes back at ${baud} baud: port and adapter work, the plug at the end joins TX and RX`
    return say('ok', text, 'take the loop plug away, and put in the null-modem cable')
  }
  if (heard.bytes > 0) {
    const text = `${heard.bytes} bytes came in, and none of them made sense at ${baud} baud`
    return say('wrong', text, 'the same serial.baud at both ends? A getty or console at the other end? A loose plug?')
  }
  const cable =
    'the cable must be a null-modem one (TX and RX crossed), plugged in at both ends, at the port that is named'
  if (elsewhere) return say('wrong', `nothing is heard on ${device}, and board ${peer} does send`, cable)
  const remedy = `${cable}. To test it: a loop plug (TX joined to RX) at its end, or \`baton board test --answer\` on board ${peer}`
  return say(
    'unsure',
    `nothing is heard on ${device}, and nothing comes back; does the daemon of board ${peer} run?`,
    remedy
  )
}

export const judgeEthernet = (
  bench: Bench,
  heard: Heard | null,
  problem: string | null,
  elsewhere: boolean
): PartResult => {
  const { config, peer } = bench
  if (heard === null || config.ethernet === null)
    return found('ethernet', 'skipped', 'not configured (boards.X.ethernet)')
  const { address, peerAddress, port } = config.ethernet
  if (problem !== null) {
    const remedy = `is ${address} set on an interface of this board (\`baton network\`)?`
    return found('ethernet', 'wrong', `the port cannot be used: ${problem}`, remedy)
  }
  if (signs(heard) > 0) return judgeFrames(bench, heard, ` from ${peerAddress}`, 'ethernet')
  const cable = `cables and switch between ${address} and ${peerAddress}; a firewall must let UDP port ${port} pass`
  if (elsewhere) return found('ethernet', 'wrong', `nothing is heard, and board ${peer} does send`, cable)
  return found('ethernet', 'unsure', `nothing is heard; does the daemon of board ${peer} run?`, cable)
}
