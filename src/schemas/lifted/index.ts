// Columns of products' tables that are computed from Sigma's fields, beside those that schemas map: what a hunt gives a query for tables over logs of any shape.

import { asimColumns } from './asim.ts'
import { cloudColumns } from './cloud.ts'
import { defenderColumns } from './defender.ts'
import { documentColumns } from './elastic.ts'
import type { Lifted } from './lifted.ts'
import { ossemColumns } from './ossem.ts'
import { sentinelColumns } from './sentinel.ts'
import { splunkColumns } from './splunk.ts'

/** By the table's name as queries write it. */
export const lifted: Readonly<Record<string, Lifted>> = {
  ...defenderColumns,
  ...sentinelColumns,
  ...asimColumns,
  ...cloudColumns,
  ...documentColumns,
  ...ossemColumns,
  ...splunkColumns,
}

/** Other names of a table. */
export const aliases: Readonly<Record<string, string>> = {
  imProcessCreate: '_Im_ProcessCreate',
  imProcess: '_Im_ProcessCreate',
  imProcessEvent: '_Im_ProcessCreate',
  _Im_ProcessEvent: '_Im_ProcessCreate',
  _ASim_ProcessEvent: '_Im_ProcessCreate',
  imProcessTerminate: '_Im_ProcessTerminate',
  imNetworkSession: '_Im_NetworkSession',
  _ASim_NetworkSession: '_Im_NetworkSession',
  imDns: '_Im_Dns',
  _ASim_Dns: '_Im_Dns',
  imRegistry: '_Im_RegistryEvent',
  imRegistryEvent: '_Im_RegistryEvent',
  _ASim_RegistryEvent: '_Im_RegistryEvent',
  imFileEvent: '_Im_FileEvent',
  _ASim_FileEvent: '_Im_FileEvent',
  // The data model's name before version 4.12 of the Common Information Model.
  'Change_Analysis.All_Changes': 'Change.All_Changes',
}
