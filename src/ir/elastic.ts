// What the Elastic Common Schema says of its fields, as far as it decides what a query means: which are analysed into words, which hold addresses, and what a value asks of each.

import type { Span } from '../text/source.ts'
import { glob } from './glob.ts'
import { always, and, never, or } from './logic.ts'
import type { Glob, Match, Predicate, Scalar } from './predicate.ts'
import { printRegex, type RegexTree } from './regex.ts'

/** Fields of type match_only_text or text, beside every `….text` (ECS 8 field reference). */
const analysed: ReadonlySet<string> = new Set([
  'message',
  'error.message',
  'http.request.body.content.text',
  'http.response.body.content.text',
])

/** Fields of type ip whose last part is not `ip` (ECS 8 field reference). */
const addresses: ReadonlySet<string> = new Set([
  'dns.resolved_ip',
  'related.ip',
  'host.ip',
  'source.nat.ip',
  'destination.nat.ip',
])

export type FieldKind = 'keyword' | 'text' | 'ip'

/**
 * What kind of field a name is. A keyword is compared whole and heeds case, text by its words and ignores case, an address by
 * its value. `others` are names that a user says are text (`elastic.text`, divided by commas).
 */
export function fieldKind(name: string, others?: string): FieldKind {
  if (analysed.has(name) || name.endsWith('.text') || (others ?? '').split(',').includes(name)) return 'text'
  if (addresses.has(name) || /(?:^|\.)ip$/.test(name)) return 'ip'
  return 'keyword'
}

const network = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)\/\d{1,3}$/

/** A whole value asked of a field that is no text: a network where it holds addresses. */
export function wholeValue(kind: FieldKind, text: string): Match {
  if (kind === 'ip' && network.test(text)) return { kind: 'cidr', network: text }
  return { kind: 'glob', glob: glob([text]), fold: kind === 'ip' }
}

/** The words of a text as the standard analyser makes them, in lower case (Unicode text segmentation, letters, digits and `_`). */
export function wordsOf(text: string): readonly string[] {
  return (text.match(/[\p{L}\p{N}_]+/gu) ?? []).map(word => word.toLowerCase())
}

const wordSet: RegexTree = {
  kind: 'set',
  items: [
    { named: 'L', negated: false },
    { named: 'N', negated: false },
    { from: 0x5f, to: 0x5f },
  ],
  negated: false,
  fold: false,
}
const gap: RegexTree = { kind: 'repeat', of: { ...wordSet, negated: true }, min: 1, max: undefined, how: 'greedy' }

/** Words one after the other, of which the last may go on (`starts`). No words match nothing. */
export function phrase(subject: Scalar, text: string, span: Span, starts = false): Predicate {
  const words = wordsOf(text)
  if (words.length === 0) return never
  if (words.length === 1)
    return {
      kind: 'test',
      subject,
      match: {
        kind: 'word',
        text: { kind: 'literal', value: words[0]! },
        side: starts ? 'start' : 'whole',
        fold: true,
        words: 'lucene',
      },
      span,
    }
  const edge = (ahead: boolean): RegexTree => ({ kind: 'look', of: wordSet, ahead, negative: true })
  const of: RegexTree[] = [edge(false)]
  for (const [at, word] of words.entries()) {
    if (at > 0) of.push(gap)
    for (const character of word) of.push({ kind: 'char', point: character.codePointAt(0)!, fold: true })
  }
  if (!starts) of.push(edge(true))
  const pattern = printRegex({ kind: 'sequence', of }, 'portable').value ?? ''
  return { kind: 'test', subject, match: { kind: 'regex', pattern, fold: false, whole: false }, span }
}

/** Any of the words. */
export function anyWord(subject: Scalar, text: string, span: Span): Predicate {
  return or(wordsOf(text).map(word => phrase(subject, word, span)))
}

/** A pattern with wildcards, asked of a single word of a text: it is compared in lower case, because the words are. */
export function wordPattern(subject: Scalar, pattern: Glob, span: Span): Predicate {
  if (pattern.every(part => typeof part !== 'string'))
    return pattern.length === 0 ? never : { kind: 'test', subject, match: { kind: 'present' }, span }
  const of: RegexTree[] = [{ kind: 'look', of: wordSet, ahead: false, negative: true }]
  for (const part of pattern) {
    if (typeof part === 'string') {
      // A sign that parts words is in none of them.
      if ([...part].some(character => !/[\p{L}\p{N}_]/u.test(character)) || part !== part.toLowerCase()) return never
      for (const character of part) of.push({ kind: 'char', point: character.codePointAt(0)!, fold: true })
    } else of.push(part.wild === 'one' ? wordSet : { kind: 'repeat', of: wordSet, min: 0, max: undefined, how: 'greedy' })
  }
  of.push({ kind: 'look', of: wordSet, ahead: true, negative: true })
  const made = printRegex({ kind: 'sequence', of }, 'portable').value ?? ''
  return { kind: 'test', subject, match: { kind: 'regex', pattern: made, fold: false, whole: false }, span }
}

/** All of these questions; none is true. */
export const all = (parts: readonly Predicate[]): Predicate => (parts.length === 0 ? always : and(parts))
