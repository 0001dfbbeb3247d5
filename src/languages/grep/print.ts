// Meaning to one GNU grep over JSON lines: each test looks ahead from the start of the line for a key and its value, in any order; `not` looks ahead for what must not be there.

import { matchGlob } from '../../ir/glob.ts'
import { networkRegex } from '../../ir/network.ts'
import type { Pipeline } from '../../ir/pipeline.ts'
import type { Glob, Match, Predicate } from '../../ir/predicate.ts'
import { sameIgnoringCase } from '../../ir/regex/characters.ts'
import type { Outcome } from '../../text/diagnostic.ts'
import { type Doc, mark } from '../../text/layout.ts'
import type { Printed, Style } from '../language.ts'
import { createPrinting, finish, type Printing, question, unpaired } from '../printing.ts'

type Test = Predicate & { kind: 'test' }

/** PCRE2 as it is usually built holds a compiled expression of 64 KiB, to which a character adds three bytes at most. */
const longest = 20_000

/** A character of a text in JSON, as the group `c`; a member of a list, as `m`. */
const definitions = '(?(DEFINE)(?<c>[^"\\\\]|\\\\u[[:xdigit:]]{4}|\\\\[^u])(?<m>"(?&c)*+"|[^][{}",\\s]++))'

export function print(query: Pipeline, style?: Style): Outcome<Printed> {
  const printing = createPrinting()
  const asked = question(query)
  if ('beyond' in asked) {
    printing.cannot('GRP101', `${asked.beyond} cannot be said to grep`, asked.span, 'convert the rules that it stands on')
    return finish('', printing, style)
  }
  const doc: Doc = ["LC_ALL=C.UTF-8 grep -aP '", definitions, '^', predicate(asked.where, printing), "' events.jsonl"]
  const printed = finish(doc, printing, { ...style, layout: 'line' })
  if (printed.value !== undefined && printed.value.text.length > longest) {
    printing.cannot('GRP106', 'the expression is longer than grep can be counted on to take', asked.where.span, 'split the rule')
    return finish('', printing, style)
  }
  return printed
}

/** A question as assertions at the start of the line. */
function predicate(of: Predicate, printing: Printing): Doc {
  const spans = of.span === undefined ? [] : [of.span]
  switch (of.kind) {
    case 'and':
      return mark(
        of.args.map(arg => predicate(arg, printing)),
        spans,
      )
    case 'or':
      return of.args.length === 0
        ? '(?!)'
        : mark(['(?:', of.args.map((arg, index): Doc => [index === 0 ? '' : '|', predicate(arg, printing)]), ')'], spans)
    case 'not':
      return of.arg.kind === 'test'
        ? mark(['(?!', test(of.arg, printing), ')'], spans)
        : mark(['(?!', predicate(of.arg, printing), ')'], spans)
    case 'const':
      return of.value ? '' : '(?!)'
    case 'test':
      return mark(['(?=', test(of, printing), ')'], spans)
    case 'opaque':
      return printing.cannot(
        'PRN102',
        `"${of.text.slice(0, 80)}" was read and not understood, so it cannot be said in another language`,
        of.span,
        'write this part of the rule by hand',
      )
  }
}

function test({ subject, match, span, each }: Test, printing: Printing): Doc {
  const cannot = (code: string, message: string, hint: string): Doc => printing.cannot(code, message, span, hint)
  if (each !== undefined && each !== 'any')
    return cannot('GRP102', 'a question about all members of a list cannot be said to grep', 'ask for any member')
  if (subject.kind === 'fields' || subject.kind === 'raw')
    return cannot('GRP103', 'a keyword would be searched in the names of the fields as well', 'name the field')
  if (subject.kind !== 'field') return cannot('GRP102', 'a computed value cannot be asked by grep', 'ask a field')
  if (unpaired(subject.name)) return cannot('GRP105', 'half of a character cannot be in a line', 'rename the field')
  const key = `.*?"${encoded(subject.name, false)}"\\s*:\\s*`
  const member = `${key}(?:\\[\\s*(?:(?&m)\\s*,\\s*)*?)?`
  switch (match.kind) {
    case 'exists':
      return key
    case 'present':
      return `${member}(?!null)(?=["{\\w-])`
    case 'empty':
      return `${member}""`
    case 'glob':
      if (match.glob.some(part => typeof part === 'string' && unpaired(part)))
        return cannot('GRP105', 'half of a character cannot be in a line', 'leave the value out')
      return quote(`${member}${globValue(match.glob, match.fold)}`)
    case 'cidr': {
      const pattern = /^\(\?i\)\^(.*)\$$/s.exec(networkRegex(match.network) ?? '')?.[1]
      return pattern === undefined
        ? cannot('GRP102', `"${match.network}" cannot be asked by grep`, 'write the addresses with wildcards')
        : `${member}"(?i:${pattern})"`
    }
    case 'compare':
      return compared(match, member, cannot)
    case 'regex':
      return cannot('GRP104', 'a regular expression is not carried over to text in JSON', 'say it with wildcards')
    case 'text':
    case 'word':
    case 'among':
      return cannot('GRP102', `this test ("${match.kind}") cannot be said to grep`, 'compare with a text')
  }
}

/** Behind a value that has no quotes. */
const bare = '(?=[]\\s,}])'

function compared(
  match: Match & { kind: 'compare' },
  member: string,
  cannot: (code: string, message: string, hint: string) => Doc,
): Doc {
  const value = match.to.kind === 'literal' ? match.to.value : undefined
  if (match.op !== '=' || (typeof value !== 'number' && typeof value !== 'bigint' && typeof value !== 'boolean'))
    return cannot('GRP102', 'grep cannot compare numbers or fields', 'ask for the value itself')
  if (typeof value === 'boolean') return `${member}(?i:"${value}"|${value}${bare})`
  const text = String(value)
  if (!/^-?\d+(?:\.\d+)?$/.test(text)) return cannot('GRP102', `grep cannot be given the number ${text}`, 'ask for its text')
  const escaped = text.replace('.', '\\.')
  return `${member}(?:"${escaped}"|${escaped}${bare})`
}

/** A text with wildcards, in quotes; without quotes where a number or truth value could be it. */
function globValue(glob: Glob, fold: boolean): string {
  const body = (one: string): string =>
    glob.map(part => (typeof part === 'string' ? encoded(part, fold) : `${one}${part.wild === 'any' ? '*?' : ''}`)).join('')
  const last = glob.at(-1)
  const open = typeof last === 'object' && last.wild === 'any'
  const inQuotes = `"${body('(?&c)')}${open ? '' : '"'}`
  const texts = glob.filter(part => typeof part === 'string').join('')
  const plain = /^[-+.\dEe]*$/.test(texts) || ['true', 'false'].some(matchGlob(glob, fold))
  const value = plain ? `(?:${inQuotes}|(?!null)(?=[\\w-])${body('[^][{}",\\s]')}${bare})` : inQuotes
  return fold ? `(?i:${value})` : value
}

const short: Readonly<Record<string, string>> = { '\b': 'b', '\t': 't', '\n': 'n', '\f': 'f', '\r': 'r' }

/** A text as writers of JSON put it, in PCRE2: what must be escaped, and what some escape without need. */
function encoded(text: string, fold: boolean): string {
  let out = ''
  for (const character of text) {
    const point = character.codePointAt(0)!
    const byCode = (of: number): string => `\\\\u(?i:${of.toString(16).padStart(4, '0')})`
    if (character === '"' || character === '\\') out += `\\\\${character === '"' ? '"' : '\\\\'}`
    else if (character === '/') out += '\\\\?/'
    else if (point < 32) out += `(?:${byCode(point)}${short[character] === undefined ? '' : `|\\\\${short[character]}`})`
    else if (/[<>&']/.test(character) || point > 126) {
      const points = fold ? sameIgnoringCase(point) : [point]
      const all = points.length === 0 ? [point] : points
      out += `(?:${all.map(one => `\\x{${one.toString(16)}}${one > 0xffff || one < 39 ? '' : `|${byCode(one)}`}`).join('|')}${point === 38 ? `|${byCode(38)}` : ''})`
    } else out += /[\\^$.*+?()[\]{}|#\s-]/.test(character) && character !== ' ' ? `\\${character}` : character
  }
  return out
}

/** A text within single quotes of a shell. None of ours has a quote in it: those of values are written by their code. */
const quote = (text: string): string => text.replaceAll("'", "'\\''")
