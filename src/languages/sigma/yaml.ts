// YAML as rule authors write it: documents, maps, lists and scalars with their places, bounded in size, depth and alias growth.

import { Composer, isAlias, isMap, isScalar, isSeq, Lexer, type ParsedNode, Parser, type Range, visit } from 'yaml'
import type { Diagnostic } from '../../text/diagnostic.ts'
import type { Source, Span } from '../../text/source.ts'
import { readBlocks } from './blocks.ts'
import { deepest, type MapEntry, type MapNode, type ScalarNode, type YamlDocument, type YamlNode } from './nodes.ts'

export * from './nodes.ts'

/** Characters of one file. */
export const largestFile = 16 * 1024 * 1024
/** Nodes of one document, each alias counted as what it stands for. */
export const largestDocument = 1_000_000
/** Faults of one document that are told; the rest of a broken document only repeats them. */
const mostFaults = 4

export const yamlCodes = {
  SIG001: 'the text is not YAML',
  SIG002: 'a file or document is too large, too deep, or grows too much by aliases',
  SIG003: 'a key is written twice',
  SIG004: 'an alias names nothing',
  SIG005: 'a key is not a scalar',
} as const

type Token = Parameters<Composer['next']>[0]

interface Read {
  readonly documents: readonly YamlDocument[]
  readonly diagnostics: Diagnostic[]
}

/**
 * The documents of a text. A document that is broken is reported and has no root; the others are read.
 * Aliases share the node they name, so reading costs no more than the text; what they would grow to is bounded.
 */
export function documents(source: Source): Read {
  const { length } = source.text
  if (length > largestFile) {
    const message = `the file has ${length} characters, more than the ${largestFile} that are read`
    const span = { start: 0, end: 0 }
    const hint = 'split it into several files'
    return { documents: [], diagnostics: [{ code: 'SIG002', severity: 'error', message, span, source, hint }] }
  }
  const plain = readBlocks(source.text)
  return plain === undefined ? compose(source) : { documents: plain.map(root => ({ root })), diagnostics: [] }
}

/** The documents of a text as the library reads them: all of YAML. */
export function compose(source: Source): Read {
  const diagnostics: Diagnostic[] = []
  const found: YamlDocument[] = []
  const fault = (code: keyof typeof yamlCodes, message: string, span: Span, more: Partial<Diagnostic> = {}): void => {
    diagnostics.push({ code, severity: 'error', message, span, source, ...more })
  }
  // Positions survive: a byte order mark is one character, which the lexer skips itself.
  const composer = new Composer({ schema: 'failsafe', uniqueKeys: false, prettyErrors: false, logLevel: 'silent', strict: true })
  const take = (documents: ReturnType<Composer['next']>): void => {
    for (const document of documents) {
      if (document.errors.length > 0) {
        for (const error of document.errors.slice(0, mostFaults)) {
          const start = Math.min(error.pos[0], source.text.length)
          const end = Math.min(Math.max(error.pos[1], start), source.text.length)
          const open = unclosed(document, error.message, source.text, start)
          const hint = open?.hint ?? hintFor(error.code, source.text, start)
          const span = open === undefined ? { start, end } : { start: open.at, end: open.at + 1 }
          fault('SIG001', open?.message ?? wording(error.message), span, hint === undefined ? {} : { hint })
        }
        found.push({})
        continue
      }
      const root = document.contents === null ? undefined : convert(document.contents, source.text, fault)
      found.push(root === undefined ? {} : { root })
    }
  }
  let from = 0
  while (from !== -1) {
    const deep = readTokens(source.text, from, token => take(composer.next(token)))
    if (deep === undefined) break
    const span = { start: deep, end: Math.min(deep + 1, source.text.length) }
    fault('SIG002', `the document is nested more than ${deepest} levels deep`, span)
    found.push({})
    const next = /^---(?=\s|$)/m.exec(source.text.slice(deep))
    from = next === null ? -1 : deep + next.index
  }
  take(composer.end(false, source.text.length))
  return { documents: found, diagnostics }
}

/**
 * Hands on the documents of a text from an offset. Ends before one that is nested too deeply and says where: the
 * library's parser and composer recurse, so depth is bounded while tokens come in.
 */
function readTokens(text: string, from: number, take: (token: Token) => void): number | undefined {
  const parser = new Parser()
  parser.offset = from
  for (const lexeme of new Lexer().lex(from === 0 ? text : text.slice(from))) {
    for (const token of parser.next(lexeme)) take(token)
    if (parser.stack.length > deepest + 2) return parser.offset
  }
  for (const token of parser.end()) take(token)
  return undefined
}

const openers: Readonly<Record<string, { readonly open: string; readonly what: string }>> = {
  ']': { open: '[', what: 'list' },
  '}': { open: '{', what: 'map' },
  '"': { open: '"', what: 'text' },
  "'": { open: "'", what: 'text' },
}

/** Where what is not closed begins: the library tells where it gave up looking for the end, which may be lines further down. */
function unclosed(
  document: Parameters<typeof visit>[0],
  message: string,
  text: string,
  before: number,
): { readonly at: number; readonly message: string; readonly hint?: string } | undefined {
  const close = /\bend with a ([\]}])/.exec(message)?.[1] ?? /^Missing closing (["'])quote/.exec(message)?.[1]
  if (close === undefined) return undefined
  const { open, what } = openers[close]!
  let at = -1
  visit(document, {
    Node(_, node) {
      const [start, end] = node.range ?? [-1, -1]
      if (start <= at || start > before || text[start] !== open) return
      if (end - start < 2 || text[end - 1] !== close) at = start
    },
  })
  if (at < 0) return undefined
  const hint = what === 'text' ? hintFor('', text, at) : undefined
  return {
    at,
    message: `the ${what} that begins here is not closed: there is no ${close}`,
    ...(hint === undefined ? {} : { hint }),
  }
}

function wording(message: string): string {
  const first = message.charAt(0).toLowerCase() + message.slice(1, 300)
  return first.replace(/\s+at line \d+, column \d+:?[\s\S]*$/, '').replace(/\.$/, '')
}

/** What usually lies behind a fault of YAML in a rule. */
function hintFor(code: string, text: string, at: number): string | undefined {
  if (code === 'TAB_AS_INDENT') return 'indent with blanks'
  if (code === 'BAD_ALIAS' || text[at] === '*') return 'a value that begins with "*" or "&" must be quoted'
  const line = text.slice(Math.max(text.lastIndexOf('\n', at - 1) + 1, at - 200), at + 200).split('\n')[0]!
  if (/:\s+[*&!%@`|>]/.test(line) || /^\s*-\s+[*&!%@`]/.test(line))
    return 'a value that begins with a special character must be quoted'
  if (/'[^']*'[^\s,\]}#:]/.test(line)) return 'inside single quotes a quote is written twice'
  if (/^[^'"#]*:\s[^'"#]*:\s/.test(line)) return 'a value that contains ": " must be quoted'
  return undefined
}

type Fault = (code: keyof typeof yamlCodes, message: string, span: Span, more?: Partial<Diagnostic>) => void

/** The library's nodes as ours; undefined when the document cannot be used. The depth of the tree was bounded before. */
function convert(contents: ParsedNode, written: string, fault: Fault): YamlNode | undefined {
  const anchors = new Map<string, YamlNode>()
  const sizes = new Map<YamlNode, { size: number; depth: number }>()
  let refused = false

  const spanOf = (range: Range | null | undefined): Span => ({ start: range?.[0] ?? 0, end: range?.[1] ?? 0 })

  const keep = <T extends YamlNode>(node: T, anchor: string | undefined, size: number, depth: number): T => {
    sizes.set(node, { size, depth })
    if (anchor !== undefined) anchors.set(anchor, node)
    if (!refused && (size > largestDocument || depth > deepest)) {
      refused = true
      const what = size > largestDocument ? `to more than ${largestDocument} nodes` : `more than ${deepest} levels deep`
      fault('SIG002', `aliases make this document grow ${what}`, {
        start: node.span.start,
        end: Math.min(node.span.end, node.span.start + 1),
      })
    }
    return node
  }

  const empty = (span: Span): ScalarNode => keep({ kind: 'scalar', text: '', style: 'plain', span }, undefined, 1, 1)

  const scalar = (node: ParsedNode): ScalarNode | undefined => {
    if (!isScalar(node)) return undefined
    const style = node.type === 'PLAIN' ? 'plain' : node.type?.startsWith('BLOCK') ? 'block' : 'quoted'
    const tag = node.tag?.startsWith('tag:yaml.org,2002:') ? node.tag.slice('tag:yaml.org,2002:'.length) : node.tag
    const text = typeof node.value === 'string' ? node.value : ''
    let { start, end } = spanOf(node.range)
    if (style === 'block') while (end > start && /\s/.test(written[end - 1]!)) end--
    const base: ScalarNode = { kind: 'scalar', text, style, span: { start, end } }
    return keep(tag === undefined ? base : { ...base, tag }, node.anchor, 1, 1)
  }

  const of = (node: ParsedNode | null): YamlNode => {
    if (node === null) return empty({ start: 0, end: 0 })
    if (isAlias(node)) {
      const named = anchors.get(node.source)
      if (named !== undefined) return named
      const span = spanOf(node.range)
      fault('SIG004', `"*${node.source}" is an alias, and nothing before it is marked "&${node.source}"`, span, {
        hint: 'a value that begins with "*" must be quoted',
      })
      refused = true
      return empty(span)
    }
    if (isMap(node)) {
      const entries: MapEntry[] = []
      const seen = new Map<string, ScalarNode>()
      const merged: MapEntry[] = []
      let broken: string | undefined
      let size = 1
      let depth = 0
      let end = node.range![0]
      for (const pair of node.items) {
        const key = pair.key === null ? empty(spanOf(node.range)) : isAlias(pair.key) ? of(pair.key) : scalar(pair.key)
        if (key === undefined || key.kind !== 'scalar') {
          const span = spanOf(pair.key.range)
          fault('SIG005', 'a key must be a name, not a map or a list', span, {
            hint: 'a name with a bracket or brace must be quoted',
          })
          refused = true
          continue
        }
        const value = pair.value === null ? empty({ start: key.span.end, end: key.span.end }) : of(pair.value)
        const known = sizes.get(value)!
        size += known.size + 1
        depth = Math.max(depth, known.depth)
        end = isAlias(pair.value) ? pair.value.range![1] : Math.max(key.span.end, value.span.end)
        if (key.text === '<<' && key.style === 'plain') {
          for (const from of value.kind === 'list' ? value.items : [value]) {
            if (from.kind === 'map') merged.push(...from.entries)
          }
          continue
        }
        const first = seen.get(key.text)
        if (first === undefined) {
          seen.set(key.text, key)
          entries.push({ key, value })
        } else {
          broken = `"${key.text}" is written twice`
          fault('SIG003', `the key "${key.text}" is written twice in one map, and all but one would be lost`, key.span, {
            hint: 'put the values into one list, or the tests into two selections',
            related: [{ message: 'first written here', span: first.span }],
          })
        }
      }
      for (const entry of merged) {
        if (seen.has(entry.key.text)) continue
        seen.set(entry.key.text, entry.key)
        entries.push(entry)
      }
      const base: MapNode = { kind: 'map', entries, span: node.flow ? spanOf(node.range) : { start: node.range![0], end } }
      return keep(broken === undefined ? base : { ...base, broken }, node.anchor, size, depth + 1)
    }
    if (isSeq(node)) {
      let size = 1
      let depth = 0
      let end = node.range![0]
      const items = node.items.map(item => {
        // A pair inside a flow list (`[a: b]`) is a map of one entry; the library yields it as a map already.
        const value = of(item)
        const known = sizes.get(value)!
        size += known.size
        depth = Math.max(depth, known.depth)
        end = isAlias(item) ? item.range![1] : value.span.end
        return value
      })
      const span = node.flow ? spanOf(node.range) : { start: node.range![0], end }
      return keep({ kind: 'list', items, span }, node.anchor, size, depth + 1)
    }
    return scalar(node) ?? empty(spanOf(node.range))
  }

  const root = of(contents)
  return refused ? undefined : root
}

/**
 * Offsets in the source for offsets in a scalar's text. Exact where the scalar is written as it reads; in a folded, escaped or
 * indented one each character is sought onward from the last, so that words are found where they stand.
 */
export function locator(node: ScalarNode, source: Source): (offset: number) => number {
  const written = source.text.slice(node.span.start, node.span.end)
  const direct = written.indexOf(node.text)
  if (direct !== -1) return offset => node.span.start + direct + offset
  const places: number[] = []
  let at = node.style === 'quoted' ? 1 : node.style === 'block' ? written.indexOf('\n') + 1 : 0
  for (const character of node.text) {
    if (/\s/.test(character)) {
      places.push(at)
      while (at < written.length && /\s/.test(written[at]!)) at++
      continue
    }
    const next = written.indexOf(character, at)
    at = next === -1 ? at : next
    for (let unit = 0; unit < character.length; unit++) places.push(at + unit)
    at = next === -1 ? at : next + character.length
  }
  return offset => node.span.start + Math.min(places[offset] ?? at, written.length)
}
