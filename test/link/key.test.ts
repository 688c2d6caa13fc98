import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict'
import { keyFingerprint, parseKey } from '../../src/link/key.js'
import { KEY, OTHER_KEY } from './fixtures.js'

const TEXT = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'

const reasonOf = (text: string): string => {
  const result = parseKey(text)
  ok(!result.ok, 'the key was accepted')
  return result.reason
}

describe('link: key', () => {
  it('is read from 64 hex digits of either case, with or without one line end', () => {
    for (const text of [TEXT, `${TEXT}\n`, `${TEXT}\r\n`, TEXT.toUpperCase()]) {
      deepEqual(parseKey(text), { ok: true, value: KEY })
    }
  })

  it('is refused with the reason and what to do', () => {
    match(reasonOf(''), /^the key is empty; pair the boards again/)
    match(reasonOf(' \n'), /^the key is empty/)
    match(reasonOf(TEXT.slice(2)), /^the key is too short: 62 of 64 hex digits; pair/)
    match(reasonOf(TEXT.slice(1)), /^the key is too short: 63 of 64/)
    match(reasonOf(`${TEXT}00`), /^the key is too long: 66 instead of 64/)
    match(reasonOf(`${TEXT.slice(0, 9)}g${TEXT.slice(10)}`), /character 10 is no hex digit/)
    match(reasonOf(` ${TEXT}`), /character 1 is no hex digit/)
    match(reasonOf(`${TEXT} `), /character 65 is no hex digit/)
    match(reasonOf(`\ufeff${TEXT}`), /character 1 is no hex digit/)
    match(reasonOf('\0'.repeat(64)), /character 1 is no hex digit/)
    match(reasonOf(`${TEXT}\n${TEXT}\n`), /more than one line/)
    match(reasonOf(`${TEXT}\n\n`), /more than one line/)
    match(reasonOf('0'.repeat(64)), /one byte repeated/)
    match(reasonOf('ab'.repeat(32)), /one byte repeated/)
  })

  it('is refused without a digit of it in the message', () => {
    const secret = 'deadbeef'
    for (const text of [secret, `${secret}x`, secret.repeat(9), `${secret.repeat(8)}\nmore`]) {
      ok(!reasonOf(text).includes('dead'))
    }
  })

  it('has a fingerprint of 8 hex digits that tells keys apart and never changes', () => {
    equal(keyFingerprint(KEY), '4e31c00d')
    match(keyFingerprint(OTHER_KEY), /^[0-9a-f]{8}$/)
    notEqual(keyFingerprint(OTHER_KEY), keyFingerprint(KEY))
  })
})
