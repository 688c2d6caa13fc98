// What must reach people although nothing was decided: a group that nobody serves, a board that is left alone. Once each time. Called by panel.
import { type Context, peerOf, report } from './context.js'
import { readsPowerless } from './evidence.js'
import { isRecentlyHeard } from './silence.js'
import type { CoreState } from './state.js'
import { whyNotServed } from './unserved.js'

/** What passes by itself sooner than this is no news. */
const LASTS_MS = 2000

/** True once, when it has been so for long enough; `told` remembers since when, and -1 where it was said. */
const isNews = (told: Record<string, number>, name: string, is: boolean, now: number): boolean => {
  const since = told[name]
  if (!is) delete told[name]
  else if (since === undefined) told[name] = now
  else if (since >= 0 && now - since >= LASTS_MS) {
    told[name] = -1
    return true
  }
  return false
}

/** True while nobody serves it and a person is needed. */
const noteUnserved = (context: Context, group: string, alarms: readonly string[]): boolean => {
  const { state, now } = context
  const { lasting } = state.told
  const name = `unserved ${group}`
  const unserved = alarms.includes(name)
  const wasTold = lasting[name] === -1
  if (isNews(lasting, name, unserved, now))
    report(context, 'alarm', 'not-served', `${group}: ${whyNotServed(state, group, now)}`, group)
  if (wasTold && !unserved)
    report(context, 'notice', 'served-again', `${group} does not wait for anybody any more`, group)
  return unserved
}

const aloneWords = (state: CoreState): string => {
  const why = readsPowerless(state) ? 'has no power' : 'is not heard'
  return `this board is alone: board ${peerOf(state)} ${why}; look at it, and see \`baton recover --plan\``
}

/** `alarms`: the panel's names, a few times a second; so that log and lights say the same. */
export const noteLasting = (context: Context, alarms: readonly string[]): void => {
  const { state, now } = context
  const unserved = state.settings.groups.filter(({ name }) => noteUnserved(context, name, alarms))
  // Whoever was told that nobody serves knows that, too.
  const is = alarms.includes('alone') && unserved.length === 0 && !isRecentlyHeard(state, now)
  if (isNews(state.told.lasting, 'alone', is, now)) report(context, 'alarm', 'alone', aloneWords(state))
}
