// "Did you mean …": the known word nearest to a mistyped one. Pure.

const distance = (from: string, to: string): number => {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at)
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= to.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1)
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[to.length] ?? 0
}

const WORD_LENGTH_MAX = 64

/** The known word at most a third of its letters away (case aside), or null. */
export const nearest = (word: string, known: readonly string[]): string | null => {
  if (word.length > WORD_LENGTH_MAX) return null
  const lower = word.toLowerCase()
  const ranked = known
    .map(name => ({ name, steps: distance(lower, name.toLowerCase()) }))
    .filter(
      ({ name, steps }) =>
        (steps < name.length && steps <= Math.max(1, Math.floor(name.length / 3))) ||
        name.toLowerCase().startsWith(lower)
    )
    .sort((x, y) => x.steps - y.steps)
  return ranked[0]?.name ?? null
}
