// One look at the world for the lead: this board's daemon, the other board's set-up, the disks of the groups. Changes nothing.
import type { Config, GroupConfig } from '../config/types.js'
import { ask } from '../console/client.js'
import { wasMaking } from '../driver/disk-make.js'
import { wasFirst } from '../driver/mirror-first.js'
import type { CopyFiles } from '../port/copy-files.js'
import type { DiskAnswer } from '../port/disk-answer.js'
import type { DiskTold, SetupView } from '../port/setup-view.js'
import type { ControlMessage, ControlRequest, DaemonStatus, LogEntry, OperatorRequest } from '../runtime/status.js'
import { type DiskSight, seeGroupDisk } from './group-disk.js'
import type { SetupWorld } from './step.js'

const ORDER_MS = 300_000
/** As many as the daemon tells at once. */
const RECENT = 1000

export interface Sight extends SetupWorld {
  /** The same as `disks`, with the devices. */
  readonly sights: Readonly<Record<string, DiskSight>>
}

/** Never rejects. The text of a failure is one line. */
const askFor = async <T>(
  socket: string,
  request: ControlRequest,
  take: (message: ControlMessage) => T | null
): Promise<T | string> => {
  let found: T | null = null
  let problem = 'it gave no answer'
  const end = await ask(socket, request, message => {
    found = take(message) ?? found
    if (message.kind === 'error') problem = message.text
  })
  if (found !== null) return found
  return end.kind === 'unreachable' ? (end.text.split('\n')[0] ?? problem) : problem
}

export const peerDisk = async (socket: string): Promise<DiskAnswer | string> => {
  const parts: CopyFiles[] = []
  const answer = await askFor(socket, { command: 'peer', what: 'disk', recent: 1 }, message => {
    if (message.kind === 'files') parts.push(message.part)
    return message.kind === 'disk' ? message.answer : null
  })
  const [first] = parts
  if (typeof answer === 'string' || first === undefined) return answer
  return { ...answer, files: { ...first, files: parts.flatMap(({ files }) => files) } }
}

/** The newest events of this board; a text = they cannot be had. */
export const ownEvents = async (socket: string, alarms: boolean): Promise<readonly LogEntry[] | string> => {
  const entries: LogEntry[] = []
  const what = {
    command: 'events',
    recent: RECENT,
    follow: false,
    ...(alarms ? { alarms: true as const } : {})
  } as const
  const end = await askFor(socket, what, message => {
    if (message.kind === 'event') entries.push(message.entry)
    return message.kind === 'end' ? true : null
  })
  return end === true ? entries : end
}

export const ownStatus = (socket: string): Promise<DaemonStatus | string> =>
  askFor(socket, { command: 'status' }, message => (message.kind === 'status' ? message.status : null))

const peerView = (socket: string): Promise<SetupView | string> =>
  askFor(socket, { command: 'peer', what: 'setup', recent: 1 }, message =>
    message.kind === 'setup' ? message.view : null
  )

/** What is served has its disk mounted: nobody looks at it. */
const sightOf = async (group: GroupConfig, own: DaemonStatus | string, stateDir: string): Promise<DiskSight | null> => {
  const told = typeof own === 'string' ? undefined : own.core.groups.find(({ name }) => name === group.name)
  if (group.disk !== null && (told?.role === 'active' || told?.peerRole === 'active'))
    return { kind: 'ready', words: `served on ${told.role === 'active' ? 'this board' : 'the other board'}` }
  return seeGroupDisk(group, stateDir)
}

/** Takes a second or two where a disk has to be read. */
export const lookAround = async ({ groups, stateDir }: Config, socket: string): Promise<Sight> => {
  const own = await ownStatus(socket)
  const heard = typeof own !== 'string' && own.core.peer.heard
  const peer = heard ? await peerView(socket) : 'it is not heard'
  const seen = await Promise.all(groups.map(async group => [group.name, await sightOf(group, own, stateDir)] as const))
  const sights = Object.fromEntries(seen.flatMap(([name, sight]) => (sight === null ? [] : [[name, sight] as const])))
  const disks: Record<string, DiskTold> = {}
  for (const [name, { kind, words }] of Object.entries(sights)) disks[name] = { kind, words }
  const making = (await wasMaking(stateDir)) || groups.some(({ name }) => wasFirst(stateDir, name))
  return { own, peer, disks, sights, making }
}

/** Give an order as the console does. Answers the daemon's last word. */
export const giveOrder = async (
  socket: string,
  what: OperatorRequest,
  tell: (text: string) => void
): Promise<{ readonly ok: boolean; readonly text: string }> => {
  let last = { ok: false, text: 'the daemon gave no last answer; see `baton status`' }
  const end = await ask(
    socket,
    { command: 'order', what },
    message => {
      if (message.kind === 'answer' && message.final) last = { ok: message.ok, text: message.text }
      else if (message.kind === 'answer') tell(`  ${message.text}`)
      else if (message.kind === 'error') last = { ok: false, text: message.text }
    },
    AbortSignal.timeout(ORDER_MS)
  )
  return end.kind === 'unreachable' ? { ok: false, text: end.text } : last
}
