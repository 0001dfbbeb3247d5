// What counts as a word differs by product: whether a text has another as whole words, by the rules of Kusto, Splunk or Lucene.

import type { WordRule } from './predicate.ts'

const alphanumeric = /[\p{L}\p{N}]/u

/** Whether the character before `at` (or at it) belongs to a word of letters and digits; halves of a surrogate pair count as their character. */
function inWord(text: string, at: number): boolean {
  if (at < 0 || at >= text.length) return false
  const code = text.charCodeAt(at)
  if (code < 128) return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122)
  const low = code >= 0xdc00 && code <= 0xdfff
  return alphanumeric.test(String.fromCodePoint(text.codePointAt(low && at > 0 ? at - 1 : at)!))
}

/** Characters that part the segments of Splunk's index, the major and then the minor ones: https://docs.splunk.com/Documentation/Splunk/latest/Data/Abouteventsegmentation */
const breakers = new Set(' \n\r\t[]<>(){}|!;,\'"*&?+/:=@.-$#%\\_')

/**
 * Whether `text` has `word` as a whole word, or at the start or end of one. Both are folded already where case does not count.
 * Kusto: a term is a run of letters and digits; the searched text may hold several terms and signs, and only an end that is itself a letter or
 * digit must be the end of a term (https://learn.microsoft.com/kusto/query/datatypes-string-operators#what-is-a-term). Splunk: bounded by
 * breakers. Lucene: a run of letters, digits and `_` as its standard tokenizer makes them. The empty text is in every text.
 */
export function hasWord(text: string, word: string, side: 'whole' | 'start' | 'end', rule: WordRule): boolean {
  if (word === '') return true
  const inside =
    rule === 'splunk'
      ? (of: string, at: number) => at >= 0 && at < of.length && !breakers.has(of[at]!)
      : rule === 'lucene'
        ? (of: string, at: number) => of[at] === '_' || inWord(of, at)
        : inWord
  const left = side !== 'end' && inside(word, 0)
  const right = side !== 'start' && inside(word, word.length - 1)
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1))
    if (!(left && inside(text, at - 1)) && !(right && inside(text, at + word.length))) return true
  return false
}
