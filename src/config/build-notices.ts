// The checked `notices` section to what the sending process reads. Only renames and picks; everything was checked before.
import { strict as assert } from 'node:assert'
import type { Checked } from './schema.js'
import type { ChannelConfig, NoticesConfig, QuietHours } from './types-notices.js'

const quietHours = (words: string): QuietHours => {
  const [fromHour = 0, fromMinute = 0, toHour = 0, toMinute = 0] = words.split(/[:-]/).map(Number)
  return { fromMinute: fromHour * 60 + fromMinute, toMinute: toHour * 60 + toMinute }
}

const channelConfig = (checked: Checked['notices']['channels'][number]): ChannelConfig => {
  const { kind, email, webhook, mqtt, command, ...common } = checked
  switch (kind) {
    case 'console':
      return { ...common, kind }
    case 'email':
      assert(email !== null, 'a channel of kind email without its section passed the check')
      return { ...common, kind, email }
    case 'webhook':
      assert(webhook !== null, 'a channel of kind webhook without its section passed the check')
      return { ...common, kind, webhook }
    case 'command':
      assert(command !== null, 'a channel of kind command without its program passed the check')
      return { ...common, kind, command }
    case 'mqtt':
      assert(mqtt !== null, 'a channel of kind mqtt without its section passed the check')
      return { ...common, kind, mqtt }
  }
}

export const noticesConfig = (checked: Checked['notices']): NoticesConfig => ({
  secretsFile: checked.secretsFile,
  caFile: checked.caFile,
  quiet: checked.quiet === null ? null : quietHours(checked.quiet),
  channels: checked.channels.map(channelConfig)
})
