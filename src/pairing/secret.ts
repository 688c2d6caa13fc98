// All cryptography of the pairing: promise, shared key, code, proofs. The one file of this room that imports node:crypto.
// Randomness arrives as an argument. The labels keep a value made for one purpose from being good for another.
import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  hkdfSync,
  type KeyObject,
  timingSafeEqual
} from 'node:crypto'
import {
  KEY_BYTES,
  type Letter,
  type Level,
  NONCE_BYTES,
  PAIRING_VERSION,
  SESSION_BYTES,
  type StopReason
} from './frame.js'

/** What one board brings into one exchange. Fields are lower-case hex. */
export interface Own {
  readonly board: Letter
  readonly session: string
  readonly nonce: string
  readonly publicKey: string
  /** Binds us to all of the above before we know anything of the other board. */
  readonly commitment: string
  readonly privateKey: KeyObject
}

/** What the other board revealed. */
export type Revealed = Pick<Own, 'board' | 'session' | 'nonce' | 'publicKey'>

/** What both boards have in common after both reveals. */
export interface Shared {
  /** The pair's new key, 32 bytes. */
  readonly key: Uint8Array
  /** Six digits for people: differ unless both boards saw the same two reveals. */
  readonly code: string
  /** Proof that `board` has this key and says `what` in this very exchange; hex. */
  proofOf(board: Letter, what: Level | StopReason): string
  /** In constant time. */
  matches(board: Letter, what: Level | StopReason, proof: string): boolean
}

/** Random bytes that one exchange of one board takes: private key, nonce, session. */
export const SEED_BYTES = KEY_BYTES + NONCE_BYTES + SESSION_BYTES
export const CODE_DIGITS = 6

/** DER in front of the 32 raw bytes of an X25519 key (RFC 8410). */
const PRIVATE_HEAD = Buffer.from('302e020100300506032b656e04220420', 'hex')
const PUBLIC_HEAD = Buffer.from('302a300506032b656e032100', 'hex')

const bytesOf = (hex: string): Buffer => Buffer.from(hex, 'hex')

// Every part has a fixed length, so that two different lists never give the same bytes.
const partsOf = ({ board, session, publicKey, nonce }: Revealed): Buffer =>
  Buffer.concat([Buffer.from(board), bytesOf(session), bytesOf(publicKey), bytesOf(nonce)])

/** SHA-256 over letter, session, public key and nonce; hex. */
export const commitmentOf = (revealed: Revealed): string =>
  createHash('sha256').update('baton pairing promise\0').update(partsOf(revealed)).digest('hex')

/** `seed`: SEED_BYTES of good randomness, never used twice. Throws RangeError for another length. */
export const createOwn = (board: Letter, seed: Uint8Array): Own => {
  if (seed.length !== SEED_BYTES) throw new RangeError(`pairing: a seed has ${SEED_BYTES} bytes, not ${seed.length}`)
  const bytes = Buffer.from(seed)
  const privateKey = createPrivateKey({
    key: Buffer.concat([PRIVATE_HEAD, bytes.subarray(0, KEY_BYTES)]),
    format: 'der',
    type: 'pkcs8'
  })
  const publicKey = createPublicKey(privateKey)
    .export({ format: 'der', type: 'spki' })
    .subarray(PUBLIC_HEAD.length)
    .toString('hex')
  const nonce = bytes.toString('hex', KEY_BYTES, KEY_BYTES + NONCE_BYTES)
  const session = bytes.toString('hex', KEY_BYTES + NONCE_BYTES)
  const revealed = { board, session, publicKey, nonce }
  return { ...revealed, commitment: commitmentOf(revealed), privateKey }
}

/** null where the other side's public key is none that leads to a secret (RFC 7748, section 6.1). */
export const shareWith = (own: Own, peer: Revealed): Shared | null => {
  let secret: Buffer
  try {
    const publicKey = createPublicKey({
      key: Buffer.concat([PUBLIC_HEAD, bytesOf(peer.publicKey)]),
      format: 'der',
      type: 'spki'
    })
    secret = diffieHellman({ privateKey: own.privateKey, publicKey })
  } catch {
    return null
  }
  if (secret.every(byte => byte === 0)) return null
  const [first, second] = own.board === 'a' ? [own, peer] : [peer, own]
  const transcript = createHash('sha256')
    .update('baton pairing transcript\0')
    .update(Buffer.of(PAIRING_VERSION))
    .update(partsOf(first))
    .update(partsOf(second))
    .digest()
  const derive = (label: string, count: number): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, transcript, `baton pairing ${label}`, count))
  const confirm = derive('confirm', KEY_BYTES)
  const number = derive('code', 8).readBigUInt64BE() % BigInt(10 ** CODE_DIGITS)
  const sign = (board: Letter, what: string): Buffer =>
    createHmac('sha256', confirm).update(`${what}\0${board}\0`).update(transcript).digest()
  return {
    key: new Uint8Array(derive('key', KEY_BYTES)),
    code: number.toString().padStart(CODE_DIGITS, '0'),
    proofOf: (board, what) => sign(board, what).toString('hex'),
    matches: (board, what, proof) => {
      const given = bytesOf(proof)
      const wanted = sign(board, what)
      return given.length === wanted.length && timingSafeEqual(given, wanted)
    }
  }
}
