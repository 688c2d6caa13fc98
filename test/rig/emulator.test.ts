import { deepEqual, equal, ok } from 'node:assert/strict'
import { type EmulatorOptions, emulatorWords } from './emulator.js'

const options = (over: Partial<EmulatorOptions> = {}): EmulatorOptions => ({
  dir: '/run/rig/a',
  netns: 'rig',
  env: {},
  card: '/cards/a.img',
  disk: '/cards/disk.img',
  kernel: '/cards/vmlinuz',
  initrd: '/cards/initrd',
  deviceTree: '/cards/pi.dtb',
  commandLine: 'console=ttyS1 rw',
  tap: 'board-a',
  hardwareAddress: '40:27:eb:00:00:0a',
  log: '/out/emulator-a.log',
  onEdge: () => undefined,
  onEvent: () => undefined,
  ...over
})

const wordsAfter = (words: readonly string[], flag: string): readonly string[] =>
  words.flatMap((word, i) => (word === flag ? [words[i + 1] ?? ''] : []))

describe('the command line of an emulated board', () => {
  it('it waits at its first instruction, and stays when the board switches itself off', () => {
    const words = emulatorWords(options())
    ok(words.includes('-S') && words.includes('-no-shutdown'))
  })

  it('the console is the second serial port, and the first one is nobody', () => {
    deepEqual(wordsAfter(emulatorWords(options()), '-serial'), ['null', 'chardev:console'])
  })

  it('the shared disk is there for the board without being plugged in', () => {
    const words = emulatorWords(options())
    ok(wordsAfter(words, '-blockdev').some(word => word.includes('locking=off') && word.includes('/cards/disk.img')))
    ok(!wordsAfter(words, '-device').some(word => word.includes('usb-storage')))
  })

  it('everything on USB has its own port of one hub', () => {
    const ports = wordsAfter(emulatorWords(options()), '-device').map(word => /port=([\d.]+)/.exec(word)?.[1])
    equal(new Set(ports).size, ports.length)
    deepEqual(ports, ['1', '1.1', '1.2'])
  })

  it('a kernel without an initrd is started without one', () => {
    deepEqual(wordsAfter(emulatorWords(options({ initrd: null })), '-initrd'), [])
  })
})
