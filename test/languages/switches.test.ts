// The questions that manuals leave open are those that readers ask, and no others.

import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { languages } from '../../src/languages/index.ts'
import { switches } from '../../src/languages/switches.ts'

const names = new Set(languages.map(language => language.id).concat('elastic', 'sql'))
const files = readdirSync('src/languages', { recursive: true, encoding: 'utf8' }).filter(
  name => name.endsWith('.ts') && name !== 'switches.ts',
)

it('every switch that a reader names is listed, and every one listed is named by a reader', () => {
  const found = new Set<string>()
  for (const file of files)
    for (const [, name, of] of readFileSync(`src/languages/${file}`, 'utf8').matchAll(/'((\w+)\.[a-z]\w*)'/g))
      if (names.has(of!)) found.add(name!)
  expect([...found].sort()).toEqual(Object.keys(switches).sort())
})
