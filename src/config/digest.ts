// Fingerprints of the configuration: what both boards must share (digest, R6) and what the proof of fencing depends on (R4).
import { strict as assert } from 'node:assert'
import { createHash } from 'node:crypto'
import type { BoardId } from '../core/types.js'
import type { BoardKind } from './board-kind.js'
import type { Checked } from './schema.js'
import type { Config } from './types.js'

const DIGEST_DIGITS = 12
const FINGERPRINT_DIGITS = 16
/** Marks a fingerprint that the key has not entered yet. */
const WITHOUT_KEY = 'no key: '

/** JSON with sorted keys: one text for one value, however the file was ordered. */
export const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([x], [y]) => (x < y ? -1 : 1)))
      : each
  )

const hash = (text: string, digits: number): string => createHash('sha256').update(text).digest('hex').slice(0, digits)

/**
 * 12 hex digits over the checked file, defaults included: equal on both boards or no role changes. Source: R6.
 * Without `notices`: whom a board tells changes no role, and mending a mail address must not stop takeovers.
 */
export const configDigest = ({ notices: _, ...rest }: Checked): string => hash(canonicalJson(rest), DIGEST_DIGITS)

/**
 * 16 hex digits over the key's fingerprint, both board kinds and everything that can cut power or read it.
 * The proof of fencing is void when it changes. Source: R4.
 */
export const wiringFingerprint = (wiring: string, keyFingerprint: string): string =>
  hash(`${wiring}\n${keyFingerprint}`, FINGERPRINT_DIGITS)

/**
 * The wiring part alone, as `loadConfig` leaves it in `settings.wiring.fingerprint`; `withKey` completes it. `own`: this board and
 * what it is. Where the file says `auto` of the peer nothing here says what that is: the fingerprint is one board's own
 * affair, and what is measured in each fencing (R3) does not lean on it.
 */
export const wiringWithoutKey = (
  checked: Checked,
  own: { readonly board: BoardId; readonly kind: BoardKind }
): string => {
  const board = (id: BoardId, { kind, pins, agents }: Checked['boards']['a']) => ({
    kind: id === own.board ? own.kind : kind,
    controller: pins.controller,
    relay: pins.relay,
    sense: pins.sense,
    loop: pins.loop,
    agents: agents.map(({ path, options }) => ({ path, options }))
  })
  const wiring = { by: checked.fence.by, a: board('a', checked.boards.a), b: board('b', checked.boards.b) }
  return WITHOUT_KEY + hash(canonicalJson(wiring), FINGERPRINT_DIGITS)
}

/** The configuration with its final wiring fingerprint. Call once, on what `loadConfig` returned; asserts so. Source: R4. */
export const withKey = (config: Config, keyFingerprint: string): Config => {
  const wiring = config.settings.wiring
  assert(wiring.fingerprint.startsWith(WITHOUT_KEY), 'withKey was called twice on one configuration')
  const fingerprint = wiringFingerprint(wiring.fingerprint, keyFingerprint)
  return { ...config, settings: { ...config.settings, wiring: { ...wiring, fingerprint } } }
}
