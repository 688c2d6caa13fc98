// `discard-copy` at a console: through the door to root, with an archive wherever there is room, and with a loss only where a person says so twice.
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseCommandLine } from '../../src/console/arguments.js'
import { asRoot, GROUP_ASKED, type RootWish } from '../../src/console/as-root.js'
import { type DiscardWish, runDiscard } from '../../src/console/discard-copy.js'
import { askPlace } from '../../src/console/discard-place.js'
import { askSince } from '../../src/console/since-ask.js'
import type { Terminal } from '../../src/console/terminal.js'
import type { ArchivePlace } from '../../src/driver/archive-place.js'
import { type ControlServer, serveControl } from '../../src/runtime/control.js'
import type { OperatorRequest } from '../../src/runtime/status.js'
import { NORMAL } from './fixture-status.js'
import { type Person, person } from './person.js'
import { takesOrders } from './takes-orders.js'

const place = (words: string, room: number): ArchivePlace => ({ words, folder: words, stick: null, room })
const SMALL = place('/var/lib/baton/archive', 50e6)
const STICK = { ...place('USB stick /dev/sdb1', 28e9), folder: '', stick: { path: '/dev/sdb1', type: 'vfat' } }
const MNT = place('/mnt', 9e9)
const SIGNAL = new AbortController().signal

describe('the place of an archive', () => {
  const choose = async (
    answer: string | null,
    paths = false,
    places: readonly ArchivePlace[] = [SMALL, MNT, STICK]
  ) => {
    const who = person([answer])
    return { who, choice: await askPlace(places, 1e9, paths, who) }
  }

  it('is the first one with room unless another is chosen, and what is too small is said', async () => {
    const { choice, who } = await choose('')
    deepEqual(choice, { kind: 'place', place: MNT })
    deepEqual(who.said, [
      'too small: /var/lib/baton/archive  (room for 50 MB)',
      'Where is the archive to go?\n  1  /mnt  (room for 9.0 GB)\n  2  USB stick /dev/sdb1  (room for 28 GB)\n  none  it is not packed'
    ])
    deepEqual((await choose(' 2 ')).choice, { kind: 'place', place: STICK })
  })

  it('is none where nothing has room, and it is said what helps', async () => {
    const who = person([])
    const choice = await askPlace([SMALL], 1e9, false, who)
    match(choice.kind === 'none' ? choice.why : '', /no place .* room for 1.0 GB: put a USB stick with FAT or exFAT/)
    deepEqual(who.asked, [])
  })

  it('is nowhere by "none"; anything else that is no answer ends it all', async () => {
    equal((await choose('none')).choice.kind, 'none')
    for (const answer of [null, '0', '3', 'yes', '-1', '1.5', '/etc/cron.d']) {
      const { choice } = await choose(answer)
      equal(choice.kind, 'left', String(answer))
      match(choice.kind === 'left' ? choice.why : '', /nothing was done$/)
    }
  })

  it('may be any folder for who is root already', async () => {
    const { choice } = await choose('/tmp/../tmp', true)
    ok(choice.kind === 'place')
    equal(choice.place.folder, '/tmp')
    equal((await choose('', true, [SMALL])).choice.kind, 'left')
  })
})

describe('since when', () => {
  it('may be typed, and nothing is guessed from what is no time', async () => {
    equal(await askSince(person(['3h'])), 1_780_000_000 - 3 * 3600)
    equal(await askSince(person(['@7'])), 7)
    equal(await askSince(person([''])), 'nobody knows since when')
    equal(await askSince(person([null])), 'nobody knows since when')
    match(String(await askSince(person(['soon']))), /"soon" is no time/)
  })
})

describe('discard-copy', () => {
  const directory = mkdtempSync(join(tmpdir(), 'baton-discard-'))
  const socket = join(directory, 'baton.sock')
  const orders: OperatorRequest[] = []
  let server: ControlServer | null = null
  const WISH: DiscardWish = {
    group: 'files',
    archive: undefined,
    since: null,
    yes: false,
    pipe: false,
    file: join(directory, 'no-such.yaml'),
    board: 'a'
  }
  const asRootAlready = async () => null
  const discard = (who: Person, wish: Partial<DiscardWish> = {}) =>
    runDiscard(socket, { ...WISH, ...wish }, who, SIGNAL, asRootAlready)

  before(async () => {
    const handlers = takesOrders(orders, () => NORMAL, 'it is given up')
    const result = await serveControl({ path: socket, group: 'no-such-group', handlers })
    ok(result.ok, JSON.stringify(result))
    server = result.value
  })
  after(async () => {
    await server?.close()
    rmSync(directory, { recursive: true, force: true })
  })
  beforeEach(() => orders.splice(0))

  it('goes through the door to root without a word of its own choice, and the group follows as an answer', async () => {
    const wishes: RootWish[] = []
    const door = async (wish: RootWish) => {
      wishes.push(wish)
      return 0 as const
    }
    equal(await runDiscard(socket, { ...WISH, file: undefined, board: undefined }, person([]), SIGNAL, door), 0)
    deepEqual(wishes[0]?.words, ['discard-copy'])
    ok(wishes[0]?.options.every(each => each === undefined || each === false))
    equal(wishes[0]?.group, 'files')
    const parsed = parseCommandLine(['discard-copy', '--pipe'])
    ok(parsed.ok && parsed.command.name === 'discard-copy' && parsed.command.pipe && parsed.command.group === '')
    ok(!parseCommandLine(['discard-copy']).ok)
    deepEqual(orders, [])
  })

  it('is refused to others with a folder, an instant or a yes', async () => {
    const door = (wish: RootWish, terminal: Terminal, signal: AbortSignal) => asRoot(wish, terminal, signal, false)
    for (const wish of [{ archive: '/etc' }, { since: 7 }, { yes: true }]) {
      const who = person([])
      equal(await runDiscard(socket, { ...WISH, file: undefined, board: undefined, ...wish }, who, SIGNAL, door), 1)
      match(who.said.join(), /only root may give options to discard-copy/)
    }
    deepEqual(orders, [])
  })

  it('takes the group from the other end of the pipe, and refuses what is none', async () => {
    const who = person(['files', 'no'])
    equal(await discard(who, { group: '', pipe: true }), 1)
    deepEqual(who.asked, [GROUP_ASKED, 'Type yes to do it: '])
    match(who.said[0] ?? '', /gives up its copy of the disk of files/)
    for (const answer of ['', '../x', null])
      equal(await discard(person([answer, 'yes', 'yes']), { group: '', pipe: true }), 1)
    deepEqual(orders, [])
  })

  it('loses what could not be packed only after a second yes that names the reason', async () => {
    const who = person(['yes', ''])
    equal(await discard(who), 1)
    match(
      who.said.at(-2) ?? '',
      /What changed on this copy IS NOT PACKED \(.*no-such\.yaml.*\)\. It is lost with the copy\./s
    )
    equal(who.said.at(-1), 'baton: nothing was done')
    deepEqual(orders, [])
    equal(await discard(person(['yes', 'yes'])), 0)
    deepEqual(orders, [{ order: 'discardCopy', group: 'files' }])
  })

  it('is refused by --yes where nothing could be packed, and asks no root where nothing is to be', async () => {
    equal(await discard(person([]), { yes: true }), 1)
    deepEqual(orders, [])
    const never = () => Promise.reject(new Error('the door was asked'))
    equal(await runDiscard(socket, { ...WISH, archive: null }, person(['yes']), SIGNAL, never), 0)
    equal(orders.length, 1)
  })
})
