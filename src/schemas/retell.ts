// A query over a product's tables told in Sigma's names, for those who write it in other products' words: what of it is a question about single events, exactly; what is not is refused with its place.

import { any, glob, shape } from '../ir/glob.ts'
import type { Pipeline, Stage } from '../ir/pipeline.ts'
import type { Glob, Match, Predicate, Scalar } from '../ir/predicate.ts'
import { visit } from '../ir/walk.ts'
import type { Diagnostic, Outcome } from '../text/diagnostic.ts'
import type { Span } from '../text/source.ts'
import { anyTime, asKept, conjunction, tellPredicate } from './lifted/asked.ts'
import { type Holder, holdersOf } from './lifted/holders.ts'
import { aliases } from './lifted/index.ts'
import { type Chaining, chain, joined } from './rechain.ts'
import { correlation, type Found, reachOf, type Within } from './recount.ts'
import type { Schema } from './schema.ts'
import { afterText, tidy } from './simplify.ts'
import { unfold } from './unfold.ts'

export const codes: Readonly<Record<string, string>> = {
  SCH106: 'a query over tables has a part that no other product can be asked',
  SCH305: 'a query over tables is told without its columns and order, or for one system only',
}

/** What is told of a search that names an index. */
const anywhere = 'events are told by what they are and not by the index that they lie in: wider'

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
 * events of the others are other rules; `all`: each, and what is computed of fields stays so, for those who ask events and print nothing. What a query asks of counts of events becomes a correlation, in `within` where it says no time of its own.
 */
export function retell(
  query: Pipeline,
  schemas: readonly Schema[],
  systems: 'windows' | 'all' = 'windows',
  within?: Within,
): Outcome<Pipeline> {
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
    const said = [...of.stages, ...later]
    const stages = rules === 'splunk' ? said.map(stage => asKept(stage, span => void dropped.set(anywhere, span))) : said
    if (of.from.kind === 'union') {
      const parts = of.from.of.map(one => tell(one, stages, rules))
      return parts.includes(undefined) ? undefined : (parts as readonly (readonly Pipeline[])[]).flat()
    }
    if (of.from.kind !== 'table') return refuse(`rows from a ${of.from.kind} are no events of a log`, of.from.span)
    const unfolded = unfold(stages, { rules, refuse, dropped })
    if (unfolded === undefined) return undefined
    const { where: asked, counts } = unfolded
    if (counts !== undefined && systems === 'all')
      return refuse('a condition on groups asks more than single events', counts.span)
    found.push({ counts, rules, parts: [], value: unfolded.value })
    const term = asked.find(asksTerm)
    if (term !== undefined)
      dropped.set(
        'a term is asked by ASCII letters and digits at its edges: beside other letters it is found here and not there, so this is wider, under a negation narrower',
        term.span,
      )
    const { from } = of
    const known = holdersOf(aliases[from.name] ?? from.name, schemas, rules)
    // A raw search names the log that it means by its source.
    const meant =
      rules === 'splunk' && from.name === 'search' ? known.filter(holder => asked.some(one => names(one, holder, rules))) : []
    const holders = meant.length > 0 ? meant : known
    if (holders.length === 0) return refuse(`no kind of event is known to be in the table "${from.name}"`, from.span)
    const instead = new Set<string>()
    const inNames = (holder: Holder): readonly Told[] =>
      leafOf(
        holder,
        asked,
        rules,
        systems === 'all',
        name => instead.add(name),
        (what, span) => void dropped.set(what, span),
      )
    const told = holders.flatMap(inNames)
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
    const unable = told.filter(one => one.why !== undefined).map(one => kindOf(one.holder))
    if (unable.length > 0)
      dropped.set(
        `events of ${[...new Set(unable)].slice(0, 5).join(', ')} are left out, of which what is asked has no exact counterpart: narrower`,
        from.span,
      )
    if (meant.length > 0 && meant.length < known.length && systems !== 'all') {
      const others = known.filter(
        holder => !meant.includes(holder) && leafOf(holder, asked, rules, false, ignore, ignore).some(one => one.leaf),
      )
      if (others.length > 0)
        dropped.set(
          `events of ${[...new Set(others.map(kindOf))].slice(0, 5).join(', ')} that fit without being of the source that the search names are left out: narrower`,
          from.span,
        )
    }
    // One system: those who take events of another are other rules.
    const windows = systems === 'all' ? [] : able.filter(one => one.holder.class.product === 'windows')
    if (windows.length > 0 && windows.length < able.length) dropped.set('events of other systems than Windows', from.span)
    const those = windows.length > 0 ? windows : able
    // A search over everything says with its conditions which log it means.
    if (
      rules === 'splunk' &&
      from.name === 'search' &&
      systems !== 'all' &&
      new Set(those.map(one => JSON.stringify(one.holder.class))).size > 1
    )
      return refuse('a search over all logs, of which nothing that it asks says which it means', from.span)
    found.at(-1)!.parts.push(...those.map(one => ({ holder: one.holder, leaf: one.leaf! })))
    return those.map(one => one.leaf!)
  }

  const found: Found[] = []
  const join = timeless.stages.find(stage => stage.kind === 'join')
  if (systems !== 'all' && (timeless.from.kind === 'sequence' || join !== undefined)) {
    const chaining: Chaining = {
      refuse,
      dropped,
      within: reachOf(query) ?? within,
      events(of) {
        const before = found.length
        if (tell(of, [], of.rules ?? query.rules) === undefined) return undefined
        const sides = found.slice(before)
        const counted = sides.find(one => one.counts !== undefined)?.counts
        if (counted !== undefined) return refuse('counts of events are joined with others', counted.span)
        if (sides.length > 1) return refuse('events of several tables are joined with others', of.from.span)
        return sides[0]
      },
    }
    const value = join === undefined ? chain(timeless, chaining) : joined(timeless, join, chaining)
    if (value !== undefined) report(dropped, diagnostics)
    return value === undefined ? { diagnostics } : { value, diagnostics }
  }
  const leaves = tell(timeless, [], query.rules)
  if (leaves === undefined) return { diagnostics }
  const counting = found.some(one => one.counts !== undefined)
  const counted = counting ? correlation(found, { refuse, dropped, within: reachOf(query) ?? within }) : undefined
  if (counting && counted === undefined) return { diagnostics }
  report(dropped, diagnostics)
  if (counted !== undefined) return { value: counted, diagnostics }
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

/** What is left out or told otherwise, each as a warning. */
function report(dropped: ReadonlyMap<string, Span | undefined>, diagnostics: Diagnostic[]): void {
  for (const [what, span] of dropped)
    diagnostics.push({
      code: 'SCH305',
      severity: 'warning',
      message: what.includes(':') ? what : `${what} are left out`,
      ...(span === undefined ? {} : { span }),
      hint: 'results are the events themselves',
    })
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

/** Whether a condition names the log that a holder stands for: a test of its source that its events pass, not negated. */
function names(of: Predicate, holder: Holder, rules: Rules): boolean {
  if (of.kind === 'and' || of.kind === 'or') return of.args.some(arg => names(arg, holder, rules))
  if (of.kind !== 'test' || of.subject.kind !== 'field' || !/^source(?:type)?$/.test(of.subject.name)) return false
  const told = tellPredicate(of, holder, rules)
  const whole =
    told === undefined
      ? undefined
      : fieldOnly(
          told,
          () => undefined,
          () => undefined,
        )
  return whole !== undefined && (whole.kind !== 'const' || whole.value)
}

/** What a class of events is called. */
const kindOf = ({ class: of }: Holder): string =>
  [of.product, of.category ?? of.service].filter(part => part !== undefined).join(' ')
const ignore = (): undefined => undefined

/** Takes what is told roughly, with its place. */
type Rough = (what: string, span: Span | undefined) => void

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
  rough: Rough,
): readonly Told[] {
  const where: Predicate[] = [...holder.where]
  for (const one of asked) {
    const whole = tellPredicate(one, holder, rules)
    const told = whole === undefined ? undefined : tidy(whole)
    const plain = told === undefined || computed ? told : fieldOnly(told, instead, rough)
    if (plain === undefined) return [{ holder, why: one }]
    if (plain.kind === 'const' && !plain.value) return []
    if (plain.kind !== 'const') where.push(plain)
  }
  const stages: readonly Stage[] = where.length === 0 ? [] : [{ kind: 'filter', where: conjunction(where) }]
  return [{ holder, leaf: { from: { kind: 'class', class: holder.class }, stages } }]
}

/** A question in which every test asks a field itself, no value computed of one; undefined where that is another question. */
function fieldOnly(of: Predicate, instead: (name: string) => void, rough: Rough): Predicate | undefined {
  switch (of.kind) {
    case 'const':
      return of
    case 'not': {
      const arg = fieldOnly(of.arg, instead, rough)
      return arg === undefined ? undefined : { ...of, arg }
    }
    case 'and':
    case 'or': {
      const args = of.args.map(arg => fieldOnly(arg, instead, rough))
      return args.includes(undefined) ? undefined : { ...of, args: args as Predicate[] }
    }
    case 'opaque':
      return undefined
    case 'test': {
      const match = wordless(of.match)
      if (match === undefined) return undefined
      if (of.each === 'all') {
        // Sigma asks any of the values of a field.
        rough(
          'where a field holds several values, the query asks all of them and this any of them: wider, under a negation narrower',
          of.span,
        )
        const { each: _, ...plain } = of
        return fieldOnly(plain, instead, rough)
      }
      if (of.subject.kind === 'field' || of.subject.kind === 'fields') return { ...of, match }
      if (of.subject.kind === 'call' && of.subject.fn === 'coalesce') {
        // A column that another stands in for is asked by itself, and that is told.
        const first = of.subject.args[0]!
        const asked = fieldOnly({ ...of, subject: first }, instead, rough)
        if (asked !== undefined) instead(first.kind === 'field' ? first.name : nameOf(first))
        return asked
      }
      if (of.subject.kind !== 'call') return undefined
      const [inner, ...others] = of.subject.args
      if (inner?.kind === 'call' && inner.fn === 'coalesce' && others.length === 0) {
        const asked = behind(of, { ...of.subject, args: [inner.args[0]!] }, match)
        if (asked !== undefined) instead(nameOf(inner))
        return asked
      }
      return behind(of, of.subject, match)
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
  const [inner, second] = subject.args
  const span = test.span === undefined ? {} : { span: test.span }
  const ask = (of: Scalar, how: Match): Predicate => ({ ...test, subject: of, match: how })
  if (subject.fn === 'concat' && inner?.kind === 'literal' && second?.kind === 'field' && subject.args.length === 2)
    return afterText(String(inner.value), match, how => ask(second, how))
  if (inner?.kind !== 'field') return undefined
  const whole = subject.fn.replace(/^lens:/, '')
  if (match.kind === 'present' && kept.has(whole)) return ask(inner, match)
  if (match.kind !== 'glob') return undefined
  const form = shape(match.glob)
  const on = (globs: readonly Glob[], fold: boolean): Predicate => {
    const tests = globs.map(one => ask(inner, { kind: 'glob', glob: one, fold }))
    return tests.length === 1 ? tests[0]! : { kind: test.each === 'none' ? 'and' : 'or', args: tests, ...span }
  }
  switch (whole) {
    case 'basename': {
      // A name of a file holds no separator.
      if (match.glob.some(part => typeof part === 'string' && /[\\/]/.test(part))) return { kind: 'const', value: false, ...span }
      if (form.kind === 'equals')
        return on([glob([any, '\\', form.text]), glob([any, '/', form.text]), glob([form.text])], match.fold)
      if (form.kind === 'ends') return on([match.glob], match.fold)
      const last = match.glob.map(part =>
        typeof part === 'string' ? quoted(part) : part.wild === 'any' ? '[^\\\\/]*' : '[^\\\\/]',
      )
      return ask(inner, { kind: 'regex', pattern: `(?:[\\s\\S]*[\\\\/])?${last.join('')}`, fold: match.fold, whole: true })
    }
    case 'account':
      return form.kind === 'equals' ? on([glob([any, '\\', form.text]), glob([form.text])], match.fold) : undefined
    case 'lower':
      return on([match.glob], true)
    case 'dworddigits':
      // Windows writes a number of 32 bits with a word around its digits.
      if (form.kind === 'equals' && /^0x[0-9a-f]{8}$/i.test(form.text) && match.fold)
        return on([glob([`DWORD (${form.text})`]), glob([form.text])], true)
      return match.glob.some(part => typeof part === 'string' && /[^dwor (x0-9a-f)]/i.test(part))
        ? on([match.glob], match.fold)
        : undefined
    case 'md5':
    case 'sha1':
    case 'sha256':
    case 'imphash':
      return form.kind === 'equals' ? on([glob([any, `${whole.toUpperCase()}=${form.text}`, any])], true) : undefined
    default:
      return undefined
  }
}

/** What is there wherever the field is. */
const kept: ReadonlySet<string> = new Set(['basename', 'lower', 'dworddigits'])
