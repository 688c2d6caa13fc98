// What every way to tell somebody promises, and which one belongs to a channel. The library of a channel is loaded only where it is used.
import type { ChannelConfig } from '../config/types-notices.js'
import type { DaemonStatus } from '../runtime/status.js'
import type { Message, Outcome, Sender } from './notice.js'
import { type Secrets, scrub } from './secrets.js'

/** One channel's wire. Never throws; `send` ends by itself within the channel's `timeoutMs` and a second. */
export interface Wire {
  send(message: Message): Promise<Outcome>
  /** How the board is now (mqtt); null = the daemon does not answer. */
  tellState?(status: DaemonStatus | null): void
  close(): Promise<void>
}

export interface WireOptions<C extends ChannelConfig = ChannelConfig> {
  readonly channel: C
  readonly secret: string | null
  readonly sender: Sender
  /** Told apart from the running process where a server allows one of a name only (mqtt). */
  readonly testing: boolean
}

/** Does this channel need a secret? */
export const needsSecret = (channel: ChannelConfig): boolean => {
  switch (channel.kind) {
    case 'console':
    case 'command':
      return false
    case 'email':
      return channel.email.user !== null
    case 'webhook':
      return channel.webhook.secret !== 'none'
    case 'mqtt':
      return channel.mqtt.user !== null
  }
}

const openKind = async (options: WireOptions): Promise<Wire> => {
  const { channel } = options
  switch (channel.kind) {
    case 'console':
      return (await import('./send-program.js')).openConsole({ ...options, channel })
    case 'command':
      return (await import('./send-program.js')).openCommand({ ...options, channel })
    case 'email':
      return (await import('./send-email.js')).openEmail({ ...options, channel })
    case 'webhook':
      return (await import('./send-webhook.js')).openWebhook({ ...options, channel })
    case 'mqtt':
      return (await import('./send-mqtt.js')).openMqtt({ ...options, channel })
  }
}

/** A channel that cannot work until somebody mends its secret. */
const broken = (words: string): Wire => ({
  send: async () => ({ ok: false, words }),
  close: async () => undefined
})

/** Open the wire of a channel. `secrets`: what the file held, or why it was refused. */
export const openWire = async (
  channel: ChannelConfig,
  secrets: { readonly ok: true; readonly value: Secrets } | { readonly ok: false; readonly reason: string },
  sender: Sender,
  testing = false
): Promise<Wire> => {
  const needed = needsSecret(channel)
  if (needed && !secrets.ok) return broken(secrets.reason)
  const secret = needed && secrets.ok ? (secrets.value.get(channel.name) ?? null) : null
  if (needed && secret === null) return broken(`the secrets file has no line "${channel.name}: …": add it`)
  const wire = await openKind({ channel, secret, sender, testing })
  const user = channel.kind === 'email' ? channel.email.user : null
  const clean = (outcome: Outcome): Outcome => ({ ...outcome, words: scrub(outcome.words, secret, user) })
  return {
    ...wire,
    send: message =>
      wire
        .send(message)
        .then(clean, error => clean({ ok: false, words: error instanceof Error ? error.message : String(error) }))
  }
}
