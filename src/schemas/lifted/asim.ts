// Aliases and parts of columns in ASIM's normalised tables. Facts: Microsoft's ASIM schema reference (https://learn.microsoft.com/azure/sentinel/normalization-schema-process-event and its siblings).

import type { Lifted } from './lifted.ts'
import { accountOf, baseOf, field, hashOf } from './words.ts'

export const asimColumns: Readonly<Record<string, Lifted>> = {
  _Im_ProcessCreate: {
    columns: {
      Process: field('Image'),
      CommandLine: field('CommandLine'),
      TargetProcessFilename: baseOf('Image'),
      ActingProcessFilename: baseOf('ParentImage'),
      ActingProcessName: field('ParentImage'),
      ActingProcessCommandLine: field('ParentCommandLine'),
      ParentProcessName: field('ParentImage'),
      User: field('User'),
      TargetUsername: field('User'),
      ActorUsername: field('User'),
      Dvc: field('Computer'),
      DvcHostname: field('Computer'),
      TargetProcessSHA1: hashOf('sha1'),
      TargetProcessSHA256: hashOf('sha256'),
      TargetProcessMD5: hashOf('md5'),
      Hash: hashOf('sha256'),
    },
  },
  _Im_Dns: { columns: { Domain: field('QueryName'), Dvc: field('Computer'), User: accountOf('User') } },
  _Im_NetworkSession: { columns: { IpAddr: field('SourceIp'), Dvc: field('Computer') } },
  _Im_FileEvent: {
    columns: { TargetFileName: baseOf('TargetFilename'), FileName: baseOf('TargetFilename'), Dvc: field('Computer') },
  },
  _Im_RegistryEvent: { columns: { Dvc: field('Computer') } },
}
