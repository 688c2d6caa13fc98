// All cryptography of the pairing: promise, shared key, code, proofs. The one file of this room that imports node:crypto.
// Randomness arrives as an argument. The labels keep a value made for one purpose from being good for another.
import {
  createCipheriv,
  createDecipheriv,
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
  SEAL_BYTES,
  SESSION_BYTES,
  type StopReason
} from './frame.js'
import { PLAIN, type Traits, traitsByte } from './traits.js'

/** What one board brings into one exchange. Fields are lower-case hex. */
export interface Own {
  readonly board: Letter
  readonly session: string
  readonly nonce: string
  readonly publicKey: string
  readonly traits: Traits
  /** Binds us to all of the above before we know anything of the other board. */
  readonly commitment: string
  readonly privateKey: KeyObject
}

/** What the other board revealed. */
export type Revealed = Pick<Own, 'board' | 'session' | 'nonce' | 'publicKey' | 'traits'>

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
  /** A piece of what `board` hands over, for the other one's eyes only; hex. One index, one content: never two. */
  seal(board: Letter, index: number, total: number, piece: Uint8Array): string
  /** null = it is not what `board` sealed. */
  unseal(board: Letter, index: number, total: number, sealed: string): Uint8Array | null
}

/** Random bytes that one exchange of one board takes: private key, nonce, session. */
export const SEED_BYTES = KEY_BYTES + NONCE_BYTES + SESSION_BYTES
export const CODE_DIGITS = 6

/** DER in front of the 32 raw bytes of an X25519 key (RFC 8410). */
const PRIVATE_HEAD = Buffer.from('302e020100300506032b656e04220420', 'hex')
const PUBLIC_HEAD = Buffer.from('302a300506032b656e032100', 'hex')

const bytesOf = (hex: string): Buffer => Buffer.from(hex, 'hex')

// Every part has a fixed length, so that two different lists never give the same bytes.
const partsOf = ({ board, session, publicKey, nonce, traits }: Revealed): Buffer =>
  Buffer.concat([
    Buffer.from(board),
    bytesOf(session),
    bytesOf(publicKey),
    bytesOf(nonce),
    Buffer.of(traitsByte(traits))
  ])

/** SHA-256 over letter, session, public key, nonce and traits; hex. */
export const commitmentOf = (revealed: Revealed): string =>
  createHash('sha256').update('baton pairing promise\0').update(partsOf(revealed)).digest('hex')

/** `seed`: SEED_BYTES of good randomness, never used twice. Throws RangeError for another length. */
export const createOwn = (board: Letter, seed: Uint8Array, traits: Traits = PLAIN): Own => {
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
  const revealed = { board, session, publicKey, nonce, traits }
  return { ...revealed, commitment: commitmentOf(revealed), privateKey }
}

const CIPHER = 'aes-256-gcm'

/** Sealing with one key for each sender; the number of a piece is its nonce, and its content never changes. */
const sealing = (keyOf: (board: Letter) => Buffer): Pick<Shared, 'seal' | 'unseal'> => {
  const nonceOf = (index: number): Buffer => {
    const nonce = Buffer.alloc(12)
    nonce.writeUInt16BE(index, 10)
    return nonce
  }
  const boundTo = (board: Letter, index: number, total: number): Buffer =>
    Buffer.from(`baton pairing piece\0${board}\0${index}\0${total}`)
  return {
    seal: (board, index, total, piece) => {
      const cipher = createCipheriv(CIPHER, keyOf(board), nonceOf(index)).setAAD(boundTo(board, index, total))
      return Buffer.concat([cipher.update(piece), cipher.final(), cipher.getAuthTag()]).toString('hex')
    },
    unseal: (board, index, total, sealed) => {
      const bytes = bytesOf(sealed)
      if (bytes.length < SEAL_BYTES) return null
      try {
        const decipher = createDecipheriv(CIPHER, keyOf(board), nonceOf(index), { authTagLength: SEAL_BYTES })
        decipher.setAAD(boundTo(board, index, total)).setAuthTag(bytes.subarray(-SEAL_BYTES))
        return Buffer.concat([decipher.update(bytes.subarray(0, -SEAL_BYTES)), decipher.final()])
      } catch {
        return null
      }
    }
  }
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
    ...sealing(board => derive(`parcel ${board}`, KEY_BYTES)),
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
