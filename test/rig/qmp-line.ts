// The words of QEMU's machine protocol: one JSON object a line. Pure; used by qmp.ts.

export type QmpLine =
  | { readonly kind: 'greeting' }
  | { readonly kind: 'return'; readonly value: unknown }
  | { readonly kind: 'error'; readonly words: string }
  | { readonly kind: 'event'; readonly name: string; readonly data: Readonly<Record<string, unknown>> }

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** null = no word of that protocol. */
export const parseQmpLine = (text: string): QmpLine | null => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  if (!isRecord(value)) return null
  if ('QMP' in value) return { kind: 'greeting' }
  if ('return' in value) return { kind: 'return', value: value.return }
  if (isRecord(value.error)) return { kind: 'error', words: String(value.error.desc ?? value.error.class) }
  if (typeof value.event === 'string')
    return { kind: 'event', name: value.event, data: isRecord(value.data) ? value.data : {} }
  return null
}

/** One order as a line, its end included. */
export const qmpOrder = (name: string, words?: Readonly<Record<string, unknown>>): string =>
  `${JSON.stringify(words === undefined ? { execute: name } : { execute: name, arguments: words })}\n`
