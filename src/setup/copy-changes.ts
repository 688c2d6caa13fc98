// What changed on this board's copy of a mirrored disk since the copies parted: looks whether it may be read now, and reads it. Used by `baton disk compare`,
// by `baton discard-copy`, and by a board that the other one's console asks. Changes nothing.
import { readFileSync } from 'node:fs'
import type { Config, MirrorConfig } from '../config/types.js'
import { blockDevice } from '../driver/block-device.js'
import { type CopyPlace, changedFiles, hasOpenJournal } from '../driver/copy-read.js'
import { seeDevice } from '../driver/disk-device.js'
import { PROC } from '../driver/drbd.js'
import { type DrbdSight, readSight } from '../driver/drbd-progress.js'
import type { CopyFiles } from '../port/copy-files.js'
import type { GroupStatus, LogEntry } from '../runtime/status.js'
import { ownEvents, ownStatus } from './look.js'
import { type Parting, partingOf } from './parting.js'

const FILES_MAX = 1000
/** The link carries data, or is about to: the copy is being written. */
const MOVING = /^(Connected|Sync|PausedSync|StartingSync|WFBitMap|WFSyncUUID|Verify|Ahead|Behind)/

/** In the words of a board that does not know since when; a person may. */
export const NO_PARTING = 'nothing that is written down here tells when the copies parted'

export interface CopyChanges {
  readonly files: CopyFiles
  /** To read it again, for an archive. */
  readonly place: CopyPlace
}

/** Why this board's copy may not be read beside the mirror now; null = nobody writes to it. Pure. */
export const whyNotRead = (group: GroupStatus | undefined, sight: DrbdSight | null): string | null => {
  if (group?.copies === undefined) return 'the daemon knows no such mirrored group'
  if (group.role !== 'standby' && group.role !== 'failed')
    return `${group.name} is held or taken here (${group.doing}): its files are where it is mounted`
  if (sight === null) return null
  if (sight.role === 'Primary') return 'this copy is primary: somebody may be writing to it'
  return MOVING.test(sight.connection) ? 'the copies are connected: there is nothing to be compared' : null
}

const sightOf = (minor: number): DrbdSight | null => {
  try {
    return readSight(readFileSync(PROC, 'utf8'), minor)
  } catch {
    return null
  }
}

const bySequence = (x: LogEntry, y: LogEntry): number => x.sequence - y.sequence

/** Alarms are kept longer than other events. */
const partingHere = async (socket: string, group: string): Promise<Parting | string> => {
  const [events, alarms] = await Promise.all([ownEvents(socket, false), ownEvents(socket, true)])
  if (typeof events === 'string') return events
  const older = typeof alarms === 'string' ? [] : alarms.filter(({ sequence }) => sequence < (events[0]?.sequence ?? 0))
  return (
    partingOf([...older, ...events].sort(bySequence), group) ??
    `${NO_PARTING}: say it by --since, such as --since 3h or --since "2026-11-20 19:00"`
  )
}

/** A text = it cannot be read, and why. `since`: Unix seconds, a person's word; null = as it is written down. */
export const changesHere = async (
  { runDir, socket }: Pick<Config, 'runDir' | 'socket'>,
  { backing, minor, resource }: MirrorConfig,
  since: number | null
): Promise<CopyChanges | string> => {
  const status = await ownStatus(socket)
  if (typeof status === 'string') return status
  const why = whyNotRead(
    status.core.groups.find(({ name }) => name === resource),
    sightOf(minor)
  )
  if (why !== null) return why
  const seen = seeDevice(backing)
  const device = seen === null ? null : blockDevice(seen.number)
  if (device === null) return `${backing} is not there`
  const parting = since === null ? await partingHere(socket, resource) : { since, words: 'as you said' }
  if (typeof parting === 'string') return parting
  const place = { path: device.path, runDir }
  const [all, cut] = await Promise.all([changedFiles(place, parting.since), hasOpenJournal(place)])
  if (typeof all === 'string') return all
  const lacks =
    '; its journal is left as the power cut left it, so that the last seconds before that may be missing here'
  const bytes = all.reduce((sum, file) => sum + file.bytes, 0)
  const words = `${parting.words}${cut ? lacks : ''}`
  return { place, files: { files: all.slice(0, FILES_MAX), count: all.length, bytes, since: parting.since, words } }
}
