// A fresh card whose board was handed key and configuration by the one that goes on alone. Run by card.test.ts inside a namespace.
import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { closeBench, GOOD, KEY, makeWorld, type World } from './world.js'

const RECORD = '/var/lib/baton/state.json'
const HANDED = GOOD.replace('pair: my-pair', 'pair: shop')
/** What an image brings that works as it is. */
const BROUGHT = { 'baton.yaml': GOOD, board: 'b\n' }

describe('a fresh card in a board that was handed what it lacked', function () {
  this.timeout(240_000)
  let world: World
  afterEach(() => world.close())
  after(closeBench)

  const write = (name: string, text: string): void =>
    writeFileSync(world.at(`/etc/baton/${name}`), text, { mode: 0o600 })
  const boot = (): void => {
    world.boot()
    const done = world.import()
    assert.equal(done.status, 0, done.words)
  }
  /** Up to the moment in which the pairing ends: the letter is known, the key is not. */
  const unpaired = (): void => {
    world = makeWorld(BROUGHT)
    boot()
    assert.match(world.read('/run/baton-card/problem'), /no key of the pair/)
    assert.ok(world.has('/state/fresh') && !world.has(RECORD))
  }

  it('runs with it from the next boot on, and the first partition has it, too', () => {
    unpaired()
    write('baton.yaml.handed', HANDED)
    write('key', `${KEY}\n`)
    world.halt()
    boot()
    for (const file of ['/etc/baton/baton.yaml', '/boot/firmware/baton.yaml']) assert.equal(world.read(file), HANDED)
    assert.equal(world.has('/etc/baton/baton.yaml.handed'), false)
    assert.match(world.read(RECORD), /"board": "b"/)
    assert.ok(
      world.has('/run/baton-card/ready') && !world.has('/state/fresh') && !world.has('/boot/firmware/baton.yaml.new')
    )
    world.halt()
    boot()
    assert.equal(world.read('/etc/baton/baton.yaml'), HANDED)
    // What the operator edits later counts as ever.
    world.put('baton.yaml', GOOD)
    world.halt()
    boot()
    assert.equal(world.read('/etc/baton/baton.yaml'), GOOD)
  })

  it('forgets what a pairing had only stored when the power went', () => {
    unpaired()
    write('baton.yaml.new', HANDED)
    write('key.new', `${KEY}\n`)
    world.cut()
    boot()
    for (const name of ['baton.yaml.new', 'key.new', 'key']) assert.equal(world.has(`/etc/baton/${name}`), false)
    assert.equal(world.read('/etc/baton/baton.yaml'), GOOD)
    assert.ok(world.has('/state/fresh') && !world.has(RECORD))
  })

  it('never runs with another configuration where the power went between the two files, or the partition cannot be written', () => {
    unpaired()
    write('baton.yaml.handed', HANDED)
    world.halt()
    boot()
    // No key yet: it is paired again.
    assert.equal(world.read('/etc/baton/baton.yaml'), HANDED)
    assert.ok(!world.has('/run/baton-card/ready') && world.has('/state/fresh'))
    write('baton.yaml.handed', GOOD)
    write('key', `${KEY}\n`)
    world.halt()
    world.boot()
    rmSync(world.at('/usr/lib/baton/card/partition'))
    writeFileSync(world.at('/usr/lib/baton/card/partition'), '#!/bin/sh\nexit 1\n', { mode: 0o755 })
    assert.equal(world.import().status, 1)
    assert.match(world.read('/run/baton-card/problem'), /handed over cannot be put[\s\S]*baton replace/)
    assert.ok(!world.has('/run/baton-card/ready') && world.has('/state/fresh') && !world.has(RECORD))
  })
})
