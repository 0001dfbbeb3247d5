// Holds the house to its rules: who may import whom, how long a file may be, that every code is listed, used and shown.

import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { allCodes } from '../src/node/cli/codes.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Every file of the project: what git tracks, or all that is there where git is not. */
function everyFile(): readonly string[] {
  try {
    return execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      .split('\0')
      .filter(path => path !== '' && existsSync(join(root, path)))
  } catch {
    return readdirSync(root, { withFileTypes: true, recursive: true })
      .filter(entry => entry.isFile())
      .map(entry => relative(root, join(entry.parentPath, entry.name)))
      .filter(path => !/(^|\/)(node_modules|dist|\.git)\//.test(path))
  }
}

const every = [...everyFile()].sort()

function filesBelow(folder: string, fits: (name: string) => boolean): string[] {
  return every.filter(path => path.startsWith(`${folder}/`) && fits(path.slice(path.lastIndexOf('/') + 1)))
}

const isCode = (name: string) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts')
const textOf = (path: string) => readFileSync(join(root, path), 'utf8')
const modules = filesBelow('src', isCode)
const texts = new Map(modules.map(path => [path, textOf(path)]))

/** The text of a module without its comments, so that words about code are not taken for code. */
function bare(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`\\])\/\/.*$/gm, '$1')
}

interface Import {
  readonly from: string
  readonly to: string
  readonly outside: boolean
}

const imports: readonly Import[] = modules.flatMap(path =>
  [...bare(texts.get(path)!).matchAll(/(?:^|\n)\s*(?:import|export)\b[^'"`;]*?from\s+'([^']+)'|import\(\s*'([^']+)'/g)].map(
    found => {
      const target = (found[1] ?? found[2])!
      if (!target.startsWith('.')) return { from: path, to: target, outside: true }
      return { from: path, to: relative(root, resolve(root, dirname(path), target)), outside: false }
    },
  ),
)

/** The part of the house that a module is in: its folder below src, or `verbs` for the files beside the folders. */
function partOf(path: string): string {
  const steps = path.split('/')
  if (steps.length === 2) return steps[1] === 'targets.ts' ? 'targets' : 'verbs'
  return steps[1]!
}

/** Who may import whom. Every part may import itself, with the exceptions below. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  text: [],
  ir: ['text'],
  schemas: ['ir', 'text'],
  languages: ['ir', 'text'],
  logs: ['ir', 'text', 'wasm'],
  rules: ['languages', 'ir', 'text'],
  engine: ['schemas', 'ir', 'text', 'wasm'],
  proof: ['engine', 'schemas', 'ir', 'text'],
  targets: [],
  attack: [],
  wasm: [],
  catalog: ['verbs', 'languages', 'logs', 'rules', 'engine', 'proof', 'schemas', 'ir', 'text', 'targets', 'attack', 'checks'],
  checks: ['attack', 'rules', 'proof', 'engine', 'schemas', 'ir', 'text'],
  verbs: [
    'text',
    'ir',
    'schemas',
    'languages',
    'logs',
    'rules',
    'engine',
    'proof',
    'targets',
    'attack',
    'checks',
    'catalog',
    'wasm',
  ],
  pages: ['verbs', 'catalog', 'attack', 'ir', 'text'],
  node: [
    'text',
    'ir',
    'schemas',
    'languages',
    'logs',
    'rules',
    'engine',
    'proof',
    'targets',
    'attack',
    'checks',
    'wasm',
    'verbs',
    'catalog',
    'pages',
  ],
}

/** What lies beside the contract of languages for all of them. */
const sharedByLanguages: ReadonlySet<string> = new Set(['language.ts', 'printing.ts', 'reading.ts', 'switches.ts'])

/** Packages that each part may use; src/node uses what package.json lists. */
const packages: Readonly<Record<string, readonly string[]>> = {
  languages: ['yaml'],
  rules: ['smol-toml', 'yaml'],
  pages: ['preact', 'preact-render-to-string'],
}

describe('imports', () => {
  it('sees the whole house', () => {
    expect(modules.length).toBeGreaterThan(100)
    expect(imports.length).toBeGreaterThan(300)
    expect(
      imports
        .filter(one => !one.outside && !existsSync(join(root, one.to)))
        .map(one => `${one.from} imports ${one.to}, which does not exist`),
    ).toEqual([])
  })

  it('go where the table allows', () => {
    const wrong = imports
      .filter(one => !one.outside)
      .filter(one => partOf(one.from) !== partOf(one.to) && !(allowed[partOf(one.from)] ?? []).includes(partOf(one.to)))
    expect(wrong.map(one => `${one.from} imports ${one.to}`)).toEqual([])
  })

  it('keep languages, log formats and the two halves of a language apart', () => {
    const wrong = imports.filter(({ from, to, outside }) => {
      if (outside) return false
      const [, part, folder] = from.split('/')
      const [, otherPart, other] = to.split('/')
      if (part === 'languages' && otherPart === 'languages' && from !== 'src/languages/index.ts') {
        // What every printer shares, and what every reader shares, lies beside the contract.
        if (folder === 'printing.ts' || folder === 'reading.ts' || (folder !== other && !sharedByLanguages.has(other!)))
          return other !== 'language.ts' && other !== 'switches.ts'
        // parse and print share the tree and nothing else.
        const half = (path: string) => /\/(parse|print)(\.ts|\/)/.exec(path)?.[1]
        return half(from) !== undefined && half(to) !== undefined && half(from) !== half(to)
      }
      if (part === 'logs' && otherPart === 'logs' && from !== 'src/logs/index.ts') {
        const shared = other === 'parts' || other === 'logs.ts'
        return !shared && folder!.replace('.ts', '') !== other!.replace('.ts', '')
      }
      // A rule format reads the query it holds by the list of languages; Sigma's own document hands over YAML nodes, not text.
      if (part === 'rules' && otherPart === 'languages') return !['index.ts', 'language.ts', 'sigma'].includes(other!)
      return false
    })
    expect(wrong.map(one => `${one.from} imports ${one.to}`)).toEqual([])
  })

  it('leave Node and other hosts to src/node', () => {
    const wrong = imports.filter(
      ({ from, to, outside }) => outside && partOf(from) !== 'node' && !(packages[partOf(from)] ?? []).includes(to),
    )
    expect(wrong.map(one => `${one.from} imports ${one.to}`)).toEqual([])
    const hosts = modules.filter(
      path =>
        partOf(path) !== 'node' &&
        /\b(?:process|Buffer|console)\s*[.[(]/.test(bare(texts.get(path)!).replace(/'[^'\n]*'|"[^"\n]*"/g, "''")),
    )
    expect(hosts).toEqual([])
  })

  it('use only packages that package.json lists', () => {
    const manifest = JSON.parse(textOf('package.json')) as Record<'dependencies' | 'optionalDependencies', Record<string, string>>
    const listed = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })
    const wrong = imports.filter(one => one.outside && !one.to.startsWith('node:') && !listed.includes(one.to))
    expect(wrong.map(one => `${one.from} imports ${one.to}`)).toEqual([])
  })
})

describe('files', () => {
  const all = [...modules, ...filesBelow('test', isCode), ...filesBelow('packs', isCode)]

  it('open with a sentence that says what they are for', () => {
    const silent = all.filter(path => !/^(?:#![^\n]*\n)?(?:\/\/ \S|\/\*\*? ?\S?)/.test(textOf(path)) && partOf(path) !== 'test')
    expect(silent.filter(path => path.startsWith('src/'))).toEqual([])
  })

  it('are no longer than 600 lines without saying why in the first one', () => {
    const lengths = all.map(path => ({ path, lines: textOf(path).split('\n').length - 1 }))
    const long = lengths.filter(({ lines }) => lines > 400)
    if (long.length > 0) console.warn(`more than 400 lines: ${long.map(({ path, lines }) => `${path} (${lines})`).join(', ')}`)
    const tooLong = long.filter(({ path, lines }) => lines > 600 && !/\b(?:long|data only)\b/i.test(textOf(path).split('\n')[0]!))
    expect(tooLong.map(({ path, lines }) => `${path} has ${lines} lines`)).toEqual([])
  })

  it('are lists when they are called index.ts', () => {
    // These two also find which of their list a file is (docs: folders and files); the command's is where it starts.
    const more = ['src/logs/index.ts', 'src/rules/index.ts', 'src/node/cli/index.ts']
    const logic = modules.filter(
      path =>
        path.endsWith('/index.ts') &&
        !more.includes(path) &&
        // A language's index is its declaration; one that is only written says in `parse` that it cannot be read.
        !/^src\/languages\/[^/]+\/index\.ts$/.test(path) &&
        /\bfunction\b|=>|\bif\s*\(|\bfor\s*\(|\bclass\b/.test(bare(texts.get(path)!)),
    )
    expect(logic).toEqual([])
  })

  it('have names that say something', () => {
    const vague = /(?:^|\/)(?:utils?|helpers?|common|managers?|services?|factory|base|impl|data|info|misc)\.tsx?$/
    expect(all.filter(path => vague.test(path))).toEqual([])
  })

  it('go round no type', () => {
    // Built from parts, so that this file does not find itself.
    const round = new RegExp(
      ['as ' + 'any\\b', ': ' + 'any\\b', 'as unknown ' + 'as\\b', '@ts-' + '(?:ignore|nocheck|expect-error)'].join('|'),
    )
    expect(
      all.filter(
        path =>
          round.test(bare(textOf(path)).replace(/'[^'\n]*'/g, "''")) ||
          (/@ts-(?:ig|no)/.test(textOf(path)) && path !== 'test/house.test.ts'),
      ),
    ).toEqual([])
  })

  it('speak of the project alone', () => {
    const words = [
      '/work' + '/',
      '/root' + '/',
      'anthro' + 'pic',
      'clau' + 'de',
      'chat' + 'gpt',
      'open' + 'ai',
      'sub' + 'agent',
      'sub-' + 'agent',
      'language ' + 'model',
    ]
    // Not Kusto's `todouble`.
    const told = new RegExp(`${words.map(word => word.replace(/[/.]/g, '\\$&')).join('|')}|\\bTO${'DO'}\\b`, 'i')
    // What attackers' analytics name is MITRE's word.
    const everything = ['src', 'test', 'packs', 'docs', '.ci']
      .flatMap(folder => filesBelow(folder, name => /\.(?:tsx?|md|json|jsonl|ya?ml|txt|sh)$|^run$/.test(name)))
      .filter(path => path !== 'src/attack/relations.ts')
    const top = readdirSync(root).filter(name => /\.(?:md|json|ts)$/.test(name) && name !== 'package-lock.json')
    const found = [...everything, ...top].flatMap(path =>
      textOf(path)
        .split('\n')
        .flatMap((line, index) => (told.test(line) ? [`${path}:${index + 1}: ${told.exec(line)![0]}`] : [])),
    )
    expect(everything.length).toBeGreaterThan(150)
    expect(found).toEqual([])
  })

  it('reach outside the project in tests and benches only', () => {
    const outside = '..' + '/shared'
    const wrong = [...modules, ...filesBelow('docs', name => name.endsWith('.md')), ...filesBelow('packs', () => true)].filter(
      path => textOf(path).includes(outside),
    )
    expect(wrong).toEqual([])
  })
})

describe('languages', () => {
  it('have cases', () => {
    const folders = readdirSync(join(root, 'src/languages'), { withFileTypes: true }).filter(entry => entry.isDirectory())
    expect(folders.length).toBeGreaterThan(0)
    for (const { name } of folders)
      expect(existsSync(join(root, 'src/languages', name, 'cases.md')), `${name}/cases.md`).toBe(true)
  })
})

describe('codes', () => {
  /** Every list of codes in the house, by reading them: `CODE: 'title',`. */
  const listed = new Map<string, string[]>()
  for (const [path, text] of texts) {
    const list = /export const (?:codes|\w+Codes)\b[^=]*=\s*\{([\s\S]*?)\n\}/.exec(text)?.[1] ?? ''
    for (const found of list.matchAll(/^\s*([A-Z]{3}\d{3}):/gm)) listed.set(found[1]!, [...(listed.get(found[1]!) ?? []), path])
  }
  const prefixes = new Set([...listed.keys()].map(code => code.slice(0, 3)))
  const sources = [...texts].map(([path, text]) => ({ path, text: bare(text) }))
  const used = new Map<string, string[]>()
  for (const { path, text } of sources) {
    for (const found of text.matchAll(/['"`]([A-Z]{3}\d{3})['"`]/g)) {
      if (prefixes.has(found[1]!.slice(0, 3))) used.set(found[1]!, [...(used.get(found[1]!) ?? []), path])
    }
  }
  const shown = [
    ...filesBelow('test', isCode),
    ...filesBelow('src', name => name.endsWith('.md')),
    ...filesBelow('packs', name => /\.(?:ts|md)$/.test(name)),
  ]
    .filter(path => path !== 'test/house.test.ts')
    .map(textOf)
    .join('\n')

  it('are listed once', () => {
    expect(listed.size).toBeGreaterThan(100)
    expect([...listed].filter(([, paths]) => paths.length > 1).map(([code, paths]) => `${code}: ${paths.join(', ')}`)).toEqual([])
  })
  it('are all used', () => {
    expect([...listed.keys()].filter(code => !used.has(code))).toEqual([])
  })
  it('are all listed where they are used', () => {
    expect([...used].filter(([code]) => !listed.has(code)).map(([code, paths]) => `${code} in ${paths.join(', ')}`)).toEqual([])
  })
  it('are all shown by a case or a test', () => {
    expect([...listed.keys()].filter(code => !shown.includes(code))).toEqual([])
  })
  it('are all known to `terrier help`', () => {
    const known = allCodes()
    expect([...listed.keys()].filter(code => !known.has(code))).toEqual([])
  })
})
