// The page of one detection: what it looks for, in every language, with the evidence. A section without content is not there, and is named in the completeness list.

import type { ComponentChildren, VNode } from 'preact'
import type { Brief } from '../../catalog/collection.ts'
import type { Entry, Json, VerdictWord } from '../../catalog/entry.ts'
import { link } from '../address.ts'
import { Chip, counted, figure, type Here, Level, listed, Technique, Terms, verdictWords } from '../elements.tsx'
import type { Page, Site } from '../frame.tsx'
import { dataSections } from './data-needed.tsx'
import { logicSections } from './logic.tsx'
import { qualitySections } from './quality.tsx'
import { querySections } from './queries.tsx'
import { relationSections } from './relations.tsx'
import { respondSections } from './respond.tsx'
import { understandSections } from './understand.tsx'

/** A section of the page: it is drawn only when it has content. */
export interface Part {
  readonly id: string
  readonly title: string
  readonly content: ComponentChildren | undefined
}

/** The rules before and after this one, in the order of the list. */
export interface Neighbours {
  readonly before?: Brief
  readonly after?: Brief
}

/** The names of the files beside the page. */
export function siblingsOf(entry: Entry): readonly { readonly name: string; readonly type: string; readonly title: string }[] {
  const ending = /\.([A-Za-z0-9]{1,8})$/.exec(entry.source.file)?.[1]?.toLowerCase() ?? 'txt'
  const types: Readonly<Record<string, string>> = {
    yml: 'application/yaml',
    yaml: 'application/yaml',
    toml: 'application/toml',
    json: 'application/json',
    md: 'text/markdown',
  }
  // The rule's own text is never called like a page: `rule.` stands before its ending.
  return [
    { name: 'entry.json', type: 'application/json', title: 'every fact of this page, JSON' },
    {
      name: `rule.${ending === 'html' || ending === 'htm' || ending === 'js' || ending === 'svg' ? 'txt' : ending}`,
      type: types[ending] ?? 'text/plain',
      title: 'the rule as written',
    },
    { name: 'page.md', type: 'text/markdown', title: 'this page, Markdown' },
    ...(entry.conversions.some(one => one.query !== undefined)
      ? [{ name: 'queries.txt', type: 'text/plain', title: 'all queries, text' }]
      : []),
    ...(entry.tests.some(test => test.events.length > 0)
      ? [{ name: 'events.jsonl', type: 'application/jsonl', title: 'the events of its tests, JSON Lines' }]
      : []),
  ]
}

/** The page of a detection. */
export function detectionPage(entry: Entry, here: Here, site: Site, neighbours: Neighbours): Page {
  const { rule } = entry
  const groups: readonly { readonly title: string; readonly id: string; readonly parts: readonly Part[] }[] = [
    { title: 'Understand', id: 'understand', parts: understandSections(entry, here) },
    { title: 'Logic', id: 'logic', parts: logicSections(entry, here) },
    { title: 'Data', id: 'data', parts: dataSections(entry, here) },
    { title: 'Queries', id: 'queries', parts: querySections(entry, here) },
    { title: 'Evidence', id: 'evidence', parts: qualitySections(entry, here) },
    { title: 'Respond', id: 'respond', parts: respondSections(entry, here) },
    { title: 'Relations', id: 'relations', parts: relationSections(entry, here) },
  ]
    .map(group => ({ ...group, parts: group.parts.filter(part => part.content !== undefined) }))
    .filter(group => group.parts.length > 0)
  const techniques = rule.tags.length === 0 && entry.attack.length === 0 ? [] : entry.attack
  return {
    path: here.path,
    title: rule.title,
    description:
      `${rule.level}${techniques.length === 0 ? '' : ` · ${techniques.map(one => one.technique).join(' ')}`} · ${rule.hypothesis}`.slice(
        0,
        300,
      ),
    part: 'Rules',
    above: [
      { title: 'Rules', path: 'rules/' },
      ...(techniques[0] !== undefined && here.known.techniques.has(techniques[0].technique)
        ? [{ title: techniques[0].technique, path: `t/${techniques[0].technique.replace('.', '/')}/` }]
        : []),
    ],
    alternates: siblingsOf(entry).map(({ name, type, title }) => ({ type, path: `${here.path}${name}`, title })),
    linked: linkedData(entry, here, site),
    body: (
      <article class="detection">
        <Head entry={entry} here={here} />
        <div class="cols">
          <aside class="side" aria-label="Contents">
            <Contents groups={groups} />
            <Complete entry={entry} />
          </aside>
          <div class="main">
            {groups.map(group => (
              <section class="group" aria-labelledby={group.id}>
                <h2 id={group.id}>{group.title}</h2>
                {group.parts.map(part => (
                  <section class="part">
                    <h3 id={part.id}>
                      <a href={`#${part.id}`}>{part.title}</a>
                    </h3>
                    {part.content}
                  </section>
                ))}
              </section>
            ))}
            <Turn neighbours={neighbours} here={here} />
          </div>
        </div>
      </article>
    ),
  }
}

function Head({ entry, here }: { entry: Entry; here: Here }): VNode {
  const { rule } = entry
  return (
    <header class="head">
      <h1>{rule.title}</h1>
      {rule.hypothesis !== '' && <p class="lead">{rule.hypothesis}</p>}
      <p class="chips">
        <Level level={rule.level} />
        <Chip>{rule.status}</Chip>
        {rule.type !== undefined && <Chip>{rule.type}</Chip>}
        {rule.silent && <Chip>no alert of its own</Chip>}
        {entry.attack.map(one => (
          <span class="chip">
            <Technique id={one.technique} here={here} name />
            {one.state !== 'live' && one.state !== 'unknown' && ` (${one.state})`}
          </span>
        ))}
        {rule.vulnerabilities.map(id => (
          <Chip>{id}</Chip>
        ))}
      </p>
      <Terms
        of={[
          ['Author', rule.authors.join(', ')],
          ['Created', rule.created === undefined ? undefined : <Day of={rule.created} />],
          ['Modified', rule.modified === undefined ? undefined : <Day of={rule.modified} />],
          ['Version', rule.version],
          ['Data', entry.sources.length === 0 ? undefined : listed(entry.sources.map(source => source.title))],
          ['Risk', entry.risk === undefined ? undefined : figure(entry.risk.score)],
        ]}
      />
      <Strip entry={entry} here={here} />
    </header>
  )
}

const order: readonly VerdictWord[] = ['equivalent', 'differs', 'undecided', 'refused']

/** What is known of the rule in each target, at a glance. */
function Strip({ entry, here }: { entry: Entry; here: Here }): VNode | null {
  const { conversions } = entry
  if (conversions.length === 0) return null
  const counts = order
    .map(verdict => ({ verdict, count: conversions.filter(one => one.verdict === verdict).length }))
    .filter(({ count }) => count > 0)
  return (
    <section class="strip" aria-labelledby="proof">
      <h2 id="proof">Proof</h2>
      <p>
        {counts.map(({ verdict, count }, index) => (
          <>
            {index > 0 && ' · '}
            <strong>{count}</strong> <span class={`vd vd-${verdict}`}>{verdictWords[verdict].word}</span>
          </>
        ))}{' '}
        of {counted(conversions.length, 'target')}. <a href={link(here.path, `proof/${entry.slug}/`)}>What was shown, and how</a>
      </p>
      <ul>
        {conversions.map(one => (
          <li>
            <a href={`#t-${one.target}`} class={`vd-${one.verdict}`} title={`${one.title}: ${verdictWords[one.verdict].claim}`}>
              <span aria-hidden="true">{verdictWords[one.verdict].mark}</span> {one.target}
              <span class="unseen">: {verdictWords[one.verdict].word}</span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Contents({
  groups,
}: {
  groups: readonly { readonly title: string; readonly id: string; readonly parts: readonly Part[] }[]
}): VNode {
  return (
    <nav class="toc" aria-label="On this page">
      <details open>
        <summary>On this page</summary>
        <ol>
          {groups.map(group => (
            <li>
              <a href={`#${group.id}`}>{group.title}</a>
              <ol>
                {group.parts.map(part => (
                  <li>
                    <a href={`#${part.id}`}>{part.title}</a>
                  </li>
                ))}
              </ol>
            </li>
          ))}
        </ol>
      </details>
    </nav>
  )
}

/** What a rule is known by, and where it is from. */
export function Facts({ entry }: { entry: Entry }): VNode {
  const { rule, source } = entry
  return (
    <Terms
      of={[
        ['Id', <code class="v copy">{rule.id}</code>],
        ['Name', rule.name === undefined ? undefined : <code class="v copy">{rule.name}</code>],
        ['Format', source.formatTitle],
        ['File', <code class="v">{source.file}</code>],
        ['SHA-256', <code class="v copy">{source.hash}</code>],
        ['Licence', rule.license],
        ['Products', rule.products.join(', ')],
        ['Data, as it says', said(rule.rest.data_source).join(', ')],
        ['Asset', rule.assetType],
        ['Domain', rule.securityDomain],
        ['Tags', rule.tags.length === 0 ? undefined : listed(rule.tags.map(tag => <code>{tag}</code>))],
      ]}
    />
  )
}

/** Texts of a key that has no place of its own. */
const said = (value: Json | undefined): readonly string[] =>
  (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === 'string' && one !== '')

/** A date as its document has it, machine-readable where it is one. */
export function Day({ of }: { of: string }): ComponentChildren {
  return /^\d{4}-\d{2}-\d{2}$/.test(of) ? <time dateTime={of}>{of}</time> : of
}

function Complete({ entry }: { entry: Entry }): VNode {
  const { present, missing } = entry.completeness
  const all = present.length + missing.length
  return (
    <section class="complete" aria-labelledby="complete">
      <h2 id="complete">Completeness</h2>
      <p>
        <meter min={0} max={all} value={present.length} aria-labelledby="complete" /> {present.length} of {all} sections
      </p>
      {missing.length > 0 && (
        <details>
          <summary>What is missing</summary>
          <ul>
            {missing.map(one => (
              <li>{one}</li>
            ))}
          </ul>
        </details>
      )}
    </section>
  )
}

function Turn({ neighbours, here }: { neighbours: Neighbours; here: Here }): VNode | null {
  const { before, after } = neighbours
  if (before === undefined && after === undefined) return null
  return (
    <nav class="turn" aria-label="Neighbouring rules">
      {before !== undefined && (
        <a rel="prev" href={link(here.path, `d/${before.slug}/`)}>
          <span aria-hidden="true">← </span>
          {before.title}
        </a>
      )}
      {after !== undefined && (
        <a rel="next" href={link(here.path, `d/${after.slug}/`)}>
          {after.title}
          <span aria-hidden="true"> →</span>
        </a>
      )}
    </nav>
  )
}

/** The page for machines: an article, where it stands, and the code of each query. Only what is so. */
function linkedData(entry: Entry, here: Here, site: Site): object {
  const { rule } = entry
  const isDate = (text: string | undefined) => text !== undefined && /^\d{4}-\d{2}-\d{2}/.test(text)
  const address = site.base === undefined ? undefined : `${site.base}${here.path}`
  return {
    '@context': 'https://schema.org',
    '@type': 'TechArticle',
    headline: rule.title,
    ...(rule.hypothesis === '' ? {} : { abstract: rule.hypothesis }),
    ...(address === undefined ? {} : { url: address }),
    identifier: rule.id,
    ...(rule.authors.length === 0 ? {} : { author: rule.authors.map(name => ({ '@type': 'Person', name })) }),
    ...(isDate(rule.created) ? { dateCreated: rule.created } : {}),
    ...(isDate(rule.modified) ? { dateModified: rule.modified } : {}),
    ...(rule.license === undefined ? {} : { license: rule.license }),
    keywords: entry.attack.map(one => one.technique),
    hasPart: entry.conversions
      .filter(one => one.query !== undefined)
      .map(one => ({ '@type': 'SoftwareSourceCode', name: one.title, programmingLanguage: one.language })),
  }
}
