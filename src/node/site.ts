// A site on disk: only what has changed is drawn and written, what is no longer made is taken away, and what holds of every page is checked. Files of others are left alone.

import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { check, type Fault, type Group, idsOf, policy, type SiteFile, type Told } from '../pages/index.ts'

/** The file that says which files of a folder are ours, and what they were made of. */
export const manifestName = '.terrier-site.json'

/** What is kept of a group: its key, its files, and the files of other groups that its pages lead to, with fragments. */
export interface KeptGroup {
  readonly key: string
  readonly files: readonly string[]
  readonly links: readonly string[]
}

/** What is kept of a site between two builds. */
export interface Manifest {
  readonly groups: ReadonlyMap<string, KeptGroup>
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
  const groups = new Map<string, KeptGroup>()
  const told = new Map<string, Told>()
  try {
    const value: unknown = JSON.parse(readFileSync(join(folder, manifestName), 'utf8'))
    const of = value as { groups?: unknown; targets?: unknown; told?: unknown }
    const targets = isTexts(of.targets) ? of.targets : []
    for (const row of Array.isArray(of.groups) ? (of.groups as unknown[]) : []) {
      if (!Array.isArray(row)) continue
      const [name, key, files, links] = row as readonly unknown[]
      if (typeof name !== 'string' || typeof key !== 'string' || !isTexts(files) || !files.every(isSafe)) continue
      const known = Array.isArray(links) ? (links as unknown[]).map(place => targets[Number(place)]) : [undefined]
      // What is not known to lead anywhere is drawn again.
      groups.set(name, isTexts(known) ? { key, files, links: known } : { key: '', files, links: [] })
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

/**
 * Writes a site. `manifest` is what `readManifest` gave; its `told` is brought up to date by the groups themselves. Every link of the site is checked, those
 * of pages that are as they were among them; a group with a fault is drawn again the next time.
 */
export async function writeSite(
  folder: string,
  groups: AsyncIterable<Group>,
  manifest: Manifest,
  options: WriteOptions = {},
): Promise<Written> {
  const root = options.root ?? '/'
  const next = new Map<string, KeptGroup>()
  const owner = new Map<string, string>()
  const drawn = new Set<string>()
  const faults: Fault[] = []
  const faulty = new Set<string>()
  const folders = new Set<string>()
  let written = 0
  let pages = 0
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
    const files = await group.files()
    for (const { path, text } of files) {
      if (!isSafe(path)) throw new Error(`this is a bug in Terrier: the path "${path}" leaves the site`)
      claim(path, group.name)
      if (path.endsWith('.html')) pages++
      if (put(folder, path, text, folders)) written++
    }
    const looked = lookAt(files, root)
    faults.push(...looked.faults)
    if (looked.faults.length > 0) faulty.add(group.name)
    drawn.add(group.name)
    next.set(group.name, { key: group.key, files: files.map(file => file.path), links: looked.links })
    options.progress?.(next.size, written)
  }
  const gone = [...manifest.groups.values()].flatMap(group => group.files).filter(path => !owner.has(path))
  for (const path of gone) take(folder, path)
  const idsAt = new Map<string, ReadonlySet<string>>()
  /** What is wrong with a link of a group, or nothing. */
  const wrong = (link: string, from: string): string | undefined => {
    const [target, fragment] = link.split('#') as [string, string | undefined]
    const of = owner.get(target)
    if (of === undefined) return `a link leads to "${target}", which is not there`
    if (fragment === undefined || !target.endsWith('.html') || !(drawn.has(of) || drawn.has(from))) return undefined
    const ids = idsAt.get(target) ?? idsOf(readFileSync(join(folder, target), 'utf8'))
    idsAt.set(target, ids)
    return ids.has(fragment) ? undefined : `a link leads to "#${fragment}" of "${target}", which is not there`
  }
  for (const [name, { links }] of next)
    for (const link of links) {
      if (!link.includes('#') && owner.has(link)) continue
      const what = wrong(link, name)
      if (what === undefined) continue
      faults.push({ path: pageWith(folder, next.get(name)!.files, link, root) ?? name, what })
      faulty.add(name)
    }
  put(folder, manifestName, manifestText(next, faulty, manifest.told), folders)
  return { files: owner.size, pages, written, removed: gone.length, faults }
}

/** The page among some files that has a link. */
function pageWith(folder: string, files: readonly string[], link: string, root: string): string | undefined {
  for (const path of files) {
    if (!path.endsWith('.html')) continue
    const text = readFileSync(join(folder, path), 'utf8')
    if (lookAt([{ path, text }], root).links.includes(link)) return pageOf(path)
  }
  return undefined
}

/** The address of a page within the site. */
const pageOf = (path: string): string =>
  path === 'index.html' || path.endsWith('/index.html') ? path.slice(0, -'index.html'.length) : path

/** Looks at the pages of a group: what is wrong with them, and where they lead outside the group. */
function lookAt(
  files: readonly SiteFile[],
  root: string,
): { readonly faults: readonly Fault[]; readonly links: readonly string[] } {
  const faults: Fault[] = []
  const links = new Set<string>()
  const own = new Map(files.map(file => [file.path, file.text]))
  const ids = new Map<string, ReadonlySet<string>>()
  for (const { path, text } of files) {
    if (!path.endsWith('.html')) continue
    const page = pageOf(path)
    const seen = check(page, text, policy, root)
    faults.push(...seen.faults)
    for (const { path: to, fragment } of seen.links) {
      const target = to === '' || to.endsWith('/') ? `${to}index.html` : to
      const inside = own.get(target)
      if (inside === undefined) links.add(fragment === undefined ? target : `${target}#${fragment}`)
      else if (fragment !== undefined && target.endsWith('.html')) {
        const known = ids.get(target) ?? idsOf(inside)
        ids.set(target, known)
        if (!known.has(fragment))
          faults.push({ path: page, what: `a link leads to "#${fragment}" of "${target}", which is not there` })
      }
    }
  }
  return { faults, links: [...links] }
}

/** The manifest as text: where groups lead is told by places in one list of all targets. A group with a fault has no key. */
function manifestText(
  groups: ReadonlyMap<string, KeptGroup>,
  faulty: ReadonlySet<string>,
  told: ReadonlyMap<string, Told>,
): string {
  const places = new Map<string, number>()
  const rows = [...groups].map(([name, { key, files, links }]) => {
    const numbers = links.map(link => {
      const place = places.get(link) ?? places.size
      places.set(link, place)
      return place
    })
    return JSON.stringify([name, faulty.has(name) ? '' : key, files, numbers])
  })
  const targets = [...places.keys()].map(target => JSON.stringify(target))
  const tellings = [...told].map(([name, of]) => JSON.stringify([name, of.logic, of.pairs]))
  return `{"version":2,"groups":[\n${rows.join(',\n')}\n],"targets":[\n${targets.join(',\n')}\n],"told":[\n${tellings.join(',\n')}\n]}\n`
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
