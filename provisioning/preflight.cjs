// The first thing that every npm command runs: says in plain words what this machine lacks and how to get it.
// Called by run.cjs, or alone: `node provisioning/preflight.cjs`. Must run on any Node from 8 up and on any system:
// no dependencies, no syntax younger than 2017, and it must not change anything.
'use strict'
const childProcess = require('child_process')
const fs = require('fs')
const path = require('path')

/** True for the versions that mocha, serialport and execa accept: 20.19 and up, or 22.12 and up. */
const nodeFits = version => {
  const parts = version.replace(/^v/, '').split('.').map(Number)
  const major = parts[0]
  const minor = parts[1]
  return (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22
}

const GET_NODE = [
  'How to get a newer one (any of these):',
  '  Debian 13:   sudo apt-get install nodejs npm        (its own Node is 20.19)',
  "  Debian 12:   its own Node is 18, so take NodeSource's packages:",
  '               curl -fsSL https://deb.nodesource.com/setup_22.x | sudo bash - && sudo apt-get install nodejs',
  '  anywhere:    unpack the Linux archive of https://nodejs.org/en/download and put its bin/ first in PATH'
].join('\n')

const WHY_ROOT = [
  'Root is needed because the two virtual boards are made of real parts of the kernel:',
  '  - network, mount and process namespaces with virtual Ethernet between them,',
  '  - one disk image under two loop devices, checked with e2fsck and mounted,',
  '  - service addresses that are set and announced with ip and arping.',
  'Everything happens inside namespaces made for it and is removed at the end.'
].join('\n')

/** First hit of a program in PATH (and the sbin folders that a plain user lacks), or null. */
const findProgram = name => {
  const folders = (process.env.PATH || '').split(':').concat(['/usr/local/sbin', '/usr/sbin', '/sbin'])
  for (const folder of folders) {
    if (!folder) continue
    const file = path.join(folder, name)
    try {
      fs.accessSync(file, fs.constants.X_OK)
      if (fs.statSync(file).isFile()) return file
    } catch (_) {
      // not here
    }
  }
  return null
}

/** The system's own name for itself and its relatives, from os-release; empty words where there is none. */
const readSystem = () => {
  let text = ''
  try {
    text = fs.readFileSync('/etc/os-release', 'utf8')
  } catch (_) {
    // no such file: not a system that we know
  }
  const field = key => {
    const hit = new RegExp('^' + key + '="?([^"\\n]*)"?$', 'm').exec(text)
    return hit ? hit[1] : ''
  }
  return { name: field('PRETTY_NAME') || process.platform, like: field('ID') + ' ' + field('ID_LIKE') }
}

const isDebian = () => /\b(debian|ubuntu|raspbian)\b/.test(readSystem().like)

const succeeds = (file, args) => childProcess.spawnSync(file, args, { stdio: 'ignore', timeout: 20000 }).status === 0

/** What only root can try: does this machine (perhaps a container) let us make namespaces and loop devices? */
const checkKernel = () => {
  const problems = []
  if (!succeeds('unshare', ['--mount', '--net', '--pid', '--fork', 'true']))
    problems.push(
      'We are root, but cannot make namespaces here (`unshare --mount --net --pid --fork true` failed).\n' +
        'In a container start it with `docker run --privileged …`; on a virtual machine or a PC it works as it is.'
    )
  if (!fs.existsSync('/dev/loop-control'))
    problems.push(
      'There is no /dev/loop-control, so a disk image cannot become a disk. Load the driver: sudo modprobe loop\n' +
        '(in a container: start it with --privileged on a host that has the driver).'
    )
  return problems
}

const checkRoot = () => {
  if (process.getuid() === 0) return checkKernel()
  if (!findProgram('sudo'))
    return ['We are not root, and there is no sudo. Run the same command as root (`su -`).\n' + WHY_ROOT]
  const terminal = process.stdin.isTTY || process.stderr.isTTY
  if (!terminal && !succeeds('sudo', ['-n', 'true']))
    return ['sudo is here but wants a password, and there is no terminal to ask on. Run it as root.\n' + WHY_ROOT]
  return []
}

const checkSystem = () => {
  if (process.platform !== 'linux')
    return [
      `This is ${process.platform}, and the virtual boards need Linux (Debian 12 or 13 is what we test on).\n` +
        'Use a virtual machine or a spare PC with Debian. The commands that make no boards work here too:\n' +
        '`npm run build`, `npm run lint` and `npm run simulate`.'
    ]
  if (isDebian() || process.env.BATON_SKIP_PACKAGES) return []
  return [
    `This is ${readSystem().name}; packages are installed by name for Debian and its relatives only.\n` +
      'Install by hand what provisioning/dependencies.sh lists, then run the same command with BATON_SKIP_PACKAGES=1.'
  ]
}

const checkTools = () => {
  const problems = []
  if (!nodeFits(process.version))
    problems.push(`Node ${process.version} does not do: baton needs 20.19 or newer, from 22 on 22.12.\n${GET_NODE}`)
  if (!process.env.npm_execpath && !findProgram('npm'))
    problems.push("npm is not here. Debian: sudo apt-get install npm   (NodeSource's nodejs package brings its own)")
  return problems
}

/**
 * Everything that stands in the way of a command, each as a paragraph with its remedy; empty = go on.
 * `boards`: the command makes virtual boards and so needs Linux, packages and root.
 */
const findProblems = boards => {
  const problems = checkTools()
  if (!boards) return problems
  return problems.concat(checkSystem(), process.platform === 'linux' ? checkRoot() : [])
}

module.exports = { findProblems, findProgram, isDebian, nodeFits }

if (require.main === module) {
  const problems = findProblems(true)
  for (const problem of problems) console.error(`baton: ${problem}\n`)
  if (problems.length === 0) console.error('baton: this machine has what it takes')
  process.exit(problems.length === 0 ? 0 : 1)
}
