// Hears, while a new board asks its questions, that the other one is at its pairing already: then its answers come over the cable with the
// key, and nobody is asked here. Opens the serial port, says nothing on it, and believes nothing but that somebody is there.
import { readKeyFile } from '../config/key-file.js'
import { openSerialLink } from '../driver/serial-link.js'
import { createMessageReader, type Letter } from '../pairing/frame.js'
import { type PairingWish, pairingPlace } from './pairing-place.js'
import type { Terminal } from './terminal.js'

export interface Ears {
  /** The board that is at its pairing; null = nobody, up to now. */
  peer(): Letter | null
  /** The same terminal, whose questions are over when somebody is heard. */
  readonly asking: Terminal
  /** The port is free again. */
  close(): Promise<void>
}

/** A promise is said again every 250 ms: who is there already is heard before anything is asked. */
const FIRST_MS = 900

/** Deaf where there is no port, or a key already. Resolves when somebody is heard, or nobody was for a moment. */
export const openEars = async (
  { board = 'a', serial }: Pick<PairingWish, 'board' | 'serial'>,
  terminal: Terminal
): Promise<Ears> => {
  const place = pairingPlace({ file: undefined, board, serial }, terminal)
  if (!place.ok || place.value.configuration !== null || readKeyFile(place.value.keyFile).ok)
    return { peer: () => null, asking: terminal, close: async () => {} }
  const read = createMessageReader()
  const heard = new AbortController()
  let peer: Letter | null = null
  const onBytes = (bytes: Uint8Array): void => {
    for (const each of read(bytes)) {
      if (each.kind !== 'message' || each.message.kind !== 'promise' || peer !== null) continue
      peer = each.message.board
      heard.abort()
    }
  }
  const line = openSerialLink(place.value.serial, { now: () => performance.now(), onBytes })
  await new Promise<void>(resolve => {
    const timer = setTimeout(resolve, FIRST_MS)
    heard.signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
  return {
    peer: () => peer,
    asking: { ...terminal, ask: question => terminal.ask(question, heard.signal) },
    close: () => line.close()
  }
}
