// The table of targets: somewhere a rule can run is a language, a schema and the documents it takes. Rows, not code.

/** A target. `documents`: the rule formats it can be delivered in, the first is the default; none: the bare query. */
export interface Target {
  readonly id: string
  readonly aliases?: readonly string[]
  readonly title: string
  readonly language: string
  readonly schema: string
  readonly form?: string
  /** The ending of files that hold a query for it, where it is not the language's. */
  readonly extension?: string
  readonly documents?: readonly string[]
}

export const targets: readonly Target[] = [
  {
    id: 'defender',
    aliases: ['kql', 'mde', 'xdr', 'microsoft365defender'],
    title: 'Microsoft Defender advanced hunting',
    language: 'kql',
    schema: 'defender',
    form: 'defender',
    documents: ['defender'],
  },
  {
    id: 'sentinel-asim',
    aliases: ['asim'],
    title: 'Microsoft Sentinel, ASIM parsers',
    language: 'kql',
    schema: 'sentinel-asim',
    documents: ['sentinel'],
  },
  {
    id: 'sentinel-asim-workspace',
    aliases: ['sentinel-im'],
    title: 'Microsoft Sentinel, ASIM parsers deployed in the workspace (imProcessCreate)',
    language: 'kql',
    schema: 'sentinel-asim',
    form: 'workspace',
    documents: ['sentinel'],
  },
  {
    id: 'sentinel-security',
    aliases: ['sentinel', 'azure-monitor'],
    title: 'Microsoft Sentinel, Windows event logs (SecurityEvent, Event)',
    language: 'kql',
    schema: 'sentinel-security',
    documents: ['sentinel'],
  },
  {
    id: 'sentinel-forwarded',
    aliases: ['sentinel-windowsevent'],
    title: 'Microsoft Sentinel, forwarded Windows events (WindowsEvent)',
    language: 'kql',
    schema: 'sentinel-forwarded',
    documents: ['sentinel'],
  },
  {
    id: 'elastic-eql',
    aliases: ['eql'],
    title: 'Elastic Security, EQL over ECS',
    language: 'eql',
    schema: 'elastic',
    documents: ['kibana', 'elastic-toml'],
  },
  {
    id: 'elastic-esql',
    aliases: ['esql', 'es|ql'],
    title: 'Elasticsearch, ES|QL over ECS',
    language: 'esql',
    schema: 'elastic',
    documents: ['kibana', 'elastic-toml'],
  },
  {
    id: 'elastic-lucene',
    aliases: ['es-qs', 'lucene'],
    title: 'Elasticsearch and Kibana, Lucene query string over ECS',
    language: 'lucene',
    schema: 'elastic',
    documents: ['kibana', 'elastic-toml', 'watcher', 'watcher-curl'],
  },
  {
    id: 'kibana-kql',
    aliases: ['kuery'],
    title: 'Kibana, Kibana Query Language over ECS',
    language: 'kuery',
    schema: 'elastic',
    documents: ['kibana', 'elastic-toml'],
  },
  {
    id: 'xpack-watcher',
    aliases: ['watcher'],
    title: 'Elasticsearch Watcher, Lucene query string over ECS',
    language: 'lucene',
    schema: 'elastic',
    documents: ['watcher', 'watcher-curl'],
  },
  {
    id: 'opensearch',
    aliases: ['opensearch-lucene'],
    title: 'OpenSearch, Lucene query string over ECS',
    language: 'lucene',
    schema: 'elastic',
  },
  {
    id: 'winlogbeat-eql',
    title: 'Elasticsearch, EQL over Winlogbeat without ingest pipelines',
    language: 'eql',
    schema: 'winlogbeat-raw',
    documents: ['kibana', 'elastic-toml'],
  },
  {
    id: 'winlogbeat-esql',
    title: 'Elasticsearch, ES|QL over Winlogbeat without ingest pipelines',
    language: 'esql',
    schema: 'winlogbeat-raw',
    documents: ['kibana', 'elastic-toml'],
  },
  {
    id: 'winlogbeat-lucene',
    title: 'Elasticsearch and OpenSearch, Lucene query string over Winlogbeat without ingest pipelines',
    language: 'lucene',
    schema: 'winlogbeat-raw',
    documents: ['kibana', 'elastic-toml', 'watcher', 'watcher-curl'],
  },
  {
    id: 'splunk',
    aliases: ['spl'],
    title: 'Splunk, Windows events as XML with Sysmon',
    language: 'spl',
    schema: 'splunk-sysmon',
    documents: ['savedsearches', 'escu'],
  },
  {
    id: 'splunk-security',
    title: 'Splunk, Windows event logs as XML without Sysmon (4688)',
    language: 'spl',
    schema: 'splunk-security',
    documents: ['savedsearches', 'escu'],
  },
  {
    id: 'splunk-cim',
    aliases: ['cim', 'tstats'],
    title: 'Splunk, data models of the Common Information Model (tstats)',
    language: 'spl',
    schema: 'splunk-cim',
    form: 'datamodel',
    documents: ['escu', 'savedsearches'],
  },
  { id: 'duckdb', title: 'DuckDB, a table of events', language: 'duckdb', schema: 'table', documents: ['view'] },
  { id: 'clickhouse', title: 'ClickHouse, a table of events', language: 'clickhouse', schema: 'table', documents: ['view'] },
  { id: 'sqlite', title: 'SQLite, a table of events', language: 'sqlite', schema: 'table', documents: ['view'] },
  {
    id: 'postgres',
    aliases: ['postgresql'],
    title: 'PostgreSQL, a table of events',
    language: 'postgres',
    schema: 'table',
    documents: ['view'],
  },
  {
    id: 'logscale',
    aliases: ['cql', 'falcon', 'crowdstrike'],
    title: 'CrowdStrike Falcon LogScale',
    language: 'logscale',
    schema: 'logscale',
  },
  {
    id: 'qradar',
    aliases: ['aql', 'ibm-qradar'],
    title: 'IBM QRadar, AQL search of Windows events with Sysmon',
    language: 'aql',
    schema: 'qradar',
  },
  {
    id: 'sumo',
    aliases: ['sumologic', 'sumo-logic'],
    title: 'Sumo Logic log search, Windows events collected as JSON',
    language: 'sumo',
    schema: 'sumo',
  },
  {
    id: 'sumo-cse',
    aliases: ['cse', 'cloud-siem'],
    title: 'Sumo Logic Cloud SIEM, rule expression over Windows events with Sysmon',
    language: 'sumo-cse',
    schema: 'sumo-cse',
    documents: ['cse-rule'],
  },
  {
    id: 'logpoint',
    title: 'Logpoint, Windows events in its taxonomy',
    language: 'logpoint',
    schema: 'logpoint',
  },
  {
    id: 'graylog',
    title: 'Graylog, Windows events from Winlogbeat',
    language: 'lucene',
    schema: 'graylog',
    form: 'graylog',
    extension: 'graylog',
    documents: ['graylog-event'],
  },
  {
    id: 'secops',
    aliases: ['yara-l', 'yaral', 'chronicle', 'udm'],
    title: 'Google Security Operations, YARA-L 2.0 over UDM',
    language: 'yaral',
    schema: 'secops',
    documents: ['yara-l'],
  },
  { id: 'grep', title: 'GNU grep -P over JSON lines, one flat event a line', language: 'grep', schema: 'table' },
  {
    id: 'grep-text',
    aliases: ['grep-xml'],
    title: 'GNU grep -P over events rendered as XML, one event a line',
    language: 'grep',
    schema: 'table',
    form: 'xml',
  },
  {
    id: 'powershell',
    aliases: ['get-winevent', 'ps1'],
    title: 'PowerShell, Get-WinEvent over the Windows event log with Sysmon',
    language: 'powershell',
    schema: 'event-log',
    documents: ['ps1'],
  },
  {
    id: 'powershell-security',
    title: 'PowerShell, Get-WinEvent over the Windows event log without Sysmon (4688)',
    language: 'powershell',
    schema: 'event-log-security',
    documents: ['ps1'],
  },
  { id: 'sigma', title: 'Sigma, written in one form', language: 'sigma', schema: 'sigma', documents: ['sigma'] },
]

/** The target of a name that people type: its id or an alias, in any case. */
export function targetOf(name: string): Target | undefined {
  const wanted = name.toLowerCase()
  return targets.find(target => target.id === wanted || target.aliases?.includes(wanted))
}
