// AWS CloudTrail under its own names. Facts: "CloudTrail record contents" (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html), "AWS service events delivered directly to EventBridge", SigmaHQ's rules for aws/cloudtrail.

import { and, exists, or } from './ask.ts'
import { asWord, inside } from './computed.ts'
import type { Mapping, Schema, Table } from './schema.ts'

/** The record, at the top or below what EventBridge puts around it. */
function table(name: string, at: string, where: NonNullable<Table['holds'][number]['where']>): Table {
  const own = (column: string): string => `${at}${column}`
  const whole = (column: string): Mapping => inside(own(column))
  return {
    name,
    holds: [{ class: { product: 'aws', service: 'cloudtrail' }, where }],
    fields: {
      // Rules look for a text anywhere in these.
      requestParameters: whole('requestParameters'),
      responseElements: whole('responseElements'),
      additionalEventData: whole('additionalEventData'),
      serviceEventDetails: whole('serviceEventDetails'),
      resources: whole('resources'),
      src_ip: own('sourceIPAddress'),
      // "errorCode: the AWS service error if the request returns an error": there is no other word on success.
      status: [own('status'), asWord(own('errorCode'), exists(own('errorCode')), 'failure', 'success')],
    },
    otherwise: [own('*')],
  }
}

const record = and(exists('eventSource'), exists('eventName'))
const bridged = and(exists('detail.eventSource'), exists('detail.eventName'))

export const cloudtrail: Schema = {
  id: 'cloudtrail',
  title: 'AWS CloudTrail',
  recognise: or(
    and(record, or(exists('eventVersion'), exists('awsRegion'), exists('userIdentity'))),
    and(bridged, exists('detail-type')),
  ),
  render: 'json',
  tables: [table('cloudtrail', '', record), table('eventbridge', 'detail.', bridged)],
  time: ['eventTime', 'detail.eventTime'],
  host: ['recipientAccountId', 'userIdentity.accountId', 'detail.recipientAccountId'],
  user: ['userIdentity.arn', 'userIdentity.userName', 'userIdentity.principalId', 'detail.userIdentity.arn'],
  channel: ['eventSource', 'detail.eventSource'],
  eventId: ['eventName', 'detail.eventName'],
}
