// A shell on a board that stays open: for what is asked again and again, where a login for each question would keep a slow board
// busy. Questions wait for each other; an answer ends with a mark. Used by remote.ts.
import type { ChildProcess } from 'node:child_process'

export interface RemoteShell {
  /** What the command says; '' where it says nothing, takes too long, or nobody lets us in. Never throws. */
  ask(command: string, deadlineMs: number): Promise<string>
  drop(): void
}

const BYTES_MAX = 1024 * 1024

/** `start`: a shell that reads standard input; null = not now. */
export const makeRemoteShell = (start: () => ChildProcess | null): RemoteShell => {
  let shell: ChildProcess | null = null
  let asked = 0
  let chain: Promise<unknown> = Promise.resolve()

  const drop = (): void => {
    shell?.kill('SIGKILL')
    shell = null
  }
  const opened = (): ChildProcess | null => {
    if (shell !== null) return shell
    const child = start()
    shell = child
    // Its end is seen by who waits for an answer; a broken pipe says the same.
    child?.stdin?.on('error', () => undefined)
    child?.once('error', () => undefined)
    child?.once('exit', () => {
      if (shell === child) shell = null
    })
    return child
  }
  const once = async (command: string, deadlineMs: number): Promise<string> => {
    const child = opened()
    if (child === null || child.stdin === null || child.stdout === null) return ''
    const { stdin, stdout } = child
    asked += 1
    const mark = `\n-- ${asked} --\n`
    let said = ''
    const answer = await new Promise<string | null>(resolve => {
      const done = (text: string | null): void => {
        clearTimeout(timer)
        stdout.off('data', take)
        child.off('exit', lost)
        resolve(text)
      }
      const take = (bytes: Buffer): void => {
        said += bytes.toString('utf8')
        const end = said.indexOf(mark)
        if (end >= 0) done(said.slice(0, end))
        else if (said.length > BYTES_MAX) done(null)
      }
      const lost = (): void => done(null)
      const timer = setTimeout(lost, deadlineMs)
      stdout.on('data', take)
      child.once('exit', lost)
      if (child.exitCode !== null || child.signalCode !== null) return lost()
      stdin.write(`{ ${command}\n} 2>/dev/null </dev/null; printf '\\n-- ${asked} --\\n'\n`)
    })
    // What comes too late would be taken for the next answer.
    if (answer === null && shell === child) drop()
    return answer ?? ''
  }
  return {
    ask: (command, deadlineMs) => {
      const answer = chain.then(() => once(command, deadlineMs))
      chain = answer
      return answer
    },
    drop
  }
}
