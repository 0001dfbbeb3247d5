// Every trap once: our translations find and pass over what the rule does, in every reading that runs here, say what they must, or refuse by name.

import { afterAll, describe, expect, it } from 'vitest'
import type { Detection } from '../../src/ir/detection.ts'
import { readRules } from '../../src/rules/index.ts'
import { grepThere, holds, ran, shows } from './readings.ts'
import { conversions, type Trap } from './traps.ts'

const ruleOf = (trap: Trap): Detection => {
  const rule = trap.rule as string
  const text = /^(?:title|detection):/m.test(rule)
    ? rule
    : `title: ${trap.id}\nlogsource: {product: windows, category: process_creation}\ndetection:\n${rule.replace(/^/gm, '  ')}\n`
  const read = readRules([{ name: 'trap.yml', text }])
  expect(read.diagnostics.filter(finding => finding.severity === 'error')).toEqual([])
  return read.value![0]!
}

/** Where a flat event of process creation comes from. */
const adorned = (fields: Readonly<Record<string, string>>) => ({
  Channel: 'Microsoft-Windows-Sysmon/Operational',
  EventID: '1',
  ...fields,
})

describe('traps of conversions', () => {
  it.each(conversions.map(trap => [trap.id, trap] as const))('%s', async (_, trap) => {
    const rule = ruleOf(trap)
    for (const one of trap.shown ?? []) shows(rule, one)
    await holds(rule, trap.find?.map(adorned), trap.quiet?.map(adorned), event => event.EventID === '1')
    expect((trap.shown ?? []).length + (trap.find ?? []).length + (trap.quiet ?? []).length).toBeGreaterThan(0)
  })

  it('are all there, each once', () => {
    const ids = conversions.map(trap => trap.id)
    const range = (prefix: string, to: number) => Array.from({ length: to }, (_, at) => `${prefix}${at + 1}`)
    const rest = ['splunk', 'cim', 'defender', 'asim', 'azure', 'lucene', 'eql', 'esql', 'cased'].map(name => `C-${name}`)
    expect(ids).toEqual([...range('S1-', 10), ...range('S2-', 16), ...rest])
  })
})

afterAll(() => {
  console.info('traps: readings run', ran)
  if (!grepThere) console.info('skipped: traps in GNU grep (no grep -P here)')
})
