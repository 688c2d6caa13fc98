// DRBD's configuration, made from ours: the words of each `drbdsetup` call. Pure. Nobody edits it, no file holds it.
// Source: drbdsetup(8), drbd.conf(5) of version 8.4.
import { hkdfSync } from 'node:crypto'
import { isIPv6, SocketAddress } from 'node:net'
import type { MirrorConfig } from '../config/types.js'

const SECRET_BYTES = 32

/** Derived from the pair's key (HKDF-SHA256), good for nothing else. DRBD takes 63 characters at most. */
export const mirrorSecret = (key: Uint8Array, resource: string): string =>
  Buffer.from(hkdfSync('sha256', key, new Uint8Array(0), `baton replication link ${resource}`, SECRET_BYTES)).toString(
    'base64url'
  )

/** One way to write an address, the kernel's; what is none stays as it is. */
export const plainAddress = (address: string): string => {
  try {
    return new SocketAddress({ address, family: isIPv6(address) ? 'ipv6' : 'ipv4' }).address
  } catch {
    return address
  }
}

const endOf = (address: string, port: number): string =>
  isIPv6(address) ? `ipv6:[${plainAddress(address)}]:${port}` : `ipv4:${address}:${port}`

/** Own end, then the peer's: how DRBD names a connection. */
export type Ends = readonly [string, string]

export const endsOf = ({
  address,
  peerAddress,
  port
}: Pick<MirrorConfig, 'address' | 'peerAddress' | 'port'>): Ends => [endOf(address, port), endOf(peerAddress, port)]

/** From `drbdsetup show RESOURCE`; null = it has no connection. */
export const readEnds = (said: string): Ends | null => {
  const [own, peer] = ['_this_host', '_remote_host'].map(host => {
    const [, kind, end] = new RegExp(`${host} \\{\\s*address\\s+(\\w+) ([^;\\s]+);`).exec(said) ?? []
    return end === undefined ? null : `${kind}:${end}`
  })
  return own == null || peer == null ? null : [own, peer]
}

/** From the same: N of its /dev/drbdN; empty = it has no device. */
export const readMinor = (said: string): string => /\bdevice\s+minor (\d+);/.exec(said)?.[1] ?? ''

/**
 * on-io-error detach: the board goes on with the other copy (R7: then the group moves there). resource-and-stonith: a primary that loses the
 * other copy stands still until it is allowed to go on. The rate follows what disk and network have to spare (c-plan-ahead).
 */
export const diskWords = ({
  rateMaxMiB,
  rateMinKiB
}: Pick<MirrorConfig, 'rateMaxMiB' | 'rateMinKiB'>): readonly string[] => [
  '--on-io-error=detach',
  '--fencing=resource-and-stonith',
  '--c-plan-ahead=20',
  '--c-fill-target=1M',
  `--c-max-rate=${rateMaxMiB}M`,
  `--c-min-rate=${rateMinKiB}k`
]

const SECOND_MS = 1000
/** An answer to a ping that takes longer counts as none, in tenths of a second. */
const PING_TIMEOUT = 10

/**
 * Protocol C: a write is acknowledged when both copies have it. No automatic end of a split brain: people choose (R7).
 * No data-integrity-alg: it takes a block that the kernel changes while it is on its way for a broken link; the network has its own checksums, and
 * a comparison finds what got past them.
 */
export const netWords = ({ timeoutMs }: Pick<MirrorConfig, 'timeoutMs'>, secret: string): readonly string[] => {
  // DRBD wants both longer than the timeout.
  const interval = Math.floor(timeoutMs / SECOND_MS) + 1
  return [
    '--protocol=C',
    '--cram-hmac-alg=sha256',
    `--shared-secret=${secret}`,
    `--timeout=${Math.round(timeoutMs / 100)}`,
    `--ping-int=${interval}`,
    `--connect-int=${Math.max(interval, 3)}`,
    `--ping-timeout=${PING_TIMEOUT}`,
    '--after-sb-0pri=disconnect',
    '--after-sb-1pri=disconnect',
    '--after-sb-2pri=disconnect',
    '--verify-alg=sha1',
    '--csums-alg=sha1',
    '--csums-after-crash-only=yes'
  ]
}
