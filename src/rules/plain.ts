// A query alone in a file, its language named by the file's extension (`.sql` is DuckDB's) or by who asks. Read only; what is known of it is its name.

import type { Detection } from '../ir/detection.ts'
import { languages } from '../languages/index.ts'
import type { ParseContext } from '../languages/language.ts'
import type { Outcome } from '../text/diagnostic.ts'
import type { Source } from '../text/source.ts'
import { stableId } from './metadata.ts'
import type { RuleFormat } from './rules.ts'

/** A language whose bare queries are read here: the schema whose names they use, and the endings of files that hold one. Those of Sigma, SPL and KQL have formats of their own. */
interface Bare {
  readonly language: string
  readonly schema: string
  readonly assume?: ParseContext['assume']
  readonly extensions: readonly string[]
}

/** By the name that `--language` takes. */
const bare: Readonly<Record<string, Bare>> = {
  eql: { language: 'eql', schema: 'elastic', extensions: ['eql'] },
  esql: { language: 'esql', schema: 'elastic', extensions: ['esql'] },
  kuery: { language: 'kuery', schema: 'elastic', extensions: ['kuery'] },
  lucene: { language: 'lucene', schema: 'elastic', extensions: ['lucene'] },
  graylog: { language: 'lucene', schema: 'graylog', assume: { 'lucene.dialect': 'graylog' }, extensions: ['graylog'] },
  logscale: { language: 'logscale', schema: 'logscale', extensions: ['logscale', 'cql'] },
  sumo: { language: 'sumo', schema: 'sumo', extensions: ['sumo'] },
  'sumo-cse': { language: 'sumo-cse', schema: 'sumo-cse', extensions: ['cse'] },
  yaral: { language: 'yaral', schema: 'secops', extensions: ['yaral'] },
  aql: { language: 'aql', schema: 'qradar', extensions: ['aql'] },
  logpoint: { language: 'logpoint', schema: 'logpoint', extensions: ['logpoint'] },
  powershell: { language: 'powershell', schema: 'event-log', extensions: ['ps1'] },
  grep: { language: 'grep', schema: 'table', extensions: ['grep', 'sh'] },
  duckdb: { language: 'duckdb', schema: 'table', extensions: ['sql'] },
  clickhouse: { language: 'clickhouse', schema: 'table', extensions: [] },
  sqlite: { language: 'sqlite', schema: 'table', extensions: [] },
  postgres: { language: 'postgres', schema: 'table', extensions: [] },
}

/** The names of languages whose queries are read from any text that is said to be one. */
export const plainLanguages: readonly string[] = Object.keys(bare)

const byExtension = new Map(Object.values(bare).flatMap(one => one.extensions.map(extension => [extension, one] as const)))

/** The extensions, for those who list files. A script of the shell is read when it is named itself. */
export const plainExtensions: readonly string[] = [...byExtension.keys()]
  .filter(extension => extension !== 'sh')
  .map(extension => `.${extension}`)

const bareOf = ({ name }: Source): Bare | undefined => byExtension.get(/\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '')

/** A text as a query in a language of `plainLanguages`, whatever its name is. */
export function readPlain(source: Source, name: string, context?: ParseContext): Outcome<readonly Detection[]> {
  return readBare(source, bare[name]!, context)
}

function readBare(
  source: Source,
  { language: id, schema, assume }: Bare,
  context: ParseContext | undefined,
): Outcome<readonly Detection[]> {
  const language = languages.find(known => known.id === id)!
  const embedded = (other: string, inner: Source) =>
    languages.find(known => known.id === other)?.parse(inner, context) ?? { diagnostics: [] }
  const settled = assume === undefined ? {} : { assume: { ...assume, ...context?.assume } }
  const read = language.parse(source, { ...context, ...settled, embedded })
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
}

/** One query, named by its file. */
export const plainQuery: RuleFormat = {
  id: 'plain',
  title: `query alone in a file (${[...byExtension.keys()].map(extension => `.${extension}`).join(', ')})`,
  detect(source) {
    const found = bareOf(source)
    if (found === undefined) return 0
    // Scripts of the shell hold anything.
    return /\.sh$/i.test(source.name)
      ? /(?:^|[|;&\n])[ \t]*(?:\w{1,40}=\S{0,40}[ \t]+){0,5}[zef]{0,2}grep\s/.test(source.text)
        ? 0.5
        : 0
      : 1
  },
  read: (source, context) => readBare(source, bareOf(source)!, context),
  codes: {},
}
