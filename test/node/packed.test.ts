// Archives as sources: members by their paths, archives in archives, what is refused, and damage: what is sound is read to the last byte.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { constants, crc32, deflateRawSync, gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { random } from '../logs/reading.ts'
import { folder, list, put, tar, zip } from './making.ts'

describe('archives', () => {
  const text = (name: string) => `{"in":"${name}"}\n`

  it('gzip: one member, several, behind any name', async () => {
    put('p/a.jsonl.gz', gzipSync('one\n'))
    put('p/b.jsonl', Buffer.concat([gzipSync('one\n'), gzipSync('two\n'), Buffer.alloc(30)]))
    const { names, texts, told } = await list(['p'])
    expect(names).toEqual(['p/a.jsonl.gz', 'p/b.jsonl'])
    expect(texts).toEqual(['one\n', 'one\ntwo\n'])
    expect(told).toEqual([])
  })

  it('zip: members with their paths, folders and what is no log left out', async () => {
    put(
      'z.zip',
      zip({
        'logs/a.jsonl': text('a'),
        'logs/': '',
        'readme.md': 'no log',
        '__MACOSX/logs/._a.jsonl': Uint8Array.from([0, 5, 0x16, 7, 0]),
        '../../etc/evil.jsonl': text('evil'),
        '日本.jsonl': text('b'),
      }),
    )
    for (const late of [false, true]) {
      const { names, texts, findings } = await list(['z.zip'], { late })
      expect(names).toEqual(['z.zip > logs/a.jsonl', 'z.zip > ../../etc/evil.jsonl', 'z.zip > 日本.jsonl'])
      expect(texts).toEqual([text('a'), text('evil'), text('b')])
      expect(findings.map(({ code, message }) => `${code} ${message}`)).toEqual([
        'FIL201 2 files in "z.zip" are no logs by name and were passed over',
      ])
    }
    expect(existsSync(join(folder, '../../etc/evil.jsonl'))).toBe(false)
  })

  it('zip by its content, stored and packed, with something before it', async () => {
    put('z.dat', zip({ 'a.jsonl': text('a') }, 0))
    put('sfx.zip', Buffer.concat([Buffer.from('#!/bin/sh\nexit\n'), zip({ 'a.jsonl': text('a'), 'b.jsonl': text('b') })]))
    expect((await list(['z.dat'])).names).toEqual(['z.dat > a.jsonl'])
    expect((await list(['sfx.zip'])).texts).toEqual([text('a'), text('b')])
    put('none.zip', 'this is a log all the same\n')
    expect(await list(['none.zip'])).toMatchObject({ names: ['none.zip'], told: [] })
  })

  it('zip64', async () => {
    put('wide.zip', zip64('a.jsonl', Buffer.from(text('wide'))))
    const { names, texts, told } = await list(['wide.zip'])
    expect(told).toEqual([])
    expect(names).toEqual(['wide.zip > a.jsonl'])
    expect(texts).toEqual([text('wide')])
  })

  it('tar and tar.gz, long names, read in passing and later', async () => {
    const long = `${'deep/'.repeat(40)}c.jsonl`
    const files = { 'a.jsonl': text('a').repeat(5000), 'b.png': 'no log', [long]: text('c'), 'd.jsonl': 'd' }
    put('t.tar', tar(files))
    put('t.tgz', gzipSync(tar(files)))
    for (const path of ['t.tar', 't.tgz']) {
      for (const late of [false, true]) {
        const { names, texts, told } = await list([path], { late })
        expect(names).toEqual([`${path} > a.jsonl`, `${path} > ${long}`, `${path} > d.jsonl`])
        expect(texts).toEqual([text('a').repeat(5000), text('c'), 'd'])
        expect(told).toEqual(['FIL201'])
      }
    }
  })

  it('archives in archives, three deep', async () => {
    const one = zip({ 'x.jsonl.gz': gzipSync(text('x')), 'y.jsonl': text('y') })
    const two = gzipSync(tar({ 'in.zip': one.toString('latin1') }))
    put('nested.zip', zip({ 'in/one.zip': one, 'z.jsonl': text('z') }))
    expect((await list(['nested.zip'])).names).toEqual([
      'nested.zip > in/one.zip/x.jsonl',
      'nested.zip > in/one.zip/y.jsonl',
      'nested.zip > z.jsonl',
    ])
    expect((await list(['nested.zip'], { late: true })).texts).toEqual([text('x'), text('y'), text('z')])
    expect(two.length).toBeGreaterThan(0)
    put('deep.zip', zip({ 'b.zip': zip({ 'c.zip': zip({ 'd.zip': zip({ 'e.jsonl': 'e' }), 'f.jsonl': 'f' }) }) }))
    const deep = await list(['deep.zip'])
    expect(deep.names).toEqual(['deep.zip > b.zip/c.zip/f.jsonl'])
    expect(deep.told).toEqual(['FIL011'])
  })

  it('encrypted members and unknown methods are refused, others read', async () => {
    const bytes = zip({ 'a.jsonl': text('a'), 'b.jsonl': text('b'), 'c.jsonl': text('c') })
    const marks = (mark: string) => {
      const found: number[] = []
      for (let at = bytes.indexOf(mark); at !== -1; at = bytes.indexOf(mark, at + 4)) found.push(at)
      return found
    }
    const [local, central] = [marks('PK\x03\x04'), marks('PK\x01\x02')]
    bytes.writeUInt16LE(1, local[0]! + 6)
    bytes.writeUInt16LE(1, central[0]! + 8)
    bytes.writeUInt16LE(14, local[1]! + 8)
    bytes.writeUInt16LE(14, central[1]! + 10)
    put('locked.zip', bytes)
    const { names, findings } = await list(['locked.zip'])
    expect(names).toEqual(['locked.zip > c.jsonl'])
    expect(findings.map(({ code, message }) => `${code} ${message}`)).toEqual([
      'FIL007 "locked.zip > a.jsonl" is encrypted and is passed over',
      'FIL008 "locked.zip > b.jsonl" is packed with method 14, which is not read',
    ])
  })

  it('forms that are not read are named', async () => {
    put('f/a.7z', Uint8Array.from([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c, 0, 4]))
    put('f/e.rar', 'Rar!\x1a\x07\x00')
    put('f/l.lz4', Uint8Array.from([4, 0x22, 0x4d, 0x18, 0x64]))
    const { names, findings } = await list(['f'])
    expect(names).toEqual([])
    expect(findings.map(({ code, message }) => `${code} ${message}`)).toEqual([
      'FIL012 "f/a.7z" is packed with 7-Zip, which is not read',
      'FIL012 "f/e.rar" is packed with RAR, which is not read',
      'FIL012 "f/l.lz4" is packed with LZ4, which is not read',
    ])
  })

  it('an archive made to fill the disk is read no further', async () => {
    const zeros = gzipSync(Buffer.alloc(120_000_000))
    put('bomb.gz', zeros)
    const { texts, findings } = await list(['bomb.gz'], { ratio: 900 })
    expect(findings.map(({ code, message }) => `${code} ${message}`)).toEqual([
      'FIL009 "bomb.gz" unpacks to more than 900 times its size and is read no further',
    ])
    expect(texts[0]!.length).toBeLessThanOrEqual(zeros.length * 900 + 20_000_000)
    // The same content in a zip of a gzip: what comes out of each layer counts.
    put('bomb.zip', zip({ 'a.gz': gzipSync(gzipSync(Buffer.alloc(120_000_000))) }))
    expect((await list(['bomb.zip'])).told).toEqual(['FIL009'])
    put('honest.gz', gzipSync(Buffer.alloc(90_000_000)))
    expect((await list(['honest.gz'], { ratio: 10 })).told).toEqual([])
  })

  it('an archive of more files than are allowed', async () => {
    put('many.zip', zip(Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`${at}.jsonl`, `${at}`]))))
    const { names, told } = await list(['many.zip'], { members: 5 })
    expect(names.length).toBe(5)
    expect(told).toEqual(['FIL010'])
  })

  it('gzip cut off or damaged: what is sound is read', async () => {
    const lines = Array.from({ length: 2000 }, (_, at) => `{"n":${at},"x":"${(at * 7919) % 10_007}"}\n`).join('')
    const whole = gzipSync(lines)
    put('cut.gz', whole.subarray(0, whole.length >> 1))
    const cut = await list(['cut.gz'])
    expect(cut.told).toEqual(['FIL005'])
    expect(lines.startsWith(cut.texts[0]!)).toBe(true)
    expect(cut.texts[0]!.length).toBeGreaterThan(lines.length / 4)
    const wrong = Buffer.from(whole)
    wrong[whole.length - 6]! ^= 1
    put('sum.gz', wrong)
    expect(await list(['sum.gz'])).toMatchObject({ texts: [lines], told: ['FIL005'] })
  })

  it('zip cut off, or without its directory: members are found one by one', async () => {
    const bytes = zip({ 'a.jsonl': text('a').repeat(100), 'b.jsonl': text('b').repeat(100), 'c.jsonl': text('c').repeat(100) })
    put('cut.zip', bytes.subarray(0, bytes.indexOf('PK\x01\x02') - 4))
    const { names, texts, told } = await list(['cut.zip'])
    expect(names.slice(0, 2)).toEqual(['cut.zip > a.jsonl', 'cut.zip > b.jsonl'])
    expect(texts.slice(0, 2)).toEqual([text('a').repeat(100), text('b').repeat(100)])
    expect(told).toContain('FIL006')
  })

  it('a damaged tar goes on at the next sound header', async () => {
    const bytes = tar({ 'a.jsonl': text('a'), 'b.jsonl': text('b'), 'c.jsonl': text('c') })
    bytes.write('damage', 1024 + 140)
    put('broken.tar', bytes)
    const { names, told } = await list(['broken.tar'])
    expect(names).toEqual(['broken.tar > a.jsonl', 'broken.tar > c.jsonl'])
    expect(told).toEqual(['FIL018'])
  })
})

/** A zip whose sizes and places are all in zip64 fields (APPNOTE 4.5.3, 4.3.14, 4.3.15). */
function zip64(path: string, body: Buffer): Buffer {
  const packed = deflateRawSync(body)
  const sum = crc32(body)
  const name = Buffer.from(path)
  const long = (...values: number[]) =>
    Buffer.concat(
      values.map(value => {
        const bytes = Buffer.alloc(8)
        bytes.writeBigUInt64LE(BigInt(value))
        return bytes
      }),
    )
  const numbers = (...fields: [number, 2 | 4][]) =>
    Buffer.concat(
      fields.map(([value, size]) => {
        const bytes = Buffer.alloc(size)
        bytes.writeUIntLE(value, 0, size)
        return bytes
      }),
    )
  const full = 0xffffffff
  const localExtra = Buffer.concat([numbers([1, 2], [16, 2]), long(body.length, packed.length)])
  const local = Buffer.concat([
    numbers(
      [0x04034b50, 4],
      [45, 2],
      [0, 2],
      [8, 2],
      [0, 4],
      [sum, 4],
      [full, 4],
      [full, 4],
      [name.length, 2],
      [localExtra.length, 2],
    ),
    name,
    localExtra,
    packed,
  ])
  const extra = Buffer.concat([numbers([1, 2], [24, 2]), long(body.length, packed.length, 0)])
  const central = Buffer.concat([
    numbers(
      [0x02014b50, 4],
      [45, 2],
      [45, 2],
      [0, 2],
      [8, 2],
      [0, 4],
      [sum, 4],
      [full, 4],
      [full, 4],
      [name.length, 2],
      [extra.length, 2],
    ),
    numbers([0, 2], [0, 2], [0, 2], [0, 4], [full, 4]),
    name,
    extra,
  ])
  const wide = Buffer.concat([
    numbers([0x06064b50, 4]),
    long(44),
    numbers([45, 2], [45, 2], [0, 4], [0, 4]),
    long(1, 1, central.length, local.length),
  ])
  const locator = Buffer.concat([numbers([0x07064b50, 4], [0, 4]), long(local.length + central.length), numbers([1, 4])])
  const end = numbers([0x06054b50, 4], [0xffff, 2], [0xffff, 2], [0xffff, 2], [0xffff, 2], [full, 4], [full, 4], [0, 2])
  return Buffer.concat([local, central, wide, locator, end])
}

describe('2,000 damaged archives', () => {
  function damage(bytes: Buffer, next: () => number): { bytes: Buffer; from: number; to: number } {
    const from = Math.floor(next() * bytes.length)
    const to = Math.min(bytes.length, from + 1 + Math.floor(next() * next() * 80))
    const copy = Buffer.from(bytes)
    switch (Math.floor(next() * 6)) {
      case 0:
        copy[from]! ^= 1 << Math.floor(next() * 8)
        return { bytes: copy, from, to: from + 1 }
      case 1:
        for (let at = from; at < to; at++) copy[at] = Math.floor(next() * 256)
        return { bytes: copy, from, to }
      case 2:
        return { bytes: Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]), from, to }
      case 3:
        return { bytes: Buffer.concat([bytes.subarray(0, from), Buffer.from([7, 0, 255]), bytes.subarray(from)]), from, to: from }
      case 4:
        return { bytes: bytes.subarray(0, from), from, to: bytes.length }
      default:
        copy.fill(0, from, to)
        return { bytes: copy, from, to }
    }
  }
  const lines = (next: () => number, count: number) =>
    Array.from({ length: count }, (_, at) => `{"n":${at},"x":${Math.floor(next() * 1e9)}}\n`).join('')

  it('1,000 gzip files: every byte that could be unpacked before the damage is there', async () => {
    for (let seed = 1; seed <= 1000; seed++) {
      const next = random(seed)
      const body = Buffer.from(lines(next, 150))
      const whole = gzipSync(body)
      const damaged = damage(whole, next)
      // The header's ten bytes decide whether it is gzip at all.
      if (damaged.from < 10) continue
      put('damaged.gz', damaged.bytes)
      const sound = gunzipSync(whole.subarray(0, damaged.from), { finishFlush: constants.Z_SYNC_FLUSH })
      const { texts, told } = await list(['damaged.gz'])
      const found = Buffer.from(texts[0] ?? '', 'latin1')
      expect(found.subarray(0, sound.length).equals(sound), `seed ${seed}`).toBe(true)
      if (!found.equals(body)) expect(told, `seed ${seed}`).toContain('FIL005')
    }
  })

  it('1,000 zip files: every member that the damage does not touch is there, also when the directory is damaged', async () => {
    for (let seed = 1; seed <= 1000; seed++) {
      const next = random(seed + 1000)
      const bodies = Array.from({ length: 5 }, () => lines(next, 40))
      const whole = zip(Object.fromEntries(bodies.map((body, at) => [`m${at}.jsonl`, body])), next() < 0.3 ? 0 : 6)
      const starts: number[] = []
      for (let at = whole.indexOf('PK\x03\x04'); at !== -1; at = whole.indexOf('PK\x03\x04', at + 4)) starts.push(at)
      expect(starts.length).toBe(5)
      starts.push(whole.indexOf('PK\x01\x02'))
      const damaged = damage(whole, next)
      put('damaged.zip', damaged.bytes)
      const { texts, told } = await list(['damaged.zip'])
      for (const [at, body] of bodies.entries()) {
        if (damaged.to <= starts[at]! || damaged.from >= starts[at + 1]!)
          expect(
            texts.some(found => found.startsWith(body)),
            `seed ${seed}, member ${at}`,
          ).toBe(true)
      }
      if (texts.length !== 5) expect(told.length, `seed ${seed}`).toBeGreaterThan(0)
    }
  })
})
