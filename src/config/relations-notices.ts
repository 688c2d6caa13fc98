// What the parts of a channel of the notices demand of each other: complete, named once, no secret in the clear.
import type { Path, ReportIssue } from './issue.js'
import type { Checked } from './schema.js'
import { MAIL_ADDRESS } from './schema-notices.js'

type Channel = Checked['notices']['channels'][number]
const SECTIONS = ['email', 'webhook', 'mqtt', 'command'] as const
const RECEIVERS_MAX = 10
const CODE = /^[a-z0-9*-]{1,64}$/

const EXAMPLE: Readonly<Record<(typeof SECTIONS)[number], string>> = {
  email: 'write email: with server, from and to below it',
  webhook: 'write webhook: with url below it',
  mqtt: 'write mqtt: with url below it',
  command: 'write command: [/path/of/program, argument]'
}

const sectionRelations = (channel: Channel, path: Path, report: ReportIssue): void => {
  for (const name of SECTIONS) {
    const given = channel[name] !== null
    if (given === (channel.kind === name)) continue
    const problem = given ? `is given, but kind is ${channel.kind}` : `is missing, but kind is ${name}`
    const remedy = given ? `remove ${name}, or set kind: ${name}` : EXAMPLE[name]
    report({ path: [...path, name], value: undefined, problem, remedy })
  }
}

const emailRelations = (email: NonNullable<Channel['email']>, path: Path, report: ReportIssue): void => {
  const bad = email.to.find(address => !MAIL_ADDRESS.test(address))
  if (bad !== undefined || email.to.length > RECEIVERS_MAX) {
    const problem = bad === undefined ? `names ${email.to.length} receivers` : 'is no mail address'
    const remedy = `write one address as admin@example.org, or a list of at most ${RECEIVERS_MAX}`
    report({ path: [...path, 'to'], value: bad ?? email.to, problem, remedy })
  }
  if (email.security === 'none' && email.user !== null) {
    const problem = 'would send the password in the clear'
    const remedy = 'set security: starttls (or tls with port: 465), or remove user'
    report({ path: [...path, 'security'], value: 'none', problem, remedy })
  }
}

const webhookRelations = (webhook: NonNullable<Channel['webhook']>, path: Path, report: ReportIssue): void => {
  const { url, secret } = webhook
  const fail = (name: string, problem: string, remedy: string): void =>
    report({ path: [...path, name], value: name === 'url' ? url : secret, problem, remedy })
  if (!URL.canParse(url.replaceAll('{secret}', 'x'))) {
    return fail('url', 'is no URL', 'write it as https://example.org/hook')
  }
  const { username, password } = new URL(url.replaceAll('{secret}', 'x'))
  if (username !== '' || password !== '') {
    fail('url', 'has a password in it', 'put it into the secrets file, and set secret: bearer or url')
  }
  if (url.includes('{secret}') !== (secret === 'url')) {
    fail('secret', `is ${secret}, but the url has ${secret === 'url' ? 'no' : 'a'} {secret}`, 'change one of them')
  }
  if (url.startsWith('http:') && (secret === 'bearer' || secret === 'url')) {
    fail('secret', 'would go over the wire in the clear', 'use an https url, or secret: hmac (it only signs)')
  }
}

/** Everything that concerns the notices. */
export const noticesRelations = (notices: Checked['notices'], report: ReportIssue): void => {
  const first = new Map<string, number>()
  notices.channels.forEach((channel, at) => {
    const path: Path = ['notices', 'channels', at]
    const seen = first.get(channel.name)
    if (seen === undefined) first.set(channel.name, at)
    else {
      const problem = `the same name stands in notices.channels[${seen}]`
      report({ path: [...path, 'name'], value: channel.name, problem, remedy: 'give it a name of its own' })
    }
    sectionRelations(channel, path, report)
    for (const name of ['codes', 'exceptCodes'] as const) {
      const bad = channel[name].find(code => !CODE.test(code))
      if (bad === undefined) continue
      const remedy = 'write codes as `baton events` shows them, as [peer-lost, fenc*]'
      report({ path: [...path, name], value: bad, problem: 'is no code of an event', remedy })
    }
    if (channel.email !== null) emailRelations(channel.email, [...path, 'email'], report)
    if (channel.webhook !== null) webhookRelations(channel.webhook, [...path, 'webhook'], report)
    if (channel.retryMs > channel.retryMsMax) {
      const problem = `is longer than retryMsMax (${channel.retryMsMax})`
      report({
        path: [...path, 'retryMs'],
        value: channel.retryMs,
        problem,
        remedy: 'the pauses grow: make it shorter'
      })
    }
  })
}
