// The form of a query about several events: two that have one are the same question. Order, nesting and spelling of conditions are taken away, as are stages that ask nothing.

import type { Pipeline, Stage } from '../ir/pipeline.ts'
import type { Predicate } from '../ir/predicate.ts'
import { Graph } from './graph.ts'
import { Limit } from './limits.ts'

/** One text for queries of one form. What is not understood keeps its own text. */
export function formOf(query: Pipeline): string {
  return textOf(plain(query))
}

/** A query whose conditions are one filter where they follow each other, without orders and choices of columns at its end. */
function plain(query: Pipeline): unknown {
  const stages: unknown[] = []
  let open: Predicate[] = []
  const close = (): void => {
    if (open.length > 0) stages.push({ kind: 'filter', where: conditionOf(open) })
    open = []
  }
  for (const stage of ending(query.stages)) {
    if (stage.kind === 'filter') {
      open.push(stage.where)
      continue
    }
    close()
    stages.push(
      stage.kind === 'aggregate' && stage.having !== undefined ? { ...stage, having: conditionOf([stage.having]) } : stage,
    )
  }
  close()
  const { from } = query
  const inner =
    from.kind === 'union'
      ? { ...from, of: from.source === undefined ? from.of.map(plain).map(textOf).sort() : from.of.map(plain) }
      : from.kind === 'sequence'
        ? { ...from, steps: from.steps.map(step => ({ ...step, of: plain(step.of) })) }
        : from
  return { from: inner, stages, rules: query.rules }
}

/** Stages up to the last one that asks anything. */
function ending(stages: readonly Stage[]): readonly Stage[] {
  let end = stages.length
  while (end > 0 && (stages[end - 1]!.kind === 'sort' || stages[end - 1]!.kind === 'project')) end--
  return stages.slice(0, end)
}

/** A condition as the tests and joints of its graph, by their own keys. */
function conditionOf(parts: readonly Predicate[]): string {
  const graph = new Graph()
  try {
    const root = graph.and(parts.map(part => graph.predicate(part)))
    const told = new Map<number, string>()
    const tell = (ref: number): string => {
      const place = ref >> 1
      let text = told.get(place)
      if (text === undefined) {
        const node = graph.nodes[place]!
        text =
          node.kind === 'true'
            ? 'true'
            : node.kind === 'test'
              ? JSON.stringify([node.atom.field, node.atom.key])
              : `(${node.of.map(tell).sort().join(' & ')})`
        told.set(place, text)
      }
      return (ref & 1) === 1 ? `!${text}` : text
    }
    return tell(root)
  } catch (error) {
    if (!(error instanceof Limit)) throw error
    return textOf(parts)
  }
}

function textOf(of: unknown): string {
  return JSON.stringify(of, (key, value: unknown) =>
    key === 'span' ? undefined : typeof value === 'bigint' ? `${value}n` : value,
  )
}
