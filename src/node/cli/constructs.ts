// What the rules of a collection are made of, as lines of a table or as objects.

import { type Constructs, constructsOf } from '../../constructs.ts'
import type { Detection } from '../../ir/detection.ts'
import { schemas } from '../../schemas/index.ts'
import { jsonArray } from '../report/json.ts'
import { jsonl } from '../report/jsonl.ts'
import type { Desk } from './options.ts'

/** Writes the table; always done. */
export function tellConstructs(chosen: readonly Detection[], at: Desk): number {
  const found = constructsOf(
    chosen,
    schemas.filter(schema => schema.optIn !== true),
  )
  if (at.format === 'text') {
    at.out.write(tableOf(found))
    return 0
  }
  const rows = at.format === 'json' ? jsonArray(at.out) : jsonl(at.out)
  for (const row of found.constructs) rows.row({ ...row })
  rows.end()
  return 0
}

/** Markdown, so that a page can hold it. */
function tableOf(found: Constructs): string {
  const share = (part: number): string => `${part} (${found.rules === 0 ? 0 : Math.floor((part / found.rules) * 1000) / 10} %)`
  const lines = [
    `${found.rules} rules: ${share(found.understood)} understood in every stage, ${share(found.runs)} run, ${found.named} use what is known by name and cannot run`,
    '',
    '| construct | name | rules | run |',
    '| --- | --- | --- | --- |',
    ...found.constructs.map(({ kind, name, rules, runs }) => `| ${kind} | ${name} | ${rules} | ${runs} |`),
    '',
    '| why a rule does not run | rules |',
    '| --- | --- |',
    ...[...found.reasons].map(([reason, rules]) => `| ${reason.replaceAll('|', '\\|')} | ${rules} |`),
  ]
  return `${lines.join('\n')}\n`
}
