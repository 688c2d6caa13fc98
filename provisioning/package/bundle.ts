// The programs with the modules that they use, bundled: a third of the files' start is saved, which on a Pi is seconds.
// Called by tree.ts. The bundler lives in the cache, pinned by bundler/package-lock.json (ADR 0008).
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { CACHE, ROOT, run, say } from './place.js'

/** What we use of esbuild. */
interface Loaded {
  readonly contents: string
  readonly loader: 'js'
}
interface Plugin {
  onResolve(where: { filter: RegExp }, then: (found: { path: string }) => object): void
  onLoad(where: { filter: RegExp; namespace: string }, then: (found: { path: string }) => Loaded): void
}
interface Esbuild {
  build(options: object): Promise<{ readonly metafile: { readonly inputs: Readonly<Record<string, unknown>> } }>
}

/** What is started as a program of its own, below `dist/src`; each finds its neighbours there by relative paths. */
export const PROGRAMS = [
  'runtime/batond',
  'runtime/fault-lights',
  'pairing/pair-button',
  'console/baton',
  'notice/notify'
] as const

const LOCKED = join(ROOT, 'provisioning/package/bundler')

const openBundler = async (): Promise<Esbuild> => {
  const digest = createHash('sha256')
    .update(readFileSync(join(LOCKED, 'package-lock.json')))
    .digest('hex')
    .slice(0, 12)
  const home = join(CACHE, `bundler-${digest}-${process.arch}`)
  if (!existsSync(home)) {
    say('fetching the bundler …')
    const draft = `${home}.${process.pid}`
    mkdirSync(draft, { recursive: true })
    cpSync(LOCKED, draft, { recursive: true })
    // Its install script only checks what npm has unpacked already.
    run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: draft })
    if (existsSync(home)) rmSync(draft, { recursive: true })
    else renameSync(draft, home)
  }
  return (await import(pathToFileURL(join(home, 'node_modules/esbuild/lib/main.js')).href)) as Esbuild
}

/** Modules that look for a compiled addon get it from beside the bundle. Every output lies two folders below it. */
export const NATIVE: Readonly<Record<string, string>> = {
  'node-gyp-build': "module.exports = () => require('../../native/serialport.node')",
  // Bound to one version of Node. Where it does not load, a line reports no edges, and the driver polls it.
  epoll: `try {
  module.exports = require('../../native/epoll.node')
} catch (error) {
  module.exports = {
    Epoll: class {
      add() {
        throw error
      }
      remove() {
        return this
      }
      close() {}
    }
  }
}`
}

const nativePlugin = {
  name: 'native',
  setup(build: Plugin) {
    build.onResolve({ filter: /^(node-gyp-build|epoll)$/ }, ({ path }) => ({ path, namespace: 'native' }))
    build.onResolve({ filter: /\.node$/ }, ({ path }) => ({ path, external: true }))
    build.onLoad({ filter: /.*/, namespace: 'native' }, ({ path }) => ({ contents: NATIVE[path] ?? '', loader: 'js' }))
  }
}

// Modules in the older form use these three.
const BANNER = [
  "import { createRequire as batonRequire } from 'node:module'",
  "import { dirname as batonDirname } from 'node:path'",
  'const require = batonRequire(import.meta.url)',
  'const __filename = import.meta.filename ?? new URL(import.meta.url).pathname',
  'const __dirname = batonDirname(__filename)'
].join('\n')

const moduleOf = (input: string): readonly string[] => {
  const names = [...input.matchAll(/node_modules\/((?:@[^/]+\/)?[^/]+)/g)]
  const last = names.at(-1)
  return last === undefined ? [] : [input.slice(0, last.index) + last[0]]
}

/**
 * Write the programs below `target/dist` as they lie in the repository's `dist`, so that relative paths hold.
 * Returns the folders of the modules that went in, sorted. Same sources, same bytes, wherever the repository lies.
 */
export const bundle = async (target: string): Promise<readonly string[]> => {
  const esbuild = await openBundler()
  const result = await esbuild.build({
    absWorkingDir: ROOT,
    entryPoints: PROGRAMS.map(program => `dist/src/${program}.js`),
    outbase: '.',
    outdir: target,
    // Commands that are loaded when needed stay apart.
    splitting: true,
    chunkNames: 'dist/src/chunk/[name]-[hash]',
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    legalComments: 'none',
    preserveSymlinks: true,
    metafile: true,
    logLevel: 'error',
    banner: { js: BANNER },
    plugins: [nativePlugin]
  })
  return [...new Set(Object.keys(result.metafile.inputs).flatMap(moduleOf))].sort()
}
