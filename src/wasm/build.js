// Builds src/wasm/assembly into bytes.ts beside it, unless that is built from the same sources already. Part of `npm run build`, and run before tests; bytes.ts is not kept in git.

import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const folder = `${here}assembly/`
const options = ['-O3', '--runtime', 'stub', '--enable', 'simd', '--importMemory', '--noAssert']

const hash = createHash('sha256')
for (const name of readdirSync(folder).sort()) hash.update(name).update(readFileSync(folder + name))
hash.update(readFileSync(fileURLToPath(import.meta.url)))
const mark = `// Built by build.js from assembly/ (${hash.digest('hex').slice(0, 16)}): the bytes of the module, in base64.`
const target = `${here}bytes.ts`

// The compiler's version is pinned in package.json.
if (!existsSync(target) || !readFileSync(target, 'utf8').startsWith(mark)) {
  const { default: asc } = await import('assemblyscript/asc')
  let binary
  const { error, stderr } = await asc.main(['index.ts', '-o', 'module.wasm', ...options], {
    // The house writes imports with the file's ending, the compiler wants them without.
    readFile(name) {
      const path = folder + name
      return existsSync(path) ? readFileSync(path, 'utf8').replace(/( from '\.\/[a-z]+)\.ts'/g, "$1'") : null
    },
    writeFile(name, contents) {
      if (name === 'module.wasm') binary = contents
    },
    listFiles: () => [],
  })
  if (error !== null || binary === undefined) {
    process.stderr.write(`${stderr.toString()}\n`)
    throw error ?? new Error('the compiler wrote no module')
  }
  writeFileSync(target, `${mark}\n\nexport const bytes: string =\n  '${Buffer.from(binary).toString('base64')}'\n`)
}
