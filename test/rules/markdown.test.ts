// Pages of a pack beside its rules hold no rule and no fault, whatever words they use.

import { expect, it } from 'vitest'
import { readRules } from '../../src/rules/index.ts'

it('a page of prose that names a detection holds no rule', () => {
  const text = '# Hunts\n\ntitle: of a page\ndetection: told in words\n\n*An idea; nothing else.* Fields: `Image`, `Hashes`.\n'
  expect(readRules([{ name: 'hunts.md', text }])).toEqual({ value: [], diagnostics: [] })
})
