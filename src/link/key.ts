// Content of a key file to the pair's key. Whoever reads the file calls it; it must not put digits of the key into a message.
import type { Result } from '../port/ports.js'
import { writeHex } from './hex.js'
import { KEY_BYTES } from './signature.js'

export { keyFingerprint } from './signature.js'

const DIGITS = 2 * KEY_BYTES
const REMEDY =
  'pair the boards again (`baton pair` on both), or copy the file unchanged from the other board, or make a new key (`openssl rand -hex 32`) and put it on both boards'

const problemOf = (digits: string): string | null => {
  if (digits.trim() === '') return 'the key is empty'
  const strange = digits.search(/[^0-9a-fA-F]/)
  if (/^[0-9a-fA-F]+\r?\n/.test(digits)) return 'the key file has more than one line'
  if (strange >= 0) return `the key is not hexadecimal: character ${strange + 1} is no hex digit`
  if (digits.length < DIGITS) return `the key is too short: ${digits.length} of ${DIGITS} hex digits`
  if (digits.length > DIGITS) return `the key is too long: ${digits.length} instead of ${DIGITS} hex digits`
  if (/^(..)\1*$/.test(digits)) return 'the key is one byte repeated: anybody could guess it'
  return null
}

/**
 * The pair's key, 32 bytes, from a key file's text: 64 hex digits of either case, then at most one line end.
 * The reason of a refusal says what is wrong and what to do, and holds no part of the key.
 */
export const parseKey = (text: string): Result<Uint8Array> => {
  const digits = text.replace(/\r?\n$/, '')
  const key = new Uint8Array(KEY_BYTES)
  const problem = problemOf(digits)
  if (problem !== null) return { ok: false, reason: `${problem}; ${REMEDY}` }
  writeHex(digits.toLowerCase(), KEY_BYTES, key, 0)
  return { ok: true, value: key }
}
