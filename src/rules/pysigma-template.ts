// Templates of processing pipelines: variables, filters, for and if of Jinja, with bounds; no files, no calls, no imports.

import type { Value } from '../ir/event.ts'
import { isMap } from './pysigma.ts'

/** Why a template cannot be filled in. */
export class TemplateError extends Error {}

type Scope = ReadonlyMap<string, Value>

type Expr =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'of'; readonly from: Expr; readonly key: Expr }
  | { readonly kind: 'filter'; readonly name: string; readonly from: Expr; readonly args: readonly Expr[] }
  | { readonly kind: 'not' | 'defined'; readonly from: Expr }
  | { readonly kind: 'two'; readonly op: string; readonly left: Expr; readonly right: Expr }

type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'print'; readonly value: Expr }
  | { readonly kind: 'if'; readonly branches: readonly { readonly when: Expr | undefined; readonly body: readonly Node[] }[] }
  | {
      readonly kind: 'for'
      readonly names: readonly string[]
      readonly over: Expr
      readonly body: readonly Node[]
      readonly none: readonly Node[]
    }

const mostSteps = 1_000_000
const mostText = 16 * 1024 * 1024
const deepest = 100

/** Python's way of writing a value. */
export function written(value: Value | undefined): string {
  if (value === undefined) return ''
  if (value === null) return 'None'
  if (value === true) return 'True'
  if (value === false) return 'False'
  if (typeof value === 'object') return represented(value)
  return String(value)
}

function represented(value: Value): string {
  if (typeof value === 'string')
    return value.includes("'") && !value.includes('"') ? `"${value}"` : `'${value.replace(/[\\']/g, '\\$&')}'`
  if (Array.isArray(value)) return `[${value.map(represented).join(', ')}]`
  if (isMap(value))
    return `{${Object.entries(value)
      .map(([key, one]) => `${represented(key)}: ${represented(one)}`)
      .join(', ')}}`
  return written(value)
}

const truthy = (value: Value | undefined): boolean =>
  Array.isArray(value) ? value.length > 0 : isMap(value) ? Object.keys(value).length > 0 : Boolean(value)

const listOf = (value: Value | undefined): readonly Value[] => {
  if (value === undefined) return []
  if (Array.isArray(value)) return value as readonly Value[]
  if (typeof value === 'string') return [...value]
  if (isMap(value)) return Object.keys(value)
  throw new TemplateError(`"${written(value)}" is no list`)
}

type Filter = (value: Value | undefined, args: readonly (Value | undefined)[]) => Value
const text =
  (change: (of: string) => string): Filter =>
  value =>
    change(written(value))
const fallback: Filter = (value, [other, empty]) =>
  value === undefined || (truthy(empty) && !truthy(value)) ? (other ?? '') : value
const size: Filter = value => listOf(value).length
const html = text(of =>
  of
    .replace(/[&<>"']/g, sign => `&#${sign.charCodeAt(0)};`)
    .replaceAll('&#38;', '&amp;')
    .replaceAll('&#60;', '&lt;')
    .replaceAll('&#62;', '&gt;'),
)

const filters: Readonly<Record<string, Filter>> = {
  upper: text(of => of.toUpperCase()),
  lower: text(of => of.toLowerCase()),
  capitalize: text(of => of.charAt(0).toUpperCase() + of.slice(1).toLowerCase()),
  title: text(of => of.replace(/[\p{L}\p{N}']+/gu, word => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase())),
  trim: text(of => of.trim()),
  string: text(of => of),
  e: html,
  escape: html,
  safe: value => value ?? '',
  default: fallback,
  d: fallback,
  length: size,
  count: size,
  int: value => Math.trunc(Number(value)) || 0,
  float: value => Number(value) || 0,
  list: value => listOf(value),
  first: value => listOf(value)[0] ?? '',
  last: value => listOf(value).at(-1) ?? '',
  sort: value => [...listOf(value)].sort((a, b) => (written(a).toLowerCase() < written(b).toLowerCase() ? -1 : 1)),
  unique: value => [...new Set(listOf(value))],
  reverse: value => (typeof value === 'string' ? [...value].reverse().join('') : [...listOf(value)].reverse()),
  join: (value, [by]) => listOf(value).map(written).join(written(by)),
  replace: (value, [from, to]) => written(value).replaceAll(written(from), written(to)),
  tojson: value => JSON.stringify(value ?? null).replace(/[<>&']/g, sign => `\\u00${sign.charCodeAt(0).toString(16)}`),
  indent: (value, [by]) => written(value).replace(/\n(?!\n|$)/g, `\n${' '.repeat(Math.min(200, Number(by ?? 4)))}`),
}

/** Fills in a Jinja template. Throws `TemplateError` for what is not there: an unknown filter or word, a part of nothing. */
export function fill(template: string, values: Readonly<Record<string, Value>>): string {
  const { nodes } = parse(template.replace(/\n$/, ''))
  let steps = 0
  let out = ''
  const put = (more: string): void => {
    out += more
    if (out.length > mostText) throw new TemplateError('the text grows too long')
  }
  const evaluate = (of: Expr, scope: Scope): Value | undefined => {
    if (++steps > mostSteps) throw new TemplateError('it takes too many steps')
    switch (of.kind) {
      case 'value':
        return of.value
      case 'name':
        return scope.get(of.name)
      case 'of': {
        const from = evaluate(of.from, scope)
        if (from === undefined) throw new TemplateError('it asks a part of something that is not defined')
        const key = evaluate(of.key, scope)
        if (Array.isArray(from)) return typeof key === 'number' ? (from as readonly Value[]).at(key) : undefined
        if (typeof from === 'string') return typeof key === 'number' ? from.at(key) : undefined
        return isMap(from) && Object.hasOwn(from, String(key)) ? from[String(key)] : undefined
      }
      case 'filter':
        return filters[of.name]!(
          evaluate(of.from, scope),
          of.args.map(arg => evaluate(arg, scope)),
        )
      case 'not':
        return !truthy(evaluate(of.from, scope))
      case 'defined':
        return evaluate(of.from, scope) !== undefined
      case 'two': {
        const left = evaluate(of.left, scope)
        if (of.op === 'and') return truthy(left) ? evaluate(of.right, scope) : left
        if (of.op === 'or') return truthy(left) ? left : evaluate(of.right, scope)
        const right = evaluate(of.right, scope)
        switch (of.op) {
          case '==':
            return JSON.stringify(left) === JSON.stringify(right)
          case '!=':
            return JSON.stringify(left) !== JSON.stringify(right)
          case 'in':
            return typeof right === 'string' ? right.includes(written(left)) : listOf(right).some(one => one === left)
          case '~':
            return written(left) + written(right)
          case '+':
            return typeof left === 'number' && typeof right === 'number' ? left + right : written(left) + written(right)
          default: {
            if (typeof left !== typeof right || (typeof left !== 'number' && typeof left !== 'string'))
              throw new TemplateError('it compares unlike things')
            const [a, b] = [left, right as typeof left]
            return of.op === '<' ? a < b : of.op === '<=' ? a <= b : of.op === '>' ? a > b : a >= b
          }
        }
      }
    }
  }
  const run = (list: readonly Node[], scope: Scope): void => {
    for (const node of list) {
      if (++steps > mostSteps) throw new TemplateError('it takes too many steps')
      if (node.kind === 'text') put(node.text)
      else if (node.kind === 'print') put(written(evaluate(node.value, scope)))
      else if (node.kind === 'if') {
        const taken = node.branches.find(({ when }) => when === undefined || truthy(evaluate(when, scope)))
        if (taken !== undefined) run(taken.body, scope)
      } else {
        const list = listOf(evaluate(node.over, scope))
        list.forEach((one, index) => {
          const loop = {
            index: index + 1,
            index0: index,
            first: index === 0,
            last: index === list.length - 1,
            length: list.length,
          }
          const named: [string, Value][] =
            node.names.length === 1 ? [[node.names[0]!, one]] : node.names.map((name, at) => [name, listOf(one)[at] ?? ''])
          run(node.body, new Map([...scope, ...named, ['loop', loop]]))
        })
        if (list.length === 0) run(node.none, scope)
      }
    }
  }
  run(nodes, new Map(Object.entries(values)))
  return out
}

function parse(template: string): { readonly nodes: readonly Node[] } {
  const pieces: { readonly kind: 'text' | 'print' | 'block'; readonly text: string }[] = []
  let from = 0
  let trim = false
  for (const found of template.matchAll(
    /\{\{([-+]?)([\s\S]*?)([-+]?)\}\}|\{%([-+]?)([\s\S]*?)([-+]?)%\}|\{#([-]?)[\s\S]*?([-]?)#\}/g,
  )) {
    let before = template.slice(from, found.index)
    if (trim) before = before.trimStart()
    if ([found[1], found[4], found[7]].includes('-')) before = before.trimEnd()
    pieces.push({ kind: 'text', text: before })
    if (found[2] !== undefined) pieces.push({ kind: 'print', text: found[2] })
    else if (found[5] !== undefined) pieces.push({ kind: 'block', text: found[5].trim() })
    trim = [found[3], found[6], found[8]].includes('-')
    from = found.index + found[0].length
  }
  const rest = template.slice(from)
  pieces.push({ kind: 'text', text: trim ? rest.trimStart() : rest })
  let at = 0
  const body = (ends: readonly string[], depth: number): { readonly nodes: Node[]; readonly end: string } => {
    if (depth > deepest) throw new TemplateError('it is nested too deep')
    const nodes: Node[] = []
    while (at < pieces.length) {
      const piece = pieces[at++]!
      if (piece.kind === 'text') {
        if (piece.text !== '') nodes.push(piece as Node & { kind: 'text' })
        continue
      }
      if (piece.kind === 'print') {
        nodes.push({ kind: 'print', value: expression(piece.text) })
        continue
      }
      const [, word = '', more = ''] = /^(\w*)\s*([\s\S]*)$/.exec(piece.text)!
      if (ends.includes(word)) return { nodes, end: piece.text }
      if (word === 'if') {
        const branches: { when: Expr | undefined; body: readonly Node[] }[] = []
        let when: Expr | undefined = expression(more)
        for (;;) {
          const inner = body(['elif', 'else', 'endif'], depth + 1)
          branches.push({ when, body: inner.nodes })
          if (inner.end === 'endif') break
          when = inner.end === 'else' ? undefined : expression(inner.end.slice(4))
        }
        nodes.push({ kind: 'if', branches })
      } else if (word === 'for') {
        const named = /^(\w+(?:\s*,\s*\w+)*)\s+in\s+([\s\S]+)$/.exec(more)
        if (named === null) throw new TemplateError(`"${piece.text}" is no loop`)
        const inner = body(['else', 'endfor'], depth + 1)
        const none = inner.end === 'else' ? body(['endfor'], depth + 1).nodes : []
        nodes.push({ kind: 'for', names: named[1]!.split(/\s*,\s*/), over: expression(named[2]!), body: inner.nodes, none })
      } else throw new TemplateError(`there is no "{% ${word} %}" here`)
    }
    if (ends.length > 0) throw new TemplateError(`"{% ${ends.at(-1)} %}" is missing`)
    return { nodes, end: '' }
  }
  return body([], 0)
}

function expression(source: string): Expr {
  const tokens = [
    ...source.matchAll(
      /\s*(?:("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(\d+(?:\.\d+)?)|([A-Za-z_]\w*)|(==|!=|<=|>=|[-<>|.()[\],~+])|(\S))/g,
    ),
  ].map(found => ({
    string: found[1],
    number: found[2],
    word: found[3],
    sign: found[4],
    other: found[5],
  }))
  let at = 0
  let depth = 0
  const wrong = (): never => {
    throw new TemplateError(`"${source.trim().slice(0, 80)}" cannot be read`)
  }
  const sign = (text: string): boolean => tokens[at]?.sign === text && ++at > 0
  const word = (text: string): boolean => tokens[at]?.word === text && ++at > 0
  const primary = (): Expr => {
    const token = tokens[at++] ?? wrong()
    if (token.string !== undefined) {
      const plain = token.string.slice(1, -1).replace(/\\(.)/g, (_, one: string) => ({ n: '\n', t: '\t', r: '\r' })[one] ?? one)
      return { kind: 'value', value: plain }
    }
    if (token.number !== undefined) return { kind: 'value', value: Number(token.number) }
    if (token.word !== undefined) {
      const constant = { true: true, True: true, false: false, False: false, none: null, None: null }
      return Object.hasOwn(constant, token.word)
        ? { kind: 'value', value: constant[token.word as keyof typeof constant] }
        : { kind: 'name', name: token.word }
    }
    if (token.sign === '(') {
      const inner = whole()
      return sign(')') ? inner : wrong()
    }
    return wrong()
  }
  const postfix = (): Expr => {
    let of = primary()
    for (;;) {
      if (sign('.')) {
        const token = tokens[at++]
        const key: Value = token?.word ?? (token?.number === undefined ? wrong() : Number(token.number))
        of = { kind: 'of', from: of, key: { kind: 'value', value: key } }
      } else if (sign('[')) {
        of = { kind: 'of', from: of, key: whole() }
        if (!sign(']')) wrong()
      } else if (sign('|')) {
        const name = tokens[at++]?.word ?? wrong()
        if (!Object.hasOwn(filters, name)) throw new TemplateError(`there is no filter "${name}"`)
        const args: Expr[] = []
        if (sign('(') && !sign(')')) {
          do args.push(whole())
          while (sign(','))
          if (!sign(')')) wrong()
        }
        of = { kind: 'filter', name, from: of, args }
      } else return of
    }
  }
  const compared = (): Expr => {
    let left = postfix()
    while (tokens[at]?.sign === '~' || tokens[at]?.sign === '+')
      left = { kind: 'two', op: tokens[at++]!.sign!, left, right: postfix() }
    const op = tokens[at]?.sign
    if (op !== undefined && ['==', '!=', '<', '<=', '>', '>='].includes(op)) {
      at++
      return { kind: 'two', op, left, right: postfix() }
    }
    if (word('in')) return { kind: 'two', op: 'in', left, right: postfix() }
    if (tokens[at]?.word === 'not' && tokens[at + 1]?.word === 'in') {
      at += 2
      return { kind: 'not', from: { kind: 'two', op: 'in', left, right: postfix() } }
    }
    if (word('is')) {
      const not = word('not')
      const what = tokens[at++]?.word
      const test: Expr =
        what === 'defined'
          ? { kind: 'defined', from: left }
          : what === 'none'
            ? { kind: 'two', op: '==', left, right: { kind: 'value', value: null } }
            : wrong()
      return not ? { kind: 'not', from: test } : test
    }
    return left
  }
  const negated = (): Expr => {
    if (++depth > deepest * 10) wrong()
    return word('not') ? { kind: 'not', from: negated() } : compared()
  }
  const joined = (op: 'and' | 'or', inner: () => Expr): Expr => {
    let left = inner()
    while (word(op)) left = { kind: 'two', op, left, right: inner() }
    return left
  }
  const whole = (): Expr => joined('or', () => joined('and', negated))
  const read = whole()
  return at === tokens.length ? read : wrong()
}
