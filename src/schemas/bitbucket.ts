// The audit log of Bitbucket Data Center. Facts: "Audit log events in Bitbucket" and "View and configure the audit log" (https://confluence.atlassian.com/bitbucketserver/audit-log-events-776640423.html), SigmaHQ's rules for bitbucket.

import { and, exists, or } from './ask.ts'
import { inside } from './computed.ts'
import type { Schema } from './schema.ts'

export const bitbucket: Schema = {
  id: 'bitbucket',
  title: 'Bitbucket Data Center audit log',
  recognise: and(exists('auditType.action'), exists('auditType.category'), or(exists('author'), exists('timestamp'))),
  render: 'json',
  tables: [
    {
      name: 'audit',
      holds: [{ class: { product: 'bitbucket', service: 'audit' } }],
      fields: {
        affectedObjects: inside('affectedObjects'),
        changedValues: inside('changedValues'),
        extraAttributes: inside('extraAttributes'),
      },
      otherwise: ['*'],
    },
  ],
  // Files of before 7.6 have seconds and nanoseconds apart.
  time: ['timestamp.epochSecond', 'timestamp', 'creationDate'],
  host: ['node', 'system', 'source'],
  user: ['author.name', 'author.id'],
  channel: ['auditType.category'],
  eventId: ['auditType.action'],
}
