// A browser of the rig: asks the service of a new pair at its virtual address, and nobody else. Used by scenarios.
import { inNetns } from '../../board/virtual/helper.js'
import { tryRun } from '../../board/virtual/shell.js'
import type { RigNames } from './names.js'

const PORT = 80
const ANSWER_S = 30
const BYTES_MAX = 2000

/** First line of the answer, as `HTTP/1.1 200 OK`. Throws where nobody answers. */
export const askWeb = async (names: RigNames): Promise<string> => {
  const ask = `exec 3<>/dev/tcp/${names.address.virtual}/${PORT}; printf 'GET / HTTP/1.0\\r\\nHost: baton\\r\\n\\r\\n' >&3; head -c ${BYTES_MAX} <&3`
  const [file, words] = inNetns(names.netns, 'timeout', [String(ANSWER_S), 'bash', '-c', ask])
  const { stdout } = await tryRun(file, words, { timeoutMs: (ANSWER_S + 5) * 1000 })
  const [first = ''] = stdout.split(/\r?\n/)
  if (first === '') throw new Error(`nobody answers at ${names.address.virtual}, port ${PORT}`)
  return first
}
