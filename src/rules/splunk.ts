// What both of Splunk's documents need: a rule's fields under the names of the result's rows, and how far back a run looks.

import type { Diagnostic } from '../text/diagnostic.ts'
import type { Place } from './rules.ts'

/** Minutes between two runs, and how much later than it happened an event may be indexed and still be seen. */
export const minutes = { interval: 60, late: 10 } as const

/** Where rows have another name for a field of the rule: event 4688, and the datasets of the Common Information Model. */
const renamed: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  splunk: { EventID: 'EventCode' },
  'splunk-security': { EventID: 'EventCode', Image: 'NewProcessName', ParentImage: 'ParentProcessName', User: 'SubjectUserName' },
  'Endpoint.Processes': {
    Computer: 'dest',
    User: 'user',
    Image: 'process_path',
    CommandLine: 'process',
    ParentImage: 'parent_process_path',
    ParentCommandLine: 'parent_process',
    OriginalFileName: 'original_file_name',
    ProcessId: 'process_id',
    ProcessGuid: 'process_guid',
  },
  'Endpoint.Registry': {
    Computer: 'dest',
    User: 'user',
    TargetObject: 'registry_path',
    Details: 'registry_value_data',
    ProcessId: 'process_id',
    ProcessGuid: 'process_guid',
  },
  'Endpoint.Filesystem': {
    Computer: 'dest',
    User: 'user',
    TargetFilename: 'file_path',
    ProcessId: 'process_id',
    ProcessGuid: 'process_guid',
  },
  'Network_Traffic.All_Traffic': {
    SourceHostname: 'src',
    DestinationHostname: 'dest',
    SourceIp: 'src_ip',
    DestinationIp: 'dest_ip',
    DestinationPort: 'dest_port',
    User: 'user',
    Image: 'app',
  },
  'Network_Resolution.DNS': { Computer: 'src', QueryName: 'query', QueryResults: 'answer' },
}

/** What every row of a dataset has, beside the fields that the query asks for. */
const always = new Set(['dest', 'user', 'process_id', 'process_guid', 'src', 'dest_port', 'query'])

/**
 * The field of a result's row that holds a field of the rule; undefined where none does. `groups`: the fields of a correlation's rows, which are all that
 * it has; `columns`: those that the query asks for.
 */
export function rowField(
  name: string,
  place: Place | undefined,
  columns: readonly string[],
  groups: readonly string[] | undefined,
): string | undefined {
  if (groups !== undefined) return groups.includes(name) ? name : undefined
  const of = place?.target === 'splunk-cim' ? (place.tables[0] ?? '') : (place?.target ?? 'splunk')
  const names = Object.hasOwn(renamed, of) ? renamed[of]! : {}
  const own = Object.hasOwn(names, name) ? names[name]! : undefined
  if (place?.target !== 'splunk-cim') return own ?? name
  const asked = columns.map(column => column.slice(column.lastIndexOf('.') + 1))
  return own !== undefined && (always.has(own) || asked.includes(own)) ? own : undefined
}

/** A message whose `$Field$` are those of the result's rows. */
export function rowMessage(message: string, field: (name: string) => string | undefined): string {
  return message.replace(/\$([\w.]+)\$/g, (found, name: string) => {
    const told = field(name)
    return told === undefined ? found : `$${told}$`
  })
}

/** Said of an entity that the rows do not name. */
export const unnamed = (code: string, name: string): Diagnostic => ({
  code,
  severity: 'warning',
  message: `the rows of this search have no field for "${name}", so that it gets no risk`,
  hint: 'name a field that the target keeps, or one that the correlation groups by',
})

/** Said of a query in another language. */
export const notSpl = (code: string, what: string, language: string): Diagnostic => ({
  code,
  severity: 'error',
  message: `${what} holds SPL, not "${language}"`,
  hint: 'convert to splunk, splunk-security or splunk-cim',
})

/** A text on one line. */
export const oneLine = (text: string): string => text.replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()
