// Every public rule of SigmaHQ is read, or named with what is wrong; a small sample of our own shows the same kinds everywhere.

import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Detection } from '../../src/ir/detection.ts'
import type { Predicate } from '../../src/ir/predicate.ts'
import { link } from '../../src/rules/link.ts'
import { sigmaRules } from '../../src/rules/sigma.ts'
import type { Diagnostic } from '../../src/text/diagnostic.ts'
import { dataPresent, dataRoot } from '../acceptance/shared.ts'

const root = join(dataRoot, 'sigma-rules')

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry =>
    entry.isDirectory() ? files(join(folder, entry.name)) : /\.ya?ml$/.test(entry.name) ? [join(folder, entry.name)] : [],
  )
}

/** Why a rule cannot be evaluated: the reasons of its opaque parts. */
function reasons(rule: Detection): string[] {
  const found: string[] = []
  const visit = (predicate: Predicate): void => {
    if (predicate.kind === 'opaque') found.push(predicate.text)
    else if (predicate.kind === 'not') visit(predicate.arg)
    else if (predicate.kind === 'and' || predicate.kind === 'or') predicate.args.forEach(visit)
  }
  const walk = (query: Detection['query']): void => {
    for (const stage of query.stages) if (stage.kind === 'filter') visit(stage.where)
    if (query.from.kind === 'union') query.from.of.forEach(walk)
    if (query.from.kind === 'sequence') for (const step of query.from.steps) walk(step.of)
  }
  walk(rule.query)
  return found
}

describe('all rules of SigmaHQ', () => {
  it.skipIf(!dataPresent)('are read or named (needs ../shared/data)', () => {
    const findings: Diagnostic[] = []
    const rules: Detection[] = []
    const silent: string[] = []
    const names = files(root)
    for (const path of names) {
      const name = relative(root, path)
      const { value, diagnostics } = sigmaRules.read!({ name, text: readFileSync(path, 'utf8') })
      findings.push(...diagnostics)
      rules.push(...(value ?? []))
      if ((value ?? []).length === 0 && !diagnostics.some(finding => finding.severity === 'error')) silent.push(name)
    }
    const linked = link(rules)
    const unread = rules.filter(rule => reasons(rule).length > 0)
    const unnamed = unread.filter(rule => !findings.some(finding => finding.source === rule.written.document))
    const errors = findings.filter(finding => finding.severity === 'error')
    const placeholders = unread.filter(rule => reasons(rule).every(reason => reason.includes('has no value')))
    console.info(
      `SigmaHQ: ${names.length} files, ${rules.length} rules, ${unread.length} cannot be evaluated (${placeholders.length} for placeholders), ` +
        `${errors.length} errors, ${findings.length - errors.length} warnings`,
    )
    expect(names.length).toBe(4038)
    // Two old files hold two rules each under one global part.
    expect(rules.length).toBe(4040)
    expect(silent).toEqual([])
    expect(unnamed).toEqual([])
    expect(linked.diagnostics.filter(finding => finding.severity === 'error')).toEqual([])
    // What is refused lies among the rules that SigmaHQ itself calls unsupported, and says why.
    expect(errors.map(finding => `${finding.source!.name} ${finding.code}`)).toEqual([
      'unsupported/network/net_dns_high_subdomain_rate.yml SIG023',
      'unsupported/windows/sysmon_always_install_elevated_parent_child_correlated.yml SIG023',
      'unsupported/windows/win_dumping_ntdsdit_via_dcsync.yml SIG023',
      'unsupported/windows/win_dumping_ntdsdit_via_netsync.yml SIG023',
    ])
    expect(unread.length - placeholders.length).toBe(4)
    // The aggregations of Sigma 1, all read as the correlations they stand for.
    expect(findings.filter(finding => finding.code === 'SIG205')).toHaveLength(55)
  })
})

describe('our own sample', () => {
  const samples: readonly (readonly [name: string, rules: number, codes: readonly string[]])[] = [
    ['title: a\nlogsource: {product: windows}\ndetection: {s: {F: x}, condition: s}\n', 1, []],
    ['title: b\nlogsource: {product: windows}\ndetection: {s: {F|expand: "%x%"}, condition: s}\n', 1, ['SIG013']],
    [
      'title: c\nlogsource: {product: windows}\ndetection: {s: {F: x}, timeframe: 1h, condition: s | count() by H > 5}\n',
      1,
      ['SIG205'],
    ],
    ['title: d\nlogsource: {product: windows}\ndetection: {s: {F: x}, condition: write s to a list}\n', 1, ['SIG023']],
    [
      'action: global\ntitle: e\ndetection: {condition: s}\n---\nlogsource: {service: a}\ndetection: {s: {F: x}}\n---\nlogsource: {service: b}\ndetection: {s: {F: y}}\n',
      2,
      [],
    ],
    ['title: f\nlogsource: {product: windows\n', 0, ['SIG001']],
  ]
  it.each(samples)('%j', (text, rules, codes) => {
    const { value, diagnostics } = sigmaRules.read!({ name: 'sample.yml', text })
    expect(value).toHaveLength(rules)
    expect([...new Set(diagnostics.map(finding => finding.code))]).toEqual(codes)
  })
})
