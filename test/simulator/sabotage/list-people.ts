// Sabotages of what people were promised beside the rules of safety: recovery, login gate. Read by list.ts.
import { byRuns, type Sabotage } from './entry.js'

export const PEOPLE: readonly Sabotage[] = [
  {
    name: 'recovery.back',
    gone: 'a group that could not be served where it was moved to is not given back',
    edits: [
      {
        file: 'core/switchover.ts',
        find: 'if (whyNotGrant(state, group, now) === null) grantGroup(context, group)',
        replace: 'void now'
      }
    ],
    shown: byRuns(['recovery'])
  },
  {
    name: 'loginGate.first',
    gone: 'services are stopped while users may still log in',
    edits: [{ file: 'core/release.ts', find: "  ['closeLogins'],\n", replace: '' }],
    shown: byRuns(['recovery'])
  }
]
