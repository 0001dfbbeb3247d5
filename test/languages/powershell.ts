// The part of PowerShell that queries are written in, read and run: strings, comparison operators over values and lists, `-and` and `-or` of one rank from left to right, `.Where`.

import type { Value } from '../../src/ir/event.ts'

type Token = { readonly kind: 'text' | 'word' | 'sign' | 'number'; readonly text: string }

/** Words and signs of a piece of script. A quote in single quotes is doubled, curly ones count as straight. */
function tokens(script: string): Token[] {
  const quotes = "'\u2018\u2019\u201a\u201b"
  const out: Token[] = []
  let at = 0
  while (at < script.length) {
    const character = script[at]!
    if (quotes.includes(character)) {
      let text = ''
      for (at++; ; at++) {
        if (at >= script.length) throw new Error(`a string is not closed: ${text.slice(0, 80)}`)
        if (quotes.includes(script[at]!)) {
          if (!quotes.includes(script[at + 1] ?? ' ')) break
          at++
        }
        text += script[at]!
      }
      at++
      out.push({ kind: 'text', text })
      continue
    }
    const rest = script.slice(at, at + 400)
    const found =
      /^(?<blank>\s+)|^(?<number>0x[0-9a-f]+|-?[0-9][0-9.]*)|^(?<word>\$[A-Za-z_]+|-[a-z]+|\[[A-Za-z.]+\](?:::[A-Za-z0-9]+)?|\.[A-Za-z]+)|^(?<sign>[@(){}[\],;=|+])/.exec(
        rest,
      )
    if (found === null) throw new Error(`not of this language: ${rest.slice(0, 60)}`)
    at += found[0].length
    const { number, word, sign } = found.groups!
    if (number !== undefined) out.push({ kind: 'number', text: number })
    else if (word !== undefined) out.push({ kind: 'word', text: word })
    else if (sign !== undefined) out.push({ kind: 'sign', text: sign })
  }
  return out
}

type Result = Value | undefined | (() => Result)
type Scope = Readonly<Record<string, Result>>
type Code = (scope: Scope) => unknown

const truthy = (value: unknown): boolean => {
  if (Array.isArray(value)) return value.length === 1 ? truthy(value[0]) : value.length > 0
  return value !== undefined && value !== null && value !== '' && value !== 0 && value !== false
}
const listed = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value])
const text = (value: unknown): string => (value === undefined || value === null ? '' : String(value))

/** Letters are compared one by one in lower case. */
const low = (of: string): string => Array.from({ length: of.length }, (_, at) => of[at]!.toLowerCase()).join('')

/** `-like`: a backtick takes the next character as it is, brackets hold a set. Each stretch between two stars is settled where it first fits. */
export function like(value: string, pattern: string, fold: boolean): boolean {
  const stretches = ['']
  const put = (text: string) => stretches.push(stretches.pop()! + text)
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at]!
    if (character === '`' && at + 1 < pattern.length) put(pattern[++at]!)
    else if (character === '*') stretches.push('')
    else if (character === '?' || character === '[') throw new Error('a wildcard of one character is in the pattern')
    else put(character)
  }
  const form = fold ? low : (text: string) => text
  const [text, ...inner] = [value, ...stretches].map(form)
  const first = inner.shift()!
  if (inner.length === 0) return text === first
  const last = inner.pop()!
  if (!text!.startsWith(first)) return false
  let at = first.length
  for (const stretch of inner) {
    const found = text!.indexOf(stretch, at)
    if (found === -1) return false
    at = found + stretch.length
  }
  return text!.length - last.length >= at && text!.endsWith(last)
}

/** An expression of .NET in JavaScript, as far as their signs differ. */
export function dotnet(pattern: string, fold: boolean): RegExp {
  const flags = /^\(\?([s])\)/.exec(pattern)
  const rest = pattern.slice(flags?.[0].length ?? 0).replaceAll(/\\[\s\S]/g, found => (found === '\\z' ? '(?![\\s\\S])' : found))
  return new RegExp(rest, `${fold ? 'i' : ''}${flags === null ? '' : 's'}`)
}

const comparisons: Readonly<Record<string, (left: string, right: string) => boolean>> = {
  '-like': (left, right) => like(left, right, true),
  '-clike': (left, right) => like(left, right, false),
  '-match': (left, right) => dotnet(right, true).test(left),
  '-cmatch': (left, right) => dotnet(right, false).test(left),
}
const orders: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  '-eq': (left, right) => left === right,
  '-lt': (left, right) => left < right,
  '-le': (left, right) => left <= right,
  '-gt': (left, right) => left > right,
  '-ge': (left, right) => left >= right,
}

class Reader {
  private readonly tokens: readonly Token[]
  private at = 0

  constructor(script: string) {
    this.tokens = tokens(script)
  }

  private peek(): string | undefined {
    const token = this.tokens[this.at]
    return token === undefined || token.kind === 'text' ? undefined : token.text
  }

  private take(wanted?: string): Token {
    const token = this.tokens[this.at++]
    if (token === undefined) throw new Error('the script ends early')
    if (wanted !== undefined && (token.text !== wanted || token.kind === 'text'))
      throw new Error(`${wanted} is wanted, not ${token.text}`)
    return token
  }

  whole(): Code {
    const code = this.logical()
    if (this.at < this.tokens.length) throw new Error(`something is left over: ${this.tokens[this.at]!.text}`)
    return code
  }

  private logical(): Code {
    let code = this.unary()
    for (let word = this.peek(); word === '-and' || word === '-or'; word = this.peek()) {
      this.take()
      const [left, right, all] = [code, this.unary(), word === '-and']
      code = scope => (all ? truthy(left(scope)) && truthy(right(scope)) : truthy(left(scope)) || truthy(right(scope)))
    }
    return code
  }

  private unary(): Code {
    if (this.peek() !== '-not') return this.comparison()
    this.take()
    const inner = this.unary()
    return scope => !truthy(inner(scope))
  }

  private comparison(): Code {
    const left = this.sum()
    const word = this.peek() ?? ''
    if (Object.hasOwn(comparisons, word)) {
      this.take()
      const right = this.sum()
      const asks = comparisons[word]!
      return scope => {
        const value = left(scope)
        const pattern = text(right(scope))
        return Array.isArray(value) ? value.filter(one => asks(text(one), pattern)) : asks(text(value), pattern)
      }
    }
    if (word === '-ccontains') {
      this.take()
      const right = this.sum()
      return scope => listed(left(scope)).some(one => one === text(right(scope)))
    }
    if (word === '-ne' || word === '-eq') {
      this.take()
      const right = this.sum()
      return scope => {
        const [a, b] = [left(scope), right(scope)]
        if (a === undefined || a === null) return (b === undefined || b === null) === (word === '-eq')
        return (Number(a) === Number(b)) === (word === '-eq')
      }
    }
    if (Object.hasOwn(orders, word)) {
      this.take()
      const right = this.sum()
      return scope => orders[word]!(Number(left(scope)), Number(right(scope)))
    }
    return left
  }

  private sum(): Code {
    let code = this.value()
    while (this.peek() === '+') {
      this.take()
      const [left, right] = [code, this.value()]
      code = scope => {
        const before = left(scope)
        if (typeof before !== 'string') throw new Error('only a text is added to')
        return before + text(right(scope))
      }
    }
    return code
  }

  private value(): Code {
    let code = this.primary()
    for (;;) {
      const word = this.peek()
      const inner = code
      if (word === '[') {
        this.take()
        const key = this.sum()
        this.take(']')
        code = scope => {
          const fields = inner(scope) as Readonly<Record<string, Value>>
          const name = text(key(scope))
          return Object.hasOwn(fields, name) ? fields[name] : undefined
        }
      } else if (word?.startsWith('.') === true) {
        this.take()
        code = this.member(inner, word)
      } else return code
    }
  }

  private member(of: Code, name: string): Code {
    if (name === '.Count') return scope => listed(of(scope)).length
    if (name === '.Values') return scope => Object.values(of(scope) as Readonly<Record<string, Value>>)
    this.take('(')
    if (name === '.ContainsKey') {
      const key = this.sum()
      this.take(')')
      return scope => Object.hasOwn(of(scope) as object, text(key(scope)))
    }
    if (name === '.Where') {
      const block = this.block()
      this.take(')')
      return scope => listed(of(scope)).filter(one => truthy(block({ ...scope, $_: one as Value })))
    }
    const first = this.sum()
    this.take(',')
    const fold = this.take().text.endsWith('IgnoreCase')
    this.take(')')
    const form = (value: unknown) => (fold ? text(value).toUpperCase() : text(value))
    return scope => {
      const [own, other] = [of(scope), first(scope)]
      if (typeof own !== 'string' || typeof other !== 'string') throw new Error('a method of nothing')
      if (name === '.StartsWith') return form(own).startsWith(form(other))
      if (name === '.EndsWith') return form(own).endsWith(form(other))
      return form(own).indexOf(form(other))
    }
  }

  private block(): Code {
    this.take('{')
    let given: Code | undefined
    if (this.tokens[this.at + 1]?.text === '=') {
      this.take('$one')
      this.take('=')
      given = this.sum()
      this.take(';')
    }
    const inner = this.logical()
    this.take('}')
    return scope => inner(given === undefined ? scope : { ...scope, $one: given(scope) as Value })
  }

  private primary(): Code {
    const { kind, text: word } = this.take()
    if (kind === 'text') return () => word
    if (kind === 'number') return () => Number(word)
    if (word === '(') {
      const inner = this.logical()
      this.take(')')
      return inner
    }
    if (word === '@') {
      this.take('(')
      const inner = this.logical()
      this.take(')')
      return scope => listed(inner(scope))
    }
    if (word === '[char]') {
      const code = Number(this.take().text)
      return () => String.fromCharCode(code)
    }
    if (word === '[double]') {
      const inner = this.value()
      return scope => Number(inner(scope))
    }
    if (word === '[convert]::ToInt64') {
      this.take('(')
      const inner = this.sum()
      this.take(',')
      this.take()
      this.take(')')
      return scope => Number.parseInt(text(inner(scope)), 16)
    }
    if (word === '[string]::Equals') {
      this.take('(')
      const [left] = [this.sum(), this.take(',')]
      const [right] = [this.sum(), this.take(',')]
      const fold = this.take().text.endsWith('IgnoreCase')
      this.take(')')
      const form = (value: unknown) => (fold ? text(value).toUpperCase() : text(value))
      return scope => form(left(scope)) === form(right(scope))
    }
    if (word === '$null') return () => null
    if (word === '$true' || word === '$false') return () => word === '$true'
    if (/^\$(?:d|_|one)$/.test(word)) return scope => scope[word]
    throw new Error(`nobody knows ${word}`)
  }
}

/** The condition of the last Where-Object of a query as a function of an event's fields. */
export function conditionOf(query: string): (fields: Readonly<Record<string, Value>>) => boolean {
  const start = query.lastIndexOf('$d = Read-Event $_\n')
  if (start === -1 || !query.endsWith('\n}')) throw new Error('the query asks nothing of an event')
  const code = new Reader(query.slice(start + '$d = Read-Event $_\n'.length, -2)).whole()
  return fields => truthy(code({ $d: fields }))
}
