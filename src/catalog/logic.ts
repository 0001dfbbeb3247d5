// What a rule asks, told for readers: its tests with places and examples, the condition as a tree, the ways in which it can fire, sentences, and what each step of the query does.

import { sayTest } from '../engine/trace.ts'
import { type ExplainSettings, type Explanation, predicateText, sayClass } from '../explain.ts'
import type { Detection } from '../ir/detection.ts'
import type { Pipeline } from '../ir/pipeline.ts'
import type { Predicate } from '../ir/predicate.ts'
import type { BranchFact, ConditionFact, PredicateFact, Sentence, StageFact } from './entry.ts'
import { partsOfPattern } from './pattern.ts'
import { cut, stretch } from './plain.ts'

/** Patterns that are told part by part, of one rule. */
const mostPatterns = 12
const mostSentences = 60
const mostValues = 12

const unary: Readonly<Record<string, string>> = { exists: 'is there', present: 'has a value', empty: 'is empty' }

/** The tests of a rule. How often others ask the same is not known here: `corpus` is 0. */
export function predicatesOf(detection: Detection, explanation: Explanation): readonly PredicateFact[] {
  const document = detection.written.document.name
  let patterns = 0
  return explanation.predicates.map(({ stage, field, op, value, fold, negated, span, predicate }) => {
    const regex = predicate.kind === 'test' && predicate.match.kind === 'regex' && patterns < mostPatterns
    if (regex) patterns++
    const pattern = regex && predicate.match.kind === 'regex' ? partsOfPattern(predicate.match.pattern) : []
    const example = exampleOf(predicate)
    return {
      stage,
      field,
      op,
      value: value === '' ? (unary[op] ?? 'the empty text') : value,
      fold,
      negated,
      ...(span === undefined ? {} : { at: stretch(span, document) }),
      corpus: 0,
      ...(example === undefined ? {} : { example }),
      ...(pattern.length === 0 ? {} : { pattern }),
    }
  })
}

/** A text that passes a test of plain shape: the literal parts with the least between them. */
function exampleOf(predicate: Predicate): string | undefined {
  if (predicate.kind !== 'test' || predicate.match.kind !== 'glob') return undefined
  const { glob } = predicate.match
  if (glob.length === 0) return undefined
  const [first] = glob
  const opening = typeof first === 'object' && first.wild === 'any' ? '…' : ''
  const last = glob.at(-1)
  const closing = typeof last === 'object' && last.wild === 'any' ? '…' : ''
  const middle = glob.map((part, place) =>
    typeof part === 'string' ? part : part.wild === 'one' ? 'x' : place === 0 || place === glob.length - 1 ? '' : '…',
  )
  return cut(`${opening}${middle.join('')}${closing}`, 200)
}

/** What rows of a query must satisfy, as one tree; undefined when nothing is asked of single events. */
function askedOf(query: Pipeline): readonly Predicate[] {
  const { from } = query
  const inner = from.kind === 'union' ? from.of : from.kind === 'sequence' ? from.steps.map(step => step.of) : []
  const parts = inner.flatMap((of): readonly Predicate[] => {
    const asked = askedOf(of)
    return asked.length === 0 ? [] : [asked.length === 1 ? asked[0]! : { kind: 'and', args: asked }]
  })
  const own = query.stages.flatMap(stage => (stage.kind === 'filter' ? [stage.where] : []))
  const joined: readonly Predicate[] = parts.length < 2 ? parts : [{ kind: 'or', args: parts }]
  return [...joined, ...own]
}

interface Around {
  readonly detection: Detection
  readonly settings: ExplainSettings
  readonly places: ReadonlyMap<Predicate, number>
  readonly facts: readonly PredicateFact[]
}

/** The condition with the places of its tests, the branches of its top, and sentences. */
export function conditionOf(
  detection: Detection,
  explanation: Explanation,
  facts: readonly PredicateFact[],
  settings: ExplainSettings,
): { readonly condition?: ConditionFact; readonly branches: readonly BranchFact[]; readonly reading: readonly Sentence[] } {
  const places = new Map<Predicate, number>()
  for (const [place, { predicate }] of explanation.predicates.entries()) if (!places.has(predicate)) places.set(predicate, place)
  const around: Around = { detection, settings, places, facts }
  const asked = askedOf(detection.query)
  const opening = openingOf(detection, explanation)
  if (asked.length === 0)
    return { branches: [], reading: opening === undefined ? [] : [{ text: `${opening}.`, depth: 0, predicates: [] }] }
  const whole: Predicate = asked.length === 1 ? asked[0]! : { kind: 'and', args: asked }
  const condition = tell(whole, around)
  const reading: Sentence[] = []
  reading.push({ text: `${opening ?? 'Reads events'}, and fires when:`, depth: 0, predicates: [] })
  sentences(condition, 1, false, around, reading)
  for (const { kind, text } of explanation.stages)
    if (kind === 'aggregate' || kind === 'stats' || kind === 'summarize' || kind === 'sequence')
      reading.push({ text: `Then it counts or groups: ${text}.`, depth: 0, predicates: [] })
  return { condition, branches: branchesOf(condition), reading: reading.slice(0, mostSentences) }
}

function openingOf(detection: Detection, explanation: Explanation): string | undefined {
  const sources = explanation.needs.map(need => sayClass(need.class))
  if (sources.length > 0) return `Reads events of ${list(sources, 'and')}`
  const tables = explanation.stages.filter(stage => stage.kind === 'table').map(stage => stage.text)
  if (tables.length > 0) return `Reads the table${tables.length === 1 ? '' : 's'} ${list([...new Set(tables)], 'and')}`
  return detection.query.from.kind === 'sequence' ? 'Waits for several events' : undefined
}

function list(texts: readonly string[], word: string): string {
  if (texts.length < 2) return texts.join('')
  return `${texts.slice(0, -1).join(', ')} ${word} ${texts.at(-1)}`
}

function tell(predicate: Predicate, around: Around): ConditionFact {
  const text = cut(predicateText(around.detection, predicate, around.settings) ?? '', 160)
  switch (predicate.kind) {
    case 'test': {
      const place = around.places.get(predicate)
      const { field, op, value } = sayTest(predicate)
      const own = text === '' ? `${field} ${op} ${value}`.trim() : text
      return { kind: 'test', ...(place === undefined ? {} : { predicate: place }), text: cut(own, 160), children: [] }
    }
    case 'and':
    case 'or':
      return { kind: predicate.kind, text, children: predicate.args.map(arg => tell(arg, around)) }
    case 'not':
      return { kind: 'not', text, children: [tell(predicate.arg, around)] }
    case 'const':
      return { kind: 'other', text: predicate.value ? 'always' : 'never', children: [] }
    case 'opaque':
      return { kind: 'other', text: cut(predicate.text, 160), children: [] }
  }
}

/** The tests below a part, in order. */
function below(of: ConditionFact): readonly number[] {
  if (of.predicate !== undefined) return [of.predicate]
  return of.children.flatMap(below)
}

/** The alternatives of the condition, where it is one of several ways: the first `or` that is not a list of values. */
function branchesOf(condition: ConditionFact): readonly BranchFact[] {
  let top: ConditionFact | undefined = condition
  while (top !== undefined && top.kind === 'and' && top.children.length === 1) top = top.children[0]
  if (top?.kind !== 'or' || top.children.every(child => child.kind === 'test')) return []
  return top.children.map((child, place) => ({
    name: child.text === '' || child.text.length > 80 ? `alternative ${place + 1}` : child.text,
    predicates: below(child),
    tests: [],
  }))
}

const verbs: Readonly<Record<string, string>> = {
  equals: 'is',
  contains: 'contains',
  startswith: 'starts with',
  endswith: 'ends with',
  like: 'is like',
  re: 'matches the pattern',
  cidr: 'is an address in',
  word: 'has the word',
  among: 'is one of the values of',
  '=': 'equals',
  '<': 'is less than',
  '<=': 'is at most',
  '>': 'is more than',
  '>=': 'is at least',
}

/** Whether a part is tests of one field and one kind. */
function alike(children: readonly ConditionFact[], facts: readonly PredicateFact[]): PredicateFact | undefined {
  const tests = children.map(child =>
    child.kind === 'test' && child.predicate !== undefined ? facts[child.predicate] : undefined,
  )
  const [first] = tests
  if (first === undefined || unary[first.op] !== undefined) return undefined
  return tests.every(test => test !== undefined && test.field === first.field && test.op === first.op && test.fold === first.fold)
    ? first
    : undefined
}

const textual: ReadonlySet<string> = new Set(['equals', 'contains', 'startswith', 'endswith', 'like', 're', 'word'])

function values(fact: PredicateFact, all: readonly string[], word: 'or' | 'and'): string {
  const quoted = all.slice(0, mostValues).map(value => (textual.has(fact.op) ? `"${cut(value, 120)}"` : cut(value, 120)))
  const more = all.length - quoted.length
  const listed = more > 0 ? `${quoted.join(', ')} and ${more} more` : list(quoted, word)
  const several = all.length > 1 ? (word === 'or' ? 'any of ' : 'all of ') : ''
  const cased = textual.has(fact.op) && !fact.fold && /\p{L}/u.test(all.join('')) ? ', case counted' : ''
  return `${fact.field} ${verbs[fact.op] ?? fact.op} ${several}${listed}${cased}`
}

function say(fact: PredicateFact): string {
  const one = unary[fact.op]
  return one === undefined ? values(fact, [fact.value], 'or') : `${fact.field} ${one}`
}

/** Sentences of a part and what is below it; `negated`: it must not hold. */
function sentences(of: ConditionFact, depth: number, negated: boolean, around: Around, out: Sentence[]): void {
  if (out.length >= mostSentences) return
  const not = negated ? 'not: ' : ''
  const { facts } = around
  const push = (text: string, predicates: readonly number[]): void => void out.push({ text: `${not}${text}`, depth, predicates })
  switch (of.kind) {
    case 'test':
      push(of.predicate === undefined ? of.text : say(facts[of.predicate]!), below(of))
      return
    case 'other':
      push(of.text, [])
      return
    case 'not':
      sentences(of.children[0]!, depth, !negated, around, out)
      return
    default: {
      if (of.children.length === 1) {
        sentences(of.children[0]!, depth, negated, around, out)
        return
      }
      const same = alike(of.children, facts)
      const places = below(of)
      if (same !== undefined) {
        const all = of.children.map(child => facts[child.predicate!]!.value)
        push(values(same, all, of.kind === 'or' ? 'or' : 'and'), places)
        return
      }
      const name = of.text !== '' && of.text.length <= 40 && /^[\w. -]+$/.test(of.text) ? `${of.text}: ` : ''
      push(`${name}${of.kind === 'or' ? 'any of these holds' : 'all of these hold'}:`, [])
      for (const child of of.children) sentences(child, depth + 1, false, around, out)
    }
  }
}

/** What the steps of queries do, by their kind here and by the command they are written as. */
const effects: Readonly<Record<string, string>> = {
  class: 'reads the events of a log source',
  table: 'reads the rows of a table',
  rule: 'reads the matches of a rule',
  union: 'takes the rows of several queries together',
  sequence: 'waits for events that follow each other',
  rows: 'begins with rows written in the query',
  range: 'makes a row for each step of a range',
  filter: 'keeps the rows that fit',
  search: 'keeps the events that fit',
  where: 'keeps the rows that fit',
  regex: 'keeps the rows whose field fits a pattern',
  extend: 'adds columns that are computed of each row',
  eval: 'adds columns that are computed of each row',
  rex: 'takes columns out of a text by a pattern',
  parse: 'takes columns out of a text',
  spath: 'takes columns out of JSON',
  project: 'keeps some columns',
  table_columns: 'keeps some columns',
  fields: 'keeps or drops columns',
  keep: 'keeps some columns',
  drop: 'drops columns',
  rename: 'gives columns other names',
  aggregate: 'makes one row of each group and counts or gathers values',
  stats: 'makes one row of each group and counts or gathers values',
  summarize: 'makes one row of each group and counts or gathers values',
  tstats: 'counts over an accelerated data model, a row for each group',
  timechart: 'counts over steps of time',
  eventstats: 'adds values of the whole group to each row',
  streamstats: 'adds running values to each row',
  window: 'adds values of neighbouring rows to each row',
  bin: 'cuts times or numbers into steps',
  bucket: 'cuts times or numbers into steps',
  join: 'joins rows of another query by a key',
  lookup: 'adds columns from a lookup table',
  inputlookup: 'reads the rows of a lookup table',
  append: 'adds the rows of another query',
  sort: 'puts the rows in order',
  order: 'puts the rows in order',
  limit: 'keeps so many rows',
  head: 'keeps so many rows',
  take: 'keeps so many rows',
  top: 'keeps the most frequent values',
  rare: 'keeps the least frequent values',
  dedup: 'keeps one row of each that are alike',
  distinct: 'keeps one row of each that are alike',
  fillnull: 'puts a value where there is none',
  convert: 'writes values in another form',
  mvexpand: 'makes a row of each value of a list',
  'mv-expand': 'makes a row of each value of a list',
  expand: 'makes a row of each value of a list',
  transaction: 'joins events that belong together',
  let: 'names a value or a query for later',
  from: 'reads rows',
  apply: 'runs steps for each row or beside the rows',
  special: 'does what one product alone has a command for',
  opaque: 'is not understood, and kept as it is written',
}

/** The steps of a query with what each does. */
export function stagesOf(detection: Detection, explanation: Explanation): readonly StageFact[] {
  const document = detection.written.document.name
  return explanation.stages.map(({ kind, text, span, rule }) => ({
    kind,
    text,
    // SPL's `table` chooses columns; a table that is read has no command.
    effect:
      (kind === 'table' && /^\|?\s*table\s/i.test(text) ? effects.table_columns : effects[kind]) ??
      `does what "${kind}" does in its language`,
    ...(rule === undefined ? {} : { rule }),
    ...(span === undefined ? {} : { at: stretch(span, document) }),
  }))
}
