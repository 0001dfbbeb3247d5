// Detection rules of Elastic Security around a query: the NDJSON that Kibana imports, and the TOML of the detection-rules repository; reading is in elastic-read.ts.

import type { Detection, Level } from '../ir/detection.ts'
import type { Pipeline } from '../ir/pipeline.ts'
import { visit } from '../ir/walk.ts'
import type { Printed } from '../languages/language.ts'
import type { Diagnostic, Outcome } from '../text/diagnostic.ts'
import { detectElasticToml, detectKibana, elasticReadCodes, readElasticToml, readKibana } from './elastic-read.ts'
import type { Place, RuleFormat } from './rules.ts'
import { documentOf, entry } from './sigma.ts'

export const codes: Readonly<Record<string, string>> = {
  ...elasticReadCodes,
  ELR101: 'a query language that Elastic Security has no rule type for',
}

/** Kibana's severities and the risk scores that go with them (Elastic Security, "Create a detection rule"). */
const severities: Readonly<Record<Level, { readonly severity: string; readonly risk: number }>> = {
  informational: { severity: 'low', risk: 1 },
  low: { severity: 'low', risk: 21 },
  medium: { severity: 'medium', risk: 47 },
  high: { severity: 'high', risk: 73 },
  critical: { severity: 'critical', risk: 99 },
}

/** A rule's type by its language. */
const types: Readonly<Record<string, string>> = { eql: 'eql', esql: 'esql', kuery: 'query', lucene: 'query' }

/** ATT&CK's tactics by the words of Sigma's tags. */
const tactics: Readonly<Record<string, readonly [id: string, name: string]>> = {
  reconnaissance: ['TA0043', 'Reconnaissance'],
  'resource-development': ['TA0042', 'Resource Development'],
  'initial-access': ['TA0001', 'Initial Access'],
  execution: ['TA0002', 'Execution'],
  persistence: ['TA0003', 'Persistence'],
  'privilege-escalation': ['TA0004', 'Privilege Escalation'],
  'defense-evasion': ['TA0005', 'Defense Evasion'],
  'credential-access': ['TA0006', 'Credential Access'],
  discovery: ['TA0007', 'Discovery'],
  'lateral-movement': ['TA0008', 'Lateral Movement'],
  collection: ['TA0009', 'Collection'],
  'command-and-control': ['TA0011', 'Command and Control'],
  exfiltration: ['TA0010', 'Exfiltration'],
  impact: ['TA0040', 'Impact'],
}

/** Minutes between two runs, and how much later than it happened an event may be indexed and still be seen. */
const interval = 5
const late = 4

/** How far back a run looks: the interval, what comes late, and the longest window of the query. */
export function lookBack(query: Pipeline, minutes: { readonly interval: number; readonly late: number }): number {
  let window = 0
  visit(query, {
    from: from => {
      if (from.kind === 'sequence') window = Math.max(window, from.within ?? 0)
    },
    stage: stage => {
      if (stage.kind === 'aggregate') window = Math.max(window, stage.window?.size ?? 0)
    },
  })
  return minutes.interval + minutes.late + Math.ceil(window / 60_000)
}

/** The title as the name of a file. */
export function fileName(detection: Detection): string {
  const plain = (text: string): string =>
    text
      .normalize('NFKD')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '_')
      .replace(/^_+|_+$/g, '')
      .slice(0, 100)
  return plain(detection.title) || plain(detection.id) || 'detection'
}

/** Index patterns of tables, each once. */
export const indices = (place: Place | undefined): readonly string[] => [
  ...new Set((place?.tables ?? []).flatMap(table => table.split(','))),
]

/** The tags of the rule's own document. */
function tagsOf(detection: Detection): readonly string[] {
  const document = documentOf(detection)
  const tags = document === undefined ? undefined : entry(document, 'tags')?.value
  if (tags?.kind !== 'list') return []
  return tags.items.flatMap(item => (item.kind === 'scalar' ? [item.text.trim()] : []))
}

interface Threat {
  readonly framework: string
  readonly tactic: { readonly id: string; readonly name: string; readonly reference: string }
  readonly technique: readonly []
}

/** Tactics only: which of them a technique stands under is not said by tags. */
function threats(tags: readonly string[]): readonly Threat[] {
  return tags.flatMap(tag => {
    const word = /^attack\.([a-z_-]+)$/i.exec(tag)?.[1]?.toLowerCase().replaceAll('_', '-')
    const found = word !== undefined && Object.hasOwn(tactics, word) ? tactics[word] : undefined
    if (found === undefined) return []
    const [id, name] = found
    return [
      { framework: 'MITRE ATT&CK', tactic: { id, name, reference: `https://attack.mitre.org/tactics/${id}/` }, technique: [] },
    ]
  })
}

/** What both documents say, in the order in which people read it. */
function ruleOf(detection: Detection, printed: Printed, place: Place | undefined): Outcome<Readonly<Record<string, unknown>>> {
  const language = place?.language ?? ''
  const type = Object.hasOwn(types, language) ? types[language] : undefined
  if (type === undefined) {
    const finding: Diagnostic = {
      code: 'ELR101',
      severity: 'error',
      message: `Elastic Security has no rule in the language "${language}"`,
      hint: 'convert to elastic-eql, elastic-esql, elastic-lucene or kibana-kql',
    }
    return { diagnostics: [finding] }
  }
  const { severity, risk } = severities[detection.level]
  const tags = tagsOf(detection)
  const value = {
    author: detection.authors,
    description: detection.description || detection.title,
    false_positives: detection.falsePositives,
    from: `now-${lookBack(detection.query, { interval, late })}m`,
    ...(type === 'esql' ? {} : { index: indices(place) }),
    interval: `${interval}m`,
    language,
    name: detection.title,
    query: printed.text,
    references: detection.references,
    risk_score: detection.risk?.score ?? risk,
    rule_id: detection.id,
    severity,
    tags: [...new Set([...tags, ...detection.attack])],
    threat: threats(tags),
    to: 'now',
    type,
  }
  return { value, diagnostics: [] }
}

/** Kibana's import format: one rule a line (Security detections API, import). */
export const kibanaRule: RuleFormat = {
  id: 'kibana',
  title: 'Kibana detection rule (NDJSON)',
  detect: detectKibana,
  read: readKibana,
  write(detection, printed, _columns, place) {
    const { value, diagnostics } = ruleOf(detection, printed, place)
    if (value === undefined) return { diagnostics }
    const rule = { ...value, enabled: false, immutable: false, max_signals: 100, version: 1 }
    return { value: [{ name: `${fileName(detection)}.ndjson`, text: `${JSON.stringify(rule)}\n` }], diagnostics }
  },
  codes,
}

/** A string of TOML: literal where it can be, so that a query reads as it is (TOML 1.0, "String"). */
function tomlString(text: string): string {
  const long = text.includes('\n')
  // Literal strings take no control characters but the tab, and no run of quotes that would end them.
  if (long && !/[\0-\x08\x0b-\x1f\x7f]/.test(text) && !text.includes("''") && !text.endsWith("'")) return `'''\n${text}\n'''`
  const escaped = text.replace(
    /[\\"\0-\x1f\x7f]/g,
    found => tomlEscapes[found] ?? `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return `"${escaped}"`
}

const tomlEscapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '"': '\\"',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
}

function tomlValue(value: unknown): string {
  if (typeof value === 'string') return tomlString(value)
  if (Array.isArray(value))
    return value.length === 0
      ? '[]'
      : `[${value.map(member => (typeof member === 'string' ? `\n  ${tomlString(member).startsWith("'''") ? JSON.stringify(member) : tomlString(member)},` : '')).join('')}\n]`
  return String(value)
}

/** The TOML of the detection-rules repository: metadata, the rule, and its threats. */
export const elasticToml: RuleFormat = {
  id: 'elastic-toml',
  title: 'Elastic detection rule (TOML)',
  detect: detectElasticToml,
  read: readElasticToml,
  write(detection, printed, _columns, place) {
    const { value, diagnostics } = ruleOf(detection, printed, place)
    if (value === undefined) return { diagnostics }
    const day = (date: string | undefined): string | undefined => date?.slice(0, 10).replaceAll('-', '/')
    const created = day(detection.created)
    const modified = day(detection.modified) ?? created
    const lines = [
      '[metadata]',
      ...(created === undefined ? [] : [`creation_date = ${tomlString(created)}`]),
      `maturity = ${tomlString(detection.status === 'stable' ? 'production' : 'development')}`,
      ...(modified === undefined ? [] : [`updated_date = ${tomlString(modified)}`]),
      '',
      '[rule]',
    ]
    const { threat, query, to: _to, ...rest } = value
    for (const [key, one] of Object.entries(rest)) lines.push(`${key} = ${tomlValue(one)}`)
    // The query last: it is what people read.
    lines.push(`query = ${tomlString(`${String(query)}`)}`)
    for (const { framework, tactic } of threat as readonly Threat[]) {
      lines.push('', '[[rule.threat]]', `framework = ${tomlString(framework)}`, '', '[rule.threat.tactic]')
      for (const [key, one] of Object.entries(tactic)) lines.push(`${key} = ${tomlString(one)}`)
    }
    return { value: [{ name: `${fileName(detection)}.toml`, text: `${lines.join('\n')}\n` }], diagnostics }
  },
  codes,
}
