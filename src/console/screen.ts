// Text that fits a terminal of 80 x 24: wrapping, clipping, labelled rows. Pure. Knows nothing of baton.

export const COLUMNS = 80
export const LINES = 24
const LABEL_COLUMNS = 12

/** Control characters, and those that turn or hide what stands beside them, never reach a terminal: texts come from commands and from the peer (R12). */
export const plain = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trimEnd()

/** At most `columns` characters; the last one is … where something was cut. */
export const clip = (text: string, columns: number): string =>
  text.length <= columns ? text : `${text.slice(0, columns - 1)}…`

/** Break at spaces; words that are too long are broken anywhere. At most `lines` lines, the last one clipped. */
export const wrap = (text: string, columns: number, lines: number): string[] => {
  const out: string[] = []
  let rest = plain(text)
  while (rest.length > columns && out.length < lines - 1) {
    const space = rest.lastIndexOf(' ', columns)
    const at = space > columns / 3 ? space : columns
    out.push(rest.slice(0, at))
    rest = rest.slice(at).trimStart()
  }
  return [...out, clip(rest, columns)]
}

/** A label at the left and text beside it, continued below itself. */
export const row = (label: string, text: string, lines = 1): string[] =>
  wrap(text, COLUMNS - LABEL_COLUMNS, lines).map((part, at) =>
    `${(at === 0 ? clip(label, LABEL_COLUMNS - 1) : '').padEnd(LABEL_COLUMNS)}${part}`.trimEnd()
  )

/** Text at both ends of a line. */
export const ends = (left: string, right: string): string => {
  const room = COLUMNS - right.length - 2
  return `${clip(left, room).padEnd(COLUMNS - right.length)}${right}`
}

/** Every line at most as wide as a screen, however long the text. For a VT100, which writes on in its last column. */
export const fold = (text: string): string =>
  text
    .split('\n')
    .flatMap(line => wrap(line, COLUMNS, Number.MAX_SAFE_INTEGER))
    .join('\n')
