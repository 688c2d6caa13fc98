import { deepEqual, throws } from 'node:assert/strict'
import { moduleOrder } from './module-order.js'

const LIST = `kernel/fs/ext4/ext4.ko: kernel/lib/crc16.ko kernel/fs/mbcache.ko kernel/fs/jbd2/jbd2.ko
kernel/fs/jbd2/jbd2.ko:
kernel/drivers/block/virtio_blk.ko.xz:
kernel/arch/x86/crypto/crc32c-intel.ko:
kernel/lib/crc16.ko:
`

describe('the order of modules', () => {
  it('what a module leans on comes before it', () => {
    deepEqual(moduleOrder(LIST, ['ext4']), [
      'kernel/fs/jbd2/jbd2.ko',
      'kernel/fs/mbcache.ko',
      'kernel/lib/crc16.ko',
      'kernel/fs/ext4/ext4.ko'
    ])
  })

  it('each comes once, and a packed file or a dash is no other name', () => {
    deepEqual(moduleOrder(LIST, ['crc16', 'virtio_blk', 'crc32c_intel', 'crc16']), [
      'kernel/lib/crc16.ko',
      'kernel/drivers/block/virtio_blk.ko.xz',
      'kernel/arch/x86/crypto/crc32c-intel.ko'
    ])
  })

  it('a module that the kernel does not have is named', () => {
    throws(() => moduleOrder(LIST, ['ext5']), /no module ext5/)
  })
})
