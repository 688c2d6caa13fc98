import { deepEqual, equal } from 'node:assert/strict'
import { setImmediate as soon } from 'node:timers/promises'
import { createCopyName } from '../../src/driver/mirror-copy-name.js'

describe('the name of a copy', () => {
  const reads: ((name: string | null) => void)[] = []
  let told = 0
  const create = () =>
    createCopyName(
      '/dev/disk',
      () => (told += 1),
      () => new Promise(resolve => reads.push(resolve))
    )
  beforeEach(() => {
    reads.length = 0
    told = 0
  })

  it('is read once for each time that its disk is attached, and told', async () => {
    const name = create()
    name.look(false)
    equal(reads.length, 0)
    name.look(true)
    name.look(true)
    equal(reads.length, 1)
    reads[0]?.('0123456789abcdef')
    await soon()
    deepEqual([name.value, told], ['0123456789abcdef', 1])
    name.look(true)
    equal(reads.length, 1)
    name.look(false)
    equal(name.value, null)
    name.look(true)
    equal(reads.length, 2)
  })

  it('of a disk that is gone meanwhile is not taken for that of the next one', async () => {
    const name = create()
    name.look(true)
    name.look(false)
    name.look(true)
    reads[1]?.('fedcba9876543210')
    await soon()
    reads[0]?.('0123456789abcdef')
    await soon()
    deepEqual([name.value, told], ['fedcba9876543210', 1])
  })
})
