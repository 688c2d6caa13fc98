// How long a frame is in bytes and in time. The configuration check asks here; it must not need a key or a codec.
import { COBS_BYTES, CRC_BYTES, DELIMITER_BYTES, payloadBytes, SIGNATURE_BYTES } from './layout.js'

/** 8N1: a start bit, eight data bits, a stop bit. */
const BITS_PER_BYTE = 10

/**
 * Exact bytes on the wire of a frame with so many groups, both delimiters included: 76 for one group, 106 for four.
 * Plain arithmetic, never throws: a caller that checks a configuration may ask about too many groups.
 */
export const frameBytes = (groups: number): number =>
  DELIMITER_BYTES + COBS_BYTES + payloadBytes(groups) + SIGNATURE_BYTES + CRC_BYTES

/** Milliseconds, with fraction, that such a frame keeps a serial line busy at `baud` bits a second, 8N1. */
export const wireTimeMs = (groups: number, baud: number): number => (frameBytes(groups) * BITS_PER_BYTE * 1000) / baud
