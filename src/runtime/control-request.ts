// A line from the control socket to a request, or why not. Bytes are hostile until checked here (R12).
import type { OperatorRequest } from '../core/event.js'
import type { Result } from '../port/ports.js'
import type { ControlRequest } from './status.js'

/** Events that one request may ask for. */
export const RECENT_MAX = 1000
/** A mode may be ordered for at most 30 days. */
export const MODE_FOR_MS_MAX = 30 * 86_400_000

const no = (reason: string): { ok: false; reason: string } => ({ ok: false, reason })
const yes = <T>(value: T): { ok: true; value: T } => ({ ok: true, value })

type Fields = Readonly<Record<string, unknown>>
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isCount = (value: unknown, max: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max

const parseMode = (what: Fields): Result<OperatorRequest> => {
  const mode = (['auto', 'manual', 'maintenance'] as const).find(word => word === what.mode)
  if (mode === undefined) return no('mode is none of auto, manual, maintenance')
  if (!isCount(what.forMs, MODE_FOR_MS_MAX)) return no(`forMs is not 0..${MODE_FOR_MS_MAX} ms`)
  return yes({ order: 'mode', mode, forMs: what.forMs })
}

const NAMED = ['switchover', 'takeStale', 'discardCopy', 'verify'] as const
const PLAIN = ['fenceProve', 'fenceOff', 'fenceOn', 'confirm', 'restart', 'leave'] as const

const parseOrder = (what: unknown): Result<OperatorRequest> => {
  if (!isFields(what)) return no('an order needs `what`')
  const plain = PLAIN.find(word => word === what.order)
  if (plain !== undefined) return yes({ order: plain })
  if (what.order === 'mode') return parseMode(what)
  if (what.order === 'recover') {
    if (what.home !== undefined && typeof what.home !== 'boolean') return no('home is neither true nor false')
    return yes({ order: 'recover', home: what.home === true })
  }
  const named = NAMED.find(word => word === what.order)
  if (named !== undefined) {
    if (typeof what.group !== 'string' || !/^[a-z0-9-]{1,32}$/.test(what.group))
      return no('group is no name of a group')
    return yes({ order: named, group: what.group })
  }
  return no('no such order')
}

/** One line without its line end. The reason of a refusal is for people. Never throws. */
export const parseRequest = (line: string): Result<ControlRequest> => {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return no('the request is no JSON')
  }
  if (!isFields(value)) return no('the request is no JSON object')
  switch (value.command) {
    case 'status':
      return yes({ command: 'status' })
    case 'trace':
      return yes({ command: 'trace' })
    case 'peer': {
      const what = (['events', 'reports', 'setup', 'disk'] as const).find(word => word === value.what)
      if (what === undefined) return no('what is none of events, reports, setup, disk')
      if (!isCount(value.recent, RECENT_MAX) || value.recent === 0) return no(`recent is not 1..${RECENT_MAX}`)
      return yes({ command: 'peer', what, recent: value.recent })
    }
    case 'reports':
      return yes({ command: 'reports' })
    case 'order': {
      const what = parseOrder(value.what)
      return what.ok ? yes({ command: 'order', what: what.value }) : what
    }
    case 'events':
      if (!isCount(value.recent, RECENT_MAX)) return no(`recent is not 0..${RECENT_MAX}`)
      if (typeof value.follow !== 'boolean') return no('follow is neither true nor false')
      if (value.alarms === true) return yes({ command: 'events', recent: value.recent, follow: false, alarms: true })
      return yes({ command: 'events', recent: value.recent, follow: value.follow })
  }
  return no('no such command')
}
