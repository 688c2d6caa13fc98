// The configuration that `baton setup` writes: the default with a person's answers, comments and all.
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatConfigError } from '../../src/config/issue.js'
import { loadConfig } from '../../src/config/load.js'
import {
  type Answers,
  defaultAddresses,
  defaultText,
  serviceOf,
  whyNoAddress,
  whyNoService,
  withAnswers
} from '../../src/setup/default-config.js'

/** The machine of a test is no Pi: it could not tell what it is. */
const DEFAULT = defaultText().replaceAll('kind: auto', 'kind: rpi-4b')
const ANSWERS: Answers = { address: '10.1.2.3/16', service: { unit: 'smbd.service' }, port: 445, mail: null }

describe('the configuration from three answers', () => {
  const folder = mkdtempSync(join(tmpdir(), 'baton-default-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  const load = (text: string) => {
    const file = join(folder, 'baton.yaml')
    writeFileSync(file, text)
    const loaded = loadConfig(file, { board: 'a', env: {} })
    ok(loaded.ok, loaded.ok ? '' : loaded.errors.map(formatConfigError).join('\n'))
    return loaded.config
  }

  it('is accepted as it is, and with every kind of answer', () => {
    load(DEFAULT)
    const { groups } = load(withAnswers(DEFAULT, ANSWERS))
    equal(groups[0]?.addresses[0]?.address, '10.1.2.3/16')
    equal(groups[0]?.services[0]?.unit, 'smbd.service')
    deepEqual(groups[0]?.services[0]?.probe.target, ['127.0.0.1:445'])
    const command = load(withAnswers(DEFAULT, { ...ANSWERS, service: serviceOf('/usr/bin/perl  -e 1'), port: null }))
    deepEqual(command.groups[0]?.services[0]?.command, ['/usr/bin/perl', '-e', '1'])
    const mail = { to: 'you@example.org', server: 'smtp.example.org' }
    equal(load(withAnswers(DEFAULT, { ...ANSWERS, service: null, mail })).notices.channels[0]?.name, 'mail')
  })

  it('keeps the comments of the default', () => {
    const comments = (text: string): readonly string[] => text.match(/#.*$/gm) ?? []
    const kept = comments(withAnswers(DEFAULT, { ...ANSWERS, service: null }))
    deepEqual(kept, comments(DEFAULT))
    match(withAnswers(DEFAULT, ANSWERS), /where the users find|WHERE YOUR USERS FIND/i)
  })

  it('knows the addresses that nobody chose', () => {
    match(defaultAddresses()[0] ?? '', /^192\.168\.77\.10\/24$/)
    deepEqual(defaultAddresses('groups: ['), [])
  })

  it('says why an answer is none', () => {
    deepEqual(['10.0.0.1/24', 'fd00::1/64'].map(whyNoAddress), [null, null])
    for (const bad of ['', '10.0.0.1', '10.0.0.1/33', '10.0.0.1/0', '10.0.0/24', 'x/24', '10.0.0.1/2/4'])
      ok(whyNoAddress(bad) !== null, bad)
    deepEqual(['smbd.service', '/usr/bin/x -f'].map(whyNoService), [null, null])
    for (const bad of ['', 'smbd', 'x y.service', 'relative/path']) ok(whyNoService(bad) !== null, bad)
  })
})
