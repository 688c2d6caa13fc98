// Wrong files: each error names the option, the line, the value as written, and a remedy.
import { strict as assert } from 'node:assert'
import { type ConfigError, formatConfigError } from '../../src/config/issue.js'
import { compareGolden } from '../golden.js'
import { CASES } from './bad-cases.js'
import { lineWith, RIGHT, scratch } from './fixture.js'

describe('a wrong configuration', () => {
  const files = scratch()
  after(() => files.remove())

  const errorsOf = (text: string | Uint8Array): readonly ConfigError[] => {
    const result = files.load(text)
    assert.ok(!result.ok, 'it was accepted')
    for (const error of result.errors) {
      assert.ok(error.problem.length > 0 && error.remedy.length > 0, JSON.stringify(error))
      assert.ok(formatConfigError(error).includes(error.remedy))
    }
    return result.errors
  }

  it('is refused for each known mistake with place, value, problem and remedy, word by word', () => {
    const messages = CASES.map(([title, from, to]) => {
      assert.ok(RIGHT.includes(from), title)
      const text = RIGHT.replace(from, to)
      const shown = errorsOf(text).map(error => formatConfigError({ ...error, file: 'F' }))
      // The lines of the wrong file follow, so that a reader of the golden text can judge the line numbers.
      const named = errorsOf(text).map(error =>
        error.line === null ? '' : `  ${text.split('\n')[error.line - 1]?.trim()}`
      )
      return `# ${title}\n${shown.map((message, at) => `${message}\n${named[at]}`).join('\n')}\n`
    })
    compareGolden('config/bad-input.golden.txt', messages.join('\n'))
  })

  it('names all of its errors at once, in the order of its lines', () => {
    const errors = errorsOf(
      RIGHT.replace('intervalMs: 100', 'intervalMs: 1').replace('relay: 17', 'relay: 1').replace('by: relay', 'by: x')
    )
    assert.deepEqual(
      errors.map(error => error.option),
      ['token.intervalMs', 'fence.by', 'boards.a.pins.relay']
    )
  })

  it('needs a longer head start without a sense line, and says how long', () => {
    const blind = RIGHT.replaceAll(/, sense: \d+, loop: \d+/g, '')
    const [error] = errorsOf(blind)
    assert.equal(error?.option, 'fence.headStartMs')
    assert.match(error?.remedy ?? '', /3621 or more/)
    assert.ok(files.load(blind.replace('headStartMs: 1500', 'headStartMs: 3621')).ok)
  })

  it('is refused for two groups that hold the same thing', () => {
    const second = RIGHT.slice(RIGHT.indexOf('  - name: files'))
    const options = errorsOf(RIGHT + second).map(error => error.option)
    assert.deepEqual(options.sort(), [
      'groups[1].addresses[0].address',
      'groups[1].disk.device',
      'groups[1].disk.device',
      'groups[1].disk.mountPoint',
      'groups[1].name',
      'groups[1].services[0].name',
      'groups[1].services[0].unit'
    ])
  })

  it('is refused for a key that stands twice', () => {
    const [error] = errorsOf(RIGHT.replace('pair: shop', 'pair: shop\npair: till'))
    assert.equal(error?.line, 2)
    assert.match(error?.problem ?? '', /twice.*first in line 1/)
  })

  it('is refused for text that is no YAML, with the line', () => {
    const [error] = errorsOf(RIGHT.replace('by: relay', 'by: [relay'))
    assert.ok((error?.line ?? 0) >= lineWith(RIGHT, 'by: relay'))
  })

  it('is refused when it is empty, missing, a directory, too big, binary or nested without end', () => {
    assert.match(errorsOf('')[0]?.problem ?? '', /is empty/)
    assert.ok(errorsOf('pair: x').some(error => error.option === 'groups'))
    assert.match(errorsOf('#'.repeat(70_000))[0]?.problem ?? '', /at most 65536/)
    assert.match(errorsOf(Uint8Array.of(0x70, 0xff, 0xfe))[0]?.problem ?? '', /UTF-8/)
    assert.match(errorsOf('['.repeat(60_000))[0]?.problem ?? '', /nested/)
    assert.match(errorsOf(`a: ${'- '.repeat(20_000)}`)[0]?.problem ?? '', /nested|YAML/)
  })

  it('is refused for aliases that multiply', () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'
      .split('')
      .map((name, at) => `${name}: &${name} [${Array(9).fill(`*${'abcdefg'[at]}`).join(',')}]`)
      .join('\n')}\n`
    assert.match(errorsOf(bomb)[0]?.problem ?? '', /alias/i)
  })

  it('does not show what may be a password', () => {
    const text = RIGHT.replace('by: relay', 'by: agent').replace(
      '    ethernet: 10.0.0.1\n',
      '    ethernet: 10.0.0.1\n    agents: [{path: /usr/sbin/fence_x, options: {passwd: [secret]}}]\n'
    )
    assert.ok(!JSON.stringify(errorsOf(text)).includes('secret'))
  })
})
