// Log records: values, events, batches, and the one way a field name finds its value.

export type Value = string | number | bigint | boolean | null | readonly Value[] | { readonly [key: string]: Value }

/** Where an event was read: the file as the user named it, the member of an archive, the record (EVTX record id), the line (from 1) and the order in the file (from 0). */
export interface Origin {
  readonly source: string
  readonly member?: string
  readonly record?: number | bigint
  readonly line?: number
  readonly index: number
}

/**
 * One log record, under the names its own source gives. `time` in milliseconds UTC, `ticks` the 100 ns within it
 * (0 to 9,999); a record without time never joins a window, and is counted.
 */
export interface Event {
  readonly time?: number
  readonly ticks?: number
  readonly fields: Readonly<Record<string, Value>>
  /** The record as text, only where the log is text that has no fields of its own. */
  readonly raw?: string
  /** `Batch.line` of the event, for queries that search text; only while the batch is valid. */
  readonly line?: () => string | undefined
  readonly origin?: Origin
  /** One field by its name, without making `fields`: the value that `accessor` finds there. */
  readonly lookup?: (name: string) => Value | undefined
}

/** A run of records of one shape. `schema` is '' when the format does not know it. Objects are made on demand (`at`), so that a matcher may look at `slots` and never make them. */
export interface Batch {
  readonly schema: string
  readonly length: number
  at(index: number): Event
  /** The record as it stands in its log, on one line; undefined where it takes several lines there, or the log is no text. */
  line?(index: number): string | undefined
  readonly slots?: Slots
}

/**
 * Records of a batch on a tape (`src/wasm/tape.ts`), where the fast matcher looks at bytes and makes no objects. Valid until the next batch
 * is asked for; so are objects that `Batch.at` has not made yet.
 */
export interface Slots {
  /** The tape they lie on: a matcher reads its own only. */
  readonly tape: object
  /** For each record its row on the tape; -1: it is only to be had as an object. */
  readonly rows: Int32Array
  /** How texts lie there: as in JSON, with escapes, or as they are. */
  readonly encoding: 'json' | 'plain'
  /** The value of an entry, by its number: what the object has there. */
  value(entry: number): Value
}

type Fields = Readonly<Record<string, Value>>

/** Gives a record under construction a field of its own, whatever its name (`__proto__` too). */
export function setField(fields: Record<string, Value>, name: string, value: Value): void {
  if (name === '__proto__') Object.defineProperty(fields, name, { value, enumerable: true, writable: true, configurable: true })
  else fields[name] = value
}

/** Whether a value is a nested record. */
export function isRecord(value: Value | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * How a field name finds its value: as a whole key first, then as a path (`userIdentity.arn`, `a.b[0]`), where the whole
 * remainder is again tried as a key at each level. A path through a list yields the values of all its members; `*` stands for
 * any key of a level (`UserData.*.SubjectUserName`), and `Data[@Name=Image].#text` takes the members of a list in which a path
 * has that value. Undefined when the event has no such field. Own properties only: `constructor` is not a field.
 */
export function accessor(name: string): (fields: Fields) => Value | undefined {
  const steps = split(name)
  if (steps.length === 1 && steps[0]!.where === undefined) {
    return fields => (Object.hasOwn(fields, name) ? fields[name] : undefined)
  }
  return fields => (Object.hasOwn(fields, name) ? fields[name] : walk(fields, steps, 0))
}

interface PathStep {
  readonly key: string
  /** What is left of the name from here, as one key. */
  readonly rest: string
  readonly index?: number
  /** Only the members in which this path has this text. */
  readonly where?: { readonly read: (fields: Fields) => Value | undefined; readonly text: string }
}

/** `Data[@Name=Image]`: the inner path may have dots of its own. */
const selection = /([^.[]*)\[([^\]=]{1,200})=([^\]]{1,400})\](?=\.|$)/y

function split(name: string): PathStep[] {
  const steps: PathStep[] = []
  let at = 0
  for (;;) {
    selection.lastIndex = at
    const picked = selection.exec(name)
    if (picked !== null) {
      const rest = name.slice(at)
      at += picked[0].length + 1
      steps.push({ key: picked[1]!, rest, where: { read: accessor(picked[2]!), text: picked[3]! } })
      if (at > name.length) return steps
      continue
    }
    const dot = name.indexOf('.', at)
    const part = dot === -1 ? name.slice(at) : name.slice(at, dot)
    const bracket = /^(.*)\[(\d{1,6})\]$/.exec(part)
    if (bracket !== null) steps.push({ key: bracket[1]!, rest: name.slice(at), index: Number(bracket[2]) })
    else steps.push({ key: part, rest: name.slice(at) })
    if (dot === -1) return steps.length === 1 && bracket !== null ? [...steps, { key: '', rest: '' }] : steps
    at = dot + 1
  }
}

function walk(value: Value | undefined, steps: readonly PathStep[], from: number): Value | undefined {
  if (value === undefined || from === steps.length) return value
  const step = steps[from]!
  if (step.rest === '') return value
  if (Array.isArray(value)) return collect(value as readonly Value[], steps, from)
  if (!isRecord(value)) return undefined
  if (Object.hasOwn(value, step.rest)) return value[step.rest]
  if (step.key === '*' && !Object.hasOwn(value, '*')) {
    const found = collect(Object.values(value), steps, from + 1)
    return found?.length === 1 ? found[0] : found
  }
  if (!Object.hasOwn(value, step.key)) return undefined
  let next: Value | undefined = value[step.key]
  if (step.where !== undefined) {
    const { read, text } = step.where
    const picked = (Array.isArray(next) ? (next as readonly Value[]) : [next]).filter(member => {
      const named = isRecord(member) ? read(member) : undefined
      return named !== undefined && asText(named) === text
    }) as readonly Value[]
    const found = collect(picked, steps, from + 1)
    return found?.length === 1 ? found[0] : found
  }
  if (step.index !== undefined) next = Array.isArray(next) ? (next as readonly Value[])[step.index] : undefined
  return walk(next, steps, from + 1)
}

/** What a path finds in each of several values. */
function collect(values: readonly Value[], steps: readonly PathStep[], from: number): readonly Value[] | undefined {
  const found: Value[] = []
  for (const member of values) {
    const inner = from === steps.length ? member : isRecord(member) ? walk(member, steps, from) : undefined
    if (Array.isArray(inner)) found.push(...(inner as readonly Value[]))
    else if (inner !== undefined) found.push(inner)
  }
  return found.length === 0 ? undefined : found
}

/** A value as the text that string tests see: numbers in decimal (12.0 is `12`), booleans as `true` and `false`; null, lists and records have none. */
export function asText(value: Value): string | undefined {
  switch (typeof value) {
    case 'string':
      return value
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value)
    default:
      return undefined
  }
}
