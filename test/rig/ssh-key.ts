// The key with which the rig looks into its boards; new for each run. Used by whoever makes boards.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../../board/virtual/shell.js'

/** Its private half lies in `dir`; `authorized` is what the boards get. */
export const makeSshKey = async (dir: string): Promise<{ readonly file: string; readonly authorized: string }> => {
  const file = join(dir, 'ssh-key')
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'rig', '-f', file])
  return { file, authorized: await readFile(`${file}.pub`, 'utf8') }
}
