// Fencing by fence agents (power switches, management boards): the only level, or one beside the relay. Made by fence.ts.
// Must not say that power is cut before an agent's `status` said so after its `off`.
import type { FenceAgentConfig } from '../config/types.js'
import type { Clock, Emit, FencePort } from '../port/ports.js'
import { agentFailure, readPlug, runAgent, switchPlug } from './agent-command.js'

/** An agent that cannot reach its switch is better known before it is needed. */
const MONITOR_EVERY_MS = 300_000

interface Order {
  readonly on: boolean
  readonly order: number
}

/**
 * What the plugs say before anybody was ordered to switch: `off` if any agent says so, `unknown` if none answers.
 * Ask at start, before `createAgentFence`: an agent has no level that can be read at once.
 */
export const readAgentPlugs = async (agents: readonly FenceAgentConfig[]): Promise<'on' | 'off' | 'unknown'> => {
  const seen = await Promise.all(agents.map(agent => readPlug(agent, agent.timeoutMs)))
  if (seen.some(plug => plug.ok && plug.value === 'off')) return 'off'
  return seen.some(plug => plug.ok) ? 'on' : 'unknown'
}

/** `null` = one agent cut the power; else why none did. */
const cut = async (
  agents: readonly FenceAgentConfig[],
  clock: Clock,
  isWanted: () => boolean
): Promise<string | null> => {
  const reasons: string[] = []
  for (const agent of agents) {
    const plug = await switchPlug(agent, 'off', clock, isWanted)
    if (plug.ok) return null
    reasons.push(plug.reason)
    if (!isWanted()) break
  }
  return reasons.join('; ')
}

/** `null` = every plug is on; else which are not, and why. */
const restore = async (
  agents: readonly FenceAgentConfig[],
  clock: Clock,
  isWanted: () => boolean
): Promise<string | null> => {
  const plugs = await Promise.all(agents.map(agent => switchPlug(agent, 'on', clock, isWanted)))
  const reasons = plugs.flatMap(plug => (plug.ok ? [] : [plug.reason]))
  return reasons.length === 0 ? null : reasons.join('; ')
}

/**
 * `drive(true)`: agents are tried in order until one switches off and its status says off: `relayDriven`, then `agentConfirmed`.
 * `drive(false)`: all switch on. Orders run one after the other; a newer one replaces what waits, ends what is polled, and an
 * order that was replaced emits nothing. `plugsOff`: see `readAgentPlugs`. Source: R3, R10.
 */
export const createAgentFence = (
  agents: readonly FenceAgentConfig[],
  emit: Emit,
  clock: Clock,
  plugsOff = false
): FencePort => {
  let off = plugsOff
  let waiting: Order | null = null
  let busy = false
  let closed = false
  let problem: string | null = null
  const unreachable = new Map<FenceAgentConfig, string>()
  const isWanted = (): boolean => waiting === null && !closed

  const perform = async ({ on, order }: Order): Promise<void> => {
    const failure = await (on ? cut : restore)(agents, clock, isWanted)
    if (failure === null) off = on
    if (!isWanted()) return
    problem = failure
    if (failure !== null) {
      emit({ kind: 'relayFailed', on, order, reason: `fence agent: ${failure}` })
      return
    }
    emit({ kind: 'relayDriven', on, order })
    if (on) emit({ kind: 'agentConfirmed', order })
  }
  const work = async (): Promise<void> => {
    busy = true
    while (waiting !== null && !closed) {
      const order: Order = waiting
      waiting = null
      await perform(order)
    }
    busy = false
  }

  const monitor = async (): Promise<void> => {
    for (const agent of agents) {
      if (busy || closed) return
      const result = await runAgent(agent, 'monitor', agent.timeoutMs)
      if (result.ok) unreachable.delete(agent)
      else unreachable.set(agent, agentFailure('monitor', result))
    }
  }
  void monitor()
  const timer = setInterval(() => void monitor(), MONITOR_EVERY_MS)

  return {
    initial: { relayDriven: plugsOff, sense: null, loop: null },
    drive(on, order) {
      waiting = { on, order }
      if (!busy) void work()
    },
    poll() {},
    describe() {
      const problems = [...(problem === null ? [] : [problem]), ...unreachable.values()]
      const detail = problems.length > 0 ? problems.join('; ') : `${agents.length} fence agents`
      return { relay: off, sense: null, loop: null, detail: busy ? `${detail}, switching` : detail }
    },
    close() {
      closed = true
      clearInterval(timer)
    }
  }
}
