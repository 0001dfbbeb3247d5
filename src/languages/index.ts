// The list of languages.

import { aql } from './aql/index.ts'
import { eql } from './eql/index.ts'
import { esql } from './esql/index.ts'
import { grep } from './grep/index.ts'
import { kql } from './kql/index.ts'
import { kuery } from './kuery/index.ts'
import type { Language } from './language.ts'
import { logpoint } from './logpoint/index.ts'
import { logscale } from './logscale/index.ts'
import { lucene } from './lucene/index.ts'
import { powershell } from './powershell/index.ts'
import { sigma } from './sigma/index.ts'
import { spl } from './spl/index.ts'
import { clickhouse, duckdb, postgres, sqlite } from './sql/index.ts'
import { sumo } from './sumo/index.ts'
import { sumoCse } from './sumo-cse/index.ts'
import { yaral } from './yaral/index.ts'

/** Every language, in the order that people see them. */
export const languages: readonly Language[] = [
  sigma,
  kql,
  eql,
  esql,
  lucene,
  kuery,
  logscale,
  logpoint,
  spl,
  duckdb,
  clickhouse,
  sqlite,
  postgres,
  aql,
  sumoCse,
  sumo,
  yaral,
  grep,
  powershell,
]
