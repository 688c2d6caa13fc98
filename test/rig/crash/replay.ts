// Puts logged writes onto images: forward on one working copy of a partition, and on whole cards that shall boot.
// Called by the crash-point proof. Never writes to the log or to the card that it began with.
import { closeSync, openSync, writeSync } from 'node:fs'
import type { Area, Card } from './card.js'
import { must } from './command.js'
import { type Piece, wholeOf } from './tear.js'
import type { WriteLog } from './write-log.js'

const CHUNK_BYTES = 1_048_576

const writeAll = (descriptor: number, bytes: Buffer, at: number): void => {
  let done = 0
  while (done < bytes.length) done += writeSync(descriptor, bytes, done, bytes.length - done, at + done)
}

/** Part of the card that an image file holds. */
interface Target {
  readonly descriptor: number
  readonly from: number
  readonly bytes: number
}

/** The piece's sectors, as far as they lie in the target. What was discarded reads as zeros. */
const applyPiece = (log: WriteLog, { entry, from, sectors }: Piece, target: Target): void => {
  const size = log.sectorBytes
  const first = Math.max((entry.sector + from) * size, target.from)
  const end = Math.min((entry.sector + from + sectors) * size, target.from + target.bytes)
  for (let at = first; at < end; at += CHUNK_BYTES) {
    const bytes = Math.min(CHUNK_BYTES, end - at)
    const data =
      entry.kind === 'discard' ? Buffer.alloc(bytes) : log.read(entry, at / size - entry.sector, bytes / size)
    writeAll(target.descriptor, data, at - target.from)
  }
}

const applyAll = (log: WriteLog, from: number, to: number, target: Target): void => {
  for (const entry of log.entries.slice(from, to)) if (entry.kind !== 'mark') applyPiece(log, wholeOf(entry), target)
}

const withFile = (file: string, use: (descriptor: number) => void): void => {
  const descriptor = openSync(file, 'r+')
  try {
    use(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** Holes stay holes: a card of some gigabytes costs what is written on it. */
const copySparse = (from: string, to: string): Promise<string> =>
  must('cp', '--sparse=always', '--reflink=auto', from, to)

export interface AreaReplay {
  /** An image of the area with the first `applied` entries of the log and the pieces; the same file each time. */
  at(applied: number, extra: readonly Piece[]): Promise<string>
  close(): void
}

/** Copy an area out of a card, into a new file. */
export const takeArea = async ({ file }: Card, { from, bytes }: Area, to: string): Promise<void> => {
  const flags = ['iflag=skip_bytes,count_bytes', 'conv=sparse', 'bs=1M', 'status=none']
  await must('dd', `if=${file}`, `of=${to}`, `skip=${from}`, `count=${bytes}`, ...flags)
  await must('truncate', '-s', `${bytes}`, to)
}

/** `folder` is the caller's own. `at` goes forward only: `applied` never falls. */
export const createAreaReplay = async (log: WriteLog, card: Card, area: Area, folder: string): Promise<AreaReplay> => {
  const working = `${folder}/${area.name}.img`
  const point = `${folder}/${area.name}-point.img`
  await takeArea(card, area, working)
  const descriptor = openSync(working, 'r+')
  const target = { descriptor, from: area.from, bytes: area.bytes }
  let done = 0
  return {
    at: async (applied, extra) => {
      if (applied < done) throw new RangeError(`the replay stands at entry ${done} and cannot go back to ${applied}`)
      applyAll(log, done, applied, target)
      done = applied
      await copySparse(working, point)
      withFile(point, copy => {
        for (const piece of extra) applyPiece(log, piece, { ...target, descriptor: copy })
      })
      return point
    },
    close: () => closeSync(descriptor)
  }
}

/** A whole card as it was when its power was cut, in a new file. */
export const makeCard = async (
  log: WriteLog,
  card: Card,
  applied: number,
  extra: readonly Piece[],
  file: string
): Promise<void> => {
  await copySparse(card.file, file)
  withFile(file, descriptor => {
    const target = { descriptor, from: 0, bytes: card.bytes }
    applyAll(log, 0, applied, target)
    for (const piece of extra) applyPiece(log, piece, target)
  })
}
