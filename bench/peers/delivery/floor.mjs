// The least that answers: node:http, sharp, a folder. Quality as the studio's defaults; effort as given.
import { createServer } from 'node:http'
import { join } from 'node:path'
import sharp from '../../../node_modules/sharp/dist/index.mjs'

const [port, dir] = process.argv.slice(2)
sharp.concurrency(1)
sharp.cache(false)
createServer(async (req, res) => {
  const { pathname, searchParams } = new URL(req.url, 'http://x')
  if (pathname === '/') return res.end('ok')
  const fm = searchParams.get('fm')
  const options = { avif: { quality: 50, effort: 2, chromaSubsampling: '4:2:0' }, webp: { quality: 80, effort: 2 }, jpeg: { quality: 80 } }[fm]
  const bytes = await sharp(join(dir, pathname)).rotate().resize({ width: Number(searchParams.get('w')) }).toFormat(fm, options).toBuffer()
  res.writeHead(200, { 'content-type': `image/${fm}`, 'content-length': bytes.length }).end(bytes)
}).listen(Number(port), '127.0.0.1')
