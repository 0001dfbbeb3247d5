// What a detection asks of single events, in whatever language it is written: one question for each branch, its tests, and events that show how it answers.

import type { Detection } from '../ir/detection.ts'
import type { Value } from '../ir/event.ts'
import { glob, shape } from '../ir/glob.ts'
import { always, and, not } from '../ir/logic.ts'
import type { From, Pipeline, Stage } from '../ir/pipeline.ts'
import type { Predicate, Scalar } from '../ir/predicate.ts'
import { type RegexTree, readPortable } from '../ir/regex.ts'
import { rewrite, visit } from '../ir/walk.ts'
import { example } from '../proof/decide.ts'
import { lawsOf, typesOf } from '../proof/laws.ts'
import { Limit } from '../proof/limits.ts'
import { asked, sideOf, tableField } from '../proof/sides.ts'
import type { Witness } from '../text/diagnostic.ts'
import { programColumn } from './mentions.ts'

type Test = Predicate & { kind: 'test' }

/** What a test says of a text; tests of numbers, addresses and presence say nothing of one. */
export type Told =
  | { readonly kind: 'text'; readonly how: 'whole' | 'start' | 'end' | 'anywhere'; readonly text: string; readonly fold: boolean }
  | { readonly kind: 'word'; readonly text: string; readonly fold: boolean }
  | { readonly kind: 'regex'; readonly pattern: string; readonly fold: boolean; readonly whole: boolean }

/** One test of a question. */
export interface Asked {
  readonly test: Test
  /** The field, also of a value computed from one; undefined for the whole event and for keywords. */
  readonly field: string | undefined
  /** Whether the rule wants it not to hold. */
  readonly negated: boolean
  /** The `and` or `or` it stands in. */
  readonly above: Predicate | undefined
  readonly told: Told | undefined
}

/** A branch of a detection as one question about an event. Macros and lookups that are not at hand, and comparisons with the time of now, are taken to hold. */
export interface Question {
  readonly detection: Detection
  readonly where: Predicate
  readonly rules: Pipeline['rules']
  readonly from: From
  readonly tests: readonly Asked[]
  /** Whether nothing had to be taken to hold. */
  readonly whole: boolean
  /** How many more events may be looked for. */
  readonly budget: { left: number }
}

/** Branches of one detection that are looked at. */
const mostBranches = 40
/** Tests of a question up to which events are looked for. */
const mostTests = 600
/** Events that are looked for in one detection. */
const mostSearches = 24
/** The share of a proof's usual budget that one event may cost. */
const share = 0.1

/** The questions of the detection that was asked for last: checks look at one detection after the other. */
let latest: { readonly detection: Detection; readonly questions: readonly Question[] } | undefined

/** The questions of a detection. */
export function questionsOf(detection: Detection): readonly Question[] {
  if (latest?.detection === detection) return latest.questions
  const out: Question[] = []
  const budget = { left: mostSearches }
  for (const query of branchesOf(detection.query)) {
    if (out.length >= mostBranches) break
    const question = questionOf(detection, query, budget)
    if (question !== undefined) out.push(question)
  }
  latest = { detection, questions: out }
  return out
}

const passing: ReadonlySet<Stage['kind']> = new Set<Stage['kind']>(['filter', 'extend', 'project', 'sort', 'rename'])

/** The parts of a query that look at single events: each up to the first stage that does more. */
export function branchesOf(query: Pipeline): readonly Pipeline[] {
  const out: Pipeline[] = []
  const waiting: Pipeline[] = [query]
  for (let next = waiting.pop(); next !== undefined && out.length < mostBranches; next = waiting.pop()) {
    const { from, stages } = next
    for (const stage of stages) if (stage.kind === 'join') waiting.push(stage.right)
    if (from.kind === 'sequence') {
      for (const step of [...from.steps].reverse()) waiting.push(step.of)
      continue
    }
    const end = stages.findIndex(stage => !passing.has(stage.kind))
    const front = end === -1 ? stages : stages.slice(0, end)
    if (from.kind === 'union') {
      for (const part of [...from.of].reverse())
        waiting.push(part.stages.every(stage => passing.has(stage.kind)) ? { ...part, stages: [...part.stages, ...front] } : part)
      continue
    }
    if (from.kind === 'table' || from.kind === 'class') out.push({ ...next, stages: front })
  }
  return out
}

function questionOf(detection: Detection, query: Pipeline, budget: Question['budget']): Question | undefined {
  const found = asked({ ...query, from: { kind: 'table', name: '' } }, { table: () => [] })
  if ('beyond' in found) return undefined
  const told = given(found.where)
  return {
    detection,
    where: told,
    rules: query.rules ?? detection.query.rules,
    from: query.from,
    tests: testsOf(told),
    whole: told === found.where,
    budget,
  }
}

/** A question without the parts that nothing at hand can answer: they are taken to be as the question wants them. */
function given(where: Predicate): Predicate {
  const told = (node: Predicate, negated: boolean, depth: number): Predicate => {
    if (depth > 400) return node
    switch (node.kind) {
      case 'opaque':
        return { kind: 'const', value: !negated }
      case 'not': {
        const arg = told(node.arg, !negated, depth + 1)
        return arg === node.arg ? node : { ...node, arg }
      }
      case 'and':
      case 'or': {
        let changed = false
        const args = node.args.map(arg => {
          const now = told(arg, negated, depth + 1)
          changed ||= now !== arg
          return now
        })
        if (!changed) return node
        const kept = args.filter(arg => !(arg.kind === 'const' && arg.value === (node.kind === 'and')))
        return kept.length === 0 ? { kind: 'const', value: node.kind === 'and' } : { ...node, args: kept }
      }
      case 'test':
        return node.match.kind === 'among' || elsewhere(node) ? { kind: 'const', value: !negated } : node
      default:
        return node
    }
  }
  return told(where, false, 0)
}

/** Whether a test looks at more than the event: the time of now, or another query. */
function elsewhere(test: Test): boolean {
  let found = false
  visit(test, {
    scalar: node => {
      if (node.kind === 'single' || (node.kind === 'call' && (node.fn === 'now' || /:(?:ago|now)$/.test(node.fn)))) found = true
    },
  })
  return found
}

/** Tests that a question has at most; a longer one is looked at in part. */
const mostAsked = 5000

function testsOf(where: Predicate): readonly Asked[] {
  const out: Asked[] = []
  const waiting: { readonly node: Predicate; readonly negated: boolean; readonly above?: Predicate }[] = [
    { node: where, negated: false },
  ]
  for (let next = waiting.pop(); next !== undefined && out.length < mostAsked; next = waiting.pop()) {
    const { node, negated, above } = next
    if (node.kind === 'not') waiting.push({ node: node.arg, negated: !negated, above })
    else if (node.kind === 'and' || node.kind === 'or')
      for (let at = node.args.length - 1; at >= 0; at--) waiting.push({ node: node.args[at]!, negated, above: node })
    else if (node.kind === 'test') {
      const { field, folded } = subjectOf(node.subject)
      if (field === tableField) continue
      out.push({ test: node, field, negated, above, told: toldOf(node, folded) })
    }
  }
  return out
}

/** The field that a value is computed from, and whether case is taken away on the way. */
function subjectOf(subject: Scalar): { readonly field: string | undefined; readonly folded: boolean } {
  let folded = false
  let path = ''
  let at: Scalar | undefined = subject
  for (let depth = 0; at !== undefined && depth < 20; depth++) {
    if (at.kind === 'field') return { field: `${at.name}${path}`, folded }
    if (at.kind !== 'call') break
    if (at.fn === 'lower' || at.fn === 'upper') folded = true
    const key = at.args[1]
    // A member of a bag goes by the name that it has there.
    if (
      (at.fn === 'index' || at.fn === 'kusto:member' || at.fn === 'kusto:path') &&
      key?.kind === 'literal' &&
      typeof key.value === 'string'
    )
      path = `.${key.value}${path}`
    at = at.args[0]
  }
  return { field: undefined, folded }
}

function toldOf({ match }: Test, folded: boolean): Told | undefined {
  switch (match.kind) {
    case 'glob': {
      const form = shape(match.glob)
      if (!('text' in form)) return undefined
      const how = { equals: 'whole', starts: 'start', ends: 'end', contains: 'anywhere' } as const
      return { kind: 'text', how: how[form.kind], text: form.text, fold: match.fold || folded }
    }
    case 'text':
      return match.to.kind === 'literal' && typeof match.to.value === 'string'
        ? { kind: 'text', how: match.how, text: match.to.value, fold: match.fold || folded }
        : undefined
    case 'compare':
      return match.op === '=' && match.to.kind === 'literal' && typeof match.to.value === 'string'
        ? { kind: 'text', how: 'whole', text: match.to.value, fold: match.fold === true || folded }
        : undefined
    case 'word':
      return match.text.kind === 'literal' && typeof match.text.value === 'string'
        ? { kind: 'word', text: match.text.value, fold: match.fold || folded }
        : undefined
    case 'regex': {
      const insensitive = match.fold || folded
      return (
        plainText(match.pattern, match.whole, insensitive) ?? {
          kind: 'regex',
          pattern: match.pattern,
          fold: insensitive || /^\(\?[a-z]*i/.test(match.pattern),
          whole: match.whole,
        }
      )
    }
    default:
      return undefined
  }
}

const longestPlain = 300

/** A regular expression that looks for a text, as languages without other means write it: letters, each perhaps in both cases, with anchors or any run at its ends. */
function plainText(pattern: string, whole: boolean, folded: boolean): Told | undefined {
  if (pattern.length > longestPlain || /[|?]/.test(pattern.replace(/^\(\?[a-z]+\)/, '').replace(/\\./g, ''))) return undefined
  const tree = readPortable(pattern).value
  if (tree === undefined) return undefined
  const parts = [...(tree.kind === 'sequence' ? tree.of : [tree])]
  const run = (part: RegexTree | undefined): boolean =>
    part?.kind === 'repeat' && part.of.kind === 'any' && part.min === 0 && part.max === undefined
  let open = !whole
  if (parts[0]?.kind === 'edge' && parts[0].at === 'start') {
    parts.shift()
    open = false
  }
  if (run(parts[0])) {
    parts.shift()
    open = true
  }
  let openEnd = !whole
  const last = parts.at(-1)
  if (last?.kind === 'edge' && last.at === 'end') {
    parts.pop()
    openEnd = false
  }
  if (run(parts.at(-1))) {
    parts.pop()
    openEnd = true
  }
  let text = ''
  let either = 0
  let one = 0
  for (const part of parts) {
    const letter = letterIn(part)
    if (letter === undefined) return undefined
    text += letter.text
    if (letter.text.toLowerCase() !== letter.text.toUpperCase()) letter.fold || folded ? either++ : one++
  }
  // What looks like an anchor and is none has a check of its own.
  if (text === '' || /^\^|\$$/.test(text) || (either > 0 && one > 0)) return undefined
  return { kind: 'text', how: open ? (openEnd ? 'anywhere' : 'end') : openEnd ? 'start' : 'whole', text, fold: either > 0 }
}

/** The one letter that a part of an expression takes, in one case or in both. */
function letterIn(part: RegexTree): { readonly text: string; readonly fold: boolean } | undefined {
  if (part.kind === 'char') return { text: String.fromCodePoint(part.point), fold: part.fold }
  if (part.kind !== 'set' || part.negated || part.items.length !== 2) return undefined
  const letters = part.items.map(item => ('from' in item && item.from === item.to ? String.fromCodePoint(item.from) : undefined))
  const [first, second] = letters
  return first !== undefined && second !== undefined && first !== second && first.toLowerCase() === second.toLowerCase()
    ? { text: first.toLowerCase(), fold: true }
    : undefined
}

/** What a test asks of a text, said as a glob with its case heeded or not. */
export function globOf({ how, text }: Extract<Told, { kind: 'text' }>, fold: boolean): Test['match'] {
  const wild = { wild: 'any' } as const
  return {
    kind: 'glob',
    glob: glob([
      ...(how === 'end' || how === 'anywhere' ? [wild] : []),
      text,
      ...(how === 'start' || how === 'anywhere' ? [wild] : []),
    ]),
    fold,
  }
}

/** A question with one part of it exchanged for another. */
export function exchanged(where: Predicate, part: Predicate, other: Predicate): Predicate {
  return where === part ? other : rewrite(where, { predicate: node => (node === part ? other : node) })
}

/** The same subject, asked something else. */
export function asking({ test }: Asked, match: Test['match']): Test {
  const { span: _, ...rest } = test
  return { ...rest, match }
}

/** A pattern in the portable form as what a test asks. */
export const pattern = (text: string, fold: boolean): Test['match'] => ({ kind: 'regex', pattern: text, fold, whole: false })

/** Text as a part of a pattern that takes it as it is. */
export const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, character => `\\${character}`)

/** Characters of regular expressions in one question up to which events are looked for by what the expressions take. */
const mostPattern = 400

/** Whether the regular expressions of a question are too much for the search. */
function heavy(where: Predicate): boolean {
  let size = 0
  visit(where, {
    predicate: node => {
      if (node.kind === 'test' && node.match.kind === 'regex') size += node.match.pattern.length
    },
  })
  return size > mostPattern
}

/** An event that a question is true of, with one of these texts in the field of a test; undefined where none of them will do. */
export function eventWith(
  question: Question,
  asked: Asked,
  texts: readonly string[],
  where: Predicate,
): Readonly<Record<string, unknown>> | undefined {
  const { field } = asked
  const rest = eventOf(question, exchanged(question.where, asked.test, always))
  if (rest === undefined || rest === 'none') return undefined
  try {
    const side = sideOf(where, question.rules)
    for (const text of texts) {
      const event = field === undefined ? { ...rest, _raw: text } : { ...rest, [field]: text }
      const { _raw: raw, ...fields } = event as Readonly<Record<string, Value>>
      if (
        side.ask(
          field === undefined ? { fields, raw: text } : { fields: { ...fields, ...(raw === undefined ? {} : { _raw: raw }) } },
        )
      )
        return event
    }
  } catch (error) {
    if (!(error instanceof Limit)) throw error
  }
  return undefined
}

/** An event that a question is true of, with values as the types of columns want them unless told otherwise; `none` where there can be none, undefined where none was found within the bounds. */
export function eventOf(
  question: Question,
  where: Predicate,
  typed = true,
): Readonly<Record<string, unknown>> | 'none' | undefined {
  if (question.tests.length > mostTests || question.budget.left <= 0 || heavy(where)) return undefined
  question.budget.left--
  try {
    const side = sideOf(where, question.rules)
    const found = example(side, { factor: share, ...(typed ? { laws: lawsOf(typesOf([where])) } : {}) })
    if ('none' in found) return 'none'
    if (!('event' in found)) return undefined
    const { event } = found
    return shown({ ...event, fields: natural(question, event.fields, fields => side.ask({ ...event, fields })) })
  } catch (error) {
    if (error instanceof Limit) return undefined
    throw error
  }
}

/** An event made to look like one of a log, as far as the question stays true of it: letters as they are usually written, paths and command lines with a beginning. */
function natural(
  question: Question,
  fields: Readonly<Record<string, Value>>,
  holds: (fields: Readonly<Record<string, Value>>) => boolean,
): Readonly<Record<string, Value>> {
  let now = fields
  const attempt = (name: string, value: string): void => {
    const next = { ...now, [name]: value }
    if (value !== now[name] && holds(next)) now = next
  }
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value !== 'string' || value.length > 2000) continue
    if (/[A-Z]/.test(value) && /[a-z]/.test(value)) attempt(name, value.toLowerCase())
    // Texts of the rule as the rule spells them, where that makes no difference.
    let tried = 0
    for (const { field, told } of question.tests) {
      if (field !== name || told === undefined || told.kind === 'regex' || tried >= 8) continue
      const own = String(now[name])
      const at = own.toLowerCase().indexOf(told.text.toLowerCase())
      if (at === -1 || told.text === '') continue
      tried++
      attempt(name, own.slice(0, at) + told.text + own.slice(at + told.text.length))
    }
    if (/^\\[^\\]/.test(value)) attempt(name, `C:\\Users\\anna${String(now[name])}`)
    if (/^[ -](?=[\w-]+\.\w+$)/.test(value)) attempt(name, `not${value.slice(1)}`)
  }
  const program = Object.values(now)
    .map(value => (typeof value === 'string' ? /(?:^|\\)([\w.-]+\.exe)$/i.exec(value)?.[1] : undefined))
    .find(name => name !== undefined)
  for (const [name, value] of Object.entries(now))
    if (typeof value === 'string' && /^[\s:]*[-/:"]/.test(value) && !programColumn.test(name)) {
      const own = value.trimStart()
      attempt(name, `${program ?? 'tool.exe'} ${own.startsWith(':') ? '-R 8080' : ''}${own}`)
      if (now[name] === value) attempt(name, `${program ?? 'tool.exe'} ${value}`)
    }
  return now
}

function shown(event: {
  readonly fields: Readonly<Record<string, unknown>>
  readonly raw?: string
}): Readonly<Record<string, unknown>> {
  return event.raw === undefined ? event.fields : { ...event.fields, _raw: event.raw }
}

/**
 * An event that the rule matches and its other wording does not (`matches`), or the reverse; `same` where no event parts them so, undefined where
 * that could not be told. The engine has answered both before the event is given.
 */
export function parting(question: Question, other: Predicate, matches: boolean): Witness | 'same' | undefined {
  const { where } = question
  const found = eventOf(question, matches ? and([where, not(other)]) : and([other, not(where)]))
  if (found === undefined) return undefined
  if (found === 'none') return vacuous(question) ? undefined : 'same'
  return { event: found, matches }
}

const vacuousOnes = new WeakMap<Question, boolean>()

/** Whether a question is true of no event as long as every field has one value, in products whose fields may have several: what parts it from another cannot be told then. */
function vacuous(question: Question): boolean {
  if (question.rules !== 'elastic' && !/^(?:logpoint|yaral|lucene|eql|kuery)$/.test(question.detection.written.language))
    return false
  const before = vacuousOnes.get(question)
  if (before !== undefined) return before
  const is = eventOf(question, question.where) === 'none'
  vacuousOnes.set(question, is)
  return is
}

/** An event that the rule matches and that passes a further test. */
export function matching(question: Question, further: Predicate = always): Witness | 'none' | undefined {
  const found = eventOf(question, further === always ? question.where : and([question.where, further]))
  return found === undefined || found === 'none' ? found : { event: found, matches: true }
}

/** Whether the rule matches an event of these fields; undefined where the engine gave up. */
export function answers(question: Question, fields: Readonly<Record<string, string | number>>): boolean | undefined {
  try {
    return sideOf(question.where, question.rules).ask({ fields })
  } catch (error) {
    if (error instanceof Limit) return undefined
    throw error
  }
}
