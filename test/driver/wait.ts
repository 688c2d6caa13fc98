// Waiting in driver tests: for a condition, with a deadline, never for a time.

/** Resolves when `condition` holds; rejects with `what` after `deadlineMs`. */
export const until = async (what: string, condition: () => boolean, deadlineMs = 5000): Promise<void> => {
  const end = performance.now() + deadlineMs
  while (!condition()) {
    if (performance.now() > end) throw new Error(`not within ${deadlineMs} ms: ${what}`)
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}
