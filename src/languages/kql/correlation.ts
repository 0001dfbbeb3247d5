// Correlations in KQL. Windows slide as a rule's do: counts by looking back in sorted rows, everything else by joining the events with themselves.

import type { From, Measure, Pipeline, Stage } from '../../ir/pipeline.ts'
import type { Predicate } from '../../ir/predicate.ts'
import { between, type Doc, group, indent, line } from '../../text/layout.ts'
import { condition, type Value } from './conditions.ts'
import type { Lines, Query } from './print.ts'
import { createValues } from './values.ts'
import { identifier, timespan } from './words.ts'

type Aggregate = Stage & { kind: 'aggregate' }
type Sequence = From & { kind: 'sequence' }

/** The most rows that `prev` looks back here. */
const farthest = 100_000

/** Rows counted or measured by group. A row without a value in a group column joins no group. */
export function aggregate(stage: Aggregate, rows: Lines, here: Query): Lines {
  const { window } = stage
  const values = createValues(here)
  const made: Doc[] = []
  const keys: string[] = []
  for (const column of stage.by) {
    const value = values.value(column.value, stage.span)
    if (value === undefined) return rows
    const name = identifier(column.name)
    keys.push(name)
    if (value.doc !== name) made.push([`${name} = `, value.doc])
  }
  const grouped: Lines = [
    ...rows,
    ...values.stages(),
    ...(made.length === 0 ? [] : [list('| extend', made)]),
    ...(keys.length === 0
      ? []
      : [
          list(
            '| where',
            keys.map(key => `isnotempty(${key})`),
            ' and',
          ),
        ]),
  ]
  if (window?.kind === 'sliding') {
    const least = leastCount(stage)
    return least === undefined
      ? joined(stage, window.size, keys, grouped, here)
      : lookedBack(stage, window.size, least, keys, grouped, here)
  }
  const time = identifier(here.time)
  const by = window === undefined ? keys : [...keys, `${time} = bin(${time}, ${timespan(window.size)})`]
  const measures = stage.measures.map(measure => measured(measure, undefined, here))
  if (measures.includes(undefined)) return grouped
  return [...grouped, summarize(measures as Doc[], by), ...having(stage, undefined, here)]
}

const list = (head: string, docs: readonly Doc[], separator = ','): Doc =>
  group(head, indent(line, between(docs, [separator, line])))
const summarize = (measures: readonly Doc[], by: readonly Doc[]): Doc =>
  group(
    '| summarize',
    indent(line, between(measures, [',', line])),
    ...(by.length === 0 ? [] : [indent(line, 'by ', between(by, ', '))]),
  )

/** The least count of events at which a condition holds, when that is all it asks. */
function leastCount({ measures, having }: Aggregate): number | undefined {
  const [only] = measures
  if (measures.length !== 1 || only?.fn !== 'count' || only.where !== undefined || having?.kind !== 'test') return undefined
  const { subject, match } = having
  if (subject.kind !== 'field' || subject.name !== only.name || match.kind !== 'compare' || match.to.kind !== 'literal')
    return undefined
  const number = Number(match.to.value)
  const least = match.op === '>=' ? Math.ceil(number) : match.op === '>' ? Math.floor(number) + 1 : 0
  return least >= 1 && least <= farthest ? least : undefined
}

/** A count is reached at the event whose (n-1)th before it lies within the window, and was not held the moment before it. */
function lookedBack(stage: Aggregate, size: number, least: number, keys: readonly string[], rows: Lines, here: Query): Lines {
  const time = identifier(here.time)
  const within = (back: number): Doc => {
    const same = keys.map(key => `prev(${key}, ${back}) == ${key}`)
    const near = `${time} - prev(${time}, ${back}) <= ${timespan(size)}`
    return between([...(same.length === 0 ? [`isnotnull(prev(${time}, ${back}))`] : same), near], ' and ')
  }
  const held: Doc[] =
    least === 1
      ? [['_held = ', within(1)]]
      : [
          ['_reached = ', within(least - 1)],
          ['_held = ', within(least)],
        ]
  const name = identifier(stage.measures[0]!.name)
  return [
    ...rows,
    `| sort by ${[...keys, time].map(key => `${key} asc`).join(', ')}`,
    list('| extend', held),
    least === 1 ? '| where not(_held)' : '| where _reached and not(_held)',
    list('| project', [time, ...keys, `${name} = ${least}`]),
  ]
}

/** For each event, the events of its group from the window's length before it up to it; the condition holds, and did not the moment before. */
function joined(stage: Aggregate, size: number, keys: readonly string[], rows: Lines, here: Query): Lines {
  const { printing } = here
  const time = identifier(here.time)
  const now = stage.measures.map(measure => measured(measure, undefined, here))
  const before = stage.measures.map(measure => measured(measure, `${time} < _at`, here))
  if (now.includes(undefined) || before.includes(undefined)) return rows
  printing.diagnostics.push({
    code: 'KQL302',
    severity: 'note',
    message: 'the window of this correlation slides, for which KQL joins its events with themselves',
    span: stage.span,
    hint: 'keep the look-back of the query short',
  })
  const on = keys.length === 0 ? ['_all'] : keys
  const bound = here.bind('events', keys.length === 0 ? [...rows, '| extend _all = 1'] : rows)
  return [
    bound,
    `| summarize by ${[...on, `_at = ${time}`].join(', ')}`,
    `| join kind=inner (${bound}) on ${on.join(', ')}`,
    `| where ${time} between ((_at - ${timespan(size)}) .. _at)`,
    summarize([...(now as Doc[]), ...(before as Doc[]).filter(doc => doc !== '')], [...on, '_at']),
    ...having(stage, 'before', here),
    list('| project', [`${time} = _at`, ...keys, ...stage.measures.map(measure => identifier(measure.name))]),
  ]
}

/** The question about the measures. With `before`: and not so the moment before. */
function having(stage: Aggregate, before: 'before' | undefined, here: Query): Lines {
  if (stage.having === undefined) return []
  const ask = (suffix: string): Doc => {
    const columns = new Map(
      stage.measures.map((measure): [string, Value] => [
        measure.name,
        {
          doc: identifier(`${measure.name}${suffix}`),
          type: 'number',
          sure: measure.fn === 'count' || measure.fn === 'distinct',
        },
      ]),
    )
    return condition(stage.having!, { printing: here.printing, value: createValues(here, columns).value })
  }
  const now: Doc = ['| where ', indent(group(ask('')))]
  return before === undefined ? [now] : [now, ['| where not(', indent(group(ask('_before'))), ')']]
}

/** A measure as `name = aggregate`. `only`: of the rows before. */
function measured(measure: Measure, only: string | undefined, here: Query): Doc | undefined {
  const values = createValues(here)
  const name = identifier(`${measure.name}${only === undefined ? '' : '_before'}`)
  const wheres: Doc[] = only === undefined ? [] : [only]
  if (measure.where !== undefined) wheres.push(condition(measure.where, { printing: here.printing, value: values.value }))
  const made = (plain: string, conditional: string, args: readonly Doc[]): Doc =>
    wheres.length === 0
      ? [`${name} = ${plain}(`, between(args, ', '), ')']
      : [`${name} = ${conditional}(`, between([...args, between(wheres, ' and ')], ', '), ')']
  if (measure.fn === 'count') return made('count', 'countif', [])
  const of = measure.of
  const refuse = (what: string): undefined => {
    here.printing.cannot('KQL103', `${what} has no exact function in KQL`, of?.span, 'count events or distinct values')
    return undefined
  }
  if (of === undefined) return refuse(`"${measure.fn}" of nothing`)
  if (measure.fn === 'distinct') {
    const args = of.kind === 'call' && of.fn === 'sigma:tuple' ? of.args : [of]
    const docs: Doc[] = []
    for (const arg of args) {
      const value = values.value(arg, arg.span)
      if (value === undefined) return undefined
      docs.push(value.doc)
      wheres.push(['isnotempty(', value.doc, ')'])
    }
    const whole: Doc = docs.length === 1 ? docs[0]! : ['tostring(pack_array(', between(docs, ', '), '))']
    return made('count_distinct', 'count_distinctif', [whole])
  }
  const value = values.value(of, of.span)
  if (value === undefined) return undefined
  const number: Doc = value.type === 'number' ? value.doc : ['todouble(', value.doc, ')']
  switch (measure.fn) {
    case 'sum':
    case 'min':
    case 'max':
    case 'avg':
      // Of no number at all, a sum is none either, and no condition holds.
      if (measure.fn === 'sum') wheres.push(['isnotnull(', number, ')'])
      return made(measure.fn, `${measure.fn}if`, [number])
    case 'latest':
      return only === undefined
        ? [`(_latest_${measure.name.replace(/\W/g, '_')}, ${name}) = arg_max(${identifier(here.time)}, `, value.doc, ')']
        : ''
    default:
      // Kusto's percentiles are estimates of the nearest rank, a rule's interpolate.
      return refuse(`"${measure.fn}" as rules have it`)
  }
}

/** Events of several rules by group within a time. In any order: counted by rule. In order: each joined with the one before it. */
export function sequence(from: Sequence, here: Query): Lines {
  const { printing } = here
  const odd =
    from.until !== undefined ||
    from.within === undefined ||
    from.steps.some(step => step.absent || step.times !== undefined || step.until)
  if (odd) {
    printing.cannot('KQL105', 'this sequence has no form in KQL', from.span, 'write the query by hand')
    return ['']
  }
  return from.ordered ? chain(from, from.within!, here) : together(from, from.within!, here)
}

function together(from: Sequence, within: number, here: Query): Lines {
  const names = from.steps.map((step, index) => step.name ?? String(index + 1))
  const is = (name: string): Predicate => ({
    kind: 'test',
    subject: { kind: 'field', name: '_rule' },
    match: { kind: 'glob', glob: [name], fold: false },
  })
  const seen = (name: string): Predicate => ({
    kind: 'test',
    subject: { kind: 'field', name },
    match: { kind: 'compare', op: '>', to: { kind: 'literal', value: 0 } },
  })
  const of = from.steps.map(
    (step, index): Pipeline => ({
      ...step.of,
      stages: [
        ...step.of.stages,
        { kind: 'extend', columns: [{ name: '_rule', value: { kind: 'literal', value: names[index]! } }] },
      ],
    }),
  )
  const stage: Aggregate = {
    kind: 'aggregate',
    by: from.steps[0]!.by.map(key => ({ name: key.value.kind === 'field' ? key.value.name : 'key', value: key.value })),
    measures: names.map((name): Measure => ({ name, fn: 'count', where: is(name) })),
    window: { size: within, kind: 'sliding', report: 'rising' },
    having: { kind: 'and', args: names.map(seen) },
    span: from.span,
  }
  return aggregate(stage, here.rows({ from: { kind: 'union', of }, stages: [] }), here)
}

function chain(from: Sequence, within: number, here: Query): Lines {
  const time = identifier(here.time)
  const keys = from.steps[0]!.by.map(key => (key.value.kind === 'field' ? identifier(key.value.name) : ''))
  const on = keys.length === 0 ? ['_all'] : keys
  here.printing.diagnostics.push({
    code: 'KQL303',
    severity: 'warning',
    message:
      'every event that completes this order is a row, also where one sequence runs into another or one event serves two steps',
    span: from.span,
    hint: 'group the alerts of the rule',
  })
  const step = (index: number): Lines => [
    ...here.rows(from.steps[index]!.of),
    ...(keys.length === 0
      ? ['| extend _all = 1']
      : [
          list(
            '| where',
            keys.map(key => `isnotempty(${key})`),
            ' and',
          ),
        ]),
    list('| project', [...on, `_at${index + 1} = ${time}`]),
  ]
  let rows: Lines = step(0)
  for (let index = 1; index < from.steps.length; index++) {
    const bound = here.bind('step', step(index))
    rows = [
      ...rows,
      `| join kind=inner (${bound}) on ${on.join(', ')}`,
      `| where _at${index + 1} between (_at${index} .. (_at1 + ${timespan(within)}))`,
    ]
  }
  return [...rows, `| summarize _begin = max(_at1) by ${[...keys, `${time} = _at${from.steps.length}`].join(', ')}`]
}
