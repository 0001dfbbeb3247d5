// Sysmon's events as records of Sumo Logic's Cloud SIEM, for writing rules. Facts: Sumo Logic's own pySigma pipeline (normalised names; `fields['EventData.X']` for the event's own data; vendor, product and device event id).

import type { Predicate } from '../ir/predicate.ts'
import { and, or } from './ask.ts'
import type { Holding, Mapping, Schema } from './schema.ts'

/** Metadata has one spelling. */
const spelled = (name: string, ...texts: readonly string[]): Predicate =>
  or(
    ...texts.map(
      (text): Predicate => ({
        kind: 'test',
        subject: { kind: 'field', name },
        match: { kind: 'glob', glob: [text], fold: false },
      }),
    ),
  )

const held = (category: string, ...ids: readonly string[]): Holding => ({
  class: { product: 'windows', category },
  where: and(
    spelled('metadata_vendor', 'Microsoft'),
    spelled('metadata_product', 'Windows'),
    spelled('metadata_deviceEventId', ...ids.map(id => `Microsoft-Windows-Sysmon/Operational-${id}`)),
  ),
})

/** What Sysmon's events hold under these names (its schema; hashes are one text), asked of the event's own data. */
const own = (...names: readonly string[]): Readonly<Record<string, Mapping>> =>
  Object.fromEntries(names.map(name => [name, `fields['EventData.${name}']`]))

/** Paths and command lines by their normalised names, everything else as the event has it, where Sysmon has it under the rule's name. Left out are connections, whose ports and addresses are normalised to other types. */
export const sumoCse: Schema = {
  id: 'sumo-cse',
  title: 'Sumo Logic Cloud SIEM, Windows events with Sysmon',
  optIn: true,
  tables: [
    {
      name: 'records',
      holds: [held('process_creation', '1')],
      fields: {
        Image: 'baseImage',
        CommandLine: 'commandLine',
        ParentImage: 'parentBaseImage',
        ParentCommandLine: 'parentCommandLine',
        ...own('ProcessId', 'FileVersion', 'Description', 'Product', 'Company', 'OriginalFileName', 'CurrentDirectory', 'User'),
        ...own('LogonId', 'LogonGuid', 'TerminalSessionId', 'IntegrityLevel', 'Hashes', 'ParentProcessId', 'ParentUser'),
      },
    },
    {
      name: 'records',
      holds: [
        held('file_event', '11'),
        held('registry_set', '13'),
        held('registry_event', '12', '13', '14'),
        held('image_load', '7'),
        held('dns_query', '22'),
        held('pipe_created', '17', '18'),
      ],
      fields: {
        ...own(
          'Image',
          'ProcessId',
          'User',
          'TargetFilename',
          'CreationUtcTime',
          'EventType',
          'TargetObject',
          'Details',
          'NewName',
        ),
        ...own('ImageLoaded', 'FileVersion', 'Description', 'Product', 'Company', 'OriginalFileName', 'Hashes', 'Signed'),
        ...own('Signature', 'SignatureStatus', 'QueryName', 'QueryStatus', 'QueryResults', 'PipeName'),
      },
    },
  ],
}
