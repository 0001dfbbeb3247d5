// Analytics rules of Microsoft Sentinel (YAML, kind Scheduled) around a query in KQL. Read and written. Facts: the query style guide of Microsoft's Azure-Sentinel repository, Microsoft's reference of entities.

import { stringify } from 'yaml'
import type { Detection, Level } from '../ir/detection.ts'
import type { Diagnostic } from '../text/diagnostic.ts'
import { fileName, lookBack } from './elastic.ts'
import type { Place, RuleFormat } from './rules.ts'
import { detectSentinel, readSentinel, sentinelReadCodes } from './sentinel-read.ts'
import { documentOf, entry } from './sigma.ts'

export const codes: Readonly<Record<string, string>> = {
  ...sentinelReadCodes,
  SNT101: 'an analytics rule of Sentinel holds queries in KQL only',
  SNT301: 'a query is longer than an analytics rule of Sentinel may be',
}

const severities: Readonly<Record<Level, string>> = {
  informational: 'Informational',
  low: 'Low',
  medium: 'Medium',
  high: 'High',
  critical: 'High',
}

/** Minutes between two runs, and how much later than it happened an event may arrive and still be seen. */
const minutes = { interval: 60, late: 10 }
/** The most characters of a query (https://learn.microsoft.com/azure/sentinel/sentinel-service-limits). */
const longest = 10_000

type Entity = readonly [type: string, identifier: string, column: string]

/** The entities that rows of a table name. */
const entities: Readonly<Record<string, readonly Entity[]>> = {
  SecurityEvent: [
    ['Host', 'FullName', 'Computer'],
    ['Account', 'FullName', 'Account'],
  ],
  Event: [['Host', 'FullName', 'Computer']],
  WindowsEvent: [['Host', 'FullName', 'Computer']],
  _Im_ProcessCreate: [
    ['Host', 'HostName', 'DvcHostname'],
    ['Account', 'FullName', 'ActorUsername'],
    ['Process', 'CommandLine', 'TargetProcessCommandLine'],
  ],
  _Im_ProcessTerminate: [
    ['Host', 'HostName', 'DvcHostname'],
    ['Account', 'FullName', 'ActorUsername'],
  ],
  _Im_NetworkSession: [
    ['Host', 'HostName', 'DvcHostname'],
    ['IP', 'Address', 'DstIpAddr'],
  ],
  _Im_Dns: [
    ['Host', 'HostName', 'DvcHostname'],
    ['DNS', 'DomainName', 'DnsQuery'],
  ],
  _Im_RegistryEvent: [
    ['Host', 'HostName', 'DvcHostname'],
    ['Account', 'FullName', 'ActorUsername'],
    ['RegistryKey', 'Key', 'RegistryKey'],
  ],
  _Im_FileEvent: [
    ['Host', 'HostName', 'DvcHostname'],
    ['Account', 'FullName', 'ActorUsername'],
    ['File', 'Name', 'TargetFileName'],
  ],
}

/** The columns that a correlation groups by, in Sigma's names, and what they name. */
const grouped: Readonly<Record<string, readonly [type: string, identifier: string]>> = {
  Computer: ['Host', 'FullName'],
  User: ['Account', 'FullName'],
  SubjectUserName: ['Account', 'Name'],
  TargetUserName: ['Account', 'Name'],
  SourceIp: ['IP', 'Address'],
  DestinationIp: ['IP', 'Address'],
  IpAddress: ['IP', 'Address'],
}

/** Where each table's events are collected from. */
const connectors: Readonly<Record<string, readonly string[]>> = {
  SecurityEvent: ['SecurityEvents', 'WindowsSecurityEvents'],
  WindowsEvent: ['WindowsForwardedEvents'],
}

/** The tactics that a Sigma rule is tagged with, in one word each, as both of Microsoft's formats have them: `CommandAndControl`. */
export function tacticsOf(detection: Detection): readonly string[] {
  const { tactics } = detection.rest
  if (Array.isArray(tactics)) return tactics.filter(tactic => typeof tactic === 'string')
  const document = documentOf(detection)
  const tags = document === undefined ? undefined : entry(document, 'tags')?.value
  if (tags?.kind !== 'list') return []
  const names = tags.items.flatMap(item => {
    const word = item.kind === 'scalar' ? /^attack\.([a-z]+(?:[-_][a-z]+)*)$/i.exec(item.text.trim())?.[1] : undefined
    return word === undefined ? [] : [word.toLowerCase().split(/[-_]/)]
  })
  return [...new Set(names.map(words => words.map(word => word[0]!.toUpperCase() + word.slice(1)).join('')))]
}

/** The columns of a correlation's result; undefined when the rows are those of the tables. */
export function groupsOf({ query }: Detection): readonly string[] | undefined {
  const aggregate = query.stages.findLast(stage => stage.kind === 'aggregate')
  if (aggregate?.kind === 'aggregate') return aggregate.by.map(column => column.name)
  if (query.from.kind !== 'sequence') return undefined
  return query.from.steps[0]!.by.flatMap(key => (key.value.kind === 'field' ? [key.value.name] : []))
}

/** Entities of which every table of the query has the column. */
function entitiesOf(detection: Detection, place: Place | undefined): readonly Entity[] {
  const groups = groupsOf(detection)
  if (groups !== undefined)
    return groups.flatMap((name): Entity[] => (Object.hasOwn(grouped, name) ? [[...grouped[name]!, name]] : []))
  const [first, ...others] = [...new Set(place?.tables ?? [])].map(table =>
    Object.hasOwn(entities, table) ? entities[table]! : [],
  )
  return (first ?? []).filter(entity => others.every(other => other.some(of => of[2] === entity[2])))
}

const inMinutes = (count: number): string => (count % 60 === 0 ? `${count / 60}h` : `${count}m`)

/**
 * Scheduled once an hour; it looks back the hour, ten minutes for events that arrive late and the longest window of the query, so that an alert of
 * the overlap may be raised twice. The query has no bound of time of its own: the rule's period is it.
 */
export const sentinelRule: RuleFormat = {
  id: 'sentinel',
  title: 'Microsoft Sentinel analytics rule (YAML)',
  detect: detectSentinel,
  read: readSentinel,
  write(detection, printed, _columns, place) {
    if (place !== undefined && place.language !== 'kql') {
      return {
        diagnostics: [
          {
            code: 'SNT101',
            severity: 'error',
            message: `an analytics rule of Sentinel holds KQL, not "${place.language}"`,
            hint: 'convert to sentinel-asim, sentinel-security or sentinel-forwarded',
          },
        ],
      }
    }
    const diagnostics: Diagnostic[] = []
    if (printed.text.length > longest) {
      diagnostics.push({
        code: 'SNT301',
        severity: 'warning',
        message: `the query has ${printed.text.length} characters, and a rule of Sentinel takes ${longest}`,
        hint: 'keep the query as a function in the workspace and call it from the rule',
      })
    }
    const tables = [...new Set(place?.tables ?? [])]
    const data = tables.flatMap(table =>
      (Object.hasOwn(connectors, table) ? connectors[table]! : []).map(connectorId => ({ connectorId, dataTypes: [table] })),
    )
    const mappings = entitiesOf(detection, place).map(([entityType, identifier, columnName]) => ({
      entityType,
      fieldMappings: [{ identifier, columnName }],
    }))
    const tactics = tacticsOf(detection)
    // What a rule of Sentinel said of itself is said again.
    const { rest } = detection
    const said = (name: string, otherwise: unknown): unknown =>
      detection.written.rules === 'sentinel' && Object.hasOwn(rest, name) ? rest[name] : otherwise
    const entityMappings = said('entityMappings', mappings.length === 0 ? undefined : mappings)
    const rule = {
      id: detection.id,
      name: detection.title,
      description: detection.description || detection.title,
      severity: severities[detection.level],
      requiredDataConnectors: said('requiredDataConnectors', data),
      queryFrequency: said('queryFrequency', inMinutes(minutes.interval)),
      queryPeriod: said('queryPeriod', inMinutes(lookBack(detection.query, minutes))),
      triggerOperator: said('triggerOperator', 'gt'),
      triggerThreshold: said('triggerThreshold', 0),
      ...(tactics.length === 0 ? {} : { tactics }),
      ...(detection.attack.length === 0 ? {} : { relevantTechniques: detection.attack }),
      query: `${printed.text}\n`,
      ...(entityMappings === undefined ? {} : { entityMappings }),
      version: said('version', '1.0.0'),
      kind: said('kind', 'Scheduled'),
    }
    const text = stringify(rule, { lineWidth: 0, blockQuote: 'literal', aliasDuplicateObjects: false })
    return { value: [{ name: `${fileName(detection)}.yaml`, text }], diagnostics }
  },
  codes,
}
