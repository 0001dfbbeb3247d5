// The site for programs, under addresses that do not change: lists of what the collection is made of, version 1, and a JSON Schema for each document.

import type { Brief, Catalog } from '../catalog/collection.ts'
import { techniquePath } from './elements.tsx'
import type { Site } from './frame.tsx'

/**
 * The shapes of documents, a shape a line: its name, then each member with its type. `?` may be absent, `*` is a list, `@` another shape, words with bars are the
 * only ones. What is not said is not there.
 */
const shapes = `
rules: @brief
brief: slug text, digest text, aliases text*, id text, title text, hypothesis text, level text, status text, type? text, silent flag, file text, format text, language text, authors text*, created? text, modified? text, techniques text*, tactics text*, sources text*, fields text*, stories text*, verdicts verdicts, tests @counts, findings number, complete @complete, perMillion? number, risk? number
counts: alert number, silence number, passed number, failed number
complete: present number, of number
index: version number, name text, attack text, rules number, base? text, entry text, resources @resource*
resource: path text, schema text, says text
techniques: version number, attack text, attribution text, techniques @techniqueUse*
techniqueUse: id text, name text, parent? text, children text*, tactics text*, platforms text*, url text, state live|revoked|deprecated|unknown, successor? @named, page text, rules text*, coverage @coverage
coverage: rules number, proven number, tested number, visible? number
named: id text, name text
targets: version number, targets @targetUse*
targetUse: id text, title text, aliases text*, language text, schema text, documents text*, page text, verdicts @verdictCounts, reasons @reason*
verdictCounts: equivalent number, differs number, undecided number, refused number
reason: code text, title text, count number
sources: version number, sources @sourceUse*
sourceUse: key text, product? text, category? text, service? text, title text, need? text, unserved? text, events @event*, page text, rules text*, seen? number
event: provider? text, channel text, id? number, title? text
entry: digest text, slug text, aliases text*, rule @rule, source @source, reading @sentence*, stages @stage*, predicates @predicate*, condition? @condition, branches @branch*, indicators @indicator*, conversions @conversion*, sources @logSource*, fields @field*, attack @attack*, frameworks @framework*, risk? @risk, tests @test*, sample? @sample, noise @noise*, related @related*, atomics @atomic*, guidance @guidance, names @name*, findings @finding*, completeness @completeness
stretch: start number, end number, file? text
finding: code text, severity error|warning|note, message text, hint? text, line? number, column? number, at? @stretch
rule: id text, name? text, title text, description text, hypothesis text, level text, status text, type? text, silent flag, authors text*, references @reference*, falsePositives text*, created? text, modified? text, version? text, license? text, tags text*, vulnerabilities text*, stories text*, products text*, assetType? text, securityDomain? text, implementation? text, rest object
reference: text text, url? text, host? text
source: file text, text text, format text, formatTitle text, language text, query text, hash text
sentence: text text, depth number, predicates number*
stage: kind text, text text, effect text, rule? text, at? @stretch
predicate: stage number, field text, op text, value text, fold flag, negated flag, at? @stretch, corpus number, example? text, pattern? @part*
part: text text, meaning text, depth number
condition: kind and|or|not|test|other, predicate? number, text text, children @condition*
branch: name text, predicates number*, tests text*
indicator: field text, kind text, negated flag, values @value*
value: value text, corpus number, key text
conversion: target text, title text, language text, schema text, verdict equivalent|differs|undecided|refused, by? text, query? text, marks @mark*, documents @document*, findings @finding*, why text*, counterexample? @counterexample, given text*, assumed text*, mapping @mapping*, tables text*
mark: start number, end number, from @stretch*, how exact|widened|narrowed|added
document: name text, text text
counterexample: events object*, original flag, translated flag
mapping: field text, columns text*
logSource: key text, product? text, category? text, service? text, title text, need? text, unserved? text, events @event*, shapes @shape*, settings @setting*
shape: id text, title text
setting: name text, kind text, text text
field: field text, meaning? text, type? text, predicates number*, presence @presence*
presence: shape text, title text, has column|derived|absent, columns text*
attack: technique text, name? text, parent? text, tactics @tactic*, platforms text*, state live|revoked|deprecated|unknown, successor? @named, url text, mitigations @named*, groups @named*, software @named*, campaigns @named*, strategies @strategy*
tactic: id text, name text, shortname text
strategy: id text, name? text, analytics @analytic*
analytic: id text, platforms text*, sources @analyticSource*
analyticSource: component text, source text, channel text
framework: framework text, id text, name text, by document|tactic
risk: score number, impact? number, confidence? number, formula? text, message text, resolved? text, entities @entity*, threats @threat*
entity: field text, kind text, score number, value? text
threat: field text, kind text, value? text
test: name text, expect alert|silence, note? text, dataset? text, events object*, count number, results @result*
result: engine text, outcome passed|failed|absent, alerts number, reason? text
sample: test? text, event object, matched @matched*
matched: field text, predicates number*
noise: corpus text, events number, asked number, hits number, perMillion number
related: slug? text, id text, title? text, relation text, by proof|document, level? text, onlyThis? object, onlyOther? object, both? object
atomic: technique text, id text, name text, description text, platforms text*, executor text, command text, cleanup? text, elevated flag, prerequisites @prerequisite*, arguments @argument*, signal @signal*
prerequisite: description text, check? text, install? text
argument: name text, description text, fallback text
signal: event object, fires flag
guidance: triage text*, response text*, tuning text*, blindSpots text*, texts @guide*, drilldowns @drilldown*
guide: title text, markdown text
drilldown: name text, language text, query text
name: kind macro|lookup|list|placeholder, name text, body? text, description? text
completeness: present text*, missing text*
`

type Schema = Readonly<Record<string, unknown>>

const verdict = { enum: ['equivalent', 'differs', 'undecided', 'refused'] }
const plain: Readonly<Record<string, Schema>> = {
  text: { type: 'string' },
  number: { type: 'number' },
  flag: { type: 'boolean' },
  object: { type: 'object' },
  verdicts: { type: 'object', additionalProperties: verdict },
}

function typeOf(said: string, used: (shape: string) => void): Schema {
  if (said.endsWith('*')) return { type: 'array', items: typeOf(said.slice(0, -1), used) }
  if (said.startsWith('@')) {
    used(said.slice(1))
    return { $ref: `#/$defs/${said.slice(1)}` }
  }
  return plain[said] ?? { enum: said.split('|') }
}

const members = new Map(
  shapes
    .trim()
    .split('\n')
    .map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)] as const),
)

/** The JSON Schema (2020-12) of a shape, with those that it is made of. Throws for a name that is none. */
export function schemaOf(name: string): Schema {
  const defs: Record<string, Schema> = {}
  const make = (shape: string): Schema => {
    const said = members.get(shape)
    if (said === undefined) throw new RangeError(`no shape "${shape}"`)
    if (said.startsWith('@')) return typeOf(said, use)
    const rows = said.split(', ').map(member => member.split(' ') as [string, string])
    return {
      type: 'object',
      properties: Object.fromEntries(rows.map(([key, type]) => [key.replace('?', ''), typeOf(type, use)])),
      required: rows.flatMap(([key]) => (key.endsWith('?') ? [] : [key])),
      additionalProperties: false,
    }
  }
  const use = (shape: string): void => {
    if (Object.hasOwn(defs, shape)) return
    defs[shape] = {}
    defs[shape] = make(shape)
  }
  const top = make(name)
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: name,
    ...top,
    ...(Object.keys(defs).length === 0 ? {} : { $defs: defs }),
  }
}

/** What is published of a collection: path, shape, what it is, text. A list with a line for each thing has the shape of one. */
export function apiFiles(catalog: Catalog, site: Site): readonly { readonly path: string; readonly text: string }[] {
  const json = (value: object): string => `${JSON.stringify(value, undefined, 1)}\n`
  const resources = [
    {
      path: 'v1/rules.jsonl',
      schema: 'rules',
      says: 'every rule in brief, a line each',
      text: catalog.briefs.map(brief => `${JSON.stringify(brief satisfies Brief)}\n`).join(''),
    },
    {
      path: 'v1/techniques.json',
      schema: 'techniques',
      says: 'techniques with their rules and coverage',
      text: json({
        version: 1,
        attack: catalog.attack.version,
        attribution: catalog.attack.attribution,
        techniques: catalog.techniques.map(
          ({ groups: _, software: __, campaigns: ___, strategies, components, mitigations, atomics, ...one }) => ({
            ...one,
            page: techniquePath(one.id),
          }),
        ),
      }),
    },
    {
      path: 'v1/targets.json',
      schema: 'targets',
      says: 'targets with the verdicts of all rules and the reasons of refusals',
      text: json({
        version: 1,
        targets: catalog.targets.map(({ languageTitle: _, schemaTitle: __, reasons, ...one }) => ({
          ...one,
          page: `target/${one.id}/`,
          reasons: reasons.map(({ code, title, count }) => ({ code, title, count })),
        })),
      }),
    },
    {
      path: 'v1/sources.json',
      schema: 'sources',
      says: 'log sources with the events they stand for and their rules',
      text: json({
        version: 1,
        sources: catalog.sources.map(({ shapes: _, settings: __, fields, ...one }) => ({ ...one, page: `data/${one.key}/` })),
      }),
    },
  ]
  const index = {
    version: 1,
    name: site.name,
    attack: catalog.attack.version,
    rules: catalog.briefs.length,
    ...(site.base === undefined ? {} : { base: site.base }),
    entry: 'd/{slug}/entry.json',
    resources: [
      ...resources.map(({ path, schema, says }) => ({ path, schema: `schema/${schema}.json`, says })),
      { path: 'd/{slug}/entry.json', schema: 'schema/entry.json', says: 'every fact of a rule' },
    ],
  }
  return [
    { path: 'v1/index.json', text: json(index) },
    ...resources.map(({ path, text }) => ({ path, text })),
    ...['index', 'entry', ...resources.map(one => one.schema)].map(name => ({
      path: `schema/${name}.json`,
      text: json(schemaOf(name)),
    })),
  ]
}
