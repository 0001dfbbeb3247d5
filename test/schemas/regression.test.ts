// The same records twice: SigmaHQ's regression cases as EVTX and as JSON. What the oracle found in the EVTX, all rules find in the JSON.

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/engine/engine.ts'
import { hunt, isAlert } from '../../src/hunt.ts'
import { accessor, asText } from '../../src/ir/event.ts'
import { eventSources } from '../../src/node/files.ts'
import { ruleSources } from '../../src/node/rulefiles.ts'
import { readRules } from '../../src/rules/index.ts'
import { schemas } from '../../src/schemas/index.ts'
import { dataPresent, dataRoot, jsonLines } from '../acceptance/shared.ts'

interface Expected {
  readonly rule: string
  readonly file: string
  readonly record: number
}

const recordId = accessor('Event.System.EventRecordID')

describe.skipIf(!dataPresent)('regression cases as JSON (needs ../shared/data)', () => {
  it('give the hits of the EVTX', { timeout: 600_000 }, async () => {
    const root = `${dataRoot}evtx/`
    const named = JSON.parse(readFileSync(`${dataRoot}expected/not-evaluated.json`, 'utf8')) as { rules: { path: string }[] }
    const left = new Set(named.rules.map(rule => rule.path))
    const sources = await ruleSources([`${dataRoot}sigma-rules`], finding => console.warn(finding.message))
    const rules = readRules(sources.filter(source => !left.has(source.name.slice(`${dataRoot}sigma-rules/`.length)))).value!
    const program = compile(
      rules.filter(({ query: { from } }) => from.kind === 'class' && from.class.product === 'windows'),
      schemas,
    ).value!
    const expected = jsonLines<Expected>(`${dataRoot}expected/dev-hits.jsonl.gz`)
      .filter(hit => hit.file.startsWith('regression/'))
      .map(hit => `${hit.rule} ${hit.file.replace('.evtx', '')} ${hit.record}`)
    const hits = new Set<string>()
    for await (const item of hunt(
      program,
      eventSources([`${root}regression/**/*.json`], finding => console.warn(finding.message)),
    )) {
      if (!isAlert(item)) continue
      const event = item.events[0]!
      expect(item.schema).toBe('winevent-json')
      hits.add(
        `${item.detection} ${event.origin!.source.slice(root.length).replace('.json', '')} ${asText(recordId(event.fields)!)}`,
      )
    }
    expect(expected.length).toBeGreaterThan(100)
    expect([...hits].sort()).toEqual([...new Set(expected)].sort())
  })
})
