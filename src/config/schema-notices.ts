// Options of the notices: whom to tell, by which channel, how often. No secret stands here: see notices.secretsFile.
import { choice, flag, integer, optional, text, words } from './option.js'
import { absolutePath } from './schema-board.js'
import { list, section } from './section.js'

const host = (doc: string) =>
  text({ doc, pattern: /^[A-Za-z0-9][A-Za-z0-9.:-]{0,252}$/, says: 'a host name or an IP address' })

const user = optional(
  text({
    doc: "Name to log in with; its password stands in the secrets file under the channel's name. Without it no log-in.",
    pattern: /^\S{1,128}$/,
    says: 'a name without spaces'
  })
)

const topic = (doc: string, fallback: string) =>
  text({ doc, pattern: /^[\w.-]+(\/[\w.-]+)*$/, says: 'a topic as home/baton, no + # $ or leading /', fallback })

/** One address, as RFC 5321 allows the usual ones. */
export const MAIL_ADDRESS = /^[^\s@<>(),;:"\\]{1,64}@[A-Za-z0-9.[\]:-]{1,253}$/

const email = section('A mail server that takes our mail.', {
  server: host('Its name.'),
  port: integer({
    doc: '587: where mail programs hand in; 465 with security: tls.',
    min: 1,
    max: 65_535,
    unit: '',
    fallback: 587
  }),
  security: choice({
    doc: 'starttls: plain first, then encrypted or not at all. tls: encrypted at once. none: for a relay on your own network; never with a password.',
    values: ['starttls', 'tls', 'none'],
    fallback: 'starttls'
  }),
  user,
  from: text({
    doc: 'Sender; most servers want the address that belongs to user.',
    pattern: MAIL_ADDRESS,
    says: 'an address as box@example.org'
  }),
  to: words({ doc: 'Who gets it: one address or a list, at most 10.', example: 'you@example.org' })
})

const webhook = section('An HTTP server that takes a POST of JSON.', {
  url: text({
    doc: 'https, or http where no secret would be seen on the wire.',
    pattern: /^https?:\/\/\S{1,2000}$/,
    says: 'a URL as https://example.org/hook'
  }),
  secret: choice({
    doc: 'How the secret of this channel is used. bearer: as header Authorization. hmac: the body is signed, X-Baton-Signature: sha256=HEX. url: it replaces {secret} in the URL.',
    values: ['none', 'bearer', 'hmac', 'url'],
    fallback: 'none'
  })
})

const mqtt = section('An MQTT broker.', {
  url: text({
    doc: 'mqtts is encrypted; mqtt shows the password to whoever listens on your network.',
    pattern: /^mqtts?:\/\/[^\s/@]+\/?$/,
    says: 'a URL as mqtt://192.168.1.5:1883, without a password'
  }),
  user,
  topic: topic('Everything goes below TOPIC/PAIR/BOARD.', 'baton'),
  homeAssistant: flag({
    doc: 'Tell Home Assistant what there is, so that it shows the boards by itself.',
    fallback: true
  }),
  discoveryTopic: topic('Where Home Assistant looks for that.', 'homeassistant')
})

const codes = (doc: string) => words({ doc, fallback: [] })

const channel = section('One way to tell somebody.', {
  name: text({
    doc: 'Your word for it; also the name of its secret.',
    pattern: /^[a-z0-9-]{1,32}$/,
    says: '1..32 of a-z, 0-9 and -'
  }),
  kind: choice({
    doc: 'console: wall, to everybody who is logged in. email, webhook, mqtt: see the section of that name. command: a program.',
    values: ['console', 'email', 'webhook', 'command', 'mqtt']
  }),
  level: choice({
    doc: 'The least that goes this way. warning: also what mends itself but should not have happened.',
    values: ['info', 'notice', 'warning', 'alarm'],
    fallback: 'warning'
  }),
  codes: codes('Only events with these codes, as [active, released]; * stands for any letters. Empty: all.'),
  exceptCodes: codes('Never events with these codes.'),
  quiet: flag({ doc: 'notices.quiet holds back what is no alarm.', fallback: true }),
  gatherMs: integer({
    doc: 'What comes within this time goes as one message. 5000: one takeover is one mail, not eight.',
    min: 0,
    max: 3_600_000,
    fallback: 5000
  }),
  perHour: integer({
    doc: 'Messages an hour at most, and as many again for alarms; what is too much is gathered into the next one. 12: nobody reads more.',
    min: 1,
    max: 3600,
    unit: 'messages',
    fallback: 12
  }),
  timeoutMs: integer({
    doc: 'One try, at most. 15000: a slow mail server over a slow line.',
    min: 100,
    max: 120_000,
    fallback: 15_000
  }),
  retryMs: integer({
    doc: 'Pause after a failed try, doubled with each one. 10000: a server that only restarts costs no more.',
    min: 100,
    max: 3_600_000,
    fallback: 10_000
  }),
  retryMsMax: integer({
    doc: 'The longest pause. 900000: a server that is back is used within a quarter of an hour.',
    min: 100,
    max: 86_400_000,
    fallback: 900_000
  }),
  email: optional(email),
  webhook: optional(webhook),
  mqtt: optional(mqtt),
  command: optional(
    words({
      doc: 'kind: command. Gets the message as JSON on standard input; ends with 0 when it is told.',
      program: true
    })
  )
})

/** What `notices` holds. */
export const noticesSection = section(
  'Whom to tell what happened. Each board tells what it saw itself. May differ between the boards (not in the digest).',
  {
    secretsFile: absolutePath(
      'Passwords and tokens: YAML, one line "channel name: secret" each. Owned by root, mode 0600, else refused.',
      '/etc/baton/secrets'
    ),
    caFile: optional(
      absolutePath('Certificates (PEM) of your own authority, trusted beside the well-known ones by every channel.')
    ),
    quiet: optional(
      text({
        doc: 'Local time in which only alarms are sent, as 22:00-07:00; the rest follows at its end. Ignored while the clock is not set.',
        pattern: /^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/,
        says: 'two times of the day as 22:00-07:00',
        also: value => (value.slice(0, 5) === value.slice(6) ? 'is a whole day or nothing' : null)
      })
    ),
    channels: list('Ways to tell, up to 8. None: nothing is sent, no process is started.', channel, 0, 8)
  }
)
