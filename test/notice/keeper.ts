// Stands for the daemon in the test of its supervision: `keeper CONFIG` keeps the sending process, and prints what that reports.
import { loadConfig } from '../../src/config/load.js'
import { keepNotifier } from '../../src/driver/notifier.js'

const loaded = loadConfig(process.argv[2] ?? '', { board: 'b' })
if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors))
// The daemon is settled from the second look on.
let looks = 0
const now = (): number => performance.now() + (looks++ === 0 ? 0 : 10_000)
keepNotifier(
  loaded.config,
  report => process.stdout.write(`${JSON.stringify(report)}\n`),
  () => false,
  now
)
