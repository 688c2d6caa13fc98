// A configuration of a virtual board, a peer's token, and a bench without a person. Used by the tests of this room.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Bench } from '../../src/board-test/bench.js'
import { type Ears, heardNothing } from '../../src/board-test/ears.js'
import { boardKind } from '../../src/config/board-kind.js'
import { loadConfig } from '../../src/config/load.js'
import type { Config } from '../../src/config/types.js'
import type { Mode, Role, Token } from '../../src/core/types.js'

/** No key for anybody else. */
export const KEY = Uint8Array.from({ length: 32 }, (_, at) => at * 7 + 1)

/** `serial`: of board a; the links answer nobody unless a test makes them. */
export const makeConfig = (serial = '/dev/null-modem', pins = 'standard: true') => {
  const folder = mkdtempSync(join(tmpdir(), 'baton-board-test-'))
  const file = join(folder, 'baton.yaml')
  writeFileSync(join(folder, 'key'), `${Buffer.from(KEY).toString('hex')}\n`, { mode: 0o600 })
  writeFileSync(
    file,
    `stateDir: ${folder}
keyFile: ${folder}/key
token: {intervalMs: 50, deadMs: 500, stallMs: 200, latenessMs: 100}
fence: {relayActMs: 20, holdUpMs: 300, settleMs: 50}
boards:
  a: {kind: virtual, serial: ${serial}, watchdog: ${file}, pins: {${pins}}}
  b: {kind: virtual, serial: /dev/ttyUSB0, watchdog: ${file}, pins: {${pins}}}
groups:
  - name: files
    addresses: [{address: 10.1.0.50/24, interface: eth0}]
`
  )
  const loaded = loadConfig(file, { board: 'a' })
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors))
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  return { config: loaded.config, remove }
}

/** What board b says. */
export const tokenOf = (config: Config, role: Role, mode: Mode, sequence: number): Token => ({
  board: 'b',
  nonce: '00000000000000b1',
  peerNonce: '0000000000000000',
  sequence,
  echo: 0,
  mode,
  modeNumber: 1,
  digest: config.settings.digest,
  senior: 'a',
  restarting: false,
  leaving: false,
  stateBad: false,
  lanUp: true,
  relayDriven: false,
  proved: true,
  recovering: false,
  groups: [
    {
      epoch: { number: 1, board: 'a' },
      role,
      grant: 0,
      wanted: false,
      diskSeen: true,
      fit: true,
      mounted: false,
      started: false,
      copy: 'unknown',
      peerCopy: 'unknown'
    }
  ]
})

/** `answers`: what a person says, in order; without them nobody can be asked. */
export const makeBench = (config: Config, answers?: (string | null)[]) => {
  const told: string[] = []
  const asked: string[] = []
  const ask = async (question: string): Promise<string | null> => {
    asked.push(question)
    return answers?.shift() ?? null
  }
  const bench: Bench = {
    config,
    facts: boardKind(config.kind),
    peer: 'b',
    now: () => performance.now(),
    tell: text => told.push(text),
    ask: answers === undefined ? null : ask,
    signal: new AbortController().signal
  }
  return { bench, told, asked }
}

/** Ears that heard this token so long ago, or never one. */
export const earsWith = (token: Token | null, agoMs = 0): Ears => ({
  heard: { serial: heardNothing(), ethernet: null },
  last: token === null ? null : { token, at: performance.now() - agoMs },
  ethernetProblem: () => null,
  probe: () => {},
  close: async () => {}
})
