// What one life of the daemon leaves to the next about a supervised command: pid and start time, which together name one
// process of one boot. Called by service-process.ts.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Epoch } from '../core/types.js'
import { bootId } from './process-table.js'

export interface ServiceRecord {
  readonly pid: number
  /** Clock ticks since boot, as the kernel prints it. */
  readonly startTime: string
  readonly bootId: string
  /** Of the tenure that started it, `NUMBER-BOARD`. */
  readonly epoch: string
}

/** `7-a`: how services are told their epoch. */
export const epochInWords = ({ number, board }: Epoch): string => `${number}-${board}`

/** null where there is none, it is malformed, or it is of another boot. */
export const readRecord = async (file: string): Promise<ServiceRecord | null> => {
  try {
    const { pid, startTime, bootId: boot, epoch } = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>
    if (!Number.isSafeInteger(pid) || Number(pid) <= 1 || typeof startTime !== 'string') return null
    if (boot !== bootId()) return null
    return { pid: Number(pid), startTime, bootId: boot, epoch: String(epoch) }
  } catch {
    return null
  }
}

/** Rejects with the system's error. */
export const writeRecord = async (file: string, record: ServiceRecord): Promise<void> => {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await writeFile(`${file}.tmp`, `${JSON.stringify(record)}\n`, { mode: 0o600 })
  await rename(`${file}.tmp`, file)
}
