// board/KIND/board.yaml, its copy that the programs carry, and what is found out of a device tree.
import { deepEqual, equal, ok } from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { BOARD_KINDS, type BoardFacts, type BoardKind, boardKind, detectKind } from '../../src/config/board-kind.js'
import { boardFactsModule } from './board-facts-module.js'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const MODULE = join(ROOT, 'src/config/board-facts.ts')
const REAL: readonly BoardKind[] = ['rpi-3b', 'rpi-4b']

const dataOf = (kind: string): unknown => parse(readFileSync(join(ROOT, 'board', kind, 'board.yaml'), 'utf8'))
const linesOf = ({ pins: { panel, ...pins } }: BoardFacts): readonly number[] => [
  ...Object.values(pins),
  ...Object.values(panel)
]

describe('board kinds', () => {
  it('the programs carry what the data files say', () => {
    const wanted = boardFactsModule(Object.fromEntries(BOARD_KINDS.map(kind => [kind, dataOf(kind)])))
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(MODULE, wanted)
    else ok(readFileSync(MODULE, 'utf8') === wanted, 'src/config/board-facts.ts is out of date: UPDATE_GOLDEN=1')
  })

  it('every folder with a data file is a kind, and says so itself', () => {
    const folders = readdirSync(join(ROOT, 'board')).filter(name => existsSync(join(ROOT, 'board', name, 'board.yaml')))
    deepEqual(folders.sort(), [...BOARD_KINDS].sort())
    for (const kind of BOARD_KINDS) equal(boardKind(kind).kind, kind)
  })

  it('no line has two uses, and none is one of the console or pulled up at a cold boot', () => {
    for (const kind of BOARD_KINDS) {
      const facts = boardKind(kind)
      const lines = linesOf(facts)
      equal(new Set(lines).size, lines.length, kind)
      for (const line of lines) {
        ok(line >= 9 && line <= 27, `${kind}: BCM ${line}`)
        ok(![facts.console?.tx, facts.console?.rx].includes(line), `${kind}: BCM ${line} is the console's`)
        for (const uart of facts.spareUarts) ok(line !== uart.tx && line !== uart.rx, `${kind}: ${uart.name}`)
      }
    }
  })

  it('the firmware pulls every input of the standard wiring and touches no output', () => {
    for (const kind of REAL) {
      const { pins, configTxt } = boardKind(kind)
      const orders = configTxt.flatMap(line => {
        const [, numbers = '', what = ''] = /^gpio=([\d,]+)=(.*)$/.exec(line) ?? []
        return numbers === '' ? [] : numbers.split(',').map(number => [Number(number), what] as const)
      })
      deepEqual(
        orders.sort(([x], [y]) => x - y),
        [
          [pins.loop, 'ip,pd'],
          [pins.switchReadback, 'ip,pd'],
          [pins.strap, 'ip,pu'],
          [pins.panel.button, 'ip,pu'],
          [pins.sense, 'ip,pd']
        ].sort(([x], [y]) => Number(x) - Number(y)),
        kind
      )
    }
  })

  it('no hardware watchdog is asked for more than the 15 s that it can do', () => {
    for (const kind of BOARD_KINDS) ok(boardKind(kind).watchdog.timeoutMsMax <= 15_000, kind)
  })
})

describe('the kind that a board finds itself to be', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'baton-kind-'))
  after(() => rmSync(scratch, { recursive: true, force: true }))
  let made = 0
  const tree = (files: Readonly<Record<string, string>>): string => {
    const folder = join(scratch, String(made++))
    mkdirSync(folder)
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
    return folder
  }

  it('is what the device tree is compatible with', () => {
    equal(detectKind(tree({ compatible: 'raspberrypi,3-model-b\0brcm,bcm2837\0' })), 'rpi-3b')
    equal(detectKind(tree({ compatible: 'raspberrypi,3-model-b-plus\0brcm,bcm2837\0' })), 'rpi-3b')
    equal(detectKind(tree({ compatible: 'raspberrypi,4-model-b\0brcm,bcm2711\0' })), 'rpi-4b')
  })

  it('is told by the model where nothing else is there', () => {
    equal(detectKind(tree({ model: 'Raspberry Pi 3 Model B Rev 1.2\0' })), 'rpi-3b')
    equal(detectKind(tree({ model: 'Raspberry Pi 3 Model B Plus Rev 1.3\0' })), 'rpi-3b')
    equal(detectKind(tree({ model: 'Raspberry Pi 4 Model B\0' })), 'rpi-4b')
  })

  it('is none on a board that no folder describes, whatever its name begins with', () => {
    equal(detectKind(tree({ compatible: 'raspberrypi,5-model-b\0brcm,bcm2712\0' })), null)
    equal(detectKind(tree({ compatible: 'raspberrypi,3-model-a-plus\0brcm,bcm2837\0' })), null)
    equal(detectKind(tree({ compatible: 'x\0', model: 'Raspberry Pi 4 Model B Rev 1.1\0' })), null)
    equal(detectKind(tree({ model: 'Raspberry Pi 4 Model Bee\0' })), null)
    equal(detectKind(tree({})), null)
    equal(detectKind(join(scratch, 'not-there')), null)
  })
})

describe('the quick look at the strap', () => {
  it('knows line and controllers of every kind', () => {
    const script = readFileSync(join(ROOT, 'provisioning/card/strap'), 'utf8')
    for (const kind of BOARD_KINDS) {
      equal(Number(/^bcm=(\d+)$/m.exec(script)?.[1]), boardKind(kind).pins.strap, kind)
      ok(script.includes(boardKind(kind).gpio.controller), kind)
    }
  })
})
