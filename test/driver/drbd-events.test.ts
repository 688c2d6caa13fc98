import { strict as assert } from 'node:assert'
import {
  type DrbdState,
  isConnected,
  isFrozen,
  mirrorFacts,
  NO_STATE,
  readEvent
} from '../../src/driver/drbd-events.js'

/** As drbdsetup-84 of drbd-utils 9.22 writes them with a kernel 6.12. */
const UP = [
  'exists resource name:main role:Secondary suspended:no',
  'exists connection name:main peer-node-id:0 conn-name:peer connection:Connected role:Primary',
  'exists device name:main volume:0 minor:0 disk:UpToDate',
  'exists peer-device name:main peer-node-id:0 conn-name:peer volume:0 replication:Established peer-disk:UpToDate resync-suspended:no'
]

const follow = (lines: readonly string[], from: DrbdState = NO_STATE): DrbdState =>
  lines.reduce((state, line) => {
    const event = readEvent(state, 'main', line)
    return event.kind === 'changed' ? event.state : state
  }, from)

describe('drbd events', () => {
  it('reads a mirror that is up', () => {
    assert.deepEqual(mirrorFacts(follow(UP), false, 0, null), {
      connected: true,
      disk: 'upToDate',
      peerDisk: 'upToDate',
      resync: null,
      splitBrain: false,
      copy: null
    })
  })

  it('takes a link for connected only when it was said how the copies stand to each other', () => {
    const facts = UP.slice(0, 3).map((_, at) => mirrorFacts(follow(UP.slice(0, at + 1)), false, 0, null))
    assert.ok(facts.every(({ connected, peerDisk }) => !connected && peerDisk === 'unknown'))
  })

  it('calls the link lost at the first line that says so', () => {
    const state = follow(
      ['change connection name:main peer-node-id:0 conn-name:peer connection:NetworkFailure'],
      follow(UP)
    )
    assert.equal(mirrorFacts(state, false, 0, null).connected, false)
    assert.equal(mirrorFacts(state, false, 0, null).peerDisk, 'unknown', 'what the link said before is nothing now')
  })

  it('never shows a stale copy that becomes the target of a resync as equal, line by line', () => {
    const down = follow(
      [
        'change connection name:main connection:BrokenPipe role:Unknown',
        'change peer-device name:main volume:0 replication:Off peer-disk:DUnknown'
      ],
      follow(UP)
    )
    const back = [
      'change connection name:main connection:Connected role:Primary',
      'change peer-device name:main volume:0 replication:WFBitMapT peer-disk:UpToDate',
      'change device name:main volume:0 minor:0 disk:Outdated',
      'change peer-device name:main volume:0 replication:SyncTarget',
      'change device name:main volume:0 minor:0 disk:Inconsistent'
    ]
    back.forEach((_, at) => {
      const { connected, resync } = mirrorFacts(follow(back.slice(0, at + 1), down), false, 7, null)
      assert.ok(!connected || resync?.to === 'here', back[at])
    })
  })

  it('sees I/O that stands still, of a primary alone', () => {
    const frozen = follow(['change resource name:main role:Primary suspended:fencing'], follow(UP))
    assert.ok(isFrozen(frozen) && isConnected(frozen))
    assert.ok(!isFrozen(follow(['change resource name:main role:Secondary'], frozen)))
    assert.ok(!isFrozen(follow(['change resource name:main suspended:no'], frozen)))
    assert.ok(isFrozen(follow(['change resource name:main suspended:no-data,fencing'], frozen)))
  })

  it('hears the kernel’s helper when it is called, and how it ended', () => {
    const call = 'call helper name:main peer-node-id:0 conn-name:peer helper:split-brain'
    assert.deepEqual(readEvent(NO_STATE, 'main', call), { kind: 'helper', name: 'split-brain', status: null })
    const ended = `${call.replace('call', 'response')} status:1024`
    assert.deepEqual(readEvent(NO_STATE, 'main', ended), { kind: 'helper', name: 'split-brain', status: 1024 })
  })

  it('hears which minor the kernel has given it', () => {
    assert.equal(follow(UP).minor, '0')
    assert.equal(follow(['destroy device name:main volume:0 minor:0'], follow(UP)).minor, '')
  })

  it('forgets what is gone', () => {
    const gone = follow(['destroy connection name:main peer-node-id:0 conn-name:peer'], follow(UP))
    assert.equal(gone.connection + gone.replication + gone.peerDisk + gone.peerRole, '')
    assert.deepEqual(follow(['destroy resource name:main'], follow(UP)), NO_STATE)
  })

  it('lets other resources, unknown words and garbage say nothing', () => {
    const state = follow(UP)
    for (const line of [
      'change resource name:other role:Primary',
      'change path name:main local:x',
      '- skipped 3',
      '',
      'name:main',
      'change device'
    ])
      assert.equal(readEvent(state, 'main', line).kind, 'nothing', line)
    assert.equal(readEvent(state, 'main', 'exists -').kind, 'whole')
    const strange = follow(['change device name:main volume:0 minor:0 disk:Splendid'], state)
    assert.equal(mirrorFacts(strange, false, 0, null).disk, 'unknown')
  })
})
