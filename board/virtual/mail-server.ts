// A real mail server (exim) that takes everything and puts it into one file. Used by the notices' scenario and by their tests.
// Listens where it is told to, on loopback or inside a namespace of ours; keeps all its files in one folder.
import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { inNetns } from './helper.js'
import { run } from './shell.js'

export interface MailServerOptions {
  /** Made if it is not there; exim's user must reach it. */
  readonly folder: string
  readonly address: string
  readonly port: number
  /** Network namespace; none = this one. */
  readonly netns?: string
  /** STARTTLS and a log-in are demanded. */
  readonly login?: { readonly user: string; readonly password: string }
}

export interface MailServer {
  start(): Promise<void>
  /** SIGKILL; a mail that it had answered for is kept. */
  kill(): Promise<void>
  /** It answers the network, and then says nothing: the worst way to be dead. */
  freeze(): void
  thaw(): void
  /** Every mail that arrived, as it is in the file but for soft line breaks. */
  mails(): readonly string[]
  /** The last lines of its log. */
  log(): string
  /** Certificate of its own authority, and the key of it. */
  readonly certificate: string
  readonly key: string
}

/** Why there is none on this machine (Debian allows one mail server, and another one is installed); null = there is. */
export const noMailServer = (): string | null =>
  existsSync('/usr/sbin/exim4')
    ? null
    : 'exim4 is not installed, for another mail server is (see provisioning/dependencies.sh)'

const OWNER = 'Debian-exim'
const UP_MS = 10_000

const configText = ({ folder, address, port, login }: MailServerOptions): string => `
exim_path = /usr/sbin/exim4
primary_hostname = mail.test
spool_directory = ${folder}/spool
log_file_path = ${folder}/log/%slog
pid_file_path = ${folder}/spool/exim.pid
local_interfaces = <; ${address}
daemon_smtp_ports = ${port}
host_lookup =
rfc1413_query_timeout = 0s
keep_environment =
message_logs = false
acl_smtp_rcpt = rcpt
tls_advertise_hosts = ${login === undefined ? '' : '*'}
tls_certificate = ${folder}/cert.pem
tls_privatekey = ${folder}/key.pem
auth_advertise_hosts = \${if eq{$tls_in_cipher}{}{}{*}}
begin acl
rcpt:
${login === undefined ? '' : '  require authenticated = *\n'}  deny local_parts = nobody
    message = there is no such box here
  accept
begin routers
all:
  driver = accept
  transport = file
begin transports
file:
  driver = appendfile
  file = ${folder}/mail/box
  user = ${OWNER}
  envelope_to_add
begin retry
* * F,1h,1s
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_condition = \${if and{{eq{$auth2}{${login?.user ?? ''}}}{eq{$auth3}{${login?.password ?? ''}}}}{yes}{no}}
  server_set_id = $auth2
`

const answers = (options: MailServerOptions): Promise<boolean> => {
  if (options.netns !== undefined) {
    const [file, args] = inNetns(options.netns, 'perl', [
      '-MIO::Socket::INET',
      '-e',
      'exit(IO::Socket::INET->new("$ARGV[0]:$ARGV[1]") ? 0 : 1)',
      options.address,
      String(options.port)
    ])
    return run(file, args).then(
      () => true,
      () => false
    )
  }
  return new Promise(resolve => {
    const socket = connect(options.port, options.address)
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

const logOf = (folder: string): string =>
  existsSync(`${folder}/log/mainlog`) ? readFileSync(`${folder}/log/mainlog`, 'utf8').slice(-2000) : 'no log'

/** Prepare the folder; the server is not running yet. */
export const makeMailServer = async (options: MailServerOptions): Promise<MailServer> => {
  const { folder } = options
  mkdirSync(folder, { recursive: true })
  chmodSync(folder, 0o755)
  for (const each of ['spool', 'log', 'mail']) mkdirSync(`${folder}/${each}`, { recursive: true })
  const certificate = `${folder}/cert.pem`
  if (options.login !== undefined) {
    const subject = ['-subj', '/CN=mail.test', '-addext', `subjectAltName=IP:${options.address}`]
    const files = ['-keyout', `${folder}/key.pem`, '-out', certificate]
    await run('openssl', [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '30',
      ...files,
      ...subject
    ])
  }
  await run('chown', ['-R', OWNER, folder])
  // Whom exim obeys in its configuration is root.
  writeFileSync(`${folder}/exim.conf`, configText(options), { mode: 0o644 })
  let child: ChildProcess | null = null
  const signal = (name: NodeJS.Signals): void => {
    if (child !== null && child.exitCode === null && child.signalCode === null) child.kill(name)
  }
  return {
    certificate,
    key: `${folder}/key.pem`,
    async start() {
      const words = ['-C', `${folder}/exim.conf`, '-bdf', '-q1m']
      const [file, args] = options.netns === undefined ? ['exim4', words] : inNetns(options.netns, 'exim4', words)
      child = spawn(file, args, { stdio: 'ignore', cwd: '/' })
      const endAt = performance.now() + UP_MS
      while (!(await answers(options))) {
        if (performance.now() > endAt || child.exitCode !== null) {
          throw new Error(`exim does not start: ${logOf(folder)}`)
        }
        await new Promise(resolve => setTimeout(resolve, 20))
      }
    },
    async kill() {
      const victim = child
      if (victim === null || victim.exitCode !== null || victim.signalCode !== null) return
      const gone = new Promise(resolve => victim.once('exit', resolve))
      victim.kill('SIGKILL')
      await gone
    },
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    log: () => logOf(folder),
    mails() {
      const box = `${folder}/mail/box`
      if (!existsSync(box)) return []
      return readFileSync(box, 'utf8')
        .split(/^From \S+ .*\n/m)
        .filter(text => text !== '')
        .map(text => text.replaceAll('=\n', ''))
    }
  }
}
