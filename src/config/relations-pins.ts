// What cables, pins and agents of the two boards demand of each other and of `fence.by`. Source: DESIGN 3, R3.
import { BlockList, isIP } from 'node:net'
import type { BoardId } from '../core/types.js'
import { wireTimeMs } from '../link/frame-size.js'
import type { Path, ReportIssue } from './issue.js'
import type { Checked, CheckedBoard } from './schema.js'

const BOARDS: readonly BoardId[] = ['a', 'b']
/** A token must not fill the serial line: it leaves room for two more. Source: DESIGN 5, issue "links". */
const WIRE_TIMES_MIN = 3

const PIN_NAMES = ['relay', 'sense', 'loop', 'switchSelect', 'switchReadback'] as const
const PANEL_NAMES = ['active', 'peer', 'sync', 'fault', 'button'] as const

/** Every line that a board uses, with its place below `pins`. */
const linesOf = ({ pins }: CheckedBoard): readonly (readonly [place: readonly string[], line: number | null])[] => [
  ...PIN_NAMES.map(name => [[name], pins[name]] as const),
  ...PANEL_NAMES.map(name => [['panel', name], pins.panel[name]] as const)
]

// An option that must be given on both boards or on neither; true when it is on both.
const onBoth = (
  checked: Checked,
  report: ReportIssue,
  name: string,
  pick: (board: CheckedBoard) => unknown,
  why: string
): boolean => {
  const [without, ...more] = BOARDS.filter(board => pick(checked.boards[board]) === null)
  if (without === undefined) return true
  if (more.length > 0) return false
  const other = without === 'a' ? 'b' : 'a'
  report({
    path: ['boards', other, ...name.split('.')],
    value: pick(checked.boards[other]),
    problem: `is given for board ${other} only: ${why}`,
    remedy: `add boards.${without}.${name}, or ${name.startsWith('pins.') ? 'set this one to none' : 'remove this line'}`
  })
  return false
}

const linkRelations = (checked: Checked, report: ReportIssue): void => {
  const serial = onBoth(checked, report, 'serial', board => board.serial, 'a cable has two ends')
  const ethernet = onBoth(checked, report, 'ethernet', board => board.ethernet, 'a link has two ends')
  const { a, b } = checked.boards
  const none = BOARDS.every(board => checked.boards[board].serial === null && checked.boards[board].ethernet === null)
  if (none) {
    const remedy =
      'set boards.a.serial and boards.b.serial, and boards.a.ethernet and boards.b.ethernet: two links are the idea'
    report({ path: ['boards'], value: undefined, problem: 'no link between the boards is configured', remedy })
  }
  if (ethernet && isIP(a.ethernet ?? '') !== isIP(b.ethernet ?? '')) {
    const problem = 'is not of the same IP version as that of board a'
    const remedy = `give it an address beside ${a.ethernet}`
    report({ path: ['boards', 'b', 'ethernet'], value: b.ethernet, problem, remedy })
  }
  const least = Math.ceil(WIRE_TIMES_MIN * wireTimeMs(checked.groups.length, checked.serial.baud))
  if (serial && checked.token.intervalMs < least) {
    report({
      path: ['token', 'intervalMs'],
      value: checked.token.intervalMs,
      problem: `is too short for a serial link of ${checked.serial.baud} baud: at least ${WIRE_TIMES_MIN} x the time that a token is on the wire`,
      remedy: `set it to ${least} or more, or raise serial.baud on good cables`
    })
  }
}

const pinCollisions = (checked: Checked, report: ReportIssue): void => {
  for (const board of BOARDS) {
    const owner = new Map<number, string>()
    for (const [place, line] of linesOf(checked.boards[board])) {
      if (line === null) continue
      const first = owner.get(line)
      if (first === undefined) {
        owner.set(line, place.join('.'))
        continue
      }
      const path: Path = ['boards', board, 'pins', ...place]
      report({
        path,
        value: line,
        problem: `BCM ${line} is already the pin ${first}`,
        remedy: 'wire it to a line of its own'
      })
    }
  }
}

const fenceRelations = (checked: Checked, report: ReportIssue): void => {
  const by = checked.fence.by
  for (const board of BOARDS) {
    const { pins, agents } = checked.boards[board]
    if (by === 'relay' && pins.relay === null) {
      const remedy = `set boards.${board}.pins.relay, or fence.by to agent or none`
      report({
        path: ['boards', board, 'pins', 'relay'],
        value: undefined,
        problem: 'is missing, but fence.by is relay',
        remedy
      })
    }
    if (by !== 'relay' && pins.relay !== null) {
      const remedy = 'set fence.by: relay, or write relay: none'
      report({
        path: ['boards', board, 'pins', 'relay'],
        value: pins.relay,
        problem: `is given, but fence.by is ${by}`,
        remedy
      })
    }
    if (by === 'agent' && agents.length === 0) {
      const remedy = `list one below boards.${board}.agents, or set fence.by to relay or none`
      report({
        path: ['boards', board, 'agents'],
        value: undefined,
        problem: 'is empty, but fence.by is agent',
        remedy
      })
    }
    if (by === 'none' && agents.length > 0) {
      const remedy = 'set fence.by: agent, or remove the agents'
      report({
        path: ['boards', board, 'agents'],
        value: undefined,
        problem: 'lists agents, but fence.by is none',
        remedy
      })
    }
  }
}

const agentTimings = (checked: Checked, report: ReportIssue): void => {
  if (checked.fence.by !== 'agent') return
  const slowest = Math.max(
    ...BOARDS.map(board => checked.boards[board].agents.reduce((sum, agent) => sum + agent.timeoutMs, 0))
  )
  const { headStartMs, deadlineMs } = checked.fence
  const headStartLeast = slowest + checked.token.latenessMs + 1
  if (headStartMs < headStartLeast) {
    report({
      path: ['fence', 'headStartMs'],
      value: headStartMs,
      problem:
        "the junior must not fire while the senior's fence agents still work: longer than their timeoutMs together + token.latenessMs",
      remedy: `set it to ${headStartLeast} or more, or shorten the agents' timeoutMs`
    })
  }
  if (deadlineMs <= slowest) {
    report({
      path: ['fence', 'deadlineMs'],
      value: deadlineMs,
      problem: "ends before the fence agents' own deadlines",
      remedy: `set it to ${slowest + 1} or more, or shorten the agents' timeoutMs`
    })
  }
}

/** How this pair can cut power and know it, from the pins of both boards. */
export const wiringOf = (checked: Checked) => {
  const fitted = (name: 'sense' | 'loop'): boolean => BOARDS.every(board => checked.boards[board].pins[name] !== null)
  return { fence: checked.fence.by, sense: fitted('sense'), loop: fitted('loop') }
}

const networkRelations = (checked: Checked, report: ReportIssue): void => {
  for (const board of BOARDS) {
    const { network, lan } = checked.boards[board]
    if (network === null) continue
    const path = ['boards', board, 'network']
    const value = network.address
    if (lan === null) {
      const remedy = `set boards.${board}.lan to the interface that has it, as eth0`
      report({ path, value, problem: 'names an address, and boards.X.lan no interface for it', remedy })
    }
    const { gateway } = network
    if (gateway === null) continue
    const [address = '', prefix] = network.address.split('/')
    const here = new BlockList()
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    here.addSubnet(address, Number(prefix), family)
    if (!here.check(gateway, isIP(gateway) === 6 ? 'ipv6' : 'ipv4')) {
      const remedy = `give a router inside ${network.address}, or the right prefix length`
      report({ path: [...path, 'gateway'], value: gateway, problem: 'is not in the network of the address', remedy })
    }
  }
}

/** Everything that concerns the hardware between the boards. */
export const hardwareRelations = (checked: Checked, report: ReportIssue): void => {
  linkRelations(checked, report)
  networkRelations(checked, report)
  pinCollisions(checked, report)
  fenceRelations(checked, report)
  agentTimings(checked, report)
  const harness = 'both directions of the harness are fitted alike'
  onBoth(checked, report, 'pins.sense', board => board.pins.sense, harness)
  onBoth(checked, report, 'pins.loop', board => board.pins.loop, harness)
  for (const board of BOARDS) {
    const { loop, sense } = checked.boards[board].pins
    if (loop !== null && sense === null) {
      const remedy = `set boards.${board}.pins.sense, or write loop: none`
      report({
        path: ['boards', board, 'pins', 'loop'],
        value: loop,
        problem: 'a harness loop vouches for a sense line, and none is given',
        remedy
      })
    }
  }
}
