// Checks of what rules ask: the examples of every page are run, witnesses are asked again, and what is near a defect and none is left alone.

import { describe, expect, it } from 'vitest'
import type { Example } from '../../src/checks/check.ts'
import type { Detection } from '../../src/ir/detection.ts'
import type { Event } from '../../src/ir/event.ts'
import { codes, illustrate, lint, pages } from '../../src/lint.ts'
import { asked, sideOf } from '../../src/proof/sides.ts'
import { readRules } from '../../src/rules/read.ts'
import { kustoTables } from '../../src/schemas/kusto/tables.ts'
import type { Diagnostic } from '../../src/text/diagnostic.ts'

const head = {
  title: 'Some rule',
  id: '0f5e7f2c-53f5-4a0b-9d4a-54f6c7c3f111',
  status: 'test',
  description: 'Finds something.',
  author: 'A. Author',
  date: '2024-01-05',
  level: 'high',
  falsepositives: '[Unknown]',
  logsource: '{category: process_creation, product: windows}',
  detection: '{s: {CommandLine: x}, condition: s}',
}

/** A whole rule around a fragment: its search identifiers and condition, or some of its keys. */
function sigma(fragment: string): string {
  const own =
    /^[a-z]\w*: *(?:\n|[^\n]*$)/m.test(fragment) && /^(?:condition):/m.test(fragment)
      ? `detection:\n${fragment.replace(/^/gm, '  ')}`
      : fragment
  const keys = new Set([...own.matchAll(/^(\w+):/gm)].map(found => found[1]!))
  const rest = Object.entries(head).filter(
    ([key]) => !keys.has(key) && !(keys.has('correlation') && (key === 'detection' || key === 'logsource')),
  )
  return `${rest.map(([key, value]) => `${key}: ${value}\n`).join('')}${own}\n`
}

const extensions: Readonly<Record<string, string>> = { powershell: 'ps1' }

function detections({ language, text }: Example): readonly Detection[] {
  const source =
    language === 'sigma' ? { name: 'rule.yml', text: sigma(text) } : { name: `query.${extensions[language] ?? language}`, text }
  const read = readRules([source], { tables: kustoTables })
  expect(read.diagnostics.filter(({ severity, code }) => severity === 'error' && !code.startsWith('LNK'))).toEqual([])
  expect(read.value!.length).toBe(1)
  return read.value!
}

const found = (example: Example): readonly Diagnostic[] => lint(detections(example))
const told = (example: Example): readonly string[] => found(example).map(({ code }) => code)

/** Documents that the examples of some pages are only pieces of; they are shown with whole documents below. */
const pieces: ReadonlySet<string> = new Set(['watch'])

describe('pages', () => {
  it('are there for every code of a check', () => {
    expect(Object.keys(codes).filter(code => !Object.hasOwn(pages, code))).toEqual([])
    for (const [code, page] of Object.entries(pages)) {
      expect(page.title, code).toBe(codes[code])
      for (const text of [page.what, page.why]) expect(text, code).toMatch(/^[A-Z":][\s\S]*[.]$/)
    }
  })

  it.each(Object.entries(pages).filter(([, page]) => !pieces.has(page.bad.language)))('%s shows what it means', (code, page) => {
    expect(told(page.bad)).toContain(code)
    expect(told(page.good)).not.toContain(code)
  })
})

/** Whether the engine says of a witness what the finding says; asked of the query as it was read, macros taken to hold. */
function confirmed(detection: Detection, finding: Diagnostic): void {
  const { event, matches } = finding.witness!
  const { query } = detection
  const end = query.stages.findIndex(({ kind }) => !['filter', 'extend', 'project', 'sort', 'rename'].includes(kind))
  const front = {
    ...query,
    from: { kind: 'table', name: '' } as const,
    stages: end === -1 ? query.stages : query.stages.slice(0, end),
  }
  const question = asked(front, { table: () => [] })
  expect('where' in question).toBe(true)
  if ('where' in question) {
    const { _raw: raw, ...fields } = event as Event['fields'] & { readonly _raw?: string }
    expect(
      sideOf(question.where, query.rules).ask({ fields, ...(raw === undefined ? {} : { raw }) }),
      `${finding.code} ${JSON.stringify(event)}`,
    ).toBe(matches)
  }
}

describe('witnesses', () => {
  it('answer as the findings say', () => {
    let asked = 0
    for (const [, page] of Object.entries(pages)) {
      if (pieces.has(page.bad.language)) continue
      for (const detection of detections(page.bad)) {
        if (detection.query.from.kind !== 'table' && detection.query.from.kind !== 'class') continue
        for (const finding of lint([detection]))
          if (finding.witness !== undefined) {
            confirmed(detection, finding)
            asked++
          }
      }
    }
    expect(asked).toBeGreaterThan(25)
  })
})

const sigmaRule = (text: string): Example => ({ language: 'sigma', text })
const process = (...lines: readonly string[]): Example =>
  sigmaRule(`selection:\n${lines.map(line => `  ${line}\n`).join('')}condition: selection`)

describe('what is left alone', () => {
  it.each([
    ['LNT301', 'a number that ends the value', process("CommandLine|endswith: ':3389'")],
    ['LNT301', 'a version', process("CommandLine|contains: 'v10.0.19045'")],
    ['LNT302', 'a long option', process("CommandLine|contains: '--reverse '")],
    [
      'LNT304',
      'an option of PowerShell, which ignores case itself',
      process("Image|endswith: '\\powershell.exe'", "CommandLine|contains: ' -W '"),
    ],
    ['LNT304', 'an option with its case', process("Image|endswith: '\\plink.exe'", "CommandLine|contains|cased: ' -L '")],
    ['LNT305', 'a name without regard to case', { language: 'kql', text: 'DeviceProcessEvents | where FileName =~ "plink.exe"' }],
    [
      'LNT305',
      'a name made small first',
      { language: 'kql', text: 'DeviceProcessEvents | where tolower(FileName) == "plink.exe"' },
    ],
    [
      'LNT224',
      'a query that names its channel',
      { language: 'spl', text: 'index=x source="XmlWinEventLog:Security" Image="*\\\\plink.exe"' },
    ],
    ['LNT224', 'a macro that may name it', { language: 'spl', text: '`sysmon` Image="*\\\\plink.exe"' }],
    [
      'LNT254',
      'a list that names every program twice',
      process(
        'Image|endswith:',
        "    - '\\plink.exe'",
        "    - '\\plink'",
        "    - '\\chisel.exe'",
        "    - '\\chisel'",
        "    - '\\iodine.exe'",
        "    - '\\iodine'",
      ),
    ],
    [
      'LNT266',
      'alternatives that overlap',
      sigmaRule(
        "a:\n  Image|endswith: '\\plink.exe'\nb:\n  Image|endswith: '\\putty.exe'\n  User: x\nc:\n  User: y\ncondition: a or b or c",
      ),
    ],
    [
      'LNT268',
      'a field that may hold several values',
      { language: 'eql', text: 'process where process.args == "a" and process.args == "b"' },
    ],
    [
      'LNT280',
      'a class on purpose',
      { language: 'kql', text: 'DeviceProcessEvents | where ProcessCommandLine matches regex @"\\d+\\.exe"' },
    ],
    [
      'LNT281',
      'a run before an ending',
      { language: 'kql', text: 'DeviceProcessEvents | where FileName matches regex @".*\\.exe"' },
    ],
    [
      'LNT292',
      'a live technique',
      sigmaRule("tags: [attack.t1572]\ndetection:\n  selection:\n    CommandLine|contains: ' x '\n  condition: selection"),
    ],
    [
      'LNT293',
      'a technique that a later version may have added',
      sigmaRule("tags: [attack.t1998]\ndetection:\n  selection:\n    CommandLine|contains: ' x '\n  condition: selection"),
    ],
    [
      'LNT291',
      'what may come of it',
      sigmaRule(
        "description: Execution of a tool that may be used for exfiltration\ntags: [attack.t1572]\ndetection:\n  selection:\n    CommandLine|contains: ' x '\n  condition: selection",
      ),
    ],
    [
      'LNT295',
      'a column that the stage computes itself',
      { language: 'spl', text: 'index=x | stats count by user | eval a=count*2, b=a+1 | where b > 3' },
    ],
    ['LNT306', 'one part that may be absent', { language: 'spl', text: 'index=x | regex process="(--)?dns2tcp"' }],
    [
      'LNT307',
      'an expression about one program',
      { language: 'spl', text: 'index=x EventCode=1 process_name=curl.exe | regex process="\\w+\\.(com|net):\\d+"' },
    ],
    ['LNT309', 'two runs', { language: 'spl', text: 'index=x | regex process="a.*b.*c"' }],
    [
      'LNT312',
      'a list with the short forms',
      {
        language: 'kql',
        text: 'DeviceProcessEvents | where FileName =~ "powershell.exe" and ProcessCommandLine has_any ("-enc", "-encodedcommand")',
      },
    ],
    [
      'LNT313',
      'branches over two tables',
      {
        language: 'kql',
        text: 'union (DeviceProcessEvents | where DeviceName == "a"), (DeviceNetworkEvents | where DeviceName == "a")',
      },
    ],
    ['LNT314', 'a program of Windows', process("Image|endswith: '\\certutil.exe'")],
    [
      'LNT315',
      'a program with its original name as an alternative',
      sigmaRule(
        "a:\n  - Image|endswith: '\\plink.exe'\n  - OriginalFileName: Plink\nb:\n  CommandLine|contains: ':3389:'\ncondition: a and b",
      ),
    ],
    ['LNT317', 'another port', process("Image|endswith: '\\plink.exe'", "CommandLine|contains: ' -P 443 '")],
  ] as const)('%s: %s', (code, _, example) => {
    expect(told(example)).not.toContain(code)
  })
})

describe('watches', () => {
  const watch = (total: string, to: string): Example => ({
    language: 'json',
    text: JSON.stringify(
      {
        trigger: { schedule: { interval: '30m' } },
        input: {
          search: {
            request: {
              indices: ['winlogbeat-*'],
              body: { query: { bool: { must: [{ query_string: { query: 'winlog.event_id:1 AND process.name:plink.exe' } }] } } },
            },
          },
        },
        condition: { compare: { [total]: { not_eq: 0 } } },
        actions: { mail: { email: { to } } },
      },
      null,
      2,
    ),
  })
  it('LNT325: compare a total that is an object', () => {
    expect(told(watch('ctx.payload.hits.total', 'soc@example.com'))).toContain('LNT325')
    expect(told(watch('ctx.payload.hits.total.value', 'soc@example.com'))).not.toContain('LNT325')
  })
  it('LNT327: are sent from where they were written', () => {
    expect(told(watch('ctx.payload.hits.total.value', 'root@localhost'))).toContain('LNT327')
    expect(told(watch('ctx.payload.hits.total.value', 'soc@example.com'))).not.toContain('LNT327')
  })
})

describe('any text', () => {
  it('is checked without throwing, and places lie in it', () => {
    let seed = 20_240_105
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
      return seed % below
    }
    const pieces = [
      '"',
      "'",
      '\\',
      '*',
      '(',
      ')',
      '[',
      '|',
      ' or ',
      ' and ',
      'not ',
      '-R ',
      '.*',
      '$',
      '\u0000',
      '\ud800',
      '\n',
      ' OR ',
      '(?i)',
      '\\s',
      'a'.repeat(2000),
    ]
    let findings = 0
    for (const page of Object.values(pages))
      for (const example of [page.bad, page.good])
        for (let round = 0; round < 3; round++) {
          if (example.language === 'watch') continue
          let text = example.language === 'sigma' ? sigma(example.text) : example.text
          for (let count = 1 + random(3); count > 0; count--) {
            const at = random(text.length)
            text =
              random(3) === 0
                ? text.slice(0, at) + text.slice(at + random(8))
                : text.slice(0, at) + pieces[random(pieces.length)] + text.slice(at)
          }
          const name = example.language === 'sigma' ? 'rule.yml' : `query.${extensions[example.language] ?? example.language}`
          const read = readRules([{ name, text }], { tables: kustoTables })
          for (const { span, source, fix } of [...illustrate(read.diagnostics, read.value ?? []), ...lint(read.value ?? [])]) {
            findings++
            for (const place of [...(span === undefined ? [] : [span]), ...(fix ?? []).map(change => change.span)]) {
              expect(place.start).toBeGreaterThanOrEqual(0)
              expect(place.end).toBeGreaterThanOrEqual(place.start)
              expect(place.end).toBeLessThanOrEqual(source?.text.length ?? text.length)
            }
          }
        }
    expect(findings).toBeGreaterThan(300)
  })
})

describe('bounds', () => {
  it('a rule with thousands of values is looked at in a short time', () => {
    const values = Array.from({ length: 5000 }, (_, at) => `    - ' -P ${at} '\n`).join('')
    const example = sigmaRule(
      `selection:\n  Image|endswith: '\\plink.exe'\n  CommandLine|contains:\n${values}condition: selection`,
    )
    const before = globalThis.process.cpuUsage()
    expect(told(example).length).toBeGreaterThan(0)
    const { user } = globalThis.process.cpuUsage(before)
    expect(user / 1e6).toBeLessThan(10)
  })
  it('a rule with a deep condition is looked at', () => {
    const parts = Array.from({ length: 50 }, (_, at) => `a${at}:\n  CommandLine|contains: 'x${at}'\n`).join('')
    const condition = Array.from({ length: 50 }, (_, at) => `(a${at} or `).join('') + 'a0' + ')'.repeat(50)
    expect(() => lint(detections(sigmaRule(`${parts}condition: ${condition}`)))).not.toThrow()
  })
})
