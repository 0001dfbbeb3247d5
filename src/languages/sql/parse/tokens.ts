// The tokens of the dialects of SQL: how each writes texts and names.

import type { Form } from '../../reading.ts'
import type { DialectName } from './tree.ts'

const doubled = (quote: string) => (text: string) => text.slice(1, -1).replaceAll(quote + quote, quote)

const named: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  '0': '\0',
  a: '\u0007',
  v: '\u000b',
}

/** Bytes by number, `\xE2\x80\xAE`, as the text that they are in UTF-8. */
const fromBytes = (written: string): string =>
  new TextDecoder().decode(Uint8Array.from(written.matchAll(/[0-9a-fA-F]{2}/g), ([byte]) => Number.parseInt(byte, 16)))

/** Backslash escapes of a text. `keeps`: an escape that means nothing keeps its backslash, as in ClickHouse, so that `'\_'` is a pattern's own escape. */
function unescaped(text: string, quote: string, keeps: boolean): string {
  return text.replace(
    /((?:\\x[0-9a-fA-F]{2})+)|\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]))|''|""|``/g,
    (found, bytes: string | undefined, four: string | undefined, eight: string | undefined, other: string | undefined) => {
      if (found === quote + quote) return quote
      if (bytes !== undefined) return fromBytes(bytes)
      const code = four ?? eight
      if (code !== undefined) {
        const point = Number.parseInt(code, 16)
        return point > 0x10ffff ? found : point > 0xffff ? String.fromCodePoint(point) : String.fromCharCode(point)
      }
      if (other === undefined) return found
      if (Object.hasOwn(named, other)) return named[other]!
      return !keeps || `\\'"\`/=`.includes(other) ? other : found
    },
  )
}

const blanks: readonly Form[] = [
  { kind: 'blank', form: /\s+/y },
  { kind: 'blank', form: /--[^\n]*/y },
  { kind: 'blank', form: /\/\*[\s\S]*?\*\//y },
]
const rest: readonly Form[] = [
  { kind: 'number', form: /0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y },
  { kind: 'name', form: /<[A-Za-z_]\w*>|[\p{L}_][\p{L}\p{N}_$]*/uy },
  { kind: 'sign', form: /!~\*|!~~\*|~~\*|!~~|~~|!~|~\*|<<=|<=|>=|<>|!=|==|\|\||::|->>|->|<</y },
]

/** The tokens of a dialect. */
export function formsOf(dialect: DialectName): readonly Form[] {
  if (dialect === 'clickhouse')
    return [
      ...blanks,
      { kind: 'string', form: /'(?:[^'\\]|\\[\s\S]|'')*'/y, value: text => unescaped(text.slice(1, -1), "'", true) },
      { kind: 'string', form: /'[\s\S]*/y, bad: 'this text is not closed' },
      { kind: 'quoted', form: /"(?:[^"\\]|\\[\s\S]|"")*"/y, value: text => unescaped(text.slice(1, -1), '"', true) },
      { kind: 'quoted', form: /`(?:[^`\\]|\\[\s\S]|``)*`/y, value: text => unescaped(text.slice(1, -1), '`', true) },
      { kind: 'quoted', form: /["`][\s\S]*/y, bad: 'this name is not closed' },
      ...rest,
    ]
  const others: readonly Form[] =
    dialect === 'sqlite'
      ? [
          { kind: 'quoted', form: /`(?:[^`]|``)*`/y, value: doubled('`') },
          { kind: 'quoted', form: /\[[^\]]*\]/y, value: text => text.slice(1, -1) },
          { kind: 'quoted', form: /[`[][\s\S]*/y, bad: 'this name is not closed' },
        ]
      : []
  return [
    ...blanks,
    ...(dialect === 'sqlite'
      ? []
      : ([
          { kind: 'string', form: /[eE]'(?:[^'\\]|\\[\s\S]|'')*'/y, value: text => unescaped(text.slice(2, -1), "'", false) },
          { kind: 'string', form: /\$(\w*)\$[\s\S]*?\$\1\$/y, value: text => text.replace(/^\$\w*\$|\$\w*\$$/g, '') },
        ] satisfies Form[])),
    { kind: 'string', form: /'(?:[^']|'')*'/y, value: doubled("'") },
    { kind: 'string', form: /'[\s\S]*/y, bad: 'this text is not closed' },
    { kind: 'quoted', form: /"(?:[^"]|"")*"/y, value: doubled('"') },
    { kind: 'quoted', form: /"[\s\S]*/y, bad: 'this name is not closed' },
    ...others,
    ...rest,
  ]
}
