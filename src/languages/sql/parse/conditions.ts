// Conditions and values of SQL to meaning. NULL is made explicit: what is neither true nor false answers neither of the two questions that a condition becomes.

import { asText } from '../../../ir/event.ts'
import { any, contains, endsWith, literal as literally, startsWith } from '../../../ir/glob.ts'
import { and, or } from '../../../ir/logic.ts'
import type { Match, Predicate, Scalar } from '../../../ir/predicate.ts'
import {
  allOf,
  answering,
  anyOf,
  type Cursor,
  certain,
  clip,
  contrary,
  Fault,
  likeGlob,
  type RegexOptions,
  regexTest,
  type Truth,
  unanswered,
} from '../../reading.ts'
import { compareCalls, dateParts, scalarCalls, specials, textTests } from './functions.ts'
import { duckdbOptions, foldedMatch, globMatch, partOf, postgresRegex } from './patterns.ts'
import type { Call, DialectName, Expression, LikeWord } from './tree.ts'

const null_: Scalar = { kind: 'literal', value: null }
const everyField: Scalar = { kind: 'fields', names: [any] }

/** What a name stands for where it is not a column: the cell of a search of all cells, or the column with all of them. */
export type Cells = ReadonlyMap<string, 'cell' | 'joined'>

/** Lowers conditions and values of one text. */
export class Conditions {
  private readonly cursor: Cursor
  private readonly dialect: DialectName
  cells: Cells = new Map()

  constructor(cursor: Cursor, dialect: DialectName) {
    this.cursor = cursor
    this.dialect = dialect
  }

  written(of: Expression): string {
    return this.cursor.source.text.slice(of.span.start, of.span.end)
  }

  /** A condition; what in it cannot be read is told, and the rest is read. */
  condition(of: Expression): Truth {
    try {
      return this.truth(of)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      return unanswered
    }
  }

  private opaque(of: Expression, message: string, hint = 'say it with LIKE or a comparison'): Truth {
    this.cursor.tell('SQL201', 'warning', message, of.span, hint)
    return certain({ kind: 'opaque', text: this.written(of), span: of.span })
  }

  private truth(of: Expression): Truth {
    const { span } = of
    switch (of.kind) {
      case 'and':
        return allOf(of.args.map(arg => this.condition(arg)))
      case 'or':
        return anyOf(of.args.map(arg => this.condition(arg)))
      case 'not':
        return contrary(this.condition(of.arg))
      case 'literal': {
        if (of.value === null) return unanswered
        const value = typeof of.value === 'boolean' ? of.value : typeof of.value === 'number' ? of.value !== 0 : undefined
        if (value === undefined) return this.opaque(of, `"${clip(this.written(of))}" is no condition`)
        return certain({ kind: 'const', value, span })
      }
      case 'is': {
        if (of.what === 'null') {
          const value = this.scalar(of.arg)
          const there: Predicate =
            value.kind === 'literal'
              ? { kind: 'const', value: value.value !== null }
              : { kind: 'test', subject: value, match: { kind: 'present' }, span }
          return of.negated ? certain(there) : contrary(certain(there))
        }
        const inner = this.condition(of.arg)
        const found = certain(of.what === 'true' ? inner.yes : inner.no)
        return of.negated ? contrary(found) : found
      }
      case 'compare':
        return this.comparison(of)
      case 'like': {
        const found = this.like(of.how, of.left, of.right, of.escape, of)
        return of.negated ? contrary(found) : found
      }
      case 'in': {
        if (of.query !== undefined) return this.opaque(of, 'values of another query are not read', 'list the values')
        const found =
          of.left.kind === 'list'
            ? undefined
            : anyOf(of.list.map(value => this.comparison({ kind: 'compare', op: '=', left: of.left, right: value, span })))
        if (found === undefined) return this.opaque(of, 'lists of several columns are not read', 'compare the columns one by one')
        if (of.list.length === 0) return certain({ kind: 'const', value: of.negated, span })
        return of.negated ? contrary(found) : found
      }
      case 'between': {
        const { left } = of
        const found = allOf([
          this.comparison({ kind: 'compare', op: '>=', left, right: of.low, span }),
          this.comparison({ kind: 'compare', op: '<=', left, right: of.high, span }),
        ])
        return of.negated ? contrary(found) : found
      }
      case 'case': {
        const branches = this.branches(of).map(({ when, then }) => ({ when, then: this.condition(then) }))
        return this.picked(branches, of.otherwise === undefined ? unanswered : this.condition(of.otherwise))
      }
      case 'within': {
        const subject = stripped(of.left)
        const network = stripped(of.network)
        if (network.kind !== 'literal' || typeof network.value !== 'string')
          return this.opaque(of, 'a network that is not written out is not read')
        return this.asked(this.scalar(subject), { kind: 'cidr', network: network.value }, of)
      }
      case 'call':
        return this.callTruth(of)
      case 'exists':
        return this.exists(of)
      case 'cast':
        return /^bool/.test(of.type) ? this.truth(of.arg) : this.opaque(of, 'a value is no condition', 'compare it')
      case 'column': {
        const match: Match = { kind: 'compare', op: '=', to: { kind: 'literal', value: true } }
        return this.asked(this.scalar(of), match, of)
      }
      default:
        return this.opaque(of, `"${clip(this.written(of))}" is not read as a condition`)
    }
  }

  /** The first branch whose condition is true decides. */
  private picked(branches: readonly { readonly when: Truth; readonly then: Truth }[], otherwise: Truth): Truth {
    const yes: Predicate[] = []
    const no: Predicate[] = []
    const before: Predicate[] = []
    for (const { when, then } of branches) {
      yes.push(and([...before, when.yes, then.yes]))
      no.push(and([...before, when.yes, then.no]))
      before.push(certain(when.yes).no)
    }
    yes.push(and([...before, otherwise.yes]))
    no.push(and([...before, otherwise.no]))
    return { yes: or(yes), no: or(no) }
  }

  private branches(of: Expression & { kind: 'case' }): readonly { readonly when: Truth; readonly then: Expression }[] {
    return of.branches.map(({ when, then }) => ({
      when: this.condition(
        of.operand === undefined ? when : { kind: 'compare', op: '=', left: of.operand, right: when, span: when.span },
      ),
      then,
    }))
  }

  /** A test of a value that has an answer where the value is there. The column with all cells of a row always has one, and tells only parts. */
  private asked(subject: Scalar, match: Match, of: Expression): Truth {
    const test: Predicate = { kind: 'test', subject, match, span: of.span }
    if (subject.kind !== 'fields') return answering(test, [subject])
    return certain(test)
  }

  private comparison(of: Expression & { kind: 'compare' }): Truth {
    const { op, span } = of
    const { left, right } = of
    if (op === '<>') return contrary(this.comparison({ ...of, op: '=' }))
    if (isConstant(left) && !isConstant(right)) return this.comparison({ ...of, op: turned[op], left: right, right: left })
    if (left.kind === 'case') {
      const { branches, otherwise } = left
      const rest = otherwise === undefined ? unanswered : this.comparison({ ...of, left: otherwise })
      if (branches.every(branch => branch.then.kind !== 'case'))
        return this.picked(
          this.branches(left).map(({ when, then }) => ({ when, then: this.comparison({ ...of, left: then }) })),
          rest,
        )
    }
    if (left.kind === 'call' && (left.name === 'if' || left.name === 'iif') && left.args.length === 3) {
      const [when, then, otherwise] = left.args as readonly [Expression, Expression, Expression]
      return this.comparison({ ...of, left: { kind: 'case', branches: [{ when, then }], otherwise, span: left.span } })
    }
    const placed = this.placed(of)
    if (placed !== undefined) return placed
    if (left.kind === 'call' && left.name === 'len' && left.args[0]?.kind === 'call' && left.args[0].name === 'list_filter') {
      if (op === '>' && right.kind === 'literal' && right.value === 0) return this.anyCell(left.args[0].args[1], of)
    }
    const found = this.textPlace(of)
    if (found !== undefined) return found
    if (right.kind === 'literal') {
      const { value } = right
      if (value === null) return unanswered
      if (left.kind === 'call' && lowers.has(left.name) && typeof value === 'string' && op === '=')
        return this.lowered(left, of, value, text => literally(text))
      const subject = this.number(left)
      if (op === '=' && typeof value === 'string')
        return this.asked(subject, { kind: 'glob', glob: [value].filter(text => text !== ''), fold: false }, of)
      if (typeof value === 'boolean' || typeof value === 'number' || typeof value === 'bigint' || typeof value === 'string')
        return this.asked(subject, { kind: 'compare', op, to: { kind: 'literal', value } }, of)
    }
    if (op === '=' && left.kind === 'call' && right.kind === 'call' && lowers.has(left.name) && lowers.has(right.name)) {
      const [a, b] = [this.scalar(left.args[0]!), this.scalar(right.args[0]!)]
      return answering({ kind: 'test', subject: a, match: { kind: 'text', how: 'whole', to: b, fold: true }, span }, [a, b])
    }
    const a = this.number(left)
    const b = this.number(right)
    const match: Match = op === '=' ? { kind: 'text', how: 'whole', to: b, fold: false } : { kind: 'compare', op, to: b }
    return answering({ kind: 'test', subject: a, match, span }, [a, b])
  }

  /** `position(a, b) > 0` and its kin: whether b is in a. */
  private placed(of: Expression & { kind: 'compare' }): Truth | undefined {
    const { left, right, op } = of
    if (left.kind !== 'call' || left.args.length !== 2 || right.kind !== 'literal') return undefined
    const fold = /caseinsensitive/.test(left.name)
    if (!/^(?:position|strpos|instr|charindex|locate)(?:caseinsensitive)?(?:utf8)?$/.test(left.name)) return undefined
    const there = (op === '>' && right.value === 0) || (op === '>=' && right.value === 1)
    const gone = op === '=' && right.value === 0
    if (!there && !gone) return undefined
    const [hay, needle] = left.name === 'locate' ? [left.args[1]!, left.args[0]!] : [left.args[0]!, left.args[1]!]
    const found = this.textTest('anywhere', hay, needle, fold, of)
    return there ? found : contrary(found)
  }

  /** `right(a, length(b)) = b`, `substr(a, 1, length(b)) = b` and `substr(a, length(a) - length(b) + 1) = b`. */
  private textPlace(of: Expression & { kind: 'compare' }): Truth | undefined {
    const { left, right, op } = of
    if (op !== '=' || left.kind !== 'call') return undefined
    const [hay, first, second] = left.args
    if (hay === undefined || first === undefined) return undefined
    const lengthOf = (value: Expression, what: Expression): boolean =>
      (value.kind === 'call' && lengths.has(value.name) && value.args.length === 1 && same(value.args[0]!, what)) ||
      (value.kind === 'literal' &&
        what.kind === 'literal' &&
        typeof what.value === 'string' &&
        value.value === [...what.value].length)
    let how: 'start' | 'end' | undefined
    if (left.name === 'right' && lengthOf(first, right)) how = 'end'
    if (left.name === 'left' && lengthOf(first, right)) how = 'start'
    if ((left.name === 'substr' || left.name === 'substring') && second !== undefined && lengthOf(second, right))
      if (first.kind === 'literal' && first.value === 1) how = 'start'
    if (
      (left.name === 'substr' || left.name === 'substring') &&
      second === undefined &&
      first.kind === 'arithmetic' &&
      first.op === '+' &&
      first.right.kind === 'literal' &&
      first.right.value === 1 &&
      first.left.kind === 'arithmetic' &&
      first.left.op === '-' &&
      lengthOf(first.left.left, hay) &&
      lengthOf(first.left.right, right)
    )
      how = 'end'
    return how === undefined ? undefined : this.textTest(how, hay, right, false, of)
  }

  private textTest(
    how: 'whole' | 'start' | 'end' | 'anywhere',
    hay: Expression,
    needle: Expression,
    fold: boolean,
    of: Expression,
  ): Truth {
    if (hay.kind === 'call' && lowers.has(hay.name) && hay.args.length === 1) {
      if (needle.kind === 'literal' && typeof needle.value === 'string') return this.lowered(hay, of, needle.value, shapes[how])
      if (needle.kind === 'call' && lowers.has(needle.name) && needle.args.length === 1)
        return this.textTest(how, hay.args[0]!, needle.args[0]!, true, of)
    }
    const subject = this.scalar(hay)
    const to = this.scalar(needle)
    if (to.kind === 'literal') {
      const text = to.value === null ? undefined : asText(to.value)
      if (text === undefined) return unanswered
      return this.asked(subject, { kind: 'glob', glob: shapes[how](text), fold }, of)
    }
    return answering({ kind: 'test', subject, match: { kind: 'text', how, to, fold }, span: of.span }, [subject, to])
  }

  /** A test of a text in small (or large) letters: one that asks for other letters is false of every text. */
  private lowered(call: Call, of: Expression, text: string, made: (text: string) => ReturnType<typeof literally>): Truth {
    const subject = this.scalar(call.args[0]!)
    const fits = /upper|ucase/.test(call.name) ? text === text.toUpperCase() : text === text.toLowerCase()
    const test: Predicate = fits
      ? {
          kind: 'test',
          subject,
          match: foldedMatch(
            made(text),
            this.dialect === 'sqlite' || (/^(?:lower|upper)$/.test(call.name) && this.dialect === 'clickhouse'),
          ),
          span: of.span,
        }
      : { kind: 'const', value: false, span: of.span }
    return answering(test, [subject])
  }

  private like(how: LikeWord, left: Expression, right: Expression, escaping: Expression | undefined, of: Expression): Truth {
    if (how === 'regexp' || how === '~' || how === '~*' || how === 'similar') return this.regex(how, left, right, of)
    const pattern = this.scalar(right)
    if (pattern.kind === 'literal' && pattern.value === null) return unanswered
    if (pattern.kind !== 'literal' || typeof pattern.value !== 'string')
      return this.opaque(of, 'a pattern that is not written out is not read', 'write the pattern as a text')
    if (how === 'glob') return this.asked(this.scalar(left), globMatch(pattern.value), of)
    const by = escaping === undefined ? undefined : this.scalar(escaping)
    const given = by?.kind === 'literal' && typeof by.value === 'string' ? by.value : undefined
    if (by !== undefined && (given === undefined || [...given].length > 1))
      this.cursor.refuse('SQL001', 'ESCAPE takes one character', escaping!.span)
    // ClickHouse and PostgreSQL escape by a backslash unless told otherwise; DuckDB and SQLite by nothing.
    const character = given ?? (this.dialect === 'clickhouse' || this.dialect === 'postgres' ? '\\' : undefined)
    const asked = likeGlob(pattern.value, character === '' ? undefined : character)
    const folds = how === 'ilike' || this.dialect === 'sqlite'
    if (left.kind === 'call' && lowers.has(left.name) && left.args.length === 1 && !folds)
      return this.lowered(left, of, asked.filter(part => typeof part === 'string').join(''), () => asked)
    const subject = this.scalar(left)
    if (left.kind === 'column' && this.cells.get(left.name.toLowerCase()) === 'joined') {
      const part = partOf(asked)
      if (part === undefined || part.includes('\0')) return this.opaque(of, 'all cells as one text are asked for a part only')
    }
    const match: Match = folds ? foldedMatch(asked, this.dialect === 'sqlite') : { kind: 'glob', glob: asked, fold: false }
    return this.asked(subject, match, of)
  }

  private regex(how: 'regexp' | '~' | '~*' | 'similar', left: Expression, right: Expression, of: Expression): Truth {
    const pattern = this.scalar(right)
    if (pattern.kind !== 'literal' || typeof pattern.value !== 'string')
      return this.opaque(of, 'a regular expression that is not written out is not read', 'write it as a text')
    if (how === 'similar') {
      // PostgreSQL's own SIMILAR TO has LIKE's wildcards; DuckDB's is a regular expression about the whole text.
      if (this.dialect !== 'duckdb') return this.opaque(of, 'SIMILAR TO is not read', 'write it with LIKE or ~')
      return this.matching(left, pattern.value, { whole: true }, of)
    }
    if (this.dialect === 'postgres') {
      const asked = postgresRegex(pattern.value)
      if (asked === undefined) return this.opaque(of, 'this form of a regular expression is not read', 'write an advanced one')
      return this.matching(left, asked.pattern, { ...asked.options, ...(how === '~*' ? { fold: true } : {}) }, of)
    }
    // SQLite has the operator and no function for it: what its shell and most programs bring is a search.
    if (this.dialect === 'sqlite') this.cursor.settled('sqlite.regexp')
    const whole =
      (this.dialect === 'duckdb' && how === '~') ||
      (this.dialect === 'sqlite' && this.cursor.settled('sqlite.regexp') === 'whole')
    return this.matching(left, pattern.value, { whole, dotAll: this.dialect === 'clickhouse', fold: how === '~*' }, of)
  }

  private matching(left: Expression, pattern: string, options: RegexOptions, of: Expression): Truth {
    const subject = this.scalar(left)
    const test = regexTest(this.cursor, 'SQL004', subject, pattern, options, of.span)
    return subject.kind === 'fields' ? certain(test) : answering(test, [subject])
  }

  private callTruth(of: Call): Truth {
    const { name, args } = of
    const [first, second, third] = args
    if ((name === 'coalesce' || name === 'ifnull') && args.length > 0) {
      // The first part that is true or false decides.
      return args
        .map(arg => this.condition(arg))
        .reduceRight((rest, part) => ({
          yes: or([part.yes, and([certain(part.no).no, rest.yes])]),
          no: or([part.no, and([certain(part.yes).no, rest.no])]),
        }))
    }
    if (name === 'not' && first !== undefined) return contrary(this.condition(first))
    if ((name === 'and' || name === 'or') && args.length > 0) return this.truth({ kind: name, args, span: of.span })
    if ((name === 'if' || name === 'iif') && third !== undefined)
      return this.picked([{ when: this.condition(first!), then: this.condition(second!) }], this.condition(third))
    if (name === 'assumenotnull' || name === 'tobool') return this.condition(first ?? of)
    if ((name === 'isnull' || name === 'isnotnull') && first !== undefined)
      return this.truth({ kind: 'is', arg: first, what: 'null', negated: name === 'isnotnull', span: of.span })
    if (name === 'arrayexists' && first?.kind === 'lambda') return this.anyCell(first, of)
    if ((name === 'empty' || name === 'notempty') && first !== undefined) {
      const found = this.asked(this.scalar(first), { kind: 'empty' }, of)
      return name === 'empty' ? found : contrary(found)
    }
    const compared = compareCalls.get(name)
    if (compared !== undefined && second !== undefined)
      return this.comparison({ kind: 'compare', op: compared, left: first!, right: second, span: of.span })
    if ((name === 'like' || name === 'ilike' || name === 'notlike' || name === 'notilike') && second !== undefined) {
      // SQLite has the pattern first.
      const [value, pattern] = this.dialect === 'sqlite' ? [second, first!] : [first!, second]
      const found = this.like(
        name.endsWith('ilike') ? 'ilike' : 'like',
        value,
        pattern,
        this.dialect === 'sqlite' ? third : undefined,
        of,
      )
      return name.startsWith('not') ? contrary(found) : found
    }
    if (name === 'glob' && second !== undefined) return this.like('glob', second, first!, undefined, of)
    if (name === 'regexp' && second !== undefined) return this.regex('regexp', second, first!, of)
    if (Object.hasOwn(textTests, name) && second !== undefined) {
      const { how, fold } = textTests[name]!
      return this.textTest(how, first!, second, fold ?? false, of)
    }
    if (
      name === 'multisearchany' ||
      name === 'multisearchanycaseinsensitive' ||
      name === 'multisearchanycaseinsensitiveutf8' ||
      name === 'multisearchanyutf8'
    ) {
      const list = second?.kind === 'list' ? second.of : []
      if (list.length > 0) return anyOf(list.map(one => this.textTest('anywhere', first!, one, name.includes('insensitive'), of)))
    }
    if (
      (name === 'isipaddressinrange' || name === 'iscidrblock') &&
      second?.kind === 'literal' &&
      typeof second.value === 'string'
    )
      return this.asked(this.scalar(first!), { kind: 'cidr', network: second.value }, of)
    if (name === 'regexp_matches' || name === 'regexp_full_match' || name === 'match' || name === 'regexp_like') {
      if (second?.kind !== 'literal' || typeof second.value !== 'string')
        return this.opaque(of, 'a regular expression that is not written out is not read', 'write it as a text')
      if (this.dialect === 'postgres') {
        const asked = postgresRegex(second.value)
        if (asked === undefined) return this.opaque(of, 'this form of a regular expression is not read', 'write an advanced one')
        const fold = third?.kind === 'literal' && typeof third.value === 'string' && third.value.includes('i')
        return this.matching(first!, asked.pattern, { ...asked.options, ...(fold ? { fold } : {}) }, of)
      }
      const letters = third?.kind === 'literal' && typeof third.value === 'string' ? third.value : ''
      const options = duckdbOptions(letters)
      const pattern = options.literal === true ? second.value.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&') : second.value
      return this.matching(
        first!,
        pattern,
        { ...options, whole: name === 'regexp_full_match', ...(name === 'match' ? { dotAll: true } : {}) },
        of,
      )
    }
    if ((name === 'json_valid' || name === 'isvalidjson') && args.length === 1) {
      const subject: Scalar = { kind: 'call', fn: 'sql:json_valid', args: [this.scalar(first!)], span: of.span }
      const match: Match = { kind: 'compare', op: '=', to: { kind: 'literal', value: 1 } }
      return answering({ kind: 'test', subject, match, span: of.span }, [subject])
    }
    return this.opaque(of, `the function "${clip(name)}" is not read as a condition`)
  }

  /** `lambda cell: …` asked of every cell of a row. */
  private anyCell(lambda: Expression | undefined, of: Expression): Truth {
    if (lambda?.kind !== 'lambda') return this.opaque(of, 'a list is asked otherwise than of each member')
    return this.inCell(lambda.name, lambda.body, of)
  }

  private inCell(name: string, body: Expression, of: Expression): Truth {
    const before = this.cells
    this.cells = new Map([...before, [name.toLowerCase(), 'cell' as const]])
    const found = this.condition(body)
    this.cells = before
    if (found.yes.kind === 'test' || (found.yes.kind === 'or' && found.yes.args.every(arg => arg.kind === 'test')))
      return certain(found.yes)
    return this.opaque(of, 'several questions about the same cell are not read', 'ask one')
  }

  /** PostgreSQL's search of all cells: EXISTS (SELECT 1 FROM jsonb_each_text(to_jsonb(t)) AS cell(name, value) WHERE …). */
  private exists(of: Expression & { kind: 'exists' }): Truth {
    const { from, where, groups, others } = of.query
    if (
      from?.kind === 'call' &&
      from.call.name === 'jsonb_each_text' &&
      where !== undefined &&
      groups.length === 0 &&
      others.length === 0
    ) {
      const name = from.columns[1] ?? 'value'
      return this.inCell(from.alias === '' ? name : `${from.alias}.${name}`, where, of)
    }
    return this.opaque(of, 'whether another query has rows is not read', 'ask the table itself')
  }

  /** A value that is compared with a number: a cast to a number says no more than that. */
  private number(of: Expression): Scalar {
    if (of.kind === 'cast' && numeric.test(of.type)) return this.scalar(of.arg)
    if (
      of.kind === 'call' &&
      /^to(?:float|u?int)\d+(?:ornull|orzero)?$/.test(of.name) &&
      of.args.length === 1 &&
      /ornull$/.test(of.name)
    )
      return this.number(of.args[0]!)
    if (of.kind === 'call' && of.name === 'trimboth' && of.args.length === 1) return this.number(of.args[0]!)
    return this.scalar(of)
  }

  scalar(of: Expression): Scalar {
    const { span } = of
    switch (of.kind) {
      case 'literal':
        return { kind: 'literal', value: of.value, span }
      case 'column':
        return this.cells.has(of.name.toLowerCase()) ? { ...everyField, span } : { kind: 'field', name: of.name, span }
      case 'cast': {
        const inner = this.scalar(of.arg)
        if (numeric.test(of.type)) return { kind: 'call', fn: 'number', args: [inner], span }
        return inner
      }
      case 'arithmetic': {
        const args = [this.scalar(of.left), this.scalar(of.right)]
        if (of.op === '%') this.cursor.refuse('SQL005', '"%" is not read as a calculation', span, 'compare the column itself')
        const fn = ({ '+': 'add', '-': 'subtract', '*': 'multiply', '/': 'divide', '||': 'concat' } as const)[of.op]
        return { kind: 'call', fn, args, span }
      }
      case 'case': {
        const branches = this.branches(of).map(({ when, then }) => ({ when: when.yes, then: this.scalar(then) }))
        return { kind: 'case', branches, otherwise: of.otherwise === undefined ? null_ : this.scalar(of.otherwise), span }
      }
      case 'call':
        return this.callScalar(of)
      case 'star':
        return { ...everyField, span }
      case 'and':
      case 'or':
      case 'not':
      case 'compare':
      case 'like':
      case 'in':
      case 'between':
      case 'is': {
        const { yes, no } = this.condition(of)
        const then = (value: boolean): Scalar => ({ kind: 'literal', value })
        return {
          kind: 'case',
          branches: [
            { when: yes, then: then(true) },
            { when: no, then: then(false) },
          ],
          otherwise: null_,
          span,
        }
      }
      default:
        return this.cursor.refuse('SQL005', `"${clip(this.written(of))}" is not read as a value`, span, 'name a column')
    }
  }

  private callScalar(of: Call): Scalar {
    const { name, span } = of
    const [first, second, third] = of.args
    if (name === 'date_part' || name === 'datepart' || name === 'strftime' || Object.hasOwn(dateParts, name)) {
      const at = Object.hasOwn(dateParts, name) ? first : second
      const part = Object.hasOwn(dateParts, name)
        ? dateParts[name]
        : first?.kind === 'literal'
          ? name === 'strftime'
            ? (
                { '%M': 'minute', '%H': 'hour', '%d': 'day', '%m': 'month', '%Y': 'year', '%V': 'week' } as Record<string, string>
              )[String(first.value)]
            : String(first.value).toLowerCase()
          : undefined
      if (part !== undefined && at !== undefined && ['minute', 'hour', 'day', 'week', 'month', 'year'].includes(part))
        return { kind: 'call', fn: 'datepart', args: [this.scalar(at), { kind: 'literal', value: part }], span }
    }
    if (name === 'nullif' && second !== undefined) {
      const when = this.comparison({ kind: 'compare', op: '=', left: first!, right: second, span }).yes
      return { kind: 'case', branches: [{ when, then: null_ }], otherwise: this.scalar(first!), span }
    }
    if ((name === 'if' || name === 'iif') && third !== undefined)
      return this.scalar({ kind: 'case', branches: [{ when: first!, then: second! }], otherwise: third, span })
    // What only tells the database how to hold a value.
    if (
      ['tostring', 'tonullable', 'assumenotnull', 'trim', 'trimboth', 'to_jsonb', 'unnest'].includes(name) &&
      of.args.length === 1
    )
      if (name !== 'trim' && name !== 'trimboth') return this.scalar(first!)
    if (/^parsedatetime/.test(name) && first !== undefined) return this.scalar(first)
    if (name === 'concat_ws' && of.args[1]?.kind === 'star') return { ...everyField, span }
    if (specials.has(name)) return { kind: 'call', fn: `sql:${name}`, args: of.args.map(arg => this.scalar(arg)), span }
    const fn = Object.hasOwn(scalarCalls, name) ? scalarCalls[name] : undefined
    if (fn === undefined) {
      this.cursor.tell('SQL201', 'warning', `the function "${clip(name)}" is not known`, span, 'name a column')
      return { kind: 'call', fn: `sql:${name}`, args: of.args.map(arg => this.scalar(arg)), span }
    }
    return { kind: 'call', fn, args: of.args.map(arg => this.scalar(arg)), span }
  }
}

const turned = { '=': '=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const
const shapes = { whole: literally, start: startsWith, end: endsWith, anywhere: contains }
const lowers: ReadonlySet<string> = new Set(['lower', 'lcase', 'upper', 'ucase', 'lowerutf8', 'upperutf8'])
const lengths: ReadonlySet<string> = new Set(['length', 'len', 'char_length', 'character_length', 'lengthutf8', 'strlen'])
const numeric = /^(?:u?(?:tiny|small|big|huge)?int(?:eger)?\d*|double(?: precision)?|float\d*|real|numeric|decimal|u?int\d+|bit)/i

const isConstant = (of: Expression): boolean => of.kind === 'literal'

/** Whether two expressions are written the same, apart from blanks. */
export const same = (a: Expression, b: Expression): boolean => key(a) === key(b)
const key = (of: Expression): string =>
  JSON.stringify(of, (name, value) => (name === 'span' ? undefined : typeof value === 'bigint' ? String(value) : value))

const stripped = (of: Expression): Expression => (of.kind === 'cast' ? stripped(of.arg) : of)
