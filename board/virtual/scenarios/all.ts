// Every scenario of the lab, in the order in which they run. Read by lab.ts and by mocha.
import type { Scenario } from '../scenario.js'
import { badInputScenarios } from './bad-input.js'
import { boardTestScenarios } from './board-test.js'
import { consoleScenarios } from './console.js'
import { daemonScenarios } from './daemon.js'
import { diskScenarios } from './disk.js'
import { eventsPairScenarios } from './events-pair.js'
import { hangScenarios } from './hang.js'
import { harnessScenarios } from './harness.js'
import { linkScenarios } from './links.js'
import { mismatchScenarios } from './mismatch.js'
import { noticesScenarios } from './notices.js'
import { operatorScenarios } from './operator.js'
import { pairingScenarios } from './pairing.js'
import { panelScenarios } from './panel.js'
import { powerScenarios } from './power.js'
import { recoveryScenarios } from './recovery.js'
import { replaceScenarios } from './replace.js'
import { reportScenarios } from './report.js'
import { setupScenarios } from './setup.js'
import { setupFaultScenarios } from './setup-faults.js'

export const SCENARIOS: readonly Scenario[] = [
  ...powerScenarios,
  ...hangScenarios,
  ...daemonScenarios,
  ...linkScenarios,
  ...harnessScenarios,
  ...diskScenarios,
  ...operatorScenarios,
  ...consoleScenarios,
  ...panelScenarios,
  ...noticesScenarios,
  ...mismatchScenarios,
  ...badInputScenarios,
  ...reportScenarios,
  ...recoveryScenarios,
  ...eventsPairScenarios,
  ...boardTestScenarios,
  ...setupScenarios,
  ...setupFaultScenarios,
  ...pairingScenarios,
  ...replaceScenarios
]
