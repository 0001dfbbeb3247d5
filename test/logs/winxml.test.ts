// Windows event XML: what each sample means, the same fields as EVTX, and what is said of what cannot be read.

import { readdirSync, readFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { winxml } from '../../src/logs/winxml.ts'
import { plain, readLog, utf16 } from './reading.ts'

const folder = new URL('../events/winxml/', import.meta.url)
const samples = readdirSync(folder).filter(name => name.endsWith('.xml'))

function expected(sample: string): { line: number; fields: unknown }[] {
  const text = readFileSync(new URL(`${sample}.events`, folder), 'utf8')
  return text
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as { line: number; fields: unknown })
}

describe('each sample gives its events, in UTF-8 and UTF-16, however it is cut into pieces', () => {
  for (const sample of samples) {
    it(sample, async () => {
      const bytes = readFileSync(new URL(sample, folder))
      const text = new TextDecoder().decode(bytes)
      const wanted = expected(sample)
      for (const log of [
        bytes,
        utf16(text, 'le', true),
        utf16(text, 'be', true),
        utf16(text, 'le', false),
        utf16(text, 'be', false),
      ]) {
        for (const size of [1 << 20, 1, 3, 100]) {
          const { events, findings } = await readLog(winxml, log, size)
          expect(findings).toEqual([])
          const found = events.map(({ time, ticks, fields, origin }) =>
            plain({ time, ticks, record: origin!.record, line: origin!.line, fields }),
          )
          expect(found).toEqual(wanted)
          expect(events.map(event => event.origin!.index)).toEqual(wanted.map((_, index) => index))
        }
      }
    })
  }

  it('knows the schema', async () => {
    const sample = readFileSync(new URL('lines.xml', folder))
    for await (const batch of winxml.read(
      (async function* () {
        yield sample
      })(),
      { name: 'log', member: 'part' },
      () => {},
    )) {
      expect(batch.schema).toBe('sigma')
      expect(batch.at(0).origin).toMatchObject({ source: 'log', member: 'part' })
    }
  })
})

const namespace = "xmlns='http://schemas.microsoft.com/win/2004/08/events/event'"
const event = (id: number, data = '') =>
  `<Event ${namespace}><System><EventID>${id}</EventID></System><EventData>${data}</EventData></Event>`

/** A log; the ids of the events in it; what is told. */
const damaged: readonly { name: string; log: string; events: readonly number[]; told: readonly string[] }[] = [
  {
    name: 'an event cut off before the next',
    log: `${event(1)}\n<Event ${namespace}><System><EventID>2</EventID></System><EventData><Data Name='a'>x\n${event(3)}\n${event(4)}`,
    events: [1, 3, 4],
    told: ['WXM001 line 2: the event is not closed before the next begins'],
  },
  {
    name: 'an event cut off in the middle of a tag, and in the middle of a value in quotes',
    log: `<Event ${namespace}><System><Eve\n${event(1)}\n<Event ${namespace}><System><Provider Name='x\n${event(2)}`,
    events: [1, 2],
    told: [
      'WXM001 line 1: the event is not closed before the next begins',
      'WXM001 line 3: the event is not closed before the next begins',
    ],
  },
  {
    name: 'a closing tag that does not fit',
    log: `${event(1)}${event(2, '<Data Name="x">y</Dota>')}${event(3)}`,
    events: [1, 3],
    told: ['WXM001 line 1: "</Dota>" closes "<Data>"'],
  },
  {
    name: 'the log cut off in the middle of an event',
    log: `${event(1)}\n${event(2).slice(0, -20)}`,
    events: [1],
    told: ['WXM004 line 2: the log ends in the middle of an event'],
  },
  {
    name: 'text between events',
    log: `${event(1)}\nnoise\n${event(2)}`,
    events: [1, 2],
    told: ['WXM007 5 characters between events are left out, the first in line 2'],
  },
  {
    name: 'a document type declaration: nothing it declares is expanded',
    log: `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha>"><!ENTITY b "&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>\n<Events>${event(1, '<Data Name="x">&b;&c;&amp;</Data>')}</Events>`,
    events: [1],
    told: ['WXM003 a document type declaration is left out; entities declared there stay as they are written'],
  },
  {
    name: 'elements nested deeper than 512',
    log: `${event(1, '<a>'.repeat(10_000))}\n${event(2)}`,
    events: [2],
    told: ['WXM001 line 1: elements are nested deeper than 512'],
  },
  {
    name: 'a comment that is not closed',
    log: `${event(1)}<!-- ${event(2)}`,
    events: [1, 2],
    told: ['WXM001 line 1: markup that begins here is not closed'],
  },
  {
    name: 'a section that is not closed',
    log: `${event(1, '<Data><![CDATA[')}${event(2)}`,
    events: [2],
    told: ['WXM004 line 1: the log ends in the middle of an event'],
  },
]

describe('whole events are kept, the rest is told with its line', () => {
  for (const { name, log, events, told } of damaged) {
    it(name, async () => {
      for (const size of [1 << 20, 1, 7]) {
        const read = await readLog(winxml, log, size)
        expect(read.events.map(found => found.fields.EventID)).toEqual(events)
        expect(read.findings.map(({ code, message }) => `${code} ${message}`)).toEqual(told)
      }
    })
  }

  it('entities that are declared stay as they are written', async () => {
    const { events } = await readLog(winxml, event(1, '<Data Name="x">&b;&amp;&#xD800;&#1114112;&#0;&lt</Data>'))
    expect(events[0]!.fields.x).toBe('&b;&\ufffd\ufffd\0&lt')
  })

  it('names twenty and counts all', async () => {
    const { events, findings } = await readLog(winxml, `${'<Event><System></x></Event>\n'.repeat(123)}${event(1)}`)
    expect(events.length).toBe(1)
    expect(findings.filter(finding => finding.code === 'WXM001').length).toBe(20)
    expect(findings).toContainEqual(expect.objectContaining({ code: 'WXM006', message: expect.stringContaining('123 events') }))
  })

  it('tells of bytes that are no UTF-8', async () => {
    const log = Buffer.concat([Buffer.from(`${event(1)}\n`), Buffer.from(event(2, '<Data Name="x">_</Data>'))])
    log[log.lastIndexOf(0x5f)] = 0xff
    const { events, findings } = await readLog(winxml, log)
    expect(events[1]!.fields.x).toBe('\ufffd')
    expect(findings).toEqual([
      {
        code: 'WXM005',
        severity: 'warning',
        message: '1 characters could not be read and became U+FFFD, the first in the event of line 2',
      },
    ])
  })
})

describe('bounds', () => {
  it('an event of 20 MB is read; one above 32 million characters is passed over and its neighbours are kept', async () => {
    const log = (size: number) =>
      Buffer.concat([
        Buffer.from(`${event(1)}\n${event(2, '<Data Name="x">').slice(0, -20)}`),
        Buffer.alloc(size, 120),
        Buffer.from(`</Data></EventData></Event>\n${event(3)}`),
      ])
    const read = await readLog(winxml, log(20_000_000))
    expect(read.findings).toEqual([])
    expect(read.events.map(found => found.fields.EventID)).toEqual([1, 2, 3])
    const more = await readLog(winxml, log(50_000_000))
    expect(more.events.map(found => found.fields.EventID)).toEqual([1, 3])
    expect(more.findings.map(finding => finding.code)).toContain('WXM002')
  })

  it('a log made of beginnings takes time in proportion to its size', async () => {
    const from = performance.now()
    const beginnings = [
      '<Event>',
      '<Event><x>',
      '<Event></x>',
      '<Event><!--',
      '<Event><![CDATA[',
      '<!--',
      '<Event a="',
      '<',
      '<Event><x ',
    ]
    for (const beginning of beginnings)
      for (const end of ['', '</Event>']) await readLog(winxml, beginning.repeat(100_000) + end + event(1))
    expect(performance.now() - from).toBeLessThan(30_000)
  })

  it('an event that is kept keeps no more than itself', async () => {
    const filler = event(0, `<Data Name="filler">${'x'.repeat(1000)}</Data>`).repeat(1000)
    const kept: unknown[] = []
    async function* log() {
      for (let at = 0; at < 100; at++) {
        yield new TextEncoder().encode(filler)
        yield new TextEncoder().encode(event(7, `<Data Name="kept">${at} of the events that are kept for later</Data>`))
      }
    }
    const before = process.memoryUsage().heapUsed
    for await (const batch of winxml.read(log(), { name: 'log' }, () => {}))
      for (let at = 0; at < batch.length; at++) if (batch.at(at).fields.EventID === 7) kept.push(batch.at(at))
    expect(kept.length).toBe(100)
    // 100 MB went through; each event that is kept lay in a megabyte.
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    collect()
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(20_000_000)
  })
})
