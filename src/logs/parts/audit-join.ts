// What the records of one audit event say together, under Sigma's names: a program that started, a connection, a file made or deleted. Facts: auditd's record types, Sysmon's fields.

import { socketAddress } from './audit-address.ts'
import { type AuditFields, commandLineOf, ownText, put, textIn, textOf } from './audit-record.ts'
import { syscallName } from './audit-syscalls.ts'

/** A program that was seen running under a process id. */
interface Running {
  readonly image: string
  readonly commandLine: string | undefined
}

const mostYoung = 16_384
/** Of a command line and a path so much is kept. */
const longestText = 2_048
const longestKey = 300

/**
 * Which program ran last under each process id, as far as the log has shown it: the parents of those that start later. Of two
 * generations the older goes when the younger is full, so that at least the last 16,384 programs are known and at most twice as many kept.
 */
export class Processes {
  private young = new Map<string, Running>()
  private old = new Map<string, Running>()

  find(node: string | undefined, id: string): Running | undefined {
    const key = keyOf(node, id)
    return this.young.get(key) ?? this.old.get(key)
  }

  set(node: string | undefined, id: string, program: Running): void {
    const key = keyOf(node, id)
    if (key.length > longestKey) return
    if (this.young.size >= mostYoung) {
      this.old = this.young
      this.young = new Map()
    }
    const { image, commandLine } = program
    this.young.set(ownText(key), { image: kept(image), commandLine: commandLine === undefined ? undefined : kept(commandLine) })
  }
}

const keyOf = (node: string | undefined, id: string): string => (node === undefined ? id : `${node} ${id}`)

const kept = (text: string): string => ownText(text.length > longestText ? text.slice(0, longestText) : text)

/** The records of one event: what each is, and its fields, to which `join` adds. */
export interface AuditRecord {
  readonly type: string
  fields: AuditFields
}

const enriched = ['arch', 'auid', 'uid', 'gid', 'euid', 'suid', 'fsuid', 'egid', 'sgid', 'fsgid'] as const
const execCalls: ReadonlySet<string> = new Set(['execve', 'execveat'])
const connecting: ReadonlySet<string> = new Set(['connect', 'sendto', 'sendmsg', 'sendmmsg'])
const accepting: ReadonlySet<string> = new Set(['accept', 'accept4'])
const making: ReadonlySet<string> = new Set(['fork', 'vfork', 'clone', 'clone3'])
const opening: Readonly<Record<string, string>> = { open: 'a1', openat: 'a2' }
/** O_TRUNC: the file begins anew, which Sysmon counts as created. Facts: include/uapi/asm-generic/fcntl.h. */
const truncates = 0x200

/** Names that only enriched records have, from what interpreted and raw ones say. */
function completeSyscall(fields: AuditFields, interpreted: boolean): void {
  if (interpreted) {
    for (const name of enriched) {
      const upper = name.toUpperCase()
      const value = textIn(fields, name)
      if (value !== undefined && !Object.hasOwn(fields, upper) && !/^-?\d+$/.test(value)) put(fields, upper, value)
    }
    // Arguments of a call are hexadecimal without a mark in the log, with one here.
    for (const name of ['a0', 'a1', 'a2', 'a3']) {
      const value = textIn(fields, name)
      if (value?.startsWith('0x')) put(fields, name, value.slice(2))
    }
  }
  if (fields.SYSCALL !== undefined) return
  const call = textOf(fields.syscall)
  if (call === undefined) return
  const name = /^\d+$/.test(call) ? syscallName(textOf(fields.arch) ?? '', call) : call
  if (name !== undefined) fields.SYSCALL = name
}

/** The family, address and port of a socket address record beside its `saddr`, under the names of `ausearch -i`. */
function completeAddress(fields: AuditFields): void {
  const told = textIn(fields, 'SADDR') ?? textIn(fields, 'saddr') ?? ''
  if (told.includes('=')) {
    for (const found of told.matchAll(/\b(saddr_fam|laddr|lport|path)=([^\s{}]+)/g))
      if (!Object.hasOwn(fields, found[1]!)) put(fields, found[1]!, found[2]!)
  }
  if (Object.hasOwn(fields, 'saddr_fam')) return
  const address = socketAddress(textIn(fields, 'saddr') ?? '')
  if (address === undefined) return
  put(fields, 'saddr_fam', address.family)
  if (address.address !== undefined) put(fields, 'laddr', address.address)
  if (address.port !== undefined) put(fields, 'lport', address.port)
  if (address.path !== undefined) put(fields, 'path', address.path)
}

/** A path made absolute by the directory it starts from. Dots inside are taken out, so that `/tmp/../etc/x` is `/etc/x`. */
export function absolute(path: string, from: string | undefined): string {
  if (!path.startsWith('/') && from === undefined) return path
  const whole = path.startsWith('/') ? path : `${from}/${path}`
  if (!whole.includes('//') && !whole.includes('/.')) return whole
  const steps: string[] = []
  for (const step of whole.split('/')) {
    if (step === '..') steps.pop()
    else if (step !== '' && step !== '.') steps.push(step)
  }
  return `/${steps.join('/')}`
}

const withoutDeleted = (path: string): string => (path.endsWith(' (deleted)') ? path.slice(0, -10) : path)

/**
 * Adds to the records of one event what they say together. The record that carries the event's class (`category`) gets Sigma's fields:
 * SYSCALL for a program that starts and for a connection, each PATH for the file it names. An EXECVE record that is told with its
 * SYSCALL record says so in `joined`. True when there are arguments and no system call they belong to.
 */
export function join(
  records: readonly AuditRecord[],
  node: string | undefined,
  interpreted: boolean,
  processes: Processes,
): boolean {
  let syscall: AuditFields | undefined
  let list: AuditFields | undefined
  let directory: string | undefined
  let title: string | undefined
  let address: AuditFields | undefined
  let files = false
  for (const { type, fields } of records) {
    switch (type) {
      case 'SYSCALL':
        syscall ??= fields
        completeSyscall(fields, interpreted)
        break
      case 'EXECVE':
        list ??= fields
        break
      case 'CWD':
        directory ??= textOf(fields.cwd)
        break
      case 'PROCTITLE':
        title ??= textOf(fields.proctitle)
        break
      case 'SOCKADDR':
        completeAddress(fields)
        address ??= fields
        break
      case 'PATH':
        files = true
        break
      default:
    }
  }
  let line: string | undefined
  if (list !== undefined) {
    line = commandLineOf(list) ?? textOf(list.cmdline)
    if (line !== undefined) list.cmdline = line
  }
  if (syscall === undefined) return list !== undefined
  const call = textOf(syscall.SYSCALL)
  const exe = textOf(syscall.exe)
  const image = exe === undefined ? undefined : withoutDeleted(exe)
  const id = textOf(syscall.pid)
  const parentId = textOf(syscall.ppid)
  const failed = textOf(syscall.success) === 'no'
  const starts = !failed && (call === undefined ? list !== undefined : execCalls.has(call))
  if (list !== undefined) list.joined = 'SYSCALL'
  if (starts) {
    const parent = parentId === undefined ? undefined : processes.find(node, parentId)
    const commandLine = line ?? title
    add(syscall, {
      category: 'process_creation',
      ...acting(syscall, node, image),
      CommandLine: commandLine,
      CurrentDirectory: directory,
      ParentProcessId: parentId,
      ParentImage: parent?.image,
      ParentCommandLine: parent?.commandLine,
    })
    if (id !== undefined && image !== undefined) processes.set(node, id, { image, commandLine })
    return false
  }
  if (id !== undefined && image !== undefined) {
    const known = processes.find(node, id)
    if (known === undefined || known.image !== image) processes.set(node, id, { image, commandLine: undefined })
    if (!failed && call !== undefined && making.has(call)) {
      const child = textIn(syscall, 'exit')
      if (child !== undefined && /^[1-9]\d{0,9}$/.test(child))
        processes.set(node, child, known?.image === image ? known : { image, commandLine: undefined })
    }
  }
  if (address !== undefined && call !== undefined) connection(syscall, call, address, node, image, failed)
  if (files && !failed) {
    for (const { type, fields } of records) if (type === 'PATH') file(fields, syscall, call, node, image, directory)
  }
  return false
}

/** What a record is told beside its own fields. */
interface Told {
  readonly category?: string
  readonly Computer?: string
  readonly Image?: string
  readonly ProcessId?: string
  readonly User?: string
  readonly LogonId?: string
  readonly CommandLine?: string
  readonly CurrentDirectory?: string
  readonly ParentProcessId?: string
  readonly ParentImage?: string
  readonly ParentCommandLine?: string
  readonly Initiated?: string
  readonly DestinationIp?: string
  readonly DestinationPort?: string
  readonly SourceIp?: string
  readonly SourcePort?: string
  readonly TargetFilename?: string
}

/** Adds what is told and not there. Written out name by name: an object that grows by computed names becomes a table, which costs several times as much to make and to read. */
function add(fields: AuditFields, told: Told): void {
  if (told.category !== undefined && fields.category === undefined) fields.category = told.category
  if (told.Computer !== undefined && fields.Computer === undefined) fields.Computer = told.Computer
  if (told.Image !== undefined && fields.Image === undefined) fields.Image = told.Image
  if (told.ProcessId !== undefined && fields.ProcessId === undefined) fields.ProcessId = told.ProcessId
  if (told.User !== undefined && fields.User === undefined) fields.User = told.User
  if (told.LogonId !== undefined && fields.LogonId === undefined) fields.LogonId = told.LogonId
  if (told.CommandLine !== undefined && fields.CommandLine === undefined) fields.CommandLine = told.CommandLine
  if (told.CurrentDirectory !== undefined && fields.CurrentDirectory === undefined)
    fields.CurrentDirectory = told.CurrentDirectory
  if (told.ParentProcessId !== undefined && fields.ParentProcessId === undefined) fields.ParentProcessId = told.ParentProcessId
  if (told.ParentImage !== undefined && fields.ParentImage === undefined) fields.ParentImage = told.ParentImage
  if (told.ParentCommandLine !== undefined && fields.ParentCommandLine === undefined)
    fields.ParentCommandLine = told.ParentCommandLine
  if (told.Initiated !== undefined && fields.Initiated === undefined) fields.Initiated = told.Initiated
  if (told.DestinationIp !== undefined && fields.DestinationIp === undefined) fields.DestinationIp = told.DestinationIp
  if (told.DestinationPort !== undefined && fields.DestinationPort === undefined) fields.DestinationPort = told.DestinationPort
  if (told.SourceIp !== undefined && fields.SourceIp === undefined) fields.SourceIp = told.SourceIp
  if (told.SourcePort !== undefined && fields.SourcePort === undefined) fields.SourcePort = told.SourcePort
  if (told.TargetFilename !== undefined && fields.TargetFilename === undefined) fields.TargetFilename = told.TargetFilename
}

/** `unknown(1001)` is what ausearch says of a user it does not know. */
const withoutUnknown = (user: string | undefined): string | undefined =>
  user?.startsWith('unknown(') ? user.replace(/^unknown\((\d+)\)$/, '$1') : user

/** The process that acted. */
function acting(syscall: AuditFields, node: string | undefined, image: string | undefined): Told {
  const user = withoutUnknown(textOf(syscall.uid))
  const named = textOf(syscall.UID)
  return {
    Computer: node,
    Image: image,
    ProcessId: textOf(syscall.pid),
    User: named === undefined || named.startsWith('unknown') ? (user === '0' ? 'root' : user) : named,
    // Sysmon for Linux has the number of the user there.
    LogonId: user !== undefined && /^\d+$/.test(user) ? user : undefined,
  }
}

function connection(
  syscall: AuditFields,
  call: string,
  address: AuditFields,
  node: string | undefined,
  image: string | undefined,
  failed: boolean,
): void {
  const out = connecting.has(call)
  if (!out && !accepting.has(call)) return
  const family = textIn(address, 'saddr_fam')
  if (family !== 'inet' && family !== 'inet6') return
  // A connection that does not wait is under way when the call says so: EINPROGRESS.
  if (failed && !/^(?:-115\b|EINPROGRESS)/.test(textIn(syscall, 'exit') ?? '')) return
  const far = textIn(address, 'laddr')
  const port = textIn(address, 'lport')
  add(syscall, {
    category: 'network_connection',
    ...acting(syscall, node, image),
    Initiated: out ? 'true' : 'false',
    ...(out ? { DestinationIp: far, DestinationPort: port } : { SourceIp: far, SourcePort: port }),
  })
}

/** Whether the flags of an opening call, hexadecimal or by name, empty the file. */
function clears(flags: string): boolean {
  if (flags.includes('O_')) return /\bO_TRUNC\b/.test(flags)
  return /^[0-9a-f]{1,8}$/i.test(flags) && (Number.parseInt(flags, 16) & truncates) !== 0
}

function file(
  path: AuditFields,
  syscall: AuditFields,
  call: string | undefined,
  node: string | undefined,
  image: string | undefined,
  directory: string | undefined,
): void {
  const name = textOf(path.name)
  const mode = textOf(path.mode) ?? ''
  if (name === undefined || mode.startsWith('dir') || (/^0?4\d{4}$/.test(mode) && mode.length >= 5)) return
  const how = textOf(path.nametype)
  let category: string | undefined
  if (how === 'CREATE') category = 'file_event'
  else if (how === 'DELETE') category = 'file_delete'
  else if (how === 'NORMAL' && call !== undefined) {
    const flags = Object.hasOwn(opening, call) ? textIn(syscall, opening[call]!) : undefined
    if (call === 'creat' || call === 'truncate') category = 'file_event'
    else if (flags !== undefined && clears(flags)) category = 'file_event'
  }
  if (category === undefined) return
  add(path, { category, ...acting(syscall, node, image), TargetFilename: absolute(name, directory) })
}
