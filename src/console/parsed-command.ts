// What a command line says once it is understood: one command of `baton`, or what is wrong with the line. Types only.
import type { BoardId, OperatorRequest } from '../runtime/status.js'
import type { BoardTestOptions } from './board.js'
import type { DiscardWish } from './discard-copy.js'
import type { DiskOptions } from './disk.js'
import type { PairingWish } from './pairing-place.js'
import type { ReportWish } from './report.js'
import type { SetupOptions } from './setup.js'

/** One command with all that was said about it. */
export type Command =
  | { readonly name: 'status'; readonly json: boolean; readonly watch: boolean }
  | { readonly name: 'order'; readonly what: OperatorRequest; readonly yes: boolean }
  | { readonly name: 'recover'; readonly plan: boolean; readonly stay: boolean; readonly yes: boolean }
  | {
      readonly name: 'events'
      readonly follow: boolean
      readonly recent: number
      readonly only: 'alarms' | 'pair' | null
    }
  | ({ readonly name: 'report' } & ReportWish)
  | { readonly name: 'trace'; readonly file: string }
  | {
      readonly name: 'check-config'
      readonly file: string
      readonly board: BoardId | undefined
      readonly networkd: string | undefined
    }
  | {
      readonly name: 'init'
      readonly file: string | undefined
      readonly board: BoardId | undefined
      readonly newKey: boolean
    }
  | ({
      readonly name: 'pair' | 'unpair'
      readonly yes: boolean
      /** Started as root by a command that has the person (pipe-terminal.ts). */
      readonly pipe: boolean
    } & PairingWish)
  | ({
      readonly name: 'replace'
      /** As above. */
      readonly pipe: boolean
    } & PairingWish)
  | { readonly name: 'console' }
  | { readonly name: 'network' }
  | { readonly name: 'shutdown'; readonly yes: boolean }
  | {
      readonly name: 'notice'
      readonly test: boolean
      readonly channel: string | undefined
      readonly file: string | undefined
      readonly board: BoardId | undefined
    }
  | ({ readonly name: 'board' } & BoardTestOptions)
  | { readonly name: 'letter' }
  | { readonly name: 'secrets'; readonly file: string }
  | ({ readonly name: 'disk' } & DiskOptions)
  | { readonly name: 'verify'; readonly group: string | undefined }
  | ({ readonly name: 'discard-copy' } & DiscardWish)
  | ({ readonly name: 'setup' } & SetupOptions)
  | { readonly name: 'help' }
  | { readonly name: 'version' }

/** `text`: one line, for people. */
export type Parsed =
  | { readonly ok: true; readonly command: Command; readonly socket: string | undefined }
  | { readonly ok: false; readonly text: string }
