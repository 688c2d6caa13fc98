// Every scenario of the rig. Read by rig.ts.
import type { Scenario } from '../scenario.js'
import { mainScenario } from './main.js'

export const SCENARIOS: readonly Scenario[] = [mainScenario]
