// Columns that the product does not have: parts of older mappings, and names of another taxonomy.

import { schemas } from '../schemas/index.ts'
import type { Mapping } from '../schemas/schema.ts'
import { inDocument, meaningCheck, placeOf, quoted, textAt } from './meaning.ts'

const pages = {
  LNT271: {
    title: 'a sub-field that is not there',
    what: 'A query asks the sub-field ".keyword" of a field that is a keyword itself.',
    why: 'In the mappings of Winlogbeat and the Elastic Common Schema the field is the keyword and has no such part, and Graylog has none at all: the query finds nothing.',
    bad: { language: 'lucene', text: 'winlog.event_id:1 AND process.executable.keyword:*\\\\plink.exe' },
    good: { language: 'lucene', text: 'winlog.event_id:1 AND process.executable:*\\\\plink.exe' },
  },
  LNT272: {
    title: 'a name of another taxonomy',
    what: 'A query asks a field by the name that Sigma has for it, and the product keeps it under another one.',
    why: 'A field that does not exist is no error in most products. The query finds nothing, and nobody is told.',
    bad: { language: 'eql', text: 'process where CommandLine : "*plink*"' },
    good: { language: 'eql', text: 'process where process.command_line : "*plink*"' },
  },
} as const

/** The taxonomy that a language's queries are written in, where there is one for the product. */
const taxonomies: Readonly<Record<string, string>> = {
  lucene: 'elastic',
  kuery: 'elastic',
  eql: 'elastic',
  esql: 'elastic',
  logpoint: 'logpoint',
  aql: 'qradar',
  logscale: 'logscale',
}

const taxonomiesRead = new Map<
  string,
  { readonly columns: ReadonlySet<string>; readonly names: ReadonlyMap<string, readonly string[]> }
>()

/** The columns of a taxonomy, and which of them Sigma's names stand for. */
function taxonomy(id: string): { readonly columns: ReadonlySet<string>; readonly names: ReadonlyMap<string, readonly string[]> } {
  const before = taxonomiesRead.get(id)
  if (before !== undefined) return before
  const columns = new Set<string>()
  const names = new Map<string, string[]>()
  const add = (fields: Readonly<Record<string, Mapping | readonly Mapping[]>>): void => {
    for (const [name, mapping] of Object.entries(fields))
      for (const one of Array.isArray(mapping) ? (mapping as readonly Mapping[]) : [mapping as Mapping]) {
        const column = typeof one === 'string' ? one : one.column
        columns.add(column)
        const list = names.get(name) ?? []
        if (!list.includes(column)) names.set(name, [...list, column])
      }
  }
  for (const { tables } of schemas.filter(schema => schema.id === id))
    for (const table of tables) {
      add(table.fields)
      for (const holding of table.holds) add(holding.fields ?? {})
      for (const column of Object.keys(table.columns ?? {})) columns.add(column)
    }
  const made = { columns, names }
  taxonomiesRead.set(id, made)
  return made
}

/** Names of Sigma that only Sysmon and Windows have, so that they are nobody's own. */
const sysmonNames: ReadonlySet<string> = new Set(
  'Image CommandLine ParentImage ParentCommandLine OriginalFileName TargetFilename TargetObject ImageLoaded QueryName DestinationIp DestinationPort DestinationHostname IntegrityLevel CurrentDirectory ScriptBlockText'.split(
    ' ',
  ),
)

export const columns = meaningCheck('columns', pages, (detection, questions, tell) => {
  const { language } = detection.written
  const id = detection.schema === 'graylog' ? 'graylog' : Object.hasOwn(taxonomies, language) ? taxonomies[language]! : undefined
  if (id === undefined) return
  const told = new Set<string>()
  for (const { tests } of questions)
    for (const { field, test } of tests) {
      if (field === undefined || told.has(field)) continue
      told.add(field)
      const own = placeOf(detection, test.subject) ?? placeOf(detection, test)
      const found = detection.written.document.text.indexOf(field)
      // A query that is unwrapped from another text has no places there; the name stands as it is.
      const at =
        own !== undefined
          ? placeOf(detection, test.subject) === undefined
            ? test
            : test.subject
          : found === -1
            ? undefined
            : inDocument(found, found + field.length)
      if (field.endsWith('.keyword')) {
        const better = field.slice(0, -'.keyword'.length)
        const span = placeOf(detection, at)
        const exact = span !== undefined && textAt(detection, at) === field
        tell('LNT271', 'warning', `${quoted(field)} is not there: the field is a keyword itself`, at, {
          hint: `write "${better}"`,
          ...(exact ? { fix: [{ span, text: better }] } : {}),
        })
      }
      const name = field.replace(/\.keyword$/, '')
      const { columns: known, names } = taxonomy(id)
      const kept = names.get(name)?.filter(column => column !== name)
      if (!sysmonNames.has(name) || known.has(name) || kept === undefined || kept.length === 0) continue
      const list = kept.slice(0, 3).map(column => `"${column}"`)
      tell('LNT272', 'warning', `"${name}" is Sigma's name, which the product does not have`, at, {
        hint: `it is kept as ${list.join(' or ')}`,
      })
    }
})
