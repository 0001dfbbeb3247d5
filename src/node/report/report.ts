// What the verbs hand to the reports: alerts with the account of a hunt, findings of lint, results of trials.

import type { Level } from '../../ir/detection.ts'
import type { Diagnostic, Severity, Witness } from '../../text/diagnostic.ts'

/** A report being written: rows as they come, and once the account of the whole. `end` is called exactly once, also after an interruption. */
export interface Report<Row, Summary> {
  row(row: Row): void
  end(summary: Summary): void
}

/** A rule that was not evaluated, and why. */
export interface SkippedRule {
  readonly id: string | null
  readonly title: string | null
  readonly file: string | null
  readonly reason: string
  readonly finding: Diagnostic
}

/** Risk of one entity over all alerts of a hunt. */
export interface EntityRisk {
  readonly kind: string
  readonly value: string
  readonly score: number
  readonly alerts: number
  readonly rules: number
}

/** The account of a hunt. */
export interface HuntSummary {
  /** Rules that ran. */
  readonly rules: number
  readonly skipped: readonly SkippedRule[]
  /** Rules that ran and met no event of their log source, by log source. */
  readonly idle: readonly { readonly logSource: string; readonly rules: number }[]
  /** Files (and archive members) that were read. */
  readonly files: number
  /** What of the logs could not be read. */
  readonly unread: readonly Diagnostic[]
  /** What a user must know beside: a regular expression that gave up, a window that ran full. */
  readonly notes: readonly Diagnostic[]
  readonly events: number
  readonly untimed: number
  /** Events of a shape no schema knows. */
  readonly unknown: number
  /** Bytes of the files as they lie on disk. */
  readonly bytes: number
  readonly milliseconds: number
  readonly interrupted: boolean
  readonly risk: readonly EntityRisk[]
}

/** One finding of lint as JSON: the contract that scripts rely on. Keys that do not apply are null. */
export interface FindingRow {
  readonly code: string
  readonly severity: Severity
  readonly message: string
  /** The id of the rule, where the finding is about one. */
  readonly rule: string | null
  readonly file: string | null
  readonly line: number | null
  readonly column: number | null
  readonly endLine: number | null
  readonly endColumn: number | null
  readonly hint: string | null
  /** Changes that mend it, at offsets of the file. */
  readonly fix: readonly { readonly start: number; readonly end: number; readonly text: string }[] | null
  /** An event that shows the finding, and whether the rule matches it. */
  readonly witness: Witness | null
}

/** A finding with what drawing it needs. */
export interface Finding {
  readonly row: FindingRow
  readonly diagnostic: Diagnostic
}

export interface LintSummary {
  readonly files: number
  readonly rules: number
  readonly errors: number
  readonly warnings: number
  readonly notes: number
  /** Files that `--fix` changed. */
  readonly fixed: number
}

/** One trial of a rule as JSON. */
export interface TrialRow {
  readonly rule: string
  readonly title: string
  readonly level: Level
  readonly file: string
  readonly trial: string
  readonly expect: 'alert' | 'silence'
  readonly outcome: 'passed' | 'failed' | 'skipped'
  readonly alerts: number
  /** Why it failed or was skipped. */
  readonly reason: string | null
}

export interface TrialSummary {
  readonly rules: number
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** Rules that bring no trial. */
  readonly untested: number
  readonly milliseconds: number
}
