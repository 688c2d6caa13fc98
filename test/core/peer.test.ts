// What the newest token of the peer means for epochs and grants. Source: R2a, R5.
import { deepEqual, equal, match } from 'node:assert/strict'
import { createBoard, servingBoard, standbyBoard } from './board.js'

describe('peer', () => {
  it('R5: a higher epoch is adopted, durably', () => {
    const board = standbyBoard()
    board.hears({ groups: { files: { epoch: { number: 5, board: 'a' } } } })
    equal(board.epoch(), '5a')
    deepEqual(board.card()?.groups.files, { epoch: { number: 5, board: 'a' }, grant: 0 })
  })

  it('R5: a lower epoch is not: it never falls', () => {
    const board = standbyBoard({ epochs: { files: '5a' } })
    board.hears({ groups: { files: { epoch: { number: 4, board: 'a' } } } })
    equal(board.epoch(), '5a')
  })

  it('R5: an epoch of ours that we do not know means an old record: nothing is taken, granted or fenced', () => {
    const board = standbyBoard()
    board.hears({ groups: { files: { epoch: { number: 9, board: 'b' } } } })
    match(board.status().storage, /older than what the peer remembers/)
    deepEqual(board.codes('alarm'), ['state-stale'])
    board.passes(100)
    equal(board.lastToken().stateBad, true)
    board.hears({ groups: { files: { role: 'standby', epoch: { number: 9, board: 'a' }, grant: 10 } } })
    equal(board.role(), 'standby')
    board.peerLosesPower()
    board.passes(5000)
    deepEqual(board.relayOrders(), [])
  })

  it('R5: no successful write mends an old record, but `baton recover` accepts the memory of the peer', () => {
    const board = standbyBoard()
    board.talks({ groups: { files: { epoch: { number: 9, board: 'b' } } } })
    board.asks({ order: 'mode', mode: 'manual', forMs: 0 })
    board.passes(500)
    match(board.status().storage, /older/)
    const request = board.asks({ order: 'recover' })
    match(board.answers(request)[0]?.text ?? '', /memory of the epochs is accepted/)
    equal(board.status().storage, 'ok')
    equal(board.epoch(), '9b')
  })

  it('R2a: a grant counts only from the owner, above its epoch, and above ours', () => {
    const wrong = [
      { role: 'standby', grant: 1 },
      { role: 'active', grant: 2 },
      { role: 'standby', grant: 2, epoch: { number: 1, board: 'b' } }
    ] as const
    for (const files of wrong) {
      const board = standbyBoard()
      board.hears({ groups: { files } })
      deepEqual(board.actions(), ['inspect'])
    }
  })

  it('R6: no grant is taken while the configurations differ', () => {
    const board = standbyBoard()
    board.hears({ digest: 'ffffffffffff', groups: { files: { role: 'standby', grant: 2 } } })
    deepEqual(board.actions(), ['inspect'])
    deepEqual(board.codes('alarm'), ['configuration-differs'])
  })

  it('R6: no grant is taken before this board has looked', () => {
    const board = createBoard({ self: 'b', epochs: { files: '1a' }, mute: ['actions'] })
    board.talks({ groups: { files: { role: 'standby', grant: 2 } } })
    deepEqual(board.actions(), ['inspect'])
    board.finishes('files', 'inspect')
    board.passes(50)
    equal(board.actions().includes('attach'), true)
  })

  it('a peer that returns makes us say again where our addresses live', () => {
    const board = servingBoard()
    board.forgets()
    board.fallsSilent()
    board.peerStartsAnew('cccccccccccccccc')
    board.hears()
    deepEqual(board.effects('announceAddresses'), [{ kind: 'announceAddresses', group: 'files' }])
  })

  it('R5: a higher epoch of the peer that holds nothing makes us release ours', () => {
    const board = servingBoard()
    board.hears({ groups: { files: { epoch: { number: 2, board: 'b' } } } })
    board.passes(100)
    equal(board.codes('alarm').includes('epoch-overtaken'), true)
    equal(board.role(), 'standby')
  })
})
