// One call of a fence agent: ClusterLabs' fence-agent API, options as `name=value` lines on standard input. Used by agent-fence.ts.
// Must not decide when power counts as cut.
import type { FenceAgentConfig } from '../config/types.js'
import type { Clock, Result } from '../port/ports.js'
import { type CommandResult, failureOf, runCommand } from './command.js'

export type AgentAction = 'on' | 'off' | 'status' | 'monitor'
export type Plug = 'on' | 'off'

/** Short: an agent's budget is part of the head start (R9). */
const KILL_AFTER_MS = 200
/** Fence agents' exit code of `status` for a plug without power. */
const STATUS_OFF = 2

/** One option a line, our action last. A line break in a value would begin an option that nobody wrote. */
const inputOf = (agent: FenceAgentConfig, action: AgentAction): string =>
  Object.entries({ ...agent.options, action })
    .sort(([x], [y]) => Number(x === 'action') - Number(y === 'action'))
    .map(([name, value]) => `${name}=${value.replaceAll(/[\r\n]/g, ' ')}\n`)
    .join('')

/** Run one action to its end, at most `deadlineMs`. */
export const runAgent = (agent: FenceAgentConfig, action: AgentAction, deadlineMs: number): Promise<CommandResult> =>
  runCommand(agent.path, [], {
    deadlineMs: Math.max(1, Math.ceil(deadlineMs)),
    killAfterMs: KILL_AFTER_MS,
    input: inputOf(agent, action)
  })

/** What went wrong, naming the action (it is on standard input, so the command alone does not show it). */
export const agentFailure = (action: AgentAction, result: CommandResult): string =>
  `${failureOf(result)} (action ${action})`

/** Ask once which way the plug is. */
export const readPlug = async (agent: FenceAgentConfig, deadlineMs: number): Promise<Result<Plug>> => {
  const result = await runAgent(agent, 'status', deadlineMs)
  if (result.ok) return { ok: true, value: 'on' }
  if (result.code === STATUS_OFF && !result.timedOut) return { ok: true, value: 'off' }
  return { ok: false, reason: agentFailure('status', result) }
}

/**
 * Switch a plug and ask until `status` agrees: "done" of an agent alone counts for nothing. All within `agent.timeoutMs`.
 * Gives up early, with a reason, when `isWanted` no longer holds. Source: R3; FACTS (fence-agents PR#68, PR#144).
 */
export const switchPlug = async (
  agent: FenceAgentConfig,
  plug: Plug,
  clock: Clock,
  isWanted: () => boolean
): Promise<Result<Plug>> => {
  const until = clock.now() + agent.timeoutMs
  const done = await runAgent(agent, plug, agent.timeoutMs)
  if (!done.ok) return { ok: false, reason: agentFailure(plug, done) }
  let last = 'status was not asked in time'
  while (isWanted() && clock.now() < until) {
    const seen = await readPlug(agent, until - clock.now())
    if (seen.ok && seen.value === plug) return seen
    // The last call is cut short by our own deadline: what was seen before says more.
    if (seen.ok) last = `status still says ${seen.value}`
    else if (clock.now() < until) last = seen.reason
    const pauseMs = Math.min(agent.statusEveryMs, until - clock.now())
    if (pauseMs > 0) await new Promise(resolve => setTimeout(resolve, pauseMs))
  }
  const why = isWanted() ? `not confirmed within ${agent.timeoutMs} ms` : 'replaced by a newer order'
  return { ok: false, reason: `\`${agent.path}\` (action ${plug}): ${why}: ${last}` }
}
