// How the texts of each language are coloured: comments, quotations and words, as data. Colour is help for the eye; what a text means is said elsewhere.

/** What the scanner knows of a language. */
export interface Grammar {
  /** What begins a comment that ends with its line. */
  readonly line?: readonly string[]
  readonly block?: readonly [string, string]
  /** Quotation marks; `\` inside escapes unless the mark is in `verbatim`, where a doubled mark stands for itself. */
  readonly quotes?: string
  readonly verbatim?: string
  /** Words of the language, and those that are functions or commands. */
  readonly words?: readonly string[]
  readonly calls?: readonly string[]
  /** Whether a word in front of a parenthesis is a call. */
  readonly callable?: boolean
}

const list = (text: string): readonly string[] => text.split(' ')

const sql = list(
  'select from where and or not in is null like ilike between as on join left right inner outer full with recursive case when then else end group by order having limit offset union all distinct create view over partition rows range preceding following current row interval exists true false cast similar escape regexp last start stop minutes hours days asc desc',
)

const kusto = list(
  'let where extend project summarize union join kind on by and or not in has has_any has_all contains contains_cs startswith startswith_cs endswith endswith_cs matches regex between true false null asc desc sort order take limit top render search distinct mv-expand mv-apply project-away project-rename project-reorder parse isfuzzy withsource has_cs hasprefix hassuffix',
)

const splunk = list(
  'search where eval stats eventstats streamstats tstats from by as and or not in rename fields table sort dedup head tail bin bucket rex regex lookup inputlookup outputlookup join append transaction fillnull mvexpand spath makeresults map datamodel summariesonly earliest latest count true false xor like with prestats',
)

const elastic = list(
  'from where keep drop eval stats by and or not in like rlike is null limit sort sequence with maxspan until sample any process network registry file dns library authentication iam driver true false head tail unique pipe join metadata enrich dissect grok mv_expand row show asc desc nulls first last untill regex cidrmatch wildcard',
)

const yaral = list(
  'rule meta events match outcome condition options and or not nocase in is over if true false null any all before after',
)
const powershell = list(
  'param function foreach for if else elseif while return where select in and or not begin process end try catch finally true false null',
)
const sumo = list(
  'where and or not in if as parse json field count by timeslice fields first last matches nodrop limit sort asc desc true false null _sourcecategory',
)
const logscale = list(
  'and or not in case match groupby regex as true false select table sort head tail limit series selfjoin field function',
)
const logpoint = list(
  'and or not in chart count by having search process filter join followed as within on limit order true false distinct_count',
)
const lucene = list('and or not to')
const shell = list('grep')

/** By the id of a language or of a kind of document. */
export const grammars: Readonly<Record<string, Grammar>> = {
  kql: { line: ['//'], quotes: '"\'', words: kusto, callable: true },
  spl: { quotes: '"', words: splunk, callable: true },
  eql: { line: ['//'], block: ['/*', '*/'], quotes: '"\'', words: elastic, callable: true },
  esql: { line: ['//'], block: ['/*', '*/'], quotes: '"', words: elastic, callable: true },
  lucene: { quotes: '"', words: lucene },
  kuery: { quotes: '"', words: lucene },
  duckdb: { line: ['--'], block: ['/*', '*/'], quotes: '', verbatim: '\'"', words: sql, callable: true },
  aql: { line: ['--'], block: ['/*', '*/'], quotes: '', verbatim: '\'"', words: sql, callable: true },
  sumo: { line: ['//'], block: ['/*', '*/'], quotes: '"\'', words: sumo, callable: true },
  yaral: { line: ['//'], block: ['/*', '*/'], quotes: '"`', words: yaral, callable: true },
  logscale: { line: ['//'], block: ['/*', '*/'], quotes: '"\'', words: logscale, callable: true },
  logpoint: { quotes: '"\'', words: logpoint, callable: true },
  powershell: { line: ['#'], block: ['<#', '#>'], quotes: '"', verbatim: "'", words: powershell },
  grep: { quotes: '"', verbatim: "'", words: shell },
  json: { quotes: '"', words: list('true false null') },
  toml: { line: ['#'], quotes: '"', verbatim: "'", words: list('true false') },
  conf: { line: ['#'], quotes: '"' },
}

/** Languages that are coloured as another one is. */
export const alike: Readonly<Record<string, string>> = {
  clickhouse: 'duckdb',
  sqlite: 'duckdb',
  postgres: 'duckdb',
  sql: 'duckdb',
  'sumo-cse': 'sumo',
  graylog: 'lucene',
  kusto: 'kql',
  bash: 'powershell',
  sh: 'powershell',
  cql: 'logscale',
  ndjson: 'json',
  sigma: 'yaml',
  yml: 'yaml',
}
