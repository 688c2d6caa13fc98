// Tells by a POST of JSON. One request, one deadline; redirects are not followed (a secret must not travel on).
import { createHmac } from 'node:crypto'
import type { ChannelConfig } from '../config/types-notices.js'
import type { Message, Outcome } from './notice.js'
import type { Wire, WireOptions } from './sender.js'
import { dataOf } from './words.js'

type Webhook = ChannelConfig & { readonly kind: 'webhook' }

const BODY_BYTES_MAX = 4096

/**
 * The first words of an answer; the rest is not read. What breaks off, or goes on until the deadline, gives what came: the status
 * has decided already. Cut to a line's length only when the secret was taken out (sender.ts): a cut one would not be found.
 */
const wordsOf = async (response: Response): Promise<string> => {
  const reader = response.body?.getReader()
  if (reader === undefined) return ''
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    while (bytes < BODY_BYTES_MAX) {
      const { done, value } = await reader.read()
      if (done) break
      chunks.push(value)
      bytes += value.length
    }
  } catch {}
  await reader.cancel().catch(() => undefined)
  return Buffer.concat(chunks).toString('utf8').trim()
}

/** "fetch failed" says nothing; its cause does. */
const reasonOf = (error: unknown, timeoutMs: number): string => {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return `no answer within ${timeoutMs} ms`
  const cause = error.cause
  if (cause instanceof AggregateError) return cause.errors.map(each => String((each as Error).message)).join('; ')
  return cause instanceof Error ? cause.message || String((cause as NodeJS.ErrnoException).code) : error.message
}

/** A request that was understood and refused will be refused again; these may go another time. */
const LATER = [408, 425, 429]

export const openWebhook = ({ channel, secret, sender }: WireOptions<Webhook>): Wire => {
  const { webhook, timeoutMs } = channel
  const url =
    webhook.secret === 'url' ? webhook.url.replaceAll('{secret}', encodeURIComponent(secret ?? '')) : webhook.url
  // A path may hold a token although nobody said so: only the server is named.
  const { host } = new URL(url)
  const headersOf = (body: string, id: string): Record<string, string> => ({
    'content-type': 'application/json',
    'user-agent': 'baton',
    'idempotency-key': id,
    ...(webhook.secret === 'bearer' ? { authorization: `Bearer ${secret}` } : {}),
    ...(webhook.secret === 'hmac'
      ? {
          'x-baton-signature': `sha256=${createHmac('sha256', secret ?? '')
            .update(body)
            .digest('hex')}`
        }
      : {})
  })
  const send = async (message: Message): Promise<Outcome> => {
    const data = dataOf(sender, message)
    const body = JSON.stringify(data)
    try {
      const response = await fetch(url, {
        method: 'POST',
        body,
        headers: headersOf(body, data.id),
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs)
      })
      const words = `${host} answers ${response.status} ${response.statusText} ${await wordsOf(response)}`.trim()
      if (response.ok) return { ok: true, words }
      if (response.status >= 300 && response.status < 400)
        return { ok: false, words: `${words}: redirects are not followed` }
      return { ok: false, words, permanent: response.status < 500 && !LATER.includes(response.status) }
    } catch (error) {
      return { ok: false, words: `${host}: ${reasonOf(error, timeoutMs)}` }
    }
  }
  return { send, close: async () => undefined }
}
