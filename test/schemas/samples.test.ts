// Our own small events in every shape that the schemas read: which schema knows them, which classes they are, and what Sigma's fields are worth in them.

import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { accessor, asText, type Value } from '../../src/ir/event.ts'
import type { EventClass } from '../../src/ir/pipeline.ts'
import { asim } from '../../src/schemas/asim.ts'
import { ecs } from '../../src/schemas/ecs.ts'
import { lenses } from '../../src/schemas/lens.ts'
import { mde } from '../../src/schemas/mde.ts'
import type { Holding, Mapping, Schema, Table } from '../../src/schemas/schema.ts'
import { sentinel } from '../../src/schemas/sentinel.ts'
import { plain, sigma } from '../../src/schemas/sigma.ts'
import { splunk } from '../../src/schemas/splunk.ts'
import { columnsOf } from '../../src/schemas/translate.ts'
import { wineventBare, wineventJson, wineventPairs } from '../../src/schemas/winevent-json.ts'
import { winlogbeat, winlogbeat6 } from '../../src/schemas/winlogbeat.ts'
import { answer, type Fields } from './answer.ts'

/** In the order in which records are recognised: the hub's two last, since a product's rows may carry the hub's names too. */
const ordered: readonly Schema[] = [
  wineventJson,
  wineventPairs,
  wineventBare,
  winlogbeat,
  winlogbeat6,
  mde,
  asim,
  sentinel,
  splunk,
  ecs,
  sigma,
  plain,
]
const fallbacks: ReadonlySet<string> = new Set([sigma.id, plain.id])

interface Expectation {
  readonly classes: readonly EventClass[]
  readonly fields: Readonly<Record<string, string>>
}
interface Sample {
  readonly schema: Schema
  readonly name: string
  readonly record: Fields
  readonly expected: Expectation
}

const folder = 'test/events/schemas'
const samples: readonly Sample[] = readdirSync(folder)
  .filter(file => file.endsWith('.jsonl'))
  .flatMap(file => {
    const schema = ordered.find(known => `${known.id}.jsonl` === file)!
    return readFileSync(`${folder}/${file}`, 'utf8')
      .split('\n')
      .filter(line => line !== '')
      .map((line): Sample => {
        const { _name: name, _expect: expected, ...record } = JSON.parse(line)
        return { schema, name: `${schema.id}/${name}`, record, expected }
      })
  })

/** Whether the accessor finds a member of a list by a name in it (`Data[@Name=Image].#text`), and any member of a record (`UserData.*.X`). */
const readsPairs = accessor('a[n=x].t')({ a: [{ n: 'x', t: '1' }] }) !== undefined
const readsStar = accessor('a.*.t')({ a: { any: { t: '1' } } }) !== undefined
const readable = (sample: Sample): boolean =>
  (readsPairs || sample.schema !== wineventPairs) && (readsStar || !('UserData' in Object((sample.record.Event ?? {}) as object)))
for (const sample of samples.filter(sample => !readable(sample)))
  console.warn(`skipped: the fields of ${sample.name} (no path of ir/event.ts reaches them yet)`)

const list = (mapping: Mapping | readonly Mapping[]): readonly Mapping[] =>
  (Array.isArray(mapping) ? mapping : [mapping]) as readonly Mapping[]
const held = (schema: Schema, record: Fields): readonly (readonly [Table, Holding])[] =>
  schema.tables.flatMap(table =>
    table.holds
      .filter(holding => holding.where === undefined || answer(holding.where, record))
      .map(holding => [table, holding] as const),
  )

/** The columns of a field in one holding; undefined when it has none there. */
function columns(table: Table, holding: Holding, name: string): readonly Mapping[] | undefined {
  return columnsOf({ table, where: [], fields: { ...table.fields, ...holding.fields }, constants: {}, remarks: [] }, name)
}

const texts = (value: Value | undefined): readonly string[] =>
  (Array.isArray(value) ? (value as readonly Value[]) : [value]).flatMap(member =>
    member === undefined || member === null ? [] : (asText(member) ?? []),
  )

/** What a column holds, with the column above it joined. */
function columnTexts(mapping: Mapping, record: Fields): readonly string[] {
  const name = typeof mapping === 'string' ? mapping : mapping.column
  const own = texts(accessor(name)(record))
  const under = typeof mapping === 'string' || mapping.under === undefined ? undefined : texts(accessor(mapping.under)(record))[0]
  if (under === undefined || under === '') return own
  return own.length === 0 || own[0] === '' ? [under] : own.map(text => `${under}\\${text}`)
}

/** Whether the column holds what a field of that value would leave in it. */
function holdsValue(mapping: Mapping, record: Fields, value: string): boolean {
  const changed = typeof mapping !== 'string' && mapping.values !== undefined ? (mapping.values[value] ?? value) : value
  const forward = typeof mapping !== 'string' && mapping.lens !== undefined ? lenses[mapping.lens].forward(changed) : changed
  const wanted = asText(forward)?.toLowerCase()
  return wanted !== undefined && columnTexts(mapping, record).some(text => text.toLowerCase() === wanted)
}

describe('recognition', () => {
  it.each(samples.map(sample => [sample.name, sample] as const))('%s', (_, { schema, record }) => {
    const knowing = ordered.filter(known => answer(known.recognise!, record)).map(known => known.id)
    expect(knowing[0]).toBe(schema.id)
    expect(knowing.filter(id => id !== schema.id && !fallbacks.has(id))).toEqual([])
  })

  it('has a sample of every schema and every table', () => {
    for (const schema of ordered) {
      const own = samples.filter(sample => sample.schema === schema)
      const seen = new Set(own.flatMap(sample => held(schema, sample.record).map(([table]) => table.name)))
      const without = schema.tables.filter(table => !seen.has(table.name)).map(table => `${schema.id}.${table.name}`)
      expect(without.filter(name => name !== 'asim.imProcessTerminate')).toEqual([])
    }
  })
})

describe('classes', () => {
  it.each(samples.map(sample => [sample.name, sample] as const))('%s', (_, { schema, record, expected }) => {
    const found = held(schema, record).map(([, holding]) => JSON.stringify(holding.class))
    for (const wanted of expected.classes) {
      const fits = held(schema, record).filter(([, { class: has }]) =>
        Object.entries(wanted).every(([key, value]) => has[key as keyof EventClass] === value),
      )
      expect({ wanted, found, fits: fits.length }).toEqual({ wanted, found, fits: 1 })
    }
  })

  it('process creation is held once', () => {
    for (const { name, schema, record, expected } of samples) {
      const products = held(schema, record).flatMap(([, { class: has }]) =>
        has.category === 'process_creation' ? [has.product] : [],
      )
      expect([name, products]).toEqual([name, [...new Set(products)]])
      expect([name, products.length > 0]).toEqual([
        name,
        expected.classes.some(({ category }) => category === 'process_creation'),
      ])
    }
  })
})

describe('fields', () => {
  const named = samples
    .filter(readable)
    .flatMap(sample =>
      Object.entries(sample.expected.fields).map(([field, value]) => [`${sample.name} ${field}`, sample, field, value] as const),
    )

  it.each(named)('%s', (_, { schema, record, expected }, field, value) => {
    // Beside process creation, 4688 is an event of the Security log under its own names.
    for (const wanted of expected.classes.filter(({ category }, index) => index === 0 || category !== undefined)) {
      const [table, holding] = held(schema, record).find(([, { class: has }]) =>
        Object.entries(wanted).every(([key, value]) => has[key as keyof EventClass] === value),
      )!
      const constant = holding.constants?.[field]
      if (constant !== undefined) {
        expect(String(asText(constant)).toLowerCase()).toBe(value.toLowerCase())
        continue
      }
      const mappings = columns(table, holding, field)
      expect(mappings, `${field} has a column`).toBeDefined()
      const hits = mappings!.filter(mapping => holdsValue(mapping, record, value))
      const whole = list(mappings!).filter(mapping => typeof mapping !== 'string' && parts.has(mapping.lens ?? ''))
      expect({ field, value, mappings, hits: hits.length > 0 }).toEqual({ field, value, mappings, hits: true })
      // A list of hashes lies in parts; every part that it names is there.
      if (hits.some(hit => typeof hit !== 'string' && parts.has(hit.lens ?? '')))
        for (const part of whole) if (lenses[(part as { lens: 'md5' }).lens].forward(value) !== null) expect(hits).toContain(part)
      // Another value is not found: a mapping that holds anything would pass the above.
      expect(mappings!.some(mapping => holdsValue(mapping, record, field === 'Hashes' ? 'MD5=00' : `${value}~`))).toBe(false)
    }
  })

  it('skips aloud what cannot be read yet', () => {
    expect(samples.filter(sample => !readable(sample)).length).toBe((readsPairs ? 0 : 3) + (readsStar ? 0 : 1))
  })
})

const parts: ReadonlySet<string> = new Set(['md5', 'sha1', 'sha256', 'imphash'])

describe('times and places', () => {
  it.each(samples.map(sample => [sample.name, sample] as const))(
    '%s has a time, and a host where the shape carries one',
    (_, { schema, record }) => {
      const first = (names: readonly string[] | undefined): string | undefined =>
        names?.flatMap(name => [...texts(accessor(name)(record))]).find(text => text !== '')
      expect(first(schema.time)).toBeDefined()
      if (schema !== plain) expect(first(schema.host)?.toLowerCase()).toMatch(/^ws7|^ws8/)
      if (schema.channel !== undefined && schema !== splunk) expect(first(schema.channel)).toBeDefined()
    },
  )
})
