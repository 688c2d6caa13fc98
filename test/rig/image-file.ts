// Finds the image that is to be proved: the newest one that was built, unpacked. Called by rig.ts.
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../../board/virtual/shell.js'
import { BUILD } from './names.js'

const UNPACK_MS = 10 * 60_000
const NAME = /^baton-.*-rpi-arm64\.img(\.xz)?$/

const newest = (folder: string): string | null => {
  if (!existsSync(folder)) return null
  const files = readdirSync(folder).filter(name => NAME.test(name))
  const dated = files.map(name => ({ name, at: statSync(join(folder, name)).mtimeMs }))
  // Of a packed one and what was unpacked from it, the unpacked one: it is not older.
  dated.sort((x, y) => y.at - x.at || x.name.length - y.name.length)
  return dated[0] === undefined ? null : join(folder, dated[0].name)
}

/** `wanted`: a file that somebody named. Throws, with what to do, where there is none. */
export const findImage = async (wanted: string | undefined, say: (text: string) => void): Promise<string> => {
  const found = wanted ?? newest(BUILD)
  if (found === null || !existsSync(found))
    throw new Error(`there is no card image ${wanted ?? `in ${BUILD}`}: \`npm run image\` builds it`)
  if (!found.endsWith('.xz')) return found
  say(`unpacking ${found}`)
  await run('xz', ['--decompress', '--keep', '--force', '--threads=0', found], { timeoutMs: UNPACK_MS })
  return found.slice(0, -'.xz'.length)
}
