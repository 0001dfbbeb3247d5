// Techniques by id, what has taken the place of retired ones, and for some what is related to them: the tables of this folder as objects.

import { mitigationRows } from './mitigations.ts'
import { relationRows } from './relations.ts'
import { techniqueRows } from './techniques.ts'

/** A technique or sub-technique. */
export interface Technique {
  readonly id: string
  readonly name: string
  /** Of a sub-technique. */
  readonly parent?: string
  /** Live sub-techniques. */
  readonly children: readonly string[]
  /** Short names. */
  readonly tactics: readonly string[]
  readonly platforms: readonly string[]
  readonly components: readonly string[]
  /** Detection strategies. */
  readonly strategies: readonly string[]
  readonly mitigations: readonly Named[]
  readonly state: 'live' | 'revoked' | 'deprecated'
  /** What a revoked one was revoked for. */
  readonly successor?: string
  readonly url: string
}

export interface Named {
  readonly id: string
  readonly name: string
}

/** What is related to a technique that this folder knows more of. */
export interface Focus {
  readonly groups: readonly Named[]
  /** `kind`: malware or tool. */
  readonly software: readonly (Named & { readonly kind: string })[]
  readonly campaigns: readonly Named[]
  readonly strategies: readonly Strategy[]
}

export interface Strategy extends Named {
  readonly analytics: readonly {
    readonly id: string
    readonly platforms: readonly string[]
    readonly sources: readonly { readonly component: string; readonly source: string; readonly channel: string }[]
  }[]
}

const rowsOf = (text: string): readonly string[] => text.split('\n').filter(line => line !== '')
const list = (cell: string | undefined): readonly string[] => (cell === undefined || cell === '' ? [] : cell.split(','))

function readTechniques(): readonly Technique[] {
  const mitigations = new Map<string, Named[]>()
  for (const line of rowsOf(mitigationRows)) {
    const [id = '', name = '', of] = line.split('|')
    for (const technique of list(of)) mitigations.set(technique, [...(mitigations.get(technique) ?? []), { id, name }])
  }
  const read = rowsOf(techniqueRows).map((line): Technique => {
    const [id = '', name = '', tactics, platforms, components, strategies, state = ''] = line.split('|')
    const [word, successor] = state.split(' ')
    const [parent, child] = id.split('.')
    return {
      id,
      name,
      ...(child === undefined ? {} : { parent: parent! }),
      children: [],
      tactics: list(tactics),
      platforms: list(platforms),
      components: list(components),
      strategies: list(strategies),
      mitigations: mitigations.get(id) ?? [],
      state: word === 'revoked' || word === 'deprecated' ? word : 'live',
      ...(successor === undefined || successor === '' ? {} : { successor }),
      url: `https://attack.mitre.org/techniques/${id.replace('.', '/')}/`,
    }
  })
  return read.map(one => {
    if (one.parent !== undefined) return one
    const children = read.filter(other => other.parent === one.id && other.state === 'live').map(other => other.id)
    return children.length === 0 ? one : { ...one, children }
  })
}

function readRelations(): ReadonlyMap<string, Focus> {
  type Open = { groups: Named[]; software: (Named & { kind: string })[]; campaigns: Named[]; strategies: OpenStrategy[] }
  type OpenStrategy = Named & { analytics: { id: string; platforms: readonly string[]; sources: Source[] }[] }
  type Source = Strategy['analytics'][number]['sources'][number]
  const found = new Map<string, Open>()
  let open: Open = { groups: [], software: [], campaigns: [], strategies: [] }
  for (const line of rowsOf(relationRows)) {
    const depth = (line.length - line.trimStart().length) / 2
    const [first = '', second = '', third = ''] = line.trimStart().split('|')
    if (depth === 0) {
      open = { groups: [], software: [], campaigns: [], strategies: [] }
      found.set(first, open)
    } else if (depth === 1) {
      const named = { id: second, name: third }
      if (first === 'group') open.groups.push(named)
      else if (first === 'campaign') open.campaigns.push(named)
      else if (first === 'strategy') open.strategies.push({ ...named, analytics: [] })
      else open.software.push({ ...named, kind: first })
    } else if (depth === 2) open.strategies.at(-1)!.analytics.push({ id: first, platforms: list(second), sources: [] })
    else open.strategies.at(-1)!.analytics.at(-1)!.sources.push({ component: first, source: second, channel: third })
  }
  return found
}

/** Every technique and sub-technique, retired ones too, by id. */
export const techniques: readonly Technique[] = readTechniques()

const byId: ReadonlyMap<string, Technique> = new Map(techniques.map(one => [one.id, one]))
let relations: ReadonlyMap<string, Focus> | undefined

/** A technique by its id, in any case; undefined for an id that the stated version does not know. */
export function attackTechniqueOf(id: string): Technique | undefined {
  return byId.get(id.toUpperCase())
}

/** The live technique that an id stands for today: itself, or what it was revoked for; undefined for deprecated and unknown ids. */
export function currentTechnique(id: string): Technique | undefined {
  let found = attackTechniqueOf(id)
  // A revoked technique may have been revoked for one that was revoked later.
  for (let steps = 0; found !== undefined && found.state === 'revoked' && steps < 8; steps++)
    found = found.successor === undefined ? undefined : byId.get(found.successor)
  return found?.state === 'live' ? found : undefined
}

/** Groups, software, campaigns and analytics of a technique; undefined where the tables have none of them. */
export function focusOf(id: string): Focus | undefined {
  relations ??= readRelations()
  return relations.get(id.toUpperCase())
}
