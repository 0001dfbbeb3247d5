// Our own records of cloud services, identity providers, containers and Macs, typed from each product's reference: read as a log, recognised, and asked by rules under Sigma's names.

import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/engine/engine.ts'
import type { Detection } from '../../src/ir/detection.ts'
import type { Event } from '../../src/ir/event.ts'
import type { EventClass } from '../../src/ir/pipeline.ts'
import { parseTime } from '../../src/ir/time.ts'
import { jsonl } from '../../src/logs/jsonl.ts'
import { schemas } from '../../src/schemas/index.ts'
import { firstOf } from '../../src/schemas/translate.ts'
import { random, readLog } from '../logs/reading.ts'

interface Sample {
  readonly schema: string
  readonly name: string
  readonly record: Record<string, unknown>
  readonly classes: readonly EventClass[]
  readonly fields: Readonly<Record<string, string>>
}

const folder = 'test/events/cloud'
const samples: readonly Sample[] = readdirSync(folder)
  .filter(file => file.endsWith('.jsonl'))
  .flatMap(file =>
    readFileSync(`${folder}/${file}`, 'utf8')
      .split('\n')
      .filter(line => line !== '')
      .map((line): Sample => {
        const { _name: name, _expect: expected, ...record } = JSON.parse(line)
        const schema = file.replace('.jsonl', '')
        return { schema, name: `${schema}/${name}`, record, classes: expected.classes, fields: expected.fields }
      }),
  )

const nothing = { name: '', text: '' }

/** A rule that asks one field of one log source for one value. */
function rule(wanted: EventClass, field: string, value: string): Detection {
  return {
    id: `${JSON.stringify(wanted)} ${field}=${value}`,
    title: field,
    description: '',
    level: 'low',
    status: 'test',
    query: {
      from: { kind: 'class', class: wanted },
      stages: [
        {
          kind: 'filter',
          where: {
            kind: 'test',
            subject: { kind: 'field', name: field },
            match: { kind: 'glob', glob: [value], fold: true },
          },
        },
      ],
      rules: 'sigma',
    },
    schema: 'sigma',
    attack: [],
    authors: [],
    references: [],
    falsePositives: [],
    tests: [],
    written: { document: nothing, rules: 'sigma', language: 'sigma', query: nothing },
    rest: {},
  }
}

const used = schemas.filter(schema => schema.optIn !== true)

async function ask(sample: Sample, detections: readonly Detection[]) {
  const { events, findings } = await readLog(jsonl, `${JSON.stringify(sample.record)}\r\n`)
  expect(findings).toEqual([])
  const program = compile(detections, used).value!
  const run = program.start()
  const at = (index: number): Event => events[index]!
  const alerts = [...run.push({ schema: '', length: events.length, at }), ...run.finish()]
  return { alerts: alerts.map(alert => alert.detection), seen: run.seen(), skipped: program.skipped, event: events[0]! }
}

describe('each record', () => {
  it.each(samples.map(sample => [sample.name, sample] as const))(
    '%s is recognised, and answers each field once in each of its classes and no other value',
    async (_, sample) => {
      const right = sample.classes.flatMap(wanted =>
        Object.entries(sample.fields).map(([field, value]) => rule(wanted, field, value)),
      )
      const wrong = sample.classes.flatMap(wanted =>
        Object.entries(sample.fields).map(([field, value]) => rule(wanted, field, `${value}~`)),
      )
      const { alerts, seen, skipped, event } = await ask(sample, [...right, ...wrong])
      expect([...seen.schemas.keys()]).toEqual([sample.schema])
      expect(skipped).toEqual([])
      expect(seen.skipped).toEqual([])
      expect([...alerts].sort()).toEqual(right.map(one => one.id).sort())
      const schema = schemas.find(one => one.id === sample.schema)!
      const time = firstOf(event, schema.time)
      expect(time === undefined ? undefined : parseTime(time)?.time).toBeGreaterThan(Date.UTC(2026, 2, 2, 8, 15, 0) - 1)
      expect(parseTime(time!)!.time).toBeLessThan(Date.UTC(2026, 2, 2, 8, 16))
    },
  )

  it('is of no class beyond its own', async () => {
    const services = new Map<string, EventClass>()
    for (const sample of samples) for (const one of sample.classes) services.set(JSON.stringify(one), one)
    for (const sample of samples) {
      const others = [...services.values()].filter(
        one => !sample.classes.some(own => JSON.stringify(own) === JSON.stringify(one)),
      )
      const everything = others.map((one): Detection => {
        const any = rule(one, 'x', 'y')
        return {
          ...any,
          query: { ...any.query, stages: [{ kind: 'filter', where: { kind: 'const', value: true } }] },
        }
      })
      const { alerts } = await ask(sample, everything)
      // A record of Microsoft 365 or of Google Workspace is one of the general log of its product too.
      const general = /^\{"product":"(?:m365","service":"(?:audit|exchange|threat_\w+)|gcp","service":"gcp\.audit)"\}/
      expect({ name: sample.name, alerts: alerts.filter(alert => !general.test(alert)) }).toEqual({
        name: sample.name,
        alerts: [],
      })
    }
  })
})

describe('damaged records', () => {
  /** A record with one thing changed: a key gone or renamed, a value of another kind, a list around it or in its place. */
  function change(value: unknown, next: () => number): unknown {
    if (Array.isArray(value)) {
      const at = Math.floor(next() * value.length)
      return value.length === 0 ? [null] : value.map((member, index) => (index === at ? change(member, next) : member))
    }
    if (typeof value === 'object' && value !== null && next() < 0.85) {
      const entries = Object.entries(value)
      const at = Math.floor(next() * entries.length)
      return Object.fromEntries(
        entries.flatMap(([key, inner], index) => {
          if (index !== at) return [[key, inner]]
          const what = next()
          return what < 0.15 ? [] : what < 0.25 ? [[`${key}.x`, inner]] : [[key, change(inner, next)]]
        }),
      )
    }
    const others = [
      null,
      '',
      0,
      -1.5,
      true,
      [],
      {},
      [[value]],
      { a: value },
      '\ud800',
      'x'.repeat(2000),
      [null, value],
      '__proto__',
    ]
    return others[Math.floor(next() * others.length)]
  }

  it('break nothing: 1,000 of them from a fixed seed, asked by every rule of these tests', async () => {
    const next = random(20_260_302)
    const rules = samples.flatMap(sample =>
      sample.classes.flatMap(wanted => Object.entries(sample.fields).map(([field, value]) => rule(wanted, field, value))),
    )
    const program = compile(rules, used).value!
    const run = program.start()
    let alerts = 0
    const from = performance.now()
    for (let round = 0; round < 1000; round++) {
      let record: unknown = samples[Math.floor(next() * samples.length)]!.record
      for (let times = 1 + Math.floor(next() * 3); times > 0; times--) record = change(record, next)
      const { events } = await readLog(jsonl, `${JSON.stringify(record)}\n`)
      alerts += run.push({ schema: '', length: events.length, at: index => events[index]! }).length
    }
    alerts += run.finish().length
    // Most fields of most records were not touched.
    expect(alerts).toBeGreaterThan(1000)
    expect(performance.now() - from).toBeLessThan(60_000)
  }, 120_000)
})
