// Scenarios: the shared disk cannot be let go, hangs, is damaged, or does not come.
import { execFileSync, spawn } from 'node:child_process'
import { GROUP } from '../names.js'
import { defineScenarios } from '../scenario.js'
import type { World } from '../world.js'

/** A process on the board that stands on the disk; dies with the board. */
const standOnDisk = (world: World, board: 'a' | 'b'): void => {
  const pid = world.powers[board].pid
  const words = ['-t', String(pid), '-p', '-m', 'sh', '-c', `cd ${world.names.here('mnt')} && setsid sleep 600 &`]
  spawn('nsenter', words, { stdio: 'ignore', env: world.env, detached: true }).unref()
}

const debugfs = (world: World, ...commands: string[]): void => {
  for (const command of commands) execFileSync('debugfs', ['-w', '-R', command, world.names.image], { stdio: 'ignore' })
}

export const diskScenarios = defineScenarios([
  {
    name: 'umount-blocked',
    title:
      'a disk that a process keeps busy is not called released: the switchover is undone and the group is served on',
    prepare: world => {
      for (const board of ['a', 'b'] as const) world.configure(board, { groups: [withoutKilling(world)] })
    },
    run: async ({ boards, mark, world, waitFor, serving, expect }) => {
      standOnDisk(world, 'a')
      await waitFor('a process stands on the disk', () => boards.a.processes().some(one => one.command === 'sleep 600'))
      const at = mark()
      const answer = await boards.a.order({ order: 'switchover', group: GROUP }, 25_000)
      expect(!answer.ok, 'the switchover was not called done')
      await serving('a', 20_000, at)
    }
  },
  {
    name: 'umount-users-ended',
    title: 'a process that keeps the disk busy is ended where the configuration allows it, and the switchover is done',
    run: async ({ boards, mark, world, waitFor, serving, normal, expect }) => {
      standOnDisk(world, 'a')
      await waitFor('a process stands on the disk', () => boards.a.processes().some(one => one.command === 'sleep 600'))
      mark()
      const answer = await boards.a.order({ order: 'switchover', group: GROUP }, 25_000)
      expect(answer.ok, 'the switchover was done')
      await serving('b')
      await normal('b')
    }
  },
  {
    name: 'io-hangs',
    title: 'an active board whose disk hangs lets the group go by a reset, and the peer serves',
    timeoutMs: 90_000,
    run: async ({ mark, world, serving, normal, say }) => {
      mark()
      await world.powers.a.freezeDisk()
      say('every write on a hangs')
      await serving('b', 40_000)
      await normal('b', 30_000)
    }
  },
  {
    name: 'fsck-cannot-repair',
    title: 'a filesystem that e2fsck cannot repair is not mounted by anybody; the boards say why',
    mend: async world => debugfs(world, 'sif <2> mode 040755'),
    run: async ({ boards, mark, world, waitFor, staysTrue }) => {
      mark()
      world.usb.beforeMove = () => {
        execFileSync('sh', ['-c', `e2fsck -p ${world.names.image}; true`], { stdio: 'ignore' })
        debugfs(world, 'sif <2> mode 0100644', 'ssv state 2')
      }
      boards.a.pullPower()
      await waitFor('b says that it cannot serve', async () =>
        ((await boards.b.group())?.problem ?? '').includes('e2fsck')
      )
      await staysTrue('b mounts nothing', () => !boards.b.holdings().disk, 1500)
    }
  },
  {
    name: 'disk-missing',
    title: 'a standby that does not get the disk gives the peer its power back, and the peer serves again',
    timeoutMs: 90_000,
    run: async ({ boards, mark, world, serving, normal, say }) => {
      world.faults.b.switchObeys = false
      const at = mark()
      boards.a.hang()
      await serving('a', 40_000, at + 1000)
      world.faults.b.switchObeys = true
      const answer = await boards.b.order({ order: 'recover' })
      say(answer.text)
      await normal('a', 25_000)
    }
  }
])

/** The group as labConfig makes it, but for `killUsers`. */
const withoutKilling = (world: World) => {
  const group = world.groupOptions
  return { ...group, disk: { ...(group.disk as object), killUsers: false } }
}
