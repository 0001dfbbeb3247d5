// Splunk's functions and paths over JSON and XML texts (Search Reference, "spath", "JSON functions").

import { isRecord, setField, type Value } from '../../../ir/event.ts'
import type { FunctionRow } from '../signature.ts'
import { field, json, list, mostValues, number, text } from './values.ts'

const manual = 'https://docs.splunk.com/Documentation/Splunk/latest/SearchReference/JSONFunctions'
const paths = 'https://docs.splunk.com/Documentation/Splunk/latest/SearchReference/Spath'

/** A longer text is not taken apart (limits.conf, `extraction_cutoff`, is 5,000; here events are read as a whole). */
const longest = 5_000_000
const deepest = 64

/** The value of a JSON text; undefined for what is none. */
export function parsed(of: Value | undefined): Value | undefined {
  if (isRecord(of) || Array.isArray(of)) return of
  if (typeof of !== 'string' || of.length > longest) return undefined
  const first = /^\s*([[{"\d-]|true|false|null)/.exec(of)
  if (first === null) return undefined
  try {
    return JSON.parse(of) as Value
  } catch {
    return undefined
  }
}

/** A value as a field has it: an object or list as its JSON. */
const told = (value: Value): Value | undefined => {
  if (value === null) return 'null'
  if (typeof value === 'boolean') return String(value)
  return typeof value === 'object' ? json(value) : value
}

interface Step {
  readonly key: string
  /** A member of the list by its number from 0, every member, or the value as it is. */
  readonly member?: number | 'every'
}

/** The steps of a path `a.b{}.c`, `a{0}`, `a.{}`; `key` names an attribute of XML as `a{@key}`. */
function steps(path: string): readonly Step[] {
  const out: Step[] = []
  for (const part of path.split('.')) {
    const found = /^([^{}]*)((?:\{[^{}]*\})*)$/.exec(part)
    if (found === null) {
      out.push({ key: part })
      continue
    }
    const places = [...found[2]!.matchAll(/\{([^{}]*)\}/g)].map(one => one[1]!)
    if (places.length === 0) out.push({ key: found[1]! })
    for (const [index, place] of places.entries())
      out.push(
        place.startsWith('@')
          ? { key: `${found[1]!}{${place}}` }
          : {
              key: index === 0 ? found[1]! : '',
              member: place === '' ? 'every' : Number(place) - (/^\d+$/.test(place) ? 0 : Number.NaN),
            },
      )
  }
  return out
}

/** What a path finds. A name with dots is tried as a whole first. */
function find(value: Value, path: string): readonly Value[] {
  if (isRecord(value) && Object.hasOwn(value, path)) return [value[path]!]
  let here: readonly Value[] = [value]
  for (const { key, member } of steps(path)) {
    const next: Value[] = []
    for (const one of here) {
      if (key !== '' && !(isRecord(one) && Object.hasOwn(one, key))) continue
      const inner = key === '' ? one : (one as Readonly<Record<string, Value>>)[key]!
      if (member === undefined) next.push(inner)
      else if (Array.isArray(inner)) {
        const all = inner as readonly Value[]
        if (member === 'every') next.push(...all.slice(0, mostValues - next.length))
        else if (all[member] !== undefined) next.push(all[member])
      } else if (member === 'every' && key === '' && isRecord(inner)) next.push(inner)
    }
    if (next.length === 0) return []
    here = next
  }
  return here
}

/** What a path finds in a JSON or XML text, as a field has it. */
export function atPath(of: Value | undefined, path: string): Value | undefined {
  const value = parsed(of) ?? (typeof of === 'string' && /^\s*</.test(of) ? elements(of) : undefined)
  if (value === undefined) return undefined
  return field(find(value, path).flatMap(one => told(one) ?? []))
}

/** Every leaf of a JSON or XML text under its path, lists as `a{}`. */
export function leavesOf(of: Value | undefined): ReadonlyMap<string, Value> {
  const out = new Map<string, Value[]>()
  const value = parsed(of) ?? (typeof of === 'string' && /^\s*</.test(of) ? elements(of) : undefined)
  const visit = (one: Value, path: string, depth: number): void => {
    if (out.size > mostValues) return
    if (depth < deepest && Array.isArray(one)) for (const member of one as readonly Value[]) visit(member, `${path}{}`, depth + 1)
    else if (depth < deepest && isRecord(one))
      for (const [key, member] of Object.entries(one)) visit(member, path === '' ? key : `${path}.${key}`, depth + 1)
    else {
      const leaf = told(one)
      if (leaf === undefined || path === '') return
      const known = out.get(path)
      if (known === undefined) out.set(path, [leaf])
      else known.push(leaf)
    }
  }
  if (value !== undefined) visit(value, '', 0)
  return new Map([...out].map(([path, values]) => [path, field(values)!]))
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

const unentitied = (of: string): string =>
  of.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w{2,4}));/gi, (found, hex: string, digits: string, name: string) => {
    const point = hex !== undefined ? Number.parseInt(hex, 16) : digits !== undefined ? Number(digits) : undefined
    if (point !== undefined) return point <= 0x10ffff ? String.fromCodePoint(point) : found
    return Object.hasOwn(entities, name) ? entities[name]! : found
  })

/** An XML text as records: elements by name, several of one name as a list, attributes as `name{@attribute}`. */
function elements(of: string): Value | undefined {
  if (of.length > longest) return undefined
  const root: Record<string, Value> = {}
  const stack: {
    readonly name: string
    readonly fields: Record<string, Value>
    text: string
    readonly attributes: [string, string][]
  }[] = [{ name: '', fields: root, text: '', attributes: [] }]
  const put = (fields: Record<string, Value>, name: string, value: Value): void => {
    const known = Object.hasOwn(fields, name) ? fields[name] : undefined
    setField(
      fields,
      name,
      known === undefined ? value : Array.isArray(known) ? [...(known as readonly Value[]), value] : [known, value],
    )
  }
  const token = /<!\[CDATA\[([\s\S]*?)\]\]>|<!--[\s\S]*?-->|<[?!][^>]*>|<\/([^\s>]+)\s*>|<([^\s/>]+)([^>]*?)(\/?)>|([^<]+)/g
  for (const found of of.matchAll(token)) {
    const top = stack.at(-1)!
    if (found[1] !== undefined) top.text += found[1]
    else if (found[6] !== undefined) top.text += unentitied(found[6])
    else if (found[3] !== undefined) {
      const attributes = [...(found[4] ?? '').matchAll(/([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)].map(
        (one): [string, string] => [one[1]!, unentitied(one[2] ?? one[3] ?? '')],
      )
      const next = { name: found[3], fields: {}, text: '', attributes }
      if (found[5] === '/') close(next, top.fields)
      else if (stack.length < deepest) stack.push(next)
    } else if (found[2] !== undefined && stack.length > 1 && top.name === found[2]) {
      stack.pop()
      close(top, stack.at(-1)!.fields)
    }
  }
  while (stack.length > 1) {
    const top = stack.pop()!
    close(top, stack.at(-1)!.fields)
  }
  return root

  function close(of: (typeof stack)[number], into: Record<string, Value>): void {
    for (const [name, value] of of.attributes) put(into, `${of.name}{@${name}}`, value)
    if (Object.keys(of.fields).length > 0) put(into, of.name, of.fields)
    else if (of.text.trim() !== '' || of.attributes.length === 0) put(into, of.name, of.text.trim())
  }
}

/** The innermost elements of an XML text by name, as `xmlkv` takes them. */
export function innermost(of: string): ReadonlyMap<string, Value> {
  const out = new Map<string, Value[]>()
  for (const found of of.slice(0, longest).matchAll(/<([\w:.-]+)(?:\s[^<>]*)?>([^<]*)<\/\1\s*>/g)) {
    const name = found[1]!
    const known = out.get(name)
    if (known === undefined) out.set(name, [unentitied(found[2]!)])
    else known.push(unentitied(found[2]!))
  }
  return new Map([...out].map(([name, values]) => [name, field(values)!]))
}

const row = (
  name: string,
  bounds: readonly [number, number | undefined],
  apply: (args: readonly (Value | undefined)[]) => Value | undefined,
  type: FunctionRow['type'] = undefined,
  page = manual,
): FunctionRow => ({
  name: `splunk:${name}`,
  manual: page,
  least: bounds[0],
  ...(bounds[1] === undefined ? {} : { most: bounds[1] }),
  type,
  absent: 'absent',
  apply: args => apply(args),
})

const extracted = (args: readonly (Value | undefined)[]): Value | undefined => {
  const value = parsed(args[0])
  if (value === undefined) return undefined
  if (args.length === 1) return told(value)
  const found = args.slice(1).flatMap(path => find(value, text(path) ?? ''))
  return args.length === 2 ? field(found.flatMap(one => told(one) ?? [])) : json(found)
}

/** A value as it stands in JSON: numbers and booleans as such, JSON texts as what they say. */
const inside = (value: Value | undefined): Value => {
  if (value === undefined) return null
  if (typeof value === 'string') return /^\s*[[{]/.test(value) ? (parsed(value) ?? value) : (number(value) ?? value)
  return value
}

export const jsonFunctions: readonly FunctionRow[] = [
  row('spath', [2, 2], args => atPath(args[0], text(args[1]) ?? ''), undefined, paths),
  row('json', [1, 1], args => (parsed(args[0]) === undefined ? undefined : text(args[0])), 'string'),
  row('json_extract', [1, undefined], extracted),
  row('json_extract_exact', [1, undefined], args => {
    const value = parsed(args[0])
    if (!isRecord(value)) return args.length === 1 && value !== undefined ? told(value) : undefined
    return field(
      args.slice(1).flatMap(key => {
        const name = text(key) ?? ''
        return Object.hasOwn(value, name) ? (told(value[name]!) ?? []) : []
      }),
    )
  }),
  row('json_keys', [1, 1], args => {
    const value = parsed(args[0])
    return isRecord(value) ? json(Object.keys(value)) : undefined
  }),
  {
    ...row('json_object', [0, undefined], args => {
      const out: Record<string, Value> = {}
      for (let at = 0; at + 1 < args.length; at += 2) setField(out, text(args[at]) ?? '', inside(args[at + 1]))
      return json(out)
    }),
    absent: 'seen',
  },
  { ...row('json_array', [0, undefined], args => json(args.map(inside))), absent: 'seen' },
  row('json_array_to_mv', [1, 2], args => {
    const value = parsed(args[0])
    return Array.isArray(value) ? field(list(value).flatMap(one => told(one) ?? [])) : undefined
  }),
]
