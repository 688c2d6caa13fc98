// A key that strangers can read, or that is none, is refused before it commands a relay.
import { strict as assert } from 'node:assert'
import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { readKeyFile } from '../../src/config/key-file.js'
import { scratch } from './fixture.js'

const KEY = `${'0123456789abcdef'.repeat(4)}\n`

describe('readKeyFile', () => {
  const files = scratch()
  after(() => files.remove())

  const keyFile = (text: string, mode = 0o600): string => {
    const file = files.write(text, 'key')
    chmodSync(file, mode)
    return file
  }
  const errorOf = (file: string) => {
    const result = readKeyFile(file)
    assert.ok(!result.ok, 'the key was accepted')
    assert.ok(!JSON.stringify(result.error).includes('0123456789abcdef'), 'a message shows the key')
    return result.error
  }

  it('gives the 32 bytes and a fingerprint of a good file', () => {
    const result = readKeyFile(keyFile(KEY))
    assert.ok(result.ok, JSON.stringify(result))
    assert.equal(result.key.length, 32)
    assert.ok(result.fingerprint.length > 0)
  })

  it('refuses a key that group or others may read, and says how to close it', () => {
    for (const mode of [0o640, 0o604, 0o666]) {
      const error = errorOf(keyFile(KEY, mode))
      assert.match(error.problem, /mode 06/)
      assert.match(error.remedy, /chmod 600/)
    }
  })

  it('refuses a file that is missing, a directory, too long or no key, with a remedy each', () => {
    assert.match(errorOf(join(files.directory(), 'none')).remedy, /`baton pair` on both boards; .*init --new-key/)
    mkdirSync(join(files.directory(), 'folder'), { mode: 0o700 })
    assert.match(errorOf(join(files.directory(), 'folder')).problem, /no regular file|directory/)
    assert.match(errorOf(keyFile('a'.repeat(4000))).problem, /that is no key/)
    assert.match(errorOf(keyFile('not hex at all')).problem, /hexadecimal/)
    const truncated = errorOf(keyFile('0123456789abcdef'))
    assert.match(truncated.problem, /too short: 16 of 64/)
    assert.match(truncated.remedy, /pair the boards again \(`baton pair` on both\)/)
    assert.match(errorOf(keyFile('')).remedy, /new key/)
  })
})
