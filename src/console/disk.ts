// `baton disk`: list and prepare here, create and answer in files of their own. Which disks could be that of a group, what is on them, and an ext4 on one that is blank. What
// holds anything is made anew only where a person gives its serial number and says yes. Refused while a board holds the group (R1).
import { formatConfigError } from '../config/issue.js'
import { loadConfig } from '../config/load.js'
import type { Config } from '../config/types.js'
import { type BlockDevice, blockDevice, sizeText, usbDevices } from '../driver/block-device.js'
import { seeDevice } from '../driver/disk-device.js'
import { diskName, type Judged, judgeDisk, makeFilesystem } from '../driver/disk-make.js'
import { seeBacking } from '../driver/mirror-backing.js'
import { lockBoard } from '../runtime/single.js'
import type { BoardId } from '../runtime/status.js'
import { diskNameOf } from '../setup/group-disk.js'
import { type Held, holdStill } from '../setup/hold-still.js'
import { ownStatus } from '../setup/look.js'
import { asRoot } from './as-root.js'
import { chooseGroup } from './disk-group.js'
import { EXIT, type ExitCode } from './exit-code.js'
import { agree } from './order.js'
import { configFile, type Terminal } from './terminal.js'

/** Disks that a person named: this board's (`own`), or by the letter of their board. */
export type Serials = Readonly<Partial<Record<'own' | BoardId, string>>>

export interface DiskOptions {
  /** `answer`: started by the daemon, for the other board's console. */
  readonly what: 'list' | 'prepare' | 'create' | 'compare' | 'answer'
  /** undefined = the only one with a disk. */
  readonly group: string | undefined
  readonly serial: string | undefined
  /** create: the same, read. */
  readonly serials: Serials
  /** create: the ext4 that is there stays. */
  readonly keep: boolean
  /** answer: make it ready, do not only look. */
  readonly make: boolean
  /** answer: tell what changed on it. */
  readonly files: boolean
  /** compare, answer: Unix seconds; null = as it is written down. */
  readonly since: number | null
  readonly yes: boolean
  /** Started as root by a command that has the person (pipe-terminal.ts). */
  readonly pipe: boolean
  readonly file: string | undefined
  readonly board: BoardId | undefined
}

interface Candidate {
  readonly device: BlockDevice
  readonly judged: Judged
  /** The configuration names this very device. */
  readonly meant: boolean
}

const VERDICTS: Readonly<Record<Judged['kind'], string>> = {
  blank: 'may be prepared',
  content: 'only with its serial number',
  never: 'cannot be prepared'
}

const wordsOf = (judged: Judged): string =>
  judged.kind === 'blank' ? (judged.halfMade ? 'half made by this board, and cut off' : 'blank') : judged.words

const lineOf = ({ device, judged, meant }: Candidate): string => {
  const { bytes, kind, model, path, serial } = device
  const name = serial === null ? 'tells no serial number' : `serial ${serial}`
  const first = [path, kind, sizeText(bytes), model || 'no model', name].join(', ')
  return `${first}${meant ? ' (named by the configuration)' : ''}\n    ${wordsOf(judged)}: ${VERDICTS[judged.kind]}`
}

/** All that could be meant: what the configuration names, and everything on USB. */
const candidates = async (config: Config | null, stateDir: string): Promise<readonly Candidate[]> => {
  const named = (config?.groups ?? []).flatMap(({ disk }) => {
    const seen = disk === null ? null : seeDevice(disk.mirror?.backing ?? disk.device)
    return seen === null ? [] : [seen.number]
  })
  const devices = [...usbDevices(), ...named.flatMap(number => blockDevice(number) ?? [])]
  const all = devices.filter(({ number }, at) => devices.findIndex(each => each.number === number) === at)
  return Promise.all(
    all.map(async device => ({
      device,
      judged: await judgeDisk(device, stateDir),
      meant: named.includes(device.number)
    }))
  )
}

const list = async (config: Config | null, terminal: Terminal): Promise<ExitCode> => {
  const found = await candidates(config, config?.stateDir ?? '/var/lib/baton')
  for (const { disk, name } of config?.groups ?? []) {
    if (disk?.mirror == null) continue
    const { told } = await seeBacking(disk.mirror, config?.stateDir ?? '')
    terminal.say(`copy of ${name} on this board: ${told.words}`)
  }
  if (found.length === 0) terminal.say('no disk is seen on USB: plug it in, and look where a USB switch points')
  for (const candidate of found) terminal.say(lineOf(candidate))
  return EXIT.ok
}

/** Nobody takes the group meanwhile: the pair is held still, or, without a daemon here, the board's lock keeps one from starting. */
const hold = async ({ board, socket, stateDir }: Config, group: string): Promise<Held> => {
  const own = await ownStatus(socket)
  if (typeof own !== 'string') return holdStill(socket, group, own.core.mode)
  const lock = await lockBoard(stateDir, board)
  if (!lock.ok) return { ok: false, text: `a daemon runs and does not answer: ${own}` }
  const release = async () => lock.value.release()
  return { ok: true, release, leave: release }
}

/** The one that is meant. What is blank and alone needs no name. */
const choose = async (
  found: readonly Candidate[],
  serial: string | undefined,
  byPath: boolean,
  terminal: Terminal
): Promise<Candidate | string> => {
  const all = byPath ? found.filter(({ meant }) => meant) : found.filter(({ device }) => device.kind === 'disk')
  const named = (name: string): Candidate | string => {
    const hits = all.filter(({ device }) => diskName(device) === name)
    if (hits.length === 1 && hits[0] !== undefined) return hits[0]
    const count = hits.length === 0 ? 'no disk that could be meant has' : `${hits.length} disks have`
    return `${count} the serial number ${name}: \`baton disk list\` shows what is there; nothing was done`
  }
  if (serial !== undefined) return named(serial)
  const blank = all.filter(({ judged }) => judged.kind === 'blank')
  if (blank.length === 1 && blank[0] !== undefined) return blank[0]
  for (const candidate of all) terminal.complain(lineOf(candidate))
  if (all.length === 0) return 'no disk is seen that could be meant: plug it in, and look where a USB switch points'
  const why = blank.length > 1 ? 'several disks are blank' : 'no disk is blank'
  const how = `${why}: name one by its serial number (or its device, where it tells none)`
  if (!terminal.askable) return `${how}: --serial`
  terminal.complain(how)
  const typed = ((await terminal.ask('Serial number (Enter alone: do nothing): ')) ?? '').trim()
  return typed === '' ? 'nothing was done' : named(typed)
}

const dangerOf = ({ device, judged }: Candidate, group: string): string => {
  const what = `${device.path} (${sizeText(device.bytes)} ${device.model}, ${diskName(device)})`
  return judged.kind === 'content'
    ? `ALL THAT IS ON ${what} IS LOST: ${judged.words}. An empty ext4 for ${group} takes its place.`
    : `This makes an empty ext4 for ${group} on ${what}, which is blank. The other board must not use it meanwhile.`
}

const prepare = async (config: Config, options: DiskOptions, terminal: Terminal): Promise<string | null | ExitCode> => {
  const group = await chooseGroup(config, options, 'shared', terminal)
  if (typeof group === 'string') return group
  const device = group.disk?.device ?? ''
  const name = diskNameOf(device)
  const found = await candidates(config, config.stateDir)
  const chosen = await choose(found, options.serial, name === null, terminal)
  if (typeof chosen === 'string') return chosen
  if (chosen.judged.kind === 'never') return `${chosen.device.path} is left as it is: ${chosen.judged.words}`
  // What holds something is never made anew without a person: --yes is for blank disks, or goes with --serial.
  const sure = options.yes && (chosen.judged.kind === 'blank' || options.serial !== undefined)
  const refused = await agree(dangerOf(chosen, group.name), sure, terminal)
  if (refused !== null) return refused
  const held = await hold(config, group.name)
  if (!held.ok) return `the disk is left as it is: ${held.text}`
  try {
    const serial = chosen.judged.kind === 'content' ? diskName(chosen.device) : null
    const tell = (text: string): void => terminal.say(text)
    return await makeFilesystem({ device: chosen.device, name, stateDir: config.stateDir, serial, tell })
  } finally {
    await held.release()
  }
}

/** Exit code 1: nothing was done, or it failed; 4: the configuration is wrong. */
export const runDisk = async (options: DiskOptions, terminal: Terminal, signal: AbortSignal): Promise<ExitCode> => {
  const { board, file, group, serial, what, yes } = options
  const given = [serial, yes, file, board, options.keep, options.since !== null, what === 'answer']
  const lent = await asRoot({ words: ['disk', what], options: given, group }, terminal, signal)
  if (lent !== null) return lent
  const loaded = loadConfig(file ?? configFile(terminal), { board, env: terminal.env })
  if (what === 'list') return list(loaded.ok ? loaded.config : null, terminal)
  if (!loaded.ok) {
    for (const error of loaded.errors) terminal.complain(formatConfigError(error))
    return EXIT.configuration
  }
  if (what === 'answer') return (await import('./disk-answer.js')).runAnswer(loaded.config, options, terminal)
  if (what === 'compare') return (await import('./disk-compare.js')).runCompare(loaded.config, options, terminal)
  if (what === 'create') return (await import('./disk-create.js')).runCreate(loaded.config, options, terminal)
  const end = await prepare(loaded.config, options, terminal)
  if (typeof end === 'number') return end
  if (end !== null) {
    terminal.complain(`baton: ${end}`)
    return EXIT.refused
  }
  terminal.say('the disk is prepared. `baton recover` has the boards look again')
  return EXIT.ok
}
