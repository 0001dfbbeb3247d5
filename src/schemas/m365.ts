// The unified audit log of Microsoft 365: the Office 365 Management Activity API, and Sentinel's OfficeActivity. Facts: "Office 365 Management Activity API schema" (https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-schema), Azure Monitor's table reference, SigmaHQ's rules for m365.

import type { Predicate } from '../ir/predicate.ts'
import { and, exists, is, or } from './ask.ts'
import type { Mapping, Schema } from './schema.ts'

const workload = (...names: readonly string[]): Predicate => or(is('Workload', ...names), is('OfficeWorkload', ...names))

/** What rules call success: Entra writes Success, Exchange True, SharePoint Succeeded. */
const status: readonly Mapping[] = ['True', 'Succeeded', 'Success'].map(word => ({
  column: 'ResultStatus',
  values: { success: word, Success: word },
}))

export const m365: Schema = {
  id: 'm365',
  title: 'Microsoft 365 unified audit log',
  recognise: or(
    and(exists('Workload'), exists('Operation'), or(exists('RecordType'), exists('CreationTime'), exists('OrganizationId'))),
    is('Type', 'OfficeActivity'),
    and(exists('OfficeWorkload'), exists('Operation')),
  ),
  render: 'json',
  tables: [
    {
      name: 'audit',
      holds: [
        { class: { product: 'm365', service: 'audit' } },
        { class: { product: 'm365', service: 'exchange' }, where: workload('Exchange') },
        { class: { product: 'm365', service: 'threat_management' }, where: workload('SecurityComplianceCenter') },
        { class: { product: 'm365', service: 'threat_detection' }, where: workload('SecurityComplianceCenter') },
      ],
      fields: {
        Workload: ['Workload', 'OfficeWorkload'],
        // The names that rules take from Defender for Cloud Apps. Of an alert, `Name` is the policy that raised it.
        eventSource: ['Workload', 'OfficeWorkload'],
        eventName: ['Operation', 'Name', 'AlertType'],
        status: [...status, 'ResultStatus', 'Status'],
        Payload: ['Payload', 'Parameters', 'ExtendedProperties', 'Data'],
        ObjectId: ['ObjectId', 'OfficeObjectId'],
        // Exchange writes pairs of name and value, Entra puts these into its extended properties.
        RequestType: ['RequestType', 'ExtendedProperties[Name=RequestType].Value'],
      },
      otherwise: ['*'],
    },
  ],
  time: ['CreationTime', 'TimeGenerated', 'CreationDate'],
  host: ['OrganizationId', 'OrganizationName'],
  user: ['UserId', 'UserKey'],
  channel: ['Workload', 'OfficeWorkload'],
  eventId: ['Operation'],
}
