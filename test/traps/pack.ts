// The traps that the pack of T1572 is made to walk into, one a rule, and the rows of traps that every target has to pass. What a rule finds and passes over is in the rule's own tests, which every reading answers; here is what more is shown.

import type { Shown } from './traps.ts'

type Fields = Readonly<Record<string, string>>

export interface PackTrap {
  readonly id: string
  readonly says: string
  /** The name of the detection of which more is shown; the first of the file unless told. */
  readonly name?: string
  readonly find?: readonly Fields[]
  readonly quiet?: readonly Fields[]
  readonly shown?: readonly Shown[]
  /** All targets but these have to refuse it: what is told needs more events than one, or a source they do not hold. */
  readonly only?: readonly string[]
}

const at = (Image: string, CommandLine: string, more: Fields = {}): Fields => ({ Image, CommandLine, ...more })
const plink = (CommandLine: string): Fields => at('C:\\Temp\\plink.exe', CommandLine)

export const packTraps: readonly PackTrap[] = [
  {
    id: 'TUN-001',
    says: '-L is a forward and -l a login name, -D a listener and -d none',
    find: [plink('plink -L 8080:10.0.0.1:80 h'), plink('PLINK.EXE -D 1080 h')],
    quiet: [plink('plink -l 8080:10.0.0.1:80 h'), plink('plink -d 1080 h')],
    shown: [
      // The name of the program heeds no case and the flags do, in one query.
      { target: 'elastic-eql', has: ['process.executable : "*\\\\plink.exe"', 'process.command_line regex ('] },
      { target: 'elastic-esql', has: ['TO_LOWER(process.executable)', 'process.command_line RLIKE'] },
      { target: 'splunk', has: ['mvfind(CommandLine, "(^|'], lacks: ['(?i)'] },
      { target: 'defender', has: ['endswith "\\\\plink.exe"', 'matches regex @"(?:^'], lacks: ['(?i)'] },
      { target: 'powershell', has: ["-like '*\\plink.exe'", '-cmatch'], lacks: ['-match'] },
    ],
  },
  {
    id: 'TUN-002',
    says: 'a source without the original file name cannot answer, and says so',
    shown: [
      { target: 'powershell-security', refused: 'SCH101' },
      { target: 'splunk-security', refused: 'SCH101' },
      { target: 'sentinel-security', refused: 'SCH101' },
      { target: 'qradar', refused: 'SCH101' },
    ],
  },
  {
    id: 'TUN-003',
    says: 'words of an index have no :3389 with a quote behind it; the whole text has',
    find: [at('C:\\a.exe', 'a.exe -R "33389:localhost:3389" u@h')],
    shown: [
      { target: 'defender', has: ['matches regex'], lacks: [' has '] },
      { target: 'elastic-lucene', has: ['process.command_line:/'] },
    ],
  },
  {
    id: 'TUN-004',
    says: 'flags with their case and option names in any, in one condition',
    find: [at('C:\\Windows\\System32\\OpenSSH\\ssh.exe', 'ssh -o LOCALFORWARD=8080:h:80 u@h')],
    quiet: [at('C:\\Windows\\System32\\OpenSSH\\ssh.exe', 'ssh -l 8080:10.0.0.1:80 u@h')],
    shown: [
      { target: 'elastic-eql', has: ['process.command_line regex (', 'process.command_line regex~ '] },
      { target: 'elastic-lucene', has: ['[lL][oO][cC][aA][lL][fF]', '*[LR]'] },
      { target: 'splunk', has: ['mvfind(CommandLine, "(^|', 'mvfind(CommandLine, "(?i)'] },
    ],
  },
  {
    id: 'TUN-005',
    says: 'the helper may stand before the option or behind it where the rule asks both alone',
    find: [
      at('/usr/bin/ssh', 'ssh -o ProxyCommand="chisel client h" u@h'),
      at('/usr/bin/ssh', 'env X=chisel ssh -oProxyCommand=/tmp/run u@h'),
    ],
    shown: [{ target: 'splunk', has: ['(?i)ProxyCommand[', '"(?i)(chisel|wstunnel'], lacks: ['ProxyCommand.*'] }],
  },
  {
    id: 'TUN-006',
    says: 'R: is chisel’s, r: is a drive',
    find: [at('C:\\a.exe', 'a client h:80 R:socks')],
    quiet: [at('C:\\a.exe', 'a client r:\\data')],
    shown: [
      { target: 'elastic-eql', has: ['process.command_line regex ".*[\\t-\\r ](R:'] },
      { target: 'secops', has: ['R:'], lacks: ['(?i)R:'] },
    ],
  },
  {
    id: 'TUN-007',
    says: 'a dash or two, an equals sign or a space',
    find: [
      at('C:\\a.exe', 'a -connect 203.0.113.9:11601 -ignore-cert'),
      at('C:\\a.exe', 'a --connect=203.0.113.9:11601 --ignore-cert'),
    ],
    quiet: [at('C:\\a.exe', 'a /connect 203.0.113.9:11601 /ignore-cert')],
  },
  {
    id: 'TUN-008',
    says: 'notngrok.io is not below ngrok.io',
    name: 'tun_008_ngrok_dns',
    find: [{ QueryName: 'x.ngrok.io' }],
    quiet: [{ QueryName: 'notngrok.io' }, { QueryName: 'ngrok.io.example' }],
  },
  {
    id: 'TUN-009',
    says: 'grammar stays where hashes go stale: the rule asks none',
    shown: [{ target: 'splunk', lacks: ['Hashes'] }],
  },
  {
    id: 'TUN-010',
    says: 'configuration is no longer frpc.ini only',
    find: [at('C:\\frpc.exe', 'frpc -c x.toml'), at('C:\\frpc.exe', 'frpc -c frpc.ini')],
  },
  {
    id: 'TUN-011',
    says: 'nps is a whole name, synps is another',
    find: [at('C:\\Temp\\nps.exe', 'nps')],
    quiet: [at('C:\\Temp\\synps.exe', 'synps'), at('C:\\Temp\\npsx.exe', 'npsx')],
    shown: [
      { target: 'elastic-eql', has: [String.raw`(()|.*[/\\\\])(npc|nps|bore)`] },
      { target: 'defender', has: [String.raw`(?:^|[/\\])(?:npc|nps|bore)(?:\.exe)?$`] },
    ],
  },
  {
    id: 'TUN-012',
    says: 'iodine’s password is in its own arguments: no alert prints them',
    shown: (
      [
        ['splunk', 'escu'],
        ['sentinel-asim', 'sentinel'],
        ['elastic-eql', 'kibana'],
        ['defender', 'defender'],
      ] as const
    ).map(([target, document]) => ({
      target,
      document,
      lacks: ['$CommandLine$', '{{CommandLine}}', '{{process.command_line}}', '$process$'],
    })),
  },
  {
    id: 'TUN-013',
    says: 'different names and their mean length in one window, or nothing',
    name: 'tun_013_dns_traffic',
    only: [],
  },
  {
    id: 'TUN-014',
    says: 'the value may stick to its flag',
    find: [at('C:\\ptunnel-ng.exe', 'ptunnel-ng -p203.0.113.9 -l8000 -r127.0.0.1 -R22')],
  },
  {
    id: 'TUN-015',
    says: 'a renamed socat and socat on Linux',
    name: 'tun_015_socat_renamed',
    find: [at('/tmp/x', 'x TCP-LISTEN:8080,fork TCP:10.0.0.5:3389')],
  },
  {
    id: 'TUN-016',
    says: 'httptunnel installs htc and hts',
    find: [at('/usr/bin/htc', 'htc -F 900 h:80'), at('C:\\hts.exe', 'hts -F localhost:22 80')],
    quiet: [at('/usr/bin/xhtc', 'xhtc')],
  },
  {
    id: 'TUN-017',
    says: 'any beginning of the four words, in their order',
    name: 'tun_017_portproxy',
    find: [
      at('C:\\Windows\\System32\\netsh.exe', 'netsh int portp a v4tov4 listenport=9 connectaddress=10.0.0.9'),
      at('C:\\Windows\\System32\\netsh.exe', 'netsh i p a v listenport=9 connectaddress=10.0.0.9'),
    ],
    quiet: [at('C:\\Windows\\System32\\netsh.exe', 'netsh v a p i listenport=9')],
  },
  {
    id: 'TUN-018',
    says: 'one backslash, written as often as each target’s strings and patterns need',
    shown: [
      { target: 'splunk', has: [String.raw`"(?i)\\\\services\\\\PortProxy\\\\v[46]tov[46]`] },
      { target: 'duckdb', has: [String.raw`'(?i)\\services\\PortProxy\\v[46]tov[46]`] },
      { target: 'secops', has: [String.raw`(?is)\\services\\PortProxy\\v[46]tov[46]`] },
      { target: 'powershell', has: [String.raw`'\\services\\PortProxy\\v[46]tov[46]`] },
      // A folder of the value's key is not kept as the event has it.
      { target: 'defender', refused: 'SCH102' },
      { target: 'elastic-eql', refused: 'SCH102' },
    ],
  },
  {
    id: 'TUN-019',
    says: 'what calls itself chrome.exe is no browser by that',
    find: [{ Image: 'C:\\Temp\\chrome.exe', DestinationHostname: 'dns.google', DestinationPort: '443' }],
    quiet: [
      {
        Image: 'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
        DestinationHostname: 'dns.google',
        DestinationPort: '443',
      },
      { Image: 'C:\\Temp\\a.exe', DestinationHostname: 'xdns.google', DestinationPort: '443' },
    ],
  },
  {
    id: 'TUN-020',
    says: 'a type of logon is 10 in more spellings than one, and a network is no prefix',
    find: [
      { EventID: '4624', LogonType: '0xA', IpAddress: '127.9.9.9' },
      { EventID: '4624', LogonType: '10', IpAddress: '::ffff:127.0.0.1' },
    ],
    quiet: [
      { EventID: '4624', LogonType: '10', IpAddress: '1270.0.0.1' },
      { EventID: '4624', LogonType: '10', IpAddress: '-' },
      { EventID: '4624', LogonType: '1', IpAddress: '127.0.0.1' },
      { EventID: '4624', LogonType: '10' },
    ],
    shown: [
      { target: 'elastic-eql', has: ['cidrMatch(source.ip, "127.0.0.0/8", "::1/128", "::ffff:127.0.0.0/104")'] },
      { target: 'elastic-esql', has: ['CIDR_MATCH('] },
      { target: 'splunk', has: ['IpAddress IN ("127.0.0.0/8", "::1/128", "::ffff:127.0.0.0/104")', '"10", "0xa", "0xA"'] },
      { target: 'qradar', refused: 'SCH101' },
    ],
  },
  {
    id: 'TUN-021',
    says: 'true in any spelling, %%14593 where the filtering platform writes it, and no rule on the side of svchost',
    find: [
      { Image: 'C:\\Temp\\a.exe', Initiated: 'True', DestinationIp: '127.0.0.1', DestinationPort: '3389' },
      { Image: 'C:\\Temp\\a.exe', Initiated: 'true', DestinationIp: '127.0.0.1', DestinationPort: '3389' },
    ],
    quiet: [{ Image: 'C:\\Temp\\a.exe', Initiated: 'False', DestinationIp: '127.0.0.1', DestinationPort: '3389' }],
    shown: [
      { target: 'elastic-eql', has: ['network.direction == "egress"'] },
      { target: 'defender', has: ['ConnectionSuccess'] },
    ],
  },
  {
    id: 'TUN-022',
    says: 'what installs itself as a service is told by the file of the service alone',
    name: 'tun_022_mesh_service',
    shown: [
      { target: 'splunk', has: ['EventCode=7045', 'ImagePath'] },
      { target: 'splunk-cim', has: ['Endpoint.Services'] },
    ],
  },
  {
    id: 'TUN-023',
    says: 'code tunnel may be all there is',
    name: 'tun_023_dev_tunnel',
    find: [at('C:\\Users\\a\\AppData\\Local\\Programs\\Microsoft VS Code\\bin\\code.exe', 'code tunnel')],
  },
  {
    id: 'TUN-024',
    says: 'ssh may stand behind a quote',
    find: [at('C:\\Windows\\System32\\wsl.exe', 'wsl.exe -e bash -c "ssh -N -R 2222:localhost:22 u@203.0.113.9"')],
  },
  {
    id: 'TUN-025',
    says: 'arguments that auditd takes apart are a source of their own: no other query is passed off as that one',
    name: 'tun_025_linux_ssh_auditd',
    only: [],
  },
  {
    id: 'TUN-026',
    says: 'ip takes its verbs short: l and a',
    shown: [{ target: 'elastic-eql', has: ['(link|l)[', '(add|a)['] }],
  },
  {
    id: 'TUN-027',
    says: 'one after another, in their order, or nothing',
    name: 'tun_027_tunnel_then_rdp',
    only: ['sentinel-forwarded', 'duckdb', 'clickhouse', 'postgres'],
  },
]

/** The table of what every target has to pass, each row with where it is shown. */
export const rows: readonly (readonly [row: string, shown: readonly string[]])[] = [
  ['case-sensitive flag beside case-insensitive keyword in one condition', ['TUN-001', 'TUN-004', 'TUN-024', 'TUN-025']],
  ['case-insensitive by default or case-sensitive by default', ['S1-2', 'C-cased', 'TUN-001', 'TUN-006']],
  ['back-slash nesting', ['TUN-018', 'S1-5', 'TUN-017']],
  ['ordered tokens against unordered contains', ['TUN-005', 'TUN-017']],
  ['tokenised "has" operators', ['TUN-003', 'TUN-008']],
  ['absent field against empty field against -', ['TUN-002', 'TUN-020']],
  ['CIDR on text columns', ['TUN-020', 'TUN-021']],
  ['numbers as text, hexadecimal, boolean spelling', ['TUN-020', 'TUN-021']],
  ['base-name equality', ['TUN-011', 'TUN-010', 'TUN-012']],
  ['label-aligned domain suffix', ['TUN-008', 'TUN-019']],
  ['multi-event state', ['TUN-013', 'TUN-027']],
  ['derived fields', ['TUN-021', 'TUN-024', 'TUN-025']],
]
