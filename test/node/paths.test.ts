// The library's way in for files: rules and logs by path, a hunt in one call.

import { describe, expect, it } from 'vitest'
import { isAlert } from '../../src/index.ts'
import { huntFiles, logFiles, readRuleFiles } from '../../src/node/index.ts'

const rules = ['test/cli/samples/rules/forward.yml']
const log = 'test/cli/samples/logs/sysmon.jsonl'

describe('rules and logs by path', () => {
  it('reads rules of files and folders, and tells what is wrong with them', async () => {
    const read = await readRuleFiles([...rules, 'no/such.yml'])
    expect(read.value?.map(detection => detection.title)).toEqual(['Remote forward on the command line'])
    expect(read.diagnostics.map(finding => finding.code)).toEqual(['FIL001'])
  })
  it('reads the bundled pack when no rules are named', async () => {
    const read = await readRuleFiles()
    expect(read.value!.length).toBeGreaterThanOrEqual(27)
    expect(read.diagnostics.filter(finding => finding.severity === 'error')).toEqual([])
  })
  it('gives logs that open when they are read', async () => {
    const found = []
    for await (const source of logFiles(['test/cli/samples/logs'])) found.push(source.name)
    expect(found).toEqual([log])
  })
})

describe('a hunt over files', () => {
  it('gives alerts, and notices of what was not read or evaluated', async () => {
    const alerts = []
    const told = []
    for await (const found of huntFiles([log, 'no-such.evtx'], { rules: ['test/cli/samples/rules'] })) {
      if (isAlert(found)) alerts.push(found.events[0]!.origin!.line)
      else if (found.kind === 'unread' || found.kind === 'skipped') told.push(`${found.kind} ${found.diagnostic.code}`)
    }
    expect(alerts).toEqual([1, 3, 5, 1])
    expect(told).toEqual(['skipped ENG102', 'unread FIL001'])
  })
  it('takes rules that were read before, and a time', async () => {
    const read = await readRuleFiles(rules)
    const lines = []
    for await (const found of huntFiles([log], { rules: read.value!, since: Date.UTC(2026, 10, 20, 10, 3) })) {
      if (isAlert(found)) lines.push(found.events[0]!.origin!.line)
    }
    expect(lines).toEqual([3])
  })
})
