// A pattern of a processing pipeline that would run for ages is refused in a moment, wherever it stands.

import { describe, expect, it } from 'vitest'
import { convert } from '../../src/convert.ts'
import { readRules } from '../../src/rules/index.ts'
import { readPipelines } from '../../src/rules/pysigma.ts'
import { targetOf } from '../../src/targets.ts'

const rule = readRules([
  {
    name: 'rule.yml',
    text: `title: A rule\nlogsource: {product: windows, category: process_creation}\ndetection:\n  selection:\n    CommandLine|contains: '${'a'.repeat(80)}'\n  condition: selection\n`,
  },
]).value![0]!

const codes = (text: string): readonly string[] => {
  const pipeline = readPipelines([{ name: 'pipeline.yml', text }]).value!
  return convert(rule, targetOf('duckdb')!, { document: 'none', pipeline }).diagnostics.map(
    finding => `${finding.code} ${finding.message.slice(-38)}`,
  )
}
const slow = '(?:a+)+\\\\$'
const tooLong = 'takes too long on a text of this rule'

describe('a pattern that backtracks without end', () => {
  it.each([
    ['replaces', `transformations:\n  - {type: replace_string, regex: "${slow}", replacement: b}`],
    ['extracts', `transformations:\n  - {type: extract_fields, regex: ".(?P<x>(?:a+)+)\\\\$"}`],
    [
      'asks a value',
      `transformations:\n  - type: set_state\n    key: a\n    val: b\n    detection_item_conditions: [{type: match_string, cond: "any", pattern: "${slow}"}]`,
    ],
    ['rewrites the query', `postprocessing:\n  - {type: replace, pattern: "${slow}", replacement: b}`],
  ])('%s', (_, text) => {
    const began = performance.now()
    const told = codes(text)
    expect(performance.now() - began).toBeLessThan(3000)
    if (told.length > 0) expect(told.some(one => one.endsWith(tooLong))).toBe(true)
    else expect(text).toContain('set_state')
  })
})
