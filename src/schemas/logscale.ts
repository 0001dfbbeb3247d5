// CrowdStrike Falcon's sensor events in LogScale, for writing queries. Facts: CrowdStrike's event data dictionary as public rules and converters use it (logscale-community-content on GitHub; pySigma-backend-crowdstrike).

import type { Predicate } from '../ir/predicate.ts'
import { and, or } from './ask.ts'
import type { Holding, Mapping, Schema } from './schema.ts'

/** Tags and platforms have one spelling. */
const spelled = (name: string, ...texts: readonly string[]): Predicate => {
  const tests = texts.map(
    (text): Predicate => ({ kind: 'test', subject: { kind: 'field', name }, match: { kind: 'glob', glob: [text], fold: false } }),
  )
  return or(...tests)
}

/** A process that started, or that ran before the sensor did. */
const processes: readonly string[] = ['ProcessRollup2', 'SyntheticProcessRollup2']

const held = (
  category: string,
  product: string,
  platform: string,
  events: readonly string[],
  fields: Readonly<Record<string, Mapping>> = {},
): Holding => ({
  class: { product, category },
  where: and(spelled('#event_simpleName', ...events), spelled('event_platform', platform)),
  fields,
})

/** Falcon's events. Left out is what they do not have or have in another form: the parent's path and command line, the integrity level as a name, connections of both directions under one name. */
export const logscale: Schema = {
  id: 'logscale',
  title: 'CrowdStrike Falcon in LogScale',
  optIn: true,
  tables: [
    {
      name: 'ProcessRollup2',
      holds: [
        // Paths begin with the volume's device instead of its letter.
        held('process_creation', 'windows', 'Win', processes, { Image: { column: 'ImageFileName', lens: 'devicepath' } }),
        held('process_creation', 'linux', 'Lin', processes, { Image: 'ImageFileName' }),
        held('process_creation', 'macos', 'Mac', processes, { Image: 'ImageFileName' }),
      ],
      fields: {
        CommandLine: 'CommandLine',
        ParentImage: { column: 'ParentBaseFileName', lens: 'basename' },
        OriginalFileName: 'OriginalFilename',
        ProcessId: 'RawProcessId',
        sha256: 'SHA256HashData',
        Hashes: { column: 'SHA256HashData', lens: 'sha256' },
        Computer: 'ComputerName',
      },
    },
    {
      name: 'DnsRequest',
      holds: [held('dns_query', 'windows', 'Win', ['DnsRequest'])],
      fields: {
        QueryName: 'DomainName',
        Image: { column: 'ContextBaseFileName', lens: 'basename' },
        Computer: 'ComputerName',
      },
    },
  ],
  time: ['@timestamp'],
  host: ['ComputerName'],
}
