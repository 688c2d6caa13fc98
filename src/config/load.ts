// Configuration file to Config, or every error in it. Called by daemon and command; the only way in.
import { strict as assert } from 'node:assert'
import { timingErrors } from '../core/timing.js'
import type { BoardId } from '../core/types.js'
import { type BoardKind, boardKind, detectKind, knownModels, modelText } from './board-kind.js'
import { buildConfig, timingOf } from './build.js'
import { type ConfigText, readDocument } from './document.js'
import { withHint } from './hint.js'
import { type ConfigError, dotted, type Issue, type Path, type ReportIssue, undotted, valueText } from './issue.js'
import { groupsRelations } from './relations-groups.js'
import { noticesRelations } from './relations-notices.js'
import { hardwareRelations, wiringOf } from './relations-pins.js'
import { presentRelations } from './relations-present.js'
import { type Checked, rootSection } from './schema.js'
import type { Config } from './types.js'
import { type BoardSources, whichBoard } from './which-board.js'

export interface LoadOptions extends BoardSources {
  /** What this very board is, where the file says `auto`; null = nothing that baton knows. By default its device tree's word. */
  readonly detect?: (() => BoardKind | null) | undefined
  /** No line of the board will be opened: a file with `auto` is then checked on any machine, as far as it can be. */
  readonly elsewhere?: boolean | undefined
  /** This is the board that is to run it: units and programs must be there. */
  readonly present?: boolean | undefined
}

export type LoadResult =
  /** `guessed`: the kind is a stand-in, see `elsewhere`. */
  | { readonly ok: true; readonly config: Config; readonly guessed: boolean }
  | { readonly ok: false; readonly errors: readonly ConfigError[] }

const ERRORS_MAX = 50
const BEGIN_AGAIN = 'the file that came with the card or the package (/usr/share/baton/baton.yaml.default) is a pattern'

const valueAt = (root: unknown, path: Path): unknown =>
  path.reduce<unknown>((node, part) => (node as Record<string | number, unknown> | undefined)?.[part], root)

const timingRelations = (checked: Checked, report: ReportIssue): void => {
  for (const error of timingErrors(timingOf(checked), { ...wiringOf(checked), fingerprint: '' })) {
    const path = undotted(error.option)
    report({ path, value: valueAt(checked, path), problem: error.problem, remedy: error.remedy })
  }
  const { timeoutMs, feedMs } = checked.watchdog
  const least = 3 * feedMs + 1
  if (timeoutMs < least) {
    const remedy = `set it to ${Math.ceil(timeoutMs / 3) - 1} or less, or watchdog.timeoutMs to ${least} or more`
    report({
      path: ['watchdog', 'feedMs'],
      value: feedMs,
      problem: `is not less than a third of watchdog.timeoutMs (${timeoutMs})`,
      remedy
    })
  }
}

const toError = (file: string, text: ConfigText, found: Issue): ConfigError => {
  const line = text.lineOf(found.path)
  const issue = withHint(found, line === null ? '' : text.line(line), rootSection)
  return {
    file,
    // What is missing at the top level is missing from the first line on.
    line: line ?? 1,
    option: dotted(issue.path),
    value: valueText(issue.path, issue.value),
    problem: issue.problem,
    remedy: issue.remedy
  }
}

const checkText = (text: ConfigText, issues: Issue[], present: boolean): Checked | undefined => {
  const report: ReportIssue = issue => {
    issues.push(issue)
  }
  if (typeof text.value !== 'object' || Array.isArray(text.value)) {
    report({
      path: [],
      value: text.value,
      problem: 'is no list of options',
      remedy: `begin with "pair: NAME"; ${BEGIN_AGAIN}`
    })
    return undefined
  }
  if (text.value === null) {
    report({
      path: [],
      value: undefined,
      problem: 'holds only comments',
      remedy: `take away the # before its options; ${BEGIN_AGAIN}`
    })
    return undefined
  }
  const checked = rootSection.check(text.value, [], report)
  if (checked === undefined || issues.length > 0) return undefined
  hardwareRelations(checked, report)
  groupsRelations(checked, report)
  noticesRelations(checked.notices, report)
  timingRelations(checked, report)
  if (present) presentRelations(checked, report)
  return checked
}

/** All kinds share the standard wiring, so any of them shows what else is wrong. */
const STAND_IN: BoardKind = 'rpi-3b'

interface Kind {
  readonly kind: BoardKind
  readonly guessed: boolean
}

const kindOf = (checked: Checked, board: BoardId, options: LoadOptions): Kind | Issue => {
  const word = checked.boards[board].kind
  if (word !== 'auto') return { kind: word, guessed: false }
  const found = (options.detect ?? detectKind)()
  if (found !== null && boardKind(found).models.length > 0) return { kind: found, guessed: false }
  if (options.elsewhere === true) return { kind: STAND_IN, guessed: true }
  const model = modelText()
  return {
    path: ['boards', board, 'kind'],
    value: word,
    problem: `cannot be found out: ${model === '' ? 'this machine has no device tree, so it is no Raspberry Pi' : `this machine is "${model}"`}`,
    remedy: `use one of: ${knownModels()}; or write what it is wired like: kind: rpi-3b, or kind: rpi-4b`
  }
}

/**
 * Read, check and build the configuration of one board. Never throws for anything in the file.
 * Which board: `options.board`, else `options.env.BATON_BOARD`, else the file named by `boardFile`.
 * Errors come in the order of the file's lines, at most 50; relations are checked once every option by itself is right.
 */
export const loadConfig = (file: string, options: LoadOptions = {}): LoadResult => {
  const parsed = readDocument(file)
  if (!parsed.ok) return parsed
  const issues: Issue[] = []
  const checked = checkText(parsed.document, issues, options.present === true)
  if (issues.length > 0) {
    // What is missing comes last: often it is there under a mistyped name.
    const place = ({ path }: Issue): number => parsed.document.lineOf(path) ?? Number.MAX_SAFE_INTEGER
    const sorted = issues.toSorted((x, y) => place(x) - place(y)).slice(0, ERRORS_MAX)
    return { ok: false, errors: sorted.map(issue => toError(file, parsed.document, issue)) }
  }
  assert(checked !== undefined, 'a configuration was refused without a reason')
  const which = whichBoard(checked.boardFile, options)
  if (!which.ok) return { ok: false, errors: [which.error] }
  const kind = kindOf(checked, which.board, options)
  if ('problem' in kind) return { ok: false, errors: [toError(file, parsed.document, kind)] }
  return { ok: true, config: buildConfig(file, checked, which.board, kind.kind), guessed: kind.guessed }
}
