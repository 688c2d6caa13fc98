// What `baton disk create` asks a person about disks that hold something: what is on them, on both boards, and which may go or is to be kept. A disk is
// touched only where its serial number was typed. An empty answer or a wrong one changes nothing.
import type { CopyTold } from '../port/copy-told.js'
import type { BoardId } from '../runtime/status.js'
import type { MirrorSeen } from '../setup/mirror-look.js'
import { type CreatePlan, type CreateWorld, type DiskQuestion, planCreate } from '../setup/mirror-plan.js'
import { clip } from './screen.js'
import type { Terminal } from './terminal.js'

type Said = Pick<CreateWorld, 'keep' | 'serials'>

/** A text = it cannot be told. Looks anew each time: somebody may have changed a disk meanwhile. */
export type Look = (said: Said) => Promise<MirrorSeen | string>

const NOTHING = 'nothing was done'
const NUMBER = 'Number (Enter alone: do nothing): '
const SERIAL = 'Serial number of that disk (Enter alone: do nothing): '

const LOST = 'ALL THAT IS ON IT IS LOST'
const KEPT = 'keep its files: the ext4 becomes the first copy of the mirror, made a little smaller for that'

/** `keep`: with its ext4 as it is; else it may be made anew. A text = why nothing is done. */
const askDisk = async (
  { anew, keep, side, told }: DiskQuestion,
  board: BoardId,
  terminal: Terminal
): Promise<{ readonly keep: boolean; readonly serial: string } | string> => {
  const typed = async (question: string): Promise<string> => ((await terminal.ask(question)) ?? '').trim()
  let kept = keep
  if (told.name === null) terminal.complain(`Which disk of board ${board} is meant? If it holds something, ${LOST}.`)
  else if (!anew)
    terminal.complain(`The disk of board ${board} was to be kept, and was not made ready. This goes on: ${KEPT}.`)
  else if (!keep) {
    const hint =
      told.ext4 && side === 'peer' ? ` To keep its files: Enter alone, and this command on board ${board}.` : ''
    terminal.complain(
      `The disk of board ${board} is not blank. To have it made anew, ${LOST}, its serial number is wanted.${hint}`
    )
  } else {
    terminal.complain(`The disk of board ${board} is not blank:\n  1  ${KEPT}\n  2  make it anew: ${LOST}`)
    const number = await typed(NUMBER)
    if (number !== '1' && number !== '2')
      return number === '' ? NOTHING : `there is no "${clip(number, 20)}" here; ${NOTHING}`
    kept = number === '1'
  }
  const serial = await typed(SERIAL)
  if (serial === '') return NOTHING
  return told.name === null || told.name === serial
    ? { keep: kept, serial }
    : `the disk of board ${board} has not the serial number ${clip(serial, 60)}; ${NOTHING}`
}

const tellBoth = ({ board, own, peer }: CreateWorld, terminal: Terminal): void => {
  const lines: Readonly<Record<BoardId, CopyTold | string>> = board === 'a' ? { a: own, b: peer } : { a: peer, b: own }
  for (const letter of ['a', 'b'] as const) {
    const told = lines[letter]
    terminal.say(`  board ${letter}: ${typeof told === 'string' ? told : told.words}`)
  }
}

/** What is to be done, after all that a person had to say to it; a text = nothing, and why. `sure`: nobody is asked. */
export const settleCreate = async (
  look: Look,
  said: Said,
  sure: boolean,
  terminal: Terminal
): Promise<{ readonly seen: MirrorSeen; readonly plan: CreatePlan } | string> => {
  let { keep, serials } = said
  const asked = new Set<DiskQuestion['side']>()
  for (;;) {
    const seen = await look({ keep, serials })
    if (typeof seen === 'string') return seen
    const { world } = seen
    if (terminal.askable && asked.size === 0) tellBoth(world, terminal)
    const plan = planCreate(world)
    const asks = plan.kind === 'refused' ? plan.asks : undefined
    // Each disk once: who looks away while a disk is changed begins anew.
    if (asks === undefined || !terminal.askable || sure || asked.has(asks.side)) return { seen, plan }
    asked.add(asks.side)
    const { board } = world
    const letter = asks.side === 'own' ? board : board === 'a' ? 'b' : 'a'
    const answer = await askDisk(asks, letter, terminal)
    if (typeof answer === 'string') return answer
    keep = keep || answer.keep
    serials = { ...serials, [asks.side]: answer.serial }
  }
}
