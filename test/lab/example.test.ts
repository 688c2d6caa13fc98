// The example that board/virtual ships is what the lab really uses, and the configuration check accepts it.
import { deepEqual, equal } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { labConfig } from '../../board/virtual/lab-config.js'
import { repositoryRoot, worldNames } from '../../board/virtual/names.js'
import { formatConfigError } from '../../src/config/issue.js'
import { loadConfig } from '../../src/config/load.js'

const FILE = 'board/virtual/example.yaml'

describe('the example configuration of the virtual board', () => {
  it('is accepted for both boards, which get the same digest', () => {
    const digests = (['a', 'b'] as const).map(board => {
      const loaded = loadConfig(FILE, { board, env: {} })
      return loaded.ok ? loaded.config.settings.digest : loaded.errors.map(formatConfigError).join('\n')
    })
    equal(digests[0], digests[1])
    equal(/^[0-9a-f]+$/.test(digests[0] ?? ''), true, digests[0])
  })

  it('is what the lab gives its boards', () => {
    const text = readFileSync(FILE, 'utf8').replaceAll('/opt/baton/', repositoryRoot)
    deepEqual(parse(text), labConfig(worldNames('example', '/run'), {}))
  })
})
