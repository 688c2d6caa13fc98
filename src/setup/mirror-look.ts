// What both boards have for a mirrored group, for `mirror-plan.ts`. Used by `baton disk create` and the lead. Changes nothing
// but what is remembered of a first copy that is over.
import type { Config, MirrorConfig } from '../config/types.js'
import { mirrorBytes } from '../driver/block-device.js'
import { wasMaking } from '../driver/disk-make.js'
import { seeBacking, whyNoMirror, whyOtherMinor } from '../driver/mirror-backing.js'
import { endFirst, isPrimaryNow, wasFirst } from '../driver/mirror-first.js'
import type { CopyTold } from '../port/copy-told.js'
import type { Mode } from '../runtime/status.js'
import { ownStatus } from './look.js'
import { type CreateWorld, isFirstOver } from './mirror-plan.js'
import { askPeerDisk } from './peer-disk.js'

export interface MirrorSeen {
  readonly world: CreateWorld
  /** `MAJOR:MINOR` of this board's disk; null = there is none. */
  readonly number: string | null
  readonly mode: Mode
}

/** What this board tells of its disk. */
export const tellCopy = async (
  mirror: Pick<MirrorConfig, 'backing' | 'minor' | 'resource'>,
  stateDir: string,
  serial: string | null
): Promise<{ readonly told: CopyTold; readonly number: string | null }> => {
  const { device, told } = await seeBacking(mirror, stateDir, serial)
  const why = whyNoMirror() ?? (await whyOtherMinor(mirror))
  return {
    number: device?.number ?? null,
    told: why === null ? told : { ...told, kind: 'never', words: `${told.words}; ${why}` }
  }
}

/** A text = this board's daemon cannot say. Takes some seconds: the other board's program has to start. */
export const lookAtCopies = async (
  { board, runDir, socket, stateDir }: Pick<Config, 'board' | 'runDir' | 'socket' | 'stateDir'>,
  mirror: MirrorConfig,
  { keep, serials }: Pick<CreateWorld, 'keep' | 'serials'>,
  tell: (text: string) => void
): Promise<MirrorSeen | string> => {
  const status = await ownStatus(socket)
  if (typeof status === 'string') return status
  const { resource } = mirror
  const group = status.core.groups.find(({ name }) => name === resource)
  if (group === undefined) return `the daemon does not know ${resource}: start it anew with this configuration`
  const wish = { doing: 'look', group: resource, serial: serials.peer, since: null } as const
  const [own, theirs] = await Promise.all([
    tellCopy(mirror, stateDir, serials.own),
    askPeerDisk({ runDir, socket }, wish, tell)
  ])
  const seen = { board, group, own: own.told, peer: theirs.told ?? theirs.words, serials, keep }
  const world = { ...seen, begun: wasFirst(stateDir, resource), mirrorBytes: mirrorBytes(mirror.minor) }
  const sight = { making: await wasMaking(stateDir), primary: isPrimaryNow(mirror.minor) }
  const over = world.begun && isFirstOver(world, sight)
  if (over) await endFirst(stateDir)
  return { world: over ? { ...world, begun: false } : world, number: own.number, mode: status.core.mode }
}
