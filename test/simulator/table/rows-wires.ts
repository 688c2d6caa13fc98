// Rows of the fault table in which a link or a wire is what fails, or somebody else is on it.
import { at, FOR_EVER, type Row } from './row.js'

export const WIRE_ROWS: readonly Row[] = [
  {
    name: 'serial-cable-cut',
    row: 'serial cable cut, Ethernet lives',
    says: 'the serial cable is cut: both boards warn, nothing moves',
    faults: [at(0, { kind: 'linkCut', link: 'serial', from: ['a', 'b'] }, 20)],
    forS: 40,
    servedBy: { files: 'a' },
    awayS: 0
  },
  {
    name: 'ethernet-cut',
    row: 'Ethernet between the boards cut, serial lives (SFT III scenario 3)',
    says: 'the Ethernet between the boards is cut: tokens go on over the serial cable, nothing moves',
    faults: [at(0, { kind: 'linkCut', link: 'ethernet', from: ['a', 'b'] }, 20)],
    forS: 40,
    servedBy: { files: 'a' },
    awayS: 0
  },
  {
    name: 'ethernet-cut-and-lan-of-the-active-dead',
    row: 'Ethernet between the boards cut, serial lives (SFT III scenario 4: the LAN adapter fails)',
    says: "SFT III scenario 4: the active board's LAN fails and the standby's is better: an orderly switchover over the serial cable",
    faults: [
      at(0, { kind: 'linkCut', link: 'ethernet', from: ['a', 'b'] }, FOR_EVER),
      at(0, { kind: 'lanDown', board: 'a' }, FOR_EVER)
    ],
    forS: 40,
    servedBy: { files: 'b' },
    awayS: 4
  },
  {
    name: 'both-links-cut',
    row: 'both links cut, both alive',
    says: 'both links are cut and both boards live: the senior fires first and serves on; the junior is restored once, then left off',
    faults: [at(0, { kind: 'allLinksCut', from: ['a', 'b'] }, FOR_EVER)],
    forS: 90,
    servedBy: { files: 'a' },
    awayS: 0
  },
  {
    name: 'both-links-cut-and-lan-of-the-active-dead',
    row: "both links cut and the active's LAN dead",
    says: "the active board's LAN and both links die: it loses its head start, and the fit standby takes over",
    faults: [
      at(0, { kind: 'lanDown', board: 'a' }, FOR_EVER),
      at(0.5, { kind: 'allLinksCut', from: ['a', 'b'] }, FOR_EVER)
    ],
    forS: 50,
    servedBy: { files: 'b' },
    awayS: 3
  },
  {
    name: 'one-way-link',
    row: 'one-way link',
    says: 'one link carries tokens one way only: it counts as cut, nothing moves',
    faults: [at(0, { kind: 'linkCut', link: 'ethernet', from: ['a'] }, 20)],
    forS: 40,
    servedBy: { files: 'a' },
    awayS: 0
  },
  {
    name: 'sense-falls-while-tokens-come',
    row: 'sense falls while tokens come; harness pulled',
    says: 'the sense wire falls while tokens come: it is distrusted, the proof is void, the relay is not driven',
    pair: { wiring: { loop: false } },
    faults: [at(0, { kind: 'senseStuck', board: 'b', level: false }, 20)],
    forS: 40,
    servedBy: { files: 'a' },
    awayS: 0
  },
  {
    name: 'harness-pulled',
    row: 'sense falls while tokens come; harness pulled',
    says: 'the harness is pulled: the loop opens, both boards keep their roles, and a dead active board is then not taken over',
    faults: [
      at(0, { kind: 'harnessPulled', board: 'b' }, FOR_EVER),
      at(20, { kind: 'powerCut', board: 'a', atOnce: false }, FOR_EVER)
    ],
    forS: 60,
    servedBy: { files: null },
    awayS: Number.POSITIVE_INFINITY
  },
  {
    name: 'sense-stuck-on',
    row: 'sense stuck on, relay stuck or miswired',
    says: 'the sense wire sticks at "on": the fencing of a hung peer is not confirmed, the relay is let go, nothing is taken',
    faults: [
      at(0, { kind: 'senseStuck', board: 'b', level: true }, FOR_EVER),
      at(5, { kind: 'hang', board: 'a', scope: 'board' }, FOR_EVER)
    ],
    forS: 60,
    servedBy: { files: 'a' },
    awayS: 60
  },
  {
    name: 'relay-stuck',
    row: 'sense stuck on, relay stuck or miswired',
    says: 'the relay sticks: the fencing of a hung peer is not confirmed, nothing is taken, until the operator has looked',
    faults: [
      at(0, { kind: 'relayStuck', board: 'b', open: null }, FOR_EVER),
      at(5, { kind: 'hang', board: 'a', scope: 'board' }, FOR_EVER),
      at(30, { kind: 'operator', board: 'b', what: { order: 'confirm' } }),
      at(40, { kind: 'powerCut', board: 'a', atOnce: false }, FOR_EVER),
      at(42, { kind: 'operator', board: 'b', what: { order: 'confirm' } })
    ],
    forS: 60,
    servedBy: { files: 'b' },
    awayS: 40
  },
  {
    name: 'no-sense-line',
    row: 'active board hangs (power stays, tokens stop)',
    says: 'a pair without a sense line: the relay is held for the hold time, which counts as proof, and status says so',
    pair: { wiring: { sense: false, loop: false }, timing: { headStartMs: 4000 } },
    faults: [at(0, { kind: 'hang', board: 'a', scope: 'board' }, FOR_EVER)],
    forS: 60,
    servedBy: { files: 'b' },
    awayS: 12
  },
  {
    name: 'foreign-key',
    row: 'wrong key, version, identity or configuration',
    says: 'one board got a new key: each calls the frames of the other foreign and alarms, and neither fences the other',
    faults: [
      at(0, { kind: 'foreignFrames', board: 'a', link: 'ethernet' }, 20),
      at(0, { kind: 'foreignFrames', board: 'b', link: 'ethernet' }, 20),
      at(0, { kind: 'allLinksCut', from: ['a', 'b'] }, 20)
    ],
    forS: 40,
    servedBy: { files: 'a' },
    awayS: 0
  },
  {
    name: 'other-configuration',
    row: 'wrong key, version, identity or configuration',
    says: 'the two boards have different configurations: an alarm, and no change of roles is carried out',
    faults: [
      at(0, { kind: 'otherConfiguration', board: 'b' }, 30),
      at(1, { kind: 'operator', board: 'b', what: { order: 'restart' } }),
      at(10, { kind: 'operator', board: 'b', what: { order: 'switchover', group: 'files' } }),
      at(32, { kind: 'operator', board: 'b', what: { order: 'restart' } })
    ],
    forS: 50,
    servedBy: { files: 'a' },
    awayS: 0
  },
  {
    name: 'noise-on-one-link',
    row: 'garbage, replayed or forged frames',
    says: 'noise drowns one link: garbage is dropped and counted, the link counts as cut, nothing moves',
    faults: [at(0, { kind: 'linkBad', link: 'serial', from: 'a', loss: 1, dup: 0, delayMs: 0 }, 10)],
    forS: 30,
    servedBy: { files: 'a' },
    awayS: 0
  },
  {
    name: 'replayed-tokens',
    row: 'garbage, replayed or forged frames',
    says: 'every token of the active board is replayed later, also after its death: replayed tokens move nothing and hide nothing',
    faults: [
      at(0, { kind: 'linkBad', link: 'ethernet', from: 'a', loss: 0, dup: 1, delayMs: 4000 }, 20),
      at(10, { kind: 'powerCut', board: 'a', atOnce: false }, FOR_EVER)
    ],
    forS: 30,
    servedBy: { files: 'b' },
    awayS: 3
  },
  {
    name: 'two-holders-meet',
    row: 'two holders meet (a wrong confirmation)',
    says: 'two holders meet after a false confirmation: the lower epoch resets at once, the other stops and keeps the evidence',
    pair: { wiring: { sense: false, loop: false }, timing: { headStartMs: 4000 }, proved: false, unjudged: true },
    faults: [
      at(0, { kind: 'harnessPulled', board: 'b' }, FOR_EVER),
      at(1, { kind: 'allLinksCut', from: ['a', 'b'] }, 20),
      at(10, { kind: 'operator', board: 'b', what: { order: 'confirm' } }),
      at(60, { kind: 'operator', board: 'b', what: { order: 'recover' } }),
      at(65, { kind: 'operator', board: 'b', what: { order: 'mode', mode: 'auto', forMs: 0 } })
    ],
    forS: 80,
    servedBy: { files: 'b' },
    awayS: 60
  }
]
