// The real rules and logs of the oracles, and what the engine finds with them.

import { readFileSync } from 'node:fs'
import { compile } from '../../src/engine/engine.ts'
import { readSource } from '../../src/hunt.ts'
import type { Detection } from '../../src/ir/detection.ts'
import type { Event } from '../../src/ir/event.ts'
import { eventSources } from '../../src/node/files.ts'
import { ruleSources } from '../../src/node/rulefiles.ts'
import { readRules } from '../../src/rules/index.ts'
import { schemas } from '../../src/schemas/index.ts'
import { dataRoot } from '../acceptance/shared.ts'

/** Every event of the EVTX files. */
export async function realEvents(): Promise<readonly Event[]> {
  const root = `${dataRoot}evtx/`
  const { files } = JSON.parse(readFileSync(`${root}manifest.json`, 'utf8')) as { files: { path: string }[] }
  const events: Event[] = []
  const sources = eventSources(
    files.map(file => root + file.path),
    finding => console.warn(finding.message),
  )
  for await (const source of sources)
    for await (const { batch } of readSource(source, () => {}))
      for (let index = 0; index < batch.length; index++) events.push(batch.at(index))
  return events
}

/** Every SigmaHQ rule for Windows that asks single events. */
export async function realRules(): Promise<readonly Detection[]> {
  const sources = await ruleSources([`${dataRoot}sigma-rules`], finding => console.warn(finding.message))
  return (readRules(sources).value ?? []).filter(
    ({ query: { from, stages } }) =>
      from.kind === 'class' && from.class.product === 'windows' && stages.every(stage => stage.kind === 'filter'),
  )
}

/** For each rule, the places of the events that the engine finds. */
export function engineHits(rules: readonly Detection[], events: readonly Event[]): readonly ReadonlySet<number>[] {
  const run = compile(
    rules,
    schemas.filter(schema => schema.id === 'sigma' || schema.id === 'security'),
  ).value!.start()
  const hits = rules.map(() => new Set<number>())
  const placed = events.map((event, index) => ({ ...event, origin: { source: 'table', index } }))
  const batch = { schema: '', length: placed.length, at: (index: number) => placed[index]! }
  for (const alert of [...run.push(batch), ...run.finish()]) hits[alert.index]!.add(alert.events[0]!.origin!.index)
  return hits
}
