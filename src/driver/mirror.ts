// The mirrored disk of one group: follows what the kernel's DRBD tells, becomes primary and secondary when the core says so, and never lets
// I/O go on alone without the core's word (R7). Called by group-port.ts.
import type { MirrorConfig } from '../config/types.js'
import type { Report } from '../core/effect.js'
import type { ActionOutcome } from '../core/event.js'
import type { Emit, MirrorPort } from '../port/ports.js'
import { mirrorBytes } from './block-device.js'
import { createDrbd } from './drbd.js'
import { isAttached, isConnected, isFrozen, mirrorFacts, resyncOf } from './drbd-events.js'
import { type DrbdProgress, readProgress } from './drbd-progress.js'
import type { GroupRunner } from './group-command.js'
import { createCopyName } from './mirror-copy-name.js'
import type { MirrorDoor } from './mirror-door.js'
import { createFollower } from './mirror-follow.js'
import { createGoingOn } from './mirror-going-on.js'
import { createMirrorQuestion } from './mirror-question.js'
import { createMirrorRole, type PrimaryFound } from './mirror-role.js'
import { createMirrorUpkeep } from './mirror-upkeep.js'
import { createMirrorVerify } from './mirror-verify.js'
import { mirrorWords, whyMisplaced } from './mirror-words.js'

export interface Mirror {
  readonly port: MirrorPort
  /** Become primary. Asks the core where the other copy is not connected. */
  attach(): Promise<ActionOutcome>
  /** Become secondary. */
  detach(): Promise<ActionOutcome>
  /** May this board write its copy now? A failure: nobody knows. */
  isPrimary(deadlineMs: number): Promise<PrimaryFound>
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
  const follower = createFollower({
    resource: config.resource,
    whyMisplaced: state => whyMisplaced(state, config),
    changed: (before, state) => {
      verify.changed(before, state)
      if (!isConnected(state) || isConnected(before)) return
      upkeep.connected()
      question.over()
    },
    fencing: status => goingOn.helper(status),
    told: () => {
      goingOn.see(standsStill())
      tell()
      askWhereFrozen()
    }
  })
  const drbd = createDrbd(runner, config, mirrors.secret(config.resource), () => follower.misplaced)
  let progress: DrbdProgress | null = null
  let told = ''
  let asking = false
  let tending: Promise<void> | null = null
  let closed = false

  const question = createMirrorQuestion(number => emit({ kind: 'mirrorAsks', group, question: number }))
  const upkeep = createMirrorUpkeep({
    drbd,
    config,
    misplaced: () => follower.misplaced,
    state: () => (follower.whole ? follower.state : null),
    splitBrain: () => follower.splitBrain,
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
  const standsStill = (): boolean => follower.whole && isFrozen(follower.state) && !isConnected(follower.state)
  const goingOn = createGoingOn({ allowed: () => question.allowed, resume: drbd.resumeIo, log })

  const copyName = createCopyName(config.backing, () => tell())
  const tell = (): void => {
    const { splitBrain, state, whole } = follower
    if (!upkeep.looked || !whole) return
    copyName.look(isAttached(state.disk))
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
  const watchProgress = (): void => {
    const { misplaced, state } = follower
    const under = resyncOf(state) !== null || state.replication.startsWith('Verify')
    progress = under && misplaced === null ? readProgress(drbd.proc(), config.minor) : null
  }
  const tend = (): Promise<void> => {
    if (closed) return Promise.resolve()
    tending ??= (async () => {
      await goingOn.letGoOn()
      if (drbd.module() === null) follower.start()
      await upkeep.round()
      watchProgress()
      if (follower.whole && follower.misplaced === null) verify.tick(follower.state)
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
    if (failed !== null && isConnected(follower.state)) log(`the copies could not be parted: ${failed}`)
  }

  const usable = (): boolean => {
    const { misplaced, splitBrain, state, whole } = follower
    const { disk, peerDisk } = mirrorFacts(state, splitBrain, 0, null)
    return (
      misplaced === null &&
      upkeep.looked &&
      whole &&
      ((disk !== 'failed' && disk !== 'unknown') || peerDisk === 'upToDate')
    )
  }
  const role = createMirrorRole({
    mirror: config,
    drbd,
    question,
    state: () => follower.state,
    told: () => follower.whole,
    looked: () => upkeep.looked && follower.whole,
    problem: () => follower.misplaced ?? (usable() ? null : upkeep.problem),
    tend,
    parted: upkeep.pause
  })
  const describe = (): string =>
    upkeep.problem ??
    mirrorWords({
      state: follower.state,
      splitBrain: follower.splitBrain,
      progress,
      refused: upkeep.refused,
      unlike: upkeep.unlike,
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
        // Nothing may be said for a copy that is given up.
        if (discard) question.over()
        void (on && !discard ? tend() : part().then(tend))
      },
      verify: () => void verify.start()
    },
    attach: () => role.promote(performance.now() + context.attachMs),
    detach: () => role.demote(context.attachMs),
    isPrimary: role.isPrimary,
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
      follower.close()
    }
  }
}
