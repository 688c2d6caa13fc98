#!/usr/bin/env node
// The notices' own process: `notify --config FILE --board X`. Follows the daemon's log and tells people. Started and restarted by the
// daemon (driver/notifier.ts), at low priority: nothing that happens here can hold up a takeover. `--test [CHANNEL]` sends one test
// message by each channel and ends. Lines of JSON on standard output go into the daemon's event log.
import { stat, writeFile } from 'node:fs/promises'
import { setPriority } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { formatConfigError } from '../config/issue.js'
import { loadConfig } from '../config/load.js'
import type { Config } from '../config/types.js'
import { isBoard } from '../config/which-board.js'
import type { Level } from '../core/effect.js'
import { createClock } from '../driver/clock.js'
import { lockBoard } from '../runtime/single.js'
import { askStatus, followDaemon, type Handled } from './follow.js'
import { isQuiet, type Notice } from './notice.js'
import { createRunner, type Runner } from './runner.js'
import { readSecrets } from './secrets.js'
import { openWire } from './sender.js'
import { createStore, loadMemory, type Memory } from './store.js'
import { testChannels } from './test-message.js'

const NICE = 10
const STATUS_EVERY_MS = 30_000
const STATUS_SOON_MS = 700
const CHANGED_EVERY_MS = 20_000
const SHOW_MS = 300
const LOCK_TRIES = 20
const LOCK_PAUSE_MS = 250

const say = (level: Level, code: string, text: string): void => {
  process.stdout.write(`${JSON.stringify({ level, code, text: text.slice(0, 1000) })}\n`)
}

const readArguments = () => {
  const { values } = parseArgs({
    options: {
      config: { type: 'string' },
      board: { type: 'string' },
      test: { type: 'boolean' },
      channel: { type: 'string' }
    }
  })
  const { config, board, test = false, channel } = values
  if (config === undefined || (board !== undefined && !isBoard(board)))
    throw new Error('usage: notify --config FILE [--board a|b] [--test [--channel NAME]]')
  return { file: config, board, test, channel }
}

/** Leave it to others when memory or time are short. What cannot be had is not worth a word. */
const stepBack = async (): Promise<void> => {
  process.chdir('/')
  try {
    setPriority(NICE)
  } catch {}
  await writeFile('/proc/self/oom_score_adj', '900').catch(() => undefined)
}

/** A former process of this board may be about to end. */
const lockNotices = async (config: Config): Promise<boolean> => {
  for (let tries = 0; tries < LOCK_TRIES; tries += 1) {
    if ((await lockBoard(`${config.stateDir}\nnotices`, config.board)).ok) return true
    await new Promise(resolve => setTimeout(resolve, LOCK_PAUSE_MS))
  }
  return false
}

/** Ends this process when one of the files changed; it is started again and reads them anew. */
const endOnChange = (files: readonly string[]): void => {
  const stampOf = async (): Promise<string> => {
    const stamps = files.map(file =>
      stat(file).then(
        ({ mtimeMs, size, mode, ino }) => [mtimeMs, size, mode, ino].join(),
        () => 'none'
      )
    )
    return (await Promise.all(stamps)).join(' ')
  }
  const first = stampOf()
  setInterval(async () => {
    if ((await stampOf()) !== (await first)) process.kill(process.pid, 'SIGTERM')
  }, CHANGED_EVERY_MS).unref()
}

const openRunners = async (
  config: Config,
  memory: Memory,
  hooks: { changed: () => void; keep: () => Promise<void> }
) => {
  const { notices, pair, board } = config
  const clock = createClock()
  const secrets = readSecrets(notices.secretsFile)
  const quiet = (): boolean => {
    const seconds = clock.wallSeconds()
    const local = new Date(seconds * 1000)
    return isQuiet(notices.quiet, seconds, local.getHours() * 60 + local.getMinutes())
  }
  const runners: Runner[] = []
  for (const channel of notices.channels) {
    const wire = await openWire(channel, secrets, { pair, board })
    const { now, wallSeconds } = clock
    runners.push(
      createRunner({
        channel,
        wire,
        memory: memory.channels[channel.name],
        now,
        quiet,
        wallSeconds,
        report: say,
        ...hooks
      })
    )
  }
  return runners
}

/** What `baton notice` shows; volatile, no secret in it. */
const createShow = (config: Config, runners: readonly Runner[]) => {
  let planned = false
  return (): void => {
    if (planned) return
    planned = true
    setTimeout(() => {
      planned = false
      const text = JSON.stringify({ pid: process.pid, channels: runners.map(runner => runner.status()) })
      void writeFile(join(config.runDir, 'notices.json'), `${text}\n`, { mode: 0o640 }).catch(() => undefined)
    }, SHOW_MS)
  }
}

const run = async (config: Config): Promise<void> => {
  await stepBack()
  if (!(await lockNotices(config))) throw new Error('another process sends the notices of this board')
  const { memory, written, problem } = await loadMemory(config.stateDir)
  if (problem !== null) say('warning', 'notices-lost', problem)
  let runners: readonly Runner[] = []
  let handled: Handled | null = null
  let show = (): void => {}
  const snapshot = (): Memory => ({
    handled: handled?.snapshot() ?? memory.handled,
    channels: Object.fromEntries(runners.map(runner => [runner.status().name, runner.memory()]))
  })
  const onProblem = (words: string | null): void =>
    words === null
      ? say('notice', 'notices-stored', 'the queue of the notices can be kept again')
      : say('warning', 'notices-not-stored', words)
  const store = createStore(config.stateDir, snapshot, onProblem, written)
  const changed = (): void => {
    if (handled !== null) store.changed()
    show()
  }
  runners = await openRunners(config, memory, {
    changed,
    keep: async () => (handled === null ? undefined : store.keep())
  })
  show = createShow(config, runners)
  show()
  const ending = new AbortController()
  process.once('SIGTERM', () => ending.abort())
  endOnChange([config.file, config.notices.secretsFile])

  const tellsState = runners.some(({ wire }) => wire.tellState !== undefined)
  let soon: NodeJS.Timeout | undefined
  const lookAtState = async (): Promise<void> => {
    clearTimeout(soon)
    soon = undefined
    const status = await askStatus(config.socket)
    for (const { wire } of runners) wire.tellState?.(status)
  }
  if (tellsState) {
    setInterval(lookAtState, STATUS_EVERY_MS).unref()
    void lookAtState()
  }
  const onNotice = (notice: Notice): void => {
    for (const runner of runners) runner.take(notice)
    changed()
    if (tellsState) soon ??= setTimeout(lookAtState, STATUS_SOON_MS)
  }
  await followDaemon(
    config.socket,
    memory.handled,
    first => {
      handled = first
    },
    onNotice,
    ending.signal
  )
  await Promise.all([...runners.map(runner => runner.close()), handled === null ? undefined : store.close()])
}

const main = async (): Promise<number> => {
  const { file, board, test, channel } = readArguments()
  const loaded = loadConfig(file, { env: process.env, ...(board === undefined ? {} : { board }) })
  if (!loaded.ok) {
    const [first] = loaded.errors
    throw new Error(
      `the configuration is refused: ${first === undefined ? file : formatConfigError(first).replaceAll('\n', ' ')}`
    )
  }
  if (test) return testChannels(loaded.config, channel, text => process.stdout.write(`${text}\n`))
  await run(loaded.config)
  return 0
}

process.stdout.on('error', () => process.exit(0))
main().then(
  code => process.exit(code),
  (error: unknown) => {
    say('warning', 'notices-stopped', `notices are not sent: ${error instanceof Error ? error.message : String(error)}`)
    process.exit(70)
  }
)
