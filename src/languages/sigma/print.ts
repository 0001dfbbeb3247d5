// Meaning to Sigma: log source, search identifiers and condition, and correlations of several rules, in YAML that reads the same in YAML 1.1 and 1.2. Reading it gives the same question.

import type { EventClass, Pipeline } from '../../ir/pipeline.ts'
import type { Predicate } from '../../ir/predicate.ts'
import type { Outcome } from '../../text/diagnostic.ts'
import { between, type Doc, hard, indent, mark } from '../../text/layout.ts'
import type { Printed, Style } from '../language.ts'
import { createPrinting, finish, type Printing } from '../printing.ts'
import { correlated } from './correlate.ts'
import { canName, type Item, keyText, keywordItem, quoted, testItem } from './write.ts'

/** Parentheses inside each other that a reader of conditions takes. */
const deepest = 60

/** What stands below one name: items that all hold, or alternatives of which one does. */
type Block =
  | { readonly items: readonly Item[] }
  | { readonly either: readonly (readonly Item[])[] }
  | { readonly everything: true }

type Expression =
  | { readonly kind: 'block'; readonly block: Named }
  | { readonly kind: 'not'; readonly arg: Expression }
  | { readonly kind: 'and' | 'or'; readonly args: readonly Expression[] }

interface Named {
  readonly doc: Doc
  readonly negated: boolean
}

export function print(query: Pipeline, style?: Style): Outcome<Printed> {
  const printing = createPrinting()
  const documents = documentsOf(query, printing)
  if (documents === undefined) return finish('', printing, style)
  // Lines are part of YAML's meaning.
  return finish(
    between(
      documents.map(lines => between(lines, hard)),
      [hard, '---', hard],
    ),
    printing,
    { ...style, layout: 'block' },
  )
}

/** The documents of a query, each as its lines: one rule, rules of which any finds it, or a correlation behind the rules that it stands on. */
function documentsOf(query: Pipeline, printing: Printing): readonly (readonly Doc[])[] | undefined {
  const rules = alternatives(query)
  if (rules !== undefined) {
    const written = rules.map(rule => ruleLines(rule, printing))
    return written.includes(undefined) ? undefined : (written as readonly (readonly Doc[])[])
  }
  if (query.from.kind !== 'sequence' && query.stages.at(-1)?.kind !== 'aggregate') {
    ruleLines(query, printing)
    return undefined
  }
  const found = correlated(query, {
    printing,
    rule: of => ruleLines(of, printing),
    key: lines => shortHash(lines.map(plain).join('\n')),
  })
  return found?.map(({ name, lines }, at) => (at < found.length - 1 ? [`name: ${name}`, ...lines] : lines))
}

/** The rules of a question for single events, one for each log source; undefined for any other query. */
function alternatives(query: Pipeline): readonly Pipeline[] | undefined {
  const { from } = query
  if (query.stages.some(stage => stage.kind !== 'filter')) return undefined
  if (from.kind === 'class') return [query]
  if (from.kind !== 'union' || from.of.length === 0) return undefined
  const parts = from.of.map(one => alternatives({ ...one, stages: [...one.stages, ...query.stages] }))
  return parts.includes(undefined) ? undefined : parts.flatMap(part => part!)
}

/** A rule for single events of one log source, line by line; undefined after something was refused. */
function ruleLines(query: Pipeline, printing: Printing): readonly Doc[] | undefined {
  const { from } = query
  const filters: Predicate[] = []
  const before = printing.diagnostics.length
  for (const stage of query.stages) {
    if (stage.kind === 'filter') filters.push(stage.where)
    else beyond(`the stage "${stage.kind}"`, stage.span, printing)
  }
  if (from.kind !== 'class') beyond(`rows from a ${from.kind}`, from.span, printing)
  if (printing.diagnostics.length > before || from.kind !== 'class') return undefined
  const blocks = new Map<string, Named>()
  const expression = read(filters.length === 1 ? filters[0]! : { kind: 'and', args: filters }, { blocks, printing }, false, 0)
  if (expression === undefined) return undefined
  const names = nameAll([...blocks.values()])
  const source = logsource(from.class)
  return [
    ...(source.length === 0 ? [] : [['logsource:', below(source)]]),
    [
      'detection:',
      below([
        ...[...names].map(([block, name]): Doc => [`${name}:`, block.doc]),
        mark(
          ['condition: ', condition(expression, names, 'top')],
          filters.flatMap(where => (where.span === undefined ? [] : [where.span])),
        ),
      ]),
    ],
  ]
}

/** Eight digits that stand for a text. */
function shortHash(text: string): string {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, '0')
}

function beyond(what: string, span: Predicate['span'], printing: Printing): void {
  printing.cannot(
    'SIG101',
    `${what}: a Sigma rule asks single events of one log source`,
    span,
    'convert the rules that it stands on, and correlate them by hand',
  )
}

/** Lines below a key: four blanks deeper, as the rules of SigmaHQ are. */
const below = (lines: readonly Doc[]): Doc => indent(indent(lines.map(line => [hard, line])))

function logsource(of: EventClass): readonly Doc[] {
  return (['category', 'product', 'service'] as const).flatMap(key => {
    const value = of[key]
    if (value === undefined) return []
    return [
      `${key}: ${/^[a-z][\w-]*$/.test(value) && !/^(?:y|n|yes|no|on|off|true|false|null)$/.test(value) ? value : quoted(value)}`,
    ]
  })
}

interface Reading {
  readonly blocks: Map<string, Named>
  readonly printing: Printing
}

/** A predicate as search identifiers and what joins them; undefined after something was refused. */
function read(of: Predicate, reading: Reading, negated: boolean, depth: number): Expression | undefined {
  const { printing } = reading
  if (depth > deepest) {
    printing.cannot('SIG104', `a condition has more than ${deepest} levels`, of.span, 'split the rule')
    return undefined
  }
  if (of.kind === 'const') {
    const everything = use({ everything: true }, reading, negated)
    return of.value ? everything : { kind: 'not', arg: everything }
  }
  if ((of.kind === 'and' || of.kind === 'or') && of.args.length === 0)
    return read({ kind: 'const', value: of.kind === 'and' }, reading, negated, depth)
  const block = blockOf(of)
  if (block !== undefined) return use(block, reading, negated)
  switch (of.kind) {
    case 'not': {
      const arg = read(of.arg, reading, !negated, depth + 1)
      return arg === undefined ? undefined : { kind: 'not', arg }
    }
    case 'and':
    case 'or': {
      const args: (Expression | undefined)[] = []
      for (const part of gather(of)) {
        args.push('kind' in part ? read(part, reading, negated, depth + 1) : use(part, reading, negated))
      }
      return args.includes(undefined) ? undefined : { kind: of.kind, args: args as Expression[] }
    }
    case 'opaque':
      printing.cannot(
        'PRN102',
        `"${of.text.slice(0, 80)}" was read and not understood, so it cannot be said in another language`,
        of.span,
        'write this part of the rule by hand',
      )
      return undefined
    case 'test':
      refuse(of, printing)
      return undefined
  }
}

function refuse(test: Predicate & { kind: 'test' }, printing: Printing): void {
  const { subject, match, span } = test
  const names = [subject, ...(match.kind === 'text' ? [match.to] : [])].flatMap(one => (one.kind === 'field' ? [one.name] : []))
  const unnamed = names.find(name => !canName(name))
  if (unnamed !== undefined) {
    printing.cannot('SIG103', `Sigma cannot write the name of the field "${unnamed.slice(0, 80)}"`, span, 'rename the field')
    return
  }
  const what =
    test.each !== undefined && test.each !== 'any'
      ? 'a question about all members of a list'
      : subject.kind === 'call' && subject.fn !== 'datepart'
        ? `the function "${subject.fn}"`
        : subject.kind === 'field' || subject.kind === 'call'
          ? `this test ("${match.kind}")`
          : 'this test of all fields'
  printing.cannot('SIG102', `${what} cannot be said in Sigma`, span, 'ask a field for a text, a number or a pattern')
}

/** The parts of an `and` or `or`: what fits below one name together, and the others in their order. */
function gather(of: Predicate & { kind: 'and' | 'or' }): readonly (Predicate | Block)[] {
  const parts: (Predicate | Block)[] = []
  const args = keywordsJoined(of)
  if (of.kind === 'and') {
    let items: readonly Item[] = []
    for (const arg of args) {
      const more = 'kind' in arg ? itemsOf(arg) : arg.items
      const both = more === undefined || more.some(isKeyword) ? undefined : merged([...items, ...more])
      if (both === undefined) parts.push(arg)
      else items = both
    }
    return items.length === 0 ? parts : [{ items }, ...parts]
  }
  const either: (readonly Item[])[] = []
  for (const arg of args) {
    const items = 'kind' in arg ? itemsOf(arg) : arg.items
    if (items === undefined) parts.push(arg)
    else either.push(items)
  }
  return either.length === 0 ? parts : [blockOfEither(either), ...parts]
}

const isKeyword = (item: Item): boolean => item.key === '' || item.key.startsWith('|')

/** The arguments of an `or`, each two that are a keyword as one. */
function keywordsJoined(of: Predicate & { kind: 'and' | 'or' }): readonly (Predicate | { readonly items: readonly Item[] })[] {
  if (of.kind === 'and') return of.args
  const out: (Predicate | { readonly items: readonly Item[] })[] = []
  for (let at = 0; at < of.args.length; at++) {
    const keyword = keywordItem(of.args[at], of.args[at + 1])
    if (keyword === undefined) out.push(of.args[at]!)
    else {
      out.push({ items: [keyword] })
      at++
    }
  }
  return out
}

/** What fits below one name as it is. */
function blockOf(of: Predicate): Block | undefined {
  const items = itemsOf(of)
  if (items !== undefined) return { items }
  if (of.kind !== 'or' || of.args.length === 0) return undefined
  const either: (readonly Item[])[] = []
  for (const arg of keywordsJoined(of)) {
    const found = 'kind' in arg ? itemsOf(arg) : arg.items
    if (found === undefined) return undefined
    either.push(found)
  }
  return blockOfEither(either)
}

/** Alternatives with values of one key next to each other as one list. */
function blockOfEither(either: readonly (readonly Item[])[]): Block {
  const out: (readonly Item[])[] = []
  for (const items of either) {
    const [one] = items
    const [last] = out.at(-1) ?? []
    const lists = items.length === 1 && out.at(-1)?.length === 1 && !one!.all && !last!.all
    if (lists && one!.key === last!.key) out[out.length - 1] = [{ ...last!, values: [...last!.values, ...one!.values] }]
    else out.push(items)
  }
  return out.length === 1 ? { items: out[0]! } : { either: out }
}

/** A predicate as one map: items that all hold, each key once. */
function itemsOf(of: Predicate): readonly Item[] | undefined {
  const one = itemOf(of)
  if (one !== undefined) return [one]
  if (of.kind !== 'and' || of.args.length === 0) return undefined
  const items: Item[] = []
  for (const arg of of.args) {
    const item = itemOf(arg)
    if (item === undefined) return undefined
    items.push(item)
  }
  // Keywords have a name of their own.
  return items.some(isKeyword) && new Set(items.map(item => item.key)).size > 1 ? undefined : merged(items)
}

/** Items with each key once: single values of one key become `all` of a list. Undefined where that cannot be. */
function merged(items: readonly Item[]): readonly Item[] | undefined {
  const out = new Map<string, Item>()
  for (const item of items) {
    const known = out.get(item.key)
    if (known === undefined) {
      out.set(item.key, item)
      continue
    }
    const single = (one: Item): boolean => one.all || one.values.length === 1
    if (!single(known) || !single(item)) return undefined
    out.set(item.key, { key: item.key, all: true, values: [...known.values, ...item.values] })
  }
  return [...out.values()]
}

/** A test, `null`, or several values of one key. */
function itemOf(of: Predicate): Item | undefined {
  if (of.kind === 'test') return testItem(of)
  if (of.kind === 'not') {
    const { arg } = of
    if (arg.kind !== 'test' || (arg.match.kind !== 'present' && arg.match.kind !== 'exists')) return undefined
    if (arg.subject.kind !== 'field' || (arg.each !== undefined && arg.each !== 'any') || !canName(arg.subject.name))
      return undefined
    const span = of.span ?? arg.span
    const absent = arg.match.kind === 'present'
    const value = mark(absent ? 'null' : 'false', span === undefined ? [] : [span])
    return { key: absent ? arg.subject.name : `${arg.subject.name}|exists`, all: false, values: [value] }
  }
  if (of.kind !== 'or' || of.args.length === 0) return undefined
  const values: Doc[] = []
  let key: string | undefined
  for (const arg of keywordsJoined(of)) {
    const item = 'kind' in arg ? (arg.kind === 'or' ? undefined : itemOf(arg)) : arg.items[0]!
    if (item === undefined || (key !== undefined && item.key !== key)) return undefined
    key = item.key
    values.push(...item.values)
  }
  return { key: key!, all: false, values }
}

/** A block under a name; one that is there already is used again. */
function use(block: Block, { blocks }: Reading, negated: boolean): Expression {
  const doc = 'everything' in block ? ` ${quoted('*')}` : 'items' in block ? mapDoc(block.items) : eitherDoc(block.either)
  const key = plain(doc)
  const known = blocks.get(key) ?? { doc, negated }
  blocks.set(key, known)
  return { kind: 'block', block: known }
}

/** A map below its name; keywords stand there alone. */
function mapDoc(items: readonly Item[]): Doc {
  const [first] = items
  if (items.length === 1 && first!.key === '' && !first!.all) {
    if (first!.values.length === 1) return [' ', first!.values[0]!]
    return below(first!.values.map(value => ['- ', value]))
  }
  return below(items.map(itemDoc))
}

function itemDoc(item: Item): Doc {
  const key = keyText(item.all ? `${item.key}|all` : item.key)
  if (item.values.length === 1) return [`${key}: `, item.values[0]!]
  return [`${key}:`, below(item.values.map(value => ['- ', value]))]
}

function eitherDoc(either: readonly (readonly Item[])[]): Doc {
  return below(
    either.flatMap((items): readonly Doc[] => {
      const [first] = items
      if (items.length === 1 && first!.key === '' && !first!.all) return first!.values.map(value => ['- ', value])
      return [['- ', indent(items.map((item, index) => (index === 0 ? itemDoc(item) : [hard, itemDoc(item)])))]]
    }),
  )
}

/** A document as a text that equal ones share. */
function plain(doc: Doc): string {
  if (typeof doc === 'string') return doc
  if ('kind' in doc) return doc.kind === 'line' ? '\n' : doc.kind === 'indent' ? `<${plain(doc.doc)}>` : plain(doc.doc)
  return doc.map(plain).join('')
}

/** Names in the order of use: `selection`, and `filter` for what is excluded; with numbers where there are several. */
function nameAll(blocks: readonly Named[]): ReadonlyMap<Named, string> {
  const names = new Map<Named, string>()
  for (const [word, wanted] of [
    ['selection', false],
    ['filter', true],
  ] as const) {
    const those = blocks.filter(block => block.negated === wanted)
    for (const [index, block] of those.entries()) names.set(block, those.length === 1 ? word : `${word}_${index + 1}`)
  }
  return names
}

function condition(of: Expression, names: ReadonlyMap<Named, string>, inside: 'top' | 'and' | 'or' | 'not'): string {
  if (of.kind === 'block') return names.get(of.block)!
  if (of.kind === 'not') {
    const text = `not ${condition(of.arg, names, 'not')}`
    return inside === 'not' ? `(${text})` : text
  }
  if (of.args.length === 1) return condition(of.args[0]!, names, inside)
  const text = of.args.map(arg => condition(arg, names, of.kind)).join(` ${of.kind} `)
  return inside === 'top' || inside === of.kind ? text : `(${text})`
}
