// What the further documents of the T1572 pack must and must not see: variants, other log sources, and the public shapes its examples stand for, in events of our own.

import type { Trial } from '../../src/ir/detection.ts'
import type { Value } from '../../src/ir/event.ts'

interface More {
  readonly rule: string
  readonly expect: Trial['expect']
  readonly name: string
  readonly events: readonly Readonly<Record<string, Value>>[]
}

const security = (fields: Record<string, Value>): Record<string, Value> => ({ Channel: 'Security', Computer: 'SRV2', ...fields })
const started = (image: string, line: string): Record<string, Value> =>
  security({ EventID: 4688, NewProcessName: image, CommandLine: line, ParentProcessName: 'C:\\Windows\\System32\\cmd.exe' })
const service = (command: string): Record<string, Value> => ({
  Channel: 'System',
  Provider_Name: 'Service Control Manager',
  EventID: 7045,
  Computer: 'SRV2',
  ServiceName: 'x',
  ImagePath: command,
})
const session = 'Microsoft-Windows-TerminalServices-LocalSessionManager/Operational'
const sysmon = 'Microsoft-Windows-Sysmon/Operational'
const audit = { _class: { product: 'linux', service: 'auditd' } }
const netsh = 'C:\\Windows\\System32\\netsh.exe'
const ssh = 'C:\\Windows\\System32\\OpenSSH\\ssh.exe'

export const more: readonly More[] = [
  // Security 4688 has other names for the image, and no version resource.
  {
    rule: 'tun_001_plink_forward',
    expect: 'alert',
    name: '4688',
    events: [started('C:\\Temp\\plink.exe', 'plink -R 4444:127.0.0.1:3389 u@h')],
  },
  { rule: 'tun_002_plink_renamed', expect: 'silence', name: '4688 cannot say', events: [started('C:\\Temp\\p.exe', 'p -V')] },
  {
    rule: 'tun_017_portproxy_admin',
    expect: 'alert',
    name: '4688',
    events: [started(netsh, 'netsh interface portproxy add v4tov4 listenport=1 connectport=3389 connectaddress=10.0.0.9')],
  },
  // Two strengths of one detection.
  {
    rule: 'tun_004_openssh_forward',
    expect: 'alert',
    name: 'local forward',
    events: [{ Image: ssh, CommandLine: 'ssh -L 8443:web:443 ops@gw' }],
  },
  {
    rule: 'tun_004_openssh_forward',
    expect: 'alert',
    name: 'SOCKS by option',
    events: [{ Image: ssh, CommandLine: 'ssh -o DynamicForward=1080 ops@gw' }],
  },
  {
    rule: 'tun_004_openssh_forward',
    expect: 'silence',
    name: 'left to the stronger',
    events: [{ Image: ssh, CommandLine: 'ssh -R 8443:web:443 ops@gw' }],
  },
  {
    rule: 'tun_004_openssh_reverse',
    expect: 'silence',
    name: 'local forward',
    events: [{ Image: ssh, CommandLine: 'ssh -L 8443:web:443 ops@gw' }],
  },
  {
    rule: 'tun_004_openssh_reverse',
    expect: 'alert',
    name: 'tun by option',
    events: [{ Image: ssh, CommandLine: 'ssh -o Tunnel=ethernet root@gw' }],
  },
  {
    rule: 'tun_004_openssh_reverse',
    expect: 'alert',
    name: 'renamed, by its resource',
    events: [
      { Image: 'C:\\Temp\\u.exe', Product: 'OpenSSH for Windows', OriginalFileName: 'ssh.exe', CommandLine: 'u -R 1080 u@h' },
    ],
  },
  // ProxyCommand that runs a program and carries nothing.
  {
    rule: 'tun_005_ssh_helper',
    expect: 'silence',
    name: 'cmd runs a program',
    events: [
      {
        Image: 'C:\\Windows\\System32\\OpenSSH\\sftp.exe',
        CommandLine: 'sftp -o ProxyCommand="cmd /c c:\\windows\\notepad.exe" .',
      },
    ],
  },
  {
    rule: 'tun_005_ssh_helper',
    expect: 'alert',
    name: 'cmd around a helper',
    events: [{ Image: ssh, CommandLine: 'ssh -o ProxyCommand="cmd /c chisel client https://h stdio:%h:%p" u@h' }],
  },
  {
    rule: 'tun_008_ngrok_network',
    expect: 'alert',
    name: 'name in a connection',
    events: [{ Image: 'C:\\x.exe', DestinationHostname: 'a.ngrok.app' }],
  },
  {
    rule: 'tun_008_ngrok_network',
    expect: 'silence',
    name: 'other labels',
    events: [{ Image: 'C:\\x.exe', DestinationHostname: 'a-ngrok.app' }],
  },
  {
    rule: 'tun_009_cloudflared_dns',
    expect: 'alert',
    name: 'unknown connector',
    events: [{ Image: 'C:\\x.exe', QueryName: 'region1.v2.argotunnel.com' }],
  },
  {
    rule: 'tun_009_cloudflared_dns',
    expect: 'silence',
    name: 'installed connector',
    events: [{ Image: 'C:\\Program Files (x86)\\cloudflared\\cloudflared.exe', QueryName: 'region1.v2.argotunnel.com' }],
  },
  {
    rule: 'tun_011_relays',
    expect: 'alert',
    name: 'short name in a user folder',
    events: [{ Image: '/tmp/npc', CommandLine: './npc' }],
  },
  {
    rule: 'tun_011_relays',
    expect: 'silence',
    name: 'short name of a package',
    events: [{ Image: '/usr/bin/bore', CommandLine: 'bore' }],
  },
  {
    rule: 'tun_011_relays',
    expect: 'alert',
    name: 'key of nps',
    events: [{ Image: '/tmp/k', CommandLine: 'k -server=203.0.113.9:8024 -vkey=abc' }],
  },
  // The shell around netsh, and the removal of a proxy.
  {
    rule: 'tun_017_portproxy_shell',
    expect: 'alert',
    name: 'cmd',
    events: [
      {
        Image: 'C:\\Windows\\System32\\cmd.exe',
        CommandLine: 'cmd  /c netsh interface portproxy add v4tov4 listenport=1 connectport=2',
      },
    ],
  },
  {
    rule: 'tun_017_portproxy_shell',
    expect: 'silence',
    name: 'cmd removes',
    events: [
      { Image: 'C:\\Windows\\System32\\cmd.exe', CommandLine: 'cmd  /c netsh interface portproxy delete v4tov4 listenport=1' },
    ],
  },
  {
    rule: 'tun_018_portproxy_registry',
    expect: 'alert',
    name: 'netsh, to a web port',
    events: [
      {
        EventType: 'SetValue',
        Image: netsh,
        TargetObject: 'HKLM\\System\\CurrentControlSet\\Services\\PortProxy\\v4tov4\\tcp\\0.0.0.0/8080',
        Details: '192.0.2.1/8000',
      },
    ],
  },
  // A list of arguments that came with its system call is told by the rule on process creation.
  {
    rule: 'tun_025_linux_ssh_auditd',
    expect: 'silence',
    name: 'the same command, told with its system call',
    events: [
      {
        ...audit,
        type: 'EXECVE',
        joined: 'SYSCALL',
        argc: '6',
        a0: 'ssh',
        a1: '-i',
        a2: '/tmp/.k',
        a3: '-NR',
        a4: '9000:localhost:22',
        a5: 'u@h',
      },
    ],
  },
  {
    rule: 'tun_025_linux_ssh_auditd',
    expect: 'alert',
    name: 'the same list alone',
    events: [
      { ...audit, type: 'EXECVE', argc: '6', a0: 'ssh', a1: '-i', a2: '/tmp/.k', a3: '-NR', a4: '9000:localhost:22', a5: 'u@h' },
    ],
  },
  // RDP from the host itself, as other logs tell it.
  {
    rule: 'tun_020_loopback_logon',
    expect: 'silence',
    name: 'network logon from loopback',
    events: [security({ EventID: 4624, LogonType: '3', IpAddress: '::1' })],
  },
  {
    rule: 'tun_020_loopback_logon',
    expect: 'alert',
    name: 'IPv6, type as a number',
    events: [security({ EventID: 4624, LogonType: 10, IpAddress: '::1' })],
  },
  {
    rule: 'tun_020_loopback_lsm',
    expect: 'alert',
    name: 'session',
    events: [{ Channel: session, EventID: 21, User: 'CORP\\a', Address: '127.0.0.1' }],
  },
  {
    rule: 'tun_020_loopback_lsm',
    expect: 'silence',
    name: 'console',
    events: [{ Channel: session, EventID: 21, User: 'CORP\\a', Address: 'LOCAL' }],
  },
  {
    rule: 'tun_020_loopback_accept',
    expect: 'alert',
    name: 'service side of a web-shell tunnel',
    events: [
      {
        Channel: sysmon,
        EventID: 3,
        Image: 'C:\\Windows\\System32\\svchost.exe',
        Initiated: 'false',
        SourceIp: '127.0.0.1',
        SourcePort: '3389',
        DestinationIp: '127.0.0.1',
        DestinationPort: '50111',
      },
    ],
  },
  {
    rule: 'tun_020_loopback_accept',
    expect: 'silence',
    name: 'client from outside',
    events: [
      {
        Channel: sysmon,
        EventID: 3,
        Image: 'C:\\Windows\\System32\\svchost.exe',
        Initiated: 'false',
        SourceIp: '10.0.0.5',
        SourcePort: '50111',
        DestinationIp: '10.0.0.9',
        DestinationPort: '3389',
      },
    ],
  },
  {
    rule: 'tun_020_loopback_accept_5156',
    expect: 'alert',
    name: 'filtering platform, inbound',
    events: [
      security({
        EventID: 5156,
        Application: '\\device\\harddiskvolume1\\windows\\system32\\svchost.exe',
        Direction: '%%14592',
        SourceAddress: '127.0.0.2',
        SourcePort: '3389',
        DestAddress: '127.0.0.1',
        DestPort: '49271',
      }),
    ],
  },
  {
    rule: 'tun_021_loopback_dial_5156',
    expect: 'alert',
    name: 'filtering platform, outbound',
    events: [
      security({
        EventID: 5156,
        Application: '\\device\\harddiskvolume1\\users\\u\\desktop\\plink.exe',
        Direction: '%%14593',
        SourceAddress: '127.0.0.1',
        SourcePort: '49271',
        DestAddress: '127.0.0.2',
        DestPort: '3389',
      }),
    ],
  },
  {
    rule: 'tun_021_loopback_dial_5156',
    expect: 'silence',
    name: 'another machine',
    events: [
      security({
        EventID: 5156,
        Application: '\\device\\harddiskvolume1\\x.exe',
        Direction: '%%14593',
        DestAddress: '10.0.0.2',
        DestPort: '3389',
      }),
    ],
  },
  {
    rule: 'tun_021_loopback_dial',
    expect: 'alert',
    name: 'web server to SMB',
    events: [
      {
        Image: 'C:\\Windows\\System32\\inetsrv\\w3wp.exe',
        Initiated: 'true',
        DestinationIp: '127.0.0.1',
        DestinationPort: '445',
      },
    ],
  },
  {
    rule: 'tun_021_loopback_dial',
    expect: 'silence',
    name: 'another program to SMB',
    events: [{ Image: 'C:\\app\\x.exe', Initiated: 'true', DestinationIp: '127.0.0.1', DestinationPort: '445' }],
  },
  {
    rule: 'tun_021_loopback_dial',
    expect: 'alert',
    name: 'a false RDP client',
    events: [{ Image: 'C:\\Temp\\mstsc.exe', Initiated: 'true', DestinationIp: '127.0.0.1', DestinationPort: '3389' }],
  },
  {
    rule: 'tun_022_mesh_service',
    expect: 'alert',
    name: 'user space',
    events: [service('C:\\p\\tailscaled.exe --tun=userspace-networking')],
  },
  {
    rule: 'tun_022_mesh_service',
    expect: 'alert',
    name: 'OpenVPN from a profile',
    events: [service('"C:\\Users\\a\\openvpn.exe" --config c.ovpn')],
  },
  {
    rule: 'tun_022_mesh_service',
    expect: 'silence',
    name: 'installed',
    events: [service('"C:\\Program Files\\Tailscale\\tailscaled.exe"')],
  },
  {
    rule: 'tun_022_mesh_service_4697',
    expect: 'alert',
    name: 'SoftEther bridge',
    events: [security({ EventID: 4697, ServiceFileName: '"C:\\ProgramData\\v\\vpnbridge_x64.exe" /service' })],
  },
  {
    rule: 'tun_023_dev_tunnel',
    expect: 'alert',
    name: 'nothing behind the verb',
    events: [{ Image: '/usr/local/bin/code', CommandLine: 'code tunnel' }],
  },
  {
    rule: 'tun_025_linux_ssh_auditd',
    expect: 'alert',
    name: 'background, value attached',
    events: [{ ...audit, type: 'EXECVE', argc: '3', a0: 'ssh', a1: '-fN', a2: '-R2222:localhost:22', a3: 'u@h' }],
  },
  {
    rule: 'tun_025_linux_ssh_auditd',
    expect: 'silence',
    name: 'no suspicious setting',
    events: [{ ...audit, type: 'EXECVE', argc: '4', a0: 'ssh', a1: '-L', a2: '5432:db:5432', a3: 'u@h' }],
  },
  {
    rule: 'tun_025_linux_ssh_auditd',
    expect: 'silence',
    name: 'login name',
    events: [{ ...audit, type: 'EXECVE', argc: '5', a0: 'ssh', a1: '-i', a2: '/tmp/k', a3: '-l', a4: 'u' }],
  },
  { rule: 'tun_026_kernel_module', expect: 'alert', name: 'GRE', events: [{ ...audit, type: 'KERN_MODULE', name: 'ip_gre' }] },
  { rule: 'tun_026_kernel_module', expect: 'silence', name: 'a disk', events: [{ ...audit, type: 'KERN_MODULE', name: 'nvme' }] },
  {
    rule: 'tun_026_kernel_tunnel',
    expect: 'silence',
    name: 'wg-quick',
    events: [
      {
        Image: '/usr/sbin/ip',
        CommandLine: 'ip link add wg0 type wireguard',
        ParentImage: '/usr/bin/bash',
        ParentCommandLine: '/bin/bash /usr/bin/wg-quick up wg0',
      },
    ],
  },
]
