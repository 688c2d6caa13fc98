// Looks into a board from outside: which processes run in its pid namespace. Used by power, checker and scenarios.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import type { BoardId } from '../../src/core/types.js'

export interface BoardProcess {
  /** As the host counts. */
  readonly pid: number
  /** Command line, words joined by spaces. */
  readonly command: string
  /** One letter as in ps: R, S, D, T, Z … */
  readonly state: string
}

const read = (path: string): string => {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}

const children = (pid: number): number[] =>
  read(`/proc/${pid}/task/${pid}/children`)
    .trim()
    .split(' ')
    .filter(word => word !== '')
    .map(Number)

/** Pids in the same pid namespace as `init`, which is its first process. Slow way: every process of the machine. */
export const namespacePids = (init: number): number[] => {
  let own: string
  try {
    own = readlinkSync(`/proc/${init}/ns/pid`)
  } catch {
    return []
  }
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(pid => {
      try {
        return readlinkSync(`/proc/${pid}/ns/pid`) === own
      } catch {
        return false
      }
    })
}

const describe = (pid: number): BoardProcess => ({
  pid,
  command: read(`/proc/${pid}/cmdline`).split('\0').join(' ').trim(),
  state: read(`/proc/${pid}/stat`).split(') ').at(-1)?.[0] ?? '?'
})

/** Every process of a board: init, what it started, and orphans (init adopts them, so the tree is complete). */
export const boardProcesses = (init: number): readonly BoardProcess[] => {
  const found: number[] = []
  const queue = [init]
  for (let pid = queue.shift(); pid !== undefined; pid = queue.shift()) {
    found.push(pid)
    // Children of each thread: Node starts programs from its main thread only.
    queue.push(...children(pid))
  }
  return found.map(describe)
}

const NETS = ['tcp', 'tcp6', 'udp', 'udp6', 'udplite', 'udplite6', 'raw', 'raw6', 'packet'] as const

/** Sockets by which a process could say anything on a network, as `udp 4711`: the kernel's tables of its namespace against its open files. */
export const networkSockets = (pid: number): readonly string[] => {
  const open = new Set<string>()
  for (const name of readdirSync(`/proc/${pid}/fd`)) {
    try {
      const [, inode] = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${name}`)) ?? []
      if (inode !== undefined) open.add(inode)
    } catch {}
  }
  return NETS.flatMap(net =>
    read(`/proc/${pid}/net/${net}`)
      .split('\n')
      .slice(1)
      .flatMap(line => line.trim().split(/\s+/))
      .filter(word => open.has(word))
      .map(inode => `${net} ${inode}`)
  )
}

/** First process of a board of a world that another process of the lab made; null = it has no power. */
export const findInit = (worldDir: string, board: BoardId): number | null => {
  const found = readdirSync('/proc').find(name => {
    const [program = '', script = '', world, letter] = /^\d+$/.test(name)
      ? read(`/proc/${name}/cmdline`).split('\0')
      : []
    return /perl$/.test(program) && script.endsWith('init.pl') && world === worldDir && letter === board
  })
  return found === undefined ? null : Number(found)
}
