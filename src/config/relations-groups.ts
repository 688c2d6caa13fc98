// What groups demand of each other and of the boards: nothing held twice, each part complete. Source: R1, DESIGN 3.
import type { BoardId } from '../core/types.js'
import type { Path, ReportIssue } from './issue.js'
import { mirrorRelations, replicationRelations } from './relations-mirrors.js'
import type { Checked, CheckedGroup, CheckedDisk as Disk } from './schema.js'

const BOARDS: readonly BoardId[] = ['a', 'b']
type Service = CheckedGroup['services'][number]

// Remembers where a thing was first named, and reports a second one.
const onceOnly = (report: ReportIssue) => {
  const first = new Map<string, string>()
  return (kind: string, key: string, path: Path, shown: string, where: string): void => {
    const seen = first.get(`${kind} ${key}`)
    if (seen === undefined) first.set(`${kind} ${key}`, where)
    else
      report({
        path,
        value: shown,
        problem: `the same ${kind} stands in ${seen}`,
        remedy:
          kind === 'address'
            ? 'give it an address of its own, which no board and no other machine of the network has'
            : 'each may be named once: change or remove one'
      })
  }
}

const attachRelations = (disk: Disk, path: Path, checked: Checked, report: ReportIssue): void => {
  const attach = disk.attach
  if (attach === null) {
    const remedy = 'add disk.attach with by: usbSwitch, or with by: command, attach: […] and detach: […]'
    report({
      path: [...path, 'attach'],
      value: undefined,
      problem: 'a shared disk needs a way to move it: a USB disk has one host',
      remedy
    })
    return
  }
  for (const name of ['attach', 'detach'] as const) {
    const given = attach[name]
    if (attach.by === 'command' && given === null) {
      report({
        path: [...path, 'attach', name],
        value: undefined,
        problem: 'is missing, but attach.by is command',
        remedy: `write ${name}: [/path/of/program, argument]`
      })
    }
    if (attach.by === 'usbSwitch' && given !== null) {
      report({
        path: [...path, 'attach', name],
        value: given,
        problem: 'is given, but attach.by is usbSwitch',
        remedy: 'remove this line, or set by: command'
      })
    }
  }
  if (attach.by !== 'usbSwitch') return
  for (const board of BOARDS) {
    for (const name of ['switchSelect', 'switchReadback'] as const) {
      if (checked.boards[board].pins[name] !== null) continue
      const remedy = `set boards.${board}.pins.${name}: a switch that is not read back proves nothing`
      report({
        path: ['boards', board, 'pins', name],
        value: undefined,
        problem: 'is missing, but a disk is attached by usbSwitch',
        remedy
      })
    }
  }
}

const PORT_MAX = 65_535
const isHostPort = (target: string): boolean => {
  const port = Number(target.match(/^(?:\[[0-9A-Fa-f:.]+\]|[^\s:]+):(\d{1,5})$/)?.[1] ?? 0)
  return port >= 1 && port <= PORT_MAX
}

const targetProblem = (probe: Service['probe']): string | null => {
  const [first = '', ...more] = probe.target
  switch (probe.kind) {
    case 'process':
      return probe.target.length === 0 ? null : 'a probe of kind process takes no target'
    case 'command':
      return first.startsWith('/') ? null : 'a probe of kind command needs the absolute path of a program'
    case 'tcp':
      return more.length === 0 && isHostPort(first) ? null : 'a probe of kind tcp needs host:port, port 1..65535'
    case 'http':
      return more.length === 0 && /^https?:\/\/[^\s/]+/.test(first) && URL.canParse(first)
        ? null
        : 'a probe of kind http needs one URL'
  }
}

const TARGET_EXAMPLE: Readonly<Record<Service['probe']['kind'], string>> = {
  process: 'remove target',
  command: 'write target: [/usr/local/bin/check-it]',
  tcp: 'write target: 127.0.0.1:445',
  http: 'write target: http://127.0.0.1:8080/'
}

const serviceRelations = (service: Service, path: Path, report: ReportIssue): void => {
  const both = service.unit !== null && service.command !== null
  if (both || (service.unit === null && service.command === null)) {
    const problem = both ? 'has both unit and command' : 'has neither unit nor command'
    report({
      path,
      value: service.name,
      problem,
      remedy: 'give exactly one: unit: NAME.service, or command: [/path/of/program, argument]'
    })
  }
  if (service.user !== null && service.command === null) {
    report({
      path: [...path, 'user'],
      value: service.user,
      problem: 'is for command only',
      remedy: "remove it; a unit's user stands in the unit (User=)"
    })
  }
  const problem = targetProblem(service.probe)
  if (problem !== null) {
    const value = service.probe.target.length === 0 ? undefined : service.probe.target
    report({ path: [...path, 'probe', 'target'], value, problem, remedy: TARGET_EXAMPLE[service.probe.kind] })
  }
}

// One spelling for one address: lower case, IPv6 compressed by the URL parser.
const sameAddress = (address: string): string => {
  const bare = address.split('/')[0] ?? address
  return bare.includes(':') && URL.canParse(`http://[${bare}]`) ? new URL(`http://[${bare}]`).hostname : bare
}

const groupRelations = (group: CheckedGroup, path: Path, checked: Checked, report: ReportIssue): void => {
  if (group.disk === null && group.addresses.length === 0 && group.services.length === 0) {
    report({ path, value: group.name, problem: 'holds nothing', remedy: 'give it a disk, addresses or services' })
  }
  const { disk, loginGate } = group
  if (disk !== null && loginGate?.file.startsWith(`${disk.mountPoint}/`))
    report({
      path: [...path, 'loginGate', 'file'],
      value: loginGate.file,
      problem: 'lies on the disk of the group, which is not there when logins must be forbidden',
      remedy: 'leave it out (/run/nologin), or name a file below /run'
    })
  if (group.disk?.kind === 'shared') attachRelations(group.disk, [...path, 'disk'], checked, report)
  if (group.disk?.kind === 'mirrored') mirrorRelations(group.disk, [...path, 'disk'], checked, report)
  group.services.forEach((service, at) => {
    serviceRelations(service, [...path, 'services', at], report)
  })
}

/** Everything that concerns groups. */
export const groupsRelations = (checked: Checked, report: ReportIssue): void => {
  const once = onceOnly(report)
  for (const board of BOARDS) {
    const { ethernet, network, replication } = checked.boards[board]
    if (replication !== null) {
      const where = ['boards', board, 'replication', 'address'] as const
      once('address', sameAddress(replication.address), where, replication.address, where.join('.'))
    }
    if (ethernet !== null)
      once('address', sameAddress(ethernet), ['boards', board, 'ethernet'], ethernet, `boards.${board}.ethernet`)
    // One address may serve both: the board's own, and the token link's.
    if (network !== null && (ethernet === null || sameAddress(network.address) !== sameAddress(ethernet)))
      once(
        'address',
        sameAddress(network.address),
        ['boards', board, 'network'],
        network.address,
        `boards.${board}.network`
      )
  }
  replicationRelations(checked, report)
  checked.groups.forEach((group, at) => {
    const path: Path = ['groups', at]
    const where = `group ${group.name}`
    once('group', group.name, [...path, 'name'], group.name, `groups[${at}]`)
    groupRelations(group, path, checked, report)
    if (group.disk !== null) {
      once('mount point', group.disk.mountPoint, [...path, 'disk', 'mountPoint'], group.disk.mountPoint, where)
      once('disk', `a ${group.disk.device.a}`, [...path, 'disk', 'device'], group.disk.device.a, where)
      if (group.disk.device.b !== group.disk.device.a)
        once('disk', `b ${group.disk.device.b}`, [...path, 'disk', 'device'], group.disk.device.b, where)
      if (group.disk.attach?.by === 'usbSwitch') once('USB switch', '', [...path, 'disk', 'attach'], 'usbSwitch', where)
    }
    group.addresses.forEach((each, index) => {
      once('address', sameAddress(each.address), [...path, 'addresses', index, 'address'], each.address, where)
    })
    group.services.forEach((service, index) => {
      once('service', service.name, [...path, 'services', index, 'name'], service.name, where)
      if (service.unit !== null) once('unit', service.unit, [...path, 'services', index, 'unit'], service.unit, where)
    })
  })
}
