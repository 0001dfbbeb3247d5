// A site shown to this machine alone: only reading, only files of its folder, only for names of this machine.

import { createReadStream, realpathSync, statSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { extname, join, sep } from 'node:path'
import { policy } from '../pages/index.ts'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.jsonl': 'application/jsonl; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.xml': 'application/xml; charset=utf-8',
}

/** Serves a folder at `port` of this machine (0: any free one); resolves when it listens. Refuses to be asked under another host's name. */
export function serveSite(folder: string, port: number): Promise<{ readonly server: Server; readonly address: string }> {
  const root = realpathSync(folder)
  const server = createServer((request, response) => answer(root, request, response))
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      const at = server.address()
      resolve({ server, address: `http://127.0.0.1:${typeof at === 'object' && at !== null ? at.port : port}/` })
    })
  })
}

/** The file a path of an address stands for; undefined when it leaves the folder or is hidden. */
export function fileOf(root: string, address: string): { readonly file: string } | { readonly moved: string } | undefined {
  let path: string
  try {
    path = decodeURIComponent(address.split(/[?#]/)[0]!)
  } catch {
    return undefined
  }
  if (
    !path.startsWith('/') ||
    /[\\\0:]|\/\//.test(path) ||
    path.split('/').some(step => step.startsWith('.') && step !== '.well-known')
  )
    return undefined
  try {
    const file = realpathSync(join(root, path))
    if (file !== root && !file.startsWith(root + sep)) return undefined
    if (!statSync(file).isDirectory()) return { file }
    if (!path.endsWith('/')) return { moved: `${address.split(/[?#]/)[0]!}/` }
    const index = realpathSync(join(file, 'index.html'))
    return index.startsWith(root + sep) && statSync(index).isFile() ? { file: index } : undefined
  } catch {
    return undefined
  }
}

function answer(root: string, request: IncomingMessage, response: ServerResponse): undefined {
  const headers: Record<string, string> = {
    'Content-Security-Policy': `${policy}; frame-ancestors 'none'`,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-cache',
  }
  const end = (status: number, text: string, more: Record<string, string> = {}) => {
    response.writeHead(status, { ...headers, 'Content-Type': 'text/plain; charset=utf-8', ...more })
    response.end(request.method === 'HEAD' ? undefined : text)
    return undefined
  }
  // A page elsewhere may give its own name this address; it is not to read what is here.
  if (!/^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i.test(request.headers.host ?? ''))
    return end(421, 'this is not that host\n')
  if (request.method !== 'GET' && request.method !== 'HEAD') return end(405, 'only reading\n', { Allow: 'GET, HEAD' })
  const found = fileOf(root, request.url ?? '/')
  if (found !== undefined && 'moved' in found) return end(308, '', { Location: found.moved })
  const file = found?.file ?? fileIf(join(root, '404.html'))
  if (file === undefined) return end(404, 'there is no such page\n')
  response.writeHead(found === undefined ? 404 : 200, {
    ...headers,
    'Content-Type': types[extname(file)] ?? 'text/plain; charset=utf-8',
  })
  if (request.method === 'HEAD') response.end()
  else
    createReadStream(file)
      .on('error', () => response.destroy())
      .pipe(response)
  return undefined
}

function fileIf(path: string): string | undefined {
  try {
    return statSync(path).isFile() ? path : undefined
  } catch {
    return undefined
  }
}
