// A detection's own tests, run as a hunt would run it. A test whose events are not at hand, or whose rule cannot run, is told as absent, never as passed.

import { compile } from './engine/engine.ts'
import type { Detection, Trial } from './ir/detection.ts'
import { type Event, isRecord, type Value } from './ir/event.ts'
import type { EventClass, Pipeline } from './ir/pipeline.ts'
import { schemas as allSchemas } from './schemas/index.ts'
import type { Schema } from './schemas/schema.ts'
import type { Diagnostic } from './text/diagnostic.ts'

export interface TrialResult {
  readonly trial: string
  readonly expected: Trial['expect']
  /** `absent`: it could not be run, and `reason` says why. */
  readonly outcome: 'passed' | 'failed' | 'absent'
  readonly passed: boolean
  readonly alerts: number
  readonly reason?: string
  /** What came up while it ran: a rule that cannot run, matches that joined no window. */
  readonly diagnostics: readonly Diagnostic[]
}

export interface TrialOptions {
  /** The shapes of logs that events with a log source of their own may have. Default: all that are not opt-in. */
  readonly schemas?: readonly Schema[]
  /** The events of a data set that a test names, or undefined when it is not at hand. */
  readonly dataset?: (name: string) => Promise<readonly Event[] | undefined>
}

/**
 * Runs a detection's tests, each on its own. An event that says its log source (a Windows event with its channel and id, or any
 * other known shape) is of that one; `_class` (a map of product, category, service) says it outright; any other event is of
 * the log source of the rule, or of each that a correlation refers to. Fields have the names of the rule.
 */
export async function test(detection: Detection, options: TrialOptions = {}): Promise<readonly TrialResult[]> {
  const results: TrialResult[] = []
  for (const trial of detection.tests) {
    const events = 'dataset' in trial.events ? await options.dataset?.(trial.events.dataset) : trial.events
    if (events === undefined) {
      const name = 'dataset' in trial.events ? trial.events.dataset : ''
      results.push(absent(trial, `the data set "${name}" is not at hand`, []))
    } else results.push(runTrial(detection, trial, events, options))
  }
  return results
}

function absent(trial: Trial, reason: string, diagnostics: readonly Diagnostic[]): TrialResult {
  return { trial: trial.name, expected: trial.expect, outcome: 'absent', passed: false, alerts: 0, reason, diagnostics }
}

function runTrial(detection: Detection, trial: Trial, events: readonly Event[], options: TrialOptions): TrialResult {
  const known = options.schemas ?? allSchemas.filter(schema => schema.optIn !== true)
  // Records without a log source are of the rule's own here; guessing one from their fields would contradict that.
  const shapes = known.filter(schema => schema.id !== 'plain')
  const said = events.map(saidClass)
  const classes = new Map(said.filter(of => of !== undefined).map(of => [idOf(of), of]))
  const own = trialSchema(ownId, classesOf(detection.query), true)
  const schemas = [...shapes, ...[...classes].map(([id, of]) => trialSchema(id, [of], false)), own]
  const compiled = compile([{ ...detection, silent: false }], schemas)
  const why = compiled.value?.skipped[0]?.diagnostic ?? compiled.diagnostics.find(finding => finding.severity === 'error')
  if (compiled.value === undefined || why !== undefined) {
    return absent(trial, `the rule cannot run: ${why?.message ?? 'it was not compiled'}`, why === undefined ? [] : [why])
  }
  const diagnostics: Diagnostic[] = []
  const run = compiled.value.start({ report: finding => diagnostics.push(finding) })
  let alerts = 0
  for (const [index, event] of events.entries()) {
    const of = said[index]
    alerts += run.push({ schema: of === undefined ? '' : idOf(of), length: 1, at: () => withoutClass(event) }).length
  }
  alerts += run.finish().length
  const passed = alerts > 0 === (trial.expect === 'alert')
  const reason = passed
    ? {}
    : {
        reason:
          alerts === 0
            ? 'no alert, and there should be one'
            : `${alerts} alert${alerts === 1 ? '' : 's'}, and there should be none`,
      }
  return {
    trial: trial.name,
    expected: trial.expect,
    outcome: passed ? 'passed' : 'failed',
    passed,
    alerts,
    ...reason,
    diagnostics,
  }
}

const ownId = 'trial'
const parts = ['product', 'category', 'service'] as const

const idOf = (of: EventClass): string => `${ownId}:${JSON.stringify(parts.map(part => of[part] ?? null))}`

/** The class an event states in `_class`. */
function saidClass(event: Event): EventClass | undefined {
  const said = Object.hasOwn(event.fields, '_class') ? event.fields._class : undefined
  if (!isRecord(said)) return undefined
  const of: { product?: string; category?: string; service?: string } = {}
  for (const part of parts) {
    const value = Object.hasOwn(said, part) ? said[part] : undefined
    if (typeof value === 'string') of[part] = value
  }
  return of
}

function withoutClass(event: Event): Event {
  if (!Object.hasOwn(event.fields, '_class')) return event
  const fields: Record<string, Value> = { ...event.fields }
  delete fields._class
  return { ...event, fields }
}

/** A shape whose records are of the given classes by construction, under the names of the rule. */
export function trialSchema(id: string, classes: readonly EventClass[], any: boolean): Schema {
  return {
    id,
    title: 'events of a test',
    tables: [{ name: 'events', holds: classes.map(of => ({ class: of })), fields: {}, otherwise: ['*'] }],
    ...(any ? { recognise: { kind: 'const', value: true } } : {}),
    time: ['SystemTime', 'UtcTime', '@timestamp', '_time'],
  }
}

/** Every class of events that a query reads. */
function classesOf(query: Pipeline): readonly EventClass[] {
  const { from } = query
  if (from.kind === 'class') return [from.class]
  const inner = from.kind === 'union' ? from.of : from.kind === 'sequence' ? from.steps.map(step => step.of) : []
  const found = new Map(inner.flatMap(classesOf).map(of => [idOf(of), of]))
  return [...found.values()]
}
