// Windows events as OpenTelemetry's windowseventlog receiver passes them on, the body's keys at the top. Facts: the receiver's page in opentelemetry-collector-contrib (example of a body).

import { and, exists } from './ask.ts'
import { auditHolding } from './audit.ts'
import { withoutBlanks } from './blanks.ts'
import type { Schema } from './schema.ts'
import { type WindowsNames, windowsHoldings } from './windows.ts'

/** Named values are a list of records with one key each, or, in later versions, one record. */
const names: WindowsNames = {
  channel: 'channel',
  id: ['event_id.id', 'event_id'],
  provider: ['provider.name'],
  field: name => [`event_data.data.${name}`, `event_data.${name}`],
}

export const otelWindows: Schema = {
  id: 'otel-windows',
  title: 'Windows events from OpenTelemetry',
  recognise: and(exists('channel'), exists('event_id'), exists('computer'), exists('provider.name')),
  render: 'message',
  tables: [
    {
      name: 'logs',
      holds: [...windowsHoldings(names), auditHolding(names)],
      fields: {
        ...withoutBlanks(name => `event_data.data.${name}`),
        Channel: 'channel',
        EventID: ['event_id.id', 'event_id'],
        Computer: 'computer',
        Provider_Name: 'provider.name',
        Provider_Guid: 'provider.guid',
        EventRecordID: 'record_id',
        Keywords: 'keywords',
        Level: 'level',
        Task: 'task',
        Opcode: 'opcode',
        Message: 'message',
        Data: 'event_data.data',
      },
      otherwise: ['event_data.data.*', 'event_data.*'],
    },
  ],
  time: ['system_time'],
  host: ['computer', 'host.name'],
  user: ['event_data.data.User', 'event_data.User', 'event_data.data.SubjectUserName', 'event_data.SubjectUserName'],
  channel: ['channel'],
  eventId: ['event_id.id', 'event_id'],
}
