// Whether what the file wants to start is there at all: units and programs. Asked on the board itself, before a new file replaces
// one that works (`baton check-config --networkd`); a PC cannot know it, and the daemon finds out when it starts them.
import { accessSync, constants, existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Path, ReportIssue } from './issue.js'
import type { Checked, CheckedGroup } from './schema.js'

/** Where systemd looks, generated ones included. */
const UNIT_FOLDERS = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
  '/run/systemd/generator',
  '/run/systemd/generator.early',
  '/run/systemd/generator.late',
  '/run/systemd/transient'
]
const SUFFIX = /\.(service|socket|target|timer|mount|path|scope|slice|swap|automount|device)$/

/** `smbd` and `smbd.service` are one; `x@1.service` comes of `x@.service`. A script of the old kind stands in /etc/init.d. */
const unitIsThere = (unit: string): boolean => {
  const name = SUFFIX.test(unit) ? unit : `${unit}.service`
  const names = [name, name.replace(/@[^.]*/, '@')]
  if (names.some(each => UNIT_FOLDERS.some(folder => existsSync(join(folder, each))))) return true
  return existsSync(join('/etc/init.d', name.replace(/\.service$/, '')))
}

const isProgram = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const INSTALL = 'on a card `baton-card-edit apt-get install …` brings it and makes it stay'

const groupPresent = (
  group: CheckedGroup,
  at: number,
  onDisk: (file: string) => boolean,
  report: ReportIssue
): void => {
  const program = (words: readonly string[] | null, path: Path): void => {
    const [file] = words ?? []
    if (file === undefined || onDisk(file) || isProgram(file)) return
    const remedy = `write the path of a program that is there, or install it: ${INSTALL}`
    report({ path, value: file, problem: 'is no program on this board', remedy })
  }
  const attach = group.disk?.attach ?? null
  for (const name of ['attach', 'detach'] as const)
    program(attach?.[name] ?? null, ['groups', at, 'disk', 'attach', name])
  group.services.forEach(({ unit, command, probe }, index) => {
    const path: Path = ['groups', at, 'services', index]
    program(command, [...path, 'command'])
    if (probe.kind === 'command') program(probe.target, [...path, 'probe', 'target'])
    if (unit === null || unitIsThere(unit)) return
    const remedy = `write the name as \`systemctl list-unit-files\` shows it, or install the program: ${INSTALL}`
    report({ path: [...path, 'unit'], value: unit, problem: 'is no unit on this board', remedy })
  })
}

/** What lies on a disk that moves is not there now, and no mistake. */
export const presentRelations = (checked: Checked, report: ReportIssue): void => {
  const mountPoints = checked.groups.flatMap(({ disk }) => (disk === null ? [] : [`${disk.mountPoint}/`]))
  const onDisk = (file: string): boolean => mountPoints.some(mountPoint => file.startsWith(mountPoint))
  checked.groups.forEach((group, at) => {
    groupPresent(group, at, onDisk, report)
  })
}
