// Searches of Splunk without a document around them (.spl), and those of savedsearches.conf, as detections. Facts: savedsearches.conf.spec.

import type { Detection, Level, Risk } from '../ir/detection.ts'
import { languages } from '../languages/index.ts'
import type { ParseContext } from '../languages/language.ts'
import type { Diagnostic, Outcome } from '../text/diagnostic.ts'
import type { Source, Span } from '../text/source.ts'
import { stanzas } from './macros.ts'
import { stableId } from './metadata.ts'
import { relocate, relocated } from './relocate.ts'
import type { RuleFormat } from './rules.ts'

/** What a search says of itself beside its text. */
interface About {
  readonly id?: string
  readonly title: string
  readonly description?: string
  readonly level?: Level
  readonly status?: Detection['status']
  readonly attack?: readonly string[]
  readonly risk?: Risk
  readonly rules: string
}

/** A detection of one search; `place` tells its places in the document. */
export function detectionOfSearch(
  source: Source,
  text: string,
  place: (span: Span) => Span,
  about: About,
  context: ParseContext | undefined,
): { readonly value?: Detection; readonly diagnostics: readonly Diagnostic[] } {
  const spl = languages.find(language => language.id === 'spl')!
  const read = spl.parse({ name: source.name, text }, context)
  const diagnostics = relocated(read.diagnostics, place, true).map(finding => ({ ...finding, source }))
  if (read.value === undefined) return { diagnostics }
  return {
    value: {
      id: about.id ?? stableId(`${source.name}:${about.title}`),
      title: about.title,
      description: about.description ?? '',
      level: about.level ?? 'medium',
      status: about.status ?? 'test',
      query: relocate(read.value, place),
      schema: 'splunk-cim',
      attack: about.attack ?? [],
      authors: [],
      references: [],
      falsePositives: [],
      ...(about.risk === undefined ? {} : { risk: about.risk }),
      tests: [],
      written: { document: source, rules: about.rules, language: 'spl', query: { name: source.name, text } },
      rest: {},
    },
    diagnostics,
  }
}

const fileTitle = (name: string): string => name.replace(/^.*[\\/]/, '').replace(/\.spl$/i, '')

/** One search, named by its file. */
export const splFile: RuleFormat = {
  id: 'spl',
  title: 'Splunk search (.spl)',
  detect: source => (/\.spl$/i.test(source.name) ? 1 : 0),
  read(source, context) {
    const { value, diagnostics } = detectionOfSearch(
      source,
      source.text,
      span => span,
      { title: fileTitle(source.name), rules: 'spl' },
      context,
    )
    return { value: value === undefined ? [] : [value], diagnostics }
  },
  codes: {},
}

const levels: Readonly<Record<string, Level>> = {
  1: 'informational',
  2: 'informational',
  3: 'low',
  4: 'medium',
  5: 'high',
  6: 'critical',
}

/** How sure a text is a file of saved searches; other files of an app's configuration hold no rule. */
export function detectSaved(source: Source): number {
  if (!/\.conf$/i.test(source.name)) return 0
  return /^\s*\[[^\]\n]*\]/m.test(source.text) ? 0.8 : 0
}

/** Every stanza that has a search. */
export function readSaved(source: Source, context?: ParseContext): Outcome<readonly Detection[]> {
  const out: Detection[] = []
  const diagnostics: Diagnostic[] = []
  for (const { name, settings } of stanzas(source)) {
    const search = settings.get('search')
    if (search === undefined || search.text.trim() === '' || settings.has('definition')) continue
    const setting = (key: string): string | undefined => settings.get(key)?.text
    const written = source.text.slice(search.start, search.end)
    const place = (span: Span): Span => ({
      ...span,
      start: search.start + shift(written, span.start),
      end: search.start + shift(written, span.end),
    })
    const found = detectionOfSearch(
      source,
      search.text,
      place,
      {
        title: name,
        description: setting('description') ?? '',
        ...(setting('alert.severity') !== undefined && Object.hasOwn(levels, setting('alert.severity')!)
          ? { level: levels[setting('alert.severity')!]! }
          : {}),
        ...(/^(?:1|true)$/i.test(setting('disabled') ?? '') ? { status: 'deprecated' as const } : {}),
        attack: attackOf(setting('action.correlationsearch.annotations')),
        ...riskOf(settings.get('action.risk.param._risk')?.text, setting('action.risk.param._risk_message')),
        rules: 'savedsearches',
      },
      context,
    )
    diagnostics.push(...found.diagnostics)
    if (found.value !== undefined) out.push(found.value)
  }
  return { value: out, diagnostics }
}

/** Where an offset of a value is in the file, whose continued lines have a backslash more. */
function shift(written: string, offset: number): number {
  let at = 0
  let told = 0
  while (told < offset && at < written.length) {
    if (written[at] === '\\' && (written[at + 1] === '\n' || (written[at + 1] === '\r' && written[at + 2] === '\n')))
      at += written[at + 1] === '\r' ? 2 : 1
    at++
    told++
  }
  return at
}

function parsed(text: string | undefined): unknown {
  if (text === undefined || text.length > 100_000) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function attackOf(text: string | undefined): readonly string[] {
  const told = parsed(text)
  const list = isMap(told) && Object.hasOwn(told, 'mitre_attack') ? told.mitre_attack : undefined
  return Array.isArray(list) ? list.filter((one): one is string => typeof one === 'string').map(one => one.toUpperCase()) : []
}

/** The objects of the risk action, each with its score. */
function riskOf(text: string | undefined, message: string | undefined): { readonly risk?: Risk } {
  const told = parsed(text)
  if (!Array.isArray(told)) return {}
  const entities: Risk['entities'][number][] = []
  const threats: Risk['threats'][number][] = []
  for (const one of told as readonly unknown[]) {
    if (!isMap(one)) continue
    const { risk_object_field: field, risk_object_type: kind, risk_score: score } = one
    const { threat_object_field: threat, threat_object_type: type } = one
    if (typeof field === 'string')
      entities.push({
        field,
        kind: kind === 'user' || kind === 'system' ? kind : 'other',
        score: Number.isFinite(Number(score)) ? Number(score) : 0,
      })
    if (typeof threat === 'string') threats.push({ field: threat, kind: typeof type === 'string' ? type : 'other' })
  }
  if (entities.length === 0 && threats.length === 0) return {}
  return { risk: { score: Math.max(0, ...entities.map(entity => entity.score ?? 0)), message: message ?? '', entities, threats } }
}
