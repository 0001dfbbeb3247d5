// Meaning to AQL: a search of events whose conditions stand one a line. A property that an event lacks is NULL there, so what is negated asks first that it is present.

import { shape } from '../../ir/glob.ts'
import { splitPath } from '../../ir/joined.ts'
import { and } from '../../ir/logic.ts'
import { networkRegex } from '../../ir/network.ts'
import type { Pipeline } from '../../ir/pipeline.ts'
import type { Glob, Predicate } from '../../ir/predicate.ts'
import { isAddress, isNumeric, settle } from '../../ir/settle.ts'
import { rewrite } from '../../ir/walk.ts'
import type { Outcome } from '../../text/diagnostic.ts'
import { type Doc, group, hard, mark, parenthesised } from '../../text/layout.ts'
import type { Printed, Style } from '../language.ts'
import {
  below,
  type Connectives,
  type Counting,
  counting,
  createPrinting,
  finish,
  guarded,
  hasCase,
  isPresence,
  type Printing,
  printPredicate,
  question,
  unpaired,
} from '../printing.ts'
import { expression, globExpression } from './regex.ts'

type Test = Predicate & { kind: 'test' }

/** Without a time range QRadar searches a few minutes; a saved search or a user sets another one. */
const range = 'LAST 24 HOURS'

export function print(query: Pipeline, style?: Style): Outcome<Printed> {
  const printing = createPrinting()
  const counted = counting(query)
  const asked = counted ?? question(query)
  if ('beyond' in asked) {
    printing.cannot('AQL101', `${asked.beyond} cannot be said here`, asked.span, 'convert the rules that it stands on')
    return finish('', printing, style)
  }
  const end = style?.layout === 'line' ? ' ' : hard
  const head = (columns: string, where: Predicate): Doc[] => [
    `SELECT ${columns}`,
    end,
    `FROM ${asked.tables[0] ?? 'events'}`,
    end,
    'WHERE',
    below(condition(guarded(settle(where), false), printing)),
    end,
  ]
  if (counted === undefined) return finish([...head('*', apart(asked.where)), mark(range, [], 'added')], printing, style)
  const { columns, where, rest } = groups(counted as Counting, printing)
  const clauses = rest.flatMap(clause => [clause, end])
  return finish([...head(columns, where), ...clauses.slice(0, -1)], printing, style)
}

const words: Connectives = {
  and: 'AND',
  or: 'OR',
  not: (inner, arg) => {
    const column = arg.kind === 'test' && isPresence(arg) && arg.subject.kind === 'field' ? arg.subject.name : undefined
    return column === undefined ? ['NOT ', parenthesised(inner)] : `${columnName(column)} IS NULL`
  },
  encloses: true,
}

const condition = (where: Predicate, printing: Printing): Doc =>
  printPredicate(where, words, test => leaf(test, printing), printing)

const functions: Readonly<Record<string, string>> = { distinct: 'UNIQUECOUNT', sum: 'SUM', avg: 'AVG', min: 'MIN', max: 'MAX' }

/** The time before the search runs, in the units of LAST. */
function lastOf(window: number): string | undefined {
  for (const [unit, length] of [
    ['DAYS', 86_400_000],
    ['HOURS', 3_600_000],
    ['MINUTES', 60_000],
  ] as const)
    if (window > 0 && window % length === 0) return `LAST ${window / length} ${unit}`
  return undefined
}

/** Events counted by group in one window, the last one. QRadar joins events that are alike, so it is their counts that are added. */
function groups(of: Counting, printing: Printing): { columns: string; where: Predicate; rest: readonly Doc[] } {
  const cannot = (message: string): Doc =>
    printing.cannot('AQL101', `${message} cannot be said here`, of.span, 'convert the rules that it stands on')
  const keys = of.by.map(key => columnName(key.name))
  const made = of.measures.map(({ name, fn, of: value }) => {
    if (fn === 'count' && value === undefined) return `SUM(eventcount) AS ${columnName(name)}`
    const call = functions[fn]
    if (call === undefined || value === undefined || (fn !== 'distinct' && !isNumeric(value.type))) cannot(`the measure "${fn}"`)
    return `${call}(${columnName(value?.name ?? '')}) AS ${columnName(name)}`
  })
  const last = of.window === undefined ? range : lastOf(of.window)
  if (last === undefined) cannot('a window that is not of whole minutes')
  if (of.window !== undefined)
    printing.diagnostics.push({
      code: 'AQL303',
      severity: 'warning',
      message: 'the window slides along the events, and here it is one, the last before the search runs',
      span: of.span,
      hint: 'run the search more often than the window is long',
    })
  // Numbers and addresses are never absent; what is absent is no value of its own.
  const [only] = of.measures
  const asked = [...of.by, ...(of.measures.length === 1 && only?.of !== undefined ? [only.of] : [])]
  const told = asked.filter(key => !isNumeric(key.type) && key.type !== 'ip')
  const present = told.map((subject): Predicate => ({ kind: 'test', subject, match: { kind: 'exists' } }))
  const names = new Set(of.measures.map(measure => measure.name))
  const having = (test: Test): Doc => {
    const { subject, match } = test
    if (subject.kind !== 'field' || !names.has(subject.name) || match.kind !== 'compare' || match.to.kind !== 'literal')
      return cannot('this condition on a count')
    return `${columnName(subject.name)} ${match.op} ${String(match.to.value)}`
  }
  return {
    columns: [...keys, ...made].join(', '),
    where: and([apart(of.where), ...present]),
    rest: [
      ...(keys.length === 0 ? [] : [`GROUP BY ${keys.join(', ')}`]),
      ...(of.having === undefined ? [] : [group('HAVING', below(printPredicate(of.having, words, having, printing)))]),
      last ?? '',
    ],
  }
}

/** Folders and the names of files in them, which are one text in a rule, asked apart. */
const apart = (where: Predicate): Predicate =>
  rewrite(where, { predicate: of => (of.kind === 'test' ? (splitPath(of) ?? of) : of) })

/** Words of the language, as far as they could be taken for a column. */
const reserved =
  /^(?:select|from|where|and|or|not|in|like|ilike|matches|imatches|is|null|as|group|order|by|having|limit|last|start|stop|between|into|case|when|then|else|end|if|text|search|distinct|asc|desc|true|false|parameters)$/i

const columnName = (name: string): string => (/^[A-Za-z][A-Za-z0-9]*$/.test(name) && !reserved.test(name) ? name : `"${name}"`)

const literal = (text: string): string => `'${text}'`

function leaf(test: Test, printing: Printing): Doc {
  const { subject, match, span } = test
  const cannot = (code: string, message: string, hint: string): Doc => printing.cannot(code, message, span, hint)
  if (test.each !== undefined && test.each !== 'any')
    return cannot('AQL102', 'a question about all members of a list cannot be said in AQL', 'ask for any member')
  if (subject.kind === 'raw') return pattern('UTF8(payload)', test, printing)
  if (subject.kind === 'fields')
    return cannot('AQL102', 'a keyword cannot be asked of all fields in AQL, only of the payload as it came', 'name the field')
  if (subject.kind !== 'field') return cannot('AQL102', 'a computed value cannot be asked in AQL', 'ask a field')
  if (unpaired(subject.name) || /["\p{Cc}]/u.test(subject.name))
    return cannot('AQL106', 'the name of the field has characters that no field has', 'rename the field')
  const name = columnName(subject.name)
  const { type } = subject
  const held = (what: string, hint: string): Doc => cannot('AQL104', `"${subject.name}" holds ${what}`, hint)
  switch (match.kind) {
    case 'exists':
    case 'present':
      return isNumeric(type) || type === 'ip'
        ? held('zeros where nothing was parsed', 'ask a value instead')
        : `${name} IS NOT NULL`
    case 'empty':
      return isNumeric(type) || type === 'ip' ? held('no empty texts', 'compare with a value') : `${name} = ''`
    case 'glob': {
      if (isNumeric(type)) return held('numbers, of which a part or a text cannot be asked', 'compare with a number')
      if (type === 'ip') {
        const form = shape(match.glob)
        return form.kind === 'equals' && isAddress(form.text) && !form.text.includes(':')
          ? `${name} = ${literal(form.text)}`
          : held('IPv4 addresses, of which a part or a text cannot be asked', 'use cidr')
      }
      return pattern(name, test, printing)
    }
    case 'regex':
      return isNumeric(type) || type === 'ip'
        ? held('no texts, of which alone an expression is asked', 'compare with a value')
        : pattern(name, test, printing)
    case 'cidr':
      if (type !== 'ip') return held('text, and a network is asked only of addresses', 'write the addresses with wildcards')
      return match.network.includes(':') || networkRegex(match.network) === undefined
        ? held('IPv4 addresses, and this network has none', 'leave the network out')
        : `INCIDR(${literal(match.network)}, ${name})`
    case 'compare': {
      if (match.to.kind !== 'literal')
        return cannot('AQL103', 'two fields cannot be compared with certainty in AQL', 'compare with a value')
      const { value } = match.to
      if (!isNumeric(type)) return held('text, which is not compared as a number', 'compare with a text')
      return (typeof value === 'number' || typeof value === 'bigint') && /^-?\d+$/.test(String(value))
        ? `${name} ${match.op} ${value}`
        : held('whole numbers', 'compare with a whole number')
    }
    case 'text':
      return cannot('AQL103', 'two fields cannot be compared with certainty in AQL', 'compare with a value')
    case 'word':
    case 'among':
      return cannot('AQL102', `this test ("${match.kind}") cannot be said in AQL`, 'ask for a text or a pattern')
  }
}

/** A test of a text: `=` and ILIKE where they are exact, else MATCHES. LIKE has no escape for its own wildcards. */
function pattern(name: string, { match, span }: Test, printing: Printing): Doc {
  if (match.kind === 'regex') {
    const said = unpaired(match.pattern) ? { cannot: 'half of a character cannot be in an event' } : expression(match)
    return 'text' in said
      ? `${name} MATCHES ${literal(said.text)}`
      : printing.cannot('AQL105', said.cannot, span, 'say it with several tests')
  }
  if (match.kind !== 'glob')
    return printing.cannot('AQL102', `this test ("${match.kind}") cannot be asked of the payload in AQL`, span, 'name the field')
  const { glob, fold } = match
  const texts = glob.flatMap(part => (typeof part === 'string' ? [part] : []))
  if (texts.some(unpaired))
    return printing.cannot('AQL106', 'half of a character cannot be in an event', span, 'leave the value out')
  if (glob.length === 0) return `${name} = ''`
  if (texts.length === 0 && glob.every(part => typeof part !== 'string' && part.wild === 'any')) return `${name} IS NOT NULL`
  const folds = fold && hasCase(texts.join(''))
  if (!simple(glob)) return `${name} MATCHES ${literal(globExpression(glob, folds))}`
  if (glob.length === 1 && !folds) return `${name} = ${literal(texts[0]!)}`
  return `${name} ${folds ? 'ILIKE' : 'LIKE'} ${literal(glob.map(part => (typeof part === 'string' ? part : '%')).join(''))}`
}

/** Whether a pattern of LIKE says it: printed ASCII without a quote and without LIKE's own wildcards, and no backslash that ends the literal or stands before a wildcard. */
const simple = (glob: Glob): boolean =>
  glob.every(part => (typeof part === 'string' ? /^[ -~]*$/.test(part) && !/['%_]|\\$/.test(part) : part.wild === 'any'))
