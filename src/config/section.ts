// Maps and lists of options, checked by convict: defaults, strictness and formats are its work, wording is ours.
// Reports every problem, not only the first. Called with the root section by load.ts.
import convict from 'convict'
import { UNKNOWN } from './hint.js'
import type { Path, ReportIssue } from './issue.js'
import type { Option, ValueOf } from './option.js'
import { nearest } from './suggest.js'

export type Options = Readonly<Record<string, Option<unknown>>>
export type Values<O extends Options> = { readonly [K in keyof O]: ValueOf<O[K]> }

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const reportUnknown = (given: Record<string, unknown>, known: readonly string[], path: Path, report: ReportIssue) => {
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue
    const guess = nearest(key, known)
    const remedy = guess === null ? `remove it; known here: ${known.join(', ')}` : `did you mean ${guess}?`
    report({ path: [...path, key], value: given[key], problem: UNKNOWN, remedy })
  }
}

// What convict calls for given values and defaults alike; what was accepted is collected in `checked`.
// convict turns text into the type of the default ("nope" into true) and digs into maps that are values to us,
// therefore the format judges the value as it was written, not what convict hands over.
const formatOf = (
  name: string,
  option: Option<unknown>,
  section: { readonly given: Record<string, unknown>; readonly path: Path; readonly report: ReportIssue },
  checked: Map<string, unknown>
) => {
  const own = Object.hasOwn(section.given, name)
  const value = own ? section.given[name] : option.fallback
  const path = [...section.path, name]
  return (): void => {
    if (value === null && option.fallback === null) {
      checked.set(name, null)
      return
    }
    const missing = value === null || value === undefined
    if (missing) {
      const problem = own ? 'is empty' : 'is missing'
      const remedy = option.range === '' ? `write the section ${name}` : `write ${name}: with ${option.range}`
      section.report({ path, value: undefined, problem, remedy })
    }
    const result = missing ? undefined : option.check(value, path, section.report)
    if (result === undefined) throw new Error(`${name} was refused`)
    checked.set(name, result)
  }
}

const checkMap = (options: Options, given: Record<string, unknown>, path: Path, report: ReportIssue): unknown => {
  const names = Object.keys(options)
  reportUnknown(given, names, path, report)
  const checked = new Map<string, unknown>()
  const schema: Record<string, { doc: string; default: unknown; format: () => void }> = {}
  const known: Record<string, unknown> = {}
  for (const [name, option] of Object.entries(options)) {
    const plain = typeof option.fallback === 'object' ? null : option.fallback
    schema[name] = {
      doc: option.doc,
      default: plain ?? null,
      format: formatOf(name, option, { given, path, report }, checked)
    }
    if (Object.hasOwn(given, name)) known[name] = isMap(given[name]) ? [given[name]] : given[name]
  }
  try {
    convict(schema, { env: {}, args: [] }).load(known).validate({ allowed: 'strict' })
  } catch {
    return undefined // each problem was reported by its format
  }
  return Object.fromEntries(names.map(name => [name, checked.get(name)]))
}

/** A map with these options and no others. Without `fallback: null` it may be left out if all options inside may. */
export const section = <O extends Options>(doc: string, options: O): Option<Values<O>> => ({
  doc,
  type: 'section',
  range: '',
  // An empty map stands for all defaults; the check then names what is missing inside.
  fallback: {} as Values<O>,
  inside: Object.entries(options),
  check(value, path, report) {
    if (!isMap(value)) {
      report({ path, value, problem: 'is no section', remedy: 'write its options below it, indented' })
      return undefined
    }
    return checkMap(options, value, path, report) as Values<O> | undefined
  }
})

/** A list of `min`..`max` items. */
export const list = <T>(doc: string, item: Option<T>, min: number, max: number): Option<readonly T[]> => ({
  doc,
  type: item.inside.length > 0 ? 'list of sections' : `list of ${item.type}`,
  range: `${min}..${max} items`,
  fallback: min === 0 ? [] : undefined,
  inside: item.inside,
  check(value, path, report) {
    if (!Array.isArray(value) || value.length < min || value.length > max) {
      const problem = Array.isArray(value) ? `has ${value.length} items` : 'is no list'
      report({ path, value, problem, remedy: `write ${min} to ${max} items, each beginning with "- "` })
      return undefined
    }
    const checked = value.map((each, at) => item.check(each, [...path, at], report))
    return checked.includes(undefined) ? undefined : (checked as T[])
  }
})
