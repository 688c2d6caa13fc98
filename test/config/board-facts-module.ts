// Text of src/config/board-facts.ts from the data of all kinds, laid out as Biome lays it out. Used by board-kind.test.ts.

const WIDTH = 120
const HEADER = `// Written from board/*/board.yaml by \`UPDATE_GOLDEN=1 npm run test:unit -- --grep 'board kinds'\`; change those files, not this one.
import type { BoardFacts, BoardKind } from './board-kind.js'

`

const quoted = (text: string): string =>
  text.includes("'") ? JSON.stringify(text) : `'${JSON.stringify(text).slice(1, -1)}'`
const isScalar = (value: unknown): boolean => typeof value !== 'object' || value === null
const key = (name: string): string => (/^[A-Za-z]+$/.test(name) ? name : quoted(name))

/** `room`: what stands on the first line already. */
const write = (value: unknown, indent: string, room: number): string => {
  const inner = `${indent}  `
  if (Array.isArray(value)) {
    const flat = `[${value.map(each => write(each, '', 0)).join(', ')}]`
    if (value.every(isScalar) && room + flat.length < WIDTH) return flat
    return `[\n${value.map(each => inner + write(each, inner, inner.length)).join(',\n')}\n${indent}]`
  }
  if (typeof value === 'object' && value !== null) {
    const lines = Object.entries(value).map(([name, each]) => {
      const start = `${inner}${key(name)}: `
      const text = write(each, inner, start.length)
      return isScalar(each) && start.length + text.length >= WIDTH
        ? `${start.trimEnd()}\n${inner}  ${text}`
        : start + text
    })
    return `{\n${lines.join(',\n')}\n${indent}}`
  }
  if (typeof value === 'string') return quoted(value)
  return String(value).replace(/\B(?=(\d{3})+$)/g, String(value).length > 5 ? '_' : '')
}

/** The whole module. `kinds`: the parsed files by kind. */
export const boardFactsModule = (kinds: Readonly<Record<string, unknown>>): string =>
  `${HEADER}export const BOARD_FACTS: Readonly<Record<BoardKind, BoardFacts>> = ${write(kinds, '', 0)}\n`
