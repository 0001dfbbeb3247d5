// macOS Endpoint Security events as eslogger prints them. Facts: eslogger(1), `es_message_t`, `es_event_exec_t`, `es_event_create_t` and their neighbours (https://developer.apple.com/documentation/endpointsecurity), SigmaHQ's rules for macos.

import type { Predicate } from '../ir/predicate.ts'
import { and, exists, or } from './ask.ts'
import { asLine, asPath } from './computed.ts'
import type { Holding, Mapping, Schema } from './schema.ts'

type Fields = Readonly<Record<string, Mapping | readonly Mapping[]>>

/** The process that acts; in an exec still the image before it, which is the one that started it. */
const acting: Fields = {
  Image: 'process.executable.path',
  ProcessId: ['process.audit_token.pid'],
  ParentProcessId: 'process.ppid',
  User: 'process.audit_token.euid',
}

const started: Fields = {
  Image: 'event.exec.target.executable.path',
  CommandLine: asLine('event.exec.args'),
  ParentImage: 'process.executable.path',
  CurrentDirectory: 'event.exec.cwd.path',
  ProcessId: 'event.exec.target.audit_token.pid',
  ParentProcessId: 'event.exec.target.ppid',
  User: 'event.exec.target.audit_token.euid',
}

/** A file that is there already is told by its path, a new one by its folder and its name. */
const target = (at: string): readonly Mapping[] => [
  `${at}.destination.existing_file.path`,
  asPath(`${at}.destination.new_path.dir.path`, `${at}.destination.new_path.filename`),
]

const classes: readonly (readonly [category: string, where: Predicate, fields: Fields])[] = [
  ['process_creation', exists('event.exec'), started],
  ['process_termination', exists('event.exit'), acting],
  ['file_event', exists('event.create'), { ...acting, TargetFilename: target('event.create') }],
  ['file_delete', exists('event.unlink'), { ...acting, TargetFilename: 'event.unlink.target.path' }],
  [
    'file_rename',
    exists('event.rename'),
    {
      ...acting,
      SourceFilename: 'event.rename.source.path',
      TargetFilename: [
        'event.rename.destination.existing_file.path',
        asPath('event.rename.destination.new_path.dir.path', 'event.rename.destination.new_path.filename'),
      ],
    },
  ],
]

export const eslogger: Schema = {
  id: 'eslogger',
  title: 'macOS Endpoint Security events (eslogger)',
  recognise: and(
    exists('event_type'),
    exists('event'),
    exists('process.audit_token'),
    or(exists('mach_time'), exists('action_type')),
  ),
  render: 'json',
  tables: [
    {
      name: 'events',
      holds: classes.map(([category, where, fields]): Holding => ({ class: { product: 'macos', category }, where, fields })),
      fields: {},
      // Names of Windows (OriginalFileName) are absent here, as in the log.
      otherwise: ['*'],
    },
  ],
  time: ['time'],
  host: [],
  user: ['event.exec.target.audit_token.euid', 'process.audit_token.euid'],
  channel: [],
  eventId: ['event_type'],
}
