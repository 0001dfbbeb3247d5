// Detections around a query in KQL, whatever document it stands in: which tables it is about, its places told in the document, its triggers.

import type { Detection, Level } from '../ir/detection.ts'
import type { Stage } from '../ir/pipeline.ts'
import { languages } from '../languages/index.ts'
import type { ParseContext } from '../languages/language.ts'
import type { Diagnostic } from '../text/diagnostic.ts'
import type { Source, Span } from '../text/source.ts'
import { stableId } from './metadata.ts'
import { relocate, relocated } from './relocate.ts'

/** What a document says of a query. */
export interface Facts {
  readonly id?: string
  readonly title: string
  readonly description?: string
  readonly level?: Level
  readonly status?: Detection['status']
  readonly attack?: readonly string[]
  readonly authors?: readonly string[]
  readonly references?: readonly string[]
  readonly falsePositives?: readonly string[]
  readonly rest?: Readonly<Record<string, unknown>>
  /** Format it stands in. */
  readonly rules: string
  /** How many results raise an alert, where it is not any. */
  readonly trigger?: { readonly operator: string; readonly threshold: number }
}

export interface Around {
  readonly source: Source
  readonly context: ParseContext | undefined
  readonly diagnostics: Diagnostic[]
}

const kql = () => languages.find(language => language.id === 'kql')!

/** Tables of Defender's portal; others are those of a workspace. */
const defender =
  /^(?:Device|Email|Identity|CloudA|Alert(?:Info|Evidence)|AADS|UrlClick|Exposure|Behavior(?:Info|Entities)|GraphApi|GraphAPI|OAuthApp|Message)/

/** Whose names a query uses, by its first table. */
function schemaOf(text: string): string {
  const table = /(?:^|[\s(])((?:_Im_|_?im|ASim)[A-Z]\w+)/.exec(text)
  if (table !== null) return 'sentinel-asim'
  const first =
    /^\s*([A-Z]\w+)\s*(?:\r?\n\s*)*\|/m.exec(text)?.[1] ?? /=\s*\(?\s*([A-Z]\w+)\s*(?:\r?\n\s*)*\|/.exec(text)?.[1] ?? ''
  return defender.test(first) ? 'defender' : 'sentinel-security'
}

/** Reads the query of a document; `place` tells where each of its places is there. Undefined, and reported, where it cannot be read as a whole. */
export function detectionOf(
  text: string,
  place: (offset: number) => number,
  facts: Facts,
  around: Around,
): Detection | undefined {
  const query: Source = { name: around.source.name, text }
  const { value, diagnostics } = kql().parse(query, around.context)
  const moved = (span: Span): Span => {
    const start = place(span.start)
    return { start, end: span.end <= span.start ? start : Math.max(start, place(span.end - 1) + 1) }
  }
  const exact = around.source.text.includes(text)
  for (const finding of relocated(diagnostics, moved, exact)) around.diagnostics.push({ ...finding, source: around.source })
  if (value === undefined || diagnostics.some(finding => finding.severity === 'error')) return undefined
  const last = value.stages.at(-1)
  if (last?.kind === 'sort' && last.span !== undefined)
    around.diagnostics.push({
      code: 'KQD302',
      severity: 'note',
      message: 'a rule has no use for the order of its results, which costs',
      span: moved(last.span),
      source: around.source,
      hint: 'leave the last sort out',
    })
  const told = relocate(value, moved)
  const trigger = triggerOf(facts.trigger)
  return {
    id: facts.id ?? stableId(`${around.source.name}:${facts.title}`),
    title: facts.title,
    description: facts.description ?? '',
    level: facts.level ?? 'medium',
    status: facts.status ?? 'test',
    query: trigger === undefined ? told : { ...told, stages: [...told.stages, trigger] },
    schema: schemaOf(text),
    attack: facts.attack ?? [],
    authors: facts.authors ?? [],
    references: facts.references ?? [],
    falsePositives: facts.falsePositives ?? [],
    tests: [],
    written: { document: around.source, rules: facts.rules, language: 'kql', query },
    rest: facts.rest ?? {},
  }
}

/** A stage that lets the results through when there are as many as the rule asks for; any result needs none. */
function triggerOf(trigger: Facts['trigger']): Stage | undefined {
  if (trigger === undefined || (trigger.operator === 'gt' && trigger.threshold === 0)) return undefined
  return { kind: 'special', name: 'kusto:trigger', args: { operator: trigger.operator, threshold: trigger.threshold } }
}

/** Whether a text reads as KQL, without its names being looked up. */
export function readsAsKql(text: string, context: ParseContext | undefined): boolean {
  const { value, diagnostics } = kql().parse({ name: 'query', text }, context)
  return value !== undefined && !diagnostics.some(finding => finding.severity === 'error' && /^KQL01/.test(finding.code))
}

/** ATT&CK techniques that a text names, each once. */
export const techniquesIn = (text: string): readonly string[] => [
  ...new Set([...text.matchAll(/\bT\d{4}(?:\.\d{3})?\b/g)].map(found => found[0])),
]

export const levelOf = (word: string | undefined): Level | undefined => {
  switch (word?.toLowerCase()) {
    case 'informational':
    case 'info':
      return 'informational'
    case 'low':
      return 'low'
    case 'medium':
      return 'medium'
    case 'high':
      return 'high'
    case 'critical':
      return 'critical'
    default:
      return undefined
  }
}
