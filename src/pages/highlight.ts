// Text of a language cut into pieces with a class each. One pass, in linear time; the pieces joined are the text.

import { alike, type Grammar, grammars } from './grammar.ts'

/** Comment, string, keyword, number, operator, call, key. */
export type Kind = 'c' | 's' | 'k' | 'n' | 'o' | 'f' | 'y'

export interface Piece {
  readonly text: string
  readonly kind?: Kind
}

const longest = 200_000

/** Cuts a text into coloured pieces; what is in no known language, or longer than 200,000 characters, is one piece. */
export function pieces(text: string, language: string): readonly Piece[] {
  const name = alike[language] ?? language
  if (text.length > longest) return [{ text }]
  if (name === 'yaml') return yaml(text)
  const grammar = Object.hasOwn(grammars, name) ? grammars[name] : undefined
  return grammar === undefined ? [{ text }] : scanned(text, grammar)
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
const made = new Map<Grammar, { readonly expression: RegExp; readonly words: ReadonlySet<string> }>()

/** The expression of a grammar: a group for each kind, in the order in which they are tried. */
function expressionOf(grammar: Grammar) {
  const known = made.get(grammar)
  if (known !== undefined) return known
  const comments = [
    ...(grammar.block === undefined ? [] : [`${escaped(grammar.block[0])}[^]*?(?:${escaped(grammar.block[1])}|$(?![^]))`]),
    ...(grammar.line ?? []).map(start => `${escaped(start)}[^\\n]*`),
  ]
  const quotes = [
    ...[...(grammar.quotes ?? '')].flatMap(mark => [
      `@${mark}(?:[^${mark}]|${mark}${mark})*${mark}?`,
      `${mark}(?:[^${mark}\\\\\\n]|\\\\.)*${mark}?`,
    ]),
    ...[...(grammar.verbatim ?? '')].map(mark => `${mark}(?:[^${mark}]|${mark}${mark})*${mark}?`),
  ]
  const never = '(?!)'
  const expression = new RegExp(
    [
      `(${comments.length === 0 ? never : comments.join('|')})`,
      `(${quotes.length === 0 ? never : quotes.join('|')})`,
      '(\\b\\d+(?:\\.\\d+)?(?:ms|[smhdw])?\\b)',
      '([A-Za-z_$@][\\w$.@-]*)(?=(\\s*\\()?)',
      '([|=<>!~+*/%&:-]+)',
      '[^]',
    ].join('|'),
    'y',
  )
  const entry = { expression, words: new Set(grammar.words ?? []) }
  made.set(grammar, entry)
  return entry
}

function scanned(text: string, grammar: Grammar): readonly Piece[] {
  const { expression, words } = expressionOf(grammar)
  const found: Piece[] = []
  let plain = ''
  const add = (part: string, kind?: Kind) => {
    if (kind === undefined) {
      plain += part
      return
    }
    if (plain !== '') found.push({ text: plain })
    plain = ''
    found.push({ text: part, kind })
  }
  expression.lastIndex = 0
  while (expression.lastIndex < text.length) {
    const match = expression.exec(text)
    if (match === null) break
    const [part, comment, quote, number, word, open, operator] = match
    if (comment !== undefined) add(part, 'c')
    else if (quote !== undefined) add(part, 's')
    else if (number !== undefined) add(part, 'n')
    else if (word !== undefined)
      add(part, words.has(word.toLowerCase()) ? 'k' : grammar.callable === true && open !== undefined ? 'f' : undefined)
    else if (operator !== undefined) add(part, 'o')
    else add(part)
  }
  if (plain !== '') found.push({ text: plain })
  return found
}

const yamlKey = /^([ \t]*(?:-[ \t]+)*)((?:"[^"\n]*"|'[^'\n]*'|[^\s#'"{}[\],&*!|>%@`:-][^:#\n{}]*?|\*))(:)(?=[ \t\r]|$)/
const yamlValue =
  /("(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?)|((?:^|[ \t])#.*)|((?:^|(?<=[ \t[:,]))-?\d+(?:\.\d+)?(?=[ \t\r,\]]|$))|((?:^|(?<=[ \t[:,]))(?:true|false|null|and|or|not|of|all|any|1 of|all of)(?=[ \t\r,\])]|$))|([\s\S])/y

/** YAML, line by line: keys, quotations, comments; the lines of a block scalar are text. */
function yaml(text: string): readonly Piece[] {
  const found: Piece[] = []
  let block: number | undefined
  for (const line of text.split(/(?<=\n)/)) {
    const body = line.endsWith('\n') ? line.slice(0, -1) : line
    const indent = body.search(/[^ ]|$/)
    if (block !== undefined) {
      if (body.trim() === '' || indent > block) {
        found.push({ text: line, kind: 's' })
        continue
      }
      block = undefined
    }
    let rest = body
    const key = yamlKey.exec(body)
    if (key !== null) {
      if (key[1] !== '') found.push({ text: key[1]! })
      found.push({ text: key[2]!, kind: 'y' }, { text: ':', kind: 'o' })
      rest = body.slice(key[0].length)
    }
    if (/^(?:.*[ \t])?[|>][+-]?\d?[ \t]*\r?$/.test(rest) && (key !== null || /^[ \t]*-/.test(body))) block = indent
    let plain = ''
    yamlValue.lastIndex = 0
    while (yamlValue.lastIndex < rest.length) {
      const match = yamlValue.exec(rest)
      if (match === null) break
      const kind: Kind | undefined =
        match[1] !== undefined
          ? 's'
          : match[2] !== undefined
            ? 'c'
            : match[3] !== undefined
              ? 'n'
              : match[4] !== undefined
                ? 'k'
                : undefined
      if (kind === undefined) plain += match[0]
      else {
        if (plain !== '') found.push({ text: plain })
        plain = ''
        found.push({ text: match[0], kind })
      }
    }
    if (line.endsWith('\n')) plain += '\n'
    if (plain !== '') found.push({ text: plain })
  }
  return found
}
