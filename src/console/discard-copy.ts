// `baton discard-copy GROUP`: this board's copy of a mirrored disk is given up after a split brain (R7). What changed on it since the copies parted is packed first, where
// there is room; where that cannot be, a person agrees to the loss once more. The daemon decides whether the copy may be given up at all.
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { formatConfigError } from '../config/issue.js'
import { loadConfig } from '../config/load.js'
import { archiveFiles, roomFor } from '../driver/copy-read.js'
import type { BoardId } from '../runtime/status.js'
import { changesHere } from '../setup/copy-changes.js'
import { bytesText } from './compare-text.js'
import { dangerOf } from './danger.js'
import { EXIT, type ExitCode } from './exit-code.js'
import { agree, sendOrder } from './order.js'
import { fetchStatus } from './status.js'
import { configFile, type Terminal } from './terminal.js'

export interface DiscardWish {
  readonly group: string
  /** A folder; undefined = beside the board's state; null = nothing is packed. */
  readonly archive: string | null | undefined
  /** Unix seconds; null = as it is written down. */
  readonly since: number | null
  readonly yes: boolean
  readonly file: string | undefined
  readonly board: BoardId | undefined
}

const ARCHIVE = 'archive'

/** `data-a-20261120-190300.tar`: group, board, and the parting by this board's clock. */
const nameOf = (group: string, board: BoardId, since: number): string => {
  const stamp = new Date(since * 1000)
    .toISOString()
    .replace(/\.\d+Z$/, '')
    .replace(/[-:]/g, '')
    .replace('T', '-')
  return `${group}-${board}-${stamp}.tar`
}

/** A text = it could not be packed, and why. */
const pack = async (wish: DiscardWish, terminal: Terminal): Promise<null | string> => {
  const { archive, group } = wish
  if (process.getuid?.() !== 0) return `only root can read it: \`sudo baton discard-copy ${group}\` packs it`
  const loaded = loadConfig(wish.file ?? configFile(terminal), { board: wish.board, env: terminal.env })
  if (!loaded.ok) return loaded.errors.map(formatConfigError).join('; ')
  const { board, groups, stateDir } = loaded.config
  const mirror = groups.find(({ name }) => name === group)?.disk?.mirror ?? null
  if (mirror === null) return `the configuration knows no mirrored group ${group}`
  terminal.say('looking what changed on this copy since the two parted')
  const found = await changesHere(loaded.config, mirror, wish.since)
  if (typeof found === 'string') return found
  const { bytes, count, since } = found.files
  if (count === 0) {
    terminal.say('nothing changed on it: there is nothing to be packed')
    return null
  }
  // tar runs in the folder of the copy.
  const folder = resolve(archive ?? join(stateDir, ARCHIVE))
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    return `${folder} cannot be made: ${error instanceof Error ? error.message : error}`
  }
  const room = await roomFor(folder)
  // Each file has a head and is filled up.
  const needed = bytes + count * 1536
  if (needed > room)
    return `${count} changed files have ${bytesText(bytes)}, and ${folder} has room for ${bytesText(room)}: --archive DIR names another folder`
  const file = join(folder, nameOf(group, board, since))
  terminal.say(`packing ${count} changed files (${bytesText(bytes)}) into ${file}`)
  const failed = await archiveFiles(found.place, since, file)
  if (failed !== null) return failed
  terminal.say(`packed: ${file}`)
  return null
}

export const runDiscard = async (
  socket: string,
  wish: DiscardWish,
  terminal: Terminal,
  signal?: AbortSignal
): Promise<ExitCode> => {
  const { archive, group, yes } = wish
  const what = { order: 'discardCopy', group } as const
  const answer = await fetchStatus(socket)
  const refused = await agree(dangerOf(what, answer.ok ? answer.status : null), yes, terminal)
  if (refused !== null) return refused
  const lost = archive === null ? null : await pack(wish, terminal)
  if (lost !== null) {
    const text = `What changed on this copy CANNOT BE PACKED FIRST (${lost}). It is lost with the copy.`
    if (yes) {
      terminal.complain(`baton: refused: ${text} --no-archive gives it up all the same`)
      return EXIT.refused
    }
    const again = await agree(text, false, terminal)
    if (again !== null) return again
  }
  return sendOrder(socket, what, terminal, signal)
}
