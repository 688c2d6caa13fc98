#!/usr/bin/env node
// The daemon's door: `batond --config FILE [--board a|b]`. Reads configuration and key, starts one life, ends it on SIGTERM.
// Exit codes: 0 ended as asked, 2 usage, 4 bad configuration or key, 10 left in order (not to be started again by itself), 70 programmer's error (the supervisor starts it again).
import { writeSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { pino } from 'pino'
import { withKey } from '../config/digest.js'
import { formatConfigError } from '../config/issue.js'
import { readKeyFile } from '../config/key-file.js'
import { loadConfig } from '../config/load.js'
import { isBoard } from '../config/which-board.js'
import type { Level, Report } from '../core/effect.js'
import { announceReady, takeSupervisor } from '../driver/supervisor.js'
import { type Daemon, startDaemon } from './daemon.js'

const EXIT = { ok: 0, usage: 2, configuration: 4, left: 10, software: 70 } as const
const USAGE = 'usage: batond --config FILE [--board a|b]'
const DEFAULT_CONFIG = '/etc/baton/baton.yaml'

const fail = (code: number, text: string): never => {
  process.stderr.write(`batond: ${text}\n`)
  process.exit(code)
}

const readArguments = () => {
  try {
    const { values } = parseArgs({ options: { config: { type: 'string' }, board: { type: 'string' } } })
    const { board } = values
    if (board !== undefined && !isBoard(board)) return fail(EXIT.usage, `--board ${board}: must be a or b\n${USAGE}`)
    return { config: values.config ?? DEFAULT_CONFIG, board }
  } catch (error) {
    return fail(EXIT.usage, `${(error as Error).message}\n${USAGE}`)
  }
}

/** Written at once: what was reported before a crash is there. */
const createLog = (): ((report: Report) => void) => {
  // A full or broken destination loses lines; it must never hold or end the daemon (the event log has them, too).
  const destination = {
    write: (line: string): void => {
      try {
        writeSync(1, line)
      } catch {}
    }
  }
  const logger = pino({ base: null, formatters: { level: label => ({ level: label }) } }, destination)
  const write: Readonly<Record<Level, (report: Report) => void>> = {
    info: ({ level: _, text, ...rest }) => logger.info(rest, text),
    notice: ({ level: _, text, ...rest }) => logger.info(rest, text),
    warning: ({ level: _, text, ...rest }) => logger.warn(rest, text),
    alarm: ({ level: _, text, ...rest }) => logger.error(rest, text)
  }
  return report => write[report.level](report)
}

const main = async (): Promise<void> => {
  const supervisor = takeSupervisor(process.env)
  const args = readArguments()
  const loaded = loadConfig(args.config, {
    env: process.env,
    ...(args.board === undefined ? {} : { board: args.board })
  })
  if (!loaded.ok) return fail(EXIT.configuration, loaded.errors.map(formatConfigError).join('\n'))
  const key = readKeyFile(loaded.config.keyFile)
  if (!key.ok) return fail(EXIT.configuration, formatConfigError(key.error))
  const config = withKey(loaded.config, key.fingerprint)
  let daemon: Daemon | undefined
  let ending = false
  const end = (): void => {
    if (ending || daemon === undefined) return
    ending = true
    daemon.end()
  }
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
  const log = createLog()
  daemon = await startDaemon(config, key.key, log)
  daemon.ended.then(order => process.exit(order === 'leave' ? EXIT.left : EXIT.ok))
  // The loop runs and the socket answers: up. What a device lacks is in status and events.
  const unheard = await announceReady(supervisor, `board ${config.board} of pair ${config.pair}; see: baton status`)
  if (unheard !== null) log({ level: 'warning', code: 'not-announced', text: `systemd was not told: ${unheard}` })
}

main().catch((error: unknown) =>
  fail(EXIT.software, error instanceof Error ? (error.stack ?? error.message) : String(error))
)
