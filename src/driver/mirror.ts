// The mirrored disk of one group: follows what the kernel's DRBD tells, becomes primary and secondary when the core says so, and never lets
// I/O go on alone without the core's word (R7). Called by group-port.ts.
import type { MirrorConfig } from '../config/types.js'
import type { Report } from '../core/effect.js'
import type { ActionOutcome } from '../core/event.js'
import type { Emit, MirrorPort } from '../port/ports.js'
import { mirrorBytes } from './block-device.js'
import { createDrbd } from './drbd.js'
import { isAttached, isConnected, isFrozen, mirrorFacts, NO_STATE, readEvent, resyncOf } from './drbd-events.js'
import { type DrbdProgress, readProgress } from './drbd-progress.js'
import type { GroupRunner } from './group-command.js'
import { keepLineProcess, type LineProcess } from './line-process.js'
import { createCopyName } from './mirror-copy-name.js'
import type { MirrorDoor } from './mirror-door.js'
import { createGoingOn } from './mirror-going-on.js'
import { createMirrorQuestion } from './mirror-question.js'
import { createMirrorRole } from './mirror-role.js'
import { createMirrorUpkeep } from './mirror-upkeep.js'
import { createMirrorVerify } from './mirror-verify.js'
import { mirrorWords } from './mirror-words.js'

export interface Mirror {
  readonly port: MirrorPort
  /** Become primary. Asks the core where the other copy is not connected. */
  attach(): Promise<ActionOutcome>
  /** Become secondary. */
  detach(): Promise<ActionOutcome>
  /** May this board write its copy now? A failure: nobody knows. */
  isPrimary(
    deadlineMs: number
  ): Promise<{ readonly primary: boolean } | { readonly reason: string; readonly hung: boolean }>
  /** There is a disk here that answers, or the other board's over the link. */
  readonly usable: boolean
  /** A new look: what could not be attached before is tried again. */
  lookAgain(): void
  describe(): string
  close(): void
}

/** What all mirrors of a board share. */
export interface Mirrors {
  readonly door: MirrorDoor
  /** Of the replication link, by the group's name. */
  readonly secret: (resource: string) => string
  /** Has a blank disk made ready; why not, or null. */
  readonly replace: (group: string) => Promise<string | null>
  /** What a comparison of the copies came to; it is kept beside the board's state, too. */
  readonly report: (report: Report) => void
  readonly stateDir: string
}

export interface MirrorContext {
  readonly group: string
  readonly runner: GroupRunner
  readonly config: MirrorConfig
  readonly mirrors: Mirrors
  readonly attachMs: number
  readonly emit: Emit
  readonly log: (text: string) => void
}

const TEND_MS = 1000

export const createMirror = (context: MirrorContext): Mirror => {
  const { config, emit, group, log, mirrors, runner } = context
  const { door } = mirrors
  const drbd = createDrbd(runner, config, mirrors.secret(config.resource))
  let state = NO_STATE
  /** The kernel has told all that is there. */
  let whole = false
  let splitBrain = false
  let progress: DrbdProgress | null = null
  let told = ''
  let asking = false
  let events: LineProcess | null = null
  let tending: Promise<void> | null = null
  let closed = false

  const question = createMirrorQuestion(number => emit({ kind: 'mirrorAsks', group, question: number }))
  const upkeep = createMirrorUpkeep({
    drbd,
    backing: config.backing,
    state: () => (whole ? state : null),
    splitBrain: () => splitBrain,
    // Absent: a person orders it.
    ...(config.replaced === 'auto' ? { replace: () => mirrors.replace(group) } : {})
  })
  const verify = createMirrorVerify({
    drbd,
    group,
    minor: config.minor,
    stateDir: mirrors.stateDir,
    everyDays: config.verifyEveryDays,
    report: mirrors.report,
    part: () => {
      upkeep.pause()
      void part()
    },
    bytes: () => mirrorBytes(config.minor),
    now: () => performance.now(),
    wall: () => new Date()
  })
  const standsStill = (): boolean => whole && isFrozen(state) && !isConnected(state)
  const goingOn = createGoingOn({ allowed: () => question.allowed, resume: drbd.resumeIo, log })

  const copyName = createCopyName(config.backing, () => tell())
  const tell = (): void => {
    if (!upkeep.looked || !whole) return
    copyName.look(isAttached(state))
    const mirror = mirrorFacts(state, splitBrain, Math.floor(progress?.percent ?? 0), copyName.value)
    const words = JSON.stringify(mirror)
    if (words === told) return
    told = words
    emit({ kind: 'mirrorChanged', group, mirror })
  }
  /** Also where an earlier life was asked: nobody of this one has been yet. */
  const askWhereFrozen = (): void => {
    if (!standsStill() || asking) return
    asking = true
    void question.ask().then(yes => {
      asking = false
      if (yes) void tend()
    })
  }
  const onLine = (line: string): void => {
    const event = readEvent(state, config.resource, line)
    if (event.kind === 'whole') whole = true
    if (event.kind === 'helper' && event.name === 'split-brain' && event.status === null) splitBrain = true
    if (event.kind === 'helper' && event.name === 'fence-peer') goingOn.helper(event.status)
    if (event.kind === 'changed') {
      const before = state
      state = event.state
      verify.changed(before, state)
      if (isConnected(state) && !isConnected(before)) {
        splitBrain = false
        upkeep.connected()
        question.over()
      }
    }
    goingOn.see(standsStill())
    tell()
    askWhereFrozen()
  }
  const follow = (): LineProcess =>
    keepLineProcess('drbdsetup', ['events2', 'all'], {
      onLine,
      onStart: () => {
        // Its first words are all that there is.
        whole = false
        state = NO_STATE
      },
      backoffMs: { least: 100, most: 2000 }
    })

  const watchProgress = (): void => {
    const under = resyncOf(state) !== null || state.replication.startsWith('Verify')
    progress = under ? readProgress(drbd.proc(), config.minor) : null
  }
  const tend = (): Promise<void> => {
    if (closed) return Promise.resolve()
    tending ??= (async () => {
      await goingOn.letGoOn()
      if (drbd.module() === null) events ??= follow()
      await upkeep.round()
      watchProgress()
      if (whole) verify.tick(state)
      tell()
      askWhereFrozen()
    })().finally(() => {
      tending = null
    })
    return tending
  }
  const part = async (): Promise<void> => {
    await tending
    const failed = await drbd.disconnect()
    if (failed !== null && isConnected(state)) log(`the copies could not be parted: ${failed}`)
  }

  const usable = (): boolean => {
    const { disk, peerDisk } = mirrorFacts(state, splitBrain, 0, null)
    return upkeep.looked && whole && ((disk !== 'failed' && disk !== 'unknown') || peerDisk === 'upToDate')
  }
  const role = createMirrorRole({
    resource: config.resource,
    drbd,
    question,
    state: () => state,
    looked: () => upkeep.looked && whole,
    problem: () => (usable() ? null : upkeep.problem),
    tend,
    parted: upkeep.pause
  })
  const describe = (): string =>
    upkeep.problem ??
    mirrorWords({
      state,
      splitBrain,
      progress,
      refused: upkeep.refused,
      door: door.problem(),
      compared: verify.describe()
    })

  door.serve(config.resource, () => question.ask())
  const timer = setInterval(() => void tend(), TEND_MS).unref()
  setImmediate(() => void tend())

  return {
    port: {
      answer: (number, ok) => {
        question.answer(number, ok)
        if (ok) void goingOn.letGoOn()
      },
      connect: (on, discard) => {
        upkeep.want(on, discard)
        void (on && !discard ? tend() : part().then(tend))
      },
      verify: () => void verify.start()
    },
    attach: () => role.promote(performance.now() + context.attachMs),
    detach: () => role.demote(context.attachMs),
    isPrimary: async deadlineMs => {
      const found = await drbd.role(deadlineMs)
      return 'role' in found ? { primary: found.role === 'Primary' } : found
    },
    get usable() {
      return usable()
    },
    lookAgain: () => {
      upkeep.again()
      void tend()
    },
    describe,
    close: () => {
      closed = true
      clearInterval(timer)
      events?.close()
    }
  }
}
