// Scenarios: what a board finds at its start is not as it should be. A clear message each, and no takeover by accident.
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs'
import type { Context, Scenario } from '../scenario.js'
import { defineScenarios } from '../scenario.js'
import type { World } from '../world.js'

/** A file system of its own for b's state, with the record that was there. */
const mountState = (world: World, options: string): void => {
  const state = world.names.of('b', 'state')
  execFileSync('cp', ['-a', state, `${state}.saved`])
  execFileSync('mount', ['-t', 'tmpfs', '-o', `${options},mode=700`, 'tmpfs', state])
  execFileSync('cp', ['-a', `${state}.saved/.`, state])
}

const bTakesNothing = ({ boards, staysTrue }: Context, forMs: number): Promise<void> =>
  staysTrue(
    'b takes nothing',
    () => {
      const { disk, services, addresses } = boards.b.holdings()
      return !disk && !services && !addresses
    },
    forMs
  )

/** b starts with a fault while a serves, says what is wrong, and takes nothing when a loses its power. */
const badStart = (name: string, title: string, words: RegExp, spoil: (world: World) => void): Scenario => ({
  name,
  title,
  timeoutMs: 90_000,
  run: async context => {
    const { boards, mark, waitFor, world, client } = context
    boards.b.pullPower()
    await waitFor('b is off', () => !world.wires.levels('b').rail)
    spoil(world)
    boards.b.restorePower()
    await waitFor(`b says why: ${words}`, async () =>
      words.test(`${boards.b.log()}\n${JSON.stringify(await boards.b.status())}`)
    )
    await waitFor('the client is answered by a', () => client.last?.[2] === 'a' && client.sinceMs < 500)
    mark()
    boards.a.pullPower()
    await bTakesNothing(context, 3000)
  }
})

export const badInputScenarios = defineScenarios([
  badStart('key-missing', 'a board without its key says so and takes nothing', /key: does not exist/, world =>
    rmSync(world.names.of('b', 'key'))
  ),
  badStart('key-world-readable', 'a board whose key everybody may read says so and takes nothing', /mode 0644/, world =>
    chmodSync(world.names.of('b', 'key'), 0o644)
  ),
  {
    name: 'wrong-uuid',
    title:
      'a board that does not find its disk by UUID says which one and holds nothing; the peer serves when it returns',
    timeoutMs: 90_000,
    prepare: world => {
      const device = { a: world.names.here('dev/disk'), b: 'UUID=00000000-0000-4000-8000-00000000dead' }
      const disk = { ...(world.groupOptions.disk as object), device }
      for (const board of ['a', 'b'] as const) world.configure(board, { groups: [{ ...world.groupOptions, disk }] })
    },
    run: async context => {
      const { boards, mark, waitFor, serving } = context
      mark()
      boards.a.pullPower()
      await waitFor('b says why', async () => ((await boards.b.group())?.problem ?? '').includes('00000000dead'))
      await waitFor('b let go of what it had', () => !boards.b.holdings().addresses)
      await bTakesNothing(context, 2000)
      boards.a.restorePower()
      await serving('a', 25_000)
    }
  },
  badStart(
    'state-directory-full',
    'a board that cannot store its state says so and takes nothing',
    /ENOSPC|no space|full/i,
    world => {
      mountState(world, 'size=64k')
      const ballast = `cat /dev/zero > ${world.names.of('b', 'state/ballast')}; true`
      execFileSync('sh', ['-c', ballast], { stdio: 'ignore' })
    }
  ),
  badStart(
    'state-directory-read-only',
    'a board whose state directory is read-only says so and takes nothing',
    /EROFS|read-only/i,
    world => {
      mountState(world, 'size=1m')
      execFileSync('mount', ['-o', 'remount,ro', world.names.of('b', 'state')])
    }
  ),
  badStart(
    'state-missing',
    'a board without its durable record says so and takes nothing',
    /there is no state/,
    world => rmSync(world.names.of('b', 'state/state.json'))
  ),
  {
    name: 'serial-device-missing',
    title: 'a board without its serial adapter says so, and the pair works over Ethernet',
    start: 'on',
    prepare: world => rmSync(world.names.of('b', 'dev/serial')),
    run: async ({ boards, waitFor, serving, mark }) => {
      await serving('a', 20_000)
      await waitFor('b says why', async () => {
        const port = (await boards.b.status())?.ports.serial
        return port?.state === 'closed' && /no such file/i.test(port.detail)
      })
      mark()
      boards.a.pullPower()
      await serving('b')
    }
  },
  {
    name: 'stale-socket',
    title: 'a control socket left by a killed daemon is taken over by the next one',
    run: async ({ boards, mark, world, waitFor, normal, expect }) => {
      mark()
      const socket = world.names.of('b', 'run/baton.sock')
      boards.b.holdDaemon()
      boards.b.signalDaemon('SIGKILL')
      await waitFor('the daemon is gone', () => boards.b.daemonPid() === null)
      expect(existsSync(socket), 'its socket is left')
      boards.b.releaseDaemon()
      await waitFor('the new daemon answers', async () => (await boards.b.status()) !== null)
      await normal('a', 25_000)
    }
  },
  badStart(
    'bad-configuration',
    'a board whose configuration is refused names file and line, and takes nothing',
    /baton\.yaml:2.*tokn/,
    world => writeFileSync(world.names.of('b', 'baton.yaml'), 'pair: lab\ntokn: {}\n')
  )
])
