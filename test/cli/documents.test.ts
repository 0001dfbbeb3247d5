// `terrier convert --document` where the document counts and orders what its queries cannot.

import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { terrier } from './run.ts'

const folder = mkdtempSync(join(tmpdir(), 'terrier-documents-'))
const rules = join(folder, 'rules.yml')
const base = (name: string, event: number) =>
  `title: ${name}\nname: ${name}\nlogsource: {product: windows, service: security}\ndetection:\n  selection: {EventID: ${event}}\n  condition: selection\n---\n`
writeFileSync(
  rules,
  `${base('failed', 4625)}${base('worked', 4624)}title: Guessed\ncorrelation: {type: temporal_ordered, rules: [failed, worked], group-by: [Computer], timespan: 10m}\n---\ntitle: Guessing\ncorrelation: {type: event_count, rules: [failed], group-by: [Computer], timespan: 10m, condition: {gte: 20}}\n`,
)

describe('a correlation around queries', () => {
  it('is refused as a query, and the document is named', async () => {
    const { out } = await terrier(['convert', rules, '-t', 'graylog', '-f', 'jsonl', '--rule', 'Guessing'])
    const row = JSON.parse(out.trim())
    expect(row.query).toBeNull()
    expect(row.diagnostics.map(({ code }: { code: string }) => code)).toEqual(['SCH302', 'LUC101', 'CNV302'])
  })

  it('is a file of its own kind', async () => {
    const out = join(folder, 'out')
    const { err } = await terrier(['convert', rules, '-t', 'sumo-cse', '--document', '-o', `${out}/`])
    expect(err).not.toContain('error')
    expect(readdirSync(out).sort()).toEqual(['guessed.chain.json', 'guessing.aggregation.json'])
    expect(JSON.parse(readFileSync(join(out, 'guessed.chain.json'), 'utf8')).fields).toMatchObject({
      name: 'Guessed',
      ordered: true,
    })
  })
})
