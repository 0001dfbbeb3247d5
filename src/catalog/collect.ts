// A collection out of its entries in brief: who names what, how often, and for which targets it is proven.

import { tactics as allTactics, techniques as allTechniques, currentTechnique } from '../attack/index.ts'
import { codes as convertCodes } from '../convert.ts'
import type { Detection } from '../ir/detection.ts'
import { languages } from '../languages/index.ts'
import { codes as printingCodes } from '../languages/printing.ts'
import { codes as lintCodes } from '../lint.ts'
import { codes as proveCodes } from '../prove.ts'
import { ruleFormats } from '../rules/index.ts'
import { schemas } from '../schemas/index.ts'
import { codes as retellCodes } from '../schemas/retell.ts'
import { codes as translateCodes } from '../schemas/translate.ts'
import { targets as allTargets, type Target } from '../targets.ts'
import type { Diagnostic } from '../text/diagnostic.ts'
import type { Atomic } from './atomics.ts'
import type * as collection from './collection.ts'
import type { AtomicFact, Entry, GuidanceFact, LogSourceFact, NoiseFact, RelatedFact } from './entry.ts'
import { allSections, completenessOf, type Gist } from './gist.ts'
import type { Looked } from './indicators.ts'
import { meanings } from './meanings.ts'
import { logSourceOf, presenceOf, sourceKey } from './needed.ts'
import type { Measured } from './noise.ts'
import { byText, findingOf } from './plain.ts'
import { techniqueFact } from './rule.ts'
import { slugOf } from './slug.ts'

/** All that a collection is made of; lists are by the place of the detection. */
export interface Held {
  readonly detections: readonly Detection[]
  readonly gists: readonly Gist[]
  readonly slugs: readonly { readonly slug: string; readonly aliases: readonly string[] }[]
  readonly relations: readonly (readonly RelatedFact[])[]
  readonly signals: readonly (readonly AtomicFact[])[]
  readonly noise: readonly (readonly NoiseFact[])[]
  readonly measured: readonly Measured[]
  readonly atomics: readonly Atomic[]
  /** Rules that no event can match. */
  readonly never: ReadonlySet<number>
  readonly corpus: readonly {
    readonly title: string
    readonly file: string
    readonly format: string
    readonly looked: readonly Looked[]
  }[]
  readonly targets: readonly Target[]
  readonly names: ReadonlyMap<string, { readonly body?: string; readonly description?: string }>
  readonly texts: readonly { readonly folder: string; readonly title: string; readonly markdown: string }[]
  readonly problems: readonly Diagnostic[]
  readonly keys: readonly string[]
  readonly hash: (of: string) => string
}

export interface Collected {
  readonly catalog: Omit<collection.Catalog, 'attack'>
  /** How many rules look for an indicator, by polarity and key. */
  readonly counts: ReadonlyMap<string, number>
  readonly digests: readonly string[]
  readonly complete: readonly Entry['completeness'][]
  textsOf(place: number): GuidanceFact['texts']
}

const mostValues = 20
const mostReasons = 20
const mostOthers = 50

export function collect(held: Held): Collected {
  const { detections, gists, slugs } = held
  const slug = (place: number): string => slugs[place]!.slug
  const counts = countLooked(held)
  const textsOf = (place: number): GuidanceFact['texts'] => {
    const file = detections[place]!.written.document.name
    return held.texts
      .filter(({ folder }) => file.startsWith(`${folder}/`) || file.startsWith(`${folder}\\`))
      .map(({ title, markdown }) => ({ title, markdown }))
  }
  const complete = gists.map((gist, place) => {
    const texts = textsOf(place).map(one => one.title)
    const more = [
      ...(texts.length > 0 ? ['triage'] : []),
      ...(texts.some(title => /playbook|response/i.test(title)) ? ['response'] : []),
      ...(texts.some(title => /tuning/i.test(title)) ? ['tuning'] : []),
    ]
    return completenessOf([...gist.present, ...more], {
      related: held.relations[place]!,
      atomics: held.signals[place]!,
      noise: held.noise[place]!,
    })
  })
  const digests = gists.map((gist, place) =>
    held
      .hash(
        JSON.stringify([
          held.keys[place],
          slugs[place],
          gist.looked.map(one => counts.get(`${one.negated} ${one.key}`)),
          held.relations[place],
          held.signals[place],
          held.noise[place],
          gist.names.map(name => held.names.get(name.name) ?? null),
          textsOf(place),
        ]),
      )
      .slice(0, 32),
  )
  const briefs = gists.map((gist, place): collection.Brief => {
    const noise = held.noise[place]!
    const worst = noise.length === 0 ? undefined : Math.max(...noise.map(one => one.perMillion))
    return {
      slug: slug(place),
      digest: digests[place]!,
      aliases: slugs[place]!.aliases,
      ...gist.brief,
      complete: { present: complete[place]!.present.length, of: allSections.length },
      ...(worst === undefined ? {} : { perMillion: worst }),
    }
  })
  const sources = classesOf(held)
  const sorted = [...briefs].sort((a, b) => byText(a.title, b.title) || byText(a.slug, b.slug))
  return {
    catalog: {
      briefs: sorted,
      techniques: techniquesOf(held, sorted),
      tactics: tacticsOf(sorted),
      fields: fieldsOf(held, sources),
      indicators: indicatorsOf(held),
      sources: sourcesOf(held, sorted, sources),
      targets: targetsOf(held),
      stories: storiesOf(held, sorted),
      names: namesOf(held),
      lint: lintOf(held),
      corpora: held.measured.map(({ corpus, events, alerts }) => ({ name: corpus, events, matches: alerts })),
      problems: held.problems.map(findingOf),
      corpus: corpusOf(held),
    },
    counts,
    digests,
    complete,
    textsOf,
  }
}

/** A rule counts once for each indicator and polarity. */
function countLooked(held: Held): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  const add = (looked: readonly Looked[]): void => {
    for (const id of new Set(looked.map(one => `${one.negated} ${one.key}`))) counts.set(id, (counts.get(id) ?? 0) + 1)
  }
  for (const gist of held.gists) add(gist.looked)
  for (const one of held.corpus) add(one.looked)
  return counts
}

const languageOf: ReadonlyMap<string, string> = new Map(allTargets.map(target => [target.id, target.language]))

/** A query in the rule's own language is the rule; what is proven is a translation. */
const isProven = (brief: collection.Brief): boolean =>
  Object.entries(brief.verdicts).some(
    ([target, verdict]) => verdict === 'equivalent' && languageOf.get(target) !== brief.language,
  )
const isTested = (brief: collection.Brief): boolean => brief.tests.alert > 0 && brief.tests.passed > 0 && brief.tests.failed === 0

/** How far a set of rules goes: how many there are, are proven for a target other than their own language, and have a firing test that passed. */
export function coverageOf(rules: readonly collection.Brief[], visible: ReadonlySet<string> | undefined): collection.Coverage {
  return {
    rules: rules.length,
    proven: rules.filter(isProven).length,
    tested: rules.filter(isTested).length,
    ...(visible === undefined ? {} : { visible: rules.filter(rule => visible.has(rule.slug)).length }),
  }
}

/** Rules whose log source came up in the logs; undefined when no logs were given. */
function visibleOf(held: Held): ReadonlySet<string> | undefined {
  if (held.measured.length === 0) return undefined
  return new Set(
    held.slugs.flatMap(({ slug }, place) => (held.measured.some(({ rules }) => (rules[place]?.asked ?? 0) > 0) ? [slug] : [])),
  )
}

function techniquesOf(held: Held, briefs: readonly collection.Brief[]): readonly collection.TechniqueUse[] {
  const byTechnique = new Map<string, collection.Brief[]>()
  for (const brief of briefs) {
    if (brief.silent) continue
    for (const id of brief.techniques) {
      const rules = byTechnique.get(id)
      if (rules === undefined) byTechnique.set(id, [brief])
      else rules.push(brief)
    }
  }
  const visible = visibleOf(held)
  const ids = new Set([
    ...allTechniques.filter(one => one.state === 'live').map(one => one.id),
    ...byTechnique.keys(),
    ...held.atomics.map(one => one.technique),
  ])
  const known = new Map(allTechniques.map(one => [one.id, one]))
  return [...ids].sort(byText).map(id => {
    const rules = byTechnique.get(id) ?? []
    const fact = techniqueFact(id)
    const technique = known.get(id)
    const successor = currentTechnique(id)
    return {
      id,
      name: fact.name ?? id,
      ...(fact.parent === undefined ? {} : { parent: fact.parent }),
      children: technique?.children ?? [],
      tactics: technique?.tactics ?? [],
      platforms: fact.platforms,
      url: fact.url,
      state: fact.state,
      ...(successor === undefined || successor.id === id ? {} : { successor: { id: successor.id, name: successor.name } }),
      mitigations: fact.mitigations,
      groups: fact.groups,
      software: fact.software,
      campaigns: fact.campaigns,
      strategies: fact.strategies,
      components: technique?.components ?? [],
      rules: rules.map(rule => rule.slug),
      coverage: coverageOf(rules, visible),
      atomics: held.atomics
        .filter(one => one.technique === id)
        .map(({ events: _, ...atomic }) => ({
          ...atomic,
          rules: held.signals
            .flatMap((signals, place) =>
              signals
                .filter(signal => signal.id === atomic.id)
                .map(signal => ({ slug: held.slugs[place]!.slug, fires: signal.signal.some(one => one.fires) })),
            )
            .sort((a, b) => byText(a.slug, b.slug)),
        })),
    }
  })
}

function tacticsOf(briefs: readonly collection.Brief[]): readonly collection.TacticUse[] {
  return allTactics.map(({ id, shortname, name }, order) => ({
    id,
    shortname,
    name,
    order,
    techniques: allTechniques
      .filter(one => one.state === 'live' && one.parent === undefined && one.tactics.includes(shortname))
      .sort((a, b) => byText(a.name, b.name))
      .map(one => one.id),
    rules: briefs.filter(brief => brief.tactics.includes(shortname)).map(brief => brief.slug),
  }))
}

function fieldsOf(held: Held, sources: ReadonlyMap<string, KnownSource>): readonly collection.FieldUse[] {
  interface Open {
    readonly rules: Set<string>
    readonly operators: Map<string, number>
    readonly values: Map<string, { count: number; indicator: string }>
    readonly presence: Map<string, collection.FieldUse['presence'][number]>
  }
  const found = new Map<string, Open>()
  for (const [place, gist] of held.gists.entries()) {
    for (const { name, ops } of gist.fields) {
      const open = found.get(name) ?? { rules: new Set(), operators: new Map(), values: new Map(), presence: new Map() }
      found.set(name, open)
      open.rules.add(held.slugs[place]!.slug)
      for (const op of ops) open.operators.set(op, (open.operators.get(op) ?? 0) + 1)
      for (const key of gist.brief.sources) {
        const source = sources.get(key)
        for (const one of source === undefined ? [] : source.presence(name))
          if (!open.presence.has(one.shape)) open.presence.set(one.shape, one)
      }
    }
    for (const { field, value, key } of gist.looked) {
      const open = found.get(field)
      if (open === undefined) continue
      const row = open.values.get(value) ?? { count: 0, indicator: key }
      row.count++
      open.values.set(value, row)
    }
  }
  const keys = new Set<string>()
  return [...found]
    .sort(([a], [b]) => byText(a, b))
    .map(([name, open]) => {
      const known = Object.hasOwn(meanings, name) ? meanings[name] : undefined
      return {
        name,
        key: fresh(slugOf(name) || 'field', keys),
        ...(known === undefined ? {} : { meaning: known[0], type: known[1] }),
        presence: [...open.presence.values()],
        rules: [...open.rules].sort(byText),
        operators: [...open.operators]
          .map(([op, count]) => ({ op, count }))
          .sort((a, b) => b.count - a.count || byText(a.op, b.op)),
        values: [...open.values]
          .map(([value, row]) => ({ value, ...row }))
          .sort((a, b) => b.count - a.count || byText(a.value, b.value))
          .slice(0, mostValues),
      }
    })
}

function fresh(wanted: string, taken: Set<string>): string {
  let key = wanted
  for (let number = 2; taken.has(key); number++) key = `${wanted}-${number}`
  taken.add(key)
  return key
}

function indicatorsOf(held: Held): readonly collection.IndicatorUse[] {
  interface Open {
    readonly first: Looked
    readonly rules: Set<string>
    readonly negated: Set<string>
    readonly techniques: Set<string>
    others: { title: string; file: string }[]
  }
  const found = new Map<string, Open>()
  for (const [place, gist] of held.gists.entries())
    for (const one of gist.looked) {
      const open = found.get(one.key) ?? { first: one, rules: new Set(), negated: new Set(), techniques: new Set(), others: [] }
      found.set(one.key, open)
      ;(one.negated ? open.negated : open.rules).add(held.slugs[place]!.slug)
      for (const technique of gist.brief.techniques) open.techniques.add(technique)
    }
  for (const { title, file, looked } of held.corpus)
    for (const key of new Set(looked.map(one => one.key))) {
      const open = found.get(key)
      if (open !== undefined && open.others.length < mostOthers) open.others.push({ title, file })
    }
  return [...found]
    .sort(([a], [b]) => byText(a, b))
    .map(([key, open]) => ({
      key,
      field: open.first.name,
      kind: open.first.kind,
      value: open.first.value,
      rules: [...open.rules].sort(byText),
      negated: [...open.negated].sort(byText),
      others: open.others,
      techniques: [...open.techniques].sort(byText),
    }))
}

interface KnownSource {
  readonly fact: LogSourceFact
  presence(field: string): collection.FieldUse['presence']
}

/** The log sources of the collection, with what each has of a field, found once. */
function classesOf(held: Held): ReadonlyMap<string, KnownSource> {
  const found = new Map<string, KnownSource>()
  for (const gist of held.gists)
    for (const of of gist.classes) {
      const key = sourceKey(of)
      if (found.has(key)) continue
      const fact = logSourceOf(of)
      const made = new Map<string, collection.FieldUse['presence']>()
      found.set(key, {
        fact,
        presence(field) {
          let presence = made.get(field)
          if (presence === undefined) {
            presence = presenceOf(of, fact.events, field)
            made.set(field, presence)
          }
          return presence
        },
      })
    }
  return found
}

function sourcesOf(
  held: Held,
  briefs: readonly collection.Brief[],
  sources: ReadonlyMap<string, KnownSource>,
): readonly collection.LogSourceUse[] {
  const places = new Map(held.slugs.map(({ slug }, place) => [slug, place]))
  const bySource = new Map<string, collection.Brief[]>([...sources.keys()].map(key => [key, []]))
  for (const brief of briefs) for (const key of new Set(brief.sources)) bySource.get(key)?.push(brief)
  return [...sources]
    .sort(([a], [b]) => byText(a, b))
    .map(([key, { fact, presence }]) => {
      const rules = bySource.get(key)!
      const fields = new Map<string, number>()
      for (const rule of rules) for (const field of rule.fields) fields.set(field, (fields.get(field) ?? 0) + 1)
      const seen = held.measured.map(({ rules: measured }) =>
        Math.max(0, ...rules.map(rule => measured[places.get(rule.slug)!]?.asked ?? 0)),
      )
      return {
        ...fact,
        shapes: fact.shapes.map(shape => ({
          ...shape,
          tables: [...new Set(schemas.find(schema => schema.id === shape.id)?.tables.map(table => table.name) ?? [])],
        })),
        fields: [...fields]
          .map(([name, count]) => ({ name, rules: count, presence: presence(name) }))
          .sort((a, b) => b.rules - a.rules || byText(a.name, b.name)),
        rules: rules.map(rule => rule.slug),
        ...(seen.length === 0 ? {} : { seen: seen.reduce((sum, one) => sum + one, 0) }),
      }
    })
}

/** Titles of the codes that refusals carry. */
function titles(): Readonly<Record<string, string>> {
  return Object.assign(
    { undecided: 'whether the query means the rule is not decided' },
    convertCodes,
    proveCodes,
    printingCodes,
    translateCodes,
    retellCodes,
    ...languages.map(language => language.codes),
    ...ruleFormats.map(format => format.codes),
  ) as Readonly<Record<string, string>>
}

function targetsOf(held: Held): readonly collection.TargetUse[] {
  const told = titles()
  return held.targets.map(target => {
    const verdicts = { equivalent: 0, differs: 0, undecided: 0, refused: 0 }
    const reasons = new Map<string, string[]>()
    for (const [place, gist] of held.gists.entries()) {
      const verdict = gist.brief.verdicts[target.id]
      if (verdict === undefined) continue
      verdicts[verdict]++
      for (const code of gist.reasons[target.id] ?? []) {
        const rules = reasons.get(code)
        if (rules === undefined) reasons.set(code, [held.slugs[place]!.slug])
        else rules.push(held.slugs[place]!.slug)
      }
    }
    return {
      id: target.id,
      title: target.title,
      aliases: target.aliases ?? [],
      language: target.language,
      languageTitle: languages.find(language => language.id === target.language)?.title ?? target.language,
      schema: target.schema,
      schemaTitle: schemas.find(schema => schema.id === target.schema)?.title ?? target.schema,
      documents: target.documents ?? [],
      verdicts,
      reasons: [...reasons]
        .map(([code, rules]) => ({
          code,
          title: told[code] ?? code,
          count: rules.length,
          rules: rules.sort(byText).slice(0, mostReasons),
        }))
        .sort((a, b) => b.count - a.count || byText(a.code, b.code)),
    }
  })
}

function storiesOf(held: Held, briefs: readonly collection.Brief[]): readonly collection.StoryUse[] {
  const stories = new Map<string, { rules: collection.Brief[]; folder?: string }>()
  for (const brief of briefs)
    for (const name of brief.stories) {
      const story = stories.get(name) ?? { rules: [] }
      stories.set(name, story)
      story.rules.push(brief)
    }
  // A folder with longer texts beside its rules is a pack.
  for (const { folder } of held.texts) {
    const name = folder.split(/[\\/]/).at(-1) || folder
    if (stories.has(name)) continue
    const rules = briefs.filter(brief => brief.file.startsWith(`${folder}/`) || brief.file.startsWith(`${folder}\\`))
    stories.set(name, { rules, folder })
  }
  const keys = new Set<string>()
  return [...stories]
    .sort(([a], [b]) => byText(a, b))
    .map(([name, { rules, folder }]) => {
      const more = held.names.get(`story ${name}`)
      return {
        key: fresh(slugOf(name) || 'story', keys),
        name,
        ...(more?.description === undefined ? {} : { description: more.description }),
        ...(more?.body === undefined ? {} : { narrative: more.body }),
        rules: rules.map(rule => rule.slug),
        techniques: [...new Set(rules.flatMap(rule => rule.techniques))].sort(byText),
        texts:
          folder === undefined
            ? []
            : held.texts.filter(one => one.folder === folder).map(({ title, markdown }) => ({ title, markdown })),
      }
    })
}

function namesOf(held: Held): readonly collection.NameUse[] {
  const found = new Map<string, { readonly first: Gist['names'][number]; readonly rules: Set<string> }>()
  for (const [place, gist] of held.gists.entries())
    for (const name of gist.names) {
      const id = `${name.kind} ${name.name}`
      const open = found.get(id) ?? { first: name, rules: new Set() }
      found.set(id, open)
      open.rules.add(held.slugs[place]!.slug)
    }
  const keys = new Set<string>()
  return [...found]
    .sort(([a], [b]) => byText(a, b))
    .map(([, { first, rules }]) => ({
      key: fresh(slugOf(`${first.kind} ${first.name}`), keys),
      ...first,
      ...held.names.get(first.name),
      rules: [...rules].sort(byText),
    }))
}

function lintOf(held: Held): readonly collection.LintUse[] {
  const found = new Map<string, { count: number; readonly rules: Set<string> }>()
  for (const [place, gist] of held.gists.entries())
    for (const code of gist.codes) {
      const open = found.get(code) ?? { count: 0, rules: new Set() }
      found.set(code, open)
      open.count++
      open.rules.add(held.slugs[place]!.slug)
    }
  return [...found]
    .sort(([a], [b]) => byText(a, b))
    .map(([code, { count, rules }]) => ({ code, title: lintCodes[code] ?? code, count, rules: [...rules].sort(byText) }))
}

function corpusOf(held: Held): readonly { readonly format: string; readonly rules: number }[] {
  const counts = new Map<string, number>()
  for (const { brief } of held.gists) counts.set(brief.format, (counts.get(brief.format) ?? 0) + 1)
  for (const { format } of held.corpus) counts.set(format, (counts.get(format) ?? 0) + 1)
  return [...counts].sort(([a], [b]) => byText(a, b)).map(([format, rules]) => ({ format, rules }))
}
