// ATT&CK seen from the rules: the matrix, a page for each technique and tactic, and where there is nothing.

import type { VNode } from 'preact'
import type { Catalog, Coverage, TechniqueUse } from '../catalog/collection.ts'
import { link } from './address.ts'
import { Atomic } from './detection/respond.tsx'
import { counted, figure, type Here, listed, Rule, Rules, Table, Technique, Terms, techniquePath, User } from './elements.tsx'
import type { Page } from './frame.tsx'
import { Outside } from './markdown.tsx'
import { Scroll } from './scroll.tsx'

/** What is there for a technique, in words. */
export function sayCoverage(of: Coverage): string {
  if (of.rules === 0) return 'no rule'
  return [
    counted(of.rules, 'rule'),
    `${of.proven} proven`,
    `${of.tested} tested`,
    ...(of.visible === undefined ? [] : [`${of.visible} with data`]),
  ].join(', ')
}

const heat = (of: Coverage): string =>
  of.rules === 0 ? '' : of.tested > 0 && of.proven > 0 ? ' h3' : of.proven > 0 || of.tested > 0 ? ' h2' : ' h1'

/** The matrix as a table: a column for each tactic, a cell for each technique. */
export function coveragePage(catalog: Catalog, here: Here): Page {
  const by = new Map(catalog.techniques.map(one => [one.id, one]))
  const columns = catalog.tactics.map(tactic => ({
    tactic,
    techniques: tactic.techniques.flatMap(id => {
      const one = by.get(id)
      return one === undefined || one.parent !== undefined ? [] : [one]
    }),
  }))
  const height = Math.max(0, ...columns.map(column => column.techniques.length))
  const live = catalog.techniques.filter(one => one.state === 'live')
  const total = (of: (coverage: Coverage) => number | undefined) => live.filter(one => (of(one.coverage) ?? 0) > 0).length
  const visible = live.some(one => one.coverage.visible !== undefined)
  const retired = catalog.techniques.filter(one => one.state !== 'live' && one.rules.length > 0)
  return {
    path: here.path,
    title: 'Coverage of ATT&CK',
    part: 'ATT&CK',
    alternates: [{ type: 'application/json', path: 'layer.json', title: 'Navigator layers' }],
    body: (
      <>
        <header class="head">
          <h1>Coverage of ATT&CK</h1>
          <p class="lead">
            ATT&CK {catalog.attack.version}: of {counted(live.length, 'live technique')} and sub-techniques,{' '}
            {total(one => one.rules)} have a rule, {total(one => one.proven)} one that is proven for a target,{' '}
            {total(one => one.tested)} one with a firing test that passes
            {visible && `, ${total(one => one.visible)} one whose data is in the given logs`}. A parent is not covered by its
            sub-techniques.
          </p>
          <p class="chips">
            <a class="chip" href={link(here.path, 'layer.json')}>
              Navigator layers
            </a>
            <a class="chip" href={link(here.path, 'coverage/list/')}>
              As a list
            </a>
            <a class="chip" href={link(here.path, 'coverage/gaps/')}>
              Without a rule
            </a>
            {here.known.actors.size > 0 && (
              <a class="chip" href={link(here.path, 'actor/')}>
                Groups, software, campaigns
              </a>
            )}
            <a class="chip" href={link(here.path, 'coverage.csv')}>
              CSV
            </a>
          </p>
          <p class="legend">
            <span class="cell h1">a rule</span> <span class="cell h2">proven or tested</span>{' '}
            <span class="cell h3">proven and tested</span>
          </p>
        </header>
        <Scroll classes="scroll matrix" label="Matrix">
          <table>
            <thead>
              <tr>
                {columns.map(({ tactic, techniques }) => (
                  <th scope="col">
                    <a href={link(here.path, `tactic/${tactic.shortname}/`)}>{tactic.name}</a>
                    <span class="note">
                      {techniques.filter(one => one.coverage.rules > 0).length} of {techniques.length}
                    </span>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {Array.from({ length: height }, (_, row) => (
                <tr>
                  {columns.map(({ techniques }) => {
                    const one = techniques[row]
                    return <td>{one !== undefined && <Cell of={one} by={by} here={here} />}</td>
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
        {retired.length > 0 && (
          <section class="part">
            <h2 id="retired">Ids that are no longer in use</h2>
            <Table
              label="Retired techniques that rules name"
              head={['Technique', 'State', 'Now', 'Rules']}
              rows={retired.map(one => [
                <Technique id={one.id} here={here} name />,
                one.state,
                one.successor === undefined ? '–' : <Technique id={one.successor.id} here={here} name />,
                listed(one.rules.slice(0, 5).map(slug => <Rule slug={slug} here={here} />)),
              ])}
            />
          </section>
        )}
      </>
    ),
  }
}

function Cell({ of, by, here }: { of: TechniqueUse; by: ReadonlyMap<string, TechniqueUse>; here: Here }): VNode {
  const below = of.children.filter(id => (by.get(id)?.coverage.rules ?? 0) > 0).length
  return (
    <a class={`cell${heat(of.coverage)}`} href={link(here.path, techniquePath(of.id))}>
      {of.name}
      <span class="q">
        {of.coverage.rules > 0 ? sayCoverage(of.coverage) : 'no rule'}
        {of.children.length > 0 && `; ${below} of ${of.children.length} sub`}
      </span>
    </a>
  )
}

/** Every technique that has a rule with its counts, or every one that has none. */
export function coverageListPage(catalog: Catalog, here: Here, gaps: boolean): Page {
  const rows = catalog.techniques.filter(one =>
    gaps ? one.state === 'live' && one.coverage.rules === 0 : one.coverage.rules > 0,
  )
  const title = gaps ? 'Techniques without a rule' : 'Coverage as a list'
  return {
    path: here.path,
    title,
    part: 'ATT&CK',
    above: [{ title: 'Coverage', path: 'coverage/' }],
    body: (
      <>
        <header class="head">
          <h1>{title}</h1>
          <p class="lead">
            {counted(rows.length, 'technique')} of ATT&CK {catalog.attack.version}.
          </p>
        </header>
        {rows.length > 0 &&
          (gaps ? (
            <ul class="columns">
              {rows.map(one => (
                <li>
                  <Technique id={one.id} here={here} name />
                </li>
              ))}
            </ul>
          ) : (
            <Table
              label={title}
              head={['Technique', 'Tactics', 'Rules', 'Proven', 'Tested', 'With data']}
              classes={[undefined, undefined, 'r', 'r', 'r', 'r']}
              rows={rows.map(one => [
                <Technique id={one.id} here={here} name />,
                one.tactics.join(', '),
                figure(one.coverage.rules),
                figure(one.coverage.proven),
                figure(one.coverage.tested),
                one.coverage.visible === undefined ? '–' : figure(one.coverage.visible),
              ])}
            />
          ))}
      </>
    ),
  }
}

/** The page of a technique: what it is in ATT&CK, the rules that name it, the data they need, and its atomic tests. */
export function techniquePage(of: TechniqueUse, catalog: Catalog, here: Here): Page {
  const briefs = of.rules.flatMap(slug => here.known.briefs.get(slug) ?? [])
  const sources = catalog.sources.filter(source => briefs.some(brief => brief.sources.includes(source.key)))
  const children = of.children.flatMap(id => catalog.techniques.find(one => one.id === id) ?? [])
  const parent = of.parent
  return {
    path: here.path,
    title: `${of.id} ${of.name}`,
    description: `${of.name}: ${sayCoverage(of.coverage)}`,
    part: 'ATT&CK',
    above: [
      { title: 'Coverage', path: 'coverage/' },
      ...(parent !== undefined && here.known.techniques.has(parent) ? [{ title: parent, path: techniquePath(parent) }] : []),
    ],
    alternates:
      of.rules.length > 0
        ? [
            { type: 'application/feed+json', path: `${here.path}feed.json`, title: `Rules of ${of.id}` },
            { type: 'application/json', path: `${here.path}layer.json`, title: `Navigator layers of ${of.id}` },
          ]
        : [],
    body: (
      <>
        <header class="head">
          <h1>
            {of.id} {of.name}
          </h1>
          {(of.state === 'revoked' || of.state === 'deprecated') && (
            <p class="warn">
              This id is {of.state}
              {of.successor !== undefined && (
                <>
                  ; it is now <Technique id={of.successor.id} here={here} name />
                </>
              )}
              .
            </p>
          )}
          {of.state === 'unknown' && <p class="warn">ATT&CK {catalog.attack.version} has no such id.</p>}
          <p class="lead">{sayCoverage(of.coverage)}.</p>
          {of.rules.length > 0 && (
            <p class="chips">
              <a class="chip" href={link(here.path, `${here.path}layer.json`)}>
                Navigator layers
              </a>
              <a class="chip" href={link(here.path, `${here.path}feed.json`)}>
                Feed
              </a>
            </p>
          )}
          <Terms
            of={[
              [
                'Tactics',
                of.tactics.length === 0
                  ? undefined
                  : listed(
                      of.tactics.map(name => {
                        const tactic = here.known.tactics.get(name)
                        return tactic === undefined ? (
                          name
                        ) : (
                          <a href={link(here.path, `tactic/${tactic.shortname}/`)}>{tactic.name}</a>
                        )
                      }),
                    ),
              ],
              ['Platforms', of.platforms.join(', ')],
              ['At MITRE', of.url === '' ? undefined : <Outside to={of.url}>{of.url}</Outside>],
            ]}
          />
        </header>
        {of.rules.length > 0 && (
          <section class="part">
            <h2 id="rules">Rules</h2>
            <Rules slugs={of.rules} here={here} label={`Rules of ${of.id}`} />
          </section>
        )}
        {children.length > 0 && (
          <section class="part">
            <h2 id="children">Sub-techniques</h2>
            <Table
              label="Sub-techniques"
              head={['Sub-technique', 'What is there']}
              rows={children.map(one => [<Technique id={one.id} here={here} name />, sayCoverage(one.coverage)])}
            />
          </section>
        )}
        {sources.length > 0 && (
          <section class="part">
            <h2 id="needs">Data needed</h2>
            <Table
              label="Rules by log source"
              head={['Log source', 'Rules', 'What to turn on']}
              classes={[undefined, 'r', undefined]}
              rows={sources.map(source => [
                <a href={link(here.path, `data/${source.key}/`)}>{source.title}</a>,
                figure(briefs.filter(brief => brief.sources.includes(source.key)).length),
                source.need ?? source.unserved ?? '',
              ])}
            />
          </section>
        )}
        {of.strategies.length > 0 && (
          <section class="part">
            <h2 id="strategies">Detection strategies</h2>
            {of.strategies.map(strategy => (
              <>
                <h3>
                  {strategy.id}
                  {strategy.name !== undefined && ` ${strategy.name}`}
                </h3>
                {strategy.analytics.length > 0 && (
                  <Table
                    label={`Analytics of ${strategy.id}`}
                    head={['Analytic', 'Platforms', 'Log sources']}
                    rows={strategy.analytics.map(one => [
                      one.id,
                      one.platforms.join(', '),
                      listed(
                        one.sources.map(
                          source => `${source.source}${source.channel === '' ? '' : `: ${source.channel}`} (${source.component})`,
                        ),
                      ),
                    ])}
                  />
                )}
              </>
            ))}
          </section>
        )}
        {of.mitigations.length > 0 && (
          <section class="part">
            <h2 id="mitigations">Mitigations</h2>
            <ul>
              {of.mitigations.map(one => (
                <li>
                  {one.id} {one.name}
                </li>
              ))}
            </ul>
          </section>
        )}
        {of.groups.length + of.software.length + of.campaigns.length > 0 && (
          <section class="part">
            <h2 id="users">Who uses it</h2>
            <Terms
              of={(
                [
                  ['Groups', of.groups],
                  ['Software', of.software],
                  ['Campaigns', of.campaigns],
                ] as const
              ).map(([title, list]) => [
                title,
                list.length === 0 ? undefined : listed(list.map(one => <User of={one} here={here} />)),
              ])}
            />
          </section>
        )}
        {of.atomics.length > 0 && (
          <section class="part">
            <h2 id="atomics">Atomic tests</h2>
            {of.atomics.map(one => (
              <>
                <Atomic of={one} here={here} level={3} />
                {one.rules.length > 0 && (
                  <p>
                    On what it makes,{' '}
                    {one.rules.some(rule => rule.fires) ? (
                      <>
                        fires: {listed(one.rules.filter(rule => rule.fires).map(rule => <Rule slug={rule.slug} here={here} />))}
                      </>
                    ) : (
                      'no rule fires'
                    )}
                    .
                  </p>
                )}
              </>
            ))}
          </section>
        )}
      </>
    ),
  }
}

/** The page of a tactic: its techniques in the order of the matrix, and the rules. */
export function tacticPage(of: Catalog['tactics'][number], catalog: Catalog, here: Here): Page {
  const by = new Map(catalog.techniques.map(one => [one.id, one]))
  const techniques = of.techniques.flatMap(id => by.get(id) ?? [])
  return {
    path: here.path,
    title: of.name,
    part: 'ATT&CK',
    above: [{ title: 'Coverage', path: 'coverage/' }],
    body: (
      <>
        <header class="head">
          <h1>{of.name}</h1>
          <p class="lead">
            {of.id}: {counted(techniques.length, 'technique')}, {techniques.filter(one => one.coverage.rules > 0).length} with a
            rule; {counted(of.rules.length, 'rule')}.
          </p>
        </header>
        {techniques.length > 0 && (
          <section class="part">
            <h2 id="techniques">Techniques</h2>
            <Table
              label={`Techniques of ${of.name}`}
              head={['Technique', 'What is there', 'Sub-techniques']}
              rows={techniques.map(one => [
                <Technique id={one.id} here={here} name />,
                sayCoverage(one.coverage),
                one.children.length === 0
                  ? '–'
                  : `${one.children.filter(id => (by.get(id)?.coverage.rules ?? 0) > 0).length} of ${one.children.length} with a rule`,
              ])}
            />
          </section>
        )}
        {of.rules.length > 0 && (
          <section class="part">
            <h2 id="rules">Rules</h2>
            <Rules slugs={of.rules} here={here} label={`Rules of ${of.name}`} />
          </section>
        )}
      </>
    ),
  }
}
