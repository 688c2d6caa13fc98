// Events of the daemon as lines between what a person types: few, bounded, never two a moment for long. Used by the session.
import type { LogEntry } from '../runtime/status.js'
import { wallText } from './duration.js'
import { COLUMNS, plain, wrap } from './screen.js'

const LINES_MAX = 3
const WINDOW_MS = 10_000
const WINDOW_ENTRIES_MAX = 12

const bodyOf = ({ level, group, text, wallSeconds }: LogEntry): string => {
  const time = wallText(wallSeconds).replace(/^\S+ (?=\d)/, '')
  const mark = level === 'alarm' ? '** ALARM' : level === 'warning' ? '*  warning' : '*'
  return plain(`${mark} ${time}${group === undefined || text.includes(group) ? '' : ` ${group}`}: ${text}`)
}

/** At most three lines. */
export const alarmText = (entry: LogEntry): string => {
  const [first = '', ...rest] = wrap(bodyOf(entry), COLUMNS - 3, LINES_MAX)
  return [first, ...rest.map(line => `   ${line}`)].join('\n')
}

export interface AlarmLines {
  take(entry: LogEntry): void
  /** Hold them back (a command has the whole screen), or show what was held. */
  hold(held: boolean): void
  close(): void
}

/** `ring`: the terminal's bell, once for an alarm. Beyond twelve in ten seconds, or while held back, only their number is told. */
export const createAlarmLines = (print: (text: string) => void, ring: () => void): AlarmLines => {
  let shown = 0
  let leftOut = 0
  let held = false
  let timer: NodeJS.Timeout | null = null
  const tellRest = (): void => {
    if (held || leftOut === 0) return
    print(`*  ${leftOut} more happened meanwhile: events -n ${Math.min(1000, leftOut + shown)}`)
    leftOut = 0
  }
  const windowEnds = (): void => {
    timer = null
    tellRest()
    shown = 0
  }
  return {
    take: entry => {
      timer ??= setTimeout(windowEnds, WINDOW_MS)
      if (held || shown >= WINDOW_ENTRIES_MAX) {
        leftOut += 1
        return
      }
      shown += 1
      if (entry.level === 'alarm') ring()
      print(alarmText(entry))
    },
    hold: now => {
      held = now
      tellRest()
    },
    close: () => {
      if (timer !== null) clearTimeout(timer)
    }
  }
}
