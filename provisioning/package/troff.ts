// Plain words to the language of manual pages. Used by manual.ts.

/** A text that troff prints as it stands. */
export const plain = (text: string): string =>
  text
    .replace(/\\/g, '\\e')
    .replace(/-/g, '\\-')
    .replace(/`([^`]*)`/g, '\\fB$1\\fR')
    .replace(/…/g, '...')
    .replace(/^([.'])/gm, '\\&$1')

/** A block that keeps its lines, as a table of commands. */
export const verbatim = (text: string): string =>
  `.nf\n${text
    .replace(/\\/g, '\\e')
    .replace(/-/g, '\\-')
    .replace(/…/g, '...')
    .replace(/^([.'])/gm, '\\&$1')}\n.fi`

export const heading = (name: string, section: number, version: string, epoch: number, about: string): string => {
  const day = new Date(epoch * 1000).toISOString().slice(0, 10)
  return `.TH ${name} ${section} ${day} "baton ${version}" "${about}"`
}
