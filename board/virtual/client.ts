// The client: posts an increasing number every 10 ms to the virtual address, the same one again until it is acknowledged.
// A process of its own in the client's network namespace; writes its acknowledgements as JSON lines to standard output.
// Knows nothing of boards: must not ask anybody but the virtual address.
import { Socket } from 'node:net'

/** One acknowledgement: number, epoch as `7-a`, board, instant of the lab's clock. */
export type Ack = readonly [number, string, string, number]

const [host = '', port = '8080', connectMs = '60', answerMs = '150'] = process.argv.slice(2)
const EVERY_MS = 10
/** An address that moved answers at once or not at all. */
const CONNECT_MS = Number(connectMs)
/** An fsync on a busy machine may take a while; a board that died takes for ever. */
const ANSWER_MS = Number(answerMs)

const now = (): number => Number(process.hrtime.bigint()) / 1e6
let socket: Socket | null = null
let number = 1
let sentAt = now()
let waiting: ReturnType<typeof setTimeout> | null = null
let acks: Ack[] = []
let failures = 0
let text = ''

const arm = (ms: number): void => {
  if (waiting !== null) clearTimeout(waiting)
  waiting = setTimeout(again, ms)
}
const drop = (): void => {
  const old = socket
  socket = null
  text = ''
  old?.removeAllListeners()
  old?.on('error', () => undefined)
  old?.destroy()
}
const post = (): void => {
  sentAt = now()
  if (socket === null) connect()
  else {
    arm(ANSWER_MS)
    socket.write(`POST /${number} HTTP/1.1\r\nHost: baton\r\nContent-Length: 0\r\n\r\n`)
  }
}
const again = (): void => {
  failures += 1
  drop()
  post()
}
const connect = (): void => {
  const mine = new Socket()
  socket = mine
  arm(CONNECT_MS)
  mine.setNoDelay(true)
  mine.on('connect', post)
  mine.on('data', onData)
  // A refused connection comes back at once: ask again a little later, not in a tight loop.
  mine.on('error', () => mine === socket && arm(5))
  mine.on('close', () => mine === socket && arm(5))
  mine.connect(Number(port), host)
}
const onData = (bytes: Buffer): void => {
  text += bytes.toString('latin1')
  const body = text.match(/\r\n\r\n(\{.*\})/s)?.[1]
  if (body === undefined) return
  text = ''
  let answer: { n?: number; epoch?: string; board?: string } = {}
  try {
    answer = JSON.parse(body)
  } catch {
    // Not ours: asked again below.
  }
  if (answer.n !== number) {
    again()
    return
  }
  const at = now()
  acks.push([number, answer.epoch ?? '', answer.board ?? '', at])
  number += 1
  if (waiting !== null) clearTimeout(waiting)
  waiting = setTimeout(post, Math.max(0, EVERY_MS - (at - sentAt)))
}

setInterval(() => {
  if (acks.length === 0 && failures === 0) return
  process.stdout.write(`${JSON.stringify({ acks, failures })}\n`)
  acks = []
  failures = 0
}, 25)
// The lab closes our input to end us.
process.stdin.resume()
process.stdin.on('end', () => {
  process.stdout.write(`${JSON.stringify({ acks, failures })}\n`, () => process.exit(0))
})
post()
