// Packs and stories, what queries name, the checks, the quality of each rule, and what is new.

import type { Brief, Catalog, LintUse, NameUse, StoryUse } from '../catalog/collection.ts'
import { link, slug } from './address.ts'
import type { Change } from './changes.ts'
import { Code } from './code.tsx'
import { counted, figure, type Here, Rule, Rules, Table, Technique } from './elements.tsx'
import type { Page } from './frame.tsx'
import { datedFirst, dayOf, perPage } from './lists.tsx'
import { inline, Markdown } from './markdown.tsx'

/** All packs and stories. */
export function storiesPage(catalog: Catalog, here: Here): Page {
  return {
    path: here.path,
    title: 'Packs and stories',
    part: 'Rules',
    above: [{ title: 'Rules', path: 'rules/' }],
    body: (
      <>
        <h1>Packs and stories</h1>
        {catalog.stories.length === 0 ? (
          <p>This collection names none.</p>
        ) : (
          <Table
            label="Packs and stories"
            head={['Name', 'Rules', 'Techniques', 'About']}
            classes={[undefined, 'r', 'r', undefined]}
            rows={catalog.stories.map(one => [
              <a href={link(here.path, `pack/${one.key}/`)}>{one.name}</a>,
              figure(one.rules.length),
              figure(one.techniques.length),
              (one.description ?? '').slice(0, 300),
            ])}
          />
        )}
      </>
    ),
  }
}

/** A pack or story: its narrative, its texts, its rules. */
export function storyPage(of: StoryUse, here: Here): Page {
  return {
    path: here.path,
    title: of.name,
    description: of.description?.slice(0, 300),
    part: 'Rules',
    above: [{ title: 'Packs and stories', path: 'pack/' }],
    body: (
      <>
        <header class="head">
          <h1>{of.name}</h1>
          {of.description !== undefined && <p class="lead">{inline(of.description.slice(0, 2000))}</p>}
          {of.techniques.length > 0 && <p class="ids">{of.techniques.flatMap(id => [<Technique id={id} here={here} />, ' '])}</p>}
        </header>
        {of.narrative !== undefined && of.narrative.trim() !== '' && (
          <section class="part">
            <h2 id="narrative">Narrative</h2>
            <Markdown text={of.narrative} level={3} label="Narrative" />
          </section>
        )}
        {of.rules.length > 0 && (
          <section class="part">
            <h2 id="rules">Rules</h2>
            <Rules slugs={of.rules} here={here} label={`Rules of ${of.name}`} />
          </section>
        )}
        {of.texts.map(text => (
          <section class="part">
            <h2 id={`text-${slug(text.title)}`}>
              <a href={`#text-${slug(text.title)}`}>{text.title}</a>
            </h2>
            <Markdown text={text.markdown} level={3} label={text.title} />
          </section>
        ))}
      </>
    ),
  }
}

/** All macros, lookups and lists. */
export function namesPage(catalog: Catalog, here: Here): Page {
  return {
    path: here.path,
    title: 'Macros, lookups and lists',
    part: 'Data',
    above: [{ title: 'Data needed', path: 'data/' }],
    body: (
      <>
        <h1>Macros, lookups and lists</h1>
        {catalog.names.length === 0 ? (
          <p>No query of this collection names any.</p>
        ) : (
          <Table
            label="Names"
            head={['Name', 'Kind', 'Rules', 'Stands for']}
            classes={[undefined, undefined, 'r', undefined]}
            rows={catalog.names.map(one => [
              <a href={link(here.path, `name/${one.key}/`)}>{one.name}</a>,
              one.kind,
              figure(one.rules.length),
              one.body === undefined ? 'not given here' : <code class="v">{one.body.slice(0, 200)}</code>,
            ])}
          />
        )}
      </>
    ),
  }
}

/** A macro, lookup or list, and who uses it. */
export function namePage(of: NameUse, here: Here): Page {
  return {
    path: here.path,
    title: of.name,
    part: 'Data',
    above: [{ title: 'Macros, lookups and lists', path: 'name/' }],
    body: (
      <>
        <header class="head">
          <h1>
            <code>{of.name}</code>
          </h1>
          <p class="lead">
            A {of.kind} of {counted(of.rules.length, 'rule')}.
          </p>
          {of.description !== undefined && <p>{inline(of.description)}</p>}
        </header>
        {of.body !== undefined && (
          <Code
            text={of.body.slice(0, 50_000)}
            language={of.kind === 'macro' ? 'spl' : 'text'}
            label={`What ${of.name} stands for`}
          />
        )}
        {of.rules.length > 0 && (
          <section class="part">
            <h2 id="rules">Rules</h2>
            <Rules slugs={of.rules} here={here} label={`Rules that use ${of.name}`} />
          </section>
        )}
      </>
    ),
  }
}

/** A check, and the rules that it speaks of. */
export function lintPage(of: LintUse, here: Here): Page {
  return {
    path: here.path,
    title: of.code,
    description: of.title,
    part: 'Quality',
    above: [{ title: 'Quality', path: 'quality/' }],
    body: (
      <>
        <header class="head">
          <h1>{of.code}</h1>
          <p class="lead">{of.title}</p>
          <Code text={`terrier help ${of.code}`} language="bash" label="What it means and what to do" />
        </header>
        {of.rules.length > 0 && (
          <section class="part">
            <h2 id="rules">
              {counted(of.count, 'finding')} in {counted(of.rules.length, 'rule')}
            </h2>
            <Rules slugs={of.rules} here={here} label={`Rules with ${of.code}`} />
          </section>
        )}
      </>
    ),
  }
}

const orders: readonly { readonly path: string; readonly title: string; readonly by: (a: Brief, b: Brief) => number }[] = [
  { path: 'quality/', title: 'most findings first', by: (a, b) => b.findings - a.findings },
  {
    path: 'quality/tests/',
    title: 'fewest tests first',
    by: (a, b) => a.tests.alert + a.tests.silence - (b.tests.alert + b.tests.silence),
  },
  { path: 'quality/proofs/', title: 'fewest proofs first', by: (a, b) => proofs(a) - proofs(b) },
  { path: 'quality/noise/', title: 'loudest first', by: (a, b) => (b.perMillion ?? -1) - (a.perMillion ?? -1) },
  {
    path: 'quality/gaps/',
    title: 'least complete first',
    by: (a, b) => a.complete.present / Math.max(1, a.complete.of) - b.complete.present / Math.max(1, b.complete.of),
  },
]
const proofs = (brief: Brief): number => Object.values(brief.verdicts).filter(verdict => verdict === 'equivalent').length

/** A row for each rule, in several orders; the first pages of each. */
export function* qualityPages(catalog: Catalog, at: (path: string) => Here): Generator<Page> {
  const noisy = catalog.briefs.some(brief => brief.perMillion !== undefined)
  for (const order of orders) {
    if (order.path === 'quality/noise/' && !noisy) continue
    const here = at(order.path)
    const briefs = [...catalog.briefs].sort((a, b) => order.by(a, b) || (a.slug < b.slug ? -1 : 1)).slice(0, perPage)
    yield {
      path: order.path,
      title: order.path === 'quality/' ? 'Quality' : `Quality, ${order.title}`,
      part: 'Quality',
      above: order.path === 'quality/' ? [] : [{ title: 'Quality', path: 'quality/' }],
      body: (
        <>
          <header class="head">
            <h1>Quality</h1>
            <p class="lead">
              {order.title[0]!.toUpperCase()}
              {order.title.slice(1)}
              {catalog.briefs.length > briefs.length && `; the first ${briefs.length} of ${figure(catalog.briefs.length)} rules`}.
            </p>
            <p class="chips">
              {orders
                .filter(one => one.path !== order.path && (noisy || one.path !== 'quality/noise/'))
                .map(one => (
                  <a class="chip" href={link(order.path, one.path)}>
                    {one.title}
                  </a>
                ))}
            </p>
          </header>
          {briefs.length > 0 && (
            <Table
              label={`Quality, ${order.title}`}
              head={['Rule', 'Findings', 'Proven', 'Differs', 'Tests', 'Failed', ...(noisy ? ['In a million'] : []), 'Complete']}
              classes={[undefined, 'r', 'r', 'r', 'r', 'r', ...(noisy ? ['r'] : []), 'r']}
              rows={briefs.map(brief => [
                <Rule slug={brief.slug} here={here} />,
                figure(brief.findings),
                figure(proofs(brief)),
                figure(Object.values(brief.verdicts).filter(verdict => verdict === 'differs').length),
                figure(brief.tests.alert + brief.tests.silence),
                figure(brief.tests.failed),
                ...(noisy ? [brief.perMillion === undefined ? '–' : figure(brief.perMillion)] : []),
                `${brief.complete.present} of ${brief.complete.of}`,
              ])}
            />
          )}
          {order.path === 'quality/' && catalog.lint.length > 0 && (
            <section class="part">
              <h2 id="lint">Findings by check</h2>
              <Table
                label="Checks"
                head={['Check', 'What it says', 'Findings', 'Rules']}
                classes={[undefined, undefined, 'r', 'r']}
                rows={catalog.lint.map(one => [
                  <a href={link(here.path, `lint/${one.code}/`)}>{one.code}</a>,
                  one.title,
                  figure(one.count),
                  figure(one.rules.length),
                ])}
              />
            </section>
          )}
          {order.path === 'quality/' && catalog.corpora.length > 0 && (
            <section class="part">
              <h2 id="corpora">Logs that noise was measured on</h2>
              <Table
                label="Logs"
                head={['Logs', 'Events', 'Matches']}
                classes={[undefined, 'r', 'r']}
                rows={catalog.corpora.map(one => [one.name, figure(one.events), figure(one.matches)])}
              />
            </section>
          )}
          {order.path === 'quality/' && catalog.problems.length > 0 && (
            <section class="part">
              <h2 id="problems">What could not be read</h2>
              <Table
                label="Problems"
                head={['Code', 'What is wrong']}
                rows={catalog.problems.slice(0, 500).map(one => [<code>{one.code}</code>, one.message])}
              />
              {catalog.problems.length > 500 && <p>{counted(catalog.problems.length - 500, 'further problem')}.</p>}
            </section>
          )}
        </>
      ),
    }
  }
}

const kinds: readonly { readonly kind: Change['kind']; readonly title: string }[] = [
  { kind: 'added', title: 'Added' },
  { kind: 'logic', title: 'Logic changed' },
  { kind: 'facts', title: 'Changed in other ways' },
  { kind: 'retired', title: 'Retired' },
]

/** What has changed since an earlier build, where one was given, and the rules by the day they name. */
export function newPage(catalog: Catalog, changes: readonly Change[] | undefined, here: Here): Page {
  const dated = datedFirst(catalog.briefs).slice(0, 200)
  const days = new Map<string, Brief[]>()
  for (const brief of dated) days.set(dayOf(brief), [...(days.get(dayOf(brief)) ?? []), brief])
  const undated = catalog.briefs.length - datedFirst(catalog.briefs).length
  return {
    path: here.path,
    title: 'What is new',
    part: 'New',
    alternates: [
      { type: 'application/feed+json', path: 'feed.json', title: 'JSON Feed' },
      { type: 'application/atom+xml', path: 'feed.xml', title: 'Atom' },
    ],
    body: (
      <>
        <header class="head">
          <h1>What is new</h1>
          <p class="chips">
            <a class="chip" href={link(here.path, 'feed.json')}>
              JSON Feed
            </a>
            <a class="chip" href={link(here.path, 'feed.xml')}>
              Atom
            </a>
          </p>
        </header>
        {changes !== undefined && (
          <section class="part">
            <h2 id="since">Since the earlier build</h2>
            {changes.length === 0 && <p>Nothing has changed.</p>}
            {kinds
              .map(({ kind, title }) => ({ kind, title, of: changes.filter(change => change.kind === kind) }))
              .filter(({ of }) => of.length > 0)
              .map(({ kind, title, of }) => (
                <>
                  <h3>
                    {title} ({of.length})
                  </h3>
                  <ul>
                    {of.slice(0, 300).map(change => (
                      <li>{kind === 'retired' ? change.title : <Rule slug={change.slug} here={here} />}</li>
                    ))}
                  </ul>
                  {of.length > 300 && <p>{counted(of.length - 300, 'further rule')}.</p>}
                </>
              ))}
          </section>
        )}
        {[...days].map(([day, briefs]) => (
          <section class="part">
            <h2 id={`d-${day}`}>
              <time dateTime={day}>{day}</time>
            </h2>
            <ul>
              {briefs.map(brief => (
                <li>
                  <Rule slug={brief.slug} here={here} />{' '}
                  <span class="dim">
                    {brief.created !== undefined && dayOf(brief) === brief.created.slice(0, 10) ? 'new' : 'changed'},{' '}
                    {brief.level}
                  </span>
                </li>
              ))}
            </ul>
          </section>
        ))}
        {undated > 0 && (
          <p class="dim">
            {counted(undated, 'rule')} without a date {undated === 1 ? 'is' : 'are'} not in this list nor in the feeds.
          </p>
        )}
      </>
    ),
  }
}
