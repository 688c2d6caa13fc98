// The first look of a life. Source: R5, R6.
import { deepEqual, equal, match } from 'node:assert/strict'
import { createBoard } from './board.js'
import { NOTHING, SERVING } from './board-settings.js'

describe('start-up', () => {
  it('R6: says unknown until it has looked', () => {
    const board = createBoard({ mute: ['actions'] })
    equal(board.lastToken().groups[0]?.role, 'unknown')
    equal(board.status().pair, 'starting')
    board.finishes('files', 'inspect')
    board.passes(100)
    equal(board.lastToken().groups[0]?.role, 'standby')
  })

  it('R6: adopts what it holds by its own durable epoch, without touching it', () => {
    const board = createBoard({ epochs: { files: '3a' }, found: { files: SERVING } })
    deepEqual([board.role(), board.epoch()], ['active', '3a'])
    deepEqual(board.actions(), ['inspect'])
    deepEqual(board.effects('watchGroup'), [{ kind: 'watchGroup', group: 'files', on: true }])
  })

  it('R6: completes what is held in part', () => {
    const board = createBoard({ epochs: { files: '3a' }, found: { files: { ...SERVING, services: 'none' } } })
    deepEqual([board.role(), board.epoch()], ['active', '3a'])
    equal(board.actions().at(1), 'attach')
    equal(board.actions().includes('startServices'), true)
  })

  const without: readonly [title: string, options: Parameters<typeof createBoard>[0]][] = [
    ['the epoch is the other board\u2019s', { epochs: { files: '3b' } }],
    ['it was granted away', { durable: { groups: { files: { epoch: { number: 3, board: 'a' }, grant: 4 } } } }],
    ['it was never held', { epochs: { files: '0a' } }],
    ['the record is missing', { boot: { durable: null } }]
  ]
  for (const [title, options] of without) {
    it(`R2, R6: releases what is held where ${title}`, () => {
      const board = createBoard({ ...options, found: { files: SERVING } })
      equal(board.codes('alarm').includes('held-without-right'), true)
      deepEqual(board.actions(), ['inspect', 'stopServices', 'clearAddresses', 'unmount', 'detach', 'inspect'])
      equal(board.role(), 'standby')
    })
  }

  it('R6: leftovers of an earlier life keep it unknown, and it looks again', () => {
    const board = createBoard({ found: { files: { ...NOTHING, leftovers: ['pid 77 (smbd)'] } } })
    board.passes(400)
    equal(board.role(), 'unknown')
    match(board.group('files').problem ?? '', /pid 77/)
    board.finds('files', NOTHING)
    board.passes(200)
    equal(board.role(), 'standby')
    equal(board.group('files').problem?.includes('pid 77') ?? false, false)
  })

  it('R6: an inspection that fails is no inspection', () => {
    const board = createBoard()
    const failing = createBoard({ mute: ['actions'] })
    failing.finishes('files', 'inspect', { ok: false, reason: 'ip: timed out' })
    failing.passes(400)
    deepEqual([board.role(), failing.role()], ['standby', 'unknown'])
  })

  it('R5: a bad record is never written over', () => {
    const board = createBoard({ boot: { durable: null, stateProblem: 'checksum' } })
    board.talks({ groups: { files: { epoch: { number: 5, board: 'b' } } } })
    board.passes(2000)
    deepEqual(board.effects('storeState'), [])
    equal(board.lastToken().stateBad, true)
  })
})
