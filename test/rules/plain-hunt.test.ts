// A query alone in a file is a rule that finds events: what a rule is for a target, read back as a file, over events as Sysmon writes them.

import { describe, expect, it } from 'vitest'
import { convert } from '../../src/convert.ts'
import { compile } from '../../src/engine/engine.ts'
import { readRules } from '../../src/rules/index.ts'
import { schemas } from '../../src/schemas/index.ts'
import { targetOf } from '../../src/targets.ts'

const rule = readRules([
  {
    name: 'r.yml',
    text: `title: t
logsource: {category: process_creation, product: windows}
detection:
  s: {Image|endswith: '\\plink.exe', CommandLine|contains: '-R 8080'}
  condition: s
`,
  },
]).value![0]!

const event = (Image: string, CommandLine: string, EventID = 1) => ({
  fields: {
    EventID,
    Channel: 'Microsoft-Windows-Sysmon/Operational',
    Provider_Name: 'Microsoft-Windows-Sysmon',
    UtcTime: '2026-01-02 03:04:05.678',
    Image,
    CommandLine,
  },
})
const events = [
  event('C:\\Tools\\PLINK.exe', 'plink -R 8080:a:80 b'),
  event('C:\\Tools\\plink.exe', 'plink -L 1:a:80 b'),
  event('C:\\Tools\\xplink.exe', 'plink -R 8080:a:80 b'),
]

describe('a query alone in a file is hunted with', () => {
  it.each([
    ['elastic-eql', 'eql'],
    ['elastic-esql', 'esql'],
    ['elastic-lucene', 'lucene'],
    ['logscale', 'logscale'],
    ['sumo', 'sumo'],
    ['secops', 'yaral'],
    ['powershell', 'ps1'],
    ['duckdb', 'sql'],
  ])('%s as .%s', (target, extension) => {
    const text = convert(rule, targetOf(target)!, { document: 'none' }).value!.printed.text
    const { value, diagnostics } = readRules([{ name: `plink.${extension}`, text }])
    expect(diagnostics.filter(finding => finding.severity === 'error')).toEqual([])
    const program = compile(
      value!,
      schemas.filter(schema => schema.optIn !== true),
    ).value!
    expect(program.skipped.map(one => one.diagnostic.message)).toEqual([])
    const run = program.start()
    const alerts = [...run.push({ schema: '', length: events.length, at: (index: number) => events[index]! }), ...run.finish()]
    expect(alerts.flatMap(alert => alert.events.map(one => one.fields.Image))).toEqual(['C:\\Tools\\PLINK.exe'])
  })
})
