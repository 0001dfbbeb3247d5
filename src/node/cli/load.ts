// Rules read from files, with the names they refer to: the first half of every verb that takes rules.

import { readdirSync, statSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path'
import type { Detection } from '../../ir/detection.ts'
import type { ParseContext } from '../../languages/language.ts'
import type { RulesContext } from '../../rules/index.ts'
import { schemas } from '../../schemas/index.ts'
import type { Schema } from '../../schemas/schema.ts'
import type { Diagnostic, Outcome } from '../../text/diagnostic.ts'
import type { Source } from '../../text/source.ts'
import { suggest } from '../../text/suggest.ts'
import { besideRules } from '../beside.ts'
import { cached, digest, isWorthwhile, keep, type Request } from '../cache.ts'
import { cacheFolder } from '../caches.ts'
import { collect } from '../collect.ts'
import { type ImageBytes, type ImageRules, readImage, writeImage } from '../image.ts'
import { bundledRules } from '../package.ts'
import { type RuleFile, ruleBytes, ruleExtensions, ruleFiles, ruleSources, ruleText } from '../rulefiles.ts'
import type { Io } from './io.ts'
import { misuse } from './options.ts'

export interface Rules {
  readonly detections: readonly Detection[]
  /** What was wrong with the files and their texts, in the order of the files. */
  readonly findings: readonly Diagnostic[]
  readonly sources: readonly Source[]
}

/** Reads the rules of some paths; without paths, those of the bundled pack. */
export async function loadRules(paths: readonly string[], io: Io, context?: RulesContext): Promise<Rules> {
  const findings: Diagnostic[] = []
  const sources = await ruleSources(paths.length === 0 ? [bundledPath(io)] : paths, finding => findings.push(finding), {
    stdin: io.stdin,
  })
  return rulesOf(sources, findings, paths, io, context)
}

/** Reads rules from texts; what they refer to is looked for beside some paths. `findings` are those that came up before. */
export async function rulesOf(
  sources: readonly Source[],
  before: readonly Diagnostic[],
  paths: readonly string[],
  io: Io,
  context?: RulesContext,
): Promise<Rules> {
  const findings = [...before]
  const beside = await besideRules(paths, io.cwd, finding => findings.push(finding))
  const { readRules, kustoTables } = await reading()
  const read = readRules(sources, {
    tables: kustoTables,
    ...context,
    names: { ...beside.names, ...context?.names },
    lookups: { ...beside.lookups, ...context?.lookups },
  })
  return { detections: read.value ?? [], findings: [...findings, ...read.diagnostics], sources }
}

/** Codes of paths that lead to no file. */
const nothingThere: ReadonlySet<string> = new Set(['FIL001', 'FIL003', 'FIL004'])

/** That no rule could be read, with what to do about it: by what was wrong with the files that were named. */
export function noRules(rules: Pick<Rules, 'findings' | 'sources'>, named: readonly string[], io: Io): Diagnostic {
  const message =
    named.length === 0
      ? 'no rule could be read'
      : `no rule could be read from ${named
          .slice(0, 3)
          .map(name => `"${name}"`)
          .join(', ')}${named.length > 3 ? ' …' : ''}`
  const errors = rules.findings.filter(finding => finding.severity === 'error')
  if (errors.some(finding => nothingThere.has(finding.code))) {
    const near = named.flatMap(name => nearTo(name, io) ?? [])
    return misuse(
      'CLI013',
      message,
      near.length > 0 ? `did you mean "${near[0]}"?` : 'check the names: a path is taken from the working folder',
    )
  }
  if (errors.length > 0)
    return misuse(
      'CLI013',
      message,
      `mend what is shown above; terrier lint shows all of it: terrier lint ${named[0] ?? ''}`.trim(),
    )
  return misuse(
    'CLI013',
    message,
    rules.sources.length > 0
      ? 'the files hold no rule that is read; terrier help formats tells which are'
      : `name a file or folder of rules: ${ruleExtensions.slice(0, 2).join(', ')} and others are read`,
  )
}

/** The name beside a path that leads nowhere which is most like it. */
function nearTo(name: string, io: Io): string | undefined {
  if (/[*?[\]{}]/.test(name)) return undefined
  const path = resolve(io.cwd, name)
  try {
    statSync(path)
    return undefined
  } catch {
    // It is not there: its neighbours may be.
  }
  try {
    const found = suggest(basename(path), readdirSync(dirname(path)).slice(0, 5_000))
    return found === undefined ? undefined : join(dirname(name), found)
  } catch {
    return undefined
  }
}

/** What reads texts of rules; a hunt whose rules are in the cache does without. */
async function reading() {
  const { readRules } = await import('../../rules/index.ts')
  const { kustoTables } = await import('../../schemas/kusto/tables.ts')
  return { readRules, kustoTables }
}

/** Rules that are to run and not to be shown: their parts may be decoded when they are asked for. */
export interface ReadyRules extends Rules {
  /** Whether a detection is known to ask one question of single events, and to be one that can run. */
  plain(detection: Detection): boolean
  /** Whether they were found in the cache. */
  readonly cached: boolean
  /** What is to be said of the cache. */
  readonly notes: readonly Diagnostic[]
  /** All of it as bytes that threads can share; undefined when it cannot be said so. */
  image(): ImageBytes | undefined
  /** Keeps the rules in the cache, where they are worth it and not from there. */
  keep(): void
}

/** Reads the rules of some paths, or finds them in the cache as they were read before. Without a cache when `cache` is false, or no folder for it is known. */
export async function readyRules(
  paths: readonly string[],
  io: Io,
  options: { readonly names?: ParseContext['names']; readonly language?: string; readonly cache: boolean },
): Promise<ReadyRules> {
  const findings: Diagnostic[] = []
  const report = (finding: Diagnostic) => void findings.push(finding)
  const began = Date.now()
  const files = await ruleFiles(paths.length === 0 ? [bundledPath(io)] : paths, report, { stdin: io.stdin })
  const beside = await besideRules(paths, io.cwd, report)
  const folder = options.cache ? cacheFolder(io.env) : undefined
  const request: Request | undefined =
    folder === undefined || !isWorthwhile(files)
      ? undefined
      : { folder, files, names: options.names, beside: beside.key, language: options.language }
  const notes: Diagnostic[] = []
  const found = request === undefined ? undefined : cached(request, finding => notes.push(finding))
  if (found !== undefined) {
    const { rules, image } = found
    return {
      detections: rules.detections,
      sources: rules.sources,
      findings: [...findings, ...rules.findings],
      plain: rules.plain,
      cached: true,
      notes,
      image: () => image,
      keep: () => undefined,
    }
  }
  const names = { ...beside.names, ...options.names }
  const read = await readAnew(files, { names, lookups: beside.lookups, language: options.language }, report)
  const { hashes } = read
  if ('image' in read) {
    const { image, back } = read
    // What they were read into is no longer needed.
    collect()
    return {
      detections: back.detections,
      sources: back.sources,
      findings: [...findings, ...back.findings],
      plain: back.plain,
      cached: false,
      notes,
      image: () => image,
      keep: () => {
        if (request !== undefined && hashes.length === files.length) keep(request, image, hashes, began)
      },
    }
  }
  const { rules } = read
  return {
    ...rules,
    findings: [...findings, ...rules.findings],
    plain: () => false,
    cached: false,
    notes,
    image: () => writeImage(rules),
    keep: () => undefined,
  }
}

/** Rules that were read, with the digest of each file that could be: packed where they are many, because few are asked for at a time and packed they take a tenth of the memory. */
type Anew = { readonly hashes: readonly Uint8Array[] } & (
  | { readonly image: ImageBytes; readonly back: ImageRules }
  | { readonly rules: Rules }
)

async function readAnew(files: readonly RuleFile[], context: RulesContext, report: (finding: Diagnostic) => void): Promise<Anew> {
  const told: Diagnostic[] = []
  const sources: Source[] = []
  const hashes: Uint8Array[] = []
  for (const file of files) {
    const bytes = ruleBytes(file, report)
    if (bytes === undefined) continue
    sources.push(ruleText(file.name, bytes, finding => told.push(finding)))
    hashes.push(digest(bytes))
  }
  const { readRules, kustoTables } = await reading()
  const read = readRules(sources, { tables: kustoTables, ...context })
  const rules = { detections: read.value ?? [], findings: [...told, ...read.diagnostics], sources }
  const image = isWorthwhile(files) ? writeImage(rules) : undefined
  const back = image === undefined ? undefined : readImage(image)
  return image === undefined || back === undefined ? { rules, hashes } : { image, back, hashes }
}

/** The bundled rules as a user would name them: relative where they lie below the working folder. */
function bundledPath(io: Io): string {
  const path = bundledRules()
  const way = relative(io.cwd, path)
  return way === '' || isAbsolute(way) || way.startsWith('..') ? path : way
}

/** The schemas a run uses: all that need no asking, and those named. */
export function usedSchemas(ids: readonly string[]): Outcome<readonly Schema[]> {
  const used = schemas.filter(schema => schema.optIn !== true)
  const names = schemas.map(schema => schema.id)
  for (const id of ids) {
    const schema = schemas.find(known => known.id === id)
    if (schema === undefined) {
      const near = suggest(id, names)
      const list = `the schemas are ${names.join(', ')}`
      return {
        diagnostics: [misuse('CLI016', `no schema "${id}"`, near === undefined ? list : `did you mean "${near}"? ${list}`)],
      }
    }
    if (!used.includes(schema)) used.push(schema)
  }
  return { value: used, diagnostics: [] }
}

/** A test of names: `*` any run, `?` one character, ignoring case. */
export function nameTest(pattern: string): (name: string) => boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.')
  const regex = new RegExp(`^(?:${expression})$`, 'isu')
  return name => regex.test(name)
}

/** Whether a rule is meant by `--rule`: its id, name, title, or its file's name with or without the ending. */
export function ruleTest(pattern: string): (detection: Detection) => boolean {
  const test = nameTest(pattern)
  return detection => {
    const file = detection.written.document.name.split(/[\\/]/).at(-1)!
    return [detection.id, detection.name, detection.title, file, file.replace(/\.ya?ml$/i, '')].some(
      name => name !== undefined && test(name),
    )
  }
}

/** Whether a rule is meant by `--tag`: a technique (`T1572` takes in its sub-techniques) or any tag of the document. */
export function tagTest(pattern: string): (detection: Detection) => boolean {
  const test = nameTest(pattern)
  const bare = pattern.replace(/^attack\./i, '')
  const technique = nameTest(bare)
  const below = nameTest(`${bare}.*`)
  return detection => {
    const tags = Array.isArray(detection.rest.tags) ? detection.rest.tags : []
    return detection.attack.some(id => technique(id) || below(id)) || tags.some(tag => typeof tag === 'string' && test(tag))
  }
}
