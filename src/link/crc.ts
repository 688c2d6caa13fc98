// CRC-32 of a run of bytes (IEEE 802.3, as in Ethernet, zip and PNG). The codec tells noise from frames with it.
// It proves no origin: that is the signature's work (signature.ts).

const POLYNOMIAL_REVERSED = 0xedb88320

const table = Uint32Array.from({ length: 256 }, (_, index) => {
  let remainder = index
  for (let bit = 0; bit < 8; bit++) {
    remainder = remainder & 1 ? (remainder >>> 1) ^ POLYNOMIAL_REVERSED : remainder >>> 1
  }
  return remainder
})

/** CRC-32 of `bytes[0..length)`, 0..2^32-1. `123456789` in ASCII gives 0xcbf43926. */
export const crc32 = (bytes: Uint8Array, length: number): number => {
  let crc = 0xffffffff
  for (let index = 0; index < length; index++) {
    crc = (crc >>> 8) ^ (table[(crc ^ (bytes[index] ?? 0)) & 0xff] ?? 0)
  }
  return (crc ^ 0xffffffff) >>> 0
}
