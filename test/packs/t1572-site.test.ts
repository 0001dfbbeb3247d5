// The site of the bundled pack: built from its rules, tests and guides, without a fault, the same twice, and within its sizes.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { lines, terrier } from '../cli/run.ts'

const root = mkdtempSync(join(tmpdir(), 'terrier-pack-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const env = { LANG: 'en_US.UTF-8', XDG_CACHE_HOME: join(root, 'cache') }

/** A few targets of different kinds; all of them are for those who publish. */
const few = ['defender', 'sentinel-asim', 'elastic-eql', 'sigma'].flatMap(id => ['-t', id])
const build = (folder: string) =>
  terrier(
    [
      'catalog',
      ...few,
      '-o',
      join(root, folder),
      '--events',
      'packs/t1572/samples',
      '-f',
      'jsonl',
      '--title',
      'Protocol tunnelling',
    ],
    { env },
  )

const bytes = (folder: string) =>
  new Map(
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter(one => one.isFile())
      .map(one => {
        const path = join(one.parentPath, one.name)
        return [path.slice(join(root, folder).length), readFileSync(path, 'utf8')] as const
      }),
  )

describe('the site of the pack', { timeout: 600_000 }, () => {
  it('has no faults', async () => {
    const { code, out, err } = await build('one')
    expect(err).toBe('')
    expect(code).toBe(0)
    expect(lines(out)[0].faults).toBe(0)
  })

  it('holds every detection with its tests and the guides of the pack', () => {
    const pages = readdirSync(join(root, 'one/d')).filter(name => !/^[0-9a-f]{8}-/.test(name))
    expect(pages.length).toBeGreaterThan(50)
    const index = JSON.parse(readFileSync(join(root, 'one/index.json'), 'utf8')) as {
      rules: readonly { tests: { passed: number; failed: number } }[]
    }
    expect(index.rules.reduce((sum, rule) => sum + rule.tests.failed, 0)).toBe(0)
    expect(index.rules.reduce((sum, rule) => sum + rule.tests.passed, 0)).toBe(190)
    // Nine tests name data sets, which a catalog does not read; they are told as not run, never as passed.
    const absent = pages.flatMap(page => {
      const { tests } = JSON.parse(readFileSync(join(root, 'one/d', page, 'entry.json'), 'utf8')) as {
        tests: readonly { dataset?: string; results: readonly { outcome: string; reason?: string }[] }[]
      }
      return tests.filter(test => test.results[0]!.outcome === 'absent')
    })
    expect(absent.length).toBe(9)
    expect(absent.filter(test => test.dataset === undefined || test.results[0]!.reason === undefined)).toEqual([])
    for (const page of pages)
      expect(readFileSync(join(root, 'one/d', page, 'index.html'), 'utf8').includes('<summary>Playbook</summary>'), page).toBe(
        true,
      )
  })

  it('keeps within its sizes, packed: pages 60 kB in the middle, styles 15 kB', () => {
    const sizes = readdirSync(join(root, 'one/d'))
      .map(name => gzipSync(readFileSync(join(root, 'one/d', name, 'index.html'))).length)
      .filter(size => size > 2000)
      .sort((a, b) => a - b)
    expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThan(60_000)
    expect(gzipSync(readFileSync(join(root, 'one/style.css'))).length).toBeLessThan(15_000)
  })

  it('is the same byte for byte when it is built again', async () => {
    expect((await build('two')).code).toBe(0)
    const [one, two] = [bytes('one'), bytes('two')]
    expect([...two.keys()].sort()).toEqual([...one.keys()].sort())
    expect([...two].filter(([path, text]) => one.get(path) !== text).map(([path]) => path)).toEqual([])
  })
})
