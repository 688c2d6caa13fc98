// The board test from its first look to its last: locks the daemon out, listens, looks at every part, at last the relay.
// Called by the `baton board test` command with a configuration that was checked.
import { boardKind } from '../config/board-kind.js'
import { formatConfigError } from '../config/issue.js'
import { readKeyFile } from '../config/key-file.js'
import type { Config } from '../config/types.js'
import { otherBoard } from '../core/types.js'
import { createClock } from '../driver/clock.js'
import { lockBoard } from '../runtime/single.js'
import type { Bench } from './bench.js'
import { judgeEthernet, judgeSerial, listenOnCables } from './cables.js'
import { consent, type Wish, whyNotNow } from './consent.js'
import { type Ears, openEars } from './ears.js'
import { testKind, testLoop, testSense, testStrap, testSwitch, testWatchdog } from './inputs.js'
import { testButton, testLights } from './panel.js'
import { openRelay, testRelay } from './relay.js'
import { found, PARTS, type Part, type PartResult } from './result.js'

export interface TestOptions extends Wish {
  /** null = all. */
  readonly only: readonly Part[] | null
  /** Only send and listen on the serial cable, for whoever tests at the other end. */
  readonly answering: boolean
  tell(text: string): void
  readonly ask: Bench['ask']
  readonly signal: AbortSignal
  /** Each result as it is found. */
  show(result: PartResult): void
}

/** `refused`: nothing was done, and why; `wayOut` says what to do first. */
export type TestEnd =
  | { readonly kind: 'done'; readonly results: readonly PartResult[] }
  | { readonly kind: 'refused'; readonly text: string; readonly wayOut: string }

const STOP =
  'on this board: `baton mode maintenance` (else the other board takes over and cuts the power of this one), `systemctl stop batond`, then the test, `systemctl start batond`, `baton mode auto`'
const START_FIRST = 'first `systemctl start batond`, `baton mode maintenance`, `systemctl stop batond`, then test again'

const testLastPart = async (bench: Bench, ears: Ears, wish: Wish): Promise<PartResult> => {
  const opened = openRelay(bench)
  if (opened === null) return found('relay', 'skipped', 'no relay is configured (boards.X.pins.relay)')
  if (!opened.ok)
    return found('relay', 'wrong', `its line cannot be had: ${opened.reason}`, 'check boards.X.kind and boards.X.pins')
  if (opened.value.initial) {
    const text = `it is driven already: an earlier life holds the power of board ${bench.peer} off. It was left alone`
    return found(
      'relay',
      'refused',
      text,
      'start the daemon; `baton status` says why, and `baton fence on` gives the power back'
    )
  }
  return (await consent(bench, ears, wish)) ?? testRelay(bench, ears, opened.value)
}

const partsOf = (
  bench: Bench,
  ears: Ears,
  options: TestOptions
): Record<Part, () => PartResult | Promise<PartResult>> => {
  const { serial, ethernet } = ears.heard
  const spoke = (link: typeof serial): boolean => (link?.tokens ?? 0) > 0
  return {
    kind: () => testKind(bench),
    watchdog: () => testWatchdog(bench),
    strap: () => testStrap(bench),
    loop: () => testLoop(bench),
    sense: () => testSense(bench, ears.last !== null),
    serial: () => judgeSerial(bench, serial, spoke(ethernet)),
    ethernet: () => judgeEthernet(bench, ethernet, ears.ethernetProblem(), spoke(serial)),
    switch: () => testSwitch(bench),
    lights: () => testLights(bench),
    button: () => testButton(bench),
    relay: () => testLastPart(bench, ears, options)
  }
}

const runParts = async (bench: Bench, ears: Ears, options: TestOptions): Promise<TestEnd> => {
  const wanted: readonly Part[] = options.answering
    ? ['serial']
    : PARTS.filter(part => options.only?.includes(part) ?? true)
  bench.tell(`... listening for board ${bench.peer}`)
  const probing = options.answering ? 'answering' : wanted.includes('serial') ? 'once' : 'none'
  await listenOnCables(bench, ears, probing)
  const why = whyNotNow(bench, ears)
  if (why !== null) return { kind: 'refused', text: why, wayOut: START_FIRST }
  const parts = partsOf(bench, ears, options)
  const results: PartResult[] = []
  for (const part of wanted) {
    if (bench.signal.aborted) break
    const result = await parts[part]()
    results.push(result)
    options.show(result)
  }
  return { kind: 'done', results }
}

/** Never throws for anything that hardware does. While it runs, no daemon of this board can start. */
export const runTest = async (config: Config, options: TestOptions): Promise<TestEnd> => {
  const lock = await lockBoard(config.stateDir, config.board)
  if (!lock.ok)
    return {
      kind: 'refused',
      text: 'the daemon of this board runs: it owns the lines and the serial port',
      wayOut: STOP
    }
  const clock = createClock()
  const { tell, ask, signal } = options
  const peer = otherBoard(config.board)
  const bench: Bench = { config, facts: boardKind(config.kind), peer, now: clock.now, tell, ask, signal }
  const key = readKeyFile(config.keyFile)
  if (!key.ok) tell(`... without the pair's key no token can be checked: ${formatConfigError(key.error)}`)
  const ears = await openEars(config, peer, key.ok ? key.key : null, clock.now)
  try {
    return await runParts(bench, ears, options)
  } finally {
    await ears.close()
    lock.value.release()
  }
}
