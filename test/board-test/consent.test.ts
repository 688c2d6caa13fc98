// Nobody's peer is cut without the word for it.
import { deepEqual, equal, match } from 'node:assert/strict'
import { consent, servedByPeer, whyNotNow } from '../../src/board-test/consent.js'
import type { Mode, Role } from '../../src/core/types.js'
import { earsWith, makeBench, makeConfig, tokenOf } from './bench-fixture.js'

const NO_WISH = { yes: false, cut: null }

describe('the consent to cut the peer', () => {
  const { config, remove } = makeConfig()
  after(remove)
  const says = (role: Role, agoMs = 0, mode: Mode = 'maintenance') => earsWith(tokenOf(config, role, mode, 1), agoMs)

  it('takes a peer for one that serves unless its newest token says that it holds nothing', () => {
    const { bench } = makeBench(config)
    deepEqual(servedByPeer(bench, says('standby')), [])
    deepEqual(servedByPeer(bench, says('failed')), [])
    for (const role of ['unknown', 'taking', 'active', 'releasing'] as const)
      deepEqual(servedByPeer(bench, says(role)), ['files'], role)
    equal(servedByPeer(bench, says('standby', 1500)), null)
    equal(servedByPeer(bench, earsWith(null)), null)
  })

  it('is given by --yes only where the peer says that it serves nothing', async () => {
    const wish = { yes: true, cut: null }
    equal(await consent(makeBench(config).bench, says('standby'), wish), null)
    for (const ears of [says('active'), says('unknown'), earsWith(null), says('standby', 1500)])
      equal((await consent(makeBench(config, ['yes', 'cut board b']).bench, ears, wish))?.finding, 'refused')
  })

  it('is given by --cut with the right letter where nothing is known, and never where it serves', async () => {
    const wish = { yes: false, cut: 'b' }
    equal(await consent(makeBench(config).bench, earsWith(null), wish), null)
    equal(await consent(makeBench(config).bench, says('standby'), wish), null)
    equal((await consent(makeBench(config).bench, says('active'), wish))?.finding, 'refused')
    equal((await consent(makeBench(config).bench, earsWith(null), { ...wish, cut: 'a' }))?.finding, 'refused')
  })

  it('is refused where there is nobody to ask', async () => {
    for (const ears of [says('standby'), says('active'), earsWith(null)])
      equal((await consent(makeBench(config).bench, ears, NO_WISH))?.finding, 'refused')
  })

  it('is one word against a peer that serves nothing, and the whole sentence against every other', async () => {
    const answer = async (ears: ReturnType<typeof says>, word: string | null) =>
      (await consent(makeBench(config, [word]).bench, ears, NO_WISH))?.finding ?? 'given'
    equal(await answer(says('standby'), ' Yes '), 'given')
    equal(await answer(says('standby'), 'y'), 'skipped')
    for (const ears of [says('active'), earsWith(null)]) {
      equal(await answer(ears, 'yes'), 'skipped')
      equal(await answer(ears, ''), 'skipped')
      equal(await answer(ears, null), 'skipped')
      equal(await answer(ears, 'cut board a'), 'skipped')
      equal(await answer(ears, 'Cut  Board B'), 'given')
    }
  })

  it('tells what stops before it asks', async () => {
    const { bench, told } = makeBench(config, [''])
    await consent(bench, says('active'), NO_WISH)
    match(told.join(), /CUTS THE POWER OF BOARD B .*It SERVES files: that STOPS/)
    const other = makeBench(config, [''])
    await consent(other.bench, earsWith(null), NO_WISH)
    match(other.told.join(), /nobody knows whether it serves something/)
  })

  it('is not even asked for while the peer may cut this board: its fence is proved, and nobody ordered maintenance', () => {
    const { bench } = makeBench(config)
    match(whyNotNow(bench, says('standby', 0, 'auto')) ?? '', /in mode auto/)
    match(whyNotNow(bench, says('standby', 0, 'manual')) ?? '', /in mode manual/)
    equal(whyNotNow(bench, says('standby')), null)
    equal(whyNotNow(bench, earsWith({ ...tokenOf(config, 'standby', 'auto', 1), proved: false })), null)
    equal(whyNotNow(bench, earsWith(null)), null)
  })
})
