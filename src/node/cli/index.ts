#!/usr/bin/env node
// The executable: hands the process's world to `main`. The first Ctrl-C ends the work and keeps what was found, the second ends at once; a reader that left is no error.

import { keepCompiled } from '../caches.ts'

const abort = new AbortController()
process.on('SIGINT', () => {
  if (abort.signal.aborted) process.exit(130)
  abort.abort()
})
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
}

if (!process.argv.includes('--no-cache')) keepCompiled(process.env)
// Loaded now, so that it is among what is kept.
const { main } = await import('./main.ts')
const code = await main(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  env: process.env,
  cwd: process.cwd(),
  now: Date.now,
  signal: abort.signal,
})
process.exitCode = code
// A pipe that is still open would keep the process after an interruption; what was written is flushed first.
if (abort.signal.aborted) process.stdout.write('', () => process.exit(code))
