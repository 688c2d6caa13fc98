// What a shop owner does to the file of a card on a PC: kinds of mistakes in the default file, as text or bytes. The answers that
// they must get are in mistakes.golden.txt. And what is no mistake, whatever an editor makes of it.
import { readFileSync } from 'node:fs'

export const DEFAULT = readFileSync('provisioning/package/files/baton.yaml.default', 'utf8')

/** The default file with its mail channel in use. */
export const WITH_MAIL = DEFAULT.replace(/^# (?=notices:| +(channels|- name|kind|email|server|user|from|to):)/gm, '')

const change = (from: string, to: string, text = DEFAULT): string => {
  if (!text.includes(from)) throw new Error(`the default file has no ${JSON.stringify(from)}`)
  return text.replace(from, to)
}
const without = (from: string, to: string): string =>
  DEFAULT.slice(0, DEFAULT.indexOf(from)) + DEFAULT.slice(DEFAULT.indexOf(to))
const add = (text: string): string => change('pair: baton', `${text}\npair: baton`)
const bytes = (...parts: readonly (string | readonly number[])[]): Uint8Array =>
  Buffer.concat(parts.map(part => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))))
const SECOND = `  - name: other
    addresses:
      - address: 192.168.77.11/24
        interface: eth0
`

/** No line can be named: it is the file as a whole. */
export const WHOLE: Readonly<Record<string, string | Uint8Array>> = {
  'saved as a Word document': bytes('PK', [3, 4, 20, 0, 6, 0], '[Content_Types].xml'),
  'saved as rich text': `{\\rtf1\\ansi\\deff0 ${DEFAULT}}`,
  'saved as an old Word document': bytes([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]),
  'saved as Unicode by Notepad': Buffer.from(`\ufeff${DEFAULT}`, 'utf16le'),
  'saved as UTF-16 without a mark': Buffer.from(DEFAULT, 'utf16le'),
  'a web page saved in its place': `<!DOCTYPE html>\n<pre>${DEFAULT}</pre>`,
  'an empty file': '',
  'a file of 10 MB': `# ${'x'.repeat(10 * 1024 * 1024)}\n`
}

/** All others: each names its line. */
export const MISTAKES: Readonly<Record<string, string | Uint8Array>> = {
  'a tab before an option': change('    home: a', '\thome: a'),
  'a blank of a web page before an option': change('    home: a', '\u00a0\u00a0\u00a0\u00a0home: a'),
  'typographic quotes': change('target: 127.0.0.1:80', 'target: “127.0.0.1:80”'),
  'a quote that is not closed': change('/srv/data\n', "'/srv/data\n"),
  'a bracket that is not closed': change('/srv/data/www]', '/srv/data/www'),
  'a bullet in place of a hyphen': change('  - name: main', '  • name: main'),
  'no colon behind an option': change('pair: baton ', 'pair baton '),
  'no colon behind a section': change('    disk:', '    disk'),
  'no space behind a colon': change('home: a ', 'home:a '),
  'an equals sign for a colon': change('pair: baton', 'pair = baton'),
  'one space too many': change('    home: a', '     home: a'),
  'one space too few': change('    home: a', '   home: a'),
  'no indentation at all': change('    home: a', 'home: a'),
  'a comment with two slashes': change('pair: baton', '// our pair\npair: baton'),
  'a list where options are wanted': change('      kind: shared', '      - kind: shared'),
  'a lone hyphen': change('  - name: main ', '  -\n    nam: main '),
  'a second text behind the first': `${DEFAULT}---\n${DEFAULT}`,
  'the same option twice': change('    home: a', '    home: a\n    home: b'),
  'a file that ends in the middle': DEFAULT.slice(0, DEFAULT.indexOf('/srv/data/www')),
  'a copy that was torn': `${DEFAULT.slice(0, 900)}${'\0'.repeat(512)}`,
  'an accent saved by an old editor': bytes(change('pair: baton', 'pair: baton # caf\u00e9')),
  'only comments': DEFAULT.replace(/^(?=[^#])/gm, '# '),
  'something else altogether': 'Dear Sir,\nplease find attached\n',
  'a mistyped option': change('    addresses:', '    adresses:'),
  'a mistyped section': change('boards: ', 'board: '),
  'an option in the wrong section': change('      - name: web ', '      - home: a\n        name: web '),
  'no groups': without('groups:', '# <== 3'),
  'an address without prefix length': change('192.168.77.10/24', '192.168.77.10'),
  'an address with a comma': change('192.168.77.10/24', '192,168,77,10/24'),
  'an impossible address': change('192.168.77.10/24', '192.168.77.310/24'),
  'the name of the network for an address': change('192.168.77.10/24', '192.168.77.0/24'),
  'the broadcast address': change('192.168.77.10/24', '192.168.77.255/24'),
  'the machine itself for an address': change('192.168.77.10/24', '127.0.0.1/8'),
  'the virtual address of a board': change('192.168.77.10/24', '192.168.77.1/24'),
  'a router outside the network': change(
    '    lan: eth0\n',
    '    lan: eth0\n    network: {address: 192.168.1.11/24, gateway: 192.168.2.1}\n'
  ),
  'a time with a unit': add('token: {deadMs: 5s}'),
  'a number out of range': add('token: {deadMs: 900000}'),
  'a dead time shorter than its tokens': add('token: {deadMs: 200}'),
  'a head start shorter than the fencing': add('fence: {headStartMs: 500}'),
  'an empty value': change('mountPoint: /srv/data', 'mountPoint:'),
  'yes for true': change('standard: true', 'standard: yes'),
  'a Raspberry Pi that baton does not know': change('kind: auto', 'kind: rpi-5'),
  'a board c': change('home: a ', 'home: c '),
  'a section for a board c': change('\n  b:\n', '\n  c:\n'),
  'a service without a program': change('        command: [/usr/lib/baton/web-folder, /srv/data/www]\n', ''),
  'a program without its folder': change('[/usr/lib/baton/web-folder,', '[web-folder,'),
  'a port without a host': change('target: 127.0.0.1:80', 'target: 80'),
  'two groups of one name': change('\n# <== 3', `\n${SECOND.replace('other', 'main')}\n# <== 3`),
  'two groups of one address': change('\n# <== 3', `\n${SECOND.replace('.11/', '.10/')}\n# <== 3`),
  'a label with a space': change('LABEL=baton-data', 'LABEL=baton data'),
  'a drive of Windows': change('mountPoint: /srv/data', 'mountPoint: D:\\data'),
  'a disk that nothing brings': change('      attach:\n        by: usbSwitch\n', ''),
  'a light on the line of the relay': change('standard: true', 'standard: true\n      relay: 12'),
  'mail without a receiver': change('        to: you@example.org\n', '', WITH_MAIL),
  'mail to nobody': change('to: you@example.org', 'to: you at example.org', WITH_MAIL),
  'a password in the file': change('to: you@example.org', 'to: you@example.org\n        password: hidden', WITH_MAIL)
}

/** Editors and people do this, and it is as good. */
export const RIGHT_ALL_THE_SAME: Readonly<Record<string, string | Uint8Array>> = {
  'line ends of Windows': DEFAULT.replaceAll('\n', '\r\n'),
  'a mark of byte order': `\ufeff${DEFAULT}`,
  'both, and blanks at the ends of lines': `\ufeff${DEFAULT.replaceAll('\n', '  \r\n')}`,
  'no line end at the end': DEFAULT.trimEnd(),
  'a tab behind a colon and before a comment': change('home: a ', 'home:\ta\t'),
  'quotes around values': change('target: 127.0.0.1:80', "target: '127.0.0.1:80'").replace(
    'pair: baton',
    'pair: "baton"'
  ),
  'another address, and mail': change('192.168.77.10/24', '192.168.1.50/24', WITH_MAIL)
}
