// The judge of a world: several times a second it looks whether both boards hold something (R1), and at the end whether
// anything that was acknowledged is missing. Looks at mounts, addresses, processes and the disk itself, never at a daemon's words.
import { type BoardId, compareEpochs, type Epoch } from '../../src/core/types.js'
import type { Ack } from './client.js'
import { readBack } from './disk-image.js'
import { type Holdings, holdingsOf, holdsAnything } from './holdings.js'
import { nowMs } from './time.js'
import type { World } from './world.js'

export interface Checker {
  /** How often both held something at once; each with its evidence. */
  readonly heldTwice: readonly string[]
  readonly looks: number
  now(board: BoardId): Holdings
  stop(): void
}

const EVERY_MS = 100

const words = (holdings: Holdings): string =>
  Object.entries(holdings)
    .filter(([, held]) => held)
    .map(([name]) => name)
    .join(', ')

export const startChecker = (world: World): Checker => {
  const heldTwice: string[] = []
  let looks = 0
  const look = (board: BoardId): Holdings => holdingsOf(world.powers[board].pid, world.loops[board])
  const check = (): void => {
    looks += 1
    // a, b, a again: only what a held before and after b was seen counts as held at the same time.
    const before = look('a')
    const b = look('b')
    if (!holdsAnything(b) || !holdsAnything(before)) return
    const after = look('a')
    if (!holdsAnything(after)) return
    heldTwice.push(`at ${nowMs().toFixed(0)}: a held ${words(after)}, b held ${words(b)}`)
  }
  const timer = setInterval(check, EVERY_MS)
  return {
    heldTwice,
    get looks() {
      return looks
    },
    now: look,
    stop: () => clearInterval(timer)
  }
}

/** `7-a` as an epoch; null = not one. */
export const parseEpoch = (text: string): Epoch | null => {
  const match = text.match(/^(\d+)-([ab])$/)
  if (match === null) return null
  return { number: Number(match[1]), board: match[2] === 'a' ? 'a' : 'b' }
}

/** What is wrong with the order of acknowledgements: epochs that fall, or that two boards share. */
export const epochProblems = (acks: readonly Ack[]): string[] => {
  const problems: string[] = []
  const owner = new Map<string, string>()
  let highest: Epoch | null = null
  for (const [number, text, board] of acks) {
    const epoch = parseEpoch(text)
    if (epoch === null) {
      problems.push(`number ${number} was acknowledged with the epoch "${text}"`)
      continue
    }
    if (highest !== null && compareEpochs(epoch, highest) < 0)
      problems.push(`number ${number}: epoch fell from ${highest.number}-${highest.board} to ${text}`)
    else highest = epoch
    const other = owner.get(text)
    if (other !== undefined && other !== board)
      problems.push(`epoch ${text} was used by both boards (number ${number})`)
    owner.set(text, board)
  }
  return problems.slice(0, 5)
}

export interface DiskVerdict {
  /** Acknowledged numbers that are not on the disk. */
  readonly lost: readonly number[]
  readonly problems: readonly string[]
}

/** After both boards lost power: is everything that was acknowledged on the disk, and is the filesystem sound? */
export const judgeDisk = async (
  world: Pick<World, 'names'>,
  acks: readonly Ack[],
  unreadable = false
): Promise<DiskVerdict> => {
  const content = await readBack(world.names, '/numbers')
  const written = new Set<string>()
  for (const line of content.text.split('\n')) if (line !== '') written.add(line)
  const lost = acks.filter(([number, epoch, board]) => !written.has(`${number} ${epoch} ${board}`)).map(ack => ack[0])
  const sound = content.fsck === 0 || unreadable
  const problems = sound
    ? []
    : [`the disk's filesystem is damaged (e2fsck: ${content.fsck}): ${content.fsckWords.slice(0, 300)}`]
  return { lost, problems }
}
