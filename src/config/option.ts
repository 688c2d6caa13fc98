// Kinds of options: what a value may be, in a form that checks it, gives it a type and documents it.
// schema*.ts declares options with these; section.ts joins them to maps and lists. Must not know any option by name.
import { millisecondsOf } from './hint.js'
import type { Path, ReportIssue } from './issue.js'

/** One option of the configuration file. `fallback: undefined` = must be given; `null` = may be left out, then null. */
export interface Option<T> {
  readonly doc: string
  readonly type: string
  readonly range: string
  readonly fallback: T | null | undefined
  /** Words for the pages where the fallback is no plain value. */
  readonly fallbackSays?: string
  /** Options inside, for the generated page; empty for plain values. */
  readonly inside: readonly (readonly [name: string, option: Option<unknown>])[]
  /** The typed value, or undefined after at least one report. */
  check(value: unknown, path: Path, report: ReportIssue): T | undefined
}

export type ValueOf<O> = O extends Option<infer T> ? T : never

type Common<T> = { readonly doc: string; readonly fallback?: T | null }

const make = <T>(
  common: Common<T>,
  type: string,
  range: string,
  check: Option<T>['check'],
  inside: Option<T>['inside'] = []
): Option<T> => ({ doc: common.doc, type, range, fallback: common.fallback, inside, check })

/** May be left out: null then. */
export const optional = <T>(option: Option<T>): Option<T | null> => ({ ...option, fallback: null })

export const integer = (common: Common<number> & { min: number; max: number; unit?: string }): Option<number> => {
  const { min, max, unit = 'ms' } = common
  const noun = unit === '' ? 'a whole number' : `a whole number of ${unit}`
  return make(common, 'integer', `${min}..${max}${unit ? ` ${unit}` : ''}`, (value, path, report) => {
    const inMs = unit === 'ms' ? millisecondsOf(value) : null
    const remedy = `write ${noun} from ${min} to ${max}${inMs === null ? '' : `, without a unit: ${inMs}`}`
    const fail = (problem: string): undefined => {
      report({ path, value, problem, remedy })
    }
    if (typeof value !== 'number' || !Number.isInteger(value)) return fail(`is not ${noun}`)
    if (value < min) return fail(`is below ${min}`)
    if (value > max) return fail(`is above ${max}`)
    return value
  })
}

export const flag = (common: Common<boolean>): Option<boolean> =>
  make(common, 'flag', 'true, false', (value, path, report) => {
    if (typeof value === 'boolean') return value
    report({ path, value, problem: 'is neither true nor false', remedy: 'write true or false, without quotes' })
    return undefined
  })

export const choice = <const T extends string>(
  common: Common<T> & { values: readonly T[]; later?: Readonly<Record<string, string>> }
): Option<T> =>
  make(common, 'word', common.values.join(', '), (value, path, report) => {
    const found = common.values.find(word => word === value)
    if (found !== undefined) return found
    const later = typeof value === 'string' ? common.later?.[value] : undefined
    report({
      path,
      value,
      problem: later ?? 'is none of the words that this option knows',
      remedy: `write one of: ${common.values.join(', ')}`
    })
    return undefined
  })

const TEXT_LENGTH_MAX = 4096

/** Text that `pattern` matches as a whole and `also` accepts (it returns what is wrong, or null); `says` describes it. */
export const text = (
  common: Common<string> & { pattern: RegExp; says: string; also?: (value: string) => string | null }
): Option<string> =>
  make(common, 'text', common.says, (value, path, report) => {
    const remedy = `write ${common.says}`
    const fail = (problem: string): undefined => {
      report({ path, value, problem, remedy })
    }
    if (typeof value !== 'string') return fail('is not text')
    if (value.length > TEXT_LENGTH_MAX || /\p{Cc}/u.test(value)) return fail('is too long or has control characters')
    if (!common.pattern.test(value)) return fail(`is not ${common.says}`)
    const problem = common.also?.(value) ?? null
    return problem === null ? value : fail(problem)
  })

const WORDS_MAX = 64

/** A program and its arguments, or other words: a list of text; one text stands for a list of one. */
export const words = (
  common: Common<readonly string[]> & { program?: boolean; example?: string }
): Option<readonly string[]> => {
  const says = common.program ? 'a list: absolute path of a program, then its arguments' : 'a text or a list of texts'
  const example = common.example ?? '[/usr/bin/true, --flag]'
  return make(common, 'list of text', says, (value, path, report) => {
    const fail = (problem: string): undefined => {
      report({ path, value, problem, remedy: `write ${says}, as ${example}` })
    }
    if (typeof value === 'number') return fail('is a number where text is wanted')
    const list: unknown = typeof value === 'string' && !common.program ? [value] : value
    if (!Array.isArray(list) || list.length > WORDS_MAX) return fail('is no list of text')
    const checked: string[] = []
    for (const word of list) {
      if (typeof word !== 'string' || word.includes('\0')) return fail('is no list of text: put numbers in quotes')
      checked.push(word)
    }
    if (checked.length === 0 && common.fallback === undefined) return fail('is empty')
    if (common.program && !checked[0]?.startsWith('/')) return fail('does not begin with an absolute path')
    return checked
  })
}

const NAME = /^[A-Za-z0-9_-]{1,64}$/

/** Free names with a text each (fence agents); numbers and flags are taken as text. */
export const namedTexts = (
  common: Common<Readonly<Record<string, string>>>
): Option<Readonly<Record<string, string>>> =>
  make(common, 'map of text', 'name: value lines', (value, path, report) => {
    const fail = (at: Path, problem: string): undefined => {
      report({ path: at, value, problem, remedy: 'write name: value lines, names of [A-Za-z0-9_-]' })
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return fail(path, 'is no map')
    const checked: [string, string][] = []
    for (const [name, each] of Object.entries(value)) {
      if (!NAME.test(name)) return fail([...path, name], 'is no name of an agent option')
      if (!['string', 'number', 'boolean'].includes(typeof each) || /\p{Cc}/u.test(String(each))) {
        return fail([...path, name], 'is not one line of text')
      }
      checked.push([name, String(each)])
    }
    return Object.fromEntries(checked)
  })

/** One value for both boards, or `{a: …, b: …}`. */
export const perBoard = <T>(option: Option<T>): Option<{ readonly a: T; readonly b: T }> => {
  const check: Option<{ readonly a: T; readonly b: T }>['check'] = (value, path, report) => {
    const both = typeof value === 'object' && value !== null && !Array.isArray(value)
    if (!both) {
      const same = option.check(value, path, report)
      return same === undefined ? undefined : { a: same, b: same }
    }
    const pair = value as Record<string, unknown>
    if (Object.keys(pair).sort().join() !== 'a,b') {
      report({
        path,
        value,
        problem: 'has not exactly the keys a and b',
        remedy: `write ${option.range}, or {a: …, b: …}`
      })
      return undefined
    }
    const a = option.check(pair.a, [...path, 'a'], report)
    const b = option.check(pair.b, [...path, 'b'], report)
    return a === undefined || b === undefined ? undefined : { a, b }
  }
  return {
    doc: option.doc,
    type: `${option.type}, or one for each board`,
    range: option.range,
    fallback: undefined,
    inside: [],
    check
  }
}
