// May the key of this board be changed or taken away now? Asked by `baton pair` and `baton unpair` before anything is done.
// Without a daemon nobody watches what runs here, and two boards with different keys do not hear each other.
import { existsSync } from 'node:fs'
import { readKeyFile } from '../config/key-file.js'
import { createStateFile } from '../driver/state-file.js'
import { type BoardLock, lockBoard } from '../runtime/single.js'
import { CARD } from './pairing-handed.js'
import type { PairingPlace } from './pairing-place.js'

export type Guarded =
  | {
      readonly ok: true
      /** Holds off the daemon of this board. */
      readonly lock: BoardLock
      /** Of the key in use; null = none that can be used. */
      readonly fingerprint: string | null
      /** Was this board given its first record? */
      readonly hasRecord: boolean
      /** The record says maintenance. */
      readonly maintenance: boolean
      /** It never held a tenure, and has lost no record. */
      readonly fresh: boolean
    }
  | { readonly ok: false; readonly text: string }

const FIRST =
  'first, while both daemons run: `baton mode maintenance`; then the same command again, and the daemon steps aside by itself; one that systemd did not start is to be ended by hand'

/** A card has a record, or the image's own marker, or it has lost its record (R5). */
const MARKER = '/state/fresh'

/**
 * A board that has served refuses until its pair is in maintenance: in mode auto the other one would take the stopped daemon for a
 * failure and cut this board's power (R8, R14). A record that cannot be read decides nothing, and neither do we (R5).
 */
export const guardKey = async ({ board, keyFile, stateDir }: PairingPlace): Promise<Guarded> => {
  const lock = await lockBoard(stateDir, board)
  if (!lock.ok)
    return {
      ok: false,
      text: `the daemon of this board runs (or a board test, or another pairing), and it works with its key: ${FIRST}`
    }
  const refuse = (text: string): Guarded => {
    lock.value.release()
    return { ok: false, text }
  }
  const clock = { now: () => 0, wallSeconds: () => 0 }
  const record = await createStateFile(stateDir, board, [], () => {}, clock).load()
  const key = readKeyFile(keyFile)
  const fingerprint = key.ok ? key.fingerprint : null
  const made = { ok: true, lock: lock.value, fingerprint, hasRecord: record.kind === 'ok' } as const
  if (record.kind === 'missing') return { ...made, maintenance: false, fresh: !existsSync(CARD) || existsSync(MARKER) }
  if (record.kind !== 'ok') return refuse(record.reason)
  const { mode, groups } = record.durable
  const maintenance = mode === 'maintenance'
  const served = Object.entries(groups).filter(([, { epoch }]) => epoch.number > 0)
  // Without a usable key no daemon can run and no mode be changed.
  const fresh = served.length === 0
  if (maintenance || fresh || fingerprint === null) return { ...made, maintenance, fresh }
  const names = served.map(([name, { epoch }]) => `${name}, tenure ${epoch.number}${epoch.board}`).join('; ')
  return refuse(`this pair has served (${names}), and its mode is ${mode}: ${FIRST}`)
}
