// The secrets of the channels: read from a file that only its owner may read, and taken out of every text that leaves.
// Must not put a secret into a message, a process argument or an environment.
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { misformOf } from '../config/file-form.js'
import type { Result } from '../port/ports.js'

/** Channel name to secret. */
export type Secrets = ReadonlyMap<string, string>

const BYTES_MAX = 65_536
const OTHERS = 0o077

const no = (reason: string): Result<Secrets> => ({ ok: false, reason })

const readText = (file: string): Result<string> => {
  let handle: number | null = null
  try {
    // A FIFO without a writer would hold this process for ever.
    handle = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
    const status = fstatSync(handle)
    if (!status.isFile()) return { ok: false, reason: `${file} is no regular file: name it with notices.secretsFile` }
    const mine = process.getuid?.() ?? 0
    if (status.uid !== mine) {
      return { ok: false, reason: `${file} belongs to another user (${status.uid}): chown root:root ${file}` }
    }
    if ((status.mode & OTHERS) !== 0) {
      const mode = (status.mode & 0o777).toString(8).padStart(4, '0')
      const why = 'others than root may read the passwords in it'
      return {
        ok: false,
        reason: `${file} has mode ${mode}: ${why}; chmod 600 ${file}, and change what strangers may have read`
      }
    }
    if (status.size > BYTES_MAX)
      return { ok: false, reason: `${file} has ${status.size} bytes: that is no file of secrets` }
    return { ok: true, value: readFileSync(handle, 'utf8') }
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException
    const remedy =
      code === 'ENOENT' ? 'make it (root, 0600) with one line "channel name: secret" each' : 'let root read it'
    return { ok: false, reason: `${file} cannot be read (${code}): ${remedy}` }
  } finally {
    if (handle !== null) closeSync(handle)
  }
}

/** Read them; refused when the file is open to others, unreadable or no map. The reason never quotes the file. */
export const readSecrets = (file: string): Result<Secrets> => {
  const read = readText(file)
  if (!read.ok) return read
  let value: unknown
  try {
    // The parser's own words would quote the line: they stay here.
    value = parse(read.value, { logLevel: 'silent' })
  } catch {
    return no(`${file} is no YAML: write one line "channel name: secret" each, the secret in quotes`)
  }
  if (value === null) return { ok: true, value: new Map() }
  if (typeof value !== 'object' || Array.isArray(value)) return no(`${file} is no list of "channel name: secret" lines`)
  const secrets = new Map<string, string>()
  for (const [name, secret] of Object.entries(value as Record<string, unknown>)) {
    if (typeof secret !== 'string' || secret === '' || /\p{Cc}/u.test(secret)) {
      return no(
        `${file}: the secret of ${/^[a-z0-9-]{1,32}$/.test(name) ? name : 'one entry'} is not one line of text: put it in quotes`
      )
    }
    secrets.set(name, secret)
  }
  return { ok: true, value: secrets }
}

/** Signs with a meaning of their own at the beginning of a value. */
const SIGNS = /^[@`%&*!|>[\]{}#,?-]/

/** Why one line is no `name: secret` that means what it looks like, or null. Says nothing of the secret itself. */
const lineProblem = (line: string): string | null => {
  const text = line.trim()
  if (text === '' || text.startsWith('#')) return null
  if (/^\s/.test(line)) return 'is indented: begin each line at its very left'
  const [, name = '', gap = '', value = ''] = /^([^:'"\s]+) *:( *)(.*)$/.exec(text) ?? []
  if (name === '') return "is no line as  NAME: 'the password'  with the name of a channel"
  if (!/^[a-z0-9-]{1,32}$/.test(name)) return 'begins with no name of a channel (1..32 of a-z, 0-9 and -)'
  if (value === '') return 'has no password behind the colon'
  if (gap === '') return 'has no space behind the colon'
  if (/^[“”„‘’‚«»]/.test(value)) return 'has typographic quotes: type plain ones'
  if (/^'(?:[^']|'')*'$/.test(value) || /^"(?:[^"\\]|\\.)*"$/.test(value)) return null
  const plain =
    !SIGNS.test(value) &&
    !/^['"]/.test(value) &&
    !/ #|: |:$/.test(value) &&
    !/^([\d.,_+-]+|true|false|null|yes|no|~)$/i.test(value)
  return plain ? null : "has a password that must stand in single quotes: '…' (a single quote inside is written twice)"
}

/** Where a file of secrets is wrong, line by line, for whoever wrote it; without a word of it. Empty = it can be used. */
export const secretMistakes = (file: string): readonly string[] => {
  const read = readText(file)
  if (!read.ok) return [read.reason]
  const form = misformOf(readFileSync(file))
  if (form !== null) return [`${file}: ${form.problem}: ${form.remedy}`]
  const found = read.value
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .flatMap((line, at) => {
      const problem = lineProblem(line)
      return problem === null ? [] : [`${file}:${at + 1}: ${problem}`]
    })
  if (found.length > 0) return found
  const whole = readSecrets(file)
  return whole.ok ? [] : [whole.reason]
}

const WORDS_MAX = 400

/** Words of a server or library, fit for a log: one line, bounded, without the secret in any usual spelling. `user`: who logs in with it (SMTP). */
export const scrub = (words: string, secret: string | null, user: string | null = null): string => {
  const spellings =
    secret === null
      ? []
      : [
          secret,
          encodeURIComponent(secret),
          Buffer.from(secret).toString('base64'),
          ...(user === null ? [] : [Buffer.from(`\0${user}\0${secret}`).toString('base64')]),
          JSON.stringify(secret).slice(1, -1)
        ]
  const clean = spellings.reduce((text, spelling) => text.replaceAll(spelling, '(secret)'), words)
  return clean
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, WORDS_MAX)
}
