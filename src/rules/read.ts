// The one way from texts to detections that are ready to run.

import type { Detection } from '../ir/detection.ts'
import type { ParseContext } from '../languages/language.ts'
import type { Diagnostic, Outcome } from '../text/diagnostic.ts'
import type { Source } from '../text/source.ts'
import { ruleFormats } from './index.ts'
import { link } from './link.ts'
import type { RuleFormat } from './rules.ts'

export const codes: Readonly<Record<string, string>> = {
  RUL090: 'a text is in no rule format that can be read',
}

/** Reads every text in the format it looks like, and joins correlations and filters with the rules they name. Texts that hold no rule are reported; the others load. */
export function readRules(sources: readonly Source[], context?: ParseContext): Outcome<readonly Detection[]> {
  const diagnostics: Diagnostic[] = []
  const detections: Detection[] = []
  for (const source of sources) {
    const format = best(source)
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
