// What every part of the command line's reader hands on: a command, or one line of what is wrong. Used by arguments.ts and its parts.
import type { parseArgs } from 'node:util'
import type { BoardId } from '../runtime/status.js'
import type { OPTIONS } from './argument-options.js'
import type { Command } from './parsed-command.js'

export type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>>['values']
export type Made = { readonly ok: true; readonly command: Command } | { readonly ok: false; readonly text: string }

export const wrong = (text: string): { ok: false; text: string } => ({ ok: false, text })
export const made = (command: Command): Made => ({ ok: true, command })

/** null = neither a nor b. */
export const boardOf = (values: Values): BoardId | undefined | null =>
  values.board === undefined || values.board === 'a' || values.board === 'b' ? values.board : null

export const isGroupName = (text: string): boolean => /^[a-z0-9-]{1,32}$/.test(text)
