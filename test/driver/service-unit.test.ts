import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createGroupRunner } from '../../src/driver/group-command.js'
import { createServiceUnit } from '../../src/driver/service-unit.js'
import { EPOCH } from './group-lab.js'

// systemd cannot run inside a test: a program named systemctl keeps one unit's state in a file. The rig tests the real one.
const SYSTEMCTL = `#!/bin/sh
dir=$(dirname "$0"); echo "$*" >> "$dir/calls"
case "$*" in
*show*) cat "$dir/state" ;;
*start*) if test -e "$dir/broken"; then echo failed > "$dir/state"; echo "Job failed." >&2; exit 1; fi; echo active > "$dir/state" ;;
*kill*) rm -f "$dir/stuck" ;;
*stop*) if test -e "$dir/stuck"; then echo deactivating > "$dir/state"; exec sleep 600; fi; echo inactive > "$dir/state" ;;
esac
`

describe('a systemd unit as a service', () => {
  let folder: string
  const path = process.env.PATH

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'baton-unit-'))
    writeFileSync(join(folder, 'systemctl'), SYSTEMCTL, { mode: 0o755 })
    writeFileSync(join(folder, 'state'), 'inactive\n')
    process.env.PATH = `${folder}:${path}`
  })

  afterEach(() => {
    process.env.PATH = path
    rmSync(folder, { recursive: true, force: true })
  })

  const make = () =>
    createServiceUnit({
      runner: createGroupRunner('files'),
      name: 'share',
      unit: 'smbd.service',
      startMs: 2000,
      stopMs: 300,
      systemdDir: folder
    })

  it('is started, found active, and stopped', async () => {
    const unit = make()
    assert.equal(await unit.alive(2000), 'unit smbd.service is inactive')
    assert.deepEqual(await unit.start(EPOCH), { ok: true })
    assert.equal(await unit.alive(2000), null)
    assert.deepEqual(await unit.stop(), { ok: true })
    assert.match(readFileSync(join(folder, 'calls'), 'utf8'), /start -- smbd\.service\n/)
  })

  it('that cannot start says so and where to look', async () => {
    writeFileSync(join(folder, 'broken'), '')
    const outcome = await make().start(EPOCH)
    assert.match(outcome.ok ? '' : outcome.reason, /share did not start: .*Job failed\..*journalctl -u smbd\.service/)
  })

  it('that does not stop in time is killed', async () => {
    const unit = make()
    await unit.start(EPOCH)
    writeFileSync(join(folder, 'stuck'), '')
    assert.deepEqual(await unit.stop(), { ok: true })
    assert.equal(existsSync(join(folder, 'stuck')), false)
  })
})
