// Audit records on their way to events: those of one event are held until no more can come, told together, and given on in the order of the file, each as an event of its own.

import type { Batch } from '../../ir/event.ts'
import type { Diagnostic } from '../../text/diagnostic.ts'
import type { ReadOptions } from '../logs.ts'
import { readInterpretedFields } from './audit-interpreted.ts'
import { type AuditRecord, join, Processes } from './audit-join.ts'
import { type AuditFields, type AuditHead, auditHead, joinArguments, readRawFields } from './audit-record.ts'
import { TextLines } from './text-lines.ts'
import { knownZone, WallClock } from './wall-clock.ts'

/** What the readers of audit logs report. */
export const auditCodes = {
  AUD001: 'a line of an audit log is no record and is passed over',
  AUD002: 'a line of an audit log is longer than 1 MB and is passed over',
  AUD003: 'argument lists of an audit log came without the system call they belong to',
  AUD004: 'how many lines of an audit log could not be read in all',
  AUD005: 'bytes that are no UTF-8 or UTF-16 became U+FFFD',
  AUD006: 'times of an interpreted audit log have no zone and are read as UTC',
  AUD007: 'the zone given for an audit log is not known',
} as const

const longest = 1_048_576
/** How long the records of one event may lie apart, in milliseconds of the log, in records and in characters. auparse waits two seconds as well. */
const apartTime = 2_000
const apartRecords = 4_096
const apartCharacters = 16_000_000
const batchRecords = 128
const batchCharacters = 1_000_000
const namedFaults = 20

/** Types that are one of several records of an event. The others stand alone, and need not be waited for. Facts: linux/audit.h, messages 1300 to 1399. */
const compound: ReadonlySet<string> = new Set(
  (
    'SYSCALL PATH IPC SOCKETCALL CONFIG_CHANGE SOCKADDR CWD EXECVE IPC_SET_PERM MQ_OPEN MQ_SENDRECV MQ_NOTIFY MQ_GETSETATTR KERNEL_OTHER ' +
    'FD_PAIR OBJ_PID TTY EOE BPRM_FCAPS CAPSET MMAP NETFILTER_PKT NETFILTER_CFG SECCOMP PROCTITLE FEATURE_CHANGE REPLACE KERN_MODULE FANOTIFY ' +
    'TIME_INJOFFSET TIME_ADJNTPVAL BPF EVENT_LISTENER URINGOP OPENAT2 AVC'
  ).split(' '),
)

/** A record that waits for the others of its event. */
interface Waiting extends AuditRecord {
  readonly head: AuditHead
  readonly line: string
  readonly number: number
  readonly size: number
  readonly group: Waiting[]
  readonly key: string
  /** Read with the other records of its event; of these, the further parts of an argument list are gone: taken into the first. */
  state: 'held' | 'told' | 'gone'
}

const unread: AuditFields = {}

/** What the events of a batch are made of, side by side: nothing is made for an event until it is asked for. */
interface Ready {
  readonly fields: AuditFields[]
  readonly times: (number | undefined)[]
  readonly lines: number[]
  readonly texts: (string | undefined)[]
  readonly indexes: number[]
}

const noneReady = (): Ready => ({ fields: [], times: [], lines: [], texts: [], indexes: [] })

/** Audit records in, events out. */
export class AuditTrail {
  private readonly waiting: (Waiting | undefined)[] = []
  private from = 0
  private characters = 0
  private readonly open = new Map<string, Waiting[]>()
  private readonly processes = new Processes()
  private readonly options: ReadOptions
  private readonly clock: WallClock
  private readonly nextIndex: () => number
  private ready = noneReady()
  private size = 0
  /** Argument lists without system call; the first in this line. */
  alone = 0
  firstAlone = 0
  interpreted = 0

  /** `nextIndex` numbers the events of a log that holds others beside these. */
  constructor(options: ReadOptions, nextIndex?: () => number) {
    let index = 0
    this.nextIndex = nextIndex ?? (() => index++)
    this.options = options
    this.clock = new WallClock(options.zone)
  }

  /** Takes a record in: its head and the line it stands in. */
  add(head: AuditHead, line: string, number: number): void {
    if (head.interpreted) this.interpreted++
    const { type } = head
    const before = this.waiting.at(-1)
    // Mostly the records of one event follow each other.
    const same =
      before !== undefined &&
      before.head.serial === head.serial &&
      before.head.time === head.time &&
      before.head.node === head.node
    const key = same ? before.key : `${head.node ?? ''} ${head.time ?? ''}:${head.serial}`
    let group: Waiting[] | undefined
    if (compound.has(type)) {
      group = same && before.state === 'held' && compound.has(before.type) ? before.group : this.open.get(key)
      if (group === undefined) {
        group = []
        this.open.set(key, group)
      }
    } else group = []
    const size = line.length + 64
    const record: Waiting = { type, fields: unread, head, line, number, size, group, key, state: 'held' }
    group.push(record)
    this.waiting.push(record)
    this.characters += size
    this.release(head.time)
  }

  /** Takes an event in whose records are all there, read, and in one line (JSON). Nothing else may be waiting. */
  addWhole(records: AuditRecord[], node: string | undefined, time: number, number: number): void {
    const told = joinLists(records)
    this.join(told, node, false, number)
    for (const { fields } of told) this.push(fields, time, number, 64)
  }

  /** Gives on the records whose events are complete by now. */
  private release(now: number | undefined): void {
    const { waiting } = this
    while (this.from < waiting.length) {
      const record = waiting[this.from]!
      const { time } = record.head
      const held = waiting.length - this.from
      if (
        record.state === 'held' &&
        compound.has(record.type) &&
        held <= apartRecords &&
        this.characters <= apartCharacters &&
        (now === undefined || time === undefined || Math.abs(now - time) <= apartTime)
      )
        return
      this.giveOn(record)
    }
    this.tidy()
  }

  private tidy(): void {
    if (this.from > 0 && this.from === this.waiting.length) {
      this.waiting.length = 0
      this.from = 0
    } else if (this.from > 256) {
      this.waiting.splice(0, this.from)
      this.from = 0
    }
  }

  /** The end of the log: nothing more can come. */
  finish(): void {
    while (this.from < this.waiting.length) this.giveOn(this.waiting[this.from]!)
    this.tidy()
  }

  private giveOn(record: Waiting): void {
    if (record.state === 'held') this.complete(record)
    // Let go at once: what stays reachable costs the collector of garbage as much as reading it.
    this.waiting[this.from++] = undefined
    this.characters -= record.size
    if (record.state === 'gone') return
    const { time, interpreted } = record.head
    this.push(
      record.fields,
      time !== undefined && interpreted ? this.clock.toUtc(time) : time,
      record.number,
      record.size,
      record.line,
    )
  }

  private push(fields: AuditFields, time: number | undefined, line: number, size: number, text?: string): void {
    const { ready } = this
    ready.fields.push(fields)
    ready.times.push(time)
    ready.lines.push(line)
    ready.texts.push(text)
    ready.indexes.push(this.nextIndex())
    this.size += size
  }

  /** Reads the records of an event and joins them. */
  private complete(first: Waiting): void {
    const { group, head } = first
    for (const record of group) {
      record.fields = this.fieldsOf(record)
      record.state = 'gone'
    }
    const told = joinLists(group)
    for (const record of told) record.state = 'told'
    if (!compound.has(first.type)) return
    this.open.delete(first.key)
    this.join(told, head.node, head.interpreted, first.number)
  }

  private join(records: readonly AuditRecord[], node: string | undefined, interpreted: boolean, line: number): void {
    if (join(records, node, interpreted, this.processes) && this.alone++ === 0) this.firstAlone = line
  }

  private fieldsOf({ head, line }: Waiting): AuditFields {
    const { type, node, serial } = head
    if (!head.interpreted) return readRawFields(type, node, serial, line, head.at)
    const fields: AuditFields = node === undefined ? { type, serial } : { type, node, serial }
    readInterpretedFields(type, line, head.at, fields)
    return fields
  }

  full(): boolean {
    return this.ready.fields.length >= batchRecords || this.size >= batchCharacters
  }

  /** The events that are ready, or undefined when there are none. */
  batch(): Batch | undefined {
    const { fields, times, lines, texts, indexes } = this.ready
    const { name: source, member } = this.options
    if (fields.length === 0) return undefined
    this.ready = noneReady()
    this.size = 0
    return {
      schema: 'auditd',
      length: fields.length,
      line: at => texts[at],
      at: at => ({
        time: times[at],
        ticks: times[at] === undefined ? undefined : 0,
        fields: fields[at]!,
        origin: { source, member, line: lines[at]!, index: indexes[at]! },
      }),
    }
  }
}

/** The records with their argument lists put together in the first. */
function joinLists<Kind extends AuditRecord>(records: Kind[]): Kind[] {
  let lists: Kind[] | undefined
  for (const record of records) {
    if (record.type !== 'EXECVE') continue
    if (lists === undefined) lists = [record]
    else lists.push(record)
  }
  if (lists === undefined) return records
  const first = lists[0]!
  first.fields = joinArguments(lists.map(list => list.fields))
  return lists.length === 1 ? records : records.filter(record => record === first || record.type !== 'EXECVE')
}

/** What is told at the end of a log. */
export class AuditFaults {
  private count = 0
  private readonly report: (finding: Diagnostic) => void

  constructor(report: (finding: Diagnostic) => void) {
    this.report = report
  }

  tell(line: number, message: string): void {
    if (++this.count <= namedFaults) this.report({ code: 'AUD001', severity: 'warning', message: `line ${line}: ${message}` })
  }

  end(trail: AuditTrail, lines: TextLines, options: ReadOptions): void {
    const { report } = this
    if (this.count > namedFaults)
      report({
        code: 'AUD004',
        severity: 'warning',
        message: `${this.count} lines are no audit records in all; the first ${namedFaults} are named above`,
      })
    if (lines.tooLong > 0)
      report({
        code: 'AUD002',
        severity: 'warning',
        message: `${lines.tooLong === 1 ? 'a line is' : `${lines.tooLong} lines are`} longer than 1 MB and passed over, the first is line ${lines.firstTooLong}`,
      })
    tellAlone(trail, report)
    if (!knownZone(options.zone))
      report({
        code: 'AUD007',
        severity: 'warning',
        message: `the zone "${options.zone}" is not known; times without a zone are read as UTC`,
        hint: 'give an offset like +02:00 or a name like Europe/Berlin',
      })
    else if (trail.interpreted > 0 && options.zone === undefined)
      report({
        code: 'AUD006',
        severity: 'note',
        message: 'interpreted times have no zone and are read as UTC',
        hint: 'give the zone of the host that ran ausearch',
      })
    if (lines.replaced.count > 0)
      report({
        code: 'AUD005',
        severity: 'warning',
        message: `${lines.replaced.count} characters could not be read and became U+FFFD, the first in line ${lines.replaced.line}`,
      })
  }
}

/** Tells of argument lists whose system call was not logged. */
export function tellAlone(trail: AuditTrail, report: (finding: Diagnostic) => void): void {
  if (trail.alone > 0)
    report({
      code: 'AUD003',
      severity: 'note',
      message: `${trail.alone} argument lists (EXECVE) came without their SYSCALL record, the first in line ${trail.firstAlone}: who ran them and which program it was is not known`,
      hint: 'rules on the records themselves see them, rules on process creation do not',
    })
}

/** What `ausearch` puts above the records of an event. */
const separator = /^----\s*$/
const heading = /^time->[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/

/** Reads an audit log of lines: raw, enriched, interpreted, with or without the separators of `ausearch`. */
export async function* readAuditLines(
  bytes: AsyncIterable<Uint8Array>,
  options: ReadOptions,
  report: (finding: Diagnostic) => void,
): AsyncGenerator<Batch, void, undefined> {
  const lines = new TextLines(bytes, longest)
  const trail = new AuditTrail(options)
  const faults = new AuditFaults(report)
  try {
    for (;;) {
      const line = lines.take()
      if (line === undefined) {
        if (await lines.more()) continue
        break
      }
      const head = auditHead(line)
      if (head === undefined) {
        if (line.trim() !== '' && !separator.test(line) && !heading.test(line) && !/^<no matches>$/.test(line))
          faults.tell(lines.line, `this is no audit record: "${line.slice(0, 60)}"`)
        continue
      }
      trail.add(head, line, lines.line)
      if (trail.full()) yield trail.batch()!
    }
  } finally {
    await lines.close()
  }
  trail.finish()
  const last = trail.batch()
  if (last !== undefined) yield last
  faults.end(trail, lines, options)
}

/** How many of the lines in a beginning are audit records, and of which kind. */
export function countAudit(text: string): {
  readonly raw: number
  readonly interpreted: number
  readonly separators: number
  readonly others: number
} {
  const counts = { raw: 0, interpreted: 0, separators: 0, others: 0 }
  const all = text.split('\n', 200)
  // The last line of a beginning may be cut off.
  if (all.length > 1) all.pop()
  for (const line of all) {
    const bare = line.endsWith('\r') ? line.slice(0, -1) : line
    if (bare.trim() === '') continue
    const head = auditHead(bare)
    if (head !== undefined) counts[head.interpreted ? 'interpreted' : 'raw']++
    else if (separator.test(bare) || heading.test(bare)) counts.separators++
    else counts.others++
  }
  return counts
}
