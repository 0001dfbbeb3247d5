// The regression cases of SigmaHQ: each rule fires on the log that was recorded for it, at least as often as the case says.

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/engine/engine.ts'
import { hunt, isAlert } from '../../src/hunt.ts'
import { eventSources } from '../../src/node/files.ts'
import { ruleSources } from '../../src/node/rulefiles.ts'
import { readRules } from '../../src/rules/index.ts'
import { schemas } from '../../src/schemas/index.ts'
import { dataPresent, dataRoot } from './shared.ts'

interface Case {
  readonly rule_id: string
  readonly evtx: string
  readonly match_count: number | null
}

describe.skipIf(!dataPresent)('regression cases of SigmaHQ (needs ../shared/data)', () => {
  it('all fire', { timeout: 300_000 }, async () => {
    const { cases } = JSON.parse(readFileSync(`${dataRoot}evtx/regression-cases.json`, 'utf8')) as { cases: Case[] }
    const sets = ['rules', 'rules-emerging-threats', 'rules-threat-hunting', 'rules-compliance'].map(
      set => `${dataRoot}sigma-rules/${set}`,
    )
    const read = readRules(await ruleSources(sets, finding => console.warn(finding.message)))
    const program = compile(
      read.value ?? [],
      schemas.filter(schema => !schema.optIn),
    ).value!
    const short: string[] = []
    for (const { rule_id, evtx, match_count } of cases) {
      let fired = 0
      for await (const item of hunt(
        program,
        eventSources([`${dataRoot}evtx/${evtx}`], () => {}),
      ))
        if (isAlert(item) && item.detection === rule_id) fired++
      if (fired < (match_count ?? 1)) short.push(`${rule_id}: ${fired} of ${match_count}`)
    }
    console.log(`${cases.length} regression cases, ${cases.length - short.length} fire`)
    expect(cases.length).toBe(87)
    expect(short).toEqual([])
  })
})
