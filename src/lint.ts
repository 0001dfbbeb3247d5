// Detections → findings: every check on every detection.

import { checks } from './checks/index.ts'
import type { Detection } from './ir/detection.ts'
import type { Diagnostic } from './text/diagnostic.ts'

/** Every code that a check reports, with a one-line title. */
export const codes: Readonly<Record<string, string>> = Object.assign({}, ...checks.map(check => check.codes))

/** What is probably not meant in the detections, in the order of the detections, each in the order of places. What could not be read was told when it was read. */
export function lint(detections: readonly Detection[]): readonly Diagnostic[] {
  return detections.flatMap(detection =>
    checks.flatMap(check => check.run(detection)).sort((a, b) => (a.span?.start ?? 0) - (b.span?.start ?? 0)),
  )
}
