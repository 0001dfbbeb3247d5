// bzip2, xz, Zstandard, tar and Parquet as sources: what the reference tools packed comes out as it was, limits hold, and damage costs no more than it must.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, gzipSync } from 'node:zlib'
import { zipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readSource } from '../../src/hunt.ts'
import type { Event } from '../../src/ir/event.ts'
import { bunzipped } from '../../src/node/archives/bzip2.ts'
import { parquet } from '../../src/node/archives/parquet.ts'
import { unxz } from '../../src/node/archives/xz.ts'
import { unzstd } from '../../src/node/archives/zstd.ts'
import type { Damage } from '../../src/node/bytes.ts'
import { eventSources, type SourceOptions } from '../../src/node/files.ts'
import type { Diagnostic } from '../../src/text/diagnostic.ts'
import { pieces, random } from '../logs/reading.ts'

const samples = new URL('samples/', import.meta.url)
const sample = (name: string) => readFileSync(new URL(name, samples))

/** What the samples hold. They were packed with bzip2 1.0.8, xz 5.4.1 and zstd 1.5.4. */
const lines = (() => {
  let seed = 7
  const next = (below: number) => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff
    return (seed >>> 8) % below
  }
  let text = ''
  for (let index = 0; index < 1500; index++) {
    const [id, image] = [[1, 3, 22][next(3)], next(40)]
    text += `{"EventID":${id},"Image":"C:\\\\Tools\\\\t${image}.exe","n":${index},"x":"${'='.repeat(next(300) < 3 ? 400 : next(8))}"}\n`
  }
  return Buffer.from(text)
})()

type Unpack = (input: AsyncIterable<Uint8Array>, damaged: (damage: Damage) => void) => AsyncIterable<Uint8Array>
const unpackers: Readonly<Record<string, Unpack>> = { bz2: bunzipped, xz: unxz, zst: unzstd }

async function unpack(kind: string, bytes: Uint8Array, size = 1000): Promise<{ made: Buffer; told: Damage[] }> {
  const told: Damage[] = []
  const made: Uint8Array[] = []
  for await (const piece of unpackers[kind]!(pieces(bytes, size), damage => told.push(damage))) made.push(piece)
  return { made: Buffer.concat(made), told }
}

let folder = ''
const home = process.cwd()

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'terrier-archives-'))
  process.chdir(folder)
})

afterAll(() => {
  process.chdir(home)
  rmSync(folder, { recursive: true, force: true })
})

function put(path: string, content: string | Uint8Array): string {
  mkdirSync(join(folder, path, '..'), { recursive: true })
  writeFileSync(join(folder, path), content)
  return path
}

async function list(paths: readonly string[], options: SourceOptions = {}) {
  const findings: Diagnostic[] = []
  const found: { name: string; text: string }[] = []
  for await (const source of eventSources(paths, finding => findings.push(finding), options)) {
    const parts: Uint8Array[] = []
    for await (const part of source.open()) parts.push(part)
    found.push({ name: source.member ?? source.name, text: Buffer.concat(parts).toString('latin1') })
  }
  return { found, names: found.map(one => one.name), told: findings.map(finding => finding.code), findings }
}

describe('what the reference tools packed comes out as it was', () => {
  for (const name of [
    'lines.jsonl.bz2',
    'two.jsonl.bz2',
    'lines.jsonl.xz',
    'two.jsonl.xz',
    'blocks.jsonl.xz',
    'sha256.jsonl.xz',
  ]) {
    it(name, async () => {
      for (const size of [1, 13, 1 << 20]) {
        const { made, told } = await unpack(name.split('.').at(-1)!, sample(name), size)
        expect(told).toEqual([])
        expect(made.equals(lines)).toBe(true)
      }
    })
  }
  for (const name of ['lines.jsonl.zst', 'two.jsonl.zst']) {
    it(name, async () => {
      for (const size of [1, 13, 1 << 20]) {
        const { made, told } = await unpack('zst', sample(name), size)
        expect(told).toEqual([])
        expect(made.equals(lines)).toBe(true)
      }
    })
  }
  it('a filter for programs is refused and said so', async () => {
    const { made, told } = await unpack('xz', sample('x86.jsonl.xz'))
    expect(made.length).toBe(0)
    expect(told[0]!.message).toMatch(/filter for programs/)
  })
  it('nothing, and what is none', async () => {
    for (const kind of Object.keys(unpackers)) {
      expect((await unpack(kind, new Uint8Array(0))).made.length).toBe(0)
      expect((await unpack(kind, Buffer.from('no such thing at all'))).told).toHaveLength(1)
    }
  })
})

describe('damage', () => {
  for (const name of [
    'lines.jsonl.bz2',
    'two.jsonl.bz2',
    'blocks.jsonl.xz',
    'lines.jsonl.xz',
    'lines.jsonl.zst',
    'two.jsonl.zst',
  ]) {
    const kind = name.split('.').at(-1)!
    it(`${name} cut off anywhere gives its beginning and says so`, async () => {
      const whole = sample(name)
      for (let at = 1; at < whole.length - 40; at += Math.ceil(whole.length / 60)) {
        const { made, told } = await unpack(kind, whole.subarray(0, at))
        expect(lines.subarray(0, made.length).equals(made)).toBe(true)
        expect(told.length, `cut at ${at}`).toBeGreaterThanOrEqual(name.startsWith('two') ? 0 : 1)
      }
    })
    it(`${name}: 500 damaged ones end, in bounds, and none passes for whole unless it is`, async () => {
      const whole = sample(name)
      const next = random(0x5eed + name.length)
      for (let round = 0; round < 500; round++) {
        const bytes = Uint8Array.from(whole)
        for (let count = 1 + Math.floor(next() * 3); count > 0; count--)
          bytes[Math.floor(next() * bytes.length)] = Math.floor(next() * 256)
        const { made, told } = await unpack(kind, bytes, 4096)
        expect(made.length).toBeLessThan(60_000_000)
        // fzstd does not count the checksum of a frame again.
        if (told.length === 0 && kind !== 'zst') expect(made.equals(lines)).toBe(true)
      }
    })
  }
  it('a damaged block of bzip2 costs itself alone', async () => {
    const whole = Uint8Array.from(sample('two.jsonl.bz2'))
    whole[1000] = whole[1000]! ^ 0xff
    const { made, told } = await unpack('bz2', whole)
    expect(told).toHaveLength(1)
    expect(made.subarray(-20_000).equals(lines.subarray(-20_000))).toBe(true)
  })
  it('a damaged frame of Zstandard costs itself alone, as far as its blocks can be told', async () => {
    const whole = Uint8Array.from(sample('two.jsonl.zst'))
    whole[600] = whole[600]! ^ 0xff
    const { made } = await unpack('zst', whole)
    expect(made.subarray(-20_000).equals(lines.subarray(-20_000))).toBe(true)
  })
  it('a window or blocks made to do harm are refused', async () => {
    // A frame that wants 2 GB.
    const large = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0xa8, 1, 0, 0)
    expect((await unpack('zst', large)).told[0]!.message).toMatch(/window of 2048 MB/)
    // A window of 128 MB with ten thousand empty blocks.
    const blocks = Buffer.alloc(30_000)
    const many = Buffer.concat([Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0x88), blocks, Uint8Array.of(1, 0, 0)])
    expect((await unpack('zst', many)).told[0]!.message).toMatch(/too small for its window/)
  }, 60_000)
})

/** A tar of entries of any type, with a link's target where there is one. */
function tar(entries: readonly { path: string; type?: string; text?: string; link?: string }[]): Buffer {
  const blocks: Buffer[] = []
  for (const { path, type = '0', text = '', link = '' } of entries) {
    const body = Buffer.from(text)
    const header = Buffer.alloc(512)
    header.write(path, 0)
    header.write('0000644\0', 100)
    header.write(`${body.length.toString(8).padStart(11, '0')}\0`, 124)
    header.write('        ', 148)
    header.write(type, 156)
    header.write(link, 157)
    header.write('ustar\x0000', 257)
    header.write(
      `${header
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, '0')}\0 `,
      148,
    )
    blocks.push(header, body, Buffer.alloc((512 - (body.length % 512)) % 512))
  }
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}

describe('archives', () => {
  it('compressed files, by content whatever their names', async () => {
    put('packed/a.bz2', sample('lines.jsonl.bz2'))
    put('packed/b.log', sample('lines.jsonl.xz'))
    put('packed/c.jsonl.zst', sample('lines.jsonl.zst'))
    const { found, told } = await list(['packed'])
    expect(told).toEqual([])
    expect(found.map(one => one.name)).toEqual(['packed/a.bz2', 'packed/b.log', 'packed/c.jsonl.zst'])
    for (const one of found) expect(one.text).toBe(lines.toString('latin1'))
  })
  it('in each other: compressed members of a tar in gzip, a tar in a zip', async () => {
    const inner = tar([{ path: 'deep/x.jsonl', text: '{"a":1}\n' }])
    const outer = Buffer.concat([
      tarOf({ 'logs/l.jsonl.xz': sample('lines.jsonl.xz'), 'logs/m.jsonl.zst': sample('two.jsonl.zst'), 'inner.tar': inner }),
      Buffer.alloc(1024),
    ])
    put('nest/all.tgz', gzipSync(outer))
    put('nest/all.zip', zipSync({ 'inner.tar': new Uint8Array(inner) }))
    const { found, told } = await list(['nest'])
    expect(told).toEqual([])
    expect(found.map(one => one.name)).toEqual([
      'logs/l.jsonl',
      'logs/m.jsonl',
      'inner.tar/deep/x.jsonl',
      'inner.tar/deep/x.jsonl',
    ])
    expect(found[0]!.text).toBe(lines.toString('latin1'))
    expect(found[2]!.text).toBe('{"a":1}\n')
  })
  it('paths are labels: absolute ones and those that lead out are read and written nowhere', async () => {
    put(
      'paths.tar',
      tar([
        { path: '/etc/../../x.jsonl', text: 'a' },
        { path: '../../../y.jsonl', text: 'b' },
      ]),
    )
    expect((await list(['paths.tar'])).found).toEqual([
      { name: '/etc/../../x.jsonl', text: 'a' },
      { name: '../../../y.jsonl', text: 'b' },
    ])
  })
  it('links and special files in a tar are counted and not followed', async () => {
    put(
      'links.tar',
      tar([
        { path: 'a.jsonl', text: 'a' },
        { path: 'to-secret', type: '2', link: '/etc/passwd' },
        { path: 'hard', type: '1', link: 'a.jsonl' },
        { path: 'pipe', type: '6' },
        { path: 'folder/', type: '5' },
      ]),
    )
    const { names, findings } = await list(['links.tar'])
    expect(names).toEqual(['a.jsonl'])
    expect(findings.map(finding => [finding.code, finding.severity])).toEqual([['FIL020', 'note']])
    expect(findings[0]!.message).toMatch(/3 links and special files/)
  })
  it('tars in tars end, however deep', async () => {
    let bytes = tar([{ path: 'x.jsonl', text: '{}' }])
    for (let depth = 0; depth < 40; depth++) bytes = tarOf({ 'in.tar': bytes })
    put('deep.tar', bytes)
    const { names, told } = await list(['deep.tar'])
    expect(names).toEqual([])
    expect(told).toEqual(['FIL011'])
  })
  it('more bytes than are read of one archive end it', async () => {
    put('total.zst', sample('lines.jsonl.zst'))
    const { found, told } = await list(['total.zst'], { unpacked: 50_000 })
    expect(told).toEqual(['FIL019'])
    expect(found.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThanOrEqual(50_000)
  })
  it('what is not unpacked says what it is', async () => {
    put('no/a.7z', Uint8Array.of(0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c, 0, 4))
    put('no/b.rar', Buffer.from('Rar!\x1a\x07\x01\x00'))
    put('no/c.lz4', Uint8Array.of(4, 0x22, 0x4d, 0x18, 0))
    put('no/d.lz', Buffer.from('LZIP\x01'))
    put('no/e.Z', Uint8Array.of(0x1f, 0x9d, 0x90))
    put('no/f.cab', Buffer.from('MSCF\0\0\0\0'))
    put('no/g.parquet', Buffer.from('PARE....PARE'))
    const { names, findings } = await list(['no'])
    expect(names).toEqual([])
    expect(findings.map(finding => finding.code)).toEqual(Array(7).fill('FIL012'))
    const kinds = ['7-Zip', 'RAR', 'LZ4', 'lzip', 'compress', 'Cabinet', 'encrypted Parquet']
    for (const [index, kind] of kinds.entries()) expect(findings[index]!.message).toContain(`packed with ${kind},`)
  })
})

/** A tar of binary files. */
function tarOf(files: Readonly<Record<string, Uint8Array>>): Buffer {
  return Buffer.concat(
    Object.entries(files).map(([path, bytes]) => {
      const one = tar([{ path, text: '' }]).subarray(0, 512)
      one.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124)
      one.write('        ', 148)
      one.write(
        `${one
          .reduce((sum, byte) => sum + byte, 0)
          .toString(8)
          .padStart(6, '0')}\0 `,
        148,
      )
      return Buffer.concat([one, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)])
    }),
  )
}

it('Parquet without the package is told, with what to do', async () => {
  const findings: Diagnostic[] = []
  const format = parquet('t.parquet', () => Promise.reject(new Error('not installed')))
  for await (const _ of format.read(pieces(new Uint8Array(0), 1), { name: 't.parquet' }, finding => findings.push(finding)));
  expect(findings.map(finding => finding.code)).toEqual(['PQT001'])
  expect(findings[0]!.hint).toContain('npm install @duckdb/node-api')
})

const duck = await import('@duckdb/node-api').catch(() => undefined)
if (duck === undefined) console.log('skipped: Parquet, because the optional package @duckdb/node-api is not installed')

describe.skipIf(duck === undefined)('Parquet (needs @duckdb/node-api)', () => {
  const make = async (path: string, query: string) => {
    const instance = await duck!.DuckDBInstance.create(':memory:')
    const connection = await instance.connect()
    await connection.run(`COPY (${query}) TO '${join(folder, path).replaceAll("'", "''")}' (FORMAT parquet)`)
    connection.closeSync()
    instance.closeSync()
  }
  const read = async (paths: readonly string[]) => {
    const findings: Diagnostic[] = []
    const events: Event[] = []
    const formats = new Set<string>()
    for await (const source of eventSources(paths, finding => findings.push(finding))) {
      for await (const { batch, format } of readSource(source, finding => findings.push(finding))) {
        formats.add(format.id)
        for (let at = 0; at < batch.length; at++) events.push(batch.at(at))
      }
    }
    return { events, findings, formats: [...formats] }
  }

  it('values of every kind', async () => {
    await make(
      'kinds.parquet',
      `SELECT 4688 AS EventID, 'C:\\a.exe' AS Image, timestamp '2026-01-02 03:04:05.123456' AS t,
        timestamp_ns '2026-01-02 03:04:05.1234567' AS tn, timestamptz '2026-01-02 03:04:05+02' AS tz, date '2026-01-02' AS d,
        9007199254740993::bigint AS large, 1.25::decimal(10,2) AS decimal, [1, 2] AS list, {'a': 1, 'b': {'c': 'x'}} AS record,
        map {'k': 'v'} AS map, '\\xFF\\x00'::blob AS bytes, 'abc'::blob AS text, true AS yes, NULL::int AS nothing, 1.5::double AS f,
        uuid '11111111-2222-3333-4444-555555555555' AS id, 'p' AS "__proto__"`,
    )
    const { events, findings, formats } = await read(['kinds.parquet'])
    expect(findings).toEqual([])
    expect(formats).toEqual(['parquet'])
    expect(events).toHaveLength(1)
    const { fields, origin } = events[0]!
    expect(origin).toEqual({ source: 'kinds.parquet', member: undefined, index: 0 })
    expect(Object.getOwnPropertyDescriptor(fields, '__proto__')?.value).toBe('p')
    expect(Object.fromEntries(Object.entries(fields).filter(([name]) => name !== '__proto__'))).toEqual({
      EventID: 4688,
      Image: 'C:\\a.exe',
      t: '2026-01-02T03:04:05.1234560Z',
      tn: '2026-01-02T03:04:05.1234567Z',
      tz: '2026-01-02T01:04:05.000Z',
      d: '2026-01-02',
      large: 9007199254740993n,
      decimal: 1.25,
      list: [1, 2],
      record: { a: 1, b: { c: 'x' } },
      map: { k: 'v' },
      bytes: '0xff00',
      text: 'abc',
      yes: true,
      f: 1.5,
      id: '11111111-2222-3333-4444-555555555555',
    })
  })
  it('rows in order, also from a tar and from names that would be patterns', async () => {
    await make('many.parquet', 'SELECT range AS n FROM range(30000)')
    const bytes = readFileSync(join(folder, 'many.parquet'))
    put('tables.tar', tarOf({ 'in/many.parquet': bytes }))
    put("a*b[1]'c.parquet", bytes)
    for (const path of ['many.parquet', 'tables.tar', "a*b[1]'c.parquet"]) {
      const { events, findings } = await read([path])
      expect(findings).toEqual([])
      expect(events.map(event => event.fields.n)).toEqual(Array.from({ length: 30_000 }, (_, index) => index))
    }
  })
  it('1,000 damaged files: damage is told, and crashes nothing', async () => {
    await make('sound.parquet', "SELECT range AS n, 'text ' || range AS t FROM range(3000)")
    const whole = readFileSync(join(folder, 'sound.parquet'))
    expect(crc32(whole)).toBeGreaterThan(0)
    const next = random(99)
    for (let round = 0; round < 1000; round++) {
      const bytes = Uint8Array.from(whole)
      for (let count = 0; count < 4; count++) bytes[4 + Math.floor(next() * (bytes.length - 4))] = Math.floor(next() * 256)
      put('damaged.parquet', round % 3 === 0 ? bytes.subarray(0, Math.floor(next() * bytes.length) + 4) : bytes)
      const { events, findings } = await read(['damaged.parquet'])
      expect(events.length).toBeLessThanOrEqual(3000)
      for (const finding of findings) expect(finding.code).toBe('PQT002')
    }
  }, 240_000)
})
