// Every scenario of the lab as one mocha test: `npx mocha dist/test/lab/scenarios.mocha.js`. As root, one world at a time.
// Not named *.test.ts: `npm test` runs the same scenarios, two at once, in a stage of its own.
import { deepEqual } from 'node:assert/strict'
import { runScenario } from '../../board/virtual/runner.js'
import { SCENARIOS } from '../../board/virtual/scenarios/all.js'

describe('two boards on one machine', () => {
  for (const scenario of SCENARIOS) {
    it(scenario.title, async function () {
      this.timeout((scenario.timeoutMs ?? 60_000) + 60_000)
      const said: string[] = []
      const result = await runScenario(scenario, { say: text => said.push(text) })
      deepEqual(result.problems, [], said.join('\n'))
    })
  }
})
