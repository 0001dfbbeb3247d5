// Meaning to a search of Logpoint: conditions that must hold, with expressions behind a pipe; counts as patterns with a window, measures as charts.

import { or } from '../../ir/logic.ts'
import type { Pipeline, Stage } from '../../ir/pipeline.ts'
import type { Predicate, Scalar } from '../../ir/predicate.ts'
import { settle } from '../../ir/settle.ts'
import { rewrite, visit } from '../../ir/walk.ts'
import type { Outcome } from '../../text/diagnostic.ts'
import { between, type Doc, group, hard, indent, line, parenthesised, tight } from '../../text/layout.ts'
import type { Span } from '../../text/source.ts'
import type { Printed, Style } from '../language.ts'
import { type Branch, branches, createPrinting, finish, type Printing, printPredicate, question } from '../printing.ts'
import { condition, fieldName, isLateTest, stage } from './condition.ts'

export function print(query: Pipeline, style?: Style): Outcome<Printed> {
  const printing: Printing = { ...createPrinting(), loose: style?.loose === true }
  return finish(whole(query, printing), printing, style)
}

function beyond(what: string, span: Span | undefined, printing: Printing): Doc {
  return printing.cannot(
    'LGP101',
    `${what} cannot be said in a search of Logpoint here`,
    span,
    'convert the rules that it stands on',
  )
}

function whole(query: Pipeline, printing: Printing): Doc {
  if (query.from.kind === 'sequence') return sequence(query, query.from, printing)
  const last = query.stages.at(-1)
  if (last?.kind === 'aggregate') return counted(query, last, printing)
  const asked = question(query)
  if ('beyond' in asked) return beyond(asked.beyond, asked.span, printing)
  const { search, stages } = parts(settle(asked.where), printing)
  return between([search, ...stages], hard)
}

/** A condition with a field in place of each test that is late, and the stages that make those fields. */
function withFields(of: Predicate, printing: Printing): { readonly of: Predicate; readonly stages: readonly Doc[] } {
  const stages: Doc[] = []
  const names = new Map<string, string>()
  const told = rewrite(of, {
    predicate(test) {
      if (!isLateTest(test) || test.subject.kind !== 'field') return test
      const key = JSON.stringify([test.subject.name, test.match])
      const name = names.get(key) ?? `re${names.size + 1}`
      if (!names.has(key)) {
        names.set(key, name)
        const made = stage(test, printing, name)
        if (made !== undefined) stages.push(made)
      }
      return { kind: 'test', subject: { kind: 'field', name }, match: { kind: 'exists' }, span: test.span }
    },
  })
  return { of: told, stages }
}

function holdsLate(of: Predicate): boolean {
  let found = false
  visit(of, {
    predicate: inner => {
      if (isLateTest(inner)) found = true
    },
  })
  return found
}

/** A condition in two parts that hold together: the search, and stages for what only stages can say. */
function parts(of: Predicate, printing: Printing): { readonly search: Doc; readonly stages: readonly Doc[] } {
  const args = of.kind === 'and' ? of.args.flatMap(arg => (arg.kind === 'and' ? arg.args : [arg])) : [of]
  const early: Predicate[] = []
  const mixed: Predicate[] = []
  const stages: Doc[] = []
  let asked = ''
  for (const arg of args) {
    if (isLateTest(arg) && arg.subject.kind === 'field') {
      const told = stage(arg, printing)
      if (told === undefined) continue
      stages.push(told)
      asked = `${fieldName(arg.subject.name, arg.span, printing)}=*`
    } else if (holdsLate(arg)) mixed.push(arg)
    else early.push(arg)
  }
  // A second search asks what the fields are in; the first must be a search by itself.
  if (early.length === 0 && asked === '') early.push(...mixed.splice(0))
  if (mixed.length > 0) {
    const { of: told, stages: made } = withFields(mixed.length === 1 ? mixed[0]! : { kind: 'and', args: mixed }, printing)
    stages.push(...made, group('| search ', indent(condition(told, printing))))
  }
  // What a stage is asked of must be there.
  if (early.length === 0) return { search: asked, stages }
  return { search: group(condition({ kind: 'and', args: early, span: of.span }, printing)), stages }
}

const resolve = (value: Scalar, of: Branch): Scalar =>
  value.kind === 'field' ? (of.columns.findLast(column => column.name === value.name)?.value ?? value) : value

/** The one field that a value lies in for all branches; undefined, and reported, where there is none. */
function common(value: Scalar, of: readonly Branch[], span: Span | undefined, printing: Printing): string | undefined {
  const found = of.map(one => resolve(value, one))
  const [first] = found
  if (first?.kind === 'field' && found.every(one => one.kind === 'field' && one.name === first.name))
    return fieldName(first.name, span, printing)
  beyond('a value that the rules keep in different fields or compute', value.span ?? span, printing)
  return undefined
}

const units = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const

function duration(size: number): string {
  const seconds = Math.max(1, Math.round(size / 1000))
  const [unit, length] = units.find(([, one]) => seconds % one === 0)!
  const count = seconds / length
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

/** A condition within brackets; stages have no place there. */
function bracketed(head: string, of: Predicate, tail: string, printing: Printing): Doc {
  const { search, stages } = parts(settle(of), printing)
  if (stages.length > 0)
    return beyond(
      'a regular expression, or a text whose case counts or that has no certain spelling, within a pattern,',
      of.span,
      printing,
    )
  return group('[', head, indent(head === '' ? tight : line, search), tail === '' ? tight : line, tail, ']')
}

/** A search takes the time that it is given; what a rule says of it is told. */
function timeless(size: number | undefined, span: Span | undefined, printing: Printing): void {
  printing.diagnostics.push({
    code: 'LGP302',
    severity: 'warning',
    message: `the search counts within the time it is given, and has no window of its own`,
    span,
    hint: size === undefined ? 'choose the time of the search' : `give the search, or its alert rule, the last ${duration(size)}`,
  })
}

const functions: Readonly<Record<string, string>> = {
  distinct: 'distinct_count',
  sum: 'sum',
  avg: 'avg',
  min: 'min',
  max: 'max',
}

function counted(query: Pipeline, last: Stage & { kind: 'aggregate' }, printing: Printing): Doc {
  const of = branches({ from: query.from, stages: query.stages.slice(0, -1) })
  if ('beyond' in of) return beyond(of.beyond, of.span, printing)
  const span = last.span ?? query.from.span
  if (of.length > 1) return beyond('counting the events of several rules together', span, printing)
  const [branch] = of
  const [measure] = last.measures
  if (branch === undefined || measure === undefined || last.measures.length > 1 || measure.where !== undefined)
    return beyond('counting each rule of a correlation by itself', span, printing)
  const keys = last.by.map(by => common(by.value, of, span, printing))
  if (keys.includes(undefined)) return ''
  const least = leastOf(last.having, measure.name)
  // A pattern with a window says a count that is reached; its groups are the values of a field.
  if (
    measure.fn === 'count' &&
    measure.of === undefined &&
    least !== undefined &&
    last.window?.kind === 'sliding' &&
    keys.length > 0
  ) {
    return bracketed(String(least), branch.where, `having same ${keys.join(', ')} within ${duration(last.window.size)}`, printing)
  }
  const fn = measure.fn === 'count' && measure.of === undefined ? 'count' : functions[measure.fn]
  if (fn === undefined || !(fn === 'count' || Object.hasOwn(functions, measure.fn)))
    return beyond(`the measure "${measure.fn}"`, measure.of?.span ?? span, printing)
  const field = measure.of === undefined ? '' : common(measure.of, of, span, printing)
  if (field === undefined) return ''
  timeless(last.window?.size, span, printing)
  const present = [...new Set([...keys, ...(field === '' ? [] : [field])])].map(key => `${key}=*`)
  const { search, stages } = parts(settle(branch.where), printing)
  const by = keys.length === 0 ? '' : ` by ${keys.join(', ')}`
  const after = last.having === undefined ? [] : [group('| search ', having(last.having, measure.name, printing))]
  return between(
    [between([search, ...present], [hard, 'AND ']), ...stages, `| chart ${fn}(${field}) as ${measure.name}${by}`, ...after],
    hard,
  )
}

/** The least count at which a condition holds, when that is all it asks. */
function leastOf(of: Predicate | undefined, name: string): number | undefined {
  if (of?.kind !== 'test' || of.subject.kind !== 'field' || of.subject.name !== name) return undefined
  const { match } = of
  if (match.kind !== 'compare' || match.to.kind !== 'literal' || typeof match.to.value !== 'number') return undefined
  const least = match.op === '>=' ? match.to.value : match.op === '>' ? match.to.value + 1 : undefined
  return least !== undefined && Number.isInteger(least) && least > 0 ? least : undefined
}

function having(of: Predicate, name: string, printing: Printing): Doc {
  return printPredicate(
    of,
    { and: 'AND', or: 'OR', not: inner => ['-', parenthesised(inner)], encloses: true },
    test => {
      const { subject, match } = test
      if (subject.kind !== 'field' || subject.name !== name || match.kind !== 'compare' || match.to.kind !== 'literal')
        return beyond('this condition on a count', test.span, printing)
      return `${name} ${match.op} ${String(match.to.value)}`
    },
    printing,
  )
}

/** A name behind a dot is no word of the language. */
const bare = (name: string): string => name.replaceAll('"', '')

/** Two rules in order within a window: one stream followed by another. */
function sequence(query: Pipeline, from: Pipeline['from'] & { kind: 'sequence' }, printing: Printing): Doc {
  if (query.stages.length > 0) return beyond('a condition on the result of several rules', query.stages[0]!.span, printing)
  if (from.until !== undefined || from.steps.some(step => step.absent === true || step.times !== undefined))
    return beyond('a step that must be absent or repeats', from.span, printing)
  if (!from.ordered) return beyond('rules in any order within a time', from.span, printing)
  if (from.steps.length !== 2 || from.within === undefined) return beyond('more than two rules in order', from.span, printing)
  if (from.steps[0]!.by.length === 0) return beyond('rules that share no field', from.span, printing)
  const streams: Doc[] = []
  const keys: string[][] = []
  for (const [at, step] of from.steps.entries()) {
    const of = branches(step.of)
    if ('beyond' in of) return beyond(of.beyond, of.span, printing)
    streams.push([bracketed('', or(of.map(one => one.where)), '', printing), ` as s${at + 1}`])
    keys.push(step.by.map(by => common(by.value, of, from.span, printing) ?? ''))
  }
  const on = keys[0]!.map((key, place) => `s1.${bare(key)}=s2.${bare(keys[1]![place]!)}`).join(' AND ')
  return [streams[0]!, hard, 'followed by ', streams[1]!, hard, `within ${duration(from.within)} on ${on}`]
}
