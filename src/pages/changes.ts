// The list of all rules for machines, and what has changed between two such lists.

import type { Brief } from '../catalog/collection.ts'
import type { Entry } from '../catalog/entry.ts'

/** What has happened to a rule since an earlier build. `logic`: what it asks; `facts`: anything else on its page. */
export interface Change {
  readonly kind: 'added' | 'logic' | 'facts' | 'retired'
  readonly slug: string
  readonly title: string
}

/** What a build must keep of a rule so that the next can tell what changed. */
export interface Kept {
  readonly slug: string
  readonly id: string
  readonly title: string
  readonly digest: string
  readonly logic: string
}

/** A number of 106 bits for a text, in hexadecimal: equal texts have equal ones. It guards against change, not against malice. */
export function print(text: string): string {
  return `${half(text, 0x9e37)}${half(text, 0x79b9)}`
}

function half(text: string, seed: number): string {
  let high = 0xdeadbeef ^ seed
  let low = 0x41c6ce57 ^ seed
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    high = Math.imul(high ^ code, 2654435761)
    low = Math.imul(low ^ code, 1597334677)
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909)
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909)
  return (4294967296 * (2097151 & low) + (high >>> 0)).toString(16).padStart(14, '0')
}

/** What a rule asks, as one short text: its stages, tests and condition, without places and counts. */
export function logicOf(entry: Entry): string {
  return print(
    JSON.stringify([
      entry.sources.map(source => source.key),
      entry.stages.map(stage => [stage.kind, stage.text]),
      entry.predicates.map(one => [one.field, one.op, one.value, one.fold, one.negated]),
      entry.condition ?? null,
    ]),
  )
}

/** `index.json`: every rule, a line each. */
export function indexJson(briefs: readonly Brief[], logic: ReadonlyMap<string, string>): string {
  const rows = briefs.map(brief =>
    JSON.stringify({
      slug: brief.slug,
      id: brief.id,
      title: brief.title,
      level: brief.level,
      status: brief.status,
      ...(brief.type === undefined ? {} : { type: brief.type }),
      file: brief.file,
      format: brief.format,
      language: brief.language,
      ...(brief.created === undefined ? {} : { created: brief.created }),
      ...(brief.modified === undefined ? {} : { modified: brief.modified }),
      techniques: brief.techniques,
      tactics: brief.tactics,
      sources: brief.sources,
      verdicts: brief.verdicts,
      tests: brief.tests,
      findings: brief.findings,
      page: `d/${brief.slug}/`,
      digest: brief.digest,
      logic: logic.get(brief.slug) ?? '',
    }),
  )
  return `{"version":1,"rules":[\n${rows.join(',\n')}\n]}\n`
}

/** Reads an `index.json` of an earlier build; undefined for anything else. */
export function readIndex(text: string): readonly Kept[] | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null || !('rules' in value) || !Array.isArray(value.rules)) return undefined
  const kept: Kept[] = []
  for (const row of value.rules as unknown[]) {
    if (typeof row !== 'object' || row === null) return undefined
    const of = row as Readonly<Record<string, unknown>>
    const { slug, id, title, digest, logic } = of
    if (
      typeof slug !== 'string' ||
      typeof id !== 'string' ||
      typeof title !== 'string' ||
      typeof digest !== 'string' ||
      typeof logic !== 'string'
    )
      return undefined
    kept.push({ slug, id, title, digest, logic })
  }
  return kept
}

/** What has changed from one list to the next; a rule is the same one when its id is, else when its slug is. */
export function changesBetween(before: readonly Kept[], after: readonly Kept[]): readonly Change[] {
  const ids = new Map(before.map(one => [one.id, one]))
  const slugs = new Map(before.map(one => [one.slug, one]))
  const seen = new Set<Kept>()
  const found: Change[] = []
  for (const { slug, id, title, digest, logic } of after) {
    const old = ids.get(id) ?? slugs.get(slug)
    if (old !== undefined) seen.add(old)
    const kind = old === undefined ? 'added' : old.logic !== logic ? 'logic' : old.digest !== digest ? 'facts' : undefined
    if (kind !== undefined) found.push({ kind, slug, title })
  }
  for (const one of before) if (!seen.has(one)) found.push({ kind: 'retired', slug: one.slug, title: one.title })
  return found
}
