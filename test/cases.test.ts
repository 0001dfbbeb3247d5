// Runs every case file. `npm run record` (TERRIER_RECORD=1) rewrites what we say in them.

import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { languages } from '../src/languages/index.ts'
import type { Language } from '../src/languages/language.ts'
import {
  type Case,
  caseFiles,
  checkCase,
  checkRows,
  checkWritten,
  isWritten,
  readBench,
  readCases,
  record,
  say,
  sharedBench,
} from './cases.ts'

const ids = languages.map(language => language.id)
const recording = process.env.TERRIER_RECORD === '1'

function languageOf(found: Case): Language {
  return languages.find(language => found.blocks.has(language.id))!
}

function said(found: Case) {
  const language = languageOf(found)
  return say(language, found.blocks.get(language.id)!.text)
}

describe.each(caseFiles())('$folder', ({ file }) => {
  const text = readFileSync(file, 'utf8')
  const { bench: names, problems, cases: found } = readCases(text, ids)

  it('is a well-formed case file', () => {
    expect(problems).toEqual([])
    expect(found.length).toBeGreaterThan(0)
  })
  if (problems.length > 0) return

  if (recording) {
    it('is recorded', () => {
      const now = record(text, ids, said)
      if (now !== text) writeFileSync(file, now)
    })
  }
  const bench = readBench(names.length > 0 ? names : sharedBench)
  const cases = recording ? readCases(record(text, ids, said), ids).cases : found
  it.each(cases.map(one => [one.name, one] as const))('%s', async (_, one) => {
    if (isWritten(one)) return expect(checkWritten(one).join('\n\n')).toBe('')
    const spoken = said(one)
    const wrong = [...checkCase(one, spoken, bench), ...(await checkRows(one, spoken))]
    expect(wrong.join('\n\n')).toBe('')
  })
})

describe('the harness', () => {
  const sample = (body: string) => readCases(body, ['sigma']).problems.map(problem => problem.replace(/^\d+: /, ''))
  const query = '```sigma\nselection:\n  Image|endswith: \\plink.exe\n  CommandLine|contains: tunnel\ncondition: selection\n```\n'
  const check = (body: string) => {
    const { cases, problems } = readCases(body, ['sigma'])
    expect(problems).toEqual([])
    return checkCase(cases[0]!, said(cases[0]!), readBench())
  }

  it('knows every event of the shared bench by one name', () => {
    expect(readBench().length).toBeGreaterThan(40)
  })
  it('refuses a block that belongs to no case', () => {
    expect(sample('```hits\na\n```\n')).toEqual(['block "hits" belongs to no case'])
  })
  it('refuses a block that nobody reads', () => {
    expect(sample(`### a\n${query}\`\`\`hist\na\n\`\`\`\n\`\`\`hits\n\`\`\`\n`)).toEqual(['nobody reads a block "hist"'])
  })
  it('refuses a case without truth, without query, with two of one block, and one name twice', () => {
    expect(sample(`### a\n${query}`)).toEqual(['"a" says nothing that is true: no hits, rows or errors'])
    expect(sample('### a\n```hits\n```\n')).toEqual(['"a" has no query'])
    expect(sample(`### a\n${query}\`\`\`hits\n\`\`\`\n\`\`\`hits\n\`\`\`\n`)).toEqual(['"a" has two blocks "hits"'])
    expect(sample(`### a\n${query}\`\`\`hits\n\`\`\`\n### a\n${query}\`\`\`hits\n\`\`\`\n`)).toEqual([
      'another case is called "a" (line 1)',
    ])
    expect(sample('### a\n```sigma\n')).toContain('block "sigma" is not closed')
  })
  it('refuses names that no event has, and hits that are not the truth', () => {
    expect(check(`### a\n${query}\`\`\`hits\nplink-tunel\n\`\`\`\n`)).toEqual([
      'hits: no event of the bench is called "plink-tunel"',
      'hits: missing plink-tunel',
    ])
    expect(check(`### a\n${query}\`\`\`hits\n\`\`\`\n`)).toEqual([])
    expect(check(`### a\n${query.replace('tunnel', '-R')}\`\`\`hits\nplink-upper\n\`\`\`\n`)).toEqual([
      'hits: not among them plink-tunnel',
    ])
  })
  it('refuses a recorded block that is no longer what we say, and a case that shows nothing', () => {
    expect(check(`### a\n${query}\`\`\`hits\n\`\`\`\n\`\`\`ir\nfilter\n\`\`\`\n`)[0]).toContain('ir: recorded is')
    expect(check(`### a\n${query}\`\`\`errors\n\`\`\`\n`)).toEqual(['errors: nothing was reported, so the case shows nothing'])
  })
  it('records what we say and nothing else', () => {
    const before = `# Title\n\n### a\nprose\n${query}\`\`\`hits\nwrong-name\n\`\`\`\n\`\`\`ir\nold\n\`\`\`\nmore\n`
    const after = record(before, ['sigma'], said)
    expect(after).toBe(
      before.replace('old', 'filter all\n  Image ~ *\\plink.exe fold\n  CommandLine ~ *tunnel* fold').replace('more', 'more'),
    )
    expect(record(after, ['sigma'], said)).toBe(after)
  })
  it('compares what a rule is for targets, and what is told, with what a person typed', () => {
    const rule = '```sigma\nselection:\n  Image: a\ncondition: selection\n```\n'
    const written = (body: string) => {
      const { cases, problems } = readCases(`### a\n${rule}${body}`, ['sigma'])
      expect(problems).toEqual([])
      return checkWritten(cases[0]!).map(one => one.split('\n')[0])
    }
    expect(written('```print:duckdb\nSELECT\n```\n')).toEqual(['print:duckdb: typed is'])
    expect(written('```told:duckdb\nSQL101 x\n```\n')).toEqual(['print:duckdb: typed is', 'told:duckdb: typed is'])
    expect(written('```print:nowhere\n```\n')).toEqual(['print: there is no target "nowhere"'])
  })
  it('adds an errors block where something is reported', () => {
    const before = '### a\n```sigma\nselection:\n  A|nope: x\ncondition: selection\n```\n```hits\n```\n'
    const after = record(before, ['sigma'], said)
    expect(after.startsWith(before)).toBe(true)
    expect(after).toMatch(/```errors\nerror\[SIG\d{3}\]/)
  })
})
