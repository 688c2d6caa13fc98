// Facts of the world in plain words, without what happens all the time. Used by the stories of the fault table.
import type { Effect } from '../../../src/core/effect.js'
import type { CoreEvent } from '../../../src/core/event.js'
import type { MirrorFacts } from '../../../src/core/mirror-state.js'
import type { BoardId, Durable } from '../../../src/core/types.js'
import { otherBoard } from '../../../src/core/types.js'
import type { Fact } from '../facts.js'
import type { Trouble } from '../plan.js'
import { troubleWords } from './trouble-words.js'

const ACTION_WORDS: Readonly<Record<string, string>> = {
  inspect: 'looks what it holds of GROUP',
  attach: 'brings the disk of GROUP here',
  check: 'checks the disk of GROUP (fsck)',
  mount: 'mounts the disk of GROUP and marks it with EPOCH',
  stamp: 'marks the disk of GROUP with EPOCH',
  setAddresses: 'sets the addresses of GROUP at once',
  checkAndSetAddresses: 'sets the addresses of GROUP after a look whether somebody has them',
  startServices: 'starts the services of GROUP',
  openLogins: 'opens logins for GROUP',
  closeLogins: 'closes logins for GROUP',
  stopServices: 'stops the services of GROUP',
  restartServices: 'restarts the failed service of GROUP',
  clearAddresses: 'removes the addresses of GROUP',
  unmount: 'unmounts the disk of GROUP',
  detach: 'lets go of the disk of GROUP',
  abandon: 'stops GROUP without sync'
}

const epochText = (epoch: { readonly number: number; readonly board: BoardId }): string =>
  `${epoch.number}${epoch.board}`

const effectWords = (effect: Effect, board: BoardId): string | null => {
  const peer = otherBoard(board)
  switch (effect.kind) {
    case 'report':
      return `says (${effect.report.level}): ${effect.report.text}`
    case 'driveRelay':
      return effect.on ? `drives its relay: power of ${peer} off` : `lets its relay go: power of ${peer} on`
    case 'runAction':
      return (ACTION_WORDS[effect.action] ?? effect.action)
        .replace('GROUP', effect.group)
        .replace('EPOCH', epochText(effect.epoch))
    case 'announceAddresses':
      return `announces the addresses of ${effect.group} once more`
    case 'drainLinks':
      return 'empties its links: what waits there proves nothing'
    case 'resetBoard':
      return `resets itself: ${effect.reason}`
    case 'answerOperator':
      return `answers the operator${effect.final ? '' : ' (more follows)'}: ${effect.ok ? '' : 'NO: '}${effect.text}`
    case 'exit':
      return effect.order === 'leave'
        ? 'its daemon ends, nothing is held'
        : 'its daemon leaves, what is held stays held'
    case 'answerMirror':
      return effect.ok
        ? `lets the mirror of ${effect.group} go on alone`
        : `ends the question of the mirror of ${effect.group}`
    case 'connectMirror':
      return effect.on
        ? `connects the mirror of ${effect.group}${effect.discard ? ', giving up its own copy' : ''}`
        : `parts the mirror of ${effect.group}`
    case 'verifyMirror':
      return `compares both copies of ${effect.group}`
    case 'sendToken':
    case 'storeState':
    case 'watchGroup':
    case 'feedWatchdog':
    case 'showPanel':
      return null
  }
}

const mirrorWords = ({ connected, disk, peerDisk, resync, splitBrain }: MirrorFacts): string => {
  if (splitBrain) return 'sees a split brain'
  const syncs = resync === null ? '' : `, resync to ${resync.to}`
  return connected
    ? `sees the copies connected (here ${disk}, there ${peerDisk}${syncs})`
    : `sees the replication link down (here ${disk})`
}

const eventWords = (event: CoreEvent, board: BoardId): string | null => {
  const peer = otherBoard(board)
  switch (event.kind) {
    case 'senseChanged':
      return `reads its sense wire: ${peer} has ${event.on ? 'power' : 'no power'}`
    case 'loopChanged':
      return `reads its harness loop: ${event.whole ? 'whole' : 'open'}`
    case 'lanChanged':
      return `sees its LAN ${event.up ? 'up' : 'down'}`
    case 'agentConfirmed':
      return `is told by the fence agent: ${peer} is off`
    case 'relayFailed':
      return `could not move the relay: ${event.reason}`
    case 'diskSeenChanged':
      return `${event.seen ? 'sees' : 'does not see'} the disk of ${event.group}`
    case 'mirrorChanged':
      return `${event.group}: ${mirrorWords(event.mirror)}`
    case 'mirrorAsks':
      return `is asked by the mirror of ${event.group} whether it may go on alone; I/O waits`
    case 'serviceFailed':
      return `probes ${event.group}: its service fails (${event.reason})`
    case 'diskFailed':
      return `probes ${event.group}: its disk fails (${event.reason})`
    case 'buttonDown':
      return event.found ? 'finds its button pressed' : 'feels its button go down'
    case 'buttonUp':
      return `feels its button come up${event.heldMs === null ? '' : ` after ${Math.round(event.heldMs)} ms`}`
    case 'stateStoreFailed':
      return `could not write its record: ${event.reason}`
    case 'tick':
    case 'tokenReceived':
    case 'foreignFrameReceived':
    case 'linksDrained':
    case 'stateStored':
    case 'relayDriven':
    case 'actionFinished':
    case 'operatorAsked':
      return null
  }
}

/** What of the durable record is new, in words; null = nothing that a story needs. */
const recordWords = (before: Durable | null, after: Durable): string | null => {
  const news: string[] = []
  for (const [name, { epoch, grant, mirror }] of Object.entries(after.groups)) {
    const old = before?.groups[name]
    if (old === undefined || epochText(old.epoch) !== epochText(epoch)) news.push(`${name} is ${epochText(epoch)}`)
    const says = mirror?.says ?? null
    if (says !== (old?.mirror?.says ?? null))
      news.push(
        says === null
          ? `nothing of the copies of ${name} any more`
          : says === 'alone'
            ? `its copy of ${name} alone is current`
            : `its copy of ${name} is outdated`
      )
    if (grant > 0 && old?.grant !== grant) news.push(`${name} is granted to the peer as number ${grant}`)
  }
  if (before?.mode !== after.mode) news.push(`mode ${after.mode}`)
  if (before !== null && (before.proof === null) !== (after.proof === null))
    news.push(after.proof === null ? 'the proof of the fence is void' : 'the fence is proved')
  if ((before?.startFences ?? 0) !== after.startFences)
    news.push(`fencings out of start-up silence: ${after.startFences}`)
  if (after.mustReset !== null && before?.mustReset?.bootId !== after.mustReset.bootId) news.push('this boot must end')
  const kept = Object.keys(after.evidence).filter(name => before?.evidence[name] === undefined)
  for (const name of kept) news.push(`evidence of ${name} is kept`)
  if (Object.keys(before?.evidence ?? {}).some(name => after.evidence[name] === undefined))
    news.push('the evidence is cleared')
  return news.length === 0 ? null : `has it on its card: ${news.join(', ')}`
}

/** One line of a story without its time; null = not worth a line. `!` stands for what the story's author did. */
export const factWords = (fact: Fact): { readonly who: BoardId | '!'; readonly words: string } | null => {
  const line = (words: string | null) => (words === null || fact.kind === 'fault' ? null : { who: fact.board, words })
  switch (fact.kind) {
    case 'event':
      return line(eventWords(fact.event, fact.board))
    case 'effect':
      return line(effectWords(fact.effect, fact.board))
    case 'stored':
      return line(recordWords(fact.before, fact.after))
    case 'rail':
      return line(fact.on ? 'has power' : 'HAS NO POWER')
    case 'contact':
      return line(`the contact in its supply ${fact.open ? 'opens' : 'closes'}`)
    case 'daemon':
      return line(fact.up ? 'its daemon starts' : fact.why === 'lost power' ? null : `its daemon ends: ${fact.why}`)
    case 'soc':
      return line(fact.up ? 'has booted' : fact.why === 'lost power' ? null : `GOES DOWN: ${fact.why}`)
    case 'fault': {
      const [word = '', text = ''] = fact.text.split(/: (.*)/s)
      return { who: '!', words: troubleWords(JSON.parse(text) as Trouble, word === 'begins') }
    }
    case 'held':
    case 'acknowledged':
    case 'stall':
    case 'stepped':
      return null
  }
}
