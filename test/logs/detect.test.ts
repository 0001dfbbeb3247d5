// Which format a file is in: by its beginning, the name only where that leaves a doubt; never a wrong guess.

import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { detectFormat, logFormats } from '../../src/logs/index.ts'
import { utf16 } from './reading.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const folder = (name: string) => new URL(`../events/${name}/`, import.meta.url)

describe('every sample is in its format, whatever its name', () => {
  for (const id of ['jsonl', 'winxml']) {
    for (const sample of readdirSync(folder(id)).filter(name => /\.(?:jsonl?|xml)$/.test(name))) {
      it(`${id}/${sample}`, () => {
        const head = readFileSync(new URL(sample, folder(id)))
        for (const name of [sample, 'log', 'log.txt', 'log.evtx', 'log.csv', `${sample}.gz`])
          expect(detectFormat(head, name)?.format.id).toBe(id)
        // A beginning that is cut off anywhere behind the first bytes says the same.
        for (const size of [4096, 300]) expect(detectFormat(head.subarray(0, size), sample)?.format.id).toBe(id)
        const text = new TextDecoder().decode(head)
        for (const order of ['le', 'be'] as const)
          for (const mark of [true, false]) expect(detectFormat(utf16(text, order, mark), 'log')?.format.id).toBe(id)
      })
    }
  }

  it('evtx', () => {
    const head = readFileSync(new URL('../events/evtx/sample.evtx', import.meta.url))
    for (const name of ['Security.evtx', 'log.json', 'log'])
      expect(detectFormat(head.subarray(0, 65_536), name)?.format.id).toBe('evtx')
  })
})

describe('what is none of them is none', () => {
  const none: Readonly<Record<string, string | Uint8Array>> = {
    nothing: '',
    blanks: ' \n\t\r\n',
    text: 'The quick brown fox {jumps} over [the] lazy dog\n'.repeat(20),
    'a log with times in brackets': '[2024-05-06 07:08:09] error: [x] {y}\n'.repeat(20),
    'a section of settings': '[section]\nkey = value\n',
    JavaScript: 'function f() {\n  return { a: 1 }\n}\n',
    C: '{ int a = 1; }\n',
    HTML: '<!DOCTYPE html><html><body><p>Event</p></body></html>',
    'other XML': '<?xml version="1.0"?><rss><channel><item>Event</item></channel></rss>',
    'XML with other events': '<Event><id>1</id><name>birthday</name></Event>',
    'a number': '42\n',
    YAML: 'title: a\ndetection:\n  selection:\n    Image: x\n',
    'random bytes': Uint8Array.from({ length: 4096 }, (_, at) => (at * 7919 + (at >> 3) * 104_729) & 255),
    'a program': Uint8Array.from([0x4d, 0x5a, 0x90, 0, 3, 0, 0, 0]),
    'a template': '{{ name }}\n{% if x %}{"a":1\n',
  }
  for (const [what, content] of Object.entries(none)) {
    it(what, () => {
      const head = typeof content === 'string' ? bytes(content) : content
      for (const name of ['log', 'log.txt', 'log.json', 'log.xml', 'log.evtx'])
        expect(detectFormat(head, name)?.format.id).toBeUndefined()
    })
  }
})

describe('doubt', () => {
  const of = (text: string, name: string) => detectFormat(bytes(text), name)?.format.id

  it('a damaged or foreign beginning with a whole record behind it is JSON', () => {
    expect(of('x"a":1}\n{"EventID":1,"Image":"a"}\n', 'log')).toBe('jsonl')
    expect(of('Starting export …\n{"EventID":1,"Image":"a"}\n', 'log')).toBe('jsonl')
  })

  it('a lone bracket is JSON by its name only', () => {
    expect(of('{\n', 'log.json')).toBe('jsonl')
    expect(of('{', 'log')).toBeUndefined()
  })

  it('an event with something before it is event XML', () => {
    expect(of("<134>May  6 host app: <Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>", 'log')).toBe(
      'winxml',
    )
    expect(of('<Events>', 'log')).toBe('winxml')
  })

  it('XML inside JSON is JSON', () => {
    expect(of(`{"_raw":"<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"}\n`, 'log.xml')).toBe(
      'jsonl',
    )
  })
})

it('formats have ids of their own and say what they report', () => {
  expect(new Set(logFormats.map(format => format.id)).size).toBe(logFormats.length)
  const codes = logFormats.flatMap(format => Object.keys(format.codes))
  for (const code of codes) expect(code).toMatch(/^[A-Z]{3}\d{3}$/)
})
