// Repeatable chance: the simulator's only source of it. One seed gives one stream, byte for byte, on every machine.
// Used by every part of the world; never by the core.

export interface Prng {
  /** 0 <= x < 1. */
  float(): number
  /** Integer, 0 <= x < n. */
  int(n: number): number
  /** lo <= x < hi, with fraction. */
  between(lo: number, hi: number): number
  chance(probability: number): boolean
  pick<T>(list: readonly T[]): T
  /** That many lower-case hex digits. */
  hex(digits: number): string
}

const mix = (text: string): (() => number) => {
  let h = 1779033703 ^ text.length
  for (let i = 0; i < text.length; i++) {
    h = Math.imul(h ^ text.charCodeAt(i), 3432918353)
    h = (h << 13) | (h >>> 19)
  }
  return () => {
    h = Math.imul(h ^ (h >>> 16), 2246822507)
    h = Math.imul(h ^ (h >>> 13), 3266489909)
    h ^= h >>> 16
    return h >>> 0
  }
}

/** A stream (sfc32) for one seed and one purpose: streams of other purposes do not move when this one draws more. */
export const createPrng = (seed: string, purpose: string): Prng => {
  const seeds = mix(`${seed}/${purpose}`)
  let a = seeds()
  let b = seeds()
  let c = seeds()
  let d = seeds()
  const next = (): number => {
    const t = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + t) | 0
    return t >>> 0
  }
  for (let i = 0; i < 12; i++) next()
  const float = (): number => next() / 4294967296
  const int = (n: number): number => Math.floor(float() * n)
  return {
    float,
    int,
    between: (lo, hi) => lo + float() * (hi - lo),
    chance: probability => float() < probability,
    pick: list => {
      const picked = list[int(list.length)]
      if (picked === undefined) throw new Error('pick from an empty list')
      return picked
    },
    hex: digits => Array.from({ length: digits }, () => int(16).toString(16)).join('')
  }
}

/** No chance at all: the middle of every range, the likelier of two, the first of a list; hex digits that never come twice. */
export const createCalm = (purpose: string): Prng => {
  let count = 0
  return {
    float: () => 0.5,
    int: n => Math.floor(n / 2),
    between: (lo, hi) => (lo + hi) / 2,
    chance: probability => probability >= 0.5,
    pick: list => {
      const [picked] = list
      if (picked === undefined) throw new Error('pick from an empty list')
      return picked
    },
    hex: digits => {
      count += 1
      return `${purpose.length}${count.toString(16)}`.padStart(digits, '0')
    }
  }
}
