// Detections of Splunk's security content (ESCU): the YAML with its risk, and the filter macro beside it; reading is in escu-read.ts. Facts: the schema of contentctl's detections, and the macros of the content itself.

import { stringify } from 'yaml'
import type { Detection, Status } from '../ir/detection.ts'
import type { Diagnostic } from '../text/diagnostic.ts'
import { fileName } from './elastic.ts'
import { detectEscu, escuReadCodes, readEscu } from './escu-read.ts'
import type { Place, RuleFormat } from './rules.ts'
import { groupsOf } from './sentinel.ts'
import { notSpl, rowField, rowMessage, unnamed } from './splunk.ts'

export const codes: Readonly<Record<string, string>> = {
  ...escuReadCodes,
  ESC101: 'a detection of ESCU holds queries in SPL only',
  ESC301: 'a rule gives risk to a field that the rows of its search do not have',
  ESC302: 'a detection of ESCU needs a date, and the rule has none',
}

const statuses: Readonly<Record<Status, string>> = {
  stable: 'production',
  test: 'production',
  experimental: 'experimental',
  deprecated: 'deprecated',
  unsupported: 'experimental',
}

/** Data sources, as the content names them, that feed a dataset. */
const sources: Readonly<Record<string, readonly string[]>> = {
  'Endpoint.Processes': ['Sysmon EventID 1', 'Windows Event Log Security 4688'],
  'Endpoint.Registry': ['Sysmon EventID 12', 'Sysmon EventID 13'],
  'Endpoint.Filesystem': ['Sysmon EventID 11'],
  'Network_Traffic.All_Traffic': ['Sysmon EventID 3'],
  'Network_Resolution.DNS': ['Sysmon EventID 22'],
}

const ownOptions = 'summariesonly=false fillnull_value="unknown"'

/** The query with the content's macros where they mean the same, and the filter that users tune. */
function withMacros(text: string, filter: string): string {
  const lines = text.split('\n')
  // The macro fills what is absent with another word, which conditions behind tstats would take for a value.
  const free = !lines.some(line => line.startsWith('| where') || line.startsWith('| regex'))
  const told = lines.map((line, at) => {
    const dataset = /^\| rename (\w+)\.\* as \*$/.exec(line)?.[1]
    if (dataset !== undefined) return `| \`drop_dm_object_name(${dataset})\``
    return at === 0 && free ? line.replace(`| tstats ${ownOptions} `, '| tstats `security_content_summariesonly` ') : line
  })
  const times = text.startsWith('| tstats') ? ['firstTime', 'lastTime'].map(name => `| \`security_content_ctime(${name})\``) : []
  return [...told, ...times, `| \`${filter}\``].join('\n')
}

/** Endpoint or network, as the content sorts its detections. */
function domain(place: Place | undefined): { readonly security_domain: string; readonly asset_type: string } {
  const network = place?.tables.some(table => table.startsWith('Network_')) === true
  return network ? { security_domain: 'network', asset_type: 'Network' } : { security_domain: 'endpoint', asset_type: 'Endpoint' }
}

type Rest = Readonly<Record<string, unknown>>

const isMap = (value: unknown): value is Rest => typeof value === 'object' && value !== null && !Array.isArray(value)
const listOf = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]).flatMap(one =>
    typeof one === 'string' && one !== '' ? [one] : [],
  )

/** What the rule itself says of stories, vulnerabilities, assets and products: under ESCU's names, beside the rule's own fields or in its `tags`. */
function ownTags({ rest }: Detection): (name: string) => readonly string[] {
  const tags = Object.hasOwn(rest, 'tags') && isMap(rest.tags) ? rest.tags : {}
  return name => {
    const inside = Object.hasOwn(tags, name) ? listOf(tags[name]) : []
    return inside.length > 0 ? inside : Object.hasOwn(rest, name) ? listOf(rest[name]) : []
  }
}

/** Vulnerabilities: ESCU's own list, or Sigma's tags (`cve.2021-44228`). */
function vulnerabilities({ rest }: Detection, own: readonly string[]): readonly string[] {
  if (own.length > 0) return own
  const tags = Object.hasOwn(rest, 'tags') ? listOf(rest.tags) : []
  return tags.flatMap(tag => {
    const found = /^cve[.-](\d{4})[.-](\d{4,})$/i.exec(tag)
    return found === null ? [] : [`CVE-${found[1]}-${found[2]}`]
  })
}

/** The two searches that an analyst goes on with, for the first entity that gets a risk. */
const drilldowns = (field: string): readonly object[] => [
  {
    name: `Results for $${field}$`,
    search: `%original_detection_search% | search ${field} = "$${field}$"`,
    earliest_offset: '$info_min_time$',
    latest_offset: '$info_max_time$',
  },
  {
    name: `Risk of $${field}$ in the last 7 days`,
    search: `| from datamodel:Risk.All_Risk | search normalized_risk_object="$${field}$"`,
    earliest_offset: '7d',
    latest_offset: '0',
  },
]

const types: readonly string[] = ['TTP', 'Anomaly', 'Hunting', 'Correlation', 'Baseline']

/** With a risk it is a TTP, which Enterprise Security gives to its entities; without one it is for hunting. */
export const escu: RuleFormat = {
  id: 'escu',
  title: 'Splunk security content detection (YAML)',
  detect: detectEscu,
  read: readEscu,
  write(detection: Detection, printed, columns, place) {
    if (place !== undefined && place.language !== 'spl')
      return { diagnostics: [notSpl('ESC101', 'a detection of ESCU', place.language)] }
    const diagnostics: Diagnostic[] = []
    const name = fileName(detection)
    const filter = `${name}_filter`
    const date = detection.modified ?? detection.created
    if (date === undefined)
      diagnostics.push({
        code: 'ESC302',
        severity: 'warning',
        message: 'the rule has no date, which a detection of ESCU needs',
        hint: 'give the rule a "date"',
      })
    const { risk } = detection
    const own = ownTags(detection)
    const text = (name: string): string | undefined => own(name)[0]
    const type = text('type') ?? ''
    const cve = vulnerabilities(detection, own('cve'))
    const field = (of: string): string | undefined => rowField(of, place, columns, groupsOf(detection))
    const named = <T extends { readonly field: string }>(all: readonly T[]): readonly T[] =>
      all.flatMap(one => {
        const own = field(one.field)
        if (own === undefined) diagnostics.push(unnamed('ESC301', one.field))
        return own === undefined ? [] : [{ ...one, field: own }]
      })
    const objects = risk === undefined ? [] : named(risk.entities)
    const drilled = objects[0]?.field
    const rule = {
      name: detection.title,
      id: detection.id,
      version: 1,
      ...(date === undefined ? {} : { date }),
      author: detection.authors.join(', '),
      status: statuses[detection.status],
      type: types.includes(type) ? type : risk === undefined ? 'Hunting' : 'TTP',
      description: detection.description || detection.title,
      data_source: [
        ...new Set([
          ...own('data_source'),
          ...(place?.tables ?? []).flatMap(table => (Object.hasOwn(sources, table) ? sources[table]! : [])),
        ]),
      ],
      search: withMacros(printed.text, filter),
      how_to_implement:
        text('how_to_implement') ??
        (place?.target === 'splunk-cim'
          ? `The data model of ${place.tables.join(', ')} must be fed by products that see these events.`
          : 'Windows events must be collected as XML by the Splunk add-ons for Microsoft Windows and, where the search names it, for Sysmon.'),
      known_false_positives: detection.falsePositives.join('; ') || 'Not known.',
      references: detection.references,
      ...(drilled === undefined ? {} : { drilldown_searches: drilldowns(drilled) }),
      ...(risk === undefined
        ? {}
        : {
            rba: {
              message: rowMessage(risk.message, field),
              risk_objects: objects.map(one => ({
                field: one.field,
                type: one.kind,
                score: one.score ?? risk.score,
              })),
              threat_objects: named(risk.threats).map(one => ({ field: one.field, type: one.kind })),
            },
          }),
      tags: {
        analytic_story: own('analytic_story'),
        asset_type: text('asset_type') ?? domain(place).asset_type,
        ...(cve.length === 0 ? {} : { cve }),
        mitre_attack_id: detection.attack,
        product: own('product').length > 0 ? own('product') : ['Splunk Enterprise', 'Splunk Enterprise Security', 'Splunk Cloud'],
        security_domain: text('security_domain') ?? domain(place).security_domain,
      },
    }
    const macro = { definition: 'search *', description: 'Update this macro to limit the output of the search.', name: filter }
    const yaml = (of: object): string => stringify(of, { lineWidth: 0, blockQuote: 'literal', aliasDuplicateObjects: false })
    return {
      value: [
        { name: `${name}.yml`, text: yaml(rule) },
        { name: `macros/${filter}.yml`, text: yaml(macro) },
      ],
      diagnostics,
    }
  },
  codes,
}
