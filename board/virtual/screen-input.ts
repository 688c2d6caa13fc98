// Bytes of the live screen's terminal to keys of one letter. Arrow keys, F5, Alt and their like are none, digits in them least of all.
// Pure but for what a chunk left unfinished. Used by screen.ts.

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for
const SEQUENCE = /\x1b+(?:\[\[?[\x20-\x3f]*[\x40-\x7e]|O[\x20-\x7e]|[^\x1b])/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const UNFINISHED = /\x1b+(?:\[\[?[\x20-\x3f]*|O)?$/
/** What follows later than this was pressed by itself: a lone Escape is a key, too. */
const TOGETHER_MS = 100

/** `atMs`: when the bytes came, any clock that only grows. */
export const createKeyFilter = (): ((bytes: string, atMs: number) => readonly string[]) => {
  let rest = ''
  let restAt = 0
  return (bytes, atMs) => {
    const text = (atMs - restAt <= TOGETHER_MS ? rest : '') + bytes
    const [open = ''] = UNFINISHED.exec(text) ?? []
    // A sequence has few bytes; what is longer is none.
    rest = open.length <= 16 ? open : ''
    restAt = atMs
    return [...text.slice(0, text.length - open.length).replace(SEQUENCE, '')]
  }
}
