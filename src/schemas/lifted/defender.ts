// Columns of Defender's tables that repeat what others hold, or hold parts of it. Facts: Microsoft's schema reference per table (https://learn.microsoft.com/defender-xdr/advanced-hunting-schema-tables).

import type { Scalar } from '../../ir/predicate.ts'
import type { Lifted } from './lifted.ts'
import { accountOf, baseOf, domainOf, field, hashOf } from './words.ts'

type Columns = Readonly<Record<string, Scalar>>

/** The process that acted, where the event names it as its own image. */
const acting: Columns = {
  InitiatingProcessFileName: baseOf('Image'),
  InitiatingProcessAccountName: accountOf('User'),
  InitiatingProcessAccountDomain: domainOf('User'),
  InitiatingProcessUniqueId: field('ProcessGuid'),
}

const file: Columns = { FileName: baseOf('TargetFilename'), ...acting }

export const defenderColumns: Readonly<Record<string, Lifted>> = {
  DeviceProcessEvents: {
    columns: {
      FileName: baseOf('Image'),
      AccountName: accountOf('User'),
      AccountDomain: domainOf('User'),
      LogonId: field('LogonId'),
      ProcessUniqueId: field('ProcessGuid'),
      InitiatingProcessFileName: baseOf('ParentImage'),
      InitiatingProcessAccountName: accountOf('ParentUser'),
      InitiatingProcessAccountDomain: domainOf('ParentUser'),
      InitiatingProcessUniqueId: field('ParentProcessGuid'),
      ProcessCreationTime: { kind: 'call', fn: 'event:ticks', args: [] },
      SHA1: hashOf('sha1'),
      SHA256: hashOf('sha256'),
      MD5: hashOf('md5'),
    },
  },
  DeviceNetworkEvents: { columns: acting },
  DeviceFileEvents: { columns: file },
  DeviceRegistryEvents: { columns: acting },
  DeviceImageLoadEvents: { columns: { FileName: baseOf('ImageLoaded'), ...acting } },
  DeviceEvents: {},
  DeviceLogonEvents: {},
}
