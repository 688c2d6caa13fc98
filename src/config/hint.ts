// A better remedy for mistakes that people make again and again: typographic quotes, units behind numbers, an option at the wrong
// indentation. Called by load.ts for each issue; changes no judgement.
import type { Issue, Path } from './issue.js'
import type { Option } from './option.js'

const QUOTES = /[“”„‟‘’‚‛«»]/
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, sec: 1000, m: 60_000, min: 60_000, h: 3_600_000 }
const PLACES_MAX = 3
const PASSWORD = /^pass(word|wd|phrase)?$/i

/** `5s` to 5000; null for what is no time with a unit. */
export const millisecondsOf = (value: unknown): number | null => {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?) ?(ms|sec|min|s|m|h)$/i.exec(String(value)) ?? []
  return number === '' ? null : Math.round(Number(number) * (UNIT_MS[unit.toLowerCase()] ?? 1))
}

/** Where options of this name belong, as `groups[].disk`; empty = nowhere. */
const placesOf = (name: string, option: Option<unknown>, path: string): readonly string[] =>
  option.inside.flatMap(([each, inner]) => {
    const shown = path === 'boards' ? 'boards.a and .b' : `${path}${path === '' ? '' : '.'}${each}`
    const below = inner.type.startsWith('list') ? `${shown}[]` : shown
    return [...(each === name ? [path === '' ? 'the top level' : path] : []), ...placesOf(name, inner, below)]
  })

const elsewhere = (path: Path, root: Option<unknown>): string | null => {
  const places = [...new Set(placesOf(String(path.at(-1)), root, ''))]
  if (places.length === 0 || places.length > PLACES_MAX) return null
  return `it belongs to ${places.join(', or ')}: move or indent it there`
}

/** The issue with the remedy that fits what was written. `line`: as it stands in the file. `root`: every option. */
export const withHint = (issue: Issue, line: string, root: Option<unknown>): Issue => {
  const remedy = (text: string): Issue => ({ ...issue, remedy: text })
  const { value } = issue
  if (QUOTES.test(typeof value === 'string' ? value : line.replace(/\s#.*$/, '')))
    return remedy(
      `type the quotes anew as plain ones (' or "): a word processor made others of them; then ${issue.remedy}`
    )
  if (issue.problem === UNKNOWN && PASSWORD.test(String(issue.path.at(-1))))
    return remedy(
      "no password stands in this file: put it into the file `secrets`, as the line  NAME: 'the password'  with the channel's name"
    )
  if (issue.problem === UNKNOWN) {
    const place = elsewhere(issue.path, root)
    return place === null ? issue : remedy(place)
  }
  if (typeof value === 'string' && /[;,]$/.test(value))
    return remedy(`remove the ${value.at(-1)} at its end; ${issue.remedy}`)
  return issue
}

/** Problem of an option that stands where nobody asks for it. */
export const UNKNOWN = 'is no option that baton knows'
