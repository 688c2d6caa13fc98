// `baton disk answer GROUP [--make | --files]`: started by the daemon because the other board's console asks. Judges this board's disk by itself, and makes it
// ready to carry a copy where that is ordered and it may. One line of JSON at the end (DiskAnswer without its state).
import type { Config } from '../config/types.js'
import { makeCopy } from '../driver/mirror-make.js'
import type { CopyTold } from '../port/copy-told.js'
import { changesHere } from '../setup/copy-changes.js'
import { tellCopy } from '../setup/mirror-look.js'
import type { DiskOptions } from './disk.js'
import { groupOf } from './disk-group.js'
import { EXIT, type ExitCode } from './exit-code.js'
import type { Terminal } from './terminal.js'

export const runAnswer = async (config: Config, options: DiskOptions, terminal: Terminal): Promise<ExitCode> => {
  const end = (ok: boolean, words: string, told: CopyTold | null): ExitCode => {
    terminal.write(`${JSON.stringify({ ok, words, told })}\n`)
    return ok ? EXIT.ok : EXIT.refused
  }
  const group = groupOf(config, options.group, 'mirrored')
  const mirror = typeof group === 'string' ? null : (group.disk?.mirror ?? null)
  if (mirror === null) return end(false, String(group), null)
  const { stateDir } = config
  if (options.files) {
    const found = await changesHere(config, mirror, options.since)
    const words = typeof found === 'string' ? found : found.files.words
    const files = typeof found === 'string' ? undefined : found.files
    terminal.write(`${JSON.stringify({ ok: files !== undefined, words, told: null, files })}\n`)
    return files === undefined ? EXIT.refused : EXIT.ok
  }
  const serial = options.serial ?? null
  const before = await tellCopy(mirror, stateDir, serial)
  if (!options.make || before.told.kind === 'never') return end(!options.make, before.told.words, before.told)
  const failed = await makeCopy({ mirror, stateDir, serial, tell: () => {} })
  const { told } = await tellCopy(mirror, stateDir, serial)
  return end(failed === null, failed ?? told.words, told)
}
