// The lines that two board tests send each other over the serial cable, or one sends to itself through a loop plug. Pure.
// They are no frames: a daemon at the other end counts them as noise and believes nothing of them (R12).
import type { BoardId } from '../core/types.js'

export interface Probe {
  readonly board: BoardId
  /** 16 hex digits, made anew for each test. */
  readonly nonce: string
  /** The nonce of the other end, once it was heard; `-` before. */
  readonly heard: string
}

/** What is left over from a line that has not ended is kept no longer than this. */
const LINE_BYTES_MAX = 256
const LINE = /baton-test ([ab]) ([0-9a-f]{16}) ([0-9a-f]{16}|-)$/

/** One line, its end before and after it: what came before may be half of something. */
export const probeLine = ({ board, nonce, heard }: Probe): Uint8Array =>
  new TextEncoder().encode(`\nbaton-test ${board} ${nonce} ${heard}\n`)

/** Feed bytes in any split; gives the probes that ended in them. Bounded. */
export const createProbeReader = (): ((bytes: Uint8Array) => readonly Probe[]) => {
  let rest = ''
  return bytes => {
    const lines = (rest + Buffer.from(bytes).toString('latin1')).split('\n')
    rest = (lines.pop() ?? '').slice(-LINE_BYTES_MAX)
    return lines.flatMap(line => {
      const [, board, nonce = '', heard = ''] = LINE.exec(line) ?? []
      return board === 'a' || board === 'b' ? [{ board, nonce, heard }] : []
    })
  }
}
