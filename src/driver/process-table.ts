// Reads one line of the process table: is this pid still the process that we knew? Called by service and command drivers.
// Reads /proc/PID/stat only, which never waits on a disk or on a lock of the process.
import { readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'

export interface ProcessState {
  /** Clock ticks since boot, as the kernel prints it: with the pid it names one process of this boot. */
  readonly startTime: string
  /** `R`, `S`, `D`, `Z`, … */
  readonly state: string
  readonly group: number
}

const parseStat = (text: string): ProcessState | null => {
  // The name in parentheses may hold blanks and parentheses itself: count from the last one.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [state, , group] = fields
  const startTime = fields[19]
  return state === undefined || group === undefined || startTime === undefined
    ? null
    : { startTime, state, group: Number(group) }
}

/** State of a process, null where it is gone or only its exit status waits (zombie). */
export const processState = (pid: number): ProcessState | null => {
  try {
    const state = parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))
    return state === null || state.state === 'Z' || state.state === 'X' ? null : state
  } catch {
    return null
  }
}

/** Start time of a process that may have ended already but is not yet reaped; null = gone. */
export const startTimeOf = async (pid: number): Promise<string | null> => {
  try {
    return parseStat(await readFile(`/proc/${pid}/stat`, 'utf8'))?.startTime ?? null
  } catch {
    return null
  }
}

/** True where the pid is alive and is the same process as then. */
export const sameProcess = async (pid: number, startTime: string): Promise<boolean> =>
  processState(pid)?.startTime === startTime

/** Random id of this boot of the kernel; empty where it cannot be read. */
export const bootId = (): string => {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return ''
  }
}

/** Live processes of a process group (zombies aside). Reads the stat line of every process: a few milliseconds. */
export const groupMembers = (group: number): readonly number[] => {
  try {
    process.kill(-group, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return []
  }
  const pids = readdirSync('/proc').flatMap(name => (/^\d+$/.test(name) ? [Number(name)] : []))
  return pids.filter(pid => processState(pid)?.group === group)
}

/** Signal to a process or, negative, to its group; one that is gone already is no error. */
export const signalProcess = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal)
  } catch {
    // It ended meanwhile.
  }
}
