// Options of time: tokens, fencing, start-up, release. Each says why its default is what it is.
// Relations between them are in src/core/timing.ts; ranges here only keep single values sane.
import { choice, integer } from './option.js'
import { section } from './section.js'

export const tokenSection = section('The token (heartbeat) that both boards send on each link.', {
  intervalMs: integer({
    doc: 'One token per link in this time. 100: a dead peer is noticed within a second at about 2 % of a core; the serial link allows no less than three times the wire time of a frame.',
    min: 20,
    max: 10_000,
    fallback: 100
  }),
  deadMs: integer({
    doc: 'Silence on every link before the peer counts as dead. 1000: ten lost tokens in a row are no noise, and a busy Pi is seldom that late. At least three token intervals and token.latenessMs.',
    min: 60,
    max: 60_000,
    fallback: 1000
  }),
  stallMs: integer({
    doc: 'A daemon whose loop was later than this has stalled: it reads what waits and counts silence anew before it judges the peer. 250: longer than any healthy pause, well below token.deadMs. At least two token intervals.',
    min: 40,
    max: 59_999,
    fallback: 250
  }),
  latenessMs: integer({
    doc: 'Worst lateness of a loop that the head start allows for. 100: garbage collection and a busy card together stay below it on a Pi 3.',
    min: 0,
    max: 10_000,
    fallback: 100
  }),
  answerMs: integer({
    doc: 'A switchover or change of mode that the peer did not answer by then is refused. 5000: an operator waits that long; the peer has to store its answer first.',
    min: 100,
    max: 60_000,
    fallback: 5000
  })
})

export const fenceSection = section("Cutting the peer's power (fencing) and knowing that it is cut.", {
  by: choice({
    doc: 'Who cuts the power: the GPIO relay, a fence agent (see boards.X.agents), or nobody. With none nothing is taken from a board that is not heard, `baton confirm` neither: a group moves only in order, and I/O of a mirrored disk stands still until the other board is back.',
    values: ['relay', 'agent', 'none'],
    fallback: 'relay'
  }),
  relayActMs: integer({
    doc: "The relay's contact has moved for certain after this time. 20: twice what common 5 V relays state.",
    min: 1,
    max: 1000,
    fallback: 20
  }),
  holdUpMs: integer({
    doc: "The peer's supply may keep it running this long after the contact opened. 500: several times what was seen at a Pi with a USB disk; measure yours.",
    min: 0,
    max: 30_000,
    fallback: 500
  }),
  settleMs: integer({
    doc: 'Power sense must read off this long without a break. 100: five reads at the polling interval; bounce of a contact is over by then.',
    min: 1,
    max: 10_000,
    fallback: 100
  }),
  holdMs: integer({
    doc: 'Where no sense line is fitted: the relay is held this long before the peer counts as off. 3000: six times fence.holdUpMs. Longer than fence.relayActMs + fence.holdUpMs.',
    min: 1,
    max: 60_000,
    fallback: 3000
  }),
  headStartMs: integer({
    doc: 'The senior board may fence this much earlier than the junior, so that only one fires. 1500: twice the time of a fencing confirmed by sense. Without a sense line it has to be longer than fence.holdMs and the rest: the check names the smallest value.',
    min: 1,
    max: 120_000,
    fallback: 1500
  }),
  deadlineMs: integer({
    doc: 'Fencing that is not confirmed by then releases the relay and alarms. 10000: three times the slowest confirmation of the defaults; longer means a longer wait for the alarm.',
    min: 1,
    max: 300_000,
    fallback: 10_000
  }),
  restoreAfterMs: integer({
    doc: "After a takeover the peer's power comes back after this time, so that a hung board repairs itself by the power cycle. 0 = only by the operator. 10000: supplies are discharged by then.",
    min: 0,
    max: 3_600_000,
    fallback: 10_000
  }),
  confirmMs: integer({
    doc: "An operator's `baton confirm` is good for this long. 60000, which is also the most: who confirms has just looked.",
    min: 1000,
    max: 60_000,
    fallback: 60_000
  })
})

export const startupSection = section('A board that starts.', {
  bootMs: integer({
    doc: "A peer's boot, from power to its first token, at most. 120000: a Pi 3 with a slow card and a file system check.",
    min: 100,
    max: 1_800_000,
    fallback: 120_000
  }),
  listenMs: integer({
    doc: 'A board that starts into silence listens this long before it may fence. 180000: longer than startup.bootMs + token.deadMs, with a minute to spare.',
    min: 200,
    max: 3_600_000,
    fallback: 180_000
  })
})

export const releaseSection = section('Giving a group away.', {
  deadlineMs: integer({
    doc: 'A group that cannot be released by then makes the board reset itself by its watchdog (R6). 60000: time for a service to end, for unmount and detach, with their default deadlines.',
    min: 1000,
    max: 600_000,
    fallback: 60_000
  })
})

export const lanSection = section('The service LAN, where the users are.', {
  graceMs: integer({
    doc: "The holder's LAN may be down this long before its groups move to a board with a better one. 5000: a switch that restarts a port takes two or three seconds.",
    min: 0,
    max: 600_000,
    fallback: 5000
  })
})

export const watchdogSection = section('The hardware watchdog; its device is named per board (boards.X.watchdog).', {
  timeoutMs: integer({
    doc: 'The board resets this long after the last feeding. 10000: the hardware of a Pi takes at most 15 s, and a slow loop must not reset it.',
    min: 300,
    max: 15_000,
    fallback: 10_000
  }),
  feedMs: integer({
    doc: 'The watchdog is fed this often. 1000: less than a third of watchdog.timeoutMs, so that two feedings may be late.',
    min: 100,
    max: 5000,
    fallback: 1000
  })
})
