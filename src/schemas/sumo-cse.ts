// Windows events as records of Sumo Logic's Cloud SIEM, for writing rules. Facts: Sumo Logic's own pySigma pipeline (normalised names; vendor, product, and device event ids of channel and id), its content catalog (`fields['EventData.X']` for the event's own data, entities), and the rule in its manual that asks `fields['Provider.Name']`: members of the message stand under their paths.

import type { Predicate } from '../ir/predicate.ts'
import { and, or } from './ask.ts'
import type { Holding, Mapping, Schema } from './schema.ts'
import { type WindowsClass, windowsClasses } from './windows.ts'

const own = (name: string): string => `fields['EventData.${name}']`

type Spelling = readonly [text: string, how: 'whole' | 'start']

/** Metadata has one spelling. */
const spelled = (name: string, ...globs: readonly Spelling[]): Predicate =>
  or(
    ...globs.map(
      ([text, how]): Predicate => ({
        kind: 'test',
        subject: { kind: 'field', name },
        match: { kind: 'glob', glob: how === 'whole' ? [text] : [text, { wild: 'any' }], fold: false },
      }),
    ),
  )

/** The device event id is the channel and the event's id, joined by a hyphen. */
function holding(source: WindowsClass): Holding {
  const ids = source.channels.flatMap((channel): readonly Spelling[] =>
    source.ids === undefined ? [[`${channel}-`, 'start']] : source.ids.map((id): Spelling => [`${channel}-${id}`, 'whole']),
  )
  const tests = [
    spelled('metadata_vendor', ['Microsoft', 'whole']),
    spelled('metadata_product', ['Windows', 'whole']),
    spelled('metadata_deviceEventId', ...ids),
  ]
  const { also } = source
  if (also !== undefined) tests.push(spelled(own(also.field), ...also.values.map((value): Spelling => [value, 'whole'])))
  return { class: source.class, where: and(...tests) }
}

/** What the members of the message beside the event's data are called. */
const envelope: Readonly<Record<string, Mapping>> = {
  EventID: "fields['EventID']",
  Channel: "fields['Channel']",
  Provider_Name: "fields['Provider.Name']",
  Computer: 'device_hostname',
}

/** What is normalised of a process that starts; its paths are those of the event. */
const started: Readonly<Record<string, Mapping>> = {
  Image: 'baseImage',
  CommandLine: 'commandLine',
  ParentImage: 'parentBaseImage',
  ParentCommandLine: 'parentCommandLine',
  md5: 'file_hash_md5',
  sha1: 'file_hash_sha1',
  sha256: 'file_hash_sha256',
  Imphash: 'file_hash_imphash',
}

const started1 = windowsClasses.filter(({ class: of }) => of.category === 'process_creation')

/** What Sysmon's event 1 holds under these names; hashes are one text. */
const process: Readonly<Record<string, Mapping>> = Object.fromEntries(
  [
    ...['ProcessId', 'ProcessGuid', 'FileVersion', 'Description', 'Product', 'Company', 'OriginalFileName', 'CurrentDirectory'],
    ...['User', 'LogonId', 'LogonGuid', 'TerminalSessionId', 'IntegrityLevel', 'Hashes', 'ParentProcessId', 'ParentProcessGuid'],
    ...['ParentUser', 'RuleName', 'UtcTime'],
  ].map(name => [name, own(name)]),
)

/** Paths and command lines of processes by their normalised names, everything else as the event has it. */
export const sumoCse: Schema = {
  id: 'sumo-cse',
  title: 'Sumo Logic Cloud SIEM, Windows events with Sysmon',
  optIn: true,
  tables: [
    { name: 'records', holds: started1.map(holding), fields: { ...envelope, ...process, ...started } },
    {
      name: 'records',
      holds: windowsClasses.filter(source => !started1.includes(source)).map(holding),
      fields: envelope,
      otherwise: [own('*')],
      columns: { "fields['EventID']": 'string' },
    },
  ],
  time: ['timestamp'],
  host: ['device_hostname'],
  user: ['user_username'],
}
