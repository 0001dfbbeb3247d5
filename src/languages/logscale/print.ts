// Meaning to LogScale's filters: one condition a line, every level in parentheses (`or` binds more tightly than `and` there), texts without case as expressions.

import { splitPath } from '../../ir/joined.ts'
import { networkRegex } from '../../ir/network.ts'
import type { Pipeline } from '../../ir/pipeline.ts'
import type { Predicate } from '../../ir/predicate.ts'
import { settle } from '../../ir/settle.ts'
import { rewrite } from '../../ir/walk.ts'
import type { Outcome } from '../../text/diagnostic.ts'
import { between, type Doc, hard, parenthesised } from '../../text/layout.ts'
import type { Printed, Style } from '../language.ts'
import {
  type Connectives,
  type Counting,
  counting,
  createPrinting,
  finish,
  hasCase,
  type Printing,
  printPredicate,
  question,
  unpaired,
} from '../printing.ts'
import { expression, globExpression } from './regex.ts'

type Test = Predicate & { kind: 'test' }

export function print(query: Pipeline, style?: Style): Outcome<Printed> {
  const printing = createPrinting()
  const counted = counting(query)
  const asked = counted ?? question(query)
  if ('beyond' in asked) {
    printing.cannot('LGS101', `${asked.beyond} cannot be said here`, asked.span, 'convert the rules that it stands on')
    return finish('', printing, style)
  }
  const filter = condition(settle(apart(asked.where)), printing)
  return finish(counted === undefined ? filter : groups(filter, counted as Counting, printing), printing, style)
}

const words: Connectives = {
  and: 'and',
  or: 'or',
  // Also a single test is in parentheses: `not a=b` need not mean the negation of a whole filter.
  not: (inner, arg) => ['not ', arg.kind === 'test' || arg.kind === 'not' ? parenthesised(inner) : inner],
}

const condition = (where: Predicate, printing: Printing): Doc =>
  printPredicate(where, words, test => leaf(test, printing), printing)

const measures: Readonly<Record<string, string>> = { sum: 'sum', avg: 'avg', min: 'min', max: 'max' }

/** Events counted by group within windows of fixed length: `groupBy` over the beginning of each event's window, since `bucket` keeps 500 groups at most. */
function groups(filter: Doc, of: Counting, printing: Printing): Doc {
  const tell = (code: string, message: string, hint: string) =>
    printing.diagnostics.push({ code, severity: 'warning', message, span: of.span, hint })
  const made = of.measures.map(({ name, fn, of: value }): Doc => {
    const as = `as=${fieldName(name)}`
    if (fn === 'count' && value === undefined) return `count(${as})`
    const call = fn === 'distinct' ? 'count' : measures[fn]
    if (call === undefined || value === undefined)
      return printing.cannot('LGS101', `the measure "${fn}" cannot be said here`, of.span, 'convert the rules that it stands on')
    return `${call}(${fieldName(value.name)}${fn === 'distinct' ? ', distinct=true' : ''}, ${as})`
  })
  if (of.measures.some(measure => measure.fn === 'distinct'))
    tell('LGS304', 'many distinct values are estimated in LogScale', 'take a margin into account')
  if (of.window !== undefined && !of.beside) {
    const message =
      'the window slides along the events, and here windows of that length lie side by side: events on both sides of a border are not counted together'
    tell('LGS303', message, 'run the query often over a short time')
  }
  const keys = of.by.map(key => fieldName(key.name))
  const window = of.window === undefined ? [] : ['_window']
  const stages: Doc[] = [
    filter,
    ...[...new Set(keys)].map(key => `| ${key}=*`),
    ...(of.window === undefined ? [] : [`| _window := @timestamp - (@timestamp % ${of.window})`]),
    ['| groupBy([', [...window, ...keys].join(', '), '], function=[', between(made, ', '), '], limit=max)'],
    ...(of.having === undefined ? [] : [['| ', condition(of.having, printing)]]),
  ]
  return between(stages, hard)
}

/** Registry keys and the names of their values, which are one text in a rule, asked apart. */
const apart = (where: Predicate): Predicate =>
  rewrite(where, { predicate: of => (of.kind === 'test' ? (splitPath(of) ?? of) : of) })

/** Words that cannot be the bare name of a field (CrowdStrike Query Language grammar, "Reserved Words"). */
const reserved = /^(?:and|or|not|like|as|by|case|match|if|in|true|false)$/i

const fieldName = (name: string): string => (/^[#@]?[A-Za-z_]\w*$/.test(name) && !reserved.test(name) ? name : quoted(name))

const quoted = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&')}"`

function leaf(test: Test, printing: Printing): Doc {
  const { subject, match, span } = test
  const cannot = (code: string, message: string, hint: string): Doc => printing.cannot(code, message, span, hint)
  if (test.each !== undefined && test.each !== 'any')
    return cannot('LGS102', 'a question about all members of a list cannot be said in LogScale', 'ask for any member')
  if (subject.kind === 'fields' || subject.kind === 'raw') {
    return cannot('LGS104', 'a keyword would be searched in fields that LogScale adds, and not in its tags', 'name the field')
  }
  if (subject.kind !== 'field') return cannot('LGS102', 'a computed value cannot be asked in a filter of LogScale', 'ask a field')
  if (unpaired(subject.name) || /\p{Cc}/u.test(subject.name))
    return cannot('LGS106', 'the name of the field has characters that no field has', 'rename the field')
  const name = fieldName(subject.name)
  switch (match.kind) {
    case 'exists':
    case 'present':
      return `${name}=*`
    case 'empty':
      return `${name}=""`
    case 'glob': {
      const texts = match.glob.flatMap(part => (typeof part === 'string' ? [part] : []))
      if (texts.some(unpaired)) return cannot('LGS106', 'half of a character cannot be in an event', 'leave the value out')
      if (match.glob.length === 0) return `${name}=""`
      if (match.glob.length === 1 && typeof match.glob[0] !== 'string' && match.glob[0]!.wild === 'any') return `${name}=*`
      const [whole] = texts
      const exact = match.glob.length === 1 && whole !== undefined && !(match.fold && hasCase(whole))
      if (exact && !/[*\p{Cc}\p{Zl}\p{Zp}\ufeff]/u.test(whole)) return `${name}=${quoted(whole)}`
      return `${name}=${globExpression(match.glob, match.fold)}`
    }
    case 'regex': {
      if (unpaired(match.pattern)) return cannot('LGS106', 'half of a character cannot be in an event', 'leave the value out')
      const said = expression(match)
      return 'text' in said ? `${name}=${said.text}` : cannot('LGS107', said.cannot, 'say it with several tests')
    }
    case 'cidr': {
      const pattern = networkRegex(match.network)
      if (pattern === undefined)
        return cannot('LGS102', `"${match.network}" is no network`, 'write an address and a prefix length')
      const said = expression({ kind: 'regex', pattern, fold: false, whole: false })
      return 'text' in said ? `${name}=${said.text}` : cannot('LGS107', said.cannot, 'write the addresses with wildcards')
    }
    case 'compare': {
      if (match.to.kind !== 'literal')
        return cannot('LGS103', 'two fields cannot be compared in a filter of LogScale', 'compare with a value')
      const { value } = match.to
      if (typeof value === 'boolean' && match.op === '=') return `${name}=${globExpression([String(value)], true)}`
      const text = typeof value === 'number' || typeof value === 'bigint' ? String(value) : ''
      if (!/^-?\d+(?:\.\d+)?$/.test(text))
        return cannot(
          'LGS105',
          'LogScale cannot be given this value to compare with',
          'compare with a number without an exponent',
        )
      return `${name}${match.op}${match.op === '=' ? quoted(text) : text}`
    }
    case 'text':
      return cannot('LGS103', 'two fields cannot be compared in a filter of LogScale', 'compare with a value')
    case 'word':
    case 'among':
      return cannot('LGS102', `this test ("${match.kind}") cannot be said in LogScale`, 'ask for a text or a pattern')
  }
}
