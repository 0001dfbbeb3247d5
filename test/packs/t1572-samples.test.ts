// The committed samples of the T1572 pack are what its script makes. `TERRIER_RECORD=1 npx vitest run test/packs/t1572-samples.test.ts` rewrites them.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync, strFromU8 } from 'fflate'
import { describe, expect, it } from 'vitest'
import { makeSamples } from '../../packs/t1572/make-samples.ts'
import { compile } from '../../src/engine/engine.ts'
import { hunt, isAlert } from '../../src/hunt.ts'
import { readRules } from '../../src/rules/index.ts'
import { schemas } from '../../src/schemas/index.ts'

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
    expect(bytes).toBeLessThan(2_000_000)
  })
})

describe('a hunt through the samples', () => {
  it('shows the story: every detection once or more, both ends joined on WS7 and FS1, nothing unread', async () => {
    const folder = join(pack, 'rules')
    const read = readRules(readdirSync(folder).map(name => ({ name, text: readFileSync(join(folder, name), 'utf8') })))
    const program = compile(
      read.value!,
      schemas.filter(schema => schema.optIn !== true),
    ).value!
    const sources = ['events.jsonl', 'security-4688.jsonl', 'sysmon.xml'].map(name => ({
      name,
      async *open() {
        yield new Uint8Array(readFileSync(join(pack, 'samples', name)))
      },
    }))
    const alerts: { file: string; host: string; level: string }[] = []
    for await (const found of hunt(program, sources)) {
      if (isAlert(found)) {
        const { written, level } = read.value![found.index]!
        alerts.push({ file: written.document.name.slice(0, 7), host: String(found.events[0]!.fields.Computer), level })
      } else if (found.kind === 'unread') throw new Error(found.diagnostic.message)
      else if (found.kind === 'end') expect(found.seen).toMatchObject({ unknown: 0, untimed: 0, ungrouped: 0, late: 0 })
    }
    expect(new Set(alerts.map(alert => alert.file)).size).toBe(27)
    const critical = alerts.filter(alert => alert.level === 'critical').map(alert => `${alert.host} ${alert.file}`)
    expect(critical.sort()).toEqual(['FS1 tun-027', 'WS7 tun-027', 'WS8 tun-012'])
    expect(alerts.filter(alert => alert.file === 'tun-013').map(alert => alert.host)).toEqual(['WS8'])
    expect(alerts.length).toBeGreaterThan(40)
    expect(alerts.length).toBeLessThan(60)
  })
})
