// Detections → coverage of ATT&CK: for each technique how many rules name it, are proven for a target, pass a test of their own, and find their log source in given logs; as layers for ATT&CK Navigator, and against an earlier state.

import {
  tactics as allTactics,
  techniques as allTechniques,
  attackTechniqueOf,
  attackVersion,
  currentTechnique,
} from './attack/index.ts'
import { type Counted, navigatorLayers } from './attack/layer.ts'
import { type Corpus, measure, stopIfAborted } from './catalog/noise.ts'
import type { Detection } from './ir/detection.ts'
import { prove } from './prove.ts'
import type { Target } from './targets.ts'
import type { Diagnostic, Outcome } from './text/diagnostic.ts'
import type { Source } from './text/source.ts'
import { test } from './trial.ts'

export const codes: Readonly<Record<string, string>> = {
  COV001: 'a baseline is neither a layer of ATT&CK Navigator nor a report of coverage',
  COV201: 'rules name a technique that ATT&CK has retired or does not know',
}

/** A live technique or sub-technique. A technique never has the rules of its sub-techniques. */
export interface CoverageRow extends Counted {
  readonly technique: string
  readonly name: string
  readonly parent: string | null
  /** Short names. */
  readonly tactics: readonly string[]
  readonly platforms: readonly string[]
  /** The rules' ids, in their order. */
  readonly ids: readonly string[]
}

export interface CoverageReport {
  readonly attack: string
  /** Targets for which rules were proven. */
  readonly targets: readonly string[]
  /** Rules that raise alerts, and how many of them name no live technique. */
  readonly rules: number
  readonly untagged: number
  /** Every live technique, by id. */
  readonly techniques: readonly CoverageRow[]
  /** In the order of the matrix: `covered` of `of` techniques have a rule, of their own or of a sub-technique. */
  readonly tactics: readonly (Counted & {
    readonly id: string
    readonly shortname: string
    readonly name: string
    readonly covered: number
    readonly of: number
  })[]
  /** Ids that rules name and that are not live, with what is there today. */
  readonly retired: readonly {
    readonly technique: string
    readonly state: 'revoked' | 'deprecated' | 'unknown'
    readonly successor: string | null
    readonly rules: number
  }[]
}

export interface CoverageOptions {
  /** A rule is proven when its query for one of these, in another language than its own, means what it means. Default: none. */
  readonly targets?: readonly Target[]
  readonly events?: readonly Corpus[]
  readonly progress?: (done: number, of: number) => void
  readonly signal?: AbortSignal
}

interface Marked {
  readonly detection: Detection
  readonly proven: boolean
  readonly tested: boolean
  readonly visible: boolean
}

/** Counts coverage. A rule counts for each technique that it names, also under an id that was revoked for another. Rejects with `Aborted` when the signal is. */
export async function coverage(detections: readonly Detection[], options: CoverageOptions = {}): Promise<CoverageReport> {
  const heard = detections.filter(detection => detection.silent !== true)
  const targets = options.targets ?? []
  const seen = await Promise.all(
    (options.events ?? []).map(corpus =>
      measure(
        heard,
        heard.map((_, place) => String(place)),
        corpus,
        nowhere,
        options.signal,
      ),
    ),
  )
  const marked: Marked[] = []
  for (const [place, detection] of heard.entries()) {
    stopIfAborted(options.signal)
    marked.push({
      detection,
      proven: isProven(detection, targets),
      tested: await isTested(detection),
      visible: seen.some(({ rules }) => (rules[place]?.asked ?? 0) > 0),
    })
    options.progress?.(place + 1, heard.length)
  }
  const logs = seen.length > 0
  const byTechnique = new Map<string, Marked[]>()
  const retired = new Map<string, number>()
  let untagged = 0
  for (const one of marked) {
    const live = new Set<string>()
    for (const id of new Set(one.detection.attack)) {
      if (attackTechniqueOf(id)?.state !== 'live') retired.set(id, (retired.get(id) ?? 0) + 1)
      const current = currentTechnique(id)
      if (current !== undefined) live.add(current.id)
    }
    if (live.size === 0) untagged++
    for (const id of live) byTechnique.set(id, [...(byTechnique.get(id) ?? []), one])
  }
  const rows = allTechniques
    .filter(technique => technique.state === 'live')
    .map((technique): CoverageRow => {
      const rules = byTechnique.get(technique.id) ?? []
      return {
        technique: technique.id,
        name: technique.name,
        parent: technique.parent ?? null,
        tactics: technique.tactics,
        platforms: technique.platforms,
        ...countedOf(rules, logs),
        ids: rules.map(rule => rule.detection.id),
      }
    })
    .sort((a, b) => (a.technique < b.technique ? -1 : 1))
  return {
    attack: attackVersion,
    targets: targets.map(target => target.id),
    rules: heard.length,
    untagged,
    techniques: rows,
    tactics: allTactics.map(tactic => {
      const own = rows.filter(row => row.tactics.includes(tactic.shortname))
      const top = own.filter(row => row.parent === null)
      const rules = new Set(own.flatMap(row => byTechnique.get(row.technique) ?? []))
      return {
        ...tactic,
        covered: top.filter(row => row.rules > 0 || own.some(child => child.parent === row.technique && child.rules > 0)).length,
        of: top.length,
        ...countedOf([...rules], logs),
      }
    }),
    retired: [...retired]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([technique, rules]) => {
        const known = attackTechniqueOf(technique)
        return {
          technique,
          state: known === undefined || known.state === 'live' ? 'unknown' : known.state,
          successor: currentTechnique(technique)?.id ?? null,
          rules,
        }
      }),
  }
}

const nowhere = { read: () => undefined, write: () => undefined }

function countedOf(rules: readonly Marked[], logs: boolean): Counted {
  return {
    rules: rules.length,
    proven: rules.filter(rule => rule.proven).length,
    tested: rules.filter(rule => rule.tested).length,
    ...(logs ? { visible: rules.filter(rule => rule.visible).length } : {}),
  }
}

const isProven = (detection: Detection, targets: readonly Target[]): boolean =>
  targets.some(target => target.language !== detection.written.language && prove(detection, target).verdict === 'equivalent')

/** Whether a rule has a test that must fire, and all its tests that could run have passed. */
async function isTested(detection: Detection): Promise<boolean> {
  if (!detection.tests.some(one => one.expect === 'alert')) return false
  const results = (await test(detection)).filter(result => result.outcome !== 'absent')
  return results.some(result => result.expected === 'alert') && results.every(result => result.passed)
}

/** A report as layers for ATT&CK Navigator. */
export function layersOf(report: CoverageReport, name: string): readonly Readonly<Record<string, unknown>>[] {
  return navigatorLayers(
    name,
    report.techniques.map(row => ({ technique: row.technique, counts: row, ids: row.ids })),
    report.techniques.some(row => row.visible !== undefined),
  )
}

/** An earlier state: how many rules a technique had, or its score. */
export type Baseline = ReadonlyMap<string, number>

/** Reads a baseline: a layer of Navigator, several of them (the first counts), or a report as JSON. */
export function readBaseline(source: Source): Outcome<Baseline> {
  const refuse = (why: string): Outcome<Baseline> => ({
    diagnostics: [
      {
        code: 'COV001',
        severity: 'error',
        message: `the baseline "${source.name}" ${why}`,
        hint: 'give a layer of ATT&CK Navigator, or what "terrier coverage -f json" has written',
      },
    ],
  })
  let read: unknown
  try {
    read = JSON.parse(source.text)
  } catch {
    return refuse('is no JSON')
  }
  const whole: unknown = Array.isArray(read) ? (read as readonly unknown[])[0] : read
  if (typeof whole !== 'object' || whole === null || !('techniques' in whole) || !Array.isArray(whole.techniques))
    return refuse('has no techniques')
  const found = new Map<string, number>()
  for (const one of whole.techniques as readonly unknown[]) {
    if (typeof one !== 'object' || one === null) continue
    const { techniqueID, technique, score, rules, enabled } = one as Readonly<Record<string, unknown>>
    const id = typeof techniqueID === 'string' ? techniqueID : technique
    const count = typeof techniqueID === 'string' ? score : rules
    if (typeof id !== 'string' || typeof count !== 'number' || !Number.isFinite(count) || enabled === false) continue
    const current = currentTechnique(id)?.id ?? id.toUpperCase()
    // A layer may have a technique once for each tactic.
    found.set(current, Math.max(found.get(current) ?? 0, count))
  }
  return { value: found, diagnostics: [] }
}

/** What became of a technique since a baseline. */
export interface Difference {
  readonly technique: string
  readonly name: string
  readonly change: 'gained' | 'more' | 'fewer' | 'lost'
  readonly before: number
  readonly now: number
}

/** Techniques whose number of rules is another than in the baseline, by id. */
export function differences(report: CoverageReport, baseline: Baseline): readonly Difference[] {
  const now = new Map(report.techniques.map(row => [row.technique, row.rules]))
  const ids = new Set([...[...now].filter(([, rules]) => rules > 0).map(([id]) => id), ...baseline.keys()])
  return [...ids]
    .sort((a, b) => (a < b ? -1 : 1))
    .flatMap((technique): readonly Difference[] => {
      const [before, count] = [baseline.get(technique) ?? 0, now.get(technique) ?? 0]
      if (before === count) return []
      const change = before === 0 ? 'gained' : count === 0 ? 'lost' : count > before ? 'more' : 'fewer'
      return [{ technique, name: attackTechniqueOf(technique)?.name ?? technique, change, before, now: count }]
    })
}

/** What is to be said of ids that are not live. */
export function retiredFindings(report: CoverageReport): readonly Diagnostic[] {
  return report.retired.map(({ technique, state, successor, rules }) => ({
    code: 'COV201',
    severity: 'warning',
    message: `${rules === 1 ? 'a rule names' : `${rules} rules name`} "${technique}", which ${state === 'unknown' ? `ATT&CK ${report.attack} does not know` : `is ${state}`}`,
    ...(successor === null ? {} : { hint: `it is "${successor}" today, and counted there` }),
  }))
}
