// Writes a board's first durable record as provisioning would, with the fence proved already where a scenario wants that.
// Called before the first boot of a world, which must see it as a proof of that moment. The proof counts for this world's own key and wiring only (R4).
import { withKey } from '../../src/config/digest.js'
import { formatConfigError } from '../../src/config/issue.js'
import { readKeyFile } from '../../src/config/key-file.js'
import { loadConfig } from '../../src/config/load.js'
import { initialDurable } from '../../src/core/boot.js'
import type { BoardId } from '../../src/core/types.js'
import { createClock } from '../../src/driver/clock.js'
import { writeFirstState } from '../../src/driver/state-file.js'
import type { World } from './world.js'

/** Returns the Unix second of the proof. Throws, with the configuration's own words, when the world's configuration is not accepted. */
export const writeLabState = async (world: World, board: BoardId, proved: boolean): Promise<number> => {
  const loaded = loadConfig(world.names.of(board, 'baton.yaml'), { board, env: {} })
  if (!loaded.ok) throw new Error(loaded.errors.map(formatConfigError).join('\n'))
  const key = readKeyFile(world.names.of(board, 'key'))
  if (!key.ok) throw new Error(formatConfigError(key.error))
  const { settings } = withKey(loaded.config, key.fingerprint)
  const wallSeconds = createClock().wallSeconds()
  const proof = { wiring: settings.wiring.fingerprint, wallSeconds, bySense: settings.wiring.sense }
  await writeFirstState(world.names.of(board, 'state'), { ...initialDurable(settings), proof: proved ? proof : null })
  return wallSeconds
}
