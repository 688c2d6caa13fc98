#!/usr/bin/env node
// `npm run rig`: boots the built image on two emulated boards and runs one scenario. Exit code 0: all went well; 1: it did not; 2: usage.
import { writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { repositoryRoot } from '../../board/virtual/names.js'
import { nowMs } from '../../board/virtual/time.js'
import { findImage } from './image-file.js'
import { runOnce } from './run-once.js'
import { SCENARIOS } from './scenarios/all.js'
import { summaryLine, tableOf } from './summary.js'

const USAGE = 'usage: npm run rig -- [NAME] [--json] [--keep] [--image FILE] [--newest] [--kernel-words WORDS] | --list'

const main = async (): Promise<number> => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      list: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      image: { type: 'string' },
      newest: { type: 'boolean', default: false },
      'kernel-words': { type: 'string', default: '' }
    }
  })
  if (values.list) {
    const width = Math.max(...SCENARIOS.map(({ name }) => name.length))
    for (const { name, title } of SCENARIOS) console.log(`${name.padEnd(width)}  ${title}`)
    return 0
  }
  const [name = 'main', more] = positionals
  const scenario = SCENARIOS.find(one => one.name === name)
  if (scenario === undefined || more !== undefined) {
    console.error(`rig: there is no scenario "${[name, more].filter(Boolean).join(' ')}"; --list names them\n${USAGE}`)
    return 2
  }
  if (values.newest && scenario.ground !== 'pc' && (scenario.fromImage ?? scenario.cards) !== undefined) {
    console.error(
      `rig: --newest is for the pair's usual cards; the scenario "${name}" makes its own, without it\n${USAGE}`
    )
    return 2
  }
  const startedAt = nowMs()
  const at = (): string => `${((nowMs() - startedAt) / 1000).toFixed(1).padStart(7)} s`
  const say = (text: string): void => (values.json ? console.error : console.log)(`${at()}  ${text}`)
  const needsImage = scenario.ground !== 'pc' && scenario.cards === undefined
  const { judgement, names } = await runOnce({
    scenario,
    image: needsImage ? await findImage(values.image, say) : null,
    newest: values.newest,
    kernelWords: values['kernel-words'].split(' ').filter(word => word !== ''),
    keep: values.keep,
    at,
    say
  })
  const table = tableOf(judgement)
  writeFileSync(join(names.out, 'table.txt'), `${table}\n`)
  const out = relative(repositoryRoot, names.out)
  const words = values.json ? console.error : console.log
  words(`\n${table}\n`)
  for (const problem of judgement.problems) words(`PROBLEM  ${problem}`)
  words(`transcripts of both consoles, and this table: ${out}/`)
  if (values.keep) words(`the cards and the disk are kept: ${relative(repositoryRoot, names.cards)}/`)
  console.log((scenario.line ?? summaryLine)(judgement))
  return judgement.problems.length === 0 ? 0 : 1
}

main().then(
  code => process.exit(code),
  (error: unknown) => {
    console.error(`rig: ${error instanceof Error ? error.message : String(error)}`)
    process.exit(2)
  }
)
