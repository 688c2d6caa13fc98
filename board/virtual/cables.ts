// The cables of a world and what can be wrong with them: serial, Ethernet to either board, noise and old frames on both.
// Made by world.ts; scenarios and the live screen pull them. Power is not here (power.ts, wires.ts).
import { type BoardId, otherBoard } from '../../src/core/types.js'
import { type Helper, inNetns, startHelper } from './helper.js'
import { ADDRESS, BOARDS, perlFile, portOf, TOKEN_PORT, type WorldNames } from './names.js'
import { run, tryRun } from './shell.js'

export interface Cables {
  /** What `from` sends over the serial cable arrives, or is lost. Both false = cable pulled. */
  serialCarries(from: BoardId, on: boolean): Promise<void>
  /** Plug or pull the Ethernet cable of a board. */
  ethernetPlugged(board: BoardId, on: boolean): Promise<void>
  /** The switch carries frames between the boards, or only to the client. */
  ethernetBetween(on: boolean): Promise<void>
  /** The peer's frames reach `board`, or go to an address that nobody has; all others, and the other direction, are carried. */
  ethernetHears(board: BoardId, on: boolean): Promise<void>
  /** A board has power: its serial receiver and its Ethernet port live. The cutter takes the port down by itself. */
  powered(board: BoardId, on: boolean): Promise<void>
  serialNoise(board: BoardId, bytes: number): Promise<void>
  serialReplay(board: BoardId, bytes: number): Promise<void>
  ethernetNoise(board: BoardId, frames: number): Promise<void>
  ethernetReplay(board: BoardId, frames: number): Promise<void>
  readonly state: {
    readonly serial: Record<BoardId, boolean>
    readonly plugged: Record<BoardId, boolean>
    between: boolean
  }
  close(): void
}

/** A hardware address on no machine: frames sent to it are lost. */
const NOBODY = '02:00:00:00:de:ad'

export const makeCables = async (names: WorldNames, env: NodeJS.ProcessEnv): Promise<Cables> => {
  const lan = names.netns('lan')
  const links = BOARDS.map(board => names.of(board, 'dev/serial'))
  const serial: Helper = await startHelper('perl', [perlFile('serial'), ...links], env, true)
  const [file, args] = inNetns(lan, 'perl', [perlFile('ethernet'), String(TOKEN_PORT), portOf('a'), portOf('b')])
  const ethernet = await startHelper(file, args, env, true)
  const state = { serial: { a: true, b: true }, plugged: { a: true, b: true }, between: true }
  const power: Record<BoardId, boolean> = { a: false, b: false }

  const link = async (board: BoardId): Promise<void> => {
    const level = power[board] && state.plugged[board] ? 'up' : 'down'
    await run('ip', ['-n', lan, 'link', 'set', portOf(board), level])
  }
  const isolate = async (board: BoardId): Promise<void> => {
    await run('ip', [
      'netns',
      'exec',
      lan,
      'bridge',
      'link',
      'set',
      'dev',
      portOf(board),
      'isolated',
      state.between ? 'off' : 'on'
    ])
  }

  return {
    serialCarries: async (from, on) => {
      state.serial[from] = on
      await serial.ask(`pass ${from} ${on ? 1 : 0}`)
    },
    ethernetPlugged: async (board, on) => {
      state.plugged[board] = on
      await link(board)
    },
    ethernetBetween: async on => {
      state.between = on
      await Promise.all(BOARDS.map(isolate))
    },
    ethernetHears: async (board, on) => {
      const words = ['-n', names.netns(otherBoard(board)), 'neigh', on ? 'del' : 'replace', ADDRESS[board]]
      if (on) await tryRun('ip', [...words, 'dev', 'eth0'])
      else await run('ip', [...words, 'lladdr', NOBODY, 'dev', 'eth0', 'nud', 'permanent'])
    },
    powered: async (board, on) => {
      power[board] = on
      await Promise.all([serial.ask(`hear ${board} ${on ? 1 : 0}`), ...(on ? [link(board)] : [])])
    },
    serialNoise: async (board, bytes) => void (await serial.ask(`noise ${board} ${bytes}`)),
    serialReplay: async (board, bytes) => void (await serial.ask(`replay ${board} ${bytes}`)),
    ethernetNoise: async (board, frames) => void (await ethernet.ask(`noise ${board} ${frames}`)),
    ethernetReplay: async (board, frames) => void (await ethernet.ask(`replay ${board} ${frames}`)),
    state,
    close: () => {
      serial.close()
      ethernet.close()
    }
  }
}
