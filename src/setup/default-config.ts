// The configuration that a board comes with, and what a person has to say about it: where the service is found, what it is, who is told.
// Written with the library's own document, so that the comments stay for whoever opens the file later.
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { parse } from 'yaml'

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
