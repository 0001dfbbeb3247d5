// How fast the Linux formats read, every event made; on records made here, in memory, so that only reading is measured.

import { auditd } from '../../src/logs/auditd.ts'
import { journal } from '../../src/logs/journal.ts'
import { laurel } from '../../src/logs/laurel.ts'
import type { LogFormat } from '../../src/logs/logs.ts'
import { syslog } from '../../src/logs/syslog.ts'
import { pieces, random } from '../logs/reading.ts'

export interface Row {
  readonly name: string
  readonly value: number
  readonly unit: string
}

const size = 24_000_000
const passes = 12

interface Making {
  readonly at: number
  readonly number: (below: number) => number
}

const names = ['uid', 'gid', 'euid', 'suid', 'fsuid', 'egid', 'sgid', 'fsgid']
const seconds = (at: number): string => `${1_773_219_600 + Math.floor(at / 50)}.${String((at % 50) * 20).padStart(3, '0')}`
const clock = (at: number): string =>
  `${String(8 + (Math.floor(at / 36000) % 12)).padStart(2, '0')}:${String(Math.floor(at / 600) % 60).padStart(2, '0')}:${String(Math.floor(at / 10) % 60).padStart(2, '0')}`
const text = (length: number, number: Making['number']): string => Array.from({ length }, () => number(36).toString(36)).join('')

function audit({ at, number }: Making, enriched: boolean): string {
  const head = `msg=audit(${seconds(at)}:${at}): `
  const added = enriched
    ? `\u001dARCH=x86_64 SYSCALL=execve AUID="ops" ${names.map(name => `${name.toUpperCase()}="root"`).join(' ')}`
    : ''
  const owner = enriched ? '\u001dOUID="root" OGID="root"' : ''
  const path = (item: number, name: string) =>
    `type=PATH ${head}item=${item} name="${name}" inode=${number(1e6)} dev=08:01 mode=0100755 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0 cap_frootid=0${owner}\n`
  return (
    `type=SYSCALL ${head}arch=c000003e syscall=59 success=yes exit=0 a0=55d0c8a1b2c0 a1=55d0c8a1b3e0 a2=55d0c8a1b4f0 a3=8 items=2 ppid=${number(30_000)} pid=${number(30_000)} auid=1000 ` +
    `${names.map(name => `${name}=0`).join(' ')} tty=pts0 ses=${number(100)} comm="grep" exe="/usr/bin/grep" subj=unconfined key="exec"${added}\n` +
    `type=EXECVE ${head}argc=4 a0="grep" a1="-r" a2="${text(12, number)}" a3="/etc/${text(8, number)}"\n` +
    `type=CWD ${head}cwd="/home/ops/work"\n${path(0, '/usr/bin/grep')}${path(1, '/lib64/ld-linux-x86-64.so.2')}` +
    `type=PROCTITLE ${head}proctitle=67726570002D7200${'616263'.repeat(4)}002F6574632F61\n`
  )
}

const records: readonly (readonly [format: LogFormat, what: string, record: (making: Making) => string])[] = [
  [auditd, 'enriched', making => audit(making, true)],
  [auditd, 'raw', making => audit(making, false)],
  [
    laurel,
    'execve',
    ({ at, number }) =>
      `${JSON.stringify({ ID: `${seconds(at)}:${at}`, NODE: 'web1', SYSCALL: { arch: '0xc000003e', syscall: 59, success: 'yes', exit: 0, items: 2, ppid: number(30_000), pid: number(30_000), auid: 1000, uid: 0, gid: 0, euid: 0, comm: 'grep', exe: '/usr/bin/grep', key: null, ARCH: 'x86_64', SYSCALL: 'execve', AUID: 'ops', UID: 'root' }, EXECVE: { argc: 4, ARGV: ['grep', '-r', text(12, number), `/etc/${text(8, number)}`] }, CWD: { cwd: '/home/ops/work' }, PATH: [{ item: 0, name: '/usr/bin/grep', inode: number(1e6), dev: '08:01', mode: '0o100755', nametype: 'NORMAL' }], PROCTITLE: { ARGV: ['grep', '-r', 'abc', '/etc/a'] }, PPID: { comm: 'bash', exe: '/usr/bin/bash', ppid: 1 } })}\n`,
  ],
  [
    syslog,
    'RFC 3164 file',
    ({ at, number }) =>
      `Mar 11 ${clock(at)} web1 sshd[${number(30_000)}]: Failed password for invalid user ${text(8, number)} from 203.0.113.${number(255)} port ${number(60_000)} ssh2\n`,
  ],
  [
    syslog,
    'RFC 5424',
    ({ at, number }) =>
      `<86>1 2026-03-11T${clock(at)}.${100_000 + number(800_000)}Z web1 app ${number(30_000)} ID${number(99)} [meta@32473 seq="${at}" node="web1"] Request ${text(20, number)} done in ${number(500)} ms\n`,
  ],
  [
    journal,
    'json',
    ({ at, number }) =>
      `${JSON.stringify({ __CURSOR: `s=${text(32, number)};i=${at}`, __REALTIME_TIMESTAMP: String(1_773_219_600_000_000 + at * 20_000), __MONOTONIC_TIMESTAMP: String(at), _BOOT_ID: '0a1b', _HOSTNAME: 'web1', _MACHINE_ID: text(32, number), PRIORITY: '6', _TRANSPORT: 'syslog', SYSLOG_FACILITY: '10', SYSLOG_IDENTIFIER: 'sshd', _PID: String(number(30_000)), _COMM: 'sshd', _EXE: '/usr/sbin/sshd', _CMDLINE: 'sshd: [listener]', _SYSTEMD_UNIT: 'ssh.service', MESSAGE: `Failed password for invalid user ${text(8, number)} from 203.0.113.${number(255)} port ${number(60_000)} ssh2` })}\n`,
  ],
  [
    syslog,
    'Sysmon for Linux',
    ({ at, number }) =>
      `2026-03-11T${clock(at)}.000000+00:00 web1 sysmon: <Event><System><Provider Name="Linux-Sysmon" Guid="{ff032593-a8d3-4f13-b0d6-01fc615a0f97}"/><EventID>1</EventID><Version>5</Version><Level>4</Level><Task>1</Task><Opcode>0</Opcode><Keywords>0x8000000000000000</Keywords><TimeCreated SystemTime="2026-03-11T${clock(at)}.123456000Z"/><EventRecordID>${at}</EventRecordID><Correlation/><Execution ProcessID="811" ThreadID="811"/><Channel>Linux-Sysmon/Operational</Channel><Computer>web1</Computer><Security UserId="0"/></System><EventData>${[
        ['UtcTime', `2026-03-11 ${clock(at)}.123`],
        ['ProcessId', String(number(30_000))],
        ['Image', '/usr/bin/grep'],
        ['CommandLine', `grep -r ${text(12, number)} /etc/${text(8, number)}`],
        ['CurrentDirectory', '/home/ops'],
        ['User', 'root'],
        ['LogonId', '0'],
        ['ParentImage', '/usr/bin/bash'],
        ['ParentCommandLine', 'bash'],
      ]
        .map(([name, value]) => `<Data Name="${name}">${value}</Data>`)
        .join('')}</EventData></Event>\n`,
  ],
]

function make(record: (making: Making) => string): Uint8Array {
  const next = random(1572)
  const number = (below: number): number => Math.floor(next() * below)
  const parts: string[] = []
  let length = 0
  for (let at = 0; length < size; at++) {
    const part = record({ at, number })
    parts.push(part)
    length += part.length
  }
  return new TextEncoder().encode(parts.join(''))
}

/** The best of a few passes for each format, in megabytes and events a second of this process's own time. */
export async function benchLinuxLogs(): Promise<Row[]> {
  const rows: Row[] = []
  for (const [format, what, record] of records) {
    const bytes = make(record)
    let best = Number.POSITIVE_INFINITY
    let events = 0
    for (let pass = 0; pass < passes; pass++) {
      const from = process.cpuUsage()
      events = 0
      const report = (finding: { message: string }): void => {
        throw new Error(finding.message)
      }
      for await (const batch of format.read(pieces(bytes, 65_536), { name: 'bench', year: 2026, zone: 'UTC' }, report))
        for (let at = 0; at < batch.length; at++) if (Object.keys(batch.at(at).fields).length > 2) events++
      const { user, system } = process.cpuUsage(from)
      best = Math.min(best, (user + system) / 1000)
    }
    rows.push({ name: `${format.id} (${what})`, value: bytes.length / 1e3 / best, unit: 'MB/s' })
    rows.push({ name: `${format.id} (${what})`, value: events / (best / 1e3), unit: 'events/s' })
  }
  return rows
}
