// What the package build makes from the programs' own tables: manual, completion, stand-in for an addon.
import { strict as assert } from 'node:assert'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NATIVE } from '../../../provisioning/package/bundle.js'
import { completion } from '../../../provisioning/package/completion.js'
import { commandPage, configurationPage, daemonPage } from '../../../provisioning/package/manual.js'
import type { Option } from '../../../src/config/option.js'
import { rootSection } from '../../../src/config/schema.js'
import { COMMANDS, optionsOf } from '../../../src/console/arguments.js'

const EPOCH = 1_700_000_000

/** Names of all options that hold a value, without their sections. */
const leaves = (option: Option<unknown>): readonly string[] =>
  option.inside.flatMap(([name, inner]) => (inner.inside.length === 0 ? [name] : leaves(inner)))

describe('the manual', () => {
  it('has every option of the configuration', () => {
    const page = configurationPage(EPOCH)
    for (const name of leaves(rootSection))
      assert.match(page, new RegExp(`\\\\fB[\\w.\\\\\\-\\[\\]]*${name}\\\\fR \\(`), name)
  })

  it('has every command', () => {
    const page = commandPage(EPOCH).replaceAll('\\-', '-')
    for (const name of COMMANDS) assert.match(page, new RegExp(`^  ${name}\\b`, 'm'), name)
  })

  it('begins each page with its name, section and the date that was given', () => {
    const first = [commandPage, configurationPage, daemonPage].map(page => page(EPOCH).split('\n')[0])
    assert.deepEqual(
      first.map(line => line?.split(' ').slice(0, 4).join(' ')),
      ['.TH baton 1 2023-11-14', '.TH baton.yaml 5 2023-11-14', '.TH batond 8 2023-11-14']
    )
  })

  it('leaves no line that troff would take for an order of its own', () => {
    const order = /^[.'](?!(TH|SH|TP|PP|B|BR|BI|RB|RI|I|IR|nf|fi)\b)/
    for (const page of [commandPage(EPOCH), configurationPage(EPOCH), daemonPage(EPOCH)])
      assert.deepEqual(
        page.split('\n').filter(line => order.test(line)),
        []
      )
  })
})

describe('the completion', () => {
  let folder: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'baton-package-'))
    writeFileSync(join(folder, 'baton'), completion())
  })

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  /** What the shell offers after these words, the last of which is being typed. */
  const offers = (...words: readonly string[]): readonly string[] => {
    const script = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _baton; printf '%s\\n' "\${COMPREPLY[@]}"`
    const text = execFileSync('bash', ['-c', script, 'bash', join(folder, 'baton'), ...words], { encoding: 'utf8' })
    return text.split('\n').filter(line => line !== '')
  }

  it('offers every command', () => {
    assert.deepEqual(offers('baton', ''), [...COMMANDS, '--version'])
  })

  it('offers the options of the command that was typed', () => {
    assert.deepEqual(offers('baton', 'status', '--'), optionsOf('status'))
  })

  it('offers the words of mode and fence, and the boards', () => {
    assert.deepEqual(offers('baton', 'mode', 'm'), ['manual', 'maintenance'])
    assert.deepEqual(offers('baton', 'fence', ''), ['prove', 'off', 'on', '--yes'])
    assert.deepEqual(offers('baton', 'init', '--board', ''), ['a', 'b'])
  })
})

describe('an epoll addon that does not load on this Node', () => {
  it('reports no edges, so that the line is polled, and nothing else fails', () => {
    const folder = mkdtempSync(join(tmpdir(), 'baton-package-'))
    try {
      const file = join(folder, 'epoll.cjs')
      writeFileSync(file, NATIVE.epoll ?? '')
      const { Epoll } = createRequire(import.meta.url)(file)
      // As onoff does: made for each line, asked only where edges are wanted.
      const epoll = new Epoll(() => {})
      assert.throws(() => epoll.add(3, 2), /epoll\.node/)
      epoll.remove(3).close()
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
