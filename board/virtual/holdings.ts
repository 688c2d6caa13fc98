// What a board really holds of the group, seen from outside: its mount, its addresses, its service. Used by the checker.
// Asks the kernel, never the daemon (R1 is judged on the world).
import { existsSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { ADDRESS } from './names.js'
import { boardProcesses } from './processes.js'

export interface Holdings {
  /** The board's loop device carries a mounted filesystem (also a lazily unmounted one). */
  readonly disk: boolean
  readonly addresses: boolean
  readonly services: boolean
}

export const holdsAnything = (holdings: Holdings): boolean => holdings.disk || holdings.addresses || holdings.services

const NOTHING: Holdings = { disk: false, addresses: false, services: false }

const read = (path: string): string => {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}

/** As /proc/net/if_inet6 writes an address. */
const flat6 = (address: string): string => {
  const [head = '', tail = ''] = address.split('::')
  const words = (part: string): string[] => part.split(':').filter(word => word !== '')
  const zeros = Array<string>(8 - words(head).length - words(tail).length).fill('0')
  return [...words(head), ...zeros, ...words(tail)].map(word => word.padStart(4, '0')).join('')
}

/** `init`: pid of the board's first process, null = without power (then it holds nothing but, for a moment, its mount). */
export const holdingsOf = (init: number | null, loop: string): Holdings => {
  const disk = existsSync(`/sys/fs/ext4/${basename(loop)}`)
  if (init === null) return { ...NOTHING, disk }
  const trie = read(`/proc/${init}/net/fib_trie`)
  const addresses =
    trie.includes(` ${ADDRESS.virtual}\n`) || read(`/proc/${init}/net/if_inet6`).includes(flat6(ADDRESS.virtual6))
  const services = boardProcesses(init).some(one => one.state !== 'Z' && /^\S*perl \S*service\.pl/.test(one.command))
  return { disk, addresses, services }
}
