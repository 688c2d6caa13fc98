// Tells systemd that the daemon is up (`Type=notify`). Called by batond.ts once per life.
// Through `systemd-notify`, because Node has no Unix datagrams; not used as a watchdog: that would be a process per beat.
import { failureOf, runCommand } from './command.js'

const DEADLINE_MS = 10_000

/** Take the supervisor's address out of the environment, so that no child can speak for the daemon. null = nobody waits. */
export const takeSupervisor = (env: NodeJS.ProcessEnv): string | null => {
  const address = env.NOTIFY_SOCKET ?? null
  delete env.NOTIFY_SOCKET
  return address
}

/** Say "ready" and one line of status. Returns why that failed, else null; without a supervisor there is nothing to do. */
export const announceReady = async (supervisor: string | null, status: string): Promise<string | null> => {
  if (supervisor === null) return null
  const result = await runCommand('systemd-notify', ['--ready', `--status=${status}`], {
    deadlineMs: DEADLINE_MS,
    env: { NOTIFY_SOCKET: supervisor }
  })
  return result.ok ? null : failureOf(result)
}
