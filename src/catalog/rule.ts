// What the document of a rule says of the rule: names, people, references, guidance, the names its query uses; and what ATT&CK and other frameworks say of its tags.

import { attackTechniqueOf, cisOf, currentTechnique, focusOf, killChainOf, nist, type Tactic, tacticOf } from '../attack/index.ts'
import type { Detection } from '../ir/detection.ts'
import { isRecord } from '../ir/event.ts'
import { opaqueParts } from '../ir/walk.ts'
import { ruleFormats } from '../rules/index.ts'
import type { AttackFact, FrameworkFact, GuidanceFact, Json, NameFact, ReferenceFact, RuleFact, SourceFact } from './entry.ts'
import { plain } from './plain.ts'

type Rest = Readonly<Record<string, unknown>>

const text = (value: unknown): string | undefined => {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
}

const texts = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).map(text).filter((one): one is string => one !== undefined)

const record = (value: unknown): Rest => (isRecord(value as never) ? (value as Rest) : {})

/** The first sentence of a text, at most 240 characters. */
export function firstSentence(of: string): string {
  const flat = of.replace(/\s+/g, ' ').trim()
  const end = /[.!?](?=\s+[A-Z"(]|$)/.exec(flat)
  const sentence = end === null ? flat : flat.slice(0, end.index + 1)
  return sentence.length <= 240 ? sentence : `${sentence.slice(0, 239).replace(/\s+\S*$/, '')}…`
}

function referenceOf(written: string): ReferenceFact {
  const found = /^https?:\/\/([^/\s?#:@]+)[^\s]*$/i.exec(written.trim())
  if (found === null) return { text: written }
  return { text: written, url: written.trim(), host: found[1]!.toLowerCase().replace(/^www\./, '') }
}

/** All tags as written: Sigma's, or those of the other documents. */
function tagsOf(rest: Rest): readonly string[] {
  return texts(rest.tags)
}

const vulnerability = /\bcve[-._ ]?(\d{4})[-._ ](\d{4,7})\b/gi

function vulnerabilitiesOf(detection: Detection): readonly string[] {
  const inTags = [...tagsOf(detection.rest), ...texts(record(detection.rest.tags).cve), ...texts(detection.rest.cve)].join(' ')
  const said = `${inTags} ${detection.title} ${detection.description}`
  return [...new Set([...said.matchAll(vulnerability)].map(match => `CVE-${match[1]}-${match[2]}`))].sort()
}

/** Keys of `rest` that have a place of their own in the facts. */
const placed: ReadonlySet<string> = new Set(['tags', 'related', 'license', 'version', 'type', 'how_to_implement', 'setup', 'cve'])

/** What the document says of the rule. */
export function ruleOf(detection: Detection): RuleFact {
  const { rest } = detection
  const tags = record(rest.tags)
  const correlation = rest.correlation !== undefined || detection.query.from.kind === 'sequence'
  const type = text(rest.type) ?? (correlation ? 'Correlation' : undefined)
  const version = text(rest.version)
  const license = text(rest.license)
  const assetType = text(tags.asset_type) ?? text(rest.asset_type)
  const securityDomain = text(tags.security_domain) ?? text(rest.security_domain)
  const implementation = text(rest.how_to_implement) ?? text(rest.setup)
  return {
    id: detection.id,
    ...(detection.name === undefined ? {} : { name: detection.name }),
    title: detection.title,
    description: detection.description,
    hypothesis: firstSentence(detection.description),
    level: detection.level,
    status: detection.status,
    ...(type === undefined ? {} : { type }),
    silent: detection.silent === true,
    authors: detection.authors,
    references: detection.references.map(referenceOf),
    // Splunk's content has one text where others have a list.
    falsePositives: detection.falsePositives.map(one => one.trim()).filter(one => one !== ''),
    ...(detection.created === undefined ? {} : { created: detection.created }),
    ...(detection.modified === undefined ? {} : { modified: detection.modified }),
    ...(version === undefined ? {} : { version }),
    ...(license === undefined ? {} : { license }),
    tags: tagsOf(rest),
    vulnerabilities: vulnerabilitiesOf(detection),
    stories: [...new Set([...texts(tags.analytic_story), ...texts(rest.analytic_story), ...packTags(tagsOf(rest))])],
    products: texts(tags.product),
    ...(assetType === undefined ? {} : { assetType }),
    ...(securityDomain === undefined ? {} : { securityDomain }),
    ...(implementation === undefined ? {} : { implementation }),
    rest: Object.fromEntries(
      Object.entries(rest)
        .filter(([key, value]) => !placed.has(key) || (key === 'tags' && !Array.isArray(value)))
        .map(([key, value]): [string, Json] => [key, plain(value)]),
    ),
  }
}

/** Tags that name what a rule belongs to: Sigma's `detection.emerging-threats`, Elastic's `Use Case: …` and `Data Source: …` are none. */
const packTags = (tags: readonly string[]): readonly string[] =>
  tags.flatMap(tag => {
    const found = /^(?:detection\.|Use Case: )(.+)$/i.exec(tag)
    return found === null ? [] : [found[1]!]
  })

/** The document and the query within it; `hash` is made by the host's own digest. */
export function sourceOf(detection: Detection, hash: (of: string) => string): SourceFact {
  const { document, rules, language, query } = detection.written
  return {
    file: document.name,
    text: document.text,
    format: rules,
    formatTitle: ruleFormats.find(format => format.id === rules)?.title ?? rules,
    language,
    query: query.text,
    hash: hash(document.text),
  }
}

/** Short names of the tactics that tags name: `attack.command-and-control`, `attack.command_and_control`, Elastic's `Tactic: …`. */
export function tacticTags(detection: Detection): readonly Tactic[] {
  const named = tagsOf(detection.rest).flatMap(tag => {
    const found = /^(?:attack\.|Tactic: )([a-z _-]+)$/i.exec(tag)
    const tactic = found === null ? undefined : tacticOf(found[1]!.replaceAll(' ', '-'))
    return tactic === undefined ? [] : [tactic]
  })
  const listed = texts(detection.rest.tactics).flatMap(name => tacticOf(name.replace(/([a-z])([A-Z])/g, '$1-$2')) ?? [])
  return [...new Set([...named, ...listed])]
}

/** The techniques that a rule names, with what the stated version of ATT&CK knows of them. */
export function attackOf(detection: Detection): readonly AttackFact[] {
  return [...new Set(detection.attack)].map(techniqueFact)
}

/** A technique by its id, as the stated version has it. */
export function techniqueFact(id: string): AttackFact {
  const technique = attackTechniqueOf(id)
  const focus = focusOf(id)
  const current = currentTechnique(id)
  const named = ({ id: of, name }: { readonly id: string; readonly name: string }) => ({ id: of, name })
  return {
    technique: id,
    ...(technique === undefined ? {} : { name: technique.name }),
    ...(technique?.parent === undefined ? {} : { parent: technique.parent }),
    tactics: (technique?.tactics ?? []).flatMap(name => tacticOf(name) ?? []),
    platforms: technique?.platforms ?? [],
    state: technique?.state ?? 'unknown',
    ...(current === undefined || current.id === technique?.id ? {} : { successor: named(current) }),
    url: `https://attack.mitre.org/techniques/${id.replace('.', '/')}/`,
    mitigations: technique?.mitigations.map(named) ?? [],
    groups: focus?.groups.map(named) ?? [],
    software: focus?.software.map(named) ?? [],
    campaigns: focus?.campaigns.map(named) ?? [],
    strategies: focus?.strategies ?? (technique?.strategies ?? []).map(strategy => ({ id: strategy, analytics: [] })),
  }
}

const networkSources = /network|dns|proxy|firewall|zeek|webserver|connection/
const providerSources = /aws|azure|gcp|m365|okta|onelogin|github|bitbucket|cloud/

/** Kill chain phases, NIST categories and CIS controls: of the document where it has them, else by the tactics. */
export function frameworksOf(
  detection: Detection,
  tactics: readonly string[],
  sources: readonly string[],
): readonly FrameworkFact[] {
  const rows: FrameworkFact[] = []
  const tags = record(detection.rest.tags)
  for (const phase of texts(tags.kill_chain_phases))
    rows.push({ framework: 'Kill chain', id: phase, name: phase, by: 'document' })
  for (const id of texts(tags.nist)) rows.push({ framework: 'NIST CSF', id, name: id, by: 'document' })
  for (const id of texts(tags.cis20)) rows.push({ framework: 'CIS Controls', id, name: id, by: 'document' })
  const has = (framework: string): boolean => rows.some(row => row.framework === framework)
  if (!has('Kill chain'))
    for (const phase of killChainOf(tactics)) rows.push({ framework: 'Kill chain', id: phase, name: phase, by: 'tactic' })
  if (tactics.length === 0) return rows
  if (!has('NIST CSF')) {
    const all = sources.join(' ')
    const kinds = new Set<keyof typeof nist>()
    if (detection.rest.correlation !== undefined) kinds.add('correlated')
    if (networkSources.test(all)) kinds.add('network')
    if (providerSources.test(all)) kinds.add('provider')
    if (kinds.size === 0) kinds.add('host')
    for (const kind of kinds) rows.push({ framework: 'NIST CSF', ...nist[kind], by: 'tactic' })
  }
  if (!has('CIS Controls'))
    for (const control of cisOf(tactics)) rows.push({ framework: 'CIS Controls', ...control, by: 'tactic' })
  return rows
}

const mostNames = 60

/** Macros, lookups and placeholders that the query names. */
export function namesOf(detection: Detection): readonly NameFact[] {
  const found = new Map<string, NameFact>()
  const { language, query } = detection.written
  if (language === 'spl') {
    for (const match of query.text.matchAll(/`([A-Za-z_][\w.-]*)(?:\([^`]*\))?`/g))
      found.set(`macro ${match[1]}`, { kind: 'macro', name: match[1]! })
    for (const match of query.text.matchAll(
      /\|\s*(?:inputlookup|lookup)\s+(?:(?:append|update|local|start|max|strict)=\S+\s+)*([\w.-]+)/gi,
    ))
      found.set(`lookup ${match[1]}`, { kind: 'lookup', name: match[1]! })
  }
  if (language === 'sigma')
    for (const part of opaqueParts(detection.query)) {
      const name = /%([\w.-]+)%/.exec(part.text)?.[1]
      if (name !== undefined) found.set(`placeholder ${name}`, { kind: 'placeholder', name })
    }
  return [...found.values()].slice(0, mostNames)
}

/** What people do with an alert, as far as the document says it. */
export function guidanceOf(detection: Detection): GuidanceFact {
  const { rest } = detection
  const drilldowns = (Array.isArray(rest.drilldown_searches) ? rest.drilldown_searches : []).flatMap(one => {
    const search = text(record(one).search)
    return search === undefined ? [] : [{ name: text(record(one).name) ?? 'search', language: 'spl', query: search }]
  })
  const notes = [
    ['Investigation guide', text(rest.note)],
    ['Notes', texts(rest.notes).join('\n\n') || undefined],
  ] as const
  return {
    triage: texts(rest.triage),
    response: texts(rest.response),
    tuning: texts(rest.tuning),
    blindSpots: [...texts(rest.blindspots), ...texts(rest.blind_spots)],
    texts: notes.flatMap(([title, markdown]) => (markdown === undefined ? [] : [{ title, markdown }])),
    drilldowns,
  }
}
