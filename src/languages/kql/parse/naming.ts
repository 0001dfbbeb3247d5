// What an unnamed column is called, since later stages refer to it by that name.

import { functionFacts, measureFacts } from './functions.ts'
import { type Context, columnOf } from './scope.ts'
import type { Expression } from './tree.ts'

/** The name that an expression gives its column, or undefined where it becomes `Column1`. */
export function defaultName(of: Expression, context: Context): string | undefined {
  switch (of.kind) {
    case 'name':
      return of.name
    case 'path': {
      const before = defaultName(of.of, context)
      return before === undefined ? undefined : /^\$(?:left|right)$/.test(before) ? of.name : `${before}_${of.name}`
    }
    case 'index': {
      const before = defaultName(of.of, context)
      return before === undefined || of.index.kind !== 'literal' ? undefined : `${before}_${String(of.index.value)}`
    }
    case 'call':
      return nameOfCall(of, context)
    default:
      return undefined
  }
}

function nameOfCall(of: Expression & { kind: 'call' }, context: Context): string | undefined {
  const first = of.args[0]?.value
  if (context.measures !== undefined) {
    const measure = measureFacts(of.name)
    if (measure !== undefined) {
      const argument = first === undefined ? undefined : defaultName(first, context)
      return measure.prefix === undefined ? argument : `${measure.prefix}_${argument ?? ''}`
    }
  }
  if (of.name === 'column_ifexists' || of.name === 'columnifexists') {
    const name = first?.kind === 'literal' && first.type === 'string' ? first.value : undefined
    return name !== undefined && columnOf(context.header, name) !== undefined ? name : undefined
  }
  const naming = functionFacts(of.name)?.naming
  if (naming === undefined || naming === 'none') return undefined
  if (naming === 'prefix:$IngestionTime') return '$IngestionTime'
  const argument = of.args[0]?.name ?? (first === undefined ? undefined : defaultName(first, context))
  if (naming === 'argument') return argument
  return `${naming === 'both' ? of.name : naming.slice(7)}_${argument ?? ''}`
}
