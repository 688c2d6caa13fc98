// A real card whose every write is logged, without a guest: QEMU's storage daemon shows the image as a file (FUSE), a loop device
// on that file carries the real ext4 of the state partition. As root. Used by tests and by `crash.js --make`.
import { type ChildProcess, spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { command, must } from './command.js'

const MIB = 1_048_576
/** Small, and of the shape of our image: p1 FAT, p2 root, p3 state. MiB from the card's beginning, and how many. */
const LAYOUT = [
  { from: 1, size: 4, type: 'c' },
  { from: 5, size: 4, type: '83' },
  { from: 9, size: 24, type: '83' }
] as const
const CARD_MIB = 34
const STATE = LAYOUT[2]
const READY_MS = 10_000
const END_MS = 10_000

export interface LoggedCard {
  /** The card before the first write: the log begins there. */
  readonly base: string
  readonly log: string
  /** Where the state partition is mounted. */
  readonly mountPoint: string
  /** Unmount in order and end the log; what was made for it is undone. Files stay. */
  close(): Promise<void>
}

const partition = async (card: string, at: number, make: (file: string) => Promise<string>): Promise<void> => {
  const { from, size } = LAYOUT[at] ?? STATE
  const part = `${card}.part`
  await must('truncate', '-s', '0', part)
  await must('truncate', '-s', `${size}M`, part)
  await make(part)
  await must('dd', `if=${part}`, `of=${card}`, 'bs=1M', `seek=${from}`, 'conv=notrunc,sparse', 'status=none')
  await must('rm', part)
}

/** `tree`: a folder whose content the state partition begins with. `blockBytes`: of its filesystem. */
const makeBase = async (card: string, tree: string, blockBytes: number): Promise<void> => {
  await must('truncate', '-s', `${CARD_MIB}M`, card)
  const table = LAYOUT.map(({ from, size, type }) => `start=${from}MiB, size=${size}MiB, type=${type}`).join('\n')
  writeFileSync(`${card}.table`, `label: dos\n${table}\n`)
  await must('sh', '-c', 'sfdisk --quiet "$1" <"$1.table" && rm "$1.table"', 'sfdisk', card)
  writeFileSync(`${card}.txt`, 'root=LABEL=baton-root ro\n')
  const fat = 'mkfs.vfat -n BATON "$1" && mcopy -i "$1" "$2" ::/cmdline.txt && rm "$2"'
  await partition(card, 0, part => must('sh', '-c', fat, 'fat', part, `${card}.txt`))
  await partition(card, 1, part => must('mkfs.ext4', '-q', '-F', '-L', 'baton-root', part))
  const state = ['-q', '-F', '-L', 'baton-state', '-b', `${blockBytes}`, '-d', tree]
  await partition(card, 2, part => must('mkfs.ext4', ...state, part))
}

const until = async (what: string, condition: () => boolean, words: () => string): Promise<void> => {
  const deadlineAt = performance.now() + READY_MS
  while (!condition()) {
    if (performance.now() > deadlineAt) throw new Error(`not within ${READY_MS} ms: ${what}; ${words()}`)
    await delay(20)
  }
}

/** QEMU's storage daemon with the card as the file `shown`. Blocks are logged in the card's own sectors. */
const startDaemon = async (card: string, log: string, shown: string): Promise<ChildProcess> => {
  writeFileSync(log, '')
  writeFileSync(shown, '')
  const args = [
    ...['--blockdev', `driver=file,node-name=card,filename=${card}`],
    ...['--blockdev', `driver=file,node-name=log,filename=${log}`],
    ...['--blockdev', 'driver=blklogwrites,node-name=logged,file=card,log=log,log-sector-size=512'],
    ...['--export', `type=fuse,id=shown,node-name=logged,mountpoint=${shown},writable=on`]
  ]
  const child = spawn('qemu-storage-daemon', args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let words = ''
  child.stderr?.on('data', (bytes: Buffer) => {
    words = (words + bytes.toString('utf8')).slice(-2000)
  })
  child.once('error', error => {
    words = `qemu-storage-daemon: ${error.message}`
  })
  const isShown = (): boolean => readFileSync('/proc/self/mountinfo', 'utf8').includes(` ${shown} `)
  try {
    await until(`${shown} is shown by qemu-storage-daemon`, isShown, () => words)
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
  return child
}

const endDaemon = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
  child.kill('SIGTERM')
  const late = setTimeout(() => child.kill('SIGKILL'), END_MS)
  await ended
  clearTimeout(late)
}

/** Undo in turn, the last first; the first thing that failed is told after all was tried. */
const undoAll = async (undos: (() => Promise<unknown>)[]): Promise<void> => {
  const failed: unknown[] = []
  for (const undo of undos.splice(0).reverse()) await undo().catch(error => failed.push(error))
  if (failed.length > 0) throw failed[0]
}

/** Make a card in `folder` and mount its state partition through the log. Rejects with words, and leaves nothing mounted then. */
export const createLoggedCard = async (folder: string, tree: string, blockBytes = 4096): Promise<LoggedCard> => {
  const [base, card, log, shown, mountPoint] = ['base.img', 'card.img', 'writes.log', 'shown', 'state'].map(name =>
    join(folder, name)
  ) as [string, string, string, string, string]
  const undos: (() => Promise<unknown>)[] = []
  try {
    await makeBase(base, tree, blockBytes)
    copyFileSync(base, card)
    mkdirSync(mountPoint, { recursive: true })
    const daemon = await startDaemon(card, log, shown)
    undos.push(() => endDaemon(daemon))
    const stretch = ['-o', `${STATE.from * MIB}`, '--sizelimit', `${STATE.size * MIB}`]
    const device = await must('losetup', '-f', '--show', ...stretch, shown)
    undos.push(() => must('losetup', '-d', device))
    await must('mount', '-t', 'ext4', '-o', 'nosuid,nodev,noatime', device, mountPoint)
    undos.push(() => must('umount', mountPoint))
  } catch (error) {
    await undoAll(undos).catch(() => undefined)
    throw error
  }
  return {
    base,
    log,
    mountPoint,
    close: async () => {
      await command('sync', ['-f', mountPoint])
      await undoAll(undos)
    }
  }
}
