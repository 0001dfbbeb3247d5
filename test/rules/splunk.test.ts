// Documents of Splunk: a stanza of savedsearches.conf and a detection of the security content, decoded again.

import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { convert } from '../../src/convert.ts'
import { escu } from '../../src/rules/escu.ts'
import { readRules } from '../../src/rules/index.ts'
import { savedSearch } from '../../src/rules/savedsearches.ts'
import { targetOf } from '../../src/targets.ts'

const rule = (detection: string, more = ''): string => `title: Tunnel [tools]
id: 7d5a2c16-1f0e-4a53-9c7e-9a1f0f6a8b01
description: |
  Says 'so'
  on two lines
status: stable
level: high
author: One, Two
${more}references: [https://example.org/a]
falsepositives: [Admins]
tags: [attack.command_and_control, attack.t1572]
logsource: {category: process_creation, product: windows}
detection:
  selection:
    ${detection}
  condition: selection
risk:
  score: 64
  message: $User$ ran $CommandLine$ on $Computer$ ($Nothing$)
  entities: [{field: Computer, kind: system}, {field: User, kind: user, score: 40}]
  threats: [{field: CommandLine, kind: process}]
`
const read = (text: string) => readRules([{ name: 'rule.yml', text }]).value!.at(-1)!
const contains = read(rule(`CommandLine|contains: '"x"\\'`, 'date: 2025-03-01\n'))

function documents(detection: typeof contains, target: string, format: string) {
  const { value, diagnostics } = convert(detection, targetOf(target)!, { document: format })
  expect(diagnostics.filter(finding => finding.severity === 'error')).toEqual([])
  return { all: value!.documents, query: value!.printed.text, codes: diagnostics.map(finding => finding.code) }
}

/** A stanza as Splunk reads it: a line that ends in a backslash goes on in the next. */
function stanza(text: string): { readonly name: string; readonly keys: Readonly<Record<string, string>> } {
  const lines = text.replace(/\\\n/g, '\n\u0000').split(/\n(?!\u0000)/)
  const keys = lines
    .slice(1)
    .filter(line => line !== '')
    .map(line => [line.slice(0, line.indexOf(' = ')), line.slice(line.indexOf(' = ') + 3).replaceAll('\u0000', '')])
  return { name: /^\[([^\]]*)\]$/.exec(lines[0]!)![1]!, keys: Object.fromEntries(keys) }
}

describe('a saved search', () => {
  it('holds the query and the risk of its rows', () => {
    const { all, query, codes } = documents(contains, 'splunk-cim', 'savedsearches')
    const { name, keys } = stanza(all[0]!.text)
    expect(all.map(one => one.name)).toEqual(['tunnel_tools.conf'])
    expect(name).toBe('Tunnel (tools)')
    expect(keys.search!.replaceAll(' \n', '\n')).toBe(query)
    expect(keys).toMatchObject({
      description: "Says 'so' on two lines",
      // The hour between two runs, and ten minutes for what arrives late.
      'dispatch.earliest_time': '-70m@m',
      'alert.severity': '5',
      'action.correlationsearch.annotations': '{"mitre_attack":["T1572"]}',
      'action.risk.param._risk_message': '$user$ ran $process$ on $dest$ ($Nothing$)',
    })
    expect(JSON.parse(keys['action.risk.param._risk']!)).toEqual([
      { risk_object_field: 'dest', risk_object_type: 'system', risk_score: 64 },
      { risk_object_field: 'user', risk_object_type: 'user', risk_score: 40 },
      { threat_object_field: 'process', threat_object_type: 'process' },
    ])
    expect(codes).not.toContain('SSC301')
  })
  it('tells of entities that no row has', () => {
    const image = read(rule(`Image|endswith: '\\a.exe'`))
    expect(documents(image, 'splunk-cim', 'savedsearches').codes).toContain('SSC301')
    expect(documents(image, 'splunk', 'savedsearches').codes).not.toContain('SSC301')
  })
  it('takes SPL only', () => {
    const other = savedSearch.write!(contains, { text: '', marks: [] }, [], { target: 'defender', language: 'kql', tables: [] })
    expect(other.diagnostics.map(finding => finding.code)).toEqual(['SSC101'])
  })
})

describe('a detection of the security content', () => {
  it('has the content’s macros where they mean the same', () => {
    const { all, codes } = documents(contains, 'splunk-cim', 'escu')
    expect(all.map(one => one.name)).toEqual(['tunnel_tools.yml', 'macros/tunnel_tools_filter.yml'])
    const detection = parse(all[0]!.text) as Record<string, unknown>
    expect(detection).toMatchObject({
      name: 'Tunnel [tools]',
      id: '7d5a2c16-1f0e-4a53-9c7e-9a1f0f6a8b01',
      date: '2025-03-01',
      status: 'production',
      type: 'TTP',
      rba: {
        message: '$user$ ran $process$ on $dest$ ($Nothing$)',
        risk_objects: [
          { field: 'dest', type: 'system', score: 64 },
          { field: 'user', type: 'user', score: 40 },
        ],
        threat_objects: [{ field: 'process', type: 'process' }],
      },
      tags: { mitre_attack_id: ['T1572'], security_domain: 'endpoint' },
    })
    expect(
      detection.search,
    ).toBe(`| tstats \`security_content_summariesonly\` count min(_time) as firstTime max(_time) as lastTime
  from datamodel=Endpoint.Processes
  where Processes.process="*\\"x\\"\\\\*"
  by Processes.dest Processes.user Processes.process_id Processes.process_guid Processes.process
| \`drop_dm_object_name(Processes)\`
| \`security_content_ctime(firstTime)\`
| \`security_content_ctime(lastTime)\`
| \`tunnel_tools_filter\``)
    expect(parse(all[1]!.text)).toMatchObject({ name: 'tunnel_tools_filter', definition: 'search *' })
    expect(codes).not.toContain('ESC302')
  })
  it('keeps its own word for what is absent where a condition stands behind tstats', () => {
    const { all } = documents(read(rule(`CommandLine|re: 'a+'`)), 'splunk-cim', 'escu')
    expect((parse(all[0]!.text) as { search: string }).search).toContain(
      '| tstats summariesonly=false fillnull_value="unknown" count',
    )
  })
  it('tells of a date and of entities that it lacks', () => {
    const { codes } = documents(read(rule(`Image|endswith: '\\a.exe'`)), 'splunk-cim', 'escu')
    expect(codes).toContain('ESC301')
    expect(codes).toContain('ESC302')
  })
  it('takes stories, vulnerabilities and assets from the rule, and gives searches to go on with', () => {
    const text = rule(`CommandLine|contains: 'x'`).replace(
      /^title:/m,
      "analytic_story: [Tunnels, 'Command And Control']\nasset_type: Web Server\ncustom: 1\ntitle:",
    )
    const tagged = read(text.replace('attack.t1572', 'cve.2021-44228'))
    const { all } = documents(tagged, 'splunk-cim', 'escu')
    const detection = parse(all[0]!.text) as {
      readonly tags: object
      readonly drilldown_searches?: readonly { search: string }[]
    }
    expect(detection.tags).toMatchObject({
      analytic_story: ['Tunnels', 'Command And Control'],
      asset_type: 'Web Server',
      cve: ['CVE-2021-44228'],
    })
    const drilled = parse(documents(contains, 'splunk-cim', 'escu').all[0]!.text) as typeof detection
    expect(drilled.drilldown_searches?.map(one => one.search)).toEqual([
      '%original_detection_search% | search dest = "$dest$"',
      '| from datamodel:Risk.All_Risk | search normalized_risk_object="$dest$"',
    ])
  })
  it('takes SPL only', () => {
    const other = escu.write!(contains, { text: '', marks: [] }, [], { target: 'defender', language: 'kql', tables: [] })
    expect(other.diagnostics.map(finding => finding.code)).toEqual(['ESC101'])
  })
})
