// Runs address actions inside the network namespace that it was started in. Started by address.test.ts with
// a JSON list of addresses and then actions as arguments; prints one JSON line with all outcomes and notes.
import { createAddresses } from '../../src/driver/address.js'
import { createGroupRunner } from '../../src/driver/group-command.js'

const [addresses = '[]', ...actions] = process.argv.slice(2)
const notes: string[] = []
const made = createAddresses({
  runner: createGroupRunner('files'),
  addresses: JSON.parse(addresses),
  deadlineMs: 4000,
  log: text => notes.push(text)
})
const outcomes: unknown[] = []
for (const action of actions) {
  if (action === 'set') outcomes.push(await made.set())
  if (action === 'checkAndSet') outcomes.push(await made.checkAndSet())
  if (action === 'clear') outcomes.push(await made.clear())
  if (action === 'find') outcomes.push(await made.find(2000))
}
// The process ends when the announcements and checks that nobody waits for have ended.
process.on('exit', () => console.log(JSON.stringify({ outcomes, notes, states: made.describe() })))
