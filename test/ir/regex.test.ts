import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileRegex } from '../../src/engine/regex.ts'
import { categories, categorySet, has, ignoringCase, sameIgnoringCase } from '../../src/ir/regex/characters.ts'
import {
  codes,
  portableRegex,
  printRegex,
  readPortable,
  requiredGroups,
  requiredLiterals,
  requiredRuns,
} from '../../src/ir/regex.ts'
import { fold } from '../../src/text/fold.ts'

const read = (text: string, options = {}) => portableRegex(text, { flavour: 'pcre', ...options })

describe('portableRegex', () => {
  it.each<[string, string]>([
    ['plink', 'plink'],
    ['C:\\\\Windows\\\\.*\\.exe$', 'C:\\\\Windows\\\\.*\\.exe$'],
    ['(?i)plink', '(?i)plink'],
    ['a(?i)b', 'a(?i:b)'],
    ['(a(?i)b|c)', '(a(?i:b)|(?i:c))'],
    ['(?i)a(?-i)b', '(?i:a)b'],
    ['(?i)12', '(?i)12'],
    ['(?s)a.b', '(?s)a.b'],
    ['(?s)a.b\\N', 'a(?s:.)b.'],
    ['(?m)^a$', '(?m)^a$'],
    ['(?m)^a$\\A', '(?m:^)a(?m:$)^'],
    ['(?x) a b # comment\n c', 'abc'],
    ['(?xx)[a b]', '[ab]'],
    ['a(?#comment)b', 'ab'],
    ['\\Qa.b\\E.', 'a\\.b.'],
    ['[[:alpha:]\\d_]', '[[:alpha:]\\d_]'],
    ['[^[:^digit:]]', '\\d'],
    ['[^\\d]', '\\D'],
    ['[[:digit:]]', '\\d'],
    ['[[:alpha:]]', '[[:alpha:]]'],
    ['\\x41\\x{1F600}\\101\\o{102}\\cA\\e\\N{U+43}\\u0044', 'A😀AB\\x{1}\\x{1B}CD'],
    ['\\R', '(?>\\r\\n|\\v)'],
    ['(?<n>a)\\k<n>(?P=n)\\1\\g{-1}', '(?<n>a)\\g{1}\\g{1}\\g{1}\\g{1}'],
    ['(?P<n>a)', '(?<n>a)'],
    ["(?'n'a)", '(?<n>a)'],
    ['(?|(a)|(b))\\1', '(?|(a)|(b))\\g{1}'],
    ['(?n)(a)(?<b>c)', 'a(?<b>c)'],
    ['a++b*+c?+d{2,3}+', 'a++b*+c?+d{2,3}+'],
    ['(?U)a+b+?', 'a+?b+'],
    ['(?>a|b)', '(?>a|b)'],
    ['(?=a)(?!b)(?<=c)(?<!d)', '(?=a)(?!b)(?<=c)(?<!d)'],
    ['(?:a|b)c', '(?:a|b)c'],
    ['(?:ab){2}', '(?:ab){2}'],
    ['(?:a{2}){3}', '(?:a{2}){3}'],
    ['(?:\\b)?', '(?:\\b)?'],
    ['a{0,1}b{1,}c{0,}', 'a?b+c*'],
    ['x{', 'x\\{'],
    ['x{,y', 'x\\{,y'],
    ['{a', '\\{a'],
    [']}', ']}'],
    ['[]a]', '[\\]a]'],
    ['[^]a]', '[^\\]a]'],
    ['[a\\-z]', '[a\\-z]'],
    ['[a-]', '[a\\-]'],
    ['[\\b]', '[\\x{8}]'],
    ['\\b\\B\\A\\z\\Z\\G', '\\b\\B^$\\Z^'],
    ['\\h\\H\\v\\V\\N', '\\h\\H\\v\\V.'],
    ['\\p{Lu}\\PL\\p{^Nd}', '\\p{Lu}\\P{L}\\P{Nd}'],
    ['(*UTF8)a', 'a'],
    ['(?^i:A)b', '(?i:A)b'],
    ['(?:)', ''],
    ['a|', 'a|'],
    ['', ''],
    ['\u202e\ufeff', '\\x{202E}\\x{FEFF}'],
    ['(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)\\10', '(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)\\g{10}'],
    ['(a)\\10', '(a)\\x{8}'],
    ['(?i)[[:upper:]]', '(?i)[[:alpha:]]'],
  ])('%s is %s', (text, portable) => {
    const { value, diagnostics } = read(text)
    expect(diagnostics.filter(finding => finding.severity === 'error')).toEqual([])
    expect(value).toBe(portable)
    // The portable form is its own.
    expect(read(portable).value).toBe(portable)
  })

  it('writes options inside', () => {
    expect(read('^a.$', { ignoreCase: true, multiline: true, dotAll: true }).value).toBe('(?ims)^a.$')
    expect(read('(?-i)a', { ignoreCase: true }).value).toBe('a')
  })

  it.each<[string, string, string]>([
    ['REX001', 'a(b', '('],
    ['REX001', 'a(?#b', '(?#'],
    ['REX001', '(?|a', '('],
    ['REX002', 'a)b', ')'],
    ['REX003', 'a[b', '['],
    ['REX003', '[]', '['],
    ['REX004', '[z-a]', 'z-a'],
    ['REX005', '*a', '*'],
    ['REX005', 'a**', '*'],
    ['REX005', 'a|+', '+'],
    ['REX005', '^*', '*'],
    ['REX005', '{1}', '{'],
    ['REX005', 'a{2}{3}', '{'],
    ['REX006', 'a{2,1}', '{2,1}'],
    ['REX006', 'a{1001}', '{1001}'],
    ['REX007', '\\i', '\\i'],
    ['REX007', '[\\B]', '\\B'],
    ['REX008', 'a\\', '\\'],
    ['REX008', '[\\', '\\'],
    ['REX008', '\\x{110000}', '\\x{110000}'],
    ['REX008', '\\xg', '\\x'],
    ['REX008', '\\k', '\\k'],
    ['REX008', '\\c', '\\c'],
    ['REX011', '(?:a{1000}){1000}', '(?:a{1000}){1000}'],
    ['REX012', '[[:foo:]]', '[:foo:]'],
    ['REX013', '\\p{Foo}', '\\p{Foo}'],
    ['REX013', '[\\p]', '\\p'],
    ['REX014', '(a)\\2', '\\2'],
    ['REX014', '\\k<n>', '\\k<n>'],
    ['REX015', '(?z)', '(?z)'],
    ['REX016', '(?<n>a)(?<n>b)', '(?<n>'],
    ['REX020', 'a\\Kb', '\\K'],
    ['REX020', '(?R)', '(?R)'],
    ['REX020', '(a)(?1)', '(?1)'],
    ['REX020', '(a)(?(1)b)', '(?('],
    ['REX020', '(?C1)', '(?C'],
    ['REX020', '(*ACCEPT)', '(*'],
    ['REX020', '\\X', '\\X'],
    ['REX020', '[[.a.]]', '[.'],
    ['REX020', '\\g<1>(a)', '\\g<'],
    ['REX020', '(?*a)', '(?*'],
    ['REX201', '(?<=a+)b', '(?<=a+)'],
    ['REX202', '[\\w-.]', '-'],
    ['REX202', '[a-\\d]', '-'],
    ['REX203', 'a{,3}', '{,3}'],
  ])('reports %s in %s at %s', (code, text, at) => {
    const { value, diagnostics } = read(text)
    expect(diagnostics.map(finding => finding.code)).toEqual([code])
    const { span, severity, hint } = diagnostics[0]!
    expect(text.slice(span!.start, span!.end)).toBe(at)
    expect(hint).not.toBe('')
    expect(codes[code]).toBeDefined()
    expect(value === undefined).toBe(severity === 'error')
  })

  it('bounds length and depth', () => {
    expect(read('a'.repeat(10_001)).diagnostics[0]!.code).toBe('REX009')
    expect(read('a'.repeat(10_000)).value).toBeDefined()
    expect(read('('.repeat(201) + ')'.repeat(201)).diagnostics[0]!.code).toBe('REX010')
    expect(read('('.repeat(200) + ')'.repeat(200)).value).toBeDefined()
    const began = performance.now()
    for (const text of [
      '('.repeat(10_000),
      '['.repeat(10_000),
      '(?:a|'.repeat(2000),
      '\\Q'.repeat(5000),
      '[[:'.repeat(3333),
      '(?<'.repeat(3333),
      '(?#'.repeat(3333),
    ])
      read(text)
    expect(performance.now() - began).toBeLessThan(1000)
  })
})

it('reads whatever it has written, however long', () => {
  const text = '\u{e000}'.repeat(9000)
  const { value } = read(text)
  expect(value!.length).toBe(72_000)
  expect(readPortable(value!).diagnostics).toEqual([])
  const deep = `${'('.repeat(198)}(\\R(?i)a)*${')'.repeat(198)}`
  expect(readPortable(read(deep).value!).diagnostics).toEqual([])
})

describe('printRegex', () => {
  const other = (text: string, flavour: 're2' | 'javascript' | 'postgres') => printRegex(readPortable(text).value!, flavour)

  // Four digits follow \u in .NET, so \u10FFFF would be U+10FF and two letters F.
  it.each([
    ['\\S+', '[\\u0000-\\u0008\\u000E-\\u001F!-\\uFFFF]+'],
    ['[^ ]*', '[^ ]*'],
  ])('writes %s for .NET by its units', (text, written) => {
    const { value } = printRegex(readPortable(text).value!, 'dotnet')
    expect(value).toBe(written)
    expect(new RegExp(`^(?:${value})$`).test('a\u1100\uFF21\u{1F600}b')).toBe(true)
  })

  it('writes RE2 and JavaScript, classes spelled out where those mean other things', () => {
    expect(other('(?i)a\\s[[:alpha:]]\\d', 're2').value).toBe('(?i:a)[\\t-\\r ][A-Za-z][0-9]')
    expect(other('(?i)k\\s.', 'javascript').value).toBe('[Kk\u212a][\\t-\\r ][^\\n]')
    expect(other('(?s).(?<n>a)', 're2').value).toBe('(?s).(?P<n>a)')
    expect(other('[^\\s\\S]', 'javascript').value).toBe('[^\\u{0}-\\u{10ffff}]')
  })
  // https://www.postgresql.org/docs/15/functions-matching.html#POSIX-SYNTAX-DETAILS
  it('writes PostgreSQL, without flags and lazy quantifiers', () => {
    expect(other('(?i)k\\s.+?', 'postgres').value).toBe('[Kk\u212a][\\t-\\r ][^\\n]+')
    expect(other('(?s)^.(?<n>a)(?!b)$', 'postgres').value).toBe('^.(a)(?!b)$')
    expect(other('\\x{1F600}\\x{202E}', 'postgres').value).toBe('😀\\u202E')
  })
  it.each<['re2' | 'javascript' | 'postgres', string]>([
    ['re2', '(?:a{20}){60}'],
    ['postgres', 'a{256}'],
    ['postgres', '(?=(a))(b)\\2'],
    ['postgres', '(?>a)'],
    ['re2', '(?=a)'],
    ['re2', '(?<!a)'],
    ['re2', '(a)\\1'],
    ['re2', 'a\\Z'],
    ['re2', '(?m)^a'],
    ['re2', '(?>a)'],
    ['javascript', 'a++'],
    ['javascript', '(?i)(a)\\1'],
  ])('refuses in %s what it cannot say: %s', (flavour, text) => {
    const { value, diagnostics } = other(text, flavour)
    expect(value).toBeUndefined()
    expect(diagnostics.map(finding => finding.code)).toContain('REX101')
  })
})

describe('requiredLiterals', () => {
  it.each<[string, readonly string[] | undefined]>([
    ['plink', ['plink']],
    ['(?i)PLINK', ['plink']],
    ['a.*plink\\.exe', ['plink.exe']],
    ['plink|chisel', ['plink', 'chisel']],
    ['plink|.*', undefined],
    ['(?:plink)?x', ['x', 'plinkx']],
    ['\\d+', undefined],
    ['[Pp]link', ['plink']],
    ['(?=.*plink)a', ['plink']],
    ['(?!plink)', undefined],
    ['(?:ab){2}', ['abab']],
    ['(?:ab)+c', ['ab']],
    ['', undefined],
  ])('%s needs %j', (text, literals) => {
    expect(requiredLiterals(readPortable(text).value!)).toEqual(literals)
  })
  it('keeps case when asked to', () => {
    expect(requiredLiterals(readPortable('PLink').value!, true)).toEqual(['PLink'])
    expect(requiredLiterals(readPortable('(?i)x1').value!, true)).toEqual(['X1', 'x1'])
  })
})

describe('requiredGroups', () => {
  it.each<[string, readonly (readonly string[])[]]>([
    ['plink', [['plink']]],
    ['a.*b', [['a'], ['b']]],
    ['"(?:\\{\\d})+"\\s*-f', [['"{'], ['}'], ['{'], ['}"'], ['-f']]],
    ['cmd.{0,5}(?:/c|/r).+shell', [['cmd'], ['/c', '/r'], ['shell']]],
    ['x(?:a.b|c)y', [['x'], ['a', 'c'], ['y']]],
    ['(?:a.b|.)', []],
    ['(?=foo)b', [['foo'], ['b']]],
    ['(?!foo)b', [['b']]],
    ['(?:ab)*c', [['c']]],
    ['(?i)AB', [['ab']]],
  ])('%s needs %j', (text, groups) => {
    expect(requiredGroups(readPortable(text).value!)).toEqual(groups)
  })
  it('tells a class of few characters written out, too', () => {
    expect(requiredGroups(readPortable('arp\\s+-a').value!)).toContainEqual(
      [9, 10, 11, 12, 13, 32].map(code => `arp${String.fromCharCode(code)}`),
    )
  })
  it('is bounded for what is repeated within what is repeated', () => {
    const deep = (times: number) => `${'(?:'.repeat(times)}ab[0-9]{8}.c${')+'.repeat(times)}`
    expect(requiredGroups(readPortable(deep(60)).value!).length).toBeLessThanOrEqual(32)
    expect(requiredRuns(readPortable(deep(60)).value!, false)).toHaveLength(1)
  })
  it('holds of every text that matches, and so do runs', () => {
    /** A pattern and a text that it matches. */
    type Pair = readonly [pattern: string, text: string]
    const letters = fc.constantFrom('a', 'b', 'K', '-', ' ', '0')
    const one: fc.Arbitrary<Pair> = fc.oneof(
      letters.map((letter): Pair => [letter, letter]),
      fc.constantFrom<Pair>(
        ['[ab]', 'b'],
        ['\\s', '\t'],
        ['.', 'z'],
        ['\\w', 'k'],
        ['[^a]', 'b'],
        ['\\d', '7'],
        ['[a-f0-9]', 'e'],
      ),
    )
    const { pair } = fc.letrec<{ pair: Pair }>(tie => ({
      pair: fc.oneof(
        { depthSize: 'small', maxDepth: 4 },
        one,
        fc
          .array(tie('pair'), { minLength: 1, maxLength: 4 })
          .map((all): Pair => [all.map(([pattern]) => pattern).join(''), all.map(([, text]) => text).join('')]),
        fc
          .tuple(tie('pair'), tie('pair'), fc.boolean())
          .map(([a, b, first]): Pair => [`(?:${a[0]}|${b[0]})`, first ? a[1] : b[1]]),
        fc
          .tuple(
            tie('pair'),
            fc.constantFrom<readonly [string, number]>(
              ['?', 0],
              ['?', 1],
              ['*', 0],
              ['*', 3],
              ['+', 1],
              ['+', 3],
              ['{2}', 2],
              ['{1,}', 4],
            ),
          )
          .map(([[pattern, text], [sign, times]]): Pair => [`(?:${pattern})${sign}`, text.repeat(times)]),
        fc
          .tuple(one, fc.integer({ min: 8, max: 12 }))
          .map(([[pattern, text], times]): Pair => [`${pattern}{${times},}`, text.repeat(times + 1)]),
        tie('pair').map(([pattern, text]): Pair => [`(?=${pattern})${pattern}`, text]),
      ),
    }))
    fc.assert(
      fc.property(pair, fc.boolean(), ([pattern, text], folded) => {
        const tree = readPortable(folded ? `(?i)${pattern}` : pattern).value!
        const around = `<${folded ? text.toUpperCase() : text}>`
        // A reference that gives up is no answer.
        expect(
          compileRegex(folded ? `(?i)${pattern}` : pattern, { fold: false, whole: false }).value!.test(around),
          pattern,
        ).not.toBe(false)
        for (const group of requiredGroups(tree))
          expect(
            group.some(literal => fold(around).includes(literal)),
            `${pattern} ${group}`,
          ).toBe(true)
        for (const { least, ranges } of requiredRuns(tree, false)) {
          const within = (character: string) =>
            ranges.some(
              (from, at) => at % 2 === 0 && character.charCodeAt(0) >= from && character.charCodeAt(0) <= ranges[at + 1]!,
            )
          let longest = 0
          let run = 0
          for (const character of around) {
            run = within(character) ? run + 1 : 0
            longest = Math.max(longest, run)
          }
          expect(longest, `${pattern} ${ranges}`).toBeGreaterThanOrEqual(least)
        }
      }),
      { numRuns: 2000 },
    )
  })
})

describe('requiredRuns', () => {
  it.each<[string, readonly { least: number; ranges: readonly number[] }[]]>([
    ['\\s[a-fA-F0-9]{64}\\s', [{ least: 64, ranges: [0x30, 0x39, 0x41, 0x46, 0x61, 0x66] }]],
    ['(?:x[0-9]{20,30})+', [{ least: 20, ranges: [0x30, 0x39] }]],
    // K-sign and long s become k and s before they are looked at.
    ['(?i)[ks]{8}', [{ least: 8, ranges: [0x4b, 0x4b, 0x53, 0x53, 0x6b, 0x6b, 0x73, 0x73] }]],
    ['[\u212a]{8}', []],
    ['[0-9]{7}', []],
    ['(?:[0-9]{20})?', []],
    ['[0-9]{20}|a', []],
    ['.{1000,}', []],
    ['[^a]{20}', []],
    ['[a\\\\]{20}', []],
    ['["a]{20}', []],
    ['[a\\t]{20}', []],
    ['[aé]{20}', []],
  ])('%s needs %j', (text, runs) => {
    expect(requiredRuns(readPortable(text).value!, false)).toEqual(runs)
  })
})

describe('characters', () => {
  it('fold together exactly where their folds are equal, over all of Unicode', () => {
    const byFold = new Map<string, number[]>()
    for (let point = 0; point <= 0x10ffff; point++) {
      const folded = fold(String.fromCodePoint(point))
      const members = byFold.get(folded)
      if (members === undefined) byFold.set(folded, [point])
      else members.push(point)
    }
    let several = 0
    for (const members of byFold.values()) {
      if (members.length === 1) continue
      several++
      for (const member of members) expect([...sameIgnoringCase(member)].sort((a, b) => a - b)).toEqual(members)
    }
    expect(several).toBeGreaterThan(1300)
    expect(sameIgnoringCase(0x130)).toEqual([0x130])
    expect(sameIgnoringCase(0x4e00)).toEqual([0x4e00])
  })
  it('close a set under case', () => {
    expect(ignoringCase([0x6b, 0x6b])).toEqual([0x4b, 0x4b, 0x6b, 0x6b, 0x212a, 0x212a])
    expect(has(ignoringCase([0xe0, 0xff]), 0xc9)).toBe(true)
  })
  it('know the categories', () => {
    for (const name of categories) expect(categorySet(name).length, name).toBeGreaterThan(0)
    expect(has(categorySet('Lu'), 0x41)).toBe(true)
    expect(has(categorySet('L&'), 0x1c5)).toBe(true)
  })
})
