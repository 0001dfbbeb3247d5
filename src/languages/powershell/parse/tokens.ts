// The tokens of PowerShell, as far as commands over the event log need them (about_Parsing, about_Quoting_Rules).

import type { Form, Token } from '../../reading.ts'

const named: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0', b: '\b', a: '\u0007', f: '\f', v: '\v' }

/** A text in double quotes; a variable in it stays as it is written. */
const double = (text: string): string =>
  text
    .slice(1, -1)
    .replace(/`([\s\S])|""/g, (_, letter: string | undefined) => (letter === undefined ? '"' : (named[letter] ?? letter)))

const operatorBefore = (before: Token | undefined): boolean =>
  before === undefined || (before.kind === 'sign' && before.text !== ')' && before.text !== '}') || before.kind === 'name'

/** Typographic quotes are quotes to PowerShell. */
export const forms: readonly Form[] = [
  { kind: 'blank', form: /(?:\s|`\r?\n)+/y },
  { kind: 'blank', form: /<#[\s\S]*?#>/y },
  { kind: 'blank', form: /#[^\n]*/y },
  { kind: 'string', form: /@'[ \t]*\r?\n(?:[\s\S]*?\r?\n)??'@/y, value: text => text.replace(/^@'[ \t]*\r?\n|\r?\n?'@$/g, '') },
  { kind: 'string', form: /@"[ \t]*\r?\n(?:[\s\S]*?\r?\n)??"@/y, value: text => text.replace(/^@"[ \t]*\r?\n|\r?\n?"@$/g, '') },
  {
    kind: 'string',
    form: /['‘’‚‛](?:[^'‘’‚‛]|['‘’‚‛]{2})*['‘’‚‛]/y,
    value: text => text.slice(1, -1).replace(/(['‘’‚‛])['‘’‚‛]/g, '$1'),
  },
  { kind: 'string', form: /"(?:[^"`]|`[\s\S]|"")*"/y, value: double },
  { kind: 'string', form: /["'‘’‚‛][\s\S]*/y, bad: 'this text is not closed' },
  { kind: 'number', form: /-?(?:0[xX][0-9a-fA-F]+|\d+(?:\.\d+)?)(?:[lLdD]|[kKmMgG][bB])?(?![\w-])/y, after: operatorBefore },
  { kind: 'name', form: /\$\{[^}]*\}|\$[?^$]|\$(?:\w+:)?\w+/y },
  { kind: 'name', form: /-[A-Za-z]\w*/y },
  { kind: 'name', form: /[A-Za-z_*?][\w*?]*(?:-[A-Za-z]\w*)*/y },
  { kind: 'sign', form: /::|@\{|@\(|\+=|-=|\.\./y },
]
