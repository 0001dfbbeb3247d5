// pySigma processing pipelines: read from their YAML, every kind checked by name. What is not known is an error, never passed over.

import type { Value } from '../ir/event.ts'
import { documents, type MapNode, type YamlNode } from '../languages/sigma/yaml.ts'
import type { Diagnostic, Outcome } from '../text/diagnostic.ts'
import type { Source, Span } from '../text/source.ts'
import { toValue } from './metadata.ts'
import { kinds, type Shape } from './pysigma-kinds.ts'

export const codes: Readonly<Record<string, string>> = {
  PSG001: 'a text is no processing pipeline',
  PSG002: 'a processing pipeline uses a kind or a key that does not exist',
  PSG003: 'a part of a processing pipeline has the wrong form',
  PSG101: 'a processing pipeline would reach for files, the network, commands or Python code',
  PSG102: 'a transformation cannot be applied to this part of the rule',
  PSG103: 'a processing pipeline refuses the rule',
  PSG104: 'a template cannot be filled in',
  PSG301: 'a processing pipeline leaves out a part of the rule',
}

export type Params = Readonly<Record<string, Value>>

/** One condition of an item. */
export interface Condition {
  readonly name: string
  readonly type: string
  readonly params: Params
}

export type Expression =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'not'; readonly arg: Expression }
  | { readonly kind: 'and' | 'or'; readonly args: readonly [Expression, Expression] }

/** The conditions of one sort on an item; without any, the item applies. */
export interface Conditions {
  readonly list: readonly Condition[]
  readonly any: boolean
  readonly negated: boolean
  readonly expression?: Expression
}

export interface Item {
  readonly id?: string
  readonly type: string
  readonly params: Params
  readonly rule: Conditions
  readonly item: Conditions
  readonly field: Conditions
  /** The items of a `nest`. */
  readonly items: readonly Item[]
  readonly source: Source
  readonly span: Span
}

/** Pipelines made one: sorted by priority, items in order. */
export interface ProcessingPipeline {
  readonly items: readonly Item[]
  readonly postprocessing: readonly Item[]
  readonly finalizers: readonly Item[]
  readonly vars: Params
}

const keys = ['name', 'priority', 'vars', 'transformations', 'postprocessing', 'finalizers', 'allowed_backends', 'backends']
const noConditions: Conditions = { list: [], any: false, negated: false }

/** Reads processing pipelines (pySigma 1.5) and chains them by priority, the lowest first, as given where it is equal. */
export function readPipelines(sources: readonly Source[]): Outcome<ProcessingPipeline> {
  const diagnostics: Diagnostic[] = []
  const read: { readonly priority: number; readonly pipeline: ProcessingPipeline }[] = []
  for (const source of sources) {
    const note = (code: string, message: string, span: Span, hint?: string): void =>
      void diagnostics.push({ code, severity: 'error', message, span, source, ...(hint === undefined ? {} : { hint }) })
    const yaml = documents(source)
    diagnostics.push(...yaml.diagnostics.map(finding => ({ ...finding, source })))
    const root = yaml.documents[0]?.root
    if (root?.kind !== 'map' || !root.entries.some(pair => keys.includes(pair.key.text))) {
      note(
        'PSG001',
        'this is no processing pipeline',
        root?.span ?? { start: 0, end: 0 },
        `a pipeline is a map with ${keys.join(', ')}`,
      )
      continue
    }
    const part = (name: string): YamlNode | undefined => root.entries.find(pair => pair.key.text === name)?.value
    for (const { key } of root.entries)
      if (!keys.includes(key.text))
        note('PSG002', `a processing pipeline has no key "${key.text}"`, key.span, `keys are ${keys.join(', ')}`)
    const reader = { source, note }
    const priority = part('priority') === undefined ? 0 : toValue(part('priority')!)
    if (typeof priority !== 'number') note('PSG003', '"priority" is a number', part('priority')!.span)
    const vars = part('vars') === undefined ? {} : toValue(part('vars')!)
    if (!isMap(vars)) note('PSG003', '"vars" is a map of names to values', part('vars')!.span)
    read.push({
      priority: typeof priority === 'number' ? priority : 0,
      pipeline: {
        items: readItems(part('transformations'), 'transformations', reader),
        postprocessing: readItems(part('postprocessing'), 'postprocessing', reader),
        finalizers: readItems(part('finalizers'), 'finalizers', reader),
        vars: isMap(vars) ? vars : {},
      },
    })
  }
  if (diagnostics.some(finding => finding.severity === 'error')) return { diagnostics }
  const chain = read.sort((a, b) => a.priority - b.priority).map(one => one.pipeline)
  return {
    value: {
      items: chain.flatMap(one => one.items),
      postprocessing: chain.flatMap(one => one.postprocessing),
      finalizers: chain.flatMap(one => one.finalizers),
      vars: Object.fromEntries(chain.flatMap(one => Object.entries(one.vars))),
    },
    diagnostics,
  }
}

interface Reader {
  readonly source: Source
  note(code: string, message: string, span: Span, hint?: string): void
}

/** A map of the pipeline's values. */
export function isMap(value: unknown): value is Params {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function readItems(node: YamlNode | undefined, where: keyof typeof kinds, reader: Reader): readonly Item[] {
  if (node === undefined) return []
  if (node.kind !== 'list') {
    reader.note('PSG003', `"${where}" is a list of items`, node.span)
    return []
  }
  return node.items.flatMap((item): Item[] => {
    if (item.kind === 'map') {
      const read = readItem(item, where, reader)
      return read === undefined ? [] : [read]
    }
    reader.note('PSG003', 'an item is a map with "type"', item.span)
    return []
  })
}

/** Parameters of a known kind, checked by name. */
function checked(params: Params, shape: Shape, what: string, span: Span, reader: Reader): boolean {
  let good = true
  for (const name of Object.keys(params))
    if (!shape.required.includes(name) && !shape.optional.includes(name)) {
      const list = [...shape.required, ...shape.optional].join(', ')
      reader.note('PSG002', `${what} has no "${name}"`, span, list === '' ? undefined : `it has ${list}`)
      good = false
    }
  for (const name of shape.required)
    if (!Object.hasOwn(params, name)) {
      reader.note('PSG003', `${what} needs "${name}"`, span)
      good = false
    }
  return good
}

const sorts = {
  rule: { prefix: 'rule', conditions: 'rule_conditions' },
  item: { prefix: 'detection_item', conditions: 'detection_item_conditions' },
  field: { prefix: 'field_name', conditions: 'field_name_conditions' },
} as const

function readItem(map: MapNode, where: keyof typeof kinds, reader: Reader): Item | undefined {
  const all = toValue(map) as Params
  const { type } = all
  if (typeof type !== 'string' || !Object.hasOwn(kinds[where], type)) {
    const list = Object.keys(kinds[where]).join(', ')
    reader.note('PSG002', `there is no "${typeof type === 'string' ? type : ''}" among ${where}`, map.span, `there are ${list}`)
    return undefined
  }
  const shape = kinds[where][type]!
  if (shape.outside !== undefined) {
    reader.note('PSG101', `"${type}" ${shape.outside}, which is not done`, map.span, shape.instead)
    return undefined
  }
  const taken = new Set(['type', 'id'])
  const conditions = (sort: keyof typeof sorts): Conditions => {
    const { prefix, conditions: name } = sorts[sort]
    for (const end of ['_conditions', '_cond_op', '_cond_not', '_cond_expr']) taken.add(`${prefix}${end}`)
    return readConditions(all, prefix, name, map.span, reader)
  }
  const rule = where === 'finalizers' ? noConditions : conditions('rule')
  const item = where === 'transformations' ? conditions('item') : noConditions
  const field = where === 'transformations' ? conditions('field') : noConditions
  const params = Object.fromEntries(Object.entries(all).filter(([name]) => !taken.has(name)))
  if (!checked(params, shape, `"${type}"`, map.span, reader)) return undefined
  const inner = map.entries.find(pair => pair.key.text === (where === 'finalizers' ? 'finalizers' : 'items'))?.value
  const items = type === 'nest' || type === 'nested' ? readItems(inner, where, reader) : []
  const id = typeof all.id === 'string' ? { id: all.id } : {}
  return { ...id, type, params, rule, item, field, items, source: reader.source, span: map.span }
}

function readConditions(all: Params, prefix: string, name: keyof typeof kinds, span: Span, reader: Reader): Conditions {
  const given = all[name]
  const op = all[`${prefix}_cond_op`]
  const text = all[`${prefix}_cond_expr`]
  if (op !== undefined && op !== 'and' && op !== 'or') reader.note('PSG003', `"${prefix}_cond_op" is "and" or "or"`, span)
  if (op !== undefined && text !== undefined)
    reader.note('PSG003', `"${prefix}_cond_op" and "${prefix}_cond_expr" exclude each other`, span)
  const pairs: (readonly [string, Value])[] = Array.isArray(given)
    ? given.map((one: Value, index) => [String(index + 1), one] as const)
    : isMap(given)
      ? Object.entries(given)
      : []
  if (given !== undefined && !Array.isArray(given) && !isMap(given)) reader.note('PSG003', `"${name}" is a list or a map`, span)
  const list = pairs.flatMap(([at, one]): Condition[] => {
    const { type, ...params } = isMap(one) ? one : {}
    if (typeof type !== 'string' || !Object.hasOwn(kinds[name], type)) {
      reader.note(
        'PSG002',
        `there is no condition "${typeof type === 'string' ? type : ''}" among ${name}`,
        span,
        `there are ${Object.keys(kinds[name]).join(', ')}`,
      )
      return []
    }
    return checked(params, kinds[name][type]!, `the condition "${type}"`, span, reader) ? [{ name: at, type, params }] : []
  })
  let expression: Expression | undefined
  if (text !== undefined) {
    const names = new Set(list.map(one => one.name))
    expression = typeof text === 'string' ? readExpression(text, names) : undefined
    if (expression === undefined)
      reader.note(
        'PSG003',
        `"${prefix}_cond_expr" is no expression over the conditions`,
        span,
        `they are ${[...names].join(', ')}`,
      )
  }
  return {
    list,
    any: op === 'or',
    negated: all[`${prefix}_cond_not`] === true,
    ...(expression === undefined ? {} : { expression }),
  }
}

/** `a and not (b or c)` over known names; undefined when it is not. */
function readExpression(text: string, names: ReadonlySet<string>): Expression | undefined {
  if (text.length > 10_000) return undefined
  const words = text.match(/[()]|[^\s()]+/g) ?? []
  let at = 0
  let depth = 0
  const joined = (kind: 'and' | 'or', inner: () => Expression | undefined): Expression | undefined => {
    let left = inner()
    while (left !== undefined && words[at]?.toLowerCase() === kind) {
      at++
      const right = inner()
      left = right === undefined ? undefined : { kind, args: [left, right] }
    }
    return left
  }
  const unary = (): Expression | undefined => {
    const word = words[at++]
    if (word === undefined || ++depth > 500) return undefined
    if (word.toLowerCase() === 'not') {
      const arg = unary()
      return arg === undefined ? undefined : { kind: 'not', arg }
    }
    if (word === '(') {
      const inner = either()
      return words[at++] === ')' ? inner : undefined
    }
    return names.has(word) ? { kind: 'name', name: word } : undefined
  }
  const both = (): Expression | undefined => joined('and', unary)
  const either = (): Expression | undefined => joined('or', both)
  const whole = either()
  return at === words.length ? whole : undefined
}
