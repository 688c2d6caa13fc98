// Every scenario of the rig. Read by rig.ts.
import type { Scenario } from '../scenario.js'
import { cardFaultScenarios } from './card-faults.js'
import { crashScenario } from './crash.js'
import { drbdScenario } from './drbd.js'
import { firstbootScenario } from './firstboot.js'
import { mainScenario } from './main.js'
import { mirrorPcScenario, mirrorScenario } from './mirror.js'
import { mirrorBenchScenario } from './mirror-bench.js'
import { mirrorCreateScenario } from './mirror-create.js'
import { mirrorGroundScenario } from './mirror-ground.js'
import { pcShellScenario } from './pc-shell.js'
import { wiresScenario } from './wires.js'

export const SCENARIOS: readonly Scenario[] = [
  mainScenario,
  firstbootScenario,
  ...cardFaultScenarios,
  crashScenario,
  wiresScenario,
  mirrorScenario,
  mirrorPcScenario,
  mirrorCreateScenario,
  mirrorBenchScenario,
  mirrorGroundScenario,
  drbdScenario,
  pcShellScenario
]
