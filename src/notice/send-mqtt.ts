// Tells by MQTT: each message at TOPIC/PAIR/BOARD/event, the board's state retained, its life by a last will.
// One connection, kept; what cannot be handed over now fails at once and is tried again by the channel.
import mqtt, { type MqttClient } from 'mqtt'
import type { ChannelConfig } from '../config/types-notices.js'
import type { DaemonStatus } from '../runtime/status.js'
import { discoveryOf, stateOf } from './home-assistant.js'
import type { Message, Outcome } from './notice.js'
import type { Wire, WireOptions } from './sender.js'
import { dataOf } from './words.js'

type Mqtt = ChannelConfig & { readonly kind: 'mqtt' }

const RECONNECT_MS_MAX = 10_000
const CLOSE_MS = 1000
const KEEPALIVE_SECONDS = 20
/** Nothing is subscribed to: all that a broker has to say fits many times over. */
const PACKET_BYTES_MAX = 65_536

/** `mqtt` gives an aggregate without words where a name has several addresses. */
const wordsOf = (error: Error & { code?: unknown }): string =>
  error instanceof AggregateError
    ? error.errors.map(each => String((each as Error).message)).join('; ')
    : error.message || String(error.code ?? 'unknown error')

const within = <T>(work: Promise<T>, ms: number, late: string): Promise<T> => {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(late)), ms)
  })
  return Promise.race([work, deadline]).finally(() => clearTimeout(timer))
}

/** A packet that goes on and on would be kept until it is whole, up to 256 MiB: the connection is cut instead (R12). */
const boundPackets = (client: MqttClient): void => {
  let bytes = 0
  const watch = (): void => {
    const { stream } = client
    bytes = 0
    stream.on('data', (chunk: Uint8Array) => {
      bytes += chunk.length
      if (bytes > PACKET_BYTES_MAX)
        stream.destroy(new Error(`the broker sent a packet of more than ${PACKET_BYTES_MAX} bytes`))
    })
  }
  client.on('packetreceive', () => {
    bytes = 0
  })
  // The new connection is made right after the word.
  client.on('reconnect', () => process.nextTick(watch))
  watch()
}

export const openMqtt = ({ channel, secret, sender, testing }: WireOptions<Mqtt>): Wire => {
  const { timeoutMs, retryMs } = channel
  const { url, user, topic, homeAssistant, discoveryTopic } = channel.mqtt
  const base = `${topic}/${sender.pair}/${sender.board}`
  const online = `${base}/online`
  let problem = 'not connected yet'
  let state: string | null = null
  let groups: readonly string[] = []
  let answers = true

  const client: MqttClient = mqtt.connect(url, {
    clientId: `baton-${sender.pair}-${sender.board}-${channel.name}${testing ? '-test' : ''}`,
    clean: true,
    keepalive: KEEPALIVE_SECONDS,
    connectTimeout: timeoutMs,
    reconnectPeriod: Math.min(retryMs, RECONNECT_MS_MAX),
    queueQoSZero: false,
    resubscribe: false,
    ...(user === null ? {} : { username: user, password: secret ?? '' }),
    // A test must not say "offline" when it leaves.
    ...(testing ? {} : { will: { topic: online, payload: Buffer.from('offline'), qos: 1 as const, retain: true } })
  })
  boundPackets(client)
  const retain = (where: string, payload: string): void => {
    if (!testing && client.connected) client.publish(where, payload, { qos: 1, retain: true }, () => undefined)
  }
  const introduce = (): void => {
    if (homeAssistant)
      for (const each of discoveryOf(sender, base, discoveryTopic, groups)) retain(each.topic, each.payload)
    if (state !== null) retain(`${base}/state`, state)
    retain(online, answers ? 'online' : 'offline')
  }
  client.on('connect', () => {
    problem = ''
    introduce()
  })
  client.on('error', error => {
    problem = wordsOf(error)
  })
  client.on('close', () => {
    if (problem === '') problem = 'the broker closed the connection'
  })

  const connected = (): Promise<void> =>
    client.connected ? Promise.resolve() : new Promise(resolve => client.once('connect', () => resolve()))

  const send = async (message: Message): Promise<Outcome> => {
    const startedAt = performance.now()
    try {
      // A short patience only: an unreachable broker must not hold what could be gathered meanwhile.
      await within(connected(), timeoutMs, '')
    } catch {
      return { ok: false, words: `${url}: ${problem}` }
    }
    const leftMs = Math.max(100, timeoutMs - (performance.now() - startedAt))
    try {
      const payload = JSON.stringify(dataOf(sender, message))
      await within(
        client.publishAsync(`${base}/event`, payload, { qos: 1 }),
        leftMs,
        `not acknowledged within ${timeoutMs} ms`
      )
      return { ok: true, words: `${url}: acknowledged` }
    } catch (error) {
      return { ok: false, words: `${url}: ${wordsOf(error as Error)}` }
    }
  }

  const tellState = (status: DaemonStatus | null): void => {
    const lived = answers
    answers = status !== null
    const before = state
    if (status !== null) {
      state = JSON.stringify(stateOf(status))
      const names = status.core.groups.map(({ name }) => name)
      if (names.join() !== groups.join()) {
        groups = names
        introduce()
      }
    }
    if (state !== null && state !== before) retain(`${base}/state`, state)
    if (lived !== answers) retain(online, answers ? 'online' : 'offline')
  }

  const close = async (): Promise<void> => {
    retain(online, 'offline')
    await within(client.endAsync(false), CLOSE_MS, '').catch(() => client.end(true))
  }
  return { send, tellState, close }
}
