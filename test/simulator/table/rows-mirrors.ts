// Rows of the fault table about mirrored disks: one disk on each board, kept equal over a replication link of its own (R7).
import { at, FOR_EVER, group, type Pair, type Row } from './row.js'

const MIRRORED: Pair = { groups: [group('files', 'a', { disk: 'mirrored' })], ownCable: true }

export const MIRROR_ROWS: readonly Row[] = [
  {
    name: 'mirror-replication-cut',
    row: 'replication link cut, a token link lives',
    says: 'the replication link is cut: I/O waits for the durable "outdated" of the standby, goes on, and after the resync the standby is current again',
    faults: [at(0, { kind: 'replicationCut' }, 10)],
    forS: 40,
    servedBy: { files: 'a' },
    awayS: 1.5,
    pair: MIRRORED
  },
  {
    name: 'mirror-standby-loses-power',
    row: 'standby dies or hangs; mirrored: I/O waits until it is outdated or fenced (R7)',
    says: 'the standby of a mirror loses power: I/O waits until that is proved, and goes on; back again, it is brought up to date',
    faults: [at(0, { kind: 'powerCut', board: 'b', atOnce: false }, 20)],
    forS: 70,
    servedBy: { files: 'a' },
    awayS: 2.5,
    pair: MIRRORED
  },
  {
    name: 'mirror-standby-hangs',
    row: 'standby dies or hangs; mirrored: I/O waits until it is outdated or fenced (R7)',
    says: 'the standby of a mirror hangs: its power is cut and proved off, and I/O goes on',
    faults: [at(0, { kind: 'hang', board: 'b', scope: 'board' }, FOR_EVER)],
    forS: 60,
    servedBy: { files: 'a' },
    awayS: 4,
    pair: MIRRORED
  },
  {
    name: 'mirror-standby-silent-in-manual-mode',
    row: 'standby silent and fencing unconfirmed or forbidden, mirrored disk',
    says: 'the standby of a mirror loses power in manual mode: I/O stands still until the operator confirms',
    faults: [
      at(0, { kind: 'operator', board: 'a', what: { order: 'mode', mode: 'manual', forMs: 0 } }),
      at(2, { kind: 'powerCut', board: 'b', atOnce: false }, FOR_EVER),
      at(22, { kind: 'operator', board: 'a', what: { order: 'confirm' } })
    ],
    forS: 40,
    servedBy: { files: 'a' },
    awayS: 22,
    pair: MIRRORED
  },
  {
    name: 'mirror-active-loses-power',
    row: 'active board loses power',
    says: 'the active board of a mirror loses power: the standby was told that it is current, and takes over',
    faults: [at(0, { kind: 'powerCut', board: 'a', atOnce: false }, 20)],
    forS: 70,
    servedBy: { files: 'b' },
    awayS: 3,
    pair: MIRRORED
  },
  {
    name: 'mirror-active-dies-in-a-resync',
    row: 'active board loses power; mirrored: a takeover during the resync is refused (R7)',
    says: 'the active board dies while the standby is brought up to date: nobody takes the half copy; the active board is back and serves',
    faults: [at(0, { kind: 'replicationCut' }, 5), at(8, { kind: 'powerCut', board: 'a', atOnce: false }, 20)],
    forS: 90,
    servedBy: { files: 'a' },
    awayS: 45,
    pair: MIRRORED
  },
  {
    name: 'mirror-holder-hangs-and-the-standby-is-stale',
    row: 'active board hangs (power stays, tokens stop); mirrored: the standby is not current (R7, R13)',
    says: 'the active board of a mirror hangs while the standby is brought up to date: it is cut once and given its power back, and serves again; nothing is taken',
    faults: [at(0, { kind: 'replicationCut' }, 5), at(8, { kind: 'hang', board: 'a', scope: 'board' }, FOR_EVER)],
    forS: 90,
    servedBy: { files: 'a' },
    awayS: 45,
    pair: MIRRORED
  },
  {
    name: 'mirror-both-lose-power',
    row: 'both boards lose power and return together',
    says: 'both boards of a mirror lose power and return: the copies are seen equal, and the last holder serves again',
    faults: [at(0, { kind: 'bothPowerCut' }, 5)],
    forS: 50,
    servedBy: { files: 'a' },
    awayS: 30,
    pair: MIRRORED
  },
  {
    name: 'mirror-stale-one-first',
    row: 'one board returns alone; mirrored: takes at once only if R7 allows',
    says: 'both boards of a mirror die one after the other, and the stale one returns first: it waits, says why, and the other one serves',
    faults: [
      at(0, { kind: 'powerCut', board: 'b', atOnce: false }, 20),
      at(10, { kind: 'powerCut', board: 'a', atOnce: false }, 60)
    ],
    forS: 110,
    servedBy: { files: 'a' },
    awayS: 85,
    pair: MIRRORED
  },
  {
    name: 'mirror-disk-fails-on-the-active',
    row: 'disk vanishes on the active board',
    says: 'the disk of the active board of a mirror fails: it lives on the other copy, and the group moves there in order',
    faults: [at(0, { kind: 'diskGone', board: 'a', group: 'files' }, FOR_EVER)],
    forS: 30,
    servedBy: { files: 'b' },
    awayS: 4,
    pair: MIRRORED
  },
  {
    name: 'mirror-standby-leaves',
    row: 'operator asks for switchover / maintenance / manual mode',
    says: 'the standby of a mirror is shut down in order: the copies part, it is outdated on its card, and the holder goes on without standing still',
    faults: [at(0, { kind: 'operator', board: 'b', what: { order: 'leave' } })],
    forS: 30,
    servedBy: { files: 'a' },
    awayS: 0,
    pair: MIRRORED
  },
  {
    name: 'mirror-disk-replaced-on-the-standby',
    row: 'a disk of a mirror is replaced by a new one (R7)',
    says: 'the disk of the standby of a mirror dies and is replaced by an empty one: nobody waits, it is filled, and the standby is current again',
    faults: [at(0, { kind: 'diskReplaced', board: 'b', group: 'files' }, 10)],
    forS: 40,
    servedBy: { files: 'a' },
    awayS: 0,
    pair: MIRRORED
  },
  {
    name: 'mirror-only-copy-replaced',
    row: 'a disk of a mirror is replaced by a new one (R7)',
    says: 'the board that alone has a current copy loses its disk, and gets an empty one: nobody serves the stale copy that fills it until a person takes it',
    faults: [
      at(0, { kind: 'powerCut', board: 'b', atOnce: false }, 20),
      at(10, { kind: 'powerCut', board: 'a', atOnce: false }, 10),
      at(11, { kind: 'diskReplaced', board: 'a', group: 'files' }, 8),
      at(80, { kind: 'operator', board: 'a', what: { order: 'takeStale', group: 'files' } })
    ],
    forS: 110,
    servedBy: { files: 'a' },
    awayS: 75,
    pair: MIRRORED
  },
  {
    name: 'mirror-override-and-split-brain',
    row: 'two holders meet; mirrored: two copies that went their own way (R7)',
    says: 'an operator takes a stale copy, and the newer one comes back: both stop; a person gives one copy up, and the pair is normal again',
    faults: [
      at(0, { kind: 'powerCut', board: 'b', atOnce: false }, 20),
      at(10, { kind: 'powerCut', board: 'a', atOnce: false }, 60),
      at(45, { kind: 'operator', board: 'b', what: { order: 'takeStale', group: 'files' } }),
      at(110, { kind: 'operator', board: 'a', what: { order: 'discardCopy', group: 'files' } }),
      at(112, { kind: 'operator', board: 'b', what: { order: 'recover', home: false } })
    ],
    forS: 140,
    servedBy: { files: 'b' },
    awayS: 45,
    pair: MIRRORED
  }
]
