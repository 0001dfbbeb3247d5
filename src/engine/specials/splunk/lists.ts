// Splunk's functions over fields with several values (Search Reference, "Multivalue eval functions").

import { setField, type Value } from '../../../ir/event.ts'
import { captures } from '../../regex/capture.ts'
import type { CallSite, Compute, FunctionRow } from '../signature.ts'
import { expression, field, json, lexically, list, mostValues, number, text } from './values.ts'

const manual = 'https://docs.splunk.com/Documentation/Splunk/latest/SearchReference/MultivalueEvalFunctions'

type Arguments = readonly (Value | undefined)[]

const row = (
  name: string,
  bounds: readonly [number, number | undefined],
  apply: (args: Arguments) => Value | undefined,
  absent: FunctionRow['absent'] = 'absent',
  type: FunctionRow['type'] = undefined,
): FunctionRow => ({
  name: `splunk:${name}`,
  manual,
  least: bounds[0],
  ...(bounds[1] === undefined ? {} : { most: bounds[1] }),
  type,
  absent,
  apply: args => apply(args),
})

const texts = (value: Value | undefined): readonly string[] => list(value).map(one => text(one) ?? '')

/** Members from one place to another, both counted from 0, from the end where negative. */
function mvindex(args: Arguments): Value | undefined {
  const all = list(args[0])
  const from = number(args[1])
  const to = args[2] === undefined ? from : number(args[2])
  if (from === undefined || to === undefined) return undefined
  const start = from < 0 ? all.length + from : from
  const end = to < 0 ? all.length + to : to
  if (start < 0 || start >= all.length || end < start) return undefined
  return field(all.slice(start, end + 1))
}

function split(args: Arguments): Value | undefined {
  const of = text(args[0])
  const by = text(args[1])
  if (of === undefined || by === undefined) return undefined
  return field((by === '' ? [...of] : of.split(by)).slice(0, mostValues))
}

function mvzip(args: Arguments): Value | undefined {
  const left = texts(args[0])
  const right = texts(args[1])
  const by = args[2] === undefined ? ',' : (text(args[2]) ?? ',')
  return field(left.slice(0, right.length).map((one, at) => `${one}${by}${right[at]!}`))
}

function mvrange(args: Arguments): Value | undefined {
  const from = number(args[0])
  const to = number(args[1])
  const length = args[2] === undefined ? 1 : number(args[2])
  if (from === undefined || to === undefined || length === undefined || length === 0) return undefined
  const out: number[] = []
  for (let at = from; length > 0 ? at < to : at > to; at += length) {
    if (out.length >= mostValues) break
    out.push(at)
  }
  return field(out)
}

/** A text cut at a delimiter, empty pieces left out unless they are wanted. */
function makemv(args: Arguments): Value | undefined {
  const of = text(args[0])
  const by = text(args[1]) ?? ' '
  if (of === undefined || by === '') return args[0]
  const pieces = of.split(by)
  return field((args[2] === true ? pieces : pieces.filter(piece => piece !== '')).slice(0, mostValues))
}

/** A body asked for each value of a field, which stands for that one value there; the third argument is the name of the field. */
const over =
  (keep: (value: Value | undefined, member: Value) => Value | undefined) =>
  (site: CallSite, [of, body]: readonly Compute[]): Compute => {
    const name = String(site.constants[2] ?? '')
    return event => {
      const out: Value[] = []
      for (const member of list(of!(event))) {
        const fields: Record<string, Value> = { ...event.fields }
        setField(fields, name, member)
        const kept = keep(body!({ ...event, fields }), member)
        if (kept !== undefined) out.push(...list(kept))
        if (out.length >= mostValues) break
      }
      return field(out)
    }
  }

const filtered = over((value, member) => (value === true ? member : undefined))
const mapped = over(value => value ?? undefined)

export const listFunctions: readonly FunctionRow[] = [
  row('mvindex', [2, 3], mvindex),
  row('mvcount', [1, 1], args => list(args[0]).length || undefined, 'absent', 'real'),
  row(
    'mvjoin',
    [2, 2],
    args => (args[0] === undefined ? undefined : texts(args[0]).join(text(args[1]) ?? '')),
    'absent',
    'string',
  ),
  row('mvappend', [1, undefined], args => field(args.flatMap(list).slice(0, mostValues)), 'seen'),
  row('mvdedup', [1, 1], args => {
    const seen = new Set<string>()
    return field(
      list(args[0]).filter(one => {
        const key = text(one) ?? ''
        return seen.has(key) ? false : seen.add(key) !== undefined
      }),
    )
  }),
  row('mvsort', [1, 1], args => field([...list(args[0])].sort((a, b) => lexically(text(a) ?? '', text(b) ?? '')))),
  row('mvreverse', [1, 1], args => field([...list(args[0])].reverse())),
  row('mvzip', [2, 3], mvzip),
  row('mvrange', [2, 3], mvrange),
  row('split', [2, 2], split),
  row('makemv', [3, 3], makemv),
  {
    name: 'splunk:tokenize',
    manual: 'https://docs.splunk.com/Documentation/Splunk/latest/SearchReference/Makemv',
    least: 2,
    most: 2,
    type: undefined,
    absent: 'absent',
    make: site => {
      const found = captures(String(site.constants[1] ?? ''))
      return ([value]) => {
        const of = text(value)
        if (of === undefined || found === undefined) return value
        return field(found.all(of).flatMap(match => match.groups[1] ?? match.groups[0] ?? []))
      }
    },
  },
  {
    name: 'splunk:mvfind',
    manual,
    least: 2,
    most: 2,
    type: 'real',
    absent: 'absent',
    make: site => {
      const fixed = site.constants[1]
      const known = typeof fixed === 'string' ? expression(fixed) : undefined
      return ([value, pattern]) => {
        const found = typeof fixed === 'string' ? known : expression(text(pattern) ?? '')
        const at = texts(value).findIndex(one => found?.first(one) !== undefined)
        return at === -1 ? undefined : at
      }
    },
  },
  {
    name: 'splunk:mvfilter',
    manual,
    least: 3,
    most: 3,
    type: undefined,
    absent: 'seen',
    lazy: filtered,
  },
  {
    name: 'splunk:mvmap',
    manual,
    least: 3,
    most: 3,
    type: undefined,
    absent: 'seen',
    lazy: mapped,
  },
  row('mv_to_json_array', [1, 2], args => json([...list(args[0])]), 'absent', 'string'),
]
