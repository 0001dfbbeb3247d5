// Meaning to EQL as Elasticsearch reads it: conditions on single events, ordered correlations and counts as sequences.

import { or } from '../../ir/logic.ts'
import type { Pipeline, Stage } from '../../ir/pipeline.ts'
import type { Scalar } from '../../ir/predicate.ts'
import type { Outcome } from '../../text/diagnostic.ts'
import { type Doc, group, hard, indent } from '../../text/layout.ts'
import type { Span } from '../../text/source.ts'
import type { Printed, Style } from '../language.ts'
import { type Branch, branches, createPrinting, finish, type Printing, question } from '../printing.ts'
import { events, path } from './condition.ts'

/** How often a step of a sequence may repeat (EQL syntax reference, "with runs"). */
const mostRuns = 100

export function print(query: Pipeline, style?: Style): Outcome<Printed> {
  const printing = createPrinting()
  return finish(whole(query, printing), printing, style)
}

function whole(query: Pipeline, printing: Printing): Doc {
  if (query.from.kind === 'sequence') return sequence(query, printing)
  const stage = query.stages.at(-1)
  if (stage?.kind === 'aggregate') return runs(query, stage, printing)
  const asked = question(query)
  if ('beyond' in asked) return beyond(asked.beyond, asked.span, printing)
  return events(asked.where, printing)
}

function beyond(what: string, span: Span | undefined, printing: Printing): Doc {
  return printing.cannot(
    'EQL101',
    `${what} cannot be said in EQL`,
    span,
    'convert to elastic-esql, or convert the rules that it names',
  )
}

/** The column that a step's key comes from; undefined, and reported, where it is none or several. */
function key(value: Scalar, of: readonly Branch[], printing: Printing): string | undefined {
  const names = new Set<string>()
  for (const { columns } of of) {
    let found: Scalar | undefined = value
    if (value.kind === 'field') found = columns.findLast(column => column.name === value.name)?.value ?? value
    if (found.kind !== 'field') {
      const what = value.kind === 'field' ? `the field "${value.name}"` : 'a computed value'
      printing.cannot(
        'EQL108',
        `${what} lies in several columns, and EQL groups by single ones`,
        value.span,
        'group by a field with one column',
      )
      return undefined
    }
    names.add(found.name)
  }
  if (names.size !== 1) {
    printing.cannot(
      'EQL108',
      'the rules of this step group by different columns',
      value.span,
      'correlate rules of one log source',
    )
    return undefined
  }
  return path([...names][0]!)
}

/** `sequence by … with maxspan=…`: correlations whose rules match one after the other. */
function sequence(query: Pipeline, printing: Printing): Doc {
  const from = query.from as Pipeline['from'] & { kind: 'sequence' }
  if (!from.ordered) return beyond('several events in any order within a time window', from.span, printing)
  const other = query.stages.find(stage => stage.kind !== 'filter' || stage.where.kind !== 'const')
  if (other !== undefined) return beyond('a condition on the result of a sequence', other.span, printing)
  if (from.steps.some(step => step.until !== undefined || (step.times ?? 1) > mostRuns))
    return beyond('a step with an end of its own, or that repeats so often', from.span, printing)
  const steps: { readonly event: Doc; readonly by: string; readonly runs: string; readonly sign: string }[] = []
  for (const step of [...from.steps, ...(from.until === undefined ? [] : [from.until])]) {
    const of = branches(step.of)
    if ('beyond' in of) return beyond(of.beyond, of.span, printing)
    const keys = step.by.map(by => key(by.value, of, printing))
    const by = keys.length === 0 ? '' : ` by ${keys.join(', ')}`
    const sign = step === from.until ? 'until ' : step.absent === true ? '!' : ''
    const runs = step.times === undefined ? '' : ` with runs=${step.times}`
    steps.push({ event: group('[', events(or(of.map(one => one.where)), printing), ']'), by, runs, sign })
  }
  // Keys that all steps have in common are said once.
  const by = steps.every(step => step.by === steps[0]!.by) ? (steps[0]?.by ?? '') : undefined
  const written = (step: (typeof steps)[number]): Doc => [hard, step.sign, step.event, by === undefined ? step.by : '', step.runs]
  return [
    `sequence${by ?? ''}${span(from.within)}`,
    indent(...steps.filter(step => step.sign !== 'until ').map(written)),
    ...steps.filter(step => step.sign === 'until ').map(written),
  ]
}

/** Counts of events with one threshold: as many in a row, each with the same key, within the window. */
function runs(query: Pipeline, stage: Stage & { kind: 'aggregate' }, printing: Printing): Doc {
  const of = branches({ from: query.from, stages: query.stages.slice(0, -1) })
  if ('beyond' in of) return beyond(of.beyond, of.span, printing)
  const [measure] = stage.measures
  const { having } = stage
  const limit =
    having?.kind === 'test' &&
    having.subject.kind === 'field' &&
    having.subject.name === measure?.name &&
    having.match.kind === 'compare' &&
    having.match.to.kind === 'literal'
      ? { op: having.match.op, to: Number(having.match.to.value) }
      : undefined
  const times = limit?.op === '>=' ? Math.ceil(limit.to) : limit?.op === '>' ? Math.floor(limit.to) + 1 : undefined
  if (stage.measures.length !== 1 || measure?.fn !== 'count' || measure.of !== undefined || measure.where !== undefined)
    return beyond(
      measure?.fn === 'count' ? 'counting events of several rules apart' : 'counting or adding up values',
      stage.span,
      printing,
    )
  if (times === undefined || !(times >= 2 && times <= mostRuns))
    return beyond(`a count that is not "at least 2 to ${mostRuns}"`, having?.span ?? stage.span, printing)
  const keys = stage.by.map(by => key(by.value, of, printing))
  const by = keys.length === 0 ? '' : ` by ${keys.join(', ')}`
  return [
    `sequence${by}${span(stage.window?.size)}`,
    indent(hard, group('[', events(or(of.map(one => one.where)), printing), ']'), ` with runs=${times}`),
  ]
}

const units: readonly (readonly [string, number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
]

function span(within: number | undefined): string {
  if (within === undefined) return ''
  const [unit, size] = units.find(([, length]) => within % length === 0) ?? ['ms', 1]
  return ` with maxspan=${within / size}${unit}`
}
