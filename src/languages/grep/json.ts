// Events as JSON, one a line: what a key and its value look like there, in Perl-compatible expressions.

import { matchGlob } from '../../ir/glob.ts'
import type { Glob } from '../../ir/predicate.ts'
import { sameIgnoringCase } from '../../ir/regex/characters.ts'
import type { Form } from './form.ts'

/** Behind a value that has no quotes. */
const bare = '(?=[]\\s,}])'

const key = (name: string): string => `.*?"${encoded(name, false)}"\\s*:\\s*`
const member = (name: string): string => `${key(name)}(?:\\[\\s*(?:(?&m)\\s*,\\s*)*?)?`

/** Flat events as JSON. A character of a text is the group `c`; a member of a list, `m`. */
export const json: Form = {
  name: 'JSON',
  definitions: '(?(DEFINE)(?<c>[^"\\\\]|\\\\u[[:xdigit:]]{4}|\\\\[^u])(?<m>"(?&c)*+"|[^][{}",\\s]++))',
  file: 'events.jsonl',
  exists: key,
  present: name => `${member(name)}(?!null)(?=["{\\w-])`,
  empty: name => `${member(name)}""`,
  text: (name, glob, fold) => `${member(name)}${globValue(glob, fold)}`,
  pattern: (name, pattern) => `${member(name)}"${pattern}"`,
  truth: (name, value) => `${member(name)}(?i:"${value}"|${value}${bare})`,
  number: (name, digits) => `${member(name)}(?:"${digits}"|${digits}${bare})`,
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
