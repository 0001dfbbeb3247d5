// What is written in YARA-L: values stay in their literals (told by a reader of its own), ask for just that value, and every public rule is converted or refused for a reason.

import { describe, expect, it } from 'vitest'
import { convert } from '../../src/convert.ts'
import { matchGlob } from '../../src/ir/glob.ts'
import type { Match, Predicate, ValueType } from '../../src/ir/predicate.ts'
import { yaral } from '../../src/languages/yaral/index.ts'
import { readRules } from '../../src/rules/index.ts'
import { targetOf } from '../../src/targets.ts'
import { dataPresent } from '../acceptance/shared.ts'
import { countConversions, reasonsOf, tellSkipped } from './counted.ts'
import { globsAround, holdToGlob, rowsOf, test as testOf, tokensBy } from './literals.ts'
import { asRegExp } from './re2.ts'
import { torture } from './torture.ts'

const rows = (where: Predicate) => rowsOf('udm', where)

const test = (match: Match, name = 'a', type: ValueType = 'string') => testOf(match, name, type)

const print = (where: Predicate): string => yaral.print!(rows(where)).value!.text

/** The tokens of a rule: names with their dots, operators, texts in quotes with their four escapes, expressions between backquotes. A line break is one too. */
const tokens = tokensBy(
  /^(?:( +)|"(?:[^"\\\p{Cc}]|\\["\\tn])*"|`[^`\p{Cc}]*`|[$#]?[A-Za-z_][\w.]*|\d+[mh]?|!=|[<>]=?|[=(),:\n])/u,
)

/** What one predicate asks of a text: RE2's search and JavaScript's agree on what is written here. */
function asks(line: readonly string[]): (text: string) => boolean {
  const folds = line.at(-1) === 'nocase'
  if (line[0] === '$e.a') {
    const text = JSON.parse(line[2]!) as string
    return folds ? other => matchGlob([text], true)(other) : other => other === text
  }
  const pattern = asRegExp(line.find(token => token.startsWith('`'))!.slice(1, -1), folds)
  return text => pattern.test(text)
}

describe('YARA-L', () => {
  it('keeps every value in its literal, and asks for that value', () => {
    for (const asked of globsAround([
      ...torture,
      '`',
      '`) or re.regex($e.b, `',
      '\\`',
      '`'.repeat(65_536),
      'condition:',
      'é`É',
    ])) {
      const { text, glob, fold } = asked
      const printed = print({ kind: 'and', args: [test({ kind: 'glob', glob, fold }), test({ kind: 'exists' }, 'b')] })
      const read = tokens(printed)
      expect(read.slice(0, 3)).toEqual(['events', ':', '\n'])
      const end = read.indexOf('\n', 3)
      expect(read.slice(end)).toEqual(['\n', '$e.b', '!=', '""', '\n', '\n', 'condition', ':', '\n', '$e'])
      // JavaScript's own engine gives up on the longest.
      if (text.length > 1000) continue
      holdToGlob(asked, printed, asks(read.slice(3, end)))
    }
  })

  it('says what it cannot say, and where', () => {
    const told = (where: Predicate): readonly string[] =>
      yaral.print!(rows(where)).diagnostics.map(finding => `${finding.code} ${finding.span?.start}`)
    expect(told(test({ kind: 'glob', glob: ['\ud800'], fold: true }))).toEqual(['YRL106 1'])
    expect(told(test({ kind: 'exists' }, 'a) or (b'))).toEqual(['YRL106 1'])
    expect(told(test({ kind: 'cidr', network: '10.0.0.0/8") or ("' }, 'a', 'ip'))).toEqual(['YRL102 1'])
    expect(told(test({ kind: 'regex', pattern: '(?=a)b', fold: false, whole: false }))).toEqual(['YRL105 1'])
    expect(told(test({ kind: 'text', how: 'whole', to: { kind: 'field', name: 'b', type: 'ip' }, fold: true }))).toEqual([
      'YRL103 1',
    ])
    expect(told(test({ kind: 'compare', op: '<', to: { kind: 'literal', value: 5 } }))).toEqual(['YRL104 1'])
    expect(told(test({ kind: 'exists' }))).toEqual(['YRL301 1'])
    expect(
      yaral.print!({ ...rows(test({ kind: 'exists' })), stages: [{ kind: 'limit', count: 1 }] }).diagnostics.map(of => of.code),
    ).toEqual(['YRL101'])
  })

  it('counts an event that two rules find once, and says so', () => {
    const base = (name: string) =>
      `title: ${name}\nname: ${name}\nlogsource: {product: windows, category: process_creation}\ndetection:\n  selection: {CommandLine|contains: ${name}}\n  condition: selection\n---\n`
    const text = `${base('one')}${base('two')}title: Both\ncorrelation: {type: event_count, rules: [one, two], group-by: [Computer], timespan: 5m, condition: {gte: 3}}\n`
    const detection = readRules([{ name: 'rule.yml', text }]).value!.at(-1)!
    const { value, diagnostics } = convert(detection, targetOf('secops')!, { document: 'none' })
    expect(value!.printed.text).toContain('  #e >= 3')
    expect(diagnostics.filter(finding => finding.severity === 'warning').map(finding => finding.code)).toEqual([
      'YRL302',
      'YRL303',
    ])
  })

  it.skipIf(!dataPresent)('converts every rule of SigmaHQ for Windows, or refuses it for a reason (needs ../shared/data)', () => {
    const { all, converted, reasons } = countConversions('secops', text =>
      expect(tokens(text).slice(0, 2)).toEqual(['events', ':']),
    )
    console.info(`secops: ${converted} of ${all} rules converted`, reasonsOf(reasons))
    expect(converted).toBeGreaterThan(1100)
    expect([...reasons.keys()].filter(reason => !/^(?:SCH10[1-4]|YRL10[1-7]|PRN10[12]) /.test(reason))).toEqual([])
  })
  if (!dataPresent) tellSkipped('secops')
})
