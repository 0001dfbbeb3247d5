// The conditions of pySigma's processing pipelines: on the rule, on a detection item, on the name of a field.

import { type Detection, levels, statuses } from '../ir/detection.ts'
import type { Value } from '../ir/event.ts'
import type { EventClass } from '../ir/pipeline.ts'
import type { Predicate } from '../ir/predicate.ts'
import { type Found, gaveUp, search } from '../ir/regex/search.ts'
import { readPortable } from '../ir/regex.ts'
import { type Condition, type Conditions, type Expression, isMap, type Params } from './pysigma.ts'
import { type Leaf, type Part, partsOf, valueIn } from './pysigma-parts.ts'

/** What a pipeline knows while it goes through one rule. */
export interface Going {
  readonly detection: Detection
  readonly correlation: boolean
  logsource: EventClass
  fields: readonly string[]
  readonly state: Map<string, Value>
  readonly attributes: Map<string, Value>
  /** Items of the pipeline that were applied, by id: to the rule, to a field's name, to a test. */
  readonly applied: Set<string>
  readonly byField: Map<string, Set<string>>
  readonly byTest: WeakMap<Predicate, Set<string>>
  /** Names that were mapped, and the names that they became. */
  readonly mapped: Set<string>
}

/** A condition that cannot be decided; the pipeline is refused for the rule. */
export class Undecidable extends Error {}

/** A regular expression of a pipeline: it is searched in a bounded number of steps, and a pattern that needs more is refused. */
export interface Pattern {
  test(text: string): boolean
  /** What the named groups took where it fits first; undefined where it does not fit or names none. */
  named(text: string): Readonly<Record<string, string | undefined>> | undefined
  /** Every place where it fits replaced; `\\1` and `\\g<name>` are what groups took. */
  replace(text: string, replacement: string): string
}

const patterns = new Map<string, Pattern>()

/** A Python regular expression as one of ours; throws `Undecidable` for one that has no reading. */
export function python(pattern: string): Pattern {
  let found = patterns.get(pattern)
  if (found === undefined) {
    found = patternOf(pattern)
    patterns.set(pattern, found)
  }
  return found
}

function patternOf(pattern: string): Pattern {
  // Flags may stand behind an anchor that was put in front.
  const inline = /^(\^\(\?:)?\(\?([ims]+)\)/.exec(pattern)
  const body = inline === null ? pattern : `(?${inline[2]})${inline[1] ?? ''}${pattern.slice(inline[0].length)}`
  const tree = readPortable(body).value
  if (tree === undefined) throw new Undecidable(`"${pattern}" is no regular expression that can be read`)
  const find = (text: string, from: number): Found | undefined => {
    const place = search(tree, text, from)
    if (place === gaveUp) throw new Undecidable(`"${pattern.slice(0, 80)}" takes too long on a text of this rule`)
    return place
  }
  return {
    test: text => find(text, 0) !== undefined,
    named: text => {
      const names = find(text, 0)?.names
      return names === undefined || Object.keys(names).length === 0 ? undefined : names
    },
    replace(text, replacement) {
      let out = ''
      let from = 0
      for (let at = 0; at <= text.length; ) {
        const place = find(text, at)
        if (place === undefined) break
        out += text.slice(from, place.start) + expanded(replacement, place)
        from = place.end
        at = place.end > place.start ? place.end : place.end + 1
      }
      return out + text.slice(from)
    },
  }
}

/** A replacement with what the groups took in it; a backslash before anything else stands for itself, two for one. */
const expanded = (replacement: string, { groups, names }: Found): string =>
  replacement.replace(/\\(?:g<(\w+)>|(\d)|\\)/g, (_, name: string | undefined, digit: string | undefined) => {
    const key = name ?? digit
    if (key === undefined) return '\\'
    return (/^\d+$/.test(key) ? groups[Number(key) - 1] : Object.hasOwn(names, key) ? names[key] : undefined) ?? ''
  })

function decide(conditions: Conditions, one: (condition: Condition) => boolean): boolean {
  if (conditions.list.length === 0) return true
  const by = new Map(conditions.list.map(condition => [condition.name, condition]))
  const expression = (of: Expression): boolean => {
    switch (of.kind) {
      case 'name':
        return one(by.get(of.name)!)
      case 'not':
        return !expression(of.arg)
      case 'and':
        return expression(of.args[0]) && expression(of.args[1])
      case 'or':
        return expression(of.args[0]) || expression(of.args[1])
    }
  }
  const holds =
    conditions.expression !== undefined
      ? expression(conditions.expression)
      : conditions.any
        ? conditions.list.some(one)
        : conditions.list.every(one)
  return holds !== conditions.negated
}

/** Two values compared as an operator of a condition says. */
function compared(op: Value | undefined, a: Value, b: Value): boolean {
  if (op === undefined || op === 'eq') return a === b
  if (op === 'ne') return a !== b
  if (typeof a !== typeof b || (typeof a !== 'number' && typeof a !== 'string')) return false
  const [left, right] = [a, b as typeof a]
  switch (op) {
    case 'gte':
      return left >= right
    case 'gt':
      return left > right
    case 'lte':
      return left <= right
    case 'lt':
      return left < right
    default:
      throw new Undecidable(`there is no operator "${String(op)}"`)
  }
}

const stated = (params: Params, going: Going): boolean =>
  going.state.has(String(params.key)) && compared(params.op, going.state.get(String(params.key))!, params.val ?? null)

/** A rule's own word for an attribute, as pySigma's objects have it. */
export function attribute(going: Going, name: string): Value | undefined {
  const { detection } = going
  const { rest } = detection
  const list = (value: unknown): Value => (Array.isArray(value) ? value.map(String) : value === undefined ? [] : [String(value)])
  switch (name) {
    case 'id':
    case 'title':
    case 'level':
    case 'status':
    case 'description':
      return detection[name]
    case 'name':
      return detection.name ?? null
    case 'author':
      return detection.authors.join(', ')
    case 'date':
      return detection.created ?? null
    case 'modified':
      return detection.modified ?? null
    case 'tags':
      return list(rest.tags)
    case 'references':
      return [...detection.references]
    case 'falsepositives':
      return [...detection.falsePositives]
    case 'fields':
      return [...going.fields]
    case 'logsource':
      return { category: null, product: null, service: null, ...going.logsource }
    case 'custom_attributes':
      return Object.fromEntries(going.attributes)
    default: {
      if (going.attributes.has(name)) return going.attributes.get(name)
      const own = Object.hasOwn(rest, name) ? rest[name] : undefined
      return typeof own === 'string' || typeof own === 'number' || typeof own === 'boolean' ? own : undefined
    }
  }
}

function attributed(params: Params, going: Going): boolean {
  const name = String(params.attribute)
  const wanted = params.value ?? null
  const op = params.op ?? 'eq'
  const value = attribute(going, name)
  if (value === undefined || value === null) return false
  if (Array.isArray(value)) return op === 'in' ? value.includes(wanted) : op === 'not_in' ? !value.includes(wanted) : op === 'ne'
  const order = name === 'level' ? levels : name === 'status' ? [...statuses].reverse() : undefined
  if (order !== undefined) {
    const place = (text: Value): number => (order as readonly string[]).indexOf(String(text).toLowerCase())
    if (place(wanted) === -1) throw new Undecidable(`there is no ${name} "${String(wanted)}"`)
    return compared(op, place(value), place(wanted))
  }
  if (typeof value === 'number') return compared(op, value, Number(wanted))
  if (name === 'date' || name === 'modified') return compared(op, String(value).replaceAll('/', '-'), String(wanted))
  if (isMap(value)) throw new Undecidable(`the attribute "${name}" cannot be compared`)
  if (op !== 'eq' && op !== 'ne') throw new Undecidable(`a text is compared with "eq" and "ne" only, not "${String(op)}"`)
  return compared(op, value, wanted)
}

/** Whether the rule conditions of an item hold. */
export function ruleHolds(conditions: Conditions, going: Going, wheres: readonly Predicate[]): boolean {
  return decide(conditions, ({ type, params }) => {
    switch (type) {
      case 'logsource':
        return (['category', 'product', 'service'] as const).every(
          key => params[key] === undefined || params[key] === null || params[key] === going.logsource[key],
        )
      case 'contains_field':
        return wheres.flatMap(partsOf).some(part => part.field === params.field)
      case 'contains_detection_item':
        return wheres
          .flatMap(partsOf)
          .some(part => part.field === params.field && part.leaves.some(leaf => valueIn(leaf)?.value === params.value))
      case 'processing_item_applied':
        return going.applied.has(String(params.processing_item_id))
      case 'processing_state':
        return stated(params, going)
      case 'is_sigma_rule':
        return !going.correlation
      case 'is_sigma_correlation_rule':
        return going.correlation
      case 'rule_attribute':
        return attributed(params, going)
      default:
        return (attribute(going, 'tags') as readonly Value[]).includes(String(params.tag))
    }
  })
}

/** Whether the conditions of an item on the name of a field hold; a keyword has none. */
export function fieldHolds(conditions: Conditions, going: Going, field: string | undefined): boolean {
  return decide(conditions, ({ type, params }) => {
    if (type === 'processing_item_applied')
      return field !== undefined && going.byField.get(field)?.has(String(params.processing_item_id)) === true
    if (type === 'processing_state') return stated(params, going)
    const names = (Array.isArray(params.fields) ? params.fields : [params.fields ?? null]).map(String)
    if (params.mode !== undefined && params.mode !== 'plain' && params.mode !== 're')
      throw new Undecidable(`there is no mode "${String(params.mode)}" of fields`)
    const named =
      field !== undefined &&
      (params.mode === 're' ? names.some(name => python(`^(?:${name})`).test(field)) : names.includes(field))
    return type === 'exclude_fields' ? !named : named
  })
}

/** Whether the conditions of an item on a detection item hold. */
export function partHolds(conditions: Conditions, going: Going, part: Part): boolean {
  return decide(conditions, ({ type, params }) => {
    if (type === 'processing_item_applied')
      return part.leaves.some(({ test }) => going.byTest.get(test)?.has(String(params.processing_item_id)) === true)
    if (type === 'processing_state') return stated(params, going)
    if (params.cond !== 'any' && params.cond !== 'all') throw new Undecidable('"cond" is "any" or "all"')
    const test = (leaf: Leaf): boolean => {
      const value = valueIn(leaf)?.value
      switch (type) {
        case 'match_string':
          return (typeof value === 'string' && python(`^(?:${String(params.pattern)})`).test(value)) !== (params.negate === true)
        case 'match_value':
          return value !== undefined && value === params.value
        case 'contains_wildcard':
          return leaf.test.match.kind === 'glob' && leaf.test.match.glob.some(piece => typeof piece !== 'string')
        default:
          return value === null
      }
    }
    return params.cond === 'any' ? part.leaves.some(test) : part.leaves.every(test)
  })
}
