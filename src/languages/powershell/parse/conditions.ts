// The block of Where-Object to meaning: how it gets at the fields of an event, and the condition at its end (about_Comparison_Operators, about_Logical_Operators, about_Wildcards).

import { any, contains, endsWith, glob, literal, one, startsWith } from '../../../ir/glob.ts'
import { or } from '../../../ir/logic.ts'
import type { Glob, Match, Predicate, Scalar } from '../../../ir/predicate.ts'
import { search } from '../../../ir/regex/search.ts'
import { readPortable } from '../../../ir/regex.ts'
import {
  anyOf,
  type Cursor,
  certain,
  clip,
  contrary,
  isWord,
  type Joining,
  numberOf,
  regexTest,
  type Truth,
} from '../../reading.ts'

const joining: Joining = {
  and: token => isWord(token, '-and'),
  or: token => isWord(token, '-or'),
  not: token => isWord(token, '-not') || (token.kind === 'sign' && token.text === '!'),
  // "-and and -or have the same precedence".
  tighter: 'neither',
}

/** Properties of an event record under Sigma's names. */
const properties: Readonly<Record<string, string>> = {
  id: 'EventID',
  logname: 'Channel',
  providername: 'Provider_Name',
  machinename: 'Computer',
  level: 'Level',
  message: 'Message',
  recordid: 'EventRecordID',
  task: 'Task',
  opcode: 'Opcode',
  timecreated: 'SystemTime',
}

/** What an expression is: a value of the event, a list of texts, the fields of the event, or the event itself. */
type Operand =
  | { readonly kind: 'value'; readonly of: Scalar }
  | { readonly kind: 'list'; readonly of: readonly Scalar[] }
  | { readonly kind: 'fields' | 'event' }
  | { readonly kind: 'truth'; readonly of: Truth }

const event: Operand = { kind: 'event' }

/** Reads the block of one Where-Object. */
export class Conditions {
  private readonly cursor: Cursor
  private readonly variables = new Map<string, Operand>([
    ['$_', event],
    ['$psitem', event],
  ])

  constructor(cursor: Cursor) {
    this.cursor = cursor
  }

  /** block := (assignment | preparation)* condition; up to the closing brace. */
  block(): Truth {
    const { cursor } = this
    for (;;) {
      while (cursor.take(';'));
      const name = cursor.token.text.toLowerCase()
      if (cursor.token.kind === 'name' && name.startsWith('$') && cursor.is('=', 1)) {
        cursor.at += 2
        this.variables.set(name, this.prepared())
        continue
      }
      // ([xml]…).Event.EventData.Data | ForEach-Object { … }: fills a variable that is there already.
      if (this.fills()) {
        this.skip()
        continue
      }
      return this.condition()
    }
  }

  /** Whether the statement hands its values to ForEach-Object, or is a loop. */
  private fills(): boolean {
    const { cursor } = this
    if (cursor.is('foreach')) return true
    let open = 0
    for (let at = cursor.at; at < cursor.list.length; at++) {
      const { kind, text, start } = cursor.list[at]!
      if (kind === 'end') return false
      if (kind === 'sign' && (text === ';' || text === '}') && open === 0) return false
      if (at > cursor.at && open === 0 && this.breaks(at, start)) return false
      if (open === 0 && kind === 'name' && /^foreach-object$/i.test(text)) return true
      if (open === 0 && kind === 'sign' && text === '%' && cursor.list[at + 1]?.text === '{') return true
      if (kind !== 'sign') continue
      if (text.endsWith('{') || text.endsWith('(') || text === '[') open++
      else if (text === '}' || text === ')' || text === ']') open--
    }
    return false
  }

  /** Whether a statement ends before this token: a line break that no operator is before. */
  private breaks(at: number, start: number): boolean {
    const before = this.cursor.list[at - 1]!
    if (!this.cursor.source.text.slice(before.end, start).includes('\n')) return false
    return !(before.kind === 'sign' && '|,({=+'.includes(before.text)) && !(before.kind === 'name' && before.text.startsWith('-'))
  }

  private skip(): void {
    const { cursor } = this
    let open = 0
    for (const from = cursor.at; cursor.token.kind !== 'end'; cursor.at++) {
      const { kind, text, start } = cursor.token
      if (open === 0 && kind === 'sign' && (text === ';' || text === '}')) return
      if (open === 0 && cursor.at > from && this.breaks(cursor.at, start)) return
      if (kind !== 'sign') continue
      if (text.endsWith('{') || text.endsWith('(') || text === '[') open++
      else if (text === '}' || text === ')' || text === ']') open--
    }
  }

  /** What a variable is set to: `$_` and values of the event are known, everything else that is made of the event is taken for its fields. */
  private prepared(): Operand {
    const { cursor } = this
    const { token } = cursor
    const next = cursor.ahead(1)
    if (
      token.kind === 'name' &&
      this.variables.has(token.text.toLowerCase()) &&
      (next.kind === 'sign' ? next.text === ';' : this.breaks(cursor.at + 1, next.start))
    ) {
      cursor.at++
      return this.variables.get(token.text.toLowerCase())!
    }
    this.skip()
    cursor.settled('powershell.fields')
    return { kind: 'fields' }
  }

  condition(): Truth {
    return this.cursor.joined(joining, () => this.primary())
  }

  private opaque(start: number, message: string): Truth {
    const span = this.cursor.spanFrom(start)
    this.cursor.tell('PWS201', 'warning', message, span, 'say it with -like, -match or -eq')
    return certain({ kind: 'opaque', text: this.cursor.source.text.slice(span.start, span.end), span })
  }

  private primary(): Truth {
    return this.cursor.deeper(() => {
      const { cursor } = this
      const { start } = cursor.token
      const left = this.operand()
      const op = cursor.token.kind === 'name' && cursor.token.text.startsWith('-') ? cursor.token.text.toLowerCase().slice(1) : ''
      if (op === '' || op === 'and' || op === 'or') return this.truthy(left, start)
      if (op === 'xor' || op === 'band' || op === 'bor')
        cursor.refuse('PWS001', `"-${op}" is not read`, cursor.token, 'write -and and -or')
      cursor.at++
      return this.compared(left, op, this.operand(), start)
    })
  }

  private truthy(of: Operand, start: number): Truth {
    if (of.kind === 'truth') return of.of
    const span = this.cursor.spanFrom(start)
    if (of.kind === 'value' && of.of.kind === 'literal') {
      const { value } = of.of
      return certain({ kind: 'const', value: value !== null && value !== false && value !== 0 && value !== '', span })
    }
    // A text is true unless it is empty.
    if (of.kind === 'value')
      return certain({ kind: 'test', subject: of.of, match: { kind: 'glob', glob: [one, any], fold: false }, span })
    return this.opaque(start, 'this is not read as a condition')
  }

  private test(subject: Scalar, match: Match, ofNothing: boolean, start: number): Truth {
    const span = this.cursor.spanFrom(start)
    const test: Predicate = { kind: 'test', subject, match, span }
    if (!ofNothing || subject.kind === 'fields') return certain(test)
    return certain(or([{ kind: 'not', arg: { kind: 'test', subject, match: { kind: 'present' }, span } }, test]))
  }

  private compared(left: Operand, op: string, right: Operand, start: number): Truth {
    const { cursor } = this
    const bare = /^[ci]?((?:not)?(?:like|match|in|contains)|eq|ne|lt|le|gt|ge)$/.exec(op)?.[1]
    if (bare === undefined)
      return cursor.refuse(
        'PWS001',
        `"-${clip(op)}" is no comparison that is read`,
        cursor.spanFrom(start),
        'write -like, -match or -eq',
      )
    const fold = !(op.startsWith('c') && bare !== op)
    const plain = bare.replace(/^not/, '')
    const settle = (found: Truth): Truth => (bare.startsWith('not') || bare === 'ne' ? contrary(found) : found)
    // How many values a filter let through: more than none.
    if (left.kind === 'truth' && right.kind === 'value' && right.of.kind === 'literal') {
      const { value } = right.of
      if (
        (bare === 'gt' && value === 0) ||
        (bare === 'ge' && value === 1) ||
        (bare === 'ne' && value === 0) ||
        (bare === 'eq' && value === true)
      )
        return left.of
      if ((bare === 'eq' && (value === 0 || value === false)) || (bare === 'lt' && value === 1)) return contrary(left.of)
    }
    if (plain === 'contains') return settle(this.equal(left, right, fold, start))
    if (plain === 'in')
      return settle(
        right.kind === 'list'
          ? anyOf(right.of.map(of => this.equal(left, { kind: 'value', of }, fold, start)))
          : this.equal(left, right, fold, start),
      )
    if (plain === 'eq' || plain === 'ne') return settle(this.equal(left, right, fold, start))
    const subject = left.kind === 'value' ? left.of : left.kind === 'fields' ? everyField : undefined
    const asked = right.kind === 'value' ? right.of : undefined
    if (subject === undefined || asked === undefined) return this.opaque(start, `what "-${op}" compares is not read`)
    if (plain === 'like' || plain === 'match') {
      if (asked.kind !== 'literal' || typeof asked.value !== 'string')
        return this.opaque(start, 'a pattern that is not written out is not read')
      if (plain === 'like') {
        const pattern = wild(asked.value)
        if (!Array.isArray(pattern))
          return settle(
            certain(regexTest(cursor, 'PWS003', subject, pattern as string, { whole: true, fold }, cursor.spanFrom(start))),
          )
        return settle(
          this.test(
            subject,
            { kind: 'glob', glob: pattern, fold },
            pattern.every(part => part === any),
            start,
          ),
        )
      }
      const test = regexTest(cursor, 'PWS003', subject, dotnet(asked.value), { fold }, cursor.spanFrom(start))
      const tree = test.kind === 'test' && test.match.kind === 'regex' ? readPortable(test.match.pattern).value : undefined
      const empty = tree === undefined ? undefined : search(tree, '')
      return settle(test.kind === 'test' ? this.test(subject, test.match, typeof empty === 'object', start) : certain(test))
    }
    const sign = ({ lt: '<', le: '<=', gt: '>', ge: '>=' } as const)[plain as 'lt']
    return this.test(subject, { kind: 'compare', op: sign, to: asked }, false, start)
  }

  private equal(left: Operand, right: Operand, fold: boolean, start: number): Truth {
    if (left.kind === 'value' && left.of.kind === 'literal' && !(right.kind === 'value' && right.of.kind === 'literal'))
      return this.equal(right, left, fold, start)
    const subject = left.kind === 'value' ? left.of : left.kind === 'fields' ? everyField : undefined
    if (subject === undefined || right.kind !== 'value') return this.opaque(start, 'what is compared is not read')
    const to = right.of
    if (to.kind !== 'literal') return this.test(subject, { kind: 'text', how: 'whole', to, fold }, false, start)
    const { value } = to
    if (value === null)
      return contrary(certain({ kind: 'test', subject, match: { kind: 'present' }, span: this.cursor.spanFrom(start) }))
    // The left side decides: a text is compared with a number's text.
    if (typeof value === 'string')
      return this.test(subject, value === '' ? { kind: 'empty' } : { kind: 'glob', glob: glob([value]), fold }, false, start)
    return this.test(subject, { kind: 'compare', op: '=', to }, false, start)
  }

  /** operand := prefix ('.' member | '[' index ']')* ('+' operand)*, a list with commas. */
  private operand(): Operand {
    const { cursor } = this
    const first = this.joinedTexts()
    if (!cursor.is(',')) return first
    const of = first.kind === 'value' ? [first.of] : []
    while (cursor.take(',')) {
      const next = this.joinedTexts()
      if (next.kind === 'value') of.push(next.of)
    }
    return { kind: 'list', of }
  }

  private joinedTexts(): Operand {
    const { cursor } = this
    let left = this.prefix()
    while (cursor.take('+')) {
      const right = this.prefix()
      if (left.kind !== 'value' || right.kind !== 'value' || left.of.kind !== 'literal' || right.of.kind !== 'literal')
        return cursor.refuse('PWS001', 'only texts are added', cursor.token)
      left = { kind: 'value', of: { kind: 'literal', value: String(left.of.value) + String(right.of.value) } }
    }
    return left
  }

  private prefix(): Operand {
    return this.cursor.deeper(() => {
      const { cursor } = this
      const { token } = cursor
      const { start } = token
      const span = { start, end: token.end }
      if (token.kind === 'string') {
        const { value } = cursor.next()
        return { kind: 'value', of: { kind: 'literal', value, span } }
      }
      if (token.kind === 'number') {
        cursor.at++
        const value = /^-?0x/i.test(token.text) ? Number(token.text) : numberOf(token.text.replace(/[lLdD]$/, ''))
        return { kind: 'value', of: { kind: 'literal', value: value ?? 0, span } }
      }
      if (cursor.take('[')) return this.type(start)
      if (cursor.take('@(') || cursor.take('(')) {
        const list = token.text === '@('
        const inner = this.inside()
        cursor.expect(')')
        return this.members(
          list && inner.kind === 'value' && inner.of.kind === 'literal' ? { kind: 'list', of: [inner.of] } : inner,
          start,
        )
      }
      const name = token.text.toLowerCase()
      if (token.kind === 'name' && name.startsWith('$')) {
        cursor.at++
        if (name === '$null' || name === '$true' || name === '$false')
          return { kind: 'value', of: { kind: 'literal', value: name === '$null' ? null : name === '$true', span } }
        const known = this.variables.get(name)
        if (known === undefined)
          return cursor.refuse('PWS001', `the variable "${clip(token.text)}" is set nowhere`, token, 'set it in the block')
        return this.members(known, start)
      }
      return cursor.fail('a value')
    })
  }

  /** What is in parentheses: a condition, or a value. */
  private inside(): Operand {
    const { cursor } = this
    const from = cursor.at
    const at = cursor.diagnostics.length
    const first = this.joinable()
    if (first !== undefined && (cursor.is(')') || cursor.is(','))) {
      if (!cursor.is(',')) return first
      const of = first.kind === 'value' ? [first.of] : []
      while (cursor.take(',')) {
        const next = this.joinedTexts()
        if (next.kind === 'value') of.push(next.of)
      }
      return { kind: 'list', of }
    }
    cursor.at = from
    cursor.diagnostics.length = at
    return { kind: 'truth', of: this.condition() }
  }

  /** A value where one begins; undefined where only a condition can. */
  private joinable(): Operand | undefined {
    const { cursor } = this
    if (cursor.is('(') || cursor.is('!') || cursor.is('-not')) return undefined
    return this.joinedTexts()
  }

  private members(of: Operand, start: number): Operand {
    const { cursor } = this
    let found = of
    for (let count = 0; count < 50; count++) {
      if (cursor.is('[') && cursor.token.start === cursor.list[cursor.at - 1]!.end) {
        cursor.at++
        const key = cursor.next()
        cursor.expect(']')
        if (found.kind === 'fields' && key.kind === 'string')
          found = { kind: 'value', of: { kind: 'field', name: key.value, span: cursor.spanFrom(start) } }
        else found = { kind: 'truth', of: this.opaque(start, 'a value by its place is not read') }
        continue
      }
      if (!cursor.is('.') || cursor.ahead(1).start !== cursor.token.end) return found
      cursor.at++
      const member = cursor.next()
      const name = member.value
      const lower = name.toLowerCase()
      if (cursor.is('(') && cursor.token.start === member.end) {
        found = this.method(found, lower, start)
        continue
      }
      if (lower === 'count' || lower === 'values' || lower === 'length') continue
      if (found.kind === 'event' && Object.hasOwn(properties, lower))
        found = { kind: 'value', of: { kind: 'field', name: properties[lower]!, span: cursor.spanFrom(start) } }
      else if (found.kind === 'fields') found = { kind: 'value', of: { kind: 'field', name, span: cursor.spanFrom(start) } }
      else found = { kind: 'truth', of: this.opaque(start, `the member "${clip(name)}" is not read`) }
    }
    return cursor.fail('fewer members')
  }

  private method(of: Operand, name: string, start: number): Operand {
    const { cursor } = this
    cursor.expect('(')
    if (name === 'where') {
      cursor.expect('{')
      const subject: Operand = of.kind === 'fields' ? { kind: 'value', of: everyField } : of
      const before = this.variables.get('$_')!
      this.variables.set('$_', subject)
      const found = this.block()
      this.variables.set('$_', before)
      cursor.expect('}')
      cursor.expect(')')
      if (subject.kind === 'value' && subject.of.kind === 'fields' && found.yes.kind !== 'test')
        return { kind: 'truth', of: this.opaque(start, 'several questions about the same value of any field are not read') }
      return { kind: 'truth', of: found }
    }
    const args: Operand[] = []
    if (!cursor.is(')'))
      do args.push(this.joinedTexts())
      while (cursor.take(','))
    cursor.expect(')')
    const asked = args[0]?.kind === 'value' ? args[0].of : undefined
    if (name === 'containskey' && of.kind === 'fields' && asked?.kind === 'literal' && typeof asked.value === 'string')
      return {
        kind: 'truth',
        of: certain({
          kind: 'test',
          subject: { kind: 'field', name: asked.value },
          match: { kind: 'exists' },
          span: cursor.spanFrom(start),
        }),
      }
    if (of.kind !== 'value') return { kind: 'truth', of: this.opaque(start, `the method "${clip(name)}" is not read`) }
    if (name === 'tolower' || name === 'toupper' || name === 'tolowerinvariant' || name === 'toupperinvariant')
      return { kind: 'value', of: { kind: 'call', fn: name.startsWith('tolower') ? 'lower' : 'upper', args: [of.of] } }
    if (name === 'tostring') return of
    // Methods heed case unless a comparison that does not is given.
    const fold = ignoresCase(args[1])
    const how = ({ contains: 'anywhere', startswith: 'start', endswith: 'end', indexof: 'anywhere', equals: 'whole' } as const)[
      name as 'contains'
    ]
    if (how === undefined || asked === undefined)
      return { kind: 'truth', of: this.opaque(start, `the method "${clip(name)}" is not read`) }
    if (name === 'indexof') {
      if (cursor.take('-ge') && cursor.token.text === '0') cursor.at++
      else return { kind: 'truth', of: this.opaque(start, 'where a text lies in another is not read') }
    }
    return { kind: 'truth', of: this.placed(of.of, asked, how, fold, start) }
  }

  private placed(subject: Scalar, to: Scalar, how: 'whole' | 'start' | 'end' | 'anywhere', fold: boolean, start: number): Truth {
    if (to.kind !== 'literal' || typeof to.value !== 'string')
      return this.test(subject, { kind: 'text', how, to, fold }, false, start)
    const made = { whole: literal, start: startsWith, end: endsWith, anywhere: contains }[how](to.value)
    return this.test(subject, { kind: 'glob', glob: made, fold }, false, start)
  }

  /** '[' type ']' value: a cast; '[' type ']' '::' method. */
  private type(start: number): Operand {
    const { cursor } = this
    let type = cursor.next().text.toLowerCase()
    while (cursor.take('.')) type += `.${cursor.next().text.toLowerCase()}`
    while (cursor.take('[')) cursor.expect(']')
    cursor.expect(']')
    if (cursor.take('::')) {
      const member = cursor.next().text.toLowerCase()
      if (!cursor.is('(')) return { kind: 'value', of: { kind: 'literal', value: member } }
      cursor.at++
      const args: Operand[] = []
      if (!cursor.is(')'))
        do args.push(this.joinedTexts())
        while (cursor.take(','))
      cursor.expect(')')
      const [a, b, c] = args
      if (type === 'string' && member === 'equals' && a?.kind === 'value' && b?.kind === 'value')
        return { kind: 'truth', of: this.placed(a.of, b.of, 'whole', ignoresCase(c), start) }
      if (
        type === 'regex' &&
        member === 'ismatch' &&
        a?.kind === 'value' &&
        b?.kind === 'value' &&
        b.of.kind === 'literal' &&
        typeof b.of.value === 'string'
      )
        return {
          kind: 'truth',
          of: certain(regexTest(cursor, 'PWS003', a.of, dotnet(b.of.value), { fold: ignoresCase(c) }, cursor.spanFrom(start))),
        }
      // A number from its text, in whatever base.
      if (type === 'convert' && a?.kind === 'value') return a
      return { kind: 'truth', of: this.opaque(start, `"[${clip(type)}]::${clip(member)}" is not read`) }
    }
    const value = this.prefix()
    if (
      type === 'char' &&
      value.kind === 'value' &&
      value.of.kind === 'literal' &&
      typeof value.of.value === 'number' &&
      value.of.value >= 0 &&
      value.of.value <= 0xffff
    )
      return { kind: 'value', of: { kind: 'literal', value: String.fromCharCode(value.of.value) } }
    return value
  }
}

const everyField: Scalar = { kind: 'fields', names: [any] }

const ignoresCase = (of: Operand | undefined): boolean =>
  of?.kind === 'value' && of.of.kind === 'literal' && /ignorecase$/i.test(String(of.of.value))

/** Wildcards of -like: `*`, `?`, classes in brackets; a backtick makes the next character plain. A pattern with a class becomes an expression. */
function wild(text: string): Glob | string {
  const parts: Glob[number][] = []
  let pattern = ''
  let classes = false
  const plain = (of: string): void => {
    parts.push(of)
    pattern += of.replace(/[\\^$.|?*+()[\]{}]/, '\\$&')
  }
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!
    const close = character === '[' ? text.indexOf(']', at + 2) : -1
    if (character === '`' && at + 1 < text.length) plain(text[++at]!)
    else if (character === '*' || character === '?') {
      parts.push(character === '*' ? any : one)
      pattern += character === '*' ? '(?s:.*)' : '(?s:.)'
    } else if (close !== -1) {
      classes = true
      pattern += `[${text.slice(at + 1, close).replace(/[\\^[\]]/g, '\\$&')}]`
      at = close
    } else plain(character)
  }
  return classes ? pattern : glob(parts)
}

/** .NET's expressions in PCRE's dress: texts are sequences of UTF-16 units there, so that one character beyond is spelt as a pair of classes. */
function dotnet(pattern: string): string {
  return (
    pattern
      .replaceAll('(?:[^\\n\\uD800-\\uDFFF]|[\\uD800-\\uDBFF][\\uDC00-\\uDFFF])', '.')
      .replaceAll('(?:[^\\uD800-\\uDFFF]|[\\uD800-\\uDBFF][\\uDC00-\\uDFFF])', '(?s:.)')
      // An endless run of a class that takes every unit from somewhere below the pairs takes the pairs.
      .replace(/(\\u([0-9a-fA-F]{4})|[^\\])-\\uFFFF\](?=[*+])/g, (whole, from: string, code: string | undefined) =>
        code !== undefined && Number.parseInt(code, 16) > 0xd800 ? whole : `${from}-\\x{10FFFF}]`,
      )
      .replace(/\\u([0-9a-fA-F]{4})/g, '\\x{$1}')
      .replace(/\(\?<(\w+)-\w*>/g, '(?<$1>')
  )
}
