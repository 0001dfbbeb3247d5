// Google Cloud's audit logs, and those of Google Workspace as Cloud Logging and as the Reports API give them. Facts: AuditLog and LogEntry (https://cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog), "Audit logs for Google Workspace" (https://cloud.google.com/logging/docs/audit/gsuite-audit-logging), Reports API activities (https://developers.google.com/workspace/admin/reports/reference/rest/v1/activities), SigmaHQ's rules for gcp.

import type { Predicate } from '../ir/predicate.ts'
import { and, exists, is, or } from './ask.ts'
import { inside } from './computed.ts'
import type { Mapping, Schema } from './schema.ts'

const service = (...names: readonly string[]): Predicate =>
  or(is('protoPayload.serviceName', ...names), is('data.protoPayload.serviceName', ...names))
const application = (name: string): Predicate => is('id.applicationName', name)

/** Pub/Sub and SigmaHQ's older rules have the entry below `data`. */
const payload = (name: string): readonly string[] => [`protoPayload.${name}`, `data.protoPayload.${name}`]
const below = (...names: readonly string[]): Readonly<Record<string, readonly Mapping[]>> =>
  Object.fromEntries(
    names.flatMap(name => [
      [`data.protoPayload.${name}`, payload(name)],
      [`protoPayload.${name}`, payload(name)],
    ]),
  )

/** A parameter of a Workspace event is a member of a list, known by its name. */
const parameter = (name: string): readonly Mapping[] => [
  `protoPayload.metadata.event.parameter[name=${name.toUpperCase()}].value`,
  `protoPayload.metadata.event.parameter[name=${name}].value`,
  ...[name.toUpperCase(), name].flatMap(own =>
    ['value', 'multiValue', 'boolValue', 'intValue'].map(kind => `events.parameters[name=${own}].${kind}`),
  ),
]

const eventName = ['protoPayload.metadata.event.eventName', 'events.name', 'protoPayload.methodName']

export const gcp: Schema = {
  id: 'gcp',
  title: 'Google Cloud and Google Workspace audit logs',
  recognise: or(
    and(exists('protoPayload'), or(exists('logName'), exists('insertId'), exists('protoPayload.methodName'))),
    exists('data.protoPayload.methodName'),
    and(exists('id.applicationName'), exists('events'), exists('actor')),
  ),
  render: 'json',
  tables: [
    {
      name: 'audit',
      holds: [
        { class: { product: 'gcp', service: 'gcp.audit' }, where: or(exists('protoPayload'), exists('data.protoPayload')) },
      ],
      fields: {
        'gcp.audit.method_name': payload('methodName'),
        'gcp.audit.service_name': payload('serviceName'),
        ...below('methodName', 'serviceName', 'authorizationInfo.permission', 'authorizationInfo.granted', 'resourceName'),
        // Rules put what belongs to the entry into its payload.
        'data.protoPayload.logName': ['logName', 'data.logName'],
        'data.protoPayload.resource.type': ['resource.type', 'data.resource.type'],
        'protoPayload.request': inside('protoPayload.request'),
        'protoPayload.response': inside('protoPayload.response'),
      },
      otherwise: ['*', 'protoPayload.*'],
    },
    {
      name: 'workspace',
      holds: [
        {
          class: { product: 'gcp', service: 'google_workspace.admin' },
          where: or(service('admin.googleapis.com'), application('admin')),
        },
        {
          class: { product: 'gcp', service: 'google_workspace.login' },
          where: or(service('login.googleapis.com'), application('login')),
        },
      ],
      fields: {
        eventService: [
          'protoPayload.serviceName',
          { column: 'id.applicationName', values: { 'admin.googleapis.com': 'admin', 'login.googleapis.com': 'login' } },
        ],
        'protoPayload.serviceName': [
          'protoPayload.serviceName',
          { column: 'id.applicationName', values: { 'admin.googleapis.com': 'admin', 'login.googleapis.com': 'login' } },
        ],
        'protoPayload.Servicename': [
          'protoPayload.serviceName',
          { column: 'id.applicationName', values: { 'login.googleapis.com': 'login' } },
        ],
        eventName,
        'protoPayload.metadata.event.eventName': eventName,
        setting_name: parameter('setting_name'),
        new_value: parameter('new_value'),
        old_value: parameter('old_value'),
        application_name: parameter('application_name'),
        role_name: parameter('role_name'),
        user_email: parameter('user_email'),
      },
      otherwise: ['*', 'protoPayload.metadata.event.*', 'events.*'],
    },
  ],
  time: ['timestamp', 'data.timestamp', 'id.time', 'receiveTimestamp'],
  host: ['resource.labels.project_id', 'data.resource.labels.project_id', 'id.customerId', 'logName'],
  user: ['protoPayload.authenticationInfo.principalEmail', 'data.protoPayload.authenticationInfo.principalEmail', 'actor.email'],
  channel: ['protoPayload.serviceName', 'data.protoPayload.serviceName', 'id.applicationName'],
  eventId: eventName,
}
