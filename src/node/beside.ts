// What lies beside rules in SPL and is needed to read them: macros and lookups of a content tree, macros.conf and transforms.conf of an app. Found from the folders that hold the rules; nothing is searched further up than four levels.

import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { LookupRules, ParseContext } from '../languages/language.ts'
import type { Diagnostic } from '../text/diagnostic.ts'
import type { Source } from '../text/source.ts'

export const codes: Readonly<Record<string, string>> = {
  FIL024: 'a definition or table beside the rules could not be read',
}

/** Names and lookups for whoever reads rules; `key` tells one state of them from another. */
export interface Beside {
  readonly names: NonNullable<ParseContext['names']>
  readonly lookups: NonNullable<ParseContext['lookups']>
  readonly key: string
}

const levels = 4
const mostFiles = 20_000
const largestDefinition = 1 << 20
const largestTable = 256 << 20

const nothing: Beside = { names: {}, lookups: {}, key: '' }

/** What lies beside some paths of rules. */
export async function besideRules(paths: readonly string[], cwd: string, report: (finding: Diagnostic) => void): Promise<Beside> {
  const folders = new Set<string>()
  for (const path of paths) {
    if (path === '-' || /^[a-z][a-z0-9+.-]+:\/\//i.test(path)) continue
    // What a glob names lies below its plain beginning.
    const plain = resolve(cwd, path.replace(/[*?[{].*$/s, ''))
    let folder = isFolder(plain) ? plain : dirname(plain)
    for (let level = 0; level <= levels; level++) {
      if (holds(folder)) {
        folders.add(folder)
        break
      }
      const above = dirname(folder)
      if (above === folder) break
      folder = above
    }
  }
  if (folders.size === 0) return nothing
  const { readCsv } = await import('../rules/csv.ts')
  const { readDefinitions } = await import('../rules/macros.ts')
  const sources: Source[] = []
  const tables = new Map<string, string>()
  for (const folder of folders) {
    for (const file of definitionFiles(folder)) {
      const text = read(file, largestDefinition, report)
      if (text !== undefined) sources.push({ name: file, text })
    }
    for (const file of below(join(folder, 'lookups'), /\.csv$/i)) tables.set(nameOf(file), file)
  }
  const { names, lookups } = readDefinitions(sources)
  const hash = createHash('sha256')
  for (const source of sources) hash.update(source.name).update('\0').update(source.text).update('\0')
  const found: Record<string, LookupRules> = {}
  const opened = new Map<string, LookupRules['table']>()
  const table = (file: string): LookupRules['table'] => {
    if (!opened.has(file)) {
      const path = tables.get(file)
      const text = path === undefined ? undefined : read(path, largestTable, report)
      if (text !== undefined) hash.update(file).update('\0').update(text).update('\0')
      opened.set(file, text === undefined ? undefined : readCsv(text))
    }
    return opened.get(file)
  }
  const put = (name: string, rules: LookupRules): void => {
    Object.defineProperty(found, name, { value: rules, enumerable: true, configurable: true, writable: true })
  }
  for (const file of tables.keys()) {
    const rows = table(file)
    if (rows !== undefined) put(file, { table: rows })
  }
  for (const { name, file, columns, ...rules } of lookups) {
    const rows = file === undefined ? undefined : table(file)
    // A collection is filled by searches of its own; before they ran it is empty.
    const empty = file === undefined && columns !== undefined ? { columns, rows: [] } : undefined
    const own = rows ?? empty
    put(name, { ...rules, ...(own === undefined ? {} : { table: own }) })
  }
  return { names, lookups: found, key: hash.digest('hex') }
}

const nameOf = (path: string): string => path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

const confs = ['macros.conf', 'transforms.conf']

/** Whether a folder is one of a content tree or an app. */
const holds = (folder: string): boolean =>
  isFolder(join(folder, 'macros')) ||
  confs.some(name => existsSync(join(folder, name))) ||
  ['default', 'local'].some(part => confs.some(name => existsSync(join(folder, part, name))))

/** Definitions of a folder; what is local comes last and wins. */
function definitionFiles(folder: string): readonly string[] {
  return [
    ...below(join(folder, 'macros'), /\.ya?ml$/i),
    ...below(join(folder, 'lookups'), /\.ya?ml$/i),
    ...['', 'default', 'local'].flatMap(part => confs.map(name => join(folder, part, name)).filter(path => existsSync(path))),
  ]
}

/** Files directly in a folder, in order. */
function below(folder: string, fits: RegExp): readonly string[] {
  if (!isFolder(folder)) return []
  try {
    return readdirSync(folder)
      .filter(name => fits.test(name))
      .sort()
      .slice(0, mostFiles)
      .map(name => join(folder, name))
  } catch {
    return []
  }
}

function read(path: string, largest: number, report: (finding: Diagnostic) => void): string | undefined {
  const cannot = (why: string): undefined => {
    report({ code: 'FIL024', severity: 'warning', message: `cannot read "${path}" beside the rules: ${why}` })
    return undefined
  }
  try {
    const { size } = statSync(path)
    if (size > largest) return cannot(`it has more than ${largest >> 20} MB`)
    return new TextDecoder().decode(readFileSync(path))
  } catch (error) {
    return cannot(error instanceof Error ? error.message : String(error))
  }
}
