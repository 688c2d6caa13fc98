// Configuration file to Config, or every error in it. Called by daemon and command; the only way in.
import { strict as assert } from 'node:assert'
import { timingErrors } from '../core/timing.js'
import { buildConfig, timingOf } from './build.js'
import { type ConfigText, readDocument } from './document.js'
import { type ConfigError, dotted, type Issue, type Path, type ReportIssue, undotted, valueText } from './issue.js'
import { groupsRelations } from './relations-groups.js'
import { noticesRelations } from './relations-notices.js'
import { hardwareRelations, wiringOf } from './relations-pins.js'
import { type Checked, rootSection } from './schema.js'
import type { Config } from './types.js'
import { type BoardSources, whichBoard } from './which-board.js'

export type LoadResult =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly errors: readonly ConfigError[] }

const ERRORS_MAX = 50

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

const toError = (file: string, text: ConfigText, issue: Issue): ConfigError => ({
  file,
  line: text.lineOf(issue.path),
  option: dotted(issue.path),
  value: valueText(issue.path, issue.value),
  problem: issue.problem,
  remedy: issue.remedy
})

const checkText = (text: ConfigText, issues: Issue[]): Checked | undefined => {
  const report: ReportIssue = issue => {
    issues.push(issue)
  }
  const checked = rootSection.check(text.value ?? {}, [], report)
  if (checked === undefined || issues.length > 0) return undefined
  hardwareRelations(checked, report)
  groupsRelations(checked, report)
  noticesRelations(checked.notices, report)
  timingRelations(checked, report)
  return checked
}

/**
 * Read, check and build the configuration of one board. Never throws for anything in the file.
 * Which board: `options.board`, else `options.env.BATON_BOARD`, else the file named by `boardFile`.
 * Errors come in the order of the file's lines, at most 50; relations are checked once every option by itself is right.
 */
export const loadConfig = (file: string, options: BoardSources = {}): LoadResult => {
  const parsed = readDocument(file)
  if (!parsed.ok) return parsed
  const issues: Issue[] = []
  const checked = checkText(parsed.document, issues)
  if (issues.length > 0) {
    const errors = issues.map(issue => toError(file, parsed.document, issue))
    errors.sort((x, y) => (x.line ?? 0) - (y.line ?? 0))
    return { ok: false, errors: errors.slice(0, ERRORS_MAX) }
  }
  assert(checked !== undefined, 'a configuration was refused without a reason')
  const which = whichBoard(checked.boardFile, options)
  if (!which.ok) return { ok: false, errors: [which.error] }
  return { ok: true, config: buildConfig(file, checked, which.board) }
}
