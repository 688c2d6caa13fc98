// `baton discard-copy GROUP`: this board's copy of a mirrored disk is given up after a split brain (R7). What changed on it since the copies parted is packed first, where
// a person says and there is room; where that cannot be, the person agrees to the loss once more. The daemon decides whether the copy may be given up at all.
import { existsSync, mkdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { formatConfigError } from '../config/issue.js'
import { loadConfig } from '../config/load.js'
import { type ArchivePlace, archiveOnStick, archivePlaces } from '../driver/archive-place.js'
import { archiveFiles, type CopyPlace, roomFor } from '../driver/copy-read.js'
import type { BoardId } from '../runtime/status.js'
import { changesHere, NO_PARTING } from '../setup/copy-changes.js'
import { isGroupName } from './argument-made.js'
import { asRoot, GROUP_ASKED } from './as-root.js'
import { bytesText } from './compare-text.js'
import { dangerOf } from './danger.js'
import { askPlace } from './discard-place.js'
import { EXIT, type ExitCode } from './exit-code.js'
import { agree, sendOrder } from './order.js'
import { askSince } from './since-ask.js'
import { fetchStatus } from './status.js'
import { configFile, type Terminal } from './terminal.js'

export interface DiscardWish {
  readonly group: string
  /** A folder; undefined = beside the board's state; null = nothing is packed. */
  readonly archive: string | null | undefined
  /** Unix seconds; null = as it is written down. */
  readonly since: number | null
  readonly yes: boolean
  /** Started as root by a command that has the person (pipe-terminal.ts); the group is then asked for. */
  readonly pipe: boolean
  readonly file: string | undefined
  readonly board: BoardId | undefined
}

const ARCHIVE = 'archive'

/** Of a folder, or of the nearest one above that is there. */
const roomOf = (folder: string): Promise<number> =>
  existsSync(folder) || folder === dirname(folder) ? roomFor(folder) : roomOf(dirname(folder))

/** `data-a-20261120-190300.tar`: group, board, and the parting by this board's clock. */
const nameOf = (group: string, board: BoardId, since: number): string => {
  const stamp = new Date(since * 1000)
    .toISOString()
    .replace(/\.\d+Z$/, '')
    .replace(/[-:]/g, '')
    .replace('T', '-')
  return `${group}-${board}-${stamp}.tar`
}

/** `lost`: it could not be packed, and why; `left`: the person wants nothing done. */
type Packed = { readonly kind: 'packed' } | { readonly kind: 'lost' | 'left'; readonly why: string }

const lost = (why: string): Packed => ({ kind: 'lost', why })

const packInto = async (
  place: CopyPlace,
  { folder, stick, words }: ArchivePlace,
  since: number,
  name: string
): Promise<string | null> => {
  if (stick !== null) return archiveOnStick(place, since, name, stick)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    return `${words} cannot be made: ${error instanceof Error ? error.message : error}`
  }
  return archiveFiles(place, since, join(folder, name))
}

/** Only root, and what is read has to be mounted for it. */
const pack = async (wish: DiscardWish, group: string, terminal: Terminal): Promise<Packed> => {
  const { archive, pipe, yes } = wish
  const loaded = loadConfig(wish.file ?? configFile(terminal), { board: wish.board, env: terminal.env })
  if (!loaded.ok) return lost(loaded.errors.map(formatConfigError).join('; '))
  const { config } = loaded
  const mirror = config.groups.find(({ name }) => name === group)?.disk?.mirror ?? null
  if (mirror === null) return lost(`the configuration knows no mirrored group ${group}`)
  terminal.say('looking what changed on this copy since the two parted')
  const asks = terminal.askable && !yes
  let found = await changesHere(config, mirror, wish.since)
  if (typeof found === 'string' && asks && found.includes(NO_PARTING)) {
    const since = await askSince(terminal)
    if (typeof since === 'string') return lost(since)
    found = await changesHere(config, mirror, since)
  }
  if (typeof found === 'string') return lost(found)
  const { bytes, count, since } = found.files
  if (count === 0) {
    terminal.say('nothing changed on it: there is nothing to be packed')
    return { kind: 'packed' }
  }
  // Each file has a head and is filled up.
  const needed = bytes + count * 1536
  const what = `${count} changed files (${bytesText(bytes)})`
  // tar runs in the folder of the copy.
  const named = resolve(archive ?? join(config.stateDir, ARCHIVE))
  let place: ArchivePlace = { words: named, folder: named, stick: null, room: 0 }
  if (archive === undefined && asks) {
    terminal.say(`${what} are to be packed before they are lost`)
    const served = config.groups.flatMap(({ disk }) => disk?.mountPoint ?? [])
    const seen = await archivePlaces(config, served)
    // Who is not root gets at a stick later, and not at what is beside the record.
    const places = pipe ? [...seen.slice(1), ...seen.slice(0, 1)] : seen
    const choice = await askPlace(places, needed, !pipe, terminal)
    if (choice.kind === 'left') return choice
    if (choice.kind === 'none') return lost(choice.why)
    place = choice.place
  }
  const room = place.stick === null ? await roomOf(place.folder) : place.room
  if (needed > room)
    return lost(
      `${what} need more than ${place.words} has room for, ${bytesText(room)}: --archive DIR names another folder`
    )
  const name = nameOf(group, config.board, since)
  terminal.say(`packing ${what} into ${name} (${place.words})`)
  const failed = await packInto(found.place, place, since, name)
  if (failed !== null) return lost(failed)
  const out = place.stick === null ? '' : '; the stick may be taken out'
  terminal.say(`packed: ${place.stick === null ? join(place.folder, name) : `${name} on the ${place.words}`}${out}`)
  return { kind: 'packed' }
}

const groupFor = async ({ group, pipe }: DiscardWish, terminal: Terminal): Promise<string> =>
  pipe && group === '' ? ((await terminal.ask(GROUP_ASKED)) ?? '') : group

/** Exit code 1 where nothing was done. `door`: to root; for tests. */
export const runDiscard = async (
  socket: string,
  wish: DiscardWish,
  terminal: Terminal,
  signal: AbortSignal,
  door = asRoot
): Promise<ExitCode> => {
  const { archive, board, file, since, yes } = wish
  // Nothing is read where nothing is packed: that order needs no root.
  if (archive !== null) {
    const options = [archive, since !== null, yes, file, board]
    const lent = await door({ words: ['discard-copy'], options, group: wish.group }, terminal, signal)
    if (lent !== null) return lent
  }
  const refuse = (words: string): ExitCode => {
    terminal.complain(`baton: ${words}`)
    return EXIT.refused
  }
  const group = await groupFor(wish, terminal)
  if (!isGroupName(group)) return refuse('refused: discard-copy needs the name of a group: see `baton status`')
  const what = { order: 'discardCopy', group } as const
  const answer = await fetchStatus(socket)
  const refused = await agree(dangerOf(what, answer.ok ? answer.status : null), yes, terminal)
  if (refused !== null) return refused
  const packed: Packed = archive === null ? { kind: 'packed' } : await pack(wish, group, terminal)
  if (packed.kind === 'left') return refuse(packed.why)
  if (packed.kind === 'lost') {
    const text = `What changed on this copy IS NOT PACKED (${packed.why}). It is lost with the copy.`
    if (yes) return refuse(`refused: ${text} --no-archive gives it up all the same`)
    const again = await agree(text, false, terminal)
    if (again !== null) return again
  }
  return sendOrder(socket, what, terminal, signal)
}
