// The configuration that a world gives to its two boards: one file, the same on both. Plain data, written as YAML by world.ts.
// `LAB_TIMING` is quick; `DEFAULT_TIMING` leaves everything to the shipped defaults but what a machine without a Pi's boot needs.
import { ADDRESS, GROUP, repositoryRoot, SERVICE_PORT, type WorldNames } from './names.js'

/** A tree of options as in the YAML file. */
export interface Options {
  readonly [option: string]: Options | string | number | boolean | null | readonly (Options | string | number)[]
}

/** Everything short: a takeover after a power cut within a few hundred milliseconds, a restored board within two seconds. */
export const LAB_TIMING: Options = {
  token: { intervalMs: 100, deadMs: 600, stallMs: 300, latenessMs: 150, answerMs: 3000 },
  fence: {
    relayActMs: 5,
    holdUpMs: 20,
    settleMs: 40,
    holdMs: 200,
    headStartMs: 400,
    deadlineMs: 1500,
    restoreAfterMs: 1500,
    confirmMs: 10_000
  },
  startup: { bootMs: 8000, listenMs: 9500 },
  release: { deadlineMs: 5000 },
  lan: { graceMs: 1000 },
  watchdog: { timeoutMs: 3000, feedMs: 300 }
}

/** The shipped defaults, but for start-up, where two minutes of a Pi's boot would only be waited for. */
export const DEFAULT_TIMING: Options = { startup: { bootMs: 8000, listenMs: 10_000 } }

/** `over` wins; objects are merged, everything else replaced. */
export const mergeOptions = (base: Options, over: Options): Options => {
  const merged: Record<string, Options[string]> = { ...base }
  for (const [name, value] of Object.entries(over)) {
    const old = merged[name]
    const both = (x: unknown): x is Options => typeof x === 'object' && x !== null && !Array.isArray(x)
    merged[name] = both(old) && both(value) ? mergeOptions(old, value) : value
  }
  return merged
}

const board = (names: WorldNames, address: string): Options => ({
  kind: 'virtual',
  serial: names.here('dev/serial'),
  ethernet: address,
  lan: 'eth0',
  watchdog: names.here('dev/watchdog'),
  pins: { standard: true }
})

/** All options of a world; `over` changes some of them. */
export const labConfig = (names: WorldNames, over: Options): Options => {
  const mount = names.here('mnt')
  const group: Options = {
    name: GROUP,
    home: 'a',
    disk: {
      kind: 'shared',
      device: names.here('dev/disk'),
      mountPoint: mount,
      attach: { by: 'usbSwitch' },
      probeEveryMs: 500,
      probeTimeoutMs: 1500
    },
    addresses: [
      { address: `${ADDRESS.virtual}/24`, interface: 'eth0' },
      { address: `${ADDRESS.virtual6}/64`, interface: 'eth0' }
    ],
    services: [
      {
        name: 'counter',
        command: [
          '/usr/bin/perl',
          `${repositoryRoot}board/virtual/perl/service.pl`,
          `${mount}/numbers`,
          String(SERVICE_PORT)
        ],
        probe: { kind: 'tcp', target: [`127.0.0.1:${SERVICE_PORT}`], everyMs: 500, timeoutMs: 1000 }
      }
    ],
    deadlines: {
      attachMs: 1500,
      checkMs: 8000,
      mountMs: 3000,
      unmountMs: 2500,
      addressMs: 3000,
      startMs: 4000,
      stopMs: 2000,
      inspectMs: 2500
    }
  }
  const base: Options = {
    pair: 'lab',
    stateDir: names.here('state'),
    runDir: names.here('run'),
    keyFile: names.here('key'),
    socket: names.here('run/baton.sock'),
    boards: { a: board(names, '10.77.0.1'), b: board(names, '10.77.0.2') },
    groups: [group]
  }
  return mergeOptions(mergeOptions(base, LAB_TIMING), over)
}
