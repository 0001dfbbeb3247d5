// Events for attacks on verdicts: made of the texts that two questions name, of the kinds their columns hold, without the search that gave the verdict.

import { type Event, isRecord, setField, type Value } from '../../src/ir/event.ts'
import type { Predicate, Scalar } from '../../src/ir/predicate.ts'
import { visit } from '../../src/ir/walk.ts'
import { fieldOf, xmlMark } from '../../src/proof/atoms.ts'
import type { DecideOptions, Side } from '../../src/proof/decide.ts'
import { pick, type Random } from './made.ts'

type Test = Extract<Predicate, { kind: 'test' }>

/** The texts that a test names: those of one are asked for together. */
function textsIn({ match }: Test): readonly string[] {
  switch (match.kind) {
    case 'glob':
      return match.glob.filter(part => typeof part === 'string')
    case 'regex':
      return match.pattern
        .replace(/\(\?[a-z]+\)|\\[bBAzZ]|\[\\s\\S\]\*/g, '')
        .replace(/\\s|\[\^?\\?.[^\]]*\]/g, ' ')
        .split(/(?<!\\)[\^$.*+?()[\]{}|]/)
        .map(part => part.replace(/\\(.)/g, '$1'))
        .filter(part => part !== '')
    case 'word':
      return match.text.kind === 'literal' ? [String(match.text.value)] : []
    case 'compare':
      return match.to.kind === 'literal' && match.to.value !== null ? [String(match.to.value)] : []
    case 'cidr':
      return [match.network.split('/')[0]!]
    default:
      return []
  }
}

/** What stands in a field: literals by the test that names them. */
interface Pool {
  readonly told: (readonly string[])[]
  /** The same one by one, and those that are numbers and addresses; made when all are told. */
  texts: readonly string[]
  numbers: readonly string[]
  addresses: readonly string[]
  readonly type: string | undefined
}

function poolsOf(questions: readonly Predicate[], how: DecideOptions): ReadonlyMap<string, Pool> {
  const pools = new Map<string, Pool>()
  const poolOf = (name: string): Pool => {
    let pool = pools.get(name)
    if (pool === undefined) {
      pool = { told: [], texts: [], numbers: [], addresses: [], type: how.laws?.get(name)?.of }
      pools.set(name, pool)
    }
    return pool
  }
  for (const question of questions)
    visit(question, {
      predicate: of => {
        if (of.kind !== 'test') return
        const texts = textsIn(of)
        const { name } = fieldOf(of.subject)
        if (!name.startsWith('\u0000') || name.startsWith(xmlMark)) poolOf(name).told.push(texts)
        else if (of.subject.kind === 'raw' || of.subject.kind === 'fields') poolOf('Message').told.push(texts)
        else for (const inner of namesIn(of.subject)) poolOf(inner).told.push(texts)
      },
      scalar: of => {
        if (of.kind === 'field') poolOf(of.name)
      },
    })
  for (const pool of pools.values()) {
    pool.texts = pool.told.flat()
    pool.numbers = pool.texts.filter(text => /^\d{1,9}$/.test(text))
    pool.addresses = pool.texts.filter(text => /^(?:\d+\.){3}\d+$/.test(text))
  }
  return pools
}

function namesIn(of: Scalar): readonly string[] {
  const names: string[] = []
  visit(of, {
    scalar: part => {
      if (part.kind === 'field') names.push(part.name)
    },
  })
  return names
}

const flipped = (text: string): string =>
  [...text].map(letter => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase())).join('')

const joints = ['', '', ' ', 'x', '\\', '.', '0']

/** A text near what a test asks for. */
function near(random: Random, pool: Pool, all: readonly string[]): string {
  if (pool.told.length === 0)
    return pick(random, ['x', 'true', '1', '', 'C:\\x\\y.exe', all.length === 0 ? 'y' : pick(random, all)])
  const own = pick(random, pool.told)
  let text = own.join(pick(random, joints))
  if (random() < 0.25) text = `${text}${pick(random, joints)}${pick(random, pool.told).join('')}`
  const kind = random()
  if (kind < 0.3) return text
  if (kind < 0.42) return `C:\\x${text}`
  if (kind < 0.5) return `x${text}`
  if (kind < 0.62) return `${text}${pick(random, ['y', ' ', '0', '\\'])}`
  if (kind < 0.7) return flipped(text)
  if (kind < 0.78) return `C:\\x${text} y`
  const at = Math.floor(random() * text.length)
  if (kind < 0.86) return text.slice(0, at) + text.slice(at + 1)
  if (kind < 0.92) return `${text.slice(0, at)}x${text.slice(at)}`
  if (kind < 0.96) return text.slice(at)
  return text.slice(0, at)
}

const addresses = [
  '10.0.0.1',
  '192.168.1.7',
  '127.0.0.1',
  '203.0.113.9',
  '169.254.3.4',
  '::1',
  'fe80::1',
  'fd00::7',
  '2001:db8::5',
  '-',
]

function valueFor(random: Random, pool: Pool, all: readonly string[]): Value {
  switch (pool.type) {
    case 'whole': {
      const { numbers } = pool
      const number = numbers.length === 0 ? Math.floor(random() * 10) : Number(pick(random, numbers))
      return Math.max(0, number + pick(random, [0, 0, 0, 1, -1]))
    }
    case 'truth':
      return random() < 0.5
    case 'address':
    case 'address or word': {
      const told = pool.addresses
      if (pool.type === 'address' || random() < 0.8)
        return told.length > 0 && random() < 0.4
          ? pick(random, told)
          : pick(random, addresses.slice(0, pool.type === 'address' ? 9 : 10))
      return pick(random, ['LOCAL', 'localhost'])
    }
    default:
      return near(random, pool, all)
  }
}

const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;')

function put(fields: Record<string, Value>, path: readonly string[], value: Value): void {
  const [name, ...rest] = path as [string, ...string[]]
  if (rest.length === 0) {
    setField(fields, name, value)
    return
  }
  const inner = Object.hasOwn(fields, name) ? fields[name] : undefined
  const record: Record<string, Value> = isRecord(inner) ? { ...inner } : {}
  put(record, rest, value)
  setField(fields, name, record)
}

/** An event with a field or two of it changed. */
function changed(
  random: Random,
  base: Event,
  pools: ReadonlyMap<string, Pool>,
  names: readonly string[],
  all: readonly string[],
  nested: boolean,
): Event {
  // Records inside are copied by whoever changes them.
  const fields: Record<string, Value> = { ...base.fields }
  for (let left = 1 + Math.floor(random() * 2); left > 0 && names.length > 0; left--) {
    const name = pick(random, names)
    const path = nested ? name.split('.') : [name]
    const old = path.reduce<Value | undefined>(
      (of, key) => (isRecord(of) && Object.hasOwn(of, key) ? of[key] : undefined),
      fields,
    )
    const pool = pools.get(name)!
    const told = valueFor(random, pool, all)
    // What is asked for behind, before or within what was there keeps the other answers.
    const value =
      typeof old === 'string' && typeof told === 'string' && pool.type === undefined && random() < 0.6
        ? pick(random, [
            `${told}${old}`,
            `${old}${told}`,
            `${old} ${told} `,
            old.slice(1),
            old.slice(0, -1),
            flipped(old),
            `${old}y`,
          ])
        : told
    put(fields, path, value)
  }
  return { ...base, fields }
}

/** Whether a store keeps an event as it is: one that makes no difference between an absent text and the empty one holds no empty text. */
function kept(event: Event, { empties, nested }: DecideOptions): boolean {
  for (const field of empties ?? []) {
    const value = (nested === true ? field.split('.') : [field]).reduce<Value | undefined>(
      (of, key) => (isRecord(of) && Object.hasOwn(of, key) ? of[key] : undefined),
      event.fields,
    )
    if (value === '') return false
  }
  return true
}

/** Events as the columns of a target hold them, drawn around what two questions ask for; most have what either asks of most fields. */
export function* attacks(
  random: Random,
  sides: readonly Side[],
  how: DecideOptions,
  count: number,
  bases: readonly Event[] = [],
): Generator<Event> {
  for (const event of drawn(random, sides, how, count, bases)) if (kept(event, how)) yield event
}

function* drawn(
  random: Random,
  sides: readonly Side[],
  how: DecideOptions,
  count: number,
  bases: readonly Event[],
): Generator<Event> {
  const pools = poolsOf(
    sides.map(one => one.where),
    how,
  )
  const all = [...pools.values()].flatMap(pool => pool.texts).slice(0, 200)
  const names = [...pools.keys()].filter(name => name !== '$table' && !name.startsWith('\u0000'))
  // What stays as it is for a while, so that events differ in little.
  let lasting = new Map<string, Value>()
  yield* bases
  for (let round = 0; round < count; round++) {
    if (bases.length > 0 && random() < 0.7) {
      yield changed(random, pick(random, bases), pools, names, all, how.nested === true)
      continue
    }
    if (round % 8 === 0) {
      lasting = new Map()
      for (const [name, pool] of pools) lasting.set(name, valueFor(random, pool, all))
    }
    const fields: Record<string, Value> = {}
    for (const [name, pool] of pools) {
      const kind = random()
      if (name === '$table') {
        if (pool.texts.length > 0) fields.$table = pick(random, pool.texts)
        continue
      }
      if (kind < 0.1) continue
      const value = kind < 0.13 && how.nulls !== false ? null : kind < 0.6 ? lasting.get(name)! : valueFor(random, pool, all)
      if (typeof value === 'string' && /[\u017f\u212a]/.test(value)) continue
      if (name.startsWith(xmlMark)) {
        const [column, key] = name.slice(xmlMark.length).split('\u0000') as [string, string]
        const before = typeof fields[column] === 'string' ? fields[column] : ''
        setField(fields, column, `${before}<Data Name="${key}">${escaped(String(value ?? ''))}</Data>`)
      } else put(fields, how.nested === true ? name.split('.') : [name], value)
    }
    // Where the text of an event is that of its fields, it says them.
    if (how.raw === 'same' && pools.has('Message')) fields._raw = String(fields.Message ?? '')
    yield { fields }
  }
}
