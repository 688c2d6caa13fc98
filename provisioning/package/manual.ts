// The manual pages, from the same sources as `baton help` and the check of the configuration. Called by tree.ts.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Option } from '../../src/config/option.js'
import { rootSection } from '../../src/config/schema.js'
import { USAGE } from '../../src/console/help.js'
import { FILES, VERSION } from './place.js'
import { heading, plain, verbatim } from './troff.js'

const fallbackWords = ({ fallback, fallbackSays }: Option<unknown>): string => {
  if (fallbackSays !== undefined) return `Default: ${fallbackSays}.`
  if (fallback === undefined) return 'It must be given.'
  if (fallback === null) return 'By default none.'
  return `Default: ${typeof fallback === 'string' ? fallback : JSON.stringify(fallback)}.`
}

// One section of the page per section of the file; those inside follow it.
const sectionLines = (path: string, option: Option<unknown>): string[] => {
  const join = (name: string): string => (path === '' ? name : `${path}.${name}`)
  const isLeaf = (inner: Option<unknown>): boolean => inner.inside.length === 0
  const leaves = option.inside
    .filter(([, inner]) => isLeaf(inner))
    .flatMap(([name, inner]) => [
      '.TP',
      `\\fB${plain(join(name))}\\fR (${plain(inner.type)}: ${plain(inner.range)})`,
      plain(`${inner.doc} ${fallbackWords(inner)}`)
    ])
  const below = option.inside
    .filter(([name, inner]) => !isLeaf(inner) && !(path === 'boards' && name === 'b'))
    .flatMap(([name, inner]) => {
      const shown = path === 'boards' ? 'boards.X' : join(name)
      return sectionLines(inner.type.startsWith('list') ? `${shown}[]` : shown, inner)
    })
  const title = path === '' ? '.SH TOP LEVEL' : `.SH "${plain(path)}"`
  return [title, plain(option.doc), ...leaves, ...below]
}

/** baton.yaml(5). */
export const configurationPage = (epoch: number): string =>
  [
    heading('baton.yaml', 5, VERSION, epoch, 'File formats'),
    '.SH NAME',
    'baton.yaml \\- configuration of a pair of boards',
    '.SH DESCRIPTION',
    plain(
      '/etc/baton/baton.yaml is one YAML file, the same on both boards. `boards.X` stands for boards.a and boards.b, [] for each item of a list. Unknown options are refused. `baton check-config` names every mistake with its line and a remedy. Which board this is stands in /etc/baton/board: one letter, a or b.'
    ),
    ...sectionLines('', rootSection),
    '.SH FILES',
    plain('/usr/share/doc/baton/examples/baton.yaml is an example, /etc/baton/key the key of the pair.'),
    '.SH SEE ALSO',
    '.BR baton (1),',
    '.BR batond (8)',
    ''
  ].join('\n')

/** baton(1). */
export const commandPage = (epoch: number): string =>
  [
    heading('baton', 1, VERSION, epoch, 'User commands'),
    '.SH NAME',
    'baton \\- ask and order a pair of boards that is one dependable box',
    '.SH SYNOPSIS',
    '.B baton',
    '.I COMMAND',
    '.RI [ options ]',
    '.SH DESCRIPTION',
    plain(
      'Talks to the daemon batond of this board over its socket. Root may, and members of the group baton. `baton status` is where to begin: one screen that says who serves, what is wrong, and what would happen if the other board died now.'
    ),
    '.SH COMMANDS',
    verbatim(USAGE.split('\n').slice(2).join('\n')),
    '.SH SEE ALSO',
    '.BR batond (8),',
    '.BR baton.yaml (5)',
    ''
  ].join('\n')

/** batond(8): written by hand, but for its first line. */
export const daemonPage = (epoch: number): string =>
  [heading('batond', 8, VERSION, epoch, 'System administration'), readFileSync(join(FILES, 'batond.man'), 'utf8')].join(
    '\n'
  )
