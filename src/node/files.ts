// Files, folders, globs, archives and standard input as sources of logs, by the stream. What cannot be read is reported, and the rest goes on.

import { type Dirent, readdirSync, realpathSync, statSync } from 'node:fs'
import type { globSync } from 'tinyglobby'
import type { EventSource } from '../logs/logs.ts'
import type { Diagnostic } from '../text/diagnostic.ts'
import { account, type Body, expand, type Limits, label } from './archives.ts'
import { fileBytes } from './bytes.ts'

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

/** A file as the system sees it: what changes when its content does. Times in milliseconds. */
export interface Stamp {
  readonly size: number
  readonly modified: number
  readonly changed: number
  readonly inode: number
  readonly device: number
}

/** What a path on the command line stands for. */
export type Found =
  /** `real` is the path without links, where it is known without asking. */
  | { readonly kind: 'file'; readonly path: string; readonly name: string; readonly stamp: Stamp; readonly real?: string }
  /** A pipe or device: read once, from beginning to end. */
  | { readonly kind: 'stream'; readonly path: string; readonly name: string }

/** A log with the path of the file, when it is one by itself. */
export interface FileSource extends EventSource {
  readonly path?: string
  /** Bytes on disk of the file that it is, or is packed in. */
  readonly stored?: number
}

/**
 * The logs that paths name, in order: files, folders with all below them, globs (where no file has that very name), archives opened, `-` for
 * standard input. Names are as given; below a folder, the folder's name joined with the rest. Nothing is opened before it is asked for,
 * and each source can be opened again (standard input excepted).
 */
export async function* eventSources(
  paths: readonly string[],
  report: Report,
  options: SourceOptions = {},
): AsyncGenerator<FileSource, void, undefined> {
  for (const path of paths) {
    let others = 0
    const other = (name: string) => {
      const passed = isHidden(name) || notLogs.test(name)
      if (passed) others++
      return passed
    }
    for await (const found of resolve(path, report, name => !other(name))) {
      const spent = account(options, 0)
      const body = bodyOf(found, options, report, size => (spent.packed += size))
      if (found.kind === 'file') spent.packed = found.stamp.size
      try {
        for await (const { name, member, size, format, open, slice, path } of expand(body, spent, report, other))
          yield { name, member, size, format, open, slice, path: member === undefined ? path : undefined, stored: spent.packed }
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

/** Whether the last step of a path is hidden, or the path goes through a folder of macOS's own notes. */
export function isHidden(name: string): boolean {
  return /(?:^|\/)\.[^/]*$/.test(name) || /(?:^|\/)__MACOSX\//.test(name)
}

/** The bytes of what was found; `count` is told how many came of a stream. */
export function bodyOf(found: Found, options: SourceOptions, report: Report, count: (bytes: number) => void): Body {
  return found.kind === 'file' ? fileBody(found, report) : streamBody(found, options.stdin, report, count)
}

function fileBody(found: Found & { kind: 'file' }, report: Report): Body {
  const { path, name, stamp } = found
  const { size } = stamp
  const guarded = (start?: number, end?: number, passing?: () => boolean) =>
    told(fileBytes(path, start, end, passing), name, report)
  return { name, path, size, passing: false, open: passing => guarded(0, undefined, passing), slice: guarded }
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

/** The finding for what the system says of a file; anything else is thrown on. */
export function unreadable(name: string, error: unknown): Diagnostic {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
  if (code === '') throw error
  const why =
    code === 'EACCES' || code === 'EPERM' ? 'permission is denied' : code === 'ENOENT' ? 'it is not there any more' : code
  return { code: 'FIL002', severity: 'error', message: `"${name}" cannot be read: ${why}` }
}

/** The event loop has its turn after so many folders: it is where an interruption is heard. */
const foldersAtOnce = 64

/** The files that one path names, sorted below folders. `wanted` is asked about files that were not named themselves. */
export async function* resolve(
  path: string,
  report: Report,
  wanted: (name: string) => boolean,
): AsyncGenerator<Found, void, undefined> {
  let folders = 0
  // Only a pattern needs the library that knows patterns.
  const glob = isPattern(path) ? (await import('tinyglobby')).globSync : undefined
  for (const found of resolveNow(path, report, wanted, glob)) {
    if (found !== undefined) yield found
    else if (++folders % foldersAtOnce === 0) await new Promise(done => setImmediate(done))
  }
}

/** The same at once; undefined after each folder that was opened. Thousands of small files are listed many times as fast as by promises. */
function* resolveNow(
  path: string,
  report: Report,
  wanted: (name: string) => boolean,
  glob: typeof globSync | undefined,
): Generator<Found | undefined, void, undefined> {
  if (path === '-') {
    yield { kind: 'stream', path, name: path }
    return
  }
  const found = look(path)
  if (found.kind === 'absent' && glob !== undefined) {
    yield* matching(path, report, wanted, glob)
    return
  }
  if (found.kind === 'absent') {
    report({ code: 'FIL001', severity: 'error', message: `there is no file or folder "${path}"` })
  } else if (found.kind === 'failed') report(unreadable(path, found.error))
  else if (found.kind === 'folder') {
    let any = false
    for (const file of walk(path, report, wanted)) {
      any ||= file !== undefined
      yield file
    }
    if (!any) report({ code: 'FIL003', severity: 'warning', message: `folder "${path}" holds no file to read` })
  } else yield found.kind === 'file' ? { ...found, path, name: path } : { kind: 'stream', path, name: path }
}

type Look =
  | { readonly kind: 'file'; readonly stamp: Stamp }
  | { readonly kind: 'folder' | 'stream' | 'absent' }
  | { readonly kind: 'failed'; readonly error: unknown }

function look(path: string): Look {
  try {
    const facts = statSync(path)
    if (facts.isDirectory()) return { kind: 'folder' }
    if (!facts.isFile()) return { kind: 'stream' }
    const { size, mtimeMs: modified, ctimeMs: changed, ino: inode, dev: device } = facts
    return { kind: 'file', stamp: { size, modified, changed, inode, device } }
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
    return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG' ? { kind: 'absent' } : { kind: 'failed', error }
  }
}

function isPattern(path: string): boolean {
  return /[*?[\]{}]|[!+@]\(/.test(path)
}

function* matching(
  pattern: string,
  report: Report,
  wanted: (name: string) => boolean,
  glob: typeof globSync,
): Generator<Found | undefined, void, undefined> {
  const slashes = process.platform === 'win32' ? pattern.replaceAll('\\', '/') : pattern
  const absolute = slashes.startsWith('/')
  const files = glob(slashes, { onlyFiles: true, expandDirectories: false, dot: false, absolute })
  // A pattern for folders (`case-*`) means all below them; one with `**` has their files already.
  const folders = slashes.includes('**')
    ? []
    : glob(slashes, { onlyDirectories: true, expandDirectories: false, dot: false, absolute })
  let any = false
  for (const name of [...files, ...folders.map(folder => folder.replace(/\/$/, ''))].sort(byText)) {
    const found = look(name)
    if (found.kind === 'folder') {
      for (const file of walk(name, report, wanted)) {
        any ||= file !== undefined
        yield file
      }
    } else if (found.kind === 'file') {
      any = true
      yield { ...found, path: name, name }
    }
  }
  if (!any) report({ code: 'FIL004', severity: 'error', message: `no file fits the pattern "${pattern}"` })
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/**
 * All files below a folder, sorted by path step by step; hidden ones and special files left out, each folder entered once however
 * often links lead to it. Undefined after each folder that was opened.
 */
function* walk(folder: string, report: Report, wanted: (name: string) => boolean): Generator<Found | undefined, void, undefined> {
  const entered = new Set<string>()
  const base = folder.replace(/[\\/]+$/, '')
  const open = (path: string): { readonly real: string; readonly entries: Dirent[] } | undefined => {
    try {
      const real = realpathSync.native(path === '' ? '/' : path)
      if (entered.has(real)) return undefined
      entered.add(real)
      const entries = readdirSync(real, { withFileTypes: true }).filter(entry => !entry.name.startsWith('.'))
      return { real, entries: entries.sort((a, b) => byText(b.name, a.name)) }
    } catch (error) {
      report(unreadable(path, error))
      return undefined
    }
  }
  // Folders being walked, each with the entries still to come, last first.
  const first = open(base)
  const levels = first === undefined ? [] : [{ path: base, ...first }]
  while (levels.length > 0) {
    const level = levels[levels.length - 1]!
    const entry = level.entries.pop()
    if (entry === undefined) {
      levels.pop()
      continue
    }
    const path = `${level.path}/${entry.name}`
    if (entry.isFile() && !wanted(path)) continue
    const found: Look = entry.isDirectory() ? { kind: 'folder' } : look(path)
    if (found.kind === 'folder') {
      const inner = open(path)
      if (inner !== undefined) levels.push({ path, ...inner })
      yield undefined
    } else if (found.kind === 'file') {
      if (entry.isFile()) yield { ...found, path, name: path, real: `${level.real === '/' ? '' : level.real}/${entry.name}` }
      else if (wanted(path)) yield { ...found, path, name: path }
    } else if (found.kind === 'failed') report(unreadable(path, found.error))
    else if (found.kind === 'absent')
      report({ code: 'FIL002', severity: 'note', message: `"${path}" is a link that leads nowhere` })
  }
}

export { label }
