// What a detection has to do with others: related, duplicate and overlapping rules with the event that shows it, stories, references, and the page in other forms.

import type { VNode } from 'preact'
import type { Entry, RelatedFact } from '../../catalog/entry.ts'
import { link } from '../address.ts'
import { type Here, type Known, Level, Reference, Rule } from '../elements.tsx'
import { EventTable } from './data-needed.tsx'
import { Facts, type Part, siblingsOf } from './detection.tsx'

export function relationSections(entry: Entry, here: Here): readonly Part[] {
  const { rule } = entry
  return [
    {
      id: 'related',
      title: 'Related rules',
      content: entry.related.length === 0 ? undefined : <Related entry={entry} here={here} />,
    },
    {
      id: 'stories',
      title: 'Stories and packs',
      content:
        rule.stories.length === 0 ? undefined : (
          <ul>
            {rule.stories.map(name => {
              const key = here.known.stories.get(name)
              return <li>{key === undefined ? name : <a href={link(here.path, `pack/${key}/`)}>{name}</a>}</li>
            })}
          </ul>
        ),
    },
    {
      id: 'references',
      title: 'References',
      content:
        rule.references.length === 0 ? undefined : (
          <ul class="references">
            {rule.references.map(one => (
              <li>
                <Reference {...one} />
              </li>
            ))}
          </ul>
        ),
    },
    { id: 'provenance', title: 'Where it is from', content: <Facts entry={entry} /> },
    {
      id: 'forms',
      title: 'For machines',
      content: (
        <ul>
          {siblingsOf(entry).map(({ name, title }) => (
            <li>
              <a href={name}>{name}</a>: {title}
            </li>
          ))}
        </ul>
      ),
    },
  ]
}

const words: Readonly<Record<RelatedFact['relation'], string>> = {
  equal: 'asks the same as',
  narrower: 'lies within',
  wider: 'holds all of',
  overlapping: 'overlaps with',
  uses: 'stands on',
  'used by': 'is used by',
  similar: 'is similar to',
  derived: 'is derived from',
  obsolete: 'makes obsolete',
  merged: 'was merged from',
  renamed: 'was renamed from',
}

/** Whether two rules have a page together: it was decided how they stand, and both are in the collection. */
export function comparable<T extends { readonly slug?: string; readonly by: string }>(
  one: T,
  slug: string,
  known: Known,
): one is T & { readonly slug: string } {
  return one.by === 'proof' && one.slug !== undefined && one.slug !== slug && known.briefs.has(one.slug)
}

/** The page of a pair of rules: the smaller slug first. */
export const pairPath = (a: string, b: string): string => (a < b ? `compare/${a}..${b}/` : `compare/${b}..${a}/`)

function Related({ entry, here }: { entry: Entry; here: Here }): VNode {
  return (
    <ul class="related">
      {entry.related.map(one => (
        <li>
          This rule {words[one.relation]}{' '}
          {one.slug === undefined ? (one.title ?? <code>{one.id}</code>) : <Rule slug={one.slug} here={here} />}
          {one.level !== undefined && (
            <>
              {' '}
              <Level level={one.level} />
            </>
          )}{' '}
          <span class="dim">{one.by === 'proof' ? 'decided' : 'by its document'}</span>
          {comparable(one, entry.slug, here.known) && (
            <>
              {' '}
              <a href={link(here.path, pairPath(entry.slug, one.slug))}>
                Compare<span class="unseen"> with {one.title}</span>
              </a>
            </>
          )}
          <Witness of={one} />
        </li>
      ))}
    </ul>
  )
}

/** Events that only one of two rules matches, or both. */
export function Witness({ of }: { of: RelatedFact }): VNode | null {
  const events = [
    ['Only this rule matches', of.onlyThis],
    ['Only the other matches', of.onlyOther],
    ['Both match', of.both],
  ] as const
  if (events.every(([, event]) => event === undefined)) return null
  return (
    <details>
      <summary>Events that show it</summary>
      {events.map(
        ([title, event]) =>
          event !== undefined && (
            <>
              <p>{title}:</p>
              <EventTable event={event} label={`${title}: ${of.title ?? of.id}`} />
            </>
          ),
      )}
    </details>
  )
}
