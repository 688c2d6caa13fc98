// What was seen, and the words for it: every sentence about relay and cables stands in judge.golden.txt.
import { equal } from 'node:assert/strict'
import { judgeEthernet, judgeSerial } from '../../src/board-test/cables.js'
import type { Heard } from '../../src/board-test/ears.js'
import { heardNothing } from '../../src/board-test/ears.js'
import { judgeRelay, type RelaySeen } from '../../src/board-test/relay-judge.js'
import type { PartResult } from '../../src/board-test/result.js'
import { compareGolden } from '../golden.js'
import { makeBench, makeConfig } from './bench-fixture.js'

const WELL: RelaySeen = {
  senseBefore: true,
  turnedAfterMs: 34.4,
  changes: 1,
  loopFell: false,
  tokens: 'stopped',
  backAfterMs: 61.2,
  waitedMs: 3370,
  wentDark: null
}
const FACTS = { peer: 'b', relay: 17, sense: 27, allowedMs: 420, holdUpMs: 300 } as const
const BLIND = { senseBefore: null, turnedAfterMs: null, changes: 0, backAfterMs: null } as const

const RELAY: readonly (readonly [title: string, over: Partial<RelaySeen>])[] = [
  ['all well', {}],
  ['all well, the peer was never heard', { tokens: 'none' }],
  ['nothing happens', { turnedAfterMs: null, changes: 0, tokens: 'went-on' }],
  ['nothing happens, the peer was never heard', { turnedAfterMs: null, changes: 0, tokens: 'none' }],
  ['the loop falls instead of sense', { turnedAfterMs: null, changes: 0, loopFell: true }],
  ['the peer falls silent, sense stays on', { turnedAfterMs: null, changes: 0 }],
  ['sense goes off, the peer goes on to speak', { tokens: 'went-on' }],
  ['sense and loop go off together', { loopFell: true }],
  ['the power does not come back', { backAfterMs: null }],
  ['a supply that holds up for long', { turnedAfterMs: 900 }],
  ['sense flickers', { changes: 7 }],
  ['the wrong way round', { senseBefore: false, turnedAfterMs: 12, tokens: 'none' }],
  ['sense is off always, the peer falls silent', { senseBefore: false, turnedAfterMs: null, changes: 0 }],
  ['sense is off always', { senseBefore: false, turnedAfterMs: null, changes: 0, tokens: 'none' }],
  ['no sense line, it went dark', { ...BLIND, wentDark: true }],
  ['no sense line, it fell silent', { ...BLIND }],
  ['no sense line, it stayed lit', { ...BLIND, wentDark: false }],
  ['no sense line, it went on to speak', { ...BLIND, tokens: 'went-on' }],
  ['no sense line, nobody said', { ...BLIND, tokens: 'none' }]
]

const CABLES: readonly (readonly [title: string, over: Partial<Heard>, elsewhere?: boolean])[] = [
  ['tokens of the peer', { bytes: 900, tokens: 12 }],
  ['tokens of another key', { bytes: 900, foreign: 12 }],
  ['a peer with the same letter', { bytes: 900, ownTokens: 12 }],
  ['a loop plug', { bytes: 200, echoes: 4 }],
  ["the peer's test, both ways", { bytes: 200, peerProbes: 6, answers: 4 }],
  ["the peer's test, one way", { bytes: 200, peerProbes: 6 }],
  ['the test of the same letter', { bytes: 200, ownProbes: 6 }],
  ['bytes that make no sense', { bytes: 77 }],
  ['nothing at all', {}],
  ['nothing, and the peer is heard over the other link', {}, true],
  ['no such port', { problem: 'no such file or directory, cannot open /dev/null-modem' }]
]

const text = (title: string, { finding, text: words, remedy }: PartResult): string =>
  `# ${title}\n${finding}: ${words}\n  -> ${remedy ?? 'nothing'}\n`

describe('the judgement of the board test', () => {
  const { config, remove } = makeConfig()
  after(remove)

  it('names what is miswired, and what to do', () => {
    const { bench } = makeBench(config)
    const ethernet = { ...config, ethernet: { address: '10.0.0.1', peerAddress: '10.0.0.2', port: 7337 } }
    const on = makeBench(ethernet).bench
    compareGolden(
      'board-test/judge.golden.txt',
      [
        ...RELAY.map(([title, over]) => text(`relay: ${title}`, judgeRelay({ ...WELL, ...over }, FACTS))),
        ...CABLES.map(([title, over, elsewhere = false]) =>
          text(`serial: ${title}`, judgeSerial(bench, heardNothing(over), elsewhere))
        ),
        text('ethernet: tokens', judgeEthernet(on, heardNothing({ tokens: 9 }), null, true)),
        text('ethernet: nothing', judgeEthernet(on, heardNothing(), null, false)),
        text(
          'ethernet: nothing, and the peer is heard over the other link',
          judgeEthernet(on, heardNothing(), null, true)
        ),
        text('ethernet: no such address', judgeEthernet(on, heardNothing(), 'closed: EADDRNOTAVAIL 10.0.0.1', false)),
        text('ethernet: not configured', judgeEthernet(bench, null, null, false))
      ].join('\n')
    )
  })

  it('finds nothing well where something cannot be', () => {
    // Whatever else was seen: these alone make it wrong, so that no good sign covers them.
    const spoiled: readonly Partial<RelaySeen>[] = [
      { turnedAfterMs: null },
      { senseBefore: false },
      { loopFell: true },
      { tokens: 'went-on' },
      { backAfterMs: null },
      { changes: 5 },
      { turnedAfterMs: FACTS.allowedMs + 1 }
    ]
    equal(judgeRelay(WELL, FACTS).finding, 'ok')
    for (const over of spoiled) equal(judgeRelay({ ...WELL, ...over }, FACTS).finding, 'wrong', JSON.stringify(over))
  })
})
