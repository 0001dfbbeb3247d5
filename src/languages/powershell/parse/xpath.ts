// XPath expressions over events, as -FilterXPath and the Select elements of -FilterXml hold them: the part of XPath 1.0 that the event log knows (https://learn.microsoft.com/windows/win32/wes/consuming-events#xpath-10-limitations).

import { glob } from '../../../ir/glob.ts'
import type { Match, Scalar } from '../../../ir/predicate.ts'
import {
  anyOf,
  Cursor,
  certain,
  type Form,
  isWord,
  type Joining,
  numberOf,
  type Token,
  type Truth,
  tokens,
} from '../../reading.ts'

const forms: readonly Form[] = [
  { kind: 'blank', form: /\s+/y },
  { kind: 'string', form: /'[^']*'|"[^"]*"/y, value: text => text.slice(1, -1) },
  { kind: 'string', form: /['"][\s\S]*/y, bad: 'this text is not closed' },
  { kind: 'number', form: /-?\d+(?:\.\d+)?/y },
  { kind: 'name', form: /@?[A-Za-z_][\w-]*/y },
  { kind: 'sign', form: /<=|>=|!=|&lt;=|&gt;=|&lt;|&gt;/y },
]

const joining: Joining = {
  and: token => isWord(token, 'and'),
  or: token => isWord(token, 'or'),
  not: () => false,
  tighter: 'and',
}

const compares: Readonly<Record<string, '=' | '<' | '<=' | '>' | '>='>> = {
  '=': '=',
  '!=': '=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
  '&lt;': '<',
  '&lt;=': '<=',
  '&gt;': '>',
  '&gt;=': '>=',
}

const attributes: Readonly<Record<string, string>> = {
  Provider: 'Provider_Name',
  TimeCreated: 'SystemTime',
  Security: 'Security_UserID',
}

/** An expression, or an XML query of which each Select is one way to be found; its faults are told at the place of the text. */
export function readXPath(outer: Cursor, token: Token): Truth {
  const selects = [...token.value.matchAll(/<Select(?:\s+Path=(?:"([^"]*)"|'([^']*)'))?[^>]*>([\s\S]*?)<\/Select>/g)]
  const found =
    selects.length === 0 ? [[undefined, token.value] as const] : selects.map(one => [one[1] ?? one[2], one[3]!] as const)
  if (/<Suppress/.test(token.value)) outer.refuse('PWS001', 'Suppress is not read', token, 'say it in Where-Object')
  return anyOf(
    found.map(([path, text]) => {
      const inner = new Cursor(outer.source, tokens(text, forms), { text: 'PWS001', depth: 'PWS002' }, undefined)
      let asked: Truth
      try {
        asked = new XPath(inner).whole()
      } finally {
        // Its places are within the text: the whole of it is shown.
        for (const { code, severity, message, hint } of inner.diagnostics) outer.tell(code, severity, message, token, hint)
      }
      if (path === undefined) return asked
      const channel = certain({
        kind: 'test',
        subject: { kind: 'field', name: 'Channel' },
        match: { kind: 'glob', glob: glob([path]), fold: true },
      })
      return { yes: { kind: 'and', args: [channel.yes, asked.yes] }, no: { kind: 'or', args: [channel.no, asked.no] } }
    }),
  )
}

class XPath {
  private readonly cursor: Cursor

  constructor(cursor: Cursor) {
    this.cursor = cursor
  }

  /** ('*' | 'Event')? ('/' step)* '[' condition ']' …, joined by and and or. */
  whole(): Truth {
    const found = this.cursor.joined(joining, () => this.part(''))
    if (this.cursor.token.kind !== 'end') this.cursor.fail('the end of the expression')
    return found
  }

  private part(section: string): Truth {
    return this.cursor.deeper(() => {
      const { cursor } = this
      const { start } = cursor.token
      if (cursor.take('(')) {
        const found = cursor.joined(joining, () => this.part(section))
        cursor.expect(')')
        return found
      }
      if (cursor.is('not') && cursor.is('(', 1)) {
        cursor.at += 2
        const { yes, no } = cursor.joined(joining, () => this.part(section))
        cursor.expect(')')
        return { yes: no, no: yes }
      }
      if (cursor.is('band') && cursor.is('(', 1)) cursor.refuse('PWS001', 'band() is not read', cursor.token, 'compare the value')
      if (cursor.is('timediff') && cursor.is('(', 1)) {
        // How long ago an event was is the range of the search.
        while (!cursor.is(']') && cursor.token.kind !== 'end') cursor.at++
        return certain({ kind: 'const', value: true })
      }
      if (cursor.take('*') || cursor.take('event')) {
        if (cursor.take('/')) return this.part('')
        return this.bracketed('')
      }
      if (cursor.is('system') || cursor.is('eventdata') || cursor.is('userdata')) {
        const { text } = cursor.next()
        if (cursor.take('/')) return this.part(text)
        return this.bracketed(text)
      }
      const name = cursor.next()
      if (name.kind !== 'name') cursor.fail('an element')
      if (name.text === 'Data') return this.data(start)
      if (name.text.startsWith('@') || name.text === 'TimeCreated') {
        if (cursor.is('[')) return this.bracketed(name.text)
        return this.compared({ kind: 'field', name: attributes[section] ?? `${section}_${name.text.slice(1)}` }, start)
      }
      if (cursor.is('[')) return this.bracketed(name.text)
      if (cursor.take('/')) return this.part(name.text)
      return this.compared({ kind: 'field', name: name.text }, start)
    })
  }

  private bracketed(section: string): Truth {
    const { cursor } = this
    if (!cursor.is('[')) return certain({ kind: 'const', value: true })
    let found: Truth | undefined
    while (cursor.take('[')) {
      const next = cursor.joined(joining, () => this.part(section))
      cursor.expect(']')
      found =
        found === undefined
          ? next
          : { yes: { kind: 'and', args: [found.yes, next.yes] }, no: { kind: 'or', args: [found.no, next.no] } }
    }
    return found!
  }

  /** Data[@Name='Image']='…', Data[@Name='Image' and .='…'], Data='…'. */
  private data(start: number): Truth {
    const { cursor } = this
    if (!cursor.take('[')) return this.compared({ kind: 'fields', names: [{ wild: 'any' }] }, start)
    if (!cursor.is('@name')) cursor.fail('@Name')
    cursor.at++
    cursor.expect('=')
    const name = cursor.next()
    if (name.kind !== 'string') cursor.refuse('PWS001', 'the name of a value is a text', name)
    const subject: Scalar = { kind: 'field', name: name.value }
    if (cursor.take('and')) {
      const close = cursor.take('(')
      const values: Truth[] = []
      do {
        if (!cursor.take('.')) cursor.expect('text')
        if (cursor.take('(')) cursor.expect(')')
        values.push(this.compared(subject, start))
      } while (cursor.take('or'))
      if (close) cursor.expect(')')
      cursor.expect(']')
      return anyOf(values)
    }
    cursor.expect(']')
    return this.compared(subject, start)
  }

  /** Case counts; a value that is not there fails every comparison, also `!=`. Nothing behind it asks whether it is there. */
  private compared(subject: Scalar, start: number): Truth {
    const { cursor } = this
    const { text } = cursor.token
    const op = cursor.token.kind === 'sign' && Object.hasOwn(compares, text) ? compares[text] : undefined
    const span = cursor.spanFrom(start)
    if (op === undefined) return certain({ kind: 'test', subject, match: { kind: 'exists' }, span })
    cursor.next()
    const value = cursor.next()
    const number = value.kind === 'number' ? numberOf(value.text) : undefined
    if (value.kind !== 'string' && number === undefined) cursor.refuse('PWS001', 'a value is a text or a number', value)
    const match: Match =
      number !== undefined
        ? { kind: 'compare', op, to: { kind: 'literal', value: number } }
        : op === '='
          ? { kind: 'glob', glob: glob([value.value]), fold: false }
          : { kind: 'compare', op, to: { kind: 'literal', value: value.value } }
    const found = certain({ kind: 'test', subject, match })
    if (text !== '!=') return found
    return certain({ kind: 'and', args: [{ kind: 'test', subject, match: { kind: 'present' } }, found.no] })
  }
}
