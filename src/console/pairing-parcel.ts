// The parcel that this board hands over in a pairing: its configuration and the secrets of its notices. Reads only.
import { existsSync, readFileSync } from 'node:fs'
import { formatConfigError } from '../config/issue.js'
import { loadConfig } from '../config/load.js'
import { packParcel } from '../pairing/parcel.js'
import type { PairingPlace } from './pairing-place.js'
import type { Terminal } from './terminal.js'

/** null = more than fits, or it cannot be read; why is said. */
export const parcelOf = (file: string, board: PairingPlace['board'], terminal: Terminal): Uint8Array | null => {
  const loaded = loadConfig(file, { board, elsewhere: true })
  if (!loaded.ok) {
    for (const error of loaded.errors) terminal.complain(formatConfigError(error))
    return null
  }
  const { secretsFile } = loaded.config.notices
  const secrets = existsSync(secretsFile) ? readFileSync(secretsFile, 'utf8') : null
  const parcel = packParcel({ configuration: readFileSync(file, 'utf8'), secrets })
  if (parcel === null) terminal.complain(`baton: ${file} and ${secretsFile} are together too long to be handed over`)
  return parcel
}
