// Changes that findings bring, over public rules: every rule can still be read afterwards, means the same, and has nothing left to mend.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { compare } from '../../src/compare.ts'
import type { Detection } from '../../src/ir/detection.ts'
import { lint } from '../../src/lint.ts'
import { mended, together } from '../../src/node/cli/mending.ts'
import { readRules } from '../../src/rules/index.ts'

const collection = fileURLToPath(new URL('../../../shared/data/sigma-rules/', import.meta.url))
const there = existsSync(collection)
if (!there) console.warn('SKIPPED: public rules of ../shared/data/sigma-rules are absent, so that their changes are not tried')

const plain = ({ query }: Detection): string => JSON.stringify(query, (key, value) => (key === 'span' ? undefined : value))

it.skipIf(!there)('keep what rules mean', () => {
  let changed = 0
  // Rules that are kept for reference are the ones in old forms.
  for (const folder of ['deprecated', 'unsupported'])
    for (const entry of readdirSync(join(collection, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !entry.name.endsWith('.yml')) continue
      const name = join(entry.parentPath, entry.name)
      const text = readFileSync(name, 'utf8')
      const before = readRules([{ name, text }])
      const fixes = lint(before.value!).flatMap(({ fix }) =>
        fix === undefined ? [] : [fix.map(({ span, text: other }) => ({ start: span.start, end: span.end, text: other }))],
      )
      if (fixes.length === 0) continue
      changed++
      const after = readRules([{ name, text: mended(text, together(fixes)) }])
      const errors = (list: typeof before.diagnostics) =>
        list.filter(({ severity }) => severity === 'error').map(({ code }) => code)
      expect(errors(after.diagnostics), name).toEqual(errors(before.diagnostics))
      expect(
        lint(after.value!)
          .filter(({ fix }) => fix !== undefined)
          .map(({ code }) => code),
        name,
      ).toEqual([])
      for (const [at, rule] of before.value!.entries())
        if (plain(rule) !== plain(after.value![at]!)) expect(compare(rule, after.value![at]!).relation, name).toBe('equal')
    }
  expect(changed).toBeGreaterThan(200)
})
