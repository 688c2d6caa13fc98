// A small right configuration and a way to break it by text. Files go to a temporary directory that `after` removes.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '../../src/config/load.js'
import type { BoardSources } from '../../src/config/which-board.js'

export const RIGHT = `pair: shop
token:
  intervalMs: 100
  deadMs: 1000
fence:
  by: relay
  headStartMs: 1500
watchdog:
  feedMs: 1000
boards:
  a:
    kind: rpi-3b
    serial: /dev/ttyUSB0
    ethernet: 10.0.0.1
    pins: {relay: 17, sense: 22, loop: 23}
  b:
    kind: rpi-4b
    serial: /dev/ttyUSB1
    ethernet: 10.0.0.2
    pins: {relay: 18, sense: 24, loop: 25}
groups:
  - name: files
    disk:
      kind: shared
      device: {a: /dev/sda1, b: /dev/sdb1}
      mountPoint: /srv/data
      attach:
        by: command
        attach: [/usr/bin/true]
        detach: [/usr/bin/true]
    addresses:
      - {address: 10.1.0.50/24, interface: {a: eth0, b: eth1}}
    services:
      - name: store
        unit: smbd.service
`

/** One directory for the test files of one suite, made when the first file is: a suite that never runs leaves nothing. */
export const scratch = () => {
  let made: string | null = null
  const directory = (): string => {
    made ??= mkdtempSync(join(tmpdir(), 'baton-config-'))
    return made
  }
  const write = (text: string | Uint8Array, name = 'baton.yaml'): string => {
    const file = join(directory(), name)
    writeFileSync(file, text)
    return file
  }
  const load = (text: string | Uint8Array, sources: BoardSources = { board: 'a' }) => loadConfig(write(text), sources)
  const remove = (): void => {
    if (made !== null) rmSync(made, { recursive: true, force: true })
  }
  return { directory, write, load, remove }
}

/** Line (from 1) of the first line that contains `part`. */
export const lineWith = (text: string, part: string): number =>
  text.split('\n').findIndex(line => line.includes(part)) + 1
