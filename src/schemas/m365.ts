// The unified audit log of Microsoft 365: the Office 365 Management Activity API, and Sentinel's OfficeActivity. Facts: "Office 365 Management Activity API schema" (https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-schema), Azure Monitor's table reference, SigmaHQ's rules for m365.

import type { Predicate } from '../ir/predicate.ts'
import { and, exists, is, not, or } from './ask.ts'
import type { Mapping, Schema, Table } from './schema.ts'

/** The record at the top, or in the column of Search-UnifiedAuditLog and of the portal's export. */
function table(name: string, at: string, here: Predicate): Table {
  const own = (...columns: readonly string[]): readonly string[] => columns.map(column => `${at}${column}`)
  const workload = (...names: readonly string[]): Predicate =>
    or(...own('Workload', 'OfficeWorkload').map(column => is(column, ...names)))
  const held = (service: string, where?: Predicate) => ({
    class: { product: 'm365', service },
    where: where === undefined ? here : and(here, where),
  })
  return {
    name,
    holds: [
      held('audit'),
      held('exchange', workload('Exchange')),
      held('threat_management', workload('SecurityComplianceCenter')),
      held('threat_detection', workload('SecurityComplianceCenter')),
    ],
    fields: {
      Workload: own('Workload', 'OfficeWorkload'),
      // The names that rules take from Defender for Cloud Apps. Of an alert, `Name` is the policy that raised it.
      eventSource: own('Workload', 'OfficeWorkload'),
      eventName: own('Operation', 'Name', 'AlertType'),
      // What rules call success: Entra writes Success, Exchange True, SharePoint Succeeded.
      status: [
        ...['True', 'Succeeded', 'Success'].map(
          (word): Mapping => ({ column: `${at}ResultStatus`, values: { success: word, Success: word } }),
        ),
        ...own('ResultStatus', 'Status'),
      ],
      Payload: own('Payload', 'Parameters', 'ExtendedProperties', 'Data'),
      ObjectId: own('ObjectId', 'OfficeObjectId'),
      // Entra puts what else it knows into pairs of name and value.
      RequestType: own('RequestType', 'ExtendedProperties[Name=RequestType].Value'),
    },
    otherwise: [`${at}*`],
  }
}

const exported = exists('AuditData.Operation')

export const m365: Schema = {
  id: 'm365',
  title: 'Microsoft 365 unified audit log',
  recognise: or(
    and(exists('Workload'), exists('Operation'), or(exists('RecordType'), exists('CreationTime'), exists('OrganizationId'))),
    is('Type', 'OfficeActivity'),
    and(exists('OfficeWorkload'), exists('Operation')),
    exported,
  ),
  render: 'json',
  tables: [table('audit', '', not(exported)), table('export', 'AuditData.', exported)],
  time: ['AuditData.CreationTime', 'CreationTime', 'TimeGenerated', 'CreationDate'],
  host: ['OrganizationId', 'OrganizationName', 'AuditData.OrganizationId'],
  user: ['UserId', 'AuditData.UserId', 'UserIds', 'UserKey'],
  channel: ['Workload', 'OfficeWorkload', 'AuditData.Workload'],
  eventId: ['Operation', 'AuditData.Operation', 'Operations'],
}
