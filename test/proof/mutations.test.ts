// Real rules against themselves in another dress, and with one edit: nothing rewritten may differ, nothing called equivalent may be parted by an event, no edit that events show to change the meaning may be missed.

import { describe, expect, it } from 'vitest'
import { questioned } from '../../src/compare.ts'
import type { Detection } from '../../src/ir/detection.ts'
import { type Event, setField, type Value } from '../../src/ir/event.ts'
import type { Predicate } from '../../src/ir/predicate.ts'
import { ruleSources } from '../../src/node/rulefiles.ts'
import { decide, example, type Side } from '../../src/proof/decide.ts'
import { Limit } from '../../src/proof/limits.ts'
import { readRules } from '../../src/rules/index.ts'
import { dataPresent, dataRoot } from '../acceptance/shared.ts'
import { randomOf } from '../engine/mutate.ts'
import { pick, type Random, rewritten, side, type Test, textsOf } from './made.ts'

type Edit = (random: Random, of: Test) => Predicate | undefined

const globOf = (of: Test) => (of.match.kind === 'glob' ? of.match : undefined)
const isStar = (part: unknown): boolean => typeof part === 'object'

/** Edits of one test; undefined where one does not apply. */
const edits: Readonly<Record<string, Edit>> = {
  'without case to with': (_, of) => {
    const match = globOf(of)
    return match?.fold ? { ...of, match: { ...match, fold: false } } : undefined
  },
  'open to tied at the beginning': (_, of) => {
    const match = globOf(of)
    return match !== undefined && match.glob.length > 1 && isStar(match.glob[0])
      ? { ...of, match: { ...match, glob: match.glob.slice(1) } }
      : undefined
  },
  'open to tied at the end': (_, of) => {
    const match = globOf(of)
    return match !== undefined && match.glob.length > 1 && isStar(match.glob.at(-1))
      ? { ...of, match: { ...match, glob: match.glob.slice(0, -1) } }
      : undefined
  },
  'tied to open at the beginning': (_, of) => {
    const match = globOf(of)
    return match !== undefined && match.glob.length > 0 && !isStar(match.glob[0])
      ? { ...of, match: { ...match, glob: [{ wild: 'any' }, ...match.glob] } }
      : undefined
  },
  'a character lost': (random, of) => {
    const match = globOf(of)
    const places = match?.glob.flatMap((part, at) => (typeof part === 'string' && part.length > 2 ? [at] : [])) ?? []
    if (match === undefined || places.length === 0) return undefined
    const place = pick(random, places)
    const text = match.glob[place] as string
    const at = 1 + Math.floor(random() * (text.length - 2))
    return { ...of, match: { ...match, glob: match.glob.with(place, text.slice(0, at) + text.slice(at + 1)) } }
  },
  'a word for a part': (_, of) => {
    const match = globOf(of)
    const text = match?.glob[1]
    return match?.glob.length === 3 && typeof text === 'string'
      ? {
          ...of,
          match: { kind: 'word', text: { kind: 'literal', value: text }, side: 'whole', fold: match.fold, words: 'kusto' },
        }
      : undefined
  },
  negated: (_, of) => ({ kind: 'not', arg: of }),
  'another field': (_, of) =>
    of.subject.kind === 'field' ? { ...of, subject: { ...of.subject, name: 'OtherField' } } : undefined,
}

/** A question with one of its tests edited, or `and` and `or` changed, or a `not` or a member lost. */
function mutated(random: Random, where: Predicate, kind: string): Predicate | undefined {
  const places: Predicate[] = []
  const waiting = [where]
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    const fits =
      kind === 'and for or'
        ? (part.kind === 'and' || part.kind === 'or') && part.args.length > 1
        : kind === 'a not lost'
          ? part.kind === 'not'
          : kind === 'a member lost'
            ? part.kind === 'or' && part.args.length > 1
            : part.kind === 'test' && !(part.subject.kind === 'field' && part.subject.name.startsWith('$'))
    if (fits) places.push(part)
    if (part.kind === 'and' || part.kind === 'or') waiting.push(...part.args)
    if (part.kind === 'not') waiting.push(part.arg)
  }
  if (places.length === 0) return undefined
  const place = pick(random, places)
  let changed: Predicate | undefined
  if (place.kind === 'test') changed = edits[kind]?.(random, place)
  else if (place.kind === 'not') changed = place.arg
  else if (place.kind === 'and' || place.kind === 'or') {
    const out = Math.floor(random() * place.args.length)
    changed =
      kind === 'a member lost'
        ? { ...place, args: place.args.filter((_, at) => at !== out) }
        : { ...place, kind: place.kind === 'and' ? 'or' : 'and' }
  }
  if (changed === undefined) return undefined
  const made = changed
  const swapped = (of: Predicate): Predicate =>
    of === place
      ? made
      : of.kind === 'and' || of.kind === 'or'
        ? { ...of, args: of.args.map(swapped) }
        : of.kind === 'not'
          ? { ...of, arg: swapped(of.arg) }
          : of
  return swapped(where)
}

const kinds = [...Object.keys(edits), 'and for or', 'a not lost', 'a member lost']

/** Events of a question's own texts, around an event that it is true of. */
function* eventsFor(random: Random, of: Side, other: Predicate, count: number): Generator<Event> {
  const found = example(of)
  const base: Readonly<Record<string, Value>> = 'event' in found ? found.event.fields : {}
  const texts = [...textsOf(of.where), ...textsOf(other)]
  const names = [...new Set([...texts.map(one => one.name), ...Object.keys(base)])]
  yield { fields: base }
  for (let round = 0; round < count; round++) {
    const fields: Record<string, Value> = {}
    for (const name of names) {
      const own = texts.filter(one => one.name === name)
      const told = own.length === 0 ? '' : pick(random, own).texts.join(pick(random, ['', ' ', 'x', '\\']))
      const kind = random()
      let value: Value | undefined
      if (kind < 0.4) value = Object.hasOwn(base, name) ? base[name] : undefined
      else if (kind < 0.5) value = undefined
      else if (kind < 0.53) value = pick(random, [null, '', 'x'])
      else if (kind < 0.65) value = told
      else if (kind < 0.75) value = `C:\\x${told}`
      else if (kind < 0.85) value = `${told}y`
      else if (kind < 0.9) value = told.toUpperCase()
      else if (kind < 0.95) value = `${told} ${own.length === 0 ? '' : pick(random, own).texts.join('')}`
      else value = told.slice(Math.floor(random() * told.length))
      if (value !== undefined) setField(fields, name, value)
    }
    yield { fields }
  }
}

/** Whether an event parts two questions; what the engine gives up on parts nothing. */
function parts(a: Side, b: Side, event: Event): boolean {
  try {
    return a.ask(event) !== b.ask(event)
  } catch (error) {
    if (error instanceof Limit) return false
    throw error
  }
}

interface Count {
  pairs: number
  differs: number
  equivalent: number
  undecided: number
}

interface Tally {
  readonly rewritten: Count
  readonly byKind: Map<string, Count>
  readonly wrong: string[]
  slowest: number
}

/** Each rule once rewritten and a few times edited. */
function judge(detections: readonly Detection[], each: number, seed: number): Tally {
  const random = randomOf(seed)
  const count = (): Count => ({ pairs: 0, differs: 0, equivalent: 0, undecided: 0 })
  const tally: Tally = { rewritten: count(), byKind: new Map(kinds.map(kind => [kind, count()])), wrong: [], slowest: 0 }
  const decided = (a: Side, b: Side, into: Count) => {
    const from = performance.now()
    const decision = decide(a, b)
    tally.slowest = Math.max(tally.slowest, performance.now() - from)
    into.pairs++
    into[decision.verdict]++
    return decision
  }
  for (const detection of detections) {
    const asked = questioned(detection)
    if (detection.silent || 'beyond' in asked) continue
    const own = side(asked.side.where)
    const attacked = (other: Side, verdict: string, why: string) => {
      if (verdict === 'differs') return
      for (const event of eventsFor(random, own, other.where, 300))
        if (parts(own, other, event)) {
          if (verdict === 'equivalent')
            tally.wrong.push(`${detection.title}: ${why} is called equivalent, and parts on ${JSON.stringify(event.fields)}`)
          return
        }
    }
    const dressed = side(rewritten(random, own.where))
    const same = decided(own, dressed, tally.rewritten)
    if (same.verdict === 'differs')
      tally.wrong.push(`${detection.title}: rewritten, it differs on ${JSON.stringify(same.event.fields)}`)
    attacked(dressed, same.verdict, 'rewritten')
    for (let round = 0; round < each; round++) {
      const kind = pick(random, kinds)
      const changed = mutated(random, own.where, kind)
      if (changed === undefined) continue
      const other = side(changed)
      const decision = decided(own, other, tally.byKind.get(kind)!)
      if (decision.verdict === 'differs' && own.ask(decision.event) === other.ask(decision.event))
        tally.wrong.push(`${detection.title}: ${kind}: the event does not part them`)
      attacked(other, decision.verdict, kind)
    }
  }
  return tally
}

/** Checks a tally; tells it where asked for. */
function hold(tally: Tally, undecidedShare: number): void {
  expect(tally.wrong).toEqual([])
  const all = [tally.rewritten, ...tally.byKind.values()]
  const sum = (of: keyof Count) => all.reduce((total, one) => total + one[of], 0)
  if (process.env.TERRIER_PROOF !== undefined)
    console.log(
      [['rewritten', tally.rewritten] as const, ...tally.byKind]
        .map(
          ([kind, { pairs, differs, equivalent, undecided }]) =>
            `${kind.padEnd(30)} ${pairs} differs ${differs} equivalent ${equivalent} undecided ${undecided}`,
        )
        .join('\n'),
      `\nslowest ${Math.round(tally.slowest)} ms`,
    )
  expect(tally.rewritten.differs).toBe(0)
  expect(sum('undecided') / sum('pairs')).toBeLessThan(undecidedShare)
  const edited = sum('pairs') - tally.rewritten.pairs
  expect(sum('differs') / edited).toBeGreaterThan(0.6)
}

const read = async (path: string) => readRules(await ruleSources([path], finding => console.warn(finding.message))).value ?? []

describe('rules of the pack', () => {
  it('are themselves in another dress, and no longer after an edit', { timeout: 240_000 }, async () => {
    const detections = await read('packs/t1572/rules')
    expect(detections.length).toBeGreaterThan(20)
    hold(judge(detections, 3, 1), 0.05)
  })
})

describe.skipIf(!dataPresent)('SigmaHQ', () => {
  const whole = process.env.TERRIER_PROOF === 'all'
  it(`${whole ? 'whole' : 'each fortieth rule'}: nothing is called equivalent that an event parts`, {
    timeout: 900_000,
  }, async () => {
    const detections = (await read(`${dataRoot}sigma-rules/rules/windows`)).filter((_, at) => whole || at % 40 === 0)
    expect(detections.length).toBeGreaterThan(40)
    hold(judge(detections, 2, 2), 0.03)
  })
})
