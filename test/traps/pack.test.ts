// The traps of the pack of T1572: the tests in its rules answered by every reading that takes the rule, and what else is shown of each.

import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { convert } from '../../src/convert.ts'
import type { Detection } from '../../src/ir/detection.ts'
import type { Value } from '../../src/ir/event.ts'
import { readRules } from '../../src/rules/index.ts'
import { targetOf, targets } from '../../src/targets.ts'
import { packTraps, rows } from './pack.ts'
import { holds, ran, shows } from './readings.ts'
import { conversions } from './traps.ts'

const folder = 'packs/t1572/rules'
const files = readdirSync(folder).sort()
const pack = readRules(files.map(name => ({ name, text: readFileSync(`${folder}/${name}`, 'utf8') })))
const rulesOf = (id: string): readonly Detection[] =>
  pack.value!.filter(rule => rule.written.document.name.startsWith(id.toLowerCase()))

type Fields = Readonly<Record<string, Value>>

/** What a flat event of a class has besides: the log of a table of Windows events, where PowerShell reads one. */
const adorner = (rule: Detection) => {
  const { value } = convert(rule, targetOf('powershell')!, { document: 'none' })
  const log = value === undefined ? null : /LogName = '([^']*)'; Id = (\d+)/.exec(value.printed.text)
  return (event: Fields): Fields => ({ ...(log === null ? {} : { Channel: log[1]!, EventID: log[2]! }), ...event })
}

let trials = 0

describe('traps of the pack', () => {
  it.each(packTraps.map(trap => [trap.id, trap] as const))('%s', async (id, trap) => {
    const rules = rulesOf(id)
    const told = trap.name === undefined ? rules[0]! : rules.find(rule => rule.name === trap.name)!
    for (const rule of rules) {
      if (rule.query.from.kind !== 'class' || rule.query.stages.some(stage => stage.kind !== 'filter')) continue
      const adorned = adorner(rule)
      const events = (expects: 'alert' | 'silence') =>
        rule.tests.flatMap(test =>
          test.expect === expects && Array.isArray(test.events) && (expects === 'silence' || test.events.length === 1)
            ? test.events.map(event => adorned(event.fields))
            : [],
        )
      const find = rule === told ? (trap.find ?? []).map(adorned) : []
      const quiet = rule === told ? (trap.quiet ?? []).map(adorned) : []
      await holds(rule, [...find, ...events('alert')], [...quiet, ...events('silence')])
      trials += events('alert').length + events('silence').length
    }
    for (const one of trap.shown ?? []) shows(told, one)
    const { only } = trap
    if (only !== undefined) {
      const written = targets.filter(target => {
        const { value, diagnostics } = convert(told, target, { document: 'none' })
        const refused = diagnostics.some(finding => finding.severity === 'error')
        expect([target.id, value === undefined], target.id).toEqual([target.id, refused])
        return value !== undefined
      })
      // A rule written as Sigma again is no query.
      expect(written.map(target => target.id).filter(target => target !== 'sigma')).toEqual(only)
    }
  })

  it('are in rules that are read', () => {
    expect(pack.diagnostics.filter(finding => finding.severity === 'error')).toEqual([])
  })

  it('are all there, each once, and the rows of the table are shown', () => {
    const ids = packTraps.map(trap => trap.id)
    expect(ids).toEqual(files.map(file => file.slice(0, 7).toUpperCase()))
    const known = new Set([...ids, ...conversions.map(trap => trap.id)])
    expect(rows.length).toBe(12)
    expect(rows.flatMap(([, shown]) => shown).filter(id => !known.has(id))).toEqual([])
  })
})

afterAll(() => console.info('traps of the pack: readings run', ran, 'trials', trials))
