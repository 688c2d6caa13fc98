// The configuration that a board comes with, and what a person has to say about it: where the service is found, what it is, who is told.
// Written with the library's own document, so that the comments stay for whoever opens the file later.
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { parse, parseDocument } from 'yaml'

/** The package's file, or the repository's. */
const PLACES = [
  '/usr/share/baton/baton.yaml.default',
  new URL('../../../provisioning/package/files/baton.yaml.default', import.meta.url)
]

/** Empty = there is none. */
export const defaultText = (): string => {
  for (const place of PLACES) {
    try {
      return readFileSync(place, 'utf8')
    } catch {}
  }
  return ''
}

/** Addresses of the default's groups: nobody chose them. */
export const defaultAddresses = (text = defaultText()): readonly string[] => {
  try {
    const { groups = [] } = (parse(text) ?? {}) as { groups?: { addresses?: { address?: unknown }[] }[] }
    return groups.flatMap(({ addresses = [] }) => addresses.map(({ address }) => String(address)))
  } catch {
    return []
  }
}

/** null = it is one, as 192.168.1.10/24. */
export const whyNoAddress = (text: string): string | null => {
  const [address = '', prefix = '', ...more] = text.split('/')
  const family = isIP(address)
  if (family === 0 || more.length > 0) return `"${text}" is no IP address with its prefix, such as 192.168.1.10/24`
  const most = family === 4 ? 32 : 128
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > most || Number(prefix) < 1)
    return `the prefix of ${address} is missing or wrong: 1..${most}, as in ${address}/${family === 4 ? 24 : 64}`
  return null
}

export interface Answers {
  /** With its prefix. */
  readonly address: string
  /** A systemd unit, or the words of a command; null = the default's own service. */
  readonly service: { readonly unit: string } | { readonly command: readonly string[] } | null
  /** Where the service answers on this board; null = it is well while its process lives. */
  readonly port: number | null
  readonly mail: { readonly to: string; readonly server: string } | null
}

/** null = it can be one. */
export const whyNoService = (text: string): string | null => {
  if (/^[A-Za-z0-9@:._-]+\.service$/.test(text)) return null
  if (/^\/\S+(\s+\S+)*$/.test(text)) return null
  return `"${text}" is neither a unit, such as smbd.service, nor a command with its whole path, such as /usr/bin/my-program --flag`
}

export const serviceOf = (text: string): NonNullable<Answers['service']> =>
  text.startsWith('/') ? { command: text.split(/\s+/) } : { unit: text }

/** The default with the answers in it, comments and all. Pure: `text` is the default. */
export const withAnswers = (text: string, { address, mail, port, service }: Answers): string => {
  const document = parseDocument(text)
  document.setIn(['groups', 0, 'addresses', 0, 'address'], address)
  if (service !== null) {
    const probe = port === null ? {} : { probe: { kind: 'tcp', target: `127.0.0.1:${port}` } }
    document.setIn(['groups', 0, 'services'], document.createNode([{ name: 'service', ...service, ...probe }]))
  }
  if (mail !== null) {
    const { server, to } = mail
    const email = { server, user: to, from: to, to: [to] }
    document.set('notices', document.createNode({ channels: [{ name: 'mail', kind: 'email', email }] }))
  }
  return String(document)
}
