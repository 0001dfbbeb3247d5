// OneLogin's events. Facts: the Events API's resource and its event types (https://developers.onelogin.com/api-docs/2/events/event-resource), SigmaHQ's rules for onelogin.

import { and, exists, or } from './ask.ts'
import type { Schema } from './schema.ts'

export const onelogin: Schema = {
  id: 'onelogin',
  title: 'OneLogin events',
  recognise: and(exists('event_type_id'), or(exists('account_id'), exists('created_at'), exists('event_timestamp'))),
  render: 'json',
  tables: [
    {
      name: 'events',
      holds: [{ class: { product: 'onelogin', service: 'onelogin.events' } }],
      fields: {},
      otherwise: ['*'],
    },
  ],
  time: ['created_at', 'event_timestamp'],
  host: ['ipaddr'],
  user: ['actor_user_name', 'user_name', 'actor_user_id', 'user_id'],
  eventId: ['event_type_id'],
}
