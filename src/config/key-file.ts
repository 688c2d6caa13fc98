// The pair's key from its file, or why not. Called by daemon and command; must not put a digit of the key into a message.
import { closeSync, existsSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { keyFingerprint, parseKey } from '../link/key.js'
import { systemWords } from './document.js'
import type { ConfigError } from './issue.js'

export type KeyResult =
  | { readonly ok: true; readonly key: Uint8Array; readonly fingerprint: string }
  | { readonly ok: false; readonly error: ConfigError }

/** Behind the key file's name: a key that a pairing has stored and not put in use; the one before, until both boards have the new one. */
export const KEY_NEW = '.new'
export const KEY_PREVIOUS = '.previous'

const KEY_BYTES_MAX = 1024
const OTHERS = 0o077

const refuse = (file: string, problem: string, remedy: string): KeyResult => ({
  ok: false,
  error: { file, line: null, option: '', value: null, problem, remedy }
})

const missingRemedy = (file: string): string =>
  existsSync(`${file}${KEY_NEW}`)
    ? 'a pairing was cut off before it ended, and the other board may have its key: run `baton pair` again on both boards'
    : 'run `baton pair` on both boards; or copy the key of the other board (0600), or make the first one with `baton init --new-key`'

/** Read the key; refused when it is missing, unreadable, open to group or others, or no key. Never throws. */
export const readKeyFile = (file: string): KeyResult => {
  let handle: number | null = null
  try {
    handle = openSync(file, 'r')
    const status = fstatSync(handle)
    if (!status.isFile())
      return refuse(file, 'is no regular file', 'name the key file with keyFile in the configuration')
    if ((status.mode & OTHERS) !== 0) {
      const mode = (status.mode & 0o777).toString(8).padStart(4, '0')
      const problem = `has mode ${mode}: others than its owner may use the key that commands fencing`
      return refuse(file, problem, `chmod 600 ${file}; if strangers could read it, make a new key for both boards`)
    }
    if (status.size > KEY_BYTES_MAX)
      return refuse(file, `has ${status.size} bytes: that is no key`, 'name the right file with keyFile')
    const parsed = parseKey(readFileSync(handle, 'utf8'))
    if (!parsed.ok) {
      const [problem = parsed.reason, ...remedy] = parsed.reason.split('; ')
      return refuse(file, problem, remedy.join('; ') || 'pair the boards again: `baton pair` on both')
    }
    return { ok: true, key: parsed.value, fingerprint: keyFingerprint(parsed.value) }
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    const remedy = missing ? missingRemedy(file) : 'let the daemon run as root, and keep the key 0600 root:root'
    return refuse(file, systemWords(error), remedy)
  } finally {
    if (handle !== null) closeSync(handle)
  }
}
