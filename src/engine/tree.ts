// A query as a tree: leaves are stateless fronts, inner nodes are stages with state. Rows enter at a leaf in order of time and results leave at the root.

import type { Detection } from '../ir/detection.ts'
import { setField, type Value } from '../ir/event.ts'
import type { Column, EventClass, Pipeline, Stage } from '../ir/pipeline.ts'
import type { Predicate, Scalar } from '../ir/predicate.ts'
import { fieldsUsed } from '../ir/walk.ts'
import type { Diagnostic } from '../text/diagnostic.ts'
import { parseNetwork } from './address.ts'
import { checkAggregate, createAggregate } from './aggregate.ts'
import { compilePredicate } from './match.ts'
import { compileRegex } from './regex.ts'
import { asEvent, type Lost, type Operator, type OperatorOptions, type Row } from './row.ts'
import { compileScalar, unknownScalars } from './scalar.ts'
import { checkSequence, createSequence } from './sequence.ts'

/** A front, before it is told in the names of a schema. */
export interface Leaf {
  readonly class: EventClass
  readonly where: Predicate
  readonly columns: readonly Column[]
  readonly names: readonly string[]
  /** As in `Front`. */
  readonly table?: string
  readonly lenient?: boolean
  /** Takes no events. */
  readonly idle?: boolean
}

/** One pass of the rows of one query. */
export interface TreeRun {
  /** A row that satisfies a leaf; rows come in order of time, unless the tree is not `ordered`. */
  push(leaf: number, row: Row): readonly Row[]
  finish(): readonly Row[]
  lost(): Lost
}

export interface Tree {
  /** A question about single events: what the one leaf lets through is a result. */
  readonly single: boolean
  /** Whether rows must come in order of time (the default). */
  readonly ordered?: boolean
  readonly leaves: readonly Leaf[]
  /** What the engine cannot run; the tree is not to be started then. */
  readonly problems: readonly Diagnostic[]
  start(options: OperatorOptions): TreeRun
}

/** A step from a node to the one above: the operator there, and as which of its inputs. */
interface Path {
  readonly node: number
  readonly branch: number
}

type Make = (options: OperatorOptions) => Operator

interface Node {
  /** The operators of this node, one after the other: the state, then filters. */
  readonly makers: readonly Make[]
  readonly up: Path | undefined
  /** The column that says which input a row came from, and what it says. */
  readonly source?: { readonly column: string; readonly names: readonly Value[] }
}

/** A detection's query as a tree, with what the engine cannot run. */
export function buildTree(detection: Detection): Tree {
  const problems: Diagnostic[] = []
  const leaves: (Leaf & { readonly up: Path | undefined })[] = []
  const nodes: Node[] = []

  const cannot = (what: string, span?: { start: number; end: number }): void => {
    problems.push({ code: 'ENG101', severity: 'error', message: `cannot run ${what}`, span })
  }

  function build(query: Pipeline, up: Path | undefined, wanted: ReadonlySet<string>): void {
    const { from } = query
    if (from.kind === 'class') {
      buildLeaf(from.class, query, up, wanted)
      return
    }
    if (from.kind !== 'union' && from.kind !== 'sequence') {
      cannot(
        from.kind === 'rule'
          ? `a rule that refers to the unknown rule "${from.id}"`
          : `a query over ${from.kind === 'table' ? `the table "${from.name}"` : from.kind}`,
        from.span,
      )
      return
    }
    const stages = [...query.stages]
    const needed = new Set(wanted)
    const makers: Make[] = []
    if (from.kind === 'sequence') {
      problems.push(...checkSequence(from))
      makers.push(options => createSequence(from, options))
      for (const step of from.steps) for (const key of step.by) addScalar(key.value, needed)
    }
    for (const stage of stages) makers.push(...buildStage(stage, needed, query.rules))
    const inputs = from.kind === 'union' ? from.of : from.steps.map(step => step.of)
    const source =
      from.kind === 'union' && from.source !== undefined
        ? { column: from.source, names: from.of.map((_, index) => index) }
        : undefined
    const node = nodes.push({ makers, up, source }) - 1
    for (const [branch, input] of inputs.entries()) build(input, { node, branch }, needed)
  }

  function buildLeaf(of: EventClass, { stages, rules }: Pipeline, up: Path | undefined, wanted: ReadonlySet<string>): void {
    const where: Predicate[] = []
    const columns: Column[] = []
    for (const stage of stages) {
      if (stage.kind === 'filter') {
        where.push(stage.where)
        checkPredicate(stage.where)
      } else if (stage.kind === 'extend') {
        columns.push(...stage.columns)
        for (const column of stage.columns) checkScalar(column.value)
      } else if (stage.kind === 'aggregate') {
        // An aggregation over one log source: a node with one input.
        const at = stages.indexOf(stage)
        const needed = new Set(wanted)
        const makers = stages.slice(at).flatMap(later => buildStage(later, needed, rules))
        const node = nodes.push({ makers, up }) - 1
        leaves.push({ class: of, where: conjunction(where), columns, names: [...needed], up: { node, branch: 0 } })
        return
      } else cannot(stage.kind === 'opaque' ? `"${stage.text}"` : `the stage "${stage.kind}"`, stage.span)
    }
    leaves.push({ class: of, where: conjunction(where), columns, names: up === undefined ? [] : [...wanted], up })
  }

  function buildStage(stage: Stage, needed: Set<string>, rules: Pipeline['rules']): Make[] {
    switch (stage.kind) {
      case 'aggregate': {
        for (const column of stage.by) addScalar(column.value, needed)
        for (const measure of stage.measures) {
          if (measure.of !== undefined) addScalar(measure.of, needed)
          if (measure.where !== undefined) for (const name of fieldsUsed(measure.where)) needed.add(name)
        }
        problems.push(...checkAggregate(stage))
        return [options => createAggregate(stage, { ...options, rules })]
      }
      case 'filter':
        checkPredicate(stage.where)
        for (const name of fieldsUsed(stage.where)) needed.add(name)
        return [() => filterRows(stage.where)]
      case 'extend':
        for (const column of stage.columns) addScalar(column.value, needed)
        return [() => extendRows(stage.columns)]
      default:
        cannot(stage.kind === 'opaque' ? `"${stage.text}"` : `the stage "${stage.kind}"`, stage.span)
        return []
    }
  }

  function addScalar(scalar: Scalar, needed: Set<string>): void {
    checkScalar(scalar)
    for (const name of fieldsUsed({ kind: 'test', subject: scalar, match: { kind: 'exists' } })) needed.add(name)
  }

  function checkScalar(scalar: Scalar): void {
    for (const name of unknownScalars(scalar)) cannot(name, scalar.span)
  }

  function checkPredicate(predicate: Predicate): void {
    switch (predicate.kind) {
      case 'and':
      case 'or':
        predicate.args.forEach(checkPredicate)
        return
      case 'not':
        checkPredicate(predicate.arg)
        return
      case 'opaque':
        cannot(`"${predicate.text}"`, predicate.span)
        return
      case 'test': {
        checkScalar(predicate.subject)
        const { match } = predicate
        if (match.kind === 'among') cannot(`the test "${match.kind}"`, predicate.span)
        if (match.kind === 'text' || match.kind === 'compare') checkScalar(match.to)
        if (match.kind === 'cidr' && parseNetwork(match.network) === undefined)
          cannot(`the network "${match.network}"`, predicate.span)
        if (match.kind === 'regex') {
          const compiled = compileRegex(match.pattern, { fold: match.fold, whole: match.whole })
          if (compiled.value === undefined)
            cannot(
              `the regular expression "${match.pattern.slice(0, 80)}": ${compiled.diagnostics[0]?.message ?? ''}`,
              predicate.span,
            )
        }
      }
    }
  }

  build(detection.query, undefined, new Set())
  return {
    single: nodes.length === 0,
    leaves,
    problems,
    start: options =>
      startTree(
        nodes,
        leaves.map(leaf => leaf.up!),
        options,
      ),
  }
}

function conjunction(args: readonly Predicate[]): Predicate {
  return args.length === 1 ? args[0]! : args.length === 0 ? { kind: 'const', value: true } : { kind: 'and', args }
}

function startTree(nodes: readonly Node[], paths: readonly Path[], options: OperatorOptions): TreeRun {
  const running = nodes.map(node => node.makers.map(make => make(options)))

  /** Carries rows into a node and what comes out of it up to the root. */
  function carry(path: Path, rows: readonly Row[]): readonly Row[] {
    if (rows.length === 0) return rows
    const node = nodes[path.node]!
    let out: readonly Row[] = rows.map(row => {
      const fields =
        node.source === undefined
          ? row.fields
          : { ...row.fields, [node.source.column]: row.fields[node.source.column] ?? node.source.names[path.branch]! }
      return { ...row, fields, branch: path.branch }
    })
    for (const operator of running[path.node]!) out = out.flatMap(row => operator.push(row))
    return node.up === undefined ? out : carry(node.up, out)
  }

  return {
    push: (leaf, row) => carry(paths[leaf]!, [row]),
    finish() {
      const results: Row[] = []
      // Inner nodes were made after the nodes above them, so the last ones finish first.
      for (let at = nodes.length - 1; at >= 0; at--) {
        let out: readonly Row[] = []
        for (const operator of running[at]!) out = [...out.flatMap(row => operator.push(row)), ...operator.finish()]
        const { up } = nodes[at]!
        results.push(...(up === undefined ? out : carry(up, out)))
      }
      return results
    },
    lost() {
      const sum: Lost = { untimed: 0, ungrouped: 0, late: 0, cut: 0 }
      for (const operator of running.flat()) {
        sum.untimed += operator.lost.untimed
        sum.ungrouped += operator.lost.ungrouped
        sum.late += operator.lost.late
        sum.cut += operator.lost.cut
      }
      return sum
    },
  }
}

const noLoss: Lost = { untimed: 0, ungrouped: 0, late: 0, cut: 0 }

function filterRows(where: Predicate): Operator {
  const holds = compilePredicate(where)
  return { push: row => (holds(asEvent(row)) ? [row] : []), finish: () => [], lost: noLoss }
}

function extendRows(columns: readonly Column[]): Operator {
  const computed = columns.map(column => ({ name: column.name, compute: compileScalar(column.value) }))
  return {
    push(row) {
      const fields: Record<string, Value> = { ...row.fields }
      for (const { name, compute } of computed) {
        const value = compute(asEvent({ ...row, fields }))
        if (value !== undefined) setField(fields, name, value)
      }
      return [{ ...row, fields }]
    },
    finish: () => [],
    lost: noLoss,
  }
}
