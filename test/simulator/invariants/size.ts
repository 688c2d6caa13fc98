// Measures a core's state for R10, and insists that it is plain data.

/** null = small enough. */
export const describeTooMuch = (board: string, state: object | undefined, bytesMax: number): string | null => {
  if (state === undefined) return null
  const bytes = JSON.stringify(state).length
  return bytes > bytesMax ? `the state of board ${board} is ${bytes} bytes, more than ${bytesMax}` : null
}
