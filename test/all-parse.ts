// Reads what mocha (json-stream reporter) and the lab (--json) print, line by line, for test/all.ts.
// Counts only what was said; must not guess from exit codes.

export interface StageCount {
  passed: number
  failed: number
  skipped: number
  /** How many results the closing line says there were. */
  announced: number
  /** The closing line was seen. */
  ended: boolean
  /** Words for people, not yet shown; those that begin with `  ok ` only if somebody wants every title. */
  readonly lines: string[]
}

const parse = (line: string): unknown => {
  if (!/^[[{]/.test(line)) return undefined
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined

const numberOf = (value: unknown, name: string): number => {
  const field = fieldOf(value, name)
  return typeof field === 'number' ? field : 0
}

/** One line of mocha's json-stream: `["pass"|"fail", test]`, at last `["end", stats]`. False = some other line. */
export const readMochaLine = (line: string, count: StageCount): boolean => {
  const event = parse(line)
  if (!Array.isArray(event) || event.length !== 2) return false
  const [kind, body] = event as [unknown, unknown]
  const title = String(fieldOf(body, 'fullTitle'))
  if (kind === 'start') return true
  if (kind === 'pass') {
    count.passed += 1
    count.lines.push(`  ok  ${title} (${numberOf(body, 'duration')} ms)`)
    return true
  }
  if (kind === 'fail') {
    count.failed += 1
    const stack = String(fieldOf(body, 'stack') ?? fieldOf(body, 'err'))
    count.lines.push(`  FAILED  ${title}`, stack.replace(/^/gm, '          '))
    return true
  }
  if (kind !== 'end') return false
  count.ended = true
  count.skipped = numberOf(body, 'pending')
  // A failing hook is a failure that is no test of its own, so both sides are counted as mocha reports them.
  count.announced = numberOf(body, 'passes') + numberOf(body, 'failures')
  return true
}

/** One line of `lab all --json`: `{"scenario":NAME,"ok":…}`, at last `{"scenarios":N,"failed":N}`. False = some other line. */
export const readLabLine = (line: string, count: StageCount): boolean => {
  const result = parse(line)
  const name = fieldOf(result, 'scenario')
  if (typeof name === 'string') {
    const ok = fieldOf(result, 'ok') === true
    if (ok) count.passed += 1
    else count.failed += 1
    count.lines.push(`  ${ok ? 'ok  ' : 'FAILED  '}${line}`)
    return true
  }
  if (typeof fieldOf(result, 'scenarios') !== 'number') return false
  count.ended = true
  count.announced = numberOf(result, 'scenarios')
  return true
}
