// The default file of a card, and what people make of it on a PC: each mistake is answered with line, value and remedy.
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { BOARD_KINDS, type BoardKind, boardKind, standardPins } from '../../src/config/board-kind.js'
import { withKey } from '../../src/config/digest.js'
import { type ConfigError, formatConfigError } from '../../src/config/issue.js'
import { type LoadOptions, loadConfig } from '../../src/config/load.js'
import { networkdText } from '../../src/config/networkd.js'
import type { Config } from '../../src/config/types.js'
import { compareGolden } from '../golden.js'
import { scratch } from './fixture.js'
import { DEFAULT, MISTAKES, RIGHT_ALL_THE_SAME, WHOLE, WITH_MAIL } from './mistakes.js'

const on = (kind: BoardKind | null, board: 'a' | 'b' = 'a'): LoadOptions => ({ board, detect: () => kind })

describe('the default configuration of a card', () => {
  const files = scratch()
  after(() => files.remove())
  const load = (text: string | Uint8Array, options: LoadOptions): Config => {
    const result = loadConfig(files.write(text), options)
    ok(result.ok, result.ok ? '' : result.errors.map(formatConfigError).join('\n'))
    return result.config
  }

  it('works as it is on both boards, of whatever kind, and their network has the link and asks for the rest', () => {
    for (const [board, own, peer] of [
      ['a', '192.168.77.1', '192.168.77.2'],
      ['b', '192.168.77.2', '192.168.77.1']
    ] as const) {
      const config = load(DEFAULT, on('rpi-3b', board))
      deepEqual(config.ethernet, { address: own, peerAddress: peer, port: 7337 })
      deepEqual(config.serial, { device: 'auto', baud: 115_200 })
      const { relay, sense, loop } = config.pins ?? {}
      deepEqual({ relay, sense, loop }, { relay: 17, sense: 27, loop: 22 })
      const network = networkdText(config).split('\n')
      for (const line of ['Name=eth0', 'DHCP=yes', `Address=${own}/24`]) ok(network.includes(line), line)
    }
  })

  it('marks three lines to change, fits on a screen or two, and its mail channel is right once its # are away', () => {
    deepEqual(
      [...DEFAULT.matchAll(/<== (\d)/g)].map(hit => hit[1]),
      ['1', '2', '3']
    )
    ok(DEFAULT.split('\n').length < 60)
    for (const line of DEFAULT.split('\n')) ok(line.length <= 132, line)
    deepEqual(
      load(WITH_MAIL, on('rpi-4b')).notices.channels.map(({ name, kind }) => [name, kind]),
      [['mail', 'email']]
    )
  })

  it('has one digest on a mixed pair (R6), and each board its own controller and fingerprint of the wiring (R4)', () => {
    const three = load(DEFAULT, on('rpi-3b'))
    const four = load(DEFAULT, on('rpi-4b', 'b'))
    equal(three.settings.digest, four.settings.digest)
    deepEqual([three.kind, four.kind], ['rpi-3b', 'rpi-4b'])
    deepEqual([three.pins?.controller, four.pins?.controller], ['pinctrl-bcm2835', 'pinctrl-bcm2711'])
    const moved = load(DEFAULT, on('rpi-4b'))
    const fingerprint = (config: Config): string => withKey(config, 'k').settings.wiring.fingerprint
    ok(fingerprint(moved) !== fingerprint(three), 'a card in a board of another kind keeps its proof')
    equal(fingerprint(load(DEFAULT, on('rpi-3b'))), fingerprint(three))
  })

  it('leans on one standard wiring for all kinds', () => {
    for (const kind of BOARD_KINDS) deepEqual(boardKind(kind).pins, standardPins('auto'), kind)
  })

  it('is refused on a machine that is no board, with what to write, and can be checked there all the same', () => {
    const file = files.write(DEFAULT)
    const refused = loadConfig(file, on(null))
    ok(!refused.ok)
    match(
      refused.errors.map(formatConfigError).join(),
      /:40: boards\.a\.kind: auto: cannot be found out.*\n.*write .*kind: rpi-3b/
    )
    const checked = loadConfig(file, { ...on(null), elsewhere: true })
    ok(checked.ok && checked.guessed)
    const known = loadConfig(file, { ...on('rpi-4b'), elsewhere: true })
    ok(known.ok && !known.guessed && known.config.kind === 'rpi-4b')
  })

  it('is taken with what editors do around it', () => {
    for (const [title, text] of Object.entries(RIGHT_ALL_THE_SAME)) {
      const result = loadConfig(files.write(text), on('rpi-3b'))
      ok(result.ok, result.ok ? '' : `${title}: ${result.errors.map(formatConfigError).join('\n')}`)
      if (!title.includes('address')) equal(result.config.settings.digest, load(DEFAULT, on('rpi-3b')).settings.digest)
    }
  })
})

describe('a mistake in the file of a card', () => {
  const files = scratch()
  after(() => files.remove())
  const errorsOf = (text: string | Uint8Array, options: LoadOptions = on('rpi-3b')): readonly ConfigError[] => {
    const result = loadConfig(files.write(text), options)
    ok(!result.ok, 'it was accepted')
    return result.errors
  }
  const shown = (errors: readonly ConfigError[]): string =>
    errors.map(error => formatConfigError({ ...error, file: 'F' })).join('\n')

  it('gets an answer with line, value and remedy, word by word', () => {
    ok(Object.keys(MISTAKES).length + Object.keys(WHOLE).length >= 30)
    const answers = Object.entries({ ...WHOLE, ...MISTAKES }).map(
      ([title, text]) => `# ${title}\n${shown(errorsOf(text))}\n`
    )
    compareGolden('config/mistakes.golden.txt', answers.join('\n'))
  })

  it('is named in its own line, and the first answer is about it', () => {
    for (const [title, text] of Object.entries(MISTAKES)) {
      const [first] = errorsOf(text)
      ok(first?.line !== null && first !== undefined, title)
      ok(first.remedy.length > 10 && first.problem.length > 5, title)
    }
  })

  it('is told as such where the file as a whole is another thing', () => {
    for (const [title, text] of Object.entries(WHOLE)) {
      const errors = errorsOf(text)
      equal(errors.length, 1, title)
      match(errors[0]?.remedy ?? '', /save|copy|unpack/i, title)
    }
  })

  it('shows no line that may hold a password', () => {
    const text = DEFAULT.replace('pair: baton', 'pair baton\npassword: "hidden')
    ok(!JSON.stringify(errorsOf(text)).includes('hidden'))
  })

  it('on the board itself is also a unit or a program that is not there, but for what lies on the disk', () => {
    const here = { ...on('rpi-3b'), present: true }
    const unit = DEFAULT.replace(/command: \[.*\]/, 'unit: smdb.service')
    const program = DEFAULT.replace('/usr/lib/baton/web-folder', '/usr/bin/no-such-program')
    const answers = [unit, program].map(text => shown(errorsOf(text, here)))
    match(
      answers[0] ?? '',
      /^F:19: groups\[0\]\.services\[0\]\.unit: smdb\.service: is no unit on this board\n.*apt-get install/
    )
    match(answers[1] ?? '', /^F:19: .*command: \/usr\/bin\/no-such-program: is no program on this board/)
    const onDisk = DEFAULT.replace('/usr/lib/baton/web-folder', '/srv/data/bin/serve')
    ok(loadConfig(files.write(onDisk), here).ok)
  })
})
