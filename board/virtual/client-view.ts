// What the client sees, gathered by the lab: acknowledgements, the longest gap, which board answers. Starts the client process.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Ack } from './client.js'
import { inNetns } from './helper.js'
import { ADDRESS, distFile, SERVICE_PORT, type WorldNames } from './names.js'
import { nowMs } from './time.js'

export interface ClientView {
  readonly acks: readonly Ack[]
  /** Last acknowledgement; null = none yet. */
  readonly last: Ack | null
  /** Milliseconds since the last acknowledgement (or since the start). */
  readonly sinceMs: number
  readonly failures: number
  /** Longest time between two acknowledgements of which the later came after `at`, the running one included. */
  longestGapMs(at: number): number
  /** First acknowledgement after `at` that `who` accepts. */
  firstAfter(at: number, who?: (ack: Ack) => boolean): Ack | null
  /** End the client; resolves when its last words are here. */
  stop(): Promise<void>
}

/** How long the client waits for a connection and for an answer before it asks anew, milliseconds. */
export interface Patience {
  readonly connectMs: number
  readonly answerMs: number
}

/** `patience`: what a bench measures must not be the client's own waiting; the default suits a busy machine. */
export const startClient = (
  names: WorldNames,
  env: NodeJS.ProcessEnv,
  patience: Patience = { connectMs: 60, answerMs: 150 },
  address: string = ADDRESS.virtual
): ClientView => {
  const waits = [String(patience.connectMs), String(patience.answerMs)]
  const words = [distFile('board/virtual/client.js'), address, String(SERVICE_PORT), ...waits]
  const [file, args] = inNetns(names.netns('c'), process.execPath, words)
  const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'], env })
  const startedAt = nowMs()
  const acks: Ack[] = []
  let failures = 0
  const lines = createInterface({ input: child.stdout })
  lines.on('line', line => {
    const news: { acks: Ack[]; failures: number } = JSON.parse(line)
    acks.push(...news.acks)
    failures += news.failures
  })
  child.stdin.on('error', () => undefined)
  const ended = Promise.all([
    new Promise<void>(resolve => lines.once('close', resolve)),
    new Promise<void>(resolve => {
      child.once('exit', () => resolve())
      child.once('error', () => resolve())
    })
  ])
  const longestGapMs = (at: number): number => {
    const first = acks.findIndex(ack => ack[3] > at)
    if (first < 0) return nowMs() - (acks.at(-1)?.[3] ?? startedAt)
    let longest = nowMs() - (acks.at(-1)?.[3] ?? startedAt)
    for (let i = first; i < acks.length; i += 1) {
      longest = Math.max(longest, (acks[i]?.[3] ?? 0) - (acks[i - 1]?.[3] ?? startedAt))
    }
    return longest
  }
  return {
    acks,
    get last() {
      return acks.at(-1) ?? null
    },
    get sinceMs() {
      return nowMs() - (acks.at(-1)?.[3] ?? startedAt)
    },
    get failures() {
      return failures
    },
    longestGapMs,
    firstAfter: (at, who = () => true) => acks.find(ack => ack[3] > at && who(ack)) ?? null,
    stop: async () => {
      child.stdin.end()
      await ended
    }
  }
}
