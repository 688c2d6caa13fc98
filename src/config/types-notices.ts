// The checked `notices` section as the notices' own process reads it. Types only; no secret stands here.
import type { Level } from '../core/effect.js'

export type ChannelKind = 'console' | 'email' | 'webhook' | 'command' | 'mqtt'

export interface NoticesConfig {
  /** YAML, channel name to secret; owner only. Read by the sending process, never by the daemon. */
  readonly secretsFile: string
  readonly caFile: string | null
  /** Minutes of the local day, `from` included, `to` not; `from` > `to` goes over midnight. */
  readonly quiet: QuietHours | null
  readonly channels: readonly ChannelConfig[]
}

export interface QuietHours {
  readonly fromMinute: number
  readonly toMinute: number
}

interface ChannelCommon {
  readonly name: string
  readonly level: Level
  /** Only these; empty = all. `*` stands for any letters. */
  readonly codes: readonly string[]
  readonly exceptCodes: readonly string[]
  /** Quiet hours hold back what is no alarm. */
  readonly quiet: boolean
  readonly gatherMs: number
  readonly perHour: number
  readonly timeoutMs: number
  readonly retryMs: number
  readonly retryMsMax: number
}

export interface EmailConfig {
  readonly server: string
  readonly port: number
  readonly security: 'starttls' | 'tls' | 'none'
  readonly user: string | null
  readonly from: string
  readonly to: readonly string[]
}

export interface WebhookConfig {
  /** `{secret}` stands for the secret where `secret` is `url`. */
  readonly url: string
  readonly secret: 'none' | 'bearer' | 'hmac' | 'url'
}

export interface MqttConfig {
  readonly url: string
  readonly user: string | null
  /** Topics are TOPIC/PAIR/BOARD/… */
  readonly topic: string
  readonly homeAssistant: boolean
  readonly discoveryTopic: string
}

export type ChannelConfig = ChannelCommon &
  (
    | { readonly kind: 'console' }
    | { readonly kind: 'email'; readonly email: EmailConfig }
    | { readonly kind: 'webhook'; readonly webhook: WebhookConfig }
    | { readonly kind: 'command'; readonly command: readonly string[] }
    | { readonly kind: 'mqtt'; readonly mqtt: MqttConfig }
  )
