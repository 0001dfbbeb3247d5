// What differs between the dialects of SQL, as data. In a template `{}` stands for the value asked, `{other}` for a second one.

/** A dialect. Templates are whole expressions that need no parentheses beside AND and OR. */
export interface Dialect {
  readonly id: string
  readonly title: string
  /** What encloses a column's name; inside it is doubled. */
  readonly quote: '"' | '`'
  /** Whether a backslash begins an escape in a literal and in a quoted name. */
  readonly backslash: boolean
  /** A character by its code point, where a literal cannot show it. */
  readonly character?: string
  /** The operators that compare with a pattern, without and with regard to case; GLOB has patterns of its own. */
  readonly fold: 'ILIKE' | 'LIKE'
  readonly exact: 'LIKE' | 'GLOB'
  /** How `%` and `_` are escaped in a pattern: always by a backslash, or by the character that ESCAPE names. */
  readonly escape: 'backslash' | 'clause'
  /** Which letters `fold` takes for one: those of ASCII, those of one lower case, or whatever the database is set to. */
  readonly folds: 'ascii' | 'lower' | 'unknown'
  /** Whether patterns may have a NUL character, and whether texts may. */
  readonly nul: 'anywhere' | 'not in patterns' | 'nowhere'
  /** Bytes that a pattern may have. */
  readonly longestPattern?: number
  /** How many conditions may stand side by side before they need parentheses of their own: the parser nests them. */
  readonly longestChain?: number
  /** A regular expression searched for; {other} is the pattern. */
  readonly regex?: { readonly flavour: 're2' | 'postgres'; readonly call: string; readonly dotIsAll?: boolean }
  readonly lower: string
  readonly length: string
  /** {other} in {}: anywhere, at the start, at the end. */
  readonly within: { readonly anywhere: string; readonly start: string; readonly end: string }
  /** The number that a text spells, or NULL. */
  readonly number: string
  /** Parts of a date in UTC; a part that is not here cannot be said. */
  readonly time: string
  readonly parts: Readonly<Record<string, string>>
  /** Any cell of the row: `{}` is the test of one, which is called `cell`; {other} the table. `joined` is a column with all cells as one text, NUL between them, that `made` adds to the rows. */
  readonly cells?: {
    readonly any: string
    readonly cell: string
    readonly joined?: { readonly name: string; readonly made: string }
  }
  /** What rows are put in order by, from their time, and a length of time in it (milliseconds are given). */
  readonly order: string
  readonly span: 'interval' | 'microseconds' | 'milliseconds'
  /** Measures over a window; those that are not here are asked of a subquery, and those in neither cannot be said. */
  readonly measures: Readonly<Record<string, string>>
  readonly subqueries?: Readonly<Record<string, string>>
  /** What numbers and comparisons of two fields are read less exactly than the rule says. */
  readonly narrower?: { readonly number: string; readonly fields: string }
}

const windowed = {
  count: 'count(*)',
  sum: 'sum({})',
  avg: 'avg({})',
} as const

/** https://duckdb.org/docs/stable/sql/functions/pattern_matching, …/text, …/window_functions. */
export const duckdbDialect: Dialect = {
  id: 'duckdb',
  title: 'DuckDB SQL',
  quote: '"',
  backslash: false,
  character: 'chr({})',
  fold: 'ILIKE',
  exact: 'LIKE',
  escape: 'clause',
  folds: 'lower',
  nul: 'not in patterns',
  regex: { flavour: 're2', call: 'regexp_matches({}, {other})' },
  lower: 'lower({})',
  length: 'length({})',
  within: { anywhere: 'contains({}, {other})', start: 'starts_with({}, {other})', end: 'ends_with({}, {other})' },
  number:
    "CASE WHEN regexp_full_match(CAST({} AS VARCHAR), '\\s*[+-]?(\\d+\\.?\\d*|\\.\\d+)([Ee][+-]?\\d{1,3})?\\s*') THEN TRY_CAST({} AS DOUBLE) WHEN regexp_full_match(CAST({} AS VARCHAR), '0[Xx][0-9A-Fa-f]+') THEN TRY_CAST({} AS UBIGINT) END",
  time: 'TRY_CAST({} AS TIMESTAMP)',
  parts: {
    minute: "date_part('minute', {})",
    hour: "date_part('hour', {})",
    day: "date_part('day', {})",
    week: "date_part('week', {})",
    month: "date_part('month', {})",
    year: "date_part('year', {})",
  },
  cells: {
    any: 'len(list_filter(string_split(_text, chr(0)), lambda cell: {})) > 0',
    cell: 'cell',
    // DuckDB lets *COLUMNS(*) stand beside neither NOT nor IS NULL.
    joined: { name: '_text', made: 'concat_ws(chr(0), *COLUMNS(*)) AS _text' },
  },
  order: '{}',
  span: 'interval',
  measures: {
    ...windowed,
    distinct: 'count(DISTINCT {})',
    median: 'quantile_cont({}, 0.5)',
    percentile: 'quantile_cont({}, {other})',
  },
}

/** https://clickhouse.com/docs/sql-reference/functions/string-search-functions, …/window-functions. */
export const clickhouseDialect: Dialect = {
  id: 'clickhouse',
  title: 'ClickHouse SQL',
  quote: '"',
  backslash: true,
  fold: 'ILIKE',
  exact: 'LIKE',
  escape: 'backslash',
  folds: 'lower',
  nul: 'anywhere',
  regex: { flavour: 're2', call: 'match({}, {other})', dotIsAll: true },
  lower: 'lowerUTF8({})',
  length: 'lengthUTF8({})',
  within: { anywhere: 'position({}, {other}) > 0', start: 'startsWith({}, {other})', end: 'endsWith({}, {other})' },
  number:
    "if(match({}, '^\\\\s*[+-]?([0-9]+\\\\.?[0-9]*|\\\\.[0-9]+)([Ee][+-]?[0-9]{1,3})?\\\\s*$'), toFloat64OrNull(trimBoth({})), if(match({}, '^0[Xx][0-9A-Fa-f]{1,16}$'), toFloat64(reinterpretAsUInt64(reverse(unhex(substring({}, 3))))), NULL))",
  time: "parseDateTime64BestEffortOrNull(toString({}), 6, 'UTC')",
  parts: {
    minute: 'toMinute({})',
    hour: 'toHour({})',
    day: 'toDayOfMonth({})',
    week: 'toISOWeek({})',
    month: 'toMonth({})',
    year: 'toYear({})',
  },
  cells: { any: 'arrayExists(cell -> {}, [* APPLY toString])', cell: 'cell' },
  order: 'assumeNotNull(toUnixTimestamp64Micro({}))',
  span: 'microseconds',
  measures: {
    ...windowed,
    distinct: 'uniqExact({})',
    median: 'quantileExactInclusive(0.5)({})',
    percentile: 'quantileExactInclusive({other})({})',
  },
}

/** https://www.sqlite.org/lang_expr.html#like, …/windowfunctions.html, …/json1.html. A name in double quotes that is no column would be a text, hence the backquotes. */
export const sqliteDialect: Dialect = {
  id: 'sqlite',
  title: 'SQLite',
  quote: '`',
  backslash: false,
  character: 'char({})',
  fold: 'LIKE',
  exact: 'GLOB',
  escape: 'clause',
  folds: 'ascii',
  nul: 'nowhere',
  longestPattern: 50_000,
  longestChain: 500,
  lower: 'lower({})',
  length: 'length({})',
  within: {
    anywhere: 'instr({}, {other}) > 0',
    start: 'substr({}, 1, length({other})) = {other}',
    end: '(length({}) >= length({other}) AND substr({}, length({}) - length({other}) + 1) = {other})',
  },
  number:
    "CASE WHEN {} <> '' AND {} NOT GLOB '*[^0-9]*' THEN CAST({} AS INTEGER) WHEN json_valid({}) AND json_type({}) IN ('integer', 'real') THEN CAST({} AS NUMERIC) END",
  time: '{}',
  parts: {
    minute: "CAST(strftime('%M', {}) AS INTEGER)",
    hour: "CAST(strftime('%H', {}) AS INTEGER)",
    day: "CAST(strftime('%d', {}) AS INTEGER)",
    month: "CAST(strftime('%m', {}) AS INTEGER)",
    year: "CAST(strftime('%Y', {}) AS INTEGER)",
  },
  order: 'CAST(round((julianday({}) - 2440587.5) * 86400000) AS INTEGER)',
  span: 'milliseconds',
  measures: windowed,
  subqueries: { distinct: 'count(DISTINCT {})' },
  narrower: {
    number: 'SQLite reads digits and numbers as JSON has them, none from hexadecimal text, "+5" or ".5"',
    fields: 'SQLite compares two fields without regard to the case of ASCII letters only',
  },
}

/** https://www.postgresql.org/docs/15/functions-matching.html, …/functions-window.html, …/functions-json.html. */
export const postgresDialect: Dialect = {
  id: 'postgres',
  title: 'PostgreSQL',
  quote: '"',
  backslash: false,
  character: 'chr({})',
  fold: 'ILIKE',
  exact: 'LIKE',
  escape: 'backslash',
  folds: 'unknown',
  nul: 'nowhere',
  regex: { flavour: 'postgres', call: '{} ~ {other}' },
  lower: 'lower({})',
  length: 'length({})',
  within: { anywhere: 'strpos({}, {other}) > 0', start: 'starts_with({}, {other})', end: 'right({}, length({other})) = {other}' },
  number:
    "CASE WHEN {} ~ '^\\s*[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([Ee][+-]?[0-9]{1,3})?\\s*$' THEN CAST({} AS numeric) WHEN {} ~ '^0[Xx][0-9A-Fa-f]{1,15}$' THEN CAST(CAST('x' || lpad(substr({}, 3), 16, '0') AS bit(64)) AS bigint) END",
  time: "CASE WHEN CAST({} AS text) ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}' THEN CAST(CAST({} AS text) AS timestamptz) AT TIME ZONE 'UTC' END",
  parts: {
    minute: "date_part('minute', {})",
    hour: "date_part('hour', {})",
    day: "date_part('day', {})",
    week: "date_part('week', {})",
    month: "date_part('month', {})",
    year: "date_part('year', {})",
  },
  cells: {
    any: 'EXISTS (SELECT 1 FROM jsonb_each_text(to_jsonb({other})) AS cell(name, value) WHERE {})',
    cell: 'cell.value',
  },
  order: '{}',
  span: 'interval',
  measures: windowed,
  subqueries: {
    distinct: 'count(DISTINCT {})',
    median: 'percentile_cont(0.5) WITHIN GROUP (ORDER BY {})',
    percentile: 'percentile_cont({other}) WITHIN GROUP (ORDER BY {})',
  },
}
