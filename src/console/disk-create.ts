// `baton disk create`: both disks of a mirrored group from one console. Looks on both boards, says what will be done, asks, does it. What holds
// anything is touched only where a person gave its serial number, or wants it kept.
import type { Config } from '../config/types.js'
import { sizeText } from '../driver/block-device.js'
import type { CopyTold } from '../port/copy-told.js'
import type { BoardId } from '../runtime/status.js'
import { createCopies } from '../setup/mirror-create.js'
import { lookAtCopies } from '../setup/mirror-look.js'
import type { CreatePlan, CreateWorld } from '../setup/mirror-plan.js'
import type { DiskOptions } from './disk.js'
import { type Look, settleCreate } from './disk-ask.js'
import { chooseGroup } from './disk-group.js'
import { EXIT, type ExitCode } from './exit-code.js'
import { agree } from './order.js'
import type { Terminal } from './terminal.js'

const GIB = 2 ** 30
/** What one gigabit carries, and what an old board manages. */
const FAST_BYTES = 100e6
const SLOW_BYTES = 10e6

const otherOf = (board: BoardId): BoardId => (board === 'a' ? 'b' : 'a')

const hoursText = (bytes: number): string => {
  const hours = (perSecond: number): string => {
    const minutes = Math.ceil(bytes / perSecond / 60)
    return minutes < 90 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`
  }
  return `${hours(FAST_BYTES)} to ${hours(SLOW_BYTES)}`
}

const lostText = (told: CopyTold, board: BoardId, make: boolean): string =>
  make && told.kind !== 'blank'
    ? `ALL THAT IS ON ${told.name} OF BOARD ${board.toUpperCase()} IS LOST: ${told.words}. `
    : ''

/** What a person agrees to. */
const dangerOf = (plan: CreatePlan, world: CreateWorld, peer: CopyTold): string => {
  const { board, group, own } = world
  const other = otherOf(board)
  const bytes = Math.min(...[own.bytes, peer.bytes].filter(each => each > 0))
  const size = sizeText(bytes)
  const copying = `The resync copies ${(bytes / GIB).toFixed(0)} GiB: ${hoursText(bytes)}; ${group.name} can be served meanwhile`
  switch (plan.kind) {
    case 'refused':
    case 'done':
      return plan.words
    case 'first': {
      const lost = `${lostText(own, board, plan.own)}${lostText(peer, other, plan.peer)}`
      const made = `This makes an empty ext4 of ${size} for ${group.name}, mirrored on both boards (board ${board}: ${own.words}; board ${other}: ${peer.words}).`
      return `${lost}${made} Nothing is taken over meanwhile.${plan.whole ? ` ${copying}, on board ${board} only.` : ''}`
    }
    case 'keep':
      return `${lostText(peer, other, plan.peer)}The ext4 on ${own.name} of board ${board} BECOMES THE FIRST COPY, with its files: it is checked, made smaller by the room of the mirror's notes (${size} remain), checked again, and only then the notes are written behind it. Minutes as a rule, hours on a full disk; nobody can use it meanwhile. HAVE A BACKUP: a power cut while its last blocks are moved can damage it. After one: switch on again, and run this command again; it begins with a check. ${copying}, on board ${board} only.`
    case 'replace': {
      const [lost, told] = plan.side === 'own' ? [board, own] : [other, peer]
      return `${lostText(told, lost, true)}The disk of board ${lost} (${told.words}) is made ready, and filled from the copy on board ${otherOf(lost)}. ${copying}.`
    }
  }
}

const nextWords = (plan: CreatePlan, name: string): string =>
  plan.kind === 'replace'
    ? `the disk is ready: it is filled as soon as both boards are connected; \`baton status\` shows how far it is (a disk that failed in its place without being taken out is tried again by \`baton recover\`)`
    : `${name} has its copies. The boards serve it now (if not: \`baton recover\`); \`baton status\` shows a resync and how far it is`

export const runCreate = async (config: Config, options: DiskOptions, terminal: Terminal): Promise<ExitCode> => {
  const refuse = (words: string): ExitCode => {
    terminal.complain(`baton: ${words}`)
    return EXIT.refused
  }
  const group = await chooseGroup(config, options, 'mirrored', terminal)
  if (typeof group === 'string') return refuse(group)
  const mirror = group.disk?.mirror ?? null
  if (mirror === null) return refuse(`the disk of ${group.name} is not mirrored`)
  const { keep, serials } = options
  const { board } = config
  const named = { own: serials.own ?? serials[board] ?? null, peer: serials[otherOf(board)] ?? null }
  const tell = (text: string): void => terminal.say(text)
  const look: Look = said => {
    tell(`looking at the disks of ${group.name} on both boards`)
    return lookAtCopies(config, mirror, said, tell)
  }
  const settled = await settleCreate(look, { keep, serials: named }, options.yes, terminal)
  if (typeof settled === 'string') return refuse(settled)
  const { plan, seen } = settled
  const { mode, number, world } = seen
  if (plan.kind === 'refused') return refuse(`refused: ${plan.words}`)
  if (plan.kind === 'done') {
    terminal.say(plan.words)
    return EXIT.ok
  }
  const peer = world.peer as CopyTold
  // --yes alone is for blank disks: a serial number was typed by a person, too.
  const sure = options.yes && (plan.kind !== 'keep' || world.serials.own !== null)
  const refused = await agree(dangerOf(plan, world, peer), sure, terminal)
  if (refused !== null) return refused
  const failed = await createCopies({ config, mirror, world, mode, number, tell }, plan)
  if (failed !== null)
    return refuse(
      `${failed}. Run \`baton disk create${plan.kind === 'keep' && !options.pipe ? ' --keep' : ''}\` again, on this board, when that is mended: it goes on where it was`
    )
  terminal.say(nextWords(plan, group.name))
  return EXIT.ok
}
