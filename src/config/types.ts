// The checked configuration that drivers and runtime read. Made by src/config/load.ts; a plain value, deeply read-only by habit.
import type { Settings } from '../core/settings.js'
import type { BoardId } from '../core/types.js'
import type { BoardKind } from './board-kind.js'
import type { NoticesConfig } from './types-notices.js'

export interface Config {
  /** The file that it was read from, for messages. */
  readonly file: string
  readonly pair: string
  readonly board: BoardId
  readonly kind: BoardKind
  readonly stateDir: string
  readonly runDir: string
  readonly keyFile: string
  readonly socket: string
  /** BATON group that may use the socket beside root; absent group: root only. */
  readonly socketGroup: string
  /** What the core needs; digest included. */
  readonly settings: Settings
  readonly serial: SerialConfig | null
  readonly ethernet: EthernetConfig | null
  readonly pins: PinConfig | null
  readonly fenceAgents: readonly FenceAgentConfig[]
  readonly watchdog: WatchdogConfig | null
  /** Interface whose carrier counts as the service LAN; null = not watched. */
  readonly lan: string | null
  /** Where the card sets the board's own address; null = DHCP. */
  readonly network: NetworkConfig | null
  /** The data link of its own for mirrored disks; null = they use the token link's addresses. */
  readonly replication: ReplicationLinkConfig | null
  readonly groups: readonly GroupConfig[]
  readonly notices: NoticesConfig
}

export interface SerialConfig {
  /** A path, or `auto`: the only USB adapter, looked for at each opening. */
  readonly device: string
  /** 9600..921600. */
  readonly baud: number
}

export interface EthernetConfig {
  /** Own address to bind, peer's address, UDP port, and TCP for the exchange (both sides the same). IPv4 or IPv6. */
  readonly address: string
  readonly peerAddress: string
  readonly port: number
}

export interface NetworkConfig {
  /** With prefix length. */
  readonly address: string
  readonly gateway: string | null
  readonly dns: readonly string[]
}

export interface ReplicationLinkConfig {
  /** With prefix length. */
  readonly address: string
  readonly interface: string
}

export interface PinConfig {
  /** GPIO controller's label as in /sys/class/gpio/gpiochip*\/label. */
  readonly controller: string
  /** BCM numbers. `null` = not fitted. */
  readonly relay: number | null
  readonly sense: number | null
  readonly loop: number | null
  readonly switchSelect: number | null
  readonly switchReadback: number | null
  readonly panel: PanelPinConfig
  /** Sense and loop are polled this often where the kernel gives no edges. 5..100 ms. */
  readonly pollMs: number
}

/** Four lights, lit when high, and a button to ground with a pull-up. `null` = not fitted. */
export interface PanelPinConfig {
  readonly active: number | null
  readonly peer: number | null
  readonly sync: number | null
  readonly fault: number | null
  readonly button: number | null
}

export interface FenceAgentConfig {
  /** Absolute path of a program with ClusterLabs' fence-agent API. */
  readonly path: string
  /** name=value lines for its standard input (action is added by us). */
  readonly options: Readonly<Record<string, string>>
  readonly timeoutMs: number
  /** `statusEveryMs` after `off` until `status` says off. */
  readonly statusEveryMs: number
}

export interface WatchdogConfig {
  readonly device: string
  readonly timeoutMs: number
}

export interface DeadlinesConfig {
  readonly attachMs: number
  readonly checkMs: number
  readonly mountMs: number
  readonly unmountMs: number
  readonly addressMs: number
  readonly startMs: number
  readonly stopMs: number
  readonly inspectMs: number
}

export interface DiskConfig {
  readonly kind: 'shared' | 'mirrored'
  /** What is mounted: `UUID=…`, `LABEL=…` or an absolute path, of this board; where it is mirrored the mirror's own device. */
  readonly device: string
  /** null = shared. */
  readonly mirror: MirrorConfig | null
  readonly mountPoint: string
  /** Mount options, comma separated; `noatime` by default. */
  readonly options: string
  /** How the device comes to this board and leaves it: a program with arguments, the GPIO USB switch of `pins`, or by becoming primary. */
  readonly attach: AttachConfig
  /** End processes that keep the mount busy (TERM, then KILL) before giving up. */
  readonly killUsers: boolean
  /** Timed I/O probe of the mounted disk. */
  readonly probeEveryMs: number
  readonly probeTimeoutMs: number
}

export type AttachConfig =
  | { readonly by: 'command'; readonly attach: readonly string[]; readonly detach: readonly string[] }
  | { readonly by: 'usbSwitch' }
  | { readonly by: 'mirror' }

/** The mirror of one group's disk on this board. */
export interface MirrorConfig {
  /** DRBD's name of it: the group's. */
  readonly resource: string
  /** /dev/drbdN. */
  readonly minor: number
  /** The disk or partition that carries this board's copy: an absolute path. */
  readonly backing: string
  /** Both ends of the replication link, without prefix length. IPv4 or IPv6. */
  readonly address: string
  readonly peerAddress: string
  /** Where the file gives the own one, and to which interface: for messages. */
  readonly addressFrom: string
  readonly port: number
  readonly timeoutMs: number
  readonly rateMaxMiB: number
  readonly rateMinKiB: number
  readonly replaced: 'ask' | 'auto'
  /** 0 = never by itself. */
  readonly verifyEveryDays: number
}

export interface AddressConfig {
  /** CIDR, IPv4 or IPv6. */
  readonly address: string
  readonly interface: string
}

export interface ProbeConfig {
  readonly kind: 'tcp' | 'http' | 'command' | 'process'
  /** tcp: host:port; http: URL; command: program and arguments. */
  readonly target: readonly string[]
  readonly everyMs: number
  readonly timeoutMs: number
}

export interface ServiceConfig {
  readonly name: string
  /** A systemd unit, or a command that we supervise ourselves; exactly one. */
  readonly unit: string | null
  readonly command: readonly string[] | null
  readonly user: string | null
  /** Ready when this succeeds; without it: when the process lives (unit: active). */
  readonly probe: ProbeConfig
  readonly stopSignal: 'SIGTERM' | 'SIGINT' | 'SIGQUIT'
}

export interface LoginGateConfig {
  /** The file that pam_nologin reads. */
  readonly file: string
  /** One more line for whoever is turned away. */
  readonly message: string | null
}

export interface GroupConfig {
  readonly name: string
  readonly disk: DiskConfig | null
  readonly addresses: readonly AddressConfig[]
  readonly services: readonly ServiceConfig[]
  /** null = logins do not follow this group. */
  readonly loginGate: LoginGateConfig | null
  readonly deadlines: DeadlinesConfig
}
