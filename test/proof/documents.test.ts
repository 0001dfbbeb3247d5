// The detections of the five published pages against each other: how they relate, and as events what each catches that the others miss.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { compare, questioned } from '../../src/compare.ts'
import type { Detection } from '../../src/ir/detection.ts'
import type { Event } from '../../src/ir/event.ts'
import { readRules } from '../../src/rules/index.ts'
import { kustoTables } from '../../src/schemas/kusto/tables.ts'

const folder = fileURLToPath(new URL('../../../shared/starting-documents/', import.meta.url))
const there = existsSync(folder)
if (!there) console.warn('SKIPPED: the published pages of ../shared/starting-documents are absent, so they are not compared')

const page = (beginning: string): string =>
  readFileSync(folder + readdirSync(folder).find(one => one.startsWith(beginning))!, 'utf8')
function cut(text: string, pattern: RegExp): string {
  const found = pattern.exec(text)?.[1]
  if (found === undefined) throw new Error(`no block ${pattern}`)
  return `${found.trim()}\n`
}
function read(name: string, text: string): Detection {
  const [detection] = readRules([{ name, text }], { tables: kustoTables }).value ?? []
  if (detection === undefined) throw new Error(`${name} cannot be read`)
  return detection
}

type Id = 'splunk' | 'sigma' | 'kusto' | 'tools' | 'union' | 'stages'
const blocks: Readonly<Record<Id, () => Detection>> = {
  splunk: () => read('search.spl', cut(page('000'), /#### Search\s+```\n([\s\S]*?)```/)),
  sigma: () => read('rule.yml', cut(page('001'), /Sigma \(Original\)\n\n([\s\S]*?)\n\nKQL/)),
  kusto: () => read('rule.kql', cut(page('001'), /KQL \(Azure Sentinel\)\n\n([\s\S]*?)\n\nRequired/)),
  tools: () => read('tools.yml', cut(page('002'), /### Sigma rule\s+```\n([\s\S]*?)```/)),
  stages: () => read('query.spl', cut(page('003'), /^logic: '([\s\S]*?)'\ntechniques/m)),
  union: () => read('query.kql', cut(page('004'), /^kusto\n(let [\s\S]*?)\n\n/m)),
}
const made = new Map<Id, Detection>()
function detection(id: Id): Detection {
  const found = made.get(id) ?? blocks[id]()
  made.set(id, found)
  return found
}

/** An event of process creation on Windows. */
const started = (CommandLine: string, Image = 'C:\\Users\\Public\\plink.exe'): Event => ({
  fields: { '$class.product': 'windows', '$class.category': 'process_creation', Image, CommandLine },
})
/** Which of the pages an event is caught by. */
const caught = (event: Event): readonly Id[] =>
  (['splunk', 'sigma', 'kusto', 'tools', 'union'] as const).filter(id => {
    const found = questioned(detection(id))
    if ('beyond' in found) throw new Error(`${id} ${found.beyond}`)
    return found.side.ask(event)
  })

describe.skipIf(!there)('the detections of five pages', () => {
  // The Sigma rule of the second page asks for plink on Windows, its Kusto query for plink on any system; the third page and the fifth
  // ask for the tool by its name alone, among others; the first wants an option, and knows the tool by its original name, too.
  const relations: readonly (readonly [Id, Id, string])[] = [
    ['kusto', 'sigma', 'wider'],
    ['sigma', 'tools', 'narrower'],
    ['sigma', 'union', 'narrower'],
    ['kusto', 'union', 'narrower'],
    ['kusto', 'tools', 'overlapping'],
    ['splunk', 'sigma', 'overlapping'],
    ['splunk', 'kusto', 'overlapping'],
    ['splunk', 'tools', 'overlapping'],
    ['splunk', 'union', 'overlapping'],
    ['tools', 'union', 'overlapping'],
  ]
  for (const [a, b, relation] of relations)
    it(`${a} is ${relation} than or with ${b}, shown by events`, () => {
      const found = compare(detection(a), detection(b))
      expect(found.relation, found.why).toBe(relation)
      const marked = (event: Event): Event => ({
        fields: Object.fromEntries(
          Object.entries(event.fields).map(([name, value]) => [name.replace(/^logsource\./, '$class.'), value]),
        ),
      })
      if (relation === 'narrower') expect(found.onlyA).toBeUndefined()
      else expect(found.onlyA).toBeDefined()
      if (relation === 'wider') expect(found.onlyB).toBeUndefined()
      else expect(found.onlyB).toBeDefined()
      if (found.onlyA !== undefined) expect([a, b].filter(id => caught(marked(found.onlyA!)).includes(id))).toEqual([a])
      if (found.onlyB !== undefined) expect([a, b].filter(id => caught(marked(found.onlyB!)).includes(id))).toEqual([b])
      expect([a, b].filter(id => caught(marked(found.both!)).includes(id))).toEqual([a, b])
    })

  it('differ on what was seen in the world: a forward over port 80 that the rule of the second page does not know', () => {
    expect(caught(started('plink -P 80 -C -R 127.0.0.3:4444:127.0.0.2:3389'))).toEqual(['splunk', 'tools', 'union'])
    // It is one of the events that the first page alone has of the two, and the third.
    for (const id of ['sigma', 'kusto'] as const) {
      expect(compare(detection('splunk'), detection(id)).onlyA).toBeDefined()
      expect(compare(detection('tools'), detection(id)).onlyA).toBeDefined()
    }
  })

  it('differ as their pages show', () => {
    for (const [event, by] of [
      // No option that the first page asks for.
      [started('plink.exe 10.0.0.7 -P 22 -m :3389'), ['sigma', 'kusto', 'tools', 'union']],
      // A login name is no forward, and case is not heeded.
      [started('plink.exe -ssh -l bob 10.0.0.7'), ['splunk', 'tools', 'union']],
      // Renamed, and known by nothing but its options.
      [started('renamed.exe -R 8080:127.0.0.1:80 host', 'C:\\Temp\\renamed.exe'), []],
      [started('ssh -D 1080 host', 'C:\\Windows\\System32\\OpenSSH\\ssh.exe'), ['union']],
    ] as const)
      expect(caught(event), String(event.fields.CommandLine)).toEqual(by)
  })

  it('cannot be compared with the fourth, which says why', () => {
    const found = compare(detection('sigma'), detection('stages'))
    expect(found.relation).toBe('undecided')
    expect(found.why).toMatch(/query/)
  })
})
