// How both copies of mirrored disks are kept equal: what all replication links of a pair share.
import { integer } from './option.js'
import { section } from './section.js'

/** What `replication` holds. */
export const replicationSection = section(
  'How both copies of mirrored disks are kept equal (DRBD); the addresses are boards.X.replication.',
  {
    port: integer({
      doc: 'TCP port of the first group on both boards; each further group has the next one. 7788: what DRBD uses everywhere.',
      min: 1,
      max: 65_531,
      unit: '',
      fallback: 7788
    }),
    timeoutMs: integer({
      doc: 'A replication link that does not answer for so long is down: until then, and until the other copy is known to be outdated, whoever writes waits. 2000: a busy USB disk is seldom silent for longer.',
      min: 500,
      max: 30_000,
      fallback: 2000
    }),
    rateMaxMiB: integer({
      doc: 'A resync copies at most so much in a second, and less while the service needs disk and network. 100: what one gigabit carries.',
      min: 1,
      max: 1000,
      unit: 'MiB/s',
      fallback: 100
    }),
    rateMinKiB: integer({
      doc: 'A resync copies at least so much in a second, also while the service is busy. 4096: a copy that never becomes current protects nobody.',
      min: 100,
      max: 1_000_000,
      unit: 'KiB/s',
      fallback: 4096
    })
  }
)
