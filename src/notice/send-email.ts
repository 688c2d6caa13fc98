// Tells by e-mail: one connection, one mail, one deadline. The Message-ID is the message's own, so that a mail sent twice
// (the server took it and the answer was lost) is seen to be one.
import { connect, type Socket } from 'node:net'
import nodemailer from 'nodemailer'
import type { ChannelConfig } from '../config/types-notices.js'
import type { Message, Notice, Outcome, Sender } from './notice.js'
import type { Wire, WireOptions } from './sender.js'
import { aboutOf, messageId, subjectOf, textOf, worstFirst } from './words.js'

type Email = ChannelConfig & { readonly kind: 'email' }

const dots = (id: string): string => id.replaceAll('/', '.')

/** `<baton.PAIR.BOARD.LIFE.SEQUENCE.CHANNEL@domain of the sender>`. */
const mailId = (sender: Sender, channel: Email, message: Message): string => {
  const domain = channel.email.from.split('@').at(-1) ?? 'localhost'
  return `<baton.${dots(messageId(sender, message))}.${channel.name}@${domain}>`
}

/** Mails of both boards about the same kind of event fall into one thread of the reader's program. */
const threadId = (sender: Sender, channel: Email, message: Message): string => {
  const first = worstFirst(message.notices) as Notice
  const domain = channel.email.from.split('@').at(-1) ?? 'localhost'
  return `<baton.${dots(aboutOf(sender, first))}@${domain}>`
}

interface MailError extends Error {
  readonly response?: string
  readonly responseCode?: number
}

/** The server's own words where it spoke, else the system's. */
const outcomeOf = (error: MailError, server: string, late: boolean, timeoutMs: number): Outcome => {
  if (late) return { ok: false, words: `${server} was not done within ${timeoutMs} ms` }
  const words = `${server}: ${error.response ?? error.message}`
  // Wrong log-ins and the like are mended by people; only a refused message gets a new identity.
  return { ok: false, words, permanent: (error.responseCode ?? 0) >= 500 }
}

export const openEmail = ({ channel, secret, sender }: WireOptions<Email>): Wire => {
  const { email, timeoutMs } = channel
  const { server, port, security, user } = email
  const at = `${server}:${port}`
  const send = async (message: Message): Promise<Outcome> => {
    let socket: Socket | null = null
    let late = false
    const transport = nodemailer.createTransport({
      host: server,
      port,
      secure: security === 'tls',
      requireTLS: security === 'starttls',
      ignoreTLS: security === 'none',
      disableFileAccess: true,
      disableUrlAccess: true,
      ...(user === null ? {} : { auth: { user, pass: secret ?? '' } }),
      // Ours comes first, and ends the socket: what goes on after a deadline would be a second sender.
      connectionTimeout: 2 * timeoutMs,
      greetingTimeout: 2 * timeoutMs,
      socketTimeout: 2 * timeoutMs,
      getSocket: (_: unknown, done: (error: Error | null, options?: object) => void) => {
        const made = connect({ host: server, port })
        socket = made
        made.once('error', done)
        made.once('connect', () => {
          made.off('error', done)
          done(null, { connection: made })
        })
      }
    })
    const timer = setTimeout(() => {
      late = true
      socket?.destroy(new Error('deadline'))
    }, timeoutMs)
    try {
      const info = await transport.sendMail({
        from: { name: `baton ${sender.pair} ${sender.board}`, address: email.from },
        to: [...email.to],
        subject: subjectOf(sender, message),
        text: textOf(sender, message),
        messageId: mailId(sender, channel, message),
        references: threadId(sender, channel, message),
        headers: { 'auto-submitted': 'auto-generated', 'x-baton-id': messageId(sender, message) }
      })
      const refused = info.rejected.join(', ')
      return { ok: true, words: `${at}: ${info.response}${refused === '' ? '' : `; refused for ${refused}`}` }
    } catch (error) {
      return outcomeOf(error as MailError, at, late, timeoutMs)
    } finally {
      clearTimeout(timer)
      transport.close()
      ;(socket as Socket | null)?.destroy()
    }
  }
  return { send, close: async () => undefined }
}
