// The compiled addons for the target: serialport's comes prebuilt with its module, epoll's is compiled here against the
// headers of the Node that the release ships. Called by tree.ts; leaves downloads in the cache.
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { releaseApt } from './apt.js'
import { type Architecture, CACHE, RELEASE, ROOT, run, say } from './place.js'

const TRIPLE: Readonly<Record<Architecture, string>> = { arm64: 'aarch64-linux-gnu', amd64: 'x86_64-linux-gnu' }
const SERIALPORT: Readonly<Record<Architecture, string>> = {
  arm64: 'linux-arm64/@serialport+bindings-cpp.armv8.glibc.node',
  amd64: 'linux-x64/@serialport+bindings-cpp.glibc.node'
}
const HEADERS = ['libnode-dev', 'libuv1-dev']
/** The headers are the same for every processor; these are taken. */
const HEADERS_FOR: Architecture = 'arm64'

/** Folder with the headers of the release's Node, fetched once. */
const nodeHeaders = (): string => {
  const home = join(CACHE, `headers-${RELEASE}`)
  if (existsSync(home)) return home
  say(`fetching the headers of ${RELEASE}'s Node …`)
  const draft = `${home}.${process.pid}`
  mkdirSync(draft, { recursive: true })
  const env = releaseApt(HEADERS_FOR)
  run('apt-get', ['-q', 'download', ...HEADERS], { env, cwd: draft })
  for (const name of readdirSync(draft).filter(file => file.endsWith('.deb')))
    run('dpkg-deb', ['--extract', join(draft, name), draft])
  if (existsSync(home)) rmSync(draft, { recursive: true })
  else renameSync(draft, home)
  return home
}

const compileEpoll = (architecture: Architecture, target: string): void => {
  const headers = nodeHeaders()
  const modules = join(ROOT, 'node_modules')
  // The flags of Debian's own packages. Assertions name their file: as if all lay below /usr/src.
  const flags = ['-shared', '-fPIC', '-O2', '-std=gnu++17', '-fno-rtti', '-fno-exceptions', '-fstack-protector-strong']
  const defines = ['-D_FORTIFY_SOURCE=2', '-DNODE_GYP_MODULE_NAME=epoll', '-DBUILDING_NODE_EXTENSION']
  const quiet = ['-Wno-deprecated-declarations', '-Wno-cast-function-type']
  const folders = ['usr/include/node', 'usr/include'].map(folder => `-I${join(headers, folder)}`)
  const maps = [modules, headers].map(folder => `-ffile-prefix-map=${folder}=/usr/src`)
  const link = ['-Wl,-z,relro,-z,now', '-Wl,--as-needed']
  run(
    `${TRIPLE[architecture]}-g++`,
    [
      ...flags,
      ...maps,
      ...defines,
      ...quiet,
      ...folders,
      `-I${join(modules, 'nan')}`,
      'src/epoll.cc',
      '-o',
      target,
      ...link
    ],
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
