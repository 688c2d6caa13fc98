// Taking one group, step by step. Source: R1, R2a, R5.
import { deepEqual, equal, match } from 'node:assert/strict'
import { type Board, createBoard, servingBoard, standbyBoard } from './board.js'
import { FILES, SERVING } from './board-settings.js'

const GRANT = { groups: { files: { role: 'standby', grant: 2 } } } as const

describe('taking a group', () => {
  it('R2a, R5: a grant is claimed with its own number, durable before the first act', () => {
    const board = standbyBoard()
    board.mute('storage')
    board.hears(GRANT)
    deepEqual(board.actions(), ['inspect'])
    equal(board.group('files').doing, 'storing the new epoch')
    board.storageAnswers()
    deepEqual(board.actions(), ['inspect', 'attach', 'checkAndSetAddresses', 'check', 'mount', 'startServices'])
    equal(board.epoch(), '2b')
    equal(board.role(), 'active')
  })

  it('after fencing the address is set at once, nobody else can have it', () => {
    const board = standbyBoard()
    board.peerLosesPower()
    board.passes(500)
    equal(board.actions().includes('setAddresses'), true)
    equal(board.actions().includes('checkAndSetAddresses'), false)
  })

  it('disk and addresses go at the same time, the services wait for both', () => {
    const board = standbyBoard()
    board.mute('actions')
    board.hears(GRANT)
    deepEqual(board.actions().slice(1), ['attach', 'checkAndSetAddresses'])
    board.finishes('files', 'checkAndSetAddresses')
    board.finishes('files', 'attach')
    board.finishes('files', 'check')
    equal(board.group('files').doing, 'mounting the disk')
    board.finishes('files', 'mount')
    equal(board.actions().includes('startServices'), true)
    equal(board.role(), 'taking')
    board.finishes('files', 'startServices')
    equal(board.role(), 'active')
    deepEqual(board.effects('watchGroup'), [{ kind: 'watchGroup', group: 'files', on: true }])
  })

  it('a group without a disk needs none', () => {
    const board = standbyBoard({ groups: [{ ...FILES, disk: null }] })
    board.hears(GRANT)
    deepEqual(board.actions().slice(1), ['checkAndSetAddresses', 'startServices'])
  })

  it('an answer to an older order changes nothing', () => {
    const board = standbyBoard()
    board.mute('actions')
    board.hears(GRANT)
    board.feed({ kind: 'actionFinished', group: 'files', action: 'attach', job: 99, outcome: { ok: true } })
    deepEqual(board.actions().slice(1), ['attach', 'checkAndSetAddresses'])
  })

  it('R5: a claim that cannot be stored touches nothing', () => {
    const board = standbyBoard()
    board.fails('storage', 'read-only file system')
    board.hears(GRANT)
    equal(board.role(), 'standby')
    deepEqual(board.actions(), ['inspect'])
    match(board.group('files').problem ?? '', /could not be stored: read-only/)
  })

  it('R2a, R6: a failure after a grant is released, and granted back to a peer that could serve it', () => {
    const board = standbyBoard()
    board.fails('mount', 'wrong fs type')
    board.hears(GRANT)
    board.passes(100)
    deepEqual(board.actions().slice(-5), ['stopServices', 'clearAddresses', 'unmount', 'detach', 'inspect'])
    deepEqual(board.card()?.groups.files, { epoch: { number: 2, board: 'b' }, grant: 3 })
    equal(board.lastToken().groups[0]?.grant, 3)
  })

  const NOT_FIT = { groups: { files: { role: 'standby', grant: 2, fit: false } } } as const

  it('R2a, R6: a failure after a grant stays here, told as failed, while the peer could not serve it either', () => {
    const board = standbyBoard()
    board.fails('mount', 'wrong fs type')
    board.hears(NOT_FIT)
    board.passes(1000)
    equal(board.role(), 'failed')
    deepEqual(board.card()?.groups.files, { epoch: { number: 2, board: 'b' }, grant: 0 })
  })

  it('R6: services that do not start give the addresses back too', () => {
    const board = standbyBoard()
    board.fails('startServices', 'exit 1')
    board.hears(NOT_FIT)
    board.passes(500)
    equal(board.actions().includes('clearAddresses'), true)
    equal(board.role(), 'failed')
    match(board.status().warnings[0] ?? '', /files: exit 1/)
  })
})

describe('a disk that remembers a later tenure', () => {
  it('R5: raises the epoch above it, durably, before a service starts', () => {
    const board = createBoard({ self: 'b', epochs: { files: '1a' }, boot: { sense: false } })
    board.mute('actions')
    board.passes(400)
    board.finishes('files', 'attach')
    board.finishes('files', 'check')
    board.finishes('files', 'setAddresses')
    board.mute('storage')
    board.finishes('files', 'mount', { ok: true, stamp: { number: 9, board: 'a' } })
    equal(board.actions().includes('startServices'), false)
    equal(board.effects('storeState').at(-1)?.durable.groups.files?.epoch.number, 10)
    equal(board.actions().at(-1), 'mount', 'not before the higher epoch is durable')
    board.storageAnswers()
    equal(board.actions().at(-1), 'stamp')
    board.finishes('files', 'stamp', { ok: true })
    equal(board.actions().at(-1), 'startServices')
    board.finishes('files', 'startServices')
    equal(board.epoch(), '10b')
    equal(board.role(), 'active')
  })
})

describe('a service that fails its probe', () => {
  const failed = (board: Board): void =>
    board.feed({ kind: 'serviceFailed', group: 'files', service: 'smbd', reason: 'no answer on port 445' })

  it('is restarted, and moves its group after too many restarts', () => {
    const board = servingBoard()
    failed(board)
    failed(board)
    deepEqual(board.actions().slice(1), ['restartServices', 'restartServices'])
    equal(board.role(), 'active')
    failed(board)
    board.passes(500)
    equal(board.role(), 'standby')
    equal(board.lastToken().groups[0]?.grant, 2)
  })

  it('is restarted on and on, with pauses, where the peer could not serve it', () => {
    const board = servingBoard()
    board.fallsSilent()
    board.says({ groups: { files: { fit: false } } })
    board.hears()
    for (let i = 0; i < 5; i++) failed(board)
    equal(board.actions().filter(action => action === 'restartServices').length, 2)
    board.talks()
    board.passes(5000)
    equal(board.actions().filter(action => action === 'restartServices').length, 3)
    equal(board.role(), 'active')
  })

  it('R14: is left alone in maintenance', () => {
    const board = servingBoard({ durable: { mode: 'maintenance' } })
    failed(board)
    deepEqual(board.actions(), ['inspect'])
  })

  it('a disk that does not answer moves its group, if the peer can serve it', () => {
    const board = servingBoard()
    board.feed({ kind: 'diskFailed', group: 'files', reason: 'read took 5 s' })
    board.passes(200)
    equal(board.lastToken().groups[0]?.grant, 2)
    const alone = servingBoard({ found: { files: SERVING } })
    alone.hears({ groups: { files: { diskSeen: false } } })
    alone.feed({ kind: 'diskFailed', group: 'files', reason: 'read took 5 s' })
    equal(alone.role(), 'active')
  })
})
