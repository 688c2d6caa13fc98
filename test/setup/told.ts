// What a board tells of its disk, as the plan of a mirror reads it: used by tests of the plan and of what is asked about it.
import type { CopyTold } from '../../src/port/copy-told.js'

export const told = (kind: CopyTold['kind'], more: Partial<CopyTold> = {}): CopyTold => ({
  kind,
  words: `a disk that is ${kind}`,
  name: 'S1',
  bytes: 1e9,
  fresh: false,
  empty: kind === 'blank',
  ext4: false,
  attached: null,
  ...more
})
