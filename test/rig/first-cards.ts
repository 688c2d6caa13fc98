// Two cards as they come from the flasher, and a blank disk: the same bytes on both, no letter, no key, nobody let in. The one thing
// that is changed is what a shop owner may change, too: lines of `baton.yaml`. Called by scenarios that begin with nothing.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BOARDS, perlFile } from '../../board/virtual/names.js'
import { run, tryRun } from '../../board/virtual/shell.js'
import type { BoardId } from '../../src/core/types.js'
import { interfaceName } from './boot-files.js'
import { type Card, makeCard, readFat, takeBootFiles, writeFat } from './card.js'
import { makeBlankDisk } from './data-disk.js'
import { HARDWARE_ADDRESS, type RigNames } from './names.js'
import { KERNEL_WORDS, type PairCards } from './pair-cards.js'
import type { FromImage } from './scenario.js'
import { slowConfiguration } from './slow-configuration.js'

const COPY_MS = 600_000
/** What tells two boards apart, or lets somebody in: none of it may be on a fresh card. */
const PERSONAL = ['board', 'key', 'secrets', 'authorized_keys'] as const

const configure = async (card: Card, dir: string): Promise<void> => {
  for (const name of PERSONAL)
    if ((await readFat(card, name)) !== '') throw new Error(`the image carries a file \`${name}\`: it is no fresh one`)
  const commandLine = await readFat(card, 'cmdline.txt')
  const lanOf = (board: BoardId): string => interfaceName(commandLine, HARDWARE_ADDRESS[board])
  const logger = await readFile(perlFile('service'), 'utf8')
  const text = slowConfiguration(await readFat(card, 'baton.yaml'), { lan: { a: lanOf('a'), b: lanOf('b') }, logger })
  await writeFat(card, dir, [{ path: 'baton.yaml', text }])
}

/** Throws where both cards are not the same, byte for byte. */
const copyCard = async (from: Card, path: string): Promise<Card> => {
  await run('cp', ['--sparse=always', '--reflink=auto', from.path, path], { timeoutMs: COPY_MS })
  const compared = await tryRun('cmp', [from.path, path], { timeoutMs: COPY_MS })
  if (!compared.ok) throw new Error(`the two cards differ: ${compared.stdout}${compared.stderr}`)
  const moved = (place: string): string => place.replace(from.path, path)
  return { ...from, path, fat: moved(from.fat), state: from.state === null ? null : moved(from.state) }
}

/** Both cards and the disk. Their place must be there. */
export const makeFirstCards = async (names: RigNames, { image, kernelWords, tell }: FromImage): Promise<PairCards> => {
  const pathOf = (board: BoardId): string => join(names.cards, `card-${board}.img`)
  await makeBlankDisk(names.world.image)
  tell(`making two equal cards from ${image}, and a blank disk`)
  const card = await makeCard(image, pathOf('a'))
  await configure(card, names.dir)
  const boot = await takeBootFiles(card, join(names.cards, 'boot'), [...KERNEL_WORDS, ...kernelWords])
  const cards = { a: card, b: await copyCard(card, pathOf('b')) }
  for (const board of BOARDS) tell(`card of board ${board}: ${cards[board].path}`)
  return { cards, boot: { a: boot, b: boot }, sshKey: null }
}
