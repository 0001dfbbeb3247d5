// Expressions of ES|QL as meaning: three-valued conditions told as two questions (when true, when false), lists of several values without an answer, times as times.

import { fieldKind, phrase, wholeValue } from '../../../ir/elastic.ts'
import { any as anyWild, glob } from '../../../ir/glob.ts'
import { and, never, not, or } from '../../../ir/logic.ts'
import type { Glob, Match, Predicate, Scalar } from '../../../ir/predicate.ts'
import { readLucene } from '../../../ir/regex.ts'
import type { Diagnostic } from '../../../text/diagnostic.ts'
import type { Source, Span } from '../../../text/source.ts'
import { suggest } from '../../../text/suggest.ts'
import type { ParseContext } from '../../language.ts'
import { beyond, conditions, measures, scalars } from './functions.ts'
import { casts, isCondition, isDate } from './kinds.ts'
import { wildcards, within } from './patterns.ts'
import type { Expression, Unit } from './tree.ts'

/** Units of fixed length in milliseconds; the others are told by their name. */
const lengths: Readonly<Partial<Record<Unit, number>>> = {
  millisecond: 1,
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
}

export class Expressions {
  readonly diagnostics: Diagnostic[] = []
  readonly assumed = new Set<string>()
  private readonly context: ParseContext
  private readonly source: Source
  /** Columns made by the query, and whether they hold times. */
  readonly dates = new Map<string, boolean>()

  constructor(source: Source, context: ParseContext) {
    this.source = source
    this.context = context
  }

  error(code: string, message: string, span: Span, hint?: string): void {
    this.diagnostics.push({ code, severity: 'error', message, span, ...(hint === undefined ? {} : { hint }) })
  }

  warn(code: string, message: string, span: Span, hint?: string): void {
    this.diagnostics.push({ code, severity: 'warning', message, span, ...(hint === undefined ? {} : { hint }) })
  }

  /** When a condition is true. */
  yes(of: Expression): Predicate {
    switch (of.kind) {
      case 'and':
        return and(of.args.map(arg => this.yes(arg)))
      case 'or':
        return or(of.args.map(arg => this.yes(arg)))
      case 'not':
        return this.no(of.arg)
      case 'null':
        return of.negated ? this.present(of.arg) : not(this.present(of.arg))
      case 'call':
        if (of.name === 'coalesce') return this.firstKnown(of.args, true)
        if (of.name === 'case') return this.branches(of.args, true)
        return this.test(of)
      case 'literal':
        if (typeof of.value === 'boolean') return { kind: 'const', value: of.value }
        if (of.value === null) return never
        return this.test(of)
      default:
        return this.test(of)
    }
  }

  /** When a condition is false; neither it nor its negation is true where it has no answer. */
  no(of: Expression): Predicate {
    switch (of.kind) {
      case 'and':
        return or(of.args.map(arg => this.no(arg)))
      case 'or':
        return and(of.args.map(arg => this.no(arg)))
      case 'not':
        return this.yes(of.arg)
      case 'null':
        return not(this.yes(of))
      case 'call':
        if (of.name === 'coalesce') return this.firstKnown(of.args, false)
        if (of.name === 'case') return this.branches(of.args, false)
        return this.negated(of)
      case 'literal':
        if (typeof of.value === 'boolean') return { kind: 'const', value: !of.value }
        return never
      case 'compare': {
        const opposite = { '==': '!=', '!=': '==', '<': '>=', '<=': '>', '>': '<=', '>=': '<' } as const
        if (of.op === '=~') return this.negated(of)
        return this.yes({ ...of, op: opposite[of.op] })
      }
      case 'field':
        return {
          kind: 'test',
          subject: this.scalar(of),
          match: { kind: 'glob', glob: ['false'], fold: false },
          each: 'one',
          span: of.span,
        }
      default:
        return this.negated(of)
    }
  }

  /** `COALESCE(a, b, FALSE)` of conditions: the first that has an answer. Where a constant ends it, what is not its opposite is it. */
  private firstKnown(args: readonly Expression[], wanted: boolean): Predicate {
    const end = args.findIndex(arg => arg.kind === 'literal' && typeof arg.value === 'boolean')
    const last = end === -1 ? undefined : args[end]
    const asked = end === -1 ? args : args.slice(0, end)
    const said = last?.kind === 'literal' && last.value === wanted
    const sought = said ? !wanted : wanted
    const parts: Predicate[] = []
    const before: Predicate[] = []
    for (const [at, arg] of asked.entries()) {
      const yes = this.yes(arg)
      parts.push(and([...before, sought ? yes : this.no(arg)]))
      if (at < asked.length - 1) before.push(not(yes), not(this.no(arg)))
    }
    return said ? not(or(parts)) : or(parts)
  }

  private branches(args: readonly Expression[], wanted: boolean): Predicate {
    const parts: Predicate[] = []
    const before: Predicate[] = []
    for (let at = 0; at < args.length; at += 2) {
      const last = at + 1 >= args.length
      const then = last ? args[at]! : args[at + 1]!
      const when = last ? [] : [this.yes(args[at]!)]
      parts.push(and([...before, ...when, wanted ? this.yes(then) : this.no(then)]))
      if (!last) before.push(not(this.yes(args[at]!)))
    }
    return or(parts)
  }

  /** The negation of a test: its values must be there. */
  private negated(of: Expression): Predicate {
    const test = this.yes(of)
    if (
      of.kind === 'match' ||
      (of.kind === 'call' && (of.name === 'match' || of.name === 'kql' || of.name === 'qstr' || of.name === 'match_phrase'))
    )
      return not(test)
    return and([...this.subjects(of).map(subject => this.known(subject)), not(test)])
  }

  private subjects(of: Expression): readonly Expression[] {
    switch (of.kind) {
      case 'compare':
        return [of.left, of.right]
      case 'in':
      case 'like':
        return [of.left]
      case 'call':
        return of.name === 'mv_contains' ? [] : of.args
      default:
        return []
    }
  }

  /** Whether a value has an answer: it is there, and alone. */
  private known(of: Expression): Predicate {
    if (of.kind === 'literal') return { kind: 'const', value: of.value !== null }
    return {
      kind: 'test',
      subject: this.scalar(of),
      match: { kind: 'glob', glob: [anyWild], fold: false },
      each: 'one',
      span: of.span,
    }
  }

  private present(of: Expression): Predicate {
    if (of.kind === 'literal') return { kind: 'const', value: of.value !== null }
    return { kind: 'test', subject: this.scalar(of), match: { kind: 'present' }, span: of.span }
  }

  private test(of: Expression): Predicate {
    const { span } = of
    switch (of.kind) {
      case 'field':
        return { kind: 'test', subject: this.scalar(of), match: { kind: 'glob', glob: ['true'], fold: false }, each: 'one', span }
      case 'compare':
        return this.compare(of)
      case 'in':
        return or(
          of.values.map(value =>
            this.compare({
              kind: 'compare',
              op: '==',
              left: of.left,
              right: value,
              span: of.values.length === 1 ? span : value.span,
            }),
          ),
        )
      case 'like': {
        const subject = this.scalar(of.left)
        return or(
          of.patterns.map((pattern): Predicate => {
            const match = this.pattern(of.how, pattern)
            const folded =
              match?.kind === 'glob'
                ? this.folded(of.left, match.glob.filter(part => typeof part === 'string').join(''), pattern.span)
                : undefined
            if (folded === 'never') return never
            if (folded !== undefined && match?.kind === 'glob')
              return {
                kind: 'test',
                subject: folded,
                match: { ...match, fold: true },
                each: 'one',
                span: of.patterns.length === 1 ? span : pattern.span,
              }
            return match === undefined
              ? never
              : { kind: 'test', subject, match, each: 'one', span: of.patterns.length === 1 ? span : pattern.span }
          }),
        )
      }
      case 'match':
        return this.searched(of.left, of.right, span)
      case 'call':
        return this.asks(of)
      case 'parameter':
        return this.opaque(of, `the parameter "${of.name}" has no value here`)
      case 'cast':
        return this.test(of.arg)
      default:
        this.error('ESQ005', 'a value alone is no condition', span, 'compare it with a value')
        return never
    }
  }

  private opaque(of: Expression, why: string): Predicate {
    this.warn('ESQ006', why, of.span, 'the query is shown, and cannot be run')
    return { kind: 'opaque', text: this.source.text.slice(of.span.start, of.span.end), span: of.span }
  }

  private compare(of: Expression & { kind: 'compare' }): Predicate {
    let { left, right, op } = of
    if (left.kind === 'literal' && right.kind !== 'literal') {
      const mirrored = { '==': '==', '=~': '=~', '!=': '!=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const
      ;[left, right, op] = [right, left, mirrored[op]]
    }
    if (right.kind === 'literal' && right.value === null) return never
    if (isCondition(left) && right.kind === 'literal' && typeof right.value === 'boolean' && (op === '==' || op === '!='))
      return (op === '==') === right.value ? this.yes(left) : this.no(left)
    const dated = this.isDate(left) || this.isDate(right)
    const { span } = of
    if (op === '==' && right.kind === 'literal' && typeof right.value === 'string') {
      const folded = this.folded(left, right.value, right.span)
      if (folded !== undefined)
        return folded === 'never'
          ? never
          : { kind: 'test', subject: folded, match: { kind: 'glob', glob: glob([right.value]), fold: true }, each: 'one', span }
    }
    const subject = dated ? this.dateScalar(left) : this.scalar(left)
    if (op === '!=')
      return and([
        this.known(left),
        ...(right.kind === 'literal' ? [] : [this.known(right)]),
        not(this.compare({ ...of, op: '==', left, right })),
      ])
    if (!dated && right.kind === 'literal') {
      const { value } = right
      if (op === '==' || op === '=~') {
        const kind = left.kind === 'field' ? fieldKind(left.name) : 'keyword'
        const match: Match =
          typeof value === 'number' || typeof value === 'bigint'
            ? { kind: 'compare', op: '=', to: { kind: 'literal', value } }
            : typeof value === 'string' && op === '=~'
              ? { kind: 'glob', glob: glob([value]), fold: true }
              : wholeValue(kind === 'ip' ? 'ip' : 'keyword', String(value))
        return { kind: 'test', subject, match, each: 'one', span }
      }
      return {
        kind: 'test',
        subject,
        match: { kind: 'compare', op, to: { kind: 'literal', value }, fold: false },
        each: 'one',
        span,
      }
    }
    const to = dated ? this.dateScalar(right) : this.scalar(right)
    const sign = op === '==' || op === '=~' ? '=' : op
    return { kind: 'test', subject, match: { kind: 'compare', op: sign, to, fold: op === '=~' }, each: 'one', span }
  }

  /** The field behind TO_LOWER or TO_UPPER, when what it is compared with is in that case: then case does not count. */
  private folded(left: Expression, text: string, span: Span): (Scalar & { kind: 'field' }) | 'never' | undefined {
    if (left.kind !== 'call' || (left.name !== 'to_lower' && left.name !== 'to_upper')) return undefined
    const [inner] = left.args
    if (inner?.kind !== 'field' || left.args.length !== 1) return undefined
    const lower = left.name === 'to_lower'
    if (text !== (lower ? text.toLowerCase() : text.toUpperCase())) {
      this.warn(
        'ESQ201',
        `what ${left.name.toUpperCase()} gives is never "${text.slice(0, 60)}"`,
        span,
        `write it in ${lower ? 'small' : 'capital'} letters`,
      )
      return 'never'
    }
    return { kind: 'field', name: inner.name, span: inner.span }
  }

  private pattern(how: 'like' | 'rlike', of: Expression): Match | undefined {
    if (of.kind !== 'literal' || typeof of.value !== 'string') {
      this.error('ESQ005', `"${how.toUpperCase()}" compares with patterns`, of.span, 'write a text in double quotes')
      return undefined
    }
    if (how === 'like') return { kind: 'glob', glob: wildcards(of.value), fold: false }
    const read = readLucene(of.value)
    for (const finding of read.diagnostics) this.error('ESQ007', finding.message, of.span, finding.hint)
    return read.value === undefined ? undefined : { kind: 'regex', pattern: read.value, fold: false, whole: true }
  }

  /** `field : value` and MATCH: any member, analysed where the field is text. */
  private searched(left: Expression, right: Expression, span: Span): Predicate {
    const subject = this.scalar(left.kind === 'cast' ? left.arg : left)
    if (subject.kind !== 'field' || right.kind !== 'literal' || right.value === null) {
      this.error('ESQ005', 'a search asks a field for a value', span)
      return never
    }
    const kind = fieldKind(subject.name)
    // Any member is asked.
    const member: Scalar = { ...subject, type: 'dynamic' }
    const text = String(right.value)
    if (kind === 'text') return or(text.split(/\s+/).map(word => phrase(subject, word, span)))
    if (typeof right.value === 'number')
      return {
        kind: 'test',
        subject: member,
        match: { kind: 'compare', op: '=', to: { kind: 'literal', value: right.value } },
        span,
      }
    return { kind: 'test', subject: member, match: wholeValue(kind, text), span }
  }

  /** Functions that answer yes or no. */
  private asks(of: Expression & { kind: 'call' }): Predicate {
    const { name, args, span } = of
    if (!Object.hasOwn(conditions, name)) {
      if (this.checked(of) === undefined) return never
      if (of.name === 'to_boolean' || of.name === 'to_bool')
        return { kind: 'test', subject: this.scalar(of), match: { kind: 'glob', glob: ['true'], fold: false }, each: 'one', span }
      this.error(
        'ESQ005',
        `"${name.toUpperCase()}" gives a value, and a value alone is no condition`,
        span,
        'compare it with a value',
      )
      return never
    }
    const [least, most] = conditions[name]!
    if (!this.counted(of, least, most)) return never
    const [first, second] = args
    switch (name) {
      case 'cidr_match':
        return or(
          args.slice(1).map((arg): Predicate => {
            if (arg.kind !== 'literal' || typeof arg.value !== 'string')
              return this.opaque(of, 'networks that are no texts cannot be asked')
            return {
              kind: 'test',
              subject: this.scalar(first!),
              match: { kind: 'cidr', network: arg.value },
              each: 'one',
              span: args.length === 2 ? span : arg.span,
            }
          }),
        )
      case 'starts_with':
      case 'ends_with':
      case 'contains': {
        const how = { starts_with: 'start', ends_with: 'end', contains: 'anywhere' } as const
        const subject = this.scalar(first!)
        if (second!.kind !== 'literal' || typeof second!.value !== 'string')
          return {
            kind: 'test',
            subject,
            match: { kind: 'text', how: how[name], to: this.scalar(second!), fold: false },
            each: 'one',
            span,
          }
        const folded = this.folded(first!, second!.value, second!.span)
        if (folded === 'never') return never
        const parts: Glob =
          name === 'starts_with'
            ? [second!.value, anyWild]
            : name === 'ends_with'
              ? [anyWild, second!.value]
              : [anyWild, second!.value, anyWild]
        return {
          kind: 'test',
          subject: folded ?? subject,
          match: { kind: 'glob', glob: glob(parts), fold: folded !== undefined },
          each: 'one',
          span,
        }
      }
      case 'mv_contains': {
        const found = this.scalar(first!)
        const subject: Scalar = found.kind === 'field' ? { ...found, type: 'dynamic' } : found
        const values = second!.kind === 'list' ? second!.items : [second!]
        return and(
          values.map((value): Predicate => {
            if (value.kind === 'literal' && typeof value.value === 'string')
              return { kind: 'test', subject, match: { kind: 'glob', glob: glob([value.value]), fold: false }, span }
            return { kind: 'test', subject, match: { kind: 'compare', op: '=', to: this.scalar(value), fold: false }, span }
          }),
        )
      }
      case 'match':
        return this.searched(first!, second!, span)
      case 'match_phrase': {
        const subject = this.scalar(first!)
        if (subject.kind !== 'field' || second!.kind !== 'literal') return this.opaque(of, 'a search asks a field for a value')
        return fieldKind(subject.name) === 'text'
          ? phrase(subject, String(second!.value), span)
          : this.searched(first!, second!, span)
      }
      default:
        return this.embedded(name === 'kql' ? 'kuery' : 'lucene', first!, of)
    }
  }

  /** `KQL("…")` and `QSTR("…")`: a query of another language. */
  private embedded(language: 'kuery' | 'lucene', text: Expression, of: Expression): Predicate {
    if (text.kind !== 'literal' || typeof text.value !== 'string') return this.opaque(of, 'a query inside must be a text')
    const { embedded } = this.context
    if (embedded === undefined) return this.opaque(of, `a query in ${language} inside is not read here`)
    // Places inside are told as the whole text: escapes may stand between.
    const read = embedded(language, { name: this.source.name, text: text.value })
    for (const finding of read.diagnostics) this.diagnostics.push({ ...finding, span: text.span, related: [] })
    for (const one of read.assumed ?? []) this.assumed.add(one)
    const filters = read.value?.stages.flatMap((stage): Predicate[] => (stage.kind === 'filter' ? [stage.where] : []))
    if (filters === undefined) return never
    return within(and(filters), of.span)
  }

  private counted(of: Expression & { kind: 'call' }, least: number, most: number): boolean {
    if (of.args.length >= least && of.args.length <= most) return true
    const wanted = least === most ? `${least}` : most >= 10_000 ? `${least} or more` : `${least} to ${most}`
    this.error('ESQ004', `"${of.name.toUpperCase()}" takes ${wanted} arguments, not ${of.args.length}`, of.span)
    return false
  }

  /** The facts of a function that gives a value; undefined, and told, when there is none. */
  private checked(of: Expression & { kind: 'call' }): (typeof scalars)[string] | undefined {
    const found = Object.hasOwn(scalars, of.name) ? scalars[of.name] : undefined
    if (found === undefined) {
      if (Object.hasOwn(measures, of.name))
        this.error('ESQ005', `"${of.name.toUpperCase()}" is an aggregation, which only STATS takes`, of.span)
      else {
        const near = suggest(of.name, [...Object.keys(scalars), ...Object.keys(conditions)])
        this.error(
          'ESQ008',
          `ES|QL has no function "${of.name.toUpperCase()}"`,
          of.span,
          near === undefined ? undefined : `did you mean "${near.toUpperCase()}"?`,
        )
      }
      return undefined
    }
    return this.counted(of, found.least, found.most) ? found : undefined
  }

  /** Whether a value is a time. */
  isDate(of: Expression): boolean {
    return isDate(of, this.dates)
  }

  /** A value as a time in milliseconds. */
  private dateScalar(of: Expression): Scalar {
    const found = this.scalar(of)
    if (found.kind === 'call' && (found.fn === 'now' || found.fn.startsWith('elastic:date'))) return found
    return { kind: 'call', fn: 'elastic:date', args: [found], span: of.span }
  }

  /** A value. */
  scalar(of: Expression): Scalar {
    const { span } = of
    switch (of.kind) {
      case 'field':
        return { kind: 'field', name: of.name, span }
      case 'literal':
        return { kind: 'literal', value: of.value, span }
      case 'list':
        return { kind: 'literal', value: of.items.map(item => (item.kind === 'literal' ? item.value : null)), span }
      case 'span': {
        const length = lengths[of.unit]
        return { kind: 'literal', value: length === undefined ? `${of.amount} ${of.unit}` : of.amount * length, span }
      }
      case 'parameter':
        this.warn('ESQ006', `the parameter "${of.name}" has no value here`, span, 'give it a value')
        return { kind: 'literal', value: null, span }
      case 'arithmetic':
        return this.arithmetic(of)
      case 'cast':
        return this.cast(of)
      case 'call':
        return this.call(of)
      default: {
        const branch = (when: Predicate, value: boolean) => ({ when, then: { kind: 'literal', value } as const })
        return {
          kind: 'case',
          branches: [branch(this.yes(of), true), branch(this.no(of), false)],
          otherwise: { kind: 'literal', value: null },
          span,
        }
      }
    }
  }

  private arithmetic(of: Expression & { kind: 'arithmetic' }): Scalar {
    const { span } = of
    if (this.isDate(of)) {
      const [time, amount] = of.right.kind === 'span' ? [of.left, of.right] : [of.right, of.left as Expression & { kind: 'span' }]
      const signed: Scalar =
        of.op === '-'
          ? {
              kind: 'literal',
              value:
                lengths[amount.unit] === undefined ? `${-amount.amount} ${amount.unit}` : -amount.amount * lengths[amount.unit]!,
            }
          : this.scalar(amount)
      return { kind: 'call', fn: 'elastic:date-add', args: [this.dateScalar(time), signed], span }
    }
    const fn = { '+': 'add', '-': 'subtract', '*': 'multiply', '/': 'elastic:quotient', '%': 'elastic:modulo' } as const
    return { kind: 'call', fn: fn[of.op], args: [this.scalar(of.left), this.scalar(of.right)], span }
  }

  private cast(of: Expression & { kind: 'cast' }): Scalar {
    const name = Object.hasOwn(casts, of.type) ? casts[of.type]! : undefined
    if (name === undefined) {
      this.error('ESQ005', `"${of.type}" is no type that a value can be made`, of.span)
      return { kind: 'literal', value: null, span: of.span }
    }
    return this.call({ kind: 'call', name, args: [of.arg], span: of.span })
  }

  private call(of: Expression & { kind: 'call' }): Scalar {
    const { span } = of
    const none: Scalar = { kind: 'literal', value: null, span }
    if (Object.hasOwn(conditions, of.name)) return this.scalar({ kind: 'not', arg: { kind: 'not', arg: of, span }, span })
    if (beyond.has(of.name)) {
      this.warn(
        'ESQ006',
        `"${of.name.toUpperCase()}" asks about places or models, which no log has`,
        span,
        'the query is shown, and cannot be run',
      )
      return {
        kind: 'call',
        fn: `elastic:unknown-${of.name.replaceAll('_', '-')}`,
        args: of.args.map(arg => this.scalar(arg)),
        span,
      }
    }
    const facts = this.checked(of)
    if (facts === undefined) return none
    if (of.name === 'case') {
      const branches: { when: Predicate; then: Scalar }[] = []
      for (let at = 0; at + 1 < of.args.length; at += 2)
        branches.push({ when: this.yes(of.args[at]!), then: this.scalar(of.args[at + 1]!) })
      const last = of.args.length % 2 === 1 ? of.args.at(-1) : undefined
      return { kind: 'case', branches, otherwise: last === undefined ? none : this.scalar(last), span }
    }
    if (of.name === 'coalesce') return { kind: 'call', fn: 'coalesce', args: of.args.map(arg => this.scalar(arg)), span }
    if (of.name === 'date_trunc' || of.name === 'bucket') {
      const [size, time] = of.name === 'bucket' ? [of.args[1]!, of.args[0]!] : [of.args[0]!, of.args[1]!]
      if (of.name === 'bucket' && !this.isDate(time))
        return { kind: 'call', fn: 'bin', args: [this.scalar(time), this.scalar(size)], span }
      return { kind: 'call', fn: 'elastic:date-trunc', args: [this.dateScalar(time), this.scalar(size)], span }
    }
    if (of.name === 'date_diff')
      return {
        kind: 'call',
        fn: 'elastic:date-diff',
        args: [this.scalar(of.args[0]!), this.dateScalar(of.args[1]!), this.dateScalar(of.args[2]!)],
        span,
      }
    const args = of.args.map(arg => this.scalar(arg))
    return {
      kind: 'call',
      fn: facts.fn as Exclude<typeof facts.fn, 'own'>,
      args,
      span,
      ...(facts.type === undefined ? {} : { type: facts.type }),
    }
  }
}
