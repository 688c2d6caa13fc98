// Rows of the fault table in which a board, or its daemon, is what fails.
import { at, FOR_EVER, group, type Row } from './row.js'

export const BOARD_ROWS: readonly Row[] = [
  {
    name: 'active-loses-power',
    row: 'active board loses power (SFT III scenario 1: the primary dies)',
    says: 'SFT III scenario 1: the active board loses power, the other holds it off, proves it, and takes over',
    faults: [at(0, { kind: 'powerCut', board: 'a', atOnce: false }, FOR_EVER)],
    forS: 60,
    servedBy: { files: 'b' },
    awayS: 2
  },
  {
    name: 'standby-loses-power',
    row: 'standby dies or hangs (SFT III scenario 2: the secondary dies)',
    says: 'SFT III scenario 2: the standby loses power, the active board alarms and serves on, and the standby comes back as one',
    faults: [at(0, { kind: 'powerCut', board: 'b', atOnce: false }, 20)],
    forS: 60,
    servedBy: { files: 'a' },
    awayS: 0
  },
  {
    name: 'active-hangs',
    row: 'active board hangs (power stays, tokens stop)',
    says: 'the active board hangs: after dead time and head start the other cuts its power, proves it, takes over, and gives the power back',
    faults: [at(0, { kind: 'hang', board: 'a', scope: 'board' }, FOR_EVER)],
    forS: 60,
    servedBy: { files: 'b' },
    awayS: 6
  },
  {
    name: 'standby-hangs',
    row: 'standby dies or hangs',
    says: 'the standby hangs: the active board, which is senior, cuts its power once to protect what it serves, and gives it back',
    faults: [at(0, { kind: 'hang', board: 'b', scope: 'board' }, FOR_EVER)],
    forS: 60,
    servedBy: { files: 'a' },
    awayS: 0
  },
  {
    name: 'active-hangs-and-wakes',
    row: 'active board hangs (power stays, tokens stop)',
    says: 'the active board stands still for less than the dead time: nothing moves, and its own stall makes it count anew',
    faults: [at(0, { kind: 'hang', board: 'a', scope: 'board' }, 0.9)],
    forS: 20,
    servedBy: { files: 'a' },
    awayS: 1
  },
  {
    name: 'savwareha-fallback-and-recovery',
    row: 'active board loses power, then is repaired (SavWareHA: fallback mode and recovery)',
    says: 'SavWareHA: fallback at the failure of one machine, recovery by the operator when it is repaired, the group home again',
    faults: [
      at(0, { kind: 'powerCut', board: 'a', atOnce: false }, 30),
      at(60, { kind: 'operator', board: 'b', what: { order: 'recover', home: true } })
    ],
    forS: 80,
    servedBy: { files: 'a' },
    awayS: 4
  },
  {
    name: 'xlink-system-failover',
    row: 'active board loses power, both boards active (XLink: failover of the whole system, automatic failback)',
    says: 'XLink: both boards serve a group each; one dies, the other serves both, and the group goes home by itself after the repair',
    pair: { groups: [group('files', 'a', { failback: 'auto' }), group('web', 'b', { failback: 'auto' })] },
    faults: [at(0, { kind: 'powerCut', board: 'b', atOnce: false }, 20)],
    forS: 70,
    servedBy: { files: 'a', web: 'b' },
    awayS: 4
  },
  {
    name: 'both-lose-power',
    row: 'both boards lose power and return together',
    says: 'both boards lose power and return together: they listen, agree on the last holder, and only that one serves',
    faults: [at(0, { kind: 'bothPowerCut' }, 10)],
    forS: 60,
    servedBy: { files: 'a' },
    awayS: 40
  },
  {
    name: 'both-lose-power-after-a-takeover',
    row: 'both boards lose power and return together',
    says: 'both boards lose power after a takeover: the last holder serves again, not the home board',
    faults: [at(0, { kind: 'powerCut', board: 'a', atOnce: false }, 5), at(40, { kind: 'bothPowerCut' }, 10)],
    forS: 90,
    servedBy: { files: 'b' },
    awayS: 40
  },
  {
    name: 'one-returns-alone',
    row: 'one board returns alone',
    says: 'one board returns alone, and its whole loop and dark sense line prove the other off: it holds the relay and takes at once',
    faults: [at(0, { kind: 'bothPowerCut' }, 10), at(1, { kind: 'powerCut', board: 'a', atOnce: true }, FOR_EVER)],
    forS: 60,
    servedBy: { files: 'b' },
    awayS: 30
  },
  {
    name: 'one-returns-alone-to-a-silent-peer',
    row: 'one board returns alone',
    says: 'one board returns and hears nobody although the peer has power: it listens longer than a boot takes, then fences once',
    faults: [at(0, { kind: 'bothPowerCut' }, 10), at(20.58, { kind: 'hang', board: 'a', scope: 'board' }, FOR_EVER)],
    forS: 90,
    servedBy: { files: 'b' },
    awayS: 70
  },
  {
    name: 'one-returns-alone-without-a-loop',
    row: 'one board returns alone',
    says: 'one board returns alone and has no loop: a dark sense line found at boot proves nothing, so the operator must confirm',
    pair: { wiring: { loop: false } },
    faults: [
      at(0, { kind: 'bothPowerCut' }, 10),
      at(1, { kind: 'powerCut', board: 'a', atOnce: true }, FOR_EVER),
      at(90, { kind: 'operator', board: 'b', what: { order: 'confirm' } })
    ],
    forS: 110,
    servedBy: { files: 'b' },
    awayS: 100
  },
  {
    name: 'survivor-reboots-holding-the-relay',
    row: 'the survivor reboots while it holds the relay',
    says: 'the survivor reboots while it holds the relay: the contact falls back, the peer boots too, and one of them serves',
    faults: [at(0, { kind: 'hang', board: 'a', scope: 'board' }, FOR_EVER), at(8, { kind: 'panic', board: 'b' })],
    forS: 90,
    servedBy: { files: 'b' },
    awayS: 30
  },
  {
    name: 'daemon-crashes-while-it-holds-the-relay',
    row: 'the survivor reboots while it holds the relay',
    says: "the survivor's daemon crashes while it holds the relay: the level stays, the next life reads it, adopts, and goes on",
    faults: [
      at(0, { kind: 'powerCut', board: 'a', atOnce: false }, FOR_EVER),
      at(5, { kind: 'daemonCrash', board: 'b' })
    ],
    forS: 60,
    servedBy: { files: 'b' },
    awayS: 2
  },
  {
    name: 'daemon-crashes',
    row: 'daemon crashes on the active board',
    says: 'the daemon of the active board crashes and is back within the dead time: it looks, adopts what it finds, and no client notices',
    faults: [at(0, { kind: 'daemonCrash', board: 'a' })],
    forS: 30,
    servedBy: { files: 'a' },
    awayS: 0
  },
  {
    name: 'daemon-hangs',
    row: 'daemon crashes on the active board',
    says: 'the daemon of the active board is gone for longer than the dead time: the peer fences and takes over',
    faults: [at(0, { kind: 'hang', board: 'a', scope: 'daemon' }, 30)],
    forS: 60,
    servedBy: { files: 'b' },
    awayS: 3
  },
  {
    name: 'daemon-restarts-as-planned',
    row: 'daemon crashes on the active board',
    says: 'a planned restart of the daemon: it says that it holds, leaves everything running, and adopts it again',
    faults: [at(0, { kind: 'operator', board: 'a', what: { order: 'restart' } })],
    forS: 30,
    servedBy: { files: 'a' },
    awayS: 0
  }
]
