// A look into a running board over one ssh connection that stays open: root's commands, and the control socket of its daemon.
// For checks only: orders to the pair are typed at its console. Made by rig-world.ts for each board.
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { askDaemon } from '../../board/virtual/control.js'
import { inNetns } from '../../board/virtual/helper.js'
import { ADDRESS } from '../../board/virtual/names.js'
import { type ShellResult, tryRun } from '../../board/virtual/shell.js'
import type { BoardId } from '../../src/core/types.js'
import type { ControlMessage, ControlRequest } from '../../src/runtime/status.js'
import type { RigNames } from './names.js'
import { makeRemoteShell } from './remote-shell.js'

export interface Remote {
  /** The connection is open. */
  readonly connected: boolean
  /** What a person types to come in as root: words of a shell on this machine. */
  readonly shellWords: string
  /** Run a shell command as root. Never throws; what takes longer is killed. */
  run(command: string, deadlineMs: number): Promise<ShellResult>
  /** What a shell command says, from a shell that stays open: for what is asked again and again. '' = nothing, or no answer. */
  look(command: string, deadlineMs: number): Promise<string>
  /** Ask the daemon; rejects where there is no connection or no daemon. */
  ask(request: ControlRequest, deadlineMs: number): Promise<readonly ControlMessage[]>
  /** The board lost its power: let go of the dead connection. */
  drop(): void
  close(): Promise<void>
}

export interface RemoteOptions {
  readonly names: RigNames
  readonly board: BoardId
  /** Private key; its public half lies on the card. */
  readonly key: string
  readonly env: NodeJS.ProcessEnv
  /** Worth a try: the board has power, and has had time to boot. */
  readonly ready: () => boolean
  /** After a try that came to nothing, or a connection that ended. */
  readonly retryMs?: number
  readonly tell: (text: string) => void
}

const RETRY_MS = 8000
const LOOK_MS = 200
const DAEMON_SOCKET = '/run/baton/baton.sock'

/** Options of ssh; slow boards answer late, and their host key is new with each card. */
const sshWords = (key: string, control: string): readonly string[] => [
  ...['-F', '/dev/null', '-i', key, '-S', control],
  ...[
    'BatchMode=yes',
    'StrictHostKeyChecking=no',
    'UserKnownHostsFile=/dev/null',
    'LogLevel=ERROR',
    'ConnectTimeout=90',
    'ServerAliveInterval=30',
    'ServerAliveCountMax=5',
    // The cheapest that both sides have: each is a second or more of an emulated board.
    'KexAlgorithms=curve25519-sha256',
    'GSSAPIAuthentication=no'
  ].flatMap(option => ['-o', option])
]

export const makeRemote = ({ names, board, key, env, ready, retryMs, tell }: RemoteOptions): Remote => {
  const control = join(names.dir, board, 'ssh')
  const daemon = join(names.dir, board, 'daemon')
  const words = sshWords(key, control)
  const target = `root@${ADDRESS[board]}`
  let tunnel: ChildProcess | null = null
  let connected = false
  let closed = false

  const connectOnce = async (): Promise<void> => {
    // A connection that was killed has left its sockets.
    for (const file of [control, daemon]) rmSync(file, { force: true })
    const [file, all] = inNetns(names.netns, 'ssh', [...words, '-M', '-N', '-L', `${daemon}:${DAEMON_SOCKET}`, target])
    const child = spawn(file, all, { stdio: 'ignore', env })
    tunnel = child
    let over = false
    const ended = new Promise<void>(resolve => {
      child.once('exit', () => resolve())
      child.once('error', () => resolve())
    }).then(() => {
      over = true
    })
    // ssh makes its control socket when the board has let it in, and not before.
    while (!over && tunnel === child && !connected) {
      connected = existsSync(control)
      if (!connected) await delay(LOOK_MS)
    }
    if (connected) tell(`board ${board} lets us look inside (ssh)`)
    await ended
    if (tunnel !== child) return
    connected = false
    tunnel = null
  }
  const keep = async (): Promise<void> => {
    while (!closed) {
      if (ready()) await connectOnce()
      await delay(closed ? 0 : (retryMs ?? RETRY_MS))
    }
  }
  const kept = keep()
  const shell = makeRemoteShell(() => {
    if (!connected) return null
    const [file, all] = inNetns(names.netns, 'ssh', [...words, target, 'exec sh'])
    return spawn(file, all, { stdio: ['pipe', 'pipe', 'ignore'], env })
  })
  const drop = (): void => {
    shell.drop()
    tunnel?.kill('SIGKILL')
    tunnel = null
    connected = false
  }
  return {
    get connected() {
      return connected
    },
    shellWords: [...inNetns(names.netns, 'ssh', [...words, target])].flat().join(' '),
    run: (command, deadlineMs) => {
      const [file, all] = inNetns(names.netns, 'ssh', [...words, target, command])
      return tryRun(file, all, { timeoutMs: deadlineMs })
    },
    look: (command, deadlineMs) => shell.ask(command, deadlineMs),
    ask: async (request, deadlineMs) => {
      if (!connected) throw new Error(`board ${board} cannot be asked: no connection`)
      return askDaemon(daemon, request, deadlineMs)
    },
    drop,
    close: async () => {
      closed = true
      drop()
      await kept
    }
  }
}
