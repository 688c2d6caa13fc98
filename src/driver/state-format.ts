// The durable record as text and back: JSON, then a line with its checksum. Called by state-file.ts; pure but for the hash.
// Strict: whatever is not exactly what we wrote is refused with a reason, because a wrong epoch is worse than none (R5).
import { createHash } from 'node:crypto'
import type { Durable } from '../core/types.js'

export type Decoded = { readonly ok: true; readonly durable: Durable } | { readonly ok: false; readonly reason: string }

const checksum = (json: string): string => `sha256 ${createHash('sha256').update(json).digest('hex')}`

/** JSON, newline, `sha256 HEX`, newline. */
export const encodeDurable = (durable: Durable): string => {
  const json = JSON.stringify(durable, null, 1)
  return `${json}\n${checksum(json)}\n`
}

type Check = (value: unknown) => boolean
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isText: Check = value => typeof value === 'string'
const isFlag: Check = value => typeof value === 'boolean'
const isCount: Check = value => Number.isSafeInteger(value) && (value as number) >= 0
const isNumber32: Check = value => isCount(value) && (value as number) <= 0xffff_ffff
const isOneOf =
  (...words: readonly string[]): Check =>
  value =>
    words.includes(value as string)

/** Exactly these fields, each as described. */
const isRecord =
  (fields: Readonly<Record<string, Check>>): Check =>
  value =>
    isObject(value) &&
    Object.keys(value).every(key => Object.hasOwn(fields, key)) &&
    Object.entries(fields).every(([key, check]) => check(value[key]))

const isMapOf =
  (check: Check): Check =>
  value =>
    isObject(value) && Object.values(value).every(check)

const orNull =
  (check: Check): Check =>
  value =>
    value === null || check(value)

const isBoard = isOneOf('a', 'b')
const isEpoch = isRecord({ number: isNumber32, board: isBoard })
const isPlainGroup = isRecord({ epoch: isEpoch, grant: isNumber32 })
const SAID = { says: isOneOf('alone', 'outdated'), epoch: isEpoch }
const isSaid = isRecord(SAID)
const isSaidOfCopy = isRecord({ ...SAID, copy: isText })
const isMirroredGroup = isRecord({
  epoch: isEpoch,
  grant: isNumber32,
  mirror: orNull(value => isSaid(value) || isSaidOfCopy(value))
})
/** Records from before there were mirrors have no word of one: they are read as they are (R7: nothing is known of a copy). */
const isGroup: Check = value => isPlainGroup(value) || isMirroredGroup(value)

// One line per field of Durable; the compiler refuses a field that is missing here.
const FIELDS: Readonly<Record<keyof Durable, Check>> = {
  board: isBoard,
  groups: isMapOf(isGroup),
  mode: isOneOf('auto', 'manual', 'maintenance'),
  modeNumber: isNumber32,
  modeForMs: isCount,
  proof: orNull(isRecord({ wiring: isText, wallSeconds: isCount, bySense: isFlag })),
  startFences: isCount,
  mustReset: orNull(isRecord({ bootId: isText, reason: isText })),
  evidence: isMapOf(isText),
  relay: orNull(
    isRecord({
      purpose: isOneOf('takeover', 'hold', 'operator', 'confirm', 'proof', 'left-off', 'cycle'),
      bootId: isText
    })
  )
}

const wrong = (reason: string): Decoded => ({ ok: false, reason })

const problemOf = (value: unknown): string | null => {
  if (!isObject(value)) return 'it is no record'
  const unknown = Object.keys(value).find(key => !Object.hasOwn(FIELDS, key))
  if (unknown !== undefined) return `it has the unknown field \`${unknown}\` (written by another version?)`
  const bad = Object.entries(FIELDS).find(([key, check]) => !check(value[key]))
  return bad === undefined ? null : `its field \`${bad[0]}\` is missing or has a wrong type or range`
}

/** Text to record, for this board and at least these groups. Reasons say what is wrong with the text, without the file's name. */
export const decodeDurable = (text: string, board: Durable['board'], groups: readonly string[]): Decoded => {
  if (text.trim() === '') return wrong('it is empty')
  const lines = text.split('\n')
  const last = lines.at(-2) ?? ''
  if (!text.endsWith('\n') || !last.startsWith('sha256 ')) return wrong('it is truncated: its checksum line is missing')
  const json = lines.slice(0, -2).join('\n')
  if (checksum(json) !== last) return wrong('its checksum is wrong: it was damaged or changed by hand')
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch (error) {
    return wrong(`it is no JSON: ${String(error)}`)
  }
  const problem = problemOf(value)
  if (problem !== null) return wrong(problem)
  const durable = value as Durable
  if (durable.board !== board) return wrong(`it belongs to board ${durable.board}, but this is board ${board}`)
  const absent = groups.find(group => !Object.hasOwn(durable.groups, group))
  if (absent !== undefined) return wrong(`it knows nothing of the group \`${absent}\` of the configuration`)
  return { ok: true, durable }
}
