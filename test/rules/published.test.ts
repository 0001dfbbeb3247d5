// What two published pages get wrong, defect by defect (S0-1 … S0-7, S4-1 … S4-14): each shows as a finding on the page or as an event that the query should have told otherwise. Pages of our own with the same mistakes always run; the originals where they lie beside the project.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/engine/engine.ts'
import type { Value } from '../../src/ir/event.ts'
import { analyse } from '../../src/languages/kql/parse.ts'
import { lint } from '../../src/lint.ts'
import { query } from '../../src/query.ts'
import { readRules } from '../../src/rules/index.ts'
import { schemas } from '../../src/schemas/index.ts'
import { kustoTables } from '../../src/schemas/kusto/tables.ts'

type Row = Readonly<Record<string, Value>>

const originals = fileURLToPath(new URL('../../../shared/starting-documents/', import.meta.url))
if (!existsSync(originals)) console.warn('SKIPPED: the published pages of ../shared/starting-documents are absent; our own run')

/** The page whose file begins so, as Markdown: what a portal showed as a block of KQL stands in a fence again. */
function original(beginning: string): string | undefined {
  const name = existsSync(originals) ? readdirSync(originals).find(one => one.startsWith(beginning)) : undefined
  if (name === undefined) return undefined
  const text = readFileSync(originals + name, 'utf8')
  return text.includes('```') ? text : text.replace(/^kusto\n(let [\s\S]*?)\n\n/m, '```kusto\n$1\n```\n\n')
}

const read = (text: string) => readRules([{ name: 'page.md', text }], { tables: kustoTables })

/** Every finding on a page: of reading it, and of the checks. */
function findings(text: string): readonly string[] {
  const { value, diagnostics } = read(text)
  expect(value!.length).toBe(1)
  return [...diagnostics, ...lint(value!)].map(finding => `${finding.code} ${finding.message}`)
}

/** The rows of alerts that a page raises over events. */
function alerts(text: string, events: readonly Row[]): readonly Row[] {
  const { value, diagnostics } = read(text)
  expect(diagnostics.filter(finding => finding.severity === 'error')).toEqual([])
  const program = compile(
    value!,
    schemas.filter(schema => schema.optIn !== true),
  ).value!
  expect(program.skipped.map(one => one.diagnostic.message)).toEqual([])
  const run = program.start()
  return [
    ...run.push({ schema: '', length: events.length, at: (index: number) => ({ fields: events[index]! }) }),
    ...run.finish(),
  ].map(alert => alert.row)
}

const plinkPage = `# Plink as a tunnel

#### Search

\`\`\`
| tstats \`security_content_summariesonly\` count min(_time) as firstTime from datamodel=Endpoint.Processes where Processes.process_name=plink.exe OR Processes.original_file_name=Plink Processes.process IN ("*-R *", "*-L *", "*-D *", "*-l *") by Processes.dest Processes.process Processes.process_name Processes.original_file_name
| \`drop_dm_object_name(Processes)\`
| \`security_content_ctime(firstTime)\`
\`\`\`

#### Macros
* security_content_summariesonly
* security_content_ctime

#### Required fields
* _time
* Processes.process
* Processes.parent_process
* Processes.process_path
`

const plink = (commandLine: string, name = 'plink.exe', more: Row = { OriginalFileName: 'Plink' }): Row => ({
  SystemTime: '2024-05-01T10:00:00.000Z',
  Channel: 'Microsoft-Windows-Sysmon/Operational',
  Provider_Name: 'Microsoft-Windows-Sysmon',
  EventID: 1,
  Computer: 'h1',
  User: 'LAB\\al',
  Image: `C:\\T\\${name}`,
  ParentImage: 'C:\\Windows\\System32\\cmd.exe',
  ProcessId: '7',
  ParentProcessId: '6',
  CommandLine: commandLine,
  ...more,
})

describe.each([
  ['a page of our own', plinkPage],
  ['the published page', original('000')],
])('a search for Plink: %s', (_, text) => {
  const here = it.skipIf(text === undefined)
  const page = text ?? ''
  const told = (commandLine: string, name?: string, more?: Row): boolean =>
    alerts(page, [plink(commandLine, name, more)]).length > 0

  here('S0-1: OR beside AND without parentheses; joined as "where" joins them, every Plink would fire', () => {
    expect(findings(page)).toContainEqual(expect.stringMatching(/^SPL202 /))
    expect(told('plink --help')).toBe(false)
    const otherwise = page.replace(' OR ', ' OR (').replace('"*-l *")', '"*-l *"))')
    expect(alerts(otherwise, [plink('plink --help')]).length).toBe(1)
  })

  here('S0-2: a login name is taken for a forwarded port, since case does not count', () => {
    expect(findings(page)).toContainEqual(expect.stringMatching(/^SPL203 "\*-l \*" is the same as "\*-L \*"/))
    expect(told('plink -l bob host')).toBe(true)
  })

  here('S0-3: the end of another word is taken for an option', () => {
    expect(told('plink --no-R x host')).toBe(true)
  })

  here('S0-4: options that no blank follows are missed', () => {
    expect(told('plink -R 8080:10.0.0.1:3389 bob@gw')).toBe(true)
    expect(told('plink -R"8080:10.0.0.1:3389" bob@gw')).toBe(false)
    expect(told('plink "-R" 8080:10.0.0.1:3389 bob@gw')).toBe(false)
    expect(told('plink\t-R\t8080:10.0.0.1:3389\tbob@gw')).toBe(false)
  })

  here('S0-5: fields are required that the search does not use', () => {
    expect(findings(page)).toContainEqual(
      expect.stringMatching(/^DOC204 .*"Processes\.parent_process".*"Processes\.process_path"/),
    )
  })

  here('S0-6: the list of macros leaves out one that is called and three that another calls', () => {
    expect(findings(page)).toContainEqual(
      expect.stringMatching(
        /^DOC203 the list of macros leaves out "summariesonly_config \(through security_content_summariesonly\)", "oldsummaries_config .*", "fillnull_config .*", "drop_dm_object_name\(1\)"/,
      ),
    )
    // A macro that nobody defines is told by name.
    expect(findings(page.replace('`drop_dm_object_name(', '`drop_names('))).toContainEqual(
      expect.stringMatching(/^SPL110 .*drop_names/),
    )
  })

  here('S0-7: without the fill of a macro, events without the original name are lost', () => {
    const bare: Row = {}
    expect(told('plink -R 1:2:3 host', 'plink.exe', bare)).toBe(true)
    const without = page.replace('tstats `security_content_summariesonly`', 'tstats summariesonly=false')
    expect(findings(without)).toContainEqual(expect.stringMatching(/^SPL304 .*original_file_name/))
    expect(alerts(without, [plink('plink -R 1:2:3 host', 'plink.exe', bare)]).length).toBe(0)
  })
})

const tunnelPage = `# Tunnels on Linux and Windows

The detection below comes as queries in KQL, SPL, Elastic, QRadar, Sumo, YARA-L and LogScale.

\`\`\`kql
let Tools = dynamic(["plink.exe", "plink", "chisel.exe", "chisel", "socat"]);
let Names = dynamic(["cloudflare-dns.com", "dns.google", "mozilla.cloudflare-dns.com"]);
let Browsers = dynamic(["chrome.exe", "safari"]);
let System = dynamic(["svchost.exe"]);
let KnownTools = DeviceProcessEvents | where TimeGenerated > ago(1d) | where FileName in~ (Tools)
| extend DetectionBranch = "KnownTunnelingTool"
| project TimeGenerated, DeviceName, FileName, ProcessCommandLine, InitiatingProcessFileName, DetectionBranch;
let SSHTunneling = DeviceProcessEvents | where TimeGenerated > ago(1d)
| where FileName in~ ("ssh.exe", "ssh", "plink.exe", "plink") and (ProcessCommandLine has "-L " or ProcessCommandLine has "-R " or ProcessCommandLine has "-D " or ProcessCommandLine has "-w " or ProcessCommandLine has "LocalForward")
| extend DetectionBranch = "SSHPortForwarding"
| project TimeGenerated, DeviceName, FileName, ProcessCommandLine, InitiatingProcessFileName, DetectionBranch;
let NetshProxy = DeviceProcessEvents | where TimeGenerated > ago(1d)
| where FileName =~ "netsh.exe" and ProcessCommandLine has "portproxy" and ProcessCommandLine has "add"
| extend DetectionBranch = "NetshPortProxy"
| project TimeGenerated, DeviceName, FileName, ProcessCommandLine, InitiatingProcessFileName, DetectionBranch;
let DoHConnections = DeviceNetworkEvents | where TimeGenerated > ago(1d)
| where RemotePort == 443 and RemoteUrl has_any (Names) and InitiatingProcessFileName !in~ (Browsers) and InitiatingProcessFileName !in~ (System)
| extend DetectionBranch = "DNSoverHTTPS", FileName = InitiatingProcessFileName, ProcessCommandLine = InitiatingProcessCommandLine, InitiatingProcessFileName = ""
| project TimeGenerated, DeviceName, FileName, ProcessCommandLine, InitiatingProcessFileName, DetectionBranch;
union KnownTools, SSHTunneling, NetshProxy, DoHConnections
| sort by TimeGenerated desc
\`\`\`

Data: Defender. Sigma:

\`\`\`yaml
logsource:
  category: process_creation
  product: windows
\`\`\`

Expected of the test: Sysmon Event ID 12/13.
`

const started = (FileName: string, ProcessCommandLine: string): Row => ({
  Timestamp: '2026-05-01T10:00:00Z',
  DeviceName: 'ws1',
  ActionType: 'ProcessCreated',
  FileName,
  FolderPath: `C:\\T\\${FileName}`,
  ProcessCommandLine,
  InitiatingProcessFileName: 'cmd.exe',
})

const connected = (RemoteUrl: string, by: string, RemoteIP = '203.0.113.7'): Row => ({
  Timestamp: '2026-05-01T10:00:01Z',
  DeviceName: 'ws1',
  ActionType: 'ConnectionSuccess',
  RemotePort: 443,
  RemoteIP,
  RemoteUrl,
  InitiatingProcessFileName: by,
  InitiatingProcessCommandLine: `${by} -x`,
})

describe.each([
  ['a page of our own', tunnelPage],
  ['the published page', original('004')],
])('four branches in KQL: %s', (_, text) => {
  const here = it.skipIf(text === undefined)
  const page = text ?? ''
  const branches = (...events: readonly Row[]): readonly Value[] =>
    alerts(page, events)
      .map(row => row.DetectionBranch ?? null)
      .sort()

  here('each branch finds what the page’s own tests are about', () => {
    expect(branches(started('ssh', 'ssh -N -L 8443:localhost:443 host'))).toEqual(['SSHPortForwarding'])
    expect(branches(started('netsh.exe', 'netsh interface portproxy add v4tov4 listenport=80'))).toEqual(['NetshPortProxy'])
    expect(branches(started('chisel', 'chisel server --reverse --socks5 --port 8443'))).toEqual(['KnownTunnelingTool'])
    expect(branches(connected('https://dns.google/dns-query', 'evil.exe'))).toEqual(['DNSoverHTTPS'])
  })

  here('S4-1: a login name is taken for a forwarded port, since "has" ignores case', () => {
    expect(findings(page)).toContainEqual(expect.stringMatching(/^KQL204 .*"-L "/))
    expect(branches(started('ssh', 'ssh -l bob host'))).toEqual(['SSHPortForwarding'])
  })

  here('S4-2: terms too short for an index', () => {
    expect(findings(page)).toContainEqual(expect.stringMatching(/^KQL304 "-R "/))
  })

  here('S4-3: options joined with their values or with others are missed', () => {
    expect(branches(started('ssh', 'ssh -L8080:localhost:80 host'), started('ssh', 'ssh -fNL8080:localhost:80 host'))).toEqual([])
  })

  here('S4-4: a setting joined with its option is another term', () => {
    expect(branches(started('ssh', 'ssh -o LocalForward=80 host'))).toEqual(['SSHPortForwarding'])
    expect(branches(started('ssh', 'ssh -oLocalForward=80 host'))).toEqual([])
    expect(branches(started('ssh', 'ssh -o DynamicForward=80 host'))).toEqual([])
  })

  here('S4-5: programs that are listed without their ending', () => {
    expect(findings(page)).toContainEqual(expect.stringMatching(/^KQL211 .*/))
    expect(branches(started('socat.exe', 'socat.exe tcp-listen:80'))).toEqual([])
  })

  here('S4-6: one event alerts twice', () => {
    expect(branches(started('plink.exe', 'plink.exe -ssh -N -L 13389:127.0.0.1:3389 host'))).toEqual([
      'KnownTunnelingTool',
      'SSHPortForwarding',
    ])
  })

  here('S4-7: the time has another name in the other portal', () => {
    expect(findings(page)).toContainEqual(expect.stringMatching(/^KQL212 /))
  })

  here('S4-8: a resolver asked by its address has no name; one name holds another', () => {
    expect(findings(page)).toContainEqual(expect.stringMatching(/^KQL213 "mozilla\.cloudflare-dns\.com"/))
    expect(branches(connected('', 'evil.exe', '1.1.1.1'))).toEqual([])
  })

  here('S4-9: what calls itself a browser passes', () => {
    expect(findings(page)).toContainEqual(expect.stringMatching(/^KQL306 .*"chrome\.exe"/))
    expect(branches(connected('https://dns.google/dns-query', 'chrome.exe'))).toEqual([])
  })

  here('S4-10: abbreviated arguments, another verb and the registry are missed', () => {
    const registry: Row = {
      Timestamp: '2026-05-01T10:00:02Z',
      DeviceName: 'ws1',
      ActionType: 'RegistryValueSet',
      RegistryKey: 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\PortProxy\\v4tov4\\tcp',
      InitiatingProcessFileName: 'svchost.exe',
    }
    expect(
      branches(
        started('netsh.exe', 'netsh interface portp a v4tov4 listenport=80'),
        started('netsh.exe', 'netsh interface portproxy set v4tov4 listenport=80'),
        registry,
      ),
    ).toEqual([])
  })

  here('S4-11: the union fails without one of its tables, and the sort is of no use', () => {
    const all = findings(page)
    expect(all).toContainEqual(expect.stringMatching(/^KQL307 .*"DeviceNetworkEvents"/))
    expect(all).toContainEqual(expect.stringMatching(/^KQD302 /))
  })

  here('S4-12: the page speaks of events and systems that its query or its log source leaves out', () => {
    const all = findings(page).filter(finding => finding.startsWith('DOC202'))
    expect(all).toEqual([
      'DOC202 the page’s log source leaves out "DeviceNetworkEvents", which the query reads',
      'DOC202 the page’s log source is for windows alone; its words and the tables are about linux as well',
      expect.stringMatching(/^DOC202 the page speaks of Sysmon 12, 13 \(registry_event/),
    ])
  })

  here('S4-13: seven languages are promised and one is here', () => {
    expect(findings(page)).toContain(
      'DOC201 the page promises 7 languages and holds 1: nothing is here in SPL, Elastic, AQL, Sumo Logic, YARA-L, LogScale',
    )
  })

  here('S4-14: columns that one statement reads and reassigns are read as they were', async () => {
    const [row] = alerts(page, [connected('https://dns.google/dns-query', 'evil.exe')])
    expect([row!.FileName, row!.ProcessCommandLine, row!.InitiatingProcessFileName ?? '']).toEqual([
      'evil.exe',
      'evil.exe -x',
      '',
    ])
    const { value } = analyse({ name: 'q', text: 'print A = "x", B = "y" | extend B = A, A = ""' }, { tables: kustoTables })
    expect((await query(value!.query, {}, {})).value!.rows).toEqual([['', 'x']])
  })
})

describe('a page that is as it says', () => {
  it('gives no finding of its own', () => {
    const honest = tunnelPage
      .replace(/^The detection below.*$/m, 'The detection below is a query in KQL.')
      .replace(/\nlogsource[\s\S]*?windows\n/, '\n')
      .replace('Sysmon Event ID 12/13', 'Sysmon Event ID 1')
    expect(findings(honest).filter(finding => finding.startsWith('DOC'))).toEqual([])
    const complete = plinkPage
      .replace(
        '* security_content_ctime',
        '* security_content_ctime, drop_dm_object_name\n* summariesonly_config oldsummaries_config fillnull_config',
      )
      .replace(/\* Processes\.parent_process\n\* Processes\.process_path\n/, '')
    expect(findings(complete).filter(finding => finding.startsWith('DOC'))).toEqual([])
    expect(findings(complete.replace('* security_content_ctime,', '* other_macro\n* security_content_ctime,'))).toContain(
      'DOC203 the list of macros names "other_macro", which the search does not call',
    )
  })
})
