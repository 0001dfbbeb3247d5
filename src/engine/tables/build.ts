// A query over tables made ready to run: its leaves take rows, its stages are sinks one before the other, its subqueries are complete before what refers to them starts.

import type { Column, EventClass, From, Pipeline, Stage } from '../../ir/pipeline.ts'
import type { Predicate } from '../../ir/predicate.ts'
import { fieldsUsed } from '../../ir/walk.ts'
import type { Diagnostic } from '../../text/diagnostic.ts'
import { checkAggregate, createAggregate } from '../aggregate.ts'
import type { Row } from '../row.ts'
import { checkSequence, createSequence } from '../sequence.ts'
import { stageRow } from '../specials/registry.ts'
import type { Header, Rules, Sink } from '../specials/signature.ts'
import { unsupported } from './check.ts'
import { isQuery, lacksTable, namesRead, queriesIn, queriesInside, type Taken, takeFront } from './front.ts'
import { aggregate, aggregateHeader, unknownMeasures } from './group.ts'
import { columnsOf, type HeaderColumn, openHeader, projected, renamer, rulesOf, typeOf, withColumns } from './header.ts'
import { join, joinHeader } from './join.ts'
import { createSession, type Session, type SessionOptions, Stopped } from './session.ts'
import { blocking, expand, extend, filter, limit, passing, project, rename, sort } from './stages.ts'
import { generate } from './static.ts'
import { createUnion, unionHeader } from './union.ts'
import { collector, gate, inTime } from './waiting.ts'
import { knownInWindow, window, windowColumns } from './window.ts'

/** The tables that are at hand. */
export interface Tables {
  /** The columns of a table; undefined when there is none of that name. */
  header(name: string): Header | undefined
  /** The rows of a table that is complete before anything runs: a lookup beside the rules. */
  rows?(name: string): Iterable<Row> | undefined
  /** Whether rows of a table are events, of which leading filters are asked where they come from, so that leaves carry them. */
  fronts?(name: string): boolean
}

/** Where rows enter a query. */
export type Leaf =
  | {
      readonly kind: 'table'
      readonly name: string
      /** The column of a row's time. */
      readonly time?: string
      readonly where: Predicate
      readonly columns: readonly Column[]
    }
  | {
      readonly kind: 'class'
      readonly class: EventClass
      readonly where: Predicate
      readonly columns: readonly Column[]
      readonly names: readonly string[]
    }
  /** Rows that the query brings itself. */
  | { readonly kind: 'static'; readonly rows: (session: Session) => Iterable<Row> }

/** A query that can be started. */
export interface Plan {
  readonly header: Header
  readonly leaves: readonly Leaf[]
  /** The places of the leaves in the order in which they are best fed: what others wait for first. */
  readonly order: readonly number[]
  /** What cannot be run; the plan is not to be started then. */
  readonly problems: readonly Diagnostic[]
  start(options: SessionOptions, out: Sink): PlanRun
}

/** One pass. After a stop nothing more comes out. */
export interface PlanRun {
  push(leaf: number, row: Row): void
  /** No more rows of this leaf; a leaf of rows that the query brings gives them now. */
  close(leaf: number): void
  /** Whether no leaf's rows are wanted any more. */
  readonly done: boolean
  readonly stopped: boolean
  readonly session: Session
}

/** A query or the stages so far: where it starts once its sink is known. */
interface Part {
  readonly header: Header
  readonly order: readonly number[]
  start(session: Session, out: Sink): void
}

interface Made {
  readonly header: Header
  make(session: Session, out: Sink): Sink
  /** Queries whose rows must be complete before; `late` ones only when the stage closes. */
  readonly waits?: readonly Pipeline[]
}

const deepest = 60
const mostParts = 5000

/** A query with its tables as a plan. */
export function buildPlan(query: Pipeline, tables: Tables): Plan {
  const problems: Diagnostic[] = []
  const leaves: Leaf[] = []
  const inner = new Map<Pipeline, Part>()
  let parts = 0

  const cannot = (what: string, span: Stage['span']): void => {
    problems.push({ code: 'ENG101', severity: 'error', message: `cannot run ${what}`, span })
  }
  const nobody: Part = { header: openHeader, order: [], start: (_, out) => out.close() }

  function build(of: Pipeline, outer: Rules | undefined, depth: number, wanted: ReadonlySet<string>, trusted = false): Part {
    if (depth > deepest || ++parts > mostParts) {
      if (parts <= mostParts + 1) cannot('a query with so many queries inside it', of.from.span)
      return nobody
    }
    const rules = rulesOf(of, outer)
    const taken = takeFront(of, tables)
    const read = trusted ? wanted : new Set([...wanted, ...namesRead(taken.rest)])
    let part = buildFrom(of.from, taken, rules, depth, read, trusted)
    const stages = [...taken.rest]
    while (stages.length > 0) {
      const stage = stages.shift()!
      const next = stages[0]
      const most = stage.kind === 'sort' && next?.kind === 'limit' && next.by === undefined ? next.count : undefined
      part = follow(part, stage, rules, depth, most)
    }
    return part
  }

  /** A part with one more stage. */
  function follow(part: Part, stage: Stage, rules: Rules | undefined, depth: number, most?: number): Part {
    const made = buildStage(stage, part.header, rules, depth, most)
    if (made === undefined) return part
    const waits = made.waits ?? []
    return {
      header: made.header,
      order: [...waits.flatMap(query => inner.get(query)?.order ?? []), ...part.order],
      start: (session, out) =>
        part.start(
          session,
          waits.length === 0 ? made.make(session, out) : gate(session, waits, () => made.make(session, out), out),
        ),
    }
  }

  /** A query inside: built once, however often it is referred to. */
  function buildInner(of: Pipeline, rules: Rules | undefined, depth: number): Part {
    let part = inner.get(of)
    if (part === undefined) {
      part = build(of, rules, depth + 1, new Set())
      inner.set(of, part)
    }
    return part
  }

  function buildFrom(
    from: From,
    taken: Taken,
    rules: Rules | undefined,
    depth: number,
    wanted: ReadonlySet<string>,
    trusted: boolean,
  ): Part {
    const leaf = (header: Header, of: Leaf): Part => {
      const place = leaves.push(of) - 1
      return {
        header,
        order: [place],
        start(session, out) {
          session.sinks[place] = out
        },
      }
    }
    switch (from.kind) {
      case 'class': {
        // What a lift computes can be run.
        if (!trusted)
          for (const tree of [taken.where, ...taken.columns.map(column => column.value)])
            problems.push(...unsupported(tree, rules))
        const names = [...wanted].filter(name => !taken.columns.some(column => column.name === name))
        return leaf(
          { columns: [...names.map(name => ({ name })), ...columnsOf(taken.columns, openHeader, rules)], open: false },
          { kind: 'class', class: from.class, where: taken.where, columns: taken.columns, names },
        )
      }
      case 'table': {
        const header = tables.header(from.name)
        if (header === undefined) {
          cannot(`a query over the table "${from.name}", which is not at hand`, from.span)
          return nobody
        }
        const { name } = from
        const rows = tables.rows?.(name)
        if (rows !== undefined) {
          return leaf(header, { kind: 'static', rows: () => tables.rows?.(name) ?? [] })
        }
        return leaf(withColumns(header, columnsOf(taken.columns, header, rules)), {
          kind: 'table',
          name,
          where: taken.where,
          columns: taken.columns,
          ...(from.time === undefined ? {} : { time: from.time }),
        })
      }
      case 'rule':
        cannot(`a rule that refers to the unknown rule "${from.id}"`, from.span)
        return nobody
      case 'rows':
        return leaf({ columns: from.columns, open: false }, { kind: 'static', rows: () => generate(from, undefined) })
      case 'range': {
        for (const scalar of [from.from, from.to, from.step]) problems.push(...unsupported(scalar, rules))
        const header: Header = {
          columns: [{ name: from.column, type: typeOf(from.from, openHeader, rules) ?? typeOf(from.step, openHeader, rules) }],
          open: false,
        }
        const waits = queriesIn([from.from, from.to, from.step])
        for (const query of waits) buildInner(query, rules, depth)
        const part = leaf(header, {
          kind: 'static',
          rows: session => generate(from, { session, context: session.context(rules) }),
        })
        return { ...part, order: [...waits.flatMap(query => inner.get(query)?.order ?? []), ...part.order] }
      }
      case 'union': {
        const lenient = from.of.filter(one => !(from.lenient === true && lacksTable(one, tables)))
        // Of lifted tables every column is made already.
        const read = from.once === true ? new Set<string>() : wanted
        const branches = lenient.map(one => build(one, rules, depth + 1, read, from.once === true))
        const source = from.source
        const headers = branches.map(branch => branch.header)
        return {
          header: unionHeader(headers, source, rules, from.once === true),
          order: branches.flatMap(branch => branch.order),
          start(session, out) {
            const sinks = createUnion(from, lenient, headers, rules, session, out)
            for (const [index, branch] of branches.entries()) branch.start(session, sinks[index]!)
          },
        }
      }
      case 'sequence': {
        problems.push(...checkSequence(from))
        const steps = from.until === undefined ? from.steps : [...from.steps, from.until]
        const keys = new Set([...wanted, ...steps.flatMap(step => step.by.flatMap(key => [...fieldsUsed(key.value)]))])
        const branches = steps.map(step => build(step.of, rules, depth + 1, keys))
        return {
          header: openHeader,
          order: branches.flatMap(branch => branch.order),
          start(session, out) {
            const sink = inTime(createSequence(from, { report: session.report }), branches.length, out)
            for (const [branch, part] of branches.entries()) part.start(session, sink(branch))
          },
        }
      }
    }
  }

  function buildStage(
    stage: Stage,
    header: Header,
    rules: Rules | undefined,
    depth: number,
    most: number | undefined,
  ): Made | undefined {
    if (stage.kind !== 'apply' && stage.kind !== 'opaque') problems.push(...unsupported(stage, rules))
    const waits =
      stage.kind === 'join' || stage.kind === 'special' ? queriesInside(stage) : stage.kind === 'apply' ? [] : queriesIn([stage])
    for (const query of waits) buildInner(query, rules, depth)
    switch (stage.kind) {
      case 'filter':
        return { header, waits, make: (session, out) => filter(stage, rules, session, out) }
      case 'extend':
        return {
          header: withColumns(header, columnsOf(stage.columns, header, rules)),
          waits,
          make: (session, out) => extend(stage, rules, session, out),
        }
      case 'project':
        return { header: projected(header, stage), make: (_, out) => project(stage, out) }
      case 'rename': {
        const renamed = renamer(stage.names)
        const columns: HeaderColumn[] = []
        const moved = new Set(header.columns.flatMap(column => renamed(column.name) ?? []))
        for (const column of header.columns) {
          const to = renamed(column.name)
          if (to === undefined ? moved.has(column.name) : columns.some(known => known.name === to)) continue
          columns.push(to === undefined ? column : { ...column, name: to })
        }
        return { header: { ...header, columns }, make: (_, out) => rename(stage, out) }
      }
      case 'aggregate': {
        if (stage.window !== undefined) {
          problems.push(...checkAggregate(stage))
          return {
            header: aggregateHeader(stage, header, rules),
            waits,
            make: (session, out) => inTime(createAggregate(stage, { rules, report: session.report }), 1, out)(0),
          }
        }
        problems.push(...unknownMeasures(stage.measures, rules, stage.span))
        return {
          header: aggregateHeader(stage, header, rules),
          waits,
          make: (session, out) => aggregate(stage, header, rules, session, out),
        }
      }
      case 'window':
        for (const measure of stage.measures)
          if (!knownInWindow(measure, rules)) cannot(`the measure "${measure.fn}"`, stage.span)
        return {
          header: withColumns(header, windowColumns(stage, header, rules)),
          waits,
          make: (session, out) => window(stage, header, rules, session, out),
        }
      case 'join': {
        const right = inner.get(stage.right)?.header ?? openHeader
        return {
          header: joinHeader(stage, header, right),
          waits,
          make: (session, out) => join(stage, header, session.inputs.get(stage.right)!, rules, session, out),
        }
      }
      case 'sort':
        return { header, waits, make: (session, out) => sort(stage, rules, session, out, most) }
      case 'limit':
        return { header, waits, make: (session, out) => limit(stage, rules, session, out) }
      case 'expand':
        return {
          header: withColumns(header, [
            ...stage.columns.map(name => header.columns.find(column => column.name === name) ?? { name }),
            ...(stage.index === undefined ? [] : [{ name: stage.index, type: 'long' as const }]),
          ]),
          make: (_, out) => expand(stage, out),
        }
      case 'apply':
        return buildApply(stage, header, rules, depth)
      case 'special': {
        const row = stageRow(stage.name)
        const why = row === undefined ? '' : row.check?.(stage.args)
        if (row === undefined || why !== undefined) {
          cannot(`the stage "${stage.name}"${why === undefined || why === '' ? '' : `: ${why}`}`, stage.span)
          return undefined
        }
        const queries = Object.entries(stage.args).flatMap(([name, value]) => (isQuery(value) ? [[name, value] as const] : []))
        const inputHeaders = Object.fromEntries(queries.map(([name, query]) => [name, inner.get(query)?.header ?? openHeader]))
        return {
          header: row.header?.({ args: stage.args, header, inputHeaders }) ?? header,
          waits,
          make: (session, out) => {
            return row.start(
              {
                args: stage.args,
                header,
                inputs: Object.fromEntries(queries.map(([name, query]) => [name, session.inputs.get(query)!])),
                rules,
                now: session.now,
                compute: scalar => session.read(scalar, rules),
                hold: session.hold,
                release: session.release,
                report: session.report,
                effect: session.effect,
              },
              out,
            )
          },
        }
      }
      case 'opaque':
        cannot(`"${stage.text}"`, stage.span)
        return undefined
    }
  }

  function buildApply(
    stage: Extract<Stage, { kind: 'apply' }>,
    header: Header,
    rules: Rules | undefined,
    depth: number,
  ): Made | undefined {
    if (depth > deepest) {
      cannot('a query with so many queries inside it', stage.span)
      return undefined
    }
    // The body's chain is made anew for each pass over it; where it starts is known only then.
    let entry: Sink | undefined
    let body: Part = {
      header,
      order: [],
      start(_, out) {
        entry = out
      },
    }
    for (const inside of stage.body) body = follow(body, inside, rules, depth + 1)
    const waits = stage.body.flatMap(inside => [
      ...queriesIn([inside]),
      ...(inside.kind === 'join' || inside.kind === 'special' ? queriesInside(inside) : []),
    ])
    const enter = (session: Session, out: Sink): Sink => {
      body.start(session, out)
      return entry!
    }
    if (stage.mode === 'append') {
      return {
        header: unionHeader([header, body.header], undefined, rules),
        waits,
        make(session, out) {
          const behind: Row[] = []
          const inside = enter(session, {
            push(row) {
              session.hold(row)
              behind.push(row)
            },
            close() {},
          })
          return blocking(
            out,
            row => {
              out.push(row)
              inside.push(row)
            },
            () => {
              inside.close()
              for (const row of behind) out.push(row)
            },
          )
        },
      }
    }
    return {
      header: withColumns(header, body.header.columns),
      waits,
      make: (session, out) =>
        passing(out, row => {
          const inside = enter(session, {
            push: result => out.push({ ...result, fields: { ...row.fields, ...result.fields } }),
            close() {},
          })
          inside.push(row)
          inside.close()
        }),
    }
  }

  const root = build(query, undefined, 0, new Set())
  // Inner queries may be found while others are built; each is started once.
  const starts = [...inner]
  return {
    header: root.header,
    leaves,
    order: [...new Set(root.order)],
    problems,
    start(options, out) {
      const session = createSession(options)
      for (const [of, part] of starts) part.start(session, collector(session, of, part.header))
      root.start(session, out)
      return startRun(session, leaves, out)
    },
  }
}

function startRun(session: Session, leaves: readonly Leaf[], out: Sink): PlanRun {
  let stopped = false
  const guard = (act: () => void): void => {
    if (stopped) return
    try {
      act()
    } catch (error) {
      if (!(error instanceof Stopped)) throw error
      stopped = true
      session.drop()
    }
  }
  return {
    session,
    push: (leaf, row) => guard(() => session.sinks[leaf]!.push(row)),
    close: leaf =>
      guard(() => {
        const sink = session.sinks[leaf]!
        const of = leaves[leaf]!
        if (of.kind === 'static')
          for (const row of of.rows(session)) {
            if (sink.done === true) break
            sink.push(row)
          }
        sink.close()
      }),
    get done() {
      return stopped || out.done === true
    },
    get stopped() {
      return stopped
    },
  }
}

/** The columns, in order and with types, that a query leaves; undefined when it has parts that cannot be run. */
export function headerOf(query: Pipeline, tables: Tables): Header | undefined {
  const plan = buildPlan(query, tables)
  return plan.problems.length > 0 ? undefined : plan.header
}
