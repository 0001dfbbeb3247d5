// The four languages of Elastic: no value breaks out of its literal, by a small lexer of each language that knows nothing of the printers; the same text every time.

import { describe, expect, it } from 'vitest'
import { convert } from '../../src/convert.ts'
import type { Detection } from '../../src/ir/detection.ts'
import type { Predicate } from '../../src/ir/predicate.ts'
import { eql } from '../../src/languages/eql/index.ts'
import { esql } from '../../src/languages/esql/index.ts'
import { kuery } from '../../src/languages/kuery/index.ts'
import { lucene } from '../../src/languages/lucene/index.ts'
import { readRules } from '../../src/rules/index.ts'
import { targetOf } from '../../src/targets.ts'

const languages = { eql, esql, lucene, kuery }

const where = (of: Predicate) => ({ from: { kind: 'table', name: 'logs-*' }, stages: [{ kind: 'filter', where: of }] }) as const
const field = { kind: 'field', name: 'process.command_line' } as const

it('what asks all members of a list cannot be said in ES|QL', () => {
  const printed = esql.print!(
    where({ kind: 'test', subject: field, match: { kind: 'glob', glob: ['x'], fold: false }, each: 'all' }),
  )
  expect(printed.diagnostics.map(finding => finding.code)).toEqual(['ESQ102'])
})

describe.each(Object.entries(languages))('%s as a printer', (_, language) => {
  it('refuses what was not understood', () => {
    const printed = language.print!(where({ kind: 'opaque', text: '%list%' }))
    expect(printed.value).toBeUndefined()
    expect(printed.diagnostics.map(finding => finding.code)).toEqual(['PRN102'])
  })
  it('says what is always true and what is never', () => {
    const text = (value: boolean) => language.print!(where({ kind: 'const', value })).value?.text
    expect([text(true), text(false)]).toEqual(
      {
        eql: ['any where true', 'any where false'],
        esql: [
          'FROM logs-* METADATA _id, _index, _version\n| WHERE TRUE',
          'FROM logs-* METADATA _id, _index, _version\n| WHERE FALSE',
        ],
        lucene: ['*:*', '(*:* AND NOT *:*)'],
        kuery: ['*', 'not *'],
      }[language.id],
    )
  })
  it('is right under any nesting of negations', () => {
    const test: Predicate = { kind: 'test', subject: field, match: { kind: 'present' } }
    const not = (arg: Predicate): Predicate => ({ kind: 'not', arg })
    const plain = language.print!(where(test)).value?.text
    expect(language.print!(where(not(not(test)))).value?.text).toBe(plain)
    expect(language.print!(where(not(not(not(test))))).value?.text).toBe(language.print!(where(not(test))).value?.text)
  })
})

/** What each language holds a literal to be, read from its start: the text it stands for, and where it ends; undefined where there is no end. */
type Reader = (text: string, start: number) => { readonly value: string; readonly end: number } | undefined

const stringReader =
  (escapes: Readonly<Record<string, string>>, numbered: boolean): Reader =>
  (text, start) => {
    let value = ''
    for (let at = start + 1; at < text.length; at++) {
      const character = text[at]!
      if (character === '"') return { value, end: at + 1 }
      if (character !== '\\') {
        value += character
        continue
      }
      const next = text[++at]!
      const code = numbered && next === 'u' ? /^u\{([0-9a-f]{2,8})\}/.exec(text.slice(at)) : null
      if (code !== null) {
        value += String.fromCodePoint(Number.parseInt(code[1]!, 16))
        at += code[0].length - 1
      } else if (Object.hasOwn(escapes, next)) value += escapes[next]
      else return undefined
    }
    return undefined
  }

const plainEscapes = { '\\': '\\', '"': '"', n: '\n', r: '\r', t: '\t' }
const readEql = stringReader({ ...plainEscapes, b: '\b', f: '\f' }, true)
const readEsql = stringReader(plainEscapes, false)
/** A phrase: a backslash before any character is that character. */
const readPhrase: Reader = (text, start) => {
  let value = ''
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '"') return { value, end: at + 1 }
    if (text[at] === '\\') at++
    value += text[at] ?? ''
  }
  return undefined
}
const readKuery = stringReader(plainEscapes, false)

const torture: readonly string[] = [
  'a"b',
  "a'b",
  'ends in \\',
  'ends in \\\\',
  '\\"',
  '"""',
  '`',
  'a*b?c',
  'line\nbreak\r\n\tand tab',
  'nul\0end',
  '%_$',
  '{{ctx}} $(x) $x',
  '/*comment*/ // --',
  ') or true or (',
  '" OR *:* OR "',
  '\u202eright to left',
  'and or not',
  ' blank at both ends ',
  '<a>&b</a>',
  '/slash/',
  '~^!:[]{}+-=',
  '\u2028\u2029\ufeff',
  'x'.repeat(65_536),
]

describe('torture strings', () => {
  const cased = (value: string): Predicate => ({
    kind: 'test',
    subject: field,
    match: { kind: 'glob', glob: [value], fold: false },
  })
  const heads = {
    eql: ['any where process.command_line == ', readEql],
    esql: ['FROM logs-* METADATA _id, _index, _version\n| WHERE process.command_line == ', readEsql],
    lucene: ['process.command_line:', readPhrase],
    kuery: ['process.command_line : ', readKuery],
  } as const
  it.each(Object.entries(heads))('%s: a whole value is one literal that stands for it', (id, [head, read]) => {
    for (const value of torture) {
      const { text } = languages[id as keyof typeof languages].print!(where(cased(value)), { layout: 'line' }).value!
      const begun = head.replace('\n', ' ')
      const at = text.startsWith(head) ? head.length : begun.length
      expect(text.startsWith(head) || text.startsWith(begun)).toBe(true)
      expect(read(text, at)).toEqual({ value, end: text.length })
    }
  })
  it('lucene: a part of a value is one term or expression, which ends where the text ends', () => {
    for (const value of torture) {
      const of: Predicate = { kind: 'test', subject: field, match: { kind: 'glob', glob: [{ wild: 'any' }, value], fold: true } }
      const printed = lucene.print!(where(of), { layout: 'line' })
      if (printed.value === undefined) {
        expect(printed.diagnostics.map(finding => finding.code)).toEqual(['LUC107'])
        continue
      }
      const text = printed.value.text.slice('process.command_line:'.length)
      if (text.startsWith('/')) {
        // The lexer's longest match: everything but a slash, or a backslash with a slash.
        const token = /^\/(?:\\\/|[^/])*\//.exec(text)
        expect(token?.[0]).toBe(text)
      } else expect(/^(?:\\[\s\S]|[^\s+\-!():^[\]"{}~\\/&|])+$/.test(text)).toBe(true)
    }
  })
  it('a half of a character is refused everywhere', () => {
    for (const language of Object.values(languages)) {
      const printed = language.print!(where(cased('a\ud800b')))
      expect(printed.value).toBeUndefined()
      expect(printed.diagnostics[0]!.message).toBe('half of a character cannot be in a document')
    }
  })
})

describe('--loose', () => {
  const rule = `title: Case
logsource: {category: process_creation, product: windows}
detection:
  selection:
    Image|endswith: \\plink.exe
  condition: selection
`
  const detection: Detection = readRules([{ name: 'case.yml', text: rule }]).value![0]!
  it('takes the narrower kuery, and says so', () => {
    const { value, diagnostics } = convert(detection, targetOf('kibana-kql')!, { document: 'none', loose: true })
    expect(value?.printed.text.split('\n').at(-1)).toBe('and process.executable : *\\\\plink.exe')
    expect(value?.printed.marks.some(mark => mark.how === 'narrowed')).toBe(true)
    expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual([['KUE105', 'warning']])
  })
  it('writes the same text every time, with marks inside it that point into the rule', () => {
    for (const id of ['elastic-eql', 'elastic-esql', 'elastic-lucene', 'winlogbeat-eql']) {
      const once = convert(detection, targetOf(id)!, { document: 'none' }).value!.printed
      expect(convert(detection, targetOf(id)!, { document: 'none' }).value!.printed).toEqual(once)
      const marked = once.marks.filter(mark => mark.from.some(span => rule.slice(span.start, span.end).includes('plink')))
      expect(marked.length).toBeGreaterThan(0)
      for (const mark of once.marks) expect(mark.end).toBeLessThanOrEqual(once.text.length)
    }
  })
})
