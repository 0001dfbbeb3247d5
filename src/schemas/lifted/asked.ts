// What of a query over a table can be asked of events before they are rows, in Sigma's names; and what of it means nothing in a hunt.

import { asText, type Value } from '../../ir/event.ts'
import { shape } from '../../ir/glob.ts'
import type { Pipeline, Stage } from '../../ir/pipeline.ts'
import type { Predicate, Scalar } from '../../ir/predicate.ts'
import { readPortable, shortest } from '../../ir/regex.ts'
import { rewrite, skip, visit } from '../../ir/walk.ts'
import type { Diagnostic } from '../../text/diagnostic.ts'
import type { Span } from '../../text/source.ts'
import { columnOf, type Holder } from './holders.ts'

type Rules = Pipeline['rules']

/** Several questions as one. */
export const conjunction = (args: readonly Predicate[]): Predicate => (args.length === 1 ? args[0]! : { kind: 'and', args })

/** What of a filter can be asked of the events: the parts that mean the same in Sigma's names; each must be true wherever the filter is. */
export function pushed(filter: Predicate, holder: Holder, rules: Rules): readonly Predicate[] {
  if (filter.kind === 'and') return filter.args.flatMap(arg => pushed(arg, holder, rules))
  const told = tellPredicate(filter, holder, rules)
  return told === undefined || (told.kind === 'const' && told.value) ? [] : [told]
}

export function tellPredicate(of: Predicate, holder: Holder, rules: Rules): Predicate | undefined {
  switch (of.kind) {
    case 'const':
      return of
    case 'not': {
      const arg = tellPredicate(of.arg, holder, rules)
      return arg === undefined ? undefined : { ...of, arg }
    }
    case 'and':
    case 'or': {
      const args = of.args.map(arg => tellPredicate(arg, holder, rules))
      return args.includes(undefined) ? undefined : { ...of, args: args as Predicate[] }
    }
    case 'opaque':
      return undefined
    case 'test': {
      const { subject, match } = of
      // Records that are no text are asked in all their values.
      if (subject.kind === 'fields' || subject.kind === 'raw')
        return rules === 'splunk' && (match.kind === 'regex' || sameThere(match, rules))
          ? { ...of, subject: { kind: 'fields', names: [{ wild: 'any' }] } }
          : undefined
      if (subject.kind !== 'field') return undefined
      if (!sameThere(match, rules)) return undefined
      const value = columnOf(holder, subject.name)
      if (value === undefined) return undefined
      if (value.kind === 'literal') return decided(value.value, of)
      if (mentionsTime(value)) return undefined
      return { ...of, subject: withSpan(value, subject.span) }
    }
  }
}

const withSpan = (value: Scalar, span: Scalar['span']): Scalar => (span === undefined ? value : { ...value, span })

/** A test of a column that holds one value for all these events. */
function decided(value: Value, test: Extract<Predicate, { kind: 'test' }>): Predicate | undefined {
  const { match } = test
  const text = asText(value)
  if (text === undefined) return undefined
  if (match.kind === 'present' || match.kind === 'exists') return { kind: 'const', value: true }
  if (match.kind === 'compare') {
    // What is written as a number is compared as one.
    if (match.op !== '=' || match.to.kind !== 'literal' || !/^\d{1,15}$/.test(text)) return undefined
    return { kind: 'const', value: (Number(text) === Number(match.to.value)) === (test.each !== 'none') }
  }
  if (match.kind !== 'glob') return undefined
  const form = shape(match.glob)
  if (form.kind !== 'equals') return undefined
  const same = match.fold ? form.text.toLowerCase() === text.toLowerCase() : form.text === text
  return { kind: 'const', value: same === (test.each !== 'none') }
}

function mentionsTime(value: Scalar): boolean {
  let found = false
  visit(value, {
    scalar: of => {
      if (of.kind === 'call' && of.fn.startsWith('event:')) found = true
      return found ? skip : undefined
    },
  })
  return found
}

/** Whether a test answers the same of an event's own text as of the column: not where an absent text counts as an empty one, or values have types of their own. */
function sameThere(match: Extract<Predicate, { kind: 'test' }>['match'], rules: Rules): boolean {
  switch (match.kind) {
    case 'glob': {
      const form = shape(match.glob)
      return form.kind !== 'any' && !(form.kind === 'equals' && form.text === '')
    }
    case 'word':
      return match.text.kind === 'literal' && match.text.value !== ''
    case 'text':
      return match.to.kind === 'literal' && match.to.value !== ''
    case 'compare':
      // Dates are ticks in Kusto's columns; numbers are told as logs write them.
      return match.op === '=' && match.to.kind === 'literal' && typeof match.to.value === 'number'
    case 'present':
    case 'exists':
      return rules === 'splunk'
    case 'cidr':
      return true
    case 'regex':
      // An absent text is an empty one there, which this pattern must not fit.
      return rules === 'kusto' && !fitsEmpty(match.pattern)
    default:
      return false
  }
}

/** Whether the empty text may fit a pattern. */
function fitsEmpty(pattern: string): boolean {
  const tree = readPortable(pattern).value
  return tree === undefined || shortest(tree) === 0
}

/** The parts of a question that must all hold. */
export const conjuncts = (of: Predicate): readonly Predicate[] => (of.kind === 'and' ? of.args.flatMap(conjuncts) : [of])

/** Whether a question looks at the whole record. */
export function asksRecord(of: Predicate): boolean {
  let found = false
  visit(of, {
    scalar: inner => {
      if (inner.kind === 'fields' || inner.kind === 'raw') found = true
    },
  })
  return found
}

/** A filter without the parts that have been asked. */
export function withoutParts(stage: Stage, gone: (part: Predicate) => boolean): Stage {
  if (stage.kind !== 'filter') return stage
  const left = conjuncts(stage.where).filter(part => !gone(part))
  return { ...stage, where: left.length === 0 ? { kind: 'const', value: true } : conjunction(left) }
}

const times: ReadonlySet<string> = new Set(['TimeGenerated', 'Timestamp', '_time', 'EventStartTime', 'StartTime', 'EventTime'])
const fromNow = /^(?:now|(?:kusto|splunk):(?:ago|now|time|relative_time))$/

/** Times told from now are left out: logs that are hunted are rarely of today. */
export function anyTime(query: Pipeline, diagnostics: Diagnostic[]): Pipeline {
  let told = false
  const tells = (of: Scalar): boolean => {
    let found = false
    visit(of, {
      scalar: inner => {
        if (inner.kind === 'call' && fromNow.test(inner.fn)) found = true
      },
    })
    return found
  }
  const walk = (of: Predicate, wanted: boolean): Predicate => {
    if (of.kind === 'and' || of.kind === 'or') return { ...of, args: of.args.map(arg => walk(arg, wanted)) }
    if (of.kind === 'not') return { ...of, arg: walk(of.arg, !wanted) }
    if (of.kind !== 'test' || of.match.kind !== 'compare' || of.subject.kind !== 'field' || !times.has(of.subject.name)) return of
    if (!tells(of.match.to)) return of
    if (!told)
      diagnostics.push({
        code: 'SCH304',
        severity: 'note',
        message: `the query asks for events by "${of.subject.name}" as told from now; the hunt looks at all events that it is given`,
        span: of.span,
        hint: 'name a time with --since and --until',
      })
    told = true
    return { kind: 'const', value: wanted, span: of.span }
  }
  return rewrite(query, { stage: stage => (stage.kind === 'filter' ? { ...stage, where: walk(stage.where, true) } : stage) })
}

/**
 * What a search of Splunk's says of where events are kept, as the hunt has it. Which index they lie in is not known here: a test of it is left out, and `left` is told of it. Windows logs have many names in Splunk and one here:
 * the add-on for Windows writes `source="WinEventLog:Security"` or, of events as XML, `"XmlWinEventLog:Security"`, with the source type `WinEventLog` or `XmlWinEventLog`; before its version 5 the source type was the same as the source.
 * The event types `wineventlog_security`, `_system` and `_application` are those logs, as Splunk's security content has them in its macros.
 */
export function asKept(stage: Stage, left: (span: Span | undefined) => void = () => undefined): Stage {
  return stage.kind === 'filter' ? { ...stage, where: kept(stage.where, true, left) } : stage
}

function kept(of: Predicate, wanted: boolean, left: (span: Span | undefined) => void): Predicate {
  switch (of.kind) {
    case 'and':
    case 'or':
      return { ...of, args: of.args.map(arg => kept(arg, wanted, left)) }
    case 'not':
      return { ...of, arg: kept(of.arg, !wanted, left) }
    case 'test': {
      if (of.subject.kind !== 'field') return of
      if (of.subject.name === 'index') {
        left(of.span)
        return { kind: 'const', value: wanted, span: of.span }
      }
      return windowsLog(of, of.subject.name) ?? of
    }
    default:
      return of
  }
}

/** A test of a Windows log by any of its names, as one by the names that its events have here. */
function windowsLog(of: Predicate & { readonly kind: 'test' }, name: string): Predicate | undefined {
  if (of.match.kind !== 'glob' || !/^(?:source|sourcetype|eventtype)$/.test(name)) return undefined
  const [head, ...rest] = of.match.glob
  if (typeof head !== 'string') return undefined
  const [type, log] = /^wineventlog_(security|system|application)$/i.exec(head) ?? []
  const [prefix, colon] = /^(?:Xml)?WinEventLog(:?)/i.exec(head) ?? []
  if (name === 'eventtype' ? type === undefined || rest.length > 0 : prefix === undefined) return undefined
  const told = name === 'eventtype' ? `XmlWinEventLog:${log}` : `XmlWinEventLog${colon}${head.slice(prefix!.length)}`
  return {
    ...of,
    subject: { ...of.subject, kind: 'field', name: told.includes(':') ? 'source' : name },
    match: { ...of.match, glob: [told, ...rest], fold: of.match.fold || name === 'eventtype' },
  } as Predicate
}
