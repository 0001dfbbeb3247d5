// What tests of files share: a folder of their own to work in, files put into it, sources listed, archives written byte by byte.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zipSync } from 'fflate'
import { afterAll, beforeAll } from 'vitest'
import type { EventSource } from '../../src/logs/logs.ts'
import { eventSources } from '../../src/node/files.ts'
import type { Diagnostic } from '../../src/text/diagnostic.ts'

/** The folder in which the tests of a file run; it is the working folder, and is gone after them. */
export let folder = ''
export const home = process.cwd()

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'terrier-files-'))
  process.chdir(folder)
})

afterAll(() => {
  process.chdir(home)
  rmSync(folder, { recursive: true, force: true })
})

export function put(path: string, content: string | Uint8Array): void {
  mkdirSync(join(folder, path, '..'), { recursive: true })
  writeFileSync(join(folder, path), content)
}

export async function content(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of stream) pieces.push(piece)
  return Buffer.concat(pieces)
}

export interface Listed {
  readonly names: readonly string[]
  readonly texts: readonly string[]
  readonly told: readonly string[]
  readonly findings: readonly Diagnostic[]
  readonly sources: readonly EventSource[]
}

/** All sources of paths: `name > member`, their content, what is told. Read in passing, or after all were listed. */
export async function list(
  paths: readonly string[],
  options: { readonly late?: boolean; readonly members?: number; readonly ratio?: number } = {},
): Promise<Listed> {
  const findings: Diagnostic[] = []
  const sources: EventSource[] = []
  const texts: string[] = []
  for await (const source of eventSources(paths, finding => findings.push(finding), options)) {
    sources.push(source)
    if (!options.late) texts.push((await content(source.open())).toString('latin1'))
  }
  if (options.late) for (const source of [...sources].reverse()) texts.unshift((await content(source.open())).toString('latin1'))
  return {
    names: sources.map(({ name, member }) => (member === undefined ? name : `${name} > ${member}`)),
    texts,
    told: findings.map(finding => finding.code),
    findings,
    sources,
  }
}

/** A tar (POSIX ustar) of these files, written here byte by byte; a path above 100 characters gets a pax header. */
export function tar(files: Readonly<Record<string, string>>): Buffer {
  const blocks: Buffer[] = []
  const add = (path: string, type: string, body: Buffer) => {
    const header = Buffer.alloc(512)
    header.write(path.slice(0, 100), 0)
    header.write('0000644\0', 100)
    header.write('0000000\0', 108)
    header.write('0000000\0', 116)
    header.write(`${body.length.toString(8).padStart(11, '0')}\0`, 124)
    header.write('00000000000\0', 136)
    header.write('        ', 148)
    header.write(type, 156)
    header.write('ustar\x0000', 257)
    const sum = header.reduce((total, byte) => total + byte, 0)
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
    blocks.push(header, body, Buffer.alloc((512 - (body.length % 512)) % 512))
  }
  for (const [path, text] of Object.entries(files)) {
    if (path.length > 100) {
      const record = ` path=${path}\n`
      let length = record.length
      while (String(length).length + record.length !== length) length++
      add('pax', 'x', Buffer.from(`${length}${record}`))
    }
    add(path, '0', Buffer.from(text))
  }
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}

export const zip = (files: Readonly<Record<string, string | Uint8Array>>, level: 0 | 6 = 6) =>
  Buffer.from(
    zipSync(
      Object.fromEntries(
        Object.entries(files).map(([path, body]) => [path, new Uint8Array(typeof body === 'string' ? Buffer.from(body) : body)]),
      ),
      { level },
    ),
  )
