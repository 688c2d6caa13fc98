#!/usr/bin/env node
// The button of a board that has no key: held for 10 s on both boards it pairs them. Started on a card by baton-pair-button.service.
// Exit codes: 0 ended as asked, paired, or a key is there; 2 usage, 4 no button. Opens button and lights, and no other line.
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { guardKey } from '../console/pairing-guard.js'
import { CARD, createHandedStore } from '../console/pairing-handed.js'
import { type PairingPlace, type PairingWish, pairingPlace } from '../console/pairing-place.js'
import { createClock } from '../driver/clock.js'
import { failureOf, runCommand } from '../driver/command.js'
import { openPanelButton } from '../driver/panel-button.js'
import { openPanelLights, type PanelLights } from '../driver/panel-lights.js'
import { openSerialLink } from '../driver/serial-link.js'
import { faultWiring } from '../runtime/fault-wiring.js'
import type { BoardLock } from '../runtime/single.js'
import { DEVICE_TREE_OPTION, EXIT, readArguments } from '../runtime/without-daemon.js'
import { pairMarked } from '../setup/mark.js'
import { type ByButtonWorld, createByButton } from './by-button.js'
import { createKeyStore } from './key-store.js'
import { type Outcome, outcomeText } from './outcome.js'
import { pairBoards } from './pair-boards.js'
import { codeText, progressText } from './progress.js'
import { SEED_BYTES } from './secret.js'
import { PLAIN } from './traits.js'

const USAGE = 'usage: pair-button [--config FILE] [--serial DEVICE] [--device-tree DIR] [FOLDER…]'
const OPTIONS = { config: { type: 'string' }, serial: { type: 'string' }, ...DEVICE_TREE_OPTION } as const
const TICK_MS = 100
/** For the other board, that is told. */
const LEAVING_MS = 3_000
const SYSTEMCTL_MS = 20_000
const LIGHTS = 'baton-fault.service'

const say = (text: string): void => void process.stdout.write(`pair-button: ${text}\n`)
const end = (code: number, text: string): never => {
  say(text)
  process.exit(code)
}

const systemctl = async (...words: readonly string[]): Promise<void> => {
  if (!existsSync('/run/systemd/system')) return
  const result = await runCommand('systemctl', words, { deadlineMs: SYSTEMCTL_MS })
  if (!result.ok) say(failureOf(result))
}

interface Begun {
  readonly place: PairingPlace
  readonly lock: BoardLock
  readonly fresh: boolean
  /** No record is here: a new board, that is to be set up. */
  readonly isNew: boolean
}

/**
 * Where, and with the daemon held off; why not is said. `elsewhere`: the lights are the daemon's, or were taken from nobody for nothing:
 * a key that can be used is not changed by a button.
 */
const begin = async (wish: PairingWish): Promise<Begun | 'elsewhere' | 'impossible'> => {
  const place = pairingPlace(wish, { env: process.env })
  if (!place.ok) {
    for (const line of place.lines) say(line)
    return 'impossible'
  }
  const guarded = await guardKey(place.value)
  if (guarded.ok && guarded.fingerprint === null)
    return { place: place.value, lock: guarded.lock, fresh: guarded.fresh, isNew: !guarded.hasRecord }
  if (guarded.ok) guarded.lock.release()
  say(guarded.ok ? 'this board has a key: it is changed at the consoles only, by `baton pair`' : guarded.text)
  return 'elsewhere'
}

const pairAt = async (
  { place, lock, fresh, isNew }: Begun,
  now: () => number,
  person: Parameters<ByButtonWorld['pair']>[0]
): Promise<Outcome> => {
  const { board, serial, keyFile } = place
  say(`board ${board} looks for the other one on ${serial.device}`)
  const outcome = await pairMarked({
    stateDir: place.stateDir,
    isNew,
    complain: say,
    pair: () =>
      pairBoards({
        ...person,
        // Who reads the log can compare it, too.
        compare: (code, signal) => {
          say(`the code is ${codeText(code)}`)
          return person.compare(code, signal)
        },
        board,
        seed: randomBytes(SEED_BYTES),
        openLine: onBytes => openSerialLink(serial, { now, onBytes }),
        traits: { ...PLAIN, fresh },
        parcel: null,
        store: createHandedStore(createKeyStore(keyFile), place),
        now,
        tell: progress => say(progressText(progress, board))
      })
  })
  lock.release()
  for (const line of outcomeText(outcome, board, keyFile, false)) say(line)
  return outcome
}

const main = (): void => {
  const { values, folders } = readArguments(OPTIONS, USAGE, end)
  const wiring = faultWiring({ folders, deviceTree: values['device-tree'] })
  if (!wiring.ok) return end(EXIT.noPanel, `no button: ${wiring.reason}`)
  const { pins, button, from } = wiring.value
  if (button === null) return end(EXIT.noPanel, `no button is known (${from})`)
  const clock = createClock()
  let lights: PanelLights | null = null
  let begun: Awaited<ReturnType<typeof begin>> = 'impossible'
  const leave = (code: number): void => {
    lights?.close()
    process.exit(code)
  }
  const work = createByButton({
    now: clock.now,
    show: panel => lights?.show(panel),
    takeLights: async () => {
      begun = await begin({ file: values.config, board: undefined, serial: values.serial })
      if (begun === 'elsewhere') return false
      await systemctl('stop', LIGHTS)
      lights = openPanelLights(pins, clock)
      for (const problem of lights.problems()) say(problem)
      return true
    },
    pair: async person => (typeof begun === 'string' ? null : pairAt(begun, clock.now, person)),
    over: outcome => {
      lights?.close()
      lights = null
      if (outcome?.result !== 'paired') void systemctl('start', '--no-block', LIGHTS)
      else void (existsSync(CARD) ? systemctl('reboot') : Promise.resolve()).then(() => leave(EXIT.ok))
    }
  })
  const opened = openPanelButton(
    pins,
    button,
    event => {
      if (event.kind === 'buttonDown' && !event.found) work.down()
      else if (event.kind === 'buttonUp') work.up(event.heldMs)
    },
    clock
  )
  if (!opened.ok) return end(EXIT.noPanel, opened.reason)
  say(`${opened.value.how} (${from}): held for 10 s on both boards it pairs them`)
  setInterval(work.tick, TICK_MS)
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => {
      work.leave()
      setTimeout(() => leave(EXIT.ok), LEAVING_MS)
    })
}

main()
