import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { RE2JS } from 're2js'
import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { compileRegex } from '../../src/engine/regex.ts'
import { characterSet, portableRegex, printRegex, type RegexTree, readPortable } from '../../src/ir/regex.ts'

function matches(pattern: string, text: string, options = { fold: false, whole: false }): boolean | undefined {
  const portable = portableRegex(pattern, { flavour: 'pcre' })
  expect(portable.value, pattern).toBeDefined()
  return compileRegex(portable.value!, options).value!.test(text)
}

describe('matching', () => {
  // Truth: pcre2pattern, and PCRE2 10.42 with UTF and DOLLAR_ENDONLY.
  it.each<[string, string, boolean]>([
    ['plink', 'C:\\plink.exe', true],
    ['plink', 'PLINK', false],
    ['(?i)plink', 'PLINK', true],
    ['(?i)k', '\u212a', true],
    ['(?i)ſ', 's', true],
    ['(?i)[^k]', '\u212a', false],
    ['(?i)ß', 'ẞ', true],
    ['(?i)µ', 'Μ', true],
    ['(?i)i', 'İ', false],
    ['(?i)\\p{Lu}', 'a', false],
    ['(?i)[[:upper:]]', 'a', true],
    ['(?i)[\\W]', 'k', false],
    ['(?i)\\W', 'ſ', true],
    ['(a(?i)b|c)', 'C', true],
    ['(?:a|(?i)b)', 'B', true],
    ['(?i:a)b', 'Ab', true],
    ['(?i:a)b', 'AB', false],
    ['a$', 'a\n', false],
    ['a\\Z', 'a\n', true],
    ['a\\z', 'a\n', false],
    ['(?m)a$', 'a\nb', true],
    ['(?m)^$', 'a\n', false],
    ['(?m)^b', 'a\nb', true],
    ['^b', 'a\nb', false],
    ['a.b', 'a\nb', false],
    ['a.b', 'a\rb', true],
    ['(?s)a.b', 'a\nb', true],
    ['(?s).(?-s).', '\n\n', false],
    ['^.$', '😀', true],
    ['^..$', '😀', false],
    ['\\x{1F600}', '😀', true],
    ['[😀-😂]', '😁', true],
    ['[^a]', '😀', true],
    ['\\s', '\u00a0', false],
    ['\\s', '\v', true],
    ['\\d', '٣', false],
    ['\\w', 'é', false],
    ['\\h', '\u1680', true],
    ['\\R', '\u0085', true],
    ['^\\R\\n', '\r\n', false],
    ['^\\R$', '\r\n', true],
    ['\\bplink\\b', 'a plink b', true],
    ['\\bplink\\b', 'aplinkb', false],
    ['\\Bb', 'ab', true],
    ['a++b', 'aab', true],
    ['a++ab', 'aab', false],
    ['(?>a|ab)c', 'abc', false],
    ['(?>ab|a)c', 'abc', true],
    ['^(?>(?:|a)*)b', 'ab', false],
    ['^(?:|a)*+b', 'ab', false],
    ['^(?:|a)*b', 'ab', true],
    ['"[^"]*+"', '"abc"', true],
    ['(?=.*\\d)(?=.*[a-z])^\\w+$', 'abc1', true],
    ['(?=.*\\d)(?=.*[a-z])^\\w+$', 'abc', false],
    ['^(?!.*plink)', 'xplinkx', false],
    ['(?<!C:\\\\)plink', 'C:\\plink', false],
    ['(?<=a|bc)d', 'bcd', true],
    ['(?<=\\ba)b', 'ab', true],
    ['(\\w)\\1', 'aab', true],
    ['(\\w)\\1', 'abab', false],
    ['(?i)(a)\\1', 'aA', true],
    ['(a)?\\1b', 'b', false],
    ['(?:(a)|b)\\1', 'ba', false],
    ['(?|(a)|(b))\\1', 'bb', true],
    ['(?<q>["\']).*\\k<q>', '"a\'b"', true],
    ['(a*)*b', 'aaab', true],
    ['(?:a?)*?b', 'aab', true],
    ['(a|b|ab){2}c', 'abc', true],
    ['', '', true],
    ['[^\\s\\S]', 'a', false],
    ['a{0}b', 'b', true],
    ['(?:ab){2,3}$', 'xababab', true],
    ['^(?:ab){2,3}$', 'abababab', false],
  ])('%s on %j: %s', (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected)
  })

  it('matches as a whole, and without case', () => {
    const whole = { fold: false, whole: true }
    expect(matches('a|ab', 'ab', whole)).toBe(true)
    expect(matches('a|ab', 'abc', whole)).toBe(false)
    expect(matches('a*+', 'aa', whole)).toBe(true)
    expect(matches('a*+a', 'aa', whole)).toBe(false)
    expect(matches('(a)\\1', 'aa', whole)).toBe(true)
    expect(matches('.*', 'a\nb', whole)).toBe(false)
    const fold = { fold: true, whole: false }
    expect(matches('PLINK|(?-i)x', 'plink', fold)).toBe(true)
    expect(matches('[[:upper:]]', 'a', fold)).toBe(true)
    expect(matches('(a)\\1', 'aA', fold)).toBe(true)
  })

  it('takes a folded text from who has it', () => {
    const regex = compileRegex('(?i)a.*PLINK', { fold: false, whole: false }).value!
    expect(regex.test('A PlInK', 'a plink')).toBe(true)
    expect(regex.test('A PlIN', 'a plin')).toBe(false)
  })

  it('says what is wrong with a pattern', () => {
    const { value, diagnostics } = compileRegex('a(', { fold: false, whole: false })
    expect(value).toBeUndefined()
    expect(diagnostics[0]!.code).toBe('REX001')
  })
})

describe('time', () => {
  const compile = (pattern: string) =>
    compileRegex(portableRegex(pattern, { flavour: 'pcre' }).value!, { fold: false, whole: false }).value!
  const n = 50_000

  it.each<[string, string]>([
    ['^(a+)+$', `${'a'.repeat(n)}!`],
    ['(x+x+)+y', 'x'.repeat(n)],
    ['^(?>a+)+b', 'a'.repeat(n)],
    ['(?>.*x)y', 'x'.repeat(n)],
    ['(?>a+b?)+c', 'a'.repeat(n)],
    ['a.*b.*c.*d', 'abc'.repeat(n / 3)],
    ['(?:.*a){20}$x', 'a'.repeat(n)],
    ['(?>(?:.*a){20})x', 'a'.repeat(n)],
    ['.{1,64}a.{1,64}b.{900}c', 'ab'.repeat(n / 2)],
    ['(a?){500}a{500}b', 'a'.repeat(n)],
    ['(?=(?:a+)+$)y|(?=(a|aa)+!)b', 'a'.repeat(n)],
    ['(?<!(?:a|aa)+x)b', `${'a'.repeat(n)}b`],
  ])('%s is linear', (pattern, text) => {
    const regex = compile(pattern)
    expect(regex.linear).toBe(true)
    regex.test(text.slice(0, 1000))
    const began = performance.now()
    expect(regex.test(text)).toBeDefined()
    expect(performance.now() - began).toBeLessThan(3000)
  })

  it('gives up on references within a bound of steps', () => {
    const regex = compile('(a*)*\\1b')
    expect(regex.linear).toBe(false)
    const began = performance.now()
    expect(regex.test('a'.repeat(n))).toBeUndefined()
    expect(performance.now() - began).toBeLessThan(5000)
    expect(regex.test('aab')).toBe(true)
  })

  it('gives up on a text that needs more memory than the bound', () => {
    expect(compile('^(?:a|b(?=a|d))*d(?!e)').test(`${'ab'.repeat(6_000_000)}d`)).toBeUndefined()
  })
})

/** Numbers from 0 to 1 that a seed decides (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const seed = 20_250_304

function patternMaker(random: () => number, extras: readonly string[]): () => string {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!
  const letters = ['a', 'b', 'c', 'A', 'k', '1', '_', ' ', 'é', '😀', '\\.', '-']
  const classes = [
    '\\d',
    '\\w',
    '\\s',
    '\\W',
    '\\D',
    '\\S',
    '.',
    '[a-c]',
    '[^a]',
    '[^a-c1]',
    '[A-Zé]',
    '[[:alpha:]]',
    '[^\\d]',
    '\\h',
  ]
  const edges = ['^', '$', '\\b', '\\B']
  const counts = ['*', '+', '?', '{2}', '{1,2}', '{0,3}', '{2,}', '*?', '+?', '??']
  const atom = (depth: number): string => {
    const draw = random()
    if (depth === 0 || draw < 0.5) return pick(letters)
    if (draw < 0.68) return pick(classes)
    if (draw < 0.76) return `(?:${choice(depth - 1)})`
    if (draw < 0.82) return `(${choice(depth - 1)})`
    if (draw < 0.86) return `(?i:${choice(depth - 1)})`
    return extras.length === 0 ? pick(letters) : pick(extras).replace('…', () => choice(depth - 1))
  }
  const piece = (depth: number): string => {
    if (random() < 0.08) return pick(edges)
    return atom(depth) + (random() < 0.4 ? pick(counts) : '')
  }
  const sequence = (depth: number): string => Array.from({ length: 1 + Math.floor(random() * 4) }, () => piece(depth)).join('')
  const choice = (depth: number): string => Array.from({ length: random() < 0.7 ? 1 : 2 }, () => sequence(depth)).join('|')
  return () => (random() < 0.25 ? '(?i)' : '') + choice(3)
}

function textMaker(random: () => number, more: readonly string[]): () => string {
  const letters = ['a', 'b', 'c', 'A', 'B', 'k', '1', '_', ' ', '.', '-', '\t', ...more]
  return () => Array.from({ length: Math.floor(random() * 10) }, () => letters[Math.floor(random() * letters.length)]).join('')
}

/** Places (from 0) of the texts, none with a line break, that `grep -P` finds the pattern in; undefined when it refuses the pattern. */
function grepHits(pattern: string, texts: readonly string[]): ReadonlySet<number> | undefined {
  const run = spawnSync('grep', ['-nPa', '-e', pattern], {
    input: `${texts.join('\n')}\n`,
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  })
  if (run.status !== 0 && run.status !== 1) return undefined
  return new Set(
    run.stdout
      .split('\n')
      .filter(line => line !== '')
      .map(line => Number.parseInt(line, 10) - 1),
  )
}

const grepThere = grepHits('(?i)É\\d', ['é1'])?.has(0) === true
if (!grepThere)
  console.warn('skipped: comparison of regular expressions with grep -P, which is not here or was built without PCRE')

describe('other engines agree', () => {
  /** Collected and asserted once, because an assertion costs more than a match. */
  const differing: string[] = []
  const agree = (answer: unknown, theirs: unknown, pattern: string, text: string, whose: string): void => {
    if (answer !== theirs) differing.push(`${pattern} on ${JSON.stringify(text)}: ${answer}, ${whose}: ${theirs}`)
  }

  // JavaScript's search finds edges inside characters beyond U+FFFF, and PCRE's just-in-time compiler misses some beyond ASCII, so each has texts it can be trusted with.
  const plane = Array.from({ length: 60 }, textMaker(randomNumbers(seed), ['é', 'É', '\u212a', 'ß']))
  const ascii = Array.from({ length: 60 }, textMaker(randomNumbers(seed), []))
  const wide = Array.from({ length: 60 }, textMaker(randomNumbers(seed), ['é', '😀', '\u212a', '\u{10400}']))

  it(`JavaScript and RE2 on generated patterns (seed ${seed})`, () => {
    const make = patternMaker(randomNumbers(seed + 1), [])
    let compared = 0
    let withRe2 = 0
    for (let count = 0; count < 600; count++) {
      const pattern = make()
      const portable = portableRegex(pattern, { flavour: 'pcre' }).value
      if (portable === undefined) continue
      const ours = compileRegex(portable, { fold: false, whole: false }).value!
      const whole = compileRegex(portable, { fold: false, whole: true }).value!
      const tree = readPortable(portable).value!
      const javascript = printRegex(tree, 'javascript').value!
      const host = new RegExp(javascript, 'u')
      const hostWhole = new RegExp(`^(?:${javascript})$`, 'u')
      const re2 = printRegex(tree, 're2').value
      const linear = re2 === undefined ? undefined : RE2JS.compile(re2)
      for (const text of plane) {
        agree(ours.test(text), host.test(text), pattern, text, 'JavaScript')
        agree(whole.test(text), hostWhole.test(text), pattern, text, 'JavaScript on all of it')
        compared++
      }
      if (linear === undefined) continue
      for (const text of [...plane, ...wide]) {
        agree(ours.test(text), linear.test(text), pattern, text, 'RE2')
        withRe2++
      }
    }
    expect(differing).toEqual([])
    expect(compared).toBeGreaterThan(30_000)
    expect(withRe2).toBeGreaterThan(40_000)
  })

  it.skipIf(!grepThere)(
    `PCRE on generated patterns, with look-around, atomic groups and references (seed ${seed}, needs grep -P)`,
    () => {
      const make = patternMaker(randomNumbers(seed + 2), [
        '(?>…)',
        '(?=…)',
        '(?!…)',
        '(?<=a)',
        '(?<!\\w)',
        '(?:…)*+',
        'a++',
        '[ab]?+',
        '(b|A)\\1',
      ])
      let compared = 0
      let refused = 0
      for (let count = 0; count < 400; count++) {
        const pattern = make()
        const portable = portableRegex(pattern, { flavour: 'pcre' }).value
        const hits = grepHits(pattern, ascii)
        if (portable === undefined || hits === undefined) {
          expect(portable === undefined, pattern).toBe(hits === undefined)
          refused++
          continue
        }
        const ours = compileRegex(portable, { fold: false, whole: false }).value!
        ascii.forEach((text, index) => {
          agree(ours.test(text), hits.has(index), pattern, text, 'PCRE')
          compared++
        })
      }
      expect(differing).toEqual([])
      expect(compared).toBeGreaterThan(15_000)
      expect(refused).toBeLessThan(100)
    },
  )
})

/** A text that a tree without look-around may match, drawn at random; ends of repeats and classes preferred. */
function sample(tree: RegexTree, random: () => number): string {
  switch (tree.kind) {
    case 'char':
    case 'set':
    case 'any': {
      const set = characterSet(tree)
      // Mostly printable ASCII; a line break would end the line for grep.
      for (let tries = 0; tries < 50; tries++) {
        const pair = Math.floor((random() * set.length) / 2) * 2
        const low = set[pair] ?? 0
        const high = Math.min(set[pair + 1] ?? 0, tries < 40 ? 126 : 0x10ffff)
        const point = low + Math.floor(random() * (high - low + 1))
        if (point >= low && point !== 10 && point !== 13 && point >= 32 && (point < 0xd800 || point > 0xdfff))
          return String.fromCodePoint(point)
      }
      return ' '
    }
    case 'sequence':
      return tree.of.map(part => sample(part, random)).join('')
    case 'choice':
      return sample(tree.of[Math.floor(random() * tree.of.length)]!, random)
    case 'repeat': {
      const most = Math.min(tree.max ?? tree.min + 3, tree.min + 12)
      const times = random() < 0.4 ? tree.min : random() < 0.7 ? most : tree.min + Math.floor(random() * (most - tree.min + 1))
      return Array.from({ length: times }, () => sample(tree.of, random)).join('')
    }
    case 'group':
    case 'atomic':
      return sample(tree.of, random)
    default:
      return ''
  }
}

/** The text with one character gone, doubled, changed or its case changed. */
function nearby(text: string, random: () => number): string {
  const at = Math.floor(random() * text.length)
  const draw = random()
  if (draw < 0.3) return text.slice(0, at) + text.slice(at + 1)
  if (draw < 0.5) return text.slice(0, at) + (text[at] ?? '') + text.slice(at)
  if (draw < 0.8) return text.slice(0, at) + 'aZ0 \\/-."'[Math.floor(random() * 9)] + text.slice(at + 1)
  return text.toUpperCase() === text ? text.toLowerCase() : text.toUpperCase()
}

/** Compares with grep -P on texts that the patterns were made to match, and texts near them. Returns how many of the answers were yes and no. */
function compareWithGrep(patterns: readonly string[]): { yes: number; no: number } {
  const random = randomNumbers(seed + 3)
  const counts = { yes: 0, no: 0 }
  for (const pattern of patterns) {
    const portable = portableRegex(pattern, { flavour: 'pcre' })
    expect(portable.value, pattern).toBeDefined()
    const ours = compileRegex(portable.value!, { fold: false, whole: false }).value!
    expect(ours.linear, pattern).toBe(true)
    const tree = readPortable(portable.value!).value!
    const made = Array.from({ length: 15 }, () => sample(tree, random))
    const texts = [
      ...made,
      ...made.map(text => nearby(text, random)),
      ...made.map(text => `x${nearby(nearby(text, random), random)} y`),
    ].filter(text => !/[\n\r\p{Surrogate}]/u.test(text))
    const hits = grepHits(pattern, texts)
    expect(hits, pattern).toBeDefined()
    texts.forEach((text, index) => {
      const answer = ours.test(text)
      expect(answer, `${pattern} on ${JSON.stringify(text)}`).toBe(hits!.has(index))
      counts[answer === true ? 'yes' : 'no']++
    })
  }
  return counts
}

describe('patterns as rules have them', () => {
  const ours = [
    '(?i)\\s-(?:enc|e[nc]{1,2}odedcommand)\\s+[A-Za-z0-9+/=]{16,}',
    '-[LRD]\\s?(?:\\d{1,3}\\.){3}\\d{1,3}:\\d{1,5}',
    '(?i)(?:plink|putty|kitty)[^\\\\/]{0,20}\\.exe',
    '\\\\[a-z0-9]{8}\\.tmp$',
    '^[A-Z]:\\\\(?:Users|ProgramData)\\\\.{1,40}\\.(?:exe|dll)$',
    '(?i)c`?m`?d.{0,5}/[ckr]',
    '(?:[0-9a-f]{2}:){5}[0-9a-f]{2}',
    '[^/]{30,}\\.[a-z]{2,6}$',
    '\\{[a-fA-F0-9]{8}(?:-[a-fA-F0-9]{4}){3}-[a-fA-F0-9]{12}\\}',
    '(.)+\\1?'.replace('\\1?', ''),
    '\\+.*\\+.*\\+.*\\+',
    '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}\\b',
  ]
  it.skipIf(!grepThere)('answer as grep -P does (needs grep -P)', () => {
    const { yes, no } = compareWithGrep(ours)
    expect(yes).toBeGreaterThan(150)
    expect(no).toBeGreaterThan(50)
  })

  const collection = '../shared/data/sigma-rules'
  const there = existsSync(collection)
  if (!there) console.warn(`skipped: the regular expressions of SigmaHQ (needs ${collection})`)
  it.skipIf(!there || !grepThere)(
    'of SigmaHQ all compile, run in linear time and answer as grep -P does (needs ../shared/data and grep -P)',
    () => {
      const patterns = new Set<string>()
      const collect = (node: unknown): void => {
        if (Array.isArray(node)) node.forEach(collect)
        else if (typeof node === 'object' && node !== null) {
          for (const [key, value] of Object.entries(node)) {
            const modifiers = key.split('|').slice(1)
            if (modifiers.includes('re')) {
              const flags = modifiers.filter(modifier => /^[ims]$/.test(modifier)).join('')
              for (const pattern of [value].flat()) patterns.add(`${flags === '' ? '' : `(?${flags})`}${pattern}`)
            } else collect(value)
          }
        }
      }
      for (const entry of readdirSync(collection, { recursive: true, encoding: 'utf8' })) {
        if (!entry.endsWith('.yml')) continue
        const text = readFileSync(join(collection, entry), 'utf8')
        if (text.includes('|re'))
          for (const document of parseAllDocuments(text)) collect('toJS' in document ? document.toJS() : undefined)
      }
      expect(patterns.size).toBeGreaterThanOrEqual(150)
      const { yes, no } = compareWithGrep([...patterns])
      expect(yes).toBeGreaterThan(2000)
      expect(no).toBeGreaterThan(800)
    },
  )
})
