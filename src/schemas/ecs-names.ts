// Names that every Elastic document has for a process, a file's hashes and a connection, whether it is read or written for. Facts: ECS field reference.

import type { Mapping } from './schema.ts'

export type Fields = Readonly<Record<string, Mapping | readonly Mapping[]>>

/** The hashes of the file at `at`, such as `process` or `dll`. */
export const hashes = (at: string): Fields => ({
  Hashes: [
    { column: `${at}.hash.md5`, lens: 'md5' },
    { column: `${at}.hash.sha1`, lens: 'sha1' },
    { column: `${at}.hash.sha256`, lens: 'sha256' },
    { column: `${at}.pe.imphash`, lens: 'imphash' },
  ],
  md5: `${at}.hash.md5`,
  sha1: `${at}.hash.sha1`,
  sha256: `${at}.hash.sha256`,
  Imphash: `${at}.pe.imphash`,
})

/** What the file at `at` says of its version. */
export const version = (at: string): Fields => ({
  OriginalFileName: `${at}.pe.original_file_name`,
  FileVersion: `${at}.pe.file_version`,
  Description: `${at}.pe.description`,
  Product: `${at}.pe.product`,
  Company: `${at}.pe.company`,
})

/** The process that an event is about or that acted. */
export const acting: Fields = {
  ProcessGuid: 'process.entity_id',
  ProcessId: 'process.pid',
  Image: 'process.executable',
  CommandLine: 'process.command_line',
  CurrentDirectory: 'process.working_directory',
  ParentProcessGuid: 'process.parent.entity_id',
  ParentProcessId: 'process.parent.pid',
  ParentImage: 'process.parent.executable',
  ParentCommandLine: 'process.parent.command_line',
  ...version('process'),
}

/** Both ends of a connection. */
export const ends: Fields = {
  Protocol: 'network.transport',
  SourceIp: 'source.ip',
  SourceHostname: 'source.domain',
  SourcePort: 'source.port',
  DestinationIp: 'destination.ip',
  DestinationHostname: 'destination.domain',
  DestinationPort: 'destination.port',
  DestinationPortName: 'network.protocol',
}
