// A collection as the files of a static site, in groups that are drawn when they are asked for: each group has a key that changes when anything on its pages would.

import type { Brief, Catalog, Shelf } from '../catalog/collection.ts'
import type { Entry, RelatedFact } from '../catalog/entry.ts'
import { actorPage, actorPath, actorsOf, actorsPage } from './actors.tsx'
import { apiFiles } from './api.ts'
import { coverageListPage, coveragePage, tacticPage, techniquePage } from './attack.tsx'
import { type Change, changesBetween, indexJson, type Kept, logicOf, print } from './changes.ts'
import { lintPage, namePage, namesPage, newPage, qualityPages, storiesPage, storyPage } from './collections.tsx'
import { detectionPage, siblingsOf } from './detection/detection.tsx'
import { comparable, pairPath } from './detection/relations.tsx'
import { type Here, type Known, techniquePath } from './elements.tsx'
import { comparePage, proofPage, targetPage, targetsPage, testPage } from './evidence.tsx'
import { draw, type Page, type Site } from './frame.tsx'
import { aboutPage, homePage, levelNames, lostPage, movedPage, rulePages, searchPage } from './lists.tsx'
import {
  atomFeed,
  coverageTable,
  eventsLines,
  jsonFeed,
  layers,
  markdownOf,
  openSearch,
  queriesText,
  searchFiles,
  sitemaps,
} from './machine.ts'
import { fieldPage, fieldsPage, indicatorPage, indicatorsPage, sourcePage, sourcesPage, usersOf } from './needs.tsx'
import { styles } from './styles.ts'

/** A file of the site: its path from the root, and its text. */
export interface SiteFile {
  readonly path: string
  readonly text: string
}

/** Files that are made together. The same name and key mean the same files. */
export interface Group {
  readonly name: string
  readonly key: string
  files(): Promise<readonly SiteFile[]>
}

export interface SiteOptions {
  /** The name of the collection. */
  readonly name: string
  /** Where the site will be, with a slash at its end. */
  readonly base?: string
  /** The program and its version. */
  readonly program: string
  /** What tells one state of the code that draws from another; it is in no page. */
  readonly state?: string
  /** The scripts of `src/pages/browser`, by the name of their file. */
  readonly scripts: Readonly<Record<string, string>>
  /** What an earlier build kept, to tell what is new. */
  readonly before?: readonly Kept[]
  /** The text of a security.txt, which is published as it is. */
  readonly security?: string
  /** What was told of entries, by slug and digest: taken from an earlier build, and brought up to date. It saves reading entries that are as they were. */
  readonly told?: Map<string, Told>
}

/** What of an entry the pages of others depend on. */
export interface Told {
  readonly logic: string
  /** Slugs of rules that it has a page of comparison with. */
  readonly pairs: readonly string[]
}

const toldOf = (entry: Entry, known: Known): Told => ({
  logic: logicOf(entry),
  pairs: entry.related.flatMap(one => (comparable(one, entry.slug, known) ? [one.slug] : [])),
})

const theme =
  "{const root=document.documentElement;root.classList.add('js');try{const kept=localStorage.getItem('theme');if(kept==='light'||kept==='dark')root.dataset.theme=kept}catch{}}\n"

const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="#0b5a8a" d="M4 4h7l3 5h6l8 6v6l-4 2v5H8V16H4z"/><circle cx="19" cy="14" r="1.6" fill="#fff"/></svg>\n'

const isTechnique = (one: { readonly id: string }): boolean => /^T\d{4}(?:\.\d{3})?$/.test(one.id)

/** What may be linked to: what has a page in this collection. */
export function knownOf(catalog: Catalog): Known {
  return {
    briefs: new Map(catalog.briefs.map(one => [one.slug, one])),
    // An id that is none is text of a rule's author, and names no page.
    techniques: new Map(catalog.techniques.filter(isTechnique).map(one => [one.id, one])),
    tactics: new Map(catalog.tactics.map(one => [one.shortname, one])),
    sources: new Set(catalog.sources.map(one => one.key)),
    fields: new Map(catalog.fields.map(one => [one.name, one.key])),
    indicators: new Set(catalog.indicators.filter(one => usersOf(one) > 1).map(one => one.key)),
    stories: new Map(catalog.stories.map(one => [one.name, one.key])),
    names: new Map(catalog.names.map(one => [`${one.kind}:${one.name}`, one.key])),
    targets: new Set(catalog.targets.map(one => one.id)),
    codes: new Set(catalog.lint.map(one => one.code)),
    actors: new Set(actorsOf(catalog).map(one => one.id)),
  }
}

/** The site of a collection, group by group. Groups are drawn one at a time; the last ones need what the first have told. */
export async function* siteOf(shelf: Shelf, options: SiteOptions): AsyncGenerator<Group> {
  const { catalog } = shelf
  const known = knownOf(catalog)
  const site: Site = { name: options.name, base: options.base, attack: catalog.attack, build: options.program }
  const at = (path: string): Here => ({ path, known })
  const sheet = styles(catalog.targets.length)
  // What every page shows or depends on beside its own facts.
  const common = print(
    JSON.stringify([
      options.name,
      options.base,
      options.program,
      options.state,
      catalog.attack,
      sheet,
      [...known.targets],
      [...known.codes],
      [...known.names],
    ]),
  )
  const paths: string[] = []
  const file = (page: Page): SiteFile => ({
    path: page.path.endsWith('.html') ? page.path : `${page.path}index.html`,
    text: draw(page, site),
  })
  const group = (name: string, of: unknown, pages: () => readonly Page[], more: () => readonly SiteFile[] = () => []): Group => ({
    name,
    key: print(`${common}${JSON.stringify(of)}`),
    files: async () => [...pages().map(file), ...more()],
  })
  const page = (path: string, of: unknown, make: (here: Here) => Page): Group => {
    paths.push(path)
    return group(path, of, () => [make(at(path))])
  }

  yield {
    name: 'assets',
    key: print(`${common}${JSON.stringify(options.scripts)}${theme}${icon}`),
    files: async () => [
      { path: 'style.css', text: sheet },
      { path: 'theme.js', text: theme },
      { path: 'icon.svg', text: icon },
      ...Object.entries(options.scripts).map(([path, text]) => ({ path, text })),
    ],
  }

  // Detections, each with its evidence and its other forms.
  const told = options.told ?? new Map<string, Told>()
  const fresh = new Map<string, Told>()
  for (const [place, brief] of catalog.briefs.entries()) {
    const neighbours = { before: catalog.briefs[place - 1], after: catalog.briefs[place + 1] }
    const around = [
      brief.digest,
      brief.aliases,
      neighbours.before?.slug,
      neighbours.before?.title,
      neighbours.after?.slug,
      neighbours.after?.title,
      brief.fields.map(name => known.fields.get(name)),
      brief.techniques.map(id => known.techniques.get(id)?.name),
      brief.stories.map(name => known.stories.get(name)),
    ]
    const path = `d/${brief.slug}/`
    paths.push(path)
    const files = async (): Promise<readonly SiteFile[]> => {
      const entry = await shelf.entry(brief.slug)
      fresh.set(brief.slug, toldOf(entry, known))
      return [...entryFiles(entry, at, site, neighbours), ...aliasPages(brief, known).map(file)]
    }
    yield { name: path, key: print(`${common}${JSON.stringify(around)}`), files }
    if (!fresh.has(brief.slug))
      fresh.set(brief.slug, told.get(`${brief.slug}\n${brief.digest}`) ?? toldOf(await shelf.entry(brief.slug), known))
  }
  told.clear()
  for (const brief of catalog.briefs) told.set(`${brief.slug}\n${brief.digest}`, fresh.get(brief.slug)!)

  // Two rules of which it was decided how they stand have one page, whichever of them says so.
  const pairs = new Set<string>()
  for (const [slug, of] of fresh)
    for (const other of of.pairs) {
      const [a, b] = slug < other ? [slug, other] : [other, slug]
      const path = pairPath(a, b)
      if (pairs.has(path)) continue
      pairs.add(path)
      paths.push(path)
      const digests = [known.briefs.get(a)?.digest, known.briefs.get(b)?.digest]
      yield {
        name: path,
        key: print(`${common}${JSON.stringify([digests, fresh.get(a)?.pairs.includes(b)])}`),
        files: async () => [file(pairPage(await shelf.entry(a), await shelf.entry(b), at(path)))],
      }
    }

  // What lists of rules show of each.
  const shown = new Map(
    catalog.briefs.map(brief => [
      brief.slug,
      print(JSON.stringify([brief.title, brief.level, brief.techniques, brief.verdicts, brief.tests])),
    ]),
  )
  const rows = (slugs: readonly string[]) => slugs.map(slug => [slug, shown.get(slug)])

  for (const one of catalog.techniques.filter(isTechnique)) {
    const path = techniquePath(one.id)
    const briefs = one.rules.flatMap(slug => known.briefs.get(slug) ?? [])
    const sources = new Set(briefs.flatMap(brief => brief.sources))
    const of = [
      one,
      rows(one.rules),
      one.children.map(id => catalog.techniques.find(other => other.id === id)?.coverage),
      catalog.sources
        .filter(source => sources.has(source.key))
        .map(source => [source.key, source.title, source.need, source.unserved]),
    ]
    paths.push(path)
    yield group(
      path,
      of,
      () => [techniquePage(one, catalog, at(path))],
      () =>
        one.rules.length === 0
          ? []
          : [
              {
                path: `${path}feed.json`,
                text: jsonFeed(briefs, site, `${path}feed.json`, `${site.name}: ${one.id} ${one.name}`),
              },
              { path: `${path}layer.json`, text: layers(catalog, site, [one]) },
            ],
    )
  }
  const actors = actorsOf(catalog)
  for (const one of actors) {
    const { techniques, ...said } = one
    const of = techniques.map(({ id, name, coverage, rules }) => [id, name, coverage, rows(rules)])
    yield page(actorPath(one.id), [said, of], here => actorPage(one, catalog, here))
  }
  const coverages = print(JSON.stringify(catalog.techniques.map(one => [one.id, one.name, one.coverage])))
  for (const one of catalog.tactics)
    yield page(`tactic/${one.shortname}/`, [one, rows(one.rules), coverages], here => tacticPage(one, catalog, here))
  for (const one of catalog.sources) yield page(`data/${one.key}/`, [one, rows(one.rules)], here => sourcePage(one, here))
  for (const one of catalog.fields)
    yield page(
      `field/${one.key}/`,
      [one, rows(one.rules), one.values.map(value => known.indicators.has(value.indicator))],
      here => fieldPage(one, here),
    )
  for (const one of catalog.indicators)
    if (known.indicators.has(one.key))
      yield page(`indicator/${one.key}/`, [one, rows(one.rules), rows(one.negated)], here => indicatorPage(one, here))
  const parting = print(JSON.stringify(catalog.briefs.map(brief => [brief.slug, brief.title, brief.verdicts])))
  for (const one of catalog.targets) yield page(`target/${one.id}/`, [one, parting], here => targetPage(one, catalog, here))
  for (const one of catalog.stories) yield page(`pack/${one.key}/`, [one, rows(one.rules)], here => storyPage(one, here))
  for (const one of catalog.names) yield page(`name/${one.key}/`, [one, rows(one.rules)], here => namePage(one, here))
  for (const one of catalog.lint) yield page(`lint/${one.code}/`, [one, rows(one.rules)], here => lintPage(one, here))

  // Lists over everything: cheap, and drawn anew whenever anything changes.
  const kept: readonly Kept[] = catalog.briefs.map(({ slug, id, title, digest }) => ({
    slug,
    id,
    title,
    digest,
    logic: fresh.get(slug)!.logic,
  }))
  const changes: readonly Change[] | undefined = options.before === undefined ? undefined : changesBetween(options.before, kept)
  const whole = print(JSON.stringify([catalog, changes]))
  const listPages = [...rulePages(catalog, at), ...qualityPages(catalog, at)]
  const lists: readonly (readonly [string, (here: Here) => Page])[] = [
    ['', here => homePage(catalog, here, site)],
    ['coverage/', here => coveragePage(catalog, here)],
    ['coverage/list/', here => coverageListPage(catalog, here, false)],
    ['coverage/gaps/', here => coverageListPage(catalog, here, true)],
    ...(actors.length === 0 ? [] : [['actor/', (here: Here) => actorsPage(actors, catalog, here)] as const]),
    ['data/', here => sourcesPage(catalog, here)],
    ['field/', here => fieldsPage(catalog, here)],
    ['indicator/', here => indicatorsPage(catalog, here)],
    ['target/', here => targetsPage(catalog, here)],
    ['pack/', here => storiesPage(catalog, here)],
    ['name/', here => namesPage(catalog, here)],
    ['new/', here => newPage(catalog, changes, here)],
    ['search/', here => searchPage(catalog, here)],
    ['about/', here => aboutPage(catalog, here, site)],
  ]
  for (const [path] of lists) paths.push(path)
  for (const one of listPages) paths.push(one.path)
  yield group('lists', whole, () => [...lists.map(([path, make]) => make(at(path))), ...listPages, lostPage(at('404.html'))])
  const logic = new Map([...fresh].map(([slug, of]) => [slug, of.logic]))
  yield group(
    'machines',
    [whole, [...logic], options.security],
    () => [],
    () => {
      const search = searchFiles(catalog)
      return [
        { path: 'index.json', text: indexJson(catalog.briefs, logic) },
        { path: 'layer.json', text: layers(catalog, site) },
        { path: 'coverage.csv', text: coverageTable(catalog) },
        ...apiFiles(catalog, site),
        ...partFeeds(catalog, site),
        ...(options.security === undefined ? [] : [{ path: '.well-known/security.txt', text: options.security }]),
        { path: 'feed.json', text: jsonFeed(catalog.briefs, site, 'feed.json', site.name) },
        { path: 'feed.xml', text: atomFeed(catalog.briefs, site) },
        { path: 'search.json', text: search.index },
        { path: 'values.json', text: search.values },
        {
          path: 'robots.txt',
          text: `User-agent: *\nAllow: /\n${site.base === undefined ? '' : `Sitemap: ${site.base}sitemap.xml\n`}`,
        },
        ...(site.base === undefined
          ? []
          : [...sitemaps([...paths].sort(), site.base), { path: 'opensearch.xml', text: openSearch(site) }]),
      ]
    },
  )
}

/** Feeds of the rules of a level, and of those that a target can say exactly. */
function partFeeds(catalog: Catalog, site: Site): readonly SiteFile[] {
  const { briefs } = catalog
  const levels = [...new Set(briefs.map(brief => brief.level))].filter(level => levelNames.includes(level)).sort()
  const parts = [
    ...levels.map(
      level => [`rules/${level}/feed.json`, `level ${level}`, briefs.filter(brief => brief.level === level)] as const,
    ),
    ...catalog.targets.map(
      ({ id, title }) => [`target/${id}/feed.json`, title, briefs.filter(brief => brief.verdicts[id] === 'equivalent')] as const,
    ),
  ]
  return parts.map(([path, title, of]) => ({ path, text: jsonFeed(of, site, path, `${site.name}: ${title}`) }))
}

/** The files of one detection: its page, its evidence, its other forms. */
function entryFiles(
  entry: Entry,
  at: (path: string) => Here,
  site: Site,
  neighbours: { readonly before?: Brief; readonly after?: Brief },
): readonly SiteFile[] {
  const path = `d/${entry.slug}/`
  const html = (page: Page): SiteFile => ({ path: `${page.path}index.html`, text: draw(page, site) })
  const texts: Readonly<Record<string, () => string>> = {
    'entry.json': () => `${JSON.stringify(entry, undefined, 1)}\n`,
    'page.md': () => markdownOf(entry),
    'queries.txt': () => queriesText(entry),
    'events.jsonl': () => eventsLines(entry),
  }
  return [
    html(detectionPage(entry, at(path), site, neighbours)),
    ...siblingsOf(entry).map(({ name }) => ({ path: `${path}${name}`, text: (texts[name] ?? (() => entry.source.text))() })),
    ...(entry.tests.length === 0 ? [] : [html(testPage(entry, at(`test/${entry.slug}/`)))]),
    ...(entry.conversions.length === 0 ? [] : [html(proofPage(entry, at(`proof/${entry.slug}/`)))]),
  ]
}

const turned: Readonly<Record<string, RelatedFact['relation']>> = { narrower: 'wider', wider: 'narrower' }

/** The page of two rules, told from the first; what only the second says is turned round. */
function pairPage(a: Entry, b: Entry, here: Here): Page {
  const own = a.related.find(one => one.slug === b.slug && one.by === 'proof')
  if (own !== undefined) return comparePage(a, b, own, here)
  const other = b.related.find(one => one.slug === a.slug && one.by === 'proof')!
  return comparePage(
    a,
    b,
    {
      ...other,
      slug: b.slug,
      id: b.rule.id,
      title: b.rule.title,
      relation: turned[other.relation] ?? other.relation,
      onlyThis: other.onlyOther,
      onlyOther: other.onlyThis,
    },
    here,
  )
}

/** Pages at older and other names of a detection that lead to it. */
function aliasPages(brief: Brief, known: Known): readonly Page[] {
  return brief.aliases
    .filter(alias => /^[a-z0-9][a-z0-9._-]{0,100}$/i.test(alias) && !known.briefs.has(alias.toLowerCase()))
    .map(alias => movedPage(`d/${alias}/`, `d/${brief.slug}/`, brief.title))
}
