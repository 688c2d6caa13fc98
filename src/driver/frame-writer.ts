// Writes one frame at a time to a device that may take none. Used by serial-link.ts. Must not queue a second frame, nor wait.

export interface FrameWriterOptions {
  /** Bytes taken, 0 = none now; a text = the device is gone. */
  readonly write: (bytes: Uint8Array) => number | string
  /** Throw away what waits in the device. */
  readonly flush: () => void
  readonly onGone: (reason: string) => void
  readonly now: () => number
}

export interface FrameWriter {
  send(frame: Uint8Array): void
  /** Forget the frame under way. */
  reset(): void
  readonly counters: { readonly bytesOut: number; readonly framesDropped: number }
}

/** A frame that the device did not take by then is thrown away, with what waits in the device. */
const WRITE_MS = 500
const RETRY_MS = 5

export const createFrameWriter = ({ write, flush, onGone, now }: FrameWriterOptions): FrameWriter => {
  const counters = { bytesOut: 0, framesDropped: 0 }
  let unsent: Uint8Array | null = null
  let until = 0
  let timer: NodeJS.Timeout | undefined

  const push = (): void => {
    if (unsent === null) return
    const count = write(unsent)
    if (typeof count === 'string') {
      onGone(count)
      return
    }
    counters.bytesOut += count
    unsent = unsent.subarray(count)
    if (unsent.length === 0) {
      unsent = null
    } else if (now() >= until) {
      unsent = null
      counters.framesDropped += 1
      flush()
    } else {
      timer = setTimeout(push, RETRY_MS)
    }
  }

  return {
    send(frame) {
      if (unsent !== null) {
        counters.framesDropped += 1
        return
      }
      unsent = frame
      until = now() + WRITE_MS
      push()
    },
    reset() {
      clearTimeout(timer)
      if (unsent !== null) counters.framesDropped += 1
      unsent = null
    },
    counters
  }
}
