// The words and options of `baton disk`. Pure. Used by arguments.ts.
import { boardOf, type Made, made, type Values, wrong } from './argument-made.js'
import type { Serials } from './disk.js'

const WHATS = ['list', 'prepare', 'create', 'answer'] as const
/** Those that a person types. */
const SAID = 'list, prepare or create'

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

export const makeDisk = ([word, group]: readonly string[], values: Values): Made => {
  const { serial, keep = false, make = false, yes = false, pipe = false, config: file } = values
  const board = boardOf(values)
  if (board === null) return wrong('--board is a or b')
  const what = WHATS.find(each => each === word)
  if (what === undefined) return wrong(`disk is followed by ${SAID}${word === undefined ? '' : `, not "${word}"`}`)
  if (what === 'list' && (group !== undefined || serial !== undefined || yes || keep))
    return wrong('disk list goes alone')
  if (keep && what !== 'create') return wrong('--keep goes with disk create')
  if (make && what !== 'answer') return wrong(`disk ${what} takes no option --make`)
  const serials = what === 'create' ? readSerials(serial) : {}
  if (serials === null) return wrong('--serial takes NUMBER, or a:NUMBER,b:NUMBER')
  return made({ name: 'disk', what, group, serial, serials, keep, make, yes, pipe, file, board })
}
