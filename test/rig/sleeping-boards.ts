// Two boards without a card to speak of: their kernel is two instructions, which sleep. What the harness does to them can be tried
// in seconds, with a hand on their registers in place of a daemon. Used by scenarios/wires.ts.
import { truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../../board/virtual/shell.js'
import type { BoardId } from '../../src/core/types.js'
import type { Card, CardBoot } from './card.js'
import { makeDataDisk } from './data-disk.js'
import type { Emulator } from './emulator.js'
import { bitOf, isOutput, type Line, PINS, REGISTER } from './gpio-registers.js'
import type { RigNames } from './names.js'
import type { PairCards } from './pair-cards.js'

const CARD_BYTES = 64 * 1024 * 1024
/** `wfi`, and a branch back to it. */
const SLEEP = [0xd503207f, 0x17ffffff]

export const makeSleepingBoards = async (names: RigNames): Promise<PairCards> => {
  await makeDataDisk(names.world.image, names.dir)
  const kernel = join(names.cards, 'kernel')
  const code = Buffer.alloc(SLEEP.length * 4)
  SLEEP.forEach((word, i) => {
    code.writeUInt32LE(word, i * 4)
  })
  await writeFile(kernel, code)
  const sshKey = join(names.dir, 'ssh-key')
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', sshKey])
  const make = async (board: BoardId): Promise<Card> => {
    const path = join(names.cards, `card-${board}.img`)
    await writeFile(path, '')
    await truncate(path, CARD_BYTES)
    return { path, partitions: [], fat: '', state: null }
  }
  const boot: CardBoot = { dir: names.cards, kernel, initrd: null, deviceTree: null, commandLine: '' }
  return { cards: { a: await make('a'), b: await make('b') }, boot: { a: boot, b: boot }, sshKey }
}

const BITS_PER_LINE = 3
const LINES_PER_WORD = 10

/** What a board's kernel would do for its daemon: make a line an output where it is none, and write its level. */
export const driveLine = async ({ qtest }: Emulator, line: Line, high: boolean): Promise<void> => {
  const bcm = PINS[line]
  await qtest.write(high ? REGISTER.set : REGISTER.clear, bitOf(bcm))
  const [word1, word2] = [await qtest.read(REGISTER.functionSelect1), await qtest.read(REGISTER.functionSelect2)]
  if (isOutput({ word1, word2 }, bcm)) return
  const [address, word] =
    bcm < 2 * LINES_PER_WORD ? [REGISTER.functionSelect1, word1] : [REGISTER.functionSelect2, word2]
  await qtest.write(address, word + 2 ** ((bcm % LINES_PER_WORD) * BITS_PER_LINE))
}
