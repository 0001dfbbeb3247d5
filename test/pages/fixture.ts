// A small collection written by hand: one detection with every section, one with hardly any, and one whose every text is hostile. What pages are held to must not depend on what computes their facts.

import type { ConversionFact, Entry } from '../../src/catalog/entry.ts'

const source = `title: Plink opens a port forward
id: 290828b8-7fbe-505e-ac52-66f77e0f7ef7
logsource:
  category: process_creation
  product: windows
detection:
  selection_identity:
    Image|endswith: '\\plink.exe'   # the client
  selection_tunnel:
    CommandLine|re: '(^|\\s)-[LR]\\s*\\d{1,5}:'
  filter:
    User: svc-jump
  condition: selection_identity and selection_tunnel and not filter
level: high
`

const place = (text: string) => ({ start: source.indexOf(text), end: source.indexOf(text) + text.length })

const query = `DeviceProcessEvents
| where FolderPath endswith @"\\plink.exe"
    and ProcessCommandLine matches regex @"(?:^|[\\t-\\r ])-[LR][\\t-\\r ]*[0-9]{1,5}:"
    and not(AccountName =~ "svc-jump")
`

const marks = [
  ['FolderPath endswith @"\\plink.exe"', "'\\plink.exe'", 'exact'],
  ['ProcessCommandLine matches regex @"(?:^|[\\t-\\r ])-[LR][\\t-\\r ]*[0-9]{1,5}:"', "'(^|\\s)-[LR]\\s*\\d{1,5}:'", 'widened'],
  ['AccountName =~ "svc-jump"', 'svc-jump', 'exact'],
] as const

const conversions: readonly ConversionFact[] = [
  {
    target: 'defender',
    title: 'Microsoft Defender advanced hunting',
    language: 'kql',
    schema: 'defender',
    verdict: 'equivalent',
    by: 'cases',
    query,
    marks: marks.map(([there, here, how]) => ({
      start: query.indexOf(there),
      end: query.indexOf(there) + there.length,
      from: [place(here)],
      how,
    })),
    documents: [
      {
        name: 'a_rule_with_a_name_that_is_much_longer_than_any_telephone_is_wide_and_has_no_blank.yaml',
        text: 'kind: Scheduled\nquery: |\n  DeviceProcessEvents\n',
      },
    ],
    findings: [
      { code: 'SCH302', severity: 'note', message: 'the tables have no column for the system', hint: 'nothing need be done' },
    ],
    why: [],
    given: ['a device name is never empty'],
    assumed: [],
    mapping: [{ field: 'Image', columns: ['FolderPath'] }],
    tables: ['DeviceProcessEvents'],
  },
  {
    target: 'splunk',
    title: 'Splunk, event XML',
    language: 'spl',
    schema: 'splunk',
    verdict: 'differs',
    query: 'source="XmlWinEventLog:*" Image="*\\\\plink.exe" CommandLine="*-L *"',
    marks: [],
    documents: [],
    findings: [],
    why: [],
    counterexample: {
      events: [{ Image: 'C:\\Tools\\plink.exe', CommandLine: 'plink -l bob host' }, {}],
      original: false,
      translated: true,
    },
    given: [],
    assumed: ['search words fold case'],
    mapping: [],
    tables: [],
  },
  {
    target: 'grep',
    title: 'GNU grep -P over JSON lines',
    language: 'grep',
    schema: 'table',
    verdict: 'undecided',
    query: "grep -P 'plink'",
    marks: [],
    documents: [],
    findings: [],
    why: ['a bound was reached'],
    given: [],
    assumed: [],
    mapping: [],
    tables: [],
  },
  {
    target: 'sumo',
    title: 'Sumo Logic',
    language: 'sumo',
    schema: 'sumo',
    verdict: 'refused',
    marks: [],
    documents: [],
    findings: [
      { code: 'SCH101', severity: 'error', message: 'there is no column for "User"', hint: 'map it', line: 12, column: 5 },
    ],
    why: [],
    given: [],
    assumed: [],
    mapping: [],
    tables: [],
  },
]

/** Every section has content. */
export const full: Entry = {
  digest: 'full-1',
  slug: 'plink-forward',
  aliases: ['290828b8-7fbe-505e-ac52-66f77e0f7ef7', 'plink-opens-a-port-forward'],
  rule: {
    id: '290828b8-7fbe-505e-ac52-66f77e0f7ef7',
    name: 'tun_001',
    title: 'Plink opens a port forward',
    description:
      "PuTTY's command-line client started with an argument that really forwards something. A plain login stays quiet.",
    hypothesis: "PuTTY's command-line client started with an argument that really forwards something.",
    level: 'high',
    status: 'test',
    type: 'TTP',
    silent: false,
    authors: ['Ana Example'],
    references: [
      {
        text: 'https://attack.mitre.org/techniques/T1572/',
        url: 'https://attack.mitre.org/techniques/T1572/',
        host: 'attack.mitre.org',
      },
      { text: 'a book without an address' },
    ],
    falsePositives: ['Administrators who tunnel on purpose; allow the `user@host`'],
    created: '2026-03-01',
    modified: '2026-04-02',
    version: '3',
    license: 'Apache-2.0',
    tags: ['attack.t1572'],
    vulnerabilities: ['CVE-2024-0001'],
    stories: ['Tunnels'],
    products: ['Sysmon'],
    assetType: 'Endpoint',
    securityDomain: 'endpoint',
    implementation: 'Collect process creation **with command lines**.',
    rest: {},
  },
  source: {
    file: 'rules/plink forward.yml',
    text: source,
    format: 'sigma',
    formatTitle: 'Sigma',
    language: 'sigma',
    query: source,
    hash: 'ab'.repeat(32),
  },
  reading: [
    { text: 'Fires on a process creation of Windows where all of this holds:', depth: 0, predicates: [] },
    { text: 'the image ends with \\plink.exe', depth: 1, predicates: [0] },
    { text: 'the command line matches a forward', depth: 1, predicates: [1] },
    { text: 'and not: the user is svc-jump', depth: 1, predicates: [2] },
  ],
  stages: [
    { kind: 'class', text: 'process_creation / windows', effect: 'takes process creations' },
    {
      kind: 'filter',
      text: 'selection_identity and selection_tunnel and not filter',
      effect: 'keeps what fits',
      at: place('selection_identity and'),
    },
  ],
  predicates: [
    {
      stage: 1,
      field: 'Image',
      op: 'endswith',
      value: '\\plink.exe',
      fold: true,
      negated: false,
      at: place("'\\plink.exe'"),
      corpus: 4,
      example: 'C:\\plink.exe',
    },
    {
      stage: 1,
      field: 'CommandLine',
      op: 're',
      value: '(^|\\s)-[LR]\\s*\\d{1,5}:',
      fold: false,
      negated: false,
      at: place("'(^|\\s)-[LR]\\s*\\d{1,5}:'"),
      corpus: 0,
      example: ' -L 8080:',
      pattern: [
        { text: '(^|\\s)', meaning: 'the beginning, or a blank', depth: 0 },
        { text: '-[LR]', meaning: 'a hyphen and L or R', depth: 0 },
        { text: '\\d{1,5}', meaning: 'one to five digits', depth: 1 },
      ],
    },
    { stage: 1, field: 'User', op: 'equals', value: 'svc-jump', fold: true, negated: true, at: place('svc-jump'), corpus: 1 },
  ],
  condition: {
    kind: 'and',
    text: 'selection_identity and selection_tunnel and not filter',
    children: [
      { kind: 'test', predicate: 0, text: 'Image ends with \\plink.exe', children: [] },
      { kind: 'test', predicate: 1, text: 'CommandLine matches', children: [] },
      { kind: 'not', text: 'filter', children: [{ kind: 'test', predicate: 2, text: 'User is svc-jump', children: [] }] },
    ],
  },
  branches: [
    { name: 'selection_identity', predicates: [0], tests: ['a forward'] },
    { name: 'selection_tunnel', predicates: [1], tests: [] },
  ],
  indicators: [
    { field: 'Image', kind: 'endswith', negated: false, values: [{ value: '\\plink.exe', corpus: 4, key: 'i1' }] },
    { field: 'CommandLine', kind: 're', negated: false, values: [{ value: '(^|\\s)-[LR]\\s*\\d{1,5}:', corpus: 0, key: 'i2' }] },
  ],
  conversions,
  sources: [
    {
      key: 'windows-process_creation',
      product: 'windows',
      category: 'process_creation',
      title: 'process_creation / windows',
      need: 'Sysmon event 1, or Security 4688 with command lines',
      events: [
        {
          provider: 'Microsoft-Windows-Sysmon',
          channel: 'Microsoft-Windows-Sysmon/Operational',
          id: 1,
          title: 'Process creation',
        },
        { channel: 'Security', id: 4688 },
      ],
      shapes: [{ id: 'sysmon', title: 'Sysmon' }],
      settings: [
        { name: 'Audit process creation', kind: 'bash', text: 'auditpol /set /subcategory:"Process Creation" /success:enable' },
      ],
    },
  ],
  fields: [
    {
      field: 'Image',
      meaning: 'path of the program',
      type: 'string',
      predicates: [0],
      presence: [
        { shape: 'sysmon', title: 'Sysmon', has: 'column', columns: ['Image'] },
        { shape: 'security', title: 'Security 4688', has: 'derived', columns: ['NewProcessName'] },
        ...Array.from({ length: 12 }, (_, index) => ({
          shape: `s${index}`,
          title: `A shape of log, number ${index}`,
          has: 'absent' as const,
          columns: [],
        })),
      ],
    },
    {
      field: 'CommandLine',
      predicates: [1],
      presence: [
        { shape: 'sysmon', title: 'Sysmon', has: 'column', columns: ['CommandLine'] },
        { shape: 'security', title: 'Security 4688', has: 'absent', columns: [] },
      ],
    },
  ],
  attack: [
    {
      technique: 'T1572',
      name: 'Protocol Tunneling',
      tactics: [{ id: 'TA0011', name: 'Command and Control', shortname: 'command-and-control' }],
      platforms: ['Windows', 'Linux'],
      state: 'live',
      url: 'https://attack.mitre.org/techniques/T1572/',
      mitigations: [{ id: 'M1031', name: 'Network Intrusion Prevention' }],
      groups: [{ id: 'G0114', name: 'Chimera' }],
      software: [{ id: 'S0154', name: 'Cobalt Strike' }],
      campaigns: [{ id: 'C0001', name: 'Example campaign' }],
      strategies: [
        {
          id: 'DET0538',
          name: 'Tunnels',
          analytics: [
            {
              id: 'AN1',
              platforms: ['Windows'],
              sources: [{ component: 'Process Creation', source: 'WinEventLog:Sysmon', channel: 'EventCode=1' }],
            },
          ],
        },
      ],
    },
    {
      technique: 'T1043',
      name: 'Commonly Used Port',
      tactics: [],
      platforms: [],
      state: 'revoked',
      successor: { id: 'T1571', name: 'Non-Standard Port' },
      url: 'https://attack.mitre.org/techniques/T1043/',
      mitigations: [],
      groups: [],
      software: [],
      campaigns: [],
      strategies: [],
    },
  ],
  frameworks: [{ framework: 'NIST CSF', id: 'DE.CM', name: 'Continuous monitoring', by: 'tactic' }],
  risk: {
    score: 56,
    impact: 70,
    confidence: 80,
    formula: '70 × 80 / 100',
    message: 'Plink on $Computer$ forwards ports',
    resolved: 'Plink on WS7 forwards ports',
    entities: [{ field: 'Computer', kind: 'system', score: 56, value: 'WS7' }],
    threats: [{ field: 'CommandLine', kind: 'process', value: 'plink -L 8080:a:80 b' }],
  },
  tests: [
    {
      name: 'a forward',
      expect: 'alert',
      note: 'the plain form',
      events: [{ Image: 'C:\\plink.exe', CommandLine: 'plink -L 8080:a:80 b', Computer: 'WS7' }],
      count: 1,
      results: [
        { engine: 'terrier', outcome: 'passed', alerts: 1 },
        { engine: 'defender', outcome: 'passed', alerts: 1 },
        { engine: 'splunk', outcome: 'failed', alerts: 0, reason: 'no alert, and there should be one' },
      ],
    },
    {
      name: 'a login name',
      expect: 'silence',
      events: [{ Image: 'C:\\plink.exe', CommandLine: 'plink -l bob b' }],
      count: 3,
      results: [{ engine: 'terrier', outcome: 'passed', alerts: 0 }],
    },
    {
      name: 'a data set',
      expect: 'alert',
      dataset: 'data/plink.evtx',
      events: [],
      count: 0,
      results: [{ engine: 'terrier', outcome: 'absent', alerts: 0, reason: 'it is not at hand' }],
    },
  ],
  sample: {
    test: 'a forward',
    event: { Image: 'C:\\plink.exe', CommandLine: 'plink -L 8080:a:80 b', Computer: 'WS7' },
    matched: [{ field: 'Image', predicates: [0] }],
  },
  noise: [{ corpus: 'a quiet day', events: 1_250_000, asked: 1_250_000, hits: 3, perMillion: 2.4 }],
  related: [
    {
      slug: 'bare',
      id: 'bare-id',
      title: 'A bare rule',
      relation: 'narrower',
      by: 'proof',
      level: 'low',
      onlyOther: { Image: 'C:\\a\\plink.exe' },
      both: {
        A_field_with_a_name_that_is_much_longer_than_any_telephone_is_wide: 'x'.repeat(300),
        Image: 'C:\\plink.exe',
        CommandLine: '-L 1:',
      },
    },
    { id: 'f38ce0b9-0000-4000-8000-000000000000', relation: 'similar', by: 'document' },
  ],
  atomics: [
    {
      technique: 'T1572',
      id: 'a1',
      name: 'Forward a port',
      description: 'Opens a tunnel.',
      platforms: ['windows'],
      executor: 'powershell',
      command: 'plink.exe -L 8080:a:80 b',
      cleanup: 'Stop-Process -Name plink',
      elevated: true,
      prerequisites: [{ description: 'plink must be there', check: 'Test-Path plink.exe', install: 'Copy-Item plink.exe .' }],
      arguments: [{ name: 'port', description: 'local port', fallback: '8080' }],
      signal: [{ event: { Image: 'C:\\plink.exe', CommandLine: 'plink.exe -L 8080:a:80 b' }, fires: true }],
    },
    {
      technique: 'T1572',
      id: 'a2',
      name: 'Another tool',
      description: 'Opens a tunnel of its own.',
      platforms: ['linux'],
      executor: 'bash',
      command: 'chisel client b R:socks',
      elevated: false,
      prerequisites: [],
      arguments: [],
      signal: [],
    },
  ],
  guidance: {
    triage: ['Is the far end known?'],
    response: ['Block the far end', 'Isolate the host'],
    tuning: ['Allow user@host of the bastion, never the flag'],
    blindSpots: ['A saved session leaves no flag'],
    texts: [
      {
        title: 'Playbook',
        markdown:
          '# Playbook\n\n## First\n\n1. Read the far end\n2. Ask\n\n| found | go to |\n| --- | --- |\n| a tunnel | contain |\n\n```kql\nDeviceProcessEvents | take 1\n```\n',
      },
    ],
    drilldowns: [{ name: 'What else ran', language: 'spl', query: 'index=* host="$Computer$"' }],
  },
  names: [{ kind: 'macro', name: 'sysmon', body: 'index=win', description: 'where Sysmon is' }],
  findings: [
    { code: 'LNT201', severity: 'warning', message: 'the filter names one account', hint: 'say why', line: 12, column: 5 },
  ],
  completeness: { present: ['title', 'tests'], missing: ['discussion'] },
}

const nothing = { triage: [], response: [], tuning: [], blindSpots: [], texts: [], drilldowns: [] }

/** Hardly a section has content. */
export const bare: Entry = {
  digest: 'bare-1',
  slug: 'bare',
  aliases: ['bare-id'],
  rule: {
    id: 'bare-id',
    title: 'A bare rule',
    description: '',
    hypothesis: '',
    level: 'low',
    status: 'experimental',
    silent: false,
    authors: [],
    references: [],
    falsePositives: [],
    tags: [],
    vulnerabilities: [],
    stories: [],
    products: [],
    rest: {},
  },
  source: {
    file: 'bare.yml',
    text: 'title: A bare rule\n',
    format: 'sigma',
    formatTitle: 'Sigma',
    language: 'sigma',
    query: '',
    hash: 'cd'.repeat(32),
  },
  reading: [],
  stages: [],
  predicates: [],
  branches: [],
  indicators: [],
  conversions: [],
  sources: [],
  fields: [],
  attack: [],
  frameworks: [],
  tests: [],
  noise: [],
  related: [],
  atomics: [],
  guidance: nothing,
  names: [],
  findings: [],
  completeness: { present: ['title'], missing: ['description', 'tests'] },
}

/** What an attacker would write into every text there is. */
export const attack =
  '</script></code></title><script>globalThis.owned=1</script><img src=x onerror="globalThis.owned=1"><svg onload=globalThis.owned=1>"\'`]]>\u202e{{7*7}}'

const markdownAttack = `${attack}

[click](javascript:globalThis.owned=1) [data](data:text/html,<script>globalThis.owned=1</script>) <javascript:globalThis.owned=1>
![x](https://evil.example/x.png) <iframe src=https://evil.example></iframe>

| ${attack} | b |
| --- | --- |
| ${attack} | c |

\`\`\`html"><script>globalThis.owned=1</script>
${attack}
\`\`\`

<style>*{background:url(https://evil.example)}</style>
`

/** Every text of an entry replaced by a hostile one; numbers, places and words of fixed lists stay. */
function poisoned(value: unknown, path: readonly string[]): unknown {
  const key = path.at(-1) ?? ''
  const fixed = [
    'verdict',
    'expect',
    'outcome',
    'has',
    'by',
    'how',
    'state',
    'relation',
    'severity',
    'digest',
    'slug',
    'shape',
    'key',
    'target',
    'engine',
  ]
  if (typeof value === 'string') {
    if (fixed.includes(key) || (key === 'kind' && !path.includes('settings') && !path.includes('stages'))) return value
    if (key === 'markdown' || key === 'implementation' || key === 'description') return markdownAttack
    if (key === 'url') return 'javascript:globalThis.owned=1'
    return attack
  }
  if (Array.isArray(value)) return value.map((one, index) => poisoned(one, [...path, String(index)]))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => [
        path.at(-1) === 'events' || path.includes('event') ? attack : name,
        poisoned(one, [...path, name]),
      ]),
    )
  return value
}

/** The full entry with every text hostile. */
export const hostile: Entry = {
  ...(poisoned({ ...full, source: { ...full.source } }, []) as Entry),
  slug: 'hostile',
  digest: 'hostile-1',
  aliases: ['../../../etc/passwd', attack, '..', 'a/b'],
}
