// Where an archive may go: places into which nobody but root can lead a path, and a stick that is mounted for it alone. Real loop devices.
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { archiveOnStick, archivePlaces, isRoots, roomOnStick } from '../../src/driver/archive-place.js'
import { sh } from './group-lab.js'

const SINCE = 1_780_000_000

describe('the places of an archive', function () {
  this.timeout(60_000)
  // Not below /tmp, into which everybody may write.
  let folder = ''
  const loops: string[] = []
  const disk = (name: string, megabytes: number): string => {
    const image = join(folder, name)
    sh('truncate', '-s', `${megabytes}M`, image)
    const path = sh('losetup', '-f', '--show', image)
    loops.push(path)
    sh('mke2fs', '-q', '-F', '-t', 'ext4', path)
    return path
  }
  const inside = (path: string, script: string): string => {
    const mnt = join(folder, 'mnt')
    mkdirSync(mnt, { recursive: true })
    sh('mount', '-t', 'ext4', path, mnt)
    const said = sh('sh', '-c', `cd "$1" && ${script}`, 'inside', mnt)
    sh('umount', mnt)
    return said
  }
  const mounts = (): string =>
    spawnSync('sh', ['-c', `grep -c ${folder} /proc/mounts`], { encoding: 'utf8' }).stdout.trim()

  beforeEach(() => {
    folder = mkdtempSync('/var/lib/baton-place-')
  })
  afterEach(() => {
    for (const path of loops.splice(0)) sh('losetup', '-d', path)
    rmSync(folder, { recursive: true, force: true })
  })

  it('are root`s from the top on: no link, and no folder of others, stands in their way', () => {
    const [good, bad] = [join(folder, 'good'), join(folder, 'bad')]
    mkdirSync(good, { mode: 0o755 })
    mkdirSync(join(bad, 'deep'), { recursive: true })
    ok(isRoots(good))
    symlinkSync(good, join(folder, 'link'))
    ok(!isRoots(join(folder, 'link')))
    chmodSync(bad, 0o777)
    ok(!isRoots(bad) && !isRoots(join(bad, 'deep')))
    chmodSync(bad, 0o755)
    chownSync(bad, 1234, 1234)
    ok(!isRoots(join(bad, 'deep')))
    ok(!isRoots(join(folder, 'nowhere')) && !isRoots('/tmp'))
  })

  it('begin with the one beside the record', async () => {
    const [first] = await archivePlaces({ runDir: folder, stateDir: folder }, [])
    equal(first?.folder, join(folder, 'archive'))
    ok((first?.room ?? 0) > 0)
    deepEqual(
      readdirSync(folder).filter(name => name === 'archive'),
      []
    )
  })

  it('may be a stick: its room is told, the archive is on it, and it is not mounted afterwards', async () => {
    const [copy, stick] = [disk('copy.img', 16), { path: disk('stick.img', 160), type: 'ext4' }]
    inside(copy, 'echo 12345 >new')
    const room = await roomOnStick(stick, folder)
    ok(typeof room === 'number' && room > 20e6 && room < 110e6, String(room))
    const place = { path: copy, runDir: folder }
    equal(await archiveOnStick(place, SINCE, 'data-a.tar', stick), null)
    equal(mounts(), '0')
    equal(inside(stick.path, 'ls | grep -v lost; tar -xOf data-a.tar new'), 'data-a.tar\n12345')
  })

  it('say why a stick takes nothing, and leave no draft on one that is full', async () => {
    const copy = disk('copy.img', 16)
    inside(copy, 'head -c 8000000 /dev/urandom >new')
    const place = { path: copy, runDir: folder }
    const full = { path: disk('small.img', 4), type: 'ext4' }
    match((await archiveOnStick(place, SINCE, 'x.tar', full)) ?? '', /tar --create .*No space left/s)
    equal(inside(full.path, 'ls | grep -v lost || :'), '')
    const none = { path: copy, type: 'unheard-of' }
    match((await archiveOnStick(place, SINCE, 'x.tar', none)) ?? '', /cannot be mounted/)
    match(String(await roomOnStick(none, folder)), /mount/)
    equal(mounts(), '0')
  })
})
