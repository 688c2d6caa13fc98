// All that is done with the pair's key: sign, verify, show a fingerprint. The one file of this room that imports node:crypto.
// The labels keep a signature made for one purpose from being good for another.
import { createHash, createHmac, createSecretKey, hkdfSync, timingSafeEqual } from 'node:crypto'
import { SIGNATURE_BYTES } from './layout.js'

const TOKEN_LABEL = 'baton token\0'
const EXCHANGE_LABEL = 'baton pair exchange'
const FINGERPRINT_LABEL = 'baton key fingerprint\0'

/** Length of the pair's key in bytes. */
export const KEY_BYTES = 32

export interface Signer {
  /** First 16 bytes of HMAC-SHA256 over a label and `payload`. */
  sign(payload: Uint8Array): Uint8Array
  /** Whether `signature` is that of `payload`. Takes as long for a wrong one as for a right one of the same length. */
  matches(payload: Uint8Array, signature: Uint8Array): boolean
}

/** Throws RangeError where the key is not 32 bytes: key.ts makes no other. The key is copied. */
export const createSigner = (key: Uint8Array): Signer => {
  if (key.length !== KEY_BYTES)
    throw new RangeError(`the pair's key has ${key.length} bytes, it must have ${KEY_BYTES}`)
  const secret = createSecretKey(key)
  const sign = (payload: Uint8Array): Uint8Array =>
    createHmac('sha256', secret).update(TOKEN_LABEL).update(payload).digest().subarray(0, SIGNATURE_BYTES)
  return {
    sign,
    matches: (payload, signature) => signature.length === SIGNATURE_BYTES && timingSafeEqual(sign(payload), signature)
  }
}

/** Signs what the boards ask each other beside the tokens (exchange.ts): whole HMAC-SHA256, a key of its own. */
export interface ExchangeSigner {
  sign(parts: readonly Uint8Array[]): Uint8Array
  /** Takes as long for a wrong signature as for a right one. */
  matches(parts: readonly Uint8Array[], signature: Uint8Array): boolean
}

export const EXCHANGE_SIGNATURE_BYTES = 32

/** The key is derived from the pair's (HKDF-SHA256), so that nothing signed here is ever good as a token, nor a token here. */
export const createExchangeSigner = (key: Uint8Array): ExchangeSigner => {
  const secret = createSecretKey(new Uint8Array(hkdfSync('sha256', key, new Uint8Array(0), EXCHANGE_LABEL, KEY_BYTES)))
  const sign = (parts: readonly Uint8Array[]): Uint8Array => {
    const hmac = createHmac('sha256', secret)
    for (const part of parts) hmac.update(part)
    return hmac.digest()
  }
  return {
    sign,
    matches: (parts, signature) =>
      signature.length === EXCHANGE_SIGNATURE_BYTES && timingSafeEqual(sign(parts), signature)
  }
}

/** First 8 hex digits of SHA-256 over a label and the key. Safe to show: it tells two keys apart and gives none away. */
export const keyFingerprint = (key: Uint8Array): string =>
  createHash('sha256').update(FINGERPRINT_LABEL).update(key).digest('hex').slice(0, 8)
