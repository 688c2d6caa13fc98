// Lets this machine run the card's programs (arm64) while the card is built: qemu's user emulation, registered with the
// kernel. Called by build.ts. On a machine of that processor there is nothing to do. Undoes what it did.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { run, say } from '../provisioning/package/place.js'
import { ARCHITECTURE } from './plan.js'

const BINFMT = '/proc/sys/fs/binfmt_misc'
const NAME = 'baton-aarch64'
const INTERPRETERS = ['/usr/bin/qemu-aarch64-static', '/usr/bin/qemu-aarch64']
// An ELF file of 64 bits, little-endian, executable or shared, for AArch64. Source: qemu's own binfmt.d file.
const MAGIC = String.raw`\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00`
const MASK = String.raw`\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff`

const canRun = (): boolean => spawnSync('arch-test', [ARCHITECTURE], { stdio: 'ignore' }).status === 0

/** Two emulations give other times, not other bytes; but a half-registered one gives neither. */
const isStatic = (file: string): boolean => !readFileSync(file).includes('/lib64/ld-linux')

/** Returns what undoes it. Throws with words where emulation cannot be had. */
export const startEmulation = (): (() => void) => {
  if (run('dpkg', ['--print-architecture']).trim() === ARCHITECTURE || canRun()) return () => {}
  const interpreter = INTERPRETERS.find(file => existsSync(file) && isStatic(file))
  if (interpreter === undefined)
    throw new Error(
      `no static qemu-aarch64 in ${INTERPRETERS.join(', ')}: install qemu-user-static (Debian 13: qemu-user)`
    )
  const mounted = !existsSync(`${BINFMT}/register`)
  if (mounted) run('mount', ['-t', 'binfmt_misc', 'binfmt_misc', BINFMT])
  // F: the kernel keeps the program open, so that it is found inside a root without it.
  writeFileSync(`${BINFMT}/register`, `:${NAME}:M::${MAGIC}:${MASK}:${interpreter}:F`)
  const undo = (): void => {
    if (existsSync(`${BINFMT}/${NAME}`)) writeFileSync(`${BINFMT}/${NAME}`, '-1')
    // Another program may have registered something since.
    if (mounted && readdirSync(BINFMT).every(name => name === 'register' || name === 'status'))
      spawnSync('umount', [BINFMT], { stdio: 'ignore' })
  }
  if (canRun()) return undo
  undo()
  throw new Error(`${interpreter} is registered with the kernel, and still no ${ARCHITECTURE} program runs here`)
}

export const sayEmulation = (): void => {
  if (run('dpkg', ['--print-architecture']).trim() !== ARCHITECTURE)
    say(`this machine is no ${ARCHITECTURE}: the card's own programs run emulated, about ten times slower`)
}
