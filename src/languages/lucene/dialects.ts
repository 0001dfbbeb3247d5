// What Lucene's query string means in the products that take it, as far as they differ. Data.

/** Where a query is searched. */
export interface Dialect {
  readonly title: string
  /** A term may begin with a wildcard; otherwise an expression says the same. */
  readonly leading: boolean
  /** An empty text is kept; otherwise it is no field at all. */
  readonly empties: boolean
  /** Fields whose texts are split into words, so that neither the whole nor a part can be asked. */
  readonly analysed: readonly string[]
  /** Addresses are kept as such where the schema says so; otherwise they are texts, and a network is an expression. */
  readonly addresses: boolean
  /** A character beside Lucene's own that is escaped everywhere. */
  readonly escaped?: string
  /** Where a keyword is searched. */
  readonly keywords: string
  /** What to do about a keyword. */
  readonly keywordHint: string
}

export const elasticsearch: Dialect = {
  title: 'Elasticsearch',
  leading: true,
  empties: true,
  analysed: [],
  addresses: true,
  keywords: 'a keyword is searched in the default fields of the index, and in fields of analysed text word by word',
  keywordHint: 'name the field, or see that "index.query.default_field" names every keyword field',
}

/**
 * Graylog: wildcards at the beginning of a term are off unless the server is told otherwise (server.conf, `allow_leading_wildcard_searches`), messages
 * keep no empty values (Message.addField), and `$name$` is a parameter of the search.
 */
export const graylog: Dialect = {
  title: 'Graylog',
  leading: false,
  empties: false,
  analysed: ['message', 'full_message', 'source'],
  addresses: false,
  escaped: '$',
  keywords: 'a keyword is searched in the text of the message, word by word, and in no other field',
  keywordHint: 'name the field',
}

/** By the form that a target asks for. */
export const dialects: Readonly<Record<string, Dialect>> = { graylog }
