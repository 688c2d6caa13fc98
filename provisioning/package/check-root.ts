// Tries a package where it is to live: in a root of the release, run by its own systemd, in namespaces of their own.
// Called by check.ts; needs root. Leaves nothing but the root's archive in the cache.
import { spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DEPENDS } from './control.js'
import { type Architecture, RELEASE, ROOT, run, say } from './place.js'
import { rootArchive } from './root-archive.js'

const TRIAL = join(ROOT, 'provisioning/package/trial')
const DEADLINE_MS = 300_000
/** Beside what the package depends on. */
const ALSO = ['systemd-sysv', 'dbus', 'man-db', 'bash-completion', 'procps']

const wanted = (): readonly string[] => [...DEPENDS.map(each => each.split(' ')[0] ?? ''), ...ALSO]

/** What makes the root a machine, inside new namespaces; $1 is the root. Ends with its systemd. */
const BOOT = `set -e
mount --bind "$1" "$1"
cd "$1"
mount -t proc proc proc
mount -t sysfs sys sys
mount -t cgroup2 cgroup sys/fs/cgroup
mount -t tmpfs tmpfs run
mount -t tmpfs tmpfs tmp
mount -t tmpfs tmpfs dev
for name in null zero full random urandom tty; do
  : >"dev/$name"
  mount --bind "/dev/$name" "dev/$name"
done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
ip link set lo up
exec chroot "$1" env -i container=trial PATH=/usr/sbin:/usr/bin /usr/lib/systemd/systemd --unit=trial.service </dev/null`

const readIf = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '')

/** Say each step; throw if one failed, or if not all were reached. */
const judge = (result: string, log: string, boot: string): void => {
  const lines = result.trim().split('\n')
  const bad = lines.filter(line => line.startsWith('not ok '))
  const good = lines.filter(line => line.startsWith('ok '))
  for (const line of lines) if (line.startsWith('note ')) say(`trial: ${line.slice(5)}`)
  if (bad.length === 0 && lines.at(-1) === 'end') {
    say(`trial: ${good.length} steps in ${RELEASE} under its own systemd, all as they should be`)
    return
  }
  for (const line of lines) say(`trial: ${line}`)
  say(`the end of its log:\n${(log || boot).split('\n').slice(-150).join('\n')}`)
  throw new Error(bad.length > 0 ? `the trial found ${bad.length} faults` : 'the trial did not come to its end')
}

/** Install, use and remove `deb` in a fresh root. Throws when anything is not as it should be. */
export const tryInRoot = (deb: string, architecture: Architecture): void => {
  if (process.getuid?.() !== 0) throw new Error('--check makes namespaces and mounts: run it as root')
  const archive = rootArchive({ architecture, packages: wanted() })
  const root = mkdtempSync(join(tmpdir(), 'baton-root-'))
  try {
    run('tar', ['-C', root, '-xf', archive])
    mkdirSync(join(root, 'dev'), { recursive: true })
    cpSync(TRIAL, join(root, 'opt/trial'), { recursive: true })
    copyFileSync(deb, join(root, 'opt/trial/baton.deb'))
    copyFileSync(join(TRIAL, 'trial.service'), join(root, 'etc/systemd/system/trial.service'))
    const spaces = ['--mount', '--pid', '--net', '--ipc', '--uts', '--cgroup', '--fork', '--kill-child=KILL']
    const booted = spawnSync('unshare', [...spaces, 'sh', '-c', BOOT, 'sh', root], {
      encoding: 'utf8',
      timeout: DEADLINE_MS,
      killSignal: 'SIGKILL'
    })
    const trial = (name: string): string => readIf(join(root, 'opt/trial', name))
    judge(trial('result'), trial('log'), `${booted.stdout}${booted.stderr}`)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}
