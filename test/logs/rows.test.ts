// Logs of lines and tables (Zeek, W3C, web servers, CEF, LEEF, key=value, CSV): what each sample means however it is cut and encoded, which format a file is in, and what is said of what cannot be read.

import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { access } from '../../src/logs/access.ts'
import { cef } from '../../src/logs/cef.ts'
import { csv } from '../../src/logs/csv.ts'
import { detectFormat } from '../../src/logs/index.ts'
import { leef } from '../../src/logs/leef.ts'
import { logfmt } from '../../src/logs/logfmt.ts'
import type { LogFormat } from '../../src/logs/logs.ts'
import { w3c } from '../../src/logs/w3c.ts'
import { zeek } from '../../src/logs/zeek.ts'
import { plain, readLog, utf16 } from './reading.ts'

const formats: readonly LogFormat[] = [zeek, w3c, access, cef, leef, logfmt, csv]
const folder = new URL('../events/', import.meta.url)
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

interface Sample {
  readonly format: LogFormat
  readonly name: string
  readonly text: string
  readonly events: readonly unknown[]
}

const samples: readonly Sample[] = formats.flatMap(format =>
  readdirSync(new URL(`${format.id}/`, folder))
    .filter(name => !name.endsWith('.events'))
    .map((name): Sample => {
      const at = new URL(`${format.id}/${name}`, folder)
      const events = readFileSync(new URL(`${at.href}.events`), 'utf8')
        .trim()
        .split('\n')
      return { format, name, text: readFileSync(at, 'utf8'), events: events.map(line => JSON.parse(line) as unknown) }
    }),
)

/** What a format reads, in the form of the `.events` files. */
async function told(format: LogFormat, log: Uint8Array | string, size?: number): Promise<unknown[]> {
  const { events, findings } = await readLog(format, log, size)
  expect(findings).toEqual([])
  return events.map(({ origin, time, fields }) =>
    plain(time === undefined ? { line: origin!.line, fields } : { line: origin!.line, time, fields }),
  )
}

describe.each(samples.map(sample => [`${sample.format.id}/${sample.name}`, sample] as const))('%s', (_, sample) => {
  const { format, name, text, events } = sample

  it('gives its events, however it is cut into pieces', async () => {
    for (const size of [1 << 20, 1, 3, 100]) expect(await told(format, text, size)).toEqual(events)
  })

  it('gives them with a byte order mark, in UTF-16, with CRLF, and without its last line break', async () => {
    expect(await told(format, `\ufeff${text}`)).toEqual(events)
    for (const order of ['le', 'be'] as const) expect(await told(format, utf16(text, order, true), 7)).toEqual(events)
    const crlf = text.replaceAll('\n', '\r\n')
    // A line break within a value stays as the file has it, less the carriage return.
    expect(await told(format, crlf)).toEqual(events)
    expect(await told(format, text.replace(/\n$/, ''))).toEqual(events)
  })

  it('is known by its content: whole, cut short, with a mark, with CRLF, under another name', () => {
    for (const given of [text, `\ufeff${text}`, text.replaceAll('\n', '\r\n')]) {
      expect(detectFormat(bytesOf(given), name)?.format.id).toBe(format.id)
      // A table says less of itself than the others: cut short, its name has to help.
      const other = format === csv ? name : 'log.txt'
      expect(detectFormat(bytesOf(given), other)?.format.id).toBe(format.id)
      for (const part of [0.9, 0.7, 0.5, 0.3, 0.1]) {
        const found = detectFormat(bytesOf(given.slice(0, Math.ceil(given.length * part))), name)
        expect([undefined, format.id]).toContain(found?.format.id)
      }
    }
  })

  it('loses what a cut takes, and nothing else', async () => {
    for (let at = 1; at < text.length; at += 7) {
      const cut = text.slice(0, at)
      const { events: found } = await readLog(format, cut)
      const whole = events.filter(event => endOf(text, (event as { line: number }).line, events) < at)
      expect(found.slice(0, whole.length).map(({ fields }) => plain(fields))).toEqual(
        whole.map(event => (event as { fields: unknown }).fields),
      )
      expect(found.length).toBeLessThanOrEqual(whole.length + 1)
    }
  })
})

/** Where the record that begins in a line ends: before the next one, or where the text does. */
function endOf(text: string, line: number, events: readonly unknown[]): number {
  const next = events.map(event => (event as { line: number }).line).find(other => other > line)
  const lines = text.split('\n')
  let last = next === undefined ? lines.length : next - 1
  while (last > line && (lines[last - 1]!.startsWith('#') || lines[last - 1] === '')) last--
  return lines.slice(0, last).join('\n').length
}

describe('what is none of them', () => {
  it.each([
    ['prose', 'Dear all,\nplease find attached, as agreed, the minutes.\nRegards, Ana\n'],
    ['a shell script', '#!/bin/sh\nset -e\nA=1 B=2 make all\n'],
    ['an INI file', '[main]\nuser=ana\nport=22\n'],
    ['source code', 'const a = 1, b = 2, c = 3\nfunction f(x, y, z) {\n  return x, y, z\n}\n'],
    ['the audit daemon', 'type=SYSCALL msg=audit(1773219600.123:7): arch=c000003e syscall=59 success=yes exit=0 pid=77\n'],
    ['Markdown', '| a | b | c |\n| --- | --- | --- |\n| 1 | 2 | 3 |\n'],
    ['JSON lines', '{"time":1,"host":"a","ip":"b"}\n{"time":2,"host":"a","ip":"b"}\n'],
    ['numbers', '1,2,3\n4,5,6\n7,8,9\n'],
    ['nothing', ''],
    ['bytes', '\u0000\u0001\u0002,\u0003,\u0004\n'],
  ])('%s', (_, text) => {
    for (const format of formats) expect([format.id, format.detect(bytesOf(text), 'notes.txt')]).toEqual([format.id, 0])
  })
})

describe('what cannot be read', () => {
  const headers: Readonly<Record<string, string>> = {
    zeek: '#separator \\x09\n#path\tx\n#fields\tts\tuid\n#types\ttime\tstring\n',
    w3c: '#Version: 1.0\n#Fields: date time c-ip\n',
    csv: 'time,host,user\n',
  }
  const good: Readonly<Record<string, string>> = {
    zeek: '1773219600.0\tC1',
    w3c: '2026-03-11 09:00:00 10.1.7.21',
    access: '10.1.7.21 - - [11/Mar/2026:09:00:00 +0000] "GET / HTTP/1.1" 200 5',
    cef: 'CEF:0|a|b|c|d|e|1|src=10.1.7.21',
    leef: 'LEEF:1.0|a|b|c|d|src=10.1.7.21',
    logfmt: 'a=1 b=2 c=3',
    csv: '2026-03-11,WS7,ana',
  }
  const codes: Readonly<Record<string, readonly [unread: string, long: string, replaced: string, total: string]>> = {
    zeek: ['ZEK001', 'ZEK002', 'ZEK003', 'ZEK004'],
    w3c: ['WEX001', 'WEX002', 'WEX003', 'WEX004'],
    access: ['ACC001', 'ACC002', 'ACC003', 'ACC004'],
    cef: ['CEF001', 'CEF002', 'CEF003', 'CEF004'],
    leef: ['LEF001', 'LEF002', 'LEF003', 'LEF004'],
    logfmt: ['LGF001', 'LGF002', 'LGF003', 'LGF004'],
    csv: ['CSV001', 'CSV002', 'CSV003', 'CSV004'],
  }

  it.each(formats.map(format => [format.id, format] as const))('%s: told with its line, and gone around', async (id, format) => {
    const head = headers[id] ?? ''
    const first = head.split('\n').length
    const bad = 'broken line'
    const line = good[id]!
    const { events, findings } = await readLog(format, `${head}${line}\n${bad}\n${line}\n`)
    expect(events).toHaveLength(2)
    expect(findings.map(finding => finding.code)).toEqual([codes[id]![0]])
    expect(findings[0]!.message).toMatch(new RegExp(`^line ${first + 1}: `))
    expect(Object.keys(format.codes)).toEqual(codes[id])
  })

  it.each(formats.map(format => [format.id, format] as const))('%s: many are counted, not named', async (id, format) => {
    const { events, findings } = await readLog(
      format,
      `${headers[id] ?? ''}${good[id]}\n${'broken line\n'.repeat(50)}${good[id]}\n`,
    )
    expect(events).toHaveLength(2)
    expect(findings.map(finding => finding.code)).toEqual([...Array(20).fill(codes[id]![0]), codes[id]![3]])
    expect(findings.at(-1)!.message).toContain('50 ')
  })

  it.each(formats.map(format => [format.id, format] as const))(
    '%s: lines without end and bytes that are no text',
    async (id, format) => {
      const bytes = bytesOf(
        `${headers[id] ?? ''}${good[id]}\n${'x'.repeat(3_000_000)}\n${good[id]!.replace(/10\.1\.7\.21|$/, '$&~')}\n`,
      )
      bytes[bytes.indexOf(126)] = 0xff
      const { events, findings } = await readLog(format, bytes, 65_536)
      expect(events).toHaveLength(2)
      expect(findings.map(finding => finding.code)).toEqual([codes[id]![1], codes[id]![2]])
    },
  )

  it('a table: a quotation left open costs its own record only', async () => {
    const { events, findings } = await readLog(csv, 'time,host,user\n1,"WS7,ana\n2,WS8,ben\n3,"WS9",cara\n4,WS1,"dora\n')
    expect(events.map(event => event.fields.time)).toEqual(['2', '3'])
    expect(findings.map(finding => finding.message.slice(0, 7))).toEqual(['line 2:', 'line 5:'])
  })

  it('a table: quotations that never close are bounded', async () => {
    const from = performance.now()
    const { events } = await readLog(csv, `time,host,user\n${'1,"a\n'.repeat(30_000)}${'""\n'.repeat(30_000)}9,x,y\n`)
    expect(events.at(-1)?.fields.time).toBe('9')
    expect(performance.now() - from).toBeLessThan(10_000)
  })

  it('names like __proto__ are fields', async () => {
    const { events } = await readLog(csv, 'time,__proto__,constructor\n1,a,b\n')
    expect(Object.entries(events[0]!.fields)).toEqual([
      ['time', '1'],
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ])
    const { events: pairs } = await readLog(logfmt, 'a=1 __proto__=2 b=3\n')
    expect(Object.keys(pairs[0]!.fields)).toEqual(['a', '__proto__', 'b'])
  })
})

describe('times', () => {
  it('of a wall clock are read in the zone given', async () => {
    const text = readFileSync(new URL('w3c/pfirewall.log', folder), 'utf8')
    const found: (number | undefined)[] = []
    const bytes = async function* () {
      yield bytesOf(text)
    }
    for await (const batch of w3c.read(bytes(), { name: 'x', zone: 'Europe/Berlin' }, () => {})) found.push(batch.at(0).time)
    expect(found).toEqual([Date.UTC(2026, 2, 11, 9)])
  })
})
