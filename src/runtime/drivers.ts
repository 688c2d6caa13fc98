// Opens every driver of one life of the daemon from its configuration. A device that cannot be had becomes an alarm, not a crash:
// the board goes on with what it has, and the core is told what is missing. Called by daemon.ts once.
import { mkdirSync } from 'node:fs'
import type { Config } from '../config/types.js'
import type { Report } from '../core/effect.js'
import { readAgentPlugs } from '../driver/agent-fence.js'
import { mirrorBytes } from '../driver/block-device.js'
import { runCommand } from '../driver/command.js'
import { runDiskProgram } from '../driver/disk-program.js'
import { mirrorSecret } from '../driver/drbd-words.js'
import { createFence, createNoFence } from '../driver/fence.js'
import { createGroupPort, type GroupContext } from '../driver/group-port.js'
import { watchLan } from '../driver/lan.js'
import { createLoginGates, type LoginGates } from '../driver/login-gate.js'
import { type MirrorDoor, openMirrorDoor } from '../driver/mirror-door.js'
import { replaceDisk } from '../driver/mirror-replace.js'
import { openPanel } from '../driver/panel.js'
import { openUsbSwitch } from '../driver/usb-switch.js'
import { openWatchdog } from '../driver/watchdog.js'
import type { Clock, Emit, FencePort, GroupPort, LanPort, PanelPort, WatchdogPort } from '../port/ports.js'
import { openTokenLinks, type TokenLinks } from './token-links.js'

export interface OpenDrivers {
  readonly links: TokenLinks
  readonly fence: FencePort
  readonly watchdog: WatchdogPort
  readonly panel: PanelPort
  readonly lan: LanPort
  readonly groups: ReadonlyMap<string, GroupPort>
  readonly loginGates: LoginGates
  /** null = no group has a mirrored disk. */
  readonly mirrorDoor: MirrorDoor | null
}

const WARM_DEADLINE_MS = 5000

/** The first spawn costs several times a later one: pay before it matters. */
export const warmSpawnPath = async (): Promise<void> => {
  await runCommand('true', [], { deadlineMs: WARM_DEADLINE_MS })
}

const replaceIn = (config: Config, group: string): Promise<string | null> => {
  const minor = config.groups.find(({ name }) => name === group)?.disk?.mirror?.minor
  return replaceDisk(wish => runDiskProgram(config, wish), group, minor === undefined ? 0 : mirrorBytes(minor))
}

const openFence = async (
  config: Config,
  emit: Emit,
  clock: Clock,
  report: (report: Report) => void
): Promise<FencePort> => {
  // An earlier life may have left the peer's plug off.
  const plugsOff = config.fenceAgents.length > 0 && (await readAgentPlugs(config.fenceAgents)) === 'off'
  const fence = createFence(config, emit, clock, plugsOff)
  if (fence.ok) return fence.value
  report({ level: 'alarm', code: 'fence-unusable', text: `the peer's power cannot be cut from here: ${fence.reason}` })
  return createNoFence(fence.reason, emit)
}

const openGroups = (
  config: Config,
  emit: Emit,
  clock: Clock,
  report: (report: Report) => void,
  loginGates: LoginGates,
  mirrors: GroupContext['mirrors']
) => {
  const usbSwitch = config.pins === null ? { ok: true as const, value: undefined } : openUsbSwitch(config.pins)
  if (!usbSwitch.ok) report({ level: 'alarm', code: 'usb-switch-unusable', text: usbSwitch.reason })
  const value = usbSwitch.ok ? usbSwitch.value : undefined
  return new Map(
    config.groups.map(group => {
      const context = {
        board: config.board,
        runDir: config.runDir,
        emit,
        clock,
        loginGates,
        log: (text: string) => report({ level: 'info', code: 'group-note', text, group: group.name }),
        ...(mirrors === undefined ? {} : { mirrors }),
        ...(value === undefined ? {} : { usbSwitch: value })
      }
      return [group.name, createGroupPort(group, context)] as const
    })
  )
}

export const openDrivers = async (
  config: Config,
  key: Uint8Array,
  emit: Emit,
  clock: Clock,
  report: (report: Report) => void
): Promise<OpenDrivers> => {
  mkdirSync(config.runDir, { recursive: true, mode: 0o755 })
  const lan = watchLan(config.lan, emit)
  const loginGates = createLoginGates(config.board, text => report({ level: 'info', code: 'login-gate', text }))
  const mirrored = config.groups.some(({ disk }) => disk?.mirror != null)
  const mirrorDoor = mirrored ? openMirrorDoor() : null
  const secret = (resource: string): string => mirrorSecret(key, resource)
  const mirrors =
    mirrorDoor === null
      ? undefined
      : {
          door: mirrorDoor,
          secret,
          replace: (group: string) => replaceIn(config, group),
          report,
          stateDir: config.stateDir
        }
  const [fence] = await Promise.all([openFence(config, emit, clock, report), lan.ready])
  return {
    fence,
    links: openTokenLinks(config, key, emit, clock),
    watchdog: openWatchdog(config.watchdog),
    panel: openPanel(config.pins, emit, clock, report),
    lan,
    loginGates,
    mirrorDoor,
    groups: openGroups(config, emit, clock, report, loginGates, mirrors)
  }
}
