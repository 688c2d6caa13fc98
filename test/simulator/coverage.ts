// What the runs have seen of the core: how often each report, answer, action and reset came up. Shows corners that no fault reaches.
// Used by simulate.ts (`--coverage`); judges nothing.
import type { Fact } from './facts.js'
import type { Tracer } from './run.js'

export interface Coverage {
  readonly tracer: Tracer
  /** One line per kind, most frequent first. */
  words(): string
}

const nameOf = (fact: Fact, asked: Map<string, string>): string | null => {
  if (fact.kind === 'event') {
    const { event } = fact
    if (event.kind === 'operatorAsked') asked.set(`${event.request}`, event.what.order)
    if (event.kind === 'actionFinished' && !event.outcome.ok)
      return `${event.action} ${event.outcome.hung ? 'hangs' : 'fails'}`
    return null
  }
  if (fact.kind === 'effect') {
    const { effect } = fact
    if (effect.kind === 'report') return `report ${effect.report.level} ${effect.report.code}`
    if (effect.kind === 'answerOperator' && effect.final)
      return `answer ${asked.get(`${effect.request}`)} ${effect.ok ? 'ok' : 'refused'}: ${effect.text.replace(/\d+/g, 'N').slice(0, 70)}`
    if (effect.kind === 'runAction') return `action ${effect.action}`
    return effect.kind === 'resetBoard' ? `reset: ${effect.reason.replace(/\d+/g, 'N').slice(0, 60)}` : null
  }
  if (fact.kind === 'soc' && !fact.up) return `board down: ${fact.why.replace(/\d+/g, 'N').slice(0, 40)}`
  return null
}

export const createCoverage = (): Coverage => {
  const counts = new Map<string, number>()
  const asked = new Map<string, string>()
  return {
    tracer: (_world, fact) => {
      const name = nameOf(fact, asked)
      if (name !== null) counts.set(name, (counts.get(name) ?? 0) + 1)
    },
    words: () =>
      [...counts]
        .sort(([, x], [, y]) => y - x)
        .map(([name, count]) => `${String(count).padStart(8)} ${name}\n`)
        .join('')
  }
}
