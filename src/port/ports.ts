// What every driver promises to the runtime. Types only. Drivers return results and do not throw; every wait has a deadline.
import type { ActionOutcome, CoreEvent, Foreign, GroupAction } from '../core/event.js'
import type { Panel } from '../core/panel-table.js'
import type { BoardId, Durable, Epoch, LinkId, Token } from '../core/types.js'

/** Hands a fact to the runtime's queue; never blocks, never throws. */
export type Emit = (event: CoreEvent) => void

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string }

/** Bytes in and out of one link. Reopens by itself; a closed or stuck device drops what is written. */
export interface LinkPort {
  readonly link: LinkId
  /** Send one frame now, or drop it where the device cannot take it; never queues more than one frame. */
  send(frame: Uint8Array): void
  /** Throw away everything that was received and not yet read. Resolves within 200 ms. */
  drain(): Promise<void>
  /** For status: words (`open`, `closed: no such device …`), and counters. */
  describe(): LinkPortStatus
  close(): Promise<void>
}

export interface LinkPortStatus {
  readonly state: 'open' | 'closed'
  readonly detail: string
  readonly bytesIn: number
  readonly bytesOut: number
  readonly framesDropped: number
}

/** A link driver is made with this; `onBytes` may be called with any split of the stream (serial) or one datagram (UDP). */
export interface LinkPortOptions {
  readonly onBytes: (bytes: Uint8Array, at: number) => void
  readonly now: () => number
}

/** Bytes to verified tokens and back, one per link (src/link). Pure but for node:crypto. */
export interface Codec {
  /** One wire frame, framing included, at most 128 bytes for 4 groups. */
  encode(token: Token): Uint8Array
  /** Feed received bytes; returns what came out, in order. Bounded memory and work per byte. */
  decode(bytes: Uint8Array): readonly Decoded[]
  /** Forget a half-received frame (after a drain). */
  reset(): void
  readonly counters: CodecCounters
}

export type Decoded =
  | { readonly kind: 'token'; readonly token: Token }
  /** Checksum right, yet not ours: another key, protocol version or an impossible identity (R12). */
  | { readonly kind: 'foreign'; readonly foreign: Foreign }

export interface CodecCounters {
  readonly bytes: number
  readonly frames: number
  /** Checksum wrong, too long, too short, malformed. */
  readonly garbage: number
  readonly foreign: number
}

/** Relay, power sense, harness loop. The relay's level is read before anything is written, and survives this process. */
export interface FencePort {
  /** Levels as read at open, before any write. `null` = not fitted. */
  readonly initial: { readonly relayDriven: boolean; readonly sense: boolean | null; readonly loop: boolean | null }
  /** Emits `relayDriven` / `relayFailed` (and `agentConfirmed`) with this order number. Later orders replace waiting ones. */
  drive(on: boolean, order: number): void
  /** Read sense and loop now and emit changes; called before decisions that depend on them may be a poll late. */
  poll(): void
  describe(): {
    readonly relay: boolean
    readonly sense: boolean | null
    readonly loop: boolean | null
    readonly detail: string
  }
  close(): void
}

/** Disk, addresses and services of one group on this board. Every action ends, in time, in one outcome. */
export interface GroupPort {
  readonly group: string
  run(action: GroupAction, epoch: Epoch): Promise<ActionOutcome>
  /** Start or stop the probes of services and disk; they emit `serviceFailed`, `diskFailed`. */
  watch(on: boolean): void
  announce(): void
  /** Only where the group's disk is mirrored. */
  readonly mirror?: MirrorPort
  describe(): GroupPortStatus
  close(): void
}

/**
 * The mirror of one group's disk (R7). Emits `mirrorChanged` at its start and at each change, and `mirrorAsks` while its I/O waits for an answer:
 * to each new life of the daemon anew. Facts of one group come in the order in which they happened.
 */
export interface MirrorPort {
  /** I/O may go on without the other copy; `ok: false` ends the waiting of an `attach`, never that of a primary. A question that is over is ignored. */
  answer(question: number, ok: boolean): void
  connect(on: boolean, discard: boolean): void
  /** Compare both copies block by block; how it ends is told as an event. */
  verify(): void
}

export interface GroupPortStatus {
  readonly disk: string
  readonly addresses: readonly { readonly address: string; readonly state: string }[]
  readonly services: readonly { readonly service: string; readonly state: string }[]
  /** Only where the group has a login gate: `open`, `forbidden`, or why it is not known. */
  readonly logins?: string
  /** Only where a USB switch is fitted: does it point to this board? null = without a read-back line nobody knows. */
  readonly usbSwitch?: boolean | null
}

export interface StatePort {
  /** `missing`: no file, this board was never initialised; `bad`: unreadable, wrong board, truncated. Both: R5. */
  load(): Promise<
    { readonly kind: 'ok'; readonly durable: Durable } | { readonly kind: 'missing' | 'bad'; readonly reason: string }
  >
  /** Atomic: temporary file, fsync, rename, fsync of the directory. Newest order wins; emits `stateStored` / `stateStoreFailed`. */
  store(store: number, durable: Durable): void
}

export interface WatchdogPort {
  feed(): void
  /** Reset the board now without sync; where there is no other means, stop feeding and let the timer do it. */
  reset(reason: string): void
  describe(): string
  /** A planned end of the daemon: disarm if this boot may live on. */
  close(disarm: boolean): Promise<void>
}

/** Lights and button of the front panel. The button emits `buttonDown` and `buttonUp`. */
export interface PanelPort {
  /** Repeat these patterns until other ones come; without a word for two seconds the lights stand still. Never waits. */
  show(panel: Panel): void
  /** For status: what is fitted, and what of it does not work. */
  describe(): string
  /** A planned end: all lights dark. */
  close(): void
}

export interface LanPort {
  readonly up: boolean
  describe(): string
  close(): void
}

export interface Clock {
  /** Monotonic milliseconds with fraction. */
  now(): number
  /** Wall-clock seconds; labels only (R11). */
  wallSeconds(): number
}

export type { ActionOutcome, BoardId, CoreEvent, Durable, Epoch, GroupAction, Token }
