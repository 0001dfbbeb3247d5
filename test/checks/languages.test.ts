// One rule in every language that is written and read back: what it asks too loosely is found in each of them.

import { describe, expect, it } from 'vitest'
import { convert } from '../../src/convert.ts'
import { languages } from '../../src/languages/index.ts'
import { lint } from '../../src/lint.ts'
import { readRules } from '../../src/rules/index.ts'
import { targets } from '../../src/targets.ts'

const rule = readRules([
  {
    name: 'rule.yml',
    text: `title: Desktop through a tunnel
id: 0f5e7f2c-53f5-4a0b-9d4a-54f6c7c3f118
logsource: {category: process_creation, product: windows}
detection:
  program:
    Image|endswith: '\\plink.exe'
  desktop:
    CommandLine|contains: ':127.0.0.1:3389'
  condition: program and desktop
`,
  },
]).value![0]!

/** Targets that cannot say the rule, and those whose queries are one expression over the text of an event, in which no field can be asked. */
const without: Readonly<Record<string, string>> = {
  'kibana-kql': 'refused: no way to ignore case',
  grep: 'one expression',
  'grep-text': 'one expression',
}

describe('languages', () => {
  it.each(targets.map(target => [target.id, target] as const))('%s', (id, target) => {
    const converted = convert(rule, target, { document: 'none' })
    if (id === 'kibana-kql') {
      expect(converted.value).toBe(undefined)
      return
    }
    const source = { name: `query.${target.id}`, text: converted.value!.printed.text }
    const query =
      target.language === 'sigma'
        ? rule.query
        : languages.find(language => language.id === target.language)!.parse(source, {}).value!
    const found = lint([
      {
        ...rule,
        query,
        schema: target.schema,
        written: { document: source, rules: 'plain', language: target.language, query: source },
      },
    ])
    const codes = found.map(({ code }) => code)
    if (Object.hasOwn(without, id)) expect(codes).not.toContain('LNT301')
    else for (const code of ['LNT301', 'LNT318']) expect(codes, source.text).toContain(code)
    expect(codes).not.toContain('LNT268')
  })
  it('that are not asked are targets', () => {
    expect(Object.keys(without).filter(id => !targets.some(target => target.id === id))).toEqual([])
  })
})
