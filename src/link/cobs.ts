// Consistent Overhead Byte Stuffing (Cheshire and Baker, 1999): bytes without a zero, so that zero can delimit frames.
// For runs of at most 253 bytes only: there the cost is exactly one byte, and each run has exactly one encoding.

/** Longest run that costs exactly one byte. */
export const COBS_RUN_MAX = 253

/**
 * Encode `source[0..length)` into `target` from `at`. Writes `length + 1` bytes, none of them zero.
 * Throws RangeError where the run is longer than COBS_RUN_MAX or the target too small: a mistake in the caller.
 */
export const cobsEncode = (source: Uint8Array, length: number, target: Uint8Array, at: number): void => {
  if (length > COBS_RUN_MAX || length > source.length || at + length + 1 > target.length) {
    throw new RangeError(
      `COBS: ${length} bytes do not fit (at most ${COBS_RUN_MAX}, target ${target.length} from ${at})`
    )
  }
  let codeAt = at
  for (let index = 0; index < length; index++) {
    const byte = source[index] ?? 0
    const here = at + 1 + index
    if (byte === 0) {
      target[codeAt] = here - codeAt
      codeAt = here
    } else {
      target[here] = byte
    }
  }
  target[codeAt] = at + length + 1 - codeAt
}

/**
 * Decode `source[0..length)`, which holds no zero byte, into `target`. Returns the decoded length, always `length - 1`,
 * or null where a code byte points past the end, the run is empty or longer than the target: noise.
 */
export const cobsDecode = (source: Uint8Array, length: number, target: Uint8Array): number | null => {
  if (length < 1 || length - 1 > Math.min(target.length, COBS_RUN_MAX)) return null
  let codeAt = 0
  let next = source[0] ?? 0
  for (let index = 1; index < length; index++) {
    const byte = source[index] ?? 0
    if (index === next) {
      target[index - 1] = 0
      codeAt = index
      next = codeAt + byte
    } else {
      target[index - 1] = byte
    }
  }
  return next === length ? length - 1 : null
}
