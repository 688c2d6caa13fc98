// Exit codes of the `baton` command. Scripts depend on them: they never change their meaning.

export const EXIT = {
  /** Done. */
  ok: 0,
  /** The daemon refused, the order failed, or nobody agreed to it. */
  refused: 1,
  /** The command line is wrong. */
  usage: 2,
  /** The daemon cannot be reached, or went away before it answered. */
  unreachable: 3,
  /** The configuration or the key file is wrong. */
  configuration: 4
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
