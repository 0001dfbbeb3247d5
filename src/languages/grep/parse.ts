// Commands of grep to meaning: what a line must have, asked of the text of an event as it came. Written from the manuals of GNU grep, bash's quoting and PCRE2 (pcre2pattern).

import type { Pipeline, Stage } from '../../ir/pipeline.ts'
import { type RegexTree, readCalled } from '../../ir/regex.ts'
import type { Outcome } from '../../text/diagnostic.ts'
import type { Source } from '../../text/source.ts'
import type { ParseContext } from '../language.ts'
import { anyOf, bounds, Cursor, certain, clip, contrary, Fault, numberOf, regexTest, type Truth } from '../reading.ts'

export const codes: Readonly<Record<string, string>> = {
  GRP001: 'a text that is no command of grep',
  GRP002: 'a command that is too long',
  GRP003: 'a regular expression of a command that cannot be read',
  GRP201: 'a part of a command that is not understood',
}

/** A word of the shell with its quotes taken off, or an operator. */
interface Word {
  readonly text: string
  readonly operator: boolean
  readonly start: number
  readonly end: number
}

/**
 * A pipeline of greps, `from` the table `lines` (`lines:xml`, `lines:json` where the name of a file says what it holds): each asks the line that an event came on. Without an option the expression is basic; `-i` ignores case,
 * `-v` turns the answer, `-x` and `-w` ask for whole lines and words. A back-slash outside of quotes is the shell's.
 */
export function parse(source: Source, context?: ParseContext): Outcome<Pipeline> {
  const cursor = new Cursor(source, [], { text: 'GRP001', depth: 'GRP002' }, context)
  try {
    if (source.text.length > bounds.length)
      cursor.refuse('GRP002', `the text is longer than the ${bounds.length} characters that are read`, { start: 0, end: 0 })
    return cursor.outcome(new Reader(cursor, wordsOf(cursor)).command())
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return cursor.outcome(undefined)
  }
}

const ansi: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\u0007', b: '\b', f: '\f', v: '\v', e: '\u001b' }

/** The words of a command as bash takes them apart; what it would put in for `$…` or a backquote is refused. */
function wordsOf(cursor: Cursor): readonly Word[] {
  const { text } = cursor.source
  const out: Word[] = []
  let at = 0
  while (at < text.length) {
    const character = text[at]!
    if (/[ \t]/.test(character)) at++
    else if (character === '\\' && /^\r?\n/.test(text.slice(at + 1, at + 3))) at += text[at + 1] === '\r' ? 3 : 2
    else if (character === '#') while (at < text.length && text[at] !== '\n') at++
    else if (/[|;&<>()\r\n]/.test(character)) {
      const found = /\|\||&&|\|&|\d?>>?|[|;&<>()\r\n]/y
      found.lastIndex = at
      const operator = found.exec(text)?.[0] ?? character
      out.push({ text: operator, operator: true, start: at, end: at + operator.length })
      at += operator.length
    } else {
      const start = at
      let word = ''
      while (at < text.length && !/[ \t\r\n|;&<>()]/.test(text[at]!)) {
        const next = text[at]!
        if (next === "'") {
          const close = text.indexOf("'", at + 1)
          if (close === -1) cursor.refuse('GRP001', 'this text is not closed', { start: at, end: text.length })
          word += text.slice(at + 1, close)
          at = close + 1
        } else if (next === '$' && text[at + 1] === "'") {
          at += 2
          while (at < text.length && text[at] !== "'") {
            if (text[at] !== '\\') word += text[at++]
            else {
              const code = /^\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|([\s\S]))/.exec(text.slice(at, at + 8))
              const point = code?.[1] ?? code?.[2]
              word +=
                point !== undefined ? String.fromCharCode(Number.parseInt(point, 16)) : (ansi[code?.[3] ?? ''] ?? code?.[3] ?? '')
              at += code?.[0].length ?? 1
            }
          }
          if (at >= text.length) cursor.refuse('GRP001', 'this text is not closed', { start, end: text.length })
          at++
        } else if (next === '"') {
          at++
          while (at < text.length && text[at] !== '"') {
            if (text[at] === '\\' && /["\\$`\n]/.test(text[at + 1] ?? '')) {
              if (text[at + 1] !== '\n') word += text[at + 1]
              at += 2
            } else {
              if ((text[at] === '$' && /[\w{(]/.test(text[at + 1] ?? '')) || text[at] === '`')
                cursor.refuse(
                  'GRP001',
                  'what the shell puts in here is not known',
                  { start: at, end: at + 1 },
                  'write single quotes',
                )
              word += text[at++]
            }
          }
          if (at >= text.length) cursor.refuse('GRP001', 'this text is not closed', { start, end: text.length })
          at++
        } else if (next === '\\') {
          word += text[at + 1] ?? ''
          at += 2
        } else word += text[at++]
      }
      out.push({ text: word, operator: false, start, end: Math.min(at, text.length) })
    }
  }
  return out
}

type Flavour = 'basic' | 'extended' | 'fixed' | 'perl'
const names: Readonly<Record<string, Flavour>> = {
  grep: 'basic',
  egrep: 'extended',
  fgrep: 'fixed',
  zgrep: 'basic',
  zegrep: 'extended',
  zfgrep: 'fixed',
}
/** Options that take a value. */
const valued: ReadonlySet<string> = new Set([
  '-A',
  '-B',
  '-C',
  '-m',
  '-D',
  '-d',
  '--max-count',
  '--include',
  '--exclude',
  '--exclude-dir',
  '--label',
  '--binary-files',
  '--context',
  '--after-context',
  '--before-context',
  '--color',
  '--colour',
])
const long: Readonly<Record<string, string>> = {
  '--perl-regexp': '-P',
  '--extended-regexp': '-E',
  '--fixed-strings': '-F',
  '--basic-regexp': '-G',
  '--ignore-case': '-i',
  '--no-ignore-case': '-I',
  '--invert-match': '-v',
  '--word-regexp': '-w',
  '--line-regexp': '-x',
}

class Reader {
  private readonly cursor: Cursor
  private readonly words: readonly Word[]
  private at = 0
  private readonly files: string[] = []
  private readonly known = new Map<string, Groups>()

  constructor(cursor: Cursor, words: readonly Word[]) {
    this.cursor = cursor
    this.words = words
  }

  private get word(): Word | undefined {
    return this.words[this.at]
  }

  command(): Pipeline {
    const stages: Stage[] = []
    let greps = 0
    for (;;) {
      while (this.word?.operator === true && /^[\r\n;]$/.test(this.word.text)) this.at++
      const start = this.word
      if (start === undefined) break
      // Variables that are set for the command.
      while (this.word?.operator === false && /^[A-Za-z_]\w*=/.test(this.word.text)) this.at++
      const name = this.word
      if (name === undefined || name.operator) this.cursor.refuse('GRP001', 'a command should stand here', name ?? start)
      this.at++
      const plain = name.text.replace(/^.*\//, '')
      if (Object.hasOwn(names, plain)) {
        greps++
        stages.push(...this.grep(names[plain]!, start))
      } else if (greps === 0 && /^(?:cat|zcat|bzcat|xzcat|zstdcat|gunzip|tail)$/.test(plain))
        this.files.push(...this.rest().map(word => word.text))
      else if (greps > 0 && /^(?:head)$/.test(plain)) stages.push(...this.head())
      else if (greps > 0 && /^(?:less|more|cat|tee|jq|wc|sort)$/.test(plain)) this.rest()
      else {
        const from = name.start
        this.rest()
        const span = { start: from, end: this.words[this.at - 1]!.end }
        this.cursor.tell(
          'GRP201',
          greps === 0 ? 'error' : 'warning',
          `the command "${clip(plain)}" is not read`,
          span,
          'write grep',
        )
        stages.push({ kind: 'opaque', text: this.cursor.source.text.slice(span.start, span.end), span })
      }
      const next = this.word
      if (next === undefined) break
      if (next.text === '|') this.at++
      else if (!/^[\r\n;]$/.test(next.text))
        this.cursor.refuse('GRP001', `"${clip(next.text)}" between commands is not read`, next, 'write |')
      else if (this.words.slice(this.at).some(word => !word.operator))
        this.cursor.refuse('GRP001', 'several commands one after the other are not read', next, 'join them by |')
      else break
    }
    if (greps === 0)
      this.cursor.refuse('GRP001', 'there is no grep here', { start: 0, end: Math.min(1, this.cursor.source.text.length) })
    // What the files hold is known by their names only.
    const form = this.files.some(name => /\.xml(?:\.\w+)?$/i.test(name))
      ? ':xml'
      : this.files.some(name => /\.(?:jsonl?|ndjson)(?:\.\w+)?$/i.test(name))
        ? ':json'
        : ''
    return { from: { kind: 'table', name: `lines${form}` }, stages }
  }

  /** Words up to the next operator; files that are read or written go with them. */
  private rest(): readonly Word[] {
    const out: Word[] = []
    for (let next = this.word; next !== undefined; next = this.word) {
      if (next.operator) {
        if (!/^\d?[<>]/.test(next.text)) break
        this.at++
        this.at++
        continue
      }
      out.push(next)
      this.at++
    }
    this.at = Math.min(this.at, this.words.length)
    return out
  }

  private head(): readonly Stage[] {
    const given = this.rest().map(word => word.text)
    const text = given.join(' ').match(/-(?:n\s*)?(\d+)/)?.[1]
    return [{ kind: 'limit', count: text === undefined ? 10 : Number(text) }]
  }

  private grep(named: Flavour, start: Word): readonly Stage[] {
    let flavour = named
    let [fold, invert, wholeWord, line, ended] = [false, false, false, false, false]
    const patterns: Word[] = []
    const plain: Word[] = []
    let most: number | undefined
    const args = this.rest()
    for (let at = 0; at < args.length; at++) {
      const word = args[at]!
      if (ended || !word.text.startsWith('-') || word.text === '-') {
        plain.push(word)
        continue
      }
      if (word.text === '--') {
        ended = true
        continue
      }
      const [name = '', value] = word.text.startsWith('--') ? word.text.split(/=([\s\S]*)/, 2) : [word.text]
      const letters = word.text.startsWith('--') ? (long[name]?.slice(1) ?? '') : word.text.slice(1)
      if (name === '--regexp' || name === '--file' || name === '--max-count') {
        const given = value === undefined ? args[++at] : { ...word, text: value }
        if (name === '--file') this.cursor.refuse('GRP001', 'expressions from a file are not at hand', word, 'write them with -e')
        if (given !== undefined && name === '--regexp') patterns.push(given)
        else if (given !== undefined) most = Number(given.text)
        continue
      }
      if (word.text.startsWith('--') && letters === '') {
        if (value === undefined && valued.has(name) && !name.startsWith('--colo')) at++
        continue
      }
      for (let index = 0; index < letters.length; index++) {
        const letter = letters[index]!
        const rest = letters.slice(index + 1)
        if (letter === 'e' || letter === 'f' || letter === 'm' || valued.has(`-${letter}`)) {
          const given = rest === '' ? args[++at] : { ...word, text: rest }
          if (letter === 'f') this.cursor.refuse('GRP001', 'expressions from a file are not at hand', word, 'write them with -e')
          if (letter === 'e' && given !== undefined) patterns.push(given)
          if (letter === 'm' && given !== undefined) most = Number(given.text)
          break
        }
        if (letter === 'P') flavour = 'perl'
        else if (letter === 'E') flavour = 'extended'
        else if (letter === 'F') flavour = 'fixed'
        else if (letter === 'G') flavour = 'basic'
        else if (letter === 'i' || letter === 'y') fold = true
        else if (letter === 'v') invert = true
        else if (letter === 'w') wholeWord = true
        else if (letter === 'x') line = true
        else if (letter === 'z') this.cursor.refuse('GRP001', 'records that end with NUL are not read', word, 'give lines')
      }
    }
    if (patterns.length === 0) {
      const first = plain.shift()
      if (first === undefined) this.cursor.refuse('GRP001', 'an expression should stand here', start, 'write grep PATTERN')
      patterns.push(first)
    }
    this.files.push(...plain.map(word => word.text))
    const asked: Truth[] = []
    for (const word of patterns)
      for (const text of flavour === 'perl' ? [word.text] : word.text.split('\n')) {
        const { rest, calls } = flavour === 'perl' ? this.defined(text, fold, word) : { rest: text, calls: undefined }
        const inner =
          flavour === 'perl' ? properties(rest) : flavour === 'fixed' ? quoted(text) : posix(text, flavour === 'extended')
        // PCRE2's \w is a letter of ASCII unless the locale says more.
        const pattern = line ? `^(?:${inner})$` : wholeWord ? `(?<!\\w)(?:${inner})(?!\\w)` : inner
        const options = { fold, ...(calls === undefined ? {} : { calls }) }
        asked.push(certain(regexTest(this.cursor, 'GRP003', { kind: 'raw' }, pattern, options, word)))
      }
    const found = anyOf(asked)
    const span = { start: start.start, end: this.words[this.at - 1]?.end ?? start.end }
    return [
      { kind: 'filter', where: (invert ? contrary(found) : found).yes, span },
      ...(most === undefined || numberOf(String(most)) === undefined ? [] : [{ kind: 'limit', count: most } satisfies Stage]),
    ]
  }

  /** A pattern without its groups of definitions, and the groups that it calls, which are read once; one that calls itself is refused. */
  private defined(text: string, fold: boolean, word: Word): { readonly rest: string; readonly calls?: Groups['trees'] } {
    let rest = ''
    let from = 0
    const bodies: string[] = []
    for (let at = definition(text, 0); at !== -1; at = definition(text, from)) {
      const end = closing(text, at)
      if (end === undefined) this.cursor.refuse('GRP003', 'the group of definitions is not closed', word)
      rest += text.slice(from, at)
      bodies.push(text.slice(at + defining.length, end))
      from = end + 1
    }
    if (bodies.length === 0) return { rest: text }
    rest += text.slice(from)
    // Commands that are joined by pipes mostly define the same.
    const key = `${fold ? 'i' : ''}(${bodies.join(')(')}`
    let groups = this.known.get(key)
    if (groups === undefined) {
      groups = this.groupsOf(bodies, fold, word)
      this.known.set(key, groups)
    }
    if (sizeOf(rest, groups.sizes) > longestCalled)
      this.cursor.refuse('GRP003', 'the groups that are called are too many, or call themselves', word, 'write them out')
    return { rest, calls: groups.trees }
  }

  private groupsOf(bodies: readonly string[], fold: boolean, word: Word): Groups {
    const texts = new Map<string, string>()
    for (const body of bodies)
      for (let at = body.indexOf('(?'); at !== -1; ) {
        named.lastIndex = at
        const name = named.exec(body)
        const close = name === null ? undefined : closing(body, at)
        if (name !== null && close !== undefined) texts.set(name[1]!, body.slice(at + name[0].length, close))
        at = body.indexOf('(?', close ?? at + 2)
      }
    const trees = new Map<string, RegexTree>()
    const sizes = new Map<string, number>()
    const read = (name: string, depth: number): void => {
      const text = texts.get(name)
      if (text === undefined || trees.has(name)) return
      if (depth > 20)
        this.cursor.refuse('GRP003', 'the groups that are called are too many, or call themselves', word, 'write them out')
      for (const [, inner] of text.matchAll(calling)) read(inner!, depth + 1)
      const size = sizeOf(text, sizes)
      if (size > longestCalled)
        this.cursor.refuse('GRP003', 'the groups that are called are too many, or call themselves', word, 'write them out')
      const { value, diagnostics } = readCalled(`${fold ? '(?i)' : ''}${properties(text)}`, trees)
      if (value === undefined)
        this.cursor.refuse('GRP003', diagnostics[0]?.message ?? 'the group cannot be read', word, diagnostics[0]?.hint)
      trees.set(name, value)
      sizes.set(name, size)
    }
    for (const name of texts.keys()) read(name, 0)
    return { trees, sizes }
  }
}

/** Groups that patterns call by name, and how long each is with those that it calls. */
interface Groups {
  readonly trees: ReadonlyMap<string, RegexTree>
  readonly sizes: ReadonlyMap<string, number>
}

const defining = '(?(DEFINE)'
const named = /\(\?P?<(\w+)>/y
const calling = /\(\?(?:&|P>)(\w+)\)/g
const longestCalled = 150_000

/** Where the next group of definitions begins, its parenthesis not escaped; -1: nowhere. */
function definition(text: string, from: number): number {
  for (let at = text.indexOf(defining, from); at !== -1; at = text.indexOf(defining, at + 1)) {
    let escapes = 0
    while (text[at - 1 - escapes] === '\\') escapes++
    if (escapes % 2 === 0) return at
  }
  return -1
}

function sizeOf(text: string, sizes: ReadonlyMap<string, number>): number {
  let size = text.length
  for (const [, name] of text.matchAll(calling)) size += sizes.get(name!) ?? 0
  return size
}

/** Names of properties heed no case (PCRE2 10.40 and later): `\pl` is any letter. */
const properties = (text: string): string =>
  !/\\[pP]/.test(text)
    ? text
    : text.replace(
        /\\(?:([pP])(?:([a-z])|\{(\^?)([a-z][a-z]?)\})|[\s\S])/g,
        (found, sign?: string, letter?: string, negated?: string, name?: string) => {
          if (sign === undefined) return found
          if (letter !== undefined) return `\\${sign}${letter.toUpperCase()}`
          return `\\${sign}{${negated ?? ''}${name!.charAt(0).toUpperCase()}${name!.slice(1)}}`
        },
      )

/** The place of the parenthesis that closes the one at `from`. */
function closing(text: string, from: number): number | undefined {
  let open = 0
  for (let at = from; at < text.length; at++) {
    const character = text[at]!
    if (character === '\\') at++
    else if (character === '[') {
      at++
      if (text[at] === '^') at++
      if (text[at] === ']') at++
      while (at < text.length && text[at] !== ']') {
        if (text[at] === '\\') at++
        else if (text.startsWith('[:', at)) at = Math.max(at, text.indexOf(':]', at) + 1)
        at++
      }
    } else if (character === '(') open++
    else if (character === ')' && --open === 0) return at
  }
  return undefined
}

const quoted = (text: string): string => text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')

/** A basic or extended expression of POSIX, with GNU's own escapes, in PCRE's dress: in a basic one the signs of grouping and counting are plain unless escaped. */
function posix(text: string, extended: boolean): string {
  let out = ''
  let first = true
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!
    const began = first
    first = false
    if (character === '\\') {
      const next = text[++at]
      if (next === undefined) out += '\\\\'
      else if (next === '<') out += '\\b(?=\\w)'
      else if (next === '>') out += '\\b(?<=\\w)'
      else if (next === '`') out += '\\A'
      else if (next === "'") out += '\\z'
      else if (!extended && '(){}|+?'.includes(next)) {
        out += next
        first = next === '(' || next === '|'
      } else if (/[wWsSbB1-9]/.test(next)) out += `\\${next}`
      else out += quoted(next)
    } else if (character === '[') {
      let close = at + 1
      if (text[close] === '^') close++
      if (text[close] === ']') close++
      while (close < text.length && text[close] !== ']') {
        if (/^\[[:.=]/.test(text.slice(close, close + 2))) {
          const end = text.indexOf(`${text[close + 1]}]`, close + 2)
          close = end === -1 ? close : end + 1
        }
        close++
      }
      // A back-slash is plain in brackets.
      out += text
        .slice(at, close + 1)
        .replaceAll('\\', '\\\\')
        .replace(/^\[(\^?)\]/, '[$1\\]')
      at = close
    } else if (!extended && '(){}|+?'.includes(character)) out += `\\${character}`
    else if (!extended && character === '*' && began) out += '\\*'
    else {
      out += character
      first = character === '(' || character === '|' || character === '^'
    }
  }
  return out
}
