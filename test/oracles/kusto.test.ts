// KQL that we write, put before Microsoft's own parser and binder: no query may have an error over the tables that its target declares.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { convert } from '../../src/convert.ts'
import { readRules } from '../../src/rules/index.ts'
import { link } from '../../src/rules/link.ts'
import { targetOf, targets } from '../../src/targets.ts'
import type { Source } from '../../src/text/source.ts'
import { dataRoot } from '../acceptance/shared.ts'
import { binder } from './kusto.ts'

const written = targets.filter(target => target.language === 'kql').map(target => target.id)
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
    'sentinel-asim-workspace': 98.3,
    'sentinel-security': 70.5,
    'sentinel-forwarded': 99.5,
  }
  /** Why a rule may be refused: no table or column for it, or a column that keeps too little of the field. */
  const reasons = /^(?:SCH10[1-4]|KQL102)$/

  it.each(written)('%s', target => {
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
        `${target}: ${converted} of ${rules.length} converted, 0 expected before the binder's errors`,
        ...counted.map(([why, count]) => `  ${count} ${why}`),
      ].join('\n'),
    )
    expect(wrong.slice(0, 5)).toEqual([])
    expect(converted).toBeGreaterThanOrEqual((rules.length * least[target]!) / 100)
  })
})
