// The words of QEMU's test protocol, one line each: `OK 0x0…`, `IRQ raise 17`. Pure; used by qtest.ts.

export type QtestLine =
  /** Answer to the oldest order that has none yet. */
  | { readonly kind: 'ok'; readonly value: number | null }
  | { readonly kind: 'failed'; readonly words: string }
  /** An output line changed, whenever that happens. */
  | { readonly kind: 'edge'; readonly line: number; readonly high: boolean }

/** null = no word of that protocol. */
export const parseQtestLine = (text: string): QtestLine | null => {
  const edge = /^IRQ (raise|lower) (\d+)$/.exec(text)
  if (edge !== null) return { kind: 'edge', line: Number(edge[2]), high: edge[1] === 'raise' }
  const ok = /^OK(?: (0x[0-9a-f]+))?$/i.exec(text)
  if (ok !== null) return { kind: 'ok', value: ok[1] === undefined ? null : Number(BigInt(ok[1])) }
  if (/^(FAIL|ERR)\b/.test(text)) return { kind: 'failed', words: text }
  return null
}

const hex = (value: number): string => `0x${value.toString(16)}`

export const readWord = (address: number): string => `readl ${hex(address)}`
export const writeWord = (address: number, value: number): string => `writel ${hex(address)} ${hex(value)}`
export const interceptOutputs = (path: string): string => `irq_intercept_out ${path}`
