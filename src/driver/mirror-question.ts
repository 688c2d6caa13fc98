// The one question of a mirror (R7): may this board go on without the other copy? Joins who asks (the kernel's helper, the taking of a group,
// I/O that stands still) with the core's one answer. Pure but for promises. Used by mirror.ts.

export interface MirrorQuestion {
  /** The core said yes since the link was lost, in this tenure. */
  readonly allowed: boolean
  /** Ask the core, unless it is being asked; ends with its answer, or with false when the question is over. */
  ask(): Promise<boolean>
  /** The core's answer; one to another question is ignored. */
  answer(question: number, ok: boolean): void
  /** The link is back, the tenure is over, or this copy is given up: no question is left, and no answer counts any more. */
  over(): void
  /** A taking asks anew, whatever was allowed before. */
  forget(): void
}

/** `emit` gets each new question's number, 1 and up. */
export const createMirrorQuestion = (emit: (question: number) => void): MirrorQuestion => {
  let count = 0
  let open = 0
  let allowed = false
  let askers: ((ok: boolean) => void)[] = []

  const settle = (ok: boolean): void => {
    const waiting = askers
    askers = []
    open = 0
    for (const tell of waiting) tell(ok)
  }
  return {
    get allowed() {
      return allowed
    },
    ask: () =>
      new Promise(resolve => {
        if (allowed) return resolve(true)
        askers.push(resolve)
        if (open !== 0) return
        count += 1
        open = count
        emit(open)
      }),
    answer: (question, ok) => {
      if (question !== open) return
      allowed = ok
      settle(ok)
    },
    over: () => {
      allowed = false
      settle(false)
    },
    forget: () => {
      allowed = false
    }
  }
}
