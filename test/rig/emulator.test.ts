import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { type EmulatorOptions, emulatorWords, LINK_WORDS } from './emulator.js'

const options = (over: Partial<EmulatorOptions> = {}): EmulatorOptions => ({
  dir: '/run/rig/a',
  netns: 'rig',
  env: {},
  card: '/cards/a.img',
  disk: '/cards/disk.img',
  mirror: null,
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

  it('the shared disk is the last word, and nothing of a mirror stands there', () => {
    deepEqual(emulatorWords(options()).slice(-4), [
      ...['-blockdev', 'driver=file,node-name=diskfile,filename=/cards/disk.img,locking=off,cache.no-flush=on'],
      ...['-blockdev', 'driver=raw,node-name=data,file=diskfile']
    ])
  })

  it('everything on USB has its own port of one hub', () => {
    const ports = wordsAfter(emulatorWords(options()), '-device').map(word => /port=([\d.]+)/.exec(word)?.[1])
    equal(new Set(ports).size, ports.length)
    deepEqual(ports, ['1', '1.1', '1.2'])
  })

  it('half of a mirror is a disk and an adapter of its own, each at a port of its own, beside what every board has', () => {
    const mirror = { serial: 'data-a', tap: 'data-a', hardwareAddress: '40:27:eb:00:01:0a' }
    const words = emulatorWords(options({ disk: '/cards/data-a.img', mirror }))
    const shared = emulatorWords(options())
    const common = shared.length - 4
    deepEqual(words.slice(0, common), shared.slice(0, common))
    deepEqual(words.slice(common), [
      ...['-blockdev', 'driver=file,node-name=datafile,filename=/cards/data-a.img,locking=off,cache.no-flush=on'],
      ...['-blockdev', 'driver=raw,node-name=data,file=datafile'],
      ...['-device', 'usb-storage,id=disk,drive=data,port=1.3,serial=data-a'],
      ...['-netdev', 'tap,id=link,ifname=data-a,script=no,downscript=no'],
      ...['-device', 'usb-net,netdev=link,mac=40:27:eb:00:01:0a,port=1.4']
    ])
  })

  it('the adapter of the data link, and no other, is told to speak RNDIS', () => {
    const [credential = ''] = LINK_WORDS
    const [head, rule = ''] = [credential.slice(0, credential.lastIndexOf(':')), credential.split(':').at(-1)]
    equal(head, 'systemd.set_credential_binary=udev.rules.70-data-link')
    match(Buffer.from(rule, 'base64').toString(), /KERNEL=="1-1\.4", ATTR\{bConfigurationValue\}="2"\n$/)
    ok(LINK_WORDS.every(word => !word.includes(' ')))
  })

  it('a kernel without an initrd is started without one', () => {
    deepEqual(wordsAfter(emulatorWords(options({ initrd: null })), '-initrd'), [])
  })
})
