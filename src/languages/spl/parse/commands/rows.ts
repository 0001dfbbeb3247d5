// Commands that choose, order and count rows: search, where, regex, dedup, sort, head, tail, reverse.

import { not } from '../../../../ir/logic.ts'
import type { SortKey, Stage } from '../../../../ir/pipeline.ts'
import type { Predicate, Scalar } from '../../../../ir/predicate.ts'
import { type Building, type Command, call, rawText, special } from '../building.ts'
import { regularExpression } from '../calls.ts'
import { value, whereExpression } from '../eval.ts'
import { column, count, field, fieldName, fieldNames, isTrue, type Name, type Option, option, options } from '../names.ts'
import type { Scanner } from '../reading.ts'
import { searchExpression } from '../search.ts'

const filter = (building: Building, where: Predicate): void => {
  building.stages.push({ kind: 'filter', where })
}

/** `search <search expression>` */
export const search: Command = (scanner, building) => {
  if (!scanner.more()) return
  filter(building, searchExpression(scanner))
}

/** `where <expression>` */
export const where: Command = (scanner, building) => {
  if (!scanner.more()) {
    scanner.fail('SPL004', '"where" needs a condition', scanner.start, scanner.end, 'write for example "where count > 5"')
    return
  }
  filter(building, whereExpression(scanner))
}

/** `regex [field=|field!=]"re"`: without a field the text of the event. */
export const regex: Command = (scanner, building) => {
  const { reading } = scanner
  scanner.more()
  const start = scanner.at
  let subject: Scalar = rawText
  let negated = false
  const named = scanner.match(/("(?:[^"\\]|\\.)*"|'[^']+'|[^\s"=!|]+)\s*(!?=)/y)
  if (named !== undefined) {
    const name = named[1]!.replace(/^["'](.*)["']$/, '$1')
    subject = name === '_raw' ? rawText : { kind: 'field', name, span: reading.span(start, start + named[1]!.length) }
    negated = named[2] === '!='
  }
  if (!scanner.more()) {
    scanner.fail('SPL004', '"regex" needs a regular expression', start, scanner.end, 'write regex field="…"')
    return
  }
  const from = scanner.at
  const string = scanner.next === '"' ? scanner.string() : undefined
  if (scanner.failed) return
  const text = string === undefined ? scanner.match(/[^|]+/y)![0].trim() : unescapeRegex(string.raw)
  if (string !== undefined && scanner.more()) {
    scanner.unexpected('the end of "regex"')
    return
  }
  const pattern = regularExpression(reading, text, from, scanner.at)
  if (pattern === undefined) {
    scanner.stop()
    return
  }
  const test: Predicate = {
    kind: 'test',
    subject,
    match: { kind: 'regex', pattern, fold: false, whole: false },
    span: reading.span(start, scanner.at),
  }
  filter(building, negated ? not(test) : test)
}

/** A regular expression in quotes: as any string, but an escaped pipe stays one that is searched for. */
export const unescapeRegex = (raw: string): string =>
  raw.replace(/\\([\\"|])/g, (found, character: string) => (character === '|' ? found : character))

/** Keys of an order: `-field`, `+field`, `num(field)`, in a list. */
export function sortKeys(scanner: Scanner, stop?: RegExp): readonly SortKey[] {
  const out: SortKey[] = []
  while (scanner.listed()) {
    if (stop !== undefined && scanner.sees(stop)) break
    const sign = scanner.match(/[+-]/y)?.[0]
    const kind = scanner.match(/(auto|str|ip|num)\s*\(/iy)?.[1]?.toLowerCase()
    const name = fieldName(scanner)
    if (name === undefined) {
      if (!scanner.failed) scanner.unexpected('a field to sort by')
      break
    }
    if (kind !== undefined && !scanner.take(')')) {
      if (!scanner.failed) scanner.unexpected('")"')
      break
    }
    const last = !scanner.more() && out.length > 0 && !name.quoted && sign === undefined && kind === undefined
    if (last && /^(?:d|desc)$/i.test(name.text)) {
      for (const [at, key] of out.entries()) out[at] = { ...key, descending: !key.descending }
      break
    }
    out.push({ by: ordered(field(scanner, name), kind), descending: sign === '-', nulls: 'last' })
  }
  return out
}

function ordered(by: Scalar, kind: string | undefined): Scalar {
  if (kind === 'num') return { ...call('splunk:tonumber', by), span: by.span }
  if (kind === 'str') return { ...call('splunk:lexical', by), span: by.span }
  return kind === 'ip' ? { ...call('splunk:ip', by), span: by.span } : by
}

/** Without a number of its own `sort` keeps this many rows (Search Reference, "sort"). */
const sorted = 10_000

/** `sort [count|limit=count] keys [desc]`; 0 is without limit. */
export const sort: Command = (scanner, building) => {
  const limit = scanner.match(/(?:limit\s*=\s*)?(\d+)(?![\w.])/y)
  const keys = sortKeys(scanner)
  if (scanner.failed) return
  if (keys.length === 0) {
    scanner.fail('SPL004', '"sort" needs a field', scanner.start, scanner.end, 'write for example "sort - count"')
    return
  }
  const most = limit === undefined ? sorted : Number(limit[1])
  building.stages.push({ kind: 'sort', keys })
  if (most > 0) building.stages.push({ kind: 'limit', count: most })
}

/** `dedup [n] fields [keepevents= keepempty= consecutive=] [sortby keys]` */
export const dedup: Command = (scanner, building) => {
  const most = scanner.match(/\d+(?![\w.])/y)
  const given = new Map<string, Option>()
  const fields: Name[] = []
  let keys: readonly SortKey[] = []
  while (scanner.listed()) {
    const found = option(scanner, ['keepevents', 'keepempty', 'consecutive'])
    if (found !== undefined) {
      given.set(found.name, found)
      continue
    }
    if (scanner.failed) return
    if (scanner.word('sortby')) {
      keys = sortKeys(scanner)
      continue
    }
    const name = fieldName(scanner)
    if (name === undefined) {
      if (!scanner.failed) scanner.unexpected('the name of a field')
      return
    }
    fields.push(name)
  }
  if (scanner.failed) return
  if (fields.length === 0) {
    scanner.fail('SPL004', '"dedup" needs a field', scanner.start, scanner.end, 'name the fields whose combinations count')
    return
  }
  if (keys.length > 0) building.stages.push({ kind: 'sort', keys })
  const amount = most === undefined ? 1 : Number(most[0])
  const plain = !isTrue(given.get('keepevents')) && !isTrue(given.get('keepempty')) && !isTrue(given.get('consecutive'))
  if (plain) building.stages.push({ kind: 'limit', count: amount, by: fields.map(name => column(scanner, name)) })
  else
    special(
      building,
      'dedup',
      {
        count: amount,
        by: fields.map(name => name.text),
        keepevents: isTrue(given.get('keepevents')),
        keepempty: isTrue(given.get('keepempty')),
        consecutive: isTrue(given.get('consecutive')),
      },
      fields.map(name => name.text),
    )
}

/** `head [n|limit=n] [(condition)] [keeplast=] [null=]`; ten without a number. */
export const head: Command = (scanner, building) => {
  const given = new Map(options(scanner, ['limit', 'keeplast', 'null']))
  const bare = scanner.match(/\d+(?![\w.])/y)
  for (const [name, found] of options(scanner, ['limit', 'keeplast', 'null'])) given.set(name, found)
  if (scanner.failed) return
  const most = bare === undefined ? count(scanner, given.get('limit'), 10) : Number(bare[0])
  if (!scanner.more()) {
    building.stages.push({ kind: 'limit', count: most })
    return
  }
  const condition = whereExpression(scanner)
  special(building, 'head', {
    while: value({ kind: 'truth', predicate: condition }),
    ...(given.has('limit') || bare !== undefined ? { limit: most } : {}),
    keeplast: isTrue(given.get('keeplast')),
  })
}

/** `tail [n]`: the last rows, the last one first. */
export const tail: Command = (scanner, building) => {
  const bare = scanner.match(/\d+(?![\w.])/y)
  if (scanner.more()) {
    scanner.unexpected('a number')
    return
  }
  special(building, 'tail', { count: bare === undefined ? 10 : Number(bare[0]) })
}

/** `reverse` */
export const reverse: Command = (scanner, building) => {
  if (scanner.more()) scanner.unexpected('the end of "reverse"')
  else special(building, 'reverse')
}

/** Splunk's own stage that goes over fields: told by name where it has stars. */
export const listOf = (scanner: Scanner): readonly string[] => fieldNames(scanner).map(name => name.text)

/** A stage that is a projection of names. */
export const project = (mode: 'keep' | 'drop', names: (Stage & { kind: 'project' })['names']): Stage => ({
  kind: 'project',
  mode,
  names,
})
