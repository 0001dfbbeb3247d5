// KQL that we write, put before Microsoft's own parser and binder: no query may have an error over the tables that its target declares.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { convert } from '../../src/convert.ts'
import { languages } from '../../src/languages/index.ts'
import { readRules } from '../../src/rules/index.ts'
import { link } from '../../src/rules/link.ts'
import { targetOf, targets } from '../../src/targets.ts'
import type { Source } from '../../src/text/source.ts'
import { dataRoot } from '../acceptance/shared.ts'
import { readCases } from '../cases.ts'
import { binder } from './kusto.ts'

const written = targets.filter(target => target.language === 'kql').map(target => target.id)
/** The target that only calls the parsers by other names is left to the cases. */
const different = written.filter(id => id !== 'sentinel-asim-workspace')
const check = binder()

describe("Microsoft's binder", () => {
  it('finds what is wrong', () => {
    expect(check('DeviceProcessEvents | where FileNam == "x"').errors.join()).toContain('KS142')
    expect(check('DeviceProcessEvents | where ProcessId contains "x"').errors.join()).toContain('KS106')
    expect(check('_Im_ProcessCreate | where TargetProcessNam =~ "x"').errors.join()).toContain('KS142')
    expect(check('Event | where EventData contains "x').errors).not.toEqual([])
  })
  it('knows the tables', () => {
    expect(check('DeviceProcessEvents | project FileName, ProcessId')).toEqual({
      errors: [],
      columns: ['FileName:string', 'ProcessId:long'],
    })
    expect(check('imRegistry | project RegistryKey').errors).toEqual([])
  })
})

const cases = readCases(
  readFileSync(new URL('../../src/languages/kql/cases.md', import.meta.url), 'utf8'),
  languages.map(language => language.id),
).cases.flatMap(found =>
  [...found.blocks].flatMap(([kind, block]) =>
    kind.startsWith('print:') ? [[`${found.name} (${kind.slice(6)})`, block.text] as const] : [],
  ),
)

describe('the cases', () => {
  it('are seen', () => {
    expect(cases.length).toBeGreaterThanOrEqual(25)
  })
  it.each(cases)('%s', (_, text) => {
    expect(check(text).errors).toEqual([])
  })
})

/** Rules whose texts, columns and windows are harder than most, for every target. */
const hard: Readonly<Record<string, string>> = {
  'every kind of test': `title: every kind
logsource: {product: windows, category: process_creation}
detection:
  selection:
    Image|endswith|cased: '\\Plink.exe'
    CommandLine|re: '(a|b).*"c"'
    ParentImage: null
    CommandLine: 'a?b*c'
    ProcessId|gt: 5
  other:
    ProcessId: [4, 5]
    ParentProcessId: 7
    Image|fieldref: ParentImage
  filter:
    - User: 'NT AUTHORITY\\SYSTEM'
    - CommandLine|re|i: 'x*'
    - CommandLine|contains: ['É', 'a\\']
    - CommandLine|exists: false
  keywords: ['mimikatz', 'x?y']
  condition: selection and not filter or other or not keywords
`,
  'texts that try to leave their literal': `title: texts
logsource: {product: windows, category: process_creation}
detection:
  selection:
    CommandLine|contains:
${['"', '\\', '" or true //', "'", '@"', '\u2028', '\u0000', '\n', '```', '{{', '%', '😀', '\u202e'].map(text => `      - ${JSON.stringify(text)}`).join('\n')}
  condition: selection
`,
  ...Object.fromEntries(
    [
      ['event_count', 'condition: {gte: 1}'],
      ['event_count', 'condition: {gt: 3, lt: 9}'],
      ['value_count', 'condition: {field: [Image, CommandLine], gte: 2}'],
      ['value_sum', 'condition: {field: ProcessId, gte: 2}'],
      ['value_avg', 'condition: {field: ProcessId, lt: 2}'],
      ['temporal', 'group-by: [Computer, User]'],
      ['temporal_ordered', 'group-by: [Computer]'],
      ['temporal', 'condition: a and not b'],
    ].map(([type, more]) => [
      `${type}, ${more}`,
      `title: a
name: a
logsource: {product: windows, category: process_creation}
detection:
  selection: {Image|endswith: '\\plink.exe'}
  condition: selection
---
title: b
name: b
logsource: {product: windows, category: network_connection}
detection:
  selection: {DestinationPort: 22, Image|endswith: '\\plink.exe'}
  condition: selection
---
title: c
correlation:
  type: ${type}
  rules: [${/^temporal/.test(type!) ? 'a, b' : 'a'}]
  timespan: 90m
  ${more}
`,
    ]),
  ),
}

describe.each(different)('%s', target => {
  it.each(Object.entries(hard))('%s', (_, document) => {
    const rule = link(readRules([{ name: 'rule.yml', text: document }]).value!).value!.at(-1)!
    const { value, diagnostics } = convert(rule, targetOf(target)!, { document: 'none' })
    expect(diagnostics.filter(finding => finding.severity === 'error').map(finding => finding.message)).toEqual([])
    expect(check(value!.printed.text).errors).toEqual([])
  })
})

const folder = join(dataRoot, 'sigma-rules/rules/windows')
const present = existsSync(folder)
if (!present) console.warn('SKIPPED: all SigmaHQ rules before the binder, since ../shared/data/sigma-rules is absent')

describe.skipIf(!present)('SigmaHQ rules for Windows (needs ../shared/data)', () => {
  const sources = (): readonly Source[] =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter(name => /\.ya?ml$/.test(name))
      .sort()
      .map(name => ({ name, text: readFileSync(join(folder, name), 'utf8') }))
  const rules = present ? link(readRules(sources()).value ?? []).value! : []
  // At least so many of a hundred are converted; the rest is refused for a reason that the report names.
  const least: Readonly<Record<string, number>> = {
    defender: 78,
    'sentinel-asim': 98.3,
    'sentinel-security': 70.5,
    'sentinel-forwarded': 99.5,
  }
  /** Why a rule may be refused: no table or column for it, or a column that keeps too little of the field. */
  const reasons = /^(?:SCH10[1-4]|KQL102)$/

  it.each(different)(
    '%s',
    target => {
      const refused = new Map<string, number>()
      const wrong: string[] = []
      let converted = 0
      for (const rule of rules) {
        const { value, diagnostics } = convert(rule, targetOf(target)!, { document: 'none' })
        if (value === undefined) {
          const reason = diagnostics.find(finding => finding.severity === 'error')
          const said = `${reason?.code} ${reason?.message}`
          refused.set(said, (refused.get(said) ?? 0) + 1)
          if (reason === undefined || !reasons.test(reason.code)) wrong.push(`${rule.title}: refused, ${said}`)
          continue
        }
        converted++
        const { errors } = check(value.printed.text)
        if (errors.length > 0) wrong.push(`${rule.title}: ${errors[0]}`)
      }
      const counted = [...refused].sort((a, b) => b[1] - a[1]).slice(0, 12)
      console.info(
        [
          `${target}: ${converted} of ${rules.length} converted, ${wrong.length} wrong`,
          ...counted.map(([why, count]) => `  ${count} ${why}`),
        ].join('\n'),
      )
      expect(wrong.slice(0, 5)).toEqual([])
      expect(converted).toBeGreaterThanOrEqual((rules.length * least[target]!) / 100)
    },
    600_000,
  )
})
