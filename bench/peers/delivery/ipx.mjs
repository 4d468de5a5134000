// ipx as its documentation sets it up.
import { createServer } from 'node:http'
import { createIPX, createIPXNodeServer, ipxFSStorage } from 'ipx'

const [port, dir] = process.argv.slice(2)
const handle = createIPXNodeServer(createIPX({ storage: ipxFSStorage({ dir }) }))
createServer((req, res) => (req.url === '/' ? res.end('ok') : handle(req, res))).listen(Number(port), '127.0.0.1')
