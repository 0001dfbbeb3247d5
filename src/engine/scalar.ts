// A scalar as a function of one event. Nothing here throws on data: what has no value is undefined.

import { accessor, asText, type Event, isRecord, type Value } from '../ir/event.ts'
import type { Pipeline } from '../ir/pipeline.ts'
import type { Scalar, ValueType } from '../ir/predicate.ts'
import { unixEpoch } from '../ir/ticks.ts'
import { datePart, parseTime } from '../ir/time.ts'
import { derived, joined } from '../schemas/derive.ts'
import { lenses } from '../schemas/lens.ts'
import type { Lens } from '../schemas/schema.ts'
import { castFunctions } from './cast.ts'
import { eventText, textForms } from './event-text.ts'
import { eventDataXml } from './event-xml.ts'
import { compilePredicate } from './match.ts'
import { asNumber } from './number.ts'
import { functionRow } from './specials/registry.ts'
import type { Compute, Input, Rules } from './specials/signature.ts'

/** What values depend on beside the event: whose rules hold, the one instant of a query, and the rows of queries inside it. */
export interface Context {
  readonly rules?: Rules
  /** Milliseconds UTC. */
  readonly now: () => number
  /** The complete rows of a query that a value or test refers to; undefined where there can be none. */
  readonly rowsOf: (query: Pipeline) => Input | undefined
}

/** Whether the engine can compute a scalar; the names of what it cannot. Without a context there are no subqueries. */
export function unknownScalars(scalar: Scalar, context?: Pick<Context, 'rules'>): readonly string[] {
  const inside = (of: Scalar): readonly string[] => unknownScalars(of, context)
  switch (scalar.kind) {
    case 'single':
      return context === undefined ? ['a subquery as a value'] : []
    case 'call': {
      const row = context === undefined ? undefined : functionRow(scalar.fn, context.rules)
      const count = scalar.args.length
      const known =
        row !== undefined
          ? count >= row.least && count <= (row.most ?? count)
          : Object.hasOwn(functions, scalar.fn) ||
            eventValue(scalar.fn, undefined) !== undefined ||
            scalar.fn === 'event:field' ||
            scalar.fn === 'event:text' ||
            scalar.fn === 'sigma:tuple' ||
            scalar.fn === 'now' ||
            derivedName(scalar.fn) !== undefined
      const here = known ? [] : [`the function "${scalar.fn}"${row === undefined ? '' : ` with ${count} arguments`}`]
      return [...here, ...scalar.args.flatMap(inside)]
    }
    case 'case':
      return [...scalar.branches.flatMap(branch => inside(branch.then)), ...inside(scalar.otherwise)]
    default:
      return []
  }
}

/** What an event has beside its fields, for columns made of it: its time as ticks since the year 1 or seconds since 1970, its own text, and all its fields as a record. */
function eventValue(fn: string, event: Event | undefined): { readonly value: Value | undefined } | undefined {
  const time = event?.time
  switch (fn) {
    case 'event:ticks':
      return {
        value: time === undefined ? undefined : BigInt(Math.floor(time)) * 10_000n + BigInt(event?.ticks ?? 0) + unixEpoch,
      }
    case 'event:seconds':
      return { value: time === undefined ? undefined : (time + (event?.ticks ?? 0) / 10_000) / 1000 }
    case 'event:raw':
      return { value: event?.raw }
    case 'event:fields':
      return { value: event?.fields }
    case 'event:record':
      return { value: event?.fields }
    case 'event:xml':
      return { value: event === undefined ? undefined : eventDataXml(event) }
    default:
      return undefined
  }
}

function derivedName(fn: string): string | undefined {
  const name = fn.startsWith('derive:') ? fn.slice(7) : undefined
  return name !== undefined && Object.hasOwn(derived, name) ? name : undefined
}

/**
 * The name under which a value is kept while one event is looked at, so that rules that ask for the same computed value share it:
 * a field's own name; for a call over fields and constants its own text behind a NUL, which the name of no field is; else undefined.
 */
export function keptName(scalar: Scalar, rules?: Rules): string | undefined {
  if (scalar.kind === 'field' && !(rules === 'kusto' && scalar.type === 'string')) return scalar.name
  if (scalar.kind === 'field') return `\u0000${JSON.stringify({ kind: 'field', name: scalar.name, type: scalar.type })}`
  if (scalar.kind !== 'call' || !constant(scalar, 0)) return undefined
  return `\u0000${JSON.stringify(scalar, (key, value) => (key === 'span' ? undefined : value))}`
}

function constant(scalar: Scalar, depth: number): boolean {
  if (scalar.kind === 'field') return true
  if (scalar.kind === 'literal')
    return typeof scalar.value !== 'object' || scalar.value === null ? typeof scalar.value !== 'bigint' : false
  return (
    scalar.kind === 'call' &&
    scalar.fn !== 'now' &&
    eventValue(scalar.fn, undefined) === undefined &&
    scalar.fn !== 'event:field' &&
    scalar.fn !== 'event:text' &&
    depth < 20 &&
    scalar.args.every(arg => constant(arg, depth + 1))
  )
}

/** What stands behind a kept name. */
export function keptReader(name: string, context?: Context): Compute {
  return name.startsWith('\u0000{') ? compileScalar(JSON.parse(name.slice(1)) as Scalar, context) : fieldReader(name)
}

/** A field of an event, without making the others where the event can tell it alone. */
function fieldReader(name: string): Compute {
  const read = accessor(name)
  return event => (event.lookup === undefined ? read(event.fields) : event.lookup(name))
}

/** In the order in which they are turned back: the sign of the entities themselves is the last. */
const entities = [
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&quot;', '"'],
  ['&apos;', "'"],
  ['&amp;', '&'],
] as const

const texts = (args: readonly (Value | undefined)[]): (string | undefined)[] =>
  args.map(value => (value === undefined ? undefined : asText(value)))

const isWhole = (value: number | bigint): boolean => typeof value === 'bigint' || Number.isInteger(value)

/** Arithmetic in doubles; `exact` is for whole numbers beyond 2^53, ticks of time among them. */
const numeric =
  (fn: (a: number, b: number) => number, exact?: (a: bigint, b: bigint) => bigint) =>
  (args: readonly (Value | undefined)[]): Value | undefined => {
    const a = asNumber(args[0])
    const b = asNumber(args[1])
    if (a === undefined || b === undefined) return undefined
    if (exact !== undefined && (typeof a === 'bigint' || typeof b === 'bigint') && isWhole(a) && isWhole(b))
      return exact(BigInt(a), BigInt(b))
    const result = fn(Number(a), Number(b))
    return Number.isFinite(result) ? result : undefined
  }

/** A column's value for a field's, as the lens has it. */
const lensFunctions = Object.fromEntries(
  Object.entries(lenses).map(([name, lens]) => [
    `lens:${name as Lens}`,
    (args: readonly (Value | undefined)[]): Value | undefined => {
      const value = args[0]
      return value === undefined || value === null ? undefined : (lens.forward(value) ?? undefined)
    },
  ]),
)

const functions: Readonly<Record<string, (args: readonly (Value | undefined)[]) => Value | undefined>> = {
  ...lensFunctions,
  ...castFunctions,
  // What stands behind the last dot of a file name, in lower case.
  'lens:extension': args => {
    const name = texts(args)[0]?.replace(/^.*[\\/]/s, '')
    const at = name?.lastIndexOf('.') ?? -1
    return at <= 0 ? undefined : name!.slice(at + 1).toLowerCase()
  },
  // What stands before the last backslash: the domain of an account, the key of a registry value.
  'lens:under': args => {
    const text = texts(args)[0]
    const at = text?.lastIndexOf('\\') ?? -1
    return at === -1 ? undefined : text!.slice(0, at)
  },
  'derive:joined': args => joined(args[0], args[1]),
  // A value by its name out of the XML that Windows writes, with the five entities of XML turned back.
  'xml:data': args => {
    const [xml, name] = texts(args)
    if (xml === undefined || name === undefined) return undefined
    const open = `<Data Name="${name}">`
    const from = xml.indexOf(open)
    const to = from === -1 ? -1 : xml.indexOf('<', from + open.length)
    if (to === -1 || !xml.startsWith('</Data>', to)) return undefined
    return entities.reduce((text, [entity, sign]) => text.replaceAll(entity, sign), xml.slice(from + open.length, to))
  },
  lower: args => texts(args)[0]?.toLowerCase(),
  upper: args => texts(args)[0]?.toUpperCase(),
  length: args => {
    const text = texts(args)[0]
    return text === undefined ? undefined : [...text].length
  },
  concat: args => {
    const parts = texts(args)
    return parts.includes(undefined) ? undefined : parts.join('')
  },
  substring: args => {
    const text = texts(args)[0]
    const from = asNumber(args[1])
    const length = args[2] === undefined ? undefined : asNumber(args[2])
    if (text === undefined || from === undefined) return undefined
    const start = Number(from)
    return text.slice(start, length === undefined ? undefined : start + Number(length))
  },
  index: args => {
    const [text, part] = texts(args)
    return text === undefined || part === undefined ? undefined : text.indexOf(part)
  },
  split: args => {
    const [text, by] = texts(args)
    return text === undefined || by === undefined || by === '' ? undefined : text.split(by)
  },
  replace: args => {
    const [text, what, by] = texts(args)
    return text === undefined || what === undefined || by === undefined || what === '' ? text : text.split(what).join(by)
  },
  basename: args => texts(args)[0]?.replace(/^.*[\\/]/s, ''),
  dirname: args => {
    const text = texts(args)[0]
    if (text === undefined) return undefined
    const at = Math.max(text.lastIndexOf('\\'), text.lastIndexOf('/'))
    return at === -1 ? '' : text.slice(0, at)
  },
  number: args => asNumber(args[0]),
  text: args => texts(args)[0],
  add: numeric(
    (a, b) => a + b,
    (a, b) => a + b,
  ),
  subtract: numeric(
    (a, b) => a - b,
    (a, b) => a - b,
  ),
  multiply: numeric(
    (a, b) => a * b,
    (a, b) => a * b,
  ),
  divide: numeric((a, b) => a / b),
  bin: numeric((a, size) => Math.floor(a / size) * size),
  coalesce: args => args.find(value => value !== undefined && value !== null),
  // The members of a list of texts, put together; what is no list is itself.
  'list:line': args => {
    const [list, by] = args
    if (!Array.isArray(list)) return list
    return texts(list as readonly Value[])
      .map(text => text ?? '')
      .join(typeof by === 'string' ? by : ' ')
  },
  // Every value inside a record or list, at any depth.
  'list:values': args => {
    const inside = args[0]
    return isRecord(inside) || Array.isArray(inside) ? leaves({ inside }) : inside
  },
  'list:entries': args => {
    const inside = args[0]
    return isRecord(inside) || Array.isArray(inside) ? [...namesIn(inside), ...leaves({ inside })] : inside
  },
  datepart: args => {
    const part = args[1]
    const time = args[0] === undefined ? undefined : parseTime(args[0])
    if (time === undefined || typeof part !== 'string') return undefined
    return datePart(time.time, part as Parameters<typeof datePart>[1])
  },
}

/** A scalar as a function of an event; undefined when a field it needs is absent or a value has no such form. */
export function compileScalar(scalar: Scalar, context?: Context): Compute {
  switch (scalar.kind) {
    case 'field': {
      const read = fieldReader(scalar.name)
      if (context?.rules === 'kusto') {
        if (scalar.type === 'string') return event => read(event) ?? ''
        return event => read(event) ?? undefined
      }
      return read
    }
    case 'literal': {
      const value = context?.rules === undefined ? scalar.value : (scalar.value ?? undefined)
      return () => value
    }
    case 'raw':
      // Splunk has the text of an event in a field.
      if (context?.rules === 'splunk')
        return event => (Object.hasOwn(event.fields, '_raw') ? (event.fields._raw ?? event.raw) : event.raw)
      return event => event.raw
    case 'fields':
      return event => leaves(event.fields)
    case 'case': {
      const branches = scalar.branches.map(branch => ({
        when: compilePredicate(branch.when, { context }),
        then: compileScalar(branch.then, context),
      }))
      const otherwise = compileScalar(scalar.otherwise, context)
      return event => (branches.find(branch => branch.when(event))?.then ?? otherwise)(event)
    }
    case 'call':
      return compileCall(scalar, context)
    case 'single': {
      let found: { readonly value: Value | undefined } | undefined
      return () => {
        if (found === undefined) {
          const input = context?.rowsOf(scalar.of)
          const row = input?.rows[0]
          const name = input?.header.columns[0]?.name ?? Object.keys(row?.fields ?? {})[0]
          found = {
            value: row === undefined || name === undefined || !Object.hasOwn(row.fields, name) ? undefined : row.fields[name],
          }
        }
        return found.value
      }
    }
  }
}

function compileCall(scalar: Extract<Scalar, { kind: 'call' }>, context: Context | undefined): Compute {
  const args = scalar.args.map(arg => compileScalar(arg, context))
  const row = context === undefined ? undefined : functionRow(scalar.fn, context.rules)
  if (row !== undefined) {
    const site = {
      types: scalar.args.map(typeSaid),
      type: scalar.type,
      constants: scalar.args.map(arg => (arg.kind === 'literal' ? (arg.value ?? undefined) : undefined)),
      rules: context?.rules,
      now: context!.now,
    }
    const compute =
      row.lazy?.(site, args) ?? eager(args, row.absent === 'absent', row.make?.(site) ?? (values => row.apply?.(values, site)))
    // Kusto's texts are never null.
    return context?.rules === 'kusto' && scalar.type === 'string' ? event => compute(event) ?? '' : compute
  }
  if (scalar.fn === 'now') {
    const now = context?.now
    if (now === undefined) return () => undefined
    const rules = context?.rules
    return () => (rules === 'kusto' ? BigInt(Math.floor(now())) * 10_000n + unixEpoch : rules === 'splunk' ? now() / 1000 : now())
  }
  if (scalar.fn === 'event:field') {
    // A field of the record itself, whatever Sigma calls it.
    const [name] = scalar.args
    const read = accessor(name?.kind === 'literal' && typeof name.value === 'string' ? name.value : '')
    return event => read(event.fields)
  }
  if (scalar.fn === 'event:text') {
    // The event's own text in a form, and words that a product has in the text of such events.
    const [form = 'line', ...words] = texts(scalar.args.map(arg => (arg.kind === 'literal' ? arg.value : undefined)))
    const known = textForms.find(one => one === form) ?? 'line'
    return event => [eventText(event, known), ...words].join('\t')
  }
  if (eventValue(scalar.fn, undefined) !== undefined) return event => eventValue(scalar.fn, event)!.value
  if (scalar.fn === 'sigma:tuple') {
    // A tuple with an absent member is no tuple: COUNT(DISTINCT a, b) of SQL leaves such rows out as well.
    return event => {
      const values = args.map(arg => arg(event))
      return values.includes(undefined)
        ? undefined
        : JSON.stringify(values, (_, value) => (typeof value === 'bigint' ? String(value) : value))
    }
  }
  const name = derivedName(scalar.fn)
  if (name !== undefined) {
    const fn = derived[name]!.fn
    if (args.length > 1) {
      return event => {
        const [first, ...others] = texts(args.map(arg => arg(event)))
        return first === undefined ? undefined : fn(first, ...others)
      }
    }
    return event => {
      const value = args[0]?.(event)
      const text = value === undefined ? undefined : asText(value)
      return text === undefined ? undefined : fn(text)
    }
  }
  const fn = Object.hasOwn(functions, scalar.fn) ? functions[scalar.fn] : undefined
  if (fn === undefined) return () => undefined
  return event => fn(args.map(arg => arg(event)))
}

function eager(
  args: readonly Compute[],
  skips: boolean,
  apply: (values: readonly (Value | undefined)[]) => Value | undefined,
): Compute {
  return event => {
    const values = args.map(arg => arg(event) ?? undefined)
    return skips && values.includes(undefined) ? undefined : apply(values)
  }
}

/** The type that a scalar states of itself. */
export function typeSaid(scalar: Scalar): ValueType | undefined {
  switch (scalar.kind) {
    case 'field':
    case 'literal':
    case 'call':
      return scalar.type
    case 'case':
      return scalar.branches.map(branch => typeSaid(branch.then)).find(type => type !== undefined) ?? typeSaid(scalar.otherwise)
    default:
      return undefined
  }
}

const deepest = 64

/** Every name inside a value, down to 64 levels. */
function namesIn(value: Value, depth = 0): string[] {
  if (typeof value !== 'object' || value === null || depth >= deepest) return []
  const own = Array.isArray(value) ? [] : Object.keys(value)
  return [...own, ...Object.values(value).flatMap(member => namesIn(member as Value, depth + 1))]
}

/** Every value at the leaves of a record, lists taken apart; below 64 levels nothing is looked at. */
export function leaves(fields: Readonly<Record<string, Value>>): Value[] {
  const found: Value[] = []
  eachLeaf(fields, value => {
    found.push(value)
  })
  return found
}

/** The same values one by one, in the same order. */
export function eachLeaf(value: Value, to: (value: Value) => void, depth = 0): void {
  if (typeof value !== 'object' || value === null) to(value)
  else if (depth < deepest) for (const member of Object.values(value)) eachLeaf(member as Value, to, depth + 1)
}
