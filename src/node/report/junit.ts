// JUnit XML, as build servers read it: one suite a file, one case a trial or finding.

import type { Paper } from './paper.ts'
import type { Finding, LintSummary, Report, TrialRow, TrialSummary } from './report.ts'

/** Text for an attribute or element of XML 1.0; characters that XML cannot hold are written as `\uXXXX`. */
export function xml(text: string): string {
  return text
    .replace(
      /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
      character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#13;')
    .replaceAll('\n', '&#10;')
    .replaceAll('\t', '&#9;')
}

interface Case {
  readonly suite: string
  readonly name: string
  readonly outcome: 'passed' | 'failed' | 'skipped'
  readonly message: string
  readonly type: string
}

function document(on: Paper, cases: readonly Case[], seconds: number): void {
  const suites = grouped(cases)
  const number = (list: readonly Case[], outcome: Case['outcome']) => list.filter(one => one.outcome === outcome).length
  const counts = (list: readonly Case[]) =>
    `tests="${list.length}" failures="${number(list, 'failed')}" errors="0" skipped="${number(list, 'skipped')}"`
  on.write(`<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="terrier" ${counts(cases)} time="${seconds.toFixed(3)}">\n`)
  for (const [suite, list] of suites) {
    on.write(`  <testsuite name="${xml(suite)}" ${counts(list)}>\n`)
    for (const one of list) {
      const head = `    <testcase classname="${xml(suite)}" name="${xml(one.name)}"`
      if (one.outcome === 'passed') on.write(`${head}/>\n`)
      else if (one.outcome === 'skipped') on.write(`${head}>\n      <skipped message="${xml(one.message)}"/>\n    </testcase>\n`)
      else {
        on.write(
          `${head}>\n      <failure type="${xml(one.type)}" message="${xml(one.message)}">${xml(one.message)}</failure>\n    </testcase>\n`,
        )
      }
    }
    on.write('  </testsuite>\n')
  }
  on.write('</testsuites>\n')
}

function grouped(cases: readonly Case[]): Map<string, Case[]> {
  const suites = new Map<string, Case[]>()
  for (const one of cases) {
    const list = suites.get(one.suite)
    if (list === undefined) suites.set(one.suite, [one])
    else list.push(one)
  }
  return suites
}

/** Trials as test cases; the suite is the rule's file. */
export function testJunit(on: Paper): Report<TrialRow, TrialSummary> {
  const cases: Case[] = []
  return {
    row: row =>
      cases.push({
        suite: row.file,
        name: `${row.title}: ${row.trial}`,
        outcome: row.outcome,
        message: row.reason ?? '',
        type: row.expect === 'alert' ? 'missed' : 'false alarm',
      }),
    end: summary => document(on, cases, summary.milliseconds / 1000),
  }
}

/** Findings as test cases: an error is a failure, anything less is a case that passed; the suite is the file. */
export function lintJunit(on: Paper): Report<Finding, LintSummary> {
  const cases: Case[] = []
  return {
    row: ({ row }) =>
      cases.push({
        suite: row.file ?? '(no file)',
        name: `${row.code}${row.line === null ? '' : ` ${row.line}:${row.column}`}: ${row.message}`,
        outcome: row.severity === 'error' ? 'failed' : 'passed',
        message: row.hint === null ? row.message : `${row.message} (${row.hint})`,
        type: row.code,
      }),
    end: () => document(on, cases, 0),
  }
}
