// Detections made into a program, and a program run over events. The reference: what this returns is what a rule means.

import type { Detection, Risk } from '../ir/detection.ts'
import { type Batch, type Event, setField, type Value } from '../ir/event.ts'
import type { EventClass } from '../ir/pipeline.ts'
import { parseTime } from '../ir/time.ts'
import type { Schema } from '../schemas/schema.ts'
import { firstOf, hubValue, views } from '../schemas/translate.ts'
import type { Diagnostic, Outcome } from '../text/diagnostic.ts'
import { codes as aggregateCodes } from './aggregate.ts'
import { createFamily, type Family, type Front } from './front.ts'
import { createMatcher } from './match.ts'
import { Order } from './order.ts'
import { alertRisk, codes as riskCodes, riskFields } from './risk.ts'
import { type Row, codes as rowCodes } from './row.ts'
import type { Alert, Program, Run, RunOptions, Seen, Skipped } from './run.ts'
import { codes as sequenceCodes } from './sequence.ts'
import { buildTree, type Leaf, type Tree } from './tree.ts'

export const codes: Readonly<Record<string, string>> = {
  ...rowCodes,
  ...aggregateCodes,
  ...sequenceCodes,
  ...riskCodes,
  ENG101: 'the rule has a part that the engine cannot run',
  ENG102: 'no known log format holds the log source of the rule',
  ENG301: 'a regular expression gave up within its bound of steps',
  ENG302: 'more matches of correlated rules than can be put in order of time',
}

const defaultHeld = 200_000

/**
 * Makes detections ready to run together over events of the given schemas. A detection that cannot run is listed in
 * `skipped` with its reason and is no error of the program; the other detections run.
 */
export function compile(detections: readonly Detection[], schemas: readonly Schema[]): Outcome<Program> {
  const trees: { readonly index: number; readonly tree: Tree; readonly leaves: readonly number[] }[] = []
  const fronts: Front[] = []
  const owners: { readonly tree: number; readonly leaf: number }[] = []
  const skipped: Skipped[] = []
  for (const [index, detection] of detections.entries()) {
    if (detection.silent) continue
    const built = buildTree(detection)
    if (built.problems.length > 0) {
      for (const problem of built.problems)
        skipped.push({ index, reason: 'unsupported', diagnostic: { ...problem, source: detection.written.document } })
      continue
    }
    const lacking = built.leaves.find(leaf => !schemas.some(schema => views(schema, leaf.class).length > 0))
    if (lacking !== undefined) {
      skipped.push({ index, reason: 'source', diagnostic: noSource(detection, lacking) })
      continue
    }
    const leaves = built.leaves.map((leaf, place) => {
      owners.push({ tree: trees.length, leaf: place })
      return fronts.push({ index, class: leaf.class, where: leaf.where, columns: leaf.columns, names: leaf.names }) - 1
    })
    trees.push({ index, tree: built, leaves })
  }
  const program: Program = {
    detections,
    skipped,
    start: options => startRun({ detections, schemas, fronts, owners, trees }, options ?? {}),
  }
  return { value: program, diagnostics: [] }
}

function noSource(detection: Detection, leaf: Leaf): Diagnostic {
  const named = (['product', 'category', 'service'] as const).flatMap(key =>
    leaf.class[key] === undefined ? [] : [`${key} "${leaf.class[key]}"`],
  )
  return {
    code: 'ENG102',
    severity: 'note',
    message: `no log format that can be read holds ${named.join(', ') || 'a rule without a log source'}`,
    hint: '"terrier logs FILE" says what a log holds',
    source: detection.written.document,
  }
}

interface Parts {
  readonly detections: readonly Detection[]
  readonly schemas: readonly Schema[]
  readonly fronts: readonly Front[]
  readonly owners: readonly { readonly tree: number; readonly leaf: number }[]
  readonly trees: readonly { readonly index: number; readonly tree: Tree; readonly leaves: readonly number[] }[]
}

function startRun(parts: Parts, options: RunOptions): Run {
  const { detections, schemas, fronts, owners, trees } = parts
  const families = new Map<string, Family>()
  const byId = new Map(schemas.map(schema => [schema.id, schema]))
  const recognisers = createMatcher()
  const shapes = schemas
    .filter(schema => schema.beside === undefined && schema.recognise !== undefined)
    .map(schema => ({ schema, ask: recognisers.compile(schema.recognise!) }))
  const counts = { events: 0, outside: 0, unknown: 0, untimed: 0, ungrouped: 0 }
  let from: number | undefined
  let to: number | undefined
  const bySchema = new Map<string, number>()
  const alertCounts: number[] = detections.map(() => 0)
  const gaveUp = new Map<string, { detection: number; pattern: string; times: number }>()
  const order = new Order(options.held ?? defaultHeld)
  const pending = new Map<Row, number>()
  const running = trees.map(({ index, tree }) =>
    tree.single
      ? undefined
      : tree.start({
          report: finding => options.report?.({ ...finding, source: detections[index]!.written.document }),
          name: detections[index]!.title,
        }),
  )
  let arrival = 0

  function familyOf(schema: Schema): Family {
    let family = families.get(schema.id)
    if (family === undefined) {
      const beside = schemas.filter(other => other.beside === schema.id)
      family = createFamily(fronts, [schema, ...beside], (front, pattern) => {
        const detection = fronts[front]?.index ?? 0
        const key = `${detection} ${pattern}`
        const known = gaveUp.get(key)
        if (known === undefined) gaveUp.set(key, { detection, pattern, times: 1 })
        else known.times++
      })
      families.set(schema.id, family)
    }
    return family
  }

  function shapeOf(batch: Batch, event: Event): Schema | undefined {
    const claimed = byId.get(batch.schema)
    if (claimed !== undefined) return claimed
    recognisers.look(event)
    return shapes.find(shape => shape.ask())?.schema
  }

  /** The event with its time, which some shapes keep in a column. */
  function timed(event: Event, schema: Schema): Event {
    if (event.time !== undefined) return event
    const value = firstOf(event, schema.time)
    const time = value === undefined ? undefined : parseTime(value)
    return time === undefined ? event : { ...event, time: time.time, ticks: time.ticks }
  }

  function alertOf(tree: number, row: Row): Alert {
    const { index } = trees[tree]!
    const detection = detections[index]!
    alertCounts[index]!++
    const alert: Alert = {
      detection: detection.id,
      index,
      time: row.time,
      ticks: row.ticks,
      events: row.events,
      schema: row.schema,
      row: trees[tree]!.tree.single ? {} : row.fields,
      ...(row.omitted === undefined || row.omitted === 0 ? {} : { omitted: row.omitted }),
    }
    if (detection.risk === undefined) return alert
    return { ...alert, risk: alertRisk(detection.risk, riskValues(detection.risk, row, trees[tree]!.tree.leaves[0]!.class)) }
  }

  /** What a risk speaks of, in Sigma's names: the row's columns, else the first event that has a value. */
  function riskValues(risk: Risk, row: Row, wanted: EventClass): Record<string, Value> {
    const values: Record<string, Value> = { ...row.fields }
    const schema = byId.get(row.schema)
    if (schema === undefined) return values
    for (const name of riskFields(risk)) {
      if (Object.hasOwn(values, name)) continue
      for (const event of row.events) {
        const value = hubValue(event, schema, wanted, name)
        if (value === undefined) continue
        setField(values, name, value)
        break
      }
    }
    return values
  }

  function advance(rows: Iterable<Row>, alerts: Alert[]): void {
    for (const row of rows) {
      const front = pending.get(row)!
      pending.delete(row)
      const owner = owners[front]!
      for (const result of running[owner.tree]!.push(owner.leaf, row)) alerts.push(alertOf(owner.tree, result))
    }
  }

  const windowed = options.since !== undefined || options.until !== undefined

  return {
    push(batch) {
      const alerts: Alert[] = []
      for (let place = 0; place < batch.length; place++) {
        let event = batch.at(place)
        counts.events++
        arrival++
        const schema = shapeOf(batch, event)
        if (schema === undefined) {
          counts.unknown++
          continue
        }
        bySchema.set(schema.id, (bySchema.get(schema.id) ?? 0) + 1)
        if (windowed) {
          event = timed(event, schema)
          if (
            event.time !== undefined &&
            (event.time < (options.since ?? -Infinity) || event.time > (options.until ?? Infinity))
          ) {
            counts.outside++
            continue
          }
          span(event)
        }
        const hits = familyOf(schema).match(event)
        if (hits.length === 0) continue
        event = timed(event, schema)
        span(event)
        for (const hit of hits) {
          const owner = owners[hit.front]!
          const row: Row = {
            time: event.time,
            ticks: event.ticks,
            order: arrival,
            fields: hit.row(),
            events: [event],
            schema: hit.schema,
            branch: 0,
          }
          if (trees[owner.tree]!.tree.single) alerts.push(alertOf(owner.tree, row))
          else {
            pending.set(row, hit.front)
            advance(order.push(row), alerts)
          }
        }
      }
      return alerts
    },
    finish() {
      const alerts: Alert[] = []
      advance(order.drain(), alerts)
      for (const [tree, run] of running.entries()) {
        if (run === undefined) continue
        for (const row of run.finish()) alerts.push(alertOf(tree, row))
        counts.ungrouped += run.lost().ungrouped
        counts.untimed += run.lost().untimed
      }
      if (order.late > 0)
        options.report?.({
          code: 'ENG302',
          severity: 'warning',
          message: `${order.late} matches of correlated rules came too late to be put in order: more than ${order.held} were held`,
          hint: 'hunt fewer files at once, or narrow the rules that a correlation refers to',
        })
      for (const { detection, pattern, times } of gaveUp.values())
        options.report?.({
          code: 'ENG301',
          severity: 'warning',
          message: `a regular expression of "${detections[detection]!.title}" gave up on ${times} value${times === 1 ? '' : 's'}: "${pattern.slice(0, 80)}"`,
          hint: 'write it without look-around or back-reference, or make it more specific',
          source: detections[detection]!.written.document,
        })
      return alerts
    },
    seen(): Seen {
      const perFront: number[] = fronts.map(() => 0)
      for (const family of families.values()) family.asked(perFront)
      const asked: number[] = detections.map(() => 0)
      for (const [front, count] of perFront.entries()) asked[fronts[front]!.index]! += count
      return {
        ...counts,
        late: order.late,
        schemas: bySchema,
        from,
        to,
        asked,
        alerts: alertCounts,
        skipped: [...families.values()].flatMap(family => family.skipped),
      }
    },
  }

  function span(event: Event): void {
    if (event.time === undefined) return
    if (from === undefined || event.time < from) from = event.time
    if (to === undefined || event.time > to) to = event.time
  }
}

/** The values of an alert's first event under the schema's names for host, user, channel and event id. */
export function describeEvent(
  event: Event,
  schema: Schema | undefined,
): Readonly<Record<'host' | 'user' | 'channel' | 'eventId', Value | undefined>> {
  return {
    host: firstOf(event, schema?.host),
    user: firstOf(event, schema?.user),
    channel: firstOf(event, schema?.channel),
    eventId: firstOf(event, schema?.eventId),
  }
}
