// A question about one row as a condition of SQL. Three-valued logic never shows: what is negated is first made yes or no.

import type { Value } from '../../../ir/event.ts'
import { asText } from '../../../ir/event.ts'
import { contains, endsWith, literal as literally, shape, glob as simplest, startsWith } from '../../../ir/glob.ts'
import { networkRegex } from '../../../ir/network.ts'
import type { Glob, Match, Predicate, Scalar } from '../../../ir/predicate.ts'
import { sameIgnoringCase } from '../../../ir/regex/characters.ts'
import { printRegex } from '../../../ir/regex.ts'
import { rewrite } from '../../../ir/walk.ts'
import { between, type Doc, group, indent, line, mark, parenthesised, tight } from '../../../text/layout.ts'
import type { Span } from '../../../text/source.ts'
import { type Connectives, hasCase, type Printing, printPredicate, regexText, unpaired } from '../../printing.ts'
import type { Dialect } from '../dialects.ts'
import { fill, globPattern, globRegex, likePattern, literal, plainName, quoted } from './text.ts'

type Test = Predicate & { kind: 'test' }

/** What prints the parts of one query. */
export interface Conditions {
  where(predicate: Predicate): Doc
  /** A value; a field is its column. */
  scalar(of: Scalar): string
  text(value: string, span: Span | undefined): string
  /** The table, or the rows of it with the column that a search of all columns needs: of what was asked so far. */
  source(): Doc
  /** All columns of the table, of `source`. */
  everything(): string
}

/** The conditions of a query over `table`, whose row a search of all columns takes. */
export function conditions(dialect: Dialect, printing: Printing, table: string): Conditions {
  const told = new Set<string>()
  let searched = false
  /** Whether the test that is printed is said less exactly than the rule says it. */
  let rough = false
  const cannot = (code: string, message: string, span: Span | undefined, hint: string): string => {
    printing.cannot(code, message, span, hint)
    return ''
  }
  const note = (severity: 'warning' | 'note', code: string, message: string, span: Span | undefined): void => {
    if (severity === 'warning') rough = true
    if (told.has(code + message)) return
    told.add(code + message)
    printing.diagnostics.push({ code, severity, message, ...(span === undefined ? {} : { span }) })
  }

  /** A text that the dialect can hold. */
  function text(value: string, span: Span | undefined): string {
    if (unpaired(value))
      return cannot('SQL101', 'half a surrogate pair is in no text of a database', span, 'leave this value out of the rule')
    if (dialect.nul === 'nowhere' && value.includes('\0'))
      return cannot('SQL101', `${dialect.title} has no texts with a NUL character`, span, 'leave this value out of the rule')
    return literal(dialect, value)
  }

  /** Whether the dialect folds a letter otherwise than the rule does. */
  const oddlyFolded = (letters: string): boolean =>
    [...letters].some(character => {
      const point = character.codePointAt(0)!
      if (point < 0x80) return false
      const same = sameIgnoringCase(point)
      if (same.length < 2) return false
      const lower = character.toLowerCase()
      return dialect.folds !== 'lower' || same.some(other => String.fromCodePoint(other).toLowerCase() !== lower)
    })

  function globTest(of: string, pattern: Glob, fold: boolean, span: Span | undefined): string {
    const parts = simplest(pattern)
    const letters = parts.filter(part => typeof part === 'string').join('')
    const form = shape(parts)
    if (form.kind === 'any') return `${of} IS NOT NULL`
    const folds = fold && hasCase(letters)
    const whole = text(letters, span)
    if (whole === '') return ''
    if (form.kind === 'equals' && !folds) return `${of} = ${whole}`
    if (
      (dialect.nul === 'not in patterns' && letters.includes('\0')) ||
      (folds && oddlyFolded(letters) && dialect.regex !== undefined)
    ) {
      const printed = printRegex(globRegex(parts, folds), dialect.regex!.flavour)
      return regexCall(of, printed.value!, span)
    }
    const operator = folds ? dialect.fold : dialect.exact
    const inGlob = operator === 'GLOB' || (folds && oddlyFolded(letters))
    const written = inGlob ? literal(dialect, globPattern(parts, folds)) : likePattern(dialect, parts)
    if (dialect.longestPattern !== undefined && new TextEncoder().encode(written).length > dialect.longestPattern)
      return cannot(
        'SQL101',
        `${dialect.title} takes patterns of at most ${dialect.longestPattern} bytes`,
        span,
        'ask for a shorter part of the value',
      )
    return `${of} ${inGlob ? 'GLOB' : operator} ${written}`
  }

  /** A regular expression in the dialect's flavour, searched for. */
  function regexCall(of: string, pattern: string, span: Span | undefined): string {
    const { regex } = dialect
    if (regex === undefined) return cannot('SQL103', `${dialect.title} has no regular expressions`, span, 'say it with wildcards')
    if (unpaired(pattern) || /\\x\{D[89A-F]..\}|\\uD[89A-F]/i.test(pattern))
      return cannot('SQL101', 'half a surrogate pair is in no text of a database', span, 'leave this value out of the rule')
    // Where the dialect's dot takes line breaks too, the pattern says that its own do not.
    const said = regex.dotIsAll === true && pattern.includes('.') ? `(?-s)${pattern}` : pattern
    return fill(regex.call, of, literal(dialect, said))
  }

  function regexTest(of: string, match: Match & { kind: 'regex' }, span: Span | undefined): string {
    if (dialect.regex === undefined) return regexCall(of, '', span)
    const { value, diagnostics } = regexText(match, dialect.regex.flavour)
    if (value === undefined)
      return cannot(
        'SQL102',
        diagnostics[0]?.message ?? 'the regular expression cannot be read',
        span,
        'say it with several tests',
      )
    return regexCall(of, value, span)
  }

  function networkTest(of: string, network: string, span: Span | undefined): string {
    const pattern = networkRegex(network)
    if (pattern === undefined) return cannot('SQL107', `"${network.slice(0, 80)}" is no network`, span, 'write it as 10.0.0.0/8')
    const remark = ` /* ${network} */`
    if (dialect.regex !== undefined) return regexCall(of, pattern, span) + remark
    const [address = '', bits = '32'] = network.split('/')
    if (address.includes(':'))
      return cannot('SQL108', `${dialect.title} cannot read IPv6 addresses`, span, 'ask for the beginning of the address')
    note('warning', 'SQL304', `${dialect.title} does not find IPv4 addresses in their IPv6 form (::ffff:10.0.0.1)`, span)
    // Octets as a JSON list, which allows no leading zeros.
    const list = `'[' || replace(${of}, '.', ',') || ']'`
    const asked = address.split('.').map(Number)
    const ranges = asked.map((octet, index) => {
      const own = Math.max(0, Math.min(8, Number(bits) - index * 8))
      const low = octet & (0xff << (8 - own)) & 0xff
      return `json_extract(${list}, '$[${index}]') BETWEEN ${low} AND ${low | ((1 << (8 - own)) - 1)}`
    })
    return `CASE WHEN ${of} NOT GLOB '*[^0-9.]*' AND json_valid(${list}) THEN json_array_length(${list}) = 4 AND ${ranges.join(' AND ')} END${remark}`
  }

  function textTest(of: string, match: Match & { kind: 'text' }, span: Span | undefined): string {
    if (match.to.kind === 'literal') {
      const value = asText(match.to.value)
      if (value === undefined) return 'FALSE'
      return globTest(
        of,
        { whole: literally, start: startsWith, end: endsWith, anywhere: contains }[match.how](value),
        match.fold,
        span,
      )
    }
    if (match.fold && dialect.narrower !== undefined) note('warning', 'SQL304', dialect.narrower.fields, span)
    const side = (value: string) => (match.fold ? fill(dialect.lower, value) : value)
    const [a, b] = [side(of), side(scalar(match.to))]
    return match.how === 'whole' ? `${a} = ${b}` : fill(dialect.within[match.how], a, b)
  }

  const spelled = (value: Value): string | undefined => {
    const text = asText(value)
    return text === undefined || unpaired(text) ? undefined : text
  }

  /** A value as a number: parts of dates are numbers, other columns are texts that may spell one. */
  function numeric(of: Scalar): string {
    if (of.kind === 'literal') return String(of.value)
    const inner = scalar(of)
    if (of.kind === 'call' && (of.fn === 'datepart' || of.fn === 'length')) return inner
    if (dialect.narrower !== undefined) note('warning', 'SQL304', dialect.narrower.number, of.span)
    return fill(dialect.number, inner)
  }

  function compareTest(subject: Scalar, of: string, match: Match & { kind: 'compare' }, span: Span | undefined): string {
    const { op, to, fold = false } = match
    const isNumber = subject.kind === 'call' && (subject.fn === 'datepart' || subject.fn === 'length')
    if (op === '=' && !isNumber) {
      if (to.kind !== 'literal') return textTest(of, { kind: 'text', how: 'whole', to, fold }, span)
      const value = spelled(to.value)
      if (value === undefined) return 'FALSE'
      return globTest(of, literally(value), fold || typeof to.value === 'boolean', span)
    }
    if (to.kind === 'literal' && typeof to.value !== 'number' && typeof to.value !== 'bigint')
      return cannot('SQL107', `"${op}" compares numbers, and "${String(to.value).slice(0, 80)}" is none`, span, 'write a number')
    return `${subject.kind === 'field' && of !== scalar(subject) ? fill(dialect.number, of) : numeric(subject)} ${op} ${numeric(to)}`
  }

  /** One test of a value that is already in words. */
  function testOf(of: string, test: Test): string {
    const { match, span } = test
    switch (match.kind) {
      case 'exists':
        if (span !== undefined)
          note('note', 'SQL301', 'a column is NULL for a field that is missing and for one that is there and null', span)
        return `${of} IS NOT NULL`
      case 'present':
        return `${of} IS NOT NULL`
      case 'empty':
        return `${of} = ''`
      case 'glob':
        return globTest(of, match.glob, match.fold, span)
      case 'regex':
        return regexTest(of, match, span)
      case 'cidr':
        return networkTest(of, match.network, span)
      case 'text':
        return textTest(of, match, span)
      case 'compare':
        return compareTest(test.subject, of, match, span)
      default:
        return cannot('SQL107', `SQL has no words for a test by ${match.kind}`, span, 'say it with wildcards')
    }
  }

  /** A test of every column at once. */
  function cellsTest(test: Test): string {
    const { cells } = dialect
    if (cells === undefined)
      return cannot(
        'SQL104',
        `${dialect.title} cannot search all columns`,
        test.span,
        'name the field that the keyword is looked for in',
      )
    const { match } = test
    searched = true
    if (cells.joined !== undefined && match.kind === 'glob' && shape(match.glob).kind === 'contains') {
      const letters = match.glob.filter(part => typeof part === 'string').join('')
      // NUL stands between the cells, and no pattern with one is asked this way.
      if (!letters.includes('\0')) return globTest(cells.joined.name, match.glob, match.fold, test.span)
    }
    const inner = testOf(cells.cell, { ...test, subject: { kind: 'field', name: '' } })
    return fill(cells.any, inner, plainName(dialect, table))
  }

  function leaf(test: Test): Doc {
    const { subject } = test
    if (subject.kind === 'fields') {
      const every = subject.names.length === 1 && typeof subject.names[0] === 'object' && subject.names[0].wild === 'any'
      if (every) return cellsTest(test)
      return cannot('SQL105', 'columns cannot be picked by a part of their name', test.span, 'name the fields')
    }
    const of = scalar(subject)
    rough = false
    const said = testOf(of, test)
    // A row has one value in a column, so that any and all of its members are that one.
    const whole = test.each === 'none' ? `(${of} IS NOT NULL AND NOT COALESCE(${said}, FALSE))` : said
    return rough ? mark(whole, test.span === undefined ? [] : [test.span], 'narrowed') : whole
  }

  function scalar(of: Scalar): string {
    switch (of.kind) {
      case 'field':
        if (unpaired(of.name) || of.name.includes('\0'))
          return cannot('SQL101', 'this name can be no column', of.span, 'rename the field')
        return quoted(dialect, of.name)
      case 'literal': {
        const value = asText(of.value)
        return value === undefined ? 'NULL' : text(value, of.span)
      }
      case 'case': {
        const branches = of.branches.map(({ when, then }) => `WHEN ${inline(when)} THEN ${scalar(then)}`)
        return `CASE ${branches.join(' ')} ELSE ${scalar(of.otherwise)} END`
      }
      case 'call':
        return call(of)
      case 'raw':
        return cannot('SQL104', 'a row of a table has no text of its own', of.span, 'name the field')
      default:
        return cannot('SQL105', 'this value cannot be computed in SQL', of.span, 'name the field')
    }
  }

  function call(of: Scalar & { kind: 'call' }): string {
    const args = of.args.map((arg, index) => (of.fn === 'datepart' && index === 1 ? '' : scalar(arg)))
    switch (of.fn) {
      case 'coalesce':
        return `COALESCE(${args.join(', ')})`
      case 'lower':
        return fill(dialect.lower, args[0]!)
      case 'length':
        return fill(dialect.length, args[0]!)
      case 'concat':
        return `(${args.join(' || ')})`
      case 'derive:joined': {
        const [above, below] = args.map(arg => `NULLIF(${arg}, '')`)
        return `COALESCE(${above} || ${literal(dialect, '\\')} || ${below}, ${above}, ${args[1]})`
      }
      // A tuple with a member missing is none.
      case 'sigma:tuple':
        return `(${args.join(` || ${literal(dialect, '\u001f')} || `)})`
      case 'datepart': {
        const part = of.args[1]?.kind === 'literal' ? String(of.args[1].value) : ''
        const template = Object.hasOwn(dialect.parts, part) ? dialect.parts[part] : undefined
        if (template === undefined)
          return cannot('SQL105', `${dialect.title} has no "${part}" of a date`, of.span, 'ask for another part of the date')
        note('note', 'SQL304', 'dates are read from ISO 8601 text only', of.span)
        return fill(template, fill(dialect.time, args[0]!))
      }
      default:
        return cannot(
          'SQL105',
          of.fn.startsWith('derive:')
            ? `the field "${of.fn.slice(7)}" is computed from others, which SQL cannot`
            : `SQL has no function "${of.fn}"`,
          of.span,
          'ask for the field that it comes from',
        )
    }
  }

  /** A condition inside an expression, on one line. */
  function inline(predicate: Predicate): string {
    const flat = (doc: Doc): string =>
      typeof doc === 'string'
        ? doc
        : 'kind' in doc
          ? doc.kind === 'line'
            ? doc.how === 'tight'
              ? ''
              : ' '
            : flat(doc.doc)
          : doc.map(flat).join('')
    return flat(printPredicate(predicate, words, leaf, printing))
  }

  /** Equality with one of several texts that need no folding is IN. */
  function joint(of: Predicate & { kind: 'and' | 'or' }): Doc | undefined {
    const most = dialect.longestChain
    if (most !== undefined && of.args.length > most) {
      const parts: Predicate[] = []
      for (let at = 0; at < of.args.length; at += most / 2) parts.push({ kind: of.kind, args: of.args.slice(at, at + most / 2) })
      const chains = parts.map(part => parenthesised(printPredicate(part, words, leaf, printing)))
      return parenthesised(between(chains, [line, `${words[of.kind]} `]))
    }
    if (of.kind !== 'or') return undefined
    const first = of.args[0]
    if (first?.kind !== 'test' || first.subject.kind !== 'field') return undefined
    const { name } = first.subject
    const values: Doc[] = []
    for (const arg of of.args) {
      if (arg.kind !== 'test' || arg.subject.kind !== 'field' || arg.subject.name !== name || (arg.each ?? 'any') !== 'any')
        return undefined
      const value = plainValue(arg.match)
      if (value === undefined || unpaired(value) || (dialect.nul === 'nowhere' && value.includes('\0'))) return undefined
      values.push(mark(literal(dialect, value), arg.span === undefined ? [] : [arg.span]))
    }
    return group(scalar(first.subject), ' IN (', indent(tight, between(values, [',', line])), tight, ')')
  }

  function plainValue(match: Match): string | undefined {
    if (match.kind === 'compare' && match.op === '=' && match.to.kind === 'literal') {
      const { value } = match.to
      return typeof value === 'number' || typeof value === 'bigint' ? String(value) : undefined
    }
    if (match.kind !== 'glob') return undefined
    const form = shape(match.glob)
    return form.kind === 'equals' && !(match.fold && hasCase(form.text)) ? form.text : undefined
  }

  const words: Connectives = {
    and: 'AND',
    or: 'OR',
    encloses: true,
    not(inner, arg) {
      if (arg.kind === 'test' && arg.subject.kind === 'field' && arg.each === undefined) {
        if (arg.match.kind === 'exists' || arg.match.kind === 'present') return `${scalar(arg.subject)} IS NULL`
      }
      return group('NOT COALESCE(', indent(tight, inner, ',', line, 'FALSE'), tight, ')')
    },
    always: 'TRUE',
    never: 'FALSE',
    joint,
  }

  /** A keyword is also asked of the record's own text, of which a table has none. */
  const withoutRaw = (predicate: Predicate): Predicate =>
    rewrite(predicate, {
      predicate: of => {
        if (of.kind !== 'or') return of
        const args = of.args.filter(arg => !(arg.kind === 'test' && arg.subject.kind === 'raw'))
        return args.length === of.args.length || args.length === 0 ? of : args.length === 1 ? args[0]! : { ...of, args }
      },
    })

  const joined = () => (searched ? dialect.cells?.joined : undefined)
  return {
    where: predicate => printPredicate(withoutRaw(predicate), words, leaf, printing),
    scalar,
    text,
    source: () => {
      const made = joined()?.made
      const name = plainName(dialect, table)
      return made === undefined ? name : `(SELECT *, ${made} FROM ${name})`
    },
    everything: () => (joined() === undefined ? '*' : `* EXCLUDE (${joined()!.name})`),
  }
}
