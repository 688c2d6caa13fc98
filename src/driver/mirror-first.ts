// The first copy of a mirror whose disks are both ready: it is declared, gets its ext4 (or keeps the one that is there), and the mirror is let go again.
// Called by `baton disk create` and the set-up while the pair is held still. The daemon has the mirror up; this only orders what it never does.
import { readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { MirrorConfig } from '../config/types.js'
import { blockDevice } from './block-device.js'
import { contentOf } from './disk-content.js'
import { seeDevice } from './disk-device.js'
import { diskName, judgeDisk, makeFilesystem } from './disk-make.js'
import { diskStep } from './disk-record.js'
import { PROC } from './drbd.js'
import { type DrbdSight, readSight } from './drbd-progress.js'
import { writeDurably } from './state-write.js'

export interface FirstWish {
  readonly mirror: Pick<MirrorConfig, 'minor' | 'resource'>
  readonly stateDir: string
  /** The other copy is filled from this one; else both are empty, and equal as they are. */
  readonly whole: boolean
  /** The ext4 that is there stays. */
  readonly keep: boolean
  readonly tell: (text: string) => void
}

/** In the state folder, from before anything is done for a first copy until that is whole. */
const RECORD = 'first-copy.json'
const STEP_MS = 30_000
/** The daemon attaches within seconds, and connects as soon as the other board's has. */
const CONNECT_MS = 120_000
const LOOK_MS = 500
const LET_GO_MS = 20_000
const LABEL_MAX = 16

const sight = (minor: number): DrbdSight | null => {
  try {
    return readSight(readFileSync(PROC, 'utf8'), minor)
  } catch {
    return null
  }
}

const wordsOf = (seen: DrbdSight | null): string =>
  seen === null ? 'the kernel has no such mirror' : `${seen.connection}, here ${seen.disk}, there ${seen.peerDisk}`

/** null = it came true in time; else what is so instead. */
const until = async (minor: number, ms: number, isSo: (seen: DrbdSight) => boolean): Promise<string | null> => {
  for (const by = performance.now() + ms; ; await delay(LOOK_MS)) {
    const seen = sight(minor)
    if (seen !== null && isSo(seen)) return null
    if (performance.now() >= by) return wordsOf(seen)
  }
}

const isApart = ({ connection }: DrbdSight): boolean =>
  ['StandAlone', 'Unconnected', 'WFConnection', 'WFReportParams', 'Timeout', 'BrokenPipe', 'NetworkFailure'].includes(
    connection
  )

/** Attached, and the kernel has made up its mind. */
const isSteady = (disk: string): boolean => ['Inconsistent', 'Outdated', 'Consistent', 'UpToDate'].includes(disk)

/** null = durable. Before anything is done. */
export const beginFirst = async (stateDir: string, group: string): Promise<string | null> => {
  try {
    await writeDurably(stateDir, RECORD, `${JSON.stringify({ group })}\n`)
    return null
  } catch (error) {
    return `${stateDir} cannot be written: ${error instanceof Error ? error.message : error}`
  }
}

/** The kernel lets this board write its copy. */
export const isPrimaryNow = (minor: number): boolean => sight(minor)?.role === 'Primary'

/** It is whole, or nothing was done for it, or its disk is gone. */
export const endFirst = (stateDir: string): Promise<void> => rm(join(stateDir, RECORD), { force: true })

/** It was begun on this board, and cut off. */
export const wasFirst = (stateDir: string, group: string): boolean => {
  try {
    const { group: begun } = JSON.parse(readFileSync(join(stateDir, RECORD), 'utf8')) as { group?: unknown }
    return begun === group
  } catch {
    return false
  }
}

const declare = async (minor: number, whole: boolean): Promise<string | null> => {
  const device = String(minor)
  const failed = whole
    ? await diskStep(STEP_MS, 'drbdsetup', 'primary', device, '--force=yes')
    : await diskStep(STEP_MS, 'drbdsetup', 'new-current-uuid', device, '--clear-bitmap=yes')
  if (failed !== null) return failed
  const late = await until(minor, STEP_MS, ({ disk }) => disk === 'UpToDate')
  return late === null ? null : `the copy on this board did not become current: ${late}`
}

/** An ext4, unless there is one: then it is the one that is kept, or that an earlier try has finished. */
const fill = async ({ keep, mirror, stateDir, tell }: FirstWish): Promise<string | null> => {
  const seen = seeDevice(`/dev/drbd${mirror.minor}`)
  const device = seen === null ? null : blockDevice(seen.number)
  if (device === null) return `/dev/drbd${mirror.minor} is not there`
  const judged = await judgeDisk(device, stateDir)
  const content = judged.kind === 'content' ? judged.content : await contentOf(device.path, device.bytes)
  if (content.kind === 'ext4' && !(judged.kind === 'blank' && judged.halfMade))
    return diskStep(CONNECT_MS, 'e2fsck', '-f', '-n', device.path)
  if (keep) return `there is no ext4 on ${device.path} to be kept`
  // What was given up with the disk has lost its signatures; anything that still has one is somebody's.
  const left = content.kind === 'other' && /^data of an unknown kind/.test(content.words)
  if (judged.kind === 'never' || (judged.kind === 'content' && !left))
    return `${device.path} is left as it is: ${judged.words}`
  const value = `baton-${mirror.resource}`.slice(0, LABEL_MAX)
  const serial = judged.kind === 'content' ? diskName(device) : null
  return makeFilesystem({ device, name: { by: 'label', value }, stateDir, serial, tell })
}

/** Programs that look at new disks may hold it for a moment. */
const letGo = async (minor: number): Promise<string | null> => {
  for (const by = performance.now() + LET_GO_MS; ; await delay(LOOK_MS)) {
    const failed = await diskStep(STEP_MS, 'drbdsetup', 'secondary', String(minor))
    if (failed === null || performance.now() >= by) return failed
  }
}

/** After `beginFirst`. `null` = there is a first copy with an ext4 on it, and this board has let go of it; else why not. Cut off anywhere, call it again, on the same board. */
export const makeFirst = async (wish: FirstWish): Promise<string | null> => {
  const { mirror, tell, whole } = wish
  const { minor } = mirror
  tell('waiting until the kernels of both boards have connected their disks')
  // Both: an empty copy is never called equal to one that is not there yet.
  const late = await until(minor, CONNECT_MS, seen => !isApart(seen) && isSteady(seen.disk) && isSteady(seen.peerDisk))
  if (late !== null) return `the two disks did not connect within ${CONNECT_MS / 1000} s: ${late}`
  const seen = sight(minor)
  if (seen?.disk === 'Inconsistent') {
    // Never in the middle of a resync: the other copy is the one that counts then.
    if (seen.connection !== 'Connected') return `the copy on this board is being filled: ${wordsOf(seen)}`
    tell(
      whole
        ? 'this copy is the current one; the other is filled from it'
        : 'both copies are empty, and equal as they are'
    )
    const failed = await declare(minor, whole)
    if (failed !== null) return failed
  }
  const primary = await diskStep(STEP_MS, 'drbdsetup', 'primary', String(minor))
  if (primary !== null) return primary
  const failed = await fill(wish)
  const kept = await letGo(minor)
  return failed ?? kept
}
