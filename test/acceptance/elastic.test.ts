// All SigmaHQ Windows rules in the languages of Elastic: how many are written, and that those that are not have a true reason.

import { describe, expect, it } from 'vitest'
import { convert } from '../../src/convert.ts'
import type { Detection } from '../../src/ir/detection.ts'
import { ruleSources } from '../../src/node/rulefiles.ts'
import { readRules } from '../../src/rules/index.ts'
import { targetOf } from '../../src/targets.ts'
import { dataPresent, dataRoot } from './shared.ts'

/** The closed list: what a target may refuse, and why that is true. */
const reasons: readonly (readonly [why: string, message: RegExp])[] = [
  ['keywords have no field in EQL, ES|QL and kuery', /^a keyword without a field /],
  ['two fields are never compared in EQL, Lucene and kuery', /^two fields /],
  ['ParentUser and a user in two columns', /^the derived field "joined" /],
  ['the pipeline of PowerShell takes the text apart', /keeps the part of the field "(?:Payload|ContextInfo|Data)" only/],
  ['the pipeline of Sysmon turns registry numbers to decimal', /keeps the (?:dword|words) of the field "Details" only/],
  ['a part of an address or number', /holds addresses, of which|holds numbers, of which|long values, of which/],
  ['a network in a column of text', /holds text, and a network is asked only of addresses/],
  ['what Lucene has no expression for', /cannot be said in a regular expression of Lucene$/],
  ['an expression beyond the index setting', /would be longer than 1000 characters/],
  ['several values in one column', /holds several values, of which ES\|QL compares whole ones only/],
  ['no such log source in Winlogbeat', /has no table for product "windows", category "file_(?:access|rename)"/],
  ['kuery heeds case', /^kuery heeds case/],
  ['kuery has no such pattern', /^kuery has no /],
]

/** How many of the 2,406 rules are written at least; the numbers may not fall. */
const floors: Readonly<Record<string, number>> = {
  'elastic-eql': 2358,
  'elastic-esql': 2362,
  'elastic-lucene': 2370,
  'winlogbeat-eql': 2360,
  'winlogbeat-esql': 2380,
  'winlogbeat-lucene': 2370,
  'kibana-kql': 40,
}

describe.skipIf(!dataPresent)('SigmaHQ rules for Elastic (needs ../shared/data)', () => {
  it('are written, or refused for a true reason', { timeout: 120_000 }, async () => {
    const sources = await ruleSources([`${dataRoot}sigma-rules/rules/windows`], finding => console.warn(finding.message))
    const rules: readonly Detection[] = readRules(sources).value!
    for (const [id, floor] of Object.entries(floors)) {
      const refused = new Map<string, number>()
      const untold: string[] = []
      let written = 0
      for (const rule of rules) {
        const { value, diagnostics } = convert(rule, targetOf(id)!, { document: 'none' })
        if (value !== undefined) {
          written++
          expect(convert(rule, targetOf(id)!, { document: 'none' }).value!.printed.text).toBe(value.printed.text)
          continue
        }
        const errors = diagnostics.filter(finding => finding.severity === 'error')
        expect(errors.length).toBeGreaterThan(0)
        const why = new Set<string>()
        for (const { message } of errors) {
          const reason = reasons.find(([, pattern]) => pattern.test(message))
          if (reason === undefined) untold.push(`${rule.title}: ${message}`)
          else why.add(reason[0])
        }
        for (const one of why) refused.set(one, (refused.get(one) ?? 0) + 1)
      }
      const told = [...refused].map(([why, count]) => `${why} ${count}`).join('; ')
      console.info(`${id}: ${written} of ${rules.length} written, refused: ${told}`)
      expect(untold).toEqual([])
      expect(written).toBeGreaterThanOrEqual(floor)
    }
  })
})

describe('a rule of our own for Elastic', () => {
  it('is written for every target', () => {
    const text = `title: Own
logsource: {category: process_creation, product: windows}
detection:
  selection: {ProcessId: 4}
  condition: selection
`
    const rule = readRules([{ name: 'own.yml', text }]).value![0]!
    for (const id of [...Object.keys(floors), 'opensearch', 'xpack-watcher'])
      expect(convert(rule, targetOf(id)!).value?.printed.text).toBeTypeOf('string')
  })
})
