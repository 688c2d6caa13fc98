// Every scenario of the lab, in the order in which they run. Read by lab.ts and by mocha.
import type { Scenario } from '../scenario.js'
import { powerScenarios } from './power.js'

export const SCENARIOS: readonly Scenario[] = [...powerScenarios]
