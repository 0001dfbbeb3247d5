// Comments taken out and macros written out, as text, before anything is read (Search Manual, "Use search macros in searches"; Knowledge Manager Manual, "Define search macros").

import type { Diagnostic } from '../../../text/diagnostic.ts'
import type { Source, Span } from '../../../text/source.ts'
import { suggest } from '../../../text/suggest.ts'
import type { ParseContext, Reference } from '../../language.ts'
import { type Stretch, type Written, written } from './written.ts'

/** Bounds on what macros may become. `depth` is that of limits.conf. */
export const bounds = { depth: 100, length: 1_000_000, calls: 10_000 } as const

/** A macro that is ready to be written out. */
interface Macro {
  readonly args: readonly string[]
  readonly body: string
}

/**
 * Macros that nearly every published detection uses and no document defines: `drop_dm_object_name` of the add-on for the Common Information Model,
 * and those of the security content (facts of both). What the context defines comes first.
 */
const usual: Readonly<Record<string, Macro>> = {
  'drop_dm_object_name(1)': { args: ['object'], body: 'rename $object$.* as *' },
  'security_content_ctime(1)': { args: ['field'], body: 'convert timeformat="%Y-%m-%dT%H:%M:%S" ctime($field$)' },
  security_content_summariesonly: {
    args: [],
    body: 'summariesonly=`summariesonly_config` allow_old_summaries=`oldsummaries_config` fillnull_value=`fillnull_config`',
  },
  summariesonly_config: { args: [], body: 'false' },
  oldsummaries_config: { args: [], body: 'true' },
  fillnull_config: { args: [], body: 'null' },
}

interface Expansion {
  readonly source: Source
  readonly names: NonNullable<ParseContext['names']>
  readonly diagnostics: Diagnostic[]
  readonly stretches: Stretch[]
  length: number
  calls: number
  /** Told once for each name. */
  readonly told: Set<string>
  /** Every macro that was met, by its key. */
  readonly met: Map<string, Reference>
  stopped: boolean
}

/** The text with comments and macros settled, unless it was `stopped` at a bound; macros that nobody defines stay as they are, between back-ticks, and are told by name. */
export function expand(
  source: Source,
  context: ParseContext | undefined,
): { readonly written: Written; readonly diagnostics: Diagnostic[]; readonly stopped: boolean } {
  const state = expanded(source, context)
  return { written: written(state.stretches, source.text.length), diagnostics: state.diagnostics, stopped: state.stopped }
}

/** The macros that a search calls, and those that these call, as far as they are known. */
export const references = (source: Source, context?: ParseContext): readonly Reference[] => [
  ...expanded(source, context).met.values(),
]

function expanded(source: Source, context: ParseContext | undefined): Expansion {
  const state: Expansion = {
    source,
    names: context?.names ?? {},
    diagnostics: [],
    stretches: [],
    length: 0,
    calls: 0,
    told: new Set(),
    met: new Map(),
    stopped: false,
  }
  walk(source.text, state, undefined, [])
  return state
}

function add(state: Expansion, text: string, from: number, whole: Span | undefined): void {
  if (text === '' || state.stopped) return
  state.length += text.length
  if (state.length > bounds.length) {
    state.stopped = true
    report(state, 'SPL010', `the search is longer than ${bounds.length} characters when its macros are written out`, whole)
    return
  }
  state.stretches.push(whole === undefined ? { text, from } : { text, from, whole })
}

function report(state: Expansion, code: string, message: string, span: Span | undefined, hint?: string): void {
  const key = `${code} ${message}`
  if (state.told.has(key)) return
  state.told.add(key)
  const severity = code === 'SPL110' || code === 'SPL111' ? 'warning' : 'error'
  state.diagnostics.push({
    code,
    severity,
    message,
    ...(span === undefined ? {} : { span }),
    ...(hint === undefined ? {} : { hint }),
  })
}

/** The end of a string that begins at `at`, past its quote; the end of the text where it is not closed. */
export function stringEnd(text: string, at: number): number {
  for (let here = at + 1; here < text.length; here++) {
    if (text[here] === '\\') here++
    else if (text[here] === '"') return here + 1
  }
  return text.length
}

/** One text with its comments and calls; `whole` is the outermost call that it came from. */
function walk(text: string, state: Expansion, whole: Span | undefined, stack: readonly string[]): void {
  let from = 0
  let at = 0
  while (at < text.length && !state.stopped) {
    const character = text[at]
    if (character === '"') {
      at = stringEnd(text, at)
      continue
    }
    // What stands behind a backslash is no quote, also outside of strings.
    if (character === '\\') {
      at += 2
      continue
    }
    if (character !== '`') {
      at++
      continue
    }
    add(state, text.slice(from, at), from, whole)
    if (text.startsWith('```', at)) {
      const end = text.indexOf('```', at + 3)
      if (end === -1)
        report(state, 'SPL002', 'a comment is not closed', whole ?? { start: at, end: at + 3 }, 'close it with three back-ticks')
      at = end === -1 ? text.length : end + 3
      // A comment parts words.
      add(state, ' ', at - 1, whole)
      from = at
      continue
    }
    const end = callEnd(text, at)
    if (end === undefined) {
      report(state, 'SPL002', 'a back-tick is not closed', whole ?? { start: at, end: at + 1 }, 'a macro is called as "`name`"')
      add(state, text.slice(at + 1), at + 1, whole)
      return
    }
    const span = whole ?? { start: at, end: end + 1 }
    call(text.slice(at + 1, end), state, span, stack, whole === undefined ? at : 0)
    at = end + 1
    from = at
  }
  add(state, text.slice(from), from, whole)
}

/** The closing back-tick of a call; one in a string of its arguments is none. */
function callEnd(text: string, at: number): number | undefined {
  for (let here = at + 1; here < text.length; here++) {
    if (text[here] === '"') here = stringEnd(text, here) - 1
    else if (text[here] === '`') return here
  }
  return undefined
}

/** Name and arguments of a call, or undefined for what is no call. */
function parts(call: string): { readonly name: string; readonly args: readonly string[] } | undefined {
  const found = /^\s*([\w.:-]+)\s*(?:\(([\s\S]*)\))?\s*$/.exec(call)
  if (found === null) return undefined
  const inside = found[2]
  return { name: found[1]!, args: inside === undefined || inside.trim() === '' ? [] : splitArguments(inside) }
}

/** Arguments between commas outside of strings and parentheses; an argument may be a string, which then is what is in it. */
function splitArguments(text: string): string[] {
  const out: string[] = []
  let depth = 0
  let from = 0
  const push = (end: number): void => {
    const arg = text.slice(from, end).trim()
    const whole = arg.length > 1 && arg.startsWith('"') && stringEnd(arg, 0) === arg.length
    out.push(whole ? arg.slice(1, -1).replace(/\\(["\\])/g, '$1') : arg)
  }
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '"') at = stringEnd(text, at) - 1
    else if (character === '(' || character === '[') depth++
    else if (character === ')' || character === ']') depth--
    else if (character === ',' && depth <= 0) {
      push(at)
      from = at + 1
    }
  }
  push(text.length)
  return out
}

function call(text: string, state: Expansion, span: Span, stack: readonly string[], from: number): void {
  const read = parts(text)
  if (read === undefined) {
    report(state, 'SPL001', `"${text.slice(0, 80)}" is no call of a macro`, span, 'a macro is called as "`name(argument, …)`"')
    add(state, '`?`', from, span)
    return
  }
  const key = read.args.length === 0 ? read.name : `${read.name}(${read.args.length})`
  const { macro, known } = macroOf(key, read.name, state)
  const through = stack.at(-1)
  if (!state.met.has(key)) state.met.set(key, { name: key, known, span, ...(through === undefined ? {} : { through }) })
  if (macro === undefined) {
    unknown(key, read.name, state, span)
    add(state, `\`${text}\``, from, span)
    return
  }
  if (stack.includes(key) || stack.length >= bounds.depth || ++state.calls > bounds.calls) {
    const way = [...stack.slice(Math.max(0, stack.indexOf(key))), key].slice(-5).map(name => `"${name}"`)
    const message = stack.includes(key)
      ? `the macro "${key}" calls itself: ${way.join(' → ')}`
      : `macros call each other more than ${stack.length >= bounds.depth ? `${bounds.depth} deep` : `${bounds.calls} times`}, at "${key}"`
    report(state, 'SPL008', message, span, 'break the circle in the definition')
    state.stopped = stack.length >= bounds.depth || state.calls > bounds.calls
    add(state, `\`${text}\``, from, span)
    return
  }
  let body = macro.body
  if (macro.args.length > 0) {
    const values = new Map(macro.args.map((name, at) => [name, read.args[at] ?? '']))
    body = body.replace(/\$([^$\s]{1,100})\$/g, (found, name: string) => values.get(name) ?? found)
  }
  walk(body, state, span, [...stack, key])
}

function macroOf(
  key: string,
  name: string,
  { names }: Expansion,
): { readonly macro: Macro | undefined; readonly known: Reference['known'] } {
  if (Object.hasOwn(names, key)) {
    const value = names[key]!
    const macro =
      typeof value === 'string'
        ? { args: [], body: value }
        : 'body' in value
          ? { args: value.args, body: value.body.text }
          : { args: [], body: value.join(', ') }
    return { macro, known: 'defined' }
  }
  if (Object.hasOwn(usual, key)) return { macro: usual[key], known: 'usual' }
  // The hook for local exceptions at the end of published detections: it lets everything through until somebody fills it.
  if (key === name && name.endsWith('_filter')) return { macro: { args: [], body: 'search *' }, known: 'hook' }
  return { macro: undefined, known: 'unknown' }
}

function unknown(key: string, name: string, state: Expansion, span: Span): void {
  const known = [...new Set([...Object.keys(state.names), ...Object.keys(usual)])]
  const others = known.filter(other => other === name || other.startsWith(`${name}(`))
  if (others.length > 0) {
    report(
      state,
      'SPL111',
      `the macro "${name}" is not known with these arguments: "${key}"`,
      span,
      `there is ${others.map(other => `"${other}"`).join(', ')}`,
    )
    return
  }
  const near = suggest(key, known)
  const hint =
    near === undefined
      ? 'give its definition: macros are read from the folder "macros" beside the rules and from macros.conf'
      : `did you mean "${near}"?`
  report(state, 'SPL110', `the macro "${key}" is not known`, span, hint)
}
