// The judge of the emulated pair: looks from outside whether both boards hold something at once (R1): the disk as its world sees
// it, the address by who answers for it on the LAN, the service by who answers at its own address.
import { setTimeout as delay } from 'node:timers/promises'
import { inNetns } from '../../board/virtual/helper.js'
import { BOARDS, SERVICE_PORT } from '../../board/virtual/names.js'
import { tryRun } from '../../board/virtual/shell.js'
import { nowMs } from '../../board/virtual/time.js'
import type { BoardId } from '../../src/core/types.js'
import { BRIDGE, HARDWARE_ADDRESS, type RigNames } from './names.js'

export interface Watcher {
  /** How often both held something at once; each with its evidence. */
  readonly heldTwice: readonly string[]
  readonly looks: number
  stop(): Promise<void>
}

const EVERY_MS = 5000
/** What two boards may answer within one look because one gave it to the other meanwhile is seen again, or was no fault. */
const AGAIN = 2

/** Boards whose hardware address is in arping's words. */
export const answeringBoards = (words: string): readonly BoardId[] =>
  BOARDS.filter(board => words.toLowerCase().includes(HARDWARE_ADDRESS[board]))

export const startWatcher = (
  names: RigNames,
  haveDisk: () => Promise<readonly BoardId[]>,
  tell: (text: string) => void
): Watcher => {
  const heldTwice: string[] = []
  let looks = 0
  let stopped = false

  const inside = async (file: string, words: readonly string[], timeoutMs: number): Promise<string> => {
    const [program, all] = inNetns(names.netns, file, words)
    return (await tryRun(program, all, { timeoutMs })).stdout
  }
  const haveAddress = async (): Promise<readonly BoardId[]> =>
    answeringBoards(await inside('arping', ['-b', '-c', '2', '-w', '2', '-I', BRIDGE, names.address.virtual], 8000))
  const haveService = async (): Promise<readonly BoardId[]> => {
    const look = `for h in ${names.address.a} ${names.address.b} ${names.address.a}; do timeout 3 bash -c ": </dev/tcp/$h/${SERVICE_PORT}" 2>/dev/null && echo 1 || echo 0; done`
    const [before, b, after] = (await inside('bash', ['-c', look], 15_000)).split('\n')
    return [...(before === '1' && after === '1' ? (['a'] as const) : []), ...(b === '1' ? (['b'] as const) : [])]
  }
  const judge = async (what: string, look: () => Promise<readonly BoardId[]>): Promise<void> => {
    for (let times = 0; times <= AGAIN; times += 1) if ((await look()).length < 2) return
    const text = `at ${(nowMs() / 1000).toFixed(0)} s of the machine's clock: both boards have ${what}`
    heldTwice.push(text)
    tell(`HELD TWICE ${text}`)
  }
  const run = async (): Promise<void> => {
    while (!stopped) {
      await judge('the disk', haveDisk)
      await judge(`the address ${names.address.virtual}`, haveAddress)
      await judge('the service', haveService)
      looks += 1
      await delay(stopped ? 0 : EVERY_MS)
    }
  }
  const running = run()
  return {
    heldTwice,
    get looks() {
      return looks
    },
    stop: async () => {
      stopped = true
      await running
    }
  }
}
