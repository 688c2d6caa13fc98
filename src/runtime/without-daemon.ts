// What the programs share that have the front panel while no daemon runs (fault-lights.ts, pair-button.ts): where they look for a
// configuration and a letter, their options, their exit codes. Opens nothing.
import { parseArgs } from 'node:util'
import { DEVICE_TREE } from '../config/board-kind.js'
import { CARD_FOLDERS } from '../config/named-lines.js'

/** `noPanel`: what they would light or watch is not there, or not known; systemd does not try again. */
export const EXIT = { ok: 0, usage: 2, noPanel: 4 } as const
/** Option of all: another device tree than the kernel's. */
export const DEVICE_TREE_OPTION = { 'device-tree': { type: 'string', default: DEVICE_TREE } } as const

/** One line to the log, and the end. */
export type Leave = (code: number, text: string) => never

type Texts = Readonly<Record<string, { readonly type: 'string'; readonly default?: string }>>
type Values<O extends Texts> = {
  readonly [K in keyof O]: O[K] extends { default: string } ? string : string | undefined
}

/** Options and folders of the command line; a wrong one ends the program with the words of `usage`. */
export const readArguments = <O extends Texts>(
  options: O,
  usage: string,
  leave: Leave
): { readonly values: Values<O>; readonly folders: readonly string[] } => {
  try {
    const { values, positionals } = parseArgs({ allowPositionals: true, options })
    return { values: values as unknown as Values<O>, folders: positionals.length > 0 ? positionals : CARD_FOLDERS }
  } catch (error) {
    return leave(EXIT.usage, `${(error as Error).message}\n${usage}`)
  }
}
