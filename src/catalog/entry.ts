// The facts of one detection, as pages and machines read them: plain JSON, in a fixed order, nothing that was not written in the rule or computed from it.

/** What JSON can hold. Whole numbers beyond 2^53 are texts. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** An event as field and value, under the names of the rule or of the target, as the holder says. */
export type EventFact = Readonly<Record<string, Json>>

/** A stretch of a text in UTF-16 units, half open; `file` where it lies in another document than the entry's own. */
export interface Stretch {
  readonly start: number
  readonly end: number
  readonly file?: string
}

/** A finding about a text, with lines and columns from 1 where it has a place. */
export interface FindingFact {
  readonly code: string
  readonly severity: 'error' | 'warning' | 'note'
  readonly message: string
  readonly hint?: string
  readonly line?: number
  readonly column?: number
  readonly at?: Stretch
}

/** Everything known of one detection. A list without content is empty, a fact that is not known is absent: a page leaves such a section out. */
export interface Entry {
  /** Changes whenever anything below does. */
  readonly digest: string
  /** The name in addresses: lower case, digits and hyphens, unique in the collection. */
  readonly slug: string
  /** Older or other names that lead here: the id, and what the title alone would give where that was taken. */
  readonly aliases: readonly string[]
  readonly rule: RuleFact
  readonly source: SourceFact
  /** The logic in sentences, in the order of the rule. */
  readonly reading: readonly Sentence[]
  readonly stages: readonly StageFact[]
  readonly predicates: readonly PredicateFact[]
  /** The condition as a tree; its leaves name places in `predicates`. Absent where the rule filters nothing. */
  readonly condition?: ConditionFact
  readonly branches: readonly BranchFact[]
  readonly indicators: readonly IndicatorFact[]
  /** One for each target that was asked for, in the order of the list of targets. */
  readonly conversions: readonly ConversionFact[]
  readonly sources: readonly LogSourceFact[]
  readonly fields: readonly FieldFact[]
  readonly attack: readonly AttackFact[]
  readonly frameworks: readonly FrameworkFact[]
  readonly risk?: RiskFact
  readonly tests: readonly TestFact[]
  /** An event that makes the rule fire, with the parts that matched, for the page's example. */
  readonly sample?: SampleFact
  readonly noise: readonly NoiseFact[]
  readonly related: readonly RelatedFact[]
  readonly atomics: readonly AtomicFact[]
  readonly guidance: GuidanceFact
  readonly names: readonly NameFact[]
  readonly findings: readonly FindingFact[]
  readonly completeness: Completeness
}

/** What the document says of the rule itself. */
export interface RuleFact {
  readonly id: string
  readonly name?: string
  readonly title: string
  readonly description: string
  /** The first sentence of the description. */
  readonly hypothesis: string
  readonly level: string
  readonly status: string
  /** TTP, Anomaly, Hunting, Correlation: as the document says, or Correlation where the rule joins others. */
  readonly type?: string
  /** Feeds a correlation and raises no alert of its own. */
  readonly silent: boolean
  readonly authors: readonly string[]
  readonly references: readonly ReferenceFact[]
  readonly falsePositives: readonly string[]
  /** Dates as the document has them, made ISO where they are dates. */
  readonly created?: string
  readonly modified?: string
  readonly version?: string
  readonly license?: string
  /** All tags, as written. */
  readonly tags: readonly string[]
  /** CVE ids, upper case. */
  readonly vulnerabilities: readonly string[]
  /** Analytic stories and packs the document names. */
  readonly stories: readonly string[]
  readonly products: readonly string[]
  readonly assetType?: string
  readonly securityDomain?: string
  /** How to get the data and turn the rule on, in the author's words. */
  readonly implementation?: string
  /** What the document holds beside all this: key and value, for the machine siblings. */
  readonly rest: Readonly<Record<string, Json>>
}

export interface ReferenceFact {
  readonly text: string
  /** Only where the text is an address with http or https. */
  readonly url?: string
  /** The host without `www.`. */
  readonly host?: string
}

/** The document as written, and the query within it. */
export interface SourceFact {
  readonly file: string
  readonly text: string
  /** `sigma`, `escu`, `sentinel`, `elastic` …, and the name of that format. */
  readonly format: string
  readonly formatTitle: string
  /** The language of the query, by id. */
  readonly language: string
  readonly query: string
  /** SHA-256 of the text, hexadecimal. */
  readonly hash: string
}

/** One sentence of the plain reading, with the predicates it speaks of, by place. */
export interface Sentence {
  readonly text: string
  /** How deep it is nested: 0 is the rule, 1 a part of it. */
  readonly depth: number
  readonly predicates: readonly number[]
}

/** One step of the query in the order in which it runs. */
export interface StageFact {
  readonly kind: string
  readonly text: string
  /** What the step does, in words. */
  readonly effect: string
  /** The rule of a correlation that it belongs to. */
  readonly rule?: string
  readonly at?: Stretch
}

/** One test of one field. */
export interface PredicateFact {
  readonly stage: number
  readonly field: string
  readonly op: string
  /** Never empty: a test without a value (exists) says what it asks for. */
  readonly value: string
  /** Case is ignored. */
  readonly fold: boolean
  readonly negated: boolean
  readonly at?: Stretch
  /** How many other rules of the whole corpus ask the same of the same field. */
  readonly corpus: number
  /** A value that passes the test. */
  readonly example?: string
  /** For a regular expression: its parts in order, and what each means. */
  readonly pattern?: readonly { readonly text: string; readonly meaning: string; readonly depth: number }[]
}

export interface ConditionFact {
  readonly kind: 'and' | 'or' | 'not' | 'test' | 'other'
  /** For a test its place in `predicates`. */
  readonly predicate?: number
  readonly text: string
  readonly children: readonly ConditionFact[]
}

/** One way in which the rule can fire, where its condition is an `or` at the top. */
export interface BranchFact {
  readonly name: string
  readonly predicates: readonly number[]
  /** Tests of the rule, by name, whose events this branch matches. */
  readonly tests: readonly string[]
}

/** Values looked for in a field, with how many other rules look for each. */
export interface IndicatorFact {
  readonly field: string
  readonly kind: string
  readonly negated: boolean
  readonly values: readonly {
    readonly value: string
    /** Other rules with the same field, kind and value, in everything that was loaded. 0: this rule alone. */
    readonly corpus: number
    /** The key of its page, `IndicatorUse.key`. */
    readonly key: string
  }[]
}

export type VerdictWord = 'equivalent' | 'differs' | 'undecided' | 'refused'

/** What the rule is for one target, or why it cannot be said there. */
export interface ConversionFact {
  readonly target: string
  readonly title: string
  readonly language: string
  readonly schema: string
  readonly verdict: VerdictWord
  /** How the verdict was reached: `form`, `cases`. */
  readonly by?: string
  /** Absent when refused. */
  readonly query?: string
  /** Which stretch of the query stands for which stretches of the document. */
  readonly marks: readonly {
    readonly start: number
    readonly end: number
    readonly from: readonly Stretch[]
    readonly how: 'exact' | 'widened' | 'narrowed' | 'added'
  }[]
  readonly documents: readonly { readonly name: string; readonly text: string }[]
  /** Errors where refused; else warnings and notes. */
  readonly findings: readonly FindingFact[]
  /** Why it is undecided. */
  readonly why: readonly string[]
  /** The smallest event on which rule and query part, under the names of the target. */
  readonly counterexample?: { readonly events: readonly EventFact[]; readonly original: boolean; readonly translated: boolean }
  /** What was taken to hold: of events, and of questions that a manual leaves open. */
  readonly given: readonly string[]
  readonly assumed: readonly string[]
  /** The rule's fields and what they are called there, in the order of the rule. */
  readonly mapping: readonly { readonly field: string; readonly columns: readonly string[] }[]
  /** Tables, indexes or data models that the query reads. */
  readonly tables: readonly string[]
}

/** A log source that the rule reads: what must be logged, and which records those are. */
export interface LogSourceFact {
  /** The key of its page: `windows-process_creation`. */
  readonly key: string
  readonly product?: string
  readonly category?: string
  readonly service?: string
  /** `process_creation / windows`. */
  readonly title: string
  /** What to turn on or collect. */
  readonly need?: string
  /** Why no shape of log holds it, where none does. */
  readonly unserved?: string
  readonly events: readonly EventCoverage[]
  /** Shapes of log that hold it, by id and title. */
  readonly shapes: readonly { readonly id: string; readonly title: string }[]
  /** Settings that turn it on, to be copied. */
  readonly settings: readonly { readonly name: string; readonly kind: string; readonly text: string }[]
}

/** A provider's event that a log source stands for. */
export interface EventCoverage {
  readonly provider?: string
  readonly channel: string
  /** Absent: any event of the channel. */
  readonly id?: number
  readonly title?: string
}

/** A field that the rule reads, and what each source of records has of it. */
export interface FieldFact {
  readonly field: string
  readonly meaning?: string
  readonly type?: string
  /** Where the rule uses it: predicates by place. */
  readonly predicates: readonly number[]
  readonly presence: readonly Presence[]
}

/** Whether a shape of log has a field: as a column, computed from others, or not at all. */
export interface Presence {
  readonly shape: string
  readonly title: string
  readonly has: 'column' | 'derived' | 'absent'
  readonly columns: readonly string[]
}

/** One technique the rule names. */
export interface AttackFact {
  readonly technique: string
  /** Absent for an id that the stated version does not know. */
  readonly name?: string
  readonly parent?: string
  readonly tactics: readonly { readonly id: string; readonly name: string; readonly shortname: string }[]
  readonly platforms: readonly string[]
  readonly state: 'live' | 'revoked' | 'deprecated' | 'unknown'
  /** What has taken the place of a revoked one. */
  readonly successor?: { readonly id: string; readonly name: string }
  readonly url: string
  readonly mitigations: readonly { readonly id: string; readonly name: string }[]
  readonly groups: readonly { readonly id: string; readonly name: string }[]
  readonly software: readonly { readonly id: string; readonly name: string }[]
  readonly campaigns: readonly { readonly id: string; readonly name: string }[]
  readonly strategies: readonly StrategyFact[]
}

export interface StrategyFact {
  readonly id: string
  readonly name?: string
  readonly analytics: readonly {
    readonly id: string
    readonly platforms: readonly string[]
    /** Data component, log source, channel. */
    readonly sources: readonly { readonly component: string; readonly source: string; readonly channel: string }[]
  }[]
}

/** A row of another framework: kill chain phase, NIST function, CIS control. `by`: what it follows from. */
export interface FrameworkFact {
  readonly framework: string
  readonly id: string
  readonly name: string
  readonly by: 'document' | 'tactic'
}

/** Risk-based alerting: what is added to which entity. */
export interface RiskFact {
  readonly score: number
  readonly impact?: number
  readonly confidence?: number
  /** `impact × confidence / 100`, where both are given and give the score. */
  readonly formula?: string
  readonly message: string
  /** The message with its fields filled from the rule's own example. */
  readonly resolved?: string
  readonly entities: readonly { readonly field: string; readonly kind: string; readonly score: number; readonly value?: string }[]
  readonly threats: readonly { readonly field: string; readonly kind: string; readonly value?: string }[]
}

/** A test of the rule and what came of it. */
export interface TestFact {
  readonly name: string
  /** `alert`: must fire. `silence`: a near miss, must stay quiet. */
  readonly expect: 'alert' | 'silence'
  readonly note?: string
  /** A data set that is named and not part of the rule. */
  readonly dataset?: string
  readonly events: readonly EventFact[]
  /** How many events there are, when more than `events` shows. */
  readonly count: number
  /** One for the engine, and one for each target whose query was run over the same events. */
  readonly results: readonly TestResult[]
}

export interface TestResult {
  /** `terrier`: the reference; a target's id: its query, read back and run. */
  readonly engine: string
  readonly outcome: 'passed' | 'failed' | 'absent'
  readonly alerts: number
  readonly reason?: string
}

export interface SampleFact {
  /** The test it is from; absent for an event that was made from the rule's own logic. */
  readonly test?: string
  readonly event: EventFact
  /** Fields whose value made a test of the rule true, and which. */
  readonly matched: readonly { readonly field: string; readonly predicates: readonly number[] }[]
}

/** How often the rule fires on a named corpus of logs. */
export interface NoiseFact {
  readonly corpus: string
  /** Events in the corpus, and those of the rule's log source. */
  readonly events: number
  readonly asked: number
  readonly hits: number
  /** Hits in a million events. */
  readonly perMillion: number
}

/** Another rule and how it stands to this one; events are in Sigma's names. */
export interface RelatedFact {
  /** Absent when the other rule is not in the collection. */
  readonly slug?: string
  readonly id: string
  readonly title?: string
  /** `narrower`: this rule lies within the other. `uses`: a correlation stands on it. The rest are what documents say. */
  readonly relation:
    | 'equal'
    | 'narrower'
    | 'wider'
    | 'overlapping'
    | 'uses'
    | 'used by'
    | 'similar'
    | 'derived'
    | 'obsolete'
    | 'merged'
    | 'renamed'
  readonly by: 'proof' | 'document'
  readonly level?: string
  readonly onlyThis?: EventFact
  readonly onlyOther?: EventFact
  readonly both?: EventFact
}

/** An atomic test of a technique that the rule names. */
export interface AtomicFact {
  readonly technique: string
  readonly id: string
  readonly name: string
  readonly description: string
  readonly platforms: readonly string[]
  readonly executor: string
  /** With the default of every argument filled in. */
  readonly command: string
  readonly cleanup?: string
  readonly elevated: boolean
  readonly prerequisites: readonly { readonly description: string; readonly check?: string; readonly install?: string }[]
  readonly arguments: readonly { readonly name: string; readonly description: string; readonly fallback: string }[]
  /** What should be seen: the process event the command makes, and whether this rule fires on it. */
  readonly signal: readonly { readonly event: EventFact; readonly fires: boolean }[]
}

/** What people do with an alert; each part is the author's words, or the pack's. */
export interface GuidanceFact {
  readonly triage: readonly string[]
  readonly response: readonly string[]
  readonly tuning: readonly string[]
  readonly blindSpots: readonly string[]
  /** Longer texts in Markdown: investigation guide, playbook, hunts, by title. */
  readonly texts: readonly { readonly title: string; readonly markdown: string }[]
  /** Searches to look further, with the name of their language. */
  readonly drilldowns: readonly { readonly name: string; readonly language: string; readonly query: string }[]
}

/** A macro, lookup or list that the query names. */
export interface NameFact {
  readonly kind: 'macro' | 'lookup' | 'list' | 'placeholder'
  readonly name: string
  readonly body?: string
  readonly description?: string
}

/** Which sections of a page have content. */
export interface Completeness {
  readonly present: readonly string[]
  readonly missing: readonly string[]
}
