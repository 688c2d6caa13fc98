// The login gate: a file that pam_nologin reads is there where users may not log in (root always may). One file for each path, shared by
// all groups that name it: logins are open while any of them is active on this board. Called by group-port.ts. The file carries our mark;
// another one (systemd's at shutdown, an administrator's) is never removed or written over.
import { randomBytes } from 'node:crypto'
import { link, lstat, open, rename, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { LoginGateConfig } from '../config/types.js'
import type { ActionOutcome } from '../core/event.js'
import { type BoardId, otherBoard } from '../core/types.js'

/** Last line of every file of ours. */
export const GATE_MARK = '(kept by baton: away by itself where logins are open)'
const FILE_BYTES_MAX = 4096
/** The file is looked at again this often: systemd removes it at the end of a boot, a person may by mistake. */
const LOOK_EVERY_MS = 5000
const TRIES_MAX = 5
/** A move of a group waits this long for its gate and no longer: a disk that hangs must not undo a move or reset a board. */
const ANSWER_MS = 1000

export interface LoginGate {
  /** Words of a failure: what was tried, on what, why. Where the file is not ours: logins stay forbidden. */
  open(): Promise<ActionOutcome>
  shut(): Promise<ActionOutcome>
  describe(): string
}

export interface LoginGates {
  of(group: string, config: LoginGateConfig): LoginGate
  /** Stop looking; files stay as they are (a planned restart changes nothing). */
  close(): void
}

type Found = { readonly kind: 'none' } | { readonly kind: 'foreign' } | { readonly kind: 'ours'; readonly text: string }
const OK: ActionOutcome = { ok: true }

const isCode = (error: unknown, code: string): boolean => (error as NodeJS.ErrnoException).code === code
const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Whose file it is. Links, folders and long files are not ours, whatever stands in them. */
const lookAt = async (file: string): Promise<Found> => {
  try {
    const status = await lstat(file)
    if (!status.isFile() || status.size > FILE_BYTES_MAX) return { kind: 'foreign' }
    const handle = await open(file, 'r')
    try {
      const text = await handle.readFile('utf8')
      return text.trimEnd().endsWith(GATE_MARK) ? { kind: 'ours', text } : { kind: 'foreign' }
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (isCode(error, 'ENOENT')) return { kind: 'none' }
    throw error
  }
}

/** Whole or not at all: written beside it, then put in its place; `replace` only over one of ours. */
const put = async (file: string, text: string, replace: boolean): Promise<void> => {
  const beside = join(dirname(file), `.baton-gate-${randomBytes(6).toString('hex')}`)
  const handle = await open(beside, 'wx', 0o644)
  try {
    try {
      await handle.writeFile(text)
    } finally {
      await handle.close()
    }
    if (replace) return await rename(beside, file)
    await link(beside, file)
  } catch (error) {
    // Nothing may be left: it is tried again every few seconds, and a full filesystem would get fuller.
    await unlink(beside).catch(() => undefined)
    throw error
  }
  await unlink(beside)
}

interface Member {
  readonly group: string
  readonly message: string | null
  /** null = not known yet in this life: then nothing is changed for it. */
  wants: 'open' | 'shut' | null
}

const textFor = (board: BoardId, members: readonly Member[]): string => {
  const names = members.map(({ group }) => group).join(', ')
  const lines = [
    `Logins are closed on board ${board}: ${names} ${members.length > 1 ? 'are' : 'is'} not active here.`,
    `Log in on board ${otherBoard(board)}, or at the address of the service.`,
    ...members.flatMap(({ message }) => (message === null ? [] : [message])),
    GATE_MARK
  ]
  return `${lines.join('\n')}\n`
}

/** One file and the groups that share it. Its work is done in turn, never twice at the same time. */
const createFileGate = (file: string, board: BoardId, log: (text: string) => void) => {
  const members: Member[] = []
  let underWay = 0
  let state = 'not looked at'
  let last: Promise<unknown> = Promise.resolve()

  const wanted = (): 'open' | 'shut' | null => {
    if (members.some(({ wants }) => wants === 'open')) return 'open'
    return members.some(({ wants }) => wants === 'shut') ? 'shut' : null
  }

  /** One look and what follows from it. Throws EEXIST or ENOENT where somebody was quicker. */
  const once = async (): Promise<ActionOutcome> => {
    const want = wanted()
    if (want === null) return OK
    const found = await lookAt(file)
    if (found.kind === 'foreign') {
      state = `forbidden by ${file}, which is not baton's`
      if (want === 'shut') return OK
      const reason = `${file} is there and not of baton's making, so logins stay forbidden: systemd writes it at a shutdown; if a person did, remove it`
      return { ok: false, reason }
    }
    if (want === 'open') {
      if (found.kind === 'ours') await unlink(file)
      state = 'open'
      return OK
    }
    const text = textFor(
      board,
      members.filter(({ wants }) => wants === 'shut')
    )
    if (found.kind === 'none' || found.text !== text) await put(file, text, found.kind === 'ours')
    state = 'forbidden'
    return OK
  }

  const apply = async (): Promise<ActionOutcome> => {
    for (let tries = 1; tries <= TRIES_MAX; tries += 1) {
      try {
        return await once()
      } catch (error) {
        if (isCode(error, 'EEXIST') || (isCode(error, 'ENOENT') && tries < TRIES_MAX)) continue
        state = `not known: ${wordsOf(error)}`
        return { ok: false, reason: `the login gate ${file} could not be moved: ${wordsOf(error)}` }
      }
    }
    return { ok: false, reason: `the login gate ${file} was changed by somebody else again and again` }
  }

  const inTurn = (): Promise<ActionOutcome> => {
    underWay += 1
    const outcome = last.then(apply).finally(() => {
      underWay -= 1
    })
    last = outcome
    return outcome
  }

  /** What is late is done all the same, and as it is wanted then. */
  const inTime = (outcome: Promise<ActionOutcome>): Promise<ActionOutcome> => {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<ActionOutcome>(resolve => {
      timer = setTimeout(() => {
        state = `not known: its filesystem did not answer within ${ANSWER_MS} ms`
        resolve({ ok: false, reason: `the login gate ${file} is ${state}; it is moved when it does` })
      }, ANSWER_MS)
    })
    return Promise.race([outcome, late]).finally(() => clearTimeout(timer))
  }

  const again = async (): Promise<void> => {
    // A filesystem that hangs is asked once.
    if (underWay > 0) return
    const before = state
    await inTurn()
    if (state !== before) log(`login gate ${file}: ${state}`)
  }

  return {
    again,
    add: (group: string, message: string | null): LoginGate => {
      const member: Member = { group, message, wants: null }
      members.push(member)
      const want = (wants: 'open' | 'shut') => (): Promise<ActionOutcome> => {
        member.wants = wants
        return inTime(inTurn())
      }
      return { open: want('open'), shut: want('shut'), describe: () => state }
    }
  }
}

/** All gates of one daemon. `log`: corrections that decide nothing. */
export const createLoginGates = (
  board: BoardId,
  log: (text: string) => void,
  everyMs: number = LOOK_EVERY_MS
): LoginGates => {
  const files = new Map<string, ReturnType<typeof createFileGate>>()
  let timer: NodeJS.Timeout | null = null
  return {
    of: (group, { file, message }) => {
      const gate = files.get(file) ?? createFileGate(file, board, log)
      files.set(file, gate)
      timer ??= setInterval(() => {
        for (const each of files.values()) void each.again()
      }, everyMs).unref()
      return gate.add(group, message)
    },
    close: () => {
      if (timer !== null) clearInterval(timer)
    }
  }
}
