// Tokens over both links: a driver and a codec each. Made by the daemon; judges nothing.
import type { Config } from '../config/types.js'
import type { LinkId, Token } from '../core/types.js'
import { openSerialLink } from '../driver/serial-link.js'
import { openUdpLink } from '../driver/udp-link.js'
import { createCodec } from '../link/codec.js'
import type { Clock, Codec, CodecCounters, Emit, LinkPort, LinkPortStatus } from '../port/ports.js'

const DRAIN_MS = 250

export interface TokenLinks {
  send(link: LinkId, token: Token): void
  /** Throw away what waits on all links; bounded in time (R9). */
  drain(): Promise<void>
  describe(link: LinkId): { readonly port: LinkPortStatus; readonly codec: CodecCounters } | null
  close(): Promise<void>
}

/** Links that are not configured are silent, which the core judges like any silence. */
export const openTokenLinks = (config: Config, key: Uint8Array, emit: Emit, clock: Clock): TokenLinks => {
  const links: { link: LinkId; port: LinkPort; codec: Codec }[] = []
  const open = (link: LinkId, make: (onBytes: (bytes: Uint8Array) => void) => LinkPort): void => {
    const codec = createCodec({ key, groups: config.groups.length })
    const port = make(bytes => {
      for (const decoded of codec.decode(bytes)) {
        if (decoded.kind === 'token') emit({ kind: 'tokenReceived', link, token: decoded.token })
        else emit({ kind: 'foreignFrameReceived', link, foreign: decoded.foreign })
      }
      // A datagram holds whole frames only.
      if (link === 'ethernet') codec.reset()
    })
    links.push({ link, port, codec })
  }
  const { serial, ethernet } = config
  if (serial !== null) open('serial', onBytes => openSerialLink(serial, { onBytes, now: clock.now }))
  if (ethernet !== null) open('ethernet', onBytes => openUdpLink(ethernet, { onBytes, now: clock.now }))
  const find = (link: LinkId) => links.find(one => one.link === link)

  return {
    send: (link, token) => {
      const found = find(link)
      if (found !== undefined) found.port.send(found.codec.encode(token))
    },
    drain: async () => {
      const all = Promise.all(links.map(({ port }) => port.drain()))
      await Promise.race([all, new Promise(resolve => setTimeout(resolve, DRAIN_MS))])
      for (const { codec } of links) codec.reset()
    },
    describe: link => {
      const found = find(link)
      return found === undefined ? null : { port: found.port.describe(), codec: found.codec.counters }
    },
    close: async () => {
      await Promise.all(links.map(({ port }) => port.close()))
    }
  }
}
