// Who uses a technique, turned round: a page for each group, software and campaign that ATT&CK's facts here know of, with the rules that would see it.

import type { Catalog, TechniqueUse } from '../catalog/collection.ts'
import { link } from './address.ts'
import { sayCoverage } from './attack.tsx'
import { counted, type Here, listed, Rules, Table, Technique } from './elements.tsx'
import type { Page } from './frame.tsx'
import { Outside } from './markdown.tsx'

/** A group, software or campaign, with the techniques that it uses as far as is known here. */
export interface Actor {
  readonly id: string
  readonly name: string
  readonly kind: 'group' | 'malware' | 'tool' | 'software' | 'campaign'
  readonly techniques: readonly TechniqueUse[]
}

/** Where the page of an actor is. */
export const actorPath = (id: string): string => `actor/${id}/`

/** Techniques of which it is known who uses them. */
const told = (catalog: Catalog): readonly TechniqueUse[] =>
  catalog.techniques.filter(one => one.groups.length + one.software.length + one.campaigns.length > 0)

/** Those that use a technique that a rule of the collection names, by kind and name. */
export function actorsOf(catalog: Catalog): readonly Actor[] {
  const found = new Map<string, { id: string; name: string; kind: Actor['kind']; techniques: TechniqueUse[] }>()
  for (const technique of told(catalog)) {
    const { groups, software, campaigns } = technique
    for (const [kind, list] of [
      ['group', groups],
      ['software', software],
      ['campaign', campaigns],
    ] as const)
      for (const { id, name, ...more } of list) {
        if (!/^[GSC]\d{4}$/.test(id)) continue
        const said = 'kind' in more ? more.kind : undefined
        const actor = found.get(id) ?? { id, name, kind: said === 'malware' || said === 'tool' ? said : kind, techniques: [] }
        found.set(id, actor)
        actor.techniques.push(technique)
      }
  }
  return [...found.values()]
    .filter(one => one.techniques.some(technique => technique.rules.length > 0))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id < b.id ? -1 : 1))
}

const kinds: Readonly<Record<Actor['kind'], readonly [word: string, folder: string]>> = {
  group: ['Group', 'groups'],
  malware: ['Malware', 'software'],
  tool: ['Tool', 'software'],
  software: ['Software', 'software'],
  campaign: ['Campaign', 'campaigns'],
}

/** What the facts do not reach to. */
function Reach({ catalog, here }: { catalog: Catalog; here: Here }) {
  const known = told(catalog)
  return (
    <p class="dim">
      Of ATT&CK {catalog.attack.version}, the users of {counted(known.length, 'technique')} are known here:{' '}
      {listed(known.map(one => <Technique id={one.id} here={here} />))}. What else somebody uses is not on this page.
    </p>
  )
}

/** The page of an actor. */
export function actorPage(of: Actor, catalog: Catalog, here: Here): Page {
  const [word, folder] = kinds[of.kind]
  const rules = [...new Set(of.techniques.flatMap(one => one.rules))]
  const open = of.techniques.filter(one => one.rules.length === 0)
  const url = `https://attack.mitre.org/${folder}/${of.id}/`
  return {
    path: here.path,
    title: of.name === of.id ? of.id : `${of.name} (${of.id})`,
    part: 'ATT&CK',
    above: [
      { title: 'Coverage', path: 'coverage/' },
      { title: 'Groups, software, campaigns', path: 'actor/' },
    ],
    body: (
      <>
        <header class="head">
          <h1>{of.name === of.id ? of.id : `${of.name} (${of.id})`}</h1>
          <p class="lead">
            {word}: uses {counted(of.techniques.length, 'technique')} of those whose users are known here;{' '}
            {counted(rules.length, 'rule')} look for {of.techniques.length === 1 ? 'it' : 'them'}.
          </p>
          <p>
            <Outside to={url}>{of.id} at MITRE</Outside>
          </p>
          <Reach catalog={catalog} here={here} />
        </header>
        <section class="part">
          <h2 id="techniques">Techniques that it uses</h2>
          <Table
            label={`Techniques of ${of.name}`}
            head={['Technique', 'What is there']}
            rows={of.techniques.map(one => [<Technique id={one.id} here={here} name />, sayCoverage(one.coverage)])}
          />
          {open.length > 0 && (
            <p>
              Without a rule: {listed(open.map(one => <Technique id={one.id} here={here} name />))}. A rule of a sub-technique or
              of its parent does not count.
            </p>
          )}
        </section>
        <section class="part">
          <h2 id="rules">What would see it</h2>
          <Rules slugs={rules} here={here} label={`Rules for the techniques of ${of.name}`} />
        </section>
      </>
    ),
  }
}

/** The list of all of them. */
export function actorsPage(actors: readonly Actor[], catalog: Catalog, here: Here): Page {
  const parts = [
    ['groups', 'Groups', actors.filter(one => one.kind === 'group')],
    ['software', 'Software', actors.filter(one => one.kind !== 'group' && one.kind !== 'campaign')],
    ['campaigns', 'Campaigns', actors.filter(one => one.kind === 'campaign')],
  ] as const
  return {
    path: here.path,
    title: 'Groups, software, campaigns',
    part: 'ATT&CK',
    above: [{ title: 'Coverage', path: 'coverage/' }],
    body: (
      <>
        <header class="head">
          <h1>Groups, software, campaigns</h1>
          <p class="lead">{counted(actors.length, 'user')} of techniques that rules of this collection look for.</p>
          <Reach catalog={catalog} here={here} />
        </header>
        {parts
          .filter(([, , list]) => list.length > 0)
          .map(([id, title, list]) => (
            <section class="part">
              <h2 id={id}>
                {title} <span class="dim">{list.length}</span>
              </h2>
              <ul class="columns">
                {list.map(one => (
                  <li>
                    <a href={link(here.path, actorPath(one.id))}>{one.name}</a>{' '}
                    <span class="dim">{counted(one.techniques.length, 'technique')}</span>
                  </li>
                ))}
              </ul>
            </section>
          ))}
      </>
    ),
  }
}
