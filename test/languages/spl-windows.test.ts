// SPL over every Windows rule of SigmaHQ: what is converted, and for what reasons the rest is refused.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { convert } from '../../src/convert.ts'
import { readRules } from '../../src/rules/index.ts'
import { targetOf } from '../../src/targets.ts'

const folder = join(import.meta.dirname, '../../../shared/data/sigma-rules/rules/windows')
const present = existsSync(folder)
if (!present) console.info('skipped: SPL over SigmaHQ’s Windows rules (needs ../shared/data)')

const files = (of: string): readonly string[] =>
  readdirSync(of, { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.yml'))
    .map(entry => join(entry.parentPath, entry.name))
    .sort()

/** Codes that say what a language or schema cannot do. */
const known = /^(?:SPL1|SCH10|PRN10)\d/

describe('Windows rules of SigmaHQ', () => {
  for (const [id, least] of [
    ['splunk', 0.9],
    ['splunk-security', 0.4],
    ['splunk-cim', 0.4],
  ] as const) {
    it.skipIf(!present)(`${id} (needs ../shared/data)`, () => {
      const target = targetOf(id)!
      const reasons = new Map<string, number>()
      let rules = 0
      let converted = 0
      for (const file of files(folder)) {
        const read = readRules([{ name: file, text: readFileSync(file, 'utf8') }])
        for (const detection of read.value ?? []) {
          rules++
          const { value, diagnostics } = convert(detection, target, { document: 'none' })
          if (value !== undefined) {
            converted++
            expect(value.printed.text).not.toMatch(/\|\s*$|undefined/)
            continue
          }
          const errors = diagnostics.filter(finding => finding.severity === 'error')
          expect(errors.length).toBeGreaterThan(0)
          for (const finding of errors) expect(finding.code).toMatch(known)
          const first = errors[0]!
          const reason = `${first.code} ${first.message}`
          reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
        }
      }
      const told = [...reasons].sort((a, b) => b[1] - a[1]).map(([reason, count]) => `  ${count} ${reason}`)
      console.info(`${id}: ${converted} of ${rules} rules converted\n${told.slice(0, 40).join('\n')}`)
      expect(converted / rules).toBeGreaterThan(least)
    })
  }
})
