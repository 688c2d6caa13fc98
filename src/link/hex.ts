// Hexadecimal text to bytes and back, lower case only. Used by the layout's writer and reader and by the key.

const PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** `bytes[at..at+count)` as `2 * count` lower-case hex digits. */
export const hexOf = (bytes: Uint8Array, at: number, count: number): string => {
  let text = ''
  for (let index = at; index < at + count; index++) text += PAIRS[bytes[index] ?? 0]
  return text
}

/** Write `2 * count` hex digits to `target` from `at`. False, with nothing written, where the text is anything else. */
export const writeHex = (text: string, count: number, target: Uint8Array, at: number): boolean => {
  if (text.length !== 2 * count || !/^[0-9a-f]+$/.test(text)) return false
  for (let index = 0; index < count; index++) {
    target[at + index] = Number.parseInt(text.slice(2 * index, 2 * index + 2), 16)
  }
  return true
}
