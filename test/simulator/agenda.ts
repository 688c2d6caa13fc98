// What happens next in virtual time: a binary heap ordered by instant, then by order of entry (so that a run repeats).
// Used by world.ts only.

interface Entry {
  readonly at: number
  readonly order: number
  readonly run: () => void
}

export interface Agenda {
  /** Virtual milliseconds since the run began. */
  readonly now: number
  readonly size: number
  /** Do something `afterMs` from now (0 or more). */
  after(afterMs: number, run: () => void): void
  /** Do the next thing; false = nothing left, or the next one lies after `until` (then the time is `until`). */
  next(until: number): boolean
}

const before = (x: Entry, y: Entry): boolean => x.at < y.at || (x.at === y.at && x.order < y.order)

const push = (heap: Entry[], entry: Entry): void => {
  let index = heap.length
  heap.push(entry)
  while (index > 0) {
    const parent = (index - 1) >> 1
    const above = heap[parent] as Entry
    if (!before(entry, above)) break
    heap[index] = above
    index = parent
  }
  heap[index] = entry
}

const pop = (heap: Entry[]): Entry => {
  const top = heap[0] as Entry
  const last = heap.pop() as Entry
  const size = heap.length
  if (size === 0) return top
  let index = 0
  for (;;) {
    let child = 2 * index + 1
    if (child >= size) break
    if (child + 1 < size && before(heap[child + 1] as Entry, heap[child] as Entry)) child++
    if (!before(heap[child] as Entry, last)) break
    heap[index] = heap[child] as Entry
    index = child
  }
  heap[index] = last
  return top
}

export const createAgenda = (): Agenda => {
  const heap: Entry[] = []
  let now = 0
  let order = 0
  return {
    get now() {
      return now
    },
    get size() {
      return heap.length
    },
    after: (afterMs, run) => push(heap, { at: now + Math.max(0, afterMs), order: order++, run }),
    next: until => {
      const first = heap[0]
      if (first === undefined || first.at > until) {
        now = Math.max(now, until)
        return false
      }
      now = first.at
      pop(heap).run()
      return true
    }
  }
}
