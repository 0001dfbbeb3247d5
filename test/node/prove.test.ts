// Verdicts by threads: the same as those of one, in the order of the rules, also where threads break off; and no more of them once the signal says so.

import { describe, expect, it } from 'vitest'
import type { Detection } from '../../src/ir/detection.ts'
import { type CrewOptions, judgeAll } from '../../src/node/prove/crew.ts'
import { ruleSources } from '../../src/node/rulefiles.ts'
import { asksSeveral } from '../../src/proof/sides.ts'
import { readRules } from '../../src/rules/index.ts'
import { targetOf } from '../../src/targets.ts'

const entry = new URL('../../dist/node/prove/worker.js', import.meta.url)
const targets = ['defender', 'splunk', 'sumo'].map(name => targetOf(name)!)

async function rules(): Promise<readonly Detection[]> {
  const sources = await ruleSources(['test/cli/samples/rules', 'packs/t1572/rules'], finding => console.warn(finding.message))
  return (readRules(sources).value ?? []).filter(detection => !detection.silent && !asksSeveral(detection.query)).slice(0, 24)
}

async function verdicts(detections: readonly Detection[], how: Partial<CrewOptions>): Promise<readonly string[]> {
  const rows: string[] = []
  for await (const { detection, proofs } of judgeAll(detections, { assume: {}, targets, jobs: 1, ...how }))
    for (const { rule, target, verdict } of proofs) rows.push(`${detection.id === rule} ${detection.title} ${target} ${verdict}`)
  return rows
}

describe('rules that are shared out among threads', () => {
  it('have the verdicts of one thread, in the order of the rules', async () => {
    const detections = await rules()
    const alone = await verdicts(detections, {})
    expect(alone).toHaveLength(detections.length * targets.length)
    expect(alone.join('\n')).toMatch(/equivalent/)
    expect(await verdicts(detections, { jobs: 3, entry })).toEqual(alone)
  })

  it('are judged here where threads break off', async () => {
    const detections = (await rules()).slice(0, 6)
    const broken = new URL('data:text/javascript,throw new Error("no")')
    expect(await verdicts(detections, { jobs: 2, entry: broken })).toEqual(await verdicts(detections, {}))
  })

  it('are left when the signal says so', async () => {
    const stop = new AbortController()
    stop.abort()
    expect(await verdicts(await rules(), { jobs: 2, entry, signal: stop.signal })).toEqual([])
    expect(await verdicts(await rules(), { signal: stop.signal })).toEqual([])
  })
})
