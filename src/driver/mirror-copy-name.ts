// The name of this board's copy, read once each time its disk is attached (R7: "I alone" is said of this copy and no other). Used by mirror.ts.
import { blockDevice } from './block-device.js'
import { seeDevice } from './disk-device.js'
import { readCopyName } from './drbd-meta.js'

export interface CopyName {
  /** null = not attached, not read yet, or without one. */
  readonly value: string | null
  /** Once a second, and at each change. A disk that hangs keeps one read waiting, and nobody else. */
  look(attached: boolean): void
}

const nameAt = async (backing: string): Promise<string | null> => {
  const seen = seeDevice(backing)
  const device = seen === null ? null : blockDevice(seen.number)
  return device === null ? null : readCopyName(device.path, device.bytes)
}

export const createCopyName = (
  backing: string,
  changed: () => void,
  read: (backing: string) => Promise<string | null> = nameAt
): CopyName => {
  let value: string | null = null
  /** Of this attachment: another one may have begun while a read was under way. */
  let attachment: object | null = null
  return {
    get value() {
      return value
    },
    look: attached => {
      if (!attached) {
        attachment = null
        value = null
        return
      }
      if (attachment !== null) return
      const mine = {}
      attachment = mine
      void read(backing).then(name => {
        if (attachment !== mine) return
        value = name
        changed()
      })
    }
  }
}
