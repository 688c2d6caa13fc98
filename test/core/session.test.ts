// Which tokens are believed. Source: R12.
import { deepEqual, equal, notEqual } from 'node:assert/strict'
import { NO_NONCE } from '../../src/core/types.js'
import { createBoard, standbyBoard } from './board.js'

describe('session', () => {
  it('R12: a peer that does not know us gets its echo, and is not heard', () => {
    const board = createBoard()
    board.knowsNobody()
    board.hears()
    board.passes(200)
    const { peerNonce, echo } = board.lastToken('serial')
    deepEqual({ peerNonce, echo }, { peerNonce: 'bbbbbbbbbbbbbbbb', echo: 1 })
    equal(board.status().peer.heard, false)
    equal(board.status().peer.links.serial.state, 'one-way')
  })

  it('R12: before anything was heard our token names nobody', () => {
    const { peerNonce, echo } = createBoard().lastToken()
    deepEqual({ peerNonce, echo }, { peerNonce: NO_NONCE, echo: 0 })
  })

  it('R12: a token with our nonce and a recent echo is heard, and gives the round trip', () => {
    const board = createBoard()
    board.passes(30)
    board.hears()
    equal(board.status().peer.heard, true)
    deepEqual(board.status().peer.links.serial, { state: 'two-way', ageMs: 0, roundTripMs: 30, lossPercent: 0 })
    equal(board.status().peer.links.ethernet.state, 'silent')
  })

  it('R12: an echo older than the dead time is not recent', () => {
    const board = createBoard()
    const old = board.freshToken('serial')
    board.passes(1001)
    board.hearsToken(old)
    equal(board.status().peer.heard, false)
  })

  it('R12: an echo of a number that we never sent is not believed', () => {
    const board = createBoard()
    board.hearsToken({ ...board.freshToken('serial'), echo: 1000 })
    equal(board.status().peer.heard, false)
  })

  it('R12: a token for a former life of ours is not believed', () => {
    const board = createBoard()
    board.hears({ peerNonce: 'cccccccccccccccc' })
    equal(board.status().peer.heard, false)
  })

  it('R12: a replayed token changes nothing', () => {
    const board = standbyBoard()
    const token = board.freshToken('serial')
    board.hearsToken(token)
    board.fallsSilent()
    board.passes(500)
    board.hearsToken(token)
    equal(board.status().peer.ageMs, 500)
  })

  it('R12: a new life of the peer retires the former one, whose tokens are refused from then on', () => {
    const board = standbyBoard()
    const old = board.freshToken('serial')
    board.fallsSilent()
    board.passes(200)
    board.peerStartsAnew('cccccccccccccccc')
    board.hears()
    board.passes(100)
    board.hearsToken({ ...old, sequence: old.sequence + 100, echo: board.lastToken('serial').sequence })
    equal(board.status().peer.ageMs, 100)
    board.passes(200)
    equal(board.lastToken().peerNonce, 'cccccccccccccccc')
  })

  it('R12: a hello of a retired life is not answered', () => {
    const board = standbyBoard()
    const old = board.freshToken('serial')
    board.fallsSilent()
    board.passes(200)
    board.peerStartsAnew('cccccccccccccccc')
    board.hears()
    board.passes(2000)
    board.hearsToken({ ...old, peerNonce: NO_NONCE })
    board.passes(200)
    equal(board.lastToken('serial').peerNonce, 'cccccccccccccccc')
  })

  it('R12: while a life of the peer talks on a link, a hello of another one is not answered there', () => {
    const board = standbyBoard()
    board.hearsToken({ ...board.freshToken('serial'), nonce: 'cccccccccccccccc', peerNonce: NO_NONCE })
    board.passes(200)
    equal(board.lastToken('serial').peerNonce, 'bbbbbbbbbbbbbbbb')
  })

  it('R12: of two links that deliver out of order only the highest number gives rights', () => {
    const board = standbyBoard()
    board.fallsSilent()
    board.says({ groups: { files: { role: 'standby', grant: 2 } } })
    const granting = board.freshToken('serial')
    board.hears({ groups: { files: { role: 'active', grant: 0 } } }, 'ethernet')
    board.hearsToken(granting, 'serial')
    equal(board.role(), 'standby')
    equal(board.status().peer.links.serial.state, 'two-way')
    equal(board.group('files').peerRole, 'active')
  })

  it('R12: the later token on the other link leaves the earlier link alive', () => {
    const board = standbyBoard()
    board.cuts('ethernet')
    board.passes(500)
    equal(board.status().peer.heard, true)
    deepEqual(
      Object.values(board.status().peer.links).map(link => link.state),
      ['two-way', 'silent']
    )
  })

  it('R12: a link on which the peer does not hear us counts as cut', () => {
    const board = standbyBoard()
    board.fallsSilent()
    const deaf = board.lastToken('serial').sequence
    for (let i = 0; i < 40; i++) {
      board.passes(50)
      board.hearsToken({ ...board.freshToken('serial'), echo: deaf })
    }
    equal(board.status().peer.links.serial.state, 'one-way')
    equal(board.status().peer.heard, false)
  })

  it('R12: a token with our own letter is alarmed once, and is nobody of ours', () => {
    const board = createBoard()
    board.hears({ board: 'a' })
    board.passes(500)
    board.hears({ board: 'a' })
    deepEqual(board.codes('alarm'), ['foreign-identity'])
    equal(board.status().peer.heard, false)
    equal(board.lastToken('serial').echo, 0)
  })

  it('R12: frames of a foreign key are alarmed and named in status', () => {
    const board = standbyBoard()
    board.feed({ kind: 'foreignFrameReceived', link: 'serial', foreign: 'key' })
    deepEqual(board.codes('alarm'), ['foreign-key'])
    deepEqual(board.status().warnings, ['frames of a foreign key arrive'])
  })

  it('counts the tokens that are lost on a link', () => {
    const board = standbyBoard()
    board.fallsSilent()
    for (let i = 0; i < 100; i++) {
      board.passes(50)
      const token = board.freshToken('serial')
      if (i % 4 !== 0) board.hearsToken(token, i % 2 === 0 ? 'serial' : 'ethernet')
    }
    const { serial } = board.status().peer.links
    notEqual(serial.lossPercent, 0)
    equal(serial.lossPercent < 60, true)
  })

  it('one sequence counts over both links, and never stands still', () => {
    const board = standbyBoard()
    board.passes(1000)
    const sequences = board.effects('sendToken').map(({ token }) => token.sequence)
    deepEqual(
      sequences,
      sequences.map((_, i) => i + 1)
    )
  })
})
