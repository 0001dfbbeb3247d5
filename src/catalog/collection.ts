// The facts of a whole collection: what its index, technique, field, indicator, data and target pages are made of. Plain JSON; the entries themselves are taken one at a time.

import type { AtomicFact, Entry, EventCoverage, FindingFact, Presence, StrategyFact, VerdictWord } from './entry.ts'

/** A detection as lists show it. */
export interface Brief {
  readonly slug: string
  /** `Entry.digest`. */
  readonly digest: string
  readonly aliases: readonly string[]
  readonly id: string
  readonly title: string
  readonly hypothesis: string
  readonly level: string
  readonly status: string
  readonly type?: string
  readonly silent: boolean
  readonly file: string
  readonly format: string
  readonly language: string
  readonly authors: readonly string[]
  readonly created?: string
  readonly modified?: string
  /** Technique ids as written, upper case; `tactics` by short name, of the techniques and of tags. */
  readonly techniques: readonly string[]
  readonly tactics: readonly string[]
  /** Keys of `LogSourceUse`. */
  readonly sources: readonly string[]
  readonly fields: readonly string[]
  readonly stories: readonly string[]
  /** Verdict by target id. */
  readonly verdicts: Readonly<Record<string, VerdictWord>>
  readonly tests: { readonly alert: number; readonly silence: number; readonly passed: number; readonly failed: number }
  readonly findings: number
  /** Sections with content, of all. */
  readonly complete: { readonly present: number; readonly of: number }
  readonly perMillion?: number
  readonly risk?: number
}

/** A technique of the matrix, with the rules that name it exactly; a parent never has its sub-techniques' rules. */
export interface TechniqueUse {
  readonly id: string
  readonly name: string
  readonly parent?: string
  readonly children: readonly string[]
  readonly tactics: readonly string[]
  readonly platforms: readonly string[]
  readonly url: string
  readonly state: 'live' | 'revoked' | 'deprecated' | 'unknown'
  readonly successor?: { readonly id: string; readonly name: string }
  readonly mitigations: readonly { readonly id: string; readonly name: string }[]
  readonly groups: readonly { readonly id: string; readonly name: string }[]
  readonly software: readonly { readonly id: string; readonly name: string; readonly kind?: string }[]
  readonly campaigns: readonly { readonly id: string; readonly name: string }[]
  readonly strategies: readonly StrategyFact[]
  readonly components: readonly string[]
  /** Slugs. */
  readonly rules: readonly string[]
  readonly coverage: Coverage
  readonly atomics: readonly AtomicUse[]
}

/** What is there for a technique: rules, of which proven for at least one target, of which with a firing test that passed, and whether what they read is served. */
export interface Coverage {
  readonly rules: number
  readonly proven: number
  readonly tested: number
  /** Rules whose log source was found in the given logs; absent when none were given. */
  readonly visible?: number
}

/** An atomic test of a technique with the rules that fire on its expected events. */
export interface AtomicUse extends Omit<AtomicFact, 'signal'> {
  readonly rules: readonly { readonly slug: string; readonly fires: boolean }[]
}

export interface TacticUse {
  readonly id: string
  readonly shortname: string
  readonly name: string
  readonly order: number
  /** In the order of the matrix. */
  readonly techniques: readonly string[]
  readonly rules: readonly string[]
}

export interface FieldUse {
  readonly name: string
  /** The key of its page. */
  readonly key: string
  readonly meaning?: string
  readonly type?: string
  readonly presence: readonly Presence[]
  readonly rules: readonly string[]
  readonly operators: readonly { readonly op: string; readonly count: number }[]
  /** The values asked for most, with how many rules ask for each. */
  readonly values: readonly { readonly value: string; readonly count: number; readonly indicator: string }[]
}

/** A field, kind and value that rules look for. Only those that more than one rule looks for, or an entry of this collection names, are listed. */
export interface IndicatorUse {
  /** Unique: a digest of field, kind and value. */
  readonly key: string
  readonly field: string
  readonly kind: string
  readonly value: string
  /** Rules of the collection that look for it, and those that let it pass. */
  readonly rules: readonly string[]
  readonly negated: readonly string[]
  /** Rules beside the collection (the corpus), by file and title. */
  readonly others: readonly { readonly title: string; readonly file: string }[]
  readonly techniques: readonly string[]
}

export interface LogSourceUse {
  readonly key: string
  readonly product?: string
  readonly category?: string
  readonly service?: string
  readonly title: string
  readonly need?: string
  readonly unserved?: string
  readonly events: readonly EventCoverage[]
  readonly shapes: readonly { readonly id: string; readonly title: string; readonly tables: readonly string[] }[]
  readonly settings: readonly { readonly name: string; readonly kind: string; readonly text: string }[]
  readonly fields: readonly { readonly name: string; readonly rules: number; readonly presence: readonly Presence[] }[]
  readonly rules: readonly string[]
  /** Events of it in the given logs; absent when none were given. */
  readonly seen?: number
}

export interface TargetUse {
  readonly id: string
  readonly title: string
  readonly aliases: readonly string[]
  readonly language: string
  readonly languageTitle: string
  readonly schema: string
  readonly schemaTitle: string
  readonly documents: readonly string[]
  readonly verdicts: Readonly<Record<VerdictWord, number>>
  /** Why rules were refused or left undecided: code, its title, how many rules, the first few of them. */
  readonly reasons: readonly {
    readonly code: string
    readonly title: string
    readonly count: number
    readonly rules: readonly string[]
  }[]
}

/** An analytic story or a pack: rules that belong together. */
export interface StoryUse {
  readonly key: string
  readonly name: string
  readonly description?: string
  readonly narrative?: string
  readonly rules: readonly string[]
  readonly techniques: readonly string[]
  readonly texts: readonly { readonly title: string; readonly markdown: string }[]
}

export interface NameUse {
  readonly key: string
  readonly kind: 'macro' | 'lookup' | 'list' | 'placeholder'
  readonly name: string
  readonly body?: string
  readonly description?: string
  readonly rules: readonly string[]
}

export interface LintUse {
  readonly code: string
  readonly title: string
  readonly count: number
  readonly rules: readonly string[]
}

/** A collection without its entries. Lists are sorted: by id, key or name, in code unit order, but for what says otherwise. */
export interface Catalog {
  readonly attack: { readonly version: string; readonly attribution: string }
  /** By title, then slug. */
  readonly briefs: readonly Brief[]
  /** Every technique of the stated ATT&CK version that is live, and the others that rules name. */
  readonly techniques: readonly TechniqueUse[]
  /** In the order of the matrix. */
  readonly tactics: readonly TacticUse[]
  readonly fields: readonly FieldUse[]
  readonly indicators: readonly IndicatorUse[]
  readonly sources: readonly LogSourceUse[]
  readonly targets: readonly TargetUse[]
  readonly stories: readonly StoryUse[]
  readonly names: readonly NameUse[]
  readonly lint: readonly LintUse[]
  /** The corpora of events that noise was measured on. */
  readonly corpora: readonly { readonly name: string; readonly events: number; readonly matches: number }[]
  /** What could not be read or run, for the quality page. */
  readonly problems: readonly FindingFact[]
  /** How many rules the indicator counts rest on, by format. */
  readonly corpus: readonly { readonly format: string; readonly rules: number }[]
}

/** A collection and its entries. An entry is made or read when it is asked for, so that a large collection need not lie in memory. */
export interface Shelf {
  readonly catalog: Catalog
  /** Throws for a slug that is not in `catalog.briefs`. */
  entry(slug: string): Promise<Entry>
}
