// Leads a new pair until it is ready: looks, takes the next step, says it, looks again. Run by the unit baton-setup and by `baton setup`.
// Orders only what an operator could order, and cuts nobody's power without a person. Remembers nothing: killed anywhere, the next one goes on.
import { networkInterfaces } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { SAID_EVERY_MS } from '../config/setup-files.js'
import type { Config, MirrorConfig } from '../config/types.js'
import { makeFilesystem, wasMaking } from '../driver/disk-make.js'
import type { OperatorRequest } from '../runtime/status.js'
import { defaultAddresses } from './default-config.js'
import { findings, leftToWish, readyWords } from './findings.js'
import { diskNameOf } from './group-disk.js'
import { holdStill } from './hold-still.js'
import { giveOrder, lookAround, type Sight } from './look.js'
import { endSetup, isMarked, sayView } from './mark.js'
import { createCopies } from './mirror-create.js'
import { lookAtCopies } from './mirror-look.js'
import { planCreate } from './mirror-plan.js'
import { isReady, nextStep, type Step } from './step.js'

export interface LeadOptions {
  readonly config: Config
  readonly socket: string
  readonly tell: (text: string) => void
  /** Asks a person in front of this board; null = nobody is here, and the panel or a console is waited for. */
  readonly consent: ((words: string, signal: AbortSignal) => Promise<boolean>) | null
  /** False: another lead acts on this board; this one watches, and asks. */
  readonly acts: boolean
  readonly signal: AbortSignal
}

export type LeadEnd =
  | { readonly kind: 'ready'; readonly sight: Sight }
  | { readonly kind: 'ended'; readonly words: string }
  /** Told to go, or the mark was taken away by somebody else. */
  | { readonly kind: 'left' }

const LOOK_MS = 2_000
/** A step that has been the same for so many looks waits for a person, and is looked at less often. */
const SAME_LOOKS = 30
const SLOW_MS = 8_000
/** A word that ends the set-up must be true in so many looks, one after the other. */
const SURE_LOOKS = 3
/** The same order again: at first soon, then seldom. */
const AGAIN_MS = [0, 15_000, 30_000, 60_000, 300_000] as const

/** Whether it is time for an order that was given before. */
const createPatience = () => {
  let last = ''
  let count = 0
  let at = 0
  return {
    /** True = now; counted. */
    may: (what: string): boolean => {
      if (what !== last) [last, count, at] = [what, 0, 0]
      const pause = AGAIN_MS[Math.min(count, AGAIN_MS.length - 1)] ?? 0
      if (count > 0 && performance.now() - at < pause) return false
      count += 1
      at = performance.now()
      return true
    }
  }
}

const orderOf = (step: Step): OperatorRequest | null =>
  step.kind === 'recover'
    ? { order: 'recover', home: step.home }
    : step.kind === 'move'
      ? { order: 'switchover', group: step.group }
      : step.kind === 'auto'
        ? { order: 'mode', mode: 'auto', forMs: 0 }
        : null

/** The pair is held still meanwhile. Whatever changed since the look counts: `makeFilesystem` judges again. */
const prepare = async (options: LeadOptions, group: string, sight: Sight): Promise<void> => {
  const { config, socket, tell } = options
  const seen = sight.sights[group]
  const disk = config.groups.find(({ name }) => name === group)?.disk
  if (disk?.mirror != null) return prepareMirror(options, disk.mirror)
  const wanted = disk?.device
  if (seen?.kind !== 'blank' || wanted === undefined) return
  const held = await holdStill(socket, group, 'auto')
  if (!held.ok) return tell(`the disk of ${group} is left alone: ${held.text}`)
  const name = diskNameOf(wanted)
  const { device } = seen
  const { stateDir } = config
  const failed = await makeFilesystem({ device, name, stateDir, serial: null, tell, whole: held.release })
  tell(failed === null ? `the disk of ${group} is prepared` : `the disk of ${group} was not prepared: ${failed}`)
  // A child of a lead that was killed may still write: then the pair is held on, and this is tried again.
  const stays = failed === null || (await wasMaking(stateDir))
  await (stays ? held.leave() : held.release())
}

/** Both boards' disks, from here; only what wants no person. */
const prepareMirror = async ({ config, socket, tell }: LeadOptions, mirror: MirrorConfig): Promise<void> => {
  const here = { ...config, socket }
  const seen = await lookAtCopies(here, mirror, { keep: false, serials: { own: null, peer: null } }, tell)
  if (typeof seen === 'string') return tell(seen)
  const plan = planCreate(seen.world)
  if (plan.kind !== 'first' || (plan.whole && !seen.world.begun))
    return tell(
      `the disks of ${mirror.resource} are left to a person: ${'words' in plan ? plan.words : '`baton disk create`'}`
    )
  // The mode before the set-up held the pair still.
  const failed = await createCopies({ config: here, mirror, tell, ...seen, mode: 'auto' }, plan)
  tell(
    failed === null
      ? `the disks of ${mirror.resource} are prepared`
      : `the disks of ${mirror.resource} were not prepared: ${failed}`
  )
}

const act = async (
  options: LeadOptions,
  step: Step,
  sight: Sight,
  patience: ReturnType<typeof createPatience>
): Promise<void> => {
  if (!options.acts) return
  const what = orderOf(step)
  const name = step.kind === 'prepare' ? `prepare ${step.group}` : JSON.stringify(what)
  if ((what === null && step.kind !== 'prepare') || !patience.may(name)) return
  if (step.kind === 'prepare') return prepare(options, step.group, sight)
  if (what === null) return
  const { ok, text } = await giveOrder(options.socket, what, options.tell)
  // A recovery names all that is left, and of that the lead speaks by itself.
  if (ok) options.tell(`  ${text}`)
  else if (step.kind !== 'recover' || !text.startsWith('not normal yet')) options.tell(`  refused: ${text}`)
}

/** Asks beside the looks, so that a press of the button ends the question; asked once for each step. */
const createAsking = ({ consent, socket, tell }: LeadOptions) => {
  let open: { readonly words: string; readonly over: AbortController } | null = null
  const begin = async (words: string, over: AbortController): Promise<void> => {
    if (consent === null || !(await consent(words, over.signal)) || over.signal.aborted) return
    const { ok, text } = await giveOrder(socket, { order: 'fenceProve' }, tell)
    tell(ok ? text : `refused: ${text}`)
    // Refused: it may be asked again.
    if (!ok) open = null
  }
  return (step: Step): void => {
    if (step.kind === 'consent' && open === null) {
      open = { words: step.words, over: new AbortController() }
      void begin(step.words, open.over)
    } else if (step.kind !== 'consent' && open !== null) {
      open.over.abort()
      open = null
    }
  }
}

/** All in one sentence, for the events of this board: long enough for the daemon to see it. */
const tellFound = async ({ config, signal, tell }: LeadOptions, sight: Sight): Promise<void> => {
  const parts = findings(config, sight, networkInterfaces()).map(({ what, words }) => `${what.trim()}: ${words}`)
  const words = `found ${parts.join('; ')}`
  tell(words)
  await sayView(config.runDir, { words, disks: sight.disks })
  await delay(2 * LOOK_MS, undefined, { signal }).catch(() => {})
}

/** Ready is said with what is left to wish for. */
const wordsOf = (config: Config, step: Step, { own }: Sight): string =>
  step.kind === 'ready' && typeof own !== 'string'
    ? readyWords(leftToWish(config, own, networkInterfaces(), defaultAddresses()))
    : step.words

/** Resolves when the pair is ready, when this is no new pair, or when `signal` ends it. */
export const lead = async (options: LeadOptions): Promise<LeadEnd> => {
  const { acts, config, signal, socket, tell } = options
  const { runDir, stateDir } = config
  const patience = createPatience()
  const asking = createAsking(options)
  let said = ''
  let sure = 0
  let found = false
  let same = 0
  while (!signal.aborted) {
    if (!(await isMarked(stateDir))) {
      // Whoever acts on this board has just ended it.
      const sight = acts ? null : await lookAround(config, socket)
      const ready = sight !== null && typeof sight.own !== 'string' && isReady(sight.own)
      return ready ? { kind: 'ready', sight } : { kind: 'left' }
    }
    const sight = await lookAround(config, socket)
    const step = nextStep(sight)
    // Once, when the boards know of each other, and not in the middle of a preparation.
    const { own, peer } = sight
    const meets = typeof peer !== 'string' && peer.words !== null && typeof own !== 'string' && own.core.mode === 'auto'
    if (acts && !found && meets) {
      found = true
      await tellFound(options, sight)
      continue
    }
    const words = wordsOf(config, step, sight)
    if (acts) await sayView(runDir, { words, disks: sight.disks })
    same = step.words === said ? same + 1 : 0
    if (same === 0) tell(step.words)
    said = step.words
    asking(step)
    const final = step.kind === 'ready' || step.kind === 'end'
    sure = final ? sure + 1 : 0
    if (final && sure >= SURE_LOOKS) {
      const failed = acts ? await endSetup(stateDir) : null
      if (failed !== null) tell(failed)
      asking({ kind: 'wait', words: '' })
      return step.kind === 'ready' ? { kind: 'ready', sight } : { kind: 'ended', words: step.words }
    }
    // A disk may take long: the word that is said meanwhile must not grow old.
    const again = acts
      ? setInterval(() => void sayView(runDir, { words, disks: sight.disks }), SAID_EVERY_MS)
      : undefined
    await act(options, step, sight, patience)
    clearInterval(again)
    await delay(same < SAME_LOOKS ? LOOK_MS : SLOW_MS, undefined, { signal }).catch(() => {})
  }
  asking({ kind: 'wait', words: '' })
  return { kind: 'left' }
}
