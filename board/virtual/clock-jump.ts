// Loaded into a board's daemon before everything else (node --import): its wall clock is off by what a file says, in milliseconds,
// and may jump at any moment. The monotonic clock is the machine's. For the scenario `clock-jumps` only.
import { readFileSync } from 'node:fs'

const file = process.env.BATON_LAB_CLOCK ?? ''
const RealDate = Date

const offsetMs = (): number => {
  try {
    return Number(readFileSync(file, 'utf8')) || 0
  } catch {
    return 0
  }
}

const JumpingDate = new Proxy(RealDate, {
  construct: (target, args: [], newTarget) =>
    args.length === 0
      ? Reflect.construct(target, [RealDate.now() + offsetMs()], newTarget)
      : Reflect.construct(target, args, newTarget),
  get: (target, name) => (name === 'now' ? () => RealDate.now() + offsetMs() : Reflect.get(target, name))
})
globalThis.Date = JumpingDate
