// Columns of products' tables that are computed from Sigma's fields, beside those that schemas map: what a hunt gives a query for tables over logs of any shape.

import type { EventClass } from '../../ir/pipeline.ts'
import type { Predicate, Scalar } from '../../ir/predicate.ts'
import { asimColumns } from './asim.ts'
import { cloudColumns } from './cloud.ts'
import { defenderColumns } from './defender.ts'
import { sentinelColumns } from './sentinel.ts'
import { splunkColumns } from './splunk.ts'

/** A class of events that a table holds, beside what schemas write queries for: what picks its events out and its columns, in Sigma's names. */
export interface Held {
  readonly class: EventClass
  readonly where?: Predicate
  readonly columns: Readonly<Record<string, Scalar>>
}

/** What is known of a table beside its schema. */
export interface Lifted {
  /** A column as a value in Sigma's names; over that of the schema. */
  readonly columns?: Readonly<Record<string, Scalar>>
  /** Classes of events that the table holds beside those that the schema writes queries for; their fields are those of the holding of the same category, else of the table. */
  readonly also?: readonly EventClass[]
  /** The classes whose events are its rows where no schema writes queries for it; a column that is not listed has the field of its own name. */
  readonly of?: readonly EventClass[]
  readonly holds?: readonly Held[]
}

/** By the table's name as queries write it. */
export const lifted: Readonly<Record<string, Lifted>> = {
  ...defenderColumns,
  ...sentinelColumns,
  ...asimColumns,
  ...cloudColumns,
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
