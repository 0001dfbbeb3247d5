// Keys and values in a text, as Kusto's parse-kv finds them (https://learn.microsoft.com/kusto/query/parse-kv-operator). Each text is gone through once; the first value of a key counts.

/** How a text is parted. */
export interface Parting {
  /** What stands between pairs, and between a key and its value. */
  readonly pair: string
  readonly between: string
  /** One character that opens and closes, or two: the one that opens and the one that closes. */
  readonly quotes: readonly string[]
  readonly escapes: readonly string[]
  /** A value without quotes goes on up to one of these keys; absent: up to the end of its pair. */
  readonly keys?: readonly string[]
}

/** What stands in quotes at a place, and where it ends; undefined where no quote opens there. */
function quotedAt(
  of: string,
  at: number,
  quotes: readonly string[],
  escapes: readonly string[],
): { readonly value: string; readonly end: number } | undefined {
  const quote = quotes.find(one => one !== '' && of.startsWith(one[0]!, at))
  if (quote === undefined) return undefined
  const close = quote[1] ?? quote[0]!
  let value = ''
  for (let here = at + 1; here < of.length; here++) {
    const letter = of[here]!
    if (escapes.includes(letter) && here + 1 < of.length) value += of[++here]
    else if (letter === close) return { value, end: here + 1 }
    else value += letter
  }
  return { value, end: of.length }
}

const skipBlanks = (of: string, at: number): number => {
  let here = at
  while (here < of.length && /\s/.test(of[here]!)) here++
  return here
}

/** Pairs by delimiters that are said. */
export function keyValues(of: string, { pair, between, quotes, escapes, keys }: Parting): ReadonlyMap<string, string> {
  const out = new Map<string, string>()
  if (pair === '' || between === '') return out
  let at = 0
  while (at < of.length) {
    at = skipBlanks(of, at)
    if (of.startsWith(pair, at)) {
      at += pair.length
      continue
    }
    const opened = quotedAt(of, at, quotes, escapes)
    const next = of.indexOf(between, opened?.end ?? at)
    if (next === -1) break
    const stop = of.indexOf(pair, opened?.end ?? at)
    // What has no value is no pair.
    if (stop !== -1 && stop < next && pair !== between) {
      at = stop + pair.length
      continue
    }
    const key = opened?.value.trim() ?? of.slice(at, next).trim()
    let from = next + between.length
    const blank = skipBlanks(of, from)
    if (!of.slice(from, blank).includes(pair)) from = blank
    const inside = quotedAt(of, from, quotes, escapes)
    const end = inside?.end ?? (keys === undefined ? endOf(of, from, pair) : nextKey(of, from, pair, between, keys))
    if (!out.has(key)) out.set(key, inside?.value ?? of.slice(from, end).trim())
    const after = of.indexOf(pair, end)
    at = after === -1 ? of.length : after + pair.length
  }
  return out
}

const endOf = (of: string, from: number, pair: string): number => {
  const stop = of.indexOf(pair, from)
  return stop === -1 ? of.length : stop
}

/** Where the delimiter before the next of some keys stands. */
function nextKey(of: string, from: number, pair: string, between: string, keys: readonly string[]): number {
  for (let stop = of.indexOf(pair, from); stop !== -1; stop = of.indexOf(pair, stop + 1)) {
    const at = skipBlanks(of, stop + pair.length)
    if (keys.some(key => of.startsWith(key, at) && of.startsWith(between, skipBlanks(of, at + key.length)))) return stop
  }
  return of.length
}

/** Pairs between anything that is neither letter nor digit: each word is the value of the word before it. */
export function looseKeyValues(of: string, quotes: readonly string[], escapes: readonly string[]): ReadonlyMap<string, string> {
  const out = new Map<string, string>()
  const words: string[] = []
  for (let at = 0; at < of.length; ) {
    const opened = quotedAt(of, at, quotes, escapes)
    if (opened !== undefined) {
      words.push(opened.value)
      at = opened.end
      continue
    }
    const word = /[\p{L}\p{N}_]+/uy
    word.lastIndex = at
    const found = word.exec(of)
    if (found === null) {
      at++
      continue
    }
    words.push(found[0])
    at += found[0].length
  }
  for (const [index, word] of words.slice(0, -1).entries()) if (!out.has(word)) out.set(word, words[index + 1]!)
  return out
}
