// What only SQL has: the JSON functions of SQLite, and `replace`.

import { asText, isRecord, type Value } from '../../../ir/event.ts'
import type { FunctionRow } from '../signature.ts'

const manual = 'https://www.sqlite.org/json1.html'

/** A longer text is no JSON here. */
const longest = 5_000_000

/** The value of a JSON text, by the standard; undefined for what is none. */
function parsed(of: Value | undefined): Value | undefined {
  const text = of === undefined ? undefined : asText(of)
  if (text === undefined || text.length > longest) return undefined
  try {
    return JSON.parse(text) as Value
  } catch {
    return undefined
  }
}

/** The value at a path `$[0].name."other name"`; undefined where there is none, or the path is none. */
function at(of: Value, path: string): Value | undefined {
  if (!path.startsWith('$')) return undefined
  let found: Value | undefined = of
  const step = /\[(\d+)\]|\.(?:"([^"]*)"|([^.[\]"]+))/y
  step.lastIndex = 1
  while (step.lastIndex < path.length) {
    const next = step.exec(path)
    if (next === null || found === undefined) return undefined
    if (next[1] !== undefined) found = Array.isArray(found) ? found[Number(next[1])] : undefined
    else {
      const key = next[2] ?? next[3]!
      found = isRecord(found) && Object.hasOwn(found, key) ? found[key] : undefined
    }
  }
  return found
}

/** What SQL sees of a value: lists and objects as their JSON, truth as 1 and 0. */
const told = (value: Value | undefined): Value | undefined =>
  typeof value === 'boolean'
    ? Number(value)
    : typeof value === 'object' && value !== null
      ? JSON.stringify(value)
      : (value ?? undefined)

export const functions: readonly FunctionRow[] = [
  {
    name: 'sql:json_valid',
    manual: `${manual}#jvalid`,
    least: 1,
    most: 1,
    type: 'long',
    absent: 'absent',
    apply: ([of]) => (parsed(of) === undefined ? 0 : 1),
  },
  {
    name: 'sql:json_array_length',
    manual: `${manual}#jarraylen`,
    least: 1,
    most: 2,
    type: 'long',
    absent: 'absent',
    apply: ([of, path]) => {
      const value = parsed(of)
      const found = value === undefined || path === undefined ? value : at(value, String(path))
      return found === undefined ? undefined : Array.isArray(found) ? found.length : 0
    },
  },
  {
    name: 'sql:json_extract',
    manual: `${manual}#jex`,
    least: 2,
    most: 2,
    type: undefined,
    absent: 'absent',
    apply: ([of, path]) => {
      const value = parsed(of)
      return value === undefined ? undefined : told(at(value, String(path)))
    },
  },
  {
    name: 'sql:replace',
    manual: 'https://www.sqlite.org/lang_corefunc.html#replace',
    least: 3,
    most: 3,
    type: 'string',
    absent: 'absent',
    apply: args => {
      const [of, what, by] = args.map(value => (value === undefined ? undefined : asText(value)))
      if (of === undefined || what === undefined || by === undefined) return undefined
      if (what === '') return of
      const made = of.split(what)
      // No text grows beyond what is held elsewhere.
      return of.length + (made.length - 1) * by.length > longest ? undefined : made.join(by)
    },
  },
]
