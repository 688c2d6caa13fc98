// The life of one emulator, whatever it emulates: started halted, reached by sockets in a folder of its own, ended by SIGKILL.
// Used by emulator.ts (a Raspberry Pi) and pc/pc-emulator.ts (a PC).
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { inNetns } from '../../board/virtual/helper.js'
import { connectWithin } from './line-socket.js'
import { type OnQmpEvent, openQmp, type Qmp } from './qmp.js'

export interface EmulatorProcess {
  readonly alive: boolean
  readonly qmp: Qmp
  readonly console: Socket
  /** Its end of the null-modem cable. */
  readonly serial: Socket
  /** Resolves when the process is gone, with the reason. */
  readonly ended: Promise<string>
  /** Take its power away: SIGKILL, nothing is written any more. */
  kill(): Promise<void>
}

export interface ProcessOptions {
  readonly program: string
  readonly words: readonly string[]
  /** Folder of the sockets; short, for their names are bounded. */
  readonly dir: string
  readonly netns: string
  readonly env: NodeJS.ProcessEnv
  /** File for the emulator's own words. */
  readonly log: string
  readonly onEvent: OnQmpEvent
}

const OPEN_MS = 120_000

/** Words for a character device that is a socket of the folder. */
export const socketWords = (dir: string, name: string): string =>
  `socket,id=${name},path=${join(dir, name)},server=on,wait=off`

/** A device as `-device` takes it; `device_add` takes the same as it is. */
export const deviceWords = (device: Readonly<Record<string, string>>): string => {
  const { driver = '', ...rest } = device
  return [driver, ...Object.entries(rest).map(([name, value]) => `${name}=${value}`)].join(',')
}

const endOf = (child: ChildProcess): Promise<string> =>
  new Promise(resolve => {
    child.once('error', error => resolve(error.message))
    child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : signal))
  })

/**
 * Start it halted. `more` opens what this kind of emulator has beside the common sockets (`qmp`, `console`, `serial`).
 * Throws, with the place of its own words, where it does not come up.
 */
export const startEmulatorProcess = async <More extends object>(
  options: ProcessOptions,
  more: (open: (name: string) => Promise<Socket>) => Promise<More>
): Promise<EmulatorProcess & More> => {
  const [file, words] = inNetns(options.netns, options.program, options.words)
  const log = openSync(options.log, 'a')
  const child = spawn(file, words, { stdio: ['ignore', log, log], env: options.env })
  closeSync(log)
  let alive = true
  const ended = endOf(child).then(reason => {
    alive = false
    return reason
  })
  const kill = async (): Promise<void> => {
    if (alive) child.kill('SIGKILL')
    await ended
  }
  const open = (name: string): Promise<Socket> => connectWithin(join(options.dir, name), OPEN_MS, () => alive)
  try {
    const qmp = await openQmp(await open('qmp'), options.onEvent)
    const common: EmulatorProcess = {
      get alive() {
        return alive
      },
      qmp,
      console: await open('console'),
      serial: await open('serial'),
      ended,
      kill
    }
    return Object.assign(common, await more(open))
  } catch (error) {
    await kill()
    throw new Error(`an emulated board did not start: ${String(error)}; its own words are in ${options.log}`)
  }
}
