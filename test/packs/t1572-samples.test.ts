// The committed samples of the T1572 pack are what its script makes. `TERRIER_RECORD=1 npx vitest run test/packs/t1572-samples.test.ts` rewrites them.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync, strFromU8 } from 'fflate'
import { describe, expect, it } from 'vitest'
import { makeSamples } from '../../packs/t1572/make-samples.ts'

const pack = fileURLToPath(new URL('../../packs/t1572/', import.meta.url))
const made = makeSamples()

/** Text as it is, compressed text unpacked: another version of the compressor may write other bytes. */
function text(path: string, content: string | Uint8Array): string {
  if (typeof content === 'string') return content
  return strFromU8(path.endsWith('.gz') ? gunzipSync(content) : content)
}

if (process.env.TERRIER_RECORD === '1') {
  for (const [path, content] of Object.entries(made)) {
    mkdirSync(dirname(join(pack, path)), { recursive: true })
    if (!existsSync(join(pack, path)) || text(path, readFileSync(join(pack, path))) !== text(path, content))
      writeFileSync(join(pack, path), content)
  }
}

describe('samples of the T1572 pack', () => {
  it.each(Object.keys(made))('%s is what the script makes', path => {
    expect(text(path, readFileSync(join(pack, path))) === text(path, made[path]!)).toBe(true)
  })

  it('has no other files beside them', () => {
    const there = ['samples', 'trials'].flatMap(folder => readdirSync(join(pack, folder)).map(file => `${folder}/${file}`))
    expect(there.sort()).toEqual(Object.keys(made).sort())
  })

  it('is made the same way twice, and stays small', () => {
    expect(Object.entries(makeSamples()).map(([path, content]) => text(path, content))).toEqual(
      Object.entries(made).map(([path, content]) => text(path, content)),
    )
    const bytes = Object.keys(made).reduce((sum, path) => sum + readFileSync(join(pack, path)).length, 0)
    expect(bytes).toBeLessThan(1_000_000)
  })
})
