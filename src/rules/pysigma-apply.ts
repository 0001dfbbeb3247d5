// A processing pipeline applied to a rule: its meaning in the names and values that the pipeline asks for. With it the schema step is off.

import { readBehind, withColumns } from '../ir/columns.ts'
import type { Detection } from '../ir/detection.ts'
import type { Value } from '../ir/event.ts'
import { glob, parseGlob } from '../ir/glob.ts'
import { and, or } from '../ir/logic.ts'
import type { EventClass, Pipeline, Stage } from '../ir/pipeline.ts'
import type { Glob, Match, Predicate, Scalar } from '../ir/predicate.ts'
import { fieldsUsed, opaqueParts, rewrite } from '../ir/walk.ts'
import type { Diagnostic, Outcome } from '../text/diagnostic.ts'
import { type Item, isMap, type ProcessingPipeline } from './pysigma.ts'
import { fieldHolds, type Going, partHolds, python, ruleHolds, Undecidable } from './pysigma-conditions.ts'
import { fieldOf, type Leaf, type Part, partOf, partsOf, readShown, shown, type Test, valueIn } from './pysigma-parts.ts'

/** A rule after a pipeline: its query still names log sources, with what the pipeline knows for postprocessing. */
export interface Processed {
  readonly query: Pipeline
  readonly going: Going
}

/** A transformation that this part of a rule does not allow. */
class Refused extends Error {
  readonly code: string
  readonly at: Predicate['span']
  constructor(code: string, message: string, at?: Predicate['span']) {
    super(message)
    this.code = code
    this.at = at
  }
}

/** Applies the items of a pipeline in order, to every branch of a correlation as to a rule. Reports what the pipeline refuses, and what it leaves out. */
export function applyPipeline(detection: Detection, pipeline: ProcessingPipeline): Outcome<Processed> {
  const diagnostics: Diagnostic[] = []
  const fields = detection.rest.fields
  const going: Going = {
    detection,
    correlation: detection.query.from.kind !== 'class',
    logsource: {},
    fields: Array.isArray(fields) ? fields.map(String) : [],
    state: new Map(),
    attributes: new Map(),
    applied: new Set(),
    byField: new Map(),
    byTest: new WeakMap(),
    mapped: new Set(),
  }
  const note = (code: string, severity: Diagnostic['severity'], message: string, span: Predicate['span']): void =>
    void diagnostics.push({ code, severity, message, ...(span === undefined ? {} : { span }) })
  try {
    return { value: { query: branch(detection.query, pipeline, going, note), going }, diagnostics }
  } catch (error) {
    if (error instanceof Refused) note(error.code, 'error', error.message, error.at)
    else if (error instanceof Undecidable) note('PSG003', 'error', error.message, undefined)
    else throw error
    return { diagnostics }
  }
}

type Note = (code: string, severity: Diagnostic['severity'], message: string, span: Predicate['span']) => void

function branch(query: Pipeline, pipeline: ProcessingPipeline, going: Going, note: Note): Pipeline {
  const { from } = query
  const behind = readBehind(query.stages)
  const inner = (of: Pipeline, names: readonly string[] = []): Pipeline =>
    branch(withColumns(of, [...behind, ...names]), pipeline, going, note)
  if (from.kind === 'union') return { ...query, from: { ...from, of: from.of.map(one => inner(one)) } }
  if (from.kind === 'sequence') {
    const steps = from.steps.map(step => ({
      ...step,
      of: inner(
        step.of,
        step.by.flatMap(key => [...fieldsUsed(key.value)]),
      ),
    }))
    return { ...query, from: { ...from, steps } }
  }
  if (from.kind !== 'class') return query
  going.logsource = from.class
  let now: Pipeline = query
  for (const item of pipeline.items) now = applied(item, now, pipeline, going, note)
  return { ...now, from: { ...from, class: going.logsource } }
}

const wheresOf = (query: Pipeline): readonly Predicate[] =>
  query.stages.flatMap(stage => (stage.kind === 'filter' ? [stage.where] : []))

function applied(item: Item, query: Pipeline, pipeline: ProcessingPipeline, going: Going, note: Note): Pipeline {
  if (!ruleHolds(item.rule, going, wheresOf(query))) return query
  const done = (): void => void (item.id !== undefined && going.applied.add(item.id))
  const { params } = item
  switch (item.type) {
    case 'nest': {
      let now = query
      for (const inner of item.items) now = applied(inner, now, pipeline, going, note)
      done()
      return now
    }
    case 'change_logsource':
      going.logsource = Object.fromEntries(
        (['product', 'category', 'service'] as const).flatMap(key =>
          typeof params[key] === 'string' ? [[key, params[key]]] : [],
        ),
      ) as EventClass
      done()
      return query
    case 'add_field':
      going.fields = [...going.fields, ...texts(params.field)]
      done()
      return query
    case 'remove_field':
      going.fields = going.fields.filter(field => !texts(params.field).includes(field))
      done()
      return query
    case 'set_field':
      going.fields = texts(params.fields)
      done()
      return query
    case 'set_state':
      going.state.set(String(params.key), params.val ?? null)
      done()
      return query
    case 'set_custom_attribute':
      going.attributes.set(String(params.attribute), params.value ?? null)
      done()
      return query
    case 'rule_failure':
      throw new Refused('PSG103', `the pipeline refuses the rule: ${String(params.message)}`)
    case 'strict_field_mapping_failure': {
      const open = wheresOf(query)
        .flatMap(partsOf)
        .find(({ field }) => field !== undefined && !going.mapped.has(field))
      if (open !== undefined)
        throw new Refused(
          'PSG103',
          `the pipeline maps every field, and has no name for "${open.field}"`,
          open.leaves[0]!.test.span,
        )
      done()
      return query
    }
    case 'add_condition': {
      done()
      const added = addedCondition(item, going)
      const [first, ...rest] = query.stages
      if (first?.kind !== 'filter') return { ...query, stages: [{ kind: 'filter', where: added }, ...query.stages] }
      return { ...query, stages: [{ ...first, where: and([added, first.where]) }, ...rest] }
    }
    case 'value_placeholders':
    case 'wildcard_placeholders':
    case 'query_expression_placeholders': {
      // What vars resolve was put in when the rule was read.
      const open = opaqueParts(query)[0]
      if (open !== undefined) throw new Refused('PSG102', `"${item.type}" has no value for ${open.text.slice(0, 80)}`, open.span)
      done()
      return query
    }
    default: {
      done()
      return eachPart(item, query, going, note)
    }
  }
}

const texts = (value: Value | undefined): readonly string[] =>
  (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]).map(String)

/** The condition that `add_condition` adds: every field with its value, or one of its values. */
function addedCondition({ params }: Item, going: Going): Predicate {
  const { conditions } = params
  if (!isMap(conditions)) throw new Refused('PSG102', '"add_condition" needs a map of fields to values')
  const filled = (value: Value): Value =>
    params.template === true && typeof value === 'string'
      ? value.replace(
          /\$(?:\{(category|product|service)\}|(category|product|service)\b)/g,
          (_, a?: keyof EventClass, b?: keyof EventClass) => String(going.logsource[(a ?? b)!] ?? 'None'),
        )
      : value
  const all = Object.entries(conditions).map(([key, value]): Predicate => {
    const [field = key, ...modifiers] = key.split('|')
    if (modifiers.length > 0) throw new Refused('PSG102', `a condition that is added takes no modifiers ("${key}")`)
    const list = (Array.isArray(value) ? value : [value]) as readonly Value[]
    return or(list.map(one => equal(field, filled(one))))
  })
  const whole = and(all)
  return params.negated === true ? { kind: 'not', arg: whole } : whole
}

function equal(field: string, value: Value): Predicate {
  const subject: Scalar = { kind: 'field', name: field }
  return { kind: 'test', subject, match: matchOf(value, true) }
}

/** Equality with a value. Texts carry wildcards. */
function matchOf(value: Value, fold: boolean): Match {
  if (typeof value === 'string') return { kind: 'glob', glob: parseGlob(value), fold }
  return { kind: 'compare', op: '=', to: { kind: 'literal', value } }
}

function eachPart(item: Item, query: Pipeline, going: Going, note: Note): Pipeline {
  const walk = (of: Predicate): Predicate | undefined => {
    const part = partOf(of)
    if (part !== undefined) {
      const byField =
        fieldHolds(item.field, going, part.field) ||
        (/^field_name_/.test(item.type) && part.leaves.some(({ test }) => fieldHolds(item.field, going, otherField(test))))
      if (!byField || !partHolds(item.item, going, part)) return of
      return transformed(item, of, part, going, note)
    }
    if (of.kind === 'not') {
      const arg = walk(of.arg)
      return arg === undefined ? undefined : arg === of.arg ? of : { ...of, arg }
    }
    if (of.kind !== 'and' && of.kind !== 'or') return of
    const args = of.args.map(walk).filter(arg => arg !== undefined)
    return args.length === 0 ? undefined : { ...of, args }
  }
  const stages = query.stages.map((stage): Stage => {
    if (stage.kind === 'filter') {
      const where = walk(stage.where)
      if (where === undefined) throw new Refused('PSG102', 'the pipeline leaves nothing of the rule', stage.where.span)
      return { ...stage, where }
    }
    if (!/^field_name_/.test(item.type)) return stage
    return rewrite(stage, {
      scalar: of => {
        if (of.kind !== 'field') return of
        const names = namesFor(item, going, of.name)
        if (names.length !== 1) throw new Refused('PSG102', `"${of.name}" of a correlation becomes several fields`, of.span)
        return { ...of, name: names[0]! }
      },
    })
  })
  return { ...query, stages }
}

/** The field that a test compares with. */
const otherField = (test: Test): string | undefined =>
  (test.match.kind === 'text' || test.match.kind === 'compare') && test.match.to.kind === 'field' ? test.match.to.name : undefined

/** What a field is called after an item, which keeps account of it; itself where the item does not speak of it. */
function namesFor(item: Item, going: Going, name: string): readonly string[] {
  if (!fieldHolds(item.field, going, name)) return [name]
  const { params } = item
  let names: readonly string[] = [name]
  if (item.type === 'field_name_suffix') names = [`${name}${String(params.suffix)}`]
  else if (item.type === 'field_name_prefix') names = [`${String(params.prefix)}${name}`]
  else {
    const mapping = isMap(params.mapping) ? params.mapping : {}
    if (item.type === 'field_name_mapping') {
      if (Object.hasOwn(mapping, name)) names = texts(mapping[name])
      else return [name]
    } else {
      const prefix = Object.keys(mapping).find(start => name.startsWith(start))
      if (prefix === undefined) return [name]
      names = texts(mapping[prefix]).map(start => start + name.slice(prefix.length))
    }
  }
  if (names.length === 0) return [name]
  going.mapped.add(name)
  for (const one of names) {
    going.mapped.add(one)
    const ids = going.byField.get(one) ?? new Set(going.byField.get(name))
    if (item.id !== undefined) ids.add(item.id)
    going.byField.set(one, ids)
  }
  return names
}

/** A part with every test replaced; the shape of the part stays. */
function overLeaves(
  of: Predicate,
  going: Going,
  id: string | undefined,
  change: (leaf: Leaf) => Predicate | undefined,
): Predicate | undefined {
  const mark = (from: Test, to: Predicate): Predicate => {
    const ids = new Set(going.byTest.get(from))
    if (id !== undefined) ids.add(id)
    for (const { leaves } of partsOf(to)) for (const { test } of leaves) going.byTest.set(test, ids)
    return to
  }
  if (of.kind === 'test') {
    const to = change({ test: of, negated: false })
    return to === undefined ? undefined : mark(of, to)
  }
  if (of.kind === 'not') {
    const inner = of.arg as Test
    const to = change({ test: inner, negated: true })
    return to === undefined ? undefined : mark(inner, to)
  }
  if (of.kind !== 'and' && of.kind !== 'or') return of
  const args = of.args.map(arg => overLeaves(arg, going, id, change)).filter(arg => arg !== undefined)
  return args.length === 0 ? undefined : { ...of, args }
}

const wrapped = ({ test, negated }: Leaf): Predicate => (negated ? { kind: 'not', arg: test, span: test.span } : test)

function transformed(item: Item, of: Predicate, part: Part, going: Going, note: Note): Predicate | undefined {
  const { params } = item
  const leaves = (change: (leaf: Leaf) => Predicate | undefined) => overLeaves(of, going, item.id, change)
  /** Every text value by a function; other values stay. */
  const strings = (change: (text: Glob, leaf: Leaf) => Match | readonly Match[] | undefined): Predicate | undefined =>
    leaves(leaf => {
      const { match } = leaf.test
      const value = match.kind === 'glob' ? match.glob : match.kind === 'empty' ? glob(['']) : undefined
      if (value === undefined || leaf.negated) return wrapped(leaf)
      const to = change(value, leaf)
      if (to === undefined) return leaf.test
      const list: readonly Match[] = Array.isArray(to) ? to : [to as Match]
      return or(list.map((one): Predicate => ({ ...leaf.test, match: one })))
    })
  const textMatch = (value: Glob, leaf: Leaf): Match => ({
    kind: 'glob',
    glob: value,
    fold: leaf.test.match.kind === 'glob' ? leaf.test.match.fold : true,
  })
  switch (item.type) {
    case 'field_name_mapping':
    case 'field_name_prefix_mapping':
    case 'field_name_suffix':
    case 'field_name_prefix': {
      if (part.field === undefined) return of
      const names = namesFor(item, going, part.field)
      const renamed = (name: string): Predicate =>
        overLeaves(of, going, item.id, leaf => {
          const named = rewrite(leaf.test, {
            scalar: scalar => {
              if (scalar.kind !== 'field') return scalar
              if (
                scalar.name === part.field &&
                fieldOf(leaf.test.subject) === scalar.name &&
                scalar === innermost(leaf.test.subject)
              )
                return { ...scalar, name }
              const others = namesFor(item, going, scalar.name)
              if (others.length !== 1)
                throw new Refused('PSG102', `the field "${scalar.name}" that is compared with becomes several`, leaf.test.span)
              return { ...scalar, name: others[0]! }
            },
          })
          return wrapped({ test: named, negated: leaf.negated })
        })!
      return names.length === 1 ? renamed(names[0]!) : { kind: 'or', args: names.map(renamed), span: of.span }
    }
    case 'drop_detection_item':
      note('PSG301', 'warning', `the pipeline leaves out the test of "${part.field ?? 'keywords'}"`, of.span)
      return undefined
    case 'detection_item_failure':
      throw new Refused('PSG103', `the pipeline refuses the rule: ${String(params.message)}`, of.span)
    case 'replace_string': {
      const regex = python(String(params.regex))
      const replacement = String(params.replacement)
      return leaves(leaf => {
        const { match } = leaf.test
        const number =
          match.kind === 'compare' && match.op === '=' && match.to.kind === 'literal' && typeof match.to.value === 'number'
        if (match.kind !== 'glob' && !number) return wrapped(leaf)
        const value: Glob = match.kind === 'glob' ? match.glob : [String(valueIn(leaf)!.value)]
        const to =
          params.skip_special === true
            ? glob(
                value.flatMap(piece => {
                  if (typeof piece !== 'string') return [piece]
                  const text = regex.replace(piece, replacement)
                  return params.interpret_special === true ? readShown(text) : [text]
                }),
              )
            : readBack(value, regex.replace(shown(value), replacement), replacement, leaf)
        return { ...leaf.test, match: textMatch(to, leaf) }
      })
    }
    case 'map_string': {
      const mapping = isMap(params.mapping) ? params.mapping : {}
      return strings((value, leaf) => {
        const key = shown(value)
        return Object.hasOwn(mapping, key) ? texts(mapping[key]).map(text => textMatch(parseGlob(text), leaf)) : undefined
      })
    }
    case 'case': {
      const method = params.method ?? 'lower'
      const change = (text: string): string => {
        if (method === 'lower') return text.toLowerCase()
        if (method === 'upper') return text.toUpperCase()
        if (method === 'snake_case')
          return text
            .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
            .replace(/([a-z\d])([A-Z])/g, '$1_$2')
            .replaceAll('-', '_')
            .toLowerCase()
        throw new Undecidable(`there is no method "${String(method)}" of "case"`)
      }
      return strings((value, leaf) =>
        textMatch(
          value.map(piece => (typeof piece === 'string' ? change(piece) : piece)),
          leaf,
        ),
      )
    }
    case 'regex': {
      const method = params.method ?? 'ignore_case_brackets'
      if (!['plain', 'ignore_case_flag', 'ignore_case_brackets'].includes(String(method)))
        throw new Undecidable(`there is no method "${String(method)}" of "regex"`)
      const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
      // The value was the whole field, and stays so.
      return strings(value => ({
        kind: 'regex',
        pattern: value
          .map(piece => (typeof piece === 'string' ? escaped(piece) : piece.wild === 'any' ? '[\\s\\S]*' : '[\\s\\S]'))
          .join(''),
        fold: method !== 'plain',
        whole: true,
      }))
    }
    case 'set_value': {
      const { value = null, force_type: force } = params
      const set = force === 'str' ? String(value) : force === 'num' ? Number(value) : value
      if (typeof set === 'number' && Number.isNaN(set)) throw new Undecidable(`"${String(value)}" is no number`)
      return leaves(({ test }) => {
        if (set === null) return { kind: 'not', arg: { ...test, match: { kind: 'present' } }, span: test.span }
        return {
          ...test,
          match: typeof set === 'string' ? { kind: 'glob', glob: parseGlob(set), fold: true } : matchOf(set, true),
        }
      })
    }
    case 'convert_type': {
      if (params.target_type !== 'str' && params.target_type !== 'num') throw new Undecidable('"target_type" is "str" or "num"')
      return leaves(leaf => {
        const value = valueIn(leaf)?.value
        if (params.target_type === 'str')
          return typeof value === 'number'
            ? { ...leaf.test, match: { kind: 'glob', glob: [String(value)], fold: true } }
            : wrapped(leaf)
        if (typeof value !== 'string') return wrapped(leaf)
        if (value.trim() === '' || Number.isNaN(Number(value)))
          throw new Refused('PSG102', `"${value}" is no number`, leaf.test.span)
        return { ...leaf.test, match: matchOf(Number(value), true) }
      })
    }
    case 'hashes_fields':
      return hashes(item, of, part)
    default:
      return extracted(item, of, part)
  }
}

/** What a replaced text says. pySigma shows a backslash before a wildcard as it shows an escaped wildcard; where both could be meant, nothing is guessed. */
function readBack(before: Glob, after: string, replacement: string, leaf: Leaf): Glob {
  if (after === shown(before)) return before
  const escapes = before.some(piece => typeof piece === 'string' && /[*?]/.test(piece)) || /\\[*?]/.test(replacement)
  const slash = before.some((piece, at) => typeof piece === 'string' && piece.endsWith('\\') && at < before.length - 1)
  if (escapes && slash)
    throw new Refused('PSG102', '"replace_string" cannot tell a backslash before a wildcard from an escaped one', leaf.test.span)
  return escapes
    ? readShown(after)
    : readShown(after.replace(/\\(?=[*?])/g, '\\\u0000')).map(piece =>
        typeof piece === 'string' ? piece.replaceAll('\u0000', '') : piece,
      )
}

/** The field that a value starts from. */
const innermost = (scalar: Scalar): Scalar =>
  scalar.kind === 'call' && scalar.args.length > 0 ? innermost(scalar.args[0]!) : scalar

const algorithms: Readonly<Record<number, string>> = { 32: 'MD5', 40: 'SHA1', 64: 'SHA256', 128: 'SHA512' }

/** A test of Sysmon's list of hashes as tests of a field for each kind of hash. */
function hashes({ params }: Item, of: Predicate, part: Part): Predicate {
  const parse = params.field_to_parse === undefined ? ['Hashes', 'Hash'] : texts(params.field_to_parse)
  if (part.field === undefined || !parse.includes(part.field)) return of
  const valid = texts(params.valid_hash_algos)
  return or(
    part.leaves.map(({ test }): Predicate => {
      const text = test.match.kind === 'glob' ? test.match.glob.filter(piece => typeof piece === 'string').join('') : undefined
      const pair = text === undefined ? null : /^(?:([A-Za-z0-9]+)[=|])?([0-9A-Fa-f]+)$/.exec(text)
      const algorithm = pair === null ? undefined : (pair[1]?.toUpperCase() ?? algorithms[pair[2]!.length])
      if (pair === null || algorithm === undefined || !valid.includes(algorithm))
        throw new Refused(
          'PSG102',
          `no hash of the kinds ${valid.join(', ')} can be read from "${text ?? 'this value'}"`,
          test.span,
        )
      const name = `${String(params.field_prefix ?? '')}${params.drop_algo_prefix === true ? '' : algorithm}`
      return {
        ...test,
        subject: { kind: 'field', name, span: test.subject.span },
        match: { kind: 'glob', glob: [pair[2]!], fold: true },
      }
    }),
  )
}

/** Values taken apart by the named groups of a regular expression, each group a field of its own. */
function extracted({ params }: Item, of: Predicate, part: Part): Predicate {
  if (part.field === undefined) return of
  const regex = python(`^(?:${String(params.regex)})`)
  return or(
    part.leaves.map((leaf): Predicate => {
      const value = valueIn(leaf)?.value
      const groups = typeof value === 'string' ? regex.named(value) : undefined
      if (groups === undefined) {
        if (params.preserve_unmatched === true) return wrapped(leaf)
        throw new Refused('PSG102', '"extract_fields" finds nothing in this value, and would drop it', leaf.test.span)
      }
      return and(
        Object.entries(groups).map(([name, text = '']): Predicate => {
          const field =
            params.field_prefix === undefined || params.field_prefix === null ? name : `${String(params.field_prefix)}.${name}`
          const subject: Scalar = { kind: 'field', name: field, span: leaf.test.subject.span }
          if (/^(?:null|none|)$/i.test(text)) return { kind: 'not', arg: { kind: 'test', subject, match: { kind: 'present' } } }
          const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(text) ? Number(text) : undefined
          return {
            kind: 'test',
            subject,
            match: number === undefined ? { kind: 'glob', glob: readShown(text), fold: true } : matchOf(number, true),
            span: leaf.test.span,
          }
        }),
      )
    }),
  )
}
