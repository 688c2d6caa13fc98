// In which order modules of the kernel are to be loaded, from depmod's own list. Pure; used by guest-root.ts.

const nameOf = (file: string): string =>
  (file.split('/').at(-1) ?? '').replace(/\.ko(\.(xz|zst|gz))?$/, '').replaceAll('-', '_')

/**
 * Files of the wanted modules and of all that they lean on, each once, after what it leans on. `list`: the text of modules.dep,
 * one `file: what it leans on` a line, in which what is leaned on stands last. Throws where a wanted one is in no line.
 */
export const moduleOrder = (list: string, wanted: readonly string[]): readonly string[] => {
  const lines = new Map<string, readonly string[]>()
  for (const line of list.split('\n')) {
    const [file, rest = ''] = line.split(':')
    if (file !== undefined && file !== '')
      lines.set(nameOf(file), [file, ...rest.split(' ').filter(word => word !== '')])
  }
  const ordered = new Set<string>()
  for (const name of wanted) {
    const files = lines.get(name)
    if (files === undefined) throw new Error(`the kernel has no module ${name}`)
    // depmod names all of them, the deepest last.
    for (const file of [...files].reverse()) ordered.add(file)
  }
  return [...ordered]
}
