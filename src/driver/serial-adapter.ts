// Which serial port `auto` means: the only USB adapter of this board. Used by serial-device.ts at each opening, and by the pairing.
// Must not choose among several: a port to something else would swallow the tokens, and its device would get them.
import { readdirSync, realpathSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Result } from '../port/ports.js'

/** The word of the configuration. */
export const AUTO = 'auto'
const USB_PORT = /^tty(?:USB|ACM)\d+$/

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder).sort()
  } catch {
    return []
  }
}

/** The name below serial/by-id that leads to the port: it stays the same wherever the adapter is plugged in. Else the port itself. */
const stableName = (folder: string, port: string): string => {
  const byId = join(folder, 'serial/by-id')
  const name = namesIn(byId).find(each => {
    try {
      return basename(realpathSync(join(byId, each))) === port
    } catch {
      return false
    }
  })
  return name === undefined ? join(folder, port) : join(byId, name)
}

/** Path of the only adapter; the reason of a refusal lists those that there are. `folder`: where devices stand. Never throws. */
export const onlyAdapter = (folder = '/dev'): Result<string> => {
  const ports = namesIn(folder).filter(name => USB_PORT.test(name))
  const [only] = ports
  if (only === undefined) return { ok: false, reason: 'no USB serial adapter is plugged in' }
  if (ports.length === 1) return { ok: true, value: join(folder, only) }
  const all = ports.map(port => stableName(folder, port)).join(' ')
  return { ok: false, reason: `there are ${ports.length} USB serial adapters: ${all}` }
}
