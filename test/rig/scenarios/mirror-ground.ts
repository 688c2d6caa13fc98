// The ground of a mirror on two emulated Pis, on trial: both boot the card's image with a disk and a second adapter each, and disk,
// link and the kernel's DRBD are there. What baton makes of them is another scenario's.
import { BOARDS, GROUP } from '../../../board/virtual/names.js'
import { nowMs } from '../../../board/virtual/time.js'
import { type BoardId, otherBoard } from '../../../src/core/types.js'
import { DATA_ADDRESS, DATA_HARDWARE_ADDRESS } from '../data-link.js'
import type { MirrorRigWorld } from '../rig-world.js'
import type { PiMirrorScenario, RigContext } from '../scenario.js'

/** Also on a machine that has more to do. */
const BOOT_S = 1800
const SOON_S = 120
const ORDER_MS = 120_000
const LOOK_MS = 20_000
const WRITTEN_MIB = 16

/** Interrupts of the controller that nobody answered for, and how long the root hub slept. */
const USB =
  'n=$(awk "/usb/ { sub(/:/, \\"\\", \\$1); print \\$1; exit }" /proc/interrupts); echo $(cat /proc/irq/$n/spurious) root hub slept $(cat /sys/bus/usb/devices/usb1/power/runtime_suspended_time) ms'

type Context = RigContext<MirrorRigWorld>

/** What a board says to a shell command; throws where it fails. */
const told = async ({ world }: Context, board: BoardId, command: string): Promise<string> => {
  const { ok, stdout, stderr } = await world.remotes[board].run(command, ORDER_MS)
  if (!ok) throw new Error(`${board}: \`${command}\`: ${stderr.trim() || stdout.trim() || 'no answer'}`)
  return stdout.trim()
}

const seconds = (since: number): string => `${((nowMs() - since) / 1000).toFixed(1)} s`

const boot = async (context: Context): Promise<void> => {
  const { boards, world, waitFor, row } = context
  const since = nowMs()
  for (const board of BOARDS) boards[board].restorePower()
  for (const board of BOARDS) await waitFor(`${board} to let us in`, () => world.remotes[board].connected, BOOT_S)
  row('both boards booted and let us in (ssh)', seconds(since))
}

const diskIsThere = async (context: Context, board: BoardId, there: boolean): Promise<void> => {
  const { world, waitFor } = context
  const look = `if [ -b ${world.disks.device(board)} ]; then echo yes; else echo no; fi`
  await waitFor(
    `the disk of ${board} to be ${there ? 'there' : 'gone'}`,
    async () => (await told(context, board, look)) === (there ? 'yes' : 'no'),
    SOON_S
  )
}

/** The address is the card's to set; an image whose baton knows no mirror leaves it to us. */
const addressData = async (context: Context, board: BoardId): Promise<void> => {
  const find = `grep -lix ${DATA_HARDWARE_ADDRESS[board]} /sys/class/net/*/address`
  const dev = (await told(context, board, find)).split('/')[4]
  const address = DATA_ADDRESS[board]
  const look = `ip -o addr show dev ${dev} | grep -c ' ${address}/' || true`
  const byCard = (await told(context, board, look)) === '1'
  if (!byCard) await told(context, board, `ip addr add ${address}/30 dev ${dev} && ip link set ${dev} up`)
  context.row(`data link of ${board}`, `${dev}, its address set ${byCard ? 'by the card' : 'by hand'}`)
}

const carries = async (context: Context, from: BoardId, without = ''): Promise<void> => {
  const to = DATA_ADDRESS[otherBoard(from)]
  const words = await context.world.remotes[from].run(`ping -n -c 10 -i 1 -W 3 ${to}`, ORDER_MS)
  const summary = words.stdout.split('\n').slice(-3).join(' ').trim()
  context.row(`ping from ${from} over the data link${without === '' ? '' : `, ${without}`}`, summary)
  context.expect(
    words.ok === (without === ''),
    `the data link ${without === '' ? 'carries' : 'carries nothing'}: ${summary}`
  )
}

/** By hand, as a person would try it: a mirror over link and disks, written once, and taken away again. */
const replicate = async (context: Context): Promise<void> => {
  const { world, row, waitFor } = context
  for (const board of BOARDS) {
    const disk = world.disks.device(board)
    const [own, peer] = [DATA_ADDRESS[board], DATA_ADDRESS[otherBoard(board)]]
    // What baton would make of the disks is not the question here.
    await told(context, board, 'systemctl stop baton-setup batond; modprobe drbd')
    await told(context, board, `if drbdsetup status ${GROUP} >/dev/null 2>&1; then drbdsetup down ${GROUP}; fi`)
    row(`DRBD of ${board}`, (await told(context, board, 'cat /proc/drbd')).split('\n')[0] ?? '')
    await told(context, board, `yes yes | drbdmeta --force 0 v08 ${disk} internal create-md`)
    await told(context, board, `drbdsetup new-resource try && drbdsetup new-minor try 0 0`)
    await told(context, board, `drbdsetup attach 0 ${disk} ${disk} internal`)
    await told(context, board, `drbdsetup connect try ipv4:${own}:7788 ipv4:${peer}:7788 --protocol=C --timeout=100`)
  }
  await waitFor(
    'both copies to see each other',
    async () => / cs:Connected /.test(await world.remotes.a.look('cat /proc/drbd', LOOK_MS)),
    SOON_S
  )
  await told(context, 'a', 'drbdsetup new-current-uuid 0 --clear-bitmap && drbdsetup primary 0')
  const since = nowMs()
  await told(context, 'a', `dd if=/dev/zero of=/dev/drbd0 bs=1M count=${WRITTEN_MIB} oflag=direct conv=fsync`)
  row(`${WRITTEN_MIB} MiB written to both disks`, seconds(since))
  const holders = await world.haveDisk()
  context.expect(holders.join() === 'a', `a alone has the mirror; seen: ${holders.join() || 'nobody'}`)
  await told(context, 'a', 'drbdsetup secondary 0')
  for (const board of BOARDS) await told(context, board, 'drbdsetup down try')
}

export const mirrorGroundScenario: PiMirrorScenario = {
  name: 'mirror-ground',
  mirror: true,
  title: 'two emulated Pis with a disk and a data link each: what a mirror needs is there, and can be taken away',
  run: async context => {
    const { world, row, expect } = context
    await boot(context)
    for (const board of BOARDS) {
      row(`interfaces of ${board}`, (await told(context, board, 'ip -br link')).replace(/\s*\n\s*/g, '; '))
      row(`disks of ${board}`, (await told(context, board, 'ls -l /dev/disk/by-id')).replace(/\s*\n\s*/g, '; '))
      await diskIsThere(context, board, true)
      await addressData(context, board)
      row(`USB of ${board}`, await told(context, board, USB))
    }
    for (const board of BOARDS) await carries(context, board)
    await world.link.cut()
    await carries(context, 'a', 'which is cut')
    await world.link.restore()
    await world.link.plug('b', false)
    await carries(context, 'a', 'pulled at b')
    await world.link.plug('b', true)
    await carries(context, 'a')
    await replicate(context)
    await world.disks.pull('b')
    await diskIsThere(context, 'b', false)
    await world.disks.replace('b')
    await world.disks.putIn('b')
    await diskIsThere(context, 'b', true)
    row('disk of b', 'pulled, and gone for b; a blank one put in, and there')
    await world.disks.break('b', true)
    const read = `dd if=${world.disks.device('b')} of=/dev/null bs=4k count=1 iflag=direct 2>&1`
    expect(!(await world.remotes.b.run(read, ORDER_MS)).ok, 'a broken disk cannot be read')
    await world.disks.break('b', false)
    await told(context, 'b', read)
    row('disk of b', 'broken: it cannot be read; mended: it can')
    for (const board of BOARDS) expect(world.machines[board].resets === 0, `${board} did not restart by itself`)
  }
}
