// Ordinary work for the sample logs: what workstations, servers and Linux hosts do all day, including things that look alike and are not tunnels.

import type { Happening } from './make-samples.ts'

/** Image, command line, parent. `#` stands for a number. */
const windowsPrograms: readonly (readonly [image: string, line: string, parent: string])[] = [
  [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    '"C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe" --type=renderer --lang=en-US --renderer-client-id=#',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  ],
  [
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
    'msedge.exe --type=utility --utility-sub-type=network.mojom.NetworkService',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  ],
  [
    'C:\\Program Files\\Microsoft Office\\root\\Office16\\OUTLOOK.EXE',
    '"C:\\Program Files\\Microsoft Office\\root\\Office16\\OUTLOOK.EXE"',
    'C:\\Windows\\explorer.exe',
  ],
  [
    'C:\\Program Files\\Microsoft Office\\root\\Office16\\EXCEL.EXE',
    '"C:\\Program Files\\Microsoft Office\\root\\Office16\\EXCEL.EXE" "C:\\Users\\ben\\Documents\\budget-#.xlsx"',
    'C:\\Windows\\explorer.exe',
  ],
  [
    'C:\\Windows\\System32\\svchost.exe',
    'C:\\Windows\\system32\\svchost.exe -k netsvcs -p -s Schedule',
    'C:\\Windows\\System32\\services.exe',
  ],
  ['C:\\Windows\\System32\\taskhostw.exe', 'taskhostw.exe SYSTEM', 'C:\\Windows\\System32\\svchost.exe'],
  [
    'C:\\Windows\\System32\\conhost.exe',
    '\\??\\C:\\Windows\\system32\\conhost.exe 0xffffffff -ForceV1',
    'C:\\Windows\\System32\\cmd.exe',
  ],
  ['C:\\Windows\\System32\\cmd.exe', 'cmd.exe /c dir /s /b "C:\\Users\\Public\\Documents"', 'C:\\Windows\\explorer.exe'],
  ['C:\\Windows\\System32\\ipconfig.exe', 'ipconfig /all', 'C:\\Windows\\System32\\cmd.exe'],
  ['C:\\Windows\\System32\\PING.EXE', 'ping -n 4 fs1.corp.example', 'C:\\Windows\\System32\\cmd.exe'],
  ['C:\\Windows\\System32\\netsh.exe', 'netsh interface show interface', 'C:\\Windows\\System32\\cmd.exe'],
  ['C:\\Windows\\System32\\netsh.exe', 'netsh wlan show profiles', 'C:\\Windows\\System32\\cmd.exe'],
  ['C:\\Windows\\System32\\netsh.exe', 'netsh interface httpstunnel show interfaces', 'C:\\Windows\\System32\\cmd.exe'],
  [
    'C:\\Windows\\System32\\netsh.exe',
    'netsh advfirewall firewall add rule name="Remote Desktop" dir=in protocol=tcp localport=3389 action=allow',
    'C:\\Windows\\System32\\cmd.exe',
  ],
  [
    'C:\\Windows\\System32\\reg.exe',
    'reg query HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run',
    'C:\\Windows\\System32\\cmd.exe',
  ],
  ['C:\\Windows\\System32\\OpenSSH\\ssh.exe', 'ssh.exe ops@lnx5.corp.example uptime', 'C:\\Windows\\System32\\cmd.exe'],
  [
    'C:\\Windows\\System32\\OpenSSH\\scp.exe',
    'scp.exe -r C:\\build\\out ops@lnx5.corp.example:/srv/www/#',
    'C:\\Windows\\System32\\cmd.exe',
  ],
  [
    'C:\\Program Files\\Git\\cmd\\git.exe',
    'git.exe -C C:\\src\\shop fetch --prune',
    'C:\\Program Files\\Microsoft VS Code\\Code.exe',
  ],
  [
    'C:\\Program Files\\Git\\usr\\bin\\ssh.exe',
    'ssh -o BatchMode=yes git@git.corp.example git-upload-pack shop.git',
    'C:\\Program Files\\Git\\cmd\\git.exe',
  ],
  [
    'C:\\Program Files\\Microsoft VS Code\\Code.exe',
    '"C:\\Program Files\\Microsoft VS Code\\Code.exe" C:\\src\\shop',
    'C:\\Windows\\explorer.exe',
  ],
  ['C:\\Program Files\\nodejs\\node.exe', 'node.exe C:\\src\\shop\\server.js --port 8#', 'C:\\Windows\\System32\\cmd.exe'],
  [
    'C:\\Windows\\System32\\curl.exe',
    'curl.exe -L -o setup.msi https://downloads.example.com/setup-#.msi',
    'C:\\Windows\\System32\\cmd.exe',
  ],
  ['C:\\Windows\\System32\\mstsc.exe', 'mstsc.exe /v:fs1.corp.example', 'C:\\Windows\\explorer.exe'],
  [
    'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe',
    'powershell.exe -NoProfile -File C:\\ops\\inventory.ps1',
    'C:\\Windows\\System32\\svchost.exe',
  ],
  [
    'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe',
    'powershell.exe -NoProfile -Command "Test-NetConnection fs1 -Port 445"',
    'C:\\Windows\\System32\\cmd.exe',
  ],
  ['C:\\Windows\\System32\\wsl.exe', 'wsl.exe -d Ubuntu make -C /home/cara/shop test', 'C:\\Windows\\System32\\cmd.exe'],
  ['C:\\Program Files\\7-Zip\\7z.exe', '7z.exe a -t7z C:\\backup\\week-#.7z C:\\data', 'C:\\Windows\\System32\\cmd.exe'],
]

const unixPrograms: readonly (readonly [image: string, line: string, parent: string])[] = [
  ['/usr/sbin/cron', '/usr/sbin/CRON -f', '/usr/sbin/cron'],
  ['/usr/bin/rsync', 'rsync -a --delete /srv/www/ backup@lnx9:/backup/www/', '/bin/sh'],
  ['/usr/bin/apt-get', 'apt-get -q update', '/bin/sh'],
  ['/usr/sbin/sshd', 'sshd -D -R', '/usr/sbin/sshd'],
  ['/usr/bin/ssh', 'ssh -o BatchMode=yes backup@lnx9 df -h', '/bin/bash'],
  ['/usr/bin/curl', 'curl -fsS http://127.0.0.1:8080/health', '/bin/sh'],
  ['/usr/sbin/ip', 'ip -br addr show', '/bin/bash'],
  ['/usr/bin/dig', 'dig +short mx example.com', '/bin/bash'],
  ['/usr/bin/docker', 'docker ps --format json', '/bin/bash'],
  ['/usr/bin/tar', 'tar czf /backup/etc-#.tgz /etc', '/usr/sbin/cron'],
  ['/usr/bin/grep', 'grep -R server_name /etc/nginx', '/bin/bash'],
  ['/usr/bin/journalctl', 'journalctl -u apache2 --since today', '/bin/bash'],
]

const names = [
  'www.example.com',
  'mail.corp.example',
  'fs1.corp.example',
  'update.vendor.example',
  'time.corp.example',
  'git.corp.example',
  'docs.example.net',
  'login.portal.example',
  'images.shop.example',
  'wpad.corp.example',
]

const connections: readonly (readonly [image: string, address: string, port: string, name: string])[] = [
  ['C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe', '198.51.100.20', '443', 'www.example.com'],
  ['C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe', '8.8.8.8', '443', 'dns.google'],
  ['C:\\Program Files\\Microsoft Office\\root\\Office16\\OUTLOOK.EXE', '10.1.0.25', '443', 'mail.corp.example'],
  ['C:\\Windows\\System32\\svchost.exe', '10.1.0.2', '53', 'dc1.corp.example'],
  ['C:\\Windows\\System32\\lsass.exe', '10.1.0.2', '88', 'dc1.corp.example'],
  ['C:\\Windows\\System32\\mstsc.exe', '10.1.0.10', '3389', 'fs1.corp.example'],
  ['C:\\Program Files\\nodejs\\node.exe', '127.0.0.1', '5432', '-'],
  ['C:\\Windows\\System32\\inetsrv\\w3wp.exe', '10.1.0.30', '1433', 'db1.corp.example'],
]

const registry: readonly (readonly [image: string, target: string, details: string])[] = [
  [
    'C:\\Windows\\System32\\svchost.exe',
    'HKLM\\System\\CurrentControlSet\\Services\\W32Time\\Config\\LastKnownGoodTime',
    'QWORD (0x01dcb131-0x5f3c2a10)',
  ],
  [
    'C:\\Windows\\explorer.exe',
    'HKU\\S-1-5-21-1-2-3-1104\\Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\RecentDocs\\MRUListEx',
    'Binary Data',
  ],
  [
    'C:\\Windows\\System32\\svchost.exe',
    'HKLM\\System\\CurrentControlSet\\Services\\Tcpip\\Parameters\\DhcpNameServer',
    '10.1.0.2',
  ],
]

/** Who works where. SRV2 keeps only its Security log. */
const desks = [
  ['WS7', 'CORP\\ana'],
  ['WS8', 'CORP\\ben'],
  ['WS9', 'CORP\\dora'],
  ['WS12', 'CORP\\cara'],
  ['FS1', 'NT AUTHORITY\\SYSTEM'],
  ['WEB1', 'NT AUTHORITY\\SYSTEM'],
  ['SRV2', 'CORP\\ops'],
  ['SRV2', 'CORP\\svc_deploy'],
] as const

/** Ordinary events of the day, in no particular order; `next` gives the chances. */
export function background(next: () => number): Happening[] {
  const made: Happening[] = []
  const time = (): number => Math.floor((7.5 + next() * 11) * 3600_000)
  const of = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!
  const filled = (text: string): string => text.replaceAll('#', () => String(10 + Math.floor(next() * 89)))
  const add = (host: string, user: string, fields: Happening['fields']): void => {
    made.push({ at: time(), host, user, fields })
  }
  for (let index = 0; index < 190; index++) {
    const [host, user] = of(desks)
    const [image, line, parent] = of(windowsPrograms)
    add(host, user, { Image: image, CommandLine: filled(line), ParentImage: parent })
  }
  for (let index = 0; index < 60; index++) {
    const [image, line, parent] = of(unixPrograms)
    add(of(['LNX3', 'LNX5']), of(['root', 'ops']), { Image: image, CommandLine: filled(line), ParentImage: parent })
  }
  const wired = desks.filter(([host]) => host !== 'SRV2')
  for (let index = 0; index < 70; index++) {
    const [host, user] = of(wired)
    const [image, address, port, name] = of(connections)
    add(host, user, { Image: image, Initiated: 'true', DestinationIp: address, DestinationPort: port, DestinationHostname: name })
  }
  for (let index = 0; index < 60; index++) {
    const [host, user] = of(wired)
    add(host, user, { Image: of(connections)[0], QueryName: of(names), QueryStatus: '0', QueryResults: '::ffff:198.51.100.20;' })
  }
  for (let index = 0; index < 20; index++) {
    const [host, user] = of(wired)
    const [image, target, details] = of(registry)
    add(host, user, { EventType: 'SetValue', Image: image, TargetObject: target, Details: details })
  }
  for (let index = 0; index < 60; index++) {
    const [host, user] = of(desks)
    const [type, address] = of([
      ['3', '10.1.7.21'],
      ['3', '::1'],
      ['5', '-'],
      ['10', '10.1.7.40'],
      ['2', '127.0.0.1'],
    ] as const)
    add(host, user, {
      Channel: 'Security',
      EventID: 4624,
      Provider_Name: 'Microsoft-Windows-Security-Auditing',
      LogonType: type,
      TargetUserName: user.slice(user.lastIndexOf('\\') + 1),
      IpAddress: address,
      IpPort: address === '-' ? '-' : String(49152 + Math.floor(next() * 9000)),
    })
  }
  return made
}
