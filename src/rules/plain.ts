// A query alone in a file, named by its extension: `.eql`, `.esql`, `.kuery`, `.lucene`, `.logscale`, `.sumo`, `.yaral`, `.ps1`, `.sql` (DuckDB's). Read only; what is known of it is its name.

import { languages } from '../languages/index.ts'
import type { Source } from '../text/source.ts'
import { stableId } from './metadata.ts'
import type { RuleFormat } from './rules.ts'

/** Languages whose bare queries are read here, and the schema whose names they use. Those of Sigma, SPL and KQL have formats of their own. */
const plain: Readonly<Record<string, { readonly language: string; readonly schema: string }>> = {
  eql: { language: 'eql', schema: 'elastic' },
  esql: { language: 'esql', schema: 'elastic' },
  kuery: { language: 'kuery', schema: 'elastic' },
  lucene: { language: 'lucene', schema: 'elastic' },
  logscale: { language: 'logscale', schema: 'logscale' },
  sumo: { language: 'sumo', schema: 'sumo' },
  yaral: { language: 'yaral', schema: 'secops' },
  ps1: { language: 'powershell', schema: 'event-log' },
  sql: { language: 'duckdb', schema: 'table' },
}

/** The extensions, for those who list files. */
export const plainExtensions: readonly string[] = Object.keys(plain).map(extension => `.${extension}`)

const extensionOf = (source: Source): string => /\.([a-z0-9]+)$/i.exec(source.name)?.[1]?.toLowerCase() ?? ''

/** One query, named by its file. */
export const plainQuery: RuleFormat = {
  id: 'plain',
  title: 'query alone in a file (.eql, .esql, .kuery, .lucene, .logscale, .sumo, .yaral, .ps1, .sql)',
  detect: source => (Object.hasOwn(plain, extensionOf(source)) ? 1 : 0),
  read(source, context) {
    const { language: id, schema } = plain[extensionOf(source)]!
    const language = languages.find(known => known.id === id)!
    const embedded = (other: string, inner: Source) =>
      languages.find(known => known.id === other)?.parse(inner, context) ?? { diagnostics: [] }
    const read = language.parse(source, { ...context, embedded })
    const diagnostics = read.diagnostics.map(finding => ({ ...finding, source: finding.source ?? source }))
    if (read.value === undefined) return { value: [], diagnostics }
    const title = source.name.replace(/^.*[\\/]/, '').replace(/\.[a-z0-9]+$/i, '')
    return {
      value: [
        {
          id: stableId(`${source.name}:${title}`),
          title,
          description: '',
          level: 'medium',
          status: 'test',
          query: read.value,
          schema,
          attack: [],
          authors: [],
          references: [],
          falsePositives: [],
          tests: [],
          written: { document: source, rules: 'plain', language: id, query: source },
          rest: {},
        },
      ],
      diagnostics,
    }
  },
  codes: {},
}
