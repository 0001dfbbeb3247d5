// Findings as the contract's JSON: where they are, and which rule of a file they are about.

import type { Detection } from '../../ir/detection.ts'
import { type Diagnostic, place } from '../../text/diagnostic.ts'
import { outermost, type Source } from '../../text/source.ts'
import type { FindingRow } from '../report/report.ts'

/** The rules of each file, in their order. */
export type Documents = ReadonlyMap<Source, readonly Detection[]>

/** Rules by the file they were read from. */
export function documents(detections: readonly Detection[]): Documents {
  const map = new Map<Source, Detection[]>()
  for (const detection of detections) {
    const { source } = outermost(detection.written.document, { start: 0, end: 0 })
    const list = map.get(source)
    if (list === undefined) map.set(source, [detection])
    else list.push(detection)
  }
  return map
}

/** The rule that a place of a document belongs to: the first one whose query does not end before it. */
export function ruleAt(finding: Diagnostic, byDocument: Documents): Detection | undefined {
  if (finding.source === undefined) return undefined
  const { source, span } = outermost(finding.source, finding.span ?? { start: 0, end: 0 })
  const here = byDocument.get(source) ?? []
  if (here.length === 1) return here[0]
  if (finding.span === undefined) return undefined
  const found = here.find(({ written: { query } }) => {
    const whole = outermost(query, { start: 0, end: query.text.length })
    return span.start <= whole.span.end
  })
  return found ?? here.at(-1)
}

/** A finding as JSON, about the rule of this id. */
export function findingRow(finding: Diagnostic, rule: string | null): FindingRow {
  const where = place(finding)
  const placed = where !== undefined && finding.span !== undefined
  return {
    code: finding.code,
    severity: finding.severity,
    message: finding.message,
    rule,
    file: where?.file ?? null,
    line: placed ? where.line : null,
    column: placed ? where.column : null,
    endLine: placed ? where.endLine : null,
    endColumn: placed ? where.endColumn : null,
    hint: finding.hint ?? null,
    fix:
      finding.fix === undefined || finding.source === undefined
        ? null
        : finding.fix.map(change => {
            const { span } = outermost(finding.source!, change.span)
            return { start: span.start, end: span.end, text: change.text }
          }),
    witness: finding.witness ?? null,
  }
}
