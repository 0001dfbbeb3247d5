// GitHub's audit log, streamed, exported or from the API. Facts: "Using the audit log API" and "Audit log events for your organization" (https://docs.github.com/en/organizations/keeping-your-organization-secure/managing-security-settings-for-your-organization/audit-log-events-for-your-organization), SigmaHQ's rules for github.

import { any } from '../ir/glob.ts'
import type { Predicate } from '../ir/predicate.ts'
import { and, exists, or } from './ask.ts'
import type { Schema } from './schema.ts'

/** An action is `category.operation`. */
const dotted: Predicate = {
  kind: 'test',
  subject: { kind: 'field', name: 'action' },
  match: { kind: 'glob', glob: [any, '.', any], fold: false },
}

export const github: Schema = {
  id: 'github',
  title: 'GitHub audit log',
  recognise: and(
    exists('action'),
    dotted,
    or(exists('actor'), exists('actor_id')),
    or(
      exists('_document_id'),
      and(or(exists('org'), exists('business'), exists('repo')), or(exists('created_at'), exists('@timestamp'))),
    ),
  ),
  render: 'json',
  tables: [{ name: 'audit', holds: [{ class: { product: 'github', service: 'audit' } }], fields: {}, otherwise: ['*'] }],
  time: ['@timestamp', 'created_at'],
  host: ['org', 'business', 'repo'],
  user: ['actor', 'user'],
  eventId: ['action'],
}
