import { equal, match } from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cardDrive, cardLogOf, logCard } from './logged-drive.js'

describe("a board's card", () => {
  let folder: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'baton-drive-'))
  })

  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('is logged where that was wanted, for one life of the emulator: a log is never written over', () => {
    const card = join(folder, 'card.img')
    const plain = `file=${card},if=sd,format=raw,cache=unsafe`
    equal(cardDrive(card), plain)
    logCard(card)
    match(cardDrive(card), /^if=sd,driver=blklogwrites,.*log-super-update-interval=1,.*card\.img,.*card\.img\.log$/)
    writeFileSync(cardLogOf(card), 'a former life')
    equal(cardDrive(card), plain)
  })
})
