// The list of schemas, in the order in which records are recognised.

import { asim } from './asim.ts'
import { ecs } from './ecs.ts'
import { mde } from './mde.ts'
import type { Schema } from './schema.ts'
import { security, securityFull } from './security.ts'
import { sentinel } from './sentinel.ts'
import { plain, sigma } from './sigma.ts'
import { splunk } from './splunk.ts'
import { wineventBare, wineventJson, wineventPairs } from './winevent-json.ts'
import { winlogbeat, winlogbeat6 } from './winlogbeat.ts'

export const schemas: readonly Schema[] = [
  // Before the hub: its rows carry the hub's names for channel and id, and their values elsewhere.
  sentinel,
  sigma,
  security,
  securityFull,
  wineventJson,
  wineventBare,
  wineventPairs,
  winlogbeat,
  winlogbeat6,
  ecs,
  mde,
  asim,
  splunk,
  plain,
]
