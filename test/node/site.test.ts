// A site on disk: what is written again, what is taken away, what is refused, and what a browser of this machine may ask for.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Entry } from '../../src/catalog/entry.ts'
import { fileOf, serveSite } from '../../src/node/serve.ts'
import { isOurs, isSafe, manifestName, readManifest, writeSite } from '../../src/node/site.ts'
import { type Group, siteOf } from '../../src/pages/index.ts'
import { bare, full } from '../pages/fixture.ts'
import { shelfOf } from '../pages/shelf.ts'

const root = mkdtempSync(join(tmpdir(), 'terrier-site-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const scripts = { 'site.js': '//\n', 'search.js': '//\n' }

async function build(folder: string, entries: readonly Entry[]) {
  const manifest = readManifest(folder)
  const asked: string[] = []
  const shelf = shelfOf(entries)
  const watched = {
    ...shelf,
    entry: (slug: string) => {
      asked.push(slug)
      return shelf.entry(slug)
    },
  }
  const done = await writeSite(
    folder,
    siteOf(watched, { name: 'Detections', program: 'terrier', scripts, told: manifest.told }),
    manifest,
  )
  return { ...done, asked }
}

const bytes = (folder: string) =>
  new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(one => one.isFile())
      .map(one => [join(one.parentPath, one.name).slice(folder.length), readFileSync(join(one.parentPath, one.name), 'utf8')]),
  )

describe('a site on disk', () => {
  const folder = join(root, 'one')

  it('is written without faults', async () => {
    const done = await build(folder, [full, bare])
    expect(done.faults).toEqual([])
    expect(done.written).toBe(done.files)
    expect(done.pages).toBeGreaterThan(30)
  })
  it('is not written again, nor are entries read, where nothing has changed', async () => {
    const before = bytes(folder)
    const done = await build(folder, [full, bare])
    expect(done.written).toBe(0)
    expect(done.asked).toEqual([])
    expect(bytes(folder)).toEqual(before)
  })
  it('is the same byte for byte in another folder', async () => {
    await build(join(root, 'two'), [full, bare])
    expect(bytes(join(root, 'two'))).toEqual(bytes(folder))
  })
  it('draws what one changed rule touches, and no other rule', async () => {
    const changed = { ...bare, digest: 'bare-2', rule: { ...bare.rule, falsePositives: ['none that is known'] } }
    const done = await build(folder, [full, changed])
    expect(done.faults).toEqual([])
    expect(done.asked).not.toContain(undefined)
    expect(done.written).toBeLessThan(15)
    expect(readFileSync(join(folder, 'd/bare/index.html'), 'utf8')).toContain('none that is known')
  })
  it('loses what is no longer made, and says which links it broke', async () => {
    const done = await build(folder, [{ ...full, digest: 'full-2', related: [] }])
    expect(done.faults).toEqual([])
    expect(done.removed).toBeGreaterThan(3)
    expect(readdirSync(join(folder, 'd'))).not.toContain('bare')
  })
  it('draws a page again that somebody took away', async () => {
    rmSync(join(folder, 'd/plink-forward/index.html'))
    const done = await build(folder, [{ ...full, digest: 'full-2', related: [] }])
    expect(done.written).toBe(1)
  })
  it('takes a manifest that is no such thing as none', () => {
    const other = join(root, 'three')
    mkdirSync(other)
    for (const text of ['', '[]', '{"groups":[["a","b",["../../x"]],[1,2,3],null],"told":7}']) {
      writeFileSync(join(other, manifestName), text)
      expect(readManifest(other).groups.size).toBe(0)
    }
  })
  it('is written to no folder with files of others', () => {
    const other = join(root, 'four')
    mkdirSync(other)
    expect(isOurs(other)).toBe(true)
    writeFileSync(join(other, 'thesis.tex'), 'x')
    expect(isOurs(other)).toBe(false)
    expect(isOurs(folder)).toBe(true)
    expect(isOurs(join(root, 'none'))).toBe(true)
  })
  it('finds links that lead nowhere', async () => {
    const page = (path: string, to: string) =>
      readFileSync(join(folder, 'd/plink-forward/index.html'), 'utf8')
        .replace('</main>', `<a href="${to}">x</a></main>`)
        .replaceAll('href="#', `href="${path}#`)
    async function* groups(): AsyncGenerator<Group> {
      yield {
        name: 'd/plink-forward/',
        key: 'k',
        files: async () => [{ path: 'd/plink-forward/index.html', text: page('', '../nowhere/') }],
      }
    }
    const done = await writeSite(join(root, 'five'), groups(), { groups: new Map(), told: new Map() })
    expect(done.faults).toContainEqual({
      path: 'd/plink-forward/',
      what: 'a link leads to "d/nowhere/index.html", which is not there',
    })
  })
  it('tells of a page that is as it was and leads to one that is gone, and of a fault until it is mended', async () => {
    const plain = readFileSync(join(folder, 'd/plink-forward/index.html'), 'utf8')
    const bodyless = (links: string) => plain.replace(/<body[\s\S]*<\/body>/, `<body><main><h1>x</h1>${links}</main></body>`)
    const headless = (html: string) => html.replace(/<(?:link|script)[^>]*(?:href|src)="[^"]*"[^>]*>(?:<\/script>)?/g, '')
    const group = (name: string, key: string, links: string): Group => ({
      name,
      key,
      files: async () => [{ path: `${name}index.html`, text: headless(bodyless(links)) }],
    })
    const place = join(root, 'seven')
    const write = async (...of: readonly Group[]) => {
      async function* groups(): AsyncGenerator<Group> {
        yield* of
      }
      const done = await writeSite(place, groups(), readManifest(place))
      return [done.written, done.faults] as const
    }
    const first = group('a/', '1', '<a href="../b/#x">x</a>')
    expect(await write(first, group('b/', '1', '<p id="x">x</p>'))).toEqual([2, []])
    expect(await write(first, group('b/', '1', '<p id="x">x</p>'))).toEqual([0, []])
    const noPlace = [{ path: 'a/', what: 'a link leads to "#x" of "b/index.html", which is not there' }]
    expect(await write(first, group('b/', '2', '<p id="y">x</p>'))).toEqual([1, noPlace])
    expect(await write(first, group('b/', '2', '<p id="y">x</p>'))).toEqual([0, noPlace])
    const noPage = [{ path: 'a/', what: 'a link leads to "b/index.html", which is not there' }]
    expect(await write(first)).toEqual([0, noPage])
    expect(await write(first)).toEqual([0, noPage])
    expect(await write(group('a/', '2', '<a href="../c/">x</a>'), group('c/', '1', ''))).toEqual([2, []])
  })
  it('refuses paths that leave it', async () => {
    for (const path of ['../x', '/x', 'a/../../x', 'a\\b', 'a//b', 'c:x', 'a/./b', 'a b', ''])
      expect(isSafe(path), path).toBe(false)
    async function* groups(): AsyncGenerator<Group> {
      yield { name: 'x', key: 'k', files: async () => [{ path: '../x.html', text: '' }] }
    }
    await expect(writeSite(join(root, 'six'), groups(), { groups: new Map(), told: new Map() })).rejects.toThrow(
      'leaves the site',
    )
  })
})

describe('a site that is served', async () => {
  const folder = join(root, 'served')
  await build(folder, [full, bare])
  writeFileSync(join(root, 'secret.txt'), 'secret')
  symlinkSync(join(root, 'secret.txt'), join(folder, 'way-out.txt'))
  const { server, address } = await serveSite(folder, 0)
  afterAll(() => server.close())

  const ask = (path: string, options: { readonly method?: string; readonly host?: string } = {}) =>
    new Promise<{ status: number; text: string; headers: Readonly<Record<string, unknown>> }>((resolve, reject) => {
      const { port } = new URL(address)
      request(
        {
          host: '127.0.0.1',
          port,
          path,
          method: options.method ?? 'GET',
          headers: { host: options.host ?? `localhost:${port}` },
        },
        response => {
          let text = ''
          response.on('data', (part: Buffer) => (text += part.toString()))
          response.on('end', () => resolve({ status: response.statusCode!, text, headers: response.headers }))
        },
      )
        .on('error', reject)
        .end()
    })

  it('listens to this machine alone', () => {
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/)
  })
  it('gives pages with their policy', async () => {
    const page = await ask('/d/plink-forward/')
    expect(page.status).toBe(200)
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(page.headers['content-security-policy']).toContain("default-src 'none'")
    expect(page.headers['x-content-type-options']).toBe('nosniff')
    expect((await ask('/style.css')).headers['content-type']).toBe('text/css; charset=utf-8')
  })
  it('leads a folder to its page', async () => {
    expect((await ask('/d/plink-forward')).headers.location).toBe('/d/plink-forward/')
  })
  it('says what is not there, on the page for it', async () => {
    const page = await ask('/nothing/')
    expect(page.status).toBe(404)
    expect(page.text).toContain('There is no such page')
  })
  for (const path of [
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/d/%2e%2e/%2e%2e/secret.txt',
    '/way-out.txt',
    '/..%5csecret.txt',
    '/%00',
    '/%',
    `/${manifestName}`,
  ])
    it(`does not give ${path}`, async () => {
      const page = await ask(path)
      expect(page.status).toBe(404)
      expect(page.text).not.toContain('secret')
    })
  it('does not redirect to another host', async () => {
    expect((await ask('//evil.example/d')).status).toBe(404)
    expect(fileOf(folder, '//d/plink-forward')).toBeUndefined()
    expect(fileOf(folder, '/d/plink-forward')).toEqual({ moved: '/d/plink-forward/' })
  })
  it('only lets read, and only under its own name', async () => {
    expect((await ask('/', { method: 'POST' })).status).toBe(405)
    expect((await ask('/', { method: 'HEAD' })).text).toBe('')
    expect((await ask('/', { host: 'evil.example' })).status).toBe(421)
    expect(statSync(folder).isDirectory()).toBe(true)
  })
})
