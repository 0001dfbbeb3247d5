// A query alone in a file is a rule that finds events: typed queries of each language over events in the shapes that people have, and what a rule is for a target, read back as a file.

import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { convert } from '../../src/convert.ts'
import { compile } from '../../src/engine/engine.ts'
import type { Event } from '../../src/ir/event.ts'
import { jsonl } from '../../src/logs/jsonl.ts'
import type { LogFormat } from '../../src/logs/logs.ts'
import { syslog } from '../../src/logs/syslog.ts'
import { winxml } from '../../src/logs/winxml.ts'
import { languageNames } from '../../src/node/cli/language.ts'
import { bareLanguages, readRules } from '../../src/rules/index.ts'
import { schemas } from '../../src/schemas/index.ts'
import { targetOf } from '../../src/targets.ts'

const folder = 'test/events/schemas'
const shapes = ['sigma', 'winevent-json', 'winlogbeat', 'ecs', 'mde']
const samples = readdirSync(folder)
  .filter(file => shapes.includes(file.replace('.jsonl', '')))
  .flatMap(file =>
    readFileSync(`${folder}/${file}`, 'utf8')
      .split('\n')
      .filter(line => line !== '')
      .map(line => {
        const { _name: name, _expect: _, ...fields } = JSON.parse(line)
        return { name: `${file.replace('.jsonl', '')}/${name}`, event: { fields } as Event }
      }),
  )

/** The program of one query, which must be read and run in full. */
function programOf(name: string, text: string, language?: string) {
  const { value, diagnostics } = readRules([{ name, text }], { language })
  expect(diagnostics.filter(finding => finding.severity !== 'note')).toEqual([])
  const program = compile(
    value!,
    schemas.filter(schema => schema.optIn !== true),
  ).value!
  expect(program.skipped.map(one => one.diagnostic.message)).toEqual([])
  return program
}

/** The names of the samples that a query finds. */
function found(name: string, text: string): readonly string[] {
  const program = programOf(name, text)
  return samples
    .filter(({ event }) => {
      const run = program.start()
      return [...run.push({ schema: '', length: 1, at: () => event }), ...run.finish()].length > 0
    })
    .map(sample => sample.name)
}

const fences = (text: string): ReadonlyMap<string, string> =>
  new Map([...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, name, body]) => [name!, body!.trim()]))
const [head = '', ...cases] = readFileSync('test/rules/bare.md', 'utf8').split(/^### /m)
const groups = new Map(
  fences(head)
    .get('groups')!
    .split('\n')
    .map(line => line.split(': '))
    .map(([name, members]) => [name!, members!.split(' ')]),
)

describe("a query typed in a product's words finds", () => {
  it.each(
    cases.map(text => {
      const [[extension, query] = ['', '']] = [...fences(text)].filter(([name]) => name !== 'hits')
      const hits = fences(text)
        .get('hits')!
        .split(/\s+/)
        .filter(name => name !== '')
      return [`.${extension}: ${text.slice(0, text.indexOf('\n'))}`, extension, query, hits] as const
    }),
  )('%s', (_, extension, query, hits) => {
    expect([...found(`q.${extension}`, query)].sort()).toEqual(hits.flatMap(name => groups.get(name) ?? [name]).sort())
  })
})

/** What a query finds in a log, by lines. */
async function linesFound(query: string, format: LogFormat, log: string): Promise<readonly (number | undefined)[]> {
  const program = programOf('q.grep', query)
  const run = program.start()
  const bytes = async function* () {
    yield new TextEncoder().encode(log)
  }
  const lines: (number | undefined)[] = []
  const take = (alerts: Iterable<{ readonly events: readonly Event[] }>) => {
    for (const alert of alerts) lines.push(...alert.events.map(event => event.origin?.line))
  }
  for await (const batch of format.read(bytes(), { name: 'log' }, () => undefined)) take(run.push(batch))
  take(run.finish())
  return lines
}

describe('the text that grep asks is the line of the log', () => {
  const record = '{"EventID": 1, "Channel": "Microsoft-Windows-Sysmon/Operational", "Image": "C:\\\\x\\u0041.exe", "Number": 1.0}'
  it('blanks, escapes and numbers of JSON stand as they were written', async () => {
    const log = `${record}\n${record.replaceAll('": ', '":').replace('\\u0041', 'A').replace('1.0', '1')}\n`
    expect(await linesFound(`grep '"EventID": 1'`, jsonl, log)).toEqual([1])
    expect(await linesFound(`grep -F '\\u0041'`, jsonl, log)).toEqual([1])
    expect(await linesFound(`grep 'A.exe'`, jsonl, log)).toEqual([2])
    expect(await linesFound(`grep '1.0}$'`, jsonl, log)).toEqual([1])
  })
  it('a line of syslog from its beginning', async () => {
    const log =
      '<13>Mar  2 08:15:04 ws7 sshd[312]: Accepted password for jane from 203.0.113.7 port 50412 ssh2\n<13>Mar  2 08:15:05 ws8 sshd[312]: Connection closed\n'
    expect(await linesFound(`grep '^<13>Mar  2 .* ws7 sshd'`, syslog, log)).toEqual([1])
  })
  it('an event in XML on one line, whatever lines it took', async () => {
    const log = `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'>
  <System><Provider Name='Microsoft-Windows-Sysmon'/><EventID>1</EventID><Channel>Microsoft-Windows-Sysmon/Operational</Channel></System>
  <EventData>
    <Data Name='Image'>C:\\Tools\\plink.exe</Data>
    <Data Name='CommandLine'>plink &lt;x&gt;</Data>
  </EventData>
</Event>
`
    expect(
      await linesFound(`grep "<EventID>1</EventID>.*plink.exe</Data><Data Name='CommandLine'>plink &lt;x&gt;<"`, winxml, log),
    ).toEqual([1])
    expect(await linesFound(`grep '"CommandLine":"plink <x>"' events.jsonl`, winxml, log)).toEqual([1])
  })
})

const rule = readRules([
  {
    name: 'r.yml',
    text: `title: t
logsource: {category: process_creation, product: windows}
detection:
  s: {Image|endswith: '\\plink.exe', CommandLine|contains: '-R 4444'}
  condition: s
`,
  },
]).value![0]!

describe('what a rule is for a target is a file to hunt with', () => {
  it.each([
    ['elastic-eql', 'eql'],
    ['elastic-esql', 'esql'],
    ['elastic-lucene', 'lucene'],
    ['logscale', 'logscale'],
    ['logscale', 'cql'],
    ['sumo', 'sumo'],
    ['secops', 'yaral'],
    ['powershell', 'ps1'],
    ['duckdb', 'sql'],
    ['qradar', 'aql'],
    ['logpoint', 'logpoint'],
    ['graylog', 'graylog'],
    ['sumo-cse', 'cse'],
    ['grep', 'grep'],
    ['grep-text', 'sh'],
  ])('%s as .%s', (target, extension) => {
    const { text } = convert(rule, targetOf(target)!, { document: 'none' }).value!.printed
    const hits = found(`plink.${extension}`, text)
    expect(hits).toContain('sigma/plink')
    expect(hits.filter(name => !name.includes('plink'))).toEqual([])
  })
})

describe('a language that is named', () => {
  it('is that of a text with any name, and not of documents', () => {
    const read = (name: string, text: string, language: string) => readRules([{ name, text }], { language }).value!
    expect(read('q.txt', "commandLine LIKE '%x%'", 'sumo-cse')[0]).toMatchObject({ schema: 'sumo-cse' })
    expect(read('q', 'process.name : "x"', 'kuery')[0]).toMatchObject({ schema: 'elastic', written: { language: 'kuery' } })
    expect(read('q.sql', 'SELECT * FROM events', 'postgres')[0]).toMatchObject({ written: { language: 'postgres' } })
    expect(read('q.txt', 'DeviceProcessEvents | take 1', 'kql')[0]).toMatchObject({ written: { language: 'kql' } })
    expect(read('q.txt', 'index=x EventCode=1', 'spl')[0]).toMatchObject({ written: { language: 'spl' } })
    expect(readRules([rule.written.document], { language: 'aql' }).value![0]).toMatchObject({ title: 't' })
  })
  it('is one of those that the command line lists', () => {
    expect(languageNames).toEqual(bareLanguages)
  })
})
