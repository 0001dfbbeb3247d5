// The tokens of EQL. Facts: EqlBase.g4 of Elasticsearch; EQL syntax reference ("Strings", "Escape a field name").

import { type Form, quotedForms, unescaping } from '../../reading.ts'

const named = { b: '\b', t: '\t', n: '\n', f: '\f', r: '\r', '"': '"', "'": "'", '\\': '\\' }

/** `\u{…}`, and letters. */
const escapes = /\\(?:u\{(?<hex>[0-9a-fA-F]{2,8})\}|(?<letter>[\s\S]))/g

/** Every character belongs to a token or lies between two. A function that ignores case ends in `~`, as do like~, in~ and regex~. */
export const forms: readonly Form[] = [
  { kind: 'blank', form: /(?:\s|\/\/[^\n\r]*|\/\*[\s\S]*?\*\/)+/y },
  ...quotedForms(unescaping(escapes, named), letter => `"\\${letter}" is no escape`),
  { kind: 'name', form: /[A-Za-z_@][A-Za-z0-9_@]*(?:\.[A-Za-z_@][A-Za-z0-9_@]*)*~?/y },
  { kind: 'number', form: /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y },
  { kind: 'sign', form: /==|!=|<=|>=|[=<>:()[\],?!|+\-*/%.]/y },
  { kind: 'bad', form: /[\s\S]/uy, bad: 'this character begins nothing' },
]
