// What service.ts needs of one service, whether it is a command of ours or a unit of systemd. Types only.
import type { ActionOutcome } from '../core/event.js'
import type { Epoch } from '../core/types.js'

export interface ServiceControl {
  readonly name: string
  /** Start it, or keep the one that runs. Says nothing about readiness. */
  start(epoch: Epoch): Promise<ActionOutcome>
  /** Ask it to end, kill it at the deadline; done when nothing of it lives. Stopped already = done. */
  stop(): Promise<ActionOutcome>
  /** R15: SIGKILL, without waiting. */
  kill(): Promise<void>
  /** null = its process lives (unit: active); else why not. */
  alive(deadlineMs: number): Promise<string | null>
  /** The last words of its log where there are any, for messages. */
  lastWords(): Promise<string>
  /** Called now and then while it is watched: bounds its log. */
  tidy(): Promise<void>
}
