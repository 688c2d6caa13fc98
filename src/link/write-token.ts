// Token to payload bytes, as layout.ts says. The codec is its only caller. It signs nothing and frames nothing.
import { GROUPS_MAX, NO_NONCE, type Token, type TokenGroup } from '../core/types.js'
import { writeHex } from './hex.js'
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
  HEADER_BYTES,
  MODE_CODE,
  NONCE_BYTES,
  PEER_COPY_SHIFT,
  payloadBytes,
  ROLE_CODE,
  SENIOR_B_FLAG,
  TOKEN_FLAG,
  UINT32_MAX,
  UINT48_MAX,
  VERSION
} from './layout.js'

const whole = (field: string, value: number, min: number, max: number): number => {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new RangeError(
      `cannot put token field ${field} = ${value} on the wire: it must be a whole number ${min}..${max}`
    )
  }
  return value
}

const hex = (field: string, text: string, count: number, target: Uint8Array, at: number): void => {
  if (!writeHex(text, count, target, at)) {
    throw new RangeError(`cannot put token field ${field} on the wire: it must be ${2 * count} lower-case hex digits`)
  }
}

const tokenFlags = (token: Token): number =>
  (token.restarting ? TOKEN_FLAG.restarting : 0) |
  (token.leaving ? TOKEN_FLAG.leaving : 0) |
  (token.stateBad ? TOKEN_FLAG.stateBad : 0) |
  (token.lanUp ? TOKEN_FLAG.lanUp : 0) |
  (token.relayDriven ? TOKEN_FLAG.relayDriven : 0) |
  (token.proved ? TOKEN_FLAG.proved : 0) |
  (token.recovering ? TOKEN_FLAG.recovering : 0) |
  (token.senior === 'b' ? SENIOR_B_FLAG : 0)

const groupFlags = (group: TokenGroup): number =>
  (group.wanted ? GROUP_FLAG.wanted : 0) |
  (group.diskSeen ? GROUP_FLAG.diskSeen : 0) |
  (group.fit ? GROUP_FLAG.fit : 0) |
  (group.mounted ? GROUP_FLAG.mounted : 0) |
  (group.started ? GROUP_FLAG.started : 0) |
  (group.epoch.board === 'b' ? EPOCH_B_FLAG : 0)

const writeUint48 = (view: DataView, at: number, value: number): void => {
  view.setUint16(at, Math.floor(value / 0x100000000))
  view.setUint32(at + 2, value % 0x100000000)
}

const writeGroup = (group: TokenGroup, name: string, view: DataView, at: number): void => {
  view.setUint32(at + GROUP_AT.epochNumber, whole(`${name}.epoch.number`, group.epoch.number, 0, UINT32_MAX))
  view.setUint32(at + GROUP_AT.grant, whole(`${name}.grant`, group.grant, 0, UINT32_MAX))
  const copies = (COPY_CODE[group.copy] << COPY_SHIFT) | (COPY_CODE[group.peerCopy] << PEER_COPY_SHIFT)
  view.setUint8(at + GROUP_AT.role, ROLE_CODE[group.role] | copies)
  view.setUint8(at + GROUP_AT.flags, groupFlags(group))
}

/**
 * Write the payload of `token` to the start of `target` and return its length in bytes.
 * Throws RangeError where a field is out of the range that src/core/types.ts gives: a token that no peer would accept must
 * not leave, and only a mistake in the core makes one.
 */
export const writeToken = (token: Token, target: Uint8Array): number => {
  const view = new DataView(target.buffer, target.byteOffset, target.byteLength)
  const count = whole('groups.length', token.groups.length, 1, GROUPS_MAX)
  if (token.nonce === NO_NONCE)
    throw new RangeError('cannot put token field nonce on the wire: it must not be all zero')
  view.setUint8(AT.version, VERSION)
  view.setUint8(AT.board, BOARD_CODE[token.board])
  hex('nonce', token.nonce, NONCE_BYTES, target, AT.nonce)
  hex('peerNonce', token.peerNonce, NONCE_BYTES, target, AT.peerNonce)
  writeUint48(view, AT.sequence, whole('sequence', token.sequence, 1, UINT48_MAX))
  writeUint48(view, AT.echo, whole('echo', token.echo, 0, UINT48_MAX))
  view.setUint8(AT.mode, MODE_CODE[token.mode])
  view.setUint32(AT.modeNumber, whole('modeNumber', token.modeNumber, 0, UINT32_MAX))
  hex('digest', token.digest, DIGEST_BYTES, target, AT.digest)
  view.setUint8(AT.flags, tokenFlags(token))
  view.setUint8(AT.groupCount, count)
  token.groups.forEach((group, index) => {
    writeGroup(group, `groups[${index}]`, view, HEADER_BYTES + index * GROUP_BYTES)
  })
  return payloadBytes(count)
}
