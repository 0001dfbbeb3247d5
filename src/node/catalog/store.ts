// Facts of a catalog on disk, named by what they rest on: found again when neither the rule nor the code has changed. What is damaged, foreign or somebody else's is as if it were not there.

import { randomBytes } from 'node:crypto'
import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Store } from '../../catalog.ts'
import type { Diagnostic } from '../../text/diagnostic.ts'
import { codeDigest, isOwnFolder } from '../cache.ts'
import { version } from '../package.ts'

/** The parts of the house that decide what the facts of a rule are. */
const parts = ['', 'text', 'ir', 'schemas', 'languages', 'rules', 'engine', 'proof', 'checks', 'attack', 'catalog']

/** What tells the facts of one build of the code from those of another. */
export function factSalt(): string {
  return `${version()} ${codeDigest(parts)}`
}

const magic = Buffer.from('terrier facts 1\n')
const headSize = magic.length + 8
const largest = 1 << 28
/** Files that are kept, and how long one that is not read stays at the least. */
const mostKept = 60_000
const day = 86_400_000

/** A store below a folder of this user's own. */
export interface FactStore extends Store {
  /** Lets go of the files that were not used for longest, where there are too many. */
  tidy(): void
}

/** Keeps texts in a folder. A folder that others may write into is not used, which is reported; nothing is kept then. */
export function factStore(folder: string, report: (finding: Diagnostic) => void = () => undefined): FactStore {
  let usable = true
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    usable = isOwnFolder(folder, report)
  } catch {
    usable = false
  }
  const made = new Set<string>()
  const placeOf = (key: string): { readonly folder: string; readonly path: string } | undefined => {
    if (!usable || !/^[a-z]+(?:-[0-9a-f]{2,128})?$/.test(key)) return undefined
    const below = /-([0-9a-f]{2})/.exec(key)?.[1] ?? 'all'
    return { folder: join(folder, below), path: join(folder, below, key) }
  }
  return {
    read(key) {
      const place = placeOf(key)
      return place === undefined ? undefined : readText(place.path)
    },
    write(key, text) {
      const place = placeOf(key)
      if (place === undefined) return
      const passing = `${place.path}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`
      try {
        if (!made.has(place.folder)) mkdirSync(place.folder, { recursive: true, mode: 0o700 })
        made.add(place.folder)
        const bytes = deflateRawSync(text, { level: 1 })
        const head = Buffer.alloc(headSize)
        magic.copy(head)
        head.writeUInt32LE(bytes.length, magic.length)
        head.writeUInt32LE(crc32(bytes), magic.length + 4)
        writeFileSync(passing, Buffer.concat([head, bytes]), { mode: 0o600, flag: 'wx' })
        renameSync(passing, place.path)
      } catch {
        // No space, no permission: it is made again the next time.
        rmSync(passing, { force: true })
      }
    },
    tidy() {
      if (usable) tidy(folder)
    },
  }
}

/** A text that is whole and this user's own, in a file that is no link. */
function readText(path: string): string | undefined {
  let file: number | undefined
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
    const facts = fstatSync(file)
    const own = process.getuid === undefined || (facts.uid === process.getuid() && (facts.mode & 0o022) === 0)
    if (!facts.isFile() || facts.size > largest || !own) return undefined
    const whole = readFileSync(file)
    if (whole.length < headSize || !whole.subarray(0, magic.length).equals(magic)) return undefined
    const bytes = whole.subarray(headSize)
    if (whole.readUInt32LE(magic.length) !== bytes.length || whole.readUInt32LE(magic.length + 4) !== crc32(bytes))
      return undefined
    const now = Date.now()
    if (now - facts.mtimeMs > day) utimesSync(path, new Date(now), new Date(now))
    return inflateRawSync(bytes, { maxOutputLength: largest }).toString('utf8')
  } catch {
    return undefined
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

function tidy(folder: string): void {
  try {
    const kept: { readonly path: string; readonly used: number }[] = []
    for (const below of readdirSync(folder))
      for (const name of readdirSync(join(folder, below))) {
        const path = join(folder, below, name)
        const used = statSync(path).mtimeMs
        if (!name.endsWith('.tmp')) kept.push({ path, used })
        else if (Date.now() - used > 3_600_000) rmSync(path, { force: true })
      }
    if (kept.length <= mostKept) return
    kept.sort((a, b) => b.used - a.used)
    for (const { path } of kept.slice(mostKept)) rmSync(path, { force: true })
  } catch {
    // Somebody else tidies at the same time.
  }
}
