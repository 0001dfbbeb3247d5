// Every record of some logs with what is known of it: the reading half of the verbs that look without rules.

import { readSource } from '../../hunt.ts'
import type { Diagnostic, Outcome } from '../../text/diagnostic.ts'
import { eventSources } from '../files.ts'
import { interruptible } from './interrupt.ts'
import type { Io } from './io.ts'
import { type Desk, misuse, readMoment, refuseAddresses, show } from './options.ts'
import type { Reading } from './reading.ts'
import { type Known, recogniser, timeOf } from './shape.ts'

/** Which time is looked at. */
export interface Span {
  readonly since?: number
  readonly until?: number
}

/** The time that --since and --until leave. */
export function readSpan(given: { readonly since?: string; readonly until?: string }, now: number): Outcome<Span> {
  const since = given.since === undefined ? undefined : readMoment(given.since, now)
  const until = given.until === undefined ? undefined : readMoment(given.until, now)
  const diagnostics = [...(since?.diagnostics ?? []), ...(until?.diagnostics ?? [])]
  return diagnostics.length > 0 ? { diagnostics } : { value: { since: since?.value, until: until?.value }, diagnostics }
}

/** Paths of logs that are wrong usage: none at all, or addresses. */
export function wrongLogs(logs: readonly string[]): readonly Diagnostic[] {
  if (logs.length === 0) return [misuse('CLI001', 'no log named', 'name a file, a folder, or - for standard input')]
  return refuseAddresses(logs)
}

/** A whole number that an option takes. */
export function readNumber(option: string, text: string | undefined, standard: number): Outcome<number> {
  if (text === undefined) return { value: standard, diagnostics: [] }
  if (/^\d{1,9}$/.test(text)) return { value: Number(text), diagnostics: [] }
  return { diagnostics: [misuse('CLI009', `${option} takes a whole number, and "${text}" is none`)] }
}

/** What reading left behind. */
export interface ReadAccount {
  files: number
  events: number
  broken: number
}

/** Reads all records; `each` is given them in order and says whether more are wanted. */
export async function readAll(
  logs: readonly string[],
  io: Io,
  span: Span,
  how: Reading,
  each: (of: Known) => boolean,
  report: (finding: Diagnostic) => void,
): Promise<ReadAccount> {
  const done: ReadAccount = { files: 0, events: 0, broken: 0 }
  const tell = (finding: Diagnostic) => {
    if (finding.severity !== 'note') done.broken++
    report(finding)
  }
  const schemaOf = recogniser()
  for await (const source of interruptible(eventSources(logs, tell, { stdin: io.stdin }), io.signal)) {
    let read = false
    for await (const { batch, format } of readSource(source, tell, how)) {
      if (!read) done.files++
      read = true
      done.events += batch.length
      for (let index = 0; index < batch.length; index++) {
        const event = batch.at(index)
        const schema = schemaOf(event, batch.schema)
        const time = timeOf(event, schema)
        if (span.since !== undefined && !(time !== undefined && time.time >= span.since)) continue
        if (span.until !== undefined && !(time !== undefined && time.time <= span.until)) continue
        if (!each({ event, schema, time, format: format.id })) return done
      }
      if (io.signal?.aborted) return done
    }
  }
  return done
}

/** How a verb that reads logs ends: what was not read is told, and the exit codes that follow from it. */
export function ending(at: Desk, read: ReadAccount, findings: readonly Diagnostic[], strict: boolean): number[] {
  const told = at.quiet ? [] : at.verbose ? findings : findings.slice(0, 5)
  show(at.talk, told)
  if (!at.quiet && findings.length > told.length) at.talk.write(`and ${findings.length - told.length} more findings: -v\n`)
  const codes: number[] = []
  if (at.io.signal?.aborted) codes.push(130)
  if (read.files === 0 && read.broken > 0) {
    show(at.talk, [misuse('CLI014', 'no log could be read')])
    codes.push(4)
  }
  if (strict && read.broken > 0) codes.push(5)
  return codes
}
