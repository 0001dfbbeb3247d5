// The hub: Sigma's own names, as Sysmon and the Windows event log carry them when flattened. EVTX, Windows event XML and most JSON exports arrive here unmapped.

import type { Predicate } from '../ir/predicate.ts'
import type { Holding, Schema } from './schema.ts'
import { windowsHoldings } from './windows.ts'

const exists = (name: string): Predicate => ({ kind: 'test', subject: { kind: 'field', name }, match: { kind: 'exists' } })
const not = (arg: Predicate): Predicate => ({ kind: 'not', arg })
const and = (...args: Predicate[]): Predicate => ({ kind: 'and', args })
const or = (...args: Predicate[]): Predicate => ({ kind: 'or', args })

/** Columns that every flat Windows record uses, whichever tool flattened it. */
const time = ['SystemTime', 'UtcTime', 'TimeCreated', '@timestamp', 'EventTime', 'TimeGenerated', 'timestamp', '_time']
const host = ['Computer', 'ComputerName', 'Hostname', 'host', 'hostname']
const user = ['User', 'SubjectUserName', 'TargetUserName', 'AccountName']

/** Flat Windows events: a channel (or the provider) and an event id beside the fields of the event. */
export const sigma: Schema = {
  id: 'sigma',
  title: 'Windows event log under Sigma’s names',
  tables: [
    {
      name: 'events',
      holds: windowsHoldings({
        channel: 'Channel',
        id: 'EventID',
        provider: ['Provider_Name', 'SourceName'],
        field: name => name,
      }),
      fields: {},
      otherwise: ['*'],
    },
  ],
  recognise: and(
    or(exists('EventID'), exists('EventRecordID')),
    or(exists('Channel'), exists('Provider_Name'), exists('SourceName')),
  ),
  time,
  host,
  user,
  channel: ['Channel'],
  eventId: ['EventID'],
  render: 'xml',
}

/** What tells the class of a record that carries Sigma's field names and nothing about its log. */
const bare: readonly (readonly [string, Predicate])[] = [
  ['process_creation', and(exists('CommandLine'), or(exists('Image'), exists('ParentImage'), exists('OriginalFileName')))],
  ['dns_query', exists('QueryName')],
  [
    'network_connection',
    and(exists('Image'), or(exists('DestinationIp'), exists('DestinationHostname'), exists('DestinationPort'))),
  ],
  ['registry_event', exists('TargetObject')],
  ['registry_set', and(exists('TargetObject'), exists('Details'))],
  ['image_load', exists('ImageLoaded')],
  ['file_event', and(exists('TargetFilename'), not(exists('TargetObject')))],
  ['pipe_created', exists('PipeName')],
  ['process_access', and(exists('SourceImage'), exists('TargetImage'), exists('GrantedAccess'))],
  ['create_remote_thread', and(exists('SourceImage'), exists('TargetImage'), exists('StartAddress'))],
]

/** Records with Sigma's field names but no channel, provider or event id: examples, exports of a few columns. The fields present say the class. */
export const plain: Schema = {
  id: 'plain',
  title: 'Sigma’s names without a log source',
  tables: [
    {
      name: 'events',
      holds: bare.flatMap(([category, where]): Holding[] => [
        ...['windows', 'linux', 'macos'].map(product => ({ class: { product, category }, where: productOf(product, where) })),
      ]),
      fields: {},
      otherwise: ['*'],
    },
  ],
  recognise: and(
    not(exists('Channel')),
    not(exists('Provider_Name')),
    not(exists('SourceName')),
    not(exists('EventID')),
    or(...bare.map(([, where]) => where)),
  ),
  time,
  host,
  user,
  render: 'json',
}

/** Paths say the system: a drive letter or a backslash is Windows, a leading slash is not. A record that shows neither may be any. */
function productOf(product: string, where: Predicate): Predicate {
  const paths = ['Image', 'ParentImage', 'SourceImage']
  const starts = (text: string): Predicate[] =>
    paths.map(name => ({
      kind: 'test',
      subject: { kind: 'field', name },
      match: { kind: 'glob', glob: [text, { wild: 'any' }], fold: false },
    }))
  const contains = (text: string): Predicate[] =>
    paths.map(name => ({
      kind: 'test',
      subject: { kind: 'field', name },
      match: { kind: 'glob', glob: [{ wild: 'any' }, text, { wild: 'any' }], fold: false },
    }))
  const other = product === 'windows' ? or(...starts('/')) : or(...contains('\\'))
  return and(where, not(other))
}
