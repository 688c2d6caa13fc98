// Notices and channels as the tests here need them.
import type { ChannelConfig } from '../../src/config/types-notices.js'
import type { Level } from '../../src/core/effect.js'
import type { Notice } from '../../src/notice/notice.js'

/** 2026-11-20 19:14:03 UTC. */
export const NOW_SECONDS = 1_795_202_043

export const notice = (sequence: number, level: Level = 'notice', code = 'a-code'): Notice => ({
  sequence,
  life: 'abcd0123',
  wallSeconds: NOW_SECONDS,
  atMs: 1000 * sequence,
  level,
  code,
  text: `number ${sequence}`,
  group: 'files'
})

export const channel = (over: Partial<ChannelConfig> = {}): ChannelConfig =>
  ({
    name: 'wall',
    kind: 'console',
    level: 'warning',
    codes: [],
    exceptCodes: [],
    quiet: true,
    gatherMs: 5000,
    perHour: 3,
    timeoutMs: 1000,
    retryMs: 1000,
    retryMsMax: 10_000,
    ...over
  }) as ChannelConfig
