import { deepEqual, throws } from 'node:assert/strict'
import { parseDumpe2fs } from './card-damage.js'

const WORDS = `Filesystem volume name:   baton-state
Block count:              131072
Free blocks:              114000
Block size:               1024

Group 0: (Blocks 1-8192) csum 0x1
  Primary superblock at 1, Group descriptors at 2-2
Group 1: (Blocks 8193-16384) csum 0x2
  Backup superblock at 8193, Group descriptors at 8194-8194
`

describe('damage to a card', () => {
  it('the superblocks are found in bytes, the first one behind the boot sector', () => {
    deepEqual(parseDumpe2fs(WORDS), { blockBytes: 1024, freeBlocks: 114_000, superblocks: [1024, 8193 * 1024] })
    const large = WORDS.replace('1024\n', '4096\n').replace('superblock at 1,', 'superblock at 0,')
    deepEqual(parseDumpe2fs(large).superblocks, [1024, 8193 * 4096])
  })

  it('what is no file system is not taken for one', () => {
    throws(() => parseDumpe2fs('dumpe2fs: Bad magic number in super-block'), /Block size/)
  })
})
