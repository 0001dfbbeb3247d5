// `--language`: the language of queries that lie alone in files, for every verb that reads rules.

import type { Command } from 'commander'
import type { Diagnostic } from '../../text/diagnostic.ts'
import { suggest } from '../../text/suggest.ts'
import { misuse } from './options.ts'

export interface LanguageArguments {
  readonly language?: string
}

/** The names it takes: those of `bareLanguages`, which are not loaded for it. */
export const languageNames: readonly string[] = [
  ...['aql', 'clickhouse', 'duckdb', 'eql', 'esql', 'graylog', 'grep', 'kql', 'kuery', 'logpoint', 'logscale', 'lucene'],
  ...['postgres', 'powershell', 'sigma', 'spl', 'sqlite', 'sumo', 'sumo-cse', 'yaral'],
]

/** Adds the option to a verb. */
export const inLanguage = (
  command: Command,
  about = 'the language of queries that lie alone in files, whatever the files are called (terrier languages)',
): Command => command.option('-l, --language <name>', about)

/** What `--language` names, or what is wrong with it. */
export function readLanguage({ language }: LanguageArguments): {
  readonly language: string | undefined
  readonly wrong: readonly Diagnostic[]
} {
  const asked = language?.toLowerCase()
  if (asked === undefined || languageNames.includes(asked)) return { language: asked, wrong: [] }
  const near = suggest(asked, languageNames)
  const hint = near === undefined ? `the languages are ${languageNames.join(', ')}` : `did you mean "${near}"?`
  return { language: undefined, wrong: [misuse('CLI020', `no language "${language}"`, hint)] }
}
