#!/usr/bin/env node
// Blinks the front panel while the daemon does not run and a person is needed. Started by baton-fault.service, ended before batond starts.
// Exit codes: 0 ended as asked, 2 usage, 4 no light can be lit. Opens the four lights and no other line.
import { readFileSync } from 'node:fs'
import { type PanelView, panelOf, type Whole } from '../core/panel-table.js'
import { createClock } from '../driver/clock.js'
import { openPanelLights } from '../driver/panel-lights.js'
import { faultWiring } from './fault-wiring.js'
import { DEVICE_TREE_OPTION, EXIT, readArguments } from './without-daemon.js'

const USAGE = 'usage: fault-lights [--word FILE] [--device-tree DIR] [FOLDER…]'
const OPTIONS = { word: { type: 'string', default: '/run/baton-card/lights' }, ...DEVICE_TREE_OPTION } as const
/** The lights stand still without a word for two seconds (panel-lights.ts). */
const SAY_EVERY_MS = 1000

const fail = (code: number, text: string): never => {
  process.stderr.write(`fault-lights: ${text}\n`)
  process.exit(code)
}

/** What provisioning/card/tell wrote. Without a word a person is wanted: nobody knows that the board only waits. */
const wholeOf = (file: string): Whole => {
  try {
    return readFileSync(file, 'utf8').trim() === 'unconfigured' ? 'unconfigured' : 'stopped'
  } catch {
    return 'stopped'
  }
}

const main = (): void => {
  const { values, folders } = readArguments(OPTIONS, USAGE, fail)
  const wiring = faultWiring({ folders, deviceTree: values['device-tree'] })
  if (!wiring.ok) return fail(EXIT.noPanel, `no lights: ${wiring.reason}`)
  const { pins, from } = wiring.value
  const lights = openPanelLights(pins, createClock())
  if (lights.fitted === 0)
    return fail(EXIT.noPanel, `no lights (${from}): ${lights.problems().join('; ') || 'none is wired'}`)
  let told: string | null = null
  const say = (): void => {
    const whole = wholeOf(values.word)
    const view: PanelView = { whole, active: 'failed', peer: 'gone', sync: 'none', fault: 'urgent' }
    lights.show(panelOf(view))
    const words = [`the lights say ${whole} (pins: ${from})`, ...lights.problems()].join('; ')
    if (words !== told) process.stdout.write(`fault-lights: ${words}\n`)
    told = words
  }
  say()
  setInterval(say, SAY_EVERY_MS)
  const end = (): void => {
    lights.close()
    process.exit(EXIT.ok)
  }
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
}

main()
