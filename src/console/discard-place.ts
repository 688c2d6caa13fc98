// Where the archive of a copy that is given up goes: what has room is offered, and a person chooses. Called by `baton discard-copy`.
import { resolve } from 'node:path'
import type { ArchivePlace } from '../driver/archive-place.js'
import { roomFor } from '../driver/copy-read.js'
import { bytesText } from './compare-text.js'
import { clip } from './screen.js'
import type { Terminal } from './terminal.js'

export type Choice =
  | { readonly kind: 'place'; readonly place: ArchivePlace }
  /** It goes nowhere, and why. */
  | { readonly kind: 'none'; readonly why: string }
  /** Ctrl-C, or what is no answer: nothing at all is done. */
  | { readonly kind: 'left'; readonly why: string }

const roomText = ({ room, words }: ArchivePlace): string => `${words}  (room for ${bytesText(room)})`

/** `paths`: a folder may be typed, too: the person is root. */
export const askPlace = async (
  places: readonly ArchivePlace[],
  needed: number,
  paths: boolean,
  terminal: Terminal
): Promise<Choice> => {
  const roomy = places.filter(({ room }) => room >= needed)
  const small = places.filter(({ room }) => room < needed)
  for (const place of small) terminal.say(`too small: ${roomText(place)}`)
  const [first] = roomy
  if (first === undefined && !paths) {
    const why = `no place that is seen has room for ${bytesText(needed)}: put a USB stick with FAT or exFAT into this board, and give this order again`
    return { kind: 'none', why }
  }
  const lines = roomy.map((place, at) => `  ${at + 1}  ${roomText(place)}`)
  terminal.say(['Where is the archive to go?', ...lines, '  none  it is not packed'].join('\n'))
  const folder = paths ? ', or a folder' : ''
  const alone = first === undefined ? 'do nothing' : '1'
  const answer = await terminal.ask(`Number${folder} (Enter alone: ${alone}): `)
  if (answer === null) return { kind: 'left', why: 'nothing was done' }
  const typed = answer.trim()
  if (typed === 'none') return { kind: 'none', why: 'you said so' }
  if (paths && typed.startsWith('/')) {
    const path = resolve(typed)
    return { kind: 'place', place: { words: path, folder: path, stick: null, room: await roomFor(path) } }
  }
  const place = typed === '' ? first : roomy[Number(typed) - 1]
  if (place !== undefined) return { kind: 'place', place }
  const why = typed === '' ? 'nothing was done' : `there is no "${clip(typed, 20)}" here; nothing was done`
  return { kind: 'left', why }
}
