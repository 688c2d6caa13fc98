// Every option that some command of `baton` takes, as node:util's parseArgs wants them. Which command takes which: arguments.ts.

export const OPTIONS = {
  json: { type: 'boolean' },
  watch: { type: 'boolean' },
  for: { type: 'string' },
  yes: { type: 'boolean' },
  plan: { type: 'boolean' },
  stay: { type: 'boolean' },
  follow: { type: 'boolean', short: 'f' },
  list: { type: 'boolean' },
  alarms: { type: 'boolean' },
  pair: { type: 'boolean' },
  number: { type: 'string', short: 'n' },
  board: { type: 'string' },
  config: { type: 'string' },
  networkd: { type: 'string' },
  only: { type: 'string' },
  cut: { type: 'string' },
  answer: { type: 'boolean' },
  'new-key': { type: 'boolean' },
  serial: { type: 'string' },
  lead: { type: 'boolean' },
  pipe: { type: 'boolean' },
  socket: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' }
} as const
