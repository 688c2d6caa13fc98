// Rows of the fault table in which a disk or a service is what fails, or an operator is who acts.
import { at, FOR_EVER, type Row } from './row.js'

export const SERVICE_ROWS: readonly Row[] = [
  {
    name: 'service-fails-once',
    row: 'one service fails its probe',
    says: 'a service dies: its probe notices, it is restarted, the group stays',
    faults: [at(0, { kind: 'serviceDies', board: 'a', group: 'files' })],
    forS: 20,
    servedBy: { files: 'a' },
    awayS: 3
  },
  {
    name: 'service-fails-again-and-again',
    row: 'one service fails its probe (XLink: failover of one service)',
    says: 'XLink: a service fails again and again: after the allowed restarts its group moves to the other board',
    faults: [0, 5, 10, 15].map(second => at(second, { kind: 'serviceDies', board: 'a', group: 'files' } as const)),
    forS: 40,
    servedBy: { files: 'b' },
    awayS: 4
  },
  {
    name: 'fsck-fails-after-a-grant',
    row: 'fsck cannot repair, mount fails, service will not start (after a grant)',
    says: 'the disk cannot be mounted after a grant: the group is granted back to the board that was fit',
    faults: [
      at(0, { kind: 'actionFails', board: 'b', action: 'mount' }, FOR_EVER),
      at(1, { kind: 'operator', board: 'b', what: { order: 'switchover', group: 'files' } })
    ],
    forS: 40,
    servedBy: { files: 'a' },
    awayS: 12
  },
  {
    name: 'fsck-fails-after-fencing',
    row: 'fsck cannot repair, mount fails, service will not start (after fencing)',
    says: 'fsck cannot repair after a takeover: the peer gets its power back, and the group as soon as it is heard',
    faults: [
      at(0, { kind: 'actionFails', board: 'b', action: 'check' }, FOR_EVER),
      at(1, { kind: 'powerCut', board: 'a', atOnce: false }, 5)
    ],
    forS: 60,
    servedBy: { files: 'a' },
    awayS: 40
  },
  {
    name: 'service-starts-nowhere',
    row: 'fsck cannot repair, mount fails, service will not start (nobody is fit)',
    says: 'the service starts on neither board: both are tried once, then it stays down, says why, and comes back when it can',
    faults: [
      at(0, { kind: 'actionFails', board: 'a', action: 'startServices' }, 60),
      at(0, { kind: 'actionFails', board: 'b', action: 'startServices' }, 60),
      at(1, { kind: 'operator', board: 'b', what: { order: 'switchover', group: 'files' } }),
      at(70, { kind: 'operator', board: 'a', what: { order: 'recover' } })
    ],
    forS: 90,
    servedBy: { files: 'a' },
    awayS: 90
  },
  {
    name: 'disk-vanishes',
    row: 'disk vanishes on the active board',
    says: 'the disk vanishes on the active board: the I/O probe fails, and the group is granted to the board that sees it',
    faults: [at(0, { kind: 'diskGone', board: 'a', group: 'files' }, FOR_EVER)],
    forS: 40,
    servedBy: { files: 'b' },
    awayS: 5
  },
  {
    name: 'release-hangs',
    row: 'operator asks for switchover (and the disk will not be let go)',
    says: 'the disk cannot be unmounted for a planned switchover: the move is undone, the group stays',
    faults: [
      at(0, { kind: 'actionFails', board: 'a', action: 'unmount' }, 40),
      at(1, { kind: 'operator', board: 'b', what: { order: 'switchover', group: 'files' } })
    ],
    forS: 90,
    servedBy: { files: 'a' },
    awayS: 90
  },
  {
    name: 'switchover',
    row: 'operator asks for switchover / maintenance / manual mode',
    says: 'an operator asks for a switchover: released, inspected, granted, taken, in this order',
    faults: [at(0, { kind: 'operator', board: 'a', what: { order: 'switchover', group: 'files' } })],
    forS: 20,
    servedBy: { files: 'b' },
    awayS: 4
  },
  {
    name: 'maintenance',
    row: 'operator asks for switchover / maintenance / manual mode',
    says: 'maintenance is confirmed by the peer and kept on both cards: a board that dies meanwhile is not taken over',
    faults: [
      at(0, { kind: 'operator', board: 'a', what: { order: 'mode', mode: 'maintenance', forMs: 0 } }),
      at(5, { kind: 'powerCut', board: 'a', atOnce: false }, 10),
      at(50, { kind: 'operator', board: 'a', what: { order: 'mode', mode: 'auto', forMs: 0 } })
    ],
    forS: 60,
    servedBy: { files: 'a' },
    awayS: 60
  },
  {
    name: 'manual-mode',
    row: 'operator asks for switchover / maintenance / manual mode',
    says: 'in manual mode the operator decides: after his confirmation, with the relay driven, the group is taken',
    faults: [
      at(0, { kind: 'operator', board: 'a', what: { order: 'mode', mode: 'manual', forMs: 0 } }),
      at(5, { kind: 'powerCut', board: 'a', atOnce: false }, FOR_EVER),
      at(15, { kind: 'operator', board: 'b', what: { order: 'confirm' } })
    ],
    forS: 40,
    servedBy: { files: 'b' },
    awayS: 15
  },
  {
    name: 'drill',
    row: 'sense stuck on, relay stuck or miswired (the drill would have found it)',
    says: 'the drill: power on, off and on again, tokens stopping with it, and the proof is durable',
    pair: { proved: false },
    faults: [at(0, { kind: 'operator', board: 'a', what: { order: 'fenceProve' } })],
    forS: 60,
    servedBy: { files: 'a' },
    awayS: 0
  },
  {
    name: 'drill-by-button',
    row: 'sense stuck on, relay stuck or miswired (the drill would have found it)',
    says: 'the button of the board that serves, held for 4 s, proves the fence; on the other board it does nothing',
    pair: { proved: false },
    faults: [at(0, { kind: 'button', board: 'b' }, 4), at(6, { kind: 'button', board: 'a' }, 4)],
    forS: 60,
    servedBy: { files: 'a' },
    awayS: 0
  },
  {
    name: 'fence-off-beside-a-drill',
    row: 'operator asks for switchover / maintenance / manual mode',
    says: 'a person has the other board cut while that one proves its fence: refused, only the one that is drilled is cut, and the service stays',
    pair: { proved: false },
    faults: [
      at(0, { kind: 'operator', board: 'a', what: { order: 'fenceProve' } }),
      at(0.2, { kind: 'operator', board: 'b', what: { order: 'fenceOff' } })
    ],
    forS: 60,
    servedBy: { files: 'a' },
    awayS: 0
  },
  {
    name: 'two-drills-at-once',
    row: 'operator asks for switchover / maintenance / manual mode',
    says: 'two people prove both fences at the same moment, while nobody serves: neither board is cut, and one after the other succeeds',
    pair: { proved: false },
    faults: [
      at(0, { kind: 'operator', board: 'a', what: { order: 'mode', mode: 'maintenance', forMs: 0 } }),
      at(2, { kind: 'powerCut', board: 'a', atOnce: true }, 1),
      at(2, { kind: 'powerCut', board: 'b', atOnce: true }, 1),
      at(20, { kind: 'operator', board: 'a', what: { order: 'fenceProve' } }),
      at(20.01, { kind: 'operator', board: 'b', what: { order: 'fenceProve' } }),
      at(25, { kind: 'operator', board: 'b', what: { order: 'fenceProve' } }),
      at(50, { kind: 'operator', board: 'a', what: { order: 'fenceProve' } }),
      at(75, { kind: 'operator', board: 'a', what: { order: 'mode', mode: 'auto', forMs: 0 } })
    ],
    forS: 90,
    servedBy: { files: 'a' },
    awayS: 80
  }
]
