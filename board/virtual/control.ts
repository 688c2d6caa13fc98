// Talks to a board's daemon from the host, over its control socket: one request a connection, lines of JSON. Lab only.
import { createConnection } from 'node:net'
import { createInterface } from 'node:readline'
import type { ControlMessage, ControlRequest } from '../../src/runtime/status.js'

/**
 * Ask and gather every message until the daemon closes. Rejects when there is no daemon, or after `timeoutMs`.
 * The daemon is someone else's process: it may hang or die in the middle.
 */
export const askDaemon = (socket: string, request: ControlRequest, timeoutMs: number): Promise<ControlMessage[]> =>
  new Promise((resolve, reject) => {
    const messages: ControlMessage[] = []
    const connection = createConnection(socket)
    const timer = setTimeout(() => {
      connection.destroy()
      reject(new Error(`no answer to ${JSON.stringify(request)} within ${timeoutMs} ms`))
    }, timeoutMs)
    connection.on('error', error => {
      clearTimeout(timer)
      reject(error)
    })
    connection.on('connect', () => connection.write(`${JSON.stringify(request)}\n`))
    const lines = createInterface({ input: connection })
    // Errors of the connection reach the interface too; they are answered above.
    lines.on('error', () => undefined)
    lines.on('line', line => messages.push(JSON.parse(line)))
    connection.on('close', () => {
      clearTimeout(timer)
      setImmediate(() => resolve(messages))
    })
  })
