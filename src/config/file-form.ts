// What a file is that is no text of ours: a document of a word processor, another encoding, a torn copy. Names it and says what to do.
// Looks at bytes only; called before anything is parsed.

/** Shown for the file as a whole; `line` where one can be named. */
export interface Misform {
  readonly problem: string
  readonly remedy: string
  readonly line: number | null
}

const EDITOR =
  'open a plain text editor (Notepad, TextEdit in plain text mode, nano), copy the lines into it, and save them as text in UTF-8'
const AGAIN = 'copy it onto the card once more, and eject the card before you pull it'

/** First bytes, in Latin-1. */
const BEGINNINGS: readonly (readonly [beginning: string, problem: string, remedy: string])[] = [
  ['PK\x03\x04', 'is a zip archive, as Word and LibreOffice write their documents (docx, odt)', EDITOR],
  ['{\\rtf', 'is rich text (RTF), as WordPad and TextEdit write it', EDITOR],
  ['\xd0\xcf\x11\xe0', 'is a document of an older Microsoft Office (doc)', EDITOR],
  ['%PDF', 'is a PDF document', EDITOR],
  ['\xff\xfe', 'is UTF-16 text, which Notepad calls Unicode', 'save it again with the encoding UTF-8'],
  ['\xfe\xff', 'is UTF-16 text (big endian)', 'save it again with the encoding UTF-8'],
  ['\x1f\x8b', 'is packed (gzip)', 'unpack it first'],
  ['\x89PNG', 'is a picture (PNG)', EDITOR],
  ['\xff\xd8\xff', 'is a picture (JPEG)', EDITOR],
  ['<', 'is a web page or XML', EDITOR]
]

const lineAt = (bytes: Uint8Array, at: number): number => {
  let line = 1
  for (let index = 0; index < at; index += 1) if (bytes[index] === 0x0a) line += 1
  return line
}

/** Offset of the first byte that no UTF-8 text has there. `bytes` is no UTF-8: halving finds where its good beginning ends. */
const firstForeignByte = (bytes: Uint8Array): number => {
  const isGood = (length: number): boolean => {
    try {
      // `stream`: a letter that is cut off at the end is no mistake of the beginning.
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, length), { stream: true })
      return true
    } catch {
      return false
    }
  }
  let [good, bad] = [0, bytes.length]
  while (bad - good > 1) {
    const middle = (good + bad) >> 1
    if (isGood(middle)) good = middle
    else bad = middle
  }
  // The decoder stumbles over the byte behind a letter that it began to read.
  let at = good
  while (at > 0 && (bytes[at - 1] ?? 0) >= 0xc0) at -= 1
  return at
}

/** Words for a file that is no UTF-8 text, or null. At most 64 KiB are expected. */
export const misformOf = (bytes: Uint8Array): Misform | null => {
  if (bytes.length === 0)
    return {
      problem: 'is empty (0 bytes)',
      remedy: `${AGAIN}; or begin again with the file that came with the card or package`,
      line: null
    }
  const head = Buffer.from(bytes.subarray(0, 8)).toString('latin1')
  const found = BEGINNINGS.find(([beginning]) => head.startsWith(beginning))
  if (found !== undefined) return { problem: found[1], remedy: found[2], line: null }
  const nul = bytes.indexOf(0)
  if (nul === 1 || (nul === 0 && bytes.length > 1 && bytes[1] !== 0))
    return {
      problem: 'is UTF-16 text, which Notepad calls Unicode',
      remedy: 'save it again with the encoding UTF-8',
      line: null
    }
  if (nul >= 0) {
    const problem = `has bytes of value 0 (the first is byte ${nul + 1}): its copy was torn, or it is no text`
    return { problem, remedy: AGAIN, line: lineAt(bytes, nul) }
  }
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return null
  } catch {
    const at = firstForeignByte(bytes)
    const byte = (bytes[at] ?? 0).toString(16).toUpperCase().padStart(2, '0')
    const problem = `is not UTF-8 text: byte ${at + 1} is 0x${byte}, perhaps a letter with an accent`
    return { problem, remedy: 'save it with the encoding UTF-8, or do without that letter', line: lineAt(bytes, at) }
  }
}
