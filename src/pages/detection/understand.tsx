// What a detection is about: description, the plain reading of its logic, ATT&CK, the frameworks that follow from it.

import type { VNode } from 'preact'
import type { AttackFact, Entry, Sentence } from '../../catalog/entry.ts'
import { link } from '../address.ts'
import { type Here, listed, Table, Technique, User } from '../elements.tsx'
import { Markdown, Outside } from '../markdown.tsx'
import type { Part } from './detection.tsx'

export function understandSections(entry: Entry, here: Here): readonly Part[] {
  const { rule } = entry
  const more = rule.description.trim() !== rule.hypothesis.trim() ? rule.description.trim() : ''
  return [
    { id: 'about', title: 'About', content: more === '' ? undefined : <Markdown text={more} level={4} label="Description" /> },
    { id: 'reading', title: 'In plain words', content: entry.reading.length === 0 ? undefined : <Reading of={entry.reading} /> },
    { id: 'attack', title: 'ATT&CK', content: entry.attack.length === 0 ? undefined : <Attack of={entry.attack} here={here} /> },
    {
      id: 'frameworks',
      title: 'Frameworks',
      content:
        entry.frameworks.length === 0 ? undefined : (
          <Table
            label="Frameworks"
            head={['Framework', 'Id', 'Name', 'From']}
            rows={entry.frameworks.map(one => [
              one.framework,
              <code>{one.id}</code>,
              one.name,
              one.by === 'document' ? 'the rule' : 'its tactics',
            ])}
          />
        ),
    },
  ]
}

interface Knot {
  readonly sentence: Sentence
  readonly children: Knot[]
}

/** Sentences nested by their depth. */
function knots(of: readonly Sentence[]): readonly Knot[] {
  const top: Knot[] = []
  const path: Knot[] = []
  for (const sentence of of) {
    const knot: Knot = { sentence, children: [] }
    const depth = Math.min(sentence.depth, path.length, 12)
    path.length = depth
    ;(depth === 0 ? top : path[depth - 1]!.children).push(knot)
    path.push(knot)
  }
  return top
}

function Reading({ of }: { of: readonly Sentence[] }): VNode {
  return <Sentences of={knots(of)} />
}

function Sentences({ of }: { of: readonly Knot[] }): VNode {
  return (
    <ul class="reading">
      {of.map(({ sentence, children }) => (
        <li>
          {sentence.text}
          <Numbers of={sentence.predicates} />
          {children.length > 0 && <Sentences of={children} />}
        </li>
      ))}
    </ul>
  )
}

/** Links to tests by their numbers; many are left to the parts that they stand in. */
export function Numbers({ of }: { of: readonly number[] }): VNode | null {
  if (of.length === 0 || of.length > 8) return null
  return (
    <>
      {' '}
      <span class="refs">
        {of.map(place => (
          <a href={`#p-${place + 1}`}>
            <span class="unseen">test </span>
            {place + 1}
          </a>
        ))}
      </span>
    </>
  )
}

function Attack({ of, here }: { of: readonly AttackFact[]; here: Here }): VNode {
  const strategies = of.flatMap(one => one.strategies)
  const seen = new Map(strategies.map(one => [one.id, one]))
  return (
    <>
      <Table
        label="ATT&CK techniques"
        head={['Technique', 'Tactics', 'Platforms', 'Mitigations']}
        rows={of.map(one => [
          <>
            <Technique id={one.technique} here={here} name />
            {one.state === 'unknown' && <span class="warn"> not in this version of ATT&CK</span>}
            {(one.state === 'revoked' || one.state === 'deprecated') && (
              <span class="warn">
                {' '}
                {one.state}
                {one.successor !== undefined && (
                  <>
                    , now <Technique id={one.successor.id} here={here} name />
                  </>
                )}
              </span>
            )}
          </>,
          listed(
            one.tactics.map(tactic => (
              <>
                {here.known.tactics.has(tactic.shortname) ? (
                  <a href={link(here.path, `tactic/${tactic.shortname}/`)}>{tactic.name}</a>
                ) : (
                  tactic.name
                )}{' '}
                <span class="dim">({tactic.id})</span>
              </>
            )),
          ),
          one.platforms.join(', '),
          listed(one.mitigations.map(mitigation => `${mitigation.id} ${mitigation.name}`)),
        ])}
      />
      {of.some(one => one.groups.length + one.software.length + one.campaigns.length > 0) && (
        <details>
          <summary>Groups, software and campaigns that use it</summary>
          {of
            .filter(one => one.groups.length + one.software.length + one.campaigns.length > 0)
            .map(one => (
              <p>
                <strong>{one.technique}</strong>:{' '}
                {listed([...one.groups, ...one.software, ...one.campaigns].map(user => <User of={user} here={here} />))}
              </p>
            ))}
        </details>
      )}
      {seen.size > 0 && (
        <details>
          <summary>Detection strategies and their analytics</summary>
          {[...seen.values()].map(strategy => (
            <>
              <p>
                <strong>{strategy.id}</strong>
                {strategy.name !== undefined && ` ${strategy.name}`}
              </p>
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
        </details>
      )}
      <p class="dim">
        {listed(of.filter(one => one.url !== '').map(one => <Outside to={one.url}>{one.technique} at MITRE</Outside>))}
      </p>
    </>
  )
}
