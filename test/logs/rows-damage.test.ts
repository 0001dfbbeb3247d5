// Damage in line and table logs, a thousand ways for each format from fixed seeds: nothing thrown, nothing slow, every record that the damage does not touch kept.

import { describe, expect, it } from 'vitest'
import { access } from '../../src/logs/access.ts'
import { cef } from '../../src/logs/cef.ts'
import { csv } from '../../src/logs/csv.ts'
import { leef } from '../../src/logs/leef.ts'
import { logfmt } from '../../src/logs/logfmt.ts'
import type { LogFormat } from '../../src/logs/logs.ts'
import { w3c } from '../../src/logs/w3c.ts'
import { zeek } from '../../src/logs/zeek.ts'
import { plain, random, readLog } from './reading.ts'

interface Base {
  readonly format: LogFormat
  readonly head: string
  /** Records, each of one line or more. */
  readonly record: (at: number) => string
}

const bases: readonly Base[] = [
  {
    format: zeek,
    head: '#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tdns\n#fields\tts\tuid\tquery\tanswers\tok\n#types\ttime\tstring\tstring\tvector[string]\tbool\n',
    record: at => `17732196${at + 10}.500000\tC${at}\tw\\x09${at}.example.com\t192.0.2.${at},-\tT`,
  },
  {
    format: w3c,
    head: '#Software: X\n#Version: 1.0\n#Fields: date time c-ip cs-uri-stem cs(User-Agent) sc-status\n',
    record: at => `2026-03-11 09:00:${at + 10} 10.1.7.${at} /p${at} "a ""${at}"" b" 200`,
  },
  {
    format: access,
    head: '',
    record: at => `10.1.7.${at} - - [11/Mar/2026:09:00:${at + 10} +0000] "GET /p${at}?q=\\"x HTTP/1.1" 200 5 "-" "a ${at}"`,
  },
  { format: cef, head: '', record: at => `CEF:0|a\\|b|c|1|${at}|n|3|src=10.1.7.${at} msg=x\\=y and ${at} act=deny` },
  { format: leef, head: '', record: at => `LEEF:2.0|a|b|1|${at}|^|src=10.1.7.${at}^msg=x y ${at}^act=deny` },
  { format: logfmt, head: '', record: at => `ts=${at} level=info msg="a \\"${at}\\" b" src=10.1.7.${at}` },
  {
    format: csv,
    head: 'time,host,text,user\n',
    record: at => `2026-03-11T09:00:${at + 10},WS${at},"a ""${at}"",\nmore ${at}",u${at}`,
  },
]

const count = 30
const printable = '"\'\\,;|\t =#:-[]{}\r0aZ\u0000\u00e4'

describe.each(bases.map(base => [base.format.id, base] as const))('%s', (_, { format, head, record }) => {
  const records = Array.from({ length: count }, (_, at) => record(at))

  it('keeps what 1,000 damages leave alone', { timeout: 120_000 }, async () => {
    const { events, findings } = await readLog(format, `${head}${records.join('\n')}\n`)
    expect(findings).toEqual([])
    expect(events).toHaveLength(count)
    const fields = events.map(event => JSON.stringify(plain(event.fields)))
    for (let seed = 1; seed <= 1000; seed++) {
      const next = random(seed)
      const damaged = [...records]
      const touched = new Set<number>()
      for (let edits = 1 + Math.floor(next() * 3); edits > 0; edits--) {
        const at = Math.floor(next() * count)
        const text = damaged[at]!
        const place = Math.floor(next() * text.length)
        const letter = printable[Math.floor(next() * printable.length)]!
        const length = 1 + Math.floor(next() * 8)
        touched.add(at)
        const kind = Math.floor(next() * 5)
        if (kind === 0) damaged[at] = text.slice(0, place) + letter + text.slice(place)
        else if (kind === 1) damaged[at] = text.slice(0, place) + text.slice(place + length)
        else if (kind === 2) damaged[at] = text.slice(0, place)
        else if (kind === 3) damaged[at] = text.slice(0, place) + letter.repeat(length) + text.slice(place + length)
        else damaged[at] = text.slice(place)
      }
      const found = await readLog(format, `${head}${damaged.join('\n')}\n`, 1 + Math.floor(next() * 200))
      const texts = found.events.map(event => JSON.stringify(plain(event.fields)))
      const lost = fields.filter((text, at) => !touched.has(at) && !texts.includes(text))
      expect(lost, `seed ${seed}`).toEqual([])
      expect(found.events.length).toBeLessThanOrEqual(count + 12)
    }
  })

  it('survives 1,000 damages of bytes anywhere, headers too, and cuts', { timeout: 120_000 }, async () => {
    const whole = new TextEncoder().encode(`${head}${records.slice(0, 8).join('\n')}\n`)
    for (let seed = 1; seed <= 1000; seed++) {
      const next = random(seed * 31)
      const bytes = whole.slice(0, seed % 4 === 0 ? Math.floor(next() * whole.length) : whole.length)
      for (let edits = 1 + Math.floor(next() * 20); edits > 0; edits--) {
        if (bytes.length > 0) bytes[Math.floor(next() * bytes.length)] = Math.floor(next() * 256)
      }
      expect(format.detect(bytes, 'x')).toBeLessThanOrEqual(1)
      const { events, findings } = await readLog(format, bytes, 64)
      expect(events.length).toBeLessThanOrEqual(60)
      for (const { code, message } of findings) {
        expect(Object.keys(format.codes)).toContain(code)
        expect(message.length).toBeLessThan(300)
      }
    }
  })

  it('reads a long hostile stream in bounded memory and time', { timeout: 60_000 }, async () => {
    const block = new TextEncoder().encode(`${'"'.repeat(7)}${'=|,\\ ^\t'.repeat(9000)}`)
    async function* stream(): AsyncGenerator<Uint8Array> {
      yield new TextEncoder().encode(head)
      for (let at = 0; at < 500; at++) yield block
      yield new TextEncoder().encode(`\n${records[0]}\n`)
    }
    const before = process.memoryUsage().rss
    let events = 0
    let most = 0
    for await (const batch of format.read(stream(), { name: 'x' }, () => {})) {
      events += batch.length
      most = Math.max(most, process.memoryUsage().rss - before)
    }
    most = Math.max(most, process.memoryUsage().rss - before)
    expect(events).toBe(1)
    expect(most).toBeLessThan(200e6)
  })
})

it('telling the format takes no longer for beginnings made to be hard', () => {
  const hard = [
    `${'a=1,'.repeat(4000)}"`,
    `${'a=1 '.repeat(4000)}"`,
    `a=${'"\\'.repeat(8000)}`,
    `10.1.7.1 - ${'a '.repeat(8000)}[`,
    `1.1.1.1 - - [11/Mar/2026:09:00:00 +0000] "${'\\"'.repeat(8000)}`,
    `CEF:0|${'\\|'.repeat(8000)}`,
    `${'['.repeat(8000)}2026/03/11 09:00:00 [error] 1#1: ${', client: "'.repeat(3000)}`,
    `${'a,'.repeat(16_000)}\n${'"'.repeat(16_001)}`,
    '#Fields: '.repeat(4000),
  ]
  const from = performance.now()
  for (const { format } of bases) for (const text of hard) format.detect(new TextEncoder().encode(text), 'x')
  expect(performance.now() - from).toBeLessThan(2000)
})

it('a table whose quotations open and never close is read once or twice, not again and again', { timeout: 60_000 }, async () => {
  const lines = Array.from({ length: 400_000 }, (_, at) => (at % 3 === 0 ? `"x${at}` : `a${at},""""`))
  const from = performance.now()
  const { events } = await readLog(csv, `time,host\n${lines.join('\n')}\n`)
  expect(events.length).toBeLessThanOrEqual(lines.length)
  expect(performance.now() - from).toBeLessThan(30_000)
})
