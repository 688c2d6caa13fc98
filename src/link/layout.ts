// Where each field of a token lies on the wire, and which number stands for which word. FORMAT.md is the same for people;
// a test holds the two together. Numbers are big-endian. Any change here is a new VERSION.
import { type Copy, GROUPS_MAX, type Mode, type Role, type Token, type TokenGroup } from '../core/types.js'

/** First payload byte. Frames of another version are `foreign: version`; they alarm and decide nothing (R12). */
export const VERSION = 3

/** Offset of each field of the header in the payload, in bytes. */
export const AT = {
  version: 0,
  board: 1,
  nonce: 2,
  peerNonce: 10,
  sequence: 18,
  echo: 24,
  mode: 30,
  modeNumber: 31,
  digest: 35,
  flags: 41,
  groupCount: 42
} as const

/** Offset of each field in a group's entry, in bytes. */
export const GROUP_AT = { epochNumber: 0, grant: 4, role: 8, flags: 9 } as const

export const HEADER_BYTES = 43
export const GROUP_BYTES = 10
export const NONCE_BYTES = 8
export const DIGEST_BYTES = 6

/** HMAC-SHA256, cut to this length. */
export const SIGNATURE_BYTES = 16
export const CRC_BYTES = 4
/** One zero byte before and one behind each frame. */
export const DELIMITER_BYTES = 2
export const COBS_BYTES = 1

/** Largest frame of any version, delimiters included. Source: issue "at most 128 bytes". */
export const FRAME_BYTES_MAX = 128
/** Most bytes between two delimiters, and most after COBS is undone. All that a decoder ever holds. */
export const BODY_BYTES_MAX = FRAME_BYTES_MAX - DELIMITER_BYTES
export const RAW_BYTES_MAX = BODY_BYTES_MAX - COBS_BYTES
/** Fewest bytes after COBS is undone, in any version: version byte, signature, checksum. */
export const RAW_BYTES_MIN = 1 + SIGNATURE_BYTES + CRC_BYTES

/** ASCII of the board's letter. */
export const BOARD_CODE = { a: 0x61, b: 0x62 } as const

export const MODE_CODE: Readonly<Record<Mode, number>> = { auto: 0, manual: 1, maintenance: 2 }

export const ROLE_CODE: Readonly<Record<Role, number>> = {
  unknown: 0,
  standby: 1,
  taking: 2,
  active: 3,
  releasing: 4,
  failed: 5
}

/** Above the role in its byte, two bits each: what the sender says of the receiver's copy, and what its own is. */
export const PEER_COPY_SHIFT = 4
export const COPY_SHIFT = 6
export const COPY_CODE: Readonly<Record<Copy, number>> = { unknown: 0, current: 1, outdated: 2, alone: 3 }

type BooleanKey<T> = { [K in keyof T]-?: T[K] extends boolean ? K : never }[keyof T]

/** Bits of the header's flags byte. The record's type makes the compiler ask for each new flag of a token. */
export const TOKEN_FLAG: Readonly<Record<BooleanKey<Token>, number>> = {
  restarting: 0x01,
  stateBad: 0x02,
  lanUp: 0x04,
  relayDriven: 0x08,
  proved: 0x10,
  recovering: 0x40,
  leaving: 0x80
}
/** Set: board b is senior; clear: board a (R9). */
export const SENIOR_B_FLAG = 0x20

/** Bits of a group's flags byte. */
export const GROUP_FLAG: Readonly<Record<BooleanKey<TokenGroup>, number>> = {
  wanted: 0x01,
  diskSeen: 0x02,
  fit: 0x04,
  mounted: 0x10,
  started: 0x20
}
/** Set: the epoch's board is b; clear: a. */
export const EPOCH_B_FLAG = 0x08
export const GROUP_FLAGS_KNOWN = 0x3f

export const UINT32_MAX = 0xffffffff
export const UINT48_MAX = 0xffffffffffff

/** Payload bytes of a token with so many groups. */
export const payloadBytes = (groups: number): number => HEADER_BYTES + groups * GROUP_BYTES

/** Largest payload of this version. */
export const PAYLOAD_BYTES_MAX = payloadBytes(GROUPS_MAX)
