// Columns of products whose queries name one table, which hold for every event and not for a class of it. Facts: as in the schema of each product.

import type { Predicate, Scalar } from '../../ir/predicate.ts'
import { call, field, literal } from './words.ts'

const wrote = (provider: string): Predicate => ({
  kind: 'test',
  subject: field('Provider_Name'),
  match: { kind: 'glob', glob: [provider], fold: true },
})

/** By schema; what the schema itself says of a column goes before, and what it says of it for a class of events alone is for records that do not say it. */
export const siemColumns: Readonly<Record<string, Readonly<Record<string, Scalar>>>> = {
  // The device event id is the channel and the event's id, joined by a hyphen.
  'sumo-cse': { metadata_deviceEventId: call('concat', field('Channel'), literal('-'), field('EventID')) },
  qradar: { 'Event ID': field('EventID') },
  // Events are normalised by what wrote them: Sysmon's by one normaliser, the Security log's by another.
  logpoint: {
    norm_id: {
      kind: 'case',
      branches: [
        { when: wrote('Microsoft-Windows-Sysmon'), then: literal('WindowsSysmon') },
        { when: wrote('Microsoft-Windows-Security-Auditing'), then: literal('WinServer') },
      ],
      otherwise: literal(null),
    },
  },
}
