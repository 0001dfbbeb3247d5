// A query as SQL: rows that fit a condition, or rows counted in windows.

import type { Pipeline } from '../../ir/pipeline.ts'
import type { Outcome } from '../../text/diagnostic.ts'
import { hard, indent } from '../../text/layout.ts'
import type { Printed, Style } from '../language.ts'
import { createPrinting, finish, question } from '../printing.ts'
import type { Dialect } from './dialects.ts'
import { conditions } from './print/condition.ts'
import { printWindows } from './print/windows.ts'

/** The printer of a dialect. */
export function printer(dialect: Dialect): (query: Pipeline, style?: Style) => Outcome<Printed> {
  return (query, style) => {
    const printing = createPrinting()
    const asked = question(query)
    if ('beyond' in asked || asked.tables.length !== 1) return finish(printWindows(query, dialect, printing), printing, style)
    const table = asked.tables[0]!
    const { where, source, everything } = conditions(dialect, printing, table)
    const condition = where(asked.where)
    const doc = [`SELECT ${everything()}`, hard, 'FROM ', source(), hard, 'WHERE ', indent(condition)]
    return finish(doc, printing, style)
  }
}
