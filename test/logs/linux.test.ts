// Linux logs of our own making, read: audit records and what they say together, system logs, the journal, Sysmon for Linux. Expected values are typed from the formats' descriptions (named at each); `ausearch` is the second opinion on audit records.

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Event } from '../../src/ir/event.ts'
import { auditd } from '../../src/logs/auditd.ts'
import { ausearch } from '../../src/logs/ausearch.ts'
import { detectFormat, logFormats } from '../../src/logs/index.ts'
import { journal } from '../../src/logs/journal.ts'
import { laurel } from '../../src/logs/laurel.ts'
import type { LogFormat, ReadOptions } from '../../src/logs/logs.ts'
import { address6, socketAddress } from '../../src/logs/parts/audit-address.ts'
import { auditHead } from '../../src/logs/parts/audit-record.ts'
import { syscallName } from '../../src/logs/parts/audit-syscalls.ts'
import { WallClock } from '../../src/logs/parts/wall-clock.ts'
import { logName, syslog } from '../../src/logs/syslog.ts'
import type { Diagnostic } from '../../src/text/diagnostic.ts'
import { pieces, readLog, utf16 } from './reading.ts'

const sample = (path: string): Uint8Array => new Uint8Array(readFileSync(`test/events/${path}`))
const textOf = (path: string): string => readFileSync(`test/events/${path}`, 'utf8')

async function read(format: LogFormat, log: string | Uint8Array, options: Partial<ReadOptions> = {}) {
  const bytes = typeof log === 'string' ? new TextEncoder().encode(log) : log
  const events: Event[] = []
  const findings: Diagnostic[] = []
  for await (const batch of format.read(pieces(bytes, 1 << 16), { name: 'log', ...options }, finding => findings.push(finding)))
    for (let at = 0; at < batch.length; at++) events.push(batch.at(at))
  return { events, findings, codes: findings.map(finding => finding.code) }
}

const fieldsAt = (events: readonly Event[], line: number) => events.find(event => event.origin?.line === line)!.fields
const iso = (event: Event): string | undefined => (event.time === undefined ? undefined : new Date(event.time).toISOString())

// https://github.com/linux-audit/audit-documentation/wiki (record and field dictionaries); https://man7.org/linux/man-pages/man8/ausearch.8.html
describe('auditd', async () => {
  const { events, codes } = await read(auditd, sample('auditd/enriched.log'))

  it('gives an event for each record, in the order of the file, an argument list in two records as one', () => {
    expect(events.map(event => event.origin!.line)).toEqual([...Array(26).keys()].map(at => at + 1).filter(line => line !== 12))
    expect(events.map(event => event.origin!.index)).toEqual([...Array(25).keys()])
    expect(codes).toEqual(['AUD003'])
    expect(iso(events[1]!)).toBe('2026-03-11T16:16:42.101Z')
  })

  it('tells a program that starts on its SYSCALL record', () => {
    expect(fieldsAt(events, 2)).toMatchObject({
      type: 'SYSCALL',
      serial: '9001',
      euid: '33',
      SYSCALL: 'execve',
      AUID: 'ana',
      category: 'process_creation',
      Computer: 'lnx3',
      Image: '/usr/bin/dash',
      CommandLine: 'sh -c ssh -N -R 8443:10.0.0.5:443 u@203.0.113.9',
      CurrentDirectory: '/var/www/html',
      User: 'www-data',
      LogonId: '33',
      ProcessId: '2210',
      ParentProcessId: '1402',
    })
    expect(fieldsAt(events, 2)).not.toHaveProperty('ParentImage')
    expect(fieldsAt(events, 3)).toEqual({
      type: 'EXECVE',
      node: 'lnx3',
      serial: '9001',
      argc: '3',
      a0: 'sh',
      a1: '-c',
      a2: 'ssh -N -R 8443:10.0.0.5:443 u@203.0.113.9',
      cmdline: 'sh -c ssh -N -R 8443:10.0.0.5:443 u@203.0.113.9',
      joined: 'SYSCALL',
    })
    expect(fieldsAt(events, 7)).toMatchObject({ proctitle: 'sh -c ssh -N -R 8443:10.0.0.5:443 u@203.0.113.9' })
  })

  it('joins records that are mixed with those of another event, and knows the parent that started before', () => {
    expect(fieldsAt(events, 8)).toMatchObject({
      SYSCALL: 'execve',
      User: 'root',
      CommandLine: 'ssh -oProxyCom h',
      ParentImage: '/usr/bin/dash',
      ParentCommandLine: 'sh -c ssh -N -R 8443:10.0.0.5:443 u@203.0.113.9',
    })
    expect(fieldsAt(events, 10)).toMatchObject({ a0: 'ssh', a1: '-oProxyCom', a2: 'h' })
  })

  it('tells a file that is made on its PATH record, and not the folder it lies in', () => {
    expect(fieldsAt(events, 15)).toMatchObject({
      category: 'file_event',
      name: '../system/my unit.service',
      TargetFilename: '/etc/systemd/system/my unit.service',
      Image: '/usr/bin/cp',
    })
    expect(fieldsAt(events, 13)).not.toHaveProperty('category')
  })

  it('reads socket addresses and tells connections out and in', () => {
    expect(fieldsAt(events, 17)).toMatchObject({
      category: 'network_connection',
      SYSCALL: 'connect',
      exe: '/tmp/x (deleted)',
      Image: '/tmp/x',
      Initiated: 'true',
      DestinationIp: '203.0.113.9',
      DestinationPort: '443',
    })
    expect(fieldsAt(events, 18)).toMatchObject({ saddr_fam: 'inet', laddr: '203.0.113.9', lport: '443' })
    expect(fieldsAt(events, 19)).toMatchObject({
      key: ['a', 'b'],
      Initiated: 'false',
      SourceIp: '2001:db8::7',
      SourcePort: '51698',
    })
  })

  it('reads what programs of the user write, inside their quotes', () => {
    expect(fieldsAt(events, 21)).toMatchObject({
      type: 'USER_AUTH',
      op: 'PAM:authentication',
      acct: 'root',
      addr: '192.0.2.44',
      res: 'failed',
      UID: 'root',
    })
    expect(fieldsAt(events, 22)).toMatchObject({ type: 'SERVICE_STOP', unit: 'ufw', res: 'success' })
    expect(fieldsAt(events, 23)).toMatchObject({ cmd: 'cat /etc/shadow', cwd: '/home/ana' })
    expect(fieldsAt(events, 24)).toMatchObject({ type: 'KERN_MODULE', name: 'ip_gre' })
    expect(fieldsAt(events, 25)).toMatchObject({ message: 'avc: denied { read } for', tclass: 'file', name: 'shadow' })
  })

  it('is the same without the character that separates what was enriched', async () => {
    const glued = await read(auditd, textOf('auditd/enriched.log').replaceAll('\u001d', ''))
    expect(glued.events.map(event => event.fields)).toEqual(events.map(event => event.fields))
  })

  it('is the same in pieces of any size, in UTF-16, with carriage returns and a byte order mark', async () => {
    const text = textOf('auditd/enriched.log')
    const told = events.map(event => JSON.stringify(event.fields))
    for (const log of [utf16(text, 'le', true), `\ufeff${text.replaceAll('\n', '\r\n')}`, text.trimEnd()])
      for (const size of [7, 1000, 1 << 20])
        expect((await readLog(auditd, log, size)).events.map(event => JSON.stringify(event.fields))).toEqual(told)
  })

  it('keeps a failed start and a failed connection apart from those that went well', async () => {
    const log = [
      'type=SYSCALL msg=audit(1.000:1): arch=c000003e syscall=59 success=no exit=-2 pid=5 ppid=1 uid=0 exe="/bin/sh"',
      'type=EXECVE msg=audit(1.000:1): argc=1 a0="nope"',
      'type=SYSCALL msg=audit(1.000:2): arch=c000003e syscall=42 success=no exit=-111 pid=5 ppid=1 uid=0 exe="/bin/sh"',
      'type=SOCKADDR msg=audit(1.000:2): saddr=02000016CB0071090000000000000000',
    ].join('\n')
    const { events: failed } = await read(auditd, log)
    expect(failed.map(event => event.fields.category)).toEqual([undefined, undefined, undefined, undefined])
    expect(fieldsAt(failed, 2)).toMatchObject({ a0: 'nope', joined: 'SYSCALL' })
  })

  it('counts a file that is emptied as made, one that is only opened not, and tells one that is deleted', async () => {
    const open = (serial: number, flags: string, kind: string) => [
      `type=SYSCALL msg=audit(1.000:${serial}): arch=40000003 syscall=5 success=yes exit=3 a0=8 a1=${flags} pid=5 ppid=1 uid=0 exe="/bin/sh"`,
      `type=PATH msg=audit(1.000:${serial}): item=0 name="/tmp/a" mode=0100644 nametype=${kind}`,
    ]
    const { events: files } = await read(
      auditd,
      [...open(1, '241', 'NORMAL'), ...open(2, '0', 'NORMAL'), ...open(3, '0', 'DELETE')].join('\n'),
    )
    expect(files.filter(event => event.fields.type === 'PATH').map(event => event.fields.category)).toEqual([
      'file_event',
      undefined,
      'file_delete',
    ])
  })

  it('puts a long argument together whose characters lie in two pieces, in records of any order', async () => {
    // "ab" + "ä" (C3 A4), cut inside the character; digits that are plain text are a piece of a longer argument all the same.
    const log = [
      'type=EXECVE msg=audit(1.000:1): a1[1]=A463 a2="z"',
      'type=EXECVE msg=audit(1.000:1): argc=3 a0="echo" a1_len=10 a1[0]=6162C3',
    ].join('\n')
    const { events: long } = await read(auditd, log)
    expect(long).toHaveLength(1)
    expect(long[0]!.fields).toMatchObject({ a0: 'echo', a1: 'abäc', a2: 'z', cmdline: 'echo abäc z' })
  })

  it('does not wait for more than two seconds of the log, nor for more than 4,096 records', async () => {
    const late = (wait: number) =>
      `type=EXECVE msg=audit(10.000:1): argc=1 a0="id"\ntype=LOGIN msg=audit(${10 + wait}.000:2): pid=1 uid=0\ntype=SYSCALL msg=audit(10.000:1): arch=c000003e syscall=59 success=yes exit=0 exe="/bin/id"`
    expect((await read(auditd, late(1))).events[0]!.fields).toHaveProperty('joined')
    expect((await read(auditd, late(9))).events[0]!.fields).not.toHaveProperty('joined')
    const many = (count: number) =>
      [
        'type=EXECVE msg=audit(10.000:1): argc=1 a0="id"',
        ...Array.from({ length: count }, () => 'type=USER_LOGIN msg=audit(10.000:9): pid=1'),
        'type=SYSCALL msg=audit(10.000:1): arch=c000003e syscall=59 success=yes exit=0 exe="/bin/id"',
      ].join('\n')
    expect((await read(auditd, many(4000))).events[0]!.fields).toHaveProperty('joined')
    expect((await read(auditd, many(5000))).events[0]!.fields).not.toHaveProperty('joined')
  })

  it('says what it passes over', async () => {
    const { codes: told, events: kept } = await read(
      auditd,
      `x\n${'y'.repeat(1_100_000)}\n${'no record\n'.repeat(30)}type=LOGIN msg=audit(1.000:2): pid=\ufffd uid=0\n`,
      { zone: 'Nowhere/None' },
    )
    expect(kept).toHaveLength(1)
    expect(new Set(told)).toEqual(new Set(['AUD001', 'AUD002', 'AUD004', 'AUD007']))
    expect(told.filter(code => code === 'AUD001')).toHaveLength(20)
    const broken = new Uint8Array([...new TextEncoder().encode('type=LOGIN msg=audit(1.000:2): pid='), 0xff, 10])
    expect((await read(auditd, broken)).codes).toEqual(['AUD005'])
  })

  it('knows system calls by machine and number', () => {
    // https://man7.org/linux/man-pages/man2/syscalls.2.html
    expect(['59', '42', '322', '9999'].map(number => syscallName('c000003e', number))).toEqual([
      'execve',
      'connect',
      'execveat',
      undefined,
    ])
    expect([syscallName('40000003', '11'), syscallName('c00000b7', '221'), syscallName('aarch64', '203')]).toEqual([
      'execve',
      'execve',
      'connect',
    ])
    expect(syscallName('constructor', '1')).toBeUndefined()
  })

  it('reads addresses of every family, in the byte order of either kind of host', () => {
    expect(socketAddress('0002003516010203')).toEqual({ family: 'inet', address: '22.1.2.3', port: '53' })
    expect(socketAddress('01002F72756E2F6E73636400AA')).toEqual({ family: 'local', path: '/run/nscd' })
    expect(socketAddress('010000616263')).toEqual({ family: 'local', path: '@abc' })
    expect(socketAddress('100000000000000000000000')).toEqual({ family: 'netlink' })
    expect(['', '02', '0x', '0200', 'FFFF0000'].map(socketAddress)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ])
    // RFC 5952, sections 4.2 and 5.
    const bytes = (text: string) => Uint8Array.from(text.match(/../g)!, two => Number.parseInt(two, 16))
    expect(address6(bytes('20010db8000000000001000000000001'))).toBe('2001:db8::1:0:0:1')
    expect(address6(bytes('00000000000000000000000000000000'))).toBe('::')
    expect(address6(bytes('20010db8000100010001000100010001'))).toBe('2001:db8:1:1:1:1:1:1')
    expect(address6(bytes('00000000000000000000ffffc0000207'))).toBe('192.0.2.7')
  })
})

describe('ausearch', () => {
  it('gives the same events out of its raw form as the log itself, whatever their order', async () => {
    const key = (event: Event): string => JSON.stringify([event.time, Object.entries({ ...event.fields }).sort()])
    const bare = textOf('auditd/enriched.log').replace(/\u001d.*$/gm, '')
    const own = (await read(auditd, bare)).events.map(key).sort()
    const { events, codes } = await read(ausearch, sample('ausearch/raw.log'))
    expect(events.map(key).sort()).toEqual(own)
    expect(codes).toEqual(['AUD003'])
  })

  it('agrees with what ausearch itself says the fields are', async () => {
    // The interpreted log is what `ausearch -i` (audit 3.0.9) made of ours.
    const names = [
      'comm',
      'exe',
      'cwd',
      'name',
      'proctitle',
      'cmdline',
      'acct',
      'cmd',
      'unit',
      'key',
      'saddr_fam',
      'laddr',
      'lport',
      'SYSCALL',
      'a0',
      'a1',
      'a2',
    ]
    const more = [
      'category',
      'Image',
      'CommandLine',
      'CurrentDirectory',
      'TargetFilename',
      'DestinationIp',
      'DestinationPort',
      'SourceIp',
      'Initiated',
      'ParentImage',
    ]
    const told = (event: Event): string =>
      JSON.stringify([
        event.time,
        event.fields.type,
        event.fields.serial,
        [...names, ...more].map(name =>
          event.fields.type === 'SYSCALL' && /^a\d$/.test(name) ? '' : (event.fields[name] ?? null),
        ),
      ])
    const { events, codes } = await read(ausearch, sample('ausearch/interpreted.log'))
    const own = (await read(auditd, sample('auditd/enriched.log'))).events
    expect(events.map(told).sort()).toEqual(own.map(told).sort())
    expect(codes).toEqual(['AUD003', 'AUD006'])
  })

  it('reads its times in the zone given, in every order of a date that it prints', async () => {
    const line = (date: string) => `type=LOGIN msg=audit(${date} 16:16:42.101:9001) : pid=1 uid=root\n`
    const times = async (date: string, zone: string) => (await read(ausearch, line(date), { zone })).events.map(iso)
    expect(await times('03/11/26', 'UTC')).toEqual(['2026-03-11T16:16:42.101Z'])
    expect(await times('03/11/2026', '+02:00')).toEqual(['2026-03-11T14:16:42.101Z'])
    expect(await times('25/03/2026', 'Europe/Berlin')).toEqual(['2026-03-25T15:16:42.101Z'])
    expect(await times('2026-03-11', '-0530')).toEqual(['2026-03-11T21:46:42.101Z'])
    expect(await times('31/31/2026', 'UTC')).toEqual([undefined])
    expect(auditHead('type=X msg=audit(123/11/26 16:16:42.101:1) : a=b')?.time).toBeUndefined()
  })
})

// https://github.com/threathunters-io/laurel/blob/master/man/laurel-about.7.md
describe('laurel', async () => {
  const { events, codes } = await read(laurel, sample('laurel/audit.json'))
  it('gives the records again, with the parent that Laurel knows', () => {
    expect(codes).toEqual([])
    expect(events.map(event => event.fields.type)).toEqual([
      'SYSCALL',
      'EXECVE',
      'CWD',
      'PATH',
      'PROCTITLE',
      'SYSCALL',
      'SOCKADDR',
      'USER_AUTH',
    ])
    expect(events[0]!.fields).toMatchObject({
      arch: 'c000003e',
      a0: '55d0',
      category: 'process_creation',
      Image: '/usr/bin/ssh',
      CommandLine: 'ssh -R 8443:10.0.0.5:443',
      ParentImage: '/usr/sbin/apache2',
      User: 'www-data',
      Computer: 'lnx3',
    })
    expect(events[1]!.fields).toMatchObject({ argc: '3', a0: 'ssh', a1: '-R', a2: '8443:10.0.0.5:443', joined: 'SYSCALL' })
    expect(events[5]!.fields).toMatchObject({
      category: 'network_connection',
      DestinationIp: '203.0.113.9',
      DestinationPort: '443',
    })
    expect(events[6]!.fields).toMatchObject({ saddr: '020001bbcb0071090000000000000000' })
    expect(events.map(iso)[7]).toBe('2026-03-11T16:16:44.000Z')
  })
  it('reads values that bring a toString of their own', async () => {
    const odd = '[{"toString":1}]'
    const { events: found } = await read(
      laurel,
      `{"ID":"1.000:1","SYSCALL":{"pid":1,"ARGV":${odd}},"PARENT_INFO":{"ARGV":${odd}},"EXECVE":{"a0":{"toString":1}}}\n`,
    )
    expect(found.map(({ fields }) => fields.type)).toEqual(['SYSCALL', 'EXECVE'])
  })

  it('passes over what is no event of it', async () => {
    const other = await read(laurel, `{"a":1}\n[1]\n{"ID":"1.000:1"}\n{\n@cee: ${textOf('laurel/audit.json').split('\n')[2]}\n`)
    expect(other.codes).toEqual(['AUD001', 'AUD001', 'AUD001', 'AUD001'])
    expect(other.events).toHaveLength(1)
  })
})

// RFC 3164; RFC 5424; https://www.rsyslog.com/doc/configuration/templates.html (RSYSLOG_FileFormat)
describe('syslog', () => {
  it('reads files of /var/log, with the year that the log begins in', async () => {
    const { events, codes } = await read(syslog, sample('syslog/auth.log'), {
      name: '/var/log/auth.log.2.gz',
      year: 2026,
      zone: 'UTC',
    })
    expect(codes).toEqual([])
    expect(events.map(iso)).toEqual([
      '2026-03-11T16:20:01.000Z',
      '2026-03-09T06:00:00.000Z',
      '2026-03-11T16:20:05.000Z',
      '2026-03-11T16:20:06.000Z',
      '2026-03-11T16:20:07.000Z',
      '2026-03-11T16:20:08.000Z',
      '2026-03-11T16:20:09.000Z',
      '2026-12-31T23:59:59.000Z',
      '2027-01-01T00:00:01.000Z',
    ])
    expect(events[0]!.fields).toEqual({
      hostname: 'lnx3',
      program: 'CRON',
      pid: '2201',
      message: '(root) CMD (/usr/local/bin/backup)',
      log: 'auth.log',
    })
    expect(events[3]!.fields).toMatchObject({
      user: 'ana',
      TTY: 'pts/0',
      PWD: '/home/ana',
      USER: '#-1',
      COMMAND: '/usr/bin/id ; echo ; x',
    })
    expect(events[4]!.fields).toMatchObject({ pam_message: 'authentication failure', pam_user: 'root', pam_rhost: '192.0.2.44' })
    expect(events[5]!.fields).toMatchObject({ program: 'java', message: 'first line\n\tat second line' })
    expect(events[6]!.fields).toMatchObject({ program: 'crontab' })
  })

  it('says when the year or the zone is not known', async () => {
    expect((await read(syslog, sample('syslog/auth.log'))).codes).toEqual(['SLG004'])
    expect((await read(syslog, sample('syslog/auth.log'), { year: 2026 })).codes).toEqual(['SLG007'])
    expect((await read(syslog, sample('syslog/auth.log'), { year: 2026, zone: 'Mars' })).codes).toEqual(['SLG008'])
    const berlin = await read(syslog, 'Mar 11 16:20:01 h a[1]: x\nJul  1 12:00:00 h a[1]: x\n', {
      year: 2026,
      zone: 'Europe/Berlin',
    })
    expect(berlin.events.map(iso)).toEqual(['2026-03-11T15:20:01.000Z', '2026-07-01T10:00:00.000Z'])
  })

  it('reads RFC 5424 with its structured data, and priorities', async () => {
    const { events } = await read(syslog, sample('syslog/rfc5424.log'), { year: 2026, zone: 'UTC' })
    expect(events[0]!.fields).toEqual({
      facility: 'local4',
      severity: 'notice',
      hostname: 'mail.example.com',
      program: 'evntslog',
      pid: '8710',
      msgid: 'ID47',
      structured_data: { 'exampleSDID@32473': { iut: '3', eventSource: 'App"x]' }, 'other@1': { a: '' } },
      message: 'An application event',
      log: 'log',
    })
    expect(iso(events[0]!)).toBe('2026-03-11T23:20:02.003Z')
    expect(events[0]!.ticks).toBe(4560)
    expect(events[1]!.fields).toEqual({ facility: 'auth', severity: 'crit', program: '', message: 'no name at all', log: 'log' })
    expect(events[2]!.fields).toMatchObject({ facility: 'user', severity: 'notice', hostname: 'gw', program: 'dropbear' })
    expect(events[3]!.fields).toMatchObject({ facility: 'authpriv', program: 'su', message: 'to root' })
  })

  it('reads the log files of vsftpd and clamd', async () => {
    const ftp = await read(syslog, sample('syslog/vsftpd.log'), { zone: 'UTC' })
    expect(ftp.events[1]!.fields).toEqual({
      program: 'vsftpd',
      pid: '12',
      message: '[ana] FAIL LOGIN: Client "192.0.2.7"',
      log: 'log',
    })
    const scan = await read(syslog, sample('syslog/clamd.log'), { zone: 'UTC' })
    expect(scan.events[0]!.fields).toMatchObject({ program: 'clamd', message: '/tmp/x: Unix.Trojan.Mirai-1 FOUND' })
    expect(iso(scan.events[0]!)).toBe('2026-03-11T16:20:02.000Z')
  })

  it('gives events of Sysmon for Linux their own names, and keeps one that is cut off as a message', async () => {
    const { events, codes } = await read(syslog, sample('syslog/rsyslog.log'), { zone: 'UTC' })
    expect(codes).toEqual(['SLG005'])
    expect(events[0]!.fields).toMatchObject({
      Provider_Name: 'Linux-Sysmon',
      Channel: 'Linux-Sysmon/Operational',
      EventID: 1,
      EventRecordID: 581,
      Computer: 'LNX3',
      Security_UserId: '0',
      SystemTime: '2026-03-11T16:20:02.1234560Z',
      CommandLine: 'ssh -N -R 8443:10.0.0.5:443 u@203.0.113.9 > /dev/null 2>&1',
      ParentImage: '/usr/sbin/apache2',
      ParentCommandLine: '',
    })
    expect([events[0]!.time, events[0]!.ticks]).toEqual([Date.UTC(2026, 2, 11, 16, 20, 2, 123), 4560])
    expect(events[1]!.fields).toMatchObject({ EventID: 3, DestinationIp: '203.0.113.9', DestinationPort: '22' })
    expect(events[2]!.fields).toMatchObject({ program: 'sysmon', hostname: 'lnx3' })
    expect(events[3]!.fields).toMatchObject({ program: 'guacd', pid: '44' })
  })

  it('reads audit records that audispd forwards, of the host that the line names', async () => {
    const { events, codes } = await read(syslog, sample('syslog/audispd.log'))
    expect(codes).toEqual(['AUD003'])
    expect(events.map(event => event.origin!.index).sort()).toEqual([0, 1, 2, 3, 4])
    expect(fieldsAt(events, 1)).toMatchObject({
      node: 'lnx3',
      category: 'process_creation',
      CommandLine: 'ssh -R 8443:10.0.0.5:443',
      Computer: 'lnx3',
    })
    expect(fieldsAt(events, 3)).toMatchObject({ program: 'sshd' })
    expect(fieldsAt(events, 4)).toMatchObject({ type: 'CWD', node: 'web9', cwd: '/' })
  })

  it('says what it passes over', async () => {
    const { codes, events } = await read(
      syslog,
      `${'nothing\n'.repeat(30)}${'y'.repeat(1_100_000)}\nMar 11 16:20:01 h a[1]: x\nFoo 11 16:20:01 h a: x\nFeb 31 16:20:01 h a: x\n<999>Mar 11 16:20:01 h a: x\n`,
      { year: 2026, zone: 'UTC' },
    )
    expect(events.map(event => event.fields.message)).toEqual(['x', 'x'])
    expect(events[1]!.time).toBeUndefined()
    expect(new Set(codes)).toEqual(new Set(['SLG001', 'SLG002', 'SLG003', 'SLG004']))
    const broken = new Uint8Array([...new TextEncoder().encode('Mar 11 16:20:01 h a: x'), 0xff, 10])
    expect((await read(syslog, broken, { year: 2026, zone: 'UTC' })).codes).toEqual(['SLG006'])
  })

  it('knows a file by its name without what rotation adds', () => {
    expect(
      ['/var/log/auth.log', 'secure-20260311', 'C:\\x\\syslog.1', 'cron.12.gz', 'messages-20260311-1.xz'].map(logName),
    ).toEqual(['auth.log', 'secure', 'syslog', 'cron', 'messages'])
  })
})

// https://www.freedesktop.org/software/systemd/man/systemd.journal-fields.html; https://systemd.io/JOURNAL_EXPORT_FORMATS/
describe('journal', () => {
  it('reads entries, messages in bytes, and events of Sysmon in them', async () => {
    const { events, codes } = await read(journal, sample('journal/journal.json'))
    expect(codes).toEqual(['JNL004'])
    expect(events.map(event => event.time)).toEqual(Array(5).fill(1773246002123))
    expect(events[0]!.ticks).toBe(4560)
    expect(events[0]!.fields).toMatchObject({ SYSLOG_IDENTIFIER: 'sshd', MESSAGE: 'Failed password for root from 192.0.2.44' })
    expect(events[1]!.fields.MESSAGE).toBe('hä\u001b[1m')
    expect(events[2]!.fields).toMatchObject({ EventID: 1, Image: '/usr/bin/ssh' })
    expect(events[3]!.fields).toMatchObject({ SYSLOG_IDENTIFIER: 'sysmon' })
    expect(events[4]!.fields).toMatchObject({ user: 'ana', USER: '#4294967295', COMMAND: '/bin/sh' })
  })
  it('reads json-seq and json-sse, and says what it passes over', async () => {
    const whole = await read(journal, sample('journal/seq.json'))
    expect(whole.events).toHaveLength(2)
    const entries = textOf('journal/journal.json').split('\n')
    expect((await read(journal, entries.map(line => (line === '' ? '' : `data: ${line}\n`)).join('\n'))).events).toHaveLength(5)
    const { codes, events } = await read(journal, `${'{\n'.repeat(25)}[]\n${entries[0]}\n"${'y'.repeat(17_000_000)}"\n`)
    expect(events).toHaveLength(1)
    expect(new Set(codes)).toEqual(new Set(['JNL001', 'JNL002', 'JNL003']))
    const broken = new Uint8Array([...new TextEncoder().encode('{"MESSAGE":"x'), 0xff, ...new TextEncoder().encode('"}\n')])
    expect((await read(journal, broken)).codes).toEqual(['JNL005'])
  })
})

describe('a wall clock', () => {
  it('is read in zones with and without summer time', () => {
    const shown = (text: string) => Date.parse(`${text}Z`)
    const at = (zone: string | undefined, text: string) => new Date(new WallClock(zone).toUtc(shown(text))).toISOString()
    expect(at(undefined, '2026-03-11T12:00:00')).toBe('2026-03-11T12:00:00.000Z')
    expect(at('+05:30', '2026-03-11T12:00:00')).toBe('2026-03-11T06:30:00.000Z')
    expect(at('America/New_York', '2026-03-07T12:00:00')).toBe('2026-03-07T17:00:00.000Z')
    expect(at('America/New_York', '2026-03-08T12:00:00')).toBe('2026-03-08T16:00:00.000Z')
    // The hour that is shown twice is the first; the one that is skipped is read with the offset before.
    expect(at('Europe/Berlin', '2026-10-25T02:30:00')).toBe('2026-10-25T00:30:00.000Z')
    expect(at('Europe/Berlin', '2026-03-29T02:30:00')).toBe('2026-03-29T01:30:00.000Z')
  })
})

const corpus: readonly (readonly [id: string, path: string, name?: string])[] = [
  ['auditd', 'auditd/enriched.log', 'audit.log'],
  ['ausearch', 'ausearch/interpreted.log'],
  ['ausearch', 'ausearch/raw.log'],
  ['laurel', 'laurel/audit.json'],
  ['syslog', 'syslog/auth.log'],
  ['syslog', 'syslog/rsyslog.log'],
  ['syslog', 'syslog/rfc5424.log'],
  ['syslog', 'syslog/vsftpd.log'],
  ['syslog', 'syslog/clamd.log'],
  ['syslog', 'syslog/audispd.log'],
  ['journal', 'journal/journal.json'],
  ['journal', 'journal/seq.json'],
]

describe('detection', () => {
  it.each(corpus.map(([id, path, name = 'x']) => [id, path, name] as const))('knows %s: %s', (id, path, name) => {
    const text = textOf(path)
    for (const form of [text, `\ufeff${text}`, text.replaceAll('\n', '\r\n'), `\ufeff${text.replaceAll('\n', '\r\n')}`]) {
      const bytes = new TextEncoder().encode(form)
      expect(detectFormat(bytes, name)?.format.id).toBe(id)
      // Cut off anywhere: right, or not known.
      for (let size = 1; size < Math.min(bytes.length, 3000); size += 37) {
        const found = detectFormat(bytes.subarray(0, size), 'x')?.format.id
        // The beginning of a JSON line is JSON, and that is what it is read as; a raw record behind its separator is one of ausearch.
        if (found !== undefined && !(found === 'jsonl' && text.trimStart().replace('\u001e', '').startsWith('{')))
          expect([size, found]).toEqual([size, id])
      }
    }
    expect(detectFormat(utf16(text, 'le', true), 'x')?.format.id).toBe(id)
  })

  it.each([
    'Mar 11 16:20:01 fw %ASA-6-302013: Built outbound TCP connection 1 for outside:192.0.2.1/53\n',
    '2026-03-11T16:20:01Z INFO main: started\n2026-03-11T16:20:02Z ERROR main: stopped\n',
    'Mar 11 16:20:01 host CEF:0|A|B|1|2|n|5|src=1\n',
    'Dear all,\n\nMar 11 is the day.\n',
    'type=a msg=b\n',
    '----\n----\n',
    '{"ID":"1","SYSCALL":{}}\n',
    '{"_BOOT_ID":"x"}\n',
    '192.0.2.1 - - [11/Mar/2026:16:20:01 +0000] "GET / HTTP/1.1" 200 1\n',
    'a,b,c\n1,2,3\n',
  ])('takes no other text for one of these: %s', text => {
    const bytes = new TextEncoder().encode(text)
    for (const format of logFormats)
      if (['auditd', 'ausearch', 'laurel', 'journal', 'syslog'].includes(format.id))
        expect([format.id, format.detect(bytes, 'x.log')]).toEqual([format.id, 0])
  })
})
