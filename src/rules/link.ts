// Correlations and filters joined with the rules they name; afterwards no query refers to another, and filters are gone.

import type { Detection } from '../ir/detection.ts'
import { isRecord, type Value } from '../ir/event.ts'
import type { EventClass, From, Pipeline, Stage, Step } from '../ir/pipeline.ts'
import type { At, Predicate, Scalar } from '../ir/predicate.ts'
import { carry, columnsOf, references, replace, sourcesOf } from '../ir/refer.ts'
import { joint } from '../languages/sigma/joint.ts'
import type { Diagnostic, Outcome } from '../text/diagnostic.ts'
import { position, type Span } from '../text/source.ts'
import { suggest } from '../text/suggest.ts'

export const codes: Readonly<Record<string, string>> = {
  LNK001: 'a correlation names a rule that is not there',
  LNK002: 'rules refer to each other in a circle',
  LNK003: 'a correlation grows too large',
  LNK004: 'a correlation stands on one that cannot run',
  LNK201: 'two rules have the same id',
  LNK202: 'two rules have the same name',
  LNK203: 'a filter fits none of the rules',
  LNK204: 'a filter names a rule that is not there',
  LNK205: 'conditions cannot be asked of one window',
  LNK206: 'a correlation needs a field that another one does not pass on',
}

/** Correlations of correlations, one above the other. */
const deepest = 16
/** Rules that one correlation stands on, counted each time they are used. */
const widest = 10_000

/**
 * Replaces each `From.rule` by the named detection's pipeline, adds filters to the rules they are for (`(rule) and (filter)`, where the
 * filter's log source contains the rule's), and makes rules silent that feed a correlation without `generate`. A correlation whose
 * rules are missing or circular stays in the list with an opaque query that says so.
 */
export function link(detections: readonly Detection[]): Outcome<readonly Detection[]> {
  const diagnostics: Diagnostic[] = []
  const filters = detections.filter(isFilter)
  const rules = detections.filter(detection => !isFilter(detection))
  const names = index(rules, diagnostics)
  const filtered = applyFilters(rules, filters, names, diagnostics)
  const linked = new Map<Detection, Linked>()
  linkAll(rules, { names, queries: filtered, linked, diagnostics })
  // A rule is silent when a correlation uses it, unless one of those lets it speak; a correlation that cannot run silences nobody.
  const silent = new Set<Detection>()
  const heard = new Set<Detection>()
  for (const rule of rules) {
    const correlation = linked.get(rule)!.refused ? undefined : correlationOf(rule)
    for (const name of correlation?.rules ?? []) {
      const found = names.get(name)
      if (found !== undefined) (correlation!.generate ? heard : silent).add(found)
    }
  }
  const value = rules.map((rule): Detection => {
    const { query } = linked.get(rule)!
    const quiet = rule.silent === true || (silent.has(rule) && !heard.has(rule))
    return query === rule.query && quiet === (rule.silent ?? false)
      ? rule
      : { ...rule, query, ...(quiet ? { silent: true } : {}) }
  })
  return { value, diagnostics }
}

function isFilter(detection: Detection): boolean {
  return Object.hasOwn(detection.rest, 'filter') && detection.rest.filter !== undefined && detection.silent === true
}

/** What `rules/sigma.ts` notes of a correlation. */
function correlationOf(detection: Detection): { readonly rules: readonly string[]; readonly generate: boolean } | undefined {
  if (!Object.hasOwn(detection.rest, 'correlation')) return undefined
  const said = detection.rest.correlation as Value
  if (!isRecord(said) || !Array.isArray(said.rules)) return undefined
  return { rules: said.rules.filter((name): name is string => typeof name === 'string'), generate: said.generate === true }
}

/** Detections by id and by name; the first of several wins. Ids win over names. */
function index(rules: readonly Detection[], diagnostics: Diagnostic[]): Map<string, Detection> {
  const found = new Map<string, Detection>()
  const clash = (code: 'LNK201' | 'LNK202', word: 'id' | 'name', text: string, first: Detection, second: Detection): void => {
    // The parts of one file under one `action: global` share its id on purpose.
    const here = spanOf(second, word, text)
    const there = spanOf(first, word, text)
    if (first.written.document === second.written.document && here.start === there.start) return
    const where = position(first.written.document, there.start)
    const place =
      first.written.document === second.written.document
        ? `line ${where.line}`
        : `"${first.written.document.name}", line ${where.line}`
    diagnostics.push({
      code,
      severity: 'warning',
      message: `the ${word} "${text}" is also that of "${first.title}" (${place}); references mean that one`,
      span: here,
      source: second.written.document,
      hint: `give one of them another ${word}`,
    })
  }
  for (const rule of rules) {
    const known = found.get(rule.id)
    if (known === undefined) found.set(rule.id, rule)
    else clash('LNK201', 'id', rule.id, known, rule)
  }
  for (const rule of rules) {
    if (rule.name === undefined) continue
    const known = found.get(rule.name)
    if (known === undefined) found.set(rule.name, rule)
    else if (known !== rule) clash('LNK202', 'name', rule.name, known, rule)
  }
  return found
}

/** Where a document writes the value of one of its keys; the key's first place after the beginning of its part of the file. */
function spanOf(rule: Detection, key: 'id' | 'name' | 'title' | 'rules', text: string): Span {
  const { document, query } = rule.written
  const inside = query.inside?.at ?? 0
  const part = Math.max(document.text.lastIndexOf('\n---', inside), 0)
  const from = key === 'rules' ? inside : part
  const line = new RegExp(`^[ \\t]*["']?${key}["']?[ \\t]*:`, 'm').exec(document.text.slice(from))
  const at = line === null ? -1 : document.text.indexOf(text, from + line.index + line[0].length)
  return at === -1 ? { start: 0, end: 0 } : { start: at, end: at + text.length }
}

interface Walk {
  readonly names: ReadonlyMap<string, Detection>
  readonly queries: ReadonlyMap<Detection, Pipeline>
  readonly linked: Map<Detection, Linked>
  readonly diagnostics: Diagnostic[]
}

/** A rule's own query with all references replaced; of how many rules it is made, and how many correlations stand on each other in it. */
interface Linked {
  readonly query: Pipeline
  readonly refused: boolean
  readonly size: number
  readonly depth: number
}

/** Links every rule, each after the rules it refers to; without recursion, since chains may be long. */
function linkAll(rules: readonly Detection[], walk: Walk): void {
  const open = new Set<Detection>()
  for (const first of rules) {
    const stack = [first]
    while (stack.length > 0) {
      const rule = stack.at(-1)!
      if (walk.linked.has(rule)) {
        stack.pop()
        continue
      }
      const waits = open.has(rule)
        ? []
        : references(walk.queries.get(rule) ?? rule.query)
            .map(from => walk.names.get(from.id))
            .filter(found => found !== undefined && !walk.linked.has(found) && !open.has(found))
      open.add(rule)
      if (waits.length > 0) {
        stack.push(...(waits as Detection[]))
        continue
      }
      walk.linked.set(rule, linkRule(rule, walk))
      open.delete(rule)
      stack.pop()
    }
  }
}

/** The query of one rule, where all it refers to is linked; what is not by now refers back. */
function linkRule(rule: Detection, walk: Walk): Linked {
  const query = walk.queries.get(rule) ?? rule.query
  let refused: Diagnostic | undefined
  let size = 0
  let depth = 0
  const refuse = (code: string, message: string, span: Span | undefined, hint?: string): undefined => {
    refused ??= {
      code,
      severity: 'error',
      message,
      source: rule.written.document,
      ...(span === undefined ? {} : { span }),
      ...(hint === undefined ? {} : { hint }),
    }
    return undefined
  }
  const needed = columnsOf(query)
  const resolve = (from: From & { kind: 'rule' }, own: readonly Stage[]): Pipeline | undefined => {
    const found = walk.names.get(from.id)
    if (found === undefined) {
      const near = suggest(from.id, walk.names.keys())
      const hint = near === undefined ? 'its file must be read together with this one' : `did you mean "${near}"?`
      return refuse('LNK001', `there is no rule "${from.id}"`, from.span, hint)
    }
    const inner = walk.linked.get(found)
    if (inner === undefined) {
      const message =
        found === rule ? `the correlation names itself as "${from.id}"` : `"${from.id}" refers back to this correlation`
      return refuse('LNK002', message, from.span)
    }
    if (inner.refused) return refuse('LNK004', `"${from.id}" is a correlation that cannot run`, from.span)
    size += inner.size
    depth = Math.max(depth, inner.depth + 1)
    if (depth > deepest) return refuse('LNK003', `correlations stand on each other more than ${deepest} deep`, from.span)
    if (size > widest) return refuse('LNK003', `the correlation stands on more than ${widest} rules`, from.span)
    const lost: string[] = []
    const carried = carry(inner.query, sourcesOf(needed, own), lost)
    for (const name of lost) {
      walk.diagnostics.push({
        code: 'LNK206',
        severity: 'warning',
        message: `this correlation needs "${name}", which the results of "${from.id}" do not have`,
        source: rule.written.document,
        ...(from.span === undefined ? {} : { span: from.span }),
        hint: `add "${name}" to "group-by" of "${from.id}"`,
      })
    }
    return found.written.document === rule.written.document ? carried : inSource(carried, found.written.document.name)
  }
  const result = replace(query, resolve)
  if (refused === undefined) {
    const one = rule.rest.joint === true ? joint(result) : result
    if (one === undefined) {
      walk.diagnostics.push({
        code: 'LNK205',
        severity: 'warning',
        message: `"joint" does not fit the correlation "${rule.title}"; each condition is asked on its own`,
        span: spanOf(rule, 'title', rule.title),
        source: rule.written.document,
        hint: 'it is for an extended condition over counting correlations with the same group-by and timespan as its own',
      })
    }
    return { query: one ?? result, refused: false, size: Math.max(size, 1), depth }
  }
  walk.diagnostics.push(refused)
  return { query: opaque(refused.message, refused.span), refused: true, size: 1, depth: 0 }
}

function opaque(reason: string, span: Span | undefined): Pipeline {
  return {
    from: { kind: 'class', class: {} },
    stages: [{ kind: 'filter', where: { kind: 'opaque', text: reason, ...(span === undefined ? {} : { span }) } }],
    rules: 'sigma',
  }
}

/** Adds each filter to the rules it is for. */
function applyFilters(
  rules: readonly Detection[],
  filters: readonly Detection[],
  names: ReadonlyMap<string, Detection>,
  diagnostics: Diagnostic[],
): Map<Detection, Pipeline> {
  const queries = new Map<Detection, Pipeline>()
  for (const filter of filters) {
    const wanted = wantedBy(filter)
    const { query } = filter
    const first = query.stages[0]
    if (first?.kind !== 'filter' || query.from.kind !== 'class') continue
    let applied = 0
    const listed = wanted === 'any' ? undefined : new Set(wanted.map(name => names.get(name)))
    for (const name of wanted === 'any' ? [] : wanted) {
      if (names.has(name)) continue
      const near = suggest(name, names.keys())
      diagnostics.push({
        code: 'LNK204',
        severity: 'warning',
        message: `the filter names the rule "${name}", which is not there`,
        span: spanOf(filter, 'rules', name),
        source: filter.written.document,
        ...(near === undefined ? {} : { hint: `did you mean "${near}"?` }),
      })
    }
    for (const rule of rules) {
      if (listed !== undefined && !listed.has(rule)) continue
      const target = queries.get(rule) ?? rule.query
      if (correlationOf(rule) !== undefined || !contains(filter, query.from.class, rule)) continue
      queries.set(
        rule,
        withFilter(
          target,
          first.where,
          filter.written.document.name === rule.written.document.name ? undefined : filter.written.document.name,
        ),
      )
      applied++
    }
    if (applied === 0) {
      diagnostics.push({
        code: 'LNK203',
        severity: 'warning',
        message: `the filter "${filter.title}" fits none of the rules`,
        span: spanOf(filter, 'title', filter.title),
        source: filter.written.document,
        hint: 'a filter is for the rules it lists whose log source has every attribute of its own',
      })
    }
  }
  return queries
}

function wantedBy(filter: Detection): 'any' | readonly string[] {
  const said = filter.rest.filter as Value
  if (!isRecord(said)) return []
  if (said.rules === 'any') return 'any'
  return Array.isArray(said.rules) ? said.rules.filter((name): name is string => typeof name === 'string') : []
}

/** Every attribute of the filter's log source is the rule's too, also attributes of the author's own. */
function contains(filter: Detection, outer: EventClass, rule: Detection): boolean {
  const inner = classOf(rule.query)
  if (inner === undefined) return false
  for (const name of ['product', 'category', 'service'] as const) {
    if (outer[name] !== undefined && outer[name]!.toLowerCase() !== inner[name]?.toLowerCase()) return false
  }
  const own = filter.rest.logsource as Value | undefined
  const other = rule.rest.logsource as Value | undefined
  if (!isRecord(own)) return true
  for (const [name, value] of Object.entries(own)) {
    if (['product', 'category', 'service', 'definition'].includes(name)) continue
    if (!isRecord(other) || !Object.hasOwn(other, name) || other[name] !== value) return false
  }
  return true
}

/** The class of events that a rule looks at; of a sequence, that of its first step. */
function classOf(query: Pipeline): EventClass | undefined {
  const { from } = query
  if (from.kind === 'class') return from.class
  return from.kind === 'sequence' && from.steps.length > 0 ? classOf(from.steps[0]!.of) : undefined
}

/** `(rule) and (filter)` in the first filter stage of a query, or of each step of a sequence. */
function withFilter(query: Pipeline, where: Predicate, source: string | undefined): Pipeline {
  if (query.from.kind === 'sequence') {
    const steps = query.from.steps.map((step): Step => ({ ...step, of: withFilter(step.of, where, source) }))
    return { ...query, from: { ...query.from, steps } }
  }
  const added = source === undefined ? where : namePredicate(where, source)
  let done = false
  const stages = query.stages.map((stage): Stage => {
    if (done || stage.kind !== 'filter') return stage
    done = true
    return { ...stage, where: { kind: 'and', args: [stage.where, added] } }
  })
  return { ...query, stages: done ? stages : [{ kind: 'filter', where: added }, ...stages] }
}

/** The spans of a query told apart from those of the document it is joined to: each names its source. */
function inSource(query: Pipeline, source: string): Pipeline {
  const { from } = query
  const named: From =
    from.kind === 'union'
      ? { ...nameSpan(from, source), of: from.of.map(one => inSource(one, source)) }
      : from.kind === 'sequence'
        ? { ...nameSpan(from, source), steps: from.steps.map(step => ({ ...step, of: inSource(step.of, source) })) }
        : nameSpan(from, source)
  return { ...query, from: named, stages: query.stages.map(stage => nameStage(stage, source)) }
}

function nameStage(stage: Stage, source: string): Stage {
  if (stage.kind === 'filter') return { ...nameSpan(stage, source), where: namePredicate(stage.where, source) }
  if (stage.kind !== 'aggregate') return nameSpan(stage, source)
  return { ...nameSpan(stage, source), ...(stage.having === undefined ? {} : { having: namePredicate(stage.having, source) }) }
}

function nameSpan<T extends At>(node: T, source: string): T {
  return node.span === undefined || node.span.source !== undefined ? node : { ...node, span: { ...node.span, source } }
}

function namePredicate(predicate: Predicate, source: string): Predicate {
  switch (predicate.kind) {
    case 'and':
    case 'or':
      return { ...nameSpan(predicate, source), args: predicate.args.map(arg => namePredicate(arg, source)) }
    case 'not':
      return { ...nameSpan(predicate, source), arg: namePredicate(predicate.arg, source) }
    case 'test':
      return { ...nameSpan(predicate, source), subject: nameScalar(predicate.subject, source) }
    default:
      return nameSpan(predicate, source)
  }
}

function nameScalar(scalar: Scalar, source: string): Scalar {
  if (scalar.kind !== 'call') return nameSpan(scalar, source)
  return { ...nameSpan(scalar, source), args: scalar.args.map(arg => nameScalar(arg, source)) }
}
