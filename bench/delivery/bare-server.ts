// The least that a process of Node's must do for a warm hit: bytes out of a map. `node bench/delivery/bare-server.ts PORT FILE…`
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'

const [port, ...files] = process.argv.slice(2)
const ready = new Map(files.map((file, at) => [`/${at}.webp`, readFileSync(file)]))
createServer(({ url }, response) => {
  const bytes = ready.get(url!)
  if (!bytes) return void response.writeHead(404).end()
  response.writeHead(200, ['content-type', 'image/webp', 'content-length', String(bytes.length)])
  response.end(bytes)
}).listen(Number(port), '127.0.0.1')
