// A collection of entries with the lists that its pages need, made as the catalog makes them, only smaller.

import type { Catalog, Shelf } from '../../src/catalog/collection.ts'
import type { Entry } from '../../src/catalog/entry.ts'
import { full } from './fixture.ts'
import { allTactics, allTechniques } from './matrix.ts'

const verdicts = (entry: Entry) => Object.fromEntries(entry.conversions.map(one => [one.target, one.verdict]))

/** A collection of entries, with the lists that its pages need. */
export function shelfOf(entries: readonly Entry[]): Shelf {
  const briefs = entries
    .map(entry => ({
      slug: entry.slug,
      digest: entry.digest,
      aliases: entry.aliases,
      id: entry.rule.id,
      title: entry.rule.title,
      hypothesis: entry.rule.hypothesis,
      level: entry.rule.level,
      status: entry.rule.status,
      silent: entry.rule.silent,
      file: entry.source.file,
      format: entry.source.format,
      language: entry.source.language,
      authors: entry.rule.authors,
      created: entry.rule.created,
      modified: entry.rule.modified,
      techniques: entry.attack.map(one => one.technique),
      tactics: entry.attack.flatMap(one => one.tactics.map(tactic => tactic.shortname)),
      sources: entry.sources.map(one => one.key),
      fields: entry.fields.map(one => one.field),
      stories: entry.rule.stories,
      verdicts: verdicts(entry),
      tests: {
        alert: entry.tests.filter(one => one.expect === 'alert').length,
        silence: entry.tests.filter(one => one.expect === 'silence').length,
        passed: entry.tests.filter(one => one.results[0]?.outcome === 'passed').length,
        failed: 0,
      },
      findings: entry.findings.length,
      complete: {
        present: entry.completeness.present.length,
        of: entry.completeness.present.length + entry.completeness.missing.length,
      },
      perMillion: entry.noise[0]?.perMillion,
    }))
    .sort((a, b) => (a.title < b.title ? -1 : a.title > b.title ? 1 : a.slug < b.slug ? -1 : 1))
  const with_ = (test: (entry: Entry) => boolean) => entries.filter(test).map(entry => entry.slug)
  const unique = <T>(list: readonly T[], key: (one: T) => string) => [...new Map(list.map(one => [key(one), one])).values()]
  const coverage = (rules: readonly string[]) => ({ rules: rules.length, proven: rules.length, tested: rules.length })
  const named = unique(
    entries.flatMap(entry => entry.attack),
    one => one.technique,
  )
  const catalog: Catalog = {
    attack: { version: '18.1', attribution: 'ATT&CK is a trademark of The MITRE Corporation.' },
    briefs,
    techniques: [
      ...allTechniques,
      ...named
        .filter(one => !allTechniques.some(known => known.id === one.technique))
        .map(one => ({
          ...allTechniques[0]!,
          id: one.technique,
          name: one.name ?? one.technique,
          children: [],
          parent: undefined,
          state: one.state,
        })),
    ].map(one => {
      const rules = with_(entry => entry.attack.some(fact => fact.technique === one.id))
      const fact = named.find(other => other.technique === one.id)
      return {
        ...one,
        mitigations: fact?.mitigations ?? [],
        groups: fact?.groups ?? [],
        software: fact?.software ?? [],
        campaigns: fact?.campaigns ?? [],
        strategies: fact?.strategies ?? [],
        rules,
        coverage: coverage(rules),
        atomics:
          rules.length === 0
            ? []
            : full.atomics.map(({ signal: _, ...atomic }) => ({ ...atomic, rules: rules.map(slug => ({ slug, fires: true })) })),
      }
    }),
    tactics: allTactics.map(one => ({
      ...one,
      rules: with_(entry => entry.attack.some(fact => fact.tactics.some(tactic => tactic.shortname === one.shortname))),
    })),
    fields: unique(
      entries.flatMap(entry => entry.fields),
      one => one.field,
    ).map((one, index) => ({
      name: one.field,
      key: `f${index}`,
      meaning: one.meaning,
      type: one.type,
      presence: one.presence,
      rules: with_(entry => entry.fields.some(other => other.field === one.field)),
      operators: [{ op: 'endswith', count: 2 }],
      values: [{ value: '\\plink.exe', count: 2, indicator: 'i1' }],
    })),
    indicators: unique(
      entries.flatMap(entry => entry.indicators.flatMap(of => of.values.map(value => ({ of, value, entry })))),
      one => one.value.key,
    ).map(({ of, value, entry }) => ({
      key: value.key,
      field: of.field,
      kind: of.kind,
      value: value.value,
      rules: [entry.slug],
      negated: [],
      others: value.corpus > 0 ? [{ title: 'Another rule', file: 'other/rule.yml' }] : [],
      techniques: ['T1572'],
    })),
    sources: unique(
      entries.flatMap(entry => entry.sources),
      one => one.key,
    ).map(one => ({
      ...one,
      shapes: one.shapes.map(shape => ({ ...shape, tables: ['events'] })),
      fields: [{ name: 'Image', rules: 1, presence: full.fields[0]!.presence }],
      rules: with_(entry => entry.sources.some(other => other.key === one.key)),
    })),
    targets: full.conversions.map(one => ({
      id: one.target,
      title: one.title,
      aliases: [],
      language: one.language,
      languageTitle: one.language,
      schema: one.schema,
      schemaTitle: one.schema,
      documents: [],
      verdicts: { equivalent: 1, differs: 1, undecided: 0, refused: 0 },
      reasons: [{ code: 'SCH101', title: 'no column', count: 1, rules: [entries[0]!.slug] }],
    })),
    stories: unique(
      entries.flatMap(entry => entry.rule.stories),
      one => one,
    ).map((name, index) => ({
      key: `s${index}`,
      name,
      description: 'Tunnels of all kinds',
      narrative: 'Traffic within traffic.',
      rules: with_(entry => entry.rule.stories.includes(name)),
      techniques: ['T1572'],
      texts: entries[0]!.guidance.texts,
    })),
    names: unique(
      entries.flatMap(entry => entry.names),
      one => one.name,
    ).map((one, index) => ({
      ...one,
      key: `n${index}`,
      rules: with_(entry => entry.names.some(other => other.name === one.name)),
    })),
    lint: [{ code: 'LNT201', title: 'a filter without a reason', count: 1, rules: with_(entry => entry.findings.length > 0) }],
    corpora: [{ name: 'a quiet day', events: 1_250_000, matches: 3 }],
    problems: [{ code: 'SIG001', severity: 'error', message: 'a file could not be read' }],
    corpus: [{ format: 'Sigma', rules: 3_000 }],
  }
  return {
    catalog,
    entry: async slug => {
      const found = entries.find(entry => entry.slug === slug)
      if (found === undefined) throw new Error(`no entry ${slug}`)
      return found
    },
  }
}
