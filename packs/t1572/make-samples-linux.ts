// The pack's Linux sample logs: every example with a Linux program, as auditd (enriched) and as Sysmon for Linux (in syslog) would have logged it, on a made-up day.

type Fields = Readonly<Record<string, string | number>>

/** An example of a rule, as far as this needs it. */
export interface LinuxExample {
  readonly rule: string
  readonly name: string
  readonly expect: string
  readonly events: readonly Fields[]
}

/** One program that starts, before it is written. */
export interface LinuxStart {
  readonly at: number
  readonly image: string
  readonly list: readonly string[]
  readonly parent: string
  readonly rule: string
  readonly expect: string
  readonly process: number
  readonly parentProcess: number
}

/** The arguments that a shell makes of a command line: blanks part them, quotes go. */
export function argumentsOf(line: string): string[] {
  const list: string[] = []
  let current: string | undefined
  let quote = ''
  for (const character of line) {
    if (quote !== '') {
      if (character === quote) quote = ''
      else current += character
    } else if (character === '"' || character === "'") {
      quote = character
      current ??= ''
    } else if (character === ' ') {
      if (current !== undefined) list.push(current)
      current = undefined
    } else current = (current ?? '') + character
  }
  if (current !== undefined) list.push(current)
  return list
}

/** Every example with a Linux program, in turn over the afternoon. */
export function linuxStarts(examples: readonly LinuxExample[], day: number): LinuxStart[] {
  const starts: LinuxStart[] = []
  for (const { rule, expect, events } of examples) {
    for (const fields of events) {
      const { Image: image, CommandLine: line, ParentImage: parent = '/usr/bin/bash' } = fields
      if (typeof image !== 'string' || !image.startsWith('/') || typeof line !== 'string') continue
      const place = starts.length
      starts.push({
        at: day + 13 * 3_600_000 + place * 97_000,
        image,
        list: argumentsOf(line),
        parent: String(parent),
        rule,
        expect,
        process: 4001 + 2 * place,
        parentProcess: 4000 + 2 * place,
      })
    }
  }
  return starts
}

const hex = (text: string): string =>
  [...new TextEncoder().encode(text)]
    .map(byte => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase()
/** What the kernel quotes, and what it writes in hexadecimal. */
const quoted = (text: string): string => (/^[!#-~]+$/.test(text) ? `"${text}"` : hex(text))

const ids = ['uid', 'gid', 'euid', 'suid', 'fsuid', 'egid', 'sgid', 'fsgid']

/** The records of one start, as auditd writes them with `log_format = ENRICHED` and `name_format = hostname`. */
function auditRecords(
  at: number,
  serial: number,
  image: string,
  list: readonly string[],
  process: number,
  parent: number,
): string[] {
  const head = `msg=audit(${Math.floor(at / 1000)}.${String(at % 1000).padStart(3, '0')}:${serial}): `
  const name = image.slice(image.lastIndexOf('/') + 1).slice(0, 15)
  const owner = '\u001dOUID="root" OGID="root"'
  return [
    `node=LNX7 type=SYSCALL ${head}arch=c000003e syscall=59 success=yes exit=0 a0=55d0c8a1b2c0 a1=55d0c8a1b3e0 a2=55d0c8a1b4f0 a3=8 items=2 ` +
      `ppid=${parent} pid=${process} auid=1000 ${ids.map(id => `${id}=33`).join(' ')} tty=(none) ses=7 comm=${quoted(name)} exe=${quoted(image)} ` +
      `subj=unconfined key="exec"\u001dARCH=x86_64 SYSCALL=execve AUID="ops" ${ids.map(id => `${id.toUpperCase()}="www-data"`).join(' ')}`,
    `node=LNX7 type=EXECVE ${head}argc=${list.length} ${list.map((text, place) => `a${place}=${quoted(text)}`).join(' ')}`,
    `node=LNX7 type=CWD ${head}cwd="/var/www"`,
    `node=LNX7 type=PATH ${head}item=0 name=${quoted(image)} inode=1573 dev=08:01 mode=0100755 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0 cap_frootid=0${owner}`,
    `node=LNX7 type=PROCTITLE ${head}proctitle=${list.length === 1 ? quoted(list[0]!) : hex(list.join('\0').slice(0, 128))}`,
  ]
}

const xml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

function sysmonLine(start: LinuxStart, record: number, guid: string): string {
  const time = new Date(start.at).toISOString()
  const utc = time.replace('T', ' ').replace('Z', '')
  const data: readonly (readonly [string, string])[] = [
    ['RuleName', '-'],
    ['UtcTime', utc],
    ['ProcessGuid', guid],
    ['ProcessId', String(start.process)],
    ['Image', start.image],
    ['FileVersion', '-'],
    ['Description', '-'],
    ['Product', '-'],
    ['Company', '-'],
    ['OriginalFileName', '-'],
    ['CommandLine', start.list.join(' ')],
    ['CurrentDirectory', '/var/www'],
    ['User', 'www-data'],
    ['LogonId', '33'],
    ['TerminalSessionId', '7'],
    ['IntegrityLevel', 'no level'],
    ['Hashes', '-'],
    ['ParentProcessId', String(start.parentProcess)],
    ['ParentImage', start.parent],
    ['ParentCommandLine', start.parent],
    ['ParentUser', 'www-data'],
  ]
  return (
    `${time.replace('Z', '000+00:00')} LNX8 sysmon: <Event><System><Provider Name="Linux-Sysmon" Guid="{ff032593-a8d3-4f13-b0d6-01fc615a0f97}"/>` +
    `<EventID>1</EventID><Version>5</Version><Level>4</Level><Task>1</Task><Opcode>0</Opcode><Keywords>0x8000000000000000</Keywords>` +
    `<TimeCreated SystemTime="${time.replace('Z', '000000Z')}"/><EventRecordID>${record}</EventRecordID><Correlation/>` +
    `<Execution ProcessID="811" ThreadID="811"/><Channel>Linux-Sysmon/Operational</Channel><Computer>LNX8</Computer><Security UserId="0"/></System>` +
    `<EventData>${data.map(([name, value]) => `<Data Name="${name}">${xml(value)}</Data>`).join('')}</EventData></Event>`
  )
}

/** The two logs, by path below the pack's folder. In auditd's the parents start first, and a tunnel module is loaded. */
export function makeLinuxSamples(
  examples: readonly LinuxExample[],
  day: number,
  random: (seed: number) => () => number,
): Readonly<Record<string, string>> {
  const next = random(1572_3)
  const digits = (length: number): string => Array.from({ length }, () => Math.floor(next() * 16).toString(16)).join('')
  const starts = linuxStarts(examples, day)
  const records: string[] = []
  const lines: string[] = []
  let serial = 9_000
  for (const start of starts) {
    records.push(...auditRecords(start.at - 1_500, serial++, start.parent, [start.parent], start.parentProcess, 1))
    records.push(...auditRecords(start.at, serial++, start.image, start.list, start.process, start.parentProcess))
    lines.push(sysmonLine(start, 500 + lines.length, `{${digits(8)}-${digits(4)}-${digits(4)}-${digits(4)}-${digits(12)}}`))
  }
  const end = Math.floor(day / 1000) + 15 * 3600
  records.push(
    `node=LNX7 type=SYSCALL msg=audit(${end}.250:${serial}): arch=c000003e syscall=313 success=yes exit=0 a0=3 a1=7ffd a2=0 a3=3 items=0 ppid=1 pid=5200 auid=1000 ${ids.map(id => `${id}=0`).join(' ')} tty=pts0 ses=7 comm="modprobe" exe="/usr/bin/kmod" subj=unconfined key="modules"\u001dARCH=x86_64 SYSCALL=finit_module AUID="ops" ${ids.map(id => `${id.toUpperCase()}="root"`).join(' ')}`,
    `node=LNX7 type=KERN_MODULE msg=audit(${end}.250:${serial}): name="ip_gre"`,
  )
  return { 'samples/auditd.log': `${records.join('\n')}\n`, 'samples/sysmon-linux.log': `${lines.join('\n')}\n` }
}
