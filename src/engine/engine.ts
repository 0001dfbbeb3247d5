// Detections made into a program, and a program run over events. The reference: what this returns is what a rule means.

import type { Detection, Risk } from '../ir/detection.ts'
import { type Event, setField, type Value } from '../ir/event.ts'
import type { EventClass } from '../ir/pipeline.ts'
import type { Schema } from '../schemas/schema.ts'
import { firstOf, fits, hubValue } from '../schemas/translate.ts'
import type { Diagnostic, Outcome } from '../text/diagnostic.ts'
import { codes as aggregateCodes } from './aggregate.ts'
import type { Front } from './front.ts'
import { Latest } from './latest.ts'
import { Order } from './order.ts'
import { alertRisk, codes as riskCodes, riskFields } from './risk.ts'
import { type OperatorOptions, type Row, codes as rowCodes } from './row.ts'
import type { Alert, Passed, Program, Run, RunOptions, ScoutSeen, Seen, Skipped } from './run.ts'
import { createScout, sumSeen } from './scout.ts'
import { codes as sequenceCodes } from './sequence.ts'
import { codes as specialCodes } from './specials/registry.ts'
import { splunkCodes } from './specials/splunk/index.ts'
import { nothingHeld, codes as tableCodes } from './tables/session.ts'
import { overTables, type StaticTable, tableTree } from './tables/tree.ts'
import { buildTree, type Leaf, type Tree, type TreeRun } from './tree.ts'

export const codes: Readonly<Record<string, string>> = {
  ...rowCodes,
  ...aggregateCodes,
  ...sequenceCodes,
  ...riskCodes,
  ...tableCodes,
  ...splunkCodes,
  ...specialCodes,
  ENG101: 'the rule has a part that the engine cannot run',
  ENG102: 'no known log format holds the log source of the rule',
  ENG301: 'a regular expression gave up within its bound of steps',
  ENG302: 'more matches of correlated rules than can be put in order of time',
}

const defaultHeld = 200_000

/** What is known of detections from an earlier compilation. */
export interface Known {
  /** Whether a detection asks one question of single events, and can be run; its `stages` are then read when an event asks for them. */
  readonly plain?: (detection: Detection) => boolean
  /** Tables that lie beside the rules, by name: `lookup:NAME`. */
  readonly tables?: (name: string) => StaticTable | undefined
}

/** Whether a detection asks one question of single events, all of which can be run. */
export function isPlain(detection: Detection): boolean {
  if (detection.query.from.kind !== 'class') return false
  const { single, problems } = buildTree(detection)
  return single && problems.length === 0
}

/**
 * Makes detections ready to run together over events of the given schemas. A detection that cannot run is listed in
 * `skipped` with its reason and is no error of the program; the other detections run.
 */
export function compile(detections: readonly Detection[], schemas: readonly Schema[], known: Known = {}): Outcome<Program> {
  const trees: { readonly index: number; readonly tree: Tree }[] = []
  const fronts: Front[] = []
  const owners: { readonly tree: number; readonly leaf: number }[] = []
  const skipped: Skipped[] = []
  const notes: Diagnostic[] = []
  const isServed = servedBy(schemas)
  for (const [index, detection] of detections.entries()) {
    if (detection.silent) continue
    const { from } = detection.query
    if (from.kind === 'class' && known.plain?.(detection)) {
      if (!isServed(from.class)) {
        skipped.push({ index, reason: 'source', diagnostic: noSource(detection, from.class) })
        continue
      }
      const tree = new PlainTree(index, from.class, detection)
      owners.push({ tree: trees.length, leaf: 0 })
      trees.push({ index, tree })
      fronts.push(tree)
      continue
    }
    const built = treeOf(detection, schemas, known, notes)
    if (built.problems.length > 0) {
      for (const problem of built.problems)
        skipped.push({
          index,
          reason: problem.code === 'SCH105' ? 'source' : 'unsupported',
          diagnostic: { ...problem, source: built.ordered === false ? detection.written.query : detection.written.document },
        })
      continue
    }
    // A table holds several classes of events, and any of them will do.
    const lacking = built.leaves.find(leaf => leaf.lenient !== true && !isServed(leaf.class))
    if (lacking !== undefined) {
      skipped.push({ index, reason: 'source', diagnostic: noSource(detection, lacking.class) })
      continue
    }
    for (const [place, { class: of, where, columns, names, table, lenient, idle }] of built.leaves.entries()) {
      if (idle === true || (lenient === true && table === undefined && !isServed(of))) continue
      owners.push({ tree: trees.length, leaf: place })
      fronts.push({ index, class: of, where, columns, names, table, lenient })
    }
    trees.push({ index, tree: built })
  }
  const program: Program = {
    detections,
    skipped,
    start: options => startRun({ detections, schemas, fronts, owners, trees }, options ?? {}),
    scout: options => createScout({ detections, schemas, fronts }, options ?? {}),
  }
  return { value: program, diagnostics: notes }
}

/** Whether one of some schemas holds a class of events. Many schemas hold the same classes, and many rules ask for the same. */
function servedBy(schemas: readonly Schema[]): (of: EventClass) => boolean {
  const served = new Map<EventClass, boolean>()
  let held: readonly EventClass[] | undefined
  return of => {
    let known = served.get(of)
    if (known === undefined) {
      held ??= heldBy(schemas)
      known = held.some(one => fits(of, one))
      served.set(of, known)
    }
    return known
  }
}

/** The classes of events that schemas hold, each once. */
function heldBy(schemas: readonly Schema[]): readonly EventClass[] {
  const found = new Map<string, EventClass>()
  for (const { tables } of schemas)
    for (const table of tables)
      for (const { class: of } of table.holds) found.set(`${of.product ?? ''}\n${of.category ?? ''}\n${of.service ?? ''}`, of)
  return [...found.values()]
}

/** The tree of a detection; of one over tables, with what is noted of its columns. */
function treeOf(detection: Detection, schemas: readonly Schema[], known: Known, notes: Diagnostic[]): Tree {
  if (!overTables(detection.query)) return buildTree(detection)
  const tree = tableTree(detection, schemas, known.tables ?? (() => undefined))
  notes.push(...tree.notes.map(note => ({ ...note, source: note.source ?? detection.written.query })))
  return tree
}

/** The tree of a detection that asks one question of single events: its own front, built when an event first needs it. */
class PlainTree implements Tree, Front {
  readonly single = true
  readonly problems = none
  /** A question of single events hands no fields on. */
  readonly names = none
  readonly index: number
  readonly class: EventClass
  readonly #detection: Detection

  constructor(index: number, of: EventClass, detection: Detection) {
    this.index = index
    this.class = of
    this.#detection = detection
  }

  get #leaf(): Leaf {
    return latestLeaf.of(this, () => buildTree(this.#detection).leaves[0]!)
  }

  get leaves(): readonly Leaf[] {
    return [this]
  }

  get where(): Leaf['where'] {
    return this.#leaf.where
  }

  get columns(): Leaf['columns'] {
    return this.#leaf.columns
  }

  start(options: OperatorOptions): TreeRun {
    return buildTree(this.#detection).start(options)
  }
}

const latestLeaf = new Latest<Leaf>()

const none: readonly never[] = []

function noSource(detection: Detection, of: EventClass): Diagnostic {
  const named = (['product', 'category', 'service'] as const).flatMap(key =>
    of[key] === undefined ? [] : [`${key} "${of[key]}"`],
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
  readonly trees: readonly { readonly index: number; readonly tree: Tree }[]
}

function startRun(parts: Parts, options: RunOptions): Run {
  const { detections, schemas, fronts, owners, trees } = parts
  const byId = new Map(schemas.map(schema => [schema.id, schema]))
  const scout = createScout(parts, options)
  const others: ScoutSeen[] = []
  const lost = { untimed: 0, ungrouped: 0 }
  const alertCounts: number[] = detections.map(() => 0)
  const order = new Order(options.held ?? defaultHeld)
  const pending = new Map<Row, number>()
  const shared = nothingHeld()
  const running = trees.map(({ index, tree }) =>
    tree.single
      ? undefined
      : tree.start({
          report: finding => options.report?.({ ...finding, source: detections[index]!.written.document }),
          name: detections[index]!.title,
          shared,
        }),
  )

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

  function take(passed: readonly Passed[], base: number): readonly Alert[] {
    const alerts: Alert[] = []
    for (const { event, place, hits } of passed) {
      for (const { front, schema, fields } of hits) {
        const owner = owners[front]!
        const row: Row = {
          time: event.time,
          ticks: event.ticks,
          order: base + place,
          fields,
          events: [event],
          schema,
          branch: 0,
        }
        const { tree } = trees[owner.tree]!
        if (tree.single) alerts.push(alertOf(owner.tree, row))
        else if (tree.ordered === false)
          for (const result of running[owner.tree]!.push(owner.leaf, row)) alerts.push(alertOf(owner.tree, result))
        else {
          pending.set(row, front)
          advance(order.push(row), alerts)
        }
      }
    }
    return alerts
  }

  const seen = (): ScoutSeen => sumSeen([scout.seen(), ...others])

  return {
    push: batch => take(scout.look(batch), 0),
    take,
    add: more => void others.push(...more),
    finish() {
      const alerts: Alert[] = []
      advance(order.drain(), alerts)
      for (const [tree, run] of running.entries()) {
        if (run === undefined) continue
        for (const row of run.finish()) alerts.push(alertOf(tree, row))
        lost.ungrouped += run.lost().ungrouped
        lost.untimed += run.lost().untimed
      }
      if (order.late > 0)
        options.report?.({
          code: 'ENG302',
          severity: 'warning',
          message: `${order.late} matches of correlated rules came too late to be put in order: more than ${order.held} were held`,
          hint: 'hunt fewer files at once, or narrow the rules that a correlation refers to',
        })
      for (const { index, pattern, times } of seen().gaveUp)
        options.report?.({
          code: 'ENG301',
          severity: 'warning',
          message: `a regular expression of "${detections[index]!.title}" gave up on ${times} value${times === 1 ? '' : 's'}: "${pattern.slice(0, 80)}"`,
          hint: 'write it without look-around or back-reference, or make it more specific',
          source: detections[index]!.written.document,
        })
      return alerts
    },
    seen(): Seen {
      const { asked: perFront, skipped, gaveUp: _, ...counts } = seen()
      const asked: number[] = detections.map(() => 0)
      for (const [front, count] of perFront.entries()) asked[fronts[front]!.index]! += count
      return {
        ...counts,
        ...lost,
        late: order.late,
        asked,
        alerts: alertCounts,
        skipped: skipped.flatMap(one => one.rules),
      }
    },
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
