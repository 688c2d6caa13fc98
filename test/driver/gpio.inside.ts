// Lines of a controller made of plain files. Run by gpio.test.ts inside its namespace; never on a machine's own /sys.
import assert from 'node:assert/strict'
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gpioLineDir, makeGpioTree, readGpioLevel, writeGpioLevel } from '../../board/virtual/gpio-tree.js'
import { openInput, openOutput, resolveGpio } from '../../src/driver/gpio.js'

const ROOT = '/sys/class/gpio'
const LABEL = 'pinctrl-bcm2835'
const noEdge = (): void => {}

describe('GPIO line', () => {
  beforeEach(() => {
    for (const name of ['gpiochip512', 'gpiochip600', 'gpio529', 'gpio530', 'gpio531']) {
      rmSync(join(ROOT, name), { recursive: true, force: true })
    }
    makeGpioTree(ROOT, {
      label: LABEL,
      base: 512,
      ngpio: 54,
      lines: {
        17: { direction: 'in', level: false },
        18: { direction: 'out', level: true },
        19: { direction: 'in', level: true }
      }
    })
  })

  it('is found by the label of its controller, not by a fixed number', () => {
    makeGpioTree(ROOT, { label: 'raspberrypi-exp-gpio', base: 600, ngpio: 8, lines: {} })
    assert.deepEqual(resolveGpio(LABEL, 17), { ok: true, value: 529 })
    assert.deepEqual(resolveGpio('raspberrypi-exp-gpio', 3), { ok: true, value: 603 })
  })

  it('is looked for on the controller that has so many lines, where two have the same label', () => {
    makeGpioTree(ROOT, { label: 'pinctrl-rp1', base: 512, ngpio: 10, lines: {} })
    makeGpioTree(ROOT, { label: 'pinctrl-rp1', base: 600, ngpio: 54, lines: {} })
    assert.deepEqual(resolveGpio('pinctrl-rp1', 17), { ok: true, value: 617 })
    assert.deepEqual(resolveGpio('pinctrl-rp1', 9), { ok: true, value: 521 })
  })

  it('is refused with the labels that were seen, where no controller has it', () => {
    const refused = resolveGpio('pinctrl-bcm2711', 17)
    assert.equal(refused.ok, false)
    assert.match(refused.ok ? '' : refused.reason, /pinctrl-bcm2711.*seen: pinctrl-bcm2835 \(54 lines\)/)
  })

  it('is not written at all when it is opened as an output that is already driven', () => {
    const before = ['value', 'direction'].map(name => statSync(join(gpioLineDir(ROOT, 512, 18), name)).mtimeMs)
    const opened = openOutput(LABEL, 18)
    assert.ok(opened.ok, opened.ok ? '' : opened.reason)
    assert.equal(opened.value.initial, true)
    assert.deepEqual(opened.value.read(), { ok: true, value: true })
    const after = ['value', 'direction'].map(name => statSync(join(gpioLineDir(ROOT, 512, 18), name)).mtimeMs)
    assert.deepEqual(after, before)
  })

  it('keeps its level through a second life of the daemon', () => {
    const first = openOutput(LABEL, 17)
    assert.ok(first.ok)
    assert.equal(first.value.initial, false)
    assert.deepEqual(first.value.write(true), { ok: true, value: true })
    const second = openOutput(LABEL, 17)
    assert.ok(second.ok)
    assert.equal(second.value.initial, true)
    assert.equal(readFileSync(join(gpioLineDir(ROOT, 512, 17), 'direction'), 'latin1'), 'high')
    assert.equal(readGpioLevel(ROOT, 512, 17), true)
  })

  it('becomes a low output in one write where it was an input, even if the wire read high', () => {
    const opened = openOutput(LABEL, 19)
    assert.ok(opened.ok)
    assert.equal(opened.value.initial, false)
    assert.equal(readFileSync(join(gpioLineDir(ROOT, 512, 19), 'direction'), 'latin1'), 'low')
    assert.equal(readGpioLevel(ROOT, 512, 19), false)
  })

  it('is read as an input without edges where the kernel does not report them', () => {
    const opened = openInput(LABEL, 19, noEdge)
    assert.ok(opened.ok)
    assert.equal(opened.value.edges, false)
    assert.deepEqual(opened.value.read(), { ok: true, value: true })
    writeGpioLevel(ROOT, 512, 19, false)
    assert.deepEqual(opened.value.read(), { ok: true, value: false })
    opened.value.close()
  })

  it('has no level where its value is neither 0 nor 1: that is no proof of power off (R3)', () => {
    const opened = openInput(LABEL, 19, noEdge)
    assert.ok(opened.ok)
    for (const garbage of ['x\n', '', '\0', '01\n']) {
      writeFileSync(join(gpioLineDir(ROOT, 512, 19), 'value'), garbage)
      const read = opened.value.read()
      assert.equal(read.ok, false)
      assert.match(read.ok ? '' : read.reason, /neither 0 nor 1/)
    }
    writeFileSync(join(gpioLineDir(ROOT, 512, 19), 'value'), '0\n')
    opened.value.close()
  })

  it('is read the right way up where somebody had inverted it', () => {
    writeFileSync(join(gpioLineDir(ROOT, 512, 18), 'active_low'), '1\n')
    const opened = openOutput(LABEL, 18)
    assert.ok(opened.ok)
    assert.equal(readFileSync(join(gpioLineDir(ROOT, 512, 18), 'active_low'), 'latin1'), '0')
  })

  it('is refused with its number where it cannot be exported', () => {
    const refused = openInput(LABEL, 40, noEdge)
    assert.match(refused.ok ? '' : refused.reason, /GPIO 40 \(line 552\).*cannot be opened as an input/)
  })
})
