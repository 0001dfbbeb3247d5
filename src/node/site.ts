// A site on disk: only what has changed is drawn and written, what is no longer made is taken away, and what holds of every page is checked. Files of others are left alone.

import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { check, type Fault, type Group, idsOf, policy, type Told } from '../pages/index.ts'

/** The file that says which files of a folder are ours, and what they were made of. */
export const manifestName = '.terrier-site.json'

/** What is kept of a site between two builds. */
export interface Manifest {
  readonly groups: ReadonlyMap<string, { readonly key: string; readonly files: readonly string[] }>
  readonly told: Map<string, Told>
}

/** What was done. */
export interface Written {
  readonly files: number
  readonly pages: number
  readonly written: number
  readonly removed: number
  readonly faults: readonly Fault[]
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every(one => typeof one === 'string')

/** The manifest of a folder; empty when there is none, or it cannot be read. */
export function readManifest(folder: string): Manifest {
  const groups = new Map<string, { key: string; files: readonly string[] }>()
  const told = new Map<string, Told>()
  try {
    const value: unknown = JSON.parse(readFileSync(join(folder, manifestName), 'utf8'))
    const of = value as { groups?: unknown; told?: unknown }
    for (const row of Array.isArray(of.groups) ? (of.groups as unknown[]) : []) {
      if (!Array.isArray(row)) continue
      const [name, key, files] = row as readonly unknown[]
      if (typeof name === 'string' && typeof key === 'string' && isTexts(files) && files.every(isSafe))
        groups.set(name, { key, files })
    }
    for (const row of Array.isArray(of.told) ? (of.told as unknown[]) : []) {
      if (!Array.isArray(row)) continue
      const [name, logic, pairs] = row as readonly unknown[]
      if (typeof name === 'string' && typeof logic === 'string' && isTexts(pairs)) told.set(name, { logic, pairs })
    }
  } catch {
    return { groups: new Map(), told: new Map() }
  }
  return { groups, told }
}

/** Whether a folder may be written to: it is not there, is empty, or holds a site of ours. */
export function isOurs(folder: string): boolean {
  return !existsSync(folder) || existsSync(join(folder, manifestName)) || readdirSync(folder).length === 0
}

/** Whether a path of the site stays within it, on every system. */
export function isSafe(path: string): boolean {
  return /^[\w.~-]+(?:\/[\w.~-]+)*$/.test(path) && !path.split('/').some(step => /^\.+$/.test(step) || step.length > 150)
}

export interface WriteOptions {
  /** Where the site begins on its host: `/`, or a path with a slash at both ends. */
  readonly root?: string
  /** Told after each group: how many groups there were, and how many files were drawn. */
  readonly progress?: (groups: number, written: number) => void
  readonly signal?: AbortSignal
}

/** Writes a site. `manifest` is what `readManifest` gave; its `told` is brought up to date by the groups themselves. */
export async function writeSite(
  folder: string,
  groups: AsyncIterable<Group>,
  manifest: Manifest,
  options: WriteOptions = {},
): Promise<Written> {
  const root = options.root ?? '/'
  const next = new Map<string, { readonly key: string; readonly files: readonly string[] }>()
  const owner = new Map<string, string>()
  const wanted = new Map<string, Map<string, string>>()
  const faults: Fault[] = []
  const folders = new Set<string>()
  let written = 0
  let pages = 0
  const look = (path: string, html: string) => {
    const page = path === 'index.html' || path.endsWith('/index.html') ? path.slice(0, -'index.html'.length) : path
    const seen = check(page, html, policy, root)
    faults.push(...seen.faults)
    for (const { path: to, fragment } of seen.links) {
      const target = to === '' || to.endsWith('/') ? `${to}index.html` : to
      let fragments = wanted.get(target)
      if (fragments === undefined) {
        fragments = new Map()
        wanted.set(target, fragments)
      }
      const key = fragment ?? ''
      if (!fragments.has(key)) fragments.set(key, page)
    }
  }
  const claim = (path: string, name: string) => {
    const other = owner.get(path)
    if (other !== undefined) throw new Error(`this is a bug in Terrier: ${path} is made by ${other} and by ${name}`)
    owner.set(path, name)
  }
  for await (const group of groups) {
    options.signal?.throwIfAborted()
    const before = manifest.groups.get(group.name)
    if (before?.key === group.key && before.files.every(path => existsSync(join(folder, path)))) {
      for (const path of before.files) claim(path, group.name)
      next.set(group.name, before)
      pages += before.files.filter(path => path.endsWith('.html')).length
      options.progress?.(next.size, written)
      continue
    }
    const files: string[] = []
    for (const { path, text } of await group.files()) {
      if (!isSafe(path)) throw new Error(`this is a bug in Terrier: the path "${path}" leaves the site`)
      claim(path, group.name)
      files.push(path)
      if (path.endsWith('.html')) {
        pages++
        look(path, text)
      }
      if (put(folder, path, text, folders)) written++
    }
    next.set(group.name, { key: group.key, files })
    options.progress?.(next.size, written)
  }
  const gone = [...manifest.groups.values()].flatMap(group => group.files).filter(path => !owner.has(path))
  for (const path of gone) take(folder, path)
  // A page that was not drawn anew may lead to one that is no longer there.
  if (gone.length > 0)
    for (const [path, name] of owner)
      if (path.endsWith('.html') && manifest.groups.get(name)?.key === next.get(name)?.key)
        look(path, readFileSync(join(folder, path), 'utf8'))
  for (const [target, fragments] of wanted) {
    if (!owner.has(target)) {
      for (const from of new Set(fragments.values()))
        faults.push({ path: from, what: `a link leads to "${target}", which is not there` })
      continue
    }
    if (fragments.size === (fragments.has('') ? 1 : 0) || !target.endsWith('.html')) continue
    const ids = idsOf(readFileSync(join(folder, target), 'utf8'))
    for (const [fragment, from] of fragments)
      if (fragment !== '' && !ids.has(fragment))
        faults.push({ path: from, what: `a link leads to "#${fragment}" of "${target}", which is not there` })
  }
  put(
    folder,
    manifestName,
    `{"version":1,"groups":[\n${[...next].map(([name, of]) => JSON.stringify([name, of.key, of.files])).join(',\n')}\n],"told":[\n${[...manifest.told].map(([name, of]) => JSON.stringify([name, of.logic, of.pairs])).join(',\n')}\n]}\n`,
    folders,
  )
  return { files: owner.size, pages, written, removed: gone.length, faults }
}

/** Writes a file where its text is another one; whole or not at all. Returns whether it did. */
function put(folder: string, path: string, text: string, folders: Set<string>): boolean {
  const place = join(folder, path)
  try {
    if (readFileSync(place, 'utf8') === text) return false
  } catch {
    // It is not there yet.
  }
  const parent = dirname(place)
  if (!folders.has(parent)) {
    mkdirSync(parent, { recursive: true })
    folders.add(parent)
  }
  const draft = join(parent, `.draft-${process.pid}`)
  writeFileSync(draft, text)
  renameSync(draft, place)
  return true
}

/** Takes a file away, and folders that are empty then. */
function take(folder: string, path: string): void {
  rmSync(join(folder, path), { force: true })
  for (let step = dirname(path); step !== '.'; step = dirname(step)) {
    try {
      rmdirSync(join(folder, step))
    } catch {
      return
    }
  }
}
