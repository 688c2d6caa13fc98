// What a board that goes on alone hands over to a fresh one, as bytes and back, in pieces that fit a frame. Pure. Nothing in it is
// believed before all of it is there: each piece is sealed (secret.ts), and the text is checked by whoever takes it (console/pairing-handed.ts).

export interface Parcel {
  /** Text of baton.yaml. */
  readonly configuration: string
  /** Text of the secrets file of the notices; null = there is none. */
  readonly secrets: string | null
}

/** Of JSON in UTF-8. The largest configuration that is read has 64 KiB (config/document.ts), and secrets are short. */
export const PARCEL_BYTES_MAX = 81_920
export const PIECE_BYTES = 80
/** Sent at once; then the other board says how far it has come. */
export const WINDOW = 8
export const PIECES_MAX = Math.ceil(PARCEL_BYTES_MAX / PIECE_BYTES)

/** null = more than can be handed over. */
export const packParcel = ({ configuration, secrets }: Parcel): Uint8Array | null => {
  const bytes = Buffer.from(JSON.stringify({ configuration, secrets }))
  return bytes.length > PARCEL_BYTES_MAX ? null : bytes
}

/** null = no parcel of this version. */
export const unpackParcel = (bytes: Uint8Array): Parcel | null => {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    const read = JSON.parse(text) as { readonly configuration?: unknown; readonly secrets?: unknown }
    const { configuration, secrets } = read
    if (typeof configuration !== 'string') return null
    return typeof secrets === 'string' || secrets === null ? { configuration, secrets } : null
  } catch {
    return null
  }
}

/** At least one, each of at most PIECE_BYTES. */
export const piecesOf = (bytes: Uint8Array): readonly Uint8Array[] => {
  const count = Math.max(1, Math.ceil(bytes.length / PIECE_BYTES))
  return Array.from({ length: count }, (_, at) => bytes.subarray(at * PIECE_BYTES, (at + 1) * PIECE_BYTES))
}
