import { strict as assert } from 'node:assert'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeOrdinary } from '../../src/driver/child-priority.js'
import { announceReady, takeSupervisor } from '../../src/driver/supervisor.js'

const dist = new URL('../../src/driver/', import.meta.url)
/** What a process says of itself: policy of its scheduling (0 = ordinary) and its place before the memory killer. */
const SELF = "echo policy $(sed 's/.*) //' /proc/self/stat | cut -d' ' -f39) oom $(cat /proc/self/oom_score_adj)"

const PROTECT = ['choom', '-n', '-900', '--']
/** Some machines forbid it to root, too: there only the real-time class is looked at in whole children. */
const mayProtect = spawnSync('choom', ['-n', '-900', '--', 'true']).status === 0
const PROTECTED = mayProtect ? '-900' : readFileSync('/proc/self/oom_score_adj', 'latin1').trim()

/** Run `code` as the unit runs the daemon: real-time with reset on fork, protected from the memory killer. */
const asDaemon = (code: string, folder: string): string => {
  const file = join(folder, 'daemon.mjs')
  writeFileSync(file, code)
  const realTime = ['chrt', '-R', '-r', '10', process.execPath, file]
  const [program = '', ...args] = mayProtect ? [...PROTECT, ...realTime] : realTime
  return execFileSync(program, args, { encoding: 'utf8' })
}

/** Every file of the daemon's rooms that starts a process, and whether it makes it ordinary. */
const starters = (): readonly (readonly [name: string, ordinary: boolean])[] =>
  ['driver', 'runtime', 'notice'].flatMap(room =>
    readdirSync(`src/${room}`).flatMap(name => {
      const text = readFileSync(`src/${room}/${name}`, 'utf8')
      return /\b(spawn|execa|fork|execFile)\(/.test(text)
        ? [[name, /\bmakeOrdinary\(child\.pid\)/.test(text)] as const]
        : []
    })
  )

describe('a child of the daemon', () => {
  let folder: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'baton-driver-'))
  })

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  it('has neither its real-time class nor its protection from the memory killer', () => {
    // The child asks a moment later, as whatever it starts would.
    const words = asDaemon(
      `import { readFileSync } from 'node:fs'
       import { runCommand } from '${dist}command.js'
       const policy = readFileSync('/proc/self/stat', 'latin1').split(') ')[1].split(' ')[38]
       console.log('daemon policy', policy, 'oom', readFileSync('/proc/self/oom_score_adj', 'latin1').trim())
       console.log((await runCommand('sh', ['-c', ${JSON.stringify(`sleep 0.2; ${SELF}`)}], { deadlineMs: 5000 })).stdout)`,
      folder
    )
    assert.equal(words, `daemon policy 2 oom ${PROTECTED}\npolicy 0 oom ${mayProtect ? '0' : PROTECTED}\n`)
  })

  it('is raised to the ordinary value once, and only from the value that it inherited', () => {
    const adjustmentOf = (pid: number | undefined): string =>
      readFileSync(`/proc/${pid}/oom_score_adj`, 'latin1').trim()
    const own = Number(adjustmentOf(process.pid))
    const child = spawn('sleep', ['60'], { stdio: 'ignore' })
    try {
      makeOrdinary(child.pid, own)
      assert.equal(adjustmentOf(child.pid), String(own))
      makeOrdinary(child.pid, own + 100)
      assert.equal(adjustmentOf(child.pid), String(own + 100))
      // It has one of its own now.
      makeOrdinary(child.pid, own + 200)
      assert.equal(adjustmentOf(child.pid), String(own + 100))
    } finally {
      child.kill('SIGKILL')
    }
  })

  it('is made ordinary wherever the daemon starts one', () => {
    assert.deepEqual(
      starters().filter(([, ordinary]) => !ordinary),
      []
    )
    assert.equal(starters().length, 3)
  })

  it('that is a service is as ordinary as any other', () => {
    const log = join(folder, 'services', 'said.log')
    asDaemon(
      `import { launchService } from '${dist}service-launch.js'
       const service = { name: 'said', user: null, command: ['sh', '-c', ${JSON.stringify(`sleep 0.2; ${SELF}`)}] }
       const launch = { group: 'g', board: 'a', service, epoch: { number: 1, board: 'a' }, logFile: '${log}' }
       // A service holds nobody back from ending; here its end is waited for.
       const wait = setInterval(() => {}, 1000)
       await (await launchService(launch)).ended
       clearInterval(wait)`,
      folder
    )
    assert.equal(readFileSync(log, 'utf8').trim().split('\n').at(-1), `policy 0 oom ${mayProtect ? '0' : PROTECTED}`)
  })
})

describe('readiness', () => {
  it('goes to the supervisor, whose address no child inherits', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'baton-driver-'))
    try {
      const tool = join(folder, 'systemd-notify')
      writeFileSync(tool, `#!/bin/sh\necho "$NOTIFY_SOCKET $*" >${folder}/said\n`)
      chmodSync(tool, 0o755)
      const env: NodeJS.ProcessEnv = { NOTIFY_SOCKET: '/run/notify' }
      const supervisor = takeSupervisor(env)
      assert.deepEqual(env, {})
      const path = process.env.PATH
      process.env.PATH = `${folder}:${path}`
      try {
        assert.equal(await announceReady(supervisor, 'board a'), null)
      } finally {
        process.env.PATH = path
      }
      assert.equal(readFileSync(join(folder, 'said'), 'utf8'), '/run/notify --ready --status=board a\n')
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it('is nobody to tell where no supervisor waits', async () => {
    assert.equal(await announceReady(takeSupervisor({}), 'board a'), null)
  })
})
