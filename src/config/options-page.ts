// OPTIONS.md from the schema, so that the page never says what the check does not do.
// Run `node dist/src/config/options-page.js --write` after a change of an option; a test compares.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Option } from './option.js'
import { rootSection } from './schema.js'

const HEADER = `# Options

Generated from the schema by \`node dist/src/config/options-page.js --write\`; do not edit. One YAML file, the same on both
boards; \`boards.X\` stands for \`boards.a\` and \`boards.b\`, \`[]\` for each item of a list. Unknown options are refused.
Relations between timings are checked by \`src/core/timing.ts\`; the message names the smallest value that would do.
`

const fallbackWords = (option: Option<unknown>): string => {
  if (option.fallbackSays !== undefined) return option.fallbackSays
  if (option.fallback === undefined) return 'must be given'
  if (option.fallback === null) return 'none'
  return `\`${typeof option.fallback === 'string' ? option.fallback : JSON.stringify(option.fallback)}\``
}

const isLeaf = (option: Option<unknown>): boolean => option.inside.length === 0
const line = (path: string, option: Option<unknown>): string =>
  `- \`${path}\`: ${option.type}, ${option.range}; default ${fallbackWords(option)}. ${option.doc}`

// One list per section, then the sections inside it.
const sectionPage = (path: string, option: Option<unknown>): string[] => {
  const join = (name: string): string => (path === '' ? name : `${path}.${name}`)
  const leaves = option.inside.filter(([, inner]) => isLeaf(inner)).map(([name, inner]) => line(join(name), inner))
  const below = option.inside
    .filter(([name, inner]) => !isLeaf(inner) && !(path === 'boards' && name === 'b'))
    .flatMap(([name, inner]) => {
      const shown = path === 'boards' ? 'boards.X' : join(name)
      return sectionPage(inner.type.startsWith('list') ? `${shown}[]` : shown, inner)
    })
  const title = path === '' ? '## Top level' : `## \`${path}\``
  const size = option.type.startsWith('list') ? ` (${option.range})` : ''
  return [title, '', `${option.doc}${size}`, '', ...(leaves.length > 0 ? [...leaves, ''] : []), ...below]
}

/** The whole page as it should stand in src/config/OPTIONS.md. */
export const optionsPage = (): string => `${[HEADER, ...sectionPage('', rootSection)].join('\n').trimEnd()}\n`

/** src/config/OPTIONS.md of the tree that this was compiled from. */
export const OPTIONS_PAGE = fileURLToPath(new URL('../../../src/config/OPTIONS.md', import.meta.url))

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--write')) writeFileSync(OPTIONS_PAGE, optionsPage())
  else process.exitCode = readFileSync(OPTIONS_PAGE, 'utf8') === optionsPage() ? 0 : 1
}
