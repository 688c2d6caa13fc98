import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cardProblem, cardSummary } from '../../src/console/card-problem.js'

describe('what the card says', () => {
  let folder: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'baton-card-problem-'))
  })
  afterEach(() => {
    rmSync(folder, { recursive: true })
  })

  const of = (text: string): string => {
    const file = join(folder, 'problem')
    writeFileSync(file, text)
    return cardProblem(file)
  }

  it('follows on lines of its own', () => {
    assert.equal(of('It is full.\nMake room.\n'), '\nThe card says:\n  It is full.\n  Make room.')
  })

  it('is one line beside the status of a daemon that runs all the same', () => {
    of('baton.yaml is refused.\nline 3\n')
    const file = join(folder, 'problem')
    assert.equal(cardSummary(file), `the card says: baton.yaml is refused. (all of it: ${file})`)
    assert.equal(cardSummary(join(folder, 'none')), '')
  })

  it('is nothing where there is no card, no problem, or no file', () => {
    assert.equal(cardProblem(join(folder, 'none')), '')
    assert.equal(of(' \n'), '')
    assert.equal(cardProblem(folder), '')
  })

  it('has an end, however long the file is', () => {
    assert.ok(of('x'.repeat(1_000_000)).length < 5000)
  })
})
