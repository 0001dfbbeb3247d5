// The traps that translations of rules fall into, each with what shows that ours does not: events that every reading finds or passes over, texts of targets, or a refusal by its code.

/** What a target's text must have and must not have; a code where it is refused instead. */
export interface Shown {
  readonly target: string
  readonly has?: readonly string[]
  readonly lacks?: readonly string[]
  readonly refused?: string
  /** Read the document of this format instead of the query. */
  readonly document?: string
}

type Fields = Readonly<Record<string, string>>

export interface Trap {
  readonly id: string
  /** What goes wrong elsewhere. */
  readonly says: string
  /** A rule of the pack by its number, or the lines of a detection of Windows process creations, or a whole document. */
  readonly rule: number | string
  readonly find?: readonly Fields[]
  readonly quiet?: readonly Fields[]
  readonly shown?: readonly Shown[]
}

const plink = `a:
  Image|endswith: '\\plink.exe'
  CommandLine|contains: ':127.0.0.1:3389'
b1:
  Image|endswith: '\\plink.exe'
  CommandLine|contains: ':3389'
b2:
  CommandLine|contains: [' -P 443', ' -P 22']
condition: a or all of b*`
const tools = `selection:
  Image|endswith: ['\\plink.exe', '\\socat.exe', '\\stunnel.exe', '\\httptunnel.exe']
condition: selection`
const one = (item: string) => `selection:\n  ${item}\ncondition: selection`
const exe = (name: string, more: Fields = {}): Fields => ({ Image: `C:\\Temp\\${name}`, CommandLine: name, ...more })
const line = (text: string): Fields => ({ Image: 'C:\\Temp\\plink.exe', CommandLine: text })
const whole = (more: string) =>
  `title: Tunnels "quoted"\nid: c75309a3-59f8-4a8d-9c2c-4c927ad50555\ndescription: says one thing\nreferences: [https://example.org/a]\nfalsepositives: [Admins]\ndate: 2025-01-01\ntags: [attack.t1572, attack.t1043]\nlogsource: {product: windows, category: process_creation}\nlevel: high\n${more}`
const toolsRule = whole(`detection:\n${tools.replace(/^/gm, '  ')}\n`)

/** Of the page that shows a Sigma rule as KQL. */
const published: readonly Trap[] = [
  {
    id: 'S1-1',
    says: 'a number without a right border also finds longer ones; the rule says so, and so must its translation',
    rule: plink,
    find: [line('plink -P 2222 -R 1:localhost:3389 h'), line('plink -P 4433 x:33890')],
    quiet: [line('plink -P 23 -R 1:localhost:3389 h')],
  },
  {
    id: 'S1-2',
    says: 'a rule does not heed case, so -p is -P',
    rule: plink,
    find: [line('PLINK -p 22 X:3389')],
    shown: [
      { target: 'elastic-esql', has: ['TO_LOWER('] },
      { target: 'logscale', has: ['/ -P 443/i'] },
      { target: 'secops', has: ['nocase'] },
    ],
  },
  {
    id: 'S1-3',
    says: 'a default port that is not written is not found: the rule’s own gap is kept, not filled',
    rule: plink,
    quiet: [line('plink -R 1:localhost:3389 h')],
    find: [line('plink -R 1:127.0.0.1:3389 h')],
  },
  {
    id: 'S1-4',
    says: 'a renamed program is another program',
    rule: plink,
    quiet: [exe('p.exe', { CommandLine: 'p -P 22 a:3389' })],
  },
  {
    id: 'S1-5',
    says: 'a bare file name has no folder before it',
    rule: one("Image|endswith: '\\plink.exe'"),
    find: [{ Image: 'D:\\plink.exe' }],
    quiet: [{ Image: 'plink.exe' }, { Image: 'C:\\xplink.exe' }],
    shown: [
      // The parent's path is not kept there; its name is.
      { target: 'logscale', has: ['ImageFileName=/\\\\plink\\.exe$/i'] },
    ],
  },
  {
    id: 'S1-6',
    says: 'a parser is a function and no table: its name is the one that exists where it is deployed',
    rule: plink,
    shown: [
      { target: 'sentinel-asim', has: ['_Im_ProcessCreate'] },
      { target: 'sentinel-asim-workspace', has: ['imProcessCreate'], lacks: ['_Im_'] },
    ],
  },
  {
    id: 'S1-7',
    says: 'a query alone is no scheduled rule: window, schedule and entities',
    rule: toolsRule,
    shown: [
      {
        target: 'sentinel-asim',
        document: 'sentinel',
        has: ['queryFrequency:', 'queryPeriod:', 'entityMappings:', 'triggerThreshold:'],
      },
    ],
  },
  {
    id: 'S1-8',
    says: 'severity, id, references and false positives are lost on the way',
    rule: toolsRule,
    shown: [
      { target: 'sentinel-asim', document: 'sentinel', has: ['c75309a3-59f8-4a8d-9c2c-4c927ad50555', 'severity: High', 'T1572'] },
      { target: 'elastic-eql', document: 'kibana', has: ['"severity":"high"', 'https://example.org/a', 'Admins', 'T1572'] },
      { target: 'powershell', document: 'ps1', has: ['Level: high', 'https://example.org/a', 'May be harmless: Admins'] },
    ],
  },
  {
    id: 'S1-9',
    says: 'a text that says other than the logic stays the author’s: it is carried over as it is',
    rule: toolsRule,
    shown: [{ target: 'splunk-cim', document: 'escu', has: ['description: says one thing'] }],
  },
  {
    id: 'S1-10',
    says: 'a branch that another one implies is still what the rule says',
    rule: plink,
    shown: [
      { target: 'defender', has: ['":127.0.0.1:3389"', '":3389"'] },
      { target: 'duckdb', has: [':127.0.0.1:3389%', '%:3389%'] },
    ],
  },
]

/** Of the page with seven conversions of a rule on tools. */
const seven: readonly Trap[] = [
  {
    id: 'S2-1',
    says: 'the log source is dropped, so any event with such a field fires',
    rule: tools,
    quiet: [
      { ...exe('plink.exe'), EventID: '3' },
      { ...exe('plink.exe'), EventID: '7' },
    ],
    shown: [
      { target: 'splunk', has: ['EventCode=1', 'Sysmon/Operational'] },
      { target: 'elastic-lucene', has: ['event.category:"process"', 'event.type:"start"'] },
      { target: 'graylog', has: ['event_id'] },
      { target: 'logpoint', has: ['label'] },
      { target: 'qradar', has: ['"Event ID" = \'1\'', 'Microsoft-Windows-Sysmon'] },
      { target: 'sumo', has: ['Sysmon'] },
      { target: 'sumo-cse', has: ['metadata_deviceEventId'] },
      { target: 'secops', has: ['PROCESS_LAUNCH'] },
      { target: 'logscale', has: ['ProcessRollup2'] },
      { target: 'defender', has: ['DeviceProcessEvents'] },
      { target: 'powershell', has: ['Id = 1'] },
    ],
  },
  {
    id: 'S2-2',
    says: 'a backslash before a letter is a class of characters to grep',
    rule: tools,
    find: [exe('plink.exe'), exe('socat.exe'), exe('stunnel.exe'), exe('httptunnel.exe')],
    quiet: [exe('blink.exe'), { Image: 'foo ocat.exe' }, { Image: 'my tunnel.exe' }, { Image: 'x ttptunnel.exe' }],
  },
  {
    id: 'S2-3',
    says: 'grep without a field, with case, and with two stars in a row',
    rule: tools,
    find: [exe('PLINK.EXE')],
    quiet: [
      { Image: 'C:\\a.exe', CommandLine: 'C:\\Temp\\plink.exe' },
      { Image: 'C:\\a.exe', ParentImage: 'C:\\plink.exe' },
    ],
    shown: [{ target: 'grep', has: ['"Image"', '(?i:'], lacks: ['.*.*'] }],
  },
  {
    id: 'S2-4',
    says: 'PowerShell with a dot that is any character, and a name that is part of other names',
    rule: tools,
    quiet: [exe('plinkXexe'), { Image: 'C:\\a.exe', ParentImage: 'C:\\Temp\\plink.exe' }, { ImageLoaded: 'C:\\Temp\\plink.exe' }],
    shown: [{ target: 'powershell', has: ["$d['Image'] -like '*\\plink.exe'"], lacks: ['-match', 'Message'] }],
  },
  {
    id: 'S2-5',
    says: 'Get-WinEvent without a log goes through all of them, and asks a translated text',
    rule: tools,
    shown: [{ target: 'powershell', has: ["LogName = 'Microsoft-Windows-Sysmon/Operational'; Id = 1"], lacks: ['.Message'] }],
  },
  {
    id: 'S2-6',
    says: 'a sub-field that no mapping has',
    rule: tools,
    shown: [
      { target: 'elastic-lucene', has: ['process.executable'], lacks: ['.keyword'] },
      { target: 'winlogbeat-lucene', has: ['winlog.event_data.Image'], lacks: ['.keyword'] },
      { target: 'xpack-watcher', lacks: ['.keyword'] },
    ],
  },
  {
    id: 'S2-7',
    says: 'wildcards on keyword fields heed case',
    rule: tools,
    find: [exe('Plink.EXE')],
    shown: [
      { target: 'elastic-lucene', has: ['[pP][lL][iI][nN][kK]'] },
      { target: 'graylog', has: ['[pP][lL][iI][nN][kK]'] },
      { target: 'kibana-kql', refused: 'KUE' },
    ],
  },
  {
    id: 'S2-8',
    says: 'an unquoted here-document halves backslashes',
    rule: toolsRule,
    shown: [{ target: 'xpack-watcher', document: 'watcher-curl', has: ["<<'"] }],
  },
  {
    id: 'S2-9',
    says: 'a watch that fetches no hits has an empty message',
    rule: toolsRule,
    shown: [{ target: 'xpack-watcher', document: 'watcher', has: ['"size"'], lacks: ['"size": 0', '"size":0'] }],
  },
  {
    id: 'S2-10',
    says: 'the time field of Beats is @timestamp',
    rule: toolsRule,
    shown: [{ target: 'xpack-watcher', document: 'watcher', has: ['"@timestamp"'], lacks: ['"timestamp"'] }],
  },
  {
    id: 'S2-11',
    says: 'a throttle shorter than the interval, a window as long as the interval, a mail server of its own',
    rule: toolsRule,
    shown: [
      { target: 'xpack-watcher', document: 'watcher', has: ['ctx.payload.hits.total', '"gt"'], lacks: ['localhost', 'not_eq'] },
    ],
  },
  {
    id: 'S2-12',
    says: 'Graylog’s terms need an OR between them',
    rule: tools,
    shown: [{ target: 'graylog', has: [' OR '], lacks: ['.keyword'] }],
  },
  {
    id: 'S2-13',
    says: 'Sysmon’s names where the product has its own',
    rule: tools,
    shown: [
      { target: 'logpoint', has: ['"process"'], lacks: ['Image'] },
      { target: 'splunk', has: ['source='] },
    ],
  },
  {
    id: 'S2-14',
    says: 'event 4688 has no such field',
    rule: one('OriginalFileName: plink.exe'),
    shown: [
      { target: 'splunk-security', refused: 'SCH101' },
      { target: 'sentinel-security', refused: 'SCH101' },
      { target: 'powershell-security', refused: 'SCH101' },
    ],
  },
  {
    id: 'S2-15',
    says: 'a retired technique is a tag of the rule, which no conversion changes or drops',
    rule: toolsRule,
    shown: [{ target: 'powershell', document: 'ps1', has: ['T1572, T1043'] }],
  },
  {
    id: 'S2-16',
    says: 'names alone miss renamed tools, in the rule as in its translations',
    rule: tools,
    quiet: [exe('chisel.exe'), exe('p.exe')],
  },
]

/** Of the comparison of converters. */
const converters: readonly Trap[] = [
  {
    id: 'C-splunk',
    says: 'a search without its log source, or one that begins with an expression',
    rule: one("CommandLine|re: '-e(nc)?\\s'"),
    shown: [{ target: 'splunk', has: ['source="XmlWinEventLog', 'EventCode=1', '| regex'] }],
  },
  {
    id: 'C-cim',
    says: 'OR and AND side by side without parentheses',
    rule: plink,
    shown: [
      { target: 'splunk-cim', has: ['(Processes.process_path="*\\\\plink.exe" AND Processes.process="*:127.0.0.1:3389*")'] },
    ],
  },
  {
    id: 'C-defender',
    says: 'hashes that a table does not keep',
    rule: one("Hashes|contains: 'IMPHASH=A1B2C3D4E5F60718293A4B5C6D7E8F90'"),
    shown: [
      { target: 'defender', refused: 'SCH102' },
      { target: 'splunk', has: ['Hashes'] },
    ],
  },
  {
    id: 'C-asim',
    says: 'a column that the schema does not have',
    rule: plink,
    shown: [{ target: 'sentinel-asim', has: ['TargetProcessName'], lacks: ['TargetProcessFilename'] }],
  },
  {
    id: 'C-azure',
    says: 'fields that the table lacks',
    rule: one('Description: Plink'),
    shown: [
      { target: 'sentinel-security', refused: 'SCH101' },
      { target: 'sentinel-forwarded', has: ['Description'] },
    ],
  },
  {
    id: 'C-lucene',
    says: 'Lucene’s expressions are about the whole value and have no anchors or flags',
    rule: one("CommandLine|re: '^net (?i)user$'"),
    shown: [
      { target: 'elastic-lucene', has: ['/net [uU]'], lacks: ['^', '$', '(?i)'] },
      { target: 'elastic-eql', has: ['regex'], lacks: ['(?i)'] },
    ],
  },
  {
    id: 'C-eql',
    says: 'a cased part becomes an equality in which a star is a star',
    rule: one("CommandLine|cased|contains: ' -L '"),
    find: [line('plink -L 1')],
    quiet: [line('plink -l 1')],
    shown: [{ target: 'elastic-eql', has: ['like "* -L *"'], lacks: ['== "*'] }],
  },
  {
    id: 'C-esql',
    says: 'ES|QL heeds case',
    rule: one("Image|endswith: '\\Plink.exe'"),
    shown: [{ target: 'elastic-esql', has: ['TO_LOWER(process.executable) LIKE "*\\\\\\\\plink.exe"'] }],
  },
  {
    id: 'C-cased',
    says: 'cased is refused where it can be said',
    rule: one("CommandLine|cased|contains: ' -L '"),
    shown: [
      { target: 'splunk', has: ['-L'] },
      { target: 'elastic-lucene', has: ['\\ \\-L\\ '] },
      { target: 'elastic-esql', has: ['LIKE "* -L *"'] },
      { target: 'powershell', has: ["-clike '* -L *'"] },
    ],
  },
]

export const conversions: readonly Trap[] = [...published, ...seven, ...converters]
