// From EQL's tree to meaning: what EQL leaves unsaid (case, wildcards, missing fields, arrays) is said here.

import { any as anyWild, glob, one as oneWild } from '../../../ir/glob.ts'
import { and, never, not, or } from '../../../ir/logic.ts'
import type { Pipeline, Stage, Step } from '../../../ir/pipeline.ts'
import type { Glob, Match, Predicate, Scalar, Special } from '../../../ir/predicate.ts'
import { printRegex, type RegexTree, readLucene } from '../../../ir/regex.ts'
import type { Diagnostic } from '../../../text/diagnostic.ts'
import type { Span } from '../../../text/source.ts'
import type { EventQuery, Expression, Statement, StepQuery } from './tree.ts'

/** Whether the negation of a test of a missing field is true (`matched`, what published rules rely on) or not (`unmatched`). */
export const negationOfMissing = 'eql.negationOfMissing'

/** The documents: which indices are read is said beside the query. */
const documents = { kind: 'table', name: 'logs-*', time: '@timestamp' } as const

export class Lowering {
  readonly diagnostics: Diagnostic[] = []
  readonly assumed = new Set<string>()
  private readonly strict: boolean

  constructor(assume: Readonly<Record<string, string>>) {
    this.strict = Object.hasOwn(assume, negationOfMissing) && assume[negationOfMissing] === 'unmatched'
  }

  private error(code: string, message: string, span: Span, hint?: string): Predicate {
    this.diagnostics.push({ code, severity: 'error', message, span, ...(hint === undefined ? {} : { hint }) })
    return never
  }

  statement(of: Statement): Pipeline {
    const pipes = of.pipes.map(
      (pipe): Stage =>
        pipe.kind === 'head'
          ? { kind: 'limit', count: pipe.count, span: pipe.span }
          : { kind: 'special', name: 'elastic:tail', args: { count: pipe.count }, span: pipe.span },
    )
    if (of.kind === 'event') return { ...this.events(of.event, pipes), rules: 'elastic' }
    const steps = of.steps.map(step => this.step(step, of.by))
    const ordered = of.kind === 'sequence'
    return {
      from: {
        kind: 'sequence',
        steps,
        ordered,
        match: 'first',
        ...(ordered && of.within !== undefined ? { within: of.within } : {}),
        ...(ordered && of.until !== undefined ? { until: this.step(of.until, of.by) } : {}),
        span: of.span,
      },
      stages: pipes,
      rules: 'elastic',
    }
  }

  private step(of: StepQuery, common: readonly (Expression & { kind: 'field' })[]): Step {
    return {
      of: this.events(of.event, []),
      by: [...common, ...of.by].map(key => ({
        value: { kind: 'field', name: key.name, span: key.span },
        ...(key.optional ? { optional: true } : {}),
      })),
      ...(of.absent ? { absent: true } : {}),
      ...(of.runs === undefined ? {} : { times: of.runs }),
    }
  }

  private events(of: EventQuery, stages: readonly Stage[]): Pipeline {
    const parts: Predicate[] = []
    if (of.category !== undefined)
      parts.push({
        kind: 'test',
        subject: { kind: 'field', name: 'event.category' },
        match: { kind: 'glob', glob: glob([of.category]), fold: false },
        span: { start: of.span.start, end: of.where.span.start },
      })
    parts.push(this.yes(of.where))
    const where = and(parts)
    const filter: readonly Stage[] = where.kind === 'const' && where.value ? [] : [{ kind: 'filter', where, span: of.span }]
    return { from: documents, stages: [...filter, ...stages] }
  }

  /** When a condition is true. */
  private yes(of: Expression): Predicate {
    switch (of.kind) {
      case 'and':
        return and(of.args.map(arg => this.yes(arg)))
      case 'or':
        return or(of.args.map(arg => this.yes(arg)))
      case 'not':
        return this.no(of.arg)
      default:
        return this.test(of)
    }
  }

  /** When a condition is false: of a missing field, equality is; order and functions are neither true nor false. */
  private no(of: Expression): Predicate {
    switch (of.kind) {
      case 'and':
        return or(of.args.map(arg => this.no(arg)))
      case 'or':
        return and(of.args.map(arg => this.no(arg)))
      case 'not':
        return this.yes(of.arg)
      case 'compare': {
        if (isNull(of.left) || isNull(of.right)) return not(this.test(of))
        const opposite = { '==': '!=', '!=': '==', '<': '>=', '<=': '>', '>': '<=', '>=': '<' } as const
        return this.test({ ...of, op: opposite[of.op] })
      }
      case 'match':
        return this.negated(this.test(of), [of.left])
      case 'call':
        return and([...of.args.filter(arg => arg.kind !== 'literal').map(arg => this.present(arg)), not(this.test(of))])
      case 'field':
        return this.negated(this.test(of), [of])
      default:
        return not(this.test(of))
    }
  }

  /** The negation of an equality: computed values must be there, fields need not be. */
  private negated(test: Predicate, subjects: readonly Expression[]): Predicate {
    const computed = subjects.filter(subject => subject.kind !== 'field' && subject.kind !== 'literal')
    if (!this.strict && computed.length === 0 && subjects.some(subject => subject.kind === 'field'))
      this.assumed.add(`${negationOfMissing}=matched`)
    const needed = this.strict ? subjects.filter(subject => subject.kind !== 'literal') : computed
    return and([...needed.map(subject => this.present(subject)), not(test)])
  }

  private present(of: Expression): Predicate {
    return { kind: 'test', subject: this.scalar(of), match: { kind: 'present' }, span: of.span }
  }

  private test(of: Expression): Predicate {
    const { span } = of
    switch (of.kind) {
      case 'literal':
        if (typeof of.value === 'boolean') return { kind: 'const', value: of.value }
        if (of.value === null) return never
        return this.error('EQL008', 'a value alone is no condition', span, 'compare it with a field')
      case 'field':
        return { kind: 'test', subject: this.scalar(of), match: { kind: 'glob', glob: ['true'], fold: false }, span }
      case 'compare':
        return this.compare(of)
      case 'match':
        return this.matches(of)
      case 'call':
        return this.asks(of)
      case 'arithmetic':
        return this.error('EQL008', 'a number alone is no condition', span, 'compare it with a value')
      case 'and':
      case 'or':
      case 'not':
        return this.yes(of)
    }
  }

  private compare(of: Expression & { kind: 'compare' }): Predicate {
    let { left, right, op } = of
    if (left.kind === 'literal' && right.kind !== 'literal') {
      const mirrored = { '==': '==', '!=': '!=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const
      ;[left, right, op] = [right, left, mirrored[op]]
    }
    if (condition(left) || condition(right)) {
      const [asked, value] = condition(left) ? [left, right] : [right, left]
      if (value.kind === 'literal' && typeof value.value === 'boolean' && (op === '==' || op === '!='))
        return (op === '==') === value.value ? this.yes(asked) : this.no(asked)
      return this.error('EQL008', 'a condition is compared with what is none', of.span, 'compare a field')
    }
    if (isNull(right)) {
      if (op !== '==' && op !== '!=') return never
      const there =
        left.kind === 'literal' ? (left.value === null ? never : ({ kind: 'const', value: true } as const)) : this.present(left)
      return op === '==' ? { ...not(there), span: of.span } : { ...there, span: of.span }
    }
    if (left.kind === 'field' && right.kind !== 'literal')
      return this.error(
        'EQL008',
        `"${left.name}" is compared with what is no value, which Elasticsearch refuses`,
        of.span,
        'compare fields with values',
      )
    const subject = this.scalar(left)
    if (op === '==' || op === '!=') {
      const equal: Predicate =
        right.kind === 'literal'
          ? { kind: 'test', subject, match: equals(right.value, false), span: of.span }
          : { kind: 'test', subject, match: { kind: 'compare', op: '=', to: this.scalar(right), fold: false }, span: of.span }
      return op === '==' ? equal : this.negated(equal, [left])
    }
    return { kind: 'test', subject, match: { kind: 'compare', op, to: this.scalar(right), fold: false }, span: of.span }
  }

  private matches(of: Expression & { kind: 'match' }): Predicate {
    if (condition(of.left) || of.left.kind === 'literal')
      return this.error('EQL008', `what stands before "${of.op}" is no field`, of.left.span, 'name a field')
    const subject = this.scalar(of.left)
    return or(
      of.values.map((value): Predicate => {
        if (value.kind !== 'literal' || value.value === null)
          return this.error('EQL008', `"${of.op}" compares with values`, value.span, 'write a text in double quotes')
        const match = this.matchOf(of.op, value.value, value.span)
        return match === undefined ? never : { kind: 'test', subject, match, span: of.values.length === 1 ? of.span : value.span }
      }),
    )
  }

  private matchOf(op: (Expression & { kind: 'match' })['op'], value: string | number | boolean, span: Span): Match | undefined {
    if (op === 'in' || op === 'in~') return equals(value, op === 'in~')
    if (typeof value !== 'string') {
      this.error('EQL008', `"${op}" compares texts, and ${value} is none`, span, `write "${value}", or == for the number`)
      return undefined
    }
    if (op === 'regex' || op === 'regex~') {
      const read = readLucene(value, { fold: op === 'regex~' })
      for (const finding of read.diagnostics) this.diagnostics.push({ ...finding, code: 'EQL009', span })
      return read.value === undefined ? undefined : { kind: 'regex', pattern: read.value, fold: false, whole: true }
    }
    return pattern(wildcards(value), op !== 'like')
  }

  /** Functions that answer yes or no. */
  private asks(of: Expression & { kind: 'call' }): Predicate {
    const [first, ...rest] = of.args
    if (first === undefined) return never
    if (!questions.has(of.name))
      return this.error(
        'EQL008',
        `"${of.name}" gives a value, and a value alone is no condition`,
        of.span,
        'compare it with a value',
      )
    if (first.kind === 'literal') return this.error('EQL008', `"${of.name}" asks a value, not a field`, first.span)
    const subject = this.scalar(first)
    return or(
      rest.map((arg): Predicate => {
        if (arg.kind !== 'literal' || typeof arg.value !== 'string') {
          if (of.name === 'cidrMatch' || arg.kind === 'literal')
            return this.error('EQL008', `"${of.name}" takes texts`, arg.span, 'write it in double quotes')
          const how = { startsWith: 'start', endsWith: 'end', stringContains: 'anywhere' } as const
          const match: Match = { kind: 'text', how: how[of.name as 'startsWith'], to: this.scalar(arg), fold: of.fold }
          return { kind: 'test', subject, match, span: of.span }
        }
        const span = rest.length === 1 ? of.span : arg.span
        if (of.name === 'cidrMatch') return { kind: 'test', subject, match: { kind: 'cidr', network: arg.value }, span }
        const parts: Glob =
          of.name === 'startsWith'
            ? [arg.value, anyWild]
            : of.name === 'endsWith'
              ? [anyWild, arg.value]
              : [anyWild, arg.value, anyWild]
        return { kind: 'test', subject, match: pattern(glob(parts), of.fold), span }
      }),
    )
  }

  private scalar(of: Expression): Scalar {
    const { span } = of
    switch (of.kind) {
      case 'field':
        return { kind: 'field', name: of.name, span }
      case 'literal':
        return { kind: 'literal', value: of.value, span }
      case 'arithmetic': {
        const fn = arithmetic[of.op]
        return { kind: 'call', fn, args: [this.scalar(of.left), this.scalar(of.right)], span }
      }
      case 'call': {
        const fn = scalars[of.name]
        if (fn === undefined) {
          this.error('EQL008', `"${of.name}" is a condition and no value`, span)
          return { kind: 'literal', value: null, span }
        }
        const args = of.args.map(arg => this.scalar(arg))
        if (of.fold) args.push({ kind: 'literal', value: 'fold' })
        return { kind: 'call', fn, args, span }
      }
      default:
        this.error('EQL008', 'a condition stands where a value should', span)
        return { kind: 'literal', value: null, span }
    }
  }
}

const questions: ReadonlySet<string> = new Set(['cidrMatch', 'startsWith', 'endsWith', 'stringContains'])
const arithmetic = { '+': 'add', '-': 'subtract', '*': 'multiply', '/': 'elastic:divide', '%': 'elastic:modulo' } as const
/** Functions that give a value, by their name here. */
const scalars: Readonly<Record<string, (Scalar & { kind: 'call' })['fn']>> = {
  add: 'add',
  between: 'elastic:between',
  concat: 'concat',
  divide: 'elastic:divide',
  indexOf: 'elastic:indexof' satisfies Special,
  length: 'length',
  modulo: 'elastic:modulo',
  multiply: 'multiply',
  number: 'elastic:number',
  string: 'text',
  substring: 'elastic:substring',
  subtract: 'subtract',
}

const isNull = (of: Expression): boolean => of.kind === 'literal' && of.value === null

/** Whether an expression answers yes or no by itself. */
function condition(of: Expression): boolean {
  if (of.kind === 'call') return questions.has(of.name)
  return of.kind === 'and' || of.kind === 'or' || of.kind === 'not' || of.kind === 'compare' || of.kind === 'match'
}

function equals(value: string | number | boolean | null, fold: boolean): Match {
  if (typeof value === 'number') return { kind: 'compare', op: '=', to: { kind: 'literal', value } }
  if (typeof value === 'string') return pattern(glob([value]), fold)
  return { kind: 'glob', glob: [String(value)], fold: false }
}

/** `*` any run, `?` one character; nothing escapes them (EQL syntax reference, "Wildcards"). */
function wildcards(text: string): Glob {
  return glob(text.split(/([*?])/).map(part => (part === '*' ? anyWild : part === '?' ? oneWild : part)))
}

/** The case of ASCII letters alone is ignored; where others have case, they are spelled exactly in a regular expression. */
function pattern(of: Glob, fold: boolean): Match {
  const plain = of.filter(part => typeof part === 'string').join('')
  if (!fold || [...plain].every(character => character <= '\x7f' || character.toLowerCase() === character.toUpperCase()))
    return { kind: 'glob', glob: of, fold }
  const tree: RegexTree = {
    kind: 'sequence',
    of: of.flatMap((part): RegexTree[] => {
      if (typeof part !== 'string') {
        const whole: RegexTree = { kind: 'any', newline: true }
        return [part.wild === 'one' ? whole : { kind: 'repeat', of: whole, min: 0, max: undefined, how: 'greedy' }]
      }
      return [...part].map(character => ({ kind: 'char', point: character.codePointAt(0)!, fold: character <= '\x7f' }))
    }),
  }
  return { kind: 'regex', pattern: printRegex(tree, 'portable').value ?? '', fold: false, whole: true }
}
