// `baton notice`: does what this board has to tell arrive? And `baton notice test`: try each channel now. Needs no daemon.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatConfigError } from '../config/issue.js'
import { loadConfig } from '../config/load.js'
import type { Config } from '../config/types.js'
import { notifierCommand } from '../driver/notifier.js'
import type { BoardId } from '../runtime/status.js'
import { wallText } from './duration.js'
import { EXIT, type ExitCode } from './exit-code.js'
import { configFile, type Terminal } from './terminal.js'

interface NoticeOptions {
  readonly test: boolean
  readonly channel: string | undefined
  /** undefined = the board's own. */
  readonly file: string | undefined
  readonly board: BoardId | undefined
}

interface ChannelStatus {
  readonly name: string
  readonly kind: string
  readonly waiting: number
  readonly failures: number
  readonly words: string | null
  readonly ok: boolean | null
  readonly arrivedSeconds: number | null
}

const runTest = (config: Config, channel: string | undefined, terminal: Terminal): Promise<ExitCode> =>
  new Promise(resolve => {
    const [file, ...args] = notifierCommand(config)
    const chosen = channel === undefined ? [] : ['--channel', channel]
    const child = spawn(file, [...args, '--test', ...chosen], { stdio: ['ignore', 'pipe', 'inherit'] })
    let rest = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) terminal.say(line)
    })
    child.on('error', error => terminal.complain(`baton: the test could not be started: ${error.message}`))
    child.on('close', code => resolve(code === 0 ? EXIT.ok : code === 2 ? EXIT.usage : EXIT.refused))
  })

const channelText = ({ name, kind, waiting, failures, words, ok, arrivedSeconds }: ChannelStatus): string => {
  const last = arrivedSeconds === null ? 'none since its start' : `last one at ${wallText(arrivedSeconds)}`
  const waits = waiting === 0 ? '' : `; ${waiting} ${waiting === 1 ? 'waits' : 'wait'}`
  const state = ok === false ? `FAILS (${failures} times): ${words}` : last
  return `${name} (${kind}): ${state}${waits}`
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

const showStatus = (config: Config, terminal: Terminal): ExitCode => {
  if (config.notices.channels.length === 0) {
    terminal.say(`no notices: ${config.file} has no notices.channels`)
    return EXIT.ok
  }
  const file = join(config.runDir, 'notices.json')
  try {
    const { pid, channels } = JSON.parse(readFileSync(file, 'utf8')) as { pid: number; channels: ChannelStatus[] }
    if (!isAlive(pid)) throw new Error(`process ${pid} has ended`)
    for (const channel of channels) terminal.say(channelText(channel))
    return channels.some(({ ok }) => ok === false) ? EXIT.refused : EXIT.ok
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === 'ENOENT' ? `there is no ${file}` : (error as Error).message
    terminal.complain(`baton: nothing sends notices on this board now: ${why}`)
    terminal.complain(
      '  -> is batond running (`baton status`), and since the channels were configured? Its words: `baton events`'
    )
    return EXIT.unreachable
  }
}

export const runNotice = async (options: NoticeOptions, terminal: Terminal): Promise<ExitCode> => {
  const { test, channel, file, board } = options
  const loaded = loadConfig(file ?? configFile(terminal), {
    env: terminal.env,
    ...(board === undefined ? {} : { board })
  })
  if (!loaded.ok) {
    for (const error of loaded.errors) terminal.complain(formatConfigError(error))
    return EXIT.configuration
  }
  return test ? runTest(loaded.config, channel, terminal) : showStatus(loaded.config, terminal)
}
