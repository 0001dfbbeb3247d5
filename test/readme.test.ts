// The README's promises: its two commands, its picture, its table of verbs and its library example are run.

import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { terrier } from './cli/run.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const built = existsSync(`${root}dist/index.js`)
if (!built) console.warn('skipped: the library example of README.md (needs dist, npm run build)')
const page = readFileSync(`${root}README.md`, 'utf8')
const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))

/** The blocks of the page in one language. */
const blocks = (language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(found => found[1]!)

/** Words of a command line, with single quotes. */
const words = (text: string): readonly string[] => [...text.matchAll(/'([^']*)'|(\S+)/g)].map(found => found[1] ?? found[2]!)

/** Without what differs from run to run. */
const steady = (line: string): string => line.replace(/ in [\d.]+ m?s, .*$/, '').trimEnd()

describe('README.md', () => {
  it('is one screen', () => {
    expect(page.split('\n').length).toBeLessThan(100)
  })

  it('names the two commands that do everything', () => {
    expect(page).toContain('npm ci && npx terrier hunt packs/t1572/samples')
    expect(page).toContain('npm ci && npm test')
    expect(manifest.scripts.prepare).toBe('npm run build')
    expect(existsSync(`${root}package-lock.json`)).toBe(true)
  })

  it('means our own terrier', () => {
    // npx takes the binary of the package it stands in before it asks a registry.
    expect(Object.keys(manifest.bin)).toEqual(['terrier'])
    expect(manifest.bin.terrier).toBe('dist/bin/terrier.js')
    expect(existsSync(`${root}src/node/cli/index.ts`)).toBe(true)
  })

  it('shows what a hunt says', async () => {
    const [block] = blocks('console')
    const [command, ...expected] = block!.split('\n').filter(line => line.trim() !== '')
    expect(command).toMatch(/^\$ npx terrier /)
    const { code, out, err } = await terrier(words(command!.replace('$ npx terrier ', '')), { terminal: false })
    expect(code, err).toBe(0)
    const said = `${out}\n${err}`.split('\n').map(steady)
    let from = 0
    for (const line of expected.filter(text => text !== '…').map(steady)) {
      const at = said.indexOf(line, from)
      expect(at, `no line "${line}" after line ${from} of:\n${said.join('\n')}`).not.toBe(-1)
      from = at + 1
    }
  })

  it.each([...page.matchAll(/\| `npx terrier (\w+) ([^`]*)` \|/g)].map(found => [found[1]!, found[2]!] as const))(
    '%s takes %s',
    async (verb, rest) => {
      const { code, out } = await terrier([verb, '--help'], { terminal: false })
      expect(code).toBe(0)
      for (const option of words(rest).filter(word => word.startsWith('-'))) expect(out).toContain(option)
    },
  )

  it('has one command per verb', () => {
    expect([...page.matchAll(/\| `npx terrier (\w+)/g)].map(found => found[1])).toEqual([
      'hunt',
      'convert',
      'explain',
      'prove',
      'test',
      'lint',
      'logs',
      'search',
      'stats',
      'diff',
      'coverage',
      'catalog',
    ])
  })

  it.skipIf(!built)('has a library example that runs and says what it says (needs dist)', () => {
    const folder = mkdtempSync(join(root, 'dist/readme-'))
    try {
      // Inside the project, so that the package finds itself by its own name; `dist` is what a user of it gets.
      const file = join(folder, 'example.mjs')
      writeFileSync(file, blocks('js')[0]!)
      expect(execFileSync(process.execPath, [file], { cwd: root, encoding: 'utf8' })).toBe(blocks('text')[0])
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it('links to pages that exist', () => {
    const links = [...page.matchAll(/\]\(([^)]+)\)/g)].map(found => found[1]!).filter(link => !link.startsWith('http'))
    expect(links.filter(link => !existsSync(join(root, link)))).toEqual([])
    expect(links.length).toBeGreaterThan(4)
  })
})

describe('the pages beside it', () => {
  const architecture = readFileSync(`${root}ARCHITECTURE.md`, 'utf8')

  it('ARCHITECTURE.md stays under 200 lines', () => {
    expect(architecture.split('\n').length).toBeLessThan(200)
  })

  it('ARCHITECTURE.md names files that exist', () => {
    const drawing = /^```\nsrc\/\n([\s\S]*?)^```$/m.exec(architecture)![1]!
    const named: string[] = []
    const folders: string[] = []
    for (const line of drawing.split('\n')) {
      const [, indent, entry] = /^([│ ]*)[├└]─ (.*)$/.exec(line) ?? []
      if (entry === undefined) continue
      const depth = Math.round(indent!.length / 3)
      const names = entry
        .match(/^(?:[\w-]+(?:\.d)?\.ts ?)+|^[\w-]+\//)![0]
        .trim()
        .split(' ')
      named.push(...names.map(name => folders.slice(0, depth).join('') + name))
      if (names[0]!.endsWith('/')) folders.splice(depth, folders.length, names[0]!)
    }
    expect(named.filter(path => !existsSync(join(root, 'src', path)))).toEqual([])
    expect(named.length).toBeGreaterThan(60)
  })

  it.each(['ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'docs/decisions/README.md'])(
    '%s links to pages that exist',
    name => {
      const folder = name.includes('/') ? name.slice(0, name.lastIndexOf('/')) : ''
      const links = [...readFileSync(join(root, name), 'utf8').matchAll(/\]\(([^)\s]+)\)/g)]
        .map(found => found[1]!)
        .filter(link => !link.startsWith('http'))
      expect(links.filter(link => !existsSync(join(root, folder, link)))).toEqual([])
    },
  )

  it('docs/decisions/README.md lists every decision', () => {
    const list = readFileSync(join(root, 'docs/decisions/README.md'), 'utf8')
    const pages = readdirSync(join(root, 'docs/decisions')).filter(file => /^\d{3}-/.test(file))
    expect(pages.filter(file => !list.includes(`](${file})`))).toEqual([])
  })
})
