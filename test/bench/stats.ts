// Minimum, median and maximum of a few measurements. Used by bench.ts.

export interface Spread {
  readonly min: number
  readonly median: number
  readonly max: number
}

const rounded = (value: number): number => Math.round(value * 10) / 10

/** Null for no values. The median of an even number of values is the mean of the middle two. */
export const spreadOf = (values: readonly number[]): Spread | null => {
  const sorted = [...values].sort((x, y) => x - y)
  const at = (index: number): number => sorted[index] ?? 0
  if (sorted.length === 0) return null
  const middle = (at(Math.floor((sorted.length - 1) / 2)) + at(Math.floor(sorted.length / 2))) / 2
  return { min: rounded(at(0)), median: rounded(middle), max: rounded(at(sorted.length - 1)) }
}
