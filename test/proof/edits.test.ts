// The judge before written queries: none that is called equivalent is parted by events, no edit of a query that events show to change its meaning is missed, no edit that changes nothing is called different.

import { describe, expect, it } from 'vitest'
import type { Detection } from '../../src/ir/detection.ts'
import type { Event } from '../../src/ir/event.ts'
import { ruleSources } from '../../src/node/rulefiles.ts'
import { example, type Side } from '../../src/proof/decide.ts'
import { Limit } from '../../src/proof/limits.ts'
import { judge, type Posed, pose } from '../../src/prove.ts'
import { readRules } from '../../src/rules/index.ts'
import { type Target, targets } from '../../src/targets.ts'
import { dataPresent, dataRoot } from '../acceptance/shared.ts'
import { randomOf } from '../engine/mutate.ts'
import { attacks } from './events.ts'
import { pick, type Random, shuffled } from './made.ts'

const whole = process.env.TERRIER_PROOF === 'all'
/** Other edits and events than the usual ones. */
const seed = Number(process.env.TERRIER_SEED ?? 0)
/** Pairs that the long suite attacks. */
const most = Number(process.env.TERRIER_PAIRS ?? 10_000)

/** What a side says of an event; undefined where the engine gives up. */
function said(side: Side, event: Event): boolean | undefined {
  try {
    return side.ask(event)
  } catch (error) {
    if (error instanceof Limit) return undefined
    throw error
  }
}

/** In YAML a backslash is a character. */
const yamlTexts = /"(?:[^"\\\n]|\\.)*"|'[^'\n]*'/g
const texts = /`[^`]*`|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\/(?:[^/\\\n]|\\.)+\//g

/** Where the literals of a query stand, and where everything else does. */
function placesOf(query: string): {
  readonly inside: readonly [number, number][]
  readonly outside: readonly [number, number][]
} {
  const inside: [number, number][] = []
  const outside: [number, number][] = []
  let at = 0
  for (const found of query.matchAll(/^logsource:/m.test(query) ? yamlTexts : texts)) {
    outside.push([at, found.index])
    inside.push([found.index, found.index + found[0].length])
    at = found.index + found[0].length
  }
  outside.push([at, query.length])
  return { inside, outside }
}

/** One of the places outside of literals where an expression fits, replaced. */
function outside(random: Random, query: string, wanted: RegExp, to: (found: RegExpMatchArray) => string): string | undefined {
  const found: { at: number; match: RegExpMatchArray }[] = []
  for (const [from, end] of placesOf(query).outside)
    for (const match of query.slice(from, end).matchAll(wanted)) found.push({ at: from + match.index, match })
  if (found.length === 0) return undefined
  const { at, match } = pick(random, found)
  return query.slice(0, at) + to(match) + query.slice(at + match[0].length)
}

/** One literal, without its quotes, replaced; one of those in which there is something to replace. */
function inside(random: Random, query: string, to: (text: string) => string | undefined): string | undefined {
  for (const [from, end] of shuffled(random, placesOf(query).inside)) {
    const text = to(query.slice(from + 1, end - 1))
    if (text !== undefined) return query.slice(0, from + 1) + text + query.slice(end - 1)
  }
  return undefined
}

const words: readonly (readonly [string, string])[] = [
  ['contains', 'has'],
  ['contains', 'startswith'],
  ['startswith', 'endswith'],
  ['endswith', 'contains'],
  ['in~', 'in'],
  ['=~', '=='],
  ['==', '!='],
  ['LIKE', 'NOT LIKE'],
  ['ILIKE', 'LIKE'],
  ['like~', 'like'],
  ['starts_with', 'ends_with'],
  ['ends_with', 'contains'],
  ['>=', '>'],
  ['<', '<='],
]

/** Edits of a text that most often change what it means. */
const edits: Readonly<Record<string, (random: Random, query: string) => string | undefined>> = {
  operator: (random, query) => {
    for (const [from, to] of shuffled(random, words)) {
      const edited = outside(random, query, new RegExp(/^\w+$/.test(from) ? `\\b${from}\\b` : from, 'g'), () => to)
      if (edited !== undefined) return edited
    }
    return undefined
  },
  'a character lost': (random, query) =>
    inside(random, query, text => {
      const at = Math.floor(random() * text.length)
      return text.length < 2 || text[at] === '\\' || text[at - 1] === '\\' ? undefined : text.slice(0, at) + text.slice(at + 1)
    }),
  'a character more': (random, query) =>
    inside(random, query, text => {
      const at = Math.floor(random() * (text.length + 1))
      return text[at - 1] === '\\' ? undefined : `${text.slice(0, at)}q${text.slice(at)}`
    }),
  case: (random, query) =>
    inside(random, query, text => {
      const other = text.replace(/(?<!\\)[a-z]/i, letter =>
        letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
      )
      return other === text ? undefined : other
    }),
  'a star lost': (random, query) =>
    inside(random, query, text => {
      const other = pick(random, [
        text.replace(/^[*%]/, ''),
        text.replace(/[*%]$/, ''),
        text.replace(/^\^/, ''),
        text.replace(/\$$/, ''),
      ])
      return other === text || other === '' ? undefined : other
    }),
  'a star more': (random, query) =>
    inside(random, query, text => pick(random, [`*${text}`, `${text}*`, `%${text}`, `${text}%`, `^${text}`, `${text}$`])),
  'and or': (random, query) =>
    outside(random, query, /\b(?:and|or|AND|OR)\b|&&|\|\|/g, ([word]) => {
      const other: Readonly<Record<string, string>> = { and: 'or', or: 'and', AND: 'OR', OR: 'AND', '&&': '||', '||': '&&' }
      return other[word!]!
    }),
  'not lost': (random, query) => outside(random, query, /\b(?:not|NOT)\b|!(?=[(a-z])/g, () => ''),
  'not more': (random, query) =>
    outside(random, query, /\b(?:and|AND)\b/g, ([word]) => `${word} ${word === 'and' ? 'not' : 'NOT'}`),
  field: (random, query) => {
    const names = [
      ...new Set(query.match(/\b[A-Za-z_][\w.]{5,}\b(?=\s*(?:=|:|\)|LIKE|like|contains|endswith|startswith|in\b|IN\b))/g) ?? []),
    ]
    if (names.length < 2) return undefined
    const [from, to] = [pick(random, names), pick(random, names)]
    if (from === to) return undefined
    return outside(random, query, new RegExp(`\\b${from.replaceAll('.', '\\.')}\\b`, 'g'), () => to)
  },
  'a backslash lost': (random, query) =>
    inside(random, query, text => {
      const places = [...text.matchAll(/\\\\/g)].map(found => found.index)
      return places.length === 0 ? undefined : text.slice(0, pick(random, places)) + text.slice(pick(random, places) + 1)
    }),
}

/** The end of a pair of parentheses of a query that opens at a place. */
function closing(query: string, open: number): number | undefined {
  const literals = placesOf(query).inside
  let depth = 0
  for (let at = open; at < query.length; at++) {
    const literal = literals.find(([from, to]) => at >= from && at < to)
    if (literal !== undefined) {
      at = literal[1] - 1
      continue
    }
    if (query[at] === '(') depth++
    else if (query[at] === ')' && --depth === 0) return at + 1
  }
  return undefined
}

/** A pair of parentheses around a condition of a query. */
function group(random: Random, query: string): readonly [number, number] | undefined {
  const opens = placesOf(query).outside.flatMap(([from, to]) => {
    const at: number[] = []
    for (let place = from; place < to; place++)
      if (query[place] === '(' && /(?:^|\b(?:and|or|AND|OR)\s|\()\s*$/.test(query.slice(Math.max(0, place - 40), place)))
        at.push(place)
    return at
  })
  if (opens.length === 0) return undefined
  const open = pick(random, opens)
  const end = closing(query, open)
  return end === undefined ? undefined : [open, end]
}

/** Edits that change nothing that is asked. */
const dresses: Readonly<Record<string, (random: Random, query: string) => string | undefined>> = {
  blanks: (random, query) => outside(random, query, / (?=[A-Za-z(])/g, () => '  '),
  'members of a list change places': (_random, query) => {
    const pair =
      /((?:\bin~?|\bIN|like~|:) ?\((?:[^()]*?, ?)??\s*)("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'),(\s*)("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')(?=\s*[,)])/
    return pair.test(query)
      ? query.replace(pair, (_, head: string, a: string, between: string, b: string) => `${head}${b},${between}${a}`)
      : undefined
  },
  'a pair of parentheses': (random, query) => {
    const found = group(random, query)
    if (found === undefined) return undefined
    const [from, to] = found
    return `${query.slice(0, from)}(${query.slice(from, to)})${query.slice(to)}`
  },
  'a condition said twice': (random, query) => {
    const found = group(random, query)
    const word = /\b(?:OR|or)\b/.exec(query)?.[0]
    if (found === undefined || word === undefined) return undefined
    const [from, to] = found
    const part = query.slice(from, to)
    return `${query.slice(0, from)}(${part} ${word} ${part})${query.slice(to)}`
  },
  'case where none is regarded': (random, query) => {
    const places = [...query.matchAll(/\b(?:contains|startswith|endswith) "((?:[^"\\\n]|\\.)*)"|=~ "((?:[^"\\\n]|\\.)*)"/g)]
    if (places.length === 0 || !/^\w+$/m.test(query.split('\n')[0]!)) return undefined
    const found = pick(random, places)
    const told = found[0].replace(/(?<!\\)[a-z]/gi, letter => (random() < 0.5 ? letter.toUpperCase() : letter.toLowerCase()))
    const operator = /^(?:\w+|=~) /.exec(found[0])![0]
    return query.slice(0, found.index) + operator + told.slice(operator.length) + query.slice(found.index + found[0].length)
  },
}

interface Pair {
  readonly detection: Detection
  readonly target: Target
  readonly posed: Posed
}

/** Pairs of rules and targets of which the query is called equivalent. */
function* equivalents(random: Random, detections: readonly Detection[], most: number): Generator<Pair> {
  for (let tries = 0, count = 0; tries < most * 4 && count < most; tries++) {
    const detection = pick(random, detections)
    const target = pick(random, targets)
    if (detection.silent) continue
    const posed = pose(detection, target)
    if ('verdict' in posed || 'several' in posed || judge(posed).verdict !== 'equivalent') continue
    count++
    yield { detection, target, posed }
  }
}

const bounded = (side: Side, reading: Posed['reading']): readonly Event[] => {
  const found = example(side, reading)
  return 'event' in found ? [found.event] : []
}

function attacked(detections: readonly Detection[], pairs: number, events: number, seed: number): void {
  const random = randomOf(seed)
  const wrong: string[] = []
  let judged = 0
  let matched = 0
  for (const { detection, target, posed } of equivalents(random, detections, pairs)) {
    judged++
    const { left, right, reading } = posed
    let own = 0
    for (const event of attacks(random, [left, right], reading, events, bounded(left, reading))) {
      const [a, b] = [said(left, event), said(right, event)]
      if (a === true) own++
      if (a === undefined || b === undefined || a === b) continue
      wrong.push(`${target.id}: ${detection.title}: the rule says ${a} of ${JSON.stringify(event.fields)}`)
      break
    }
    if (own > 0) matched++
  }
  expect(wrong).toEqual([])
  expect(judged).toBeGreaterThan(pairs * 0.9)
  // Events that nothing matches would part nothing.
  expect(matched / judged).toBeGreaterThan(0.9)
}

/** Edits of one kind. */
interface Count {
  /** Those that can be read. */
  tried: number
  /** Of these, those that an event shows to change the meaning. */
  shown: number
  /** Of these, those that are called different; all others are not found. */
  found: number
  undecided: number
  equivalent: number
}

interface Score {
  readonly kinds: ReadonlyMap<string, Count>
  /** Called equivalent, though events show that they are not. */
  readonly wrong: string[]
  readonly missed: string[]
}

const total = ({ kinds }: Score, of: keyof Count): number => [...kinds.values()].reduce((sum, one) => sum + one[of], 0)

/** A line for each kind of edit, and one for all. */
function tableOf(score: Score): string {
  const columns = ['tried', 'shown', 'found', 'undecided', 'equivalent'] as const
  const line = (name: string, values: readonly string[]): string =>
    `${name.padEnd(32)}${values.map(value => value.padStart(11)).join('')}`
  return [
    line('edit', columns),
    ...[...score.kinds].map(([kind, count]) =>
      line(
        kind,
        columns.map(column => String(count[column])),
      ),
    ),
    line(
      'all',
      columns.map(column => String(total(score, column))),
    ),
  ].join('\n')
}

function edited(detections: readonly Detection[], wanted: number, seed: number): Score {
  const random = randomOf(seed)
  const kinds = Object.keys(edits)
  const counts = new Map(
    kinds.map((kind): [string, Count] => [kind, { tried: 0, shown: 0, found: 0, undecided: 0, equivalent: 0 }]),
  )
  const score: Score = { kinds: counts, missed: [], wrong: [] }
  let done = 0
  for (const { detection, target, posed } of equivalents(random, detections, wanted * 4)) {
    // Edited inside its one expression a command may ask what is not told by fields: test/oracles/verdicts.test.ts edits those.
    if (target.language === 'grep') continue
    const query = posed.grounds.query!
    const { left, right: own, reading } = posed
    const bases = bounded(left, reading)
    // The kinds that were shown least come first, so that the score is one of all of them.
    const rare = [...kinds].sort((a, b) => counts.get(a)!.shown - counts.get(b)!.shown)
    for (const kind of rare.slice(0, 6)) {
      if (done >= wanted) break
      const text = edits[kind]!(random, query)
      if (text === undefined || text === query) continue
      const other = pose(detection, target, { query: { name: 'edited', text } })
      if ('verdict' in other || 'several' in other) continue
      const count = counts.get(kind)!
      count.tried++
      let shown: Event | undefined
      for (const event of attacks(random, [left, other.right], other.reading, 250, [
        ...bases,
        ...bounded(other.right, other.reading),
      ])) {
        const [a, b, c] = [said(left, event), said(own, event), said(other.right, event)]
        if (a === undefined || a !== b || c === undefined || a === c) continue
        shown = event
        break
      }
      if (shown === undefined) continue
      count.shown++
      done++
      const verdict = judge(other)
      if (verdict.verdict === 'differs') {
        count.found++
        continue
      }
      count[verdict.verdict === 'equivalent' ? 'equivalent' : 'undecided']++
      score[verdict.verdict === 'equivalent' ? 'wrong' : 'missed'].push(
        `${target.id}: ${detection.title}: ${kind}: ${verdict.verdict} on ${JSON.stringify(shown.fields)}\n${verdict.verdict === 'undecided' ? verdict.why[0]?.message : ''}\n${text}`,
      )
    }
    if (done >= wanted) break
  }
  return score
}

interface Dressed {
  readonly kinds: ReadonlyMap<string, Record<'equivalent' | 'undecided' | 'differs', number>>
  readonly wrong: string[]
}

function dressed(detections: readonly Detection[], wanted: number, seed: number): Dressed {
  const random = randomOf(seed)
  const kinds = Object.keys(dresses)
  const counts = new Map(kinds.map(kind => [kind, { equivalent: 0, undecided: 0, differs: 0 }]))
  const wrong: string[] = []
  let count = 0
  for (const { detection, target, posed } of equivalents(random, detections, wanted * 3)) {
    // A command is one expression, of which every blank and bracket says something.
    if (target.language === 'grep') continue
    const query = posed.grounds.query!
    const kind = pick(random, kinds)
    const text = dresses[kind]!(random, query)
    if (text === undefined || text === query) continue
    const other = pose(detection, target, { query: { name: 'dressed', text } })
    if ('verdict' in other || 'several' in other) continue
    count++
    const verdict = judge(other)
    counts.get(kind)![verdict.verdict as 'equivalent' | 'undecided' | 'differs']++
    if (verdict.verdict === 'differs') wrong.push(`${target.id}: ${detection.title}:\n${text}`)
    if (count >= wanted) break
  }
  return { kinds: counts, wrong }
}

const known = new Map<string, Promise<readonly Detection[]>>()
function read(path: string): Promise<readonly Detection[]> {
  let rules = known.get(path)
  if (rules === undefined) {
    rules = ruleSources([path], finding => console.warn(finding.message)).then(sources => readRules(sources).value ?? [])
    known.set(path, rules)
  }
  return rules
}

/** A name, rules, whether they are there, the share of the long suite, and the pairs that are attacked otherwise. */
const collections: readonly (readonly [string, string, boolean, number, number])[] = [
  ['the pack', 'packs/t1572/rules', true, 0.25, 75],
  ['SigmaHQ', `${dataRoot}sigma-rules/rules/windows`, dataPresent, 1, 300],
]

for (const [name, path, present, share, attackedPairs] of collections)
  describe.skipIf(!present)(`queries for ${name}`, () => {
    it('called equivalent are parted by no event', { timeout: 3_000_000 }, async () => {
      attacked(await read(path), whole ? most * share : attackedPairs, 10_000, seed + 31)
    })

    it('are told apart from every edit that events show to change them', { timeout: 3_000_000 }, async () => {
      const wanted = (whole ? 5_000 : 300) * share
      const score = edited(await read(path), wanted, seed + 32)
      const [shown, found] = [total(score, 'shown'), total(score, 'found')]
      if (process.env.TERRIER_PROOF !== undefined)
        console.log([`queries for ${name}`, tableOf(score), ...score.wrong, ...score.missed].join('\n'))
      const { missed, wrong } = score
      expect(wrong.slice(0, 5)).toEqual([])
      // What is not decided within its bounds is not found.
      expect(found / shown, missed.slice(0, 5).join('\n')).toBeGreaterThanOrEqual(0.999)
      expect(shown).toBeGreaterThan(wanted * 0.9)
    })

    it('are not told apart from what changes nothing', { timeout: 3_000_000 }, async () => {
      const wanted = (whole ? 1_000 : 100) * share
      const { kinds, wrong } = dressed(await read(path), wanted, seed + 33)
      const counts = [...kinds.values()]
      const of = (verdict: 'equivalent' | 'undecided' | 'differs') => counts.reduce((sum, one) => sum + one[verdict], 0)
      if (process.env.TERRIER_PROOF !== undefined)
        console.log(
          [
            `queries for ${name}, edited without a change`,
            ...[...kinds].map(([kind, count]) => `${kind.padEnd(34)}${JSON.stringify(count)}`),
            `all ${of('equivalent') + of('undecided') + of('differs')}, equivalent ${of('equivalent')}, undecided ${of('undecided')}, differs ${of('differs')}`,
          ].join('\n'),
        )
      expect(wrong.slice(0, 5)).toEqual([])
      expect(of('equivalent')).toBeGreaterThan(wanted * 0.9)
    })
  })
