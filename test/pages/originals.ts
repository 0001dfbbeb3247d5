// What the five starting documents show of their rules, and what is wrong with them: one list, typed from those documents, which is walked over our pages of the same rule and of a rule of our own that asks the same of a page.

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A text is looked for as it is, blanks told alike. */
export type Wanted = string | RegExp

/** Something that a document shows, and the section of our page that shows it; `head` is what stands above the sections. */
export interface Item {
  readonly shows: string
  readonly at: string
  /** What the page of the document's rule holds there. */
  readonly holds: readonly Wanted[]
  /** What the page of our own rule holds there, where that is something else. */
  readonly own?: readonly Wanted[]
}

/** A fault of a document: what stands on our page instead, and what does not. The number is that of the list of known faults. */
export interface Fault extends Item {
  readonly number: string
  readonly lacks?: readonly Wanted[]
}

export interface Original {
  readonly document: string
  readonly about: string
  /** The document's rule, below the shared data. Without it there is our own alone. */
  readonly real?: string
  /** Our own rule. */
  readonly name: string
  readonly text: string
  readonly items: readonly Item[]
  readonly faults: readonly Fault[]
}

const fromProject = (path: string): string => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8')

const security = `name: Plink carries a tunnel
id: 5f1c7e0a-0000-4000-8000-000000000001
version: 5
date: '2026-03-01'
author: Ana Example
status: production
type: TTP
description: PuTTY's plink is started so that it forwards ports. An intruder may leave the network this way.
data_source: [Sysmon EventID 1]
search: '| tstats \`summaries\` count min(_time) as firstTime max(_time) as lastTime from datamodel=Endpoint.Processes where (Processes.process_name=plink.exe OR Processes.original_file_name=Plink) AND Processes.process IN ("*-R *", "*-L *") by Processes.dest Processes.user Processes.process_name Processes.process | \`plink_carries_a_tunnel_filter\`'
how_to_implement: Send process creations **with command lines** to the model Endpoint.
known_false_positives: Administrators who forward ports on purpose.
references: ['https://attack.mitre.org/techniques/T1572/']
drilldown_searches:
- name: What else happened on $dest$
  search: '%original_detection_search% | search dest = $dest$'
  earliest_offset: $info_min_time$
  latest_offset: $info_max_time$
tags:
  analytic_story: [Tunnels out]
  asset_type: Endpoint
  confidence: 80
  impact: 70
  message: $process_name$ forwards ports on $dest$
  mitre_attack_id: [T1572, T1021.004]
  observable:
  - { name: user, type: User, role: [Victim] }
  - { name: dest, type: Hostname, role: [Victim] }
  - { name: process_name, type: Process, role: [Attacker] }
  product: [Splunk Enterprise Security]
  risk_score: 56
  security_domain: endpoint
tests:
- name: True positive
  attack_data:
  - data: https://data.example/plink.log
    source: XmlWinEventLog:Microsoft-Windows-Sysmon/Operational
    sourcetype: XmlWinEventLog
`

const sigma = `title: Plink forwards RDP
id: 5f1c7e0a-0000-4000-8000-000000000002
related: [{ id: 5f1c7e0a-0000-4000-8000-000000000009, type: similar }] # ssh
status: test
description: Plink with an argument that carries RDP. A login alone is no such thing.
references: [https://attack.mitre.org/techniques/T1572/]
author: Ana Example
date: 2026-01-02
modified: 2026-02-03
tags: [attack.command-and-control, attack.t1572]
logsource: { category: process_creation, product: windows }
detection:
  path:
    Image|endswith: '\\plink.exe'
    CommandLine|contains: ':127.0.0.1:3389'
  port:
    Image|endswith: '\\plink.exe'
    CommandLine|contains: ':3389'
  options:
    CommandLine|contains: [' -P 443', ' -P 22']
  condition: path or (port and options)
falsepositives: [Unknown]
level: high
`

const tools = `title: A tunnelling tool runs
id: 5f1c7e0a-0000-4000-8000-000000000003
status: test
description: Programs that are made for tunnels.
author: Ana Example
date: 2026-01-02
tags: [attack.exfiltration, attack.command-and-control, attack.t1043, attack.t1041, attack.t1572, attack.t1071.001]
logsource: { category: process_creation, product: windows }
detection:
  selection:
    Image|endswith: ['\\plink.exe', '\\socat.exe', '\\stunnel.exe', '\\httptunnel.exe']
  condition: selection
falsepositives: [Legitimate administrators]
level: medium
tests:
  - { name: plink, expect: alert, events: [{ Image: 'C:\\t\\plink.exe' }] }
  - { name: another, expect: silence, events: [{ Image: 'C:\\t\\blink.exe' }] }
`

/** Of the shape of document 003's: a search, a pattern, columns, steps of time, a count. */
const staged = `name: Clients of tunnels by their command lines
id: 0c7b1a52-3d0e-4f3b-9a44-7f1f6f0a0d03
date: '2026-02-03'
author: Ana Example
status: production
type: Hunting
description: Looks for clients that open tunnels, in events of Sysmon.
search: 'index=win source="XmlWinEventLog:Microsoft-Windows-Sysmon/Operational" EventCode=1 Image="*\\\\plink.exe" | regex CommandLine="(?i)-[LR]\\s*\\d{1,5}:" | table _time Computer User Image CommandLine | bin _time span=1h | stats count by _time Computer'
known_false_positives: Administrators.
references: [https://attack.mitre.org/techniques/T1572/]
tags:
  mitre_attack_id: [T1572, T1095]
`

export const originals: readonly Original[] = [
  {
    document: '000',
    about: 'a page of security content',
    real: 'escu/detections/endpoint/windows_protocol_tunneling_with_plink.yml',
    name: 'escu/detections/endpoint/plink.yml',
    text: security,
    items: [
      { shows: 'title', at: 'head', holds: ['Windows Protocol Tunneling with Plink'], own: ['Plink carries a tunnel'] },
      {
        shows: 'description',
        at: 'about',
        holds: ['detects the use of Plink (including renamed versions like pvhost.exe)'],
        own: ['An intruder may leave the network this way'],
      },
      { shows: 'type', at: 'head', holds: ['TTP'] },
      { shows: 'products', at: 'provenance', holds: ['Splunk Enterprise Security'] },
      { shows: 'data sources', at: 'provenance', holds: ['Sysmon EventID 1'] },
      { shows: 'data model', at: 'stages', holds: ['Endpoint.Processes'] },
      { shows: 'last updated', at: 'head', holds: ['2024-09-30'], own: ['2026-03-01'] },
      { shows: 'author', at: 'head', holds: ['Michael Haag'], own: ['Ana Example'] },
      {
        shows: 'id',
        at: 'provenance',
        holds: ['8aac5e1e-0fab-4437-af0b-c6e60af23eed'],
        own: ['5f1c7e0a-0000-4000-8000-000000000001'],
      },
      { shows: 'source', at: 'provenance', holds: ['windows_protocol_tunneling_with_plink.yml'], own: ['endpoint/plink.yml'] },
      { shows: 'version', at: 'head', holds: [/Version\s*5/] },
      {
        shows: 'techniques and tactics',
        at: 'attack',
        holds: [/T1572 Protocol Tunneling Command and Control/, /T1021\.004 SSH Lateral Movement/],
      },
      {
        shows: 'kill chain, NIST, CIS',
        at: 'frameworks',
        holds: [/Kill chain Command and Control/, /NIST CSF DE\.CM-\d+/, /CIS 13/],
      },
      {
        shows: 'search',
        at: 'rule',
        holds: [/from datamodel\s*=\s*Endpoint\.Processes/, /Processes\.original_file_name\s*=\s*Plink/],
      },
      {
        shows: 'macros',
        at: 'names',
        holds: [
          'security_content_summariesonly',
          'security_content_ctime',
          'drop_dm_object_name',
          'windows_protocol_tunneling_with_plink_filter',
        ],
        own: ['summaries', 'plink_carries_a_tunnel_filter'],
      },
      {
        shows: 'required fields',
        at: 'fields',
        holds: ['Processes.process_name', 'Processes.process', 'Processes.original_file_name'],
      },
      {
        shows: 'how to implement',
        at: 'implementation',
        holds: ['must also be mapped to the Processes node', 'Common Information Model (CIM)'],
        own: ['Send process creations with command lines'],
      },
      {
        shows: 'known false positives',
        at: 'false-positives',
        holds: ['allows for SSH tunneling outbound or internally'],
        own: ['Administrators who forward ports on purpose'],
      },
      { shows: 'analytic story', at: 'stories', holds: ['CISA AA22-257A'], own: ['Tunnels out'] },
      {
        shows: 'references',
        at: 'references',
        holds: ['https://documentation.help/PuTTY/using-cmdline-portfwd.html#S3.8.3.5'],
        own: ['https://attack.mitre.org/techniques/T1572/'],
      },
      { shows: 'risk: score, formula', at: 'risk', holds: [/Score\s*56\s*: 70 × 80 \/ 100/] },
      {
        shows: 'risk message',
        at: 'risk',
        holds: ['attempting to tunnel to a remote destination'],
        own: ['$process_name$ forwards ports on $dest$'],
      },
      { shows: 'risk and threat objects', at: 'risk', holds: [/dest \S+ risk object/, /process_name process threat object/] },
      {
        shows: 'data set, and how to replay it',
        at: 'own-tests',
        holds: ['T1572/plink/plink-windows-sysmon.log', 'sourcetype=xmlwineventlog'],
        own: ['https://data.example/plink.log', 'sourcetype=XmlWinEventLog'],
      },
      {
        shows: 'drilldown searches',
        at: 'drilldowns',
        holds: ['View the detection results for $user$ and $dest$', /%\s*original_detection_search\s*%/],
        own: ['What else happened on $dest$', /%\s*original_detection_search\s*%/],
      },
      { shows: 'asset type and security domain', at: 'provenance', holds: [/Asset Endpoint/, /Domain endpoint/] },
    ],
    faults: [
      { number: 'S0-2', shows: 'options that case does not part', at: 'findings', holds: ['case is ignored'] },
      { number: 'S0-3', shows: 'an option that begins in a word', at: 'findings', holds: ['may begin inside a word'] },
      {
        number: 'S0-4',
        shows: 'an option without a blank behind it',
        at: 'findings',
        holds: ['a tab or a quotation mark may follow'],
      },
      {
        number: 'S0-5',
        shows: 'fields that are used, not those that are claimed',
        at: 'fields',
        holds: ['Processes.process'],
        lacks: ['parent_process_path'],
      },
      {
        number: 'S0-7',
        shows: 'a field that event 4688 does not have',
        at: 'fields',
        holds: [/Security 4688 has no[^:]*OriginalFileName/],
      },
      { number: 'S0-8', shows: 'that there is no near miss', at: 'side', holds: ['near misses'] },
      {
        number: 'S0-9',
        shows: 'the kill chain of each tactic, and nothing for what it has not',
        at: 'frameworks',
        holds: [/Kill chain Command and Control/, /Kill chain Exploitation/],
        lacks: [/CVE/],
      },
      {
        number: 'S0-11',
        shows: 'what a renamed program does to it',
        at: 'findings',
        holds: [/under another name|must be called so to be found/],
      },
    ],
  },
  {
    document: '001',
    about: 'a feed of hunts',
    real: 'sigma-rules/rules/windows/process_creation/proc_creation_win_plink_susp_tunneling.yml',
    name: 'sigma-rules/plink_rdp.yml',
    text: sigma,
    items: [
      { shows: 'title', at: 'head', holds: ['Potential RDP Tunneling Via Plink'], own: ['Plink forwards RDP'] },
      { shows: 'kind of source', at: 'provenance', holds: ['Sigma'] },
      { shows: 'severity and status', at: 'head', holds: ['high', 'test'] },
      { shows: 'technique', at: 'head', holds: ['T1572 Protocol Tunneling'] },
      { shows: 'tables', at: 'targets', holds: ['Reads DeviceProcessEvents', /Reads _?Im_?ProcessCreat/i] },
      {
        shows: 'hypothesis',
        at: 'head',
        holds: ['Execution of plink to perform data exfiltration and tunneling'],
        own: ['Plink with an argument that carries RDP.'],
      },
      {
        shows: 'the rule, comments and all',
        at: 'rule',
        holds: ['selection_a or all of selection_b*', '# ssh.exe', 'f7d7ebd5-a016-46e2-9c54-f9932f2d386d'],
        own: ['path or (port and options)', '# ssh'],
      },
      {
        shows: 'related rules',
        at: 'related',
        holds: [/is similar to\s+f7d7ebd5-a016-46e2-9c54-f9932f2d386d/],
        own: [/is similar to\s+5f1c7e0a-0000-4000-8000-000000000009/],
      },
      { shows: 'KQL for ASIM and for Defender', at: 'targets', holds: ['TargetProcessName endswith', 'FolderPath endswith'] },
      { shows: 'required data', at: 'sources', holds: ['Sysmon', '4688', 'Audit Process Creation'] },
      { shows: 'which source has which field', at: 'fields', holds: ['TargetProcessCommandLine'] },
      { shows: 'false positives', at: 'false-positives', holds: ['Unknown'] },
      { shows: 'context in ATT&CK', at: 'attack', holds: ['Command and Control', 'M1031', 'DET0538', 'OilRig'] },
      {
        shows: 'references',
        at: 'references',
        holds: ['malicious-iis-extensions-quietly-open-persistent-backdoors-into-servers'],
        own: ['https://attack.mitre.org/techniques/T1572/'],
      },
      {
        shows: 'author and dates',
        at: 'head',
        holds: ['Florian Roth (Nextron Systems)', '2022-08-04', '2023-01-27'],
        own: ['Ana Example', '2026-01-02', '2026-02-03'],
      },
      { shows: 'branches', at: 'branches', holds: ['selection_a', 'all of selection_b*'], own: ['path', 'port and options'] },
      { shows: 'confidence: what is known of a query', at: 'proof', holds: [/defender\s*: same/, /sentinel-asim\s*: same/] },
      { shows: 'state of the source', at: 'provenance', holds: [/SHA-256\s+[0-9a-f]{64}/] },
    ],
    faults: [
      { number: 'S1-1', shows: 'numbers that may go on', at: 'findings', holds: ['may be the beginning of a longer number'] },
      { number: 'S1-2', shows: 'options that case does not part', at: 'findings', holds: ['case is ignored'] },
      { number: 'S1-3', shows: 'other spellings of an address', at: 'findings', holds: ['localhost'] },
      { number: 'S1-4', shows: 'what a renamed program does to it', at: 'findings', holds: ['must be called so to be found'] },
      { number: 'S1-7', shows: 'a rule that can be deployed', at: 'targets', holds: ['queryPeriod', 'entityMappings'] },
      {
        number: 'S1-8',
        shows: 'severity, techniques, false positives in the deployed rule',
        at: 'targets',
        holds: [/severity\s*:\s*High/, /relevantTechniques\s*:\s*-\s*T1572/],
      },
      {
        number: 'S1-9',
        shows: 'a claim that nothing tests',
        at: 'findings',
        holds: [/data exfiltration/],
        own: [/selection|longer number/],
      },
      { number: 'S1-10', shows: 'a part that another holds', at: 'findings', holds: [/matches .*:3389.*, too/] },
    ],
  },
  {
    document: '002',
    about: 'a page of Atomic Threat Coverage',
    real: 'sigma-rules/rules-threat-hunting/windows/process_creation/proc_creation_win_susp_exfil_and_tunneling_tool_execution.yml',
    name: 'sigma-rules/tools.yml',
    text: tools,
    items: [
      {
        shows: 'title and description',
        at: 'head',
        holds: ['Tunneling Tool Execution', 'well known tools'],
        own: ['A tunnelling tool runs', 'Programs that are made for tunnels'],
      },
      { shows: 'tactics with their ids', at: 'attack', holds: ['Exfiltration (TA0010)', 'Command and Control (TA0011)'] },
      { shows: 'techniques', at: 'attack', holds: ['T1041 Exfiltration Over C2 Channel', 'T1572', 'T1071.001 Web Protocols'] },
      { shows: 'data needed', at: 'sources', holds: [/Sysmon 1 Process creation/, /4688 A process was created/] },
      {
        shows: 'logging policy',
        at: 'sources',
        holds: ['auditpol /set /subcategory:"Process Creation"', 'ProcessCreationIncludeCmdLine_Enabled', 'ProcessCreate'],
      },
      { shows: 'log sample', at: 'sample', holds: [/\\stunnel\.exe/], own: ['C:\\t\\plink.exe'] },
      {
        shows: 'trigger',
        at: 'atomics',
        holds: ['DNS over HTTPS Large Query Volume', 'Invoke-WebRequest'],
        own: ['A forward with plink', 'plink.exe -R 33389'],
      },
      { shows: 'severity and status', at: 'head', holds: ['medium', 'test'] },
      { shows: 'false positives', at: 'false-positives', holds: ['Legitimate administrators'] },
      { shows: 'author', at: 'head', holds: ['Daniil Yugoslavskiy'], own: ['Ana Example'] },
      { shows: 'the rule', at: 'rule', holds: ['\\httptunnel.exe', '\\socat.exe', '\\stunnel.exe'] },
      { shows: 'powershell', at: 'targets', holds: ['Get-WinEvent'] },
      { shows: 'es-qs', at: 'targets', holds: ['Elasticsearch and Kibana, Lucene query string over ECS'] },
      { shows: 'xpack-watcher', at: 'targets', holds: ['Elasticsearch Watcher', '"trigger"'] },
      { shows: 'graylog', at: 'targets', holds: ['Graylog, Windows events from Winlogbeat'] },
      { shows: 'splunk', at: 'targets', holds: ['XmlWinEventLog:Microsoft-Windows-Sysmon/Operational'] },
      { shows: 'logpoint', at: 'targets', holds: ['Logpoint, Windows events in its taxonomy'] },
      { shows: 'grep', at: 'targets', holds: [/grep -\w*P/] },
      { shows: 'mitigations', at: 'attack', holds: ['M1031'] },
    ],
    faults: [
      {
        number: 'S2-1',
        shows: 'the log source in a query',
        at: 'targets',
        holds: [/EventCode\s*=\s*"?1\b/, /winlog\.event_id|event\.code/],
      },
      {
        number: 'S2-2',
        shows: 'a backslash that is one in grep',
        at: 'targets',
        holds: [/\\\\{1,3}(?:\(\?:)?[a-z|]*plink/],
        lacks: [/grep[^\n]{0,80}[^\\]\\plink/],
      },
      {
        number: 'S2-5',
        shows: 'the log that PowerShell reads',
        at: 'targets',
        holds: [/LogName|FilterHashtable|FilterXPath|-Path/],
      },
      { number: 'S2-6', shows: 'columns that there are', at: 'targets', holds: ['process.executable'], lacks: ['Image.keyword'] },
      { number: 'S2-9', shows: 'a watch that brings its hits', at: 'targets', holds: ['"trigger"'], lacks: [/"size"\s*:\s*0\b/] },
      { number: 'S2-10', shows: 'the column of time', at: 'targets', holds: ['@timestamp'] },
      { number: 'S2-14', shows: 'what event 4688 has of a field', at: 'fields', holds: ['derived NewProcessName'] },
      {
        number: 'S2-15',
        shows: 'a technique that is retired, and the tests of all techniques',
        at: 'attack',
        holds: ['T1572'],
        own: [/T1043[^T]*deprecated/],
      },
      { number: 'S2-16', shows: 'what a renamed program does to it', at: 'findings', holds: ['are known by name alone'] },
    ],
  },
  {
    document: '003',
    about: 'a catalog of parsed searches',
    name: 'escu/detections/endpoint/staged.yml',
    text: staged,
    items: [
      { shows: 'title and description', at: 'head', holds: ['Clients of tunnels by their command lines', 'in events of Sysmon'] },
      { shows: 'id', at: 'provenance', holds: ['0c7b1a52-3d0e-4f3b-9a44-7f1f6f0a0d03'] },
      { shows: 'techniques by tactic', at: 'attack', holds: ['T1572', 'T1095', 'Command and Control'] },
      { shows: 'events: provider, id, title', at: 'sources', holds: [/Microsoft-Windows-Sysmon 1 Process creation/] },
      { shows: 'stages with their kind', at: 'stages', holds: [/search[\s\S]*regex[\s\S]*table[\s\S]*bin[\s\S]*stats/] },
      {
        shows: 'what a stage does',
        at: 'stages',
        holds: ['keeps the rows whose field fits a pattern', 'cuts times or numbers into steps', 'keeps some columns'],
      },
      { shows: 'predicates with their values', at: 'tests', holds: [/EventCode = 1\b/, 'plink.exe', '-[LR]'] },
      { shows: 'indicators with their counts', at: 'indicators', holds: [/EventCode = 1 0\b/, /plink\.exe 0\b/] },
      { shows: 'rule body', at: 'rule', holds: [/bin _time span\s*=\s*1h/] },
      { shows: 'references', at: 'references', holds: ['https://attack.mitre.org/techniques/T1572/'] },
    ],
    faults: [
      {
        number: 'S3-1',
        shows: 'an expression in parts',
        at: 'tests',
        holds: ['Read the expression', 'one of L, R', '1 to 5 times'],
      },
      {
        number: 'S3-4',
        shows: 'an option that case does not part',
        at: 'findings',
        holds: ['case is ignored, so the option -L is also -l'],
      },
      {
        number: 'S3-13',
        shows: 'no value that is blank',
        at: 'indicators',
        holds: [/CommandLine (?:matches the expression|re)/],
        lacks: [/\(empty\)/],
      },
    ],
  },
  {
    document: '004',
    about: 'a page for many products',
    name: 'packs/t1572/rules/tun-001-plink-forward.yml',
    text: fromProject('packs/t1572/rules/tun-001-plink-forward.yml'),
    items: [
      {
        shows: 'technique, tactic, address',
        at: 'attack',
        holds: [/T1572 Protocol Tunneling Command and Control/, 'T1572 at MITRE'],
      },
      { shows: 'last updated', at: 'head', holds: ['2026-11-24'] },
      { shows: 'actors', at: 'attack', holds: ['FIN6', 'Cobalt Strike'] },
      { shows: 'severity and confidence', at: 'risk', holds: [/70 × 80 \/ 100|confidence 80/] },
      { shows: 'what it is', at: 'head', holds: ['high'] },
      { shows: 'KQL', at: 'targets', holds: ['DeviceProcessEvents'] },
      { shows: 'SPL', at: 'targets', holds: ['XmlWinEventLog:Microsoft-Windows-Sysmon/Operational'] },
      { shows: 'EQL', at: 'targets', holds: ['process where'] },
      { shows: 'AQL', at: 'targets', holds: ['IBM QRadar', /SELECT/] },
      { shows: 'Sumo Logic', at: 'targets', holds: ['Sumo Logic log search'] },
      { shows: 'YARA-L', at: 'targets', holds: ['YARA-L 2.0'] },
      { shows: 'LogScale', at: 'targets', holds: ['LogScale'] },
      { shows: 'branches by name', at: 'rule', holds: [/selection_identity\s*:/, /selection_tunnel\s*:/] },
      { shows: 'data sources', at: 'sources', holds: ['Sysmon event 1'] },
      { shows: 'required tables', at: 'targets', holds: ['Reads DeviceProcessEvents'] },
      { shows: 'false positives', at: 'false-positives', holds: ['Administrators who tunnel through a jump host'] },
      { shows: 'Sigma log source', at: 'rule', holds: [/category\s*:\s*process_creation/] },
      {
        shows: 'tests with the signal to expect',
        at: 'own-tests',
        holds: [/reverse forward of RDP over the default SSH port[\s\S]*alert[\s\S]*passed/],
      },
      { shows: 'near misses', at: 'own-tests', holds: [/login name given with -l[\s\S]*silence[\s\S]*passed/] },
      { shows: 'atomic tests: command', at: 'atomics', holds: ['plink.exe -R 33389'] },
      { shows: 'atomic tests: clean-up', at: 'atomics', holds: ['taskkill /im plink.exe'] },
      { shows: 'atomic tests: expected signal', at: 'atomics', holds: ['Expected signal: this rule fires on it'] },
      { shows: 'response', at: 'response', holds: ['Read both ends from the command line'] },
      { shows: 'response playbook', at: 'guides', holds: ['First ten minutes', 'Eradicate and recover'] },
      { shows: 'investigation guide', at: 'guides', holds: ['Pivots by field'] },
      { shows: 'hunting queries', at: 'guides', holds: ['A client is used here that nobody else uses'] },
      { shows: 'tuning guidance', at: 'guides', holds: ['An exception as a Sigma filter', 'allow a far end'] },
      { shows: 'mitigations', at: 'attack', holds: ['M1037'] },
    ],
    faults: [
      { number: 'S4-1', shows: 'a login name that is no forward', at: 'own-tests', holds: [/login name given with -l/] },
      {
        number: 'S4-3',
        shows: 'forms of an option that are attached',
        at: 'tests',
        holds: ['[46AaCfGgKkMNnqsTtVvXxYy]*[LR]\\s*'],
      },
      { number: 'S4-12', shows: 'the log source that the logic reads', at: 'sources', holds: ['process_creation / windows'] },
      { number: 'S4-13', shows: 'that the queries mean the same', at: 'proof', holds: [/defender\s*: same/, /splunk\s*: same/] },
    ],
  },
]
