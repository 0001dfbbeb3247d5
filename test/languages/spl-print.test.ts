// SPL with values that try to break out of their literals, judged by a lexer that knows only strings, pipes, brackets and macros.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Glob, Predicate } from '../../src/ir/predicate.ts'
import { languages } from '../../src/languages/index.ts'
import { spl } from '../../src/languages/spl/index.ts'

interface Lexed {
  readonly strings: readonly string[]
  /** What is outside of strings, each string a `""`. */
  readonly bare: string
}

/** Splunk's strings (Search Manual, "Quotes and escaping characters"): a backslash before a quote, a pipe or a backslash stands for that character, and is itself elsewhere. */
function lex(text: string): Lexed {
  const strings: string[] = []
  let bare = ''
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== '"') {
      bare += text[at]
      continue
    }
    let value = ''
    for (at++; text[at] !== '"'; at++) {
      if (at >= text.length) throw new Error(`a string does not end: ${text}`)
      if (text[at] === '\\' && '"\\|'.includes(text[at + 1]!)) at++
      value += text[at]
    }
    strings.push(value)
    bare += '""'
  }
  return { strings, bare }
}

const glob = (pattern: Glob, fold: boolean): Predicate => ({
  kind: 'test',
  subject: { kind: 'field', name: 'CommandLine' },
  match: { kind: 'glob', glob: pattern, fold },
})

function printed(where: Predicate, form?: string): string | undefined {
  const query = { from: { kind: 'table', name: 'Endpoint.Processes' }, stages: [{ kind: 'filter', where }] } as const
  return spl.print!(query, form === undefined ? {} : { form }).value?.text
}

const nasty = [
  '"',
  '\\',
  '\\"',
  '|',
  '||',
  '[',
  ']',
  '`',
  '```',
  '*',
  '?',
  '%',
  '_',
  '$x$',
  '{{',
  '}}',
  '\n',
  '\r\n',
  '\0',
  "'",
  '#',
  'é',
  '😀',
  '\u202e',
  ' ',
  '10.0.0.0/8',
  'TERM(x)',
  '(?i)',
  '\\z',
  ',',
  '=',
  '<',
  'a',
  '1',
]
const text = fc
  .array(fc.oneof(fc.constantFrom(...nasty), fc.string({ maxLength: 3 })), { minLength: 1, maxLength: 8 })
  .map(all => all.join(''))
const pattern: fc.Arbitrary<Glob> = fc.array(
  fc.oneof(text, fc.constantFrom({ wild: 'any' } as const, { wild: 'one' } as const)),
  {
    minLength: 1,
    maxLength: 4,
  },
)

/** All that may be outside of strings for one test of one field. */
const searched = /^CommandLine(?:=""|=\*)$/
const filtered = /^(?:CommandLine(?:=""|=\*)|\*)\n\| regex CommandLine=""$/

/** Whether a value of the search language is asked for what a pattern is: its stars are the wildcards, and nothing else is one. */
const plainOf = (of: Glob): string =>
  of
    .map(part => (typeof part === 'string' ? part : '*'))
    .join('')
    .replace(/\*+/g, '*')

describe('strings of SPL', () => {
  it('hold what they should, and end where they should', () => {
    fc.assert(
      fc.property(pattern, fc.boolean(), (of, fold) => {
        const told = printed(glob(of, fold))
        if (of.some(part => typeof part === 'string' && /\p{Surrogate}/u.test(part))) return told === undefined
        const { strings, bare } = lex(told!)
        expect(told).not.toContain('`')
        expect(told!.replace('\n| regex', '')).not.toMatch(/\p{Cc}/u)
        if (searched.test(bare)) {
          expect(strings[0] ?? '*').toBe(plainOf(of))
          return true
        }
        expect(bare).toMatch(filtered)
        return true
      }),
      { numRuns: 2000 },
    )
  })

  it('as regular expressions fit the value itself and no other', () => {
    fc.assert(
      fc.property(text, text, (value, other) => {
        if (/\p{Surrogate}/u.test(value + other)) return
        const told = printed(glob([value], false))!
        const { strings, bare } = lex(told)
        if (!bare.includes('| regex')) return
        // PCRE's end of text and its characters by number, in JavaScript's words.
        const source = strings
          .at(-1)!
          .replace(/\\\\|\\z|\\x\{([0-9A-F]+)\}/g, (found, digits?: string) =>
            found === '\\\\' ? found : digits === undefined ? '$' : `\\u{${digits}}`,
          )
        const expression = new RegExp(source, 'u')
        expect(expression.test(value)).toBe(true)
        expect(expression.test(other)).toBe(value === other)
      }),
      { numRuns: 1000 },
    )
  })

  it('in where and over data models end as well', () => {
    fc.assert(
      fc.property(pattern, fc.boolean(), (of, fold) => {
        if (of.some(part => typeof part === 'string' && /\p{Surrogate}/u.test(part))) return
        const other: Predicate = {
          kind: 'test',
          subject: { kind: 'field', name: 'A' },
          match: { kind: 'regex', pattern: '^a', fold: false, whole: false },
        }
        const both: Predicate = { kind: 'or', args: [other, { kind: 'not', arg: glob(of, fold) }] }
        for (const form of [undefined, 'datamodel']) {
          const told = printed(both, form)!
          const { bare } = lex(told)
          expect(told).not.toContain('`')
          expect(bare).not.toMatch(/[^\w\s"'()=!|*.,]/)
          expect(bare.match(/\|/g)?.length).toBe(form === undefined ? 1 : 3)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('may be long', () => {
    const long = 'a"\\'.repeat(22_000)
    const { strings, bare } = lex(printed(glob([long], true))!)
    expect(bare).toBe('CommandLine=""')
    expect(strings).toEqual([long])
  })
})

describe('names of fields', () => {
  const named = (name: string): Predicate => ({
    kind: 'test',
    subject: { kind: 'field', name },
    match: { kind: 'glob', glob: ['x'], fold: true },
  })
  it.each([
    ['a b', '"a b"="x"'],
    ['a.b', 'a.b="x"'],
    ['a-b', '"a-b"="x"'],
    // A search would take it for the time it looks at.
    ['earliest', '*\n| regex earliest="(?i)^x\\\\z"'],
  ])('%s', (name, told) => {
    expect(printed(named(name))).toBe(told)
  })
  it.each(['a"b', "a'b", 'a`b', 'a|b', 'a\\b', 'a\nb'])('refuses %j', name => {
    const query = { from: { kind: 'table', name: 't' }, stages: [{ kind: 'filter', where: named(name) }] } as const
    const { value, diagnostics } = spl.print!(query)
    expect(value).toBeUndefined()
    expect(diagnostics.map(finding => finding.code)).toEqual(['SPL104'])
  })
})

describe('what is told and refused', () => {
  const codesOf = (where: Predicate, form?: string): readonly string[] => {
    const query = { from: { kind: 'table', name: 'Endpoint.Processes' }, stages: [{ kind: 'filter', where }] } as const
    return spl.print!(query, form === undefined ? {} : { form }).diagnostics.map(finding => finding.code)
  }
  const field = { kind: 'field', name: 'A' } as const
  it.each([
    ['half of a character in an expression', { kind: 'regex', pattern: 'a\ud800', fold: false, whole: false }, 'SPL103'],
    ['words', { kind: 'word', text: { kind: 'literal', value: 'a' }, side: 'whole', fold: true, words: 'kusto' }, 'SPL102'],
    ['a list of texts as a value', { kind: 'compare', op: '<', to: { kind: 'literal', value: 'x' } }, 'SPL102'],
  ] as const)('%s', (_, match, code) => {
    expect(codesOf({ kind: 'test', subject: field, match })).toEqual([code])
  })
  it('all members of a list', () => {
    expect(
      codesOf({ kind: 'test', subject: field, match: { kind: 'regex', pattern: 'a', fold: false, whole: false }, each: 'all' }),
    ).toEqual(['SPL102'])
  })
  it('a constant has no word in a data model’s search, and none is needed behind it', () => {
    expect(codesOf({ kind: 'const', value: false })).toEqual([])
    expect(printed({ kind: 'const', value: false })).toBe('*\n| where 1=0')
  })
  it('the size of a window', () => {
    const count = {
      kind: 'aggregate',
      by: [],
      measures: [{ name: 'n', fn: 'count' }],
      window: { size: 60_000, kind: 'sliding' },
    } as const
    const { value, diagnostics } = spl.print!({ from: { kind: 'table', name: 't' }, stages: [count] })
    expect(value?.text).toBe('*\n| sort 0 _time\n| streamstats time_window=1m count as n')
    expect(diagnostics.map(finding => finding.code)).toEqual(['SPL302'])
  })
})

describe('SPL', () => {
  it('is one of the languages', () => {
    expect(languages).toContain(spl)
  })
  it('reads what it writes', () => {
    const { value, diagnostics } = spl.parse({ name: 'q.spl', text: 'index=main EventCode=1 | regex CommandLine="a+"' })
    expect(diagnostics).toEqual([])
    expect(value?.stages.map(stage => stage.kind)).toEqual(['filter', 'filter'])
    expect(spl.print!(value!).value?.text).toBe('index="main" AND EventCode IN ("1", "0x1")\n| regex CommandLine="a+"')
  })
})
