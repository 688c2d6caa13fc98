// What this board does about its own disk because the other board's console asks: it looks, or makes it ready to carry a copy. Made by daemon.ts.
// The work is a program of its own; one at a time. This board judges by itself: whoever asks cannot make it touch what holds anything, but by its serial number.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DISK_WISH } from '../config/setup-files.js'
import type { CopyState, CopyTold } from '../port/copy-told.js'
import type { DiskAnswer, DiskWish } from '../port/disk-answer.js'
import { asCopyFiles } from './copy-files.js'
import type { CoreStatus } from './status.js'

/** Runs the program; never rejects. */
export type DiskWork = (wish: DiskWish) => Promise<Omit<DiskAnswer, 'state'>>

export interface DiskDesk {
  /** `text`: JSON of a DiskWish, from the other board. Answers at once. */
  answer(text: string): DiskAnswer
}

const TEXT_MAX = 1000
const STATES: readonly CopyState[] = ['made', 'blank', 'content', 'never', 'absent']
const IDLE = ['standby', 'failed']

const refused = (words: string): DiskAnswer => ({ state: 'refused', ok: false, words, told: null })

const fields = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}

/** null = it is none. Bytes are hostile until checked here (R12). */
export const asDiskWish = (text: string): DiskWish | null => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  const { doing, group, serial, work, since } = fields(value)
  const known = (['look', 'make', 'files', 'ask'] as const).find(word => word === doing)
  if (known === undefined || typeof group !== 'string' || !/^[a-z0-9-]{1,32}$/.test(group)) return null
  if (serial !== null && (typeof serial !== 'string' || !/^[^\p{Cc}]{1,200}$/u.test(serial))) return null
  if (typeof work !== 'number' || !Number.isInteger(work) || work < 1) return null
  if (since !== null && (typeof since !== 'number' || !Number.isInteger(since) || since < 0)) return null
  return { doing: known, group, serial, work, since }
}

/** What root of this board wants of the other one's disk; null = nothing that could be sent. */
export const readDiskWish = async (runDir: string): Promise<string | null> => {
  try {
    const text = await readFile(join(runDir, DISK_WISH), 'utf8')
    return text.length <= TEXT_MAX && asDiskWish(text) !== null ? text : null
  } catch {
    return null
  }
}

const asCopyTold = (value: unknown): CopyTold | null => {
  const { kind, words, name, bytes, fresh, empty, ext4, attached } = fields(value)
  const known = STATES.find(each => each === kind)
  if (known === undefined || typeof words !== 'string' || typeof bytes !== 'number' || !Number.isFinite(bytes))
    return null
  const textOrNull = (each: unknown): string | null => (typeof each === 'string' ? each.slice(0, TEXT_MAX) : null)
  return {
    kind: known,
    words: words.slice(0, TEXT_MAX),
    name: textOrNull(name),
    bytes,
    fresh: fresh === true,
    empty: empty === true,
    ext4: ext4 === true,
    attached: textOrNull(attached)
  }
}

/** Of whatever came from the other board, or from the program. null = it is none. */
export const asDiskAnswer = (value: unknown): DiskAnswer | null => {
  const { state, ok, words, told, files } = fields(value)
  const known = (['busy', 'ended', 'refused'] as const).find(word => word === state)
  if (known === undefined || typeof words !== 'string') return null
  const list = asCopyFiles(files)
  const answer = { state: known, ok: ok === true, words: words.slice(0, TEXT_MAX), told: asCopyTold(told) }
  return list === null ? answer : { ...answer, files: list }
}

/** Why no disk of this board may be made ready for the group now; null = nobody can come to harm by it. */
export const whyNotMake = (core: CoreStatus, group: string): string | null => {
  const told = core.groups.find(({ name }) => name === group)
  if (told?.copies === undefined) return `${group} has no mirrored disk here`
  if (!IDLE.includes(told.role)) return `${group} is held or taken on board ${core.board} (${told.doing})`
  // A disk that was replaced is filled from the other copy: that one may go on being served.
  if (told.copies.there === 'current' || told.copies.there === 'alone') return null
  if (core.mode !== 'maintenance' || core.modeWanted !== null)
    return `the mode on board ${core.board} is ${core.mode}, not maintenance: the group could be taken meanwhile`
  return told.peerRole !== null && IDLE.includes(told.peerRole) ? null : `${group} is held on the other board`
}

export const createDiskDesk = (status: () => CoreStatus, work: DiskWork): DiskDesk => {
  let at: number | null = null
  let last: { readonly work: number; readonly answer: DiskAnswer } | null = null

  const begin = (wish: DiskWish): DiskAnswer => {
    if (at !== null) return refused('another work on a disk is under way there: try again in a moment')
    const why = wish.doing === 'make' ? whyNotMake(status(), wish.group) : null
    if (why !== null) return refused(why)
    at = wish.work
    void work(wish).then(end => {
      last = { work: wish.work, answer: { state: 'ended', ...end } }
      at = null
    })
    return { state: 'busy', ok: true, words: 'begun', told: null }
  }
  return {
    answer: text => {
      const wish = asDiskWish(text)
      if (wish === null) return refused('the request is not understood: are both boards of one version?')
      // Asked once more for what it was asked already: an answer was lost on its way.
      if (at === wish.work) return { state: 'busy', ok: true, words: 'at it', told: null }
      if (last?.work === wish.work) return last.answer
      return wish.doing === 'ask' ? refused('it does not know of that work: it was started anew?') : begin(wish)
    }
  }
}
