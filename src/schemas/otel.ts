// Windows events as OpenTelemetry's windowseventlog receiver passes them on, the body's keys at the top. Facts: the receiver's page in opentelemetry-collector-contrib (example of a body).

import type { Predicate } from '../ir/predicate.ts'
import { and, exists, not } from './ask.ts'
import { auditHolding } from './audit.ts'
import { withoutBlanks } from './blanks.ts'
import type { Schema, Table } from './schema.ts'
import { type WindowsNames, windowsHoldings } from './windows.ts'

/** A table of the event's values at a place. */
function table(name: string, at: string, here: Predicate): Table {
  const names: WindowsNames = {
    channel: 'channel',
    id: ['event_id.id', 'event_id'],
    provider: ['provider.name'],
    field: column => `${at}${column}`,
  }
  return {
    name,
    holds: [...windowsHoldings(names), auditHolding(names)].map(holding => ({
      ...holding,
      where: holding.where === undefined ? here : and(here, holding.where),
    })),
    fields: {
      ...withoutBlanks(names.field),
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
    otherwise: [`${at}*`],
  }
}

export const otelWindows: Schema = {
  id: 'otel-windows',
  title: 'Windows events from OpenTelemetry',
  recognise: and(exists('channel'), exists('event_id'), exists('computer'), exists('provider.name')),
  render: 'message',
  tables: [
    // Named values are a list of records with one key each, or, in later versions, one record.
    table('events', 'event_data.data.', exists('event_data.data')),
    table('events-flat', 'event_data.', not(exists('event_data.data'))),
  ],
  time: ['system_time'],
  host: ['computer', 'host.name'],
  user: ['event_data.data.User', 'event_data.User', 'event_data.data.SubjectUserName', 'event_data.SubjectUserName'],
  channel: ['channel'],
  eventId: ['event_id.id', 'event_id'],
}
