// `baton-card-edit` on a root of its own: a real ext4 image, mounted read-only as the initramfs does. Run by card.test.ts inside a namespace.
import assert from 'node:assert/strict'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { until } from '../../driver/wait.js'

const run = (file: string, ...words: string[]): string =>
  execFileSync(file, words, { encoding: 'utf8', timeout: 30_000 })
const LOWER = '/run/baton-lower'
const EDIT = join(process.cwd(), 'provisioning/card/change-card')

/** A root with a shell and what the tests call, and the libraries of these. */
const makeRoot = (folder: string): void => {
  const programs = ['sh', 'touch', 'sleep', 'cat', 'ls'].map(name =>
    run('sh', '-c', `readlink -f $(command -v ${name})`).trim()
  )
  const libraries = programs.flatMap(program => [...run('ldd', program).matchAll(/\/\S+/g)].map(hit => hit[0]))
  for (const place of ['proc', 'sys', 'dev', 'run', 'tmp', 'etc', 'bin', 'boot/firmware'])
    mkdirSync(join(folder, place), { recursive: true })
  for (const program of programs) copyFileSync(program, join(folder, 'bin', basename(program)))
  if (!existsSync(join(folder, 'bin/sh'))) symlinkSync(basename(programs[0] ?? ''), join(folder, 'bin/sh'))
  for (const library of new Set(libraries)) {
    mkdirSync(join(folder, dirname(library)), { recursive: true })
    copyFileSync(library, join(folder, library))
  }
  writeFileSync(join(folder, 'etc/resolv.conf'), '')
}

describe('a change of the card itself', function () {
  this.timeout(240_000)
  const base = mkdtempSync(join(tmpdir(), 'baton-edit-'))
  const image = join(base, `p2${process.env.CARD_TAG ?? ''}.img`)
  let loop = ''

  before(() => {
    run('mount', '-t', 'tmpfs', 'none', base)
    run('mount', '-t', 'tmpfs', '-o', 'mode=755', 'none', '/run')
    mkdirSync(LOWER)
    makeRoot(join(base, 'content'))
    run('mke2fs', '-q', '-t', 'ext4', '-L', 'baton-root', '-d', join(base, 'content'), image, '32768k')
    loop = run('losetup', '--find', '--show', image).trim()
    run('mount', '-o', 'ro', loop, LOWER)
  })
  after(() => {
    run('umount', LOWER)
    run('losetup', '--detach', loop)
    run('umount', '/run')
    run('umount', base)
    rmSync(base, { recursive: true })
  })

  const edit = (...words: string[]) =>
    spawnSync('sh', ['-c', 'exec "$0" "$@"', EDIT, ...words], { encoding: 'utf8', timeout: 50_000 })
  const how = (): string => run('findmnt', '-no', 'OPTIONS', LOWER).slice(0, 2)
  const isWhole = (): void => {
    assert.equal(how(), 'ro')
    assert.equal(run('findmnt', '-rno', 'TARGET').includes(`${LOWER}/`), false, 'something is still mounted in it')
  }

  it('runs a command in the root of the card, writable, and closes it', () => {
    const done = edit('sh', '-c', 'touch /made && cat /proc/self/mounts >/dev/null && ls /dev/null')
    assert.equal(done.status, 0, done.stderr)
    assert.match(done.stderr, /read-only again; what you changed is there after the next boot/)
    assert.ok(existsSync(`${LOWER}/made`))
    isWhole()
  })

  it('names are resolved inside as outside, and that leaves no trace', () => {
    const outside = readFileSync('/etc/resolv.conf', 'utf8')
    const done = edit('cat', '/etc/resolv.conf')
    assert.equal(done.stdout, outside)
    assert.equal(readFileSync(`${LOWER}/etc/resolv.conf`, 'utf8'), '')
    isWhole()
  })

  it("closes it after a failure, too, with the command's own exit code", () => {
    assert.equal(edit('sh', '-c', 'exit 7').status, 7)
    isWhole()
    assert.equal(edit('no-such-command').status, 127)
    isWhole()
  })

  it('ends what was started in there and stayed, because it keeps the card writable', () => {
    const done = edit('sh', '-c', 'sleep 1000 >/kept 2>&1 </dev/null & exit 0')
    assert.equal(done.status, 0, done.stderr)
    isWhole()
  })

  it('refuses a second one, and a signal closes the card', async () => {
    const first = spawn(EDIT, ['sleep', '1000'], { stdio: 'ignore' })
    const ended = new Promise<number | null>(resolve => {
      first.once('exit', code => resolve(code))
    })
    await until('the card is writable', () => how() === 'rw', 20_000)
    const second = edit('touch', '/second')
    assert.equal(second.status, 1)
    assert.match(second.stderr, /somebody changes the card already/)
    assert.equal(how(), 'rw', 'the refused one closed the card under the other')
    await until('the command runs', () => run('findmnt', '-rno', 'TARGET') !== '', 20_000)
    first.kill('SIGTERM')
    const inside = run('sh', '-c', `pgrep -P ${first.pid} || true`).trim().split('\n')
    for (const pid of inside) if (/^\d+$/.test(pid)) process.kill(Number(pid), 'SIGTERM')
    assert.equal(await ended, 1)
    isWhole()
  })

  it('says so where there is no card', () => {
    run('umount', LOWER)
    try {
      const done = edit('true')
      assert.equal(done.status, 1)
      assert.match(done.stderr, /the card's root is not at \/run\/baton-lower/)
    } finally {
      run('mount', '-o', 'ro', loop, LOWER)
    }
  })
})
