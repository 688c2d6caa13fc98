// Brings node_modules in line with the lock file, when it is not. Called by run.cjs only.
// Must not need any dependency, and must load on an old Node (preflight then says that it is too old).
'use strict'
const crypto = require('crypto')
const fs = require('fs')
const path = require('path')
const preflight = require('./preflight.cjs')

const ROOT = path.dirname(__dirname)
const MODULES = path.join(ROOT, 'node_modules')
const STAMP = path.join(MODULES, '.baton-installed')

/** A file's text; empty where it cannot be read. */
const readText = file => {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch (_) {
    return ''
  }
}

/** What installed modules depend on: the lock file, the scripts' approval, and the binary interface of this Node. */
const digestOf = () => {
  const hash = crypto.createHash('sha256')
  const wanted = JSON.parse(readText(path.join(ROOT, 'package.json')))
  hash.update(JSON.stringify([wanted.dependencies, wanted.devDependencies, wanted.allowScripts]))
  hash.update(readText(path.join(ROOT, 'package-lock.json')))
  return hash.update(process.versions.modules + process.arch).digest('hex')
}

/** node_modules is a link: somebody laid it by hand, to modules that he keeps himself. */
const isLinked = () => {
  try {
    return fs.lstatSync(MODULES).isSymbolicLink()
  } catch (_) {
    return false
  }
}

/** True when `npm ci` has nothing to do. Costs a few milliseconds. */
const areFresh = () => isLinked() || readText(STAMP) === digestOf()

/** Remember that `npm ci` went through. */
const stamp = () => fs.writeFileSync(STAMP, digestOf())

/** node-gyp fetches Node's headers from the Internet unless it is told where they are: beside this very Node, mostly. */
const findHeaders = () => {
  const prefix = path.dirname(path.dirname(fs.realpathSync(process.execPath)))
  const text = readText(path.join(prefix, 'include/node/node_version.h'))
  const number = name => (new RegExp('#define NODE_' + name + '_VERSION (\\d+)').exec(text) || [])[1]
  return process.version === 'v' + ['MAJOR', 'MINOR', 'PATCH'].map(number).join('.') ? prefix : null
}

/** The command that installs the modules: { file, args, env }. The npm that started us, else the one in PATH. */
const installCommand = () => {
  const script = process.env.npm_execpath
  const usable = script && /npm-cli\.c?js$/.test(script) && fs.existsSync(script)
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund']
  const headers = findHeaders()
  const env = headers === null ? {} : { npm_config_nodedir: headers }
  if (usable) return { file: process.execPath, args: [script].concat(args), env }
  return { file: preflight.findProgram('npm') || 'npm', args, env }
}

module.exports = { areFresh, installCommand, stamp }
