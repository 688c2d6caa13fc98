// The repository's own rules, those that neither the compiler nor Biome checks. Each failure lists every offender.
import { deepEqual, match, ok } from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, extname } from 'node:path'
import { borderBroken, EXECA_FILES, ROOMS } from './rooms.js'
import { codeOf, hitsOf, importsOf, readRepository, type SourceFile } from './source.js'

const files = readRepository()
const scripts = files.filter(({ path }) => extname(path) === '.ts')
const under = (...folders: readonly string[]): readonly SourceFile[] =>
  files.filter(({ path }) => folders.some(folder => path.startsWith(`${folder}/`)))
const product = scripts.filter(({ path }) => /^(src|board)\//.test(path))
const isCode = ({ path }: SourceFile): boolean => /\.(ts|cjs|sh|pl)$/.test(path) || path === '.ci/run'
const isOurs = ({ path }: SourceFile): boolean => !path.startsWith('test/tidy/')

describe('tidy', () => {
  it('no room imports across its borders', () => {
    const broken = scripts.flatMap(file => importsOf(file).map(item => borderBroken(file, item)))
    deepEqual(
      broken.filter(words => words !== null),
      []
    )
  })

  it('every folder of src is a room of the table, or pages', () => {
    const folders = readdirSync('src', { withFileTypes: true }).filter(entry => entry.isDirectory())
    deepEqual(
      folders.map(({ name }) => name).filter(name => ROOMS[name] === undefined && name !== 'adr'),
      []
    )
  })

  it('one file of link uses cryptography', () => {
    const users = under('src/link').filter(file => importsOf(file).some(({ specifier }) => specifier === 'node:crypto'))
    ok(users.length <= 1, `node:crypto is imported by ${users.map(({ path }) => path).join(', ')}`)
  })

  it('one file of pairing uses cryptography, and three know files, time or a process', () => {
    const word = /\b(Math\.random|Date|performance|process|setTimeout|setInterval|randomBytes|randomUUID)\b/
    const files = under('src/pairing').filter(({ path }) => path.endsWith('.ts'))
    // The program draws the randomness that secret.ts is given.
    const users = files.filter(file => importsOf(file).some(({ specifier }) => specifier === 'node:crypto'))
    deepEqual(
      users.map(({ path }) => path),
      ['src/pairing/pair-button.ts', 'src/pairing/secret.ts']
    )
    const timed = (file: SourceFile): boolean => hitsOf(file, codeOf(file.text), word).length > 0
    const filed = (file: SourceFile): boolean =>
      importsOf(file).some(({ specifier }) => specifier.startsWith('node:fs'))
    const impure = files.filter(file => timed(file) || filed(file)).map(({ path }) => path)
    deepEqual(impure.sort(), ['src/pairing/key-store.ts', 'src/pairing/pair-boards.ts', 'src/pairing/pair-button.ts'])
  })

  it('port promises types and holds no code', () => {
    const found = under('src/port').flatMap(file =>
      hitsOf(file, codeOf(file.text), /^export (const|function|class|let)|^import (?!type)/)
    )
    deepEqual(found, [])
  })

  it('core and link know no clock, no randomness, no timers and no process', () => {
    const word =
      /\b(Math\.random|Date|performance|process|setTimeout|setInterval|setImmediate|randomBytes|randomUUID)\b/
    const found = under('src/core', 'src/link')
      .filter(({ path }) => path.endsWith('.ts'))
      .flatMap(file => hitsOf(file, codeOf(file.text), word))
    deepEqual(found, [])
  })

  it('core has no default branch that would hide a new case', () => {
    deepEqual(
      under('src/core').flatMap(file => (isCode(file) ? hitsOf(file, codeOf(file.text), /\bdefault\s*:/) : [])),
      []
    )
  })

  it('there are no enums', () => {
    deepEqual(
      scripts.flatMap(file => hitsOf(file, codeOf(file.text), /^\s*(export\s+)?(declare\s+)?(const\s+)?enum\s/)),
      []
    )
  })

  it('only the files for it start child processes through execa', () => {
    const users = product.filter(file => importsOf(file).some(({ specifier }) => specifier === 'execa'))
    deepEqual(
      users.map(({ path }) => path).filter(path => !EXECA_FILES.includes(path)),
      []
    )
  })

  it('source files have at most 250 lines, tests at most 400', () => {
    const long = files.filter(isCode).flatMap(({ path, text }) => {
      const lines = text.trimEnd().split('\n').length
      const most = path.startsWith('test/') ? 400 : 250
      return lines > most ? [`${path}: ${lines} lines`] : []
    })
    deepEqual(long, [])
  })

  it('files and folders have kebab-case names', () => {
    const kebab = /^\.?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/
    // Fence agents carry the names that ClusterLabs gave their kind.
    const page = /^[A-Z]+\.md$|^fence_[a-z]+$/
    const odd = files.filter(({ path }) => path.split('/').some(part => !kebab.test(part) && !page.test(part)))
    deepEqual(
      odd.map(({ path }) => path),
      []
    )
  })

  it('every source file opens with words on what it is', () => {
    const opens = ({ path, text }: SourceFile): boolean =>
      /\.(ts|cjs)$/.test(path) ? /^(#!.*\n)?(\/\/ |\/\*)/.test(text) : /^(#!.*\n)?# /.test(text)
    // A test file is introduced by its titles.
    const silent = files.filter(file => isCode(file) && !file.path.endsWith('.test.ts') && !opens(file))
    deepEqual(
      silent.map(({ path }) => path),
      []
    )
  })

  it('nothing is left to be done later', () => {
    deepEqual(
      files.filter(isOurs).flatMap(file => hitsOf(file, file.text, /\b(TODO|FIXME|XXX|HACK)\b/)),
      []
    )
  })

  it('nobody is called master or slave, and no long dashes are used', () => {
    // `ip link … master` is that command's own word, and MASTER a state of keepalived.
    const found = files.filter(isOurs).flatMap(file => hitsOf(file, file.text, /\bslaves?\b|\bmasters?\b|\u2014/i))
    deepEqual(
      found.filter(line => !/link (add|set)|['"]master['"]|\bMASTER\b/.test(line)),
      []
    )
  })

  it('every source file is used by another one or is a program that somebody starts', function () {
    // While the daemon is still being put together, its parts have no user yet.
    if (!existsSync('src/runtime/batond.ts') || !existsSync('board/virtual/start.ts')) this.skip()
    const others = files.filter(({ path }) => !path.startsWith('test/') || path.startsWith('test/simulator/'))
    const dead = product.filter(({ path }) => {
      const name = basename(path).replace(/\.ts$/, '.js')
      const mentions = new RegExp(`['"/]${name.replace(/\./g, '\\.')}\\b`)
      return !others.some(other => other.path !== path && mentions.test(other.text))
    })
    deepEqual(
      dead.map(({ path }) => path),
      []
    )
  })

  it('every folder of test mirrors a room or is a proving ground', () => {
    const grounds = ['tidy', 'simulator', 'lab', 'rig', 'bench', 'virtual', 'board', 'provisioning', 'image', 'golden']
    const folders = readdirSync('test', { withFileTypes: true }).filter(entry => entry.isDirectory())
    deepEqual(
      folders.map(({ name }) => name).filter(name => ROOMS[name] === undefined && !grounds.includes(name)),
      []
    )
  })

  it('the change log has its three parts', () => {
    const log = readFileSync('CHANGELOG.md', 'utf8')
    for (const part of ['Safety', 'Features', 'Internals']) match(log, new RegExp(`^### ${part}$`, 'm'))
  })

  it('every decision record has status, context, decision and consequences', () => {
    const records = under('src/adr')
    ok(records.length > 0, 'src/adr is empty')
    for (const { path, text } of records) {
      match(path, /^src\/adr\/\d{4}-[a-z0-9-]+\.md$/)
      for (const part of ['Status', 'Context', 'Decision', 'Consequences'])
        match(text, new RegExp(`^## ${part}$`, 'm'), `${path} has no part ${part}`)
    }
  })

  it('every package that we depend on has a decision record', () => {
    const wanted = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, Record<string, string>>
    const records = under('src/adr').map(({ text }) => text)
    const names = Object.keys({ ...wanted.dependencies, ...wanted.devDependencies })
    const plain = names.filter(name => !name.startsWith('@types/')).map(name => name.replace(/^@biomejs\//, ''))
    deepEqual(
      plain.filter(name => !records.some(text => new RegExp(`\\b${name}\\b`, 'i').test(text))),
      []
    )
  })

  it('the README names every npm command and no other', () => {
    const readme = readFileSync('README.md', 'utf8')
    const wanted = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }
    const named = new Set([...readme.matchAll(/`npm (?:run )?([a-z][a-z:-]*)/g)].map(hit => hit[1] ?? ''))
    for (const npmOwn of ['install', 'ci']) named.delete(npmOwn)
    deepEqual([...named].sort(), Object.keys(wanted.scripts).sort())
  })

  it('every npm command is known to the one program that starts them all', () => {
    const wanted = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }
    const starter = readFileSync('provisioning/run.cjs', 'utf8')
    for (const [name, line] of Object.entries(wanted.scripts)) {
      deepEqual(line, `node provisioning/run.cjs ${name}`)
      match(starter, new RegExp(`^ {2}'?${name}'?: \\{`, 'm'))
    }
  })
})
