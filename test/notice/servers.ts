// Real servers for the tests of the notices: mosquitto with a listener that is not ours, and an HTTP server in its own process.
// All on loopback, all files in a folder of the test.
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

/** A port of loopback that nobody uses now. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })

const answers = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    socket.once('error', () => resolve(false))
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })

/** Resolves when `condition` holds; rejects with `what` after `deadlineMs`. */
export const until = async (
  what: string,
  condition: () => boolean | Promise<boolean>,
  deadlineMs = 10_000
): Promise<void> => {
  const end = performance.now() + deadlineMs
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`not within ${deadlineMs} ms: ${what}`)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}

export interface Server {
  readonly port: number
  start(): Promise<void>
  kill(): Promise<void>
}

const processServer = (port: number, file: string, args: readonly string[]): Server => {
  let child: ChildProcess | null = null
  return {
    port,
    async start() {
      child = spawn(file, [...args], { stdio: 'ignore' })
      await until(`${file} answers`, () => answers(port))
    },
    async kill() {
      const victim = child
      if (victim === null || victim.exitCode !== null || victim.signalCode !== null) return
      const gone = new Promise(resolve => victim.once('exit', resolve))
      victim.kill('SIGKILL')
      await gone
    }
  }
}

export interface Broker extends Server {
  /** The broker and its listener. */
  end(): Promise<void>
  /** Every message: topic and payload. The listener has a session that outlives the broker's death: it misses none. */
  heard(): readonly { readonly topic: string; readonly payload: string }[]
}

export const makeBroker = async (folder: string, password: string): Promise<Broker> => {
  mkdirSync(folder, { recursive: true })
  const port = await freePort()
  const file = `${folder}/mosquitto.conf`
  const passwords = `${folder}/passwords`
  writeFileSync(passwords, '', { mode: 0o600 })
  await new Promise(resolve =>
    spawn('mosquitto_passwd', ['-b', passwords, 'box', password], { stdio: 'ignore' }).once('exit', resolve)
  )
  writeFileSync(
    file,
    `${[
      `listener ${port} 127.0.0.1`,
      'allow_anonymous false',
      `password_file ${passwords}`,
      'user root',
      'persistence true',
      `persistence_location ${folder}/`,
      'autosave_on_changes true',
      'autosave_interval 1'
    ].join('\n')}\n`
  )
  const server = processServer(port, 'mosquitto', ['-c', file])
  const log = `${folder}/heard`
  let listener: ChildProcess | null = null
  return {
    ...server,
    async start() {
      await server.start()
      const words = `exec mosquitto_sub -c -i listener -p ${port} -u box -P ${password} -q 1 -t '#' -F '%t %p' >>${log}`
      listener ??= spawn('sh', ['-c', words], { stdio: 'ignore' })
    },
    end: async () => {
      listener?.kill('SIGKILL')
      await server.kill()
    },
    heard: () =>
      existsSync(log)
        ? readFileSync(log, 'utf8')
            .split('\n')
            .filter(line => line !== '')
            .map(line => ({ topic: line.slice(0, line.indexOf(' ')), payload: line.slice(line.indexOf(' ') + 1) }))
        : []
  }
}

export interface Hook extends Server {
  requests(): readonly {
    readonly path: string
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
  }[]
}

/** `tls`: certificate and key; then it speaks https only. */
export const makeHook = async (folder: string, tls: readonly string[] = []): Promise<Hook> => {
  mkdirSync(folder, { recursive: true })
  const port = await freePort()
  const log = `${folder}/requests`
  const server = processServer(port, process.execPath, [
    fileURLToPath(new URL('http-server.js', import.meta.url)),
    String(port),
    log,
    ...tls
  ])
  return {
    ...server,
    requests: () =>
      existsSync(log)
        ? readFileSync(log, 'utf8')
            .split('\n')
            .filter(line => line !== '')
            .map(line => JSON.parse(line))
        : []
  }
}
