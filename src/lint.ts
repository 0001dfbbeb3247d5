// Detections → findings: every check on every detection.

import type { Page } from './checks/check.ts'
import { illustrate } from './checks/illustrate.ts'
import { checks, sigmaPages } from './checks/index.ts'
import type { Detection } from './ir/detection.ts'
import type { Diagnostic } from './text/diagnostic.ts'

/** Every code that a check reports, with a one-line title. */
export const codes: Readonly<Record<string, string>> = Object.assign({}, ...checks.map(check => check.codes))

/** For codes of checks: what is found, why it matters, a text that has it and one that has not. */
export const pages: Readonly<Record<string, Page>> = Object.assign(
  Object.fromEntries(Object.entries(sigmaPages).map(([code, page]) => [code, { ...page, title: codes[code]! }])),
  ...checks.map(check => check.pages ?? {}),
)

/**
 * What is probably not meant in the detections, in the order of the detections, each in the order of places. What could not be read was told when it
 * was read. An event that a finding carries was given to the engine, which answered as the finding says.
 */
export function lint(detections: readonly Detection[]): readonly Diagnostic[] {
  return detections.flatMap(detection =>
    checks.flatMap(check => check.run(detection)).sort((a, b) => (a.span?.start ?? 0) - (b.span?.start ?? 0)),
  )
}

export { illustrate }
