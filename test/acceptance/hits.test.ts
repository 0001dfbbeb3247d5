// All SigmaHQ Windows rules over all real Windows logs: exactly the hits that an independent, slow oracle found.

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/engine/engine.ts'
import { hunt, isAlert } from '../../src/hunt.ts'
import type { Detection } from '../../src/ir/detection.ts'
import { eventSources } from '../../src/node/files.ts'
import { ruleSources } from '../../src/node/rulefiles.ts'
import { readRules } from '../../src/rules/index.ts'
import { schemas } from '../../src/schemas/index.ts'
import { dataPresent, dataRoot, jsonLines } from './shared.ts'

interface Expected {
  readonly rule: string
  readonly file: string
  readonly idx?: number
  readonly member?: string
  readonly line?: number
  readonly title: string
}

async function windowsRules(): Promise<Detection[]> {
  const named = JSON.parse(readFileSync(`${dataRoot}expected/not-evaluated.json`, 'utf8')) as { rules: { path: string }[] }
  const left = new Set(named.rules.map(rule => rule.path))
  const sources = await ruleSources([`${dataRoot}sigma-rules`], finding => console.warn(finding.message))
  const read = readRules(sources.filter(source => !left.has(source.name.slice(`${dataRoot}sigma-rules/`.length))))
  return (read.value ?? []).filter(detection => {
    const { from } = detection.query
    return from.kind === 'class' && from.class.product === 'windows'
  })
}

/**
 * Schemas of shapes that the oracle did not read: it took an event's top-level keys for its fields, and Winlogbeat 6 nests them.
 * Hits through them are right and are not in the expected list, so they are counted apart.
 */
const beyondOracle = new Set(['winlogbeat-6'])

/** Hits as `rule file place`, each once. */
async function found(
  detections: readonly Detection[],
  paths: readonly string[],
  root: string,
  place: (origin: { index: number; line?: number; member?: string }) => string,
  matcher: 'fast' | 'reference',
): Promise<{ hits: Map<string, string>; beyond: number; events: number }> {
  const program = compile(
    detections,
    schemas.filter(schema => !schema.optIn),
  ).value!
  const hits = new Map<string, string>()
  let events = 0
  let beyond = 0
  for await (const item of hunt(
    program,
    eventSources(paths, finding => console.warn(finding.message)),
    { matcher },
  )) {
    if (!isAlert(item)) {
      if (item.kind === 'end') events = item.counts.events
      continue
    }
    if (beyondOracle.has(item.schema)) {
      beyond++
      continue
    }
    const origin = item.events[0]!.origin!
    hits.set(`${item.detection} ${origin.source.slice(root.length)} ${place(origin)}`, detections[item.index]!.title)
  }
  return { hits, beyond, events }
}

function differences(expected: Map<string, string>, actual: Map<string, string>): { missing: string[]; extra: string[] } {
  return {
    missing: [...expected].filter(([key]) => !actual.has(key)).map(([key, title]) => `${key} ${title}`),
    extra: [...actual].filter(([key]) => !expected.has(key)).map(([key, title]) => `${key} ${title}`),
  }
}

/** JSON takes the reference long, and the tests of the fast matcher compare the two on it. */
const matchers = process.env.TERRIER_LONG === '1' ? (['fast', 'reference'] as const) : (['fast'] as const)

describe.skipIf(!dataPresent)('hits of SigmaHQ rules on real logs (needs ../shared/data)', () => {
  it.each(['fast', 'reference'] as const)(
    'EVTX files give exactly the expected hits, %s',
    { timeout: 600_000 },
    async matcher => {
      const root = `${dataRoot}evtx/`
      const expected = new Map(
        jsonLines<Expected>(`${dataRoot}expected/dev-hits.jsonl.gz`).map(hit => [
          `${hit.rule} ${hit.file} ${hit.idx}`,
          hit.title,
        ]),
      )
      const { files } = JSON.parse(readFileSync(`${root}manifest.json`, 'utf8')) as { files: { path: string }[] }
      const paths = files.map(file => root + file.path)
      const { hits, beyond, events } = await found(await windowsRules(), paths, root, origin => String(origin.index), matcher)
      console.log(
        `EVTX: ${events} events, ${hits.size} hits, ${expected.size} expected, ${beyond} of shapes the oracle did not read`,
      )
      expect(beyond).toBe(0)
      expect(differences(expected, hits)).toEqual({ missing: [], extra: [] })
    },
  )

  it.each(matchers)('JSON archives give exactly the expected hits, %s', { timeout: 600_000 }, async matcher => {
    const root = `${dataRoot}security-datasets/`
    const { evaluated } = JSON.parse(readFileSync(`${dataRoot}expected/dev-security-datasets-hits-files.json`, 'utf8')) as {
      evaluated: { path: string; events: number }[]
    }
    const expected = new Map(
      jsonLines<Expected>(`${dataRoot}expected/dev-security-datasets-hits.jsonl.gz`).map(hit => [
        `${hit.rule} ${hit.file} ${hit.member} ${hit.line}`,
        hit.title,
      ]),
    )
    const { hits, beyond, events } = await found(
      await windowsRules(),
      evaluated.map(file => `${root}${file.path}`),
      root,
      origin => `${origin.member} ${origin.line! - 1}`,
      matcher,
    )
    console.log(
      `JSON: ${events} events, ${hits.size} hits, ${expected.size} expected, ${beyond} of shapes the oracle did not read`,
    )
    expect(events).toBe(evaluated.reduce((sum, file) => sum + file.events, 0))
    expect(differences(expected, hits)).toEqual({ missing: [], extra: [] })
  })
})
