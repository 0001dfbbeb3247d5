// A scalar as a function of one event. Nothing here throws on data: what has no value is undefined.

import { accessor, asText, type Event, isRecord, type Value } from '../ir/event.ts'
import type { Scalar } from '../ir/predicate.ts'
import { datePart, parseTime } from '../ir/time.ts'
import { derived, joined } from '../schemas/derive.ts'
import { compilePredicate } from './match.ts'
import { asNumber } from './number.ts'

type Compute = (event: Event) => Value | undefined

/** Whether the engine can compute a scalar; the names of what it cannot. */
export function unknownScalars(scalar: Scalar): readonly string[] {
  switch (scalar.kind) {
    case 'single':
      return ['a subquery as a value']
    case 'call': {
      const here =
        scalar.fn in functions || scalar.fn === 'sigma:tuple' || derivedName(scalar.fn) !== undefined
          ? []
          : [`the function "${scalar.fn}"`]
      return [...here, ...scalar.args.flatMap(unknownScalars)]
    }
    case 'case':
      return [...scalar.branches.flatMap(branch => unknownScalars(branch.then)), ...unknownScalars(scalar.otherwise)]
    default:
      return []
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
export function keptName(scalar: Scalar): string | undefined {
  if (scalar.kind === 'field') return scalar.name
  if (scalar.kind !== 'call' || !constant(scalar, 0)) return undefined
  return `\u0000${JSON.stringify(scalar, (key, value) => (key === 'span' ? undefined : value))}`
}

function constant(scalar: Scalar, depth: number): boolean {
  if (scalar.kind === 'field') return true
  if (scalar.kind === 'literal')
    return typeof scalar.value !== 'object' || scalar.value === null ? typeof scalar.value !== 'bigint' : false
  return scalar.kind === 'call' && scalar.fn !== 'now' && depth < 20 && scalar.args.every(arg => constant(arg, depth + 1))
}

/** What stands behind a kept name. */
export function keptReader(name: string): (fields: Event['fields']) => Value | undefined {
  if (!name.startsWith('\u0000{')) return accessor(name)
  const compute = compileScalar(JSON.parse(name.slice(1)) as Scalar)
  return fields => compute({ fields })
}

const texts = (args: readonly (Value | undefined)[]): (string | undefined)[] =>
  args.map(value => (value === undefined ? undefined : asText(value)))

const numeric =
  (fn: (a: number, b: number) => number) =>
  (args: readonly (Value | undefined)[]): Value | undefined => {
    const a = asNumber(args[0])
    const b = asNumber(args[1])
    if (a === undefined || b === undefined) return undefined
    const result = fn(Number(a), Number(b))
    return Number.isFinite(result) ? result : undefined
  }

const functions: Readonly<Record<string, (args: readonly (Value | undefined)[]) => Value | undefined>> = {
  'derive:joined': args => joined(args[0], args[1]),
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
  add: numeric((a, b) => a + b),
  subtract: numeric((a, b) => a - b),
  multiply: numeric((a, b) => a * b),
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
export function compileScalar(scalar: Scalar): Compute {
  switch (scalar.kind) {
    case 'field': {
      const read = accessor(scalar.name)
      return event => read(event.fields)
    }
    case 'literal': {
      const value = scalar.value
      return () => value
    }
    case 'raw':
      return event => event.raw
    case 'fields':
      return event => leaves(event.fields)
    case 'case': {
      const branches = scalar.branches.map(branch => ({ when: compilePredicate(branch.when), then: compileScalar(branch.then) }))
      const otherwise = compileScalar(scalar.otherwise)
      return event => (branches.find(branch => branch.when(event))?.then ?? otherwise)(event)
    }
    case 'call': {
      const args = scalar.args.map(compileScalar)
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
      const fn = functions[scalar.fn]
      if (fn === undefined) return () => undefined
      return event => fn(args.map(arg => arg(event)))
    }
    case 'single':
      return () => undefined
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
  const visit = (value: Value, depth: number): void => {
    if (Array.isArray(value)) {
      if (depth < deepest) for (const member of value as readonly Value[]) visit(member, depth + 1)
    } else if (isRecord(value)) {
      if (depth < deepest) for (const member of Object.values(value)) visit(member, depth + 1)
    } else found.push(value)
  }
  visit(fields, 0)
  return found
}
