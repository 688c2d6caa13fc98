// The compiled addons for the target: serialport's comes prebuilt with its module, epoll's is compiled here against the
// headers of the Node that the release ships. Called by tree.ts; leaves downloads in the cache.
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Architecture, CACHE, RELEASE, ROOT, run, say } from './place.js'

const TRIPLE: Readonly<Record<Architecture, string>> = { arm64: 'aarch64-linux-gnu', amd64: 'x86_64-linux-gnu' }
const SERIALPORT: Readonly<Record<Architecture, string>> = {
  arm64: 'linux-arm64/@serialport+bindings-cpp.armv8.glibc.node',
  amd64: 'linux-x64/@serialport+bindings-cpp.glibc.node'
}
const MIRROR = process.env.BATON_MIRROR ?? 'http://deb.debian.org/debian'
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg'
const HEADERS = ['libnode-dev', 'libuv1-dev']
/** The headers are the same for every processor; these are taken. */
const HEADERS_FOR: Architecture = 'arm64'

/** apt with lists of its own: this machine may be of another release, and its own lists stay as they are. */
const privateApt = (home: string): NodeJS.ProcessEnv => {
  for (const folder of ['sources.d', 'preferences.d', 'state/lists/partial', 'cache/archives/partial'])
    mkdirSync(join(home, folder), { recursive: true })
  writeFileSync(join(home, 'state/status'), '')
  writeFileSync(join(home, 'sources.list'), `deb [signed-by=${KEYRING}] ${MIRROR} ${RELEASE} main\n`)
  const settings = {
    'APT::Architecture': HEADERS_FOR,
    'Dir::Etc::sourcelist': join(home, 'sources.list'),
    'Dir::Etc::sourceparts': join(home, 'sources.d'),
    'Dir::Etc::preferencesparts': join(home, 'preferences.d'),
    'Dir::State': join(home, 'state'),
    'Dir::State::status': join(home, 'state/status'),
    'Dir::Cache': join(home, 'cache'),
    'APT::Sandbox::User': 'root'
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name} "${value}";`)
  writeFileSync(join(home, 'apt.conf'), `${lines.join('\n')}\nAPT::Architectures { "${HEADERS_FOR}"; };\n`)
  return { APT_CONFIG: join(home, 'apt.conf') }
}

/** Folder with the headers of the release's Node, fetched once. */
const nodeHeaders = (): string => {
  const home = join(CACHE, `headers-${RELEASE}`)
  if (existsSync(home)) return home
  say(`fetching the headers of ${RELEASE}'s Node …`)
  const draft = `${home}.${process.pid}`
  const env = privateApt(join(draft, 'apt'))
  run('apt-get', ['-q', 'update'], { env })
  run('apt-get', ['-q', 'download', ...HEADERS], { env, cwd: draft })
  for (const name of readdirSync(draft).filter(file => file.endsWith('.deb')))
    run('dpkg-deb', ['--extract', join(draft, name), draft])
  rmSync(join(draft, 'apt'), { recursive: true })
  if (existsSync(home)) rmSync(draft, { recursive: true })
  else renameSync(draft, home)
  return home
}

const compileEpoll = (architecture: Architecture, target: string): void => {
  const headers = nodeHeaders()
  const modules = join(ROOT, 'node_modules')
  // The flags of Debian's own packages; nothing in them depends on where the repository lies.
  const flags = ['-shared', '-fPIC', '-O2', '-std=gnu++17', '-fno-rtti', '-fno-exceptions', '-fstack-protector-strong']
  const defines = ['-D_FORTIFY_SOURCE=2', '-DNODE_GYP_MODULE_NAME=epoll', '-DBUILDING_NODE_EXTENSION']
  const quiet = ['-Wno-deprecated-declarations', '-Wno-cast-function-type']
  const folders = ['usr/include/node', 'usr/include'].map(folder => `-I${join(headers, folder)}`)
  const link = ['-Wl,-z,relro,-z,now', '-Wl,--as-needed']
  run(
    `${TRIPLE[architecture]}-g++`,
    [...flags, ...defines, ...quiet, ...folders, `-I${join(modules, 'nan')}`, 'src/epoll.cc', '-o', target, ...link],
    { cwd: join(modules, 'epoll') }
  )
}

/** Both addons for one processor into `folder`. */
export const makeAddons = (architecture: Architecture, folder: string): void => {
  mkdirSync(folder, { recursive: true })
  const prebuilds = join(ROOT, 'node_modules/@serialport/bindings-cpp/prebuilds')
  copyFileSync(join(prebuilds, SERIALPORT[architecture]), join(folder, 'serialport.node'))
  compileEpoll(architecture, join(folder, 'epoll.node'))
  for (const name of readdirSync(folder)) {
    run(`${TRIPLE[architecture]}-strip`, ['--strip-unneeded', join(folder, name)])
    chmodSync(join(folder, name), 0o644)
  }
}
