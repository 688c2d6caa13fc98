// Starts every npm command: check the machine, install packages, install modules, build, then run the real program.
// Called by the scripts of package.json as `node provisioning/run.cjs NAME arguments…`. Each step is skipped in
// milliseconds when there is nothing to do; all words go to standard error, so that `--json` output stays clean.
'use strict'
const childProcess = require('child_process')
const fs = require('fs')
const os = require('os')
const path = require('path')
const modules = require('./modules.cjs')
const preflight = require('./preflight.cjs')

const ROOT = path.dirname(__dirname)
const BIOME = 'node_modules/@biomejs/biome/bin/biome'

/**
 * `boards`: makes virtual boards, so it runs as root, on Linux, with the packages. `root`: as root, too, but makes no boards.
 * `extra`: words for dependencies.sh; `extras`: the same for a word of its arguments. `words`: what follows `node`; null = the build
 * was all. `built`: the program is one of ours.
 */
const COMMANDS = {
  start: { boards: true, built: true, words: ['dist/board/virtual/start.js'] },
  test: { boards: true, built: true, words: ['dist/test/all.js'] },
  'test:unit': { boards: true, built: true, words: ['node_modules/mocha/bin/mocha.js', 'dist/test/**/*.test.js'] },
  lab: { boards: true, built: true, words: ['dist/board/virtual/lab.js'] },
  bench: { boards: true, built: true, extras: { mirror: ['--rig'] }, words: ['dist/test/bench/bench.js'] },
  simulate: { boards: false, built: true, words: ['dist/test/simulator/simulate.js'] },
  replay: { boards: false, built: true, words: ['dist/test/simulator/replay.js'] },
  explore: { boards: false, built: true, words: ['dist/test/simulator/explore.js'] },
  image: { boards: false, root: true, built: true, extra: ['--image'], words: ['dist/image/build.js'] },
  rig: { boards: true, built: true, extra: ['--rig'], words: ['dist/test/rig/rig.js'] },
  package: { boards: false, built: true, extra: ['--package'], words: ['dist/provisioning/package/package.js'] },
  build: { boards: false, built: true, words: null },
  lint: { boards: false, built: false, words: [BIOME, 'check', '.'] },
  format: { boards: false, built: false, words: [BIOME, 'check', '--write', '.'] }
}

const say = text => process.stderr.write(`${text}\n`)

const fail = (what, remedy) => {
  say(`baton: ${what}`)
  if (remedy) say(`baton: ${remedy}`)
  process.exit(1)
}

/** A long step: a line before, a line after, its own output only if it fails. Returns its exit status. */
const runStep = (title, file, args, env) => {
  say(`baton: ${title} …`)
  const startedAt = Date.now()
  const result = childProcess.spawnSync(file, args, {
    cwd: ROOT,
    env: Object.assign({}, process.env, env),
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024
  })
  const words = [result.stdout, result.stderr, String(result.error || '')].filter(Boolean).join('\n')
  if (result.status === 0) say(`baton: ${title}: done in ${Math.round((Date.now() - startedAt) / 1000)} s`)
  else say(words.trim().split('\n').slice(-60).join('\n'))
  return result.status
}

const installPackages = extra => {
  if (process.platform !== 'linux' || process.env.BATON_SKIP_PACKAGES || !preflight.isDebian()) return
  const script = path.join(ROOT, 'provisioning/dependencies.sh')
  const check = childProcess.spawnSync(script, extra.concat('--check'), { encoding: 'utf8' })
  if (check.status === 0) return
  if (check.error) fail(`cannot run ${script}: ${check.error.message}`)
  const title = `installing Debian packages (${check.stdout.trim()})`
  const asRoot = process.getuid() === 0
  // The password is asked for here, while the terminal is still ours to ask on.
  if (!asRoot) childProcess.spawnSync('sudo', ['-v'], { stdio: 'inherit' })
  const status = asRoot ? runStep(title, script, extra) : runStep(title, 'sudo', [script].concat(extra))
  if (status !== 0)
    fail('the Debian packages could not be installed; the reason is above.', `Alone: sudo ${script} ${extra.join(' ')}`)
}

const installModules = () => {
  const command = modules.installCommand()
  if (runStep('installing npm modules', command.file, command.args, command.env) !== 0)
    fail(
      'npm could not install the modules; its reason is above.',
      'Network or registry: try again. "gyp ERR" and headers: this Node came without them and nodejs.org did not answer.'
    )
  modules.stamp()
}

/** Compiled files whose source is gone would still be found by mocha: remove them. */
const pruneBuilt = folder => {
  if (!fs.existsSync(folder)) return
  for (const entry of fs.readdirSync(folder)) {
    const file = path.join(folder, entry)
    const isCompiled = /(\.d\.ts|\.js\.map|\.js)$/
    if (fs.statSync(file).isDirectory()) pruneBuilt(file)
    else if (isCompiled.test(entry)) {
      const source = path.join(ROOT, path.relative(path.join(ROOT, 'dist'), file)).replace(isCompiled, '.ts')
      if (!fs.existsSync(source)) fs.unlinkSync(file)
    }
  }
}

const build = () => {
  for (const room of ['src', 'board', 'provisioning', 'image', 'test']) pruneBuilt(path.join(ROOT, 'dist', room))
  const tsc = path.join(ROOT, 'node_modules/typescript/bin/tsc')
  const result = childProcess.spawnSync(process.execPath, [tsc, '-b'], { cwd: ROOT, stdio: ['ignore', 2, 2] })
  if (result.status !== 0) fail('the build failed; the compiler says why above.')
}

/** Run the real program on our terminal; pass signals on; end as it ends. */
const become = (command, args) => {
  let words = [process.execPath].concat(command.words, args)
  if ((command.boards || command.root) && process.getuid() !== 0) {
    const kept = ['PATH', 'CI', 'TERM', 'LANG', 'NO_COLOR', 'FORCE_COLOR'].filter(name => process.env[name])
    words = ['sudo', 'env'].concat(
      kept.map(name => `${name}=${process.env[name]}`),
      words
    )
  }
  const child = childProcess.spawn(words[0], words.slice(1), { cwd: ROOT, stdio: 'inherit' })
  // The terminal sends Ctrl-C to the child as well; we only must outlive it.
  process.on('SIGINT', () => {})
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', error => fail(`cannot start ${words[0]}: ${error.message}`))
  child.on('exit', (code, signal) => process.exit(signal ? 128 + os.constants.signals[signal] : code))
}

const main = () => {
  const name = process.argv[2] || '(none)'
  const command = COMMANDS[name]
  if (!command) fail(`no command ${name}; there are: ${Object.keys(COMMANDS).join(', ')}`)
  const problems = preflight.findProblems(command.boards)
  for (const problem of problems) say(`baton: ${problem}\n`)
  if (problems.length > 0) fail(`\`npm run ${name}\` cannot run on this machine as it is.`)
  const fresh = modules.areFresh()
  const extras = command.extras || {}
  const extra = command.extra || extras[process.argv.slice(3).find(word => extras[word])] || []
  if (command.boards || extra.length > 0 || !fresh) installPackages(extra)
  if (!fresh) installModules()
  if (command.built) build()
  if (command.words === null) return
  const program = command.words[0]
  if (!fs.existsSync(path.join(ROOT, program))) fail(`${program} does not exist: not part of this version.`)
  become(command, process.argv.slice(3))
}

main()
