// Reading KQL beyond its cases: what is wrong told in one run, texts that are no queries, bounds, laws over rows, and what a published query gets wrong shown on events.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/engine/engine.ts'
import type { Value } from '../../src/ir/event.ts'
import { kql } from '../../src/languages/kql/index.ts'
import { analyse } from '../../src/languages/kql/parse.ts'
import { query } from '../../src/query.ts'
import { readRules } from '../../src/rules/index.ts'
import { schemas } from '../../src/schemas/index.ts'
import { kustoTables } from '../../src/schemas/kusto/tables.ts'

const parse = (text: string) => analyse({ name: 'query.kql', text }, { tables: kustoTables })
const codesOf = (text: string): readonly string[] => [...new Set(parse(text).diagnostics.map(finding => finding.code))]

async function rowsOf(text: string): Promise<readonly (readonly Value[])[]> {
  const { value, diagnostics } = parse(text)
  expect(diagnostics.filter(finding => finding.severity === 'error')).toEqual([])
  const outcome = await query(value!.query, {}, { now: 1_700_000_000_000 })
  expect(outcome.diagnostics.filter(finding => finding.severity === 'error')).toEqual([])
  return outcome.value!.rows
}

describe('what is wrong', () => {
  it.each([
    ['T | where a == ', 'KQL010'],
    ['T | wher a == 1', 'KQL011'],
    ['T | where a == "C:\\Users"', 'KQL012'],
    [`print ${'('.repeat(500)}1`, 'KQL013'],
    ['print 99999999999999999999', 'KQL014'],
    ['| where a == 1', 'KQL015'],
    ['let x = 1;', 'KQL016'],
    ['let T = print a = 1; print T', 'KQL020'],
    ['print a = b', 'KQL021'],
    ['print "a" + 1', 'KQL022'],
    ['print strlen()', 'KQL023'],
    ['print tolowr("A")', 'KQL024'],
    ['T | summarize prev(a)', 'KQL025'],
    ['T | summarize 1 + arg_max(a, b)', 'KQL026'],
    ['let f = (x:long) { toscalar(print y = x) }; datatable(a:long)[1] | extend f(a)', 'KQL027'],
    ['datatable(a:long)["x"]', 'KQL028'],
    ['T | take a', 'KQL029'],
    ['T | join kind=sideways (U) on a', 'KQL030'],
    ['T | join (U) on a > b', 'KQL031'],
    ['union Nothing*', 'KQL032'],
    ['T | where a matches regex "("', 'KQL033'],
    ['_Im_ProcessCreate(starttime = ago(1d))', 'KQL107'],
    ['externaldata(a:string)["https://example.org/a.csv"]', 'KQL108'],
    ['T | evaluate basket()', 'KQL109'],
    ['print datetime(nonsense)', 'KQL202'],
    ['DeviceProcessEvents | where ProcessId contains "x"', 'KQL203'],
    ['T | where c has "-L "', 'KQL204'],
    ['print isnull("a")', 'KQL205'],
    ['Unheard | take 1', 'KQL206'],
    ['print 1; print 2', 'KQL207'],
    ['declare query_parameters(a:long); print a', 'KQL208'],
    ['print a = 1 | extend b = 1, b = 2', 'KQL209'],
    ['SecurityEvent | where NoSuchColumn == 1', 'KQL210'],
    ['T | where f in~ ("a.exe", "a", "b.exe", "b", "chisel")', 'KQL211'],
    ['DeviceProcessEvents | where TimeGenerated > ago(1d)', 'KQL212'],
    ['T | where u has_any ("dns.com", "a.dns.com")', 'KQL213'],
    ['T | where c has "ab"', 'KQL304'],
    ['DeviceFileEvents | invoke FileProfile(SHA1)', 'KQL305'],
    ['DeviceProcessEvents | where FileName !in~ ("svchost.exe")', 'KQL306'],
    ['union DeviceProcessEvents, DeviceNetworkEvents', 'KQL307'],
  ])('%s is told as %s', (text, code) => {
    expect(codesOf(text)).toContain(code)
  })

  it('is told at its place, several in one run, and the rest is read', () => {
    const text = 'T\n| where a = 1\n| extend b = tolowr(c)\n| project b'
    const { value, diagnostics } = parse(text)
    expect(diagnostics.map(finding => [finding.code, text.slice(finding.span!.start, finding.span!.end)])).toEqual([
      ['KQL010', '='],
      ['KQL206', 'T'],
      ['KQL024', 'tolowr'],
    ])
    expect(value!.columns.map(column => column.name)).toEqual(['b'])
  })

  it('suggests what was meant', () => {
    expect(parse('print tolowr("A")').diagnostics[0]!.hint).toBe('did you mean "tolower"?')
    expect(parse('print A = 1 | project a').diagnostics[0]!.hint).toBe('did you mean "A"? names heed case')
  })
})

describe('any text', () => {
  const words = [
    'T',
    '|',
    'where',
    'summarize',
    'by',
    'let',
    'x',
    '=',
    ';',
    '(',
    ')',
    '"a"',
    "'b'",
    '[',
    ']',
    '{',
    '}',
    ',',
    '==',
    'has',
    'in',
    'in~',
    '!',
    '~',
    '..',
    'between',
    'join',
    'on',
    'union',
    'extend',
    'project',
    '-',
    'away',
    'mv',
    'expand',
    '1',
    '1h',
    'datetime(2024-01-01)',
    'dynamic(',
    'not(',
    'and',
    'or',
    'count()',
    'arg_max(',
    '*',
    '.',
    ':',
    'parse',
    'with',
    'scan',
    'step',
    '=>',
    'evaluate',
    'pivot(',
    'make',
    'series',
    'datatable(',
    'a:long',
    'print',
    'range',
    'from',
    'to',
    '\n',
    '\n\n',
    '//',
    '@"',
    '```',
    '\\',
    '\u0000',
    '\ud800',
    '$left',
    '#',
  ]

  it('is read without a throw, its findings inside of it', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 6 })), { maxLength: 40 }), parts => {
        const text = parts.join(' ')
        const { diagnostics } = parse(text)
        for (const { span } of diagnostics)
          if (span !== undefined) expect(span.start >= 0 && span.start <= span.end && span.end <= text.length).toBe(true)
      }),
      { seed: 1572, numRuns: 1500 },
    )
  })

  it('is bounded, however it nests or multiplies', () => {
    const doubled = (first: string, next: (index: number) => string): string =>
      [first, ...Array.from({ length: 50 }, (_, index) => next(index + 1))].join('')
    const hostile = [
      `${doubled('let a0=strcat("a",tostring(now()));', at => `let a${at}=strcat(a${at - 1},a${at - 1});`)}print a50`,
      `${doubled('let t0=T;', at => `let t${at}=union t${at - 1},t${at - 1};`)}t50`,
      `${doubled('let f0=(x:string){x};', at => `let f${at}=(x:string){f${at - 1}(f${at - 1}(x))};`)}T | extend f50(a)`,
      `T | where ${'not('.repeat(20_000)}a${')'.repeat(20_000)}`,
      `print ${'1+'.repeat(20_000)}1`,
      `print a${'.b'.repeat(20_000)}`,
      `print dynamic(${'['.repeat(20_000)}`,
      `T ${' | join (T'.repeat(5000)}`,
      `${Array.from({ length: 5000 }, (_, at) => `let f${at} = (x:string) { x };`).join('')}T`,
    ]
    for (const text of hostile) {
      const began = Date.now()
      expect(parse(text).diagnostics.map(finding => finding.code)).toContain('KQL013')
      expect(Date.now() - began).toBeLessThan(20_000)
    }
    expect(
      parse(`T | where a in (${Array.from({ length: 20_000 }, (_, at) => `"${at}"`).join(',')})`).diagnostics.filter(
        finding => finding.severity === 'error',
      ),
    ).toEqual([])
    expect(parse('x'.repeat(1_000_001)).diagnostics.map(finding => finding.code)).toEqual(['KQL013'])
  }, 60_000)

  it('has no name that reaches beyond the query', () => {
    expect(codesOf('print constructor')).toEqual(['KQL021'])
    expect(codesOf('print __proto__("a")')).toEqual(['KQL024'])
    expect(parse('print dynamic({"__proto__": {"a": 1}})').value).toBeDefined()
  })
})

describe('laws over rows', () => {
  const cell = fc.oneof(fc.constant(null), fc.integer({ min: -3, max: 3 }))
  const rows = fc.array(fc.tuple(cell, fc.constantFrom('a', 'b', '')), { maxLength: 12 })
  const written = (of: readonly (readonly [number | null, string])[]): string =>
    `datatable(v:int, k:string)[${of.map(([v, k]) => `${v === null ? 'int(null)' : v}, "${k}"`).join(', ')}]`
  const sorted = (of: readonly (readonly Value[])[]): string =>
    of
      .map(row => JSON.stringify(row))
      .sort()
      .join('\n')

  it('what holds and what does not are all, where neither is null', async () => {
    await fc.assert(
      fc.asyncProperty(
        rows,
        fc.constantFrom(
          'k == "a"',
          'k has "a"',
          'isempty(k)',
          'k in ("a", "")',
          'isnull(v)',
          'k != "b" and isnotnull(v)',
          'v != 2',
        ),
        async (of, where) => {
          const both = await rowsOf(`let T = ${written(of)}; union (T | where ${where}), (T | where not(${where}))`)
          expect(sorted(both)).toBe(sorted(of))
        },
      ),
      { seed: 1572, numRuns: 60 },
    )
  })

  it('groups do not depend on the order of rows', async () => {
    await fc.assert(
      fc.asyncProperty(rows, fc.infiniteStream(fc.nat()), async (of, order) => {
        const text = '| summarize count(), sum(v), min(v), max(v), dcount(v), avg(v), array_sort_asc(make_set(v)) by k'
        const shuffled = of
          .map(row => [order.next().value, row] as const)
          .sort((a, b) => a[0] - b[0])
          .map(([, row]) => row)
        expect(sorted(await rowsOf(`${written(of)} ${text}`))).toBe(sorted(await rowsOf(`${written(shuffled)} ${text}`)))
      }),
      { seed: 1572, numRuns: 60 },
    )
  })

  it('joins are what a slow definition says', async () => {
    await fc.assert(
      fc.asyncProperty(
        rows,
        rows,
        fc.constantFrom(
          'inner',
          'leftouter',
          'rightouter',
          'fullouter',
          'leftsemi',
          'leftanti',
          'rightsemi',
          'rightanti',
          'innerunique',
        ),
        async (left, right, kind) => {
          const got = await rowsOf(`${written(left)} | join kind=${kind} (${written(right)}) on k`)
          expect(sorted(got)).toBe(sorted(slowJoin(left, right, kind)))
        },
      ),
      { seed: 1572, numRuns: 120 },
    )
  })
})

type Cells = readonly (readonly [number | null, string])[]

function slowJoin(left: Cells, right: Cells, kind: string): readonly (readonly Value[])[] {
  const rows = kind === 'innerunique' ? left.filter((row, index) => left.findIndex(other => other[1] === row[1]) === index) : left
  const pairs = rows.flatMap(a => right.filter(b => a[1] === b[1]).map(b => [...a, ...b]))
  const lonelyLeft = left.filter(a => !right.some(b => a[1] === b[1]))
  const lonelyRight = right.filter(b => !left.some(a => a[1] === b[1]))
  switch (kind) {
    case 'leftsemi':
      return left.filter(a => right.some(b => a[1] === b[1]))
    case 'rightsemi':
      return right.filter(b => left.some(a => a[1] === b[1]))
    case 'leftanti':
      return lonelyLeft
    case 'rightanti':
      return lonelyRight
  }
  return [
    ...pairs,
    ...(kind === 'leftouter' || kind === 'fullouter' ? lonelyLeft.map(a => [...a, null, '']) : []),
    ...(kind === 'rightouter' || kind === 'fullouter' ? lonelyRight.map(b => [null, '', ...b]) : []),
  ]
}

describe('much', () => {
  it('is joined and grouped within bounds, and a product of all with all is refused', async () => {
    const big = 'range x from 1 to 300000 step 1 | extend k = x % 1000'
    expect(
      await rowsOf(
        `${big} | join kind=inner (range y from 1 to 1000 step 1 | extend k = y - 1) on k | summarize n = count(), s = sum(x)`,
      ),
    ).toEqual([[300_000, 45_000_150_000]])
    const { value } = parse(
      'range x from 1 to 20000 step 1 | extend k = 1 | join kind=inner (range y from 1 to 20000 step 1 | extend k = 1) on k | count',
    )
    const outcome = await query(value!.query, {}, {})
    expect(outcome.value).toBeUndefined()
    expect(outcome.diagnostics.map(finding => finding.code)).toContain('ENG151')
    const series = parse('datatable(t:long)[1] | make-series n = count() on t from 1 to 100000000000 step 1')
    expect((await query(series.value!.query, {}, {})).diagnostics.map(finding => finding.code)).toContain('ENG152')
  }, 60_000)

  it('unpacked over a column that is there is told', async () => {
    const { value } = parse('print a = 1, d = dynamic({"a": 2, "b": 3}) | evaluate bag_unpack(d)')
    const outcome = await query(value!.query, {}, {})
    expect(outcome.value!.rows).toEqual([[1, 3]])
    expect(outcome.diagnostics.map(finding => finding.code)).toEqual(['ENG160'])
  })

  it('is not stalled by a pattern', async () => {
    const text = 'a'.repeat(5000)
    const began = Date.now()
    expect(await rowsOf(`print "${text}!" matches regex "^(a+)+$", extract("^((a+)+)$", 1, "${text}!")`)).toEqual([[false, '']])
    expect(Date.now() - began).toBeLessThan(10_000)
  })
})

/** Four branches over Defender's tables: known tools, SSH with forwarding, netsh, DNS over HTTPS from what is no browser. */
const tunnels = `let Tools = dynamic(["plink.exe", "plink", "chisel.exe", "chisel", "socat"]);
let Names = dynamic(["cloudflare-dns.com", "dns.google"]);
let Known = DeviceProcessEvents | where FileName in~ (Tools) | extend Branch = "tool" | project Timestamp, FileName, ProcessCommandLine, Parent = InitiatingProcessFileName, Branch;
let Forwarding = DeviceProcessEvents
| where FileName in~ ("ssh.exe", "ssh", "plink.exe", "plink") and (ProcessCommandLine has "-L " or ProcessCommandLine has "LocalForward")
| extend Branch = "ssh" | project Timestamp, FileName, ProcessCommandLine, Parent = InitiatingProcessFileName, Branch;
let Netsh = DeviceProcessEvents
| where FileName =~ "netsh.exe" and ProcessCommandLine has "portproxy" and ProcessCommandLine has "add"
| extend Branch = "netsh" | project Timestamp, FileName, ProcessCommandLine, Parent = InitiatingProcessFileName, Branch;
let Resolvers = DeviceNetworkEvents
| where RemotePort == 443 and RemoteUrl has_any (Names) and InitiatingProcessFileName !in~ ("chrome.exe")
| extend Branch = "dns", FileName = InitiatingProcessFileName, ProcessCommandLine = InitiatingProcessCommandLine, InitiatingProcessFileName = ""
| project Timestamp, FileName, ProcessCommandLine, Parent = InitiatingProcessFileName, Branch;
union Known, Forwarding, Netsh, Resolvers`

const started = (FileName: string, ProcessCommandLine: string) => ({
  Timestamp: '2026-05-01T10:00:00Z',
  DeviceName: 'ws1',
  ActionType: 'ProcessCreated',
  FileName,
  FolderPath: `C:\\T\\${FileName}`,
  ProcessCommandLine,
  InitiatingProcessFileName: 'cmd.exe',
})
const connected = (RemoteUrl: string, by: string) => ({
  Timestamp: '2026-05-01T10:00:01Z',
  DeviceName: 'ws1',
  ActionType: 'ConnectionSuccess',
  RemotePort: 443,
  RemoteUrl,
  InitiatingProcessFileName: by,
  InitiatingProcessCommandLine: `${by} -x`,
})

/** Branch and command line of each alert. */
function hunted(text: string, events: readonly Readonly<Record<string, Value>>[]): readonly string[] {
  const { value, diagnostics } = readRules([{ name: 'rule.kql', text }], { tables: kustoTables })
  expect(diagnostics.filter(finding => finding.severity === 'error')).toEqual([])
  const program = compile(
    value!,
    schemas.filter(schema => schema.optIn !== true),
  ).value!
  expect(program.skipped.map(one => one.diagnostic.message)).toEqual([])
  const run = program.start()
  const alerts = [
    ...run.push({ schema: '', length: events.length, at: (index: number) => ({ fields: events[index]! }) }),
    ...run.finish(),
  ]
  return alerts.map(alert => `${alert.row.Branch}: ${alert.row.ProcessCommandLine}`).sort()
}

describe('a published query over events', () => {
  it('finds what each branch is for', () => {
    expect(
      hunted(tunnels, [
        started('ssh', 'ssh -N -L 8443:localhost:443 host'),
        started('netsh.exe', 'netsh interface portproxy add v4tov4 listenport=80'),
        started('chisel', 'chisel server --reverse'),
        connected('https://dns.google/dns-query', 'evil.exe'),
        connected('https://dns.google/dns-query', 'chrome.exe'),
        started('notepad.exe', 'notepad'),
      ]),
    ).toEqual([
      'dns: evil.exe -x',
      'netsh: netsh interface portproxy add v4tov4 listenport=80',
      'ssh: ssh -N -L 8443:localhost:443 host',
      'tool: chisel server --reverse',
    ])
  })

  it('takes a login name for a forwarded port, since has ignores case', () => {
    expect(hunted(tunnels, [started('ssh', 'ssh -l bob host')])).toEqual(['ssh: ssh -l bob host'])
  })

  it('misses attached forms and joined words, since has asks for whole terms', () => {
    expect(
      hunted(tunnels, [started('ssh', 'ssh -L8080:localhost:80 host'), started('ssh', 'ssh -oLocalForward=80 host')]),
    ).toEqual([])
  })

  it('tells one event twice where two branches hold it', () => {
    expect(hunted(tunnels, [started('plink.exe', 'plink.exe -L 13389:127.0.0.1:3389 host')])).toEqual([
      'ssh: plink.exe -L 13389:127.0.0.1:3389 host',
      'tool: plink.exe -L 13389:127.0.0.1:3389 host',
    ])
  })

  it('misses tools with an ending that the list lacks, addresses without a name, and netsh in short', () => {
    expect(
      hunted(tunnels, [
        started('socat.exe', 'socat.exe tcp-listen:80'),
        connected('', 'evil.exe'),
        started('netsh.exe', 'netsh interface portp a v4tov4 listenport=80'),
      ]),
    ).toEqual([])
  })

  it('lets pass what takes the name of a browser', () => {
    expect(hunted(tunnels, [connected('https://dns.google/', 'chrome.exe')])).toEqual([])
  })

  it('computes the columns of one extend of the row that came', async () => {
    expect(await rowsOf('print A = "x", B = "y" | extend B = A, A = ""')).toEqual([['', 'x']])
  })
})

describe('what is written', () => {
  it('is read again as what it was', () => {
    const text =
      'DeviceProcessEvents\n| where ActionType == "ProcessCreated" and FolderPath endswith "\\\\plink.exe" and ProcessCommandLine contains "-L"'
    const read = kql.parse({ name: 'q', text }, { tables: kustoTables }).value!
    const printed = kql.print!(read).value!.text
    const again = kql.parse({ name: 'q', text: printed }, { tables: kustoTables })
    expect(again.diagnostics.filter(finding => finding.severity === 'error')).toEqual([])
    expect(kql.print!(again.value!).value!.text).toBe(printed)
  })
})
