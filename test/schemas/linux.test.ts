// Which records of Linux logs answer which log source of Sigma: small rules of our own over our samples, and every Linux rule of SigmaHQ where it is at hand.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { unzipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/engine/engine.ts'
import { hunt, isAlert } from '../../src/hunt.ts'
import { readRules } from '../../src/rules/index.ts'
import { schemas } from '../../src/schemas/index.ts'

const active = schemas.filter(schema => schema.optIn !== true)
const sample = (path: string): string => readFileSync(`test/events/${path}`, 'utf8')

/** The lines (from 1) in which a rule finds something. */
async function lines(name: string, text: string, ...rules: readonly string[]): Promise<readonly (readonly number[])[]> {
  const read = readRules([{ name: 'rules.yml', text: rules.join('---\n') }])
  expect(read.diagnostics.filter(finding => finding.severity === 'error')).toEqual([])
  const found: number[][] = rules.map(() => [])
  const source = {
    name,
    async *open() {
      yield new TextEncoder().encode(text)
    },
  }
  for await (const item of hunt(compile(read.value!, active).value!, [source], { year: 2026, zone: 'UTC' }))
    if (isAlert(item)) found[item.index]!.push(item.events[0]!.origin!.line!)
  return found
}

const rule = (source: string, detection: string): string =>
  `title: t\nlogsource: { product: linux, ${source} }\ndetection:\n${detection}\n  condition: all of *_*\n`
const fields = (...items: readonly string[]): string => items.map((item, at) => `  s_${at}:\n    ${item}`).join('\n')
const words = (...keywords: readonly string[]): string => `  k_0:\n${keywords.map(word => `    - '${word}'`).join('\n')}`
const auditd = 'service: auditd'

describe('auditd', () => {
  const log = sample('auditd/enriched.log')

  it('asks records one by one', async () => {
    expect(
      await lines(
        'audit.log',
        log,
        // An argument of the program, never one of the system call, whatever its number.
        rule(auditd, fields('type: EXECVE', "a1: '-c'")),
        rule(auditd, fields('type: SYSCALL', "a1: '-c'")),
        rule(auditd, fields('type: EXECVE', 'a0: 55d0c8a1b2c0')),
        rule(auditd, fields('type: PATH', 'name|startswith: /lib64/')),
        rule(auditd, fields('type: SYSCALL', 'SYSCALL: [execve, execveat]', 'euid: 33')),
        rule(auditd, fields('type: SYSCALL', 'syscall: execve', 'cwd: /var/www/html', 'comm: sh')),
        rule(auditd, fields('type: [TTY, USER_AUTH]')),
        rule(auditd, fields('key: persist')),
        rule(auditd, fields('type: SERVICE_STOP', 'unit: ufw')),
        // Keywords see what the record says, and not the folder that its event happened in.
        rule(auditd, `${fields('type: EXECVE')}\n${words('/var/www/html')}`),
        rule(auditd, `${fields('type: execve')}\n${words('-N -R 8443')}`),
      ),
    ).toEqual([[3], [], [], [6], [2], [2], [21], [9], [22], [], [3]])
  })

  it('asks an event as a whole under the names of process, connection and file', async () => {
    expect(
      await lines(
        'audit.log',
        log,
        rule(
          'category: process_creation',
          fields('Image: /usr/bin/dash', "CommandLine|contains: 'ssh -N -R 8443'", 'User: www-data', 'LogonId: 33'),
        ),
        rule('category: process_creation', fields('ParentImage|endswith: /dash', 'CurrentDirectory: /')),
        rule(
          'category: network_connection',
          fields("Initiated: 'true'", 'DestinationIp|cidr: 203.0.113.0/24', 'DestinationPort: 443'),
        ),
        rule('category: file_event', fields('TargetFilename|startswith: /etc/systemd/system/', 'Image|endswith: /cp')),
        // No program starts by being named.
        rule('category: process_creation', fields('CommandLine|contains: uname')),
        rule('category: file_delete', fields('TargetFilename|contains: /')),
      ),
    ).toEqual([[2], [8], [17], [15], [], []])
  })

  it('answers the same of what ausearch and Laurel made of it', async () => {
    const started = rule('category: process_creation', fields("CommandLine|contains: 'ssh -N -R 8443'"))
    const listed = rule(auditd, fields('type: EXECVE', 'a0: ssh', "a1: '-R'"))
    expect(await lines('x', sample('ausearch/interpreted.log'), started)).toEqual([[9]])
    expect(await lines('x', sample('ausearch/raw.log'), started)).toEqual([[11]])
    expect(
      await lines(
        'x',
        sample('laurel/audit.json'),
        listed,
        rule('category: process_creation', fields('ParentImage|endswith: /apache2')),
      ),
    ).toEqual([[1], [1]])
  })
})

describe('system logs', () => {
  it('know a service by program, facility and file', async () => {
    const services = ['sshd', 'sudo', 'cron', 'auth', 'syslog', 'vsftpd', 'clamav', 'guacamole']
    const any = services.map(service => rule(`service: ${service}`, fields("message|re: '.'")))
    expect(await lines('/var/log/messages', sample('syslog/auth.log'), ...any)).toEqual([
      [3, 5],
      [4],
      [1, 8],
      [3, 4, 5],
      [1, 2, 3, 4, 5, 6, 8, 9, 10],
      [],
      [],
      [],
    ])
    expect((await lines('/var/log/auth.log.1', sample('syslog/auth.log'), ...any))[3]).toEqual([1, 2, 3, 4, 5, 6, 8, 9, 10])
    expect((await lines('x', sample('syslog/rfc5424.log'), ...any))[3]).toEqual([2, 4])
    expect(await lines('vsftpd.log', sample('syslog/vsftpd.log'), any[5]!)).toEqual([[1, 2]])
    expect(await lines('clamd.log', sample('syslog/clamd.log'), any[6]!, rule('service: clamav', words('Trojan*FOUND')))).toEqual(
      [[1, 2], [1]],
    )
    expect(await lines('x', sample('syslog/rsyslog.log'), any[7]!)).toEqual([[4]])
  })

  it('answer keywords and the fields that sudo writes', async () => {
    expect(
      await lines(
        'auth.log',
        sample('syslog/auth.log'),
        rule('service: sudo', fields("USER: ['#-*', '#*4294967295']")),
        rule('service: cron', words('REPLACE')),
      ),
    ).toEqual([[4], [8]])
    expect(
      await lines(
        'journal',
        sample('journal/journal.json'),
        rule('service: sudo', fields("USER: ['#-*', '#*4294967295']")),
        rule('service: sshd', words('Failed password')),
      ),
    ).toEqual([[5], [1]])
  })
})

describe('audit records in a system log', () => {
  it('answer as they do in their own', async () => {
    expect(
      await lines(
        'messages',
        sample('syslog/audispd.log'),
        rule('category: process_creation', fields("CommandLine|contains: ' -R 8443:'", 'Computer: lnx3')),
        rule('service: auditd', fields('type: EXECVE', 'a0: id')),
        rule('service: sshd', words('Failed password')),
      ),
    ).toEqual([[1], [5], [3]])
  })
})

describe('Sysmon for Linux', () => {
  it('answers out of syslog, the journal and bare XML, and is no event of Windows', async () => {
    const rules = [
      rule('category: process_creation', fields('Image|endswith: /ssh', 'ParentImage|endswith: /apache2', 'User: www-data')),
      rule('category: network_connection', fields('DestinationPort: 22')),
      rule('service: sysmon', fields('EventID: 3')),
      rule('category: process_creation', fields('Image|endswith: /ssh')).replace('linux', 'windows'),
    ]
    expect(await lines('x', sample('syslog/rsyslog.log'), ...rules)).toEqual([[1], [2], [2], []])
    expect(await lines('x', sample('journal/journal.json'), ...rules)).toEqual([[3], [], [], []])
    const bare = sample('syslog/rsyslog.log')
      .split('\n')
      .slice(0, 2)
      .map(line => line.slice(line.indexOf('<Event>')))
    expect(await lines('x.xml', `${bare.join('\n')}\n`, ...rules)).toEqual([[1], [2], [2], []])
  })
})

const folder = '../shared/data/sigma-rules'
const present = existsSync(folder)
if (!present) console.warn('skipped: every Linux rule of SigmaHQ has a log source that is served (needs ../shared/data)')

const archive = '../shared/data/security-datasets/datasets/atomic/linux/discovery/host/sh_arp_cache.zip'
if (!existsSync(archive)) console.warn('skipped: a real audit log (needs ../shared/data)')

describe('a real audit log', () => {
  it.skipIf(!existsSync(archive))('of twelve records tells two programs that started (needs ../shared/data)', async () => {
    const [log] = Object.values(unzipSync(new Uint8Array(readFileSync(archive))))
    expect(
      await lines(
        'log',
        new TextDecoder().decode(log),
        rule('category: process_creation', fields('Image: /usr/sbin/arp', 'CommandLine: arp -a', 'ParentProcessId: 29002')),
        rule('category: process_creation', fields("CommandLine: 'grep -v ^?'", 'CurrentDirectory|startswith: /home/')),
        rule('service: auditd', fields('type|exists: true')),
      ),
    ).toEqual([[1], [7], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]])
  })
})

describe('the rules of SigmaHQ', () => {
  it.skipIf(!present)(
    'for Linux are all served, and none asks for a field that our samples have no column for (needs ../shared/data)',
    async () => {
      const files = ['rules', 'rules-emerging-threats', 'rules-threat-hunting', 'rules-placeholder']
        .flatMap(set => readdirSync(`${folder}/${set}`, { recursive: true, withFileTypes: true }))
        .filter(entry => entry.isFile() && entry.name.endsWith('.yml'))
        .map(entry => `${entry.parentPath}/${entry.name}`)
      const linux = files
        .map(name => ({ name, text: readFileSync(name, 'utf8') }))
        .filter(({ text }) => /^ +product: linux\s*$/m.test(text))
      expect(linux.length).toBeGreaterThan(180)
      const read = readRules(linux)
      const program = compile(read.value!, active).value!
      expect(program.skipped.filter(one => one.reason === 'source').map(one => one.diagnostic.message)).toEqual([])
      const sources = readdirSync('test/events/syslog')
        .map(name => `syslog/${name}`)
        .concat(['auditd/enriched.log', 'ausearch/interpreted.log', 'laurel/audit.json', 'journal/journal.json'])
        .map(name => ({
          name,
          async *open() {
            yield new TextEncoder().encode(sample(name))
          },
        }))
      for await (const item of hunt(program, sources)) {
        if (!isAlert(item) && item.kind === 'end') {
          expect(item.seen.unknown).toBe(0)
          expect(item.seen.skipped.map(one => `${one.schema}: ${one.diagnostic.message}`)).toEqual([])
        }
      }
    },
  )
})
