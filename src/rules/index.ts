// The list of rule formats.

import { cseRule } from './cse.ts'
import { defenderRule } from './defender.ts'
import { elasticToml, kibanaRule } from './elastic.ts'
import { escu } from './escu.ts'
import { graylogEvent } from './graylog.ts'
import { kqlFile, kqlMarkdown } from './kql.ts'
import { plainQuery } from './plain.ts'
import { ps1 } from './ps1.ts'
import type { RuleFormat } from './rules.ts'
import { savedSearch } from './savedsearches.ts'
import { sentinelRule } from './sentinel.ts'
import { sigmaRules } from './sigma.ts'
import { splFile } from './spl.ts'
import { view } from './view.ts'
import { watcher, watcherCurl } from './watcher.ts'
import { yaralRule } from './yaral.ts'

export { bareLanguages, type RulesContext, readRules } from './read.ts'

export const ruleFormats: readonly RuleFormat[] = [
  sigmaRules,
  view,
  kibanaRule,
  elasticToml,
  watcher,
  watcherCurl,
  sentinelRule,
  defenderRule,
  kqlFile,
  kqlMarkdown,
  savedSearch,
  splFile,
  escu,
  yaralRule,
  graylogEvent,
  cseRule,
  ps1,
  plainQuery,
]
