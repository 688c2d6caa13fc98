// The world itself: power cuts are true ones, double holding is seen, and nothing is left behind. Without the daemon.
import { deepEqual, equal, ok } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { type Checker, epochProblems, judgeDisk, startChecker } from '../../board/virtual/checker.js'
import { type ClientView, startClient } from '../../board/virtual/client-view.js'
import { distFile, perlFile, type WorldNames } from '../../board/virtual/names.js'
import { tryRun } from '../../board/virtual/shell.js'
import { nowMs, waitUntil } from '../../board/virtual/time.js'
import { makeWorld, type World } from '../../board/virtual/world.js'

/** Takes the disk as soon as the switch points to the board, with no regard for anybody: what a daemon must never do. */
const reckless = (names: WorldNames, board: 'a' | 'b'): readonly string[] => [
  '/bin/sh',
  '-c',
  `while [ ! -e dev/disk ]; do sleep 0.01; done; disk=$(readlink -f dev/disk); e2fsck -p $disk; mount $disk mnt &&
  ip addr add 10.77.0.100/24 dev eth0; arping -q -U -c 1 -I eth0 10.77.0.100 &
  exec env BATON_EPOCH=${board === 'a' ? 1 : 2}-${board} BATON_BOARD=${board} perl ${perlFile('service')} ${names.here('mnt/numbers')} 8080`
]

const traces = async (id: string): Promise<string[]> => {
  const namespaces = (await tryRun('ip', ['netns', 'list'])).stdout.split('\n').filter(line => line.includes(id))
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .filter(line => line.includes(id))
  const loops = (await tryRun('losetup', ['-a'])).stdout.split('\n').filter(line => line.includes(id))
  const processes = readdirSync('/proc').filter(pid => {
    if (!/^\d+$/.test(pid) || !existsSync(`/proc/${pid}/environ`)) return false
    try {
      return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`BATON_LAB_ID=${id}\0`)
    } catch {
      return false
    }
  })
  return [...namespaces, ...mounts, ...loops, ...processes.map(pid => `process ${pid}`)]
}

describe('a world of two boards', function () {
  this.timeout(60_000)
  let world: World
  let client: ClientView
  let checker: Checker
  const mains = async (board: 'a' | 'b', on: boolean): Promise<void> => {
    world.faults[board].mains = on
    world.wires.refresh()
    await world.wires.supplies[board].idle()
  }
  const served = (board: string, at: number): Promise<unknown> =>
    waitUntil(`an answer of ${board}`, () => client.firstAfter(at, ack => ack[2] === board), 15_000)

  beforeEach(async () => {
    world = await makeWorld({ daemon: reckless })
    client = startClient(world.names, world.env)
    checker = startChecker(world)
  })
  afterEach(async () => {
    checker.stop()
    await client.stop()
    await world.close()
    deepEqual(await traces(world.names.id), [], 'nothing is left behind')
  })

  it('loses what was not synced and keeps what was acknowledged when power is cut', async () => {
    world.usb.point('a')
    await mains('a', true)
    await served('a', nowMs())
    const pid = world.powers.a.pid
    const scribbler = world.names.here('mnt/dirty')
    await tryRun('nsenter', ['-t', String(pid), '-m', 'sh', '-c', `echo never synced > ${scribbler}`])
    await mains('a', false)
    equal(world.wires.supplies.a.lastCut?.disk, 'cut')
    await mains('b', true)
    const at = nowMs()
    world.usb.point('b')
    await served('b', at)
    const content = await tryRun('nsenter', ['-t', String(world.powers.b.pid), '-m', 'cat', scribbler])
    equal(content.stdout, '', 'what only lay in the page cache is gone')
    await mains('b', false)
    await client.stop()
    deepEqual(await judgeDisk(world, client.acks), { lost: [], problems: [] })
    deepEqual(checker.heldTwice, [])
    deepEqual(epochProblems(client.acks), [])
  })

  it('sees two boards that hold the disk at the same time, and what that destroys', async () => {
    world.usb.point('a')
    await mains('a', true)
    await served('a', nowMs())
    await mains('b', true)
    world.usb.point('b')
    await waitUntil('the judge', () => checker.heldTwice.length > 0, 15_000)
    ok(/a held .*disk.*b held/.test(checker.heldTwice[0] ?? ''))
  })

  it('resets a board whose watchdog was fed once and then forgotten, with its rail up all the time', async () => {
    await mains('a', true)
    await mains('b', true)
    const pid = world.powers.a.pid
    await tryRun('sh', ['-c', `printf 1 > ${world.names.of('a', 'dev/watchdog')}`])
    let fell = false
    await waitUntil(
      'the reset',
      () => {
        fell ||= !world.wires.levels('b').sense
        return world.powers.a.pid !== null && world.powers.a.pid !== pid
      },
      15_000
    )
    equal(fell, false, "the peer's sense line never fell")
  })
})

describe('a lab that is killed', function () {
  this.timeout(60_000)
  it('leaves no namespace, mount, loop device or process', async () => {
    const child = spawn(process.execPath, [distFile('board/virtual/lab.js'), 'power-cut-standby'], {
      stdio: ['ignore', 'ignore', 'ignore']
    })
    const id = await waitUntil(
      'its world',
      async () => {
        const list = (await tryRun('ip', ['netns', 'list'])).stdout
        for (const [, found = ''] of list.matchAll(/baton-([0-9a-f]+)-a\b/g)) {
          const owner = (await tryRun('sh', ['-c', `cat "\${TMPDIR:-/tmp}/baton-lab-${found}.owner"`])).stdout
          if (owner.startsWith(`${child.pid} `)) return found
        }
        return null
      },
      20_000
    )
    await waitUntil(
      'its boards',
      async () => (await traces(id)).filter(one => one.startsWith('process')).length > 8,
      20_000
    )
    child.kill('SIGKILL')
    await waitUntil('an empty machine', async () => (await traces(id)).length === 0, 20_000)
  })
})
