// A query over a product's tables told in Sigma's names, for those who write it in other products' words: what of it is a question about single events, exactly; what is not is refused with its place.

import { any, glob, shape } from '../ir/glob.ts'
import type { Pipeline, Stage } from '../ir/pipeline.ts'
import type { Glob, Match, Predicate, Scalar } from '../ir/predicate.ts'
import { rewrite, visit } from '../ir/walk.ts'
import type { Diagnostic, Outcome } from '../text/diagnostic.ts'
import type { Span } from '../text/source.ts'
import { anyTime, conjunction, conjuncts, tellPredicate } from './lifted/asked.ts'
import { type Holder, holdersOf } from './lifted/holders.ts'
import { aliases } from './lifted/index.ts'
import type { Schema } from './schema.ts'

export const codes: Readonly<Record<string, string>> = {
  SCH106: 'a query over tables has a part that no other product can be asked',
  SCH305: 'a query over tables is told without its columns and order, or for one system only',
}

type Rules = Pipeline['rules']

/** Whether a query reads a product's tables, so that it is not in Sigma's names. */
export function readsTables(query: Pipeline): boolean {
  let found = false
  visit(query, {
    from: from => {
      if (from.kind === 'table') found = true
    },
  })
  return found && query.rules !== undefined && query.rules !== 'sigma'
}

/**
 * The query over classes of events; refused, with the places, where something has no counterpart. Of several systems Windows alone is told, since
 * events of the others are other rules; `all`: each, and what is computed of fields stays so, for those who ask events and print nothing.
 */
export function retell(query: Pipeline, schemas: readonly Schema[], systems: 'windows' | 'all' = 'windows'): Outcome<Pipeline> {
  const diagnostics: Diagnostic[] = []
  const refuse = (what: string, span: Span | undefined): undefined => {
    if (diagnostics.length < 20)
      diagnostics.push({
        code: 'SCH106',
        severity: 'error',
        message: what,
        ...(span === undefined ? {} : { span }),
        hint: 'what asks single events for one field and a value can be told in other names',
      })
    return undefined
  }
  const timeless = anyTime(query, diagnostics)
  const dropped = new Map<string, Span | undefined>()

  function tell(of: Pipeline, later: readonly Stage[], outer: Rules): readonly Pipeline[] | undefined {
    const rules = of.rules ?? outer
    const stages = [...of.stages, ...later]
    if (of.from.kind === 'union') {
      const parts = of.from.of.map(one => tell(one, stages, rules))
      return parts.includes(undefined) ? undefined : (parts as readonly (readonly Pipeline[])[]).flat()
    }
    if (of.from.kind !== 'table') return refuse(`rows from a ${of.from.kind} are no events of a log`, of.from.span)
    const asked = filtersOf(stages, rules, refuse, dropped)
    if (asked === undefined) return undefined
    const term = asked.find(asksTerm)
    if (term !== undefined)
      dropped.set(
        'a term is asked by ASCII letters and digits at its edges: beside other letters it is found here and not there, so this is wider, under a negation narrower',
        term.span,
      )
    const { from } = of
    const holders = holdersOf(aliases[from.name] ?? from.name, schemas, rules)
    if (holders.length === 0) return refuse(`no kind of event is known to be in the table "${from.name}"`, from.span)
    const instead = new Set<string>()
    const told = holders.flatMap(holder => leafOf(holder, asked, rules, systems === 'all', name => instead.add(name)))
    const able = told.filter(one => one.leaf !== undefined)
    if (able.length === 0) {
      const why = told.find(one => one.why !== undefined)?.why
      return refuse(
        why === undefined
          ? 'no event of a known kind fits this'
          : 'this condition has no exact counterpart in the names that other products are told in',
        why?.span ?? from.span,
      )
    }
    if (instead.size > 0)
      dropped.set(
        `where ${[...instead].map(name => `"${name}"`).join(', ')} ${instead.size === 1 ? 'is' : 'are'} absent, the query asks what stands in for it: here not, so this is narrower`,
        from.span,
      )
    // One system: those who take events of another are other rules.
    const windows = systems === 'all' ? [] : able.filter(one => one.holder.class.product === 'windows')
    if (windows.length > 0 && windows.length < able.length) dropped.set('events of other systems than Windows', from.span)
    return (windows.length > 0 ? windows : able).map(one => one.leaf!)
  }

  const leaves = tell(timeless, [], query.rules)
  if (leaves === undefined) return { diagnostics }
  for (const [what, span] of dropped)
    diagnostics.push({
      code: 'SCH305',
      severity: 'warning',
      message: what.includes(':') ? what : `${what} are left out`,
      ...(span === undefined ? {} : { span }),
      hint: 'results are the events themselves',
    })
  const once = [
    ...new Map(
      leaves.map(leaf => [
        JSON.stringify(leaf, (key, value) => (key === 'span' ? undefined : typeof value === 'bigint' ? String(value) : value)),
        leaf,
      ]),
    ).values(),
  ]
  return { value: once.length === 1 ? once[0]! : { from: { kind: 'union', of: once }, stages: [] }, diagnostics }
}

/** Which column of the table a name stands for at a point of the query; undefined for what the query makes. */
type Origin = (name: string) => string | undefined

/** Names after a rename; the last one that fits counts. */
function renamed(before: Origin, names: readonly { readonly from: Glob; readonly to: Glob }[]): Origin {
  return name => {
    for (const { from, to } of [...names].reverse()) {
      const back = backThrough(to, from, name)
      if (back !== undefined) return before(back)
    }
    // A name that was given away is nobody's.
    return names.some(({ from, to }) => backThrough(from, to, name) !== undefined) ? undefined : before(name)
  }
}

/** The name in the form `into` of one in the form `of`, both of them texts with at most one star. */
function backThrough(of: Glob, into: Glob, name: string): string | undefined {
  const ends = (glob: Glob): readonly [string, string] | undefined => {
    const at = glob.findIndex(part => typeof part !== 'string')
    if (at === -1) return undefined
    const head = glob.slice(0, at)
    const tail = glob.slice(at + 1)
    return [...head, ...tail].every(part => typeof part === 'string') ? [head.join(''), tail.join('')] : undefined
  }
  const [from, to] = [ends(of), ends(into)]
  if (from === undefined || to === undefined) {
    const plain = of.every(part => typeof part === 'string') && into.every(part => typeof part === 'string')
    return plain && of.join('') === name ? into.join('') : undefined
  }
  if (!name.startsWith(from[0]) || !name.endsWith(from[1]) || name.length < from[0].length + from[1].length) return undefined
  return `${to[0]}${name.slice(from[0].length, name.length - from[1].length)}${to[1]}`
}

/**
 * The conditions of stages that filter; columns, names, order and groups that no condition asks for are left out: a query that only groups what it found finds
 * something where an event fits.
 */
function filtersOf(
  stages: readonly Stage[],
  rules: Rules,
  refuse: (what: string, span: Span | undefined) => undefined,
  dropped: Map<string, Span | undefined>,
): readonly Predicate[] | undefined {
  let origin: Origin = name => name
  let limited = false
  const without = (names: ReadonlySet<string>): void => {
    const before = origin
    origin = name => (names.has(name) ? undefined : before(name))
  }
  const asked: Predicate[] = []
  for (const stage of stages) {
    switch (stage.kind) {
      case 'filter': {
        if (stage.where.kind === 'const' && stage.where.value) break
        const part = namesIn(stage.where).find(name => origin(name) === undefined)
        if (part !== undefined) return refuse(`a condition asks for the column "${part}", which the query makes`, stage.span)
        if (limited) return refuse('a condition behind a limit asks some of the results only', stage.span)
        const now = origin
        asked.push(
          ...conjuncts(
            rewrite(stage.where, {
              scalar: scalar =>
                scalar.kind === 'field' && now(scalar.name) !== scalar.name ? { ...scalar, name: now(scalar.name)! } : scalar,
            }),
          ),
        )
        break
      }
      case 'extend':
        without(new Set(stage.columns.map(column => column.name)))
        dropped.set('computed columns', stage.span)
        break
      case 'window':
        without(new Set(stage.measures.map(measure => measure.name)))
        dropped.set('what is counted beside each event', stage.span)
        break
      case 'rename':
        origin = renamed(origin, stage.names)
        dropped.set('new names of columns', stage.span)
        break
      case 'project':
        dropped.set('choices of columns', stage.span)
        break
      case 'sort':
        dropped.set('the order of results', stage.span)
        break
      case 'limit':
        if (stage.count < 1) return refuse('a limit lets nothing through', stage.span)
        limited = true
        dropped.set('limits of results', stage.span)
        break
      case 'aggregate': {
        if (stage.by.length === 0) return refuse('a count of everything is a result where no event is, too', stage.span)
        if (stage.window !== undefined || stage.having !== undefined)
          return refuse('a condition on groups asks more than single events', stage.span)
        const keys = new Map(
          stage.by.map(({ name, value }) => [name, value.kind === 'field' ? origin(value.name) : undefined] as const),
        )
        origin = name => keys.get(name)
        dropped.set('groups and what is counted in them', stage.span)
        if (rules === 'splunk')
          dropped.set(
            'events without a field that is grouped by: the query loses them, and they are found here, so this is wider',
            stage.span,
          )
        break
      }
      default:
        if (stage.kind === 'special' && stage.name === 'splunk:fillnull') {
          // What was filled is no column of the table any more.
          origin = () => undefined
          dropped.set('filled columns', stage.span)
          break
        }
        return refuse(
          stage.kind === 'opaque'
            ? `"${stage.text}" is not understood`
            : `the stage "${stage.kind === 'special' ? stage.name : stage.kind}" asks more than single events`,
          stage.span,
        )
    }
  }
  return asked
}

function namesIn(of: Predicate): readonly string[] {
  const names: string[] = []
  visit(of, {
    scalar: scalar => {
      if (scalar.kind === 'field') names.push(scalar.name)
    },
  })
  return names
}

/** Whether a question asks for a whole term. */
function asksTerm(of: Predicate): boolean {
  let found = false
  visit(of, {
    predicate: inner => {
      if (inner.kind === 'test' && inner.match.kind === 'word') found = true
    },
  })
  return found
}

interface Told {
  readonly holder: Holder
  readonly leaf?: Pipeline
  /** The condition that could not be told. */
  readonly why?: Predicate
}

function leafOf(
  holder: Holder,
  asked: readonly Predicate[],
  rules: Rules,
  computed: boolean,
  instead: (name: string) => void,
): readonly Told[] {
  const where: Predicate[] = [...holder.where]
  for (const one of asked) {
    const told = tellPredicate(one, holder, rules)
    const plain = told === undefined || computed ? told : fieldOnly(told, instead)
    if (plain === undefined) return [{ holder, why: one }]
    if (plain.kind === 'const' && !plain.value) return []
    if (plain.kind !== 'const') where.push(plain)
  }
  const stages: readonly Stage[] = where.length === 0 ? [] : [{ kind: 'filter', where: conjunction(where) }]
  return [{ holder, leaf: { from: { kind: 'class', class: holder.class }, stages } }]
}

/** A question in which every test asks a field itself, no value computed of one; undefined where that is another question. */
function fieldOnly(of: Predicate, instead: (name: string) => void): Predicate | undefined {
  switch (of.kind) {
    case 'const':
      return of
    case 'not': {
      const arg = fieldOnly(of.arg, instead)
      return arg === undefined ? undefined : { ...of, arg }
    }
    case 'and':
    case 'or': {
      const args = of.args.map(arg => fieldOnly(arg, instead))
      return args.includes(undefined) ? undefined : { ...of, args: args as Predicate[] }
    }
    case 'opaque':
      return undefined
    case 'test': {
      const match = wordless(of.match)
      if (match === undefined) return undefined
      if (of.subject.kind === 'field' || of.subject.kind === 'fields') return { ...of, match }
      if (of.subject.kind === 'call' && of.subject.fn === 'coalesce') {
        // A column that another stands in for is asked by itself, and that is told.
        const first = of.subject.args[0]!
        const asked = fieldOnly({ ...of, subject: first }, instead)
        if (asked !== undefined) instead(first.kind === 'field' ? first.name : nameOf(first))
        return asked
      }
      return of.subject.kind === 'call' ? behind(of, of.subject, match) : undefined
    }
  }
}

const nameOf = (of: Scalar): string =>
  of.kind === 'field' ? of.name : of.kind === 'call' && of.args[0] !== undefined ? nameOf(of.args[0]) : 'a value'

const quoted = (text: string): string => text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')

/** A test for a whole term as a regular expression: what no other product has a word for. */
function wordless(match: Match): Match | undefined {
  if (match.kind !== 'word') return match
  if (match.text.kind !== 'literal' || typeof match.text.value !== 'string' || match.words !== 'kusto') return undefined
  const text = match.text.value
  const inWord = /[\p{L}\p{N}]/u
  const first = [...text][0] ?? ''
  const last = [...text].at(-1) ?? ''
  const left = match.side !== 'end' && inWord.test(first) ? '(?:^|[^A-Za-z0-9])' : ''
  const right = match.side !== 'start' && inWord.test(last) ? '(?:[^A-Za-z0-9]|$)' : ''
  if (left === '' && right === '') return { kind: 'glob', glob: glob([any, text, any]), fold: match.fold }
  return { kind: 'regex', pattern: `${left}${quoted(text)}${right}`, fold: match.fold, whole: false }
}

/** A test of what a column keeps of a field, as a test of the field. */
function behind(test: Predicate & { kind: 'test' }, subject: Scalar & { kind: 'call' }, match: Match): Predicate | undefined {
  const [inner] = subject.args
  if (inner?.kind !== 'field' || match.kind !== 'glob') return undefined
  const form = shape(match.glob)
  const on = (globs: readonly Glob[], fold: boolean): Predicate => {
    const tests = globs.map((one): Predicate => ({ ...test, subject: inner, match: { kind: 'glob', glob: one, fold } }))
    return tests.length === 1 ? tests[0]! : { kind: 'or', args: tests, ...(test.span === undefined ? {} : { span: test.span }) }
  }
  switch (subject.fn) {
    case 'lens:basename':
    case 'basename':
      // A name of a file holds no separator.
      if (form.kind === 'equals')
        return on([glob([any, '\\', form.text]), glob([any, '/', form.text]), glob([form.text])], match.fold)
      return form.kind === 'ends' && !/[\\/]/.test(form.text) ? on([match.glob], match.fold) : undefined
    case 'lens:account':
      return form.kind === 'equals' ? on([glob([any, '\\', form.text]), glob([form.text])], match.fold) : undefined
    case 'lens:lower':
      return on([match.glob], true)
    case 'lens:md5':
    case 'lens:sha1':
    case 'lens:sha256':
    case 'lens:imphash':
      return form.kind === 'equals'
        ? on([glob([any, `${subject.fn.slice(5).toUpperCase()}=${form.text}`, any])], true)
        : undefined
    default:
      return undefined
  }
}
