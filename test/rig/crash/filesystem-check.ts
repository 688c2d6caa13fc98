// Is the filesystem of one crash point whole, as a board's start would find it? Called by the crash-point proof on a copy of
// its own, which it repairs as far as the journal goes.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot } from '../../../board/virtual/names.js'
import { type CommandEnd, command } from './command.js'

/** e2fsck -p: 0 = clean or its journal replayed, 1 = small things corrected, as after any power cut. */
const CODES = [0, 1]
const LINES_MAX = 6

const short = (words: string): string => words.split('\n').slice(0, LINES_MAX).join(' | ')

/** e2fsck could not even begin. */
const UNREADABLE = 8
const MEND = join(repositoryRoot, 'provisioning/card/state-superblock')

/** As a card's start does it: it mends a torn superblock first, and that does nothing where e2fsck can read it. */
const repairImage = async (image: string): Promise<CommandEnd> => {
  const repair = await command('e2fsck', ['-f', '-p', image])
  if (repair.code !== UNREADABLE) return repair
  const mend = await command('sh', [MEND, image])
  const again = await command('e2fsck', ['-f', '-p', image])
  return again.code === UNREADABLE ? { code: UNREADABLE, words: `${mend.words}\n${again.words}` } : again
}

/** What is wrong with the ext4 in `image` after all that a card's start does to it; nothing = clean. */
export const checkFilesystem = async (image: string): Promise<readonly string[]> => {
  const repair = await repairImage(image)
  if (repair.code === null || !CODES.includes(repair.code) || /UNEXPECTED/.test(repair.words))
    return [`\`e2fsck -f -p\` ended with ${repair.code}: ${short(repair.words)}`]
  const look = await command('e2fsck', ['-f', '-n', image])
  if (look.code !== 0) return [`\`e2fsck -f -n\` after the repair ended with ${look.code}: ${short(look.words)}`]
  return []
}

/** Copies folders of the image's filesystem into `to`, which is made anew. Nothing = done; a folder that is not there is none. */
export const dumpFolders = async (
  image: string,
  folders: readonly string[],
  to: string
): Promise<readonly string[]> => {
  rmSync(to, { recursive: true, force: true })
  mkdirSync(to, { recursive: true })
  const orders = join(to, 'orders')
  writeFileSync(orders, folders.map(folder => `rdump /${folder} ${to}\n`).join(''))
  const { code, words } = await command('debugfs', ['-f', orders, image])
  // debugfs ends with 0 whatever happens; on success it says its own name and repeats its orders.
  const complaints = words.split('\n').filter(line => line !== '' && !/^debugfs[ :]/.test(line))
  if (code === 0 && complaints.every(line => /File not found by ext2_lookup/.test(line))) return []
  return [`\`debugfs\` could not read ${folders.join(' and ')}: ${short(complaints.join('\n') || words)}`]
}
