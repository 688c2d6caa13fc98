// Lays out the files of the package as they will stand on a board. Called by package.ts.
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { makeAddons } from './addon.js'
import { bundle, PROGRAMS } from './bundle.js'
import { completion } from './completion.js'
import { copyrightPage } from './copyright.js'
import { commandPage, configurationPage, daemonPage } from './manual.js'
import { type Architecture, FILES, RELEASE, ROOT, VERSION } from './place.js'

/** Where each file goes, from `files/` or, with a slash, from the repository's root. Parts of baton that bring one add a line. */
const STATIC: Readonly<Record<string, string>> = {
  'batond.service': 'usr/lib/systemd/system/batond.service',
  'baton-setup.service': 'usr/lib/systemd/system/baton-setup.service',
  configured: 'usr/lib/baton/configured',
  'mirror-helper': 'usr/lib/baton/mirror-helper',
  'mirror-module': 'usr/lib/baton/mirror-module',
  '60-baton.rules': 'usr/lib/udev/rules.d/60-baton.rules',
  'baton-watchdog.modprobe': 'usr/lib/modprobe.d/baton-watchdog.conf',
  'baton-watchdog.system': 'usr/lib/systemd/system.conf.d/90-baton-watchdog.conf',
  'baton.sysusers': 'usr/lib/sysusers.d/baton.conf',
  'baton.yaml': 'etc/baton/baton.yaml',
  'baton.yaml.default': 'usr/share/baton/baton.yaml.default',
  'web-folder': 'usr/lib/baton/web-folder',
  'provisioning/console/install.sh': 'usr/lib/baton/console/install.sh',
  'provisioning/console/baton-console': 'usr/lib/baton/console/baton-console',
  'provisioning/console/serial-getty.conf': 'usr/lib/baton/console/serial-getty.conf'
}
/** Units that are enabled and started; each must be in STATIC. */
export const UNITS: readonly string[] = ['batond.service', 'baton-setup.service']
export const MAINTAINER = 'The baton project <baton@baton.invalid>'
const EXECUTABLE = [
  'usr/lib/baton/configured',
  'usr/lib/baton/mirror-helper',
  'usr/lib/baton/mirror-module',
  'usr/lib/baton/web-folder',
  'usr/lib/baton/console/install.sh',
  'usr/lib/baton/console/baton-console'
]
/** Commands in /usr/bin. */
const COMMANDS: Readonly<Record<string, (typeof PROGRAMS)[number]>> = {
  baton: 'console/baton',
  batond: 'runtime/batond'
}
/** Modules that went in without being bundled: compiled into the addons. */
const COMPILED = ['node_modules/epoll', 'node_modules/nan', 'node_modules/node-addon-api']

const changeLog = (epoch: number): string => {
  const date = new Date(epoch * 1000).toUTCString().replace('GMT', '+0000')
  return `baton (${VERSION}) ${RELEASE}; urgency=medium\n\n  * What changed: CHANGELOG.md.gz beside this file.\n\n -- ${MAINTAINER}  ${date}\n`
}

/** Fill the empty folder `root`. Same sources and same `epoch`, same files. */
export const layTree = async (root: string, architecture: Architecture, epoch: number): Promise<void> => {
  const put = (path: string, content: string | Buffer): void => {
    const file = join(root, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
    chmodSync(file, EXECUTABLE.includes(path) ? 0o755 : 0o644)
  }
  const zipped = (path: string, content: string): void => put(`${path}.gz`, gzipSync(content, { level: 9 }))
  const home = join(root, 'usr/lib/baton')
  mkdirSync(home, { recursive: true })
  const modules = await bundle(home)
  makeAddons(architecture, join(home, 'dist/native'))
  // The programs read their version from it, and Node that they are modules.
  put('usr/lib/baton/package.json', `${JSON.stringify({ name: 'baton', version: VERSION, type: 'module' })}\n`)
  for (const program of PROGRAMS) {
    const file = join(home, `dist/src/${program}.js`)
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^#!.*/, '#!/usr/bin/node'))
    chmodSync(file, 0o755)
  }
  for (const [name, path] of Object.entries(STATIC))
    put(path, readFileSync(name.includes('/') ? join(ROOT, name) : join(FILES, name)))
  zipped('usr/share/man/man1/baton.1', commandPage(epoch))
  zipped('usr/share/man/man5/baton.yaml.5', configurationPage(epoch))
  zipped('usr/share/man/man8/batond.8', daemonPage(epoch))
  put('usr/share/bash-completion/completions/baton', completion())
  const doc = 'usr/share/doc/baton'
  put(`${doc}/copyright`, copyrightPage([...new Set([...modules, ...COMPILED])].sort()))
  zipped(`${doc}/changelog`, changeLog(epoch))
  zipped(`${doc}/CHANGELOG.md`, readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8'))
  put(`${doc}/README.md`, readFileSync(join(ROOT, 'README.md')))
  for (const page of ['START.md', 'start.svg', 'start-cables.svg', 'OPERATING.md', 'WIRING.md', 'wiring.svg'])
    put(`${doc}/${page}`, readFileSync(join(ROOT, 'board', page)))
  put(`${doc}/examples/baton.yaml`, readFileSync(join(FILES, 'baton.yaml')))
  mkdirSync(join(root, 'usr/bin'), { recursive: true })
  for (const [name, program] of Object.entries(COMMANDS))
    symlinkSync(`../lib/baton/dist/src/${program}.js`, join(root, 'usr/bin', name))
}
