// Two readers of YAML, one meaning: what the reader of plain blocks takes, it takes as the library would.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readBlocks } from '../../src/languages/sigma/blocks.ts'
import type { YamlNode } from '../../src/languages/sigma/nodes.ts'
import { read } from '../../src/languages/sigma/scalar.ts'
import { compose, documents } from '../../src/languages/sigma/yaml.ts'
import { dataPresent, dataRoot } from '../acceptance/shared.ts'

/** Whether the plain reader takes a text; when it does, the library must agree to the last place. */
function takes(text: string): boolean {
  const plain = readBlocks(text)
  if (plain === undefined) return false
  const { documents: composed, diagnostics } = compose({ name: 'a.yml', text })
  expect(diagnostics).toEqual([])
  expect(plain).toEqual(composed.map(({ root }) => root))
  return true
}

const long = process.env.TERRIER_LONG !== undefined

function filesOf(folder: string): string[] {
  return readdirSync(join(dataRoot, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.yml'))
    .sort()
    .map(name => join(dataRoot, folder, name))
}

/** Whole numbers below a bound, the same ones each time. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed
  return below => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const pieces = [
  '|',
  ':',
  ': ',
  '- ',
  '\n',
  "'",
  '"',
  '*',
  '&a ',
  '{',
  '[',
  ']',
  '\t',
  '  ',
  '\n    ',
  '#',
  ' #',
  '---\n',
  '? ',
  '|\n',
  ',',
  '~',
  '\n- ',
]

/** A text with up to four changes: a sign put in or taken out, a line moved. */
function changed(of: string, random: (below: number) => number): string {
  let text = of
  for (let change = 0; change <= random(3); change++) {
    const at = random(text.length)
    const kind = random(3)
    const piece = pieces[random(pieces.length)]!
    if (kind === 0) text = text.slice(0, at) + piece + text.slice(at)
    else if (kind === 1) text = text.slice(0, at) + text.slice(at + 1 + random(5))
    else {
      const line = text.lastIndexOf('\n', at) + 1
      text = text.slice(0, line) + ' '.repeat(random(3)) + text.slice(line + random(3))
    }
  }
  return text
}

/** A tree as plain values. */
function value(node: YamlNode | undefined): unknown {
  if (node === undefined) return undefined
  if (node.kind === 'scalar') return node.text
  if (node.kind === 'list') return node.items.map(value)
  return Object.fromEntries(node.entries.map(({ key, value: inner }) => [key.text, value(inner)]))
}

const rule = `# about
title: A rule # of our own
description: |
    Two lines
      and an indented one

    after an empty one
tags:
- attack.t1572
- 'it''s'
logsource:
    category: process_creation
detection:
    selection:
        - Image|endswith: '\\plink.exe'
          "Other": -3
        -
            - nested
            - list
    # between
    condition: selection
---
title: Next
`

describe('plain blocks', () => {
  it('are read', () => {
    expect(takes(rule)).toBe(true)
    expect(readBlocks(rule)!.map(value)).toEqual([
      {
        title: 'A rule',
        description: 'Two lines\n  and an indented one\n\nafter an empty one\n',
        tags: ['attack.t1572', "it's"],
        logsource: { category: 'process_creation' },
        detection: { selection: [{ 'Image|endswith': '\\plink.exe', Other: '-3' }, ['nested', 'list']], condition: 'selection' },
      },
      { title: 'Next' },
    ])
  })

  it.each([
    ['---\na: b\n', true],
    ['a: b', true],
    ['a:\n  - b\n  - c: d\n    e: f\n', true],
    ['a:\n- b\n', true],
    ['- a\n- b\n', true],
    ['a: |-\n  b\n\n', true],
    ["a: 'b' # c\n", true],
    ['a: b#c\n', true],
    ['a: b:c\n', true],
    ['a: -x\n', true],
  ])('%j is read', (text, expected) => {
    expect(takes(text)).toBe(expected)
  })

  it.each([
    '',
    '\n',
    '# only a comment\n',
    'text\n',
    'a: {b: c}\n',
    'a: [b]\n',
    'a: &x b\n',
    'a: *x\n',
    'a: !!str b\n',
    'a: "b\\n"\n',
    "a: 'b\n  c'\n",
    'a: b\n  c\n',
    'a: b: c\n',
    'a: >\n  b\n',
    'a: |2\n   b\n',
    'a: |\n\n    \n  b\n',
    'a:\n',
    'a:\nb: c\n',
    'a: b\na: c\n',
    '<<: b\n',
    'a: b\n c: d\n',
    'a:\n    b: c\n  d: e\n',
    '? a\n: b\n',
    'a:\tb\n',
    'a: b\r\n',
    '\ufeffa: b\n',
    '%YAML 1.1\n---\na: b\n',
    'a: b\n...\n',
    'a: b\n---\n',
    'a: b\n--- c\n',
    '- - a\n',
    "'a' : b\n",
    'a : b\n',
    `${'  '.repeat(0)}${Array.from({ length: 70 }, (_, level) => `${' '.repeat(level)}a:\n`).join('')}${' '.repeat(70)}b: c\n`,
  ])('%j is left to the library', text => {
    expect(takes(text)).toBe(false)
  })

  it('three thousand changed texts: never another meaning', () => {
    const random = randomFrom(20260501)
    let taken = 0
    for (let round = 0; round < 3000; round++) if (takes(changed(rule, random))) taken++
    expect(taken).toBeGreaterThan(300)
  })

  it.skipIf(!dataPresent)('every public rule: nearly all are read, all as the library reads them (needs ../shared/data)', () => {
    // One in four, to keep the suite short; TERRIER_LONG reads the whole.
    const some = filesOf('sigma-rules').filter((_, index) => long || index % 4 === 0)
    const taken = some.filter(path => takes(readFileSync(path, 'utf8')))
    expect(taken.length / some.length).toBeGreaterThan(0.99)
  })

  it.skipIf(!dataPresent || !long)('detections of Splunk as well (needs ../shared/data and TERRIER_LONG)', () => {
    const taken = filesOf('escu').filter(path => takes(readFileSync(path, 'utf8')))
    expect(taken.length).toBeGreaterThan(1000)
  })

  it.skipIf(!dataPresent)('public rules that were changed: never another meaning (needs ../shared/data)', () => {
    const files = [...filesOf('sigma-rules'), ...filesOf('escu')]
    const random = randomFrom(20261124)
    const count = long ? 2000 : 200
    let taken = 0
    for (let round = 0; round < count; round++) {
      const text = readFileSync(files[random(files.length)]!, 'utf8')
      if (takes(changed(text, random))) taken++
    }
    expect(taken).toBeGreaterThan(count / 5)
  })
})

describe('the library', () => {
  const roots = (text: string): unknown[] => documents({ name: 'a.yml', text }).documents.map(({ root }) => value(root))

  it('reads what plain blocks are not', () => {
    expect(roots('a: {b: [c, "d\\te"]}\n')).toEqual([{ a: { b: ['c', 'd\te'] } }])
    expect(roots('a: &x {b: c}\nd: *x\ne:\n  <<: *x\n  f: g\n')).toEqual([
      { a: { b: 'c' }, d: { b: 'c' }, e: { f: 'g', b: 'c' } },
    ])
    expect(roots('a: >\n  b\n  c\n')).toEqual([{ a: 'b c\n' }])
    expect(roots('a:\nb: c\r\n')).toEqual([{ a: '', b: 'c' }])
    expect(roots('\ufeffa: b\n')).toEqual([{ a: 'b' }])
    expect(roots('a: b\n---\n---\nc: d\n')).toEqual([{ a: 'b' }, '', { c: 'd' }])
  })
})

describe('plain scalars', () => {
  const reading = (text: string): unknown => {
    const { doubt, ...rest } = read({ kind: 'scalar', text, style: 'plain', span: { start: 0, end: 0 } })
    return { ...rest, doubt: doubt !== undefined }
  }
  it.each([
    ['', 'null', undefined, false],
    ['~', 'null', undefined, false],
    ['NULL', 'null', undefined, false],
    ['nUll', 'text', undefined, false],
    ['true', 'boolean', true, false],
    ['FALSE', 'boolean', false, false],
    ['tRue', 'text', undefined, false],
    ['y', 'text', undefined, false],
    ['Yes', 'text', undefined, true],
    ['OFF', 'text', undefined, true],
    ['0', 'number', 0, false],
    ['+7', 'number', 7, false],
    ['-12', 'number', -12, false],
    ['9007199254740993', 'number', 9007199254740993n, false],
    ['010', 'number', 8, true],
    ['-010', 'number', -8, true],
    ['08', 'text', undefined, true],
    ['0x1F', 'number', 31, true],
    ['0xffffffffffffffff', 'number', 18446744073709551615n, true],
    ['0b101', 'number', 5, true],
    ['0o17', 'text', undefined, true],
    ['1_000', 'number', 1000, true],
    ['1.5', 'number', 1.5, false],
    ['.5', 'number', 0.5, true],
    ['1.10', 'number', 1.1, true],
    ['1.5e+3', 'number', 1500, true],
    ['1e3', 'text', undefined, true],
    ['1.5e3', 'text', undefined, true],
    ['12:30', 'text', undefined, true],
    ['1:2:3', 'text', undefined, true],
    ['2023-01-01', 'text', undefined, true],
    ['2023-01-01 10:00:00', 'text', undefined, true],
    ['.inf', 'text', undefined, true],
    ['-', 'text', undefined, false],
    ['.', 'text', undefined, false],
    ['-a', 'text', undefined, false],
    ['1.2.3', 'text', undefined, false],
    ['1'.repeat(400), 'text', undefined, false],
  ])('%s', (text, type, expected, doubt) => {
    expect(reading(text)).toEqual({ type, text, doubt, ...(expected === undefined ? {} : { value: expected }) })
  })
})
