// Runs the short-lived commands of one group and marks them, so that this or a later life can tell what is left of them (R6).
// Called by disk, address and service drivers. Must not start services: they outlive the daemon (service-process.ts).
import { CHILD_MARK, type CommandOptions, type CommandResult, runCommand } from './command.js'
import { sameProcess, startTimeOf } from './process-table.js'

export interface GroupRunner {
  readonly group: string
  /** Like `runCommand`; the child carries a mark `GROUP/LIFE/NUMBER/KIND`. A child that outlives its kill is remembered. */
  run(file: string, args: readonly string[], options: CommandOptions): Promise<CommandResult>
  /** The same for a child that only looks or announces: one left over from an earlier life holds nothing. */
  look(file: string, args: readonly string[], options: CommandOptions): Promise<CommandResult>
  /**
   * A judge of marks that are read from now on: true for a child of this group that no command accounts for which is
   * within its deadline now or begins later.
   */
  judge(): (mark: string) => boolean
  /** Children of this life that could not be killed and still live, in words. */
  hungChildren(): Promise<readonly string[]>
}

const HUNG_MAX = 32
let runners = 0

export const createGroupRunner = (group: string): GroupRunner => {
  runners += 1
  const life = `${process.pid}-${runners}-${process.hrtime.bigint()}`
  const running = new Set<string>()
  let hung: { pid: number; startTime: string; command: string }[] = []
  let number = 0

  const runMarked = async (
    file: string,
    args: readonly string[],
    options: CommandOptions,
    kind: 'act' | 'look'
  ): Promise<CommandResult> => {
    number += 1
    const mark = `${group}/${life}/${number}/${kind}`
    running.add(mark)
    const result = await runCommand(file, args, { ...options, env: { ...options.env, [CHILD_MARK]: mark } })
    running.delete(mark)
    if (result.hung && result.pid !== null && hung.length < HUNG_MAX) {
      const startTime = await startTimeOf(result.pid)
      if (startTime !== null) hung.push({ pid: result.pid, startTime, command: result.command })
    }
    return result
  }

  const hungChildren = async (): Promise<readonly string[]> => {
    const alive = await Promise.all(hung.map(child => sameProcess(child.pid, child.startTime)))
    hung = hung.filter((_, index) => alive[index])
    return hung.map(child => `\`${child.command}\` (process ${child.pid}) cannot be killed`)
  }

  const judge = () => {
    const before = new Set(running)
    const last = number
    return (mark: string): boolean => {
      const [owner, ofLife, ofNumber, kind] = mark.split('/')
      if (owner !== group || kind === 'look' || before.has(mark)) return false
      return ofLife !== life || Number(ofNumber) <= last
    }
  }

  return {
    group,
    run: (file, args, options) => runMarked(file, args, options, 'act'),
    look: (file, args, options) => runMarked(file, args, options, 'look'),
    judge,
    hungChildren
  }
}
