// The words and options of `baton disk` and `baton discard-copy`. Reads nothing but its arguments, and the clock for `--since 3h`. Used by arguments.ts.
import { boardOf, isGroupName, type Made, made, type Values, wrong } from './argument-made.js'
import type { Serials } from './disk.js'
import { parseDuration } from './duration.js'

const WHATS = ['list', 'prepare', 'create', 'compare', 'verify', 'answer'] as const
/** Those that a person types. */
const SAID = 'list, prepare, create, compare or verify'

/** `NUMBER`: of this board's disk. `a:NUMBER,b:NUMBER`, or one of them: of those boards'. null = neither. */
export const readSerials = (text: string | undefined): Serials | null => {
  if (text === undefined) return {}
  const parts = text.split(/,(?=[ab]:)/).map(part => /^([ab]):(.+)$/.exec(part))
  if (!/^[ab]:/.test(text)) return { own: text }
  const found: Record<string, string> = {}
  for (const part of parts) {
    const [, board, name] = part ?? []
    if (board === undefined || name === undefined || found[board] !== undefined) return null
    found[board] = name
  }
  return found
}

/** `3h` ago, an instant of local time, or `@SECONDS`; Unix seconds. undefined = none of these. */
export const readSince = (text: string, nowSeconds: number): number | undefined => {
  const [, seconds] = /^@(\d{1,11})$/.exec(text) ?? []
  if (seconds !== undefined) return Number(seconds)
  const agoMs = parseDuration(text)
  if (agoMs !== null) return Math.floor(nowSeconds - agoMs / 1000)
  const at = /^\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d)?)?$/.test(text)
    ? new Date(text.replace(' ', 'T')).getTime()
    : Number.NaN
  return Number.isFinite(at) && at >= 0 ? Math.floor(at / 1000) : undefined
}

const SINCE = '--since takes 90m, 3h, 2d or "2026-11-20 19:00"'

/** null = not given; undefined = it says no instant. */
const sinceOf = ({ since }: Values): number | null | undefined =>
  since === undefined ? null : readSince(since, Date.now() / 1000)

export const makeDiscard = ([group = '']: readonly string[], values: Values): Made => {
  const { archive, yes = false, pipe = false, config: file } = values
  const none = values['no-archive'] === true
  const board = boardOf(values)
  if (board === null) return wrong('--board is a or b')
  if (!isGroupName(group) && !(pipe && group === ''))
    return wrong('discard-copy needs the name of a group: see `baton status`')
  if (none && archive !== undefined) return wrong('discard-copy takes one of --archive and --no-archive')
  const since = sinceOf(values)
  if (since === undefined) return wrong(SINCE)
  if (none && since !== null) return wrong('--no-archive packs nothing: it takes no --since')
  return made({ name: 'discard-copy', group, archive: none ? null : archive, since, yes, pipe, file, board })
}

export const makeDisk = ([word, group]: readonly string[], values: Values): Made => {
  const { serial, keep = false, make = false, files = false, yes = false, pipe = false, config: file } = values
  const board = boardOf(values)
  if (board === null) return wrong('--board is a or b')
  const what = WHATS.find(each => each === word)
  if (what === undefined) return wrong(`disk is followed by ${SAID}${word === undefined ? '' : `, not "${word}"`}`)
  if (what === 'list' && (group !== undefined || serial !== undefined || yes || keep))
    return wrong('disk list goes alone')
  if (keep && what !== 'create') return wrong('--keep goes with disk create')
  if ((make || files) && what !== 'answer') return wrong(`disk ${what} takes no option --${make ? 'make' : 'files'}`)
  if (what === 'compare' && serial !== undefined) return wrong('disk compare takes no option --serial')
  const since = sinceOf(values)
  if (since === undefined) return wrong(SINCE)
  if (since !== null && what !== 'compare' && what !== 'answer') return wrong('--since goes with disk compare')
  const serials = what === 'create' ? readSerials(serial) : {}
  if (serials === null) return wrong('--serial takes NUMBER, or a:NUMBER,b:NUMBER')
  if (what === 'verify') {
    const odd = serial !== undefined || yes || pipe || file !== undefined || board !== undefined
    return odd ? wrong('disk verify takes only the name of a group') : made({ name: 'verify', group })
  }
  return made({ name: 'disk', what, group, serial, serials, keep, make, files, since, yes, pipe, file, board })
}
