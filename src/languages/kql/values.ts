// Values in KQL's words: columns by type, paths into dynamic values, functions, and what is long named once before it is used.

import type { Predicate, Scalar } from '../../ir/predicate.ts'
import { said } from '../../ir/said.ts'
import { between, type Doc, group, hard, indent, line, tight } from '../../text/layout.ts'
import type { Span } from '../../text/source.ts'
import type { Printing } from '../printing.ts'
import { condition, type Value } from './conditions.ts'
import { hasLoneSurrogate, identifier, member, quoted } from './words.ts'

/** The values of one stage, and the stages that must stand before it. */
export interface Values {
  value(scalar: Scalar, span: Span | undefined): Value | undefined
  stages(): readonly Doc[]
}

const kinds: Readonly<Record<string, Value['type']>> = {
  long: 'number',
  int: 'number',
  real: 'number',
  decimal: 'number',
  bool: 'bool',
  datetime: 'datetime',
  timespan: 'dynamic',
  dynamic: 'dynamic',
}

/** Functions whose arguments are texts and whose result is one. */
const textual: Readonly<Record<string, string>> = {
  lower: 'tolower',
  upper: 'toupper',
  concat: 'strcat',
  replace: 'replace_string',
  base64decode: 'base64_decode_tostring',
  coalesce: 'coalesce',
}

/** https://learn.microsoft.com/kusto/query/datetime-part-function */
const parts: Readonly<Record<string, string>> = {
  minute: 'Minute',
  hour: 'Hour',
  day: 'Day',
  week: 'week_of_year',
  month: 'Month',
  year: 'Year',
}

const call = (name: string, args: readonly Doc[]): Doc => group(`${name}(`, indent(tight, between(args, [',', line])), tight, ')')
const asText = (value: Value): Doc => (value.type === 'text' ? value.doc : ['tostring(', value.doc, ')'])

/** `xml:data`: values out of the XML that Windows writes, by name, with the five entities of XML turned back. */
const entities: readonly (readonly [string, string])[] = [
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&quot;', '"'],
  ['&apos;', "'"],
  ['&amp;', '&'],
]

/** A function that turns them back. */
export const decoder: Doc = [
  'let decoded = (text: string) {',
  indent(
    hard,
    entities.reduce((inner, [from, to]) => `replace_string(${inner}, ${quoted(from)}, ${quoted(to)})`, 'text'),
  ),
  hard,
  '};',
]

/** Columns that rows of event logs have themselves; a value of that name gets another one. */
const ownColumns = new Set(
  (
    'Channel Computer Correlation Data EventCategory EventData EventID EventLevel EventLevelName EventLog EventRecordId EventSourceName Keywords ManagementGroupName ' +
    'Message Opcode ParameterXml Provider RenderedDescription Role Source SourceSystem SystemProcessId SystemThreadId SystemUserId Task TenantId TimeCollected ' +
    'TimeGenerated Type UserName Version ActionType AdditionalFields DeviceId DeviceName FileName FolderPath Timestamp ReportId'
  ).split(' '),
)

/** Values for one stage of a query. `columns`: names whose type is known here beside what schemas say (measures). */
export function createValues(
  here: { readonly printing: Printing; decoder(): string },
  columns: ReadonlyMap<string, Value> = new Map(),
): Values {
  const { printing } = here
  const named = new Map<string, { readonly name: string; readonly level: number }>()
  const extended: Doc[][] = []
  const xml = new Map<string, string[]>()

  // How many names a value stands on, one above the other: one extend does not see what the same extend names.
  let level = 0
  const value = (scalar: Scalar, span: Span | undefined): Value | undefined => {
    const outer = level
    level = 0
    const found = printed(scalar, span)
    level = Math.max(outer, level)
    return found
  }

  const printed = (scalar: Scalar, span: Span | undefined): Value | undefined => {
    switch (scalar.kind) {
      case 'field': {
        const known = columns.get(scalar.name)
        if (known !== undefined) return known
        if (!scalar.name.includes('.')) return { doc: identifier(scalar.name), type: kinds[scalar.type ?? 'string'] ?? 'text' }
        return once(scalar, free(scalar.name.slice(scalar.name.lastIndexOf('.') + 1), scalar.name), () =>
          path(scalar.name, scalar.type),
        )
      }
      case 'literal': {
        const { value: of } = scalar
        if (typeof of === 'string') {
          if (hasLoneSurrogate(of)) {
            printing.cannot('KQL104', 'half of a surrogate pair is no text in KQL', span, 'leave the value out of the rule')
            return undefined
          }
          return { doc: quoted(of), type: 'text' }
        }
        if (typeof of === 'number' || typeof of === 'bigint') return { doc: String(of), type: 'number' }
        if (typeof of === 'boolean') return { doc: String(of), type: 'bool' }
        return of === null ? { doc: '""', type: 'text' } : refuse('a list or record', span)
      }
      case 'call':
        return computed(scalar, span)
      case 'case': {
        const args: Doc[] = []
        for (const branch of scalar.branches) {
          const then = value(branch.then, span)
          if (then === undefined) return undefined
          args.push(question(branch.when), asText(then))
        }
        const otherwise = value(scalar.otherwise, span)
        if (otherwise === undefined) return undefined
        return { doc: call('case', [...args, asText(otherwise)]), type: 'text' }
      }
      default:
        return refuse(`a value of the kind "${scalar.kind}"`, span)
    }
  }

  const question = (of: Predicate): Doc => condition(of, { printing, value })

  const refuse = (what: string, span: Span | undefined): undefined => {
    printing.cannot('KQL103', `${what} has no function in KQL`, span, 'ask another field in the rule')
    return undefined
  }

  /** A path leads into a dynamic value; parse_json also takes a text of JSON for one. */
  const path = (name: string, type: string | undefined): Doc => {
    const [head, ...steps] = name.split('.')
    const root = type === 'dynamic' ? identifier(head!) : `parse_json(${identifier(head!)})`
    return `tostring(${root}${steps.map(member).join('')})`
  }

  const free = (name: string, whole: string): string => (ownColumns.has(name) ? whole.replace(/\W/g, '_') : name)

  /** A long value under a name of its own; the same value has one name. */
  const once = (scalar: Scalar, wanted: string, doc: () => Doc): Value => {
    const key = said(scalar)
    let known = named.get(key)
    if (known === undefined) {
      let name = wanted
      const taken = [...named.values()].map(other => other.name)
      for (let next = 2; taken.includes(name); next++) name = `${wanted}${next}`
      known = { name, level }
      named.set(key, known)
      const at = extended[level] ?? []
      extended[level] = [...at, [`${identifier(name)} = `, doc()]]
    }
    level = Math.max(level, known.level + 1)
    return { doc: identifier(known.name), type: 'text' }
  }

  const computed = (scalar: Scalar & { kind: 'call' }, span: Span | undefined): Value | undefined => {
    const { fn } = scalar
    if (fn === 'xml:data') {
      const [column, name] = scalar.args
      if (column?.kind !== 'field' || name?.kind !== 'literal' || typeof name.value !== 'string')
        return refuse('this value', span)
      if (ownColumns.has(name.value)) {
        const pattern = `@'<Data Name="${name.value}">([^<]*)</Data>'`
        return once(
          scalar,
          `EventData_${name.value}`,
          () => `${here.decoder()}(extract(${pattern}, 1, ${identifier(column.name)}))`,
        )
      }
      const names = xml.get(column.name) ?? []
      xml.set(column.name, names)
      if (!names.includes(name.value)) names.push(name.value)
      return { doc: identifier(name.value), type: 'text' }
    }
    const args: Value[] = []
    for (const arg of scalar.args) {
      const found = value(arg, span)
      if (found === undefined) return undefined
      args.push(found)
    }
    const [first, second, third] = args
    if (fn === 'derive:joined' && first !== undefined && second !== undefined) {
      const [under, column] = [asText(first), asText(second)]
      const name = scalar.args.map(arg => (arg.kind === 'field' ? arg.name.replace(/\W/g, '_') : 'Value')).join('_')
      const doc = (): Doc =>
        call('case', [
          ['isempty(', under, '), ', column],
          ['isempty(', column, '), ', under],
          ['strcat(', under, ', "\\\\", ', column, ')'],
        ])
      return once(scalar, name, doc)
    }
    if (fn === 'datepart' && first !== undefined) {
      const part = scalar.args[1]?.kind === 'literal' ? String(scalar.args[1].value) : ''
      if (!Object.hasOwn(parts, part)) return refuse(`the part "${part}" of a date`, span)
      const date: Doc = first.type === 'datetime' ? first.doc : ['todatetime(', first.doc, ')']
      return { doc: [`datetime_part("${parts[part]}", `, date, ')'], type: 'number' }
    }
    if ((fn === 'length' || fn === 'derive:query_length') && first !== undefined)
      return { doc: ['strlen(', asText(first), ')'], type: 'number' }
    if (fn === 'substring' && first !== undefined && second !== undefined) {
      const doc = (): Doc => call('substring', [asText(first), second.doc, ...(third === undefined ? [] : [third.doc])])
      return once(scalar, typeof first.doc === 'string' && /^\w+$/.test(first.doc) ? `${first.doc}_part` : 'Part', doc)
    }
    if (fn === 'number' && first !== undefined) return { doc: ['todouble(', first.doc, ')'], type: 'number' }
    if (fn === 'text' && first !== undefined) return { doc: asText(first), type: 'text' }
    if (Object.hasOwn(textual, fn)) return { doc: call(textual[fn]!, args.map(asText)), type: 'text' }
    return refuse(fn.startsWith('derive:') ? `the derived field "${fn.slice(7)}"` : `"${fn}"`, span)
  }

  const stages = (): readonly Doc[] => {
    const out: Doc[] = []
    for (const [column, names] of xml) {
      const keys = names.map(name => `${identifier(name)}: string`)
      out.push([
        group(`| parse-kv ${identifier(column)} as (`, indent(tight, between(keys, [',', line])), tight, ')'),
        ' with (regex=@\'<Data Name="([^"]+)">([^<]*)</Data>\')',
      ])
      const decoded = names.map(name => `${identifier(name)} = ${here.decoder()}(${identifier(name)})`)
      out.push(group('| extend', indent(line, between(decoded, [',', line]))))
    }
    for (const docs of extended) out.push(group('| extend', indent(line, between(docs, [',', line]))))
    return out
  }

  return { value, stages }
}
