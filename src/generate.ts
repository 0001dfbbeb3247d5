// A rule to tests of it: events that each of its parts decides, near misses and events at the edges, each with a name that says why. What is written has been run.

import { sayPredicate } from './engine/trace.ts'
import type { Detection, Trial } from './ir/detection.ts'
import { accessor, asText, type Event, setField, type Value } from './ir/event.ts'
import { and, not } from './ir/logic.ts'
import type { From } from './ir/pipeline.ts'
import type { Predicate } from './ir/predicate.ts'
import { rewrite, visit } from './ir/walk.ts'
import { everywhere, fieldOf, rawText } from './proof/atoms.ts'
import { type Side, search } from './proof/decide.ts'
import { type Edge, edges, textsOf } from './proof/edges.ts'
import { Graph, no, type Reading, type Ref, yes } from './proof/graph.ts'
import { budget, Limit } from './proof/limits.ts'
import { shrink } from './proof/shrink.ts'
import { asked, sideOf } from './proof/sides.ts'
import { passes } from './proof/values.ts'
import type { Diagnostic, Outcome } from './text/diagnostic.ts'
import { fold } from './text/fold.ts'
import { test as runTests } from './trial.ts'

export const codes: Readonly<Record<string, string>> = {
  GEN001: 'no tests can be made for a rule',
  GEN201: 'a part of a rule that decides nothing, or of which that is not known',
  GEN202: 'more tests could be made than are written',
}

export interface GenerateOptions {
  /** How many tests are made at most. */
  readonly most?: number
}

const usual = 60
/** Members of one list that get tests of their edges, too; of the others there is one that matches. */
const membersInFull = 3

type Test = Extract<Predicate, { kind: 'test' }>

/** A part of a rule that is one test, wherever it stands. */
interface Leaf {
  readonly test: Test
  readonly ref: Ref
  /** Parts that ask the same of the same field in the same way: members of one list. */
  readonly list: string
}

/** One event with what is expected of it, and why. */
interface Probe {
  readonly fields: Event['fields']
  readonly expect: Trial['expect']
  readonly name: string
  /** Smaller is wanted more. */
  readonly rank: number
}

/**
 * Tests of a Sigma rule about single events. Each part of its condition that decides anything gets an event on which it does; each of those events is then changed at the edges of that part.
 * What is expected follows from the model of a proof and was asked of the engine as `test` asks it: where the two disagree nothing is written. The same rule gives the same tests.
 */
export async function generate(detection: Detection, options: GenerateOptions = {}): Promise<Outcome<readonly Trial[]>> {
  const refuse = (message: string, hint?: string, more: readonly Diagnostic[] = []): Outcome<readonly Trial[]> => ({
    diagnostics: [
      ...more,
      { code: 'GEN001', severity: 'error', message, ...(hint === undefined ? {} : { hint }), source: detection.written.document },
    ],
  })
  const { query } = detection
  if (detection.written.rules !== 'sigma')
    return refuse('only Sigma rules have a place for tests', 'terrier convert -t sigma writes one')
  if (query.from.kind !== 'class') return refuse(`"${detection.title}" asks several events, and tests are made of single ones`)
  const question = asked({ ...query, from: { kind: 'class', class: {} } }, { table: () => [] })
  if ('beyond' in question)
    return refuse(`"${detection.title}" ${question.beyond}, and tests are made of questions about single events`)
  if (question.grouped) return refuse(`"${detection.title}" counts events, and tests are made of questions about single events`)
  const side = sideOf(question.where, query.rules)
  const made = new Maker(side, query.rules)
  if (made.root === no) return refuse(`"${detection.title}" can never match`)
  const most = options.most ?? usual
  const { probes, findings, passed: left } = made.probes(most)
  const diagnostics: Diagnostic[] = findings.map(finding => ({
    ...finding,
    source: finding.source ?? detection.written.document,
  }))
  if (!probes.some(probe => probe.expect === 'alert'))
    return refuse(`no event was found that "${detection.title}" matches`, undefined, diagnostics)
  const chosen = probes
    .map((probe, place) => ({ probe, place }))
    .sort((a, b) => a.probe.rank - b.probe.rank || a.place - b.place)
    .slice(0, most)
    .sort((a, b) => a.place - b.place)
  if (probes.length + left > most)
    diagnostics.push({
      code: 'GEN202',
      severity: 'note',
      message: `${left > 0 ? 'at least ' : ''}${probes.length + left - most} more tests could be made`,
      hint: `ask for them with --most ${probes.length + left}`,
    })
  const trials = named(chosen.map(({ probe }) => probe))
  // The runner of tests has the last word. An event that it takes for one of another log says its log source outright.
  const ran = async (tests: readonly Trial[]): Promise<readonly boolean[]> =>
    (await runTests({ ...detection, tests })).map(({ outcome }) => outcome === 'passed')
  const plain = await ran(trials)
  const told = trials.map((trial, place) => (plain[place] ? trial : saying(trial, detection.query.from)))
  const again = await ran(told)
  const passed = told.filter((_, place) => again[place])
  if (passed.length < trials.length)
    diagnostics.push({
      code: 'GEN201',
      severity: 'warning',
      message: `${trials.length - passed.length} tests that were made do not pass and are left out: the model of proofs and the engine disagree`,
    })
  return { value: passed, diagnostics }
}

/** A test whose events say the log source of the rule. */
function saying(trial: Trial, from: From): Trial {
  if (from.kind !== 'class' || 'dataset' in trial.events) return trial
  const of: Record<string, Value> = Object.fromEntries(Object.entries(from.class).filter(([, value]) => value !== undefined))
  return { ...trial, events: trial.events.map(event => ({ ...event, fields: { _class: of, ...event.fields } })) }
}

/** Names, each once. */
function named(probes: readonly Probe[]): readonly Trial[] {
  const used = new Map<string, number>()
  return probes.map(({ name, expect, fields }): Trial => {
    const before = used.get(name) ?? 0
    used.set(name, before + 1)
    return { name: before === 0 ? name : `${name} (${before + 1})`, expect, events: [{ fields }] }
  })
}

/** A test holds fields; a text of an event beside them has no place in it. */
const reading: Reading = { raw: 'none' }

class Maker {
  readonly root: Ref
  private readonly graph = new Graph(reading)
  private readonly where: Predicate
  private readonly side: Side
  private readonly rules: Parameters<typeof sideOf>[1]
  private readonly found = new Map<string, Probe>()
  private readonly findings: Diagnostic[] = []

  constructor(side: Side, rules: Parameters<typeof sideOf>[1]) {
    this.where = side.where
    this.side = side
    this.rules = rules
    this.root = this.graph.predicate(side.where)
  }

  private leaves(): readonly Leaf[] {
    const seen = new Map<number, Leaf>()
    visit(this.where, {
      predicate: part => {
        if (part.kind !== 'test') return
        const ref = this.graph.predicate(part)
        if (ref === yes || ref === no || seen.has(ref >> 1)) return
        const { match } = part
        const shape = match.kind === 'glob' ? match.glob.map(piece => (typeof piece === 'string' ? 't' : '*')).join('') : ''
        seen.set(ref >> 1, { test: part, ref, list: `${fieldOf(part.subject).name} ${match.kind} ${shape}` })
      },
    })
    return [...seen.values()]
  }

  probes(most: number): {
    readonly probes: readonly Probe[]
    readonly findings: readonly Diagnostic[]
    readonly passed: number
  } {
    const members = new Map<string, number>()
    let passed = 0
    for (const leaf of this.leaves()) {
      const member = (members.get(leaf.list) ?? 0) + 1
      members.set(leaf.list, member)
      // Of long lists no more is asked than can be written.
      if (member > membersInFull && this.found.size >= most) {
        passed++
        continue
      }
      this.probe(leaf, member)
    }
    if (this.found.size === 0) {
      // A rule without parts that decide anything is still true of something.
      const event = this.eventOf([[this.root]], this.side.ask)
      if (event !== undefined) this.keep(event.fields, 'matches', 0)
    }
    return { probes: [...this.found.values()], findings: this.findings, passed }
  }

  /** The rule with a part said to be true or false, wherever it stands. */
  private with(leaf: Leaf, value: boolean): Predicate {
    return rewrite(this.where, {
      predicate: part => {
        if (part.kind !== 'test') return part
        const ref = this.graph.predicate(part)
        return ref >> 1 === leaf.ref >> 1 ? { kind: 'const', value: value === (ref === leaf.ref) } : part
      },
    })
  }

  private eventOf(clauses: readonly (readonly Ref[])[], confirm: (event: Event) => boolean): Event | undefined {
    const found = search(this.graph, clauses, confirm, reading, budget())
    if ('event' in found) return shrink(found.event, confirm)
    if ('unknown' in found) throw new Limit(found.unknown)
    return undefined
  }

  /** Events that one part decides, and those beside them. */
  private probe(leaf: Leaf, member: number): void {
    const { test, ref } = leaf
    const say = cut(sayPredicate(test))
    const [whole, without] = [this.with(leaf, true), this.with(leaf, false)]
    const [on, off] = [this.graph.predicate(whole), this.graph.predicate(without)]
    try {
      const turnsOn = this.sides(and([whole, not(without)]))
      const turnsOff = this.sides(and([without, not(whole)]))
      const true_ = sideOf(test, this.rules).ask
      const yesOn = this.eventOf([[on], [off ^ 1], [ref]], event => turnsOn(event) && true_(event) && this.side.ask(event))
      const noOff = this.eventOf([[off], [on ^ 1], [ref ^ 1]], event => turnsOff(event) && !true_(event) && this.side.ask(event))
      if (yesOn === undefined && noOff === undefined) {
        this.findings.push({
          code: 'GEN201',
          severity: 'note',
          message: `no test is made of ${say}: there is no event on which it decides anything`,
          ...(test.span === undefined ? {} : { span: test.span }),
        })
        return
      }
      if (yesOn !== undefined) {
        const event = this.dressed(yesOn, event => turnsOn(event) && true_(event) && this.side.ask(event))
        this.keep(event.fields, `alert: ${say}`, member <= membersInFull ? 0 : 3)
        if (member <= membersInFull) this.around(leaf, event, say, turnsOn)
      }
      if (noOff !== undefined) {
        const event = this.dressed(noOff, event => turnsOff(event) && !true_(event) && this.side.ask(event))
        this.keep(event.fields, `alert: it is not so that ${say}`, member <= membersInFull ? 0 : 3)
        const kept = this.eventOf([[off], [on ^ 1], [ref]], event => turnsOff(event) && true_(event) && !this.side.ask(event))
        if (kept !== undefined) {
          const excluded = this.dressed(kept, event => turnsOff(event) && true_(event) && !this.side.ask(event))
          this.keep(excluded.fields, `silence: it is excluded that ${say}`, member <= membersInFull ? 0 : 3)
          if (member <= membersInFull) this.around(leaf, excluded, say, turnsOff)
        }
      }
    } catch (error) {
      if (!(error instanceof Limit)) throw error
      this.findings.push({
        code: 'GEN201',
        severity: 'note',
        message: `no test is made of ${say}: ${error.what}`,
        ...(test.span === undefined ? {} : { span: test.span }),
      })
    }
  }

  private sides(where: Predicate): (event: Event) => boolean {
    return sideOf(where, this.rules).ask
  }

  /** An event with the texts of the rule in their own spelling, where it stays what it is. */
  private dressed(event: Event, still: (event: Event) => boolean): Event {
    let { fields } = event
    visit(this.where, {
      predicate: part => {
        if (part.kind !== 'test') return
        for (const text of textsOf(part))
          for (const [name, value] of Object.entries(fields)) {
            if (typeof value !== 'string' || text === '' || value.includes(text)) continue
            const folded = fold(value)
            const at = folded.length === value.length ? folded.indexOf(fold(text)) : -1
            if (at < 0) continue
            const spelled = withField(fields, name, value.slice(0, at) + text + value.slice(at + text.length))
            if (still({ ...event, fields: spelled })) fields = spelled
          }
      },
    })
    return { ...event, fields }
  }

  /** Events beside one that a part decides: at its edges, and without its field. */
  private around(leaf: Leaf, event: Event, say: string, decides: (event: Event) => boolean): void {
    const name = this.fieldIn(leaf.test, event)
    if (name === undefined) return
    const before = this.side.ask(event)
    const told = new Set<string>()
    for (const edge of edges(leaf.test, event.fields[name]!)) {
      const fields = withField(event.fields, name, edge.value)
      const changed = { fields }
      const after = this.side.ask(changed)
      const turns = after !== before
      // One edit that turns the answer is enough for each edge; of those that do not, only case and numbers say something.
      const key = `${edge.kind} ${turns}`
      if (edge.kind === 'number' ? false : told.has(key) || (!turns && edge.kind !== 'case' && edge.kind !== 'missing')) continue
      if (turns && !decides(changed) && edge.kind !== 'missing') continue
      told.add(key)
      this.keep(fields, `${after ? 'alert' : 'silence'}: ${nearName(edge, name, say)}`, turns && edge.kind !== 'missing' ? 1 : 2)
    }
  }

  /** The field of an event that a test looks at. */
  private fieldIn(test: Test, event: Event): string | undefined {
    const { name } = fieldOf(test.subject)
    if (name !== everywhere) return Object.hasOwn(event.fields, name) ? name : undefined
    return Object.keys(event.fields).find(field => sideOf(test, this.rules).ask({ fields: { [field]: event.fields[field]! } }))
  }

  private keep(fields: Event['fields'], name: string, rank: number): void {
    const key = JSON.stringify(
      Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)),
      (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value),
    )
    if (this.found.has(key)) return
    const alert = this.side.ask({ fields })
    const model = this.says(this.root, { fields })
    // The model knows the same, or does not understand a part; if it knows better, nothing is written.
    if (model !== undefined && model !== alert) return
    this.found.set(key, { fields, expect: alert ? 'alert' : 'silence', name, rank })
  }

  /** What the model of proofs says of an event; undefined where that hangs on a part it does not understand. */
  private says(ref: Ref, event: Event): boolean | undefined {
    const node = this.graph.nodes[ref >> 1]!
    const negated = (ref & 1) === 1
    const turned = (of: boolean | undefined): boolean | undefined => (of === undefined ? undefined : of !== negated)
    if (node.kind === 'true') return turned(true)
    if (node.kind === 'and') {
      let all: boolean | undefined = true
      for (const part of node.of) {
        const one = this.says(part, event)
        if (one === false) return turned(false)
        if (one === undefined) all = undefined
      }
      return turned(all)
    }
    const { atom } = node
    if (atom.kind === 'opaque' || atom.field === rawText) return undefined
    const values = atom.field === everywhere ? Object.values(event.fields) : [accessor(atom.field)(event.fields)]
    const single = values.flatMap((value): readonly (Value | undefined)[] => (Array.isArray(value) ? value : [value]))
    if (atom.kind === 'state')
      return turned(values.some(value => value !== undefined && (atom.state === 'exists' || value !== null)))
    return turned(
      single.some(value => {
        const text = value === undefined ? undefined : asText(value)
        return text !== undefined && passes(atom, text)
      }),
    )
  }
}

const longest = 100
const cut = (text: string): string => (text.length > longest ? `${text.slice(0, longest - 1)}…` : text)

const nearName = (edge: Edge, field: string, say: string): string =>
  edge.kind === 'missing' ? `${field} is missing (${say})` : `${field} ${edge.why} (${say})`

/** Fields with one of them changed, added, or taken away. */
function withField(fields: Event['fields'], name: string, value: Value | undefined): Event['fields'] {
  const out: Record<string, Value> = {}
  for (const [key, own] of Object.entries(fields)) {
    if (key !== name) setField(out, key, own)
    else if (value !== undefined) setField(out, key, value)
  }
  if (value !== undefined && !Object.hasOwn(fields, name)) setField(out, name, value)
  return out
}
