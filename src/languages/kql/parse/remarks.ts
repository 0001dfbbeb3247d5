// What a query probably does not mean, or costs, told beside what it means: lists of programs, terms that others hold, exclusions by name, tables that may be absent.

import { hasWord } from '../../../ir/words.ts'
import type { Span } from '../../../text/source.ts'
import { type Context, type Header, report, type Table } from './scope.ts'

const named = (values: readonly string[]): string =>
  `${values
    .slice(0, 6)
    .map(value => `"${value}"`)
    .join(', ')}${values.length > 6 ? ` and ${values.length - 6} more` : ''}`

/** A list in which some programs are there with and without `.exe`, and others only without. */
export function remarkPrograms(values: readonly string[], span: Span, context: Context): void {
  const all = new Set(values.map(value => value.toLowerCase()))
  const twins = [...all].filter(value => all.has(`${value}.exe`))
  if (twins.length < 2) return
  const alone = values.filter(value => /^[\w-]+$/.test(value) && !all.has(`${value.toLowerCase()}.exe`))
  if (alone.length > 0)
    report(
      context,
      'KQL211',
      'note',
      `${named(alone)} ${alone.length === 1 ? 'is' : 'are'} in this list without ".exe" only, and others with it too: no file of Windows is called so`,
      span,
      'add the names with ".exe"',
    )
}

/** Terms of a list that another one always finds as well. */
export function remarkTerms(values: readonly string[], span: Span, context: Context): void {
  if (values.length > 500) return
  const folded = values.map(value => value.toLowerCase())
  const held = values.filter((_, index) =>
    folded.some(
      (other, at) => at !== index && other !== '' && other !== folded[index] && hasWord(folded[index]!, other, 'whole', 'kusto'),
    ),
  )
  if (held.length > 0)
    report(
      context,
      'KQL213',
      'note',
      `${named(held)} ${held.length === 1 ? 'adds' : 'add'} nothing: another term of the list is in it`,
      span,
      'leave it out',
    )
}

/** Programs that are let pass by nothing but their names. */
export function remarkExclusion(column: string | undefined, values: readonly string[], span: Span, context: Context): void {
  if (column === undefined || !/FileName$|^Process(?:Name)?$/i.test(column)) return
  const programs = values.filter(value => /^[\w .-]+\.exe$/i.test(value))
  if (programs.length > 0)
    report(
      context,
      'KQL306',
      'note',
      `${named(programs)} ${programs.length === 1 ? 'passes' : 'pass'} by name alone, which any program can take`,
      span,
      'ask for the path or the signer as well',
    )
}

/** The name of the time that only one of the two portals has. */
export function remarkTime(name: string, header: Header, span: Span, context: Context): void {
  if (name !== 'TimeGenerated' && name !== 'Timestamp') return
  if (
    context.shared.remarkedTime ||
    !['TimeGenerated', 'Timestamp'].every(one => header.columns.some(column => column.name === one))
  )
    return
  context.shared.remarkedTime = true
  report(
    context,
    'KQL212',
    'note',
    name === 'TimeGenerated'
      ? 'Sentinel calls the time "TimeGenerated"; Defender’s portal calls it "Timestamp"'
      : 'Defender’s portal calls the time "Timestamp"; Sentinel calls it "TimeGenerated"',
    span,
    'both are read here',
  )
}

/** Tables of which one may not be there, where that makes the whole query fail. */
export function remarkUnion(tables: readonly Table[], span: Span, context: Context): void {
  const names = new Set(tables.flatMap(({ query }) => (query.from.kind === 'table' ? [query.from.name] : [])))
  if (names.size > 1)
    report(
      context,
      'KQL307',
      'note',
      `this union fails where one of its tables is not there: ${named([...names])}`,
      span,
      'union isfuzzy=true leaves out what is not there',
    )
}
