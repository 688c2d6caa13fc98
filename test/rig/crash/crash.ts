#!/usr/bin/env node
// `node dist/test/rig/crash/crash.js`: the crash-point proof of a card and its log, without the rig. Ends with one JSON line.
// Exit code 0: every point was good; 1: not; 2: usage, or a log or card that cannot be used.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { CardPromise } from './boundary.js'
import type { Claim } from './floor.js'
import { runLoad } from './load.js'
import { createLoggedCard } from './logged-card.js'
import { crashLine, playCrash } from './play.js'
import { type CrashOrder, makeCrashedCards, OUR_CARD, pointWords } from './prove.js'
import type { Owner } from './records.js'

const USAGE = `usage: crash.js --card BASE --log FILE [--promise write|flush] [--points N] [--seed WORD] [--board a|b]
                [--groups NAME,…] [--claims FILE] [--cards FOLDER]
       crash.js --self [--rounds N] [--promise …] [--points N] [--seed WORD]

  --card     image of the card as it was before the first logged write
  --log      what QEMU's blklogwrites wrote of it
  --promise  what the card keeps at a power cut: each write that ended (an SD card; default), or what was flushed
  --claims   lines {"entries":N,"durable":{…}|null,"event":N|null}: told as durable when the log had N entries
  --cards    also make five cards there, as they were at five of the points, to be booted
  --self     no guest: the daemon's own writers on a small card of their own`
const POINTS_MAX = 100_000
const CARDS = 5

const OPTIONS = {
  card: { type: 'string' },
  log: { type: 'string' },
  promise: { type: 'string', default: 'write' },
  points: { type: 'string', default: '200' },
  seed: { type: 'string', default: '1' },
  board: { type: 'string', default: 'a' },
  groups: { type: 'string', default: 'files' },
  claims: { type: 'string' },
  cards: { type: 'string' },
  self: { type: 'boolean', default: false },
  rounds: { type: 'string', default: '200' }
} as const

const readWords = () => parseArgs({ options: OPTIONS }).values
type Words = ReturnType<typeof readWords>

const say = (line: string): void => {
  process.stderr.write(`${line}\n`)
}

const numberOf = (name: string, text: string): number => {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1 && value <= POINTS_MAX) return value
  throw new Error(`--${name} ${text}: 1 to ${POINTS_MAX}`)
}

const promiseOf = (word: string): CardPromise => {
  if (word === 'write' || word === 'flush') return word
  throw new Error(`--promise ${word}: write or flush`)
}

const ownerOf = ({ board, groups }: Words): Owner => {
  if (board !== 'a' && board !== 'b') throw new Error(`--board ${board}: a or b`)
  return { board, groups: groups.split(',').filter(name => name !== '') }
}

const claimsOf = (file: string | undefined): readonly Claim[] => {
  if (file === undefined) return []
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.filter(line => line !== '').map(line => JSON.parse(line) as Claim)
}

const orderOf = (words: Words, card: string, log: string, claims: readonly Claim[]): CrashOrder => ({
  card,
  log,
  points: numberOf('points', words.points),
  seed: words.seed,
  promise: promiseOf(words.promise),
  owner: ownerOf(words),
  claims,
  ...OUR_CARD,
  say
})

const prove = async (order: CrashOrder, cards: string | undefined): Promise<number> => {
  const verdict = await playCrash(order, null)
  for (const problem of verdict.problems) say(`PROBLEM  ${problem}`)
  if (cards !== undefined)
    for (const { point, file } of await makeCrashedCards(order, CARDS, cards)) say(`${file}: ${pointWords(point)}`)
  console.log(crashLine(verdict))
  return verdict.problems.length === 0 ? 0 : 1
}

/** The daemon's own writers on a small card, then the proof of that. */
const proveSelf = async (words: Words): Promise<number> => {
  const folder = mkdtempSync(join(tmpdir(), 'baton-crash-self-'))
  try {
    const owner = ownerOf(words)
    const tree = join(folder, 'tree')
    for (const name of ['lib', 'etc']) mkdirSync(join(tree, name), { recursive: true, mode: 0o755 })
    writeFileSync(join(tree, 'etc', 'board'), `${owner.board}\n`)
    const card = await createLoggedCard(folder, tree)
    let claims: readonly Claim[] = []
    try {
      const rounds = numberOf('rounds', words.rounds)
      claims = await runLoad({ folder: join(card.mountPoint, 'lib'), log: card.log, owner, rounds })
    } finally {
      await card.close()
    }
    return await prove(orderOf(words, card.base, card.log, claims), words.cards)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const main = async (): Promise<number> => {
  const words = readWords()
  if (words.self) return proveSelf(words)
  if (words.card === undefined || words.log === undefined) throw new Error('--card and --log are needed, or --self')
  return prove(orderOf(words, words.card, words.log, claimsOf(words.claims)), words.cards)
}

main().then(
  code => process.exit(code),
  (error: unknown) => {
    say(`crash: ${error instanceof Error ? error.message : String(error)}\n${USAGE}`)
    process.exit(2)
  }
)
