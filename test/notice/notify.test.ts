import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type MailServer, makeMailServer, noMailServer } from '../../board/virtual/mail-server.js'
import { isNoted, leftOnDisk, makeNotifyLab, type NotifyLab } from './notify-lab.js'
import { type Broker, freePort, type Hook, makeBroker, makeHook, until } from './servers.js'

const PASSWORD = 'tr0ub4dor&3 "x'
const TOKEN = 'b7c1-hook-secret'
const BUS = 'bus-password-9'
const QUICK = { level: 'notice', gatherMs: 50, retryMs: 100, retryMsMax: 400, timeoutMs: 3000, perHour: 3600 }

/** How often these words are in these texts, together. */
const times = (texts: readonly string[], words: string): number =>
  texts.reduce((sum, text) => sum + text.split(words).length - 1, 0)

/** QoS 1 says at least once: the broker may say again what it was killed over. */
const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)]

describe('the notices, to real servers', function () {
  this.timeout(30_000)
  let folder = ''
  let mail: MailServer
  let broker: Broker
  let hook: Hook
  let safe: Hook
  let lab: NotifyLab

  before(async function () {
    if (noMailServer() !== null) this.skip()
    folder = mkdtempSync(join(tmpdir(), 'baton-notices-'))
    chmodSync(folder, 0o711)
    const port = await freePort()
    const login = { user: 'box', password: PASSWORD }
    mail = await makeMailServer({ folder: join(folder, 'mail'), address: '127.0.0.1', port, login })
    broker = await makeBroker(join(folder, 'broker'), BUS)
    hook = await makeHook(join(folder, 'hook'))
    safe = await makeHook(join(folder, 'safe'), [mail.certificate, mail.key])
    const email = {
      server: '127.0.0.1',
      port,
      user: 'box',
      from: 'box@example.org',
      to: ['admin@example.org', 'nobody@example.org']
    }
    const program = ['/bin/sh', '-c', `cat >>${folder}/program; printf '%s\\n' "$BATON_SUBJECT" >>${folder}/program`]
    mkdirSync(join(folder, 'lab'))
    lab = makeNotifyLab(
      join(folder, 'lab'),
      {
        caFile: mail.certificate,
        channels: [
          { ...QUICK, name: 'mail', kind: 'email', email },
          {
            ...QUICK,
            name: 'hook',
            kind: 'webhook',
            webhook: { url: `http://127.0.0.1:${hook.port}/in`, secret: 'hmac' }
          },
          {
            ...QUICK,
            name: 'safe',
            kind: 'webhook',
            webhook: { url: `https://127.0.0.1:${safe.port}/in`, secret: 'bearer' }
          },
          { ...QUICK, name: 'bus', kind: 'mqtt', mqtt: { url: `mqtt://127.0.0.1:${broker.port}`, user: 'box' } },
          { ...QUICK, name: 'program', kind: 'command', command: program }
        ]
      },
      { NODE_EXTRA_CA_CERTS: mail.certificate }
    )
    writeFileSync(lab.secrets, `mail: '${PASSWORD}'\nhook: ${TOKEN}\nsafe: ${TOKEN}\nbus: ${BUS}\n`, { mode: 0o600 })
    await Promise.all([mail.start(), broker.start(), hook.start(), safe.start()])
    await lab.startDaemon('00000001')
  })

  after(async () => {
    await lab?.close()
    await Promise.all([mail?.kill(), broker?.end(), hook?.kill(), safe?.kill()])
    if (folder !== '') rmSync(folder, { recursive: true, force: true })
  })

  const events = (): readonly string[] =>
    unique(broker.heard().flatMap(({ topic, payload }) => (topic === 'baton/shop/b/event' ? [payload] : [])))
  const hooks = (): readonly string[] => hook.requests().map(({ body }) => body)
  const arrivedEverywhere = (words: string): boolean =>
    [mail.mails(), events(), hooks()].every(texts => times(texts, words) >= 1)

  it('arrive by mail (encrypted, logged in), webhook (signed, or over https with a token), MQTT and program', async () => {
    lab.startNotify()
    await until('the process is at work', () => leftOnDisk(lab).includes('"name":"mail"'))
    lab.report('warning', 'peer-lost', 'the first thing that happened')
    await until('it arrived', () => arrivedEverywhere('the first thing that happened'))
    const [text = ''] = mail.mails()
    assert.match(text, /^Subject: \[baton shop b\] warning: the first thing that happened$/m)
    assert.match(text, /^Message-ID: <baton\.shop\.b\.00000001\.1\.mail@example\.org>$/im)
    assert.match(text, /^Auto-Submitted: auto-generated$/im)
    const [request] = hook.requests()
    const signature = createHmac('sha256', TOKEN)
      .update(request?.body ?? '')
      .digest('hex')
    assert.equal(request?.headers['x-baton-signature'], `sha256=${signature}`)
    assert.equal(request?.headers['idempotency-key'], 'shop/b/00000001/1')
    await until('it arrived over https', () => safe.requests().length > 0)
    assert.equal(safe.requests()[0]?.headers.authorization, `Bearer ${TOKEN}`)
    const [event] = JSON.parse(request?.body ?? '{}').events
    assert.equal(event.id, 'shop/b/00000001/1')
    assert.equal(event.about, 'shop/peer-lost/files')
  })

  it('show the board to Home Assistant, retained, with a last will that the broker tells after a kill', async () => {
    const payloadsAt = (topic: string) => broker.heard().flatMap(each => (each.topic === topic ? [each.payload] : []))
    await until('the state is there', () => payloadsAt('baton/shop/b/state').length > 0)
    assert.equal(JSON.parse(payloadsAt('baton/shop/b/state').at(-1) ?? '{}').groups.files, 'active')
    const topic = 'homeassistant/sensor/baton_shop_b/group_files/config'
    await until('the discovery is there', () => payloadsAt(topic).length > 0)
    assert.equal(JSON.parse(payloadsAt(topic).at(-1) ?? '{}').state_topic, 'baton/shop/b/state')
    await until('it is online', () => payloadsAt('baton/shop/b/online').at(-1) === 'online')
    await until('it noted what arrived', () => isNoted(lab))
    await lab.killNotify()
    await until('it is offline', () => payloadsAt('baton/shop/b/online').at(-1) === 'offline')
    lab.startNotify()
    await until('it is online again', () => payloadsAt('baton/shop/b/online').at(-1) === 'online')
  })

  it('wait while every server is dead, outlive a kill of the process, and arrive once when the servers are back', async () => {
    await Promise.all([mail.kill(), broker.kill(), hook.kill()])
    for (const number of [1, 2, 3]) lab.report('notice', 'moving', `while dead ${number}.`)
    await until('three tries failed', () => lab.said().includes('notices by hook (webhook) do not arrive'))
    await lab.killNotify()
    lab.report('alarm', 'two-holders', 'while dead 4.')
    lab.startNotify()
    await until('it looked', () => leftOnDisk(lab).includes('while dead 4.'))
    await Promise.all([mail.start(), broker.start(), hook.start()])
    await until('all arrived', () => [1, 2, 3, 4].every(number => arrivedEverywhere(`while dead ${number}.`)))
    lab.report('notice', 'active', 'the last word')
    await until('the last word arrived', () => arrivedEverywhere('the last word'))
    // Subject and body of a mail both name its worst event.
    const bodies = mail.mails().map(text => text.slice(text.indexOf('\n\n')))
    for (const number of [1, 2, 3, 4]) {
      assert.equal(times(bodies, `while dead ${number}.`), 1, `mail ${number}`)
      const inJson = (texts: readonly string[]) => times(texts, `"text":"while dead ${number}."`)
      assert.equal(inJson(hooks()), 1, `hook ${number}`)
      assert.equal(inJson(events()), 1, `bus ${number}`)
    }
  })

  it('leave out what was told when daemon and process start anew, and number a new life by itself', async () => {
    await until('it noted what arrived', () => isNoted(lab))
    await lab.killNotify()
    await lab.endDaemon()
    await lab.startDaemon('00000002')
    lab.startNotify()
    lab.report('notice', 'started', 'a new life')
    await until('it arrived', () => arrivedEverywhere('a new life'))
    assert.equal(times(hooks(), '"text":"the first thing that happened"'), 1)
    assert.match(mail.mails().join(''), /Message-ID: <baton\.shop\.b\.00000002\.\d+\.mail@example\.org>/)
  })

  it('can be tried by hand: each channel says what its server said', async () => {
    const all = await lab.baton('test')
    assert.match(all.text, /^mail \(email\): sent: 127\.0\.0\.1:\d+: 250 OK id=\S+; refused for nobody@example\.org$/m)
    assert.match(all.text, /^hook \(webhook\): sent: 127\.0\.0\.1:\d+ answers 200 OK thanks$/m)
    assert.match(all.text, /^bus \(mqtt\): sent: .*acknowledged$/m)
    assert.equal(all.code, 0)
    const shown = await lab.baton()
    assert.match(shown.text, /^mail \(email\): last one at \d{4}-/m)
    await hook.kill()
    const one = await lab.baton('test', 'hook')
    assert.match(one.text, /^hook \(webhook\): NOT sent: .*ECONNREFUSED/m)
    assert.equal(one.code, 1)
  })

  it('never show a secret: not on disk, not in what they say, not as a process argument', async () => {
    const { pid } = JSON.parse(readFileSync(join(lab.state, '../run/notices.json'), 'utf8'))
    const inProc = ['cmdline', 'environ'].map(file => readFileSync(`/proc/${pid}/${file}`, 'latin1'))
    chmodSync(lab.secrets, 0o640)
    const refused = await lab.baton('test', 'mail')
    assert.match(refused.text, /has mode 0640: others than root may read .* chmod 600/)
    assert.equal(refused.code, 1)
    writeFileSync(lab.secrets, `mail: 'wrong ${PASSWORD}'\nhook: ${TOKEN}\nsafe: ${TOKEN}\nbus: wrong-${BUS}\n`)
    chmodSync(lab.secrets, 0o600)
    const wrong = await lab.baton('test')
    assert.match(wrong.text, /^mail \(email\): NOT sent: .*535 Incorrect authentication data/m)
    assert.match(wrong.text, /^bus \(mqtt\): NOT sent: .*Not authorized/m)
    const told = [
      lab.said(),
      leftOnDisk(lab),
      refused.text,
      wrong.text,
      ...inProc,
      ...hooks(),
      ...events(),
      ...mail.mails()
    ].join('\n')
    for (const secret of [PASSWORD, TOKEN, BUS]) {
      for (const spelling of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]) {
        assert.equal(told.includes(spelling), false, spelling)
      }
    }
  })
})
