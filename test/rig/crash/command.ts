// Runs one of the system's tools for the crash-point proof: with a deadline, with its words, in plain English. The only place of
// this folder that starts short-lived children.
import { spawn } from 'node:child_process'

export interface CommandEnd {
  /** null = ended by a signal or by its deadline. */
  readonly code: number | null
  /** Standard output and error, as they came, at most WORDS_MAX. */
  readonly words: string
}

const DEADLINE_MS = 60_000
const WORDS_MAX = 65_536

/** Never rejects: a tool that is missing or late ends with code null and says so. */
export const command = (file: string, args: readonly string[], deadlineMs = DEADLINE_MS): Promise<CommandEnd> =>
  new Promise(resolve => {
    let words = ''
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, LC_ALL: 'C' } })
    const late = setTimeout(() => {
      words += `\nnot done after ${deadlineMs} ms: killed`
      child.kill('SIGKILL')
    }, deadlineMs)
    const hear = (bytes: Buffer): void => {
      if (words.length < WORDS_MAX) words += bytes.toString('utf8').slice(0, WORDS_MAX)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.once('error', error => {
      clearTimeout(late)
      resolve({ code: null, words: `${file}: ${error.message}` })
    })
    child.once('close', code => {
      clearTimeout(late)
      resolve({ code, words: words.trim() })
    })
  })

/** Its words; rejects unless it ended with 0. */
export const must = async (file: string, ...args: readonly string[]): Promise<string> => {
  const { code, words } = await command(file, args)
  if (code !== 0) throw new Error(`\`${file} ${args.join(' ')}\` ended with ${code}: ${words}`)
  return words
}
