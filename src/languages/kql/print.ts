// Pipeline → KQL. One stage a line; what KQL cannot say is refused by name (https://learn.microsoft.com/kusto/query/).

import type { From, Pipeline, Stage } from '../../ir/pipeline.ts'
import type { Predicate, Scalar } from '../../ir/predicate.ts'
import { visit } from '../../ir/walk.ts'
import type { Outcome } from '../../text/diagnostic.ts'
import { between, type Doc, group, hard, indent, line, mark } from '../../text/layout.ts'
import type { Printed, Style } from '../language.ts'
import { createPrinting, finish, type Printing } from '../printing.ts'
import { type Around, condition } from './conditions.ts'
import { aggregate, sequence } from './correlation.ts'
import { isLong, simplify, splitJoined } from './simplify.ts'
import { createValues, decoder, type Values } from './values.ts'
import { identifier } from './words.ts'

/** Rows of a query: where they come from, and the stages, each a line. */
export type Lines = readonly Doc[]

/** One query being printed. */
export interface Query {
  readonly printing: Printing
  /** The column of the event's time. */
  readonly time: string
  /** Statements before the query, in order. */
  readonly lets: Doc[]
  /** The name of the function that turns XML's entities back, stated before the query. */
  decoder(): string
  /** Binds rows to a name that is not taken, and returns it. */
  bind(name: string, rows: Lines): string
  rows(pipeline: Pipeline): Lines
}

/**
 * A query over tables as KQL. `style.form`: `defender` names the time `Timestamp`, as advanced hunting does, and anything else `TimeGenerated`;
 * `workspace` calls ASIM's parsers by the names of those deployed in a workspace (`imProcessCreate` for `_Im_ProcessCreate`).
 */
export function print(query: Pipeline, style?: Style): Outcome<Printed> {
  const printing = createPrinting()
  const lets: Doc[] = []
  let decoding = false
  let bound = 0
  const parser = (name: string): string => (style?.form === 'workspace' ? workspaceParser(name) : name)
  const here: Query = {
    printing,
    time: style?.form === 'defender' ? 'Timestamp' : 'TimeGenerated',
    lets,
    decoder() {
      if (!decoding) lets.unshift(decoder)
      decoding = true
      return 'decoded'
    },
    bind(name, rows) {
      bound++
      lets.push([`let ${name}${bound} =`, indent(hard, between(rows, hard)), ';'])
      return `${name}${bound}`
    },
    rows: pipeline => rowsOf(pipeline, here, parser),
  }
  const simple = simplify(query)
  if (holdsNothing(simple)) {
    printing.cannot(
      'KQL106',
      'no row of the tables can fit this query: what the rule asks for is not kept there',
      simple.from.span,
      'choose a target whose tables keep these events',
    )
    return { diagnostics: printing.diagnostics }
  }
  const rows = here.rows(simple)
  return finish(between([...lets, between(rows, hard)], hard), printing, style, { indent: '    ' })
}

/** https://learn.microsoft.com/azure/sentinel/normalization-parsers-list: workspace-deployed parsers beside the built-in ones. */
function workspaceParser(name: string): string {
  if (name === '_Im_RegistryEvent') return 'imRegistry'
  return name.startsWith('_Im_') ? `im${name.slice(4)}` : name
}

const isFalse = (where: Predicate): boolean => where.kind === 'const' && !where.value

/** Whether a query returns no row whatever the tables hold. */
function holdsNothing(query: Pipeline): boolean {
  if (query.stages.some(stage => stage.kind === 'filter' && isFalse(stage.where))) return true
  return query.from.kind === 'union' && query.from.of.every(holdsNothing)
}

function rowsOf(query: Pipeline, here: Query, parser: (name: string) => string): Lines {
  const { from } = query
  if (from.kind === 'table') return stagesOf(query, [mark(identifier(parser(from.name)), spanOf(from))], here)
  if (from.kind === 'union') {
    const parts = merged(
      from.of.flatMap(part => (part.from.kind === 'union' && part.stages.length === 0 ? part.from.of : [part])),
    )
    if (parts.length === 1) {
      const only = parts[0]!
      return stagesOf({ ...query, from: only.from }, here.rows(only), here)
    }
    const inside = parts.map((part, index): Doc => {
      const rows = here.rows(part)
      const named = from.source === undefined ? rows : [...rows, `| extend ${identifier(from.source)} = "${index}"`]
      return ['(', indent(hard, between(named, hard)), hard, ')']
    })
    return stagesOf(query, [['union', indent(hard, between(inside, [',', hard]))]], here)
  }
  if (from.kind === 'sequence') return stagesOf(query, sequence(from, here), here)
  here.printing.cannot('KQL105', `rows of the kind "${from.kind}" have no form in KQL here`, from.span, 'write the query by hand')
  return ['']
}

const spanOf = (from: From) => (from.span === undefined ? [] : [from.span])

/** Parts of a union that are filters over one table are one filter; those that hold nothing are gone. */
function merged(parts: readonly Pipeline[]): readonly Pipeline[] {
  const out: Pipeline[] = []
  const tables = new Map<string, number>()
  for (const part of parts) {
    if (holdsNothing(part)) continue
    const only = part.stages.length === 1 ? part.stages[0] : undefined
    if (part.from.kind !== 'table' || only?.kind !== 'filter') {
      out.push(part)
      continue
    }
    const at = tables.get(part.from.name)
    if (at === undefined) {
      tables.set(part.from.name, out.length)
      out.push(part)
      continue
    }
    const first = out[at]!.stages[0] as Stage & { kind: 'filter' }
    const args = [...(first.where.kind === 'or' && first.where.span === undefined ? first.where.args : [first.where]), only.where]
    out[at] = simplify({ ...out[at]!, stages: [{ ...first, where: { kind: 'or', args } }] })
  }
  return out
}

/** The stages of a query behind the rows they are done to. */
function stagesOf(query: Pipeline, first: Lines, here: Query): Lines {
  let rows = first
  for (const stage of query.stages) {
    switch (stage.kind) {
      case 'filter':
        rows = [...rows, ...filter(stage.where, here)]
        break
      case 'extend': {
        const values = createValues(here)
        const columns = stage.columns.flatMap((column): Doc[] => {
          const value = values.value(column.value, stage.span)
          if (value === undefined || value.doc === identifier(column.name)) return []
          // Rows of several tables are put together by name and type, so that all of them have texts.
          return [[`${identifier(column.name)} = `, value.type === 'text' ? value.doc : ['tostring(', value.doc, ')']]]
        })
        rows = [...rows, ...values.stages(), ...(columns.length === 0 ? [] : [extend(columns)])]
        break
      }
      case 'aggregate':
        rows = aggregate(stage, rows, here)
        break
      default:
        here.printing.cannot('KQL105', `the stage "${stage.kind}" has no form in KQL here`, stage.span, 'write the query by hand')
    }
  }
  return rows
}

const extend = (columns: readonly Doc[]): Doc => group('| extend', indent(line, between(columns, [',', line])))

/** A filter; what is computed in several steps is named before the conditions that ask for it, and the others come first. */
function filter(condensed: Predicate, here: Query): Lines {
  if (condensed.kind === 'const' && condensed.value) return []
  const where = splitJoined(condensed)
  const values = createValues(here)
  const args = where.kind === 'and' ? where.args : [where]
  const late = args.filter(asksLong)
  const early = late.length === 0 ? [] : args.filter(arg => !late.includes(arg))
  const line = (of: Predicate): Doc => ['| where ', indent(group(condition(of, around(values, here))))]
  if (early.length === 0) {
    const last = line(where)
    return [...values.stages(), last]
  }
  const first = line({ kind: 'and', args: early })
  const last = line({ kind: 'and', args: late })
  return [first, ...values.stages(), last]
}

const around = (values: Values, here: Query): Around => ({ printing: here.printing, value: values.value })

function asksLong(predicate: Predicate): boolean {
  let found = false
  visit(predicate, {
    scalar: (scalar: Scalar) => {
      found ||= isLong(scalar)
    },
  })
  return found
}
