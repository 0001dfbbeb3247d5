// What queries of other products ask of counts of events, as correlations of Sigma: typed by hand from the specification, and run beside the query on streams around each threshold.

import { describe, expect, it } from 'vitest'
import { convert } from '../../src/convert.ts'
import { compile } from '../../src/engine/engine.ts'
import type { Detection } from '../../src/ir/detection.ts'
import type { Value } from '../../src/ir/event.ts'
import type { Pipeline } from '../../src/ir/pipeline.ts'
import { sigma } from '../../src/languages/sigma/index.ts'
import { prove } from '../../src/prove.ts'
import { readRules } from '../../src/rules/index.ts'
import { schemas } from '../../src/schemas/index.ts'
import { kustoTables } from '../../src/schemas/kusto/tables.ts'
import { targetOf } from '../../src/targets.ts'

const used = schemas.filter(schema => schema.optIn !== true)
const target = targetOf('sigma')!

function detection(name: string, text: string): Detection {
  const { value, diagnostics } = readRules([{ name, text }], { tables: kustoTables })
  expect(diagnostics.filter(finding => finding.severity === 'error')).toEqual([])
  return value!.find(one => one.silent !== true)!
}

type Fields = Readonly<Record<string, Value>>
/** Seconds after twelve o'clock, and what the event says beside being a failed logon. */
type Beat = readonly [second: number, fields?: Fields]

const start = Date.UTC(2026, 4, 1, 12)

/** Whether a rule finds anything in a stream of events. */
function finds(rule: Detection, beats: readonly Beat[]): boolean {
  const events = beats.map(([second, fields]): Fields => {
    const time = new Date(start + second * 1000).toISOString()
    return {
      Channel: 'Security',
      EventID: 4625,
      SystemTime: time,
      Computer: 'dc1',
      TargetUserName: 'alice',
      IpAddress: '10.0.0.1',
      ...fields,
    }
  })
  const { value, diagnostics } = compile([rule], used)
  expect(diagnostics.filter(finding => finding.severity === 'error')).toEqual([])
  expect(value!.skipped).toEqual([])
  const run = value!.start()
  const alerts = run.push({
    schema: '',
    length: events.length,
    at: index => ({ time: start + beats[index]![0] * 1000, fields: events[index]!, origin: { source: 'a', index } }),
  })
  return alerts.length + run.finish().length > 0
}

const times = (count: number, gap: number, from = 0, fields?: (place: number) => Fields): readonly Beat[] =>
  Array.from({ length: count }, (_, place): Beat => [from + place * gap, fields?.(place) ?? {}])

/** Lines without those that only say how the base rule is called. */
const yaml = (text: string): string => text.replace(/(events|count)_[0-9a-f]{8}/g, '$1')

const failed = `name: events
logsource:
    product: windows
    service: security
detection:
    selection:
        EventID: 4625
    condition: selection
`

interface Case {
  readonly name: string
  readonly file: 'rule.kql' | 'rule.spl'
  readonly query: string
  readonly written: string
  /** Streams, with what the query and the correlation find in them. */
  readonly streams: readonly (readonly [beats: readonly Beat[], query: boolean, rule: boolean])[]
  /** What the judge says of query and correlation; of several measures of some events each it makes no streams. */
  readonly verdict: 'differs' | 'undecided'
}

const windows = 'source="XmlWinEventLog:Security"'
const base = (selection: string): string => `name: events
logsource:
    product: windows
detection:
    selection:
        Channel: 'Security'
${selection.replace(/^/gm, '        ')}
    condition: selection
`

const cases: readonly Case[] = [
  {
    name: 'a count in pieces of time',
    file: 'rule.kql',
    query: 'SecurityEvent | where EventID == 4625 | summarize count() by Computer, bin(TimeGenerated, 5m) | where count_ > 3',
    // The table holds events of two logs.
    written: `${failed}---
${failed.replace('security', 'applocker')}---
correlation:
    type: event_count
    rules:
        - events
        - events
    group-by:
        - Computer
    timespan: 5m
    condition:
        gt: 3`,
    streams: [
      [times(3, 10), false, false],
      [times(4, 10), true, true],
      [times(4, 10, 0, place => ({ Computer: place < 2 ? 'a' : 'b' })), false, false],
      // Two before the edge of a piece and two behind it: only a time that slides holds all four.
      [times(4, 10, 285), false, true],
      [times(4, 120), false, false],
    ],
    verdict: 'differs',
  },
  {
    name: 'groups by an account, which is a domain and a name',
    file: 'rule.kql',
    query:
      'SecurityEvent | where EventID == 4625 | summarize count() by TargetAccount, bin(TimeGenerated, 5m) | where count_ > 3',
    written: `${failed}---
${failed.replace('security', 'applocker')}---
correlation:
    type: event_count
    rules:
        - events
        - events
    group-by:
        - TargetDomainName
        - TargetUserName
    timespan: 5m
    condition:
        gt: 3`,
    streams: [
      [times(3, 10, 0, () => ({ TargetDomainName: 'CORP' })), false, false],
      [times(4, 10, 0, () => ({ TargetDomainName: 'CORP' })), true, true],
      [times(4, 10, 0, place => ({ TargetDomainName: place < 2 ? 'CORP' : 'LAB' })), false, false],
      [times(4, 10, 0, place => ({ TargetDomainName: 'CORP', TargetUserName: place < 2 ? 'alice' : 'bob' })), false, false],
      // Without a domain there is no account: all of these are one group there.
      [times(4, 10), true, false],
    ],
    verdict: 'differs',
  },
  {
    name: 'different values within the time of the search',
    file: 'rule.spl',
    query: `${windows} EventCode=4625 earliest=-10m | stats dc(TargetUserName) as users by IpAddress | where users >= 3`,
    written: `${base('EventID: 4625')}---
correlation:
    type: value_count
    rules:
        - events
    group-by:
        - IpAddress
    timespan: 10m
    condition:
        field: TargetUserName
        gte: 3`,
    streams: [
      [times(3, 10), false, false],
      [times(3, 10, 0, place => ({ TargetUserName: `u${place}` })), true, true],
      [times(4, 10, 0, place => ({ TargetUserName: `u${place % 2}` })), false, false],
      [times(3, 10, 0, place => ({ TargetUserName: `u${place}`, IpAddress: `10.0.0.${place}` })), false, false],
    ],
    verdict: 'differs',
  },
  {
    name: 'a sum, and a flag that is computed of it',
    file: 'rule.spl',
    query: `${windows} EventCode=5156 | bin _time span=1h | stats sum(Size) as total by IpAddress _time | eval much=if(total>100,1,0) | search much=1`,
    written: `${base('EventID: 5156')}---
correlation:
    type: value_sum
    rules:
        - events
    group-by:
        - IpAddress
    timespan: 1h
    condition:
        field: Size
        gt: 100`,
    streams: [
      [times(2, 10, 0, () => ({ EventID: 5156, Size: 50 })), false, false],
      [times(3, 10, 0, () => ({ EventID: 5156, Size: 50 })), true, true],
    ],
    verdict: 'differs',
  },
  {
    name: 'a mean and a percentile of the same events',
    file: 'rule.spl',
    query: `${windows} EventCode=5156 | bin _time span=1h | stats avg(Size) as mean perc90(Size) as most by IpAddress _time | where mean > 10 AND most >= 40`,
    written: `${base('EventID: 5156')}---
name: count
correlation:
    type: value_avg
    rules:
        - events
    group-by:
        - IpAddress
    timespan: 1h
    condition:
        field: Size
        gt: 10
---
name: count
correlation:
    type: value_percentile
    rules:
        - events
    group-by:
        - IpAddress
    timespan: 1h
    condition:
        field: Size
        percentile: 90
        gte: 40
---
correlation:
    type: temporal
    rules:
        - count
        - count
    group-by:
        - IpAddress
    timespan: 1h
    condition: 'count and count'
joint: true`,
    streams: [
      [times(3, 10, 0, () => ({ EventID: 5156, Size: 5 })), false, false],
      [times(3, 10, 0, () => ({ EventID: 5156, Size: 20 })), false, false],
      [times(3, 10, 0, () => ({ EventID: 5156, Size: 50 })), true, true],
    ],
    verdict: 'differs',
  },
  {
    name: 'counts of which each takes some of the events',
    file: 'rule.spl',
    query: `${windows} EventCode IN (4624, 4625) earliest=-1h | stats count(eval(EventCode=4625)) as failed count(eval(EventCode=4624)) as good by IpAddress | where failed >= 3 AND good >= 1`,
    written: `${['4625', '4624']
      .map(
        id => `name: events
logsource:
    product: windows
detection:
    selection_1:
        Channel: 'Security'
        EventID:
            - 4624
            - 4625
    selection_2:
        EventID: ${id}
    condition: selection_1 and selection_2
`,
      )
      .join('---\n')}---
name: count
correlation:
    type: event_count
    rules:
        - events
    group-by:
        - IpAddress
    timespan: 1h
    condition:
        gte: 3
---
name: count
correlation:
    type: event_count
    rules:
        - events
    group-by:
        - IpAddress
    timespan: 1h
    condition:
        gte: 1
---
correlation:
    type: temporal
    rules:
        - count
        - count
    group-by:
        - IpAddress
    timespan: 1h
    condition: 'count and count'
joint: true`,
    streams: [
      [times(3, 10), false, false],
      [[...times(3, 10), [40, { EventID: 4624 }]], true, true],
      [[...times(2, 10), [40, { EventID: 4624 }], [50, { EventID: 4624 }]], false, false],
    ],
    verdict: 'undecided',
  },
  {
    name: 'a time that slides already',
    file: 'rule.spl',
    query: `${windows} EventCode=4625 | sort 0 _time | streamstats time_window=10m dc(TargetUserName) as users by IpAddress | where users >= 3`,
    written: `${base('EventID: 4625')}---
correlation:
    type: value_count
    rules:
        - events
    group-by:
        - IpAddress
    timespan: 10m
    condition:
        field: TargetUserName
        gte: 3`,
    streams: [
      [times(3, 100, 0, place => ({ TargetUserName: `u${place}` })), true, true],
      [times(3, 400, 0, place => ({ TargetUserName: `u${place}` })), false, false],
    ],
    verdict: 'differs',
  },
]

describe('counts as correlations', () => {
  for (const { name, file, query, written, streams, verdict } of cases)
    it(name, () => {
      const rule = detection(file, query)
      const { value, diagnostics } = convert(rule, target)
      expect(diagnostics.filter(finding => finding.severity === 'error')).toEqual([])
      expect(yaml(value!.printed.text)).toBe(written)
      // The document holds the same question, and rules that only the correlation speaks for.
      const back = detection('rule.yml', value!.documents[0]!.text)
      const read = sigma.parse({ name: 'query', text: value!.printed.text })
      expect(read.diagnostics.filter(finding => finding.severity === 'error')).toEqual([])
      for (const [beats, asQuery, asRule] of streams) {
        expect(finds(rule, beats), `the query: ${JSON.stringify(beats)}`).toBe(asQuery)
        expect(finds(back, beats), `the correlation: ${JSON.stringify(beats)}`).toBe(asRule)
        expect(finds({ ...back, query: read.value! }, beats)).toBe(asRule)
      }
      const proof = prove(rule, target)
      expect(proof.verdict).toBe(verdict)
    })
})

describe('events of several kinds', () => {
  const sequence =
    'sequence by host.id with maxspan=5m\n  [process where event.type == "start" and process.name : "cmd.exe"]\n  [process where event.type == "start" and process.name : "net.exe"]'
  const part = (name: string): string => `name: events
logsource:
    category: process_creation
    product: windows
detection:
    selection:
        - Image|endswith:
              - '\\${name}'
              - '/${name}'
        - Image: '${name}'
    condition: selection
---
`
  const process = (second: number, Image: string, Computer = 'ws1'): Beat => [
    second,
    { Channel: 'Microsoft-Windows-Sysmon/Operational', EventID: 1, Image: `C:\\W\\${Image}`, Computer },
  ]

  it('a sequence is a correlation in order', () => {
    const { value, diagnostics } = convert(detection('rule.eql', sequence), target)
    expect(diagnostics.filter(finding => finding.severity === 'error')).toEqual([])
    expect(yaml(value!.printed.text)).toBe(`${part('cmd.exe')}${part('net.exe')}correlation:
    type: temporal_ordered
    rules:
        - events
        - events
    group-by:
        - Computer
    timespan: 5m`)
    const rule = detection('rule.yml', value!.documents[0]!.text)
    expect(finds(rule, [process(0, 'cmd.exe'), process(60, 'net.exe')])).toBe(true)
    expect(finds(rule, [process(0, 'net.exe'), process(60, 'cmd.exe')])).toBe(false)
    expect(finds(rule, [process(0, 'cmd.exe'), process(301, 'net.exe')])).toBe(false)
    expect(finds(rule, [process(0, 'cmd.exe'), process(60, 'net.exe', 'ws2')])).toBe(false)
  })

  it('a join within the time of the search is one without order', () => {
    const query = `DeviceProcessEvents | where Timestamp > ago(1h) | where FileName =~ "cmd.exe" | distinct DeviceName
| join kind=inner (DeviceProcessEvents | where Timestamp > ago(1h) | where FileName =~ "net.exe") on DeviceName`
    const rule = detection('rule.kql', query)
    const { value, diagnostics } = convert(rule, target)
    expect(yaml(value!.printed.text)).toBe(`${part('cmd.exe')}${part('net.exe')}correlation:
    type: temporal
    rules:
        - events
        - events
    group-by:
        - Computer
    timespan: 1h`)
    expect(diagnostics.map(finding => finding.message).join('\n')).toContain(
      'events are joined over the 1h that the query looks back, and here in any 1h: what one of those holds is within one of these, so this is wider',
    )
    const back = detection('rule.yml', value!.documents[0]!.text)
    for (const [beats, found] of [
      [[process(0, 'net.exe'), process(60, 'cmd.exe')], true],
      [[process(0, 'net.exe'), process(60, 'net.exe')], false],
      [[process(0, 'net.exe'), process(60, 'cmd.exe', 'ws2')], false],
    ] as const) {
      expect(finds(rule, beats)).toBe(found)
      expect(finds(back, beats)).toBe(found)
    }
  })

  it.each([
    ['rule.eql', sequence.replace(' with maxspan=5m', ''), 'without a time that they must lie in'],
    ['rule.eql', `${sequence}\n  until [process where process.name : "x.exe"]`, 'an event that ends a sequence has no word'],
    ['rule.eql', sequence.replace('"net.exe"]', '"net.exe"] with runs=3'), 'must come several times'],
    ['rule.eql', sequence.replace('[process', '![process'), 'must be missing'],
    ['rule.eql', sequence.replaceAll('host.id', '?host.id'), 'a key that may be missing'],
    [
      'rule.kql',
      'DeviceProcessEvents | where Timestamp > ago(1h) | join kind=leftanti (DeviceNetworkEvents | where RemotePort == 1) on DeviceName',
      'a join of the kind "anti"',
    ],
    [
      'rule.kql',
      'DeviceProcessEvents | where Timestamp > ago(1h) | join kind=inner (DeviceNetworkEvents | where RemotePort == 1) on DeviceName | where Timestamp1 > Timestamp',
      'asks two events at once',
    ],
    [
      'rule.kql',
      'DeviceProcessEvents | join kind=inner (DeviceNetworkEvents | where RemotePort == 1) on DeviceName',
      'nothing says how long',
    ],
  ] as const)('%s: %s', (file, query, reason) => {
    expect(said(file, query, 'error').join('\n')).toContain(reason)
  })
})

/** What is said of a query: refusals, else what is left out or differs. */
function said(file: 'rule.kql' | 'rule.spl' | 'rule.eql', query: string, severity: 'error' | 'warning'): readonly string[] {
  const { value, diagnostics } = convert(detection(file, query), target)
  expect(value === undefined).toBe(severity === 'error')
  return diagnostics.filter(finding => finding.severity === severity).map(finding => finding.message)
}

describe('what is no correlation', () => {
  const by = `${windows} EventCode=4625 earliest=-1h | stats`
  it.each([
    [`${by} count by IpAddress | where count < 5`, 'a count that only must not become too large'],
    [`${by} count by IpAddress | where count = 1`, 'is true of its first event already'],
    [`${by} max(Size) as most by IpAddress | where most > 5`, 'the measure "max" is none of those'],
    [`${by} count dc(TargetUserName) as u by IpAddress | where count > 5 OR u > 5`, 'counts are alternatives'],
    [`${by} count by IpAddress | eventstats avg(count) as mean | where count > mean`, 'compares counts with other counts'],
    [`${windows} EventCode=4625 | stats count by IpAddress | where count > 5`, 'nothing says how long that is'],
    [`${by} count by IpAddress, _time | where count > 5`, 'counts in groups of one time each'],
    [
      `${windows} EventCode=4625 earliest=-1h | eventstats count by IpAddress | search TargetUserName=a | where count > 5`,
      'only some of the events that were counted',
    ],
    [`${by} count by IpAddress | where count > 5 | stats sum(count) as all by host | where all > 9`, 'which the query makes'],
    [
      `${by} dc(TargetUserName) as u by IpAddress, EventCode | where u > 2 | stats dc(EventCode) as n by IpAddress | where n > 2`,
      'counts of different groups',
    ],
    ['sourcetype!=XmlWinEventLog eventName=x earliest=-1h | stats count by src | where count > 5', 'a search over all logs'],
  ])('%s', (query, reason) => {
    const found = said('rule.spl', query, 'error')
    expect(found.join('\n')).toContain(reason)
  })

  it('and no step of one', () => {
    const several: Pipeline = {
      from: { kind: 'sequence', steps: [], ordered: true, match: 'first' },
      stages: [],
    }
    expect(sigma.print!(several).diagnostics.map(finding => finding.code)).toEqual(['SIG105'])
  })

  it('a group of which one event is enough is a rule for that event', () => {
    const { value } = convert(detection('rule.spl', `${by} count by IpAddress | where count > 0`), target)
    expect(value!.printed.text).not.toContain('correlation')
    expect(value!.printed.text).toContain('EventID: 4625')
  })

  it('says what a rename by pattern leaves', () => {
    const query = `${windows} EventCode=4625 earliest=-1h | rename properties.* as * | stats count by who | where count > 5`
    expect(said('rule.spl', query, 'warning').join('\n')).toContain(
      'fields that have the new name of a rename by pattern already',
    )
  })

  it('says which way it differs', () => {
    expect(said('rule.spl', `${by} avg(Size) as mean by IpAddress | where mean > 5`, 'warning').join('\n')).toContain(
      'events are counted over the 1h that the search looks back, and here in 1h that slide: what is asked of all that one of those holds is asked of other events here, so this is wider, and narrower where others come before',
    )
    const names =
      'DeviceProcessEvents | where Timestamp > ago(2h) | where ActionType == "ProcessCreated" | summarize n = dcount(FileName) by DeviceName, AccountName | where n > 4'
    const told = said('rule.kql', names, 'warning').join('\n')
    expect(told).toContain('events are counted over the 2h that the query looks back')
    expect(told).toContain('different values are counted here of "Image", which has more of them: wider')
    expect(told).toContain('events without a value that is grouped by are a group of their own there, and here in none: narrower')
  })
})
