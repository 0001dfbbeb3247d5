// Elastic documents without a Windows record behind them: Elastic Defend (endpoint) and whatever else keeps to ECS. Facts: ECS field reference and allowed values, the event lists of elastic/endpoint-package, SigmaHQ's ecs_windows mapping.

import type { Predicate } from '../ir/predicate.ts'
import { and, begins, exists, is, not, or } from './ask.ts'
import { acting, ends, type Fields, hashes, version } from './ecs-names.ts'
import type { Holding, Mapping, Schema } from './schema.ts'

const systems = ['windows', 'linux', 'macos'] as const

/** The host says its system; where it does not, paths do. */
function runs(system: (typeof systems)[number]): Predicate {
  const silent = and(not(exists('host.os.type')), not(exists('host.os.family')), not(exists('host.os.platform')))
  const slash = begins('process.executable', '/')
  const families = { windows: ['windows'], linux: ['linux', 'debian', 'redhat', 'suse'], macos: ['macos', 'darwin'] }[system]
  return or(
    is('host.os.type', system),
    and(not(exists('host.os.type')), or(is('host.os.family', ...families), is('host.os.platform', ...families))),
    and(silent, system === 'windows' ? not(slash) : slash),
  )
}

/** Sign-ins to services run on no system of ours: there, silence means none. */
const told = or(exists('host.os.type'), exists('host.os.family'), exists('host.os.platform'))

const user: Mapping = { column: 'user.name', under: 'user.domain' }

/** The process that an event is about or that acted; the same names in every class. */
const actor: Fields = {
  ...acting,
  // Elastic writes `high`, `medium`, `system`: the same words without regard to case.
  IntegrityLevel: 'process.Ext.token.integrity_level_name',
  User: user,
  Computer: ['host.hostname', 'host.name'],
  Message: 'message',
}

const library: Fields = {
  ImageLoaded: ['dll.path', 'file.path'],
  ...hashes('dll'),
  ...version('dll'),
  Signed: { column: 'dll.code_signature.exists', lens: 'boolean' },
  Signature: 'dll.code_signature.subject_name',
  // Elastic's `trusted` is Sysmon's `Valid`.
  SignatureStatus: { column: 'dll.code_signature.status', values: { Valid: 'trusted' } },
}

const network: Fields = {
  ...ends,
  // Elastic Defend writes egress and ingress (older agents outgoing and incoming), network sensors outbound and inbound.
  Initiated: [
    { column: 'network.direction', values: { true: 'egress', false: 'ingress' } },
    { column: 'network.direction', values: { true: 'outgoing', false: 'incoming' } },
    { column: 'network.direction', values: { true: 'outbound', false: 'inbound' } },
  ],
}

/** The hive is abbreviated (`HKLM`) by some senders and written out (`HKEY_USERS`) by others, and the control set may be numbered. */
const registry: Fields = {
  TargetObject: ['registry.path', { column: 'registry.path', lens: 'controlset' }, { column: 'registry.path', lens: 'hive' }],
  Details: { column: 'registry.data.strings', lens: 'dword' },
}

const of = (category: string): Predicate => is('event.category', category)
const type = (...types: readonly string[]): Predicate => is('event.type', ...types)
const action = (...actions: readonly string[]): Predicate => is('event.action', ...actions)

const written = or(action('modification'), and(type('change'), not(action('creation', 'deletion', 'rename', 'query'))))

/** Sigma's category, what picks its events out, and what they carry beside the acting process. */
const classes: readonly (readonly [category: string, where: Predicate, fields: Fields, constants?: Holding['constants']])[] = [
  // A fork has its parent's image and command line; Sigma's class is about programs that start.
  ['process_creation', and(of('process'), type('start'), not(action('fork'))), hashes('process')],
  ['process_termination', and(of('process'), type('end')), {}],
  ['network_connection', and(of('network'), not(exists('dns.question.name')), not(type('end'))), network],
  [
    'dns_query',
    and(of('network'), exists('dns.question.name')),
    {
      QueryName: 'dns.question.name',
      QueryStatus: { column: 'dns.response_code', values: { 0: 'NOERROR', 9003: 'NXDOMAIN', 9002: 'SERVFAIL', 9005: 'REFUSED' } },
      QueryResults: ['dns.answers.data', 'dns.resolved_ip'],
      record_type: 'dns.question.type',
    },
  ],
  ['file_event', and(of('file'), or(type('creation'), action('creation', 'overwrite'))), { TargetFilename: 'file.path' }],
  ['file_delete', and(of('file'), or(type('deletion'), action('deletion'))), { TargetFilename: 'file.path' }],
  ['file_rename', and(of('file'), action('rename')), { TargetFilename: 'file.path', SourceFilename: 'file.Ext.original.path' }],
  ['registry_event', and(of('registry'), not(action('query')), not(type('access'))), registry],
  ['registry_set', and(of('registry'), written), registry, { EventType: 'SetValue' }],
  ['registry_add', and(of('registry'), or(action('creation'), type('creation'))), registry, { EventType: 'CreateKey' }],
  ['registry_delete', and(of('registry'), or(action('deletion'), type('deletion'))), registry],
  ['registry_rename', and(of('registry'), action('rename')), registry, { EventType: 'RenameKey' }],
  ['image_load', of('library'), library],
  ['driver_load', of('driver'), library],
]

/** Registry and loaded libraries are Windows'; the rest exists everywhere. */
const windowsOnly = /^(?:registry_|driver_load)/

const holds: readonly Holding[] = [
  ...systems.flatMap(system =>
    classes
      .filter(([category]) => system === 'windows' || !windowsOnly.test(category))
      .map(
        ([category, where, fields, constants]): Holding => ({
          class: { product: system, category },
          where: and(runs(system), where),
          fields,
          constants,
        }),
      ),
  ),
  // Logons carry no event id here; success and failure stand for the two that rules name.
  ...(['success', 'failure'] as const).map(
    (outcome): Holding => ({
      class: { product: 'windows', service: 'security' },
      where: and(told, runs('windows'), of('authentication'), not(type('end')), is('event.outcome', outcome)),
      constants: { EventID: outcome === 'success' ? 4624 : 4625 },
      fields: {
        TargetUserName: 'user.name',
        TargetDomainName: 'user.domain',
        TargetUserSid: 'user.id',
        IpAddress: 'source.ip',
        IpPort: 'source.port',
        WorkstationName: 'source.domain',
        ProcessName: 'process.executable',
      },
    }),
  ),
]

/** ECS documents that no Windows record is behind. A field that ECS has no name for (GrantedAccess, CallTrace …) is reported, not taken for absent. */
export const ecs: Schema = {
  id: 'ecs',
  title: 'Elastic Common Schema',
  recognise: and(exists('event.category'), not(exists('winlog.event_id')), not(exists('winlog.channel'))),
  render: 'message',
  documents: true,
  tables: [
    {
      name: 'logs',
      holds,
      fields: actor,
      columns: {
        '@timestamp': 'datetime',
        'process.pid': 'long',
        'process.parent.pid': 'long',
        'source.ip': 'ip',
        'source.port': 'long',
        'destination.ip': 'ip',
        'destination.port': 'long',
        'dll.code_signature.exists': 'bool',
      },
    },
  ],
  time: ['@timestamp', 'event.created'],
  host: ['host.hostname', 'host.name'],
  user: ['user.name'],
  eventId: ['event.code', 'event.action'],
}
