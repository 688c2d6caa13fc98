// A null-modem cable for tests: two ptys joined by socat. Whoever lays one must cut it.
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from './wait.js'

export interface PtyCable {
  readonly x: string
  readonly y: string
  readonly socat: ChildProcess
  /** Ends socat: both ends hang up. */
  cut(): Promise<void>
  remove(): Promise<void>
}

/** Lay a cable; `folder` = use the same device names as a cable that was cut. */
export const layCable = async (folder = mkdtempSync(join(tmpdir(), 'baton-pty-'))): Promise<PtyCable> => {
  const x = join(folder, 'x')
  const y = join(folder, 'y')
  const socat = spawn('socat', [`pty,rawer,link=${x}`, `pty,rawer,link=${y}`], { stdio: 'ignore' })
  const ended = new Promise<void>(resolve => socat.once('exit', () => resolve()))
  await until('socat made both ptys', () => existsSync(x) && existsSync(y))
  const cut = async (): Promise<void> => {
    socat.kill('SIGCONT')
    socat.kill('SIGTERM')
    await ended
  }
  return {
    x,
    y,
    socat,
    cut,
    async remove() {
      await cut()
      rmSync(folder, { recursive: true, force: true })
    }
  }
}
