import { deepEqual, equal } from 'node:assert/strict'
import { areParked, parkSpareCores } from './spare-cores.js'

/** A board's memory, as far as it is touched. */
const memory = (words: Record<number, number>) => {
  const writes: [number, number][] = []
  return {
    writes,
    read: async (address: number): Promise<number> => words[address] ?? 0,
    write: async (address: number, value: number): Promise<void> => {
      writes.push([address, value])
    }
  }
}

describe('the spare cores of an emulated board', () => {
  it('they wait for an interrupt instead of looking for work without end', async () => {
    const board = memory({ 768: 0xd2801b05, 780: 0xd503205f, 784: 0xf86678a4 })
    equal(await parkSpareCores(board), true)
    deepEqual(board.writes, [[0x30c, 0xd503207f]])
  })

  it('where the code is another one nothing is changed', async () => {
    const board = memory({ 768: 0xd2801b05 })
    equal(await parkSpareCores(board), false)
    deepEqual(board.writes, [])
  })

  it('they sleep when that code is there and waits for an interrupt', async () => {
    equal(await areParked(memory({ 768: 0xd2801b05, 780: 0xd503207f })), true)
    equal(await areParked(memory({ 768: 0xd2801b05, 780: 0xd503205f })), false)
    equal(await areParked(memory({})), false)
  })
})
