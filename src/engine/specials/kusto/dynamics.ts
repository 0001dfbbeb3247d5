// Kusto's functions over dynamic values: paths, arrays, bags and sets (https://learn.microsoft.com/kusto/query/scalar-functions#dynamic-array-functions).

import { setField, type Value } from '../../../ir/event.ts'
import type { CallSite, FunctionRow } from '../signature.ts'
import { less } from './numbers.ts'
import {
  type Arguments,
  amount,
  bag,
  count,
  inDynamic,
  json,
  keyOf,
  list,
  type Maybe,
  many,
  mostMembers,
  page,
  parseJson,
  row,
} from './values.ts'

type Bag = Readonly<Record<string, Value>>

/** What a dynamic holds under a key or at an index. A text that is JSON is read: a log may keep a bag as text. */
export function under(of: Maybe, key: Maybe): Maybe {
  let value = of
  if (typeof value === 'string' && /^\s*[{[]/.test(value)) value = parseJson(value)
  if (typeof key === 'string') {
    const inside = bag(value)
    return inside !== undefined && Object.hasOwn(inside, key) ? (inside[key] ?? undefined) : undefined
  }
  const members = list(value)
  const at = count(key)
  if (members === undefined || at === undefined) return undefined
  return members[at < 0 ? members.length + at : at] ?? undefined
}

const all = (args: Arguments, site: CallSite): Value[] => args.map((value, index) => inDynamic(value, site.types[index]))

/** Names and values one after the other, as a bag. */
function packed(args: Arguments, site: CallSite, keepAbsent: boolean): Bag {
  const out: Record<string, Value> = {}
  for (let at = 0; at + 1 < args.length; at += 2) {
    const name = args[at]
    const value = args[at + 1]
    if (typeof name !== 'string' || (!keepAbsent && (value === undefined || value === null || value === ''))) continue
    setField(out, name, inDynamic(value, site.types[at + 1]))
  }
  return out
}

function slice([of, from, to]: Arguments): Maybe {
  const members = list(of)
  if (members === undefined) return undefined
  const place = (value: Maybe, otherwise: number): number => {
    const at = count(value) ?? otherwise
    return at < 0 ? members.length + at : at
  }
  return members.slice(Math.max(0, place(from, 0)), place(to, -1) + 1)
}

function indexIn([of, wanted, from, length, occurrence]: Arguments, site: CallSite): Maybe {
  const members = list(of)
  if (members === undefined) return undefined
  const key = keyOf(inDynamic(wanted, site.types[1]))
  const start = count(from) ?? 0
  const begin = start < 0 ? Math.max(0, members.length + start) : start
  const most = count(length)
  const end = most === undefined || most === -1 ? members.length : Math.min(members.length, begin + most)
  let left = count(occurrence) ?? 1
  for (let at = begin; at < end; at++) if (keyOf(members[at]!) === key && --left === 0) return at
  return -1
}

const shifted = (members: readonly Value[], by: number, fill: Value): readonly Value[] =>
  members.map((_, at) => (at + by >= 0 && at + by < members.length ? members[at + by]! : fill))

function rotated(members: readonly Value[], by: number): readonly Value[] {
  const size = members.length
  return members.map((_, at) => members[(((at + by) % size) + size) % size]!)
}

/** Arrays sorted by the first; the others keep beside their members. */
const sorted =
  (sign: 1 | -1) =>
  (args: Arguments): Maybe => {
    const placed = args.at(-1) === false ? -1 : 1
    const lists = (typeof args.at(-1) === 'boolean' ? args.slice(0, -1) : args).map(list)
    const [first] = lists
    if (first === undefined) return undefined
    const order = first
      .map((_, index) => index)
      .sort((a, b) => {
        const [x, y] = [first[a]!, first[b]!]
        if (x === null || y === null) return x === y ? a - b : x === null ? placed : -placed
        return (less(x, y) ? -1 : less(y, x) ? 1 : 0) * sign || a - b
      })
    const made = lists.map(one => (one?.length === first.length ? order.map(at => one[at]!) : null))
    return made.length === 1 ? made[0]! : made
  }

const distinct = (members: readonly Value[]): readonly Value[] => [
  ...new Map(members.map(member => [keyOf(member), member])).values(),
]

const sets = (
  name: string,
  join: (first: readonly Value[], others: readonly (readonly Value[])[]) => readonly Value[],
): FunctionRow =>
  row(name, { args: [2, many], type: 'dynamic' }, args => {
    const lists = args.map(list)
    if (lists.includes(undefined)) return undefined
    const [first, ...others] = lists as readonly (readonly Value[])[]
    return distinct(join(first!, others))
  })

const keys = (of: readonly Value[]): ReadonlySet<string> => new Set(of.map(keyOf))

/** `range(from, to, step)` as a list, its end included; of dates and lengths as texts. */
function range([from, to, step]: Arguments, site: CallSite): Maybe {
  const type = site.types[0]
  if (typeof from === 'bigint' && (type === 'datetime' || type === 'timespan')) {
    const by = typeof step === 'bigint' ? step : type === 'datetime' ? 864_000_000_000n : 36_000_000_000n
    if (typeof to !== 'bigint' || by === 0n || (to - from) / by > BigInt(mostMembers)) return undefined
    const out: Value[] = []
    for (let at = from; by > 0n ? at <= to : at >= to; at += by) out.push(inDynamic(at, type))
    return out
  }
  const [first, last, by] = [amount(from), amount(to), step === undefined ? 1 : amount(step)]
  if (first === undefined || last === undefined || by === undefined || by === 0 || (last - first) / by > mostMembers)
    return undefined
  const size = Math.floor((last - first) / by) + 1
  return Array.from({ length: Math.max(0, size) }, (_, index) => first + index * by)
}

/** Bags as one: the first that has a key says its value. */
function merged(args: Arguments): Maybe {
  const out: Record<string, Value> = {}
  for (const one of args) {
    const from = bag(one)
    if (from === undefined) continue
    for (const key of Object.keys(from)) if (!Object.hasOwn(out, key)) setField(out, key, from[key]!)
  }
  return out
}

/** A path such as `$.a.b` of a key. */
const stepsOf = (path: string): readonly string[] =>
  path.startsWith('$')
    ? [...path.slice(1).matchAll(/\.([^.[\]]+)|\[["']([^"']*)["']\]/g)].map(found => found[1] ?? found[2]!)
    : [path]

function removed([of, names]: Arguments): Maybe {
  const from = bag(of)
  const gone = list(names)
  if (from === undefined || gone === undefined) return undefined
  return gone.reduce<Bag>((done, name) => withoutPath(done, stepsOf(String(name)), 0), from)
}

function withoutPath(of: Bag, steps: readonly string[], at: number): Bag {
  const name = steps[at]
  if (name === undefined || !Object.hasOwn(of, name)) return of
  const out: Record<string, Value> = {}
  for (const key of Object.keys(of)) {
    if (key !== name) setField(out, key, of[key]!)
    else if (at < steps.length - 1) {
      const inner = bag(of[key])
      setField(out, key, inner === undefined ? of[key]! : withoutPath(inner, steps, at + 1))
    }
  }
  return out
}

function withKey([of, name, value]: Arguments, site: CallSite): Maybe {
  const from = bag(of)
  if (from === undefined) return undefined
  const put = (inside: Bag, steps: readonly string[]): Bag => {
    const [first, ...rest] = steps
    if (first === undefined) return inside
    const out: Record<string, Value> = { ...inside }
    const inner = Object.hasOwn(inside, first) ? bag(inside[first]) : undefined
    setField(out, first, rest.length === 0 ? inDynamic(value, site.types[2]) : put(inner ?? {}, rest))
    return out
  }
  return put(from, stepsOf(String(name)))
}

function hasKey([of, name]: Arguments): Maybe {
  let inside: Maybe = of
  for (const step of stepsOf(String(name))) {
    const here: Bag | undefined = bag(inside)
    if (here === undefined || !Object.hasOwn(here, step)) return false
    inside = here[step]
  }
  return true
}

/** The paths of all leaves, as texts: `['a']['b']`. */
function paths(of: Value, before: string, into: string[], depth: number): void {
  if (depth > 64 || into.length > 10_000) return
  const inside = bag(of)
  const members = list(of)
  const put = (path: string): void => {
    if (!into.includes(path)) into.push(path)
  }
  for (const key of Object.keys(inside ?? {})) {
    const path = `${before}['${key.replace(/['\\]/g, '\\$&')}']`
    put(path)
    paths(inside![key]!, path, into, depth + 1)
  }
  // All members of an array are told as the first one.
  if (members !== undefined && members.length > 0) put(`${before}[0]`)
  for (const member of members ?? []) paths(member, `${before}[0]`, into, depth + 1)
}

export const dynamicFunctions: readonly FunctionRow[] = [
  row('path', { args: [2], type: 'dynamic', manual: page('scalar-data-types/dynamic') }, ([of, key]) => under(of, key)),
  row('parse_json', { args: [1], type: 'dynamic' }, ([of], site) =>
    typeof of === 'string' && site.types[0] !== 'dynamic' ? parseJson(of) : inDynamic(of, site.types[0]),
  ),
  row('todynamic', { args: [1], type: 'dynamic' }, ([of], site) =>
    typeof of === 'string' && site.types[0] !== 'dynamic' ? parseJson(of) : inDynamic(of, site.types[0]),
  ),
  row('dynamic_to_json', { args: [1], type: 'string', manual: page('dynamic-to-json-function') }, ([of]) => json(of!)),
  row('pack_array', { args: [1, many], type: 'dynamic', seen: true }, (args, site) => all(args, site)),
  row('bag_pack', { args: [0, many], type: 'dynamic', seen: true }, (args, site) => packed(args, site, true)),
  row('bag_pack_present', { args: [0, many], type: 'dynamic', seen: true, manual: page('pack-all-function') }, (args, site) =>
    packed(args, site, false),
  ),
  {
    name: 'kusto:pack_all',
    manual: page('pack-all-function'),
    least: 0,
    most: 1,
    type: 'dynamic',
    absent: 'seen',
    lazy: (_site, args) => event => {
      const drop = args[0]?.(event) === true
      const out: Record<string, Value> = {}
      for (const name of Object.keys(event.fields)) {
        const value = event.fields[name]!
        if (!(drop && (value === null || value === '')))
          setField(out, name, inDynamic(value, typeof value === 'bigint' ? 'datetime' : undefined))
      }
      return out
    },
  },
  row('array_length', { args: [1], type: 'long' }, ([of]) => list(of)?.length),
  row('array_slice', { args: [3], type: 'same' }, slice),
  row('array_concat', { args: [1, many], type: 'dynamic' }, args => args.flatMap(one => list(one) ?? [])),
  row('array_index_of', { args: [2, 5], type: 'long' }, indexIn),
  row('array_reverse', { args: [1], type: 'same' }, ([of]) => [...(list(of) ?? [])].reverse()),
  row('array_rotate_left', { args: [2], type: 'same' }, ([of, by]) => rotated(list(of) ?? [], count(by) ?? 0)),
  row('array_rotate_right', { args: [2], type: 'same' }, ([of, by]) => rotated(list(of) ?? [], -(count(by) ?? 0))),
  row('array_shift_left', { args: [2, 3], type: 'same' }, ([of, by, fill], site) =>
    shifted(list(of) ?? [], count(by) ?? 0, inDynamic(fill, site.types[2])),
  ),
  row('array_shift_right', { args: [2, 3], type: 'same' }, ([of, by, fill], site) =>
    shifted(list(of) ?? [], -(count(by) ?? 0), inDynamic(fill, site.types[2])),
  ),
  row('array_split', { args: [2], type: 'dynamic' }, ([of, at]) => {
    const members = list(of)
    if (members === undefined) return undefined
    const places = (list(at) ?? [at ?? 0]).map(one => count(one) ?? 0).map(one => (one < 0 ? members.length + one : one))
    return [0, ...places].map((from, index) => members.slice(from, places[index] ?? members.length))
  }),
  row('array_sort_asc', { args: [1, many], type: 'dynamic' }, sorted(1)),
  row('array_sort_desc', { args: [1, many], type: 'dynamic' }, sorted(-1)),
  row('array_iff', { args: [3], type: 'dynamic' }, ([conditions, yes, no], site) =>
    (list(conditions) ?? []).map((condition, at): Value => {
      const from = condition === true || (typeof condition === 'number' && condition !== 0) ? yes : no
      const members = list(from)
      if (typeof condition !== 'boolean' && typeof condition !== 'number') return null
      return members === undefined ? inDynamic(from, site.types[from === yes ? 1 : 2]) : (members[at] ?? null)
    }),
  ),
  row('bag_keys', { args: [1], type: 'dynamic' }, ([of]) => (bag(of) === undefined ? undefined : Object.keys(bag(of)!))),
  row('bag_merge', { args: [2, many], type: 'dynamic', seen: true }, merged),
  row('bag_has_key', { args: [2], type: 'bool' }, hasKey),
  row('bag_remove_keys', { args: [2], type: 'dynamic' }, removed),
  row('bag_set_key', { args: [3], type: 'dynamic' }, withKey),
  row('bag_zip', { args: [2], type: 'dynamic' }, ([names, values]) => {
    const out: Record<string, Value> = {}
    for (const [at, name] of (list(names) ?? []).entries())
      if (typeof name === 'string') setField(out, name, list(values)?.[at] ?? null)
    return out
  }),
  row('zip', { args: [2, many], type: 'dynamic', seen: true }, args => {
    const lists = args.map(one => list(one) ?? (one === undefined ? [] : [one]))
    return Array.from({ length: Math.max(...lists.map(one => one.length)) }, (_, at) => lists.map(one => one[at] ?? null))
  }),
  row('set_has_element', { args: [2], type: 'bool' }, ([of, wanted], site) => {
    const members = list(of)
    return members === undefined ? false : keys(members).has(keyOf(inDynamic(wanted, site.types[1])))
  }),
  sets('set_union', (first, others) => [...first, ...others.flat()]),
  sets('set_intersect', (first, others) => first.filter(member => others.every(other => keys(other).has(keyOf(member))))),
  sets('set_difference', (first, others) => first.filter(member => !others.some(other => keys(other).has(keyOf(member))))),
  row('set_equals', { args: [2], type: 'bool' }, ([a, b]) => {
    const [x, y] = [keys(list(a) ?? []), keys(list(b) ?? [])]
    return x.size === y.size && [...x].every(key => y.has(key))
  }),
  row('jaccard_index', { args: [2], type: 'real' }, ([a, b]) => {
    const [x, y] = [keys(list(a) ?? []), keys(list(b) ?? [])]
    const both = [...x].filter(key => y.has(key)).length
    const union = x.size + y.size - both
    return union === 0 ? undefined : both / union
  }),
  row('range', { args: [2, 3], type: 'dynamic' }, range),
  row('repeat', { args: [2], type: 'dynamic', seen: true }, ([of, times], site) => {
    const size = count(times)
    return size === undefined || size < 0 || size > mostMembers
      ? undefined
      : Array.from({ length: size }, () => inDynamic(of, site.types[0]))
  }),
  row('treepath', { args: [1], type: 'dynamic' }, ([of]) => {
    const out: string[] = []
    paths(of!, '', out, 0)
    return out
  }),
  row('series_sum', { args: [1], type: 'real' }, ([of]) =>
    (list(of) ?? []).reduce<number>((sum, one) => sum + (amount(one) ?? 0), 0),
  ),
  ...(
    [
      ['add', (a: number, b: number) => a + b],
      ['subtract', (a: number, b: number) => a - b],
      ['multiply', (a: number, b: number) => a * b],
      ['divide', (a: number, b: number) => a / b],
    ] as const
  ).map(([name, apply]) =>
    row(`series_${name}`, { args: [2], type: 'dynamic' }, ([a, b]) => {
      const size = Math.max(list(a)?.length ?? 0, list(b)?.length ?? 0)
      return Array.from({ length: size }, (_, at): Value => {
        const [x, y] = [a, b].map(one => amount(list(one) === undefined ? one : (list(one)![at] ?? undefined)))
        const value = x === undefined || y === undefined ? Number.NaN : apply(x, y)
        return Number.isFinite(value) ? value : null
      })
    }),
  ),
  row('series_fill_const', { args: [1, 3], type: 'same' }, ([of, fill], site) =>
    (list(of) ?? []).map(one => one ?? inDynamic(fill ?? 0, site.types[1])),
  ),
  row('series_fill_forward', { args: [1, 2], type: 'same' }, ([of]) => {
    let last: Value = null
    return (list(of) ?? []).map(one => {
      if (one !== null) last = one
      return last
    })
  }),
  row('series_fill_backward', { args: [1, 2], type: 'same' }, ([of]) => {
    let last: Value = null
    return [...(list(of) ?? [])]
      .reverse()
      .map(one => {
        if (one !== null) last = one
        return last
      })
      .reverse()
  }),
]
