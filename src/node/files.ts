// Files, folders, globs, archives and standard input as sources: logs by the stream, rules as text. What cannot be read is reported, and the rest goes on.

import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { glob } from 'tinyglobby'
import type { EventSource } from '../logs/logs.ts'
import { encodingOf } from '../logs/parts/lines.ts'
import type { Diagnostic } from '../text/diagnostic.ts'
import type { Source } from '../text/source.ts'
import { account, type Body, expand, type Limits, label } from './archives.ts'
import { fileBytes, gather } from './bytes.ts'

export const codes: Readonly<Record<string, string>> = {
  FIL001: 'there is no such file or folder',
  FIL002: 'a file or folder cannot be read',
  FIL003: 'a folder holds no file to read',
  FIL004: 'a pattern fits no file',
  FIL005: 'packed data is damaged or cut off',
  FIL006: 'the directory of a zip is damaged',
  FIL007: 'a member of a zip is encrypted',
  FIL008: 'a member of a zip is packed with a method that is not read',
  FIL009: 'an archive unpacks to far more than an honest one',
  FIL010: 'an archive holds too many files',
  FIL011: 'an archive lies too deep in others, or is too large to be read there',
  FIL012: 'a file is packed in a form that is not read',
  FIL014: 'standard input can be read only once',
  FIL015: 'a rule file is larger than 4 MB',
  FIL016: 'a rule file holds bytes that are no text',
  FIL017: 'a file is empty',
  FIL018: 'a tar is damaged',
  FIL019: 'an archive unpacks to more than is read of one',
  FIL020: 'links and special files in a tar are not followed',
  FIL201: 'files of a folder or archive that are no logs were passed over',
}

/** Bounds for archives, and where `-` reads from (default: the process's own standard input). */
export interface SourceOptions extends Limits {
  readonly stdin?: AsyncIterable<Uint8Array>
}

export type Report = (finding: Diagnostic) => void

/** What a path on the command line stands for. */
type Found =
  | { readonly kind: 'file'; readonly path: string; readonly name: string; readonly size: number; readonly named: boolean }
  /** A pipe or device: read once, from beginning to end. */
  | { readonly kind: 'stream'; readonly path: string; readonly name: string }

/**
 * The logs that paths name, in order: files, folders with all below them, globs (where no file has that very name), archives opened, `-` for
 * standard input. Names are as given; below a folder, the folder's name joined with the rest. Nothing is opened before it is asked for,
 * and each source can be opened again (standard input excepted).
 */
export async function* eventSources(
  paths: readonly string[],
  report: Report,
  options: SourceOptions = {},
): AsyncGenerator<EventSource, void, undefined> {
  for (const path of paths) {
    let others = 0
    const other = (name: string) => {
      const passed = isHidden(name) || notLogs.test(name)
      if (passed) others++
      return passed
    }
    for await (const found of resolve(path, report, name => !other(name))) {
      const spent = account(options, 0)
      const body =
        found.kind === 'file' ? fileBody(found, report) : streamBody(found, options.stdin, report, size => (spent.packed += size))
      if (found.kind === 'file') spent.packed = found.size
      try {
        for await (const { name, member, size, format, open, slice } of expand(body, spent, report, other))
          yield { name, member, size, format, open, slice }
      } catch (error) {
        report(unreadable(found.name, error))
      }
    }
    if (others > 0) {
      report({
        code: 'FIL201',
        severity: 'note',
        message: `${others} ${others === 1 ? 'file' : 'files'} in "${path}" ${others === 1 ? 'is no log' : 'are no logs'} by name and ${others === 1 ? 'was' : 'were'} passed over`,
        hint: 'name a file itself to have it read',
      })
    }
  }
}

/** Extensions of files in a folder that are no logs: programs, pictures, documents, rules, source code, packet captures. */
const notLogs =
  /\.(?:exe|dll|sys|msi|so|dylib|o|a|class|pyc|png|jpe?g|gif|svg|ico|bmp|webp|mp[34]|wav|avi|mov|pdf|docx?|xlsx?|pptx?|odt|md|rst|html?|css|m?[jt]sx?|py|ps1|psm1|sh|bat|rb|go|rs|c|h|cpp|java|cs|ya?ml|toml|lock|pcap|pcapng|pem|crt|key|db|sqlite3?|dmp|vmem|iso|vhdx?|jar|whl)$/i

function isHidden(name: string): boolean {
  return /(?:^|\/)\.[^/]*$/.test(name) || /(?:^|\/)__MACOSX\//.test(name)
}

function fileBody(found: { readonly path: string; readonly name: string; readonly size: number }, report: Report): Body {
  const { path, name, size } = found
  const guarded = (start?: number, end?: number) => told(fileBytes(path, start, end), name, report)
  return { name, path, size, passing: false, open: () => guarded(), slice: guarded }
}

function streamBody(
  found: { readonly path: string; readonly name: string },
  stdin: AsyncIterable<Uint8Array> | undefined,
  report: Report,
  count: (bytes: number) => void,
): Body {
  let used = false
  async function* open(): AsyncGenerator<Uint8Array, void, undefined> {
    if (used) {
      report({ code: 'FIL014', severity: 'error', message: `"${found.name}" can be read only once` })
      return
    }
    used = true
    const { createReadStream } = await import('node:fs')
    const stream: AsyncIterable<Uint8Array> =
      found.path === '-' ? (stdin ?? process.stdin) : createReadStream(found.path, { highWaterMark: 1 << 18 })
    for await (const bytes of told(stream, found.name, report)) {
      count(bytes.length)
      yield bytes
    }
  }
  return { name: found.name, passing: true, open }
}

/** A stream whose failure is a finding and its end. */
async function* told(
  stream: AsyncIterable<Uint8Array>,
  name: string,
  report: Report,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* stream
  } catch (error) {
    report(unreadable(name, error))
  }
}

function unreadable(name: string, error: unknown): Diagnostic {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
  if (code === '') throw error
  const why =
    code === 'EACCES' || code === 'EPERM' ? 'permission is denied' : code === 'ENOENT' ? 'it is not there any more' : code
  return { code: 'FIL002', severity: 'error', message: `"${name}" cannot be read: ${why}` }
}

/** The files that one path names, sorted below folders. `wanted` is asked about files that were not named themselves. */
async function* resolve(path: string, report: Report, wanted: (name: string) => boolean): AsyncGenerator<Found, void, undefined> {
  if (path === '-') {
    yield { kind: 'stream', path, name: path }
    return
  }
  const found = await look(path)
  if (found.kind === 'absent' && isPattern(path)) {
    yield* matching(path, report, wanted)
    return
  }
  if (found.kind === 'absent') {
    report({ code: 'FIL001', severity: 'error', message: `there is no file or folder "${path}"` })
  } else if (found.kind === 'failed') report(unreadable(path, found.error))
  else if (found.kind === 'folder') {
    let any = false
    for await (const file of walk(path, report, wanted)) {
      any = true
      yield file
    }
    if (!any) report({ code: 'FIL003', severity: 'warning', message: `folder "${path}" holds no file to read` })
  } else yield found.kind === 'file' ? { ...found, path, name: path, named: true } : { kind: 'stream', path, name: path }
}

type Look =
  | { readonly kind: 'file'; readonly size: number }
  | { readonly kind: 'folder' | 'stream' | 'absent' }
  | { readonly kind: 'failed'; readonly error: unknown }

async function look(path: string): Promise<Look> {
  try {
    const facts = await stat(path)
    if (facts.isDirectory()) return { kind: 'folder' }
    return facts.isFile() ? { kind: 'file', size: facts.size } : { kind: 'stream' }
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
    return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG' ? { kind: 'absent' } : { kind: 'failed', error }
  }
}

function isPattern(path: string): boolean {
  return /[*?[\]{}]|[!+@]\(/.test(path)
}

async function* matching(
  pattern: string,
  report: Report,
  wanted: (name: string) => boolean,
): AsyncGenerator<Found, void, undefined> {
  const slashes = process.platform === 'win32' ? pattern.replaceAll('\\', '/') : pattern
  const files = await glob(slashes, { onlyFiles: true, expandDirectories: false, dot: false, absolute: slashes.startsWith('/') })
  // A pattern for folders (`case-*`) means all below them; one with `**` has their files already.
  const folders = slashes.includes('**')
    ? []
    : await glob(slashes, { onlyDirectories: true, expandDirectories: false, dot: false, absolute: slashes.startsWith('/') })
  let any = false
  for (const name of [...files, ...folders.map(folder => folder.replace(/\/$/, ''))].sort(byText)) {
    const found = await look(name)
    if (found.kind === 'folder') {
      for await (const file of walk(name, report, wanted)) {
        any = true
        yield file
      }
    } else if (found.kind === 'file') {
      any = true
      yield { ...found, path: name, name, named: true }
    }
  }
  if (!any) report({ code: 'FIL004', severity: 'error', message: `no file fits the pattern "${pattern}"` })
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** All files below a folder, sorted by path step by step; hidden ones and special files left out, each folder entered once however often links lead to it. */
async function* walk(folder: string, report: Report, wanted: (name: string) => boolean): AsyncGenerator<Found, void, undefined> {
  const entered = new Set<string>()
  const base = folder.replace(/[\\/]+$/, '')
  const open = async (path: string): Promise<string[] | undefined> => {
    try {
      const real = await realpath(path === '' ? '/' : path)
      if (entered.has(real)) return undefined
      entered.add(real)
      return (await readdir(real))
        .filter(name => !name.startsWith('.'))
        .sort(byText)
        .reverse()
    } catch (error) {
      report(unreadable(path, error))
      return undefined
    }
  }
  // Folders being walked, each with the names still to come, last first.
  const levels = [{ path: base, names: (await open(base)) ?? [] }]
  while (levels.length > 0) {
    const level = levels[levels.length - 1]!
    const name = level.names.pop()
    if (name === undefined) {
      levels.pop()
      continue
    }
    const path = `${level.path}/${name}`
    const found = await look(path)
    if (found.kind === 'folder') {
      const names = await open(path)
      if (names !== undefined) levels.push({ path, names })
    } else if (found.kind === 'file') {
      if (wanted(path)) yield { ...found, path, name: path, named: false }
    } else if (found.kind === 'failed') report(unreadable(path, found.error))
    else if (found.kind === 'absent')
      report({ code: 'FIL002', severity: 'note', message: `"${path}" is a link that leads nowhere` })
  }
}

/** Extensions of rule files; a file with another one is read when it is named itself. Rule formats add theirs here. */
export const ruleExtensions: readonly string[] = ['.yml', '.yaml']

const largestRule = 4 << 20

/**
 * The rule files that paths name, as texts: files, folders and globs, archives opened, `-` for standard input, in stable order; a file
 * that several paths lead to is there once. UTF-8 and UTF-16 are read.
 */
export async function ruleSources(
  paths: readonly string[],
  report: Report,
  options: SourceOptions = {},
): Promise<readonly Source[]> {
  const sources: Source[] = []
  const seen = new Set<string>()
  const isRule = (name: string) => !isHidden(name) && ruleExtensions.some(extension => name.toLowerCase().endsWith(extension))
  for (const path of paths) {
    for await (const found of resolve(path, report, isRule)) {
      if (found.kind === 'file') {
        const real = await realpath(found.path).catch(() => found.path)
        if (seen.has(real)) continue
        seen.add(real)
        if (isRule(found.name)) {
          await add(sources, found.name, found.size, () => readFile(found.path), report)
          continue
        }
      }
      const spent = account(options, found.kind === 'file' ? found.size : 0)
      const body =
        found.kind === 'file' ? fileBody(found, report) : streamBody(found, options.stdin, report, size => (spent.packed += size))
      for await (const member of expand(
        body,
        spent,
        report,
        name => !isRule(name) && !/\.(?:zip|t?gz|tar|t?bz2|t?xz|t?zst)$/i.test(name),
      )) {
        const name = member.member === undefined ? member.name : `${member.name}/${member.member}`
        await add(sources, name, member.size ?? 0, () => gather(member.open(), largestRule), report)
      }
    }
  }
  return sources
}

async function add(
  sources: Source[],
  name: string,
  size: number,
  read: () => Promise<Uint8Array | undefined>,
  report: Report,
): Promise<void> {
  let bytes: Uint8Array | undefined
  try {
    bytes = size > largestRule ? undefined : await read()
  } catch (error) {
    report(unreadable(name, error))
    return
  }
  if (bytes === undefined) {
    report({
      code: 'FIL015',
      severity: 'error',
      message: `rule file "${name}" is larger than ${largestRule >> 20} MB and is not read`,
    })
    return
  }
  const { encoding, mark } = encodingOf(bytes)
  const content = bytes.subarray(mark)
  const text = new TextDecoder(encoding, { ignoreBOM: true }).decode(content)
  const source = { name, text }
  if (text.includes('\ufffd')) {
    try {
      new TextDecoder(encoding, { fatal: true }).decode(content)
    } catch {
      report({
        code: 'FIL016',
        severity: 'warning',
        message: `"${name}" holds bytes that are no ${encoding.toUpperCase()}; they are read as U+FFFD`,
        source,
      })
    }
  }
  sources.push(source)
}

export { label }
