// The word that was probably meant. Pure.

/** Letters that must be put in, taken out, changed, or swapped with a neighbour. */
const distance = (one: string, other: string): number => {
  const rows: number[][] = [Array.from({ length: other.length + 1 }, (_, at) => at)]
  for (let i = 1; i <= one.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= other.length; j += 1) {
      const same = one[i - 1] === other[j - 1] ? 0 : 1
      const steps = [(rows[i - 1]?.[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (rows[i - 1]?.[j - 1] ?? 0) + same]
      const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]
      if (swapped) steps.push((rows[i - 2]?.[j - 2] ?? 0) + 1)
      row.push(Math.min(...steps))
    }
    rows.push(row)
  }
  return rows[one.length]?.[other.length] ?? 0
}

const LETTERS_MAX = 32

/** null = nothing is near: more than a third of its letters would be wrong. */
export const nearest = (word: string, words: readonly string[]): string | null => {
  if (word.length < 2 || word.length > LETTERS_MAX) return null
  const [best] = words
    .map(each => ({ each, steps: each.startsWith(word) ? 0 : distance(word, each) }))
    .sort((one, other) => one.steps - other.steps)
  return best !== undefined && best.steps <= Math.max(1, Math.floor(word.length / 3)) ? best.each : null
}
