// An HTTP server for the tests of the notices, in a process of its own: `http-server PORT FILE [CERTIFICATE KEY]`. Writes each request as a line of JSON.
// /refuse answers 422 and quotes the request's authorization, as a careless server does; /broken answers 500.
import { appendFileSync, readFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'

const [, , port = '0', file = '/dev/null', certificate, key = ''] = process.argv

const serve: RequestListener = (request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const { url: path = '', headers } = request
    if (path === '/broken') {
      response.writeHead(500).end('out of order')
      return
    }
    if (path.startsWith('/refuse')) {
      response.writeHead(422).end(`I do not like ${headers.authorization} at ${path}`)
      return
    }
    appendFileSync(file, `${JSON.stringify({ path, headers, body: Buffer.concat(chunks).toString('utf8') })}\n`)
    response.writeHead(200).end('thanks')
  })
}

const server =
  certificate === undefined
    ? createServer(serve)
    : createSecureServer({ cert: readFileSync(certificate), key: readFileSync(key) }, serve)
server.listen(Number(port), '127.0.0.1')
