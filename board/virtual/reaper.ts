// The one who cleans up: started with the world, in its own session, it sweeps when the lab closes its pipe or dies.
// Also sweeps worlds whose lab died together with its reaper. Must never touch a world whose owner lives.
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { perlFile, WORLD_PREFIX, type WorldNames, worldNames } from './names.js'

export interface Reaper {
  /** Sweep now; resolves when nothing is left. */
  sweep(): Promise<void>
}

const cleanEnv = (): NodeJS.ProcessEnv => ({ PATH: process.env.PATH ?? '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' })

/** Start-up time of a process in clock ticks: tells a process from a later one with its number. */
const startOf = (pid: number): string | null => {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ')[19] ?? null
  } catch {
    return null
  }
}

export const startReaper = (names: WorldNames): Reaper => {
  writeFileSync(`${names.dir}.owner`, `${process.pid} ${startOf(process.pid)}\n`)
  const child = spawn('perl', [perlFile('sweep'), names.dir, names.id], {
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
    env: cleanEnv()
  })
  const ended = new Promise<void>(resolve => {
    child.on('exit', () => resolve())
    child.on('error', () => resolve())
  })
  child.unref()
  return {
    sweep: () => {
      child.ref()
      child.stdin?.end()
      return ended
    }
  }
}

/** The lab of this world lives. */
export const isOwned = (id: string): boolean => {
  try {
    const [pid, start] = readFileSync(`${worldNames(id).dir}.owner`, 'utf8')
      .trim()
      .split(' ')
    return startOf(Number(pid)) === start
  } catch {
    return false
  }
}

/** Sweep what earlier labs left although they are dead. Returns the ids. */
export const sweepOrphans = async (): Promise<string[]> => {
  const swept: string[] = []
  for (const file of readdirSync(tmpdir())) {
    if (!file.startsWith(WORLD_PREFIX) || !file.endsWith('.owner')) continue
    const id = file.slice(WORLD_PREFIX.length, -'.owner'.length)
    if (isOwned(id)) continue
    const names = worldNames(id)
    if (!existsSync(names.dir) && !existsSync(`${names.dir}.owner`)) continue
    await new Promise<void>(resolve => {
      const child = spawn('perl', [perlFile('sweep'), names.dir, id], {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: cleanEnv()
      })
      child.on('exit', () => resolve())
      child.on('error', () => resolve())
    })
    swept.push(id)
  }
  return swept
}
