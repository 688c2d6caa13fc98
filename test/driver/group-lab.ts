// Real things for the driver tests: loop disks with ext4, an own folder each, and a clean end also after a failure.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { DeadlinesConfig, DiskConfig, GroupConfig, ServiceConfig } from '../../src/config/types.js'
import type { CoreEvent } from '../../src/core/event.js'
import type { Clock } from '../../src/port/ports.js'

export const EPOCH = { number: 7, board: 'a' } as const
export const clock: Clock = { now: () => performance.now(), wallSeconds: () => 1_700_000_000 }

export const sh = (file: string, ...args: string[]): string => {
  const result = spawnSync(file, args, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } })
  if (result.status !== 0) throw new Error(`${file} ${args.join(' ')}: ${result.stderr}${result.stdout}`)
  return result.stdout.trim()
}

/** Wait for a condition, at most ten seconds. */
export const until = async (what: string, condition: () => boolean | Promise<boolean>): Promise<void> => {
  const deadlineAt = performance.now() + 10_000
  while (!(await condition())) {
    if (performance.now() > deadlineAt) throw new Error(`not within ten seconds: ${what}`)
    await delay(10)
  }
}

export interface Lab {
  readonly folder: string
  readonly mountPoint: string
  readonly image: string
  readonly events: CoreEvent[]
  readonly notes: string[]
  /** Attach the image to a free loop device. */
  loop(image?: string): string
  /** Undo at the end, last first; errors are ignored. */
  later(undo: () => void): void
  end(): void
}

export const createLab = (): Lab => {
  const folder = mkdtempSync(join(tmpdir(), 'baton-driver-'))
  const undos: (() => void)[] = [() => rmSync(folder, { recursive: true, force: true })]
  const mountPoint = join(folder, 'mnt')
  const image = join(folder, 'disk.img')
  sh('truncate', '-s', '16M', image)
  sh('mkfs.ext4', '-q', '-F', '-L', 'batonlab', image)
  const later = (undo: () => void): void => {
    undos.push(undo)
  }
  return {
    folder,
    mountPoint,
    image,
    events: [],
    notes: [],
    later,
    loop: (file = image) => {
      const device = sh('losetup', '-f', '--show', file)
      later(() => spawnSync('losetup', ['-d', device]))
      later(() => spawnSync('umount', [mountPoint]))
      return device
    },
    end: () => {
      for (const undo of undos.reverse()) {
        try {
          undo()
        } catch {
          // The rest must be undone all the same.
        }
      }
    }
  }
}

export const DEADLINES: DeadlinesConfig = {
  attachMs: 2000,
  checkMs: 5000,
  mountMs: 3000,
  unmountMs: 3000,
  addressMs: 3000,
  startMs: 5000,
  stopMs: 3000,
  inspectMs: 3000
}

export const diskConfig = (lab: Lab, device: string, change: Partial<DiskConfig> = {}): DiskConfig => ({
  kind: 'shared',
  mirror: null,
  device,
  mountPoint: lab.mountPoint,
  options: 'noatime',
  attach: { by: 'command', attach: ['true'], detach: ['true'] },
  killUsers: false,
  probeEveryMs: 100,
  probeTimeoutMs: 1000,
  ...change
})

export const serviceConfig = (
  name: string,
  command: readonly string[],
  change: Partial<ServiceConfig> = {}
): ServiceConfig => ({
  name,
  unit: null,
  command,
  user: null,
  probe: { kind: 'process', target: [], everyMs: 50, timeoutMs: 500 },
  stopSignal: 'SIGTERM',
  ...change
})

export const groupConfig = (change: Partial<GroupConfig>): GroupConfig => ({
  name: 'files',
  disk: null,
  addresses: [],
  services: [],
  loginGate: null,
  deadlines: DEADLINES,
  ...change
})
