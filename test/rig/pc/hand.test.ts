import { deepEqual, equal, ok } from 'node:assert/strict'
import { carryOut, handHelp } from './hand.js'
import type { PcWorld } from './pc-world.js'

/** What the orders touch, each with what it was told. */
const makeWorld = () => {
  const told: string[] = []
  const tell =
    (name: string) =>
    async (...words: unknown[]): Promise<void> => {
      if (name === 'replace') throw new Error('it is still in')
      told.push([name, ...words].join(' '))
    }
  const world = {
    faults: { a: { mains: true }, b: { mains: true } },
    harness: { refresh: () => told.push('refresh'), plugFaults: { a: 'works', b: 'works' } },
    link: { cut: tell('cut'), restore: tell('restore'), plug: tell('plug') },
    disks: { pull: tell('pull'), putIn: tell('putIn'), replace: tell('replace'), break: tell('break') },
    cable: { carries: true }
  }
  return { world, told, asWorld: world as unknown as PcWorld }
}

describe('orders by hand to two emulated PCs', () => {
  it('power of one board, links of both', async () => {
    const { world, told, asWorld } = makeWorld()
    equal(await carryOut(asWorld, ' off  a '), 'done: off  a')
    deepEqual([world.faults.a.mains, world.faults.b.mains], [false, true])
    await carryOut(asWorld, 'cut')
    await carryOut(asWorld, 'serial-cut')
    deepEqual([told, world.cable.carries], [['refresh', 'cut'], false])
  })

  it('disk, adapter and outlet of one board', async () => {
    const { world, told, asWorld } = makeWorld()
    for (const line of ['pull b', 'put b', 'break a', 'mend a', 'unplug b', 'agent-lies a'])
      await carryOut(asWorld, line)
    deepEqual(told, ['pull b', 'putIn b', 'break a true', 'break a false', 'plug b false'])
    deepEqual(world.harness.plugFaults, { a: 'lies', b: 'works' })
  })

  it('what is no order is answered with all that there are', async () => {
    const { told, asWorld } = makeWorld()
    for (const line of ['explode', 'off', 'off c', 'cut a', 'off a b']) {
      const answer = await carryOut(asWorld, line)
      ok(answer.startsWith(`no order "${line}"`) && answer.includes(handHelp()[0] ?? '?'), answer)
    }
    deepEqual(told, [])
  })

  it('what does not work says why', async () => {
    equal(await carryOut(makeWorld().asWorld, 'replace a'), 'not done: replace a: it is still in')
  })
})
