// "Did you mean …": the known word that was probably meant, for options of the configuration and commands alike. Pure.

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

/** A beginning is one from so many letters on. */
const BEGINNING_MIN = 2
const LETTERS_MAX = 64

/** null = nothing is near: more than a third of its letters would be wrong, case aside. A beginning of a word is that word, of several the shortest. */
export const nearest = (word: string, known: readonly string[]): string | null => {
  if (word.length > LETTERS_MAX) return null
  const lower = word.toLowerCase()
  const [best] = known
    .map(name => {
      const whole = name.toLowerCase()
      const begins = lower.length >= BEGINNING_MIN && whole.startsWith(lower)
      return { name, steps: begins || whole === lower ? 0 : distance(lower, whole) }
    })
    .filter(({ name, steps }) => steps <= Math.max(1, Math.floor(name.length / 3)) && steps < name.length)
    .sort((one, other) => one.steps - other.steps || (one.steps === 0 ? one.name.length - other.name.length : 0))
  return best?.name ?? null
}
