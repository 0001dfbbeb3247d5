// Okta's System Log. Facts: the System Log API's LogEvent object (https://developer.okta.com/docs/reference/api/system-log/), SigmaHQ's rules for okta.

import { and, exists, or } from './ask.ts'
import { inside } from './computed.ts'
import type { Schema } from './schema.ts'

/** Rules of before 2023 wrote every name small. */
const small: Readonly<Record<string, string>> = Object.fromEntries(
  ['eventType', 'displayMessage', 'legacyEventType', 'outcome.reason', 'outcome.result', 'actor.alternateId', 'actor.displayName']
    .concat(['target.alternateId', 'target.displayName', 'client.ipAddress', 'securityContext.isProxy'])
    .filter(name => name !== name.toLowerCase())
    .map(name => [name.toLowerCase(), name]),
)

export const okta: Schema = {
  id: 'okta',
  title: 'Okta System Log',
  recognise: and(exists('eventType'), exists('published'), exists('actor'), or(exists('outcome'), exists('debugContext'))),
  render: 'json',
  tables: [
    {
      name: 'system',
      holds: [{ class: { product: 'okta', service: 'okta' } }],
      fields: {
        ...small,
        'debugContext.debugData.behaviors': inside('debugContext.debugData.behaviors'),
        'debugContext.debugData.logOnlySecurityData': inside('debugContext.debugData.logOnlySecurityData'),
      },
      otherwise: ['*'],
    },
  ],
  time: ['published'],
  host: ['client.ipAddress'],
  user: ['actor.alternateId', 'actor.displayName', 'actor.id'],
  channel: ['eventType'],
  eventId: ['eventType'],
}
