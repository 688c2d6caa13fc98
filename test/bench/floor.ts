// The floor: what a takeover costs with perfect detection, no checks and no daemon, and the words of its script.
// keepalived.ts uses the same words, so that both do the same steps.
import { closeSync, constants, existsSync, openSync, writeSync } from 'node:fs'
import { ADDRESS, GPIO, perlFile, repositoryRoot, SERVICE_PORT, type WorldNames } from '../../board/virtual/names.js'
import type { BoardId } from '../../src/core/types.js'
import type { Contender } from './contender.js'

/** A file of test/bench itself, not of its compiled twin. */
export const benchFile = (name: string): string => `${repositoryRoot}test/bench/${name}`

/** take.sh with all its arguments, as board `board` runs it. */
export const takeWords = (names: WorldNames, board: BoardId): readonly string[] => {
  const line = (bcm: number): string => `/sys/class/gpio/gpio${GPIO.base + bcm}`
  return [
    benchFile('take.sh'),
    names.here(),
    board,
    board === 'a' ? '1-a' : '2-b',
    perlFile('service'),
    String(SERVICE_PORT),
    board === 'a' ? 'take' : 'fence',
    line(GPIO.relay),
    line(GPIO.switchSelect),
    `${ADDRESS.virtual}/24`,
    `${ADDRESS.virtual6}/64`,
    'eth0'
  ]
}

/** Opens board b's pipe without waiting: b reads it since it booted. Throws ENXIO when it does not. */
const tell = (names: WorldNames): void => {
  const pipe = openSync(names.of('b', 'run/go'), constants.O_WRONLY | constants.O_NONBLOCK)
  writeSync(pipe, 'go\n')
  closeSync(pipe)
}

export const FLOOR: Contender = {
  key: 'floorMs',
  world: {
    daemon: (names, board) => [
      '/bin/sh',
      benchFile('wait.sh'),
      board === 'a' ? 'go' : 'wait',
      names.here('run/go'),
      ...takeWords(names, board)
    ]
  },
  isWatching: world => existsSync(world.names.of('b', 'run/go')),
  onCut: world => tell(world.names)
}
