// Is this board being set up, and what does its lead say? Looked at now and then, never in the daemon's loop; told by status and events, and to
// the other board. Decides nothing, and no decision of the core reads it.
import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SAID_MS_MAX, SETUP_MARK, SETUP_SAID } from '../config/setup-files.js'
import type { Report } from '../core/effect.js'
import type { DiskState, DiskTold, SetupView } from '../port/setup-view.js'

export interface SetupWatch {
  /** null = it was not looked yet, which is not the same as no. */
  view(): SetupView | null
  close(): void
}

const LOOK_MS = 2_000
const WORDS_MAX = 800
const BYTES_MAX = 8_192
const GROUPS_MAX = 4
const NONE: SetupView = { marked: false, words: null, disks: {} }
const STATES: readonly DiskState[] = ['ready', 'blank', 'made', 'person', 'absent']

const toldOf = (value: unknown): DiskTold | null => {
  const { kind, words } = (value ?? {}) as Partial<DiskTold>
  const known = STATES.find(each => each === kind)
  return known === undefined || typeof words !== 'string' ? null : { kind: known, words: words.slice(0, WORDS_MAX) }
}

/** Of whatever came: from a file that somebody wrote, or from the other board. null = it is none. */
export const asSetupView = (value: unknown): SetupView | null => {
  if (typeof value !== 'object' || value === null) return null
  const { marked, words, disks } = value as Partial<Record<keyof SetupView, unknown>>
  if (typeof marked !== 'boolean' || (words !== null && typeof words !== 'string')) return null
  const told = Object.entries(typeof disks === 'object' && disks !== null ? disks : {}).slice(0, GROUPS_MAX)
  const known = told.flatMap(([group, each]) => {
    const sight = toldOf(each)
    return sight === null ? [] : [[group, sight] as const]
  })
  return { marked, words: words?.slice(0, WORDS_MAX) ?? null, disks: Object.fromEntries(known) }
}

const bootMs = (): number => Number(process.hrtime.bigint() / 1_000_000n)

/** What the lead wrote; one that has ended says nothing. */
const saidIn = async (runDir: string): Promise<Omit<SetupView, 'marked'>> => {
  try {
    const text = await readFile(join(runDir, SETUP_SAID), 'utf8')
    if (text.length > BYTES_MAX) return NONE
    const value = JSON.parse(text) as Readonly<Record<string, unknown>>
    const fresh = typeof value.atMs === 'number' && Math.abs(bootMs() - value.atMs) <= SAID_MS_MAX
    return (fresh ? asSetupView({ ...value, marked: true }) : null) ?? NONE
  } catch {
    return NONE
  }
}

/** `report`: each new word of the lead is an event. */
export const createSetupWatch = (
  { stateDir, runDir }: { readonly stateDir: string; readonly runDir: string },
  report: (report: Report) => void
): SetupWatch => {
  let view: SetupView | null = null
  let looking = false
  let closed = false
  const look = async (): Promise<void> => {
    // A card that hangs is asked no second time meanwhile.
    if (looking) return
    looking = true
    const [marked, said] = await Promise.all([
      access(join(stateDir, SETUP_MARK)).then(
        () => true,
        () => false
      ),
      saidIn(runDir)
    ])
    looking = false
    if (closed) return
    if (said.words !== null && said.words !== view?.words)
      report({ level: 'notice', code: 'setup', text: `set-up: ${said.words}` })
    view = { ...said, marked }
  }
  void look()
  const timer = setInterval(() => void look(), LOOK_MS).unref()
  return {
    view: () => view,
    close: () => {
      closed = true
      clearInterval(timer)
    }
  }
}
