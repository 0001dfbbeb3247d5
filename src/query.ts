// One query over tables: rows in, rows out, with columns named, ordered and typed.

import { castValue } from './engine/cast.ts'
import type { Row } from './engine/row.ts'
import { createScout } from './engine/scout.ts'
import type { Header } from './engine/specials/signature.ts'
import { buildPlan, type Leaf, type PlanRun, type Tables } from './engine/tables/build.ts'
import { seenHeader } from './engine/tables/header.ts'
import { liftedPlan } from './engine/tables/lifted.ts'
import type { Effect, SessionOptions } from './engine/tables/session.ts'
import type { Leaf as FrontLeaf } from './engine/tree.ts'
import { type Batch, type Event, setField, type Value } from './ir/event.ts'
import type { Pipeline } from './ir/pipeline.ts'
import type { ValueType } from './ir/predicate.ts'
import { parseTime } from './ir/time.ts'
import type { Schema } from './schemas/schema.ts'
import type { Diagnostic, Outcome } from './text/diagnostic.ts'

/** A table that a query may name. */
export interface Table {
  readonly columns: Header['columns']
  /** Whether rows may have more columns than these. */
  readonly open: boolean
  /** Its rows, read once. */
  readonly rows: AsyncIterable<Batch>
  /** The column that holds a row's time, for windows. */
  readonly time?: string
}

/** The rows of a result in the values of the engine: times and lengths of time as ticks (`ir/ticks.ts`), an absent value as null. */
export interface Rows {
  readonly columns: readonly { readonly name: string; readonly type?: ValueType }[]
  readonly rows: readonly (readonly Value[])[]
  /** Side effects that the query asked for: counted, not done. */
  readonly effects: readonly Effect[]
}

export interface QueryOptions extends Omit<SessionOptions, 'report'> {
  /** Result rows at most; more are an error, as results are kept whole. Default 1,000,000. */
  readonly most?: number
  /** Events that are looked at for the tables of products that are not given: `SecurityEvent`, `DeviceProcessEvents`, `Endpoint.Processes` … */
  readonly events?: {
    readonly batches: AsyncIterable<Batch>
    readonly schemas: readonly Schema[]
    /** Times told from `now` are asked of events; otherwise they are left out, and that is told. */
    readonly timed?: boolean
  }
}

/**
 * Runs a query over tables by name. What it holds is bounded: a query that would need more is given up with a diagnostic, never answered in part.
 * Each table is read once, those first whose rows others wait for.
 */
export async function query(
  pipeline: Pipeline,
  tables: Readonly<Record<string, Table>>,
  options: QueryOptions = {},
): Promise<Outcome<Rows>> {
  const diagnostics: Diagnostic[] = []
  const known: Tables = {
    header: name => (Object.hasOwn(tables, name) ? { columns: tables[name]!.columns, open: tables[name]!.open } : undefined),
  }
  const lifted =
    options.events === undefined
      ? undefined
      : liftedPlan(pipeline, options.events.schemas, known, { timed: options.events.timed })
  const plan = lifted?.plan ?? buildPlan(pipeline, known)
  const problems = lifted?.problems ?? plan.problems
  if (problems.length > 0) return { diagnostics: problems }
  diagnostics.push(...(lifted?.notes ?? []))
  const results: Row[] = []
  let ended = false
  const run = plan.start(
    { ...options, report: finding => diagnostics.push(finding) },
    {
      push(row) {
        if (results.length >= (options.most ?? defaultMost))
          run.session.stop({
            code: 'ENG150',
            message: `the result has more than ${options.most ?? defaultMost} rows`,
            hint: 'aggregate, or take the first rows',
          })
        run.session.hold(row)
        results.push(row)
      },
      close() {
        ended = true
      },
    },
  )
  const left = new Set(plan.order)
  const fed = lifted === undefined ? [] : plan.order.filter(place => lifted.fronts[place]!.idle !== true)
  for (const place of plan.order) {
    if (fed.includes(place)) {
      if (!left.has(place)) continue
      await feed(run, lifted!.fronts, fed, options.events!)
      for (const one of fed) {
        left.delete(one)
        run.close(one)
      }
      continue
    }
    if (run.stopped || !left.has(place)) continue
    const leaf = plan.leaves[place]!
    const same = leaf.kind === 'table' ? [...left].filter(other => reads(plan.leaves[other]!, leaf.name)) : [place]
    if (leaf.kind === 'table') {
      const table = tables[leaf.name]!
      const time = table.time ?? leaf.time
      const shape = pipeline.rules === 'kusto' ? typed(table.columns) : undefined
      let order = 0
      for await (const batch of table.rows) {
        for (let at = 0; at < batch.length && !run.stopped; at++) {
          const row = rowOf(batch.at(at), order++, time, shape)
          for (const one of same) run.push(one, row)
        }
        if (run.stopped || same.every(one => run.session.sinks[one]!.done === true)) break
      }
    }
    for (const one of same) {
      left.delete(one)
      run.close(one)
    }
  }
  if (!ended && !run.stopped) throw new Error('this is a bug in Terrier: a query did not end')
  for (const [pattern, times] of run.session.patterns())
    diagnostics.push({
      code: 'ENG301',
      severity: 'warning',
      message: `a regular expression gave up on ${times} value${times === 1 ? '' : 's'}: "${pattern.slice(0, 80)}"`,
      hint: 'write it without look-around or back-reference, or make it more specific',
    })
  const effects = run.session.effects()
  for (const { kind, target, rows } of effects)
    diagnostics.push({
      code: 'ENG355',
      severity: 'note',
      message: `"${kind}" would write ${rows} row${rows === 1 ? '' : 's'} to "${target}"; nothing was written`,
    })
  if (run.stopped) return { diagnostics }
  // Columns that Kusto unpacks are in the order of their names (the manual's examples).
  const unpacked = pipeline.stages.some(stage => stage.kind === 'special' && stage.name === 'kusto:bag_unpack')
  const header = seenHeader(plan.header, results, unpacked)
  return {
    value: {
      columns: header.columns,
      rows: results.map(row =>
        header.columns.map(({ name, type }) =>
          // Kusto's texts are empty where they are absent.
          Object.hasOwn(row.fields, name) ? row.fields[name]! : type === 'string' && pipeline.rules === 'kusto' ? '' : null,
        ),
      ),
      effects,
    },
    diagnostics,
  }
}

const defaultMost = 1_000_000

/** Looks at every event once and gives it to the leaves that take it. */
async function feed(
  run: PlanRun,
  leaves: readonly FrontLeaf[],
  fed: readonly number[],
  { batches, schemas }: NonNullable<QueryOptions['events']>,
): Promise<void> {
  const fronts = fed.map(place => ({ ...leaves[place]!, index: 0 }))
  const scout = createScout({ detections: [], schemas, fronts }, {})
  for await (const batch of batches) {
    for (const { event, place, hits } of scout.look(batch))
      for (const { front, schema, fields } of hits)
        run.push(fed[front]!, { time: event.time, ticks: event.ticks, order: place, fields, events: nobody, schema, branch: 0 })
    if (run.stopped || fed.every(one => run.session.sinks[one]!.done === true)) return
  }
}

const reads = (leaf: Leaf, name: string): boolean => leaf.kind === 'table' && leaf.name === name

const typed = (columns: Header['columns']): ReadonlyMap<string, ValueType> =>
  new Map(columns.flatMap(({ name, type }) => (type === undefined ? [] : [[name, type] as const])))

/** A record as a row, its values as columns of their types hold them. */
function rowOf(event: Event, order: number, at: string | undefined, types: ReadonlyMap<string, ValueType> | undefined): Row {
  let { fields } = event
  if (types !== undefined) {
    const cast: Record<string, Value> = {}
    for (const name of Object.keys(fields)) {
      const value = castValue(fields[name], types.get(name))
      if (value !== undefined) setField(cast, name, value)
    }
    fields = cast
  }
  const written = at === undefined || !Object.hasOwn(event.fields, at) ? undefined : event.fields[at]
  const time = event.time !== undefined ? event : written === undefined ? undefined : parseTime(written)
  return { time: time?.time, ticks: time?.ticks, order, fields, events: nobody, schema: '', branch: 0 }
}

const nobody: readonly Event[] = []

/** A table of rows at hand. */
export function tableOf(columns: Header['columns'], rows: readonly Readonly<Record<string, Value>>[], open = false): Table {
  async function* batches(): AsyncGenerator<Batch> {
    yield { schema: '', length: rows.length, at: index => ({ fields: rows[index]! }) }
  }
  return { columns, open, rows: batches() }
}
