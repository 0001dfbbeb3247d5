// The five starting documents, item by item: what they show of a rule is among the facts that we have of the same rule.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { catalog } from '../../src/catalog.ts'
import { readRules } from '../../src/rules/index.ts'
import type { Source } from '../../src/text/source.ts'
import { dataPresent, dataRoot } from '../acceptance/shared.ts'
import { type Original, originals } from './originals.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const pack = ['playbook.md', 'investigation.md', 'hunts.md', 'tuning.md'].map(name => {
  const markdown = readFileSync(`${root}packs/t1572/${name}`, 'utf8')
  return { folder: 'packs/t1572', title: /^# (.+)$/m.exec(markdown)![1]!, markdown }
})

function sourcesOf(original: Original): readonly Source[] {
  if (original.text !== undefined) return [{ name: 'own.yml', text: original.text }]
  return [
    ...(original.shared ?? []).map(path => ({ name: path, text: readFileSync(dataRoot + path, 'utf8') })),
    ...(original.project ?? []).map(path => ({ name: path, text: readFileSync(root + path, 'utf8') })),
  ]
}

function atomics(): readonly Source[] {
  if (!dataPresent) return []
  return readdirSync(`${dataRoot}atomics`, { recursive: true, encoding: 'utf8' })
    .filter(name => /T\d{4}(?:\.\d{3})?\.yaml$/.test(name))
    .sort()
    .map(name => ({ name, text: readFileSync(`${dataRoot}atomics/${name}`, 'utf8') }))
}

/** All texts of the facts, one after the other. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value === 'number') return [String(value)]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(textsOf)
}

/** A text of few letters is found in anything: it must be a fact of its own. */
const shortest = 4

const flat = (text: string): string => text.replace(/\s+/g, ' ')

for (const original of originals) {
  const needs = original.shared !== undefined || original.document === '004'
  const present = !needs || (dataPresent && (original.shared ?? []).every(path => existsSync(dataRoot + path)))
  if (!present) console.warn(`SKIPPED: document ${original.document} is not compared, since ../shared/data is absent`)
  describe.skipIf(!present)(`document ${original.document}, ${original.about}`, async () => {
    const documents = present ? sourcesOf(original) : []
    const detections = readRules(documents).value ?? []
    const shelf = await catalog(detections, { documents, atomics: atomics(), texts: pack })
    const brief = shelf.catalog.briefs.find(one => one.title === original.title)
    const entry = brief === undefined ? undefined : await shelf.entry(brief.slug)
    const texts = textsOf(entry).map(flat)
    it('is about a rule that we have', () => expect(entry).toBeDefined())
    for (const { item, holds } of original.items)
      it(item, () => {
        const missing = holds.filter(
          wanted =>
            !texts.some(text =>
              typeof wanted === 'string'
                ? wanted.length < shortest
                  ? text === wanted
                  : text.includes(flat(wanted))
                : wanted.test(text),
            ),
        )
        expect(missing.map(String)).toEqual([])
      })
  })
}
