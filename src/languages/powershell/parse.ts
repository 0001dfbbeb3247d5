// Commands of PowerShell over the Windows event log to meaning: Get-WinEvent with its filters, and Where-Object behind it. Written from the manual of Get-WinEvent and about_Operators (https://learn.microsoft.com/powershell).

import { glob } from '../../ir/glob.ts'
import { and } from '../../ir/logic.ts'
import type { Pipeline, Stage } from '../../ir/pipeline.ts'
import type { Match } from '../../ir/predicate.ts'
import type { Outcome } from '../../text/diagnostic.ts'
import type { Source } from '../../text/source.ts'
import type { ParseContext } from '../language.ts'
import { anyOf, type Cursor, certain, clip, numberOf, reading, starGlob, type Truth } from '../reading.ts'
import { Conditions } from './parse/conditions.ts'
import { forms } from './parse/tokens.ts'
import { readXPath } from './parse/xpath.ts'

export const codes: Readonly<Record<string, string>> = {
  PWS001: 'a text that is no command over the event log',
  PWS002: 'a command that is nested too deeply or too long',
  PWS003: 'a regular expression of a command that cannot be read',
  PWS201: 'a part of a command that is not understood',
  PWS202: 'a command that names no log, so that every log of the machine is read',
}

/**
 * One pipeline that begins with Get-WinEvent, `from` the table `events` of the Windows event log under Sigma's names. `-like`, `-match`, `-eq` and `-in`
 * ignore case, their forms with `c` heed it; `-and` and `-or` are of one rank. $null is the empty text to -like and -match.
 * A hashtable that a block fills from the event is taken to hold the event's fields by name (`powershell.fields`).
 */
export function parse(source: Source, context?: ParseContext): Outcome<Pipeline> {
  return reading(source, forms, { text: 'PWS001', depth: 'PWS002' }, context, cursor => new Reader(cursor).command())
}

class Reader {
  private readonly cursor: Cursor

  constructor(cursor: Cursor) {
    this.cursor = cursor
  }

  /** One pipeline, or several one after the other, whose events are all results. */
  command(): Pipeline {
    const { cursor } = this
    const of: Pipeline[] = []
    do {
      this.preparations()
      const stages: Stage[] = [...this.source()]
      while (cursor.take('|')) stages.push(...this.stage())
      while (cursor.take(';') || cursor.take(')'));
      of.push({ from: { kind: 'table', name: 'events' }, stages })
    } while (cursor.is('get-winevent') && of.length < 1000)
    return of.length === 1 ? of[0]! : { from: { kind: 'union', of, once: true }, stages: [] }
  }

  /** Definitions and settings before the pipeline. */
  private preparations(): void {
    const { cursor } = this
    while (!cursor.is('get-winevent')) {
      if (cursor.token.kind === 'end') cursor.fail('Get-WinEvent', 'only commands over the event log are read')
      if (cursor.is('{') || cursor.is('@{') || cursor.is('(') || cursor.is('@(')) this.block()
      else cursor.next()
    }
  }

  /** What stands between brackets, unread. */
  private block(): void {
    const { cursor } = this
    let open = 0
    do {
      const { kind, text } = cursor.next()
      if (kind === 'end') cursor.fail('the closing bracket')
      if (kind !== 'sign') continue
      if (text.endsWith('{') || text.endsWith('(') || text === '[') open++
      else if (text === '}' || text === ')' || text === ']') open--
    } while (open > 0)
  }

  /** Get-WinEvent and its parameters. */
  private source(): readonly Stage[] {
    const { cursor } = this
    const { start } = cursor.next()
    const parts: Truth[] = []
    const inner: Stage[] = []
    let count: number | undefined
    let named = false
    while (!this.ended() && !cursor.is('}') && !cursor.is(')') && !cursor.is('get-winevent')) {
      const { token } = cursor
      const name = token.text.toLowerCase()
      if (!name.startsWith('-')) {
        // The first value without a name is the name of the log.
        named = true
        parts.push(this.logs())
        continue
      }
      cursor.at++
      named ||= /^-(?:filter|logname|providername|path|listlog)/.test(name)
      if (name === '-filterhashtable') parts.push(this.hashtable())
      else if (name === '-logname') parts.push(this.logs())
      else if (name === '-providername') parts.push(this.texts('Provider_Name'))
      else if (name === '-filterxpath' || name === '-filterxml') {
        const text = cursor.next()
        if (text.kind !== 'string') return cursor.fail('an expression in quotes')
        parts.push(readXPath(cursor, text))
      } else if (name === '-maxevents') {
        const value = numberOf(cursor.next().text)
        if (typeof value === 'number') count = value
      } else if (name === '-listlog') {
        cursor.next()
        // All logs that have records, each one read.
        if (cursor.is('|')) {
          while (!(cursor.is('foreach-object') || cursor.is('%'))) {
            if (this.atEnd()) cursor.fail('ForEach-Object')
            if (cursor.is('{')) this.block()
            else cursor.at++
          }
          cursor.next()
          cursor.expect('{', 'a block')
          if (!cursor.is('get-winevent')) cursor.fail('Get-WinEvent')
          inner.push(...this.source())
          cursor.expect('}')
        }
      } else if (!['-oldest', '-force'].includes(name) && !this.ended()) {
        this.value()
        // Which computer and file, and what is done with errors, ask nothing of an event.
        if (!['-path', '-computername', '-credential', '-erroraction', '-ea'].includes(name))
          cursor.tell('PWS201', 'warning', `the parameter "${clip(token.text)}" is not read`, token, 'leave it out')
      }
    }
    const where = and(parts.map(part => part.yes))
    const span = cursor.spanFrom(start)
    if (!named)
      cursor.tell(
        'PWS202',
        'warning',
        'no log is named: every log of the machine is read, and events of all kinds are asked',
        span,
        "write -FilterHashtable @{ LogName='…'; Id=… }",
      )
    return [
      ...inner,
      ...(where.kind === 'const' && where.value ? [] : [{ kind: 'filter', where, span } satisfies Stage]),
      ...(count === undefined ? [] : [{ kind: 'limit', count, span } satisfies Stage]),
    ]
  }

  private atEnd(): boolean {
    return this.cursor.token.kind === 'end'
  }

  private ended(): boolean {
    return this.atEnd() || this.cursor.is('|') || this.cursor.is(';')
  }

  private value(): void {
    const { cursor } = this
    if (cursor.is('(') || cursor.is('@(') || cursor.is('@{') || cursor.is('{')) this.block()
    else cursor.next()
  }

  private logs(): Truth {
    return this.texts('Channel')
  }

  /** Texts divided by commas, of which one is the field's value; stars are wild, case is ignored. */
  private texts(field: string): Truth {
    return anyOf(
      this.list().map(token => {
        if (token.text === '$_.LogName' || token.text.startsWith('$')) return certain({ kind: 'const', value: true })
        const match: Match = { kind: 'glob', glob: starGlob(token.value), fold: true }
        return certain({
          kind: 'test',
          subject: { kind: 'field', name: field },
          match,
          span: { start: token.start, end: token.end },
        })
      }),
    )
  }

  private list(): readonly { text: string; value: string; start: number; end: number }[] {
    const { cursor } = this
    const out: { text: string; value: string; start: number; end: number }[] = []
    const close = cursor.take('@(') || cursor.take('(')
    do {
      if (cursor.token.kind === 'sign' || cursor.token.kind === 'end') cursor.fail('a value')
      const first = cursor.next()
      let { value, end } = first
      // A name such as Microsoft-Windows-Sysmon/Operational without quotes.
      while (first.kind !== 'string' && cursor.token.start === end && '/.-:\\'.includes(cursor.token.text[0] ?? ' ')) {
        const more = cursor.next()
        value += more.text
        end = more.end
        if (cursor.token.kind === 'name' && cursor.token.start === end) {
          const word = cursor.next()
          value += word.text
          end = word.end
        }
      }
      out.push({ text: first.kind === 'string' ? '' : value, value, start: first.start, end })
    } while (cursor.take(','))
    if (close) cursor.expect(')')
    return out
  }

  /** @{ LogName = …; Id = … }: all of them, of each any of its values. */
  private hashtable(): Truth {
    const { cursor } = this
    cursor.expect('@{', '"@{" of a hashtable')
    const parts: Truth[] = []
    while (!cursor.is('}')) {
      const key = cursor.next()
      if (key.kind === 'end' || key.kind === 'sign') cursor.fail('a key')
      cursor.expect('=')
      const name = key.value.toLowerCase()
      if (name === 'logname') parts.push(this.logs())
      else if (name === 'providername') parts.push(this.texts('Provider_Name'))
      else if (name === 'id' || name === 'level') parts.push(this.numbers(name === 'id' ? 'EventID' : 'Level'))
      else if (['path', 'starttime', 'endtime', 'suppresshashfilter'].includes(name)) {
        while (cursor.token.kind !== 'end' && !cursor.is(';') && !cursor.is('}') && !this.newKey()) this.value()
      } else if (name === 'keywords' || name === 'userid' || name === 'data') {
        cursor.tell('PWS201', 'warning', `the key "${clip(key.text)}" is not read`, key, 'ask it in Where-Object')
        this.list()
        parts.push(certain({ kind: 'opaque', text: key.text, span: { start: key.start, end: key.end } }))
      }
      // Data by its name, compared as the service does: case counts.
      else
        parts.push(
          anyOf(
            this.list().map(token => {
              const match: Match = { kind: 'glob', glob: glob([token.value]), fold: false }
              return certain({
                kind: 'test',
                subject: { kind: 'field', name: key.value },
                match,
                span: { start: token.start, end: token.end },
              })
            }),
          ),
        )
      while (cursor.take(';'));
    }
    cursor.expect('}')
    return parts.length === 0
      ? certain({ kind: 'const', value: true })
      : { yes: and(parts.map(part => part.yes)), no: certain(and(parts.map(part => part.yes))).no }
  }

  private newKey(): boolean {
    return this.cursor.token.kind === 'name' && this.cursor.is('=', 1)
  }

  private numbers(field: string): Truth {
    return anyOf(
      this.list().map(token => {
        const value = numberOf(token.value)
        if (value === undefined || value < 0)
          return certain({ kind: 'opaque', text: token.value, span: { start: token.start, end: token.end } })
        // The service compares numbers, and some renderings of an event write them in hexadecimal.
        return anyOf(
          [String(value), `0x${value.toString(16)}`].map(text =>
            certain({
              kind: 'test',
              subject: { kind: 'field', name: field },
              match: { kind: 'glob', glob: [text], fold: false },
              span: { start: token.start, end: token.end },
            }),
          ),
        )
      }),
    )
  }

  private stage(): readonly Stage[] {
    const { cursor } = this
    const { token } = cursor
    const { start } = token
    if (cursor.take('where-object') || cursor.take('where') || cursor.take('?')) {
      if (!cursor.is('{')) return this.unread(start, 'Where-Object without a block is not read')
      cursor.at++
      const where = new Conditions(cursor).block().yes
      cursor.expect('}')
      return [{ kind: 'filter', where, span: cursor.spanFrom(start) }]
    }
    if (
      /^(?:select-object|select|format-(?:table|list)|ft|fl|sort-object|sort|out-\w+|export-csv|convertto-\w+|measure-object)$/i.test(
        token.text,
      )
    ) {
      // What is shown and in which order.
      while (cursor.token.kind !== 'end' && !cursor.is('|') && !cursor.is(';')) this.value()
      return []
    }
    return this.unread(start, `the command "${clip(token.text)}" is not read`)
  }

  private unread(start: number, message: string): readonly Stage[] {
    const { cursor } = this
    while (cursor.token.kind !== 'end' && !cursor.is('|') && !cursor.is(';')) this.value()
    const span = cursor.spanFrom(start)
    cursor.tell('PWS201', 'warning', message, span, 'the rest of the command is read')
    return [{ kind: 'opaque', text: cursor.source.text.slice(span.start, span.end), span }]
  }
}
