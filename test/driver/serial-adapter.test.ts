// `serial: auto`: the only USB adapter, and never one of several.
import { deepEqual, match } from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onlyAdapter } from '../../src/driver/serial-adapter.js'
import { openSerialLink } from '../../src/driver/serial-link.js'
import { until } from './wait.js'

describe('the only serial adapter', () => {
  const dev = mkdtempSync(join(tmpdir(), 'baton-adapter-'))
  after(() => rmSync(dev, { recursive: true }))
  const words = (): string => {
    const found = onlyAdapter(dev)
    return found.ok ? found.value : found.reason
  }

  it('is found by what the kernel calls it; with none or several it is said which there are', () => {
    match(words(), /^no USB serial adapter is plugged in$/)
    for (const other of ['ttyS0', 'ttyAMA0', 'ttyUSB', 'xttyUSB0']) writeFileSync(join(dev, other), '')
    match(words(), /^no USB/)
    writeFileSync(join(dev, 'ttyUSB3'), '')
    deepEqual(onlyAdapter(dev), { ok: true, value: join(dev, 'ttyUSB3') })
    writeFileSync(join(dev, 'ttyACM0'), '')
    mkdirSync(join(dev, 'serial/by-id'), { recursive: true })
    symlinkSync('../../ttyUSB3', join(dev, 'serial/by-id/usb-FTDI_1'))
    match(words(), /^there are 2 USB serial adapters: \S+\/ttyACM0 \S+\/serial\/by-id\/usb-FTDI_1$/)
  })

  it('is looked for when the link opens, and the link says what it lacks', async function () {
    // A machine with exactly one adapter is somebody's: nothing is opened there.
    if (onlyAdapter().ok) this.skip()
    const link = openSerialLink({ device: 'auto', baud: 9600 }, { onBytes: () => {}, now: () => performance.now() })
    await until('it has tried', () => /USB serial adapter/.test(link.describe().detail))
    match(link.describe().detail, /(no USB serial adapter is plugged in|there are \d+ USB).*boards\.X\.serial/)
    await link.close()
  })
})
