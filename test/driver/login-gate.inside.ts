// The login gate against the real pam_nologin (pamtester). Run by login-gate.test.ts in a namespace with its own /run and /etc/pam.d;
// never on a machine's own.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import type { LoginGateConfig } from '../../src/config/types.js'
import { createLoginGates, GATE_MARK, type LoginGates } from '../../src/driver/login-gate.js'
import { until } from './group-lab.js'

const FILE = '/run/nologin'
const FILES: LoginGateConfig = { file: FILE, message: 'The files of the shop.' }
const WEB: LoginGateConfig = { file: FILE, message: null }

/** What PAM says to somebody who logs in: the words that the person sees are in `text`. */
const logsIn = (user: string, service = 'login-here'): { readonly ok: boolean; readonly text: string } => {
  const run = spawnSync('pamtester', [service, user, 'acct_mgmt'], { encoding: 'utf8' })
  return { ok: run.status === 0, text: `${run.stdout}${run.stderr}` }
}

describe('login gate, with the real pam_nologin', () => {
  const notes: string[] = []
  let gates: LoginGates
  before(() => {
    writeFileSync('/etc/pam.d/login-here', 'account required pam_nologin.so\naccount required pam_permit.so\n')
    writeFileSync(
      '/etc/pam.d/web-only',
      'account required pam_nologin.so file=/run/baton/web\naccount required pam_permit.so\n'
    )
    mkdirSync('/run/baton')
  })
  beforeEach(() => {
    rmSync(FILE, { recursive: true, force: true })
    notes.splice(0)
    gates = createLoginGates('b', text => void notes.push(text), 20)
  })
  afterEach(() => gates.close())

  it('shut keeps users out with the board that to try; root may always log in; open lets them in again', async () => {
    const gate = gates.of('files', FILES)
    assert.equal(logsIn('daemon').ok, true)
    assert.deepEqual(await gate.shut(), { ok: true })
    const turnedAway = logsIn('daemon')
    assert.equal(turnedAway.ok, false)
    assert.match(turnedAway.text, /Logins are closed on board b: files is not active here\./)
    assert.match(turnedAway.text, /Log in on board a/)
    assert.match(turnedAway.text, /The files of the shop\./)
    assert.equal(logsIn('root').ok, true)
    assert.deepEqual(await gate.open(), { ok: true })
    assert.equal(existsSync(FILE), false)
    assert.equal(logsIn('daemon').ok, true)
  })

  it('of two groups is open while one of them is active here', async () => {
    const files = gates.of('files', FILES)
    const web = gates.of('web', WEB)
    await files.shut()
    await web.shut()
    assert.match(readFileSync(FILE, 'utf8'), /files, web are not active here/)
    await web.open()
    assert.equal(logsIn('daemon').ok, true)
    await web.shut()
    assert.equal(logsIn('daemon').ok, false)
  })

  it('of another file is asked by its own PAM service only', async () => {
    const gate = gates.of('web', { file: '/run/baton/web', message: null })
    await gate.shut()
    assert.equal(logsIn('daemon', 'web-only').ok, false)
    assert.equal(logsIn('daemon').ok, true)
    await gate.open()
    assert.equal(logsIn('daemon', 'web-only').ok, true)
  })

  it('never removes or writes over a file of somebody else, and says so', async () => {
    const gate = gates.of('files', FILES)
    writeFileSync(FILE, 'System is going down.\n')
    const opened = await gate.open()
    assert.equal(opened.ok, false)
    assert.match(opened.ok ? '' : opened.reason, /\/run\/nologin is there and not of baton's making/)
    assert.deepEqual(await gate.shut(), { ok: true })
    assert.equal(readFileSync(FILE, 'utf8'), 'System is going down.\n')
    assert.match(gate.describe(), /not baton's/)
  })

  for (const [what, make] of [
    ['a folder', () => mkdirSync(FILE)],
    [
      'a link to a file with our mark',
      () => {
        writeFileSync('/run/baton/elsewhere', `x\n${GATE_MARK}\n`)
        symlinkSync('/run/baton/elsewhere', FILE)
      }
    ],
    ['a file that is too long to be ours', () => writeFileSync(FILE, `${'x'.repeat(5000)}\n${GATE_MARK}\n`)]
  ] as const) {
    it(`takes ${what} for somebody else's`, async () => {
      make()
      assert.equal((await gates.of('files', FILES).open()).ok, false)
      assert.equal(existsSync(FILE), true)
    })
  }

  it('takes over what an earlier life of the daemon left, both ways', async () => {
    await gates.of('files', FILES).shut()
    gates.close()
    const later = createLoginGates('b', () => {}, 20)
    const gate = later.of('files', FILES)
    assert.equal(logsIn('daemon').ok, false)
    await gate.open()
    assert.equal(existsSync(FILE), false)
    later.close()
  })

  it('changes nothing before it knows what the group does here', async () => {
    writeFileSync(FILE, `left over\n${GATE_MARK}\n`)
    gates.of('files', FILES)
    const web = gates.of('web', { file: '/run/baton/web', message: null })
    await web.shut()
    await until('several looks were over', () => existsSync('/run/baton/web'))
    assert.equal(readFileSync(FILE, 'utf8'), `left over\n${GATE_MARK}\n`)
  })

  it('is put back where systemd removed it at the end of the boot', async () => {
    const gate = gates.of('files', FILES)
    await gate.shut()
    rmSync(FILE)
    await until('it is there again', () => existsSync(FILE))
    assert.match(readFileSync(FILE, 'utf8'), /Logins are closed on board b/)
    assert.equal(gate.describe(), 'forbidden')
  })

  it('shuts as soon as the file of somebody else is gone', async () => {
    writeFileSync(FILE, 'mine\n')
    const gate = gates.of('files', FILES)
    await gate.shut()
    rmSync(FILE)
    await until('ours is there', () => existsSync(FILE) && readFileSync(FILE, 'utf8').includes(GATE_MARK))
    await until('that was told', () => notes.some(note => note.includes('forbidden')))
  })

  it('leaves nothing beside its file', async () => {
    const gate = gates.of('files', FILES)
    await gate.shut()
    await gate.open()
    await gate.shut()
    assert.deepEqual(
      readdirSync('/run').filter(name => name.startsWith('.baton-gate')),
      []
    )
  })

  it('leaves nothing beside its file on a full filesystem either, however often it tries', async () => {
    const folder = '/run/baton/full'
    mkdirSync(folder)
    assert.equal(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8k', 'tmpfs', folder]).status, 0)
    try {
      spawnSync('dd', ['if=/dev/zero', `of=${folder}/fill`, 'bs=4k'])
      const gate = gates.of('web', { file: `${folder}/web`, message: null })
      const outcome = await gate.shut()
      await gate.shut()
      assert.match(outcome.ok ? '' : outcome.reason, /ENOSPC/)
      gates.close()
      assert.deepEqual(readdirSync(folder), ['fill'])
    } finally {
      spawnSync('umount', [folder])
    }
  })

  it('lets nobody wait for a filesystem that hangs, and does what is wanted by then when it goes on', async function () {
    this.timeout(20_000)
    const folder = '/run/baton/hangs'
    const image = '/run/baton/image'
    const sh = (script: string): void => assert.equal(spawnSync('sh', ['-ec', script]).status, 0, script)
    sh(`truncate -s 4M ${image}; mkfs.ext4 -q ${image}; mkdir ${folder}; mount -o loop ${image} ${folder}`)
    const gate = gates.of('web', { file: `${folder}/web`, message: null })
    // Also where the gate waits for ever: what stays frozen would outlive this namespace.
    const thaw = setTimeout(() => spawnSync('fsfreeze', ['-u', folder]), 8000)
    try {
      sh(`fsfreeze -f ${folder}`)
      const since = performance.now()
      const outcome = await gate.shut()
      const opened = await gate.open()
      const waitedMs = performance.now() - since
      await gate.shut()
      sh(`fsfreeze -u ${folder}`)
      assert.match(outcome.ok ? '' : outcome.reason, /the login gate .*web is not known: its filesystem did not answer/)
      assert.equal(opened.ok, false)
      assert.ok(waitedMs < 4000, `${waitedMs} ms`)
      await until('it is shut', () => existsSync(`${folder}/web`))
      await until('that is known', () => gate.describe() === 'forbidden')
    } finally {
      clearTimeout(thaw)
      gates.close()
      spawnSync('sh', ['-c', `fsfreeze -u ${folder} 2>/dev/null; umount -l ${folder}`])
    }
  })

  it('says what it could not do', async () => {
    const outcome = await gates.of('files', { file: '/run/no/such/folder', message: null }).shut()
    assert.equal(outcome.ok, false)
    assert.match(outcome.ok ? '' : outcome.reason, /the login gate \/run\/no\/such\/folder could not be moved/)
  })
})
