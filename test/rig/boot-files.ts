// What the Pi's firmware would read from the boot partition: which kernel, initrd and device tree, and the kernel's words.
// The emulator has no such firmware, so the rig does its work. Pure; used by card.ts.

export interface BootPlan {
  readonly kernel: string
  readonly initrd: string | null
  readonly deviceTree: string
  readonly commandLine: string
}

const DEVICE_TREE = 'bcm2837-rpi-3-b.dtb'

/** Value of an option that stands before any section, or in one that a Pi 3 takes; the last one counts. */
const optionOf = (config: string, name: RegExp): string | null => {
  let ours = true
  let found: string | null = null
  for (const raw of config.split('\n')) {
    const line = raw.trim()
    const section = /^\[(.+)\]$/.exec(line)?.[1]
    if (section !== undefined) ours = /^(all|pi3|pi3b?)$/i.test(section)
    const value = name.exec(line)?.[1]
    if (ours && value !== undefined) found = value.trim()
  }
  return found
}

/** `config`, `commandLine`: text of config.txt and cmdline.txt. `words`: what the rig adds to the kernel's line. */
export const bootPlan = (config: string, commandLine: string, words: readonly string[]): BootPlan => ({
  kernel: optionOf(config, /^kernel=(.+)$/) ?? 'kernel8.img',
  initrd: optionOf(config, /^initramfs\s+(\S+)/),
  deviceTree: optionOf(config, /^device_tree=(.+)$/) ?? DEVICE_TREE,
  commandLine: [...commandLine.trim().split(/\s+/), ...words].join(' ')
})

/**
 * What the board calls an Ethernet interface: by its hardware address, unless the kernel is told to keep its own names. Those are
 * counted in the order of the adapters' ports, for the one driver of all of them looks in that order. `at`: the how manieth, from 0.
 */
export const interfaceName = (commandLine: string, hardwareAddress: string, at = 0): string =>
  /(^|\s)net\.ifnames=0(\s|$)/.test(commandLine) ? `eth${at}` : `enx${hardwareAddress.split(':').join('')}`
