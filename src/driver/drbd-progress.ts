// How far a resync or a comparison of the copies is, from /proc/drbd: the only place where DRBD 8.4 tells it while it runs. Pure.

export interface DrbdProgress {
  /** 0..100, one digit after the point. */
  readonly percent: number
  /** DRBD's own estimate from the last 18 s; null = it stands still. */
  readonly secondsLeft: number | null
  readonly kibPerSecond: number
}

/** Lines of one minor: its first begins with the number, the others are indented further. */
const linesOf = (text: string, minor: number): string => {
  const lines = text.split('\n')
  const from = lines.findIndex(line => new RegExp(`^\\s*${minor}: cs:`).test(line))
  if (from < 0) return ''
  const rest = lines.slice(from + 1)
  const to = rest.findIndex(line => /^\s*\d+: cs:/.test(line))
  return [lines[from], ...(to < 0 ? rest : rest.slice(0, to))].join('\n')
}

/** null = nothing is under way. */
export const readProgress = (text: string, minor: number): DrbdProgress | null => {
  const lines = linesOf(text, minor)
  // Not the kernel's own percentage: with less than 4 MiB to go that says 100.
  const done = /(?:sync'ed|verified):.*\((\d+)\/(\d+)\)/.exec(lines)
  if (done === null) return null
  const [toGo, total] = [Number(done[1]), Number(done[2])]
  const [, hours, minutes, seconds] = /finish: (\d+):(\d\d):(\d\d)/.exec(lines) ?? []
  const speed = /speed: ([\d,]+)/.exec(lines)?.[1]?.replaceAll(',', '')
  const left = hours === undefined ? null : 3600 * Number(hours) + 60 * Number(minutes) + Number(seconds)
  return {
    percent: total === 0 ? 100 : Math.floor((1000 * (total - toGo)) / total) / 10,
    secondsLeft: /\(stalled\)/.test(lines) ? null : left,
    kibPerSecond: Number(speed ?? 0)
  }
}

/** Blocks of 4 KiB that differ, in KiB as DRBD counts them; null = it does not say. */
export const readOutOfSync = (text: string, minor: number): number | null => {
  const found = /\boos:(\d+)/.exec(linesOf(text, minor))
  return found === null ? null : Number(found[1])
}

/** DRBD's own words of one mirror. */
export interface DrbdSight {
  readonly connection: string
  readonly role: string
  readonly disk: string
  readonly peerDisk: string
}

/** null = the kernel has no such mirror. */
export const readSight = (text: string, minor: number): DrbdSight | null => {
  const found = /cs:(\w+) ro:(\w+)\/\w+ ds:(\w+)\/(\w+)/.exec(linesOf(text, minor))
  const [, connection = '', role = '', disk = '', peerDisk = ''] = found ?? []
  return found === null ? null : { connection, role, disk, peerDisk }
}

/** How the kernel calls the copy here (`UpToDate`); null = it has no disk for this minor. */
export const readDiskState = (text: string, minor: number): string | null => {
  const disk = readSight(text, minor)?.disk ?? 'Diskless'
  return disk === 'Diskless' ? null : disk
}

/** `about 12 minutes left`. */
export const leftWords = ({ secondsLeft }: DrbdProgress): string => {
  if (secondsLeft === null) return 'it stands still'
  if (secondsLeft < 90) return `about ${Math.max(secondsLeft, 1)} s left`
  const minutes = Math.round(secondsLeft / 60)
  return minutes < 120 ? `about ${minutes} minutes left` : `about ${Math.round(minutes / 60)} hours left`
}
