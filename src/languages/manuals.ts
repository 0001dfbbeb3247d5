// On which manual the reading of each language rests, and on which day the reader was last written or gone over with it. Data only: a reader that is gone over again gets a new day here.

/** A manual, and the day on which it was read (`YYYY-MM-DD`). */
export interface Manual {
  readonly manual: string
  readonly read: string
}

/** By the id of the language. */
export const manuals: Readonly<Record<string, Manual>> = {
  sigma: { manual: 'https://github.com/SigmaHQ/sigma-specification', read: '2026-11-24' },
  kql: { manual: 'https://learn.microsoft.com/kusto/query/', read: '2026-11-24' },
  eql: { manual: 'https://www.elastic.co/docs/reference/query-languages/eql/eql-syntax', read: '2026-11-24' },
  esql: { manual: 'https://www.elastic.co/docs/reference/query-languages/esql', read: '2026-11-24' },
  lucene: {
    manual: 'https://www.elastic.co/docs/reference/query-languages/query-dsl/query-dsl-query-string-query',
    read: '2026-11-24',
  },
  kuery: { manual: 'https://www.elastic.co/docs/reference/query-languages/kql', read: '2026-11-24' },
  logscale: { manual: 'https://library.humio.com/lql-grammar/syntax-grammar-guide.html', read: '2026-11-24' },
  logpoint: { manual: 'https://docs.logpoint.com/docs/search-query-language', read: '2026-11-24' },
  spl: { manual: 'https://docs.splunk.com/Documentation/Splunk/latest/SearchReference', read: '2026-11-24' },
  duckdb: { manual: 'https://duckdb.org/docs/stable/sql/functions/pattern_matching', read: '2026-11-24' },
  clickhouse: { manual: 'https://clickhouse.com/docs/sql-reference/functions/string-search-functions', read: '2026-11-24' },
  sqlite: { manual: 'https://www.sqlite.org/lang_expr.html', read: '2026-11-24' },
  postgres: { manual: 'https://www.postgresql.org/docs/15/functions-matching.html', read: '2026-11-24' },
  aql: { manual: 'https://www.ibm.com/docs/en/qsip/7.5?topic=aql-overview', read: '2026-11-24' },
  'sumo-cse': { manual: 'https://help.sumologic.com/docs/cse/rules/cse-rules-syntax/', read: '2026-11-24' },
  sumo: { manual: 'https://help.sumologic.com/docs/search/search-query-language/', read: '2026-11-24' },
  yaral: { manual: 'https://cloud.google.com/chronicle/docs/detection/yara-l-2-0-syntax', read: '2026-11-24' },
  grep: { manual: 'https://www.pcre.org/current/doc/html/pcre2pattern.html', read: '2026-11-24' },
  powershell: {
    manual: 'https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_comparison_operators',
    read: '2026-11-24',
  },
}
