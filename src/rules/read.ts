// The one way from texts to detections that are ready to run.

import type { Detection } from '../ir/detection.ts'
import type { ParseContext } from '../languages/language.ts'
import type { Diagnostic, Outcome } from '../text/diagnostic.ts'
import type { Source } from '../text/source.ts'
import { ruleFormats } from './index.ts'
import { kqlFile } from './kql.ts'
import { link } from './link.ts'
import { plainLanguages, readPlain } from './plain.ts'
import type { RuleFormat } from './rules.ts'
import { sigmaRules } from './sigma.ts'
import { splFile } from './spl.ts'

export const codes: Readonly<Record<string, string>> = {
  RUL090: 'a text is in no rule format that can be read',
}

/** What texts refer to, and the language (of `bareLanguages`) of every text whose name is not that of a document: a query alone, whatever it looks like. */
export interface RulesContext extends ParseContext {
  readonly language?: string
}

/** Languages with formats of their own. */
const formatsOf: Readonly<Record<string, RuleFormat>> = { sigma: sigmaRules, kql: kqlFile, spl: splFile }

/** The names that `RulesContext.language` takes. */
export const bareLanguages: readonly string[] = [...Object.keys(formatsOf), ...plainLanguages].sort()

/** Reads every text in the format it looks like, or in the language that is named, and joins correlations and filters with the rules they name. Texts that hold no rule are reported; the others load. */
export function readRules(sources: readonly Source[], given: RulesContext = {}): Outcome<readonly Detection[]> {
  const { language, ...context } = given
  const diagnostics: Diagnostic[] = []
  const detections: Detection[] = []
  for (const source of sources) {
    const format = language === undefined || isDocument(source) ? best(source) : formatIn(language)
    if (format?.read === undefined) {
      diagnostics.push({
        code: 'RUL090',
        severity: 'error',
        message: 'this is no rule in a format that can be read',
        source,
        hint: `formats: ${ruleFormats.map(known => known.title).join(', ')}`,
      })
      continue
    }
    const read = format.read(source, context)
    for (const finding of read.diagnostics) diagnostics.push(finding.source === undefined ? { ...finding, source } : finding)
    detections.push(...(read.value ?? []))
  }
  const linked = link(detections)
  return { value: linked.value ?? [], diagnostics: [...diagnostics, ...linked.diagnostics] }
}

/** Whether a text says by its name that it is a document around a query. */
const isDocument = ({ name }: Source): boolean => /\.(?:ya?ml|toml|json|ndjson|conf|md)$/i.test(name)

/** The format of queries in a language. */
function formatIn(language: string): Pick<RuleFormat, 'read'> | undefined {
  if (Object.hasOwn(formatsOf, language)) return formatsOf[language]
  if (!plainLanguages.includes(language)) return undefined
  return { read: (source, context) => readPlain(source, language, context) }
}

function best(source: Source): RuleFormat | undefined {
  let found: RuleFormat | undefined
  let sure = 0
  for (const format of ruleFormats) {
    const here = format.detect(source)
    if (here > sure) {
      found = format
      sure = here
    }
  }
  return found
}
