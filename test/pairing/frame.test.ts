import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createMessageReader, encodeMessage, type Message, PAIRING_TYPE } from '../../src/pairing/frame.js'
import { codeBox } from '../../src/pairing/progress.js'
import { createOwn, shareWith } from '../../src/pairing/secret.js'
import { PLAIN } from '../../src/pairing/traits.js'
import { codecFor, createRandom, foreignIn, randomBytes, randomToken } from '../link/fixtures.js'
import { seedOf } from './two-boards.js'

const own = createOwn('a', seedOf(1))
const peer = createOwn('b', seedOf(2))
const head = { board: 'a', session: own.session, peerSession: peer.session } as const
const proof = 'a5'.repeat(32)
const MESSAGES: readonly Message[] = [
  { ...head, kind: 'promise', commitment: own.commitment },
  {
    ...head,
    kind: 'reveal',
    publicKey: own.publicKey,
    nonce: own.nonce,
    traits: { ...PLAIN, fresh: true, lacks: true }
  },
  { ...head, kind: 'agree', proof },
  { ...head, kind: 'stored', proof },
  { ...head, kind: 'done', proof },
  { ...head, kind: 'stop', reason: 'not-stored', proof },
  { ...head, kind: 'want', next: 517 },
  { ...head, kind: 'piece', index: 3, total: 517, sealed: '5a'.repeat(96) }
]
const heardOf = (...parts: readonly Uint8Array[]) => {
  const read = createMessageReader()
  return parts.flatMap(part => [...read(part)])
}

describe('a message of the pairing', () => {
  it('comes back as it was, whatever way the line cuts it', () => {
    for (const message of MESSAGES) {
      const frame = encodeMessage(message)
      for (let cut = 0; cut <= frame.length; cut += 1)
        deepEqual(heardOf(frame.subarray(0, cut), frame.subarray(cut)), [{ kind: 'message', message }])
    }
  })

  it('has as many bytes as the page on the format says, at most those of a token', () => {
    const page = readFileSync('src/pairing/FORMAT.md', 'utf8')
    for (const message of MESSAGES) {
      const { length } = encodeMessage(message)
      ok(length <= 128)
      ok(
        new RegExp(`^\\| \\d \\| ${message.kind} \\| ${length} \\|`, 'm').test(page),
        `${message.kind}: ${length} bytes`
      )
    }
  })

  it('is nothing once a byte of it is changed, cut off or doubled', () => {
    for (const message of MESSAGES) {
      const frame = encodeMessage(message)
      for (let at = 1; at < frame.length - 1; at += 1) {
        const changed = frame.map((byte, index) => (index === at ? byte ^ 0x41 : byte))
        deepEqual(heardOf(changed), [], `byte ${at} of ${message.kind}`)
        deepEqual(heardOf(frame.subarray(0, at), frame.subarray(at + 1)), [])
        deepEqual(heardOf(frame.subarray(0, at + 1), frame.subarray(at)), [])
      }
    }
  })

  it('is never a token, nor a token one of these', () => {
    const random = createRandom(7)
    for (const message of MESSAGES) {
      const decoded = codecFor(1).decode(encodeMessage(message))
      deepEqual(
        decoded.map(({ kind }) => kind),
        ['foreign']
      )
      deepEqual(foreignIn(decoded), ['version'])
    }
    for (const groups of [1, 2, 3, 4])
      deepEqual(heardOf(codecFor(groups).encode(randomToken(random, groups))), [{ kind: 'token' }])
  })

  it('is found again behind any noise, and noise alone is nothing', () => {
    const random = createRandom(8)
    const [message] = MESSAGES as [Message]
    for (let turn = 0; turn < 200; turn += 1) {
      const noise = randomBytes(random, random(400))
      const heard = heardOf(noise, encodeMessage(message), noise)
      deepEqual(heard, [{ kind: 'message', message }])
    }
  })

  it('cannot be made with a field that is too short', () => {
    throws(() => encodeMessage({ ...head, kind: 'agree', proof: 'a5' }), RangeError)
    equal(PAIRING_TYPE, 0x70)
  })
})

describe('the shared secret', () => {
  it('is the same on both boards, and depends on every part of both reveals', () => {
    const ours = shareWith(own, peer)
    const theirs = shareWith(peer, own)
    ok(ours !== null && theirs !== null)
    deepEqual([ours.key, ours.code], [theirs.key, theirs.code])
    ok(theirs.matches('a', 'done', ours.proofOf('a', 'done')))
    for (const [board, what] of [
      ['b', 'done'],
      ['a', 'stored'],
      ['a', 'left']
    ] as const)
      ok(!theirs.matches(board, what, ours.proofOf('a', 'done')))
    ok(!theirs.matches('a', 'done', ''))
    const changed = [
      { nonce: '00'.repeat(16) },
      { session: '11'.repeat(8) },
      { publicKey: createOwn('b', seedOf(3)).publicKey }
    ]
    for (const part of changed) {
      const other = shareWith(own, { ...peer, ...part })
      ok(other !== null && other.code !== ours.code && Buffer.compare(other.key, ours.key) !== 0)
    }
  })

  it('gives the key and the code that a calculation elsewhere gives', () => {
    // Calculated once with Python's hashlib and the ladder of RFC 7748, from FORMAT.md alone.
    const shared = shareWith(own, peer)
    equal(shared?.code, '236931')
    equal(
      Buffer.from(shared?.key ?? []).toString('hex'),
      'e4f7bbac11ace97572c83baa2a59bb0052874afbff174e4183e6e10288322ef7'
    )
    equal(own.commitment, 'f1d86c62fce18cf73f5c63463f2978e432b973f596d8eba083b5b428a07c170d')
  })

  it('is shown as six digits that nobody can overlook', () => {
    equal(codeBox('048213').split('\n')[2]?.trim().replace(/\s+/g, ' '), '* 0 4 8 2 1 3 *')
    ok(
      codeBox('048213')
        .split('\n')
        .every(line => line.length <= 79)
    )
  })
})
