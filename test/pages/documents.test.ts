// The five documents the project started from, item by item, over the pages that we make: of a rule of our own everywhere, and of the document's own rule where that is at hand.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { catalog } from '../../src/catalog.ts'
import { check, detectionPage, draw, knownOf, policy } from '../../src/pages/index.ts'
import { readRules } from '../../src/rules/index.ts'
import type { Source } from '../../src/text/source.ts'
import { dataPresent, dataRoot } from '../acceptance/shared.ts'
import { type Item, type Original, originals, type Wanted } from './originals.ts'

const guides = ['playbook', 'investigation', 'hunts', 'tuning'].map(name => {
  const markdown = readFileSync(`packs/t1572/${name}.md`, 'utf8')
  return { folder: 'packs/t1572', title: /^# (.*)$/m.exec(markdown)![1]!, markdown }
})

const ownAtomics: readonly Source[] = [
  {
    name: 'T1572/T1572.yaml',
    text: 'attack_technique: T1572\ndisplay_name: Protocol Tunneling\natomic_tests:\n- name: A forward with plink\n  auto_generated_guid: 9a000000-0000-4000-8000-000000000001\n  description: Opens a forward.\n  supported_platforms: [windows]\n  executor:\n    name: command_prompt\n    command: C:\\t\\plink.exe -R 33389:127.0.0.1:3389 user@host.example -P 443\n    cleanup_command: taskkill /im plink.exe\n',
  },
]

const realAtomics = (): readonly Source[] =>
  readdirSync(`${dataRoot}atomics`, { recursive: true, encoding: 'utf8' })
    .filter(name => /T\d{4}(?:\.\d{3})?\.yaml$/.test(name))
    .sort()
    .map(name => ({ name, text: readFileSync(`${dataRoot}atomics/${name}`, 'utf8') }))

/** What lies beside security content and is needed to read it. */
const macros = { summaries: 'summariesonly=false allow_old_summaries=true', plink_carries_a_tunnel_filter: 'search *' }

const flat = (text: string): string => text.replace(/\s+/g, ' ')

const spoken = (html: string): string =>
  flat(html.replace(/<[^>]*>/g, ' '))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')

/** The text of each section of a page, by its id: `head` is what stands above them, `side` the side, `proof` the strip. */
function sections(html: string): ReadonlyMap<string, string> {
  const body = html.slice(html.indexOf('<main'), html.indexOf('</main>'))
  const head = body.slice(0, body.indexOf('<div class="cols">'))
  const found = new Map([
    ['head', spoken(head)],
    ['proof', spoken(head.slice(head.indexOf('id="proof"')))],
    ['side', spoken(body.slice(body.indexOf('<aside'), body.indexOf('</aside>')))],
  ])
  for (const part of body.split('<section class="part"><h3 id="').slice(1))
    found.set(part.slice(0, part.indexOf('"')), spoken(part.slice(part.indexOf('>') + 1)))
  return found
}

async function pageOf(source: Source, atomics: readonly Source[]): Promise<string> {
  const read = readRules([source], source.name.startsWith('escu/') ? { names: macros } : {})
  const shelf = await catalog(read.value!, { documents: [source], atomics, texts: guides })
  const slug = shelf.catalog.briefs[0]!.slug
  const site = { name: 'Rules', attack: shelf.catalog.attack, build: 'test' }
  return draw(detectionPage(await shelf.entry(slug), { path: `d/${slug}/`, known: knownOf(shelf.catalog) }, site, {}), site)
}

const has = (text: string, wanted: Wanted): boolean =>
  typeof wanted === 'string' ? text.includes(flat(wanted)) : wanted.test(text)

/** Walks the list over a page. */
function walk(original: Original, html: string, wantedOf: (item: Item) => readonly Wanted[]): void {
  const by = sections(html)
  for (const item of original.items)
    it(`shows: ${item.shows}`, () => {
      const text = by.get(item.at) ?? ''
      expect(wantedOf(item).filter(wanted => !has(text, wanted))).toEqual([])
    })
  for (const fault of original.faults)
    it(`has not ${fault.number}: ${fault.shows}`, () => {
      const text = by.get(fault.at) ?? ''
      expect(wantedOf(fault).filter(wanted => !has(text, wanted))).toEqual([])
      expect((fault.lacks ?? []).filter(wanted => has(text, wanted))).toEqual([])
    })
  it('is whole: no empty section, no broken table, no link to nowhere, no entity twice escaped', () => {
    const slug = /d\/([a-z0-9-]+)\//.exec(html)?.[1] ?? ''
    expect(check(`d/${slug}/`, html, policy).faults).toEqual([])
    const words = html.replace(/<figure class="code"[\s\S]*?<\/figure>/g, '')
    // Queries may hold entities of their own.
    expect(/&amp;(?:amp|lt|gt|quot);/.test(words)).toBe(false)
    expect(/>\s*(?:undefined|null|NaN|\[object Object\])\s*</.exec(words)?.[0]).toBeUndefined()
  })
}

for (const original of originals) {
  describe(`document ${original.document}, ${original.about}: a rule of our own`, async () => {
    walk(original, await pageOf({ name: original.name, text: original.text }, ownAtomics), item => item.own ?? item.holds)
  })
  if (original.real === undefined) continue
  const path = dataRoot + original.real
  const present = dataPresent && existsSync(path)
  if (!present) console.warn(`SKIPPED: our page of the rule of document ${original.document}, which ../shared/data would hold`)
  describe.skipIf(!present)(`document ${original.document}, ${original.about}: its own rule`, async () => {
    const html = present ? await pageOf({ name: original.real!, text: readFileSync(path, 'utf8') }, realAtomics()) : ''
    walk(original, html, item => item.holds)
  })
}
