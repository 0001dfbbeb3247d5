// The front page and the lists of rules, in pages of a size that every browser and reader can bear.

import type { VNode } from 'preact'
import type { Brief, Catalog } from '../catalog/collection.ts'
import { link } from './address.ts'
import { counted, figure, type Here, Level, Rules, verdictWords } from './elements.tsx'
import type { Page, Site } from './frame.tsx'

/** How many rules a list shows on one page. */
export const perPage = 500

/** The levels of rules, the gravest first. */
export const levelNames: readonly string[] = ['critical', 'high', 'medium', 'low', 'informational']
const levels = levelNames

/** The front page: what the collection is, in numbers and ways in. */
export function homePage(catalog: Catalog, here: Here, site: Site): Page {
  const { briefs } = catalog
  const covered = catalog.techniques.filter(one => one.state === 'live' && one.coverage.rules > 0).length
  const live = catalog.techniques.filter(one => one.state === 'live').length
  const proven = briefs.filter(brief => Object.values(brief.verdicts).includes('equivalent')).length
  const tested = briefs.filter(brief => brief.tests.alert > 0 && brief.tests.failed === 0 && brief.tests.passed > 0).length
  const events = catalog.corpora.reduce((sum, corpus) => sum + corpus.events, 0)
  const newest = datedFirst(briefs).slice(0, 10)
  return {
    path: here.path,
    title: site.name,
    description: `${briefs.length} detections with their queries, proofs and tests`,
    body: (
      <>
        <header class="head">
          <h1>{site.name}</h1>
          <p class="lead">
            {counted(briefs.length, 'detection')}, each with what it asks, what it needs, its query for{' '}
            {counted(catalog.targets.length, 'target')}, and what was shown of each.
          </p>
        </header>
        <ul class="tiles">
          <Tile value={briefs.length} text="rules" to={link(here.path, 'rules/')} />
          <Tile value={proven} text="proven the same for a target" to={link(here.path, 'target/')} />
          <Tile value={tested} text="with a firing test, all passing" to={link(here.path, 'quality/')} />
          <Tile value={covered} text={`of ${live} live techniques have a rule`} to={link(here.path, 'coverage/')} />
          <Tile value={catalog.sources.length} text="log sources" to={link(here.path, 'data/')} />
          {events > 0 && <Tile value={events} text="events measured for noise" to={link(here.path, 'quality/')} />}
        </ul>
        {catalog.stories.length > 0 && (
          <section class="part">
            <h2 id="packs">Packs and stories</h2>
            <ul class="columns">
              {catalog.stories.slice(0, 60).map(story => (
                <li>
                  <a href={link(here.path, `pack/${story.key}/`)}>{story.name}</a> <span class="dim">{story.rules.length}</span>
                </li>
              ))}
            </ul>
            {catalog.stories.length > 60 && (
              <p>
                <a href={link(here.path, 'pack/')}>All {catalog.stories.length}</a>
              </p>
            )}
          </section>
        )}
        <section class="part">
          <h2 id="tactics">By tactic</h2>
          <ul class="columns">
            {catalog.tactics.map(tactic => (
              <li>
                <a href={link(here.path, `tactic/${tactic.shortname}/`)}>{tactic.name}</a>{' '}
                <span class="dim">{figure(tactic.rules.length)}</span>
              </li>
            ))}
          </ul>
        </section>
        {newest.length > 0 && (
          <section class="part">
            <h2 id="newest">Newest</h2>
            <Rules slugs={newest.map(brief => brief.slug)} here={here} label="Newest rules" />
          </section>
        )}
        <section class="part">
          <h2 id="levels">By level</h2>
          <ul>
            {levels
              .map(level => ({ level, count: briefs.filter(brief => brief.level === level).length }))
              .filter(({ count }) => count > 0)
              .map(({ level, count }) => (
                <li>
                  <Level level={level} /> <a href={link(here.path, `rules/${level}/`)}>{counted(count, 'rule')}</a>
                </li>
              ))}
          </ul>
        </section>
      </>
    ),
  }
}

function Tile({ value, text, to }: { value: number; text: string; to: string }): VNode {
  return (
    <li>
      <strong>{figure(value)}</strong>
      <a href={to}>{text}</a>
    </li>
  )
}

const dated = (brief: Brief): string => {
  const day = brief.modified ?? brief.created ?? ''
  return /^\d{4}-\d{2}-\d{2}/.test(day) ? day.slice(0, 10) : ''
}

/** Rules that say when they were written or changed, the last first. */
export function datedFirst(briefs: readonly Brief[]): readonly Brief[] {
  return briefs
    .filter(brief => dated(brief) !== '')
    .sort((a, b) => (dated(a) < dated(b) ? 1 : dated(a) > dated(b) ? -1 : a.slug < b.slug ? -1 : 1))
}

/** The day on which a rule was last changed, as it says. */
export const dayOf = dated

/** Links to the other pages of a list. */
export function Pages({ base, count, now, here }: { base: string; count: number; now: number; here: Here }): VNode | null {
  if (count < 2) return null
  const to = (page: number) => link(here.path, page === 1 ? base : `${base}${page}/`)
  return (
    <nav aria-label="Pages of this list">
      <p class="chips">
        {Array.from({ length: count }, (_, index) => index + 1).map(page =>
          page === now ? (
            <span class="chip" aria-current="page">
              {page}
            </span>
          ) : (
            <a class="chip" href={to(page)}>
              {page}
            </a>
          ),
        )}
      </p>
    </nav>
  )
}

/** The lists of rules: all, and by level; `page` makes each page from its path. */
export function* rulePages(catalog: Catalog, at: (path: string) => Here): Generator<Page> {
  const lists: readonly { readonly base: string; readonly title: string; readonly briefs: readonly Brief[] }[] = [
    { base: 'rules/', title: 'Rules', briefs: catalog.briefs },
    ...levels.map(level => ({
      base: `rules/${level}/`,
      title: `${level[0]!.toUpperCase()}${level.slice(1)} rules`,
      briefs: catalog.briefs.filter(brief => brief.level === level),
    })),
  ]
  for (const { base, title, briefs } of lists) {
    if (briefs.length === 0 && base !== 'rules/') continue
    const count = Math.max(1, Math.ceil(briefs.length / perPage))
    for (let number = 1; number <= count; number++) {
      const path = number === 1 ? base : `${base}${number}/`
      const here = at(path)
      const shown = briefs.slice((number - 1) * perPage, number * perPage)
      yield {
        path,
        title: number === 1 ? title : `${title}, page ${number}`,
        part: 'Rules',
        ...(base === 'rules/'
          ? {}
          : { alternates: [{ type: 'application/feed+json', path: `${base}feed.json`, title: `Feed: ${title}` }] }),
        above: base === 'rules/' && number === 1 ? [] : [{ title: 'Rules', path: 'rules/' }],
        body: (
          <>
            <header class="head">
              <h1>{number === 1 ? title : `${title}, page ${number}`}</h1>
              <p class="lead">
                {counted(briefs.length, 'rule')}
                {shown.length > 0 && count > 1 && `; here from “${shown[0]!.title}” to “${shown.at(-1)!.title}”`}.
              </p>
              {base === 'rules/' && number === 1 && (
                <p class="chips">
                  {levels
                    .filter(level => catalog.briefs.some(brief => brief.level === level))
                    .map(level => (
                      <a class={`chip lv-${level}`} href={link(path, `rules/${level}/`)}>
                        {level}
                      </a>
                    ))}
                </p>
              )}
            </header>
            <Pages base={base} count={count} now={number} here={here} />
            {shown.length > 0 && <Rules slugs={shown.map(brief => brief.slug)} here={here} label={title} most={perPage} />}
            <Pages base={base} count={count} now={number} here={here} />
          </>
        ),
      }
    }
  }
}

/** What the verdicts, marks and counts of the pages mean. */
export function aboutPage(catalog: Catalog, here: Here, site: Site): Page {
  return {
    path: here.path,
    title: 'How to read these pages',
    above: [{ title: site.name, path: '' }],
    body: (
      <>
        <h1>How to read these pages</h1>
        <section class="part">
          <h2 id="verdicts">Verdicts</h2>
          <dl class="terms">
            {Object.values(verdictWords).map(({ mark, word, claim }) => (
              <div>
                <dt>
                  <span aria-hidden="true">{mark}</span> {word}
                </dt>
                <dd>{claim}.</dd>
              </div>
            ))}
          </dl>
          <p>
            A query is read back by a reader that was written from the product's manual and shares no code with the writer. It is
            compared with the rule over every case that their tests can tell apart. What was assumed stands beside each verdict.
            No product was asked, unless a test says so.
          </p>
        </section>
        <section class="part">
          <h2 id="numbers">Numbers</h2>
          <p>
            A small number in a rule and in its queries is the number of the test in the table “What is asked”. A dashed line
            below a part of a query says that it asks for more or less than the rule does.
          </p>
          <p>
            “Other rules” counts rules that look for the same value in the same field, in everything that was loaded:{' '}
            {catalog.corpus.length === 0
              ? 'this collection'
              : catalog.corpus.map(({ format, rules }) => `${counted(rules, 'rule')} of ${format}`).join(', ')}
            .
          </p>
          <p>“Hits in a million” is measured on the logs that the table names, and says nothing about yours.</p>
        </section>
        <section class="part">
          <h2 id="machines">For machines</h2>
          <ul>
            {(
              [
                ['index.json', 'every rule in one list, a line each'],
                ['layer.json', 'four layers for ATT&CK Navigator: rules, proven, tested, visible'],
                ['v1/index.json', 'lists for programs with their schemas, version 1'],
                ['coverage.csv', 'coverage of ATT&CK as a table'],
                ['feed.json', 'changes as JSON Feed 1.1; levels, targets and techniques have their own'],
                ['feed.xml', 'changes as Atom'],
                ['search.json', 'the index that search uses'],
                ['sitemap.xml', 'every page'],
              ] as const
            )
              .filter(([name]) => name !== 'sitemap.xml' || site.base !== undefined)
              .map(([name, text]) => (
                <li>
                  <a href={link(here.path, name)}>{name}</a>: {text}
                </li>
              ))}
          </ul>
        </section>
      </>
    ),
  }
}

/** The search page; where scripts do not run it leads to the lists. */
export function searchPage(catalog: Catalog, here: Here): Page {
  return {
    path: here.path,
    title: 'Search',
    part: 'Search',
    body: (
      <>
        <h1>Search</h1>
        <div id="seek" class="seek" />
        <section class="part">
          <h2 id="terms">Terms</h2>
          <p>
            Words are looked for in titles, descriptions and techniques. <code>level:high</code>, <code>status:stable</code>,{' '}
            <code>technique:T1572</code>, <code>tactic:command-and-control</code>, <code>field:CommandLine</code>,{' '}
            <code>value:plink.exe</code>, <code>source:process_creation</code>, <code>target:defender</code> (it can be said
            there), <code>proof:splunk</code> (proven there), <code>proof:differs</code>. All must hold.
          </p>
        </section>
        <section class="part">
          <h2 id="lists">Lists</h2>
          <ul class="columns">
            <li>
              <a href={link(here.path, 'rules/')}>All {counted(catalog.briefs.length, 'rule')}</a>
            </li>
            <li>
              <a href={link(here.path, 'coverage/')}>By technique</a>
            </li>
            <li>
              <a href={link(here.path, 'data/')}>By log source</a>
            </li>
            <li>
              <a href={link(here.path, 'field/')}>By field</a>
            </li>
            <li>
              <a href={link(here.path, 'indicator/')}>By indicator</a>
            </li>
            <li>
              <a href={link(here.path, 'target/')}>By target</a>
            </li>
          </ul>
        </section>
      </>
    ),
  }
}

/** What is shown for an address that is not there. */
export function lostPage(here: Here): Page {
  return {
    path: here.path,
    title: 'Not here',
    rooted: true,
    body: (
      <>
        <h1>There is no such page</h1>
        <p>Rules keep their addresses by id and by older names; what is gone from the collection has none.</p>
      </>
    ),
  }
}

/** A page that has moved: the new address, at once. */
export function movedPage(path: string, to: string, title: string): Page {
  return {
    path,
    title,
    moved: to,
    body: (
      <>
        <h1>{title}</h1>
        <p>
          This page is at <a href={link(path, to)}>its present address</a>.
        </p>
      </>
    ),
  }
}
