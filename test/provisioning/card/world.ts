// One card and one board to put it into, for the tests of provisioning/card: a root of its own (this machine's, under an
// overlay), real file systems on loop devices, and the very scripts. Only inside a mount and UTS namespace.
// The partition for people is ext here, where the kernel of the test has no vfat.
import { strict as assert } from 'node:assert'
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gpioLineDir, makeGpioTree } from '../../../board/virtual/gpio-tree.js'
import { boardKind } from '../../../src/config/board-kind.js'

const run = (file: string, ...words: string[]): string =>
  execFileSync(file, words, { encoding: 'utf8', timeout: 60_000 })

/** What the image puts on every card, under another name. */
export const GOOD = readFileSync('provisioning/package/files/baton.yaml.default', 'utf8').replace(
  /^pair: baton .*/m,
  'pair: my-pair'
)
export const KEY = '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'

/** All that may be put on the card of board a. */
export const ALL: Readonly<Record<string, string>> = { 'baton.yaml': GOOD, board: 'a\n', key: `${KEY}\n` }

export interface Ended {
  readonly status: number | null
  readonly words: string
}

export interface World {
  /** Path of the board's `path` as seen from outside. */
  at(path: string): string
  read(path: string): string
  has(path: string): boolean
  /** What the operator does on a PC: puts a text on the first partition, or takes it away (null). */
  put(name: string, text: string | Uint8Array | null): void
  /** The wire of the strap: bridged to ground, as on board b, or open. A number: what stands in its file, which is no level. */
  strap(letter: 'a' | 'b' | number): void
  /** What the boot does before the import, by the lines of `fstab`: check, mounts, binds. Volatile files are gone. */
  boot(): void
  /** Orderly: everything is written. */
  halt(): void
  /** Power goes: what was not synced is lost. */
  cut(): void
  /** Run words in the board's root; `env` beside a bare PATH. */
  exec(words: readonly string[], env?: Readonly<Record<string, string>>): Ended
  import(env?: Readonly<Record<string, string>>): Ended
  /** Orders to systemd, and calls of `baton`, since the last boot. */
  asked(): readonly string[]
  consoleText(): string
  readonly stateLoop: string
  readonly firmwareLoop: string
  close(): void
}

const GPIO_BASE = 512
/** In the names of the images: whoever started this process finds their loop devices by it, should it be killed. */
const TAG = process.env.CARD_TAG ?? ''
const SYSTEMCTL = '#!/bin/sh\necho "systemctl $*" >>/run/asked\n'
const BATON = '#!/bin/sh\necho "baton $1" >>/run/asked\nexec /opt/node /opt/baton/dist/src/console/baton.js "$@"\n'
/** EXT4_IOC_SHUTDOWN without the log: what is not on the device is lost. */
const SHUTDOWN =
  'open(my $f, "<", $ARGV[0]) or die; my $how = pack("L", 2); ioctl($f, 0x8004587D, $how) or die "shutdown: $!"'

const script = (file: string, text: string): void => {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text, { mode: 0o755 })
}

const makeImage = (
  file: string,
  label: string,
  kib: number,
  folders: readonly string[],
  files: Readonly<Record<string, string>>
): string => {
  const content = mkdtempSync(join(dirname(file), 'content-'))
  for (const folder of folders) mkdirSync(join(content, folder), { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(content, name), text)
  run('mke2fs', '-q', '-t', 'ext4', '-L', label, '-d', content, file, `${kib}k`)
  return run('losetup', '--find', '--show', file).trim()
}

interface Line {
  readonly what: string
  readonly where: string
  readonly options: string
  readonly check: boolean
}
const fstab = (): readonly Line[] =>
  readFileSync('provisioning/card/fstab', 'utf8')
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'))
    .map(line => {
      const [what = '', where = '', , options = '', , pass] = line.split(/\s+/)
      const ours = options.split(',').filter(word => !/^(nofail|x-|umask)/.test(word))
      return { what, where, options: ours.join(','), check: pass !== '0' }
    })

/** The board that the root is in: a Pi 3B by its device tree, with GPIO lines of plain files. */
const layBoard = (root: string): void => {
  const { gpio, models, pins } = boardKind('rpi-3b')
  for (const place of ['sys/firmware', 'sys/class'])
    run('mount', '-t', 'tmpfs', '-o', 'mode=755', 'none', join(root, place))
  const tree = join(root, 'sys/firmware/devicetree/base')
  mkdirSync(tree, { recursive: true })
  writeFileSync(join(tree, 'compatible'), `${models[0]?.compatible}\0brcm,bcm2837\0`)
  makeGpioTree(join(root, 'sys/class/gpio'), {
    label: gpio.controller,
    base: GPIO_BASE,
    ngpio: gpio.lines,
    lines: { [pins.strap]: { direction: 'in', level: true } }
  })
}

const makeRoot = (home: string): string => {
  for (const name of ['upper', 'work', 'root']) mkdirSync(join(home, name))
  const root = join(home, 'root')
  const layers = `lowerdir=/,upperdir=${home}/upper,workdir=${home}/work`
  run('mount', '-t', 'overlay', 'overlay', '-o', layers, root)
  for (const place of ['proc', 'dev', 'sys']) run('mount', '--rbind', `/${place}`, join(root, place))
  for (const place of ['run', 'tmp', 'opt', 'root', 'boot']) {
    mkdirSync(join(root, place), { recursive: true })
    run('mount', '-t', 'tmpfs', '-o', 'mode=755', 'none', join(root, place))
  }
  mkdirSync(join(root, 'opt/baton'))
  run('mount', '--bind', process.cwd(), join(root, 'opt/baton'))
  writeFileSync(join(root, 'opt/node'), '')
  run('mount', '--bind', process.execPath, join(root, 'opt/node'))
  layBoard(root)
  script(join(root, 'usr/lib/baton/web-folder'), readFileSync('provisioning/package/files/web-folder', 'utf8'))
  script(join(root, 'opt/bin/systemctl'), SYSTEMCTL)
  script(join(root, 'opt/bin/baton'), BATON)
  for (const place of ['boot/firmware', 'state', 'etc/baton', 'var/lib/baton', 'var/lib/systemd/timesync'])
    mkdirSync(join(root, place), { recursive: true })
  writeFileSync(join(root, 'etc/machine-id'), `${'ab'.repeat(16)}\n`)
  run('sh', 'provisioning/card/lay.sh', root)
  writeFileSync(join(home, 'console'), '')
  run('mount', '--bind', join(home, 'console'), join(root, 'dev/console'))
  return root
}

interface Bench {
  readonly base: string
  readonly root: string
}
let bench: Bench | null = null

/** One root for all worlds of a process, one world at a time: what a boot does not take away, `makeWorld` does. */
const openBench = (): Bench => {
  if (bench !== null) return bench
  const base = mkdtempSync(join(tmpdir(), 'baton-card-'))
  run('mount', '-t', 'tmpfs', 'none', base)
  bench = { base, root: makeRoot(base) }
  return bench
}
export const closeBench = (): void => {
  if (bench === null) return
  run('umount', '--recursive', bench.base)
  rmSync(bench.base, { recursive: true })
  bench = null
}

/** A fresh card with these files on its first partition, in a board that has never had power. */
export const makeWorld = (files: Readonly<Record<string, string>> = {}): World => {
  const { base, root } = openBench()
  const at = (path: string): string => join(root, path)
  for (const left of ['/root/.ssh', '/etc/hostname']) rmSync(at(left), { recursive: true, force: true })
  const firmwareLoop = makeImage(join(base, `p1${TAG}.img`), 'BATON', 4096, [], files)
  const stateLoop = makeImage(join(base, `p3${TAG}.img`), 'baton-state', 4096, ['lib', 'etc', 'timesync'], {
    fresh: ''
  })
  const loops: Readonly<Record<string, string>> = { 'LABEL=BATON': firmwareLoop, 'LABEL=baton-state': stateLoop }
  const isMounted = (path: string): boolean => readFileSync('/proc/self/mountinfo', 'utf8').includes(` ${at(path)} `)
  const unmount = (): void => {
    for (const { where } of [...fstab()].reverse()) while (isMounted(where)) run('umount', at(where))
  }
  const strap: World['strap'] = letter => {
    const line = boardKind('rpi-3b').pins.strap
    const gpio = at('/sys/class/gpio')
    writeFileSync(
      join(gpioLineDir(gpio, GPIO_BASE, line), 'value'),
      typeof letter === 'number' ? `${letter}\n` : letter === 'a' ? '1\n' : '0\n'
    )
  }
  strap('a')
  const exec = (words: readonly string[], env: Readonly<Record<string, string>> = {}): Ended => {
    const path = '/opt/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
    const done = spawnSync('chroot', [root, ...words], {
      encoding: 'utf8',
      timeout: 120_000,
      env: { PATH: path, ...env }
    })
    return { status: done.status, words: `${done.stdout}${done.stderr}` }
  }
  return {
    at,
    firmwareLoop,
    stateLoop,
    exec,
    read: path => readFileSync(at(path), 'utf8'),
    has: path => existsSync(at(path)),
    put: (name, text) => {
      const away = !isMounted('/boot/firmware')
      const where = away ? mkdtempSync(join(base, 'pc-')) : at('/boot/firmware')
      run('mount', ...(away ? [firmwareLoop] : ['-o', 'remount,rw']), where)
      if (text === null) rmSync(join(where, name))
      else writeFileSync(join(where, name), text)
      run(...((away ? ['umount', where] : ['mount', '-o', 'remount,ro', where]) as [string, ...string[]]))
    },
    strap,
    boot: () => {
      assert.ok(!isMounted('/state') && !isMounted('/boot/firmware'), 'it is still running')
      run('find', at('/run'), '-mindepth', '1', '-delete')
      writeFileSync(join(base, 'console'), '')
      for (const { what, where, options: words, check } of fstab()) {
        const device = loops[what]
        if (check && device !== undefined && (spawnSync('e2fsck', ['-p', device]).status ?? 8) >= 4) continue
        if (device === undefined && !isMounted('/state')) continue
        spawnSync('mount', ['-o', words, device ?? at(what), at(where)])
      }
    },
    halt: unmount,
    cut: () => {
      for (const place of ['/state', '/boot/firmware']) if (isMounted(place)) run('perl', '-e', SHUTDOWN, at(place))
      unmount()
    },
    import: env => exec(['/usr/lib/baton/card/import'], env),
    asked: () => (existsSync(at('/run/asked')) ? readFileSync(at('/run/asked'), 'utf8').trim().split('\n') : []),
    consoleText: () => readFileSync(join(base, 'console'), 'utf8'),
    close: () => {
      unmount()
      run('losetup', '--detach', firmwareLoop, stateLoop)
    }
  }
}
