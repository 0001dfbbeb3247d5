// Puts the built command into few files, `dist/bin`: to find and link hundreds of modules takes longer than a short hunt. Each verb stays a part that is loaded when it is used. The library stays as it is.

import { chmodSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const built = fileURLToPath(new URL('../../dist/', import.meta.url))
const folder = `${built}bin/`

rmSync(folder, { recursive: true, force: true })
const bundle = await rolldown({
  // Threads begin in files of their own: `threadScript` in package.ts.
  input: {
    terrier: `${built}node/cli/index.js`,
    worker: `${built}node/worker.js`,
    'catalog/worker': `${built}node/catalog/worker.js`,
    'prove/worker': `${built}node/prove/worker.js`,
  },
  platform: 'node',
  // What is not ours is left where npm puts it.
  external: /^[^./]/,
  onLog(level, log) {
    throw new Error(`${level}: ${log.message}`)
  },
})
const { output } = await bundle.write({
  dir: folder,
  format: 'esm',
  // Side by side: package.ts tells the way from its own place.
  chunkFileNames: '[name].js',
  // Names stay, so that a stack can be read; blanks and notes go.
  minify: { compress: false, mangle: false, codegen: true },
})
await bundle.close()
const own = output.find(({ type, moduleIds = [] }) => type === 'chunk' && moduleIds.includes(`${built}node/package.js`))
if (own === undefined || own.fileName.includes('/')) throw new Error('package.js must lie in a file at the top of the bundle')
chmodSync(`${folder}terrier.js`, 0o755)
