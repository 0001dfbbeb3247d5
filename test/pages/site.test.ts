// The site of a small collection: every page holds what must hold of pages, hostile texts stay texts, and the same collection gives the same bytes.

import { describe, expect, it } from 'vitest'
import type { Entry } from '../../src/catalog/entry.ts'
import { check, idsOf, policy, type SiteFile, siteOf } from '../../src/pages/index.ts'
import { attack, bare, full, hostile } from './fixture.ts'
import { shelfOf } from './shelf.ts'

async function filesOf(entries: readonly Entry[], base?: string): Promise<Map<string, string>> {
  const files = new Map<string, string>()
  const options = { name: 'Detections', base, program: 'terrier 0', scripts: { 'site.js': '//', 'search.js': '//' } }
  for await (const group of siteOf(shelfOf(entries), options))
    for (const { path, text } of (await group.files()) as readonly SiteFile[]) {
      expect(files.has(path), `${path} is written twice`).toBe(false)
      files.set(path, text)
    }
  return files
}

/** Everything that is wrong with a site. */
function faults(files: ReadonlyMap<string, string>, root = '/'): readonly string[] {
  const found: string[] = []
  const ids = new Map<string, ReadonlySet<string>>()
  for (const [file, html] of files) {
    if (!file.endsWith('.html')) continue
    const path = file.endsWith('/index.html') || file === 'index.html' ? file.slice(0, -'index.html'.length) : file
    const { faults: wrong, links } = check(path, html, policy, root)
    found.push(...wrong.map(one => `${one.path}: ${one.what}`))
    for (const link of links) {
      const target = link.path === '' || link.path.endsWith('/') ? `${link.path}index.html` : link.path
      const there = files.get(target)
      if (there === undefined) found.push(`${path}: links to ${link.path}, which is not there`)
      else if (link.fragment !== undefined && target.endsWith('.html')) {
        const known = ids.get(target) ?? idsOf(there)
        ids.set(target, known)
        if (!known.has(link.fragment)) found.push(`${path}: links to #${link.fragment} of ${link.path}, which is not there`)
      }
    }
  }
  return found
}

describe('a site', async () => {
  const files = await filesOf([full, bare], 'https://rules.example/catalog/')

  it('has no fault', () => {
    expect(faults(files, '/catalog/')).toEqual([])
  })
  it('is the same twice', async () => {
    expect(await filesOf([full, bare], 'https://rules.example/catalog/')).toEqual(files)
  })
})

describe('hostile texts', async () => {
  const files = await filesOf([hostile, bare])

  it('leave every page whole', () => {
    expect(faults(files)).toEqual([])
  })
  it('are shown as they are', () => {
    expect(files.get('d/hostile/index.html')!.includes('&lt;script>globalThis.owned=1&lt;/script>')).toBe(true)
    expect(attack).toContain('<script>')
  })
  it('name no file outside the site', () => {
    expect([...files.keys()].filter(path => !/^[\w.-]+(?:\/[\w.-]+)*$/.test(path) || path.split('/').includes('..'))).toEqual([])
  })
})
