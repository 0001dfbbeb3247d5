// The cache of rules: what comes from it is what was put in, and anything that is not exactly that is read anew.

import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { compile, isPlain } from '../../src/engine/engine.ts'
import type { Detection } from '../../src/ir/detection.ts'
import { cacheFolder, keepCompiled } from '../../src/node/caches.ts'
import type { Io } from '../../src/node/cli/io.ts'
import { loadRules, readyRules } from '../../src/node/cli/load.ts'
import { readImage, writeImage } from '../../src/node/image.ts'
import { readRules } from '../../src/rules/index.ts'
import { schemas } from '../../src/schemas/index.ts'
import type { Diagnostic } from '../../src/text/diagnostic.ts'
import { dataPresent, dataRoot } from '../acceptance/shared.ts'
import { lines, terrier } from '../cli/run.ts'

const home = mkdtempSync(join(tmpdir(), 'terrier-cache-'))
const folder = join(home, 'cache', 'terrier')
const rules = join(home, 'rules')
afterAll(() => rmSync(home, { recursive: true, force: true }))

const env = { LANG: 'en_US.UTF-8', XDG_CACHE_HOME: join(home, 'cache') }
const io: Io = {
  stdout: { write: () => undefined },
  stderr: { write: () => undefined },
  stdin: (async function* () {})(),
  env,
  cwd: process.cwd(),
  now: Date.now,
}

/** A rule about a program, as large as many are. */
function rule(name: string, more = ''): string {
  return `title: Started ${name}
id: 00000000-0000-4000-8000-${name.padStart(12, '0')}
description: |
  ${'What it is about, at length. '.repeat(60)}
level: high
logsource:
  product: windows
  category: process_creation
detection:
  selection:
    Image|endswith: '\\${name}.exe'
  condition: selection
${more}`
}

const old = new Date(Date.now() - 3_600_000)

/** A file of an hour ago, so that its times say when it changes. */
function put(name: string, text: string, time = old): void {
  writeFileSync(join(rules, name), text)
  utimesSync(join(rules, name), time, time)
}

beforeEach(() => {
  rmSync(join(home, 'cache'), { recursive: true, force: true })
  rmSync(rules, { recursive: true, force: true })
  mkdirSync(rules, { recursive: true })
  for (let at = 0; at < 90; at++) put(`${at}.yml`, rule(String(at)))
  put('broken.yml', 'title: [')
  put('odd.yml', `${rule('900', 'level: [')}\n---\n${rule('901')}`)
})

/** The one file in the cache. */
function kept(): string {
  const [name, ...others] = readdirSync(folder)
  expect(others).toEqual([])
  return join(folder, name!)
}

const load = (cache = true) => readyRules([rules], io, { cache })

/** Loads twice: the second time from the cache. */
async function primed() {
  const first = await load()
  first.keep()
  return first
}

/** All of a detection as plain values. */
function whole(of: Detection): unknown {
  const { id, name, title, description, level, status, query, schema, silent, attack, authors, references } = of
  const { falsePositives, created, modified, risk, tests, rest, written } = of
  const { from, stages, rules: meaning } = query
  const texts = [written.document.name, written.document.text, written.rules, written.language]
  const part = [written.query.name, written.query.text, written.query.inside?.at, written.query.inside?.source.name]
  const about = { id, name, title, description, level, status, schema, silent, attack, authors, references, falsePositives }
  return { ...about, created, modified, risk, tests, rest, query: { from, stages, meaning }, texts, part }
}

const finding = ({ code, severity, message, span, hint, related, source }: Diagnostic) => [
  code,
  severity,
  message,
  span,
  hint,
  related,
  source?.name,
  source?.text,
]

describe('what comes from the cache', () => {
  it('is what was read', async () => {
    const first = await primed()
    expect(first.cached).toBe(false)
    const second = await load()
    expect(second.cached).toBe(true)
    expect(second.detections.map(whole)).toEqual(first.detections.map(whole))
    expect(second.findings.map(finding)).toEqual(first.findings.map(finding))
    expect(second.findings.length).toBeGreaterThan(1)
    const plain = await loadRules([rules], io)
    expect(second.detections.map(whole)).toEqual(plain.detections.map(whole))
    expect(second.findings.map(finding)).toEqual(plain.findings.map(finding))
  })

  it('is private', async () => {
    await primed()
    expect(statSync(kept()).mode & 0o777).toBe(0o600)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
  })

  it('gives the same alerts, and the same words about rules', async () => {
    const log = join(home, 'log.jsonl')
    const events = [7, 8].map(name => ({ EventID: 1, Channel: 'Microsoft-Windows-Sysmon/Operational', Image: `C:\\${name}.exe` }))
    writeFileSync(log, events.map(event => JSON.stringify(event)).join('\n'))
    const hunted = (...more: string[]) => terrier(['hunt', log, '-r', rules, '--show-skipped', ...more], { env })
    const first = await hunted()
    const second = await hunted()
    expect(second).toEqual(first)
    expect(lines(second.out).map(alert => alert.rule.title)).toEqual(['Started 7', 'Started 8'])
    expect(await hunted('--tag', 'attack.none')).toMatchObject({ code: 2 })
    rmSync(folder, { recursive: true })
    expect((await hunted('--no-cache')).out).toBe(first.out)
    expect(existsSync(folder)).toBe(false)
  })

  it('keeps correlations, references and numbers that JSON has no word for', () => {
    const text = `title: Base
name: base
logsource:
  category: process_creation
detection:
  selection:
    ProcessId: 12345678901234567890
    Company: null
  condition: selection
---
title: Many
correlation:
  type: event_count
  rules: [base]
  group-by: [User]
  timespan: 5m
  condition:
    gte: 3
`
    const source = { name: 'a.yml', text }
    const read = readRules([source])
    const image = writeImage({ detections: read.value!, findings: read.diagnostics, sources: [source] })
    const back = readImage(image!)!
    expect(back.detections.map(whole)).toEqual(read.value!.map(whole))
    expect(JSON.stringify(back.detections.map(whole), (_, value) => (typeof value === 'bigint' ? `${value}n` : value))).toContain(
      '12345678901234567890n',
    )
    expect(back.detections.map(one => back.plain(one))).toEqual(read.value!.map(isPlain))
  })

  it.skipIf(!dataPresent)('is the same for every public rule, and so is what cannot run (needs ../shared/data)', async () => {
    const read = await loadRules([join(dataRoot, 'sigma-rules')], io)
    const back = readImage(writeImage(read)!)!
    const used = schemas.filter(schema => schema.optIn !== true)
    const skipped = (detections: readonly Detection[], known = {}) =>
      compile(detections, used, known).value!.skipped.map(({ index, reason, diagnostic }) => [index, reason, finding(diagnostic)])
    expect(skipped(back.detections, back)).toEqual(skipped(read.detections))
    for (const [place, detection] of read.detections.entries())
      if (place % 5 === 0) expect(whole(back.detections[place]!)).toEqual(whole(detection))
    expect(back.findings.map(finding)).toEqual(read.findings.map(finding))
  })
})

describe('the cache is not used', () => {
  /** Whether the next load comes from the cache, and what it says. */
  const next = async () => {
    const loaded = await load()
    return {
      cached: loaded.cached,
      codes: loaded.notes.map(note => note.code),
      rules: loaded.detections.length,
    }
  }

  it('when a file has changed, come or gone', async () => {
    await primed()
    expect(await next()).toEqual({ cached: true, codes: [], rules: 91 })
    put('3.yml', rule('3', 'tags: [attack.t1572]\n'), new Date())
    expect((await next()).cached).toBe(false)
    put('3.yml', rule('3'))
    expect((await next()).cached).toBe(true)
    put('new.yml', rule('999'))
    expect(await next()).toMatchObject({ cached: false, rules: 92 })
    rmSync(join(rules, 'new.yml'))
    rmSync(join(rules, '4.yml'))
    expect(await next()).toMatchObject({ cached: false, rules: 90 })
  })

  it('when a file of the same size was written within the tick of the clock, or its times were set back', async () => {
    put('3.yml', rule('3'), new Date())
    await primed()
    put('3.yml', rule('4').replace('title: Started 4', 'title: Started 3'), new Date())
    expect((await next()).cached).toBe(false)
    put('3.yml', rule('3'))
    expect((await next()).cached).toBe(true)
    const { atime, mtime } = statSync(join(rules, '3.yml'))
    put('3.yml', rule('5'))
    utimesSync(join(rules, '3.yml'), atime, mtime)
    expect((await next()).cached).toBe(false)
  })

  it('but is when files were only touched, whose times are then known', async () => {
    await primed()
    const before = readFileSync(kept())
    put('3.yml', rule('3'), new Date(Date.now() - 60_000))
    expect((await next()).cached).toBe(true)
    expect(readFileSync(kept()).equals(before)).toBe(false)
    expect((await next()).cached).toBe(true)
  })

  it('when the values of placeholders are others', async () => {
    await primed()
    const loaded = await readyRules([rules], io, { cache: true, names: { a: 'b' } })
    expect(loaded.cached).toBe(false)
  })

  it.each([
    ['cut off', (path: string) => truncateSync(path, 1000)],
    ['empty', (path: string) => truncateSync(path, 0)],
    ['cut off by a byte', (path: string) => truncateSync(path, statSync(path).size - 1)],
    ['longer', (path: string) => writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.from('x')]))],
    ['of another kind', (path: string) => writeFileSync(path, 'something else altogether, and longer than a head of it')],
    [
      'changed in one bit',
      (path: string) => {
        const bytes = readFileSync(path)
        bytes[bytes.length >> 1]! ^= 4
        writeFileSync(path, bytes)
      },
    ],
  ])('when its file is %s', async (_, harm) => {
    await primed()
    harm(kept())
    expect(await next()).toEqual({ cached: false, codes: ['CCH201'], rules: 91 })
    await primed()
    expect(await next()).toEqual({ cached: true, codes: [], rules: 91 })
  })

  it('when any of its bytes is another, though the sum is right', async () => {
    await primed()
    const path = kept()
    const good = readFileSync(path)
    let state = 20261124
    const random = (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return Math.floor((state / 2 ** 32) * below)
    }
    const imageAt = good.indexOf('TRIM')
    let refused = 0
    for (let round = 0; round < 300; round++) {
      const bytes = Buffer.from(good)
      // The numbers and the index of the image: what points elsewhere must not be followed.
      const at = imageAt + random(4000)
      bytes[at] = random(256)
      bytes.writeUInt32LE(crc32(bytes.subarray(20)), 16)
      writeFileSync(path, bytes)
      const loaded = await load()
      if (!loaded.cached) refused++
    }
    expect(refused).toBeGreaterThan(100)
  })

  it('when others may have written it', async () => {
    await primed()
    chmodSync(kept(), 0o666)
    expect((await next()).cached).toBe(false)
    chmodSync(kept(), 0o600)
    expect((await next()).cached).toBe(true)
    chmodSync(folder, 0o777)
    expect(await next()).toMatchObject({ cached: false, codes: ['CCH202'] })
    chmodSync(folder, 0o700)
    const path = kept()
    const elsewhere = join(home, 'elsewhere')
    writeFileSync(elsewhere, readFileSync(path), { mode: 0o600 })
    rmSync(path)
    symlinkSync(elsewhere, path)
    expect((await next()).cached).toBe(false)
    rmSync(folder, { recursive: true })
    symlinkSync(home, folder)
    expect(await next()).toMatchObject({ cached: false, codes: ['CCH202'] })
    rmSync(folder)
  })

  it('when it cannot be written', async () => {
    mkdirSync(join(home, 'cache'), { recursive: true })
    writeFileSync(folder, 'a file where the folder should be')
    await primed()
    expect(await next()).toMatchObject({ cached: false, codes: ['CCH202'] })
    expect(readFileSync(folder, 'utf8')).toBe('a file where the folder should be')
  })

  it('for a few rules, or when a file could not be read', async () => {
    for (const name of readdirSync(rules).slice(10)) rmSync(join(rules, name))
    await primed()
    expect(existsSync(folder)).toBe(false)
  })

  it('without a place for it', () => {
    expect(cacheFolder({}, 'linux')).toBeUndefined()
    expect(cacheFolder({ HOME: '/home/a' }, 'linux')).toBe('/home/a/.cache/terrier')
    expect(cacheFolder({ HOME: '/home/a', XDG_CACHE_HOME: '/tmp/x' }, 'linux')).toBe('/tmp/x/terrier')
    expect(cacheFolder({ HOME: '/Users/a' }, 'darwin')).toBe('/Users/a/Library/Caches/terrier')
    expect(cacheFolder({ HOME: '/home/a' }, 'win32')).toBeUndefined()
  })

  it('in the place where Node keeps what it compiled, when others may write there', () => {
    const told: string[] = []
    const able = { enableCompileCache: (place: string) => void told.push(place) }
    const caches = join(home, 'compiled')
    keepCompiled({}, able)
    keepCompiled({ XDG_CACHE_HOME: caches }, {})
    expect(told).toEqual([])
    keepCompiled({ XDG_CACHE_HOME: caches }, able)
    expect(told).toEqual([join(caches, 'terrier', 'code')])
    if (process.getuid === undefined) return
    for (const open of [join(caches, 'terrier', 'code'), join(caches, 'terrier')]) {
      chmodSync(open, 0o777)
      keepCompiled({ XDG_CACHE_HOME: caches }, able)
      chmodSync(open, 0o700)
    }
    rmSync(join(caches, 'terrier', 'code'), { recursive: true })
    symlinkSync(home, join(caches, 'terrier', 'code'))
    keepCompiled({ XDG_CACHE_HOME: caches }, able)
    expect(told).toHaveLength(1)
  })

  it('for more than a dozen sets of rules', async () => {
    for (let round = 0; round < 14; round++) {
      const loaded = await readyRules([rules], io, { cache: true, names: { round: String(round) } })
      loaded.keep()
    }
    expect(readdirSync(folder)).toHaveLength(12)
  })
})
