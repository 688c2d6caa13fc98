// Cuts a stream of bytes into the bodies between zero delimiters. The codec feeds it. It holds at most one body, does the
// same small work for each byte whatever came before, and finds its way again at the next delimiter.
import { BODY_BYTES_MAX } from './layout.js'

export interface FrameSplitter {
  /**
   * Feed bytes, cut in any way. `onBody` sees each body that ended, in `body[0..length)`, valid during the call only;
   * `onOverlong` is called once for each body of more than BODY_BYTES_MAX bytes, when it ends.
   */
  feed(bytes: Uint8Array, onBody: (body: Uint8Array, length: number) => void, onOverlong: () => void): void
  /** Forget the body that has not ended. True where there was one. */
  reset(): boolean
}

export const createFrameSplitter = (): FrameSplitter => {
  const body = new Uint8Array(BODY_BYTES_MAX)
  let length = 0
  let overlong = false
  return {
    feed: (bytes, onBody, onOverlong) => {
      for (const byte of bytes) {
        if (byte !== 0) {
          if (length < BODY_BYTES_MAX) body[length++] = byte
          else overlong = true
        } else {
          if (overlong) onOverlong()
          else if (length > 0) onBody(body, length)
          length = 0
          overlong = false
        }
      }
    },
    reset: () => {
      const half = length > 0
      length = 0
      overlong = false
      return half
    }
  }
}
