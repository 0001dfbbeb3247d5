// What the five starting documents show of their rules, item by item, typed from those documents and the rules they are about: facts and pages are held against it.

/** An item that a document shows. Each of `holds` must be found in what we show of the same rule; a text is looked for as it is, blanks told alike. */
export interface Item {
  readonly item: string
  readonly holds: readonly (string | RegExp)[]
}

/** A starting document: which rule it is about (below the shared data, or our own text), beside which files, and its items. */
export interface Original {
  readonly document: string
  readonly about: string
  /** Files of rules below the shared data or the project; the first is the document's. */
  readonly shared?: readonly string[]
  readonly project?: readonly string[]
  readonly text?: string
  readonly title: string
  readonly items: readonly Item[]
}

/** Our own search of the shape of document 003's: a search, a pattern, columns, steps of time, a count. */
const staged = `name: Clients of tunnels by their command lines
id: 0c7b1a52-3d0e-4f3b-9a44-7f1f6f0a0d03
date: '2026-02-03'
author: Terrier
status: production
type: Hunting
description: Looks for clients that open tunnels, in events of Sysmon.
search: 'index=win source="XmlWinEventLog:Microsoft-Windows-Sysmon/Operational" EventCode=1 Image="*\\\\plink.exe" | regex CommandLine="(?i)-[LR] \\d{1,5}:" | table _time Computer User Image CommandLine | bin _time span=1h | stats count by _time Computer'
known_false_positives: Administrators.
references: [https://attack.mitre.org/techniques/T1572/]
tags:
  mitre_attack_id: [T1572, T1095]
`

export const originals: readonly Original[] = [
  {
    document: '000',
    about: 'a detection of Splunk as its research site shows it',
    shared: ['escu/detections/endpoint/windows_protocol_tunneling_with_plink.yml'],
    title: 'Windows Protocol Tunneling with Plink',
    items: [
      { item: 'title', holds: ['Windows Protocol Tunneling with Plink'] },
      { item: 'description', holds: ['detects the use of Plink (including renamed versions like pvhost.exe)'] },
      { item: 'type', holds: ['TTP'] },
      { item: 'products', holds: ['Splunk Enterprise Security', 'Splunk Cloud'] },
      { item: 'last updated', holds: ['2024-09-30'] },
      { item: 'author', holds: ['Michael Haag'] },
      { item: 'id', holds: ['8aac5e1e-0fab-4437-af0b-c6e60af23eed'] },
      { item: 'version', holds: ['5'] },
      { item: 'source file', holds: ['windows_protocol_tunneling_with_plink.yml'] },
      {
        item: 'ATT&CK: ids, techniques, tactics, addresses',
        holds: [
          'T1572',
          'Protocol Tunneling',
          'T1021.004',
          'SSH',
          'Command and Control',
          'Lateral Movement',
          'https://attack.mitre.org/techniques/T1021/004',
        ],
      },
      { item: 'kill chain phases, of each tactic', holds: ['Command and Control', 'Exploitation'] },
      { item: 'NIST', holds: ['NIST', /DE\.(?:CM|AE)/] },
      { item: 'CIS', holds: [/CIS \d+/] },
      {
        item: 'search',
        holds: ['from datamodel=Endpoint.Processes', 'Processes.original_file_name=Plink', 'drop_dm_object_name(Processes)'],
      },
      {
        item: 'macros, the whole list',
        holds: [
          'security_content_summariesonly',
          'security_content_ctime',
          'drop_dm_object_name',
          'windows_protocol_tunneling_with_plink_filter',
        ],
      },
      { item: 'required fields', holds: ['Processes.process_name', 'Processes.process', 'Processes.original_file_name'] },
      { item: 'how to implement', holds: ['mapped to the `Processes` node', 'Common Information Model (CIM)'] },
      { item: 'known false positives', holds: ['allows for SSH tunneling outbound or internally'] },
      { item: 'analytic story', holds: ['CISA AA22-257A'] },
      {
        item: 'references',
        holds: [
          'https://documentation.help/PuTTY/using-cmdline-portfwd.html#S3.8.3.5',
          'https://blog.talosintelligence.com/lazarus-three-rats/',
        ],
      },
      { item: 'risk: score, impact, confidence, formula', holds: ['56', '70', '80', '70 × 80 / 100'] },
      { item: 'risk message', holds: ['attempting to tunnel to a remote destination'] },
      { item: 'test data set', holds: ['T1572/plink/plink-windows-sysmon.log'] },
      { item: 'drilldown searches', holds: ['View the detection results for $user$ and $dest$', '%original_detection_search%'] },
      { item: 'asset type and security domain', holds: ['Endpoint', 'endpoint'] },
    ],
  },
  {
    document: '001',
    about: 'a feed that turns a rule of SigmaHQ into KQL',
    shared: ['sigma-rules/rules/windows/process_creation/proc_creation_win_plink_susp_tunneling.yml'],
    title: 'Potential RDP Tunneling Via Plink',
    items: [
      { item: 'title', holds: ['Potential RDP Tunneling Via Plink'] },
      { item: 'source kind', holds: ['sigma'] },
      { item: 'severity', holds: ['high'] },
      { item: 'technique', holds: ['T1572', 'Protocol Tunneling'] },
      { item: 'tables', holds: ['DeviceProcessEvents', /imProcessCreate|_Im_ProcessCreate/] },
      { item: 'hypothesis', holds: ['Execution of plink to perform data exfiltration and tunneling'] },
      {
        item: 'original Sigma, comments and all',
        holds: ['selection_a or all of selection_b*', '# ssh.exe', 'f7d7ebd5-a016-46e2-9c54-f9932f2d386d'],
      },
      { item: 'related rules', holds: ['similar'] },
      { item: 'KQL, in ASIM and for Defender', holds: [/TargetProcessName endswith/, /FolderPath endswith/] },
      { item: 'required data sources', holds: ['Sysmon', '4688', /Audit Process Creation/] },
      { item: 'false positive guidance', holds: ['Unknown'] },
      { item: 'ATT&CK context', holds: ['Command and Control', 'M1031', 'DET0538', 'OilRig'] },
      {
        item: 'references',
        holds: [
          'https://www.microsoft.com/security/blog/2022/07/26/malicious-iis-extensions-quietly-open-persistent-backdoors-into-servers/',
        ],
      },
      { item: 'author and dates', holds: ['Florian Roth (Nextron Systems)', '2022-08-04', '2023-01-27'] },
      { item: 'confidence: what is known of the translation', holds: ['equivalent'] },
    ],
  },
  {
    document: '002',
    about: 'a page of Atomic Threat Coverage',
    shared: [
      'sigma-rules/rules-threat-hunting/windows/process_creation/proc_creation_win_susp_exfil_and_tunneling_tool_execution.yml',
    ],
    title: 'Tunneling Tool Execution',
    items: [
      { item: 'title and description', holds: ['Tunneling Tool Execution', /tunneling tool/i] },
      { item: 'tactics with their ids', holds: ['TA0010', 'Exfiltration', 'TA0011', 'Command and Control'] },
      {
        item: 'techniques, with sub-techniques in addresses',
        holds: ['T1041', 'T1572', 'https://attack.mitre.org/techniques/T1071/001'],
      },
      { item: 'data needed', holds: ['Sysmon', 'Security', '4688', 'Process creation'] },
      { item: 'what a source lacks is said', holds: ['absent'] },
      {
        item: 'logging policy',
        holds: ['auditpol /set /subcategory:"Process Creation"', 'ProcessCreationIncludeCmdLine_Enabled', 'ProcessCreate'],
      },
      { item: 'trigger: atomic tests with command', holds: ['DNS over HTTPS Large Query Volume', 'Invoke-WebRequest'] },
      { item: 'severity, false positives, status', holds: ['medium', 'Legitimate', 'test'] },
      { item: 'author', holds: ['Daniil Yugoslavskiy'] },
      { item: 'Sigma source', holds: ['\\httptunnel.exe', '\\socat.exe', '\\stunnel.exe'] },
      { item: 'PowerShell', holds: ['Get-WinEvent'] },
      { item: 'es-qs and Watcher', holds: ['Elasticsearch and Kibana, Lucene query string over ECS', 'Elasticsearch Watcher'] },
      { item: 'Graylog', holds: ['Graylog, Windows events from Winlogbeat'] },
      { item: 'Splunk, with its log source', holds: ['EventCode=1'] },
      { item: 'Logpoint', holds: ['Logpoint, Windows events in its taxonomy'] },
      { item: 'grep', holds: ['grep'] },
      { item: 'mitigations', holds: ['M1031'] },
    ],
  },
  {
    document: '003',
    about: 'a catalog page of an SPL rule in stages',
    text: staged,
    title: 'Clients of tunnels by their command lines',
    items: [
      {
        item: 'title, description, id',
        holds: ['Clients of tunnels by their command lines', 'in events of Sysmon', '0c7b1a52-3d0e-4f3b-9a44-7f1f6f0a0d03'],
      },
      { item: 'ATT&CK by tactic', holds: ['T1572', 'T1095', 'Command and Control'] },
      { item: 'event coverage: provider, id, title', holds: ['Microsoft-Windows-Sysmon', 'Process creation'] },
      { item: 'stages with their kind', holds: ['search', 'regex', 'table', 'bin', 'stats'] },
      {
        item: 'what a stage does',
        holds: ['keeps the rows whose field fits a pattern', 'cuts times or numbers into steps', 'keeps some columns'],
      },
      { item: 'indicators: field, kind, values that are never blank', holds: ['EventCode', 'CommandLine', 'plink.exe', '-[LR]'] },
      { item: 'the pattern explained', holds: ['one of L, R', '1 to 5 times', 'a digit'] },
      { item: 'rule body', holds: ['bin _time span=1h'] },
      { item: 'references', holds: ['https://attack.mitre.org/techniques/T1572/'] },
    ],
  },
  {
    document: '004',
    about: 'a page for several products, of which the half is sold',
    project: [
      'packs/t1572/rules/tun-001-plink-forward.yml',
      'packs/t1572/rules/tun-004-openssh-forward-windows.yml',
      'packs/t1572/rules/tun-008-ngrok.yml',
    ],
    title: 'Plink opens a port forward, a SOCKS listener or a stdio tunnel',
    items: [
      {
        item: 'technique: id, name, tactic, address',
        holds: ['T1572', 'Protocol Tunneling', 'Command and Control', 'https://attack.mitre.org/techniques/T1572/'],
      },
      { item: 'last updated', holds: ['2026-11-24'] },
      { item: 'actors', holds: ['FIN6', 'Cobalt Strike'] },
      { item: 'severity and confidence', holds: ['high', '80'] },
      { item: 'KQL', holds: ['DeviceProcessEvents'] },
      { item: 'SPL', holds: ['XmlWinEventLog:Microsoft-Windows-Sysmon/Operational'] },
      { item: 'EQL', holds: ['process where'] },
      { item: 'AQL', holds: ['IBM QRadar'] },
      { item: 'Sumo Logic', holds: ['Sumo Logic log search'] },
      { item: 'YARA-L', holds: ['YARA-L 2.0'] },
      { item: 'LogScale', holds: ['LogScale'] },
      { item: 'that they mean the same', holds: ['equivalent'] },
      { item: 'branches by name', holds: ['selection_identity', 'selection_tunnel'] },
      { item: 'data sources and required tables', holds: ['Sysmon event 1', 'DeviceProcessEvents'] },
      { item: 'false positives', holds: ['Administrators who tunnel through a jump host'] },
      { item: 'Sigma log source', holds: ['process_creation'] },
      { item: 'tests with the signal to expect', holds: ['login name given with -l', 'reverse forward of RDP'] },
      { item: 'atomic tests: command and cleanup for everybody', holds: ['ngrok', 'Remove-Item'] },
      { item: 'response playbook', holds: ['First ten minutes', 'Eradicate and recover'] },
      { item: 'investigation guide', holds: ['Pivots by field'] },
      { item: 'hunting queries', holds: ['A client is used here that nobody else uses'] },
      { item: 'tuning guidance', holds: ['An exception as a Sigma filter'] },
    ],
  },
]
