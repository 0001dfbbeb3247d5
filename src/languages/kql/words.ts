// How KQL writes texts, names, numbers and lengths of time (https://learn.microsoft.com/kusto/query/scalar-data-types/string, …/entity-names).

/** Words that a column cannot be called without brackets and quotes. */
const reserved = new Set(
  (
    'and as asc between bool by by case consume contains count database datatable date datetime dec decimal declare desc distinct double dynamic ' +
    'evaluate execute extend external_table externaldata false filter find float fork from getschema guid has hint if in int invoke join kind let limit like long ' +
    'lookup materialize matches mv where not null of on or order pack parse partition pattern print project range real reduce render restrict row sample search ' +
    'serialize set sort string sum summarize table tabular take time timespan to top true typeof union uniqueid until view where with'
  ).split(' '),
)

/** A name as a query writes it: `Image`, `["Action Name"]`. */
export function identifier(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !reserved.has(name) ? name : `[${quoted(name)}]`
}

/** A path into a dynamic value behind its column: `.Image`, `["Action Name"]`. */
export function member(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !reserved.has(name) ? `.${name}` : `[${quoted(name)}]`
}

const short: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** A text literal in double quotes. What cannot be seen is written by number. */
export function quoted(text: string): string {
  return `"${text.replace(/[\\"\n\r\t]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, found => short[found] ?? byNumber(found))}"`
}

function byNumber(character: string): string {
  let out = ''
  for (let at = 0; at < character.length; at++)
    out += `\\u${character.charCodeAt(at).toString(16).padStart(4, '0').toUpperCase()}`
  return out
}

/** A regular expression as a verbatim literal, in which only the quote is doubled. */
export function verbatim(pattern: string): string {
  return `@"${pattern.replaceAll('"', '""')}"`
}

/** Whether half of a surrogate pair stands alone: Kusto's texts are UTF-8 and cannot hold one. */
export function hasLoneSurrogate(text: string): boolean {
  return /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(text)
}

const units: readonly (readonly [string, number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
]

/** A length of time in the largest unit that holds it whole: `90m`, `1d`. */
export function timespan(milliseconds: number): string {
  for (const [unit, size] of units) if (milliseconds % size === 0 && milliseconds > 0) return `${milliseconds / size}${unit}`
  return `${milliseconds}ms`
}
