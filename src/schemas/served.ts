// Which log sources can be read, and why those of public rule collections that cannot be are not.

import type { EventClass } from '../ir/pipeline.ts'
import { schemas } from './index.ts'
import type { Schema } from './schema.ts'
import { fits } from './translate.ts'

/** The schemas that hold events of a rule's log source, in the order in which records are recognised; those that are only used when asked for by name are left out. */
export function servedBy(wanted: EventClass): readonly Schema[] {
  return schemas.filter(
    schema => schema.optIn !== true && schema.tables.some(table => table.holds.some(holding => fits(wanted, holding.class))),
  )
}

/** A log source that rules name and no schema holds. */
export interface Unserved {
  readonly class: EventClass
  /** Why, and what a reader can do. */
  readonly reason: string
}

/** The log sources of SigmaHQ's collection that cannot be served. */
export const unserved: readonly Unserved[] = [
  {
    class: { product: 'qualys' },
    reason: 'the rules ask for fields of a scanner’s report (host.scan.vuln), which no log of Qualys is documented to have',
  },
  {
    class: { category: 'authentication' },
    reason:
      'the taxonomy has no fields for authentication of any product; write the rule for the log that you have (windows/security, linux/sshd, azure/signinlogs …)',
  },
  {
    class: { product: 'dns' },
    reason: '"dns" is no product; the category dns is read from Zeek, Suricata and Packetbeat',
  },
  {
    class: { product: 'paloalto', category: 'file_event', service: 'globalprotect' },
    reason: 'the appliance writes no log of the files it makes; a file system image would have to be examined',
  },
]

/** Why a log source is not served, where that is known: the first entry that names nothing that the log source does not. */
export function whyUnserved(wanted: EventClass): string | undefined {
  if (servedBy(wanted).length > 0) return undefined
  return unserved.find(one => fits(one.class, wanted))?.reason
}
