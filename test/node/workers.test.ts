// A hunt shared out among threads gives what one thread gives, whatever lies in the logs and whoever breaks off.

import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { zipSync } from 'fflate'
import { afterAll, describe, expect, it } from 'vitest'
import { compile } from '../../src/engine/engine.ts'
import { type HuntOptions, hunt, isAlert } from '../../src/hunt.ts'
import { eventSources } from '../../src/node/files.ts'
import { writeImage } from '../../src/node/image.ts'
import { linesOf, PartedFile } from '../../src/node/tasks.ts'
import { weigh } from '../../src/node/weigh.ts'
import { Company, type CrewOptions } from '../../src/node/workers.ts'
import { readRules } from '../../src/rules/index.ts'
import { schemas } from '../../src/schemas/index.ts'
import type { Diagnostic } from '../../src/text/diagnostic.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const home = mkdtempSync(join(tmpdir(), 'terrier-workers-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

// Node runs no TypeScript in a thread: the built worker stands for its source, when it is as new.
const built = pathToFileURL(join(root, 'dist', 'node', 'worker.js'))
const asNew = ['worker', 'tasks', 'image', 'bytes'].every(name => {
  const made = join(root, 'dist', 'node', `${name}.js`)
  return existsSync(made) && statSync(made).mtimeMs >= statSync(join(root, 'src', 'node', `${name}.ts`)).mtimeMs
})
if (!asNew) console.warn('SKIPPED: threads are tested with what `npm run build` makes, and that is older than src/node')

const text = `title: Started plink
name: plink
level: high
logsource:
  product: windows
  category: process_creation
detection:
  selection:
    Image|endswith: '\\plink.exe'
  condition: selection
---
title: Cloud without columns
logsource:
  product: windows
  category: process_creation
detection:
  selection:
    Nonsense.Field: x
  condition: selection
---
title: Many of one user
level: medium
correlation:
  type: event_count
  rules: [plink]
  group-by: [User]
  timespan: 10m
  condition:
    gte: 3
  generate: true
`
const rules = { name: 'rules.yml', text }
const read = readRules([rules])
const used = schemas.filter(schema => schema.optIn !== true)
const program = compile(read.value!, used).value!
const image = writeImage({ detections: read.value!, findings: [], sources: [rules] })!

function companyOf(more: Partial<CrewOptions> = {}): { readonly crew: Company; readonly told: Diagnostic[] } {
  const told: Diagnostic[] = []
  const crew = new Company({
    jobs: 2,
    apart: true,
    program,
    image,
    chosen: Int32Array.from(read.value!, (_, place) => place),
    schemas: used.map(schema => schema.id),
    report: finding => told.push(finding),
    entry: built,
    block: 4096,
    ...more,
  })
  return { crew, told }
}

/** All that a hunt gives but how far it was from time to time, as plain values: alerts in their order, then what it tells in its order. */
async function given(paths: readonly string[], options: HuntOptions = {}, stdin?: AsyncIterable<Uint8Array>): Promise<unknown[]> {
  const alerts: unknown[] = []
  const all: unknown[] = []
  const unread: Diagnostic[] = []
  for await (const found of hunt(
    program,
    eventSources(paths, finding => unread.push(finding), { stdin }),
    options,
  )) {
    if (isAlert(found)) alerts.push(found)
    else if (found.kind === 'file')
      all.push([found.state, found.source.name, found.source.member, found.format?.id, found.counts])
    else if (found.kind === 'end') all.push([found.counts, { ...found.seen, schemas: [...found.seen.schemas] }])
    else if (found.kind !== 'progress') all.push([found.kind, found.diagnostic])
  }
  all.push(unread)
  return JSON.parse(JSON.stringify([...alerts, ...all], (_, value) => (typeof value === 'bigint' ? `${value}n` : value)))
}

/** Events of processes, one in ten of them what the rules look for; of two shapes. */
function events(count: number, more: (at: number) => string = () => ''): string {
  let out = ''
  for (let at = 0; at < count; at++) {
    const image = at % 10 === 3 ? 'C:\\tools\\plink.exe' : `C:\\Windows\\p${at}.exe`
    const time = `2026-03-02T08:${String(Math.floor(at / 60) % 60).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}Z`
    const event =
      at % 7 === 5
        ? { DeviceName: 'a', ActionType: 'ProcessCreated', Timestamp: time, FolderPath: image, FileName: 'x', AccountName: 'u' }
        : {
            EventID: 1,
            Channel: 'Microsoft-Windows-Sysmon/Operational',
            UtcTime: time,
            Image: image,
            User: `u${at % 4}`,
            n: 2 ** 40,
          }
    out += `${JSON.stringify({ ...event, __proto__: { no: 1 }, pad: 'x'.repeat(at % 90) })}\n${more(at)}`
  }
  return out
}

function put(name: string, content: string | Uint8Array): string {
  const path = join(home, name)
  writeFileSync(path, content)
  return relative(process.cwd(), path)
}

describe('lines of a part of a file', () => {
  const parts = async (content: string, size: number): Promise<string[]> => {
    const path = put('parts.txt', content)
    const file = new PartedFile()
    const all: string[] = []
    for (let start = 0; start < content.length; start += size) {
      const pieces: Uint8Array[] = []
      // What a block holds lasts until two more are read.
      for (const piece of linesOf(file, path, start, start + size)) pieces.push(Buffer.from(piece))
      all.push(Buffer.concat(pieces).toString())
    }
    file.close()
    return all
  }
  it('are each in one part', async () => {
    expect(await parts('ab\ncd\nef', 3)).toEqual(['ab\n', 'cd\n', 'ef'])
    expect(await parts('ab\ncd\nef\n', 4)).toEqual(['ab\ncd\n', 'ef\n', ''])
    expect(await parts('abcdefgh\ni\n', 3)).toEqual(['abcdefgh\n', '', '', 'i\n'])
    expect(await parts('\n\n\n', 1)).toEqual(['\n', '\n', '\n'])
    expect(await parts('abcdefgh', 3)).toEqual(['abcdefgh', '', ''])
  })
  it('whatever the text and the size', async () => {
    const texts = fc.array(fc.constantFrom('a', 'bc', '\n', '\n\n', '\r\n', 'x'.repeat(50)), { maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(texts, fc.integer({ min: 1, max: 80 }), async (pieces, size) => {
        const content = pieces.join('')
        const all = await parts(content, size)
        expect(all.join('')).toBe(content)
        for (const part of all.slice(0, -1)) expect(part === '' || part.endsWith('\n') || content.endsWith(part)).toBe(true)
        // A line is in the part in which it begins.
        let at = 0
        for (const [place, part] of all.entries()) {
          if (part !== '') expect(Math.floor(at / size)).toBe(place)
          at += part.length
        }
      }),
      { numRuns: 200, seed: 20261124 },
    )
  })
  it('also where a line is longer than what is read at once', async () => {
    const long = `${'y'.repeat(3 << 20)}\n`
    const content = `a\n${long}b\n${long}c`
    const all = await parts(content, 1 << 20)
    expect(all.join('')).toBe(content)
    expect(all.filter(part => part !== '').length).toBeGreaterThan(2)
  })
})

describe.skipIf(!asNew)('threads', () => {
  const same = async (paths: readonly string[], options: HuntOptions = {}, more: Partial<CrewOptions> = {}) => {
    const one = await given(paths, options)
    const { crew, told } = companyOf(more)
    const several = await given(paths, { ...options, crew })
    expect(several).toEqual(one)
    return { one, told }
  }

  it('find in blocks of a log what one finds in the whole', async () => {
    const log = put('a.jsonl', events(2000))
    const { one, told } = await same([log])
    expect(told).toEqual([])
    expect(one.length).toBeGreaterThan(200)
    expect(JSON.stringify(one)).toContain('"detection":')
  })

  it('beside the thread that began it', async () => {
    const log = put('a.jsonl', events(4000))
    await same([log, log, put('q.jsonl.gz', gzipSync(events(400))), log], {}, { apart: false })
    await same([log, log], {}, { apart: false, jobs: 1 })
  })

  it('also with blank lines, lines without an end, and lines longer than a block', async () => {
    const gaps = (at: number): string => (at % 5 === 0 ? '\n \n' : at % 50 === 7 ? `{"pad":"${'z'.repeat(9000)}"}\n` : '')
    await same([
      put('b.jsonl', events(300, gaps)),
      put('c.jsonl', events(300).trimEnd()),
      put('d.jsonl', `\ufeff${events(300)}`),
      put('e.jsonl', events(300).replaceAll('\n', '\r\n')),
    ])
  })

  it('in the reference as well, and within a time', async () => {
    const log = put('a.jsonl', events(600))
    await same([log], { matcher: 'reference' })
    await same([log], { since: Date.UTC(2026, 2, 2, 8, 3), until: Date.UTC(2026, 2, 2, 8, 6) })
  })

  it('where lines are broken, wherever that is', async () => {
    const logs = [put('i.jsonl', `${events(300)}{"cut": "of`)]
    for (const at of [0, 3, 40, 150, 298, 299]) {
      logs.push(
        put(
          `f${at}.jsonl`,
          events(300, place => (place === at ? '{"broken": \n' : '')),
        ),
      )
      logs.push(
        put(
          `g${at}.jsonl`,
          events(300, place => (place >= at && place < at + 30 ? 'no JSON\n' : '')),
        ),
      )
      logs.push(
        put(
          `h${at}.jsonl`,
          events(300, place => (place === at ? '{\n "spread": [1,\n 2]\n}\n' : '')),
        ),
      )
    }
    const notText = Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d, 10])
    logs.push(put('j.jsonl', Buffer.concat([Buffer.from(events(150)), notText, Buffer.from(events(150))])))
    await same(logs)
  })

  it('in forms that are not one record a line', async () => {
    const records = events(300)
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
    await same([
      put('k.json', JSON.stringify(records)),
      put('l.json', JSON.stringify(records, null, 1)),
      put('m.json', JSON.stringify({ Records: records })),
      put('n.json', records.map(record => JSON.stringify(record, null, 2)).join('\n')),
      put('o.json', Buffer.from(events(300), 'utf16le')),
    ])
  })

  it('in many logs of many kinds, packed ones, none, and empty ones', async () => {
    const logs: string[] = []
    for (let at = 0; at < 40; at++) logs.push(put(`many-${at}.jsonl`, events(20 + at)))
    const packed = put(
      'p.zip',
      zipSync({ 'a.jsonl': Buffer.from(events(300)), 'b.txt': Buffer.from('no log'), 'c.jsonl': Buffer.from(events(200)) }),
    )
    const others = ['winxml/events.xml', 'syslog/auth.log', 'access/combined.log', 'zeek/conn.log', 'logfmt/service.log']
    await same([
      ...logs.slice(0, 20),
      put('q.jsonl.gz', gzipSync(events(400))),
      put('r.bin', Buffer.from([1, 2, 3])),
      put('empty.jsonl', ''),
      packed,
      ...logs.slice(20),
      join(home, 'is-not-there.jsonl'),
      put('s.jsonl.gz', gzipSync(events(400)).subarray(0, 900)),
      ...others.map(name => relative(process.cwd(), join(root, 'test', 'events', name))),
      relative(process.cwd(), join(root, 'packs', 't1572', 'samples')),
    ])
  })

  it('from standard input', async () => {
    const bytes = Buffer.from(events(500))
    async function* stdin() {
      for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000)
    }
    const one = await given(['-'], {}, stdin())
    const { crew } = companyOf()
    expect(await given(['-'], { crew }, stdin())).toEqual(one)
  })

  /** A worker that does something when it is given its task of that number, as long as a file is there. */
  const spoilt = (name: string, does: string, from = 1): URL => {
    const flag = join(home, `${name}.flag`)
    writeFileSync(flag, '')
    const path = join(home, `${name}.mjs`)
    writeFileSync(
      path,
      `import { parentPort } from 'node:worker_threads'
import { existsSync, rmSync } from 'node:fs'
const flag = ${JSON.stringify(flag)}
let tasks = 0
await import(${JSON.stringify(built.href)})
parentPort.on('message', order => {
  if (order.kind === 'task' && ++tasks >= ${from} && existsSync(flag)) { ${does} }
})
`,
    )
    return pathToFileURL(path)
  }

  it('lose nothing when one breaks off once', async () => {
    const log = put('a.jsonl', events(2000))
    const { told } = await same([log], {}, { entry: spoilt('once', 'rmSync(flag); process.exit(7)', 3) })
    expect(told.map(finding => [finding.code, finding.message])).toEqual([
      ['WRK201', `a worker broke off in "${log}" (it ended with code 7); its part was read again`],
    ])
    const logs = Array.from({ length: 9 }, (_, at) => put(`t-${at}.jsonl`, events(200)))
    const thrown = await same(
      logs,
      {},
      { entry: spoilt('thrown', 'rmSync(flag); throw new Error("no more")', 2), block: 1 << 20 },
    )
    expect(thrown.told.map(finding => finding.code)).toEqual(['WRK201'])
  })

  it('lose nothing when one breaks off in the middle of a log that cannot be parted', async () => {
    const log = put(
      'u.json',
      JSON.stringify(
        events(9000)
          .trimEnd()
          .split('\n')
          .map(line => JSON.parse(line)),
      ),
    )
    const { told } = await same([log], {}, { entry: spoilt('middle', 'rmSync(flag); setTimeout(() => process.exit(7), 150)') })
    expect(told.length).toBeLessThan(2)
  })

  it('tell what is lost when one breaks off in what cannot be read again, and go on', async () => {
    const log = put('v.jsonl', events(50))
    const packed = put('v.jsonl.gz', gzipSync(events(4000)))
    const entry = spoilt('always', '', 1)
    writeFileSync(
      fileURLToPath(entry),
      readFileSync(entry, 'utf8')
        .replace("order.kind === 'task'", "order.kind === 'bytes'")
        .replace('{  }', '{ process.exit(7) }'),
    )
    const { crew, told } = companyOf({ entry, jobs: 1 })
    const all = await given([packed, log, log], { crew })
    expect(all).toContainEqual([
      'unread',
      {
        code: 'WRK001',
        severity: 'error',
        message: `"${packed}" was not hunted to its end: the worker that read it broke off (it ended with code 7)`,
        hint: 'hunt it alone, with -j 1',
      },
    ])
    // Another log that it had before it is done again without a word.
    expect(told.every(finding => finding.code === 'WRK201')).toBe(true)
    const counts = { bytes: readFileSync(log).length, events: 50, files: 1 }
    expect(all.filter(one => JSON.stringify(one).startsWith(`["done","${log}"`))).toMatchObject([
      ['done', log, null, 'jsonl', counts],
      ['done', log, null, 'jsonl', counts],
    ])
  })

  it('are done without where they cannot start', async () => {
    const log = put('a.jsonl', events(500))
    const { told } = await same([log], {}, { entry: pathToFileURL(join(home, 'is-not-there.mjs')) })
    expect(told.map(finding => finding.code)).toEqual(['WRK202'])
    const other = await same([log], {}, { chosen: Int32Array.of(0) })
    expect(other.told.map(finding => [finding.code, finding.message])).toEqual([
      ['WRK202', 'workers are not used: its rules are not the same'],
    ])
  })

  it('end when they are told to', async () => {
    const log = put('a.jsonl', events(20_000))
    const abort = new AbortController()
    const { crew } = companyOf()
    let after = 0
    const kinds: string[] = []
    for await (const found of hunt(
      program,
      eventSources([log], () => undefined),
      { crew, signal: abort.signal },
    )) {
      if (isAlert(found)) {
        abort.abort()
        after++
      } else kinds.push(found.kind)
    }
    expect(kinds.at(-1)).toBe('end')
    expect(after).toBeLessThan(1900)
    const ended = new AbortController()
    ended.abort()
    expect((await given([log], { crew: companyOf().crew, signal: ended.signal })).length).toBe(2)
  })
})

describe('what is small', () => {
  it('is known before it is read', async () => {
    const small = put('a.jsonl', events(100))
    const of = (paths: string[]) => weigh(eventSources(paths, () => undefined))
    const { sources, large } = await of([small, small, small])
    expect(large).toBe(false)
    let count = 0
    for await (const source of sources) count += source.size === readFileSync(small).length ? 1 : 0
    expect(count).toBe(3)
    const big = put('big.jsonl', Buffer.alloc(65 << 20, 10))
    expect((await of([small, big])).large).toBe(true)
    expect((await of([put('q.jsonl.gz', gzipSync(events(400))), big])).large).toBe(false)
  })
})
