// The import is cut off before its steps, as by a power cut, and the board boots again. Run by card.test.ts inside a namespace.
import assert from 'node:assert/strict'
import { chmodSync, writeFileSync } from 'node:fs'
import { ALL, closeBench, GOOD, KEY, makeWorld, type World } from './world.js'

/** What changes the card, or waits for it. All else a cut takes away anyway: a cut there is one before the next of these. */
const STEPS = ['cp', 'mv', 'rm', 'sync', 'chmod', 'mkdir', 'mount', 'dd', 'baton', 'ssh-keygen'] as const
/** Every third step, which takes a busy machine minutes; `CUT_EVERY=1` cuts at each. */
const EVERY = Number(process.env.CUT_EVERY ?? 3)
const RECORD = '/var/lib/baton/state.json'
/** Counts its calls that are about the card; at the one that is wanted all that the import started is killed. */
const shim = (name: string): string => `#!/bin/sh
PATH=\${PATH#/opt/cut:}
export PATH
case "${name} $*" in
*/state* | */etc/baton* | */var/lib/baton* | */boot/firmware* | 'baton init') ;;
*) exec ${name} "$@" ;;
esac
count=0
[ ! -e /run/count ] || read -r count </run/count
count=$((count + 1))
echo "$count" >/run/count
[ "$count" != "\${CUT_AT-}" ] || kill -9 0
exec ${name} "$@"
`

describe('a power cut while a card is imported', function () {
  this.timeout(1_100_000)
  let world: World

  after(closeBench)

  const addShims = (): void => {
    world.exec(['mkdir', '-p', '/opt/cut'])
    for (const name of STEPS) {
      writeFileSync(world.at(`/opt/cut/${name}`), shim(name))
      chmodSync(world.at(`/opt/cut/${name}`), 0o755)
    }
  }
  /** The number of steps that were begun. */
  const importCutAt = (step: number | null): number => {
    const path = '/opt/cut:/opt/bin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
    const env = { PATH: path, ...(step === null ? {} : { CUT_AT: String(step) }) }
    world.exec(['setsid', '--wait', '/usr/lib/baton/card/import'], env)
    return Number(world.read('/run/count'))
  }
  const every = (whileCut: (step: number) => void, atEnd: () => void): number => {
    let steps = 0
    for (let step = 1; ; step += EVERY) {
      world = makeWorld(ALL)
      try {
        addShims()
        world.boot()
        if (importCutAt(step) < step) {
          assert.equal(world.exec(['/usr/lib/baton/card/ready']).status, 0)
          return steps
        }
        steps = step
        world.cut()
        world.boot()
        whileCut(step)
        importCutAt(null)
        atEnd()
        const { status, words } = world.exec(['/usr/lib/baton/card/ready'])
        assert.equal(status, 0, `cut before step ${step}: ${words}`)
      } finally {
        world.close()
      }
    }
  }

  it('before a step of the first boot: the next one ends as if nothing had happened', () => {
    const steps = every(
      step => {
        for (const [file, whole] of [
          ['/etc/baton/baton.yaml', GOOD],
          ['/etc/baton/key', `${KEY}\n`],
          ['/etc/baton/board', 'a\n']
        ] as const)
          if (world.has(file)) assert.equal(world.read(file), whole, `cut before step ${step}`)
        // The key is in one of the two places, always.
        assert.ok(
          world.has('/etc/baton/key') || world.has('/boot/firmware/key'),
          `cut before step ${step}: the key is gone`
        )
        assert.ok(world.has('/state/fresh') || world.has(RECORD), `cut before step ${step}: neither marker nor record`)
      },
      () => {
        assert.match(world.read(RECORD), /"board": "a"/)
        assert.ok(!world.has('/state/fresh') && !world.has('/boot/firmware/key'))
        assert.equal(world.has('/run/baton-card/problem'), false)
        assert.deepEqual(world.exec(['sh', '-c', 'ls /etc/baton /boot/firmware | grep new']).words, '')
      }
    )
    assert.ok(steps > 20, `only ${steps} steps were cut`)
  })
})
