// Rules that were read before, kept on disk: found again by the names and contents of their files, the options and the version of the code. A file in the cache that is damaged, foreign or somebody else's is passed over, never trusted.

import { createHash, randomBytes } from 'node:crypto'
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join, sep } from 'node:path'
import { crc32 } from 'node:zlib'
import type { ParseContext } from '../languages/language.ts'
import type { Diagnostic } from '../text/diagnostic.ts'
import { isOwn } from './caches.ts'
import type { Stamp } from './files.ts'
import { type ImageBytes, type ImageRules, readImage } from './image.ts'
import { ownCode, version } from './package.ts'
import { type RuleFile, ruleBytes } from './rulefiles.ts'

export const codes: Readonly<Record<string, string>> = {
  CCH201: 'a file of the rule cache is damaged and was passed over',
  CCH202: 'the folder of the rule cache cannot be used',
}

type Report = (finding: Diagnostic) => void

/** What cached rules depend on. */
export interface Request {
  readonly folder: string
  readonly files: readonly RuleFile[]
  readonly names?: ParseContext['names']
  /** Tells one state of what lies beside the rules (macros, lookups) from another. */
  readonly beside?: string
  /** The language that the files are said to be in. */
  readonly language?: string
}

/** Rules of fewer bytes are read as fast as they are found in the cache. */
const leastBytes = 128 << 10
const largest = 1 << 30
/** A file changed so shortly before it was read may change again within the same tick of the clock of its file system. */
const racy = 2000
/** Rule sets that are kept; the one that was used least recently goes first. */
const mostKept = 12

const magic = Buffer.from('terrier rules 1\n')
const headSize = magic.length + 16
const stampWords = 5
const hashSize = 32

/** Whether a request is worth keeping. */
export function isWorthwhile(files: readonly RuleFile[]): boolean {
  let size = 0
  for (const file of files) size += 'bytes' in file ? file.bytes.length : file.stamp.size
  return size >= leastBytes
}

/** The rules of a request as they were read before, with the bytes they lie in; undefined when they were not, or anything has changed. */
export function cached(request: Request, report: Report): { readonly rules: ImageRules; readonly image: ImageBytes } | undefined {
  if (!isOwnFolder(request.folder, report)) return undefined
  const began = Date.now()
  const path = join(request.folder, fileName(request))
  const whole = readWhole(path)
  if (whole === undefined) return undefined
  const damaged = (): undefined => {
    report({
      code: 'CCH201',
      severity: 'note',
      message: `"${path}" in the rule cache is damaged and was passed over`,
      hint: 'it is written anew; --no-cache does without',
    })
    return undefined
  }
  const { files } = request
  const hashOf = (place: number) => whole.subarray(stampsEnd + hashSize * place, stampsEnd + hashSize * (place + 1))
  if (whole.length < headSize || !whole.subarray(0, magic.length).equals(magic)) return damaged()
  const check = whole.readUInt32LE(magic.length)
  const length = whole.readUInt32LE(magic.length + 4)
  const count = whole.readUInt32LE(magic.length + 8)
  if (length !== whole.length || count !== files.length || crc32(whole.subarray(magic.length + 4)) !== check) return damaged()
  const stampsEnd = headSize + 8 + 8 * stampWords * count
  const hashesEnd = stampsEnd + hashSize * count
  if (hashesEnd > length) return damaged()
  const written = whole.readDoubleLE(headSize)
  const stamps = new Float64Array(whole.buffer.slice(whole.byteOffset + headSize + 8, whole.byteOffset + stampsEnd))
  let touched = false
  for (const [place, file] of files.entries()) {
    if ('stamp' in file && isUnchanged(file.stamp, stamps, place, written)) continue
    const bytes = ruleBytes(file, () => undefined)
    if (bytes === undefined || !digest(bytes).equals(hashOf(place))) return undefined
    touched ||= 'stamp' in file
  }
  const image = whole.subarray(hashesEnd)
  const rules = readImage(image)
  if (rules === undefined || rules.sources.length !== count) return damaged()
  // What was only touched, not changed, need not be read again the next time.
  if (touched)
    keep(
      request,
      image,
      files.map((_, place) => hashOf(place)),
      began,
    )
  else refresh(path)
  return { rules, image }
}

/** Keeps the image of rules for the same request. `hashes` are the digests of the files' contents, `began` when their reading began. A cache that cannot be written is none. */
export function keep(request: Request, image: ImageBytes, hashes: readonly Uint8Array[], began: number): void {
  const { files, folder } = request
  const stamps = new Float64Array(1 + stampWords * files.length)
  stamps[0] = began
  for (const [place, file] of files.entries()) {
    if ('stamp' in file) stamps.set(numbersOf(file.stamp), 1 + stampWords * place)
  }
  const head = Buffer.alloc(headSize)
  magic.copy(head)
  const parts = [head, Buffer.from(stamps.buffer), ...hashes, image]
  const whole = Buffer.concat(parts)
  whole.writeUInt32LE(whole.length, magic.length + 4)
  whole.writeUInt32LE(files.length, magic.length + 8)
  whole.writeUInt32LE(crc32(whole.subarray(magic.length + 4)), magic.length)
  const path = join(folder, fileName(request))
  const passing = `${path}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`
  // Whatever stands in the way (no space, no permission): the rules were read, and are read again the next time.
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    if (!isOwnFolder(folder, () => undefined)) return
    writeFileSync(passing, whole, { mode: 0o600, flag: 'wx' })
    renameSync(passing, path)
    tidy(folder)
  } catch {
    remove(passing)
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch {
    // It was never there.
  }
}

/** The digest of a file's content. */
export function digest(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}

function numbersOf({ size, modified, changed, inode, device }: Stamp): readonly number[] {
  return [size, modified, changed, inode, device]
}

function isUnchanged(stamp: Stamp, stamps: Float64Array, place: number, began: number): boolean {
  if (Math.max(stamp.modified, stamp.changed) > began - racy) return false
  return numbersOf(stamp).every((number, at) => number === stamps[stampWords * place + at])
}

const extension = '.rules'

const ruleFolders = ['text', 'ir', 'languages', 'rules', 'engine', 'node']

/** The name of a request's file: a digest of all that the rules depend on but the contents of their files. */
function fileName({ files, names, beside, language }: Request): string {
  const all = JSON.stringify([
    version(),
    codeDigest(ruleFolders),
    names ?? null,
    beside ?? null,
    language ?? null,
    files.map(file => file.name),
  ])
  return createHash('sha256').update(all).digest('hex').slice(0, 40) + extension
}

const knownCode = new Map<string, string>()

/** What the compiler writes with every build, beside what it builds: the digests of all sources. */
const built = ['.core.tsbuildinfo', '.node.tsbuildinfo', '.pages.tsbuildinfo']

/** What tells one build of the code from another: sizes and times of what the compiler notes of it, or else of the files in some folders of the house; `''` stands for the verbs beside them. */
export function codeDigest(folders: readonly string[]): string {
  const wanted = folders.join(' ')
  let known = knownCode.get(wanted)
  if (known === undefined) {
    const notes = built.map(name => statSync(ownCode(name), { throwIfNoEntry: false }))
    if (notes.every(note => note !== undefined)) return notes.map(note => `${note.size} ${note.mtimeMs} ${note.ino}`).join(' ')
    const hash = createHash('sha256')
    for (const folder of folders) {
      const path = ownCode(folder === '' ? '' : `${folder}/`)
      for (const name of readdirSync(path, { recursive: folder !== '', encoding: 'utf8' }).sort()) {
        if (!/(?<!\.d)\.[jt]s$/.test(name)) continue
        const { size, mtimeMs } = statSync(path + name)
        hash.update(`${folder}${sep}${name} ${size} ${mtimeMs}\n`)
      }
    }
    known = hash.digest('hex')
    knownCode.set(wanted, known)
  }
  return known
}

/** Whether a folder is there, and nobody else can have written into it. */
export function isOwnFolder(folder: string, report: Report): boolean {
  try {
    const facts = lstatSync(folder)
    if (facts.isDirectory() && isOwn(facts)) return true
    report({
      code: 'CCH202',
      severity: 'note',
      message: `"${folder}" is not used for cached rules: ${facts.isDirectory() ? 'others may write into it' : 'it is no folder'}`,
      hint: '--no-cache does without',
    })
  } catch {
    // Not there, or not to be seen: nothing is cached.
  }
  return false
}

/** All bytes of a file of one's own that is no link, in memory that threads can share; undefined when there is none. */
function readWhole(path: string): Buffer | undefined {
  let file: number | undefined
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
    const facts = fstatSync(file)
    if (!facts.isFile() || facts.size > largest || !isOwn(facts)) return undefined
    const bytes = Buffer.from(new SharedArrayBuffer(facts.size))
    let at = 0
    while (at < bytes.length) {
      const got = readSync(file, bytes, at, bytes.length - at, at)
      if (got === 0) break
      at += got
    }
    return bytes.subarray(0, at)
  } catch {
    return undefined
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

/** Marks a file as used. */
function refresh(path: string): void {
  try {
    const now = new Date()
    utimesSync(path, now, now)
  } catch {
    // It stays as old as it was.
  }
}

/** Lets go of what was not used for longest, and of files that were never finished. */
function tidy(folder: string): void {
  const kept: { readonly path: string; readonly used: number }[] = []
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    if (name.endsWith(extension)) kept.push({ path, used: statSync(path).mtimeMs })
    else if (name.endsWith('.tmp') && Date.now() - statSync(path).mtimeMs > 3_600_000) rmSync(path, { force: true })
  }
  kept.sort((a, b) => b.used - a.used)
  for (const { path } of kept.slice(mostKept)) rmSync(path, { force: true })
}
