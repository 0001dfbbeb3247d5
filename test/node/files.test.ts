// Files as sources: folders, globs, links, pipes, rules, and the public archives whole.

import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { detectFormat } from '../../src/logs/index.ts'
import { eventSources } from '../../src/node/files.ts'
import { ruleSources } from '../../src/node/rulefiles.ts'
import type { Diagnostic } from '../../src/text/diagnostic.ts'
import { content, folder, home, list, put, tar, zip } from './making.ts'

describe('files, folders and globs', () => {
  it('a file by its name, its size, any part of it', async () => {
    put('one.jsonl', '0123456789')
    const { names, texts, told, sources } = await list(['one.jsonl', `${folder}/one.jsonl`])
    expect(names).toEqual(['one.jsonl', `${folder}/one.jsonl`])
    expect(texts).toEqual(['0123456789', '0123456789'])
    expect(told).toEqual([])
    expect(sources[0]!.size).toBe(10)
    expect((await content(sources[0]!.slice!(2, 5))).toString()).toBe('234')
    expect((await content(sources[0]!.slice!(8, 100))).toString()).toBe('89')
    expect((await content(sources[0]!.open())).toString()).toBe('0123456789')
  })

  it('a large file is whole, and is let go when its reader stops', async () => {
    const bytes = Buffer.alloc(5_000_001, 'abcdefg')
    put('large.log', bytes)
    const { sources } = await list(['large.log'])
    expect((await content(sources[0]!.open())).equals(bytes)).toBe(true)
    const open = () =>
      spawnSync('ls', ['-l', `/proc/${process.pid}/fd`], { encoding: 'utf8' }).stdout.split('large.log').length - 1
    for await (const piece of sources[0]!.open()) {
      expect(piece.length).toBeGreaterThan(0)
      break
    }
    if (process.platform === 'linux') expect(open()).toBe(0)
  })

  it('a folder: all below it, sorted, hidden files and what is no log left out and counted', async () => {
    put('tree/b.jsonl', 'b')
    put('tree/a/z.xml', 'z')
    put('tree/a/y.evtx', 'y')
    put('tree/a.log', 'a')
    put('tree/.hidden/x.jsonl', 'x')
    put('tree/.x.jsonl', 'x')
    put('tree/tool.exe', 'MZ')
    put('tree/a/picture.PNG', 'png')
    put('tree/Z.jsonl', 'Z')
    const { names, texts, findings } = await list(['tree/'])
    expect(names).toEqual(['tree/Z.jsonl', 'tree/a/y.evtx', 'tree/a/z.xml', 'tree/a.log', 'tree/b.jsonl'])
    expect(texts).toEqual(['Z', 'y', 'z', 'a', 'b'])
    expect(findings).toEqual([
      {
        code: 'FIL201',
        severity: 'note',
        message: '2 files in "tree/" are no logs by name and were passed over',
        hint: 'name a file itself to have it read',
      },
    ])
    expect((await list(['./tree/a'])).names).toEqual(['./tree/a/y.evtx', './tree/a/z.xml'])
    expect((await list(['tree/tool.exe'])).names).toEqual(['tree/tool.exe'])
  })

  it('links: to files, to folders, in circles, to nowhere', async () => {
    put('links/real/a.jsonl', 'a')
    symlinkSync('real/a.jsonl', join(folder, 'links/b.jsonl'))
    symlinkSync('..', join(folder, 'links/real/up'))
    symlinkSync('real', join(folder, 'links/again'))
    symlinkSync('gone', join(folder, 'links/broken'))
    const { names, told } = await list(['links'])
    expect(names).toEqual(['links/again/a.jsonl', 'links/b.jsonl'])
    expect(told).toEqual(['FIL002'])
  })

  it('globs, and files whose names look like one', async () => {
    put('g/x1.jsonl', '1')
    put('g/x2.jsonl', '2')
    put('g/deep/x3.jsonl', '3')
    put('g/[x].jsonl', '[')
    put('case-1/l.jsonl', 'c1')
    put('case-2/l.jsonl', 'c2')
    expect((await list(['g/x*.jsonl'])).names).toEqual(['g/x1.jsonl', 'g/x2.jsonl'])
    expect((await list(['g/**/x*.jsonl'])).names).toEqual(['g/deep/x3.jsonl', 'g/x1.jsonl', 'g/x2.jsonl'])
    expect((await list(['g/[x].jsonl'])).texts).toEqual(['['])
    expect((await list(['case-*'])).names).toEqual(['case-1/l.jsonl', 'case-2/l.jsonl'])
    expect((await list([`${folder}/g/x{1,2}.jsonl`])).names).toEqual([`${folder}/g/x1.jsonl`, `${folder}/g/x2.jsonl`])
    expect((await list(['g/nothing*'])).told).toEqual(['FIL004'])
  })

  it('what is missing, empty or forbidden is told, and the rest is read', async () => {
    put('ok.jsonl', 'ok')
    put('empty.jsonl', '')
    mkdirSync(join(folder, 'hollow'))
    put('secret.jsonl', 'secret')
    chmodSync(join(folder, 'secret.jsonl'), 0)
    const { names, findings } = await list(['missing.jsonl', 'hollow', 'empty.jsonl', 'ok.jsonl'])
    expect(names).toEqual(['ok.jsonl'])
    expect(findings.map(({ code, message }) => `${code} ${message}`)).toEqual([
      'FIL001 there is no file or folder "missing.jsonl"',
      'FIL003 folder "hollow" holds no file to read',
      'FIL017 "empty.jsonl" is empty',
    ])
    // Root may read everything.
    if (process.getuid?.() !== 0) expect((await list(['secret.jsonl', 'ok.jsonl'])).told).toEqual(['FIL002'])
    rmSync(join(folder, 'secret.jsonl'), { force: true })
  })

  it('a file that goes away before it is read', async () => {
    put('brief.jsonl', 'brief')
    const findings: Diagnostic[] = []
    for await (const source of eventSources(['brief.jsonl'], finding => findings.push(finding))) {
      rmSync(join(folder, 'brief.jsonl'))
      expect((await content(source.open())).length).toBe(0)
    }
    expect(findings.map(finding => finding.message)).toEqual(['"brief.jsonl" cannot be read: it is not there any more'])
  })

  it('standard input and pipes: plain and packed, once', async () => {
    const from = async (input: Uint8Array) => {
      const findings: Diagnostic[] = []
      const found: string[] = []
      const again: number[] = []
      const stdin = (async function* () {
        for (let at = 0; at < input.length; at += 100) yield input.subarray(at, at + 100)
      })()
      for await (const source of eventSources(['-'], finding => findings.push(finding), { stdin })) {
        found.push(`${source.name} ${source.member ?? ''} ${await content(source.open())}`)
        again.push((await content(source.open())).length)
      }
      return { found, again, told: findings.map(finding => finding.code) }
    }
    const text = '{"a":1}\n'.repeat(100)
    expect(await from(Buffer.from(text))).toEqual({ found: [`-  ${text}`], again: [0], told: ['FIL014'] })
    expect(await from(gzipSync(text))).toEqual({ found: [`-  ${text}`], again: [0], told: ['FIL014'] })
    expect((await from(gzipSync(tar({ 'a.jsonl': text, 'b.jsonl': 'b' })))).found).toEqual([`- a.jsonl ${text}`, '- b.jsonl b'])
    const whole = await from(zip({ 'a.jsonl': text }))
    // A zip is read from its end, so it is held, and can be read again.
    expect(whole).toEqual({ found: [`- a.jsonl ${text}`], again: [800], told: [] })
    if (process.platform === 'win32') return
    spawnSync('mkfifo', [join(folder, 'pipe')])
    spawn('sh', ['-c', `echo piped > ${join(folder, 'pipe')}`])
    expect((await list(['pipe'])).texts).toEqual(['piped\n'])
    rmSync(join(folder, 'pipe'))
  })
})

describe('rules', () => {
  const read = async (paths: readonly string[]) => {
    const findings: Diagnostic[] = []
    const sources = await ruleSources(paths, finding => findings.push(finding))
    return {
      names: sources.map(source => source.name),
      texts: sources.map(source => source.text),
      told: findings.map(finding => finding.code),
    }
  }

  it('folders by extension, files by name, each once, in stable order; UTF-16 and byte order marks', async () => {
    put('r/b.yml', 'b')
    put('r/a.YAML', '\ufeffa')
    put('r/c/d.yml', Buffer.from('\ufeffd é', 'utf16le'))
    put('r/notes.txt', 'no rule')
    put('r/.git/x.yml', 'x')
    expect(await read(['r'])).toEqual({ names: ['r/a.YAML', 'r/b.yml', 'r/c/d.yml'], texts: ['a', 'b', 'd é'], told: [] })
    expect((await read(['r/notes.txt', 'r/b.yml', 'r', `${folder}/r/b.yml`])).names).toEqual([
      'r/notes.txt',
      'r/b.yml',
      'r/a.YAML',
      'r/c/d.yml',
    ])
    expect((await read(['r/**/*.yml'])).names).toEqual(['r/b.yml', 'r/c/d.yml'])
  })

  it('archives of rules', async () => {
    put('rules.zip', zip({ 'win/a.yml': 'a', 'readme.txt': 'no rule', 'win/b.yaml': 'b' }))
    expect(await read(['rules.zip'])).toEqual({
      names: ['rules.zip/win/a.yml', 'rules.zip/win/b.yaml'],
      texts: ['a', 'b'],
      told: [],
    })
  })

  it('what is too large, no text or not there is told', async () => {
    put('big.yml', Buffer.alloc((4 << 20) + 1, 97))
    put('bad.yml', Uint8Array.from([0x61, 0xff, 0x62]))
    expect(await read(['big.yml', 'bad.yml', 'none.yml', 'hollow'])).toEqual({
      names: ['bad.yml'],
      texts: ['a\ufffdb'],
      told: ['FIL015', 'FIL001', 'FIL003', 'FIL016'],
    })
  })
})

const data = join(home, '../shared/data')
const present = existsSync(join(data, 'expected/dev-security-datasets-hits-files.json'))
if (!present) console.log('skipped: event counts of public archives (needs ../shared/data)')

describe('public archives', () => {
  it.skipIf(!present)('each gives as many events as it has (needs ../shared/data)', async () => {
    const { evaluated } = JSON.parse(readFileSync(join(data, 'expected/dev-security-datasets-hits-files.json'), 'utf8')) as {
      evaluated: { path: string; events: number; unparsed: number }[]
    }
    expect(evaluated.length).toBe(53)
    for (const { path, events, unparsed } of evaluated) {
      const findings: Diagnostic[] = []
      let found = 0
      for await (const source of eventSources([join(data, 'security-datasets', path)], finding => findings.push(finding))) {
        const iterator = source.open()[Symbol.asyncIterator]()
        const head = (await iterator.next()).value as Uint8Array
        const detected = detectFormat(head, source.member ?? source.name)
        expect(detected?.format.id, `${path} ${source.member}`).toBe('jsonl')
        async function* all() {
          yield head
          for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value
        }
        for await (const batch of detected!.format.read(all(), source, finding => findings.push(finding))) found += batch.length
      }
      // What the other reader could not parse is a resource fork that a Mac put beside the log.
      const passed = findings
        .filter(finding => finding.code === 'FIL201')
        .reduce((sum, finding) => sum + Number.parseInt(finding.message, 10), 0)
      expect({ path, events: found, unparsed: passed }).toEqual({ path, events, unparsed })
      // Four archives lack their last bytes ("unexpected end of file", says gzip -t too).
      expect(
        findings.filter(finding => finding.code !== 'FIL201' && !(finding.code === 'FIL005' && path.endsWith('.tar.gz'))),
      ).toEqual([])
    }
  })
})
