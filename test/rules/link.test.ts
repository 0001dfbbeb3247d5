// Joining: references, chains, circles, silence, filters, and names that clash.

import { describe, expect, it } from 'vitest'
import type { Detection } from '../../src/ir/detection.ts'
import { link } from '../../src/rules/link.ts'
import { sigmaRules } from '../../src/rules/sigma.ts'
import { type Diagnostic, place } from '../../src/text/diagnostic.ts'

function load(...texts: string[]): { rules: readonly Detection[]; findings: readonly Diagnostic[] } {
  const found: Detection[] = []
  for (const [index, text] of texts.entries()) {
    const { value, diagnostics } = sigmaRules.read!({ name: `${'abcdef'[index]}.yml`, text })
    expect(diagnostics).toEqual([])
    found.push(...value!)
  }
  const { value, diagnostics } = link(found)
  return { rules: value!, findings: diagnostics }
}

function told(findings: readonly Diagnostic[]): string[] {
  return findings.map(finding => {
    const where = place(finding)!
    return `${finding.code} ${where.file}:${where.line}:${where.column} ${JSON.stringify(finding.source!.text.slice(finding.span?.start ?? 0, finding.span?.end ?? 0))}`
  })
}

function bare(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, inner) => (key === 'span' ? undefined : inner)))
}

const rule = (name: string, value: string, more = ''): string =>
  `title: Rule ${name}\nid: id-${name}\nname: ${name}\nlogsource: {product: windows, category: process_creation}\ndetection: {a: {Image: ${value}}, condition: a}\n${more}`
const correlation = (name: string, body: string): string =>
  `title: Correlation ${name}\nid: id-${name}\nname: ${name}\ncorrelation: {timespan: 5m, ${body}}\n`
const filter = (rules: string, logsource = '{product: windows}'): string =>
  `title: A filter\nid: id-filter\nlogsource: ${logsource}\nfilter:\n  rules: ${rules}\n  selection: {User: bob}\n  condition: not selection\n`
const test = (field: string, value: string): unknown => ({
  kind: 'test',
  subject: { kind: 'field', name: field },
  match: { kind: 'glob', glob: [value], fold: true },
})
const event = { kind: 'class', class: { product: 'windows', category: 'process_creation' } }

describe('references', () => {
  it('are replaced by what they name, by name or id, in any order of files', () => {
    const { rules, findings } = load(
      correlation('c', 'type: event_count, rules: [r, id-s], condition: {gte: 3}, aliases: {who: {r: User}}, group-by: [who]'),
      rule('r', 'x'),
      rule('s', 'y'),
    )
    expect(findings).toEqual([])
    expect(bare(rules[0]!.query)).toMatchObject({
      from: {
        kind: 'union',
        of: [
          {
            from: event,
            stages: [
              { kind: 'filter', where: test('Image', 'x') },
              { kind: 'extend', columns: [{ name: 'who', value: { kind: 'field', name: 'User' } }] },
            ],
          },
          { from: event, stages: [{ kind: 'filter', where: test('Image', 'y') }] },
        ],
      },
    })
    expect(rules.map(found => [found.id, found.silent ?? false])).toEqual([
      ['id-c', false],
      ['id-r', true],
      ['id-s', true],
    ])
  })

  it('across files keep saying which file a place is in', () => {
    const { rules } = load(correlation('c', 'type: event_count, rules: [r], condition: {gte: 3}'), rule('r', 'x'))
    const { from } = rules[0]!.query
    if (from.kind !== 'union') throw new Error('no union')
    const stage = from.of[0]!.stages[0]!
    expect(stage.kind === 'filter' && stage.where.span).toMatchObject({ source: 'b.yml' })
    const own = rules[1]!.query.stages[0]!
    expect(own.kind === 'filter' && own.where.span?.source).toBeUndefined()
  })

  it('to correlations make chains', () => {
    const { rules, findings } = load(
      rule('r', 'x'),
      rule('s', 'y'),
      correlation('many', 'type: event_count, rules: [r], group-by: [User], condition: {gte: 3}'),
      correlation('then', 'type: temporal_ordered, rules: [many, s], group-by: [User]'),
    )
    expect(findings).toEqual([])
    expect(rules.map(found => found.silent ?? false)).toEqual([true, true, true, false])
    expect(bare(rules[3]!.query)).toMatchObject({
      from: {
        kind: 'sequence',
        ordered: true,
        steps: [
          { name: 'many', of: { from: { kind: 'union' }, stages: [{ kind: 'aggregate' }] } },
          { name: 's', of: { from: event, stages: [{ kind: 'filter' }] } },
        ],
      },
    })
  })

  it('to counts pass on what their latest event says', () => {
    const { rules, findings } = load(
      rule('r', 'x'),
      rule('s', 'y'),
      correlation('many', 'type: event_count, rules: [r], group-by: [Computer], condition: {gte: 3}'),
      correlation(
        'then',
        'type: temporal_ordered, rules: [many, s], aliases: {who: {many: TargetUser, s: User}}, group-by: [who]',
      ),
    )
    expect(findings).toEqual([])
    expect(bare(rules[3]!.query)).toMatchObject({
      from: {
        steps: [
          {
            of: {
              stages: [
                {
                  kind: 'aggregate',
                  measures: [
                    { name: 'event_count' },
                    { name: 'TargetUser', fn: 'latest', of: { kind: 'field', name: 'TargetUser' } },
                  ],
                },
                { kind: 'extend', columns: [{ name: 'who', value: { name: 'TargetUser' } }] },
              ],
            },
          },
          {},
        ],
      },
    })
    // The inner correlation itself stays as it is.
    expect(rules[2]!.query.stages).toMatchObject([{ measures: [{ name: 'event_count' }] }])
    expect(rules[2]!.query.stages).toHaveLength(1)
  })

  it('to sequences tell what is lost', () => {
    const { findings } = load(
      rule('r', 'x'),
      rule('s', 'y'),
      correlation('both', 'type: temporal, rules: [r, s], group-by: [Computer]'),
      correlation('often', 'type: event_count, rules: [both], group-by: [User], condition: {gte: 3}'),
    )
    expect(told(findings)).toEqual(['LNK206 d.yml:4:56 "both"'])
    expect(findings[0]!.hint).toBe('add "User" to "group-by" of "both"')
  })

  it('let a rule speak where any correlation generates', () => {
    const { rules } = load(
      rule('r', 'x'),
      correlation('c', 'type: event_count, rules: [r], condition: {gte: 3}'),
      correlation('d', 'type: event_count, rules: [r], condition: {gte: 9}, generate: true'),
    )
    expect(rules[0]!.silent).toBeUndefined()
  })

  it('to nothing are told with what was meant, and silence nobody', () => {
    const { rules, findings } = load(
      rule('failed_logon', 'x'),
      rule('other', 'y'),
      correlation('c', 'type: temporal, rules: [failed_logno, other]'),
    )
    expect(told(findings)).toEqual(['LNK001 c.yml:4:53 "failed_logno"'])
    expect(findings[0]!.hint).toBe('did you mean "failed_logon"?')
    expect(rules[2]!.query.stages).toMatchObject([{ where: { kind: 'opaque', text: 'there is no rule "failed_logno"' } }])
    expect(rules.some(found => found.silent)).toBe(false)
  })

  it('in a circle are told', () => {
    const { rules, findings } = load(
      correlation('c', 'type: event_count, rules: [d], condition: {gte: 3}'),
      correlation('d', 'type: event_count, rules: [c], condition: {gte: 3}'),
      correlation('e', 'type: event_count, rules: [e], condition: {gte: 3}'),
    )
    expect(told(findings).sort()).toEqual(['LNK002 b.yml:4:56 "c"', 'LNK002 c.yml:4:56 "e"', 'LNK004 a.yml:4:56 "d"'])
    expect(told(findings)).toContain('LNK002 c.yml:4:56 "e"')
    for (const found of rules) expect(found.query.stages).toMatchObject([{ where: { kind: 'opaque' } }])
  })

  it('that grow without end are refused', () => {
    const texts = [rule('r0', 'x')]
    for (let level = 1; level <= 20; level++) {
      const below = Array.from({ length: 1 }, () => `r${level - 1}`).join(', ')
      texts.push(correlation(`r${level}`, `type: event_count, rules: [${below}], condition: {gte: 1}`))
    }
    const { rules, findings } = load(texts.reverse().join('---\n'))
    expect(findings.map(finding => finding.code)).toEqual(['LNK003', 'LNK004', 'LNK004', 'LNK004'])
    expect(rules).toHaveLength(21)
  })

  it('that multiply are refused', () => {
    const texts = [rule('r0', 'x')]
    for (let level = 1; level <= 15; level++) {
      texts.push(rule(`s${level}`, 'y'))
      texts.push(correlation(`r${level}`, `type: temporal, rules: [r${level - 1}, id-r${level - 1}, s${level}]`))
    }
    const { findings } = load(texts.join('---\n'))
    expect(findings.map(finding => finding.code)).toEqual(['LNK003', 'LNK004', 'LNK004'])
  })
})

describe('names that clash', () => {
  it('are told with both places, and both rules load', () => {
    const { rules, findings } = load(rule('r', 'x'), rule('r', 'y').replace('name: r', 'name: q'))
    expect(told(findings)).toEqual(['LNK201 b.yml:2:5 "id-r"'])
    expect(findings[0]!.message).toBe('the id "id-r" is also that of "Rule r" ("a.yml", line 2); references mean that one')
    expect(rules).toHaveLength(2)
  })

  it('also as names', () => {
    const { findings } = load(rule('r', 'x'), rule('r', 'y').replace('id: id-r', 'id: id-q'))
    expect(told(findings)).toEqual(['LNK202 b.yml:3:7 "r"'])
  })

  it('are no clash where one global part gives them', () => {
    const { rules, findings } = load(
      'action: global\ntitle: t\nid: same\ndetection: {condition: a}\n---\nlogsource: {product: windows}\ndetection: {a: {B: c}}\n---\nlogsource: {product: linux}\ndetection: {a: {B: c}}\n',
    )
    expect(rules).toHaveLength(2)
    expect(findings).toEqual([])
  })
})

describe('filters', () => {
  const where = (found: Detection): unknown => {
    const stage = found.query.stages[0]
    return stage?.kind === 'filter' ? bare(stage.where) : undefined
  }
  const both = (value: string): unknown => ({
    kind: 'and',
    args: [test('Image', value), { kind: 'not', arg: test('User', 'bob') }],
  })

  it.each([
    ['any', [both('x'), both('y')]],
    ['[]', [both('x'), both('y')]],
    ['[r]', [both('x'), test('Image', 'y')]],
    ['id-s', [test('Image', 'x'), both('y')]],
    ['[r, id-s]', [both('x'), both('y')]],
  ])('with rules %s', (rules, expected) => {
    const loaded = load(rule('r', 'x'), filter(rules), rule('s', 'y'))
    expect(loaded.findings).toEqual([])
    expect(loaded.rules.map(found => found.id)).toEqual(['id-r', 'id-s'])
    expect(loaded.rules.map(where)).toEqual(expected)
  })

  it.each([
    ['{product: windows}', true],
    ['{product: Windows, category: process_creation}', true],
    ['{category: process_creation}', true],
    ['{product: linux}', false],
    ['{product: windows, service: sysmon}', false],
    ['{product: windows, vendor: example}', false],
  ])('for the log source %s', (logsource, applies) => {
    const { rules, findings } = load(rule('r', 'x'), filter('any', logsource))
    expect(where(rules[0]!)).toEqual(applies ? both('x') : test('Image', 'x'))
    expect(told(findings)).toEqual(applies ? [] : ['LNK203 b.yml:1:8 "A filter"'])
  })

  it('of an own attribute of the log source', () => {
    const own = rule('r', 'x').replace('{product: windows,', '{product: windows, vendor: example,')
    const { rules } = load(own, filter('any', '{vendor: example}').replace('logsource: {', 'logsource: {product: windows, '))
    expect(where(rules[0]!)).toEqual(both('x'))
  })

  it('reach the rules of a correlation, and never the correlation', () => {
    const { rules } = load(rule('r', 'x'), correlation('c', 'type: event_count, rules: [r], condition: {gte: 3}'), filter('any'))
    const { from, stages } = rules[1]!.query
    expect(bare(from)).toMatchObject({ of: [{ stages: [{ kind: 'filter', where: both('x') }] }] })
    expect(stages).toHaveLength(1)
  })

  it('several are all applied', () => {
    const { rules } = load(rule('r', 'x'), filter('any'), filter('[r]').replaceAll('bob', 'eve').replace('id-filter', 'id-other'))
    expect(where(rules[0]!)).toEqual({ kind: 'and', args: [both('x'), { kind: 'not', arg: test('User', 'eve') }] })
  })

  it('do not change what "them" means in the rule', () => {
    const own = 'title: t\nlogsource: {product: windows}\ndetection: {selection: {Image: x}, condition: all of them}\n'
    const { rules } = load(own, filter('any'))
    expect(where(rules[0]!)).toEqual(both('x'))
  })

  it('that name a rule that is not there are told', () => {
    const { findings } = load(rule('plink', 'x'), filter('[plikn, plink]'))
    expect(told(findings)).toEqual(['LNK204 b.yml:5:11 "plikn"'])
    expect(findings[0]!.hint).toBe('did you mean "plink"?')
  })
})
