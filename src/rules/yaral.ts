// Rules of Google Security Operations around the sections of a query in YARA-L: name, meta and a risk score. Written only. Facts: Google's YARA-L 2.0 syntax, and the style guide of its public detection rules.

import type { Detection, Level } from '../ir/detection.ts'
import { fileName } from './elastic.ts'
import type { RuleFormat } from './rules.ts'

export const codes: Readonly<Record<string, string>> = {
  YRD101: 'a rule of Google Security Operations holds YARA-L only',
}

/** Google's words for a level, and the risk scores that its style guide gives them. */
const severities: Readonly<Record<Level, { readonly severity: string; readonly risk: number }>> = {
  informational: { severity: 'Info', risk: 10 },
  low: { severity: 'Low', risk: 35 },
  medium: { severity: 'Medium', risk: 65 },
  high: { severity: 'High', risk: 85 },
  critical: { severity: 'Critical', risk: 95 },
}

/** The value of a meta line: one line, in quotes. */
const quoted = (text: string): string =>
  `"${text
    .replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .replace(/[\\"]/g, '\\$&')}"`

function meta(detection: Detection): readonly string[] {
  const { severity } = severities[detection.level]
  const lines: readonly (readonly [string, string])[] = [
    ['author', detection.authors.join(', ')],
    ['title', detection.title],
    ['description', detection.description || detection.title],
    ['id', detection.id],
    ['status', detection.status],
    ['created', detection.created ?? ''],
    ['modified', detection.modified ?? ''],
    ['reference', detection.references.join(', ')],
    ['false_positives', detection.falsePositives.join(', ')],
    ['mitre_attack_technique', detection.attack.join(', ')],
    ['severity', severity],
    ['priority', severity],
  ]
  return lines.filter(([, value]) => value !== '').map(([key, value]) => `    ${key} = ${quoted(value)}`)
}

/** A rule: what the detection says of itself in `meta`, the query's own sections, and a risk score in `outcome`. */
export const yaralRule: RuleFormat = {
  id: 'yara-l',
  title: 'Google Security Operations rule (YARA-L)',
  detect: () => 0,
  write(detection, printed, _columns, place) {
    if (place !== undefined && place.language !== 'yaral') {
      return {
        diagnostics: [
          {
            code: 'YRD101',
            severity: 'error',
            message: `a rule of Google Security Operations holds YARA-L, not "${place.language}"`,
            hint: 'convert to secops',
          },
        ],
      }
    }
    const own = printed.text.split('\n')
    const grouped = own.includes('match:')
    const risk = detection.risk?.score ?? severities[detection.level].risk
    // An outcome of a rule with a window is an aggregate.
    const score = `  $risk_score = ${grouped ? `max(${risk})` : risk}`
    const outcome = own.indexOf('outcome:')
    const condition = own.lastIndexOf('condition:')
    const body =
      outcome === -1
        ? [...own.slice(0, condition), 'outcome:', score, '', ...own.slice(condition)]
        : [...own.slice(0, outcome + 1), score, ...own.slice(outcome + 1)]
    const plain = fileName(detection)
    const name = /^[a-z]/.test(plain) ? plain : `rule_${plain}`
    const text = [
      `rule ${name} {`,
      '',
      '  meta:',
      ...meta(detection),
      '',
      ...body.map(line => (line === '' ? '' : `  ${line}`)),
      '}',
      '',
    ].join('\n')
    return { value: [{ name: `${name}.yaral`, text }], diagnostics: [] }
  },
  codes,
}
