// Queries and event definitions for Graylog: values stay in their literals (told by a reader of its own), definitions are what the server takes, and every public rule is converted or refused for a reason.

import { describe, expect, it } from 'vitest'
import { convert } from '../../src/convert.ts'
import { graylogEvent } from '../../src/rules/graylog.ts'
import { readRules } from '../../src/rules/index.ts'
import { targetOf } from '../../src/targets.ts'
import { dataPresent } from '../acceptance/shared.ts'
import { countConversions, reasonsOf, tellSkipped } from '../languages/counted.ts'
import { torture } from '../languages/torture.ts'

const base = (name: string, field = 'EventID', value = '4625') =>
  `title: ${name}\nname: ${name}\nlogsource: {product: windows, service: security}\ndetection:\n  selection: {${field}: ${value}}\n  condition: selection\n---\n`
const counts = (type: string, condition: string, rules = 'one', more = '') =>
  `title: Many\ndescription: Too many\nlevel: high\ncorrelation: {type: ${type}, rules: [${rules}], group-by: [TargetUserName], timespan: 5m, condition: {${condition}}}\n${more}`

const last = (text: string) => readRules([{ name: 'rule.yml', text }]).value!.at(-1)!

function definition(text: string) {
  const { value, diagnostics } = convert(last(text), targetOf('graylog')!)
  const codes = diagnostics.filter(finding => finding.severity !== 'note').map(finding => finding.code)
  return { json: value === undefined ? undefined : JSON.parse(value.documents[0]!.text), query: value?.printed.text, codes }
}

/** The tokens of a query: names with a colon, terms with escapes, texts in quotes, expressions between slashes, words and brackets. */
function tokens(text: string): readonly string[] {
  const found: string[] = []
  for (let at = 0; at < text.length; ) {
    const [whole, blank] =
      /^(?:([ \n]+)|"(?:[^"\\]|\\[\s\S])*"|\/(?:[^/\\]|\\[\s\S])*\/|(?:[^\s\\()"/:[\]{}~^]|\\[\s\S])+:?|[()])/u.exec(
        text.slice(at),
      ) ?? []
    if (whole === undefined) throw new Error(`no token at ${JSON.stringify(text.slice(at, at + 40))}`)
    if (blank === undefined) found.push(whole)
    at += whole.length
  }
  return found
}

describe('a query for Graylog', () => {
  it('keeps every value in its literal, and has no parameter of a search', () => {
    for (const value of [...torture, '$source$', 'a$b$c', '/', '" OR *:*'].filter(text => text.length < 1000)) {
      for (const modifier of ['', '|contains', '|startswith', '|endswith', '|cased', '|contains|cased']) {
        const text = `title: One\nlogsource: {product: windows, category: process_creation}\ndetection:\n  selection:\n    CommandLine${modifier}: ${JSON.stringify(value.replace(/[\\*?]/g, '\\$&'))}\n    ParentImage|exists: true\n  condition: selection\n`
        const rule = readRules([{ name: 'rule.yml', text }]).value![0]!
        const { value: told } = convert(rule, targetOf('graylog')!, { document: 'none', layout: 'line' })
        const read = tokens(told!.printed.text)
        expect(read.slice(0, 7)).toEqual([
          'winlogbeat_winlog_channel:',
          '"Microsoft-Windows-Sysmon/Operational"',
          'AND',
          'winlogbeat_winlog_event_id:',
          '"1"',
          'AND',
          'winlogbeat_winlog_event_data_CommandLine:',
        ])
        expect(read.slice(8)).toEqual(['AND', '_exists_:', 'winlogbeat_winlog_event_data_ParentImage'])
        expect(read[7]).not.toMatch(/(?<!\\)\$/)
        // Wildcards at the beginning of a term are switched off.
        expect(read[7]).not.toMatch(/^[*?]/)
      }
    }
  })

  it.skipIf(!dataPresent)('converts every rule of SigmaHQ for Windows, or refuses it for a reason (needs ../shared/data)', () => {
    const { all, converted, reasons } = countConversions('graylog', text =>
      expect(text.replaceAll('*:*', '')).not.toMatch(/[:( ][*?]/),
    )
    console.info(`graylog: ${converted} of ${all} rules converted`, reasonsOf(reasons))
    expect(converted).toBeGreaterThan(2250)
    expect([...reasons.keys()].filter(reason => !/^(?:SCH10[1-4]|LUC10[1-7]|PRN10[12]) /.test(reason))).toEqual([])
  })
  if (!dataPresent) tellSkipped('graylog')
})

describe('an event definition of Graylog', () => {
  it('is a filter for a rule that looks at single events', () => {
    const { json, query, codes } = definition(base('one').replace('\n---\n', '\n'))
    expect(codes).toEqual([])
    expect(json).toMatchObject({
      title: 'one',
      priority: 1,
      alert: true,
      config: {
        type: 'aggregation-v1',
        query,
        group_by: [],
        series: [],
        conditions: { expression: null },
        // A minute for what is indexed late.
        search_within_ms: 360_000,
        execute_every_ms: 300_000,
        event_limit: 100,
      },
      field_spec: {},
      key_spec: [],
      notification_settings: { grace_period_ms: 0, backlog_size: 0 },
    })
  })

  it('is an aggregation for a count', () => {
    const { json, query, codes } = definition(`${base('one')}${counts('event_count', 'gte: 10, lt: 20')}`)
    const user = 'winlogbeat_winlog_event_data_TargetUserName'
    expect(query!.split('\n')).toEqual([
      'winlogbeat_winlog_channel:"Security"',
      'AND winlogbeat_winlog_event_id:"4625"',
      `AND _exists_:${user}`,
    ])
    expect(codes).toEqual(['GLE301'])
    const number = { expr: 'number-ref', ref: 'event_count' }
    expect(json).toMatchObject({
      title: 'Many',
      priority: 3,
      config: {
        query,
        group_by: [user],
        series: [{ id: 'event_count', type: 'count', field: null }],
        conditions: {
          expression: {
            expr: '&&',
            left: { expr: '>=', left: number, right: { expr: 'number', value: 10 } },
            right: { expr: '<', left: number, right: { expr: 'number', value: 20 } },
          },
        },
        search_within_ms: 300_000,
        execute_every_ms: 60_000,
      },
      key_spec: [user],
      field_spec: { [user]: { data_type: 'string', providers: [{ type: 'template-v1', template: `\${source.${user}}` }] } },
    })
  })

  it('counts different values, and says when that is an estimate', () => {
    const { json, codes } = definition(`${base('one')}${counts('value_count', 'gt: 4000, field: IpAddress')}`)
    expect(json.config.series).toEqual([{ id: 'value_count', type: 'card', field: 'winlogbeat_winlog_event_data_IpAddress' }])
    expect(json.config.query).toContain('_exists_:winlogbeat_winlog_event_data_IpAddress')
    expect(codes).toEqual(['GLE301', 'GLE302'])
  })

  it('says that an event of two rules is counted once', () => {
    expect(definition(`${base('one')}${base('two')}${counts('event_count', 'gte: 3', 'one, two')}`).codes).toEqual([
      'GLE301',
      'GLE303',
    ])
  })

  it('refuses what it has no place for', () => {
    expect(definition(`${base('one')}${counts('value_sum', 'gte: 3, field: KeyLength')}`)).toMatchObject({
      json: undefined,
      codes: ['GLE102'],
    })
    expect(
      definition(`${base('one')}${base('two')}${counts('temporal', '', 'one, two').replace(', condition: {}', '')}`).codes,
    ).toEqual(['LUC101'])
    const bare = convert(last(`${base('one')}${counts('event_count', 'gte: 3')}`), targetOf('graylog')!, { document: 'none' })
    expect(bare.diagnostics.map(finding => finding.code)).toEqual(['SCH302', 'LUC101', 'CNV302'])
    const elsewhere = convert(last(base('one').replace('\n---\n', '\n')), targetOf('elastic-lucene')!, {
      document: graylogEvent.id,
    })
    expect(elsewhere.diagnostics.map(finding => finding.code)).toContain('GLE101')
  })
})
