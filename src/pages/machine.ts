// The site for machines: a page as Markdown, all queries as text, feeds, the search index, the map of the site. Texts of authors are escaped for each form.

import { navigatorLayers } from '../attack/layer.ts'
import type { Brief, Catalog, TechniqueUse } from '../catalog/collection.ts'
import type { Entry, VerdictWord } from '../catalog/entry.ts'
import type { Index, Row } from './browser/search.ts'
import { techniquePath, verdictWords } from './elements.tsx'
import type { Site } from './frame.tsx'
import { datedFirst, dayOf } from './lists.tsx'

/** Text in Markdown that stays text. */
const plain = (text: string): string => text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]<>#|~]/g, '\\$&')

/** Code in Markdown, in a fence longer than any within. */
function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(found => found[0].length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}${language}\n${text.endsWith('\n') ? text : `${text}\n`}${fence}`
}

const quoted = (text: string): string => {
  const ticks = Math.max(0, ...[...text.matchAll(/`+/g)].map(found => found[0].length))
  const marks = '`'.repeat(ticks + 1)
  const line = text.replace(/\s+/g, ' ')
  return ticks > 0 || line.startsWith(' ') ? `${marks} ${line} ${marks}` : `${marks}${line}${marks}`
}

const cell = (text: string): string => text.replaceAll('|', '\\|')

/** The page of a detection as Markdown. */
export function markdownOf(entry: Entry): string {
  const { rule } = entry
  const out: string[] = [`# ${plain(rule.title)}`, '']
  const list = (title: string, lines: readonly string[]) => {
    const said = lines.filter(line => line.trim() !== '')
    if (said.length > 0) out.push(`## ${title}`, '', ...said.map(line => `- ${line}`), '')
  }
  if (rule.description.trim() !== '') out.push(rule.description.split('\n').map(plain).join('\n'), '')
  out.push(
    `- id: ${quoted(rule.id)}`,
    `- level: ${plain(rule.level)}, status: ${plain(rule.status)}`,
    ...(rule.authors.length === 0 ? [] : [`- author: ${rule.authors.map(plain).join(', ')}`]),
    ...(rule.created === undefined ? [] : [`- created: ${plain(rule.created)}`]),
    ...(rule.modified === undefined ? [] : [`- modified: ${plain(rule.modified)}`]),
    `- file: ${quoted(entry.source.file)}, SHA-256 ${quoted(entry.source.hash)}`,
    '',
  )
  if (entry.reading.length > 0)
    out.push(
      '## In plain words',
      '',
      ...entry.reading.map(one => `${'  '.repeat(Math.min(one.depth, 12))}- ${plain(one.text)}`),
      '',
    )
  list(
    'ATT&CK',
    entry.attack.map(one => {
      const tactics = one.tactics.map(tactic => tactic.name).join(', ')
      const state =
        one.state === 'live'
          ? ''
          : ` (${one.state}${one.successor === undefined ? '' : `, now ${one.successor.id} ${plain(one.successor.name)}`})`
      return `${plain(one.technique)}${one.name === undefined ? '' : ` ${plain(one.name)}`}${state}${tactics === '' ? '' : `: ${plain(tactics)}`}`
    }),
  )
  if (entry.predicates.length > 0)
    out.push(
      '## What is asked',
      '',
      '| # | field | test | value | case | other rules |',
      '| --- | --- | --- | --- | --- | --- |',
      ...entry.predicates.map(
        (one, index) =>
          `| ${index + 1} | ${cell(quoted(one.field))} | ${one.negated ? 'not ' : ''}${cell(one.op)} | ${cell(quoted(one.value))} | ${one.fold ? 'ignored' : 'counts'} | ${one.corpus} |`,
      ),
      '',
    )
  list(
    'Data needed',
    entry.sources.map(source => {
      const events = source.events.map(event => `${event.channel}${event.id === undefined ? '' : ` ${event.id}`}`).join(', ')
      return `${plain(source.title)}${events === '' ? '' : ` (${plain(events)})`}${source.need === undefined ? '' : `: ${plain(source.need)}`}`
    }),
  )
  out.push('## The rule', '', fenced(entry.source.text, entry.source.format === 'elastic' ? 'toml' : 'yaml'), '')
  if (entry.conversions.length > 0) {
    out.push('## Queries', '')
    for (const one of entry.conversions) {
      out.push(`### ${plain(one.title)}`, '', `${verdictWords[one.verdict].word}: ${verdictWords[one.verdict].claim}`, '')
      for (const finding of one.findings) out.push(`- ${finding.code}: ${plain(finding.message)}`)
      if (one.findings.length > 0) out.push('')
      if (one.query !== undefined) out.push(fenced(one.query, one.language), '')
    }
  }
  list(
    'Tests',
    entry.tests.map(test => {
      const own = test.results.find(result => result.engine === 'terrier')
      return `${plain(test.name)}: expected ${test.expect}, ${own === undefined || own.outcome === 'absent' ? 'not run' : own.outcome}`
    }),
  )
  list(
    'Noise',
    entry.noise.map(one => `${plain(one.corpus)}: ${one.hits} hits in ${one.events} events`),
  )
  list('False positives', rule.falsePositives.map(plain))
  list('Tuning', entry.guidance.tuning.map(plain))
  list('Blind spots', entry.guidance.blindSpots.map(plain))
  list('Triage', entry.guidance.triage.map(plain))
  list('Response', entry.guidance.response.map(plain))
  list(
    'References',
    rule.references.map(one => plain(one.text)),
  )
  return `${out.join('\n').trimEnd()}\n`
}

/** Every query of a rule, under lines that say for which target. */
export function queriesText(entry: Entry): string {
  return entry.conversions
    .filter(one => one.query !== undefined)
    .map(one => `=== ${one.target} · ${one.title.replace(/\s+/g, ' ')} · ${verdictWords[one.verdict].word} ===\n${one.query}\n`)
    .join('\n')
}

/** The events of a rule's tests, a line each, with the test's name and what it expects. */
export function eventsLines(entry: Entry): string {
  return entry.tests
    .flatMap(test => test.events.map(event => `${JSON.stringify({ test: test.name, expect: test.expect, event })}\n`))
    .join('')
}

const newest = 100

const noted = (brief: Brief): string =>
  [brief.hypothesis, `Level ${brief.level}.`, brief.techniques.length === 0 ? '' : `ATT&CK ${brief.techniques.join(', ')}.`]
    .filter(text => text !== '')
    .join(' ')

/** A name of a rule that never changes: its id where that is a UUID, else made of its slug. */
const idOf = (brief: Brief): string =>
  /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(brief.id)
    ? `urn:uuid:${brief.id.toLowerCase()}`
    : `tag:terrier.invalid,2026:${brief.slug}`

/** The newest rules as JSON Feed 1.1. Addresses are absolute where the site knows its own. */
export function jsonFeed(briefs: readonly Brief[], site: Site, path: string, title: string): string {
  const items = datedFirst(briefs)
    .slice(0, newest)
    .map(brief => ({
      id: idOf(brief),
      ...(site.base === undefined ? {} : { url: `${site.base}d/${brief.slug}/` }),
      title: brief.title,
      content_text: noted(brief),
      date_published: `${(/^\d{4}-\d{2}-\d{2}/.exec(brief.created ?? '') ?? [dayOf(brief)])[0]}T00:00:00Z`,
      date_modified: `${dayOf(brief)}T00:00:00Z`,
      tags: [...brief.techniques, brief.level],
      ...(brief.authors.length === 0 ? {} : { authors: brief.authors.map(name => ({ name })) }),
    }))
  return `${JSON.stringify(
    {
      version: 'https://jsonfeed.org/version/1.1',
      title,
      ...(site.base === undefined ? {} : { home_page_url: site.base, feed_url: `${site.base}${path}` }),
      language: 'en',
      items,
    },
    undefined,
    1,
  )}\n`
}

/** Text in XML: markup escaped, what XML forbids left out. */
const xml = (text: string): string =>
  text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)

/** The newest rules as Atom. A feed without a dated rule has none of its own: its day is that of ATT&CK's first version here. */
export function atomFeed(briefs: readonly Brief[], site: Site): string {
  const dated = datedFirst(briefs).slice(0, newest)
  const entries = dated.map(
    brief => `  <entry>
    <id>${xml(idOf(brief))}</id>
    <title>${xml(brief.title)}</title>
    <updated>${dayOf(brief)}T00:00:00Z</updated>
${site.base === undefined ? '' : `    <link rel="alternate" type="text/html" href="${xml(`${site.base}d/${brief.slug}/`)}"/>\n`}${brief.techniques.map(id => `    <category term="${xml(id)}"/>\n`).join('')}    <content type="text">${xml(noted(brief))}</content>
  </entry>
`,
  )
  const authors = [...new Set(dated.flatMap(brief => brief.authors))]
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <id>${xml(site.base ?? `tag:terrier.invalid,2026:${site.name.replace(/\s+/g, '-')}`)}</id>
  <title>${xml(site.name)}</title>
  <updated>${dated[0] === undefined ? '1970-01-01' : dayOf(dated[0])}T00:00:00Z</updated>
  <author><name>${xml(authors.length === 1 ? authors[0]! : site.name)}</name></author>
${site.base === undefined ? '' : `  <link rel="self" type="application/atom+xml" href="${xml(`${site.base}feed.xml`)}"/>\n`}${entries.join('')}</feed>
`
}

const letters: Readonly<Record<VerdictWord, string>> = { equivalent: 's', differs: 'd', undecided: 'u', refused: 'r' }

/** The index that search uses, and the values that rules look for, in a file of their own. */
export function searchFiles(catalog: Catalog): { readonly index: string; readonly values: string } {
  const place = (list: readonly string[]) => new Map(list.map((one, index) => [one, index]))
  const fields = catalog.fields.map(one => one.name)
  const sources = catalog.sources.map(one => one.key)
  const stories = catalog.stories.map(one => one.name)
  const targets = catalog.targets.map(one => one.id)
  const [fieldAt, sourceAt, storyAt] = [place(fields), place(sources), place(stories)]
  const at = (of: ReadonlyMap<string, number>, list: readonly string[]) => list.flatMap(one => of.get(one) ?? [])
  const rows: readonly Row[] = catalog.briefs.map(brief => ({
    slug: brief.slug,
    title: brief.title,
    level: brief.level,
    status: brief.status,
    text: brief.hypothesis.slice(0, 300),
    techniques: brief.techniques,
    tactics: brief.tactics,
    fields: at(fieldAt, brief.fields),
    sources: at(sourceAt, brief.sources),
    stories: at(storyAt, brief.stories),
    verdicts: targets.map(id => (brief.verdicts[id] === undefined ? '-' : letters[brief.verdicts[id]])).join(''),
  }))
  const named = new Set(catalog.briefs.flatMap(brief => brief.techniques))
  const index: Index = {
    rules: rows,
    fields,
    sources,
    stories,
    targets,
    techniques: Object.fromEntries(catalog.techniques.filter(one => named.has(one.id)).map(one => [one.id, one.name])),
  }
  const slugs = place(catalog.briefs.map(brief => brief.slug))
  const values = catalog.indicators
    .filter(one => one.rules.length > 0)
    .map(one => [one.value.slice(0, 300), fieldAt.get(one.field) ?? -1, at(slugs, one.rules)])
  return { index: `${JSON.stringify(index)}\n`, values: `${JSON.stringify(values)}\n` }
}

/** The layers of a collection for ATT&CK Navigator, with links to the pages of techniques where the site knows its address. */
export function layers(catalog: Catalog, site: Site, of: readonly TechniqueUse[] = catalog.techniques): string {
  const ids = new Map(catalog.briefs.map(brief => [brief.slug, brief.id]))
  const scored = of
    .filter(one => one.state === 'live')
    .map(one => ({
      technique: one.id,
      counts: one.coverage,
      ids: one.rules.flatMap(slug => ids.get(slug) ?? []),
      ...(site.base === undefined ? {} : { link: { label: one.name, url: `${site.base}${techniquePath(one.id)}` } }),
    }))
  const made = navigatorLayers(
    site.name,
    scored,
    catalog.techniques.some(one => one.coverage.visible !== undefined),
  )
  return `${JSON.stringify(made, undefined, 1)}\n`
}

/** Coverage as a table for spreadsheets: a line for each technique that is live or that rules name. */
export function coverageTable(catalog: Catalog): string {
  // A spreadsheet takes what begins with one of these for a formula.
  const cellOf = (value: string | number): string => {
    const text = String(value)
    return `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`
  }
  const rows = catalog.techniques
    .filter(one => one.state === 'live' || one.rules.length > 0)
    .map(one => [
      one.id,
      one.name,
      one.tactics.join(' '),
      one.state,
      one.coverage.rules,
      one.coverage.proven,
      one.coverage.tested,
      one.coverage.visible ?? '',
    ])
  return [['technique', 'name', 'tactics', 'state', 'rules', 'proven', 'tested', 'visible'], ...rows]
    .map(row => `${row.map(cellOf).join(',')}\r\n`)
    .join('')
}

/** The addresses of all pages, at most 50,000 to a map, as the protocol says. */
export function sitemaps(paths: readonly string[], base: string): readonly { readonly path: string; readonly text: string }[] {
  const most = 50_000
  const urls = (list: readonly string[]) =>
    `<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${list.map(path => `<url><loc>${xml(`${base}${path}`)}</loc></url>\n`).join('')}</urlset>\n`
  if (paths.length <= most) return [{ path: 'sitemap.xml', text: urls(paths) }]
  const parts = Array.from({ length: Math.ceil(paths.length / most) }, (_, index) => ({
    path: `sitemap-${index + 1}.xml`,
    text: urls(paths.slice(index * most, (index + 1) * most)),
  }))
  const list = parts.map(part => `<sitemap><loc>${xml(`${base}${part.path}`)}</loc></sitemap>\n`).join('')
  return [
    ...parts,
    {
      path: 'sitemap.xml',
      text: `<?xml version="1.0" encoding="utf-8"?>\n<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${list}</sitemapindex>\n`,
    },
  ]
}

/** How a browser may add the site's search. */
export function openSearch(site: Site): string {
  return `<?xml version="1.0" encoding="utf-8"?>
<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">
  <ShortName>${xml(site.name.slice(0, 16))}</ShortName>
  <Description>${xml(site.name)}</Description>
  <InputEncoding>UTF-8</InputEncoding>
  <Url type="text/html" template="${xml(`${site.base ?? ''}search/?q={searchTerms}`)}"/>
</OpenSearchDescription>
`
}
