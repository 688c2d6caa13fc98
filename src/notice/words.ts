// A message in words for people and in JSON for programs. Pure. Both name the pair, the board and the event's own number,
// so that whoever gets it twice, or from both boards, sees that it is one thing.
import { isClockSet, type Message, type Notice, rankOf, type Sender, worstOf } from './notice.js'

/** Told in full in one message; the rest is counted. */
const SHOWN_MAX = 30
/** Longer lines would make mail programs encode the text. */
const COLUMNS = 74
const INDENT = '    '

/** `PAIR/BOARD/LIFE/SEQUENCE`: one event of one board, the same in every channel and after every restart. */
export const idOf = ({ pair, board }: Sender, notice: Notice): string =>
  `${pair}/${board}/${notice.life}/${notice.sequence}`

/** The message's identity: its newest event. */
export const messageId = (sender: Sender, { notices }: Message): string => {
  const last = notices.at(-1)
  return last === undefined ? `${sender.pair}/${sender.board}/0/0` : idOf(sender, last)
}

/** `PAIR/CODE[/GROUP]`: the same for the same kind of event on both boards, whatever each saw of it. */
export const aboutOf = ({ pair }: Sender, { code, group }: Notice): string =>
  group === undefined ? `${pair}/${code}` : `${pair}/${code}/${group}`

/** The most important ones, in their order; how many are not shown. */
const shownOf = ({ notices }: Message): { readonly shown: readonly Notice[]; readonly more: number } => {
  const byWeight = [...notices].sort((x, y) => rankOf(y.level) - rankOf(x.level)).slice(0, SHOWN_MAX)
  return { shown: notices.filter(each => byWeight.includes(each)), more: notices.length - byWeight.length }
}

const two = (value: number): string => String(value).padStart(2, '0')

/** Local time, or words where the clock was not set (R11). */
export const timeText = (wallSeconds: number): string => {
  if (!isClockSet(wallSeconds)) return '(clock not set)'
  const date = new Date(wallSeconds * 1000)
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}

const wrapped = (text: string): string[] => {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && INDENT.length + line.length + 1 + word.length > COLUMNS) {
      lines.push(INDENT + line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, INDENT + line]
}

const levelText = (notice: Notice): string => (notice.level === 'alarm' ? 'ALARM' : notice.level)

/** What a message is about: the first of its worst, and what happened rather than how it could not be told. */
export const worstFirst = (notices: readonly Notice[]): Notice | undefined => {
  const worst = worstOf(notices)
  const worstOnes = notices.filter(({ level }) => level === worst)
  return worstOnes.find(({ code }) => !code.startsWith('notices-')) ?? worstOnes[0]
}

/** One line: where, how bad, what; `and N more`. */
export const subjectOf = (sender: Sender, message: Message): string => {
  const worst = worstOf(message.notices)
  const first = worstFirst(message.notices)
  const more = message.notices.length - 1 + message.dropped
  const text = first === undefined ? '' : first.text.length > 90 ? `${first.text.slice(0, 87)}...` : first.text
  const level = worst === 'alarm' ? 'ALARM: ' : worst === 'warning' ? 'warning: ' : ''
  return `[baton ${sender.pair} ${sender.board}] ${level}${text}${more > 0 ? ` (and ${more} more)` : ''}`
}

/** The whole message for a person, at most 74 columns but for words that are longer. */
export const textOf = (sender: Sender, message: Message): string => {
  const { shown, more } = shownOf(message)
  const lines = [`Board ${sender.board} of the pair ${sender.pair} tells what it saw:`, '']
  for (const notice of shown) {
    lines.push(`${timeText(notice.wallSeconds)}  ${levelText(notice)}  [${notice.code}]`, ...wrapped(notice.text))
  }
  if (more > 0) lines.push(`and ${more} more, less important: see \`baton events\` on board ${sender.board}`)
  if (message.dropped > 0) {
    lines.push(
      `and ${message.dropped} more before these that could not be sent in time and were`,
      `thrown away, least important first: see \`baton events\` on board ${sender.board}`
    )
  }
  lines.push(
    '',
    'How it is now: `baton status` on either board.',
    `Number of this message: ${messageId(sender, message)}`
  )
  return `${lines.join('\n')}\n`
}

/** The message for a program; `about` is the same on both boards, `id` is one event of one board. */
export const dataOf = (sender: Sender, message: Message) => {
  const { shown, more } = shownOf(message)
  return {
    id: messageId(sender, message),
    ...sender,
    level: worstOf(message.notices),
    subject: subjectOf(sender, message),
    events: shown.map(notice => ({
      id: idOf(sender, notice),
      about: aboutOf(sender, notice),
      level: notice.level,
      code: notice.code,
      ...(notice.group === undefined ? {} : { group: notice.group }),
      text: notice.text,
      life: notice.life,
      sequence: notice.sequence,
      wallSeconds: notice.wallSeconds,
      clockSet: isClockSet(notice.wallSeconds),
      atMs: notice.atMs
    })),
    more,
    dropped: message.dropped
  }
}
