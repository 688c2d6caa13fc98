// A GPIO controller made of plain files, shaped like /sys/class/gpio. The virtual board mounts it in its own namespace; tests too.
// Must not replace or truncate a `value` file once it is made: the daemon keeps it open and reads it at any moment.
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'

export interface GpioLineSpec {
  readonly direction: 'in' | 'out'
  readonly level: boolean
}

export interface GpioTreeSpec {
  /** As in `gpiochip*\/label`: `pinctrl-bcm2835`, … */
  readonly label: string
  /** sysfs number of line 0; 512 on kernels from 6.6. */
  readonly base: number
  readonly ngpio: number
  /** Lines that exist from the beginning, by BCM number. Plain files cannot be exported later: name every line that is used. */
  readonly lines: Readonly<Record<number, GpioLineSpec>>
}

/**
 * Make the tree under `root`, which stands for `/sys/class/gpio`. May be called again with another controller for the same root.
 * Throws what the file system throws.
 */
export const makeGpioTree = (root: string, spec: GpioTreeSpec): void => {
  const chip = join(root, `gpiochip${spec.base}`)
  mkdirSync(chip, { recursive: true })
  writeFileSync(join(root, 'export'), '')
  writeFileSync(join(root, 'unexport'), '')
  writeFileSync(join(chip, 'label'), `${spec.label}\n`)
  writeFileSync(join(chip, 'base'), `${spec.base}\n`)
  writeFileSync(join(chip, 'ngpio'), `${spec.ngpio}\n`)
  for (const [bcm, line] of Object.entries(spec.lines)) {
    const folder = gpioLineDir(root, spec.base, Number(bcm))
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'direction'), `${line.direction}\n`)
    writeFileSync(join(folder, 'value'), line.level ? '1\n' : '0\n')
    writeFileSync(join(folder, 'edge'), 'none\n')
    writeFileSync(join(folder, 'active_low'), '0\n')
  }
}

/** Folder of one line. */
export const gpioLineDir = (root: string, base: number, bcm: number): string => join(root, `gpio${base + bcm}`)

/** Level of a line as anybody may see it on the wire. Throws when the line is not there. */
export const readGpioLevel = (root: string, base: number, bcm: number): boolean =>
  readFileSync(join(gpioLineDir(root, base, bcm), 'value'), 'latin1').startsWith('1')

/** Put a level on a wire in one write, never through an empty file. Throws when the line is not there. */
export const writeGpioLevel = (root: string, base: number, bcm: number, level: boolean): void => {
  const file = openSync(join(gpioLineDir(root, base, bcm), 'value'), 'r+')
  try {
    writeSync(file, level ? '1' : '0', 0)
  } finally {
    closeSync(file)
  }
}
