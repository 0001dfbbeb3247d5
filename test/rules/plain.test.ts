// Queries alone in a file, in the languages of Elastic.

import { describe, expect, it } from 'vitest'
import { readRules } from '../../src/rules/index.ts'

describe('a query alone in a file', () => {
  it.each([
    ['plink.eql', 'process where process.name : "plink.exe"', 'eql'],
    ['folder/plink.kuery', 'process.name : "plink.exe"', 'kuery'],
    ['plink.lucene', 'process.name:plink.exe', 'lucene'],
    ['plink.esql', 'FROM logs-* | WHERE KQL("process.name : plink.exe")', 'esql'],
  ])('%s', (name, text, language) => {
    const { value, diagnostics } = readRules([{ name, text }])
    expect(diagnostics).toEqual([])
    expect(value![0]).toMatchObject({ title: 'plink', schema: 'elastic', written: { language, rules: 'plain' } })
  })

  it.each([
    ['q.sumo', 'EventID=1', 'sumo', 'sumo'],
    ['q.sql', 'SELECT * FROM events WHERE "EventID" = 1', 'sql', 'table'],
  ])('of other products: %s', (name, text, _, schema) => {
    expect(readRules([{ name, text }]).value![0]).toMatchObject({ title: 'q', schema, written: { rules: 'plain' } })
  })

  it('a fault is told in the file', () => {
    const { value, diagnostics } = readRules([{ name: 'x.eql', text: 'process where name =' }])
    expect(value).toEqual([])
    expect(diagnostics[0]).toMatchObject({ code: 'EQL004', source: { name: 'x.eql' } })
  })
})
