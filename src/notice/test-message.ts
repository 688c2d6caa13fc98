// `baton notice test`: one message by each channel, now, without queue, level, pace or quiet hours, and what each server said.
import type { Config } from '../config/types.js'
import { createClock } from '../driver/clock.js'
import type { Message } from './notice.js'
import { readSecrets } from './secrets.js'
import { needsSecret, openWire } from './sender.js'

const testMessage = (config: Config): Message => {
  const clock = createClock()
  const wallSeconds = clock.wallSeconds()
  const notice = {
    sequence: Math.max(1, wallSeconds),
    life: 'test',
    wallSeconds,
    atMs: 0,
    level: 'notice' as const,
    code: 'notice-test',
    text: `This is a test of the notices, ordered on board ${config.board}. Nothing has happened.`
  }
  return { notices: [notice], dropped: 0 }
}

/** Exit code: 0 all arrived, 1 one did not, 2 no such channel. One line or two for each channel. */
export const testChannels = async (
  config: Config,
  name: string | undefined,
  say: (text: string) => void
): Promise<number> => {
  const { channels, secretsFile } = config.notices
  const chosen = name === undefined ? channels : channels.filter(channel => channel.name === name)
  if (chosen.length === 0) {
    const known = channels.map(channel => channel.name).join(', ')
    say(
      channels.length === 0
        ? `no channel is configured: add notices.channels to ${config.file}`
        : `no channel "${name}" in ${config.file}; there are: ${known}`
    )
    return 2
  }
  const secrets = readSecrets(secretsFile)
  const message = testMessage(config)
  let failures = 0
  for (const channel of chosen) {
    if (needsSecret(channel) && !secrets.ok) say(`${channel.name}: the secrets are refused`)
    const wire = await openWire(channel, secrets, { pair: config.pair, board: config.board }, true)
    const { ok, words } = await wire.send(message)
    await wire.close()
    if (!ok) failures += 1
    say(`${channel.name} (${channel.kind}): ${ok ? 'sent' : 'NOT sent'}: ${words}`)
  }
  return failures === 0 ? 0 : 1
}
