// JSON logs: every framing people have, what each sample means, and what is said of what cannot be read.

import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { jsonl } from '../../src/logs/jsonl.ts'
import { deepest, parseJson, readJson } from '../../src/logs/parts/json.ts'
import { plain, readLog, utf16 } from './reading.ts'

const folder = new URL('../events/jsonl/', import.meta.url)
const samples = readdirSync(folder).filter(name => !name.endsWith('.events') && !name.startsWith('.'))

function expected(sample: string): { line: number; fields: unknown }[] {
  const text = readFileSync(new URL(`${sample}.events`, folder), 'utf8')
  return text
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as { line: number; fields: unknown })
}

describe('each sample gives its events, however it is cut into pieces', () => {
  for (const sample of samples) {
    it(sample, async () => {
      const bytes = readFileSync(new URL(sample, folder))
      const wanted = expected(sample)
      expect(wanted.length).toBeGreaterThan(0)
      for (const size of [1 << 20, 1, 3, 100]) {
        const { events, findings } = await readLog(jsonl, bytes, size)
        expect(findings).toEqual([])
        expect(events.map(event => plain({ line: event.origin!.line, fields: event.fields }))).toEqual(wanted)
        expect(events.map(event => event.origin!.index)).toEqual(wanted.map((_, index) => index))
        expect(events[0]!.origin).toMatchObject({ source: 'log', member: 'part' })
      }
    })
  }

  it('in UTF-16, with and without byte order mark', async () => {
    const text = readFileSync(new URL('lines.jsonl', folder), 'utf8').replace('\ufeff', '')
    for (const order of ['le', 'be'] as const) {
      for (const mark of [true, false]) {
        for (const size of [1 << 20, 1, 7]) {
          const { events, findings } = await readLog(jsonl, utf16(text, order, mark), size)
          expect(findings).toEqual([])
          expect(events.map(event => plain({ line: event.origin!.line, fields: event.fields }))).toEqual(expected('lines.jsonl'))
        }
      }
    }
  })

  it('knows nothing of schema and time', async () => {
    for await (const batch of jsonl.read(
      (async function* () {
        yield new TextEncoder().encode('{"UtcTime":"2024-01-01 00:00:00.000"}')
      })(),
      { name: 'log' },
      () => {},
    )) {
      expect(batch.schema).toBe('')
      expect(batch.at(0).time).toBeUndefined()
    }
  })
})

/** A log; the fields of the events in it; the lines they begin in; code and place of what is told. */
const damaged: readonly {
  name: string
  log: string
  events: readonly unknown[]
  lines: readonly number[]
  told: readonly string[]
}[] = [
  {
    name: 'a line that is no JSON',
    log: '{"a":1}\nhello\n{"a":2}\n',
    events: [{ a: 1 }, { a: 2 }],
    lines: [1, 3],
    told: ['JSN001 line 2, column 1'],
  },
  {
    name: 'a line cut off in the middle of a key, of a string, of a list',
    log: '{"a":1,"b\n{"a":2}\n{"a":"x\n{"a":3}\n{"a":[1,\n{"a":4}\n{"a":5}\n',
    events: [{ a: 2 }, { a: 3 }, { a: 4 }, { a: 5 }],
    lines: [2, 4, 6, 7],
    told: ['JSN001 line 1, column 10', 'JSN001 line 3, column 8', 'JSN001 line 7, column 1'],
  },
  {
    name: 'a value JSON does not have',
    log: '{"a":01}\n{"a":NaN}\n{"a":.5}\n{"a":"\\x"}\n{"a":True}\n{"a":1}\n',
    events: [{ a: 1 }],
    lines: [6],
    told: [
      'JSN001 line 1, column 7',
      'JSN001 line 2, column 6',
      'JSN001 line 3, column 6',
      'JSN001 line 4, column 7',
      'JSN001 line 5, column 6',
    ],
  },
  {
    name: 'something behind the record on its line: the line is no record',
    log: '{"a":1} tail\n{"a":2}\n',
    events: [{ a: 2 }],
    lines: [2],
    told: ['JSN001 line 1, column 8'],
  },
  {
    name: 'a record closed too early by damage is no record',
    log: '{"a":1}"b":2}\n{"a":{"b":1}},"c":2}\n{"a":2}\n',
    events: [{ a: 2 }],
    lines: [3],
    told: ['JSN001 line 1, column 8', 'JSN001 line 2, column 14'],
  },
  {
    name: 'a line break lost or damaged between two records',
    log: '{"a":1}\n{"a":2}*{"a":3}\n{"a":4}{"a":5}\n',
    events: [{ a: 1 }, { a: 2 }, { a: 3 }, { a: 4 }, { a: 5 }],
    lines: [1, 2, 2, 3, 3],
    told: ['JSN001 line 2, column 8'],
  },
  {
    name: 'a list on one line whose beginning is lost',
    log: '1,"b":{"a":0}},{"a":1,"b":[{"c":1},{"c":2}]},{"a":2},{"a":3}]',
    events: [{ a: 1, b: [{ c: 1 }, { c: 2 }] }, { a: 2 }, { a: 3 }],
    lines: [1, 1, 1],
    told: ['JSN001 line 1, column 1', 'JSN001 line 1, column 61'],
  },
  {
    name: 'values that are no objects',
    log: '1\n"text"\nnull\n[1,2]\n{"a":1}\n',
    events: [{ a: 1 }],
    lines: [5],
    told: ['JSN003 line 1, column 1', 'JSN003 line 2, column 1', 'JSN003 line 3, column 1', 'JSN003 line 4, column 1'],
  },
  {
    name: 'the last record cut off',
    log: '{"a":1}\n{"a":"C:\\\\Win',
    events: [{ a: 1 }],
    lines: [1],
    told: ['JSN006 line 2, column 14'],
  },
  {
    name: 'a list that is not closed',
    log: '[\n{"a":1},\n{"a":2}\n',
    events: [{ a: 1 }, { a: 2 }],
    lines: [2, 3],
    told: ['JSN006 line 1, column 1'],
  },
  {
    name: 'a quote lost in a list on one line: the neighbours are kept',
    log: '[{"a":"w"},{"a":"x},{"a":"y"},{"a":"z"}]',
    events: [{ a: 'w' }, { a: 'y' }, { a: 'z' }],
    lines: [1, 1, 1],
    told: ['JSN001 line 1, column 23'],
  },
  {
    name: 'a bracket lost in a list of lines',
    log: '[\n{"a":1,"b":{"c":2},\n{"a":2},\n{"a":3}\n]\n',
    events: [{ a: 2 }, { a: 3 }],
    lines: [3, 4],
    told: ['JSN001 line 3, column 1'],
  },
  {
    name: 'a broken record among pretty-printed ones: what lies inside it is no record',
    log: '{\n  "a": 1,\n  "b": [\n    {\n      "c": 1\n    },\n    oops\n  ]\n}\n{\n  "a": 2\n}\n',
    events: [{ a: 2 }],
    lines: [10],
    told: ['JSN001 line 7, column 5'],
  },
  {
    name: 'a list whose wrapper goes on with something unknown',
    log: '{"Records":[\n{"a":1}\n],"Owner":{"id":7}}\n',
    events: [{ a: 1 }],
    lines: [2],
    told: ['JSN008 line 3'],
  },
  {
    name: 'NULs before a record, as a crash leaves them',
    log: '\0\0\0\0{"a":1}\n\0\0',
    events: [{ a: 1 }],
    lines: [1],
    told: [],
  },
  {
    name: 'a control character in a string',
    log: '{"a":"x\ty"}\n{"a":"x\0y"}\n{"a":1}\n',
    events: [{ a: 1 }],
    lines: [3],
    told: ['JSN001 line 1, column 8', 'JSN001 line 2, column 8'],
  },
]

describe('whole records are kept, the rest is told with its place', () => {
  for (const { name, log, events, lines, told } of damaged) {
    it(name, async () => {
      for (const size of [1 << 20, 1, 5]) {
        const read = await readLog(jsonl, log, size)
        expect(read.events.map(event => event.fields)).toEqual(events)
        expect(read.events.map(event => event.origin!.line)).toEqual(lines)
        expect(read.findings.map(({ code, message }) => `${code} ${message.split(':')[0]}`)).toEqual(told)
      }
    })
  }

  it('names twenty and counts all', async () => {
    const { events, findings } = await readLog(jsonl, `${'oops\n'.repeat(123)}{"a":1}\n`)
    expect(events.length).toBe(1)
    expect(findings.filter(finding => finding.code === 'JSN001').length).toBe(20)
    expect(findings.at(-1)).toMatchObject({ code: 'JSN007', message: expect.stringContaining('123 records') })
  })

  it('tells of bytes that are no UTF-8, and not of U+FFFD that the log holds', async () => {
    const bad = Buffer.concat([Buffer.from('{"a":"\ufffd"}\n{"a":"'), Buffer.from([0xff, 0xed, 0xa0, 0x80]), Buffer.from('"}\n')])
    const { events, findings } = await readLog(jsonl, bad)
    expect(events.map(event => event.fields)).toEqual([{ a: '\ufffd' }, { a: '\ufffd\ufffd\ufffd\ufffd' }])
    expect(findings).toEqual([
      { code: 'JSN005', severity: 'warning', message: '4 characters could not be read and became U+FFFD, the first in line 2' },
    ])
  })

  it('tells of half a surrogate pair in UTF-16', async () => {
    const { events, findings } = await readLog(jsonl, utf16('{"a":"\ud800","b":"\ufffd"}\n', 'be', true), 3)
    expect(events[0]!.fields).toEqual({ a: '\ufffd', b: '\ufffd' })
    expect(findings.map(finding => finding.message)).toEqual(['1 characters could not be read and became U+FFFD'])
  })
})

describe('bounds', () => {
  const nest = (depth: number, open = '[', close = ']') => `{"a":${open.repeat(depth)}${close.repeat(depth)}}`

  it(`depth ${deepest} is read, ${deepest + 1} and 10,000 and 500,000 are told`, async () => {
    const log = [nest(deepest - 1), nest(deepest), nest(10_000), nest(500_000), '{"b":'.repeat(10_000), '{"a":1}'].join('\n')
    const { events, findings } = await readLog(jsonl, log)
    expect(events.map(event => event.origin!.line)).toEqual([1, 6])
    expect(findings.map(finding => finding.code)).toEqual(['JSN004', 'JSN004', 'JSN004', 'JSN004'])
  })

  it('a line of 50 MB is an event; a record above 64 MB is passed over and its neighbours are kept', async () => {
    const log = (size: number) =>
      Buffer.concat([Buffer.from('{"a":1}\n{"a":"'), Buffer.alloc(size, 120), Buffer.from('"}\n{"a":3}\n')])
    const read = await readLog(jsonl, log(50_000_000))
    expect(read.findings).toEqual([])
    expect(read.events.map(event => event.origin!.line)).toEqual([1, 2, 3])
    expect((read.events[1]!.fields.a as string).length).toBe(50_000_000)
    const more = await readLog(jsonl, log(70_000_000))
    expect(more.events.map(event => event.fields.a)).toEqual([1, 3])
    expect(more.findings.map(finding => finding.code)).toEqual(['JSN002'])
  })

  it('a record of more than a million values is passed over', async () => {
    const { events, findings } = await readLog(jsonl, `{"a":[${'0,'.repeat(1_100_000)}0]}\n{"a":1}`)
    expect(events.map(event => event.fields)).toEqual([{ a: 1 }])
    expect(findings.map(finding => finding.code)).toEqual(['JSN002'])
  })

  it('a list on one line is read member by member', async () => {
    let held = 0
    async function* endless() {
      yield new TextEncoder().encode('[{"a":0}')
      const block = new TextEncoder().encode(`,{"a":"${'x'.repeat(1000)}"}`.repeat(1000))
      for (let at = 0; at < 100; at++) yield block
      yield new TextEncoder().encode(']')
    }
    let count = 0
    for await (const batch of jsonl.read(endless(), { name: 'log' }, () => {})) {
      count += batch.length
      held = Math.max(held, batch.length)
    }
    expect(count).toBe(100_001)
    expect(held).toBeLessThan(2500)
  })

  it('a log made of beginnings takes time in proportion to its size', async () => {
    const from = performance.now()
    const { events } = await readLog(jsonl, `${'{"a":[\n'.repeat(300_000)}{"a":1}\n`)
    expect(events.length).toBeLessThanOrEqual(1)
    expect(performance.now() - from).toBeLessThan(30_000)
  })
})

describe('numbers', () => {
  it('keep their digits', () => {
    const value = (text: string) => {
      const parsed = parseJson(text)
      return 'fault' in parsed ? parsed.fault : parsed.value
    }
    expect(value('9007199254740991')).toBe(9007199254740991)
    expect(value('9007199254740992')).toBe(9007199254740992n)
    expect(value('-9223372036854775808')).toBe(-9223372036854775808n)
    expect(value('{"a":18446744073709551615,"b":1e400,"c":18446744073709551615.0}')).toEqual({
      a: 18446744073709551615n,
      b: Number.POSITIVE_INFINITY,
      c: 18446744073709552000,
    })
    // The same name elsewhere: in text, further in, twice, as part of another name, written with an escape.
    expect(value('{"x":"\\"a\\":9007199254740993","a":9007199254740995}')).toEqual({
      x: '"a":9007199254740993',
      a: 9007199254740995n,
    })
    expect(value('{"b":{"a":9007199254740993},"a":9007199254740995}')).toEqual({
      b: { a: 9007199254740993n },
      a: 9007199254740995n,
    })
    expect(value('{"a":9007199254740993,"a":9007199254740995}')).toEqual({ a: 9007199254740995n })
    expect(value('{"ba":9007199254740993,"a":9007199254740995}')).toEqual({ ba: 9007199254740993n, a: 9007199254740995n })
    expect(value('{"\\u0061":9007199254740995}')).toEqual({ a: 9007199254740995n })
    expect(value('{"a" : 9007199254740995 }')).toEqual({ a: 9007199254740995n })
    expect(value('[[9007199254740995],{"a":[9007199254740993]}]')).toEqual([[9007199254740995n], { a: [9007199254740993n] }])
    // Seen before: the digits still are those of this text.
    expect(value('{"a":9007199254740996}')).toEqual({ a: 9007199254740996n })
    expect(value('{"a":9007199254740997}')).toEqual({ a: 9007199254740997n })
    expect(value('{"a":9007199254740995.5}')).toEqual({ a: 9007199254740996 })
    expect(value(`{"a":${'9'.repeat(5000)}}`)).toEqual({ a: '9'.repeat(5000) })
  })

  it('our own reader agrees with JSON.parse', () => {
    const texts = [
      '{"a":[1,-0,0.5,1e3,1E-3,true,false,null,"",{}]}',
      '"\\u00e9\\ud83d\\ude00\\n\\"\\\\\\/\\b\\f\\r\\t"',
      ' [ ] ',
      '{"":""}',
      '-0',
      '"\u2028"',
    ]
    for (const text of texts) expect(readJson(text)).toMatchObject({ value: JSON.parse(text) })
    for (const text of [
      '',
      '{',
      '[1,]',
      '{"a"}',
      '{"a":}',
      '{a:1}',
      '01',
      '1.',
      '-',
      '+1',
      '"\n"',
      '"\\u12"',
      "'a'",
      '[1 2]',
      'tru',
      '{"a":1,}',
    ]) {
      expect(() => JSON.parse(text)).toThrow()
      expect(parseJson(text)).toHaveProperty('fault')
    }
  })

  it('names of prototypes are names', async () => {
    const { events } = await readLog(jsonl, '{"__proto__":{"a":9007199254740993},"constructor":1}\n')
    const fields = events[0]!.fields
    expect(Object.keys(fields)).toEqual(['__proto__', 'constructor'])
    expect(Object.getPrototypeOf(fields)).toBe(Object.prototype)
    expect(({} as Record<string, unknown>).a).toBeUndefined()
  })
})
