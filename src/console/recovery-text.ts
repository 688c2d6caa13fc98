// What stands in the way of the normal state, as lines for a person on a terminal of 80 columns without colours. Pure.
import type { RecoveryItem } from '../runtime/status.js'
import { COLUMNS, wrap } from './screen.js'

const INDENT = 3
const LINES_MAX = 4

const itemLines = ({ what, by, remedy }: RecoveryItem, at: number): string[] => {
  const who = by === 'recover' ? 'recover will:' : 'you:'
  const room = COLUMNS - INDENT
  const [first = '', ...rest] = wrap(what, room, LINES_MAX)
  const pad = ' '.repeat(INDENT)
  const number = `${at + 1}.`.padEnd(INDENT)
  return [number + first, ...[...rest, ...wrap(`${who} ${remedy}`, room, LINES_MAX)].map(line => pad + line)]
}

/** Numbered, in the order in which it is dealt with. `stay`: groups are not moved. */
export const planText = (items: readonly RecoveryItem[], stay: boolean): string => {
  const shown = stay ? items.filter(({ code }) => code !== 'group-away') : items
  if (shown.length === 0)
    return stay && items.length > 0
      ? 'Nothing but the groups away from home stands in the way of the normal state.'
      : 'Nothing stands in the way of the normal state: both boards fit, groups at home.'
  return ['This stands in the way of the normal state:', ...shown.flatMap(itemLines)].join('\n')
}

/** Nothing moves to a board that is away, or configured otherwise. */
const STOPS_MOVES: ReadonlySet<string> = new Set(['peer-no-power', 'peer-left', 'peer-silent', 'configuration-differs'])

/** What recovery can do itself while things are as they are. */
export const doable = (items: readonly RecoveryItem[], maintenance: boolean): readonly RecoveryItem[] => {
  const stopped = maintenance || items.some(({ by, code }) => by === 'person' && STOPS_MOVES.has(code))
  return items.filter(({ by, code }) => by === 'recover' && !(stopped && code === 'group-away'))
}

/** What the person must agree to first, or null. */
export const questionText = (items: readonly RecoveryItem[], stay: boolean): string | null => {
  const asks = items.filter(({ asks, code }) => asks && !(stay && code === 'group-away'))
  if (asks.length === 0) return null
  const moving = asks.filter(({ code }) => code === 'group-away')
  const given = asks.filter(({ code }) => code !== 'group-away')
  const words = [
    ...moving.map(
      ({ group }) =>
        `${group} is interrupted while it moves: usually for some seconds, longer where its disk must be checked.`
    ),
    ...given.map(({ group }) => `What is left of ${group} as evidence of two holders is given up.`)
  ]
  return wrap(words.join(' '), COLUMNS, 6).join('\n')
}
