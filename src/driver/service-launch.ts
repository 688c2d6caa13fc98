// Starts a plain command as a service: own session, own environment, output to a file that we only open.
// Called by service-process.ts. Not by execa: it ties a child's life and streams to ours, and this one must outlive us.
import { spawn } from 'node:child_process'
import { mkdir, open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { ServiceConfig } from '../config/types.js'
import type { BoardId, Epoch } from '../core/types.js'
import { makeOrdinary } from './child-priority.js'
import { CHILD_MARK } from './command.js'
import { boundLog } from './service-log.js'
import { epochInWords } from './service-record.js'

/** Environment mark of everything that descends from a service, `GROUP/NAME`. */
export const SERVICE_MARK = 'BATON_SERVICE'

export interface Launch {
  readonly group: string
  readonly board: BoardId
  readonly service: ServiceConfig
  readonly epoch: Epoch
  readonly logFile: string
}

export type Launched =
  /** `ended`: how it ended, in words; it may resolve at any time, also after we gave the service up. */
  | { readonly ok: true; readonly pid: number; readonly ended: Promise<string> }
  | { readonly ok: false; readonly reason: string }

const environmentOf = ({ group, board, service, epoch }: Launch): NodeJS.ProcessEnv => {
  const inherited = Object.entries(process.env).filter(([name]) => name !== CHILD_MARK && name !== 'NOTIFY_SOCKET')
  return {
    ...Object.fromEntries(inherited),
    BATON_GROUP: group,
    BATON_BOARD: board,
    BATON_EPOCH: epochInWords(epoch),
    [SERVICE_MARK]: `${group}/${service.name}`
  }
}

/** The user's own group, by number: it need not carry the user's name. null = no such user on this board. */
const groupOfUser = async (user: string): Promise<string | null> => {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n')
  return lines.find(line => line.startsWith(`${user}:`))?.split(':')[3] ?? null
}

const commandOf = ({ command, user }: ServiceConfig, gid: string | null): readonly string[] => {
  // setpriv replaces itself by the command, so that the pid stays; it also gives the user's groups.
  const become = user === null ? [] : ['setpriv', `--reuid=${user}`, `--regid=${gid}`, '--init-groups', '--']
  return [...become, ...(command ?? [])]
}

/** Rejects where the log cannot be opened; a command that cannot be started is a value. */
export const launchService = async (launch: Launch): Promise<Launched> => {
  const { service, logFile } = launch
  const gid = service.user === null ? null : await groupOfUser(service.user)
  if (service.user !== null && gid === null) {
    return {
      ok: false,
      reason: `the service ${service.name} shall run as ${service.user}, but /etc/passwd has no such user`
    }
  }
  const [program, ...args] = commandOf(service, gid)
  if (program === undefined) return { ok: false, reason: `the service ${service.name} has no command` }
  await mkdir(dirname(logFile), { recursive: true, mode: 0o700 })
  await boundLog(logFile)
  const log = await open(logFile, 'a', 0o600)
  try {
    const child = spawn(program, args, {
      detached: true,
      cwd: '/',
      env: environmentOf(launch),
      stdio: ['ignore', log.fd, log.fd]
    })
    makeOrdinary(child.pid)
    const failure = new Promise<string>(resolve => child.once('error', error => resolve(error.message)))
    const ended = new Promise<string>(resolve =>
      child.once('exit', (code, signal) =>
        resolve(signal === null ? `it exited with ${code}` : `it was ended by ${signal}`)
      )
    )
    if (child.pid === undefined) {
      return { ok: false, reason: `the service ${service.name} could not be started: ${await failure}` }
    }
    child.unref()
    return { ok: true, pid: child.pid, ended }
  } finally {
    await log.close()
  }
}
