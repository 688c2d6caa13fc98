// The page of licences: ours, and that of every module that was bundled. Called by tree.ts.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './place.js'

interface Manifest {
  readonly name: string
  readonly version: string
  readonly license?: string
  readonly author?: string | { readonly name?: string }
}

const indented = (text: string): string =>
  text
    .trim()
    .split(/\r?\n/)
    .map(line => (line.trim() === '' ? ' .' : ` ${line.trimEnd()}`))
    .join('\n')

/** The module's own file, of the module or (a few of serialport's) of the folder above the bundle of it. */
const licenceText = (folder: string): string | null => {
  const name = readdirSync(folder).find(file => /^(licen[cs]e|copying)/i.test(file))
  return name === undefined ? null : readFileSync(join(folder, name), 'utf8')
}

const authorOf = ({ author, name }: Manifest): string =>
  (typeof author === 'string' ? author : author?.name) ?? `the authors of ${name}`

const stanza = (module: string): string => {
  const folder = join(ROOT, module)
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
  const text = existsSync(folder) ? licenceText(folder) : null
  const holders = (text ?? '').split('\n').filter(line => /^\s*(\(c\)|copyright\s+(\(c\)|©|\d))/i.test(line))
  const who = holders.length > 0 ? holders.map(line => line.trim().replace(/^copyright\s*/i, '')) : [authorOf(manifest)]
  const body =
    manifest.license === 'Apache-2.0'
      ? APACHE
      : (text ?? `The module names its licence, ${manifest.license}, and brings no text of it.`)
  return [
    `Files: usr/lib/baton/dist/src/*/${manifest.name}`,
    `Copyright: ${who.join('\n           ')}`,
    `License: ${manifest.license ?? 'unknown'}`,
    indented(body),
    `Comment: bundled: ${manifest.name} ${manifest.version}`
  ].join('\n')
}

const APACHE = 'On Debian systems the text of this licence stands in /usr/share/common-licenses/Apache-2.0.'

const OURS = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: baton
Comment: The programs of baton are bundled with the modules that they use; each of these is named below.

Files: *
Copyright: the authors of baton
License: Apache-2.0
 ${APACHE}
`

/** `modules`: folders below the repository, as `node_modules/execa`. */
export const copyrightPage = (modules: readonly string[]): string => `${[OURS, ...modules.map(stanza)].join('\n')}\n`
