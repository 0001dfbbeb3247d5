// Questions to one record as people write them on a command line: a text anywhere, or a field and what it must be.

import { compileRegex, type Regex } from '../../engine/regex.ts'
import type { Value } from '../../ir/event.ts'
import { any, contains, glob, matchGlob, one } from '../../ir/glob.ts'
import type { Glob } from '../../ir/predicate.ts'
import { portableRegex } from '../../ir/regex.ts'
import { parseTime } from '../../ir/time.ts'
import type { Outcome } from '../../text/diagnostic.ts'
import { misuse } from './options.ts'
import { type Known, valueReader } from './shape.ts'

/** A question; `unsettled` counts regular expressions that gave up. */
export interface Term {
  readonly ask: (of: Known) => boolean
  readonly unsettled: () => number
}

export interface TermOptions {
  /** Case counts. */
  readonly cased?: boolean
  /** The words are a text as it stands, whatever is in it. */
  readonly fixed?: boolean
}

/** `FIELD=VALUE`, `!=`, `~`, `!~`, `>`, `>=`, `<`, `<=`; names as logs have them, also paths. */
const comparison = /^([A-Za-z_@#][\w@#.\-[\]*]*)(!=|!~|>=|<=|=|~|>|<)([\s\S]*)$/

/** The question that a text stands for, or what is wrong with it. */
export function readTerm(text: string, options: TermOptions = {}): Outcome<Term> {
  const parts = options.fixed === true ? null : comparison.exec(text)
  const none = () => 0
  if (parts === null) {
    const test = matchGlob(options.fixed === true ? contains(text) : glob([any, ...pattern(text), any]), options.cased !== true)
    return { value: { ask: of => anywhere(of, test), unsettled: none }, diagnostics: [] }
  }
  const [, name = '', sign = '', value = ''] = parts
  const read = valueReader(name)
  const on = (test: (text: string) => boolean) => (of: Known) => within(read(of), test)
  if (sign === '~' || sign === '!~') {
    const portable = portableRegex(value, { flavour: 'pcre' })
    const compiled =
      portable.value === undefined ? undefined : compileRegex(portable.value, { fold: options.cased !== true, whole: false })
    if (compiled?.value === undefined) {
      const why = [...portable.diagnostics, ...(compiled?.diagnostics ?? [])][0]?.message ?? 'it is none'
      return { diagnostics: [misuse('CLI018', `cannot use the regular expression "${value}": ${why}`)] }
    }
    const asked = counting(compiled.value)
    const found = on(asked.test)
    return { value: { ask: sign === '~' ? found : of => !found(of), unsettled: asked.unsettled }, diagnostics: [] }
  }
  if (sign === '=' || sign === '!=') {
    const test = matchGlob(glob(pattern(value)), options.cased !== true)
    const found = on(test)
    return { value: { ask: sign === '=' ? found : of => !found(of), unsettled: none }, diagnostics: [] }
  }
  const wanted = order(value)
  if (wanted === undefined) {
    return {
      diagnostics: [misuse('CLI018', `"${value}" is neither a number nor a time`, `to look for the text itself: -F '${text}'`)],
    }
  }
  const holds = (difference: number) =>
    sign === '>' ? difference > 0 : sign === '>=' ? difference >= 0 : sign === '<' ? difference < 0 : difference <= 0
  const ask = on(found => {
    const has = order(found)
    return has !== undefined && has.kind === wanted.kind && holds(has.value - wanted.value)
  })
  return { value: { ask, unsettled: none }, diagnostics: [] }
}

/** `*` any run, `?` one character; a backslash is a backslash, as in the paths of logs. */
function pattern(text: string): Glob {
  return text
    .split(/([*?])/)
    .filter(part => part !== '')
    .map(part => (part === '*' ? any : part === '?' ? one : part))
}

function counting(regex: Regex): { test(text: string): boolean; unsettled(): number } {
  let unsettled = 0
  return {
    test(text) {
      const answer = regex.test(text)
      if (answer === undefined) unsettled++
      return answer === true
    },
    unsettled: () => unsettled,
  }
}

/** A number or a time, whichever a text is. */
function order(text: string): { readonly kind: 'number' | 'time'; readonly value: number } | undefined {
  const trimmed = text.trim()
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(trimmed) || /^0x[0-9a-f]+$/i.test(trimmed))
    return { kind: 'number', value: Number(trimmed) }
  const time = /^\d{4}-\d\d/.test(trimmed) ? parseTime(trimmed) : undefined
  return time === undefined ? undefined : { kind: 'time', value: time.time + (time.ticks ?? 0) / 10_000 }
}

const deepest = 32

/** Whether a value, or one inside it, passes. */
function within(value: Value | undefined, test: (text: string) => boolean, depth = 0): boolean {
  if (value === undefined || value === null) return false
  if (typeof value === 'string') return test(value)
  if (typeof value !== 'object') return test(String(value))
  if (depth >= deepest) return false
  for (const inner of Array.isArray(value) ? value : Object.values(value)) if (within(inner, test, depth + 1)) return true
  return false
}

function anywhere({ event }: Known, test: (text: string) => boolean): boolean {
  return (event.raw !== undefined && test(event.raw)) || within(event.fields, test)
}
