// The constructs of Sigma, a small rule for each: what targets write, and whether it is read back, is asked of these.

import type { Detection } from '../src/ir/detection.ts'
import { readRules } from '../src/rules/index.ts'

/** A row: what it is called, and the rule that has it. `shown` is what of the rule the page prints. */
export interface Construct {
  readonly name: string
  readonly shown: string
  readonly text: string
}

const head = (title: string, category: string) => `title: ${title}\nlogsource:\n  product: windows\n  category: ${category}\n`

/** A rule with one selection, written as the lines of its map or list. */
function selects(name: string, lines: string, category = 'process_creation', condition = 'selection'): Construct {
  const body = lines.split('\n').map(line => `    ${line}\n`)
  const text = `${head('Row', category)}detection:\n  selection:\n${body.join('')}  condition: ${condition}\n`
  return { name, shown: lines, text }
}

/** The same under `not`, beside a test that holds: an event without the field must be found. */
function lacks(
  name: string,
  line: string,
  category = 'process_creation',
  beside = 'ParentImage|endswith|cased: \\explorer.exe',
): Construct {
  const text = `${head('Row', category)}detection:\n  selection:\n    ${beside}\n  filter:\n    ${line}\n  condition: selection and not filter\n`
  return { name: `not: ${name}`, shown: `not ${line}`, text }
}

const network = 'network_connection'
const opened = 'Image|endswith|cased: \\plink.exe'

/** A correlation by program, over one rule or, where it is about several kinds of event, two. */
function correlates(type: string, condition?: string): Construct {
  const both = type.startsWith('temporal')
  const over = type.startsWith('value_') && !type.endsWith('count') ? network : 'process_creation'
  const base = (name: string, word: string) =>
    `${head(name, over)}name: ${name}\ndetection:\n  selection:\n    ${over === network ? 'Image|endswith' : 'CommandLine|contains'}: ${word}\n  condition: selection\n`
  const text = [
    base('first', 'whoami'),
    ...(both ? [base('second', 'ipconfig')] : []),
    `title: Row\ncorrelation:\n  type: ${type}\n  rules: [first${both ? ', second' : ''}]\n  group-by: [Image]\n  timespan: 10m\n${condition === undefined ? '' : `  condition: ${condition}\n`}`,
  ].join('---\n')
  return {
    name: `correlation: ${type}`,
    shown: `${type}${condition === undefined ? '' : ` ${condition}`}, group-by: [Image]`,
    text,
  }
}

export const constructs: readonly Construct[] = [
  selects('equality', "Image: 'C:\\Windows\\System32\\whoami.exe'"),
  selects('startswith', "Image|startswith: 'C:\\Users\\'"),
  selects('contains', "CommandLine|contains: ' -enc '"),
  selects('endswith', "Image|endswith: '\\cmd.exe'"),
  selects('one character', "Image|endswith: '\\cmd?.exe'"),
  selects('inner star', "CommandLine: 'net*user*/add'"),
  selects('equality, cased', "Image|cased: 'C:\\Windows\\System32\\whoami.exe'"),
  selects('contains, cased', "CommandLine|contains|cased: ' -Enc '"),
  selects('number', 'DestinationPort: 443', network),
  selects('boolean', 'Initiated: true\nDestinationPort: 443', network),
  selects('null', 'CommandLine: null'),
  selects('empty text', "CommandLine: ''"),
  selects('exists', 'CommandLine|exists: true'),
  selects('does not exist', 'CommandLine|exists: false'),
  selects('expression', "CommandLine|re: '-e(nc)?\\s+[A-Za-z0-9+/]{20,}'"),
  selects('expression, any case', "CommandLine|re|i: '-e(nc)?\\s+[A-Za-z0-9+/]{20,}'"),
  selects('expression, looking ahead', "CommandLine|re: 'net (?!user)'"),
  selects('IPv4 network', "DestinationIp|cidr: '10.0.0.0/8'", network),
  selects('IPv6 network', "DestinationIp|cidr: 'fe80::/10'", network),
  selects('greater, less', 'DestinationPort|gt: 1024\nDestinationPort|lt: 49152', network),
  selects('another field', 'Image|fieldref: ParentImage'),
  selects('contains another field', 'CommandLine|fieldref|contains: Image'),
  selects('keyword', "- 'mimikatz'"),
  selects('every keyword', "'|all':\n  - 'sekurlsa'\n  - 'logonpasswords'"),
  selects('any dash', "CommandLine|windash|contains: ' -urlcache '"),
  selects('in base64', "CommandLine|base64offset|contains: 'http://'"),
  selects('one of a list', "Image|endswith:\n  - '\\cmd.exe'\n  - '\\powershell.exe'"),
  selects('all of a list', "CommandLine|contains|all:\n  - ' user '\n  - ' /add'"),
  {
    name: '1 of them',
    shown: '1 of selection_*',
    text: `${head('Row', 'process_creation')}detection:\n  selection_a:\n    Image|endswith: \\cmd.exe\n  selection_b:\n    CommandLine|contains: whoami\n  condition: 1 of selection_*\n`,
  },
  selects('part of a time', 'CreationUtcTime|hour: 3', 'file_event'),
  selects('placeholder with a value', "CommandLine|expand|contains: '%tool%'"),
  lacks('equality', "CommandLine: 'whoami'"),
  lacks('contains', "CommandLine|contains: ' -enc '"),
  lacks('contains, cased', "CommandLine|contains|cased: ' -Enc '"),
  lacks('expression', "CommandLine|re: 'net\\s+user'"),
  lacks('number', 'DestinationPort: 443', network, opened),
  lacks('greater', 'DestinationPort|gt: 1024', network, opened),
  lacks('IPv4 network', "DestinationIp|cidr: '10.0.0.0/8'", network, opened),
  lacks('IPv6 network', "DestinationIp|cidr: 'fe80::/10'", network, opened),
  lacks('null', 'CommandLine: null'),
  lacks('empty text', "CommandLine: ''"),
  lacks('another field', 'Image|fieldref: ParentImage'),
  lacks('keyword', "- 'mimikatz'"),
  correlates('event_count', '{gte: 10}'),
  correlates('value_count', '{gte: 5, field: CommandLine}'),
  correlates('value_sum', '{gte: 1000, field: DestinationPort}'),
  correlates('value_percentile', '{gte: 1000, field: DestinationPort, percentile: 95}'),
  correlates('temporal'),
  correlates('temporal_ordered'),
  {
    name: 'filter of another document',
    shown: 'filter: {rules: [row], …}',
    text: `${head('Row', 'process_creation')}name: row\ndetection:\n  selection:\n    Image|endswith: \\cmd.exe\n  condition: selection\n---\n${head('Known', 'process_creation')}filter:\n  rules: [row]\n  selection:\n    CommandLine|contains: /health\n  condition: not selection\n`,
  },
]

/** The one rule of a row that is converted: what a correlation is fed by is silent. */
export function detectionOf({ name, text }: Construct): Detection {
  const { value, diagnostics } = readRules([{ name: `${name}.yml`, text }], { names: { tool: ['mimikatz', 'rubeus'] } })
  const wrong = diagnostics.filter(finding => finding.severity !== 'note')
  const loud = (value ?? []).filter(detection => detection.silent !== true)
  if (wrong.length > 0 || loud.length !== 1)
    throw new Error(`${name}: ${loud.length} rules; ${wrong.map(finding => `${finding.code} ${finding.message}`).join('; ')}`)
  return loud[0]!
}
