// Everything that this board can cut the peer's power with, behind one port: relay, fence agents, both or nothing. Made by the runtime.
// Must not confirm anything: it passes on what relay and agents report.
import type { Config } from '../config/types.js'
import type { CoreEvent } from '../core/event.js'
import type { Clock, Emit, FencePort, Result } from '../port/ports.js'
import { createAgentFence } from './agent-fence.js'
import { openRelayFence } from './relay-fence.js'

/** A port for a board that cannot fence: every order fails with this reason. Also for a daemon whose fence did not open. */
export const createNoFence = (reason: string, emit: Emit): FencePort => ({
  initial: { relayDriven: false, sense: null, loop: null },
  drive: (on, order) => emit({ kind: 'relayFailed', on, order, reason }),
  poll() {},
  describe: () => ({ relay: false, sense: null, loop: null, detail: reason }),
  close() {}
})

type Done = Extract<CoreEvent, { kind: 'relayDriven' | 'relayFailed' }>
const isDone = (event: CoreEvent): event is Done => event.kind === 'relayDriven' || event.kind === 'relayFailed'

/** What relay and agents said to one order; `null` = not yet. */
interface Answers {
  readonly on: boolean
  readonly order: number
  relay: Done | null
  agent: Done | null
}

/**
 * The one answer to an order that both got; `null` = wait for the other. To cut, one that works is enough.
 * To restore, both must have let go: a relay that released while a plug stays off leaves the peer without power.
 */
const combine = ({ on, order, relay, agent }: Answers): Done | null => {
  const both = [relay, agent]
  const failed = both.flatMap(answer => (answer?.kind === 'relayFailed' ? [answer.reason] : []))
  const driven = both.some(answer => answer?.kind === 'relayDriven')
  if (on && driven) return { kind: 'relayDriven', on, order }
  if (relay === null || agent === null) return null
  return failed.length === 0
    ? { kind: 'relayDriven', on, order }
    : { kind: 'relayFailed', on, order, reason: failed.join('; ') }
}

type OpenPart = (emit: Emit) => Result<FencePort>

/** One port of two: `wires` looks at sense and loop, `drive` is given. */
const joined = (wires: FencePort, agents: FencePort, drive: FencePort['drive']): FencePort => ({
  initial: { ...wires.initial, relayDriven: wires.initial.relayDriven || agents.initial.relayDriven },
  drive,
  poll: wires.poll,
  describe() {
    const here = wires.describe()
    const there = agents.describe()
    return { ...here, relay: here.relay || there.relay, detail: `${here.detail}; ${there.detail}` }
  },
  close() {
    wires.close()
    agents.close()
  }
})

/**
 * Relay and agents act at the same time: the relay at once, the agents when they are done; either confirmation counts
 * (sense with the relay, `agentConfirmed` with an agent). Each order gets one `relayDriven` or `relayFailed`.
 */
const openBoth = (openRelay: OpenPart, openAgents: (emit: Emit) => FencePort, emit: Emit): Result<FencePort> => {
  let answers: Answers = { on: false, order: -1, relay: null, agent: null }
  let answered = true
  const hear =
    (who: 'relay' | 'agent'): Emit =>
    event => {
      if (!isDone(event)) {
        emit(event)
        return
      }
      if (event.order !== answers.order || answered) return
      answers[who] = event
      const answer = combine(answers)
      answered = answer !== null
      if (answer !== null) emit(answer)
    }
  const relay = openRelay(hear('relay'))
  if (!relay.ok) return relay
  const agents = openAgents(hear('agent'))
  const drive = (on: boolean, order: number): void => {
    answers = { on, order, relay: null, agent: null }
    answered = false
    relay.value.drive(on, order)
    // Whoever heard the relay's answer may have ordered something newer in the meantime.
    if (answers.order === order) agents.drive(on, order)
  }
  return { ok: true, value: joined(relay.value, agents, drive) }
}

/** No relay: agents cut the power, and the wires tell what is seen of it. */
const openAgentsAndWires = (
  openWires: OpenPart,
  openAgents: (emit: Emit) => FencePort,
  emit: Emit
): Result<FencePort> => {
  const wires = openWires(emit)
  if (!wires.ok) return wires
  const agents = openAgents(emit)
  return { ok: true, value: joined(wires.value, agents, agents.drive) }
}

/**
 * Open what the configuration names. `plugsOff`: a fence agent's plug was off before we began (`readAgentPlugs`).
 * Fails, with nothing written, where a GPIO line cannot be had; `createNoFence` then stands in. Source: R3, DESIGN 3.
 */
export const createFence = (config: Config, emit: Emit, clock: Clock, plugsOff = false): Result<FencePort> => {
  const { pins, fenceAgents, settings } = config
  const { sense, loop } = settings.wiring
  const openAgents = (to: Emit): FencePort => createAgentFence(fenceAgents, to, clock, plugsOff)
  if (pins === null || (pins.relay === null && !sense && !loop)) {
    const nothing = 'this board cannot cut the peer: neither a relay (pins.relay) nor a fence agent is configured'
    return { ok: true, value: fenceAgents.length > 0 ? openAgents(emit) : createNoFence(nothing, emit) }
  }
  const openPins: OpenPart = to => openRelayFence(pins, { sense, loop }, to, clock)
  if (fenceAgents.length === 0) return openPins(emit)
  return pins.relay === null ? openAgentsAndWires(openPins, openAgents, emit) : openBoth(openPins, openAgents, emit)
}
