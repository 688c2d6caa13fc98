// One look at a service: does it answer? By TCP, HTTP, a command, or just whether its process lives. Called by service.ts.
// Connections are made in our own process (they never block); each is closed at its deadline.
import { get as getHttp } from 'node:http'
import { get as getHttps } from 'node:https'
import { connect } from 'node:net'
import type { ProbeConfig } from '../config/types.js'
import { failureOf } from './command.js'
import type { GroupRunner } from './group-command.js'

/** null = it answers; else a sentence of why not. */
export type ProbeResult = string | null

const probeTcp = (target: string, timeoutMs: number): Promise<ProbeResult> =>
  new Promise(resolve => {
    const cut = target.lastIndexOf(':')
    const host = target.slice(0, cut).replace(/^\[(.*)\]$/, '$1')
    const socket = connect({ host, port: Number(target.slice(cut + 1)) })
    const end = (result: ProbeResult): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(result)
    }
    const timer = setTimeout(() => end(`no connection to ${target} within ${timeoutMs} ms`), timeoutMs)
    socket.once('connect', () => end(null))
    socket.once('error', error => end(`no connection to ${target}: ${error.message}`))
  })

const probeHttp = (target: string, timeoutMs: number): Promise<ProbeResult> =>
  new Promise(resolve => {
    const get = target.startsWith('https:') ? getHttps : getHttp
    const request = get(target, { agent: false, headers: { connection: 'close' } })
    const end = (result: ProbeResult): void => {
      clearTimeout(timer)
      request.destroy()
      resolve(result)
    }
    const timer = setTimeout(() => end(`no answer from ${target} within ${timeoutMs} ms`), timeoutMs)
    request.once('response', response => {
      response.resume()
      const status = response.statusCode ?? 0
      end(status >= 200 && status < 400 ? null : `${target} answered with status ${status}`)
    })
    request.on('error', error => end(`no answer from ${target}: ${error.message}`))
  })

const probeCommand = async (
  runner: GroupRunner,
  target: readonly string[],
  deadlineMs: number
): Promise<ProbeResult> => {
  const [program, ...args] = target
  if (program === undefined) return 'its probe has no command'
  const result = await runner.look(program, args, { deadlineMs, killAfterMs: 200 })
  return result.ok ? null : failureOf(result)
}

/** Look once, at most `timeoutMs`. `alive` answers for probes of kind `process`. Never throws. */
export const probeService = async (
  runner: GroupRunner,
  probe: ProbeConfig,
  timeoutMs: number,
  alive: () => Promise<ProbeResult>
): Promise<ProbeResult> => {
  try {
    switch (probe.kind) {
      case 'tcp':
        return await probeTcp(probe.target[0] ?? '', timeoutMs)
      case 'http':
        return await probeHttp(probe.target[0] ?? '', timeoutMs)
      case 'command':
        return await probeCommand(runner, probe.target, timeoutMs)
      case 'process':
        return await alive()
    }
  } catch (error) {
    return `its probe ${probe.kind} ${probe.target.join(' ')} cannot be run: ${String(error)}`
  }
}
