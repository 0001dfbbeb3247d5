// Which format a file is in, on a corpus of small files of our own: every sample whole, cut off, with a byte-order mark, with CRLF, in UTF-16 and packed, and files that are no logs. Right or unknown, never wrong.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { readSource } from '../../src/hunt.ts'
import { detectFormat, logFormats } from '../../src/logs/index.ts'
import { eventSources } from '../../src/node/files.ts'
import { random, utf16 } from './reading.ts'

const events = new URL('../events/', import.meta.url)

/** Folders of samples whose name is no format: what their files are in. */
const folders: Readonly<Record<string, string>> = { cloud: 'jsonl', schemas: 'jsonl' }

/** Formats that are JSON of a special kind. */
const json: ReadonlySet<string> = new Set(['journal', 'laurel', 'otlp'])

interface Sample {
  readonly name: string
  readonly id: string
  readonly bytes: Buffer
}

/** `lines` is read only when asked for, so nothing may be taken for it. */
const ids = new Set(logFormats.map(format => format.id).filter(id => id !== 'lines'))

/** The samples of the bundled pack. */
const pack: Readonly<Record<string, string>> = {
  'auditd.log': 'auditd',
  'events.jsonl': 'jsonl',
  'iis-u_ex260311.log': 'w3c',
  'security-4688.jsonl': 'jsonl',
  'suricata-eve.json': 'jsonl',
  'sysmon-linux.log': 'syslog',
  'sysmon.xml': 'winxml',
  'zeek-conn.log': 'zeek',
  'zeek-dns.log': 'zeek',
}

const ofPack = Object.entries(pack).map(([name, id]) => ({
  name: `pack/${name}`,
  id,
  bytes: readFileSync(join('packs/t1572/samples', name)).subarray(0, 65_536),
}))

/** One more of laurel (https://github.com/threathunters-io/laurel, README): a login, and a process with its parent. */
const laurel = {
  name: 'more/laurel.log',
  id: 'laurel',
  bytes: Buffer.from(
    `${[
      {
        ID: '1772439304.512:901',
        USER_LOGIN: {
          pid: 812,
          uid: 0,
          auid: 1000,
          ses: 3,
          op: 'login',
          acct: 'ann',
          exe: '/usr/sbin/sshd',
          hostname: '192.0.2.7',
          res: 'success',
        },
      },
      {
        ID: '1772439305.020:902',
        SYSCALL: {
          arch: '0xc000003e',
          syscall: 59,
          success: 'yes',
          exit: 0,
          items: 2,
          ppid: 812,
          pid: 830,
          auid: 1000,
          uid: 1000,
          comm: 'ls',
          exe: '/usr/bin/ls',
          key: null,
        },
        EXECVE: { argc: 2, ARGV: ['ls', '-l'] },
        CWD: { cwd: '/home/ann' },
        PARENT_INFO: { ID: '1772439304.900:900', comm: 'bash', exe: '/usr/bin/bash', ppid: 811 },
      },
    ]
      .map(record => JSON.stringify(record))
      .join('\n')}\n`,
  ),
}

const samples: readonly Sample[] = readdirSync(events, { withFileTypes: true })
  .filter(entry => entry.isDirectory())
  .flatMap(({ name: folder }) =>
    readdirSync(new URL(`${folder}/`, events))
      .filter(name => !name.startsWith('.') && !name.endsWith('.events') && !name.endsWith('.md') && !name.endsWith('.ts'))
      .map(name => ({
        name: `${folder}/${name}`,
        id: folder === 'evtx' && name.endsWith('.jsonl') ? 'jsonl' : (folders[folder] ?? folder),
        bytes: readFileSync(new URL(`${folder}/${name}`, events)),
      })),
  )
  .filter(sample => sample.id !== 'lines')
  .concat(ofPack, laurel)

/** The forms in which a text comes. Of those cut off, enough may be missing that nobody could tell. */
const forms: readonly { readonly what: string; readonly sure: boolean; readonly make: (text: string) => Uint8Array }[] = [
  { what: 'with a byte-order mark', sure: true, make: text => Buffer.from(`\ufeff${text}`) },
  { what: 'with CRLF', sure: true, make: text => Buffer.from(text.replaceAll(/\r?\n/g, '\r\n')) },
  { what: 'in UTF-16 with a mark', sure: true, make: text => utf16(text, 'le', true) },
  { what: 'in UTF-16 the other way round', sure: false, make: text => utf16(text, 'be', true) },
  { what: 'cut off in the middle', sure: false, make: text => Buffer.from(text).subarray(0, Math.ceil(text.length / 2)) },
  { what: 'cut off early', sure: false, make: text => Buffer.from(text).subarray(0, 120) },
  { what: 'cut off at once', sure: false, make: text => Buffer.from(text).subarray(0, 20) },
  { what: 'without its first line', sure: false, make: text => Buffer.from(text.slice(text.indexOf('\n') + 1)) },
]

const names = (sample: Sample) => [sample.name.slice(sample.name.indexOf('/') + 1), 'log']
const tallied = { files: 0, right: 0, unknown: 0 }

/** The format of bytes under a name; counts. */
function found(bytes: Uint8Array, name: string, id: string): string | undefined {
  const detected = detectFormat(bytes.subarray(0, 65_536), name)?.format.id
  tallied.files++
  if (detected === id) tallied.right++
  else if (detected === undefined) tallied.unknown++
  else if (detected === 'jsonl' && json.has(id)) tallied.right++
  return detected
}

describe('samples', () => {
  it('there are two or more of every format', () => {
    for (const { id } of samples) expect(ids.has(id), id).toBe(true)
    // Of EVTX there is one, and parts of it.
    for (const id of ids) {
      const own = samples.filter(sample => sample.id === id).length
      expect(own, `samples of ${id}`).toBeGreaterThanOrEqual(id === 'evtx' ? 1 : 2)
    }
  })
  for (const sample of samples) {
    it(`${sample.name} is ${sample.id}`, () => {
      for (const name of names(sample)) expect(found(sample.bytes, name, sample.id), name).toBe(sample.id)
      if (sample.id === 'evtx') {
        for (const size of [4096, 65_536, 70_000])
          expect([sample.id, undefined]).toContain(found(sample.bytes.subarray(0, size), 'log', 'evtx'))
        return
      }
      const text = sample.bytes.toString('utf8').replace(/^\ufeff/, '')
      for (const { what, sure, make } of forms) {
        // What is left of a special kind of JSON may be JSON still.
        const may = sure ? [sample.id] : [sample.id, undefined, ...(json.has(sample.id) ? ['jsonl'] : [])]
        for (const name of names(sample)) expect(may, `${what}, as ${name}`).toContain(found(make(text), name, sample.id))
      }
    })
  }
  it('packed ones are found in what packs them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'terrier-corpus-'))
    try {
      for (const sample of samples) {
        mkdirSync(join(folder, sample.name, '..'), { recursive: true })
        writeFileSync(join(folder, `${sample.name}.gz`), gzipSync(sample.bytes))
        // What is packed is no text, and no format may think so.
        expect(detectFormat(gzipSync(sample.bytes), sample.name)?.format.id).toBeUndefined()
      }
      for (const sample of samples) {
        let id: string | undefined
        for await (const source of eventSources([join(folder, `${sample.name}.gz`)], () => undefined))
          for await (const { format } of readSource(source, () => undefined)) id ??= format.id
        tallied.files++
        tallied.right++
        expect(id, sample.name).toBe(sample.id)
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

describe('what is no log', () => {
  const next = random(2026)
  const noise = (size: number) => Uint8Array.from({ length: size }, () => Math.floor(next() * 256))
  const png = Buffer.concat([
    Buffer.from([
      0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 16, 0, 0, 0, 16, 8, 6, 0, 0, 0,
    ]),
    noise(600),
  ])
  const text = readFileSync(new URL('lines/application.log', events))
  const made: Readonly<Record<string, string | Uint8Array>> = {
    'application.log': text,
    'picture.png': png,
    'picture.jpg': Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0]), noise(600)]),
    'program.exe': Buffer.concat([Buffer.from('MZ\x90\0\x03\0\0\0'), noise(600)]),
    program: Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01\0'), noise(600)]),
    'paper.pdf': '%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Count 0 >>\nendobj\n',
    noise: noise(4096),
    'more noise': noise(60_000),
    zeros: new Uint8Array(4096),
    'page.html':
      '<!doctype html>\n<html lang="en">\n<head><title>Status</title></head>\n<body>\n<p>2026-03-11 10:00:00 all is well</p>\n</body>\n</html>\n',
    'style.css': 'body {\n  margin: 0;\n  color: #222;\n}\na:hover { color: red }\n',
    'script.sh': '#!/bin/sh\nset -eu\nfor file in *.log; do\n  echo "$file" | sed s/a/b/\ndone\n',
    'script.py': '#!/usr/bin/env python3\nimport os, sys\n\ndef main():\n    print(os.getcwd(), file=sys.stderr)\n\nmain()\n',
    'query.sql': "SELECT name, level, time FROM events WHERE level = 'error';\nINSERT INTO events VALUES (1, 'a', 'b');\n",
    'settings.ini': '; comment\n[server]\nhost = example.org\nport = 8080\n\n[client]\nretries = 3\n',
    'settings.toml': '[package]\nname = "a"\nversion = "1.0.0"\n\n[dependencies]\nb = "2"\n',
    '.env': 'HOST=localhost\nPORT=8080\nSECRET=change-me\n',
    'rule.yml':
      'title: Plink\nid: 5b6f0c0e-2222-4c2f-9a55-000000000001\nlogsource:\n  product: windows\n  category: process_creation\ndetection:\n  selection:\n    Image|endswith: \\plink.exe\n  condition: selection\nlevel: high\n',
    'compose.yaml': 'services:\n  web:\n    image: nginx:1\n    ports:\n      - "80:80"\n',
    'words.txt': 'It was a bright cold day in April, and the clocks were striking thirteen.\nNobody had written it down.\n',
    'list.txt': 'alpha\nbeta\ngamma\ndelta\n',
    'hosts.txt': '127.0.0.1 localhost\n::1 localhost ip6-localhost\n10.0.0.5 files files.example.org\n',
    'passwd.txt': 'root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n',
    'change.diff': '--- a/x.ts\n+++ b/x.ts\n@@ -1,3 +1,3 @@\n-const a = 1\n+const a = 2\n',
    'feed.xml':
      '<?xml version="1.0"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><entry><id>1</id></entry></feed>\n',
    'drawing.svg': '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="5" height="5"/></svg>\n',
    'letter.eml': 'From: a@example.org\nTo: b@example.org\nSubject: hello\nDate: Wed, 11 Mar 2026 10:00:00 +0000\n\nDear all,\n',
    'key.pem': '-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUQ\n-----END CERTIFICATE-----\n',
    'calendar.ics': 'BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nDTSTART:20260311T100000Z\nEND:VEVENT\nEND:VCALENDAR\n',
    'notebook.tex': '\\documentclass{article}\n\\begin{document}\nHello, world.\n\\end{document}\n',
    Makefile: 'all: a.o b.o\n\tcc -o all a.o b.o\n%.o: %.c\n\tcc -c $<\n',
    Dockerfile: 'FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD ["node", "index.js"]\n',
    'main.c': '#include <stdio.h>\n\nint main(void) {\n  printf("%d\\n", 1);\n  return 0;\n}\n',
    'Main.java': 'package a.b;\n\npublic class Main {\n  public static void main(String[] args) { }\n}\n',
  }
  for (const [name, content] of Object.entries(made)) {
    it(name, () => {
      const bytes = typeof content === 'string' ? Buffer.from(content) : content
      for (const called of [name, 'log', 'file.log', 'file.txt']) {
        tallied.files++
        expect(detectFormat(bytes, called)?.format.id, called).toBeUndefined()
        tallied.right++
      }
    })
  }
  const own = ['src', 'docs', 'packs/t1572/rules'].flatMap(folder =>
    readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter(entry => entry.isFile() && /\.(?:ts|md|ya?ml)$/.test(entry.name))
      .map(entry => join(entry.parentPath, entry.name)),
  )
  it('the source code, pages and rules of the project itself', () => {
    expect(own.length).toBeGreaterThan(100)
    const wrong = [...own, 'LICENSE', 'README.md', 'CONTRIBUTING.md', '.gitignore'].flatMap(path => {
      const bytes = readFileSync(path).subarray(0, 65_536)
      return [path, 'log'].flatMap(name => {
        tallied.files++
        const id = detectFormat(bytes, name)?.format.id
        if (id === undefined) tallied.right++
        return id === undefined ? [] : [`${path} as ${name} is taken for ${id}`]
      })
    })
    expect(wrong).toEqual([])
  })
  // A document of JSON is JSON, whatever it is about: only its records can tell, and no schema knows these.
  it('settings in JSON are at most JSON', () => {
    for (const path of ['package.json', 'package-lock.json', 'tsconfig.json', 'biome.json']) {
      tallied.files++
      expect(['jsonl', undefined], path).toContain(detectFormat(readFileSync(path), path)?.format.id)
      tallied.right++
    }
  })
})

afterAll(() => {
  console.log(`formats of ${tallied.files} files: ${tallied.right} right, ${tallied.unknown} unknown`)
  expect(tallied.right + tallied.unknown).toBe(tallied.files)
})
