// The tokens of ES|QL. Facts: EsqlBaseLexer.g4 of Elasticsearch; ES|QL syntax reference ("Identifiers", "Literals").

import { type Form, quotedForms, unescaping } from '../../reading.ts'

const named = { t: '\t', n: '\n', r: '\r', '"': '"', '\\': '\\' }

/** Every character belongs to a token or lies between two. A parameter is a name that begins with a question mark. */
export const forms: readonly Form[] = [
  { kind: 'blank', form: /(?:\s|\/\/[^\n\r]*|\/\*[\s\S]*?\*\/)+/y },
  ...quotedForms(
    unescaping(/\\(?<letter>[\s\S])/g, named),
    letter => `"\\${letter}" is no escape; write """…""" for a text without escapes`,
  ),
  { kind: 'name', form: /[A-Za-z_@][A-Za-z0-9_@]*/y },
  { kind: 'number', form: /\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?/y },
  { kind: 'parameter', form: /\?{1,2}[A-Za-z0-9_]*/y },
  { kind: 'sign', form: /==|=~|!=|<=|>=|::|[=<>:()[\],|+\-*/%.{}]/y },
  { kind: 'bad', form: /[\s\S]/uy, bad: 'this character begins nothing' },
]

/** Index names stand without quotes in FROM, and may hold hyphens, stars, dots, colons, dates. */
const index = /[^\s"`|,()[\]=]+/y

/** The index pattern that begins at a place; undefined where none does. */
export function indexAt(text: string, at: number): string | undefined {
  index.lastIndex = at
  return index.exec(text)?.[0]
}
