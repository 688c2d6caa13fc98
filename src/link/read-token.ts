// Payload bytes to token, as layout.ts says, or null where the bytes say something impossible. The codec calls it after the
// signature was found right. It judges ranges only: nonces, sequence and echo are the core's to judge (R12).
import {
  type BoardId,
  type Copy,
  GROUPS_MAX,
  type Mode,
  NO_NONCE,
  type Role,
  type Token,
  type TokenGroup
} from '../core/types.js'
import { hexOf } from './hex.js'
import {
  AT,
  BOARD_CODE,
  COPY_CODE,
  COPY_SHIFT,
  DIGEST_BYTES,
  EPOCH_B_FLAG,
  GROUP_AT,
  GROUP_BYTES,
  GROUP_FLAG,
  GROUP_FLAGS_KNOWN,
  HEADER_BYTES,
  MODE_CODE,
  NONCE_BYTES,
  PEER_COPY_SHIFT,
  payloadBytes,
  ROLE_CODE,
  SENIOR_B_FLAG,
  TOKEN_FLAG,
  VERSION
} from './layout.js'

const wordsByCode = <Word extends string>(codes: Readonly<Record<Word, number>>): ReadonlyMap<number, Word> =>
  new Map(Object.entries<number>(codes).map(([word, code]) => [code, word as Word]))

const BOARDS: ReadonlyMap<number, BoardId> = wordsByCode(BOARD_CODE)
const MODES: ReadonlyMap<number, Mode> = wordsByCode(MODE_CODE)
const ROLES: ReadonlyMap<number, Role> = wordsByCode(ROLE_CODE)

const COPIES: ReadonlyMap<number, Copy> = wordsByCode(COPY_CODE)

const readUint48 = (view: DataView, at: number): number => view.getUint16(at) * 0x100000000 + view.getUint32(at + 2)

const readGroup = (view: DataView, at: number): TokenGroup | null => {
  const roleByte = view.getUint8(at + GROUP_AT.role)
  const role = ROLES.get(roleByte & 0x0f)
  const flags = view.getUint8(at + GROUP_AT.flags)
  const copy = COPIES.get(roleByte >> COPY_SHIFT)
  const peerCopy = COPIES.get((roleByte >> PEER_COPY_SHIFT) & 0x03)
  if (role === undefined || (flags & ~GROUP_FLAGS_KNOWN) !== 0) return null
  if (copy === undefined || peerCopy === undefined || peerCopy === 'alone') return null
  return {
    epoch: { number: view.getUint32(at + GROUP_AT.epochNumber), board: flags & EPOCH_B_FLAG ? 'b' : 'a' },
    role,
    grant: view.getUint32(at + GROUP_AT.grant),
    wanted: (flags & GROUP_FLAG.wanted) !== 0,
    diskSeen: (flags & GROUP_FLAG.diskSeen) !== 0,
    fit: (flags & GROUP_FLAG.fit) !== 0,
    mounted: (flags & GROUP_FLAG.mounted) !== 0,
    started: (flags & GROUP_FLAG.started) !== 0,
    copy,
    peerCopy
  }
}

const readGroups = (view: DataView, count: number): readonly TokenGroup[] | null => {
  const groups: TokenGroup[] = []
  for (let index = 0; index < count; index++) {
    const group = readGroup(view, HEADER_BYTES + index * GROUP_BYTES)
    if (group === null) return null
    groups.push(group)
  }
  return groups
}

/**
 * The token in `bytes[0..length)`; the result shares no memory with `bytes`. null where a value is out of range, a reserved
 * bit is set, or the length does not fit the number of groups. Any number of groups from 1 to 4: the digest tells a pair
 * whose configurations differ.
 */
export const readToken = (bytes: Uint8Array, length: number): Token | null => {
  if (length < payloadBytes(1) || length > bytes.length) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, length)
  const count = view.getUint8(AT.groupCount)
  if (view.getUint8(AT.version) !== VERSION || count < 1 || count > GROUPS_MAX || length !== payloadBytes(count))
    return null
  const board = BOARDS.get(view.getUint8(AT.board))
  const mode = MODES.get(view.getUint8(AT.mode))
  const nonce = hexOf(bytes, AT.nonce, NONCE_BYTES)
  const sequence = readUint48(view, AT.sequence)
  const flags = view.getUint8(AT.flags)
  const groups = readGroups(view, count)
  if (board === undefined || mode === undefined || groups === null) return null
  if (nonce === NO_NONCE || sequence === 0) return null
  return {
    board,
    nonce,
    peerNonce: hexOf(bytes, AT.peerNonce, NONCE_BYTES),
    sequence,
    echo: readUint48(view, AT.echo),
    mode,
    modeNumber: view.getUint32(AT.modeNumber),
    digest: hexOf(bytes, AT.digest, DIGEST_BYTES),
    senior: flags & SENIOR_B_FLAG ? 'b' : 'a',
    restarting: (flags & TOKEN_FLAG.restarting) !== 0,
    leaving: (flags & TOKEN_FLAG.leaving) !== 0,
    stateBad: (flags & TOKEN_FLAG.stateBad) !== 0,
    lanUp: (flags & TOKEN_FLAG.lanUp) !== 0,
    relayDriven: (flags & TOKEN_FLAG.relayDriven) !== 0,
    proved: (flags & TOKEN_FLAG.proved) !== 0,
    recovering: (flags & TOKEN_FLAG.recovering) !== 0,
    groups
  }
}
