import { deepEqual, equal, ok } from 'node:assert/strict'
import { KERNEL_WORDS, type PcOptions, pcWords } from './pc-emulator.js'

const OPTIONS: PcOptions = {
  dir: '/run/rig/a',
  netns: 'rig',
  env: {},
  kernel: '/cache/vmlinuz',
  initrd: '/cache/initrd',
  kernelWords: ['more=1'],
  root: '/cards/root-a.img',
  data: '/cards/data-a.img',
  diskSerial: 'data-a',
  taps: { lan: 'board-a', data: 'data-a' },
  hardwareAddresses: { lan: '40:27:eb:00:00:0a', data: '40:27:eb:00:01:0a' },
  log: '/out/emulator-a.log',
  onEvent: () => undefined
}

const wordsAfter = (flag: string): readonly string[] =>
  pcWords(OPTIONS).flatMap((word, i, all) => (word === flag ? [all[i + 1] ?? ''] : []))

describe('the command line of an emulated PC', () => {
  it('it waits at its first instruction, and stays when the machine switches itself off', () => {
    ok(pcWords(OPTIONS).includes('-S') && pcWords(OPTIONS).includes('-no-shutdown'))
  })

  it('console, cable and outlet are its first three serial ports, each with a line of its own to the processor', () => {
    const ports = wordsAfter('-device').filter(word => word.startsWith('isa-serial'))
    deepEqual(
      ports.map(word => /chardev=(\w+),index=(\d)/.exec(word)?.slice(1)),
      [
        ['console', '0'],
        ['serial', '1'],
        ['plug', '2']
      ]
    )
    ok(ports[2]?.includes('irq=5'))
  })

  it('the LAN comes before the data link: eth0 and eth1', () => {
    const adapters = wordsAfter('-device').filter(word => word.startsWith('virtio-net-pci'))
    deepEqual(
      adapters.map(word => /netdev=(\w+),mac=([\w:]+)/.exec(word)?.slice(1)),
      [
        ['lan', OPTIONS.hardwareAddresses.lan],
        ['link', OPTIONS.hardwareAddresses.data]
      ]
    )
  })

  it('no write waits for the disk of this machine, and both disks are opened unlocked', () => {
    const files = wordsAfter('-blockdev').filter(word => word.startsWith('driver=file'))
    equal(files.length, 2)
    for (const word of files) ok(word.includes('cache.no-flush=on') && word.includes('locking=off'), word)
  })

  it('a scenario adds words for the kernel', () => {
    equal(wordsAfter('-append')[0], [...KERNEL_WORDS, 'more=1'].join(' '))
  })
})
