// A detection whose query is one over tables, as a tree that a hunt feeds with events: tables are lifted to classes of events, lookups are rows at hand.

import type { Detection } from '../../ir/detection.ts'
import type { Value } from '../../ir/event.ts'
import type { Pipeline } from '../../ir/pipeline.ts'
import { visit } from '../../ir/walk.ts'
import type { Schema } from '../../schemas/schema.ts'
import type { Diagnostic } from '../../text/diagnostic.ts'
import { riskFields } from '../risk.ts'
import type { Lost, OperatorOptions, Row } from '../row.ts'
import type { Header } from '../specials/signature.ts'
import type { Tree, TreeRun } from '../tree.ts'
import type { Tables } from './build.ts'
import { seenHeader } from './header.ts'
import { liftedPlan } from './lifted.ts'
import { shownRow } from './shown.ts'
import { bareRow } from './static.ts'

/** A table that lies beside the rules: a lookup, a watchlist. */
export interface StaticTable {
  readonly columns: Header['columns']
  readonly rows: readonly Readonly<Record<string, Value>>[]
}

/** Whether a query is run as one over tables: its language has rules of its own, or it starts at something else than events. */
export function overTables(query: Pipeline): boolean {
  let found = query.rules !== undefined && query.rules !== 'sigma'
  visit(query, {
    from: of => {
      if (of.kind === 'table' || of.kind === 'rows' || of.kind === 'range') found = true
    },
  })
  return found
}

/** A tree over events for a query over tables; `missing` when no event is known to be in one of its tables. */
export function tableTree(
  detection: Detection,
  schemas: readonly Schema[],
  statics: (name: string) => StaticTable | undefined,
): Tree & { readonly missing: boolean; readonly notes: readonly Diagnostic[] } {
  const atHand: Tables = {
    header(name) {
      const at = statics(name)
      return at === undefined ? undefined : seenHeader({ columns: at.columns, open: true }, rowsOf(at))
    },
    rows(name) {
      const at = statics(name)
      return at === undefined ? undefined : rowsOf(at)
    },
  }
  const narrow = detection.risk === undefined ? [] : riskFields(detection.risk)
  const { plan, fronts, problems, missing, notes } = liftedPlan(detection.query, schemas, atHand, {
    narrow,
    schema: detection.schema,
  })
  return {
    single: false,
    ordered: false,
    leaves: fronts,
    problems,
    missing,
    notes,
    start(options: OperatorOptions): TreeRun {
      const results: Row[] = []
      const taken = (): readonly Row[] => (results.length === 0 ? nothing : results.splice(0))
      const run = plan.start(
        { report: options.report, name: options.name, now: options.now ?? Date.now(), shared: options.shared },
        {
          push: row => void results.push({ ...row, fields: shownRow(row.fields, plan.header) }),
          close() {},
        },
      )
      const open = new Set(plan.order)
      for (const place of plan.order)
        if (fronts[place]!.idle === true) {
          run.close(place)
          open.delete(place)
        }
      return {
        push(leaf, row) {
          if (!open.has(leaf)) return nothing
          run.push(leaf, row)
          return taken()
        },
        finish() {
          for (const place of plan.order) if (open.delete(place)) run.close(place)
          for (const [pattern, times] of run.session.patterns())
            options.report?.({
              code: 'ENG301',
              severity: 'warning',
              message: `a regular expression of "${detection.title}" gave up on ${times} value${times === 1 ? '' : 's'}: "${pattern.slice(0, 80)}"`,
              hint: 'write it without look-around or back-reference, or make it more specific',
            })
          for (const { kind, target, rows } of run.session.effects())
            options.report?.({
              code: 'ENG355',
              severity: 'note',
              message: `"${kind}" of "${detection.title}" would write ${rows} row${rows === 1 ? '' : 's'} to "${target}"; nothing was written`,
            })
          return taken()
        },
        lost: () => none,
      }
    },
  }
}

const nothing: readonly Row[] = []
const none: Lost = { untimed: 0, ungrouped: 0, late: 0, cut: 0 }

function* rowsOf(table: StaticTable): Iterable<Row> {
  for (const [order, fields] of table.rows.entries()) yield bareRow(fields, order)
}
