// Going through trees of meaning: visiting, rewriting, and what a query reads. Trees may be as deep as they like; nothing here recurses on their depth.

import type { From, Pipeline, Stage } from './pipeline.ts'
import type { Match, Predicate, Scalar } from './predicate.ts'

/** A tree of any of the kinds that contain each other. */
export type Tree = Pipeline | From | Stage | Predicate | Scalar

/** A part of a tree, told apart by its sort: the same `kind` may be a predicate's and a stage's. */
type Part =
  | { readonly sort: 'pipeline'; readonly node: Pipeline }
  | { readonly sort: 'from'; readonly node: From }
  | { readonly sort: 'stage'; readonly node: Stage }
  | { readonly sort: 'predicate'; readonly node: Predicate }
  | { readonly sort: 'scalar'; readonly node: Scalar }

/** What is done with the parts directly inside a part. */
interface Mapper {
  pipeline(node: Pipeline): Pipeline
  from(node: From): From
  stage(node: Stage): Stage
  predicate(node: Predicate): Predicate
  scalar(node: Scalar): Scalar
}

function mapList<T>(list: readonly T[], change: (member: T) => T): readonly T[] {
  let out: T[] | undefined
  list.forEach((member, index) => {
    const changed = change(member)
    if (changed !== member) out ??= [...list]
    if (out !== undefined) out[index] = changed
  })
  return out ?? list
}

/** The object itself when nothing in it changed. */
function changedOnly<T extends object>(node: T, changes: Partial<T>): T {
  for (const key of Object.keys(changes) as (keyof T)[]) if (changes[key] !== node[key]) return { ...node, ...changes }
  return node
}

function valued<T extends { readonly value: Scalar }>(m: Mapper): (member: T) => T {
  return member => {
    const value = m.scalar(member.value)
    return value === member.value ? member : { ...member, value }
  }
}

function mapMatch(match: Match, m: Mapper): Match {
  switch (match.kind) {
    case 'text':
    case 'compare':
      return changedOnly(match, { to: m.scalar(match.to) })
    case 'word':
      return changedOnly(match, { text: m.scalar(match.text) })
    case 'among':
      return changedOnly(match, { rows: m.pipeline(match.rows) })
    default:
      return match
  }
}

function mapPredicate(node: Predicate, m: Mapper): Predicate {
  switch (node.kind) {
    case 'and':
    case 'or':
      return changedOnly(node, { args: mapList(node.args, m.predicate) })
    case 'not':
      return changedOnly(node, { arg: m.predicate(node.arg) })
    case 'test':
      return changedOnly(node, { subject: m.scalar(node.subject), match: mapMatch(node.match, m) })
    default:
      return node
  }
}

function mapScalar(node: Scalar, m: Mapper): Scalar {
  switch (node.kind) {
    case 'call':
      return changedOnly(node, { args: mapList(node.args, m.scalar) })
    case 'case':
      return changedOnly(node, {
        branches: mapList(node.branches, branch =>
          changedOnly(branch, { when: m.predicate(branch.when), then: m.scalar(branch.then) }),
        ),
        otherwise: m.scalar(node.otherwise),
      })
    case 'single':
      return changedOnly(node, { of: m.pipeline(node.of) })
    default:
      return node
  }
}

function mapFrom(node: From, m: Mapper): From {
  switch (node.kind) {
    case 'union':
      return changedOnly(node, { of: mapList(node.of, m.pipeline) })
    case 'range':
      return changedOnly(node, { from: m.scalar(node.from), to: m.scalar(node.to), step: m.scalar(node.step) })
    case 'sequence': {
      const step = (member: (typeof node.steps)[number]) =>
        changedOnly(member, {
          of: m.pipeline(member.of),
          by: mapList(member.by, valued(m)),
          ...(member.until === undefined ? {} : { until: m.predicate(member.until) }),
        })
      return changedOnly(node, {
        steps: mapList(node.steps, step),
        ...(node.until === undefined ? {} : { until: step(node.until) }),
      })
    }
    default:
      return node
  }
}

function mapStage(node: Stage, m: Mapper): Stage {
  const measures = (list: (Stage & { kind: 'aggregate' })['measures']) =>
    mapList(list, measure =>
      changedOnly(measure, {
        ...(measure.of === undefined ? {} : { of: m.scalar(measure.of) }),
        ...(measure.also === undefined ? {} : { also: mapList(measure.also, m.scalar) }),
        ...(measure.with === undefined || measure.with === '*' ? {} : { with: mapList(measure.with, valued(m)) }),
        ...(measure.where === undefined ? {} : { where: m.predicate(measure.where) }),
      }),
    )
  const keys = (list: (Stage & { kind: 'sort' })['keys']) => mapList(list, key => changedOnly(key, { by: m.scalar(key.by) }))
  switch (node.kind) {
    case 'filter':
      return changedOnly(node, { where: m.predicate(node.where) })
    case 'extend':
      return changedOnly(node, { columns: mapList(node.columns, valued(m)) })
    case 'aggregate':
      return changedOnly(node, {
        by: mapList(node.by, valued(m)),
        measures: measures(node.measures),
        ...(node.having === undefined ? {} : { having: m.predicate(node.having) }),
      })
    case 'window':
      return changedOnly(node, { by: mapList(node.by, valued(m)), order: keys(node.order), measures: measures(node.measures) })
    case 'join':
      return changedOnly(node, {
        right: m.pipeline(node.right),
        on: mapList(node.on, pair => changedOnly(pair, { left: m.scalar(pair.left), right: m.scalar(pair.right) })),
      })
    case 'sort':
      return changedOnly(node, { keys: keys(node.keys) })
    case 'limit':
      return node.by === undefined ? node : changedOnly(node, { by: mapList(node.by, valued(m)) })
    case 'apply':
      return changedOnly(node, { body: mapList(node.body, m.stage) })
    case 'special': {
      const entries = Object.entries(node.args)
      const args = mapList(entries, entry => {
        const inner = argument(entry[1])
        if (inner === undefined) return entry
        const changed = inner.sort === 'pipeline' ? m.pipeline(inner.node) : m.scalar(inner.node)
        return changed === entry[1] ? entry : ([entry[0], changed] as typeof entry)
      })
      return args === entries ? node : { ...node, args: Object.fromEntries(args) }
    }
    default:
      return node
  }
}

const scalarKinds: ReadonlySet<string> = new Set<Scalar['kind']>(['field', 'fields', 'raw', 'literal', 'call', 'case', 'single'])

/** An argument of a special stage that is itself a tree and not a plain value. */
function argument(value: (Stage & { kind: 'special' })['args'][string]): (Part & { sort: 'pipeline' | 'scalar' }) | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  if (Object.hasOwn(value, 'from') && Object.hasOwn(value, 'stages')) return { sort: 'pipeline', node: value as Pipeline }
  const kind = (value as { kind?: unknown }).kind
  return typeof kind === 'string' && scalarKinds.has(kind) ? { sort: 'scalar', node: value as Scalar } : undefined
}

function mapPart(part: Part, m: Mapper): Part {
  switch (part.sort) {
    case 'pipeline':
      return {
        sort: 'pipeline',
        node: changedOnly(part.node, { from: m.from(part.node.from), stages: mapList(part.node.stages, m.stage) }),
      }
    case 'from':
      return { sort: 'from', node: mapFrom(part.node, m) }
    case 'stage':
      return { sort: 'stage', node: mapStage(part.node, m) }
    case 'predicate':
      return { sort: 'predicate', node: mapPredicate(part.node, m) }
    case 'scalar':
      return { sort: 'scalar', node: mapScalar(part.node, m) }
  }
}

/** The parts directly inside a part, in the order in which `mapPart` asks for them. */
function inside(part: Part): Part[] {
  const out: Part[] = []
  mapPart(part, {
    pipeline: node => {
      out.push({ sort: 'pipeline', node })
      return node
    },
    from: node => {
      out.push({ sort: 'from', node })
      return node
    },
    stage: node => {
      out.push({ sort: 'stage', node })
      return node
    },
    predicate: node => {
      out.push({ sort: 'predicate', node })
      return node
    },
    scalar: node => {
      out.push({ sort: 'scalar', node })
      return node
    },
  })
  return out
}

/** A part with other parts inside, given in the order of `inside`. */
function rebuilt(part: Part, parts: readonly Part[]): Part {
  let at = 0
  const wrong = (found: Part | undefined, sort: string) =>
    new Error(`this is a bug in Terrier: a ${found?.sort} where a ${sort} was`)
  return mapPart(part, {
    pipeline: () => {
      const found = parts[at++]
      if (found?.sort !== 'pipeline') throw wrong(found, 'pipeline')
      return found.node
    },
    from: () => {
      const found = parts[at++]
      if (found?.sort !== 'from') throw wrong(found, 'from')
      return found.node
    },
    stage: () => {
      const found = parts[at++]
      if (found?.sort !== 'stage') throw wrong(found, 'stage')
      return found.node
    },
    predicate: () => {
      const found = parts[at++]
      if (found?.sort !== 'predicate') throw wrong(found, 'predicate')
      return found.node
    },
    scalar: () => {
      const found = parts[at++]
      if (found?.sort !== 'scalar') throw wrong(found, 'scalar')
      return found.node
    },
  })
}

const predicateKinds: ReadonlySet<string> = new Set<Predicate['kind']>(['and', 'or', 'not', 'const', 'test', 'opaque'])
const fromKinds: ReadonlySet<string> = new Set<From['kind']>(['class', 'table', 'rule', 'rows', 'range', 'union', 'sequence'])

function partOf(tree: Tree): Part {
  if (!('kind' in tree)) return { sort: 'pipeline', node: tree }
  // `opaque` is a predicate and a stage, of one shape and with nothing inside.
  if (predicateKinds.has(tree.kind)) return { sort: 'predicate', node: tree as Predicate }
  if (scalarKinds.has(tree.kind)) return { sort: 'scalar', node: tree as Scalar }
  if (fromKinds.has(tree.kind)) return { sort: 'from', node: tree as From }
  return { sort: 'stage', node: tree as Stage }
}

/** What is told of the parts of a tree: each before the parts inside it. A function that returns `skip` keeps the visit from going inside. */
export interface Visitor {
  readonly pipeline?: (node: Pipeline) => unknown
  readonly from?: (node: From) => unknown
  readonly stage?: (node: Stage) => unknown
  readonly predicate?: (node: Predicate) => unknown
  readonly scalar?: (node: Scalar) => unknown
}

export const skip: unique symbol = Symbol('skip')

function tell(part: Part, visitor: Visitor): unknown {
  switch (part.sort) {
    case 'pipeline':
      return visitor.pipeline?.(part.node)
    case 'from':
      return visitor.from?.(part.node)
    case 'stage':
      return visitor.stage?.(part.node)
    case 'predicate':
      return visitor.predicate?.(part.node)
    case 'scalar':
      return visitor.scalar?.(part.node)
  }
}

/** Goes through a tree and everything inside it, in the order of the text. */
export function visit(tree: Tree, visitor: Visitor): void {
  const waiting = [partOf(tree)]
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    if (tell(part, visitor) === skip) continue
    const parts = inside(part)
    for (let at = parts.length - 1; at >= 0; at--) waiting.push(parts[at]!)
  }
}

/** How the parts of a tree are changed; each is given with its insides changed already. */
export interface Rewriter {
  readonly pipeline?: (node: Pipeline) => Pipeline
  readonly from?: (node: From) => From
  readonly stage?: (node: Stage) => Stage
  readonly predicate?: (node: Predicate) => Predicate
  readonly scalar?: (node: Scalar) => Scalar
}

function changed(part: Part, rewriter: Rewriter): Part {
  switch (part.sort) {
    case 'pipeline':
      return rewriter.pipeline === undefined ? part : { sort: 'pipeline', node: rewriter.pipeline(part.node) }
    case 'from':
      return rewriter.from === undefined ? part : { sort: 'from', node: rewriter.from(part.node) }
    case 'stage':
      return rewriter.stage === undefined ? part : { sort: 'stage', node: rewriter.stage(part.node) }
    case 'predicate':
      return rewriter.predicate === undefined ? part : { sort: 'predicate', node: rewriter.predicate(part.node) }
    case 'scalar':
      return rewriter.scalar === undefined ? part : { sort: 'scalar', node: rewriter.scalar(part.node) }
  }
}

/** A tree with its parts changed, from the inside out. What does not change is shared with the old tree; nothing changed is the same tree. */
export function rewrite<T extends Pipeline | Predicate | Scalar | Stage>(tree: T, rewriter: Rewriter): T {
  interface Frame {
    readonly part: Part
    readonly parts: readonly Part[]
    readonly done: Part[]
  }
  const first = partOf(tree)
  const frames: Frame[] = [{ part: first, parts: inside(first), done: [] }]
  for (;;) {
    const frame = frames.at(-1)!
    const next = frame.parts[frame.done.length]
    if (next !== undefined) {
      frames.push({ part: next, parts: inside(next), done: [] })
      continue
    }
    const same = frame.done.every((part, index) => part.node === frame.parts[index]!.node)
    const result = changed(same ? frame.part : rebuilt(frame.part, frame.done), rewriter)
    frames.pop()
    const outer = frames.at(-1)
    if (outer === undefined) return result.node as T
    outer.done.push(result)
  }
}

/**
 * The names of the fields that a question or value reads from its event; a query's: those it reads from the records it starts with, in
 * every branch, without columns that an earlier stage made. What is read for a glob of names (`fields`) and of rows looked up
 * (`among`, `single`) is not among them.
 */
export function fieldsUsed(tree: Tree): ReadonlySet<string> {
  const used = new Set<string>()
  if ('kind' in tree) readsOf(tree, name => used.add(name))
  else for (const name of readsOfQuery(tree)) used.add(name)
  return used
}

function readsOf(tree: Tree, found: (name: string) => void): void {
  visit(tree, {
    scalar: node => {
      if (node.kind === 'field') found(node.name)
    },
    pipeline: () => skip,
  })
}

function readsOfQuery(query: Pipeline): ReadonlySet<string> {
  const used = new Set<string>()
  const waiting = [query]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const made = new Set<string>()
    const read = (tree: Tree) => readsOf(tree, name => made.has(name) || used.add(name))
    if (next.from.kind === 'union') {
      waiting.push(...next.from.of)
      if (next.from.source !== undefined) made.add(next.from.source)
    } else if (next.from.kind === 'sequence') {
      for (const step of next.from.until === undefined ? next.from.steps : [...next.from.steps, next.from.until]) {
        waiting.push(step.of)
        for (const key of step.by) read(key.value)
        if (step.until !== undefined) read(step.until)
      }
    }
    for (const stage of next.stages) {
      if (stage.kind === 'aggregate') {
        for (const column of stage.by) read(column.value)
        for (const measure of stage.measures) {
          if (measure.of !== undefined) read(measure.of)
          for (const further of measure.also ?? []) read(further)
          if (measure.with !== undefined && measure.with !== '*') for (const column of measure.with) read(column.value)
          if (measure.where !== undefined) read(measure.where)
        }
        // After an aggregate there are its columns only.
        break
      }
      read(stage)
      if (stage.kind === 'extend') for (const column of stage.columns) made.add(column.name)
      if (stage.kind === 'rename')
        for (const name of stage.names) if (name.to.length === 1 && typeof name.to[0] === 'string') made.add(name.to[0])
    }
  }
  return used
}

/** What was read and not understood: every `opaque` part of a tree, sub-queries included. */
export function opaqueParts(tree: Tree): readonly ((Predicate | Stage) & { kind: 'opaque' })[] {
  const out: ((Predicate | Stage) & { kind: 'opaque' })[] = []
  const keep = (node: Predicate | Stage) => {
    if (node.kind === 'opaque') out.push(node)
  }
  visit(tree, { predicate: keep, stage: keep })
  return out
}
