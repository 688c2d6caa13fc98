// One report on one screen of 80 x 24, for a person at two in the morning; and the list of reports. Pure.
import type { ReportGroup, ReportStep, TakeoverReport } from '../runtime/status.js'
import { durationText, wallText } from './duration.js'
import { COLUMNS, clip, ends, LINES, plain, row, wrap } from './screen.js'

/** A line is left for the prompt. */
const ROOM = LINES - 1
const NUMBER_COLUMNS = 9

const WORDS: Readonly<Record<ReportStep['step'], string>> = {
  detection: 'detection: until the silence counted',
  wait: "wait for this board's turn (R9)",
  store: 'store the intent',
  relay: 'drive the relay and read it back',
  confirmation: "prove that the peer's power is off (R3)",
  return: 'peer boots and is heard again',
  epoch: 'store the epoch (R5)',
  grant: 'store the grant (R2a)',
  peer: 'peer takes over, until it says that it serves',
  inspect: 'look what is held',
  openLogins: 'open logins',
  closeLogins: 'close logins',
  attach: 'attach the disk',
  check: 'check the disk (e2fsck)',
  mount: 'mount the disk',
  stamp: 'write the epoch on the disk',
  setAddresses: 'set the addresses',
  checkAndSetAddresses: 'check and set the addresses',
  startServices: 'start the services',
  stopServices: 'stop the services',
  restartServices: 'restart the services',
  clearAddresses: 'clear the addresses',
  unmount: 'unmount the disk',
  detach: 'detach the disk',
  abandon: 'stop, keep the evidence (R15)'
}

const KIND: Readonly<Record<TakeoverReport['kind'], string>> = {
  takeover: 'takeover',
  switchover: 'switchover',
  start: 'cold start',
  fencing: "cutting the peer's power",
  drill: 'proof of the fence'
}

const OUTCOME: Readonly<Record<TakeoverReport['outcome'], string>> = {
  'under-way': 'under way',
  done: 'done',
  failed: 'FAILED',
  'given-up': 'given up',
  'cut-short': 'CUT SHORT'
}

const RIGHT: Readonly<Record<NonNullable<ReportGroup['right']>, string>> = {
  grant: 'granted by the peer',
  resume: 'agreed by both boards',
  fencing: 'fencing confirmed',
  confirm: "operator's confirmation"
}

const groupNames = ({ groups }: TakeoverReport): string => groups.map(({ name }) => name).join(', ')

/** `takeover of files`. */
export const whatText = (report: TakeoverReport): string =>
  report.groups.length === 0 ? KIND[report.kind] : `${KIND[report.kind]} of ${groupNames(report)}`

/** How long clients of one group had no service, as far as this board can know. */
const awayText = ({ interruptionMs, name, servedBy, servedUntilMs, servedFromMs }: ReportGroup): string => {
  if (interruptionMs !== null)
    return `${name}: ${durationText(interruptionMs)} without service, then served by board ${servedBy}`
  if (servedFromMs !== null) return `${name}: served by board ${servedBy}; how long it was away is not known here`
  return servedUntilMs === null
    ? `${name}: was not seen served, before or after`
    : `${name}: NOT SERVED any more when this report ended`
}

/** Of several groups the longest time, and who is still down. */
const manyText = (groups: readonly ReportGroup[]): string => {
  const known = groups.flatMap(({ interruptionMs, name }) =>
    interruptionMs === null ? [] : [{ interruptionMs, name }]
  )
  const [longest] = known.sort((x, y) => y.interruptionMs - x.interruptionMs)
  const down = groups.filter(({ servedFromMs }) => servedFromMs === null).map(({ name }) => name)
  const unknown = groups.filter(group => group.interruptionMs === null && group.servedFromMs !== null)
  return [
    ...(longest === undefined
      ? []
      : [`at most ${durationText(longest.interruptionMs)} without service (${longest.name})`]),
    ...(unknown.length === 0 ? [] : [`not known for ${unknown.map(({ name }) => name).join(', ')}`]),
    ...(down.length === 0 ? [] : [`NOT SERVED when this report ended: ${down.join(', ')}`])
  ].join('; ')
}

const clientsText = ({ groups, kind, outcome }: TakeoverReport): string => {
  const [first] = groups
  if (first !== undefined) return groups.length === 1 ? awayText(first) : manyText(groups)
  if (kind === 'takeover' || outcome === 'done') return 'no group moved'
  return 'nothing was taken: what the peer served has no service if the peer is down'
}

/** What the figure counts, in one line. */
const viewText = ({ board, groups }: TakeoverReport): string => {
  if (!groups.some(({ interruptionMs }) => interruptionMs !== null)) return ''
  const given = groups.some(({ outcome }) => outcome === 'handed-over' || outcome === 'stays')
  return given
    ? `board ${board}'s view: from its release until a token says "active"`
    : `board ${board}'s view: from the last "active" token to services answering`
}

/** Milliseconds as long as a person may want to add them up. */
const spanText = (ms: number): string => (ms < 10_000 ? `${Math.round(ms)} ms` : durationText(ms))

const msText = (ms: number | null): string =>
  ms === null ? 'never' : `${Math.round(ms) < 0 ? '-' : ''}${spanText(Math.abs(ms))}`

const seenText = (report: TakeoverReport): string => {
  const { seen } = report
  if (seen === null) return ''
  const { ethernet, serial } = seen.lastTokenMs
  const sense =
    seen.sense === null
      ? 'no power sense fitted'
      : seen.senseFellMs === null
        ? 'power sense stayed on'
        : `power sense fell at ${msText(seen.senseFellMs)}`
  const loop = seen.loop === null ? [] : [seen.loop ? 'harness whole' : 'HARNESS OPEN']
  const lan = seen.lanUp ? [] : ['our LAN DOWN']
  const trust = seen.senseTrusted ? [] : ['sense DISTRUSTED']
  const tokens = `last token: serial ${msText(serial)}, ethernet ${msText(ethernet)}`
  return [tokens, sense, ...trust, ...loop, ...lan].join('; ')
}

const rightText = ({ confirmedBy, groups }: TakeoverReport): string => {
  const proof = confirmedBy === null ? [] : [`power proved off by ${confirmedBy} (R3)`]
  const rights = groups.flatMap(({ epoch, name, right, rule }) => {
    const as = epoch === null ? '' : `, epoch ${epoch.number}${epoch.board}`
    const whose = groups.length === 1 ? '' : `${name}: `
    return right === null ? [] : [`${whose}${RIGHT[right]} (${rule}${as})`]
  })
  return [...rights, ...proof].join('; ')
}

const stepLine = ({ fromMs, group, ok, step, tookMs }: ReportStep, many: boolean): string => {
  const at = msText(fromMs).padStart(NUMBER_COLUMNS)
  const took = (tookMs === null ? '-' : spanText(tookMs)).padStart(NUMBER_COLUMNS)
  const bad = ok ? '' : tookMs === null ? '  NOT ENDED' : '  FAILED'
  return clip(`${at} ${took}  ${many && group !== undefined ? `${group}: ` : ''}${WORDS[step] ?? step}${bad}`, COLUMNS)
}

const SHORT: Partial<Readonly<Record<ReportStep['step'], string>>> = {
  setAddresses: 'addresses',
  checkAndSetAddresses: 'addresses',
  startServices: 'services'
}

/** With several groups each one's steps fit one line, in milliseconds. */
const groupLine = (name: string, steps: readonly ReportStep[]): string => {
  const parts = steps.map(({ ok, step, tookMs }) => {
    const took = tookMs === null ? 'NOT ENDED' : `${Math.round(tookMs)}${ok ? '' : ' FAILED'}`
    return `${SHORT[step] ?? step} ${took}`
  })
  return clip(`  ${name} (ms): ${parts.join(', ')}`, COLUMNS)
}

const servedLines = ({ groups }: TakeoverReport): string[] =>
  groups.flatMap(({ name, servedBy, servedFromMs }) =>
    servedFromMs === null
      ? []
      : [
          `${msText(servedFromMs).padStart(NUMBER_COLUMNS)} ${' '.repeat(NUMBER_COLUMNS)}  ${name} is served by board ${servedBy}`
        ]
  )

const stepLines = (report: TakeoverReport, room: number): readonly string[] => {
  const many = report.groups.length > 1
  const ordered = [...report.steps].sort((x, y) => x.fromMs - y.fromMs)
  const long = ordered.map(step => stepLine(step, many))
  const rest = `… all steps: baton report ${report.id} --json`
  if (long.length <= room) return long
  if (!many) return [...long.slice(0, room - 1), rest]
  const common = ordered.filter(({ group }) => group === undefined).map(step => stepLine(step, many))
  const short = [
    ...common,
    ...report.groups.map(({ name }) =>
      groupLine(
        name,
        ordered.filter(({ group }) => group === name)
      )
    )
  ]
  return short.length <= room ? short : [...short.slice(0, room - 1), rest]
}

/** At most 23 lines of 80 columns. */
export const reportText = (report: TakeoverReport): string => {
  const title = `${report.board}${report.id} ${OUTCOME[report.outcome]}: ${whatText(report)}, seen by board ${report.board}`
  const labelled = (label: string, text: string, lines: number): string[] =>
    text === '' ? [] : row(label, text, lines)
  const head = [
    ends(plain(title), wallText(report.wallSeconds)),
    ...labelled('Clients', clientsText(report), 2),
    ...labelled('', viewText(report), 1),
    ...labelled('Seen', seenText(report), 2),
    ...labelled('Decided', `${report.decision.text} (${report.decision.rules.join(', ')})`, 2),
    ...labelled('By right', rightText(report), 2),
    ...labelled('Why not', report.outcome === 'done' ? '' : (report.reason ?? ''), 3)
  ]
  const served = servedLines(report)
  const columns = `${'at'.padStart(NUMBER_COLUMNS)} ${'took'.padStart(NUMBER_COLUMNS)}  step; 0 = the last token, or the order`
  // The reason says it already.
  const alarms = report.reason !== null ? [] : report.notes.filter(({ level }) => level === 'alarm').slice(0, 2)
  const warned = alarms.flatMap(({ text }) => wrap(`alarm: ${text}`, COLUMNS, 1))
  const room = ROOM - head.length - served.length - warned.length - 1
  return [...head, columns, ...stepLines(report, room), ...served, ...warned].map(line => line.trimEnd()).join('\n')
}

const LIST_HEAD = 'no.   when                 what                            how ended  away'

/** One line each, the newest last. `away`: the longest interruption of its groups. */
export const listText = (reports: readonly TakeoverReport[]): string => {
  const lines = reports.map(report => {
    const away = report.groups.flatMap(({ interruptionMs }) => (interruptionMs === null ? [] : [interruptionMs]))
    const name = `${report.board}${report.id}`.padEnd(6)
    const when = wallText(report.wallSeconds).padEnd(21)
    const what = clip(whatText(report), 31).padEnd(32)
    const longest = away.length === 0 ? '-' : durationText(Math.max(...away))
    return plain(`${name}${when}${what}${OUTCOME[report.outcome].padEnd(11)}${longest}`)
  })
  return [LIST_HEAD, ...lines].join('\n')
}
