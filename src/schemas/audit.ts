// Security 4688 as Sigma's process creation, in the column names of any product. Facts: Microsoft's description of event 4688; the two names that are told are the ones SigmaHQ's own tests map.

import type { Holding, Mapping } from './schema.ts'
import { type WindowsNames, windowsWhere } from './windows.ts'

const list = (mapping: Mapping | readonly Mapping[]): readonly Mapping[] =>
  (Array.isArray(mapping) ? mapping : [mapping]) as readonly Mapping[]

/**
 * The holding of 4688 beside a product's other Windows events. `named` gives the columns of the new and the creating process where the
 * product renames them; every other field keeps its 4688 name, and is absent when a rule asks for Sysmon's.
 */
export function auditHolding(
  names: WindowsNames,
  named: { readonly image?: readonly Mapping[]; readonly parent?: readonly Mapping[] } = {},
): Holding {
  const columns = (sysmon: string, audit: string, more: readonly Mapping[] = []): readonly Mapping[] => [
    ...list(names.field(sysmon)),
    ...list(names.field(audit)),
    ...more,
  ]
  return {
    // No service: a rule on the Security log is about the event under its own names, and must not see it twice.
    class: { product: 'windows', category: 'process_creation' },
    where: windowsWhere({ channels: ['Security'], ids: [4688] }, names),
    fields: {
      Image: columns('Image', 'NewProcessName', named.image),
      ParentImage: columns('ParentImage', 'ParentProcessName', named.parent),
    },
  }
}
