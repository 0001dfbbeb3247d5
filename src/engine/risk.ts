// Risk: a detection's risk with the values of its alert in it, and the entities whose risk adds up.

import type { Risk } from '../ir/detection.ts'
import { accessor, asText, type Value } from '../ir/event.ts'
import type { Diagnostic } from '../text/diagnostic.ts'
import { fold } from '../text/fold.ts'
import { createSum } from './measures.ts'
import type { Alert, AlertRisk, Incident } from './run.ts'

type Fields = Readonly<Record<string, Value>>

const token = /\$([^\s$]+)\$/g

/** The fields that a risk speaks of: those of its message, its entities and its threats. */
export function riskFields(risk: Risk): readonly string[] {
  const named = [...risk.message.matchAll(token)].map(match => match[1]!)
  return [...new Set([...named, ...risk.entities.map(({ field }) => field), ...risk.threats.map(({ field }) => field)])]
}

/**
 * The risk of one alert: `$field$` in the message replaced by the field's value (a list by its members, with commas), entities and
 * threats by the values of their fields, each value once. A token without a value stays as written and is reported; an
 * entity without a value is no entity.
 * An entity has the score that the rule gives it, else the rule's own.
 */
export function alertRisk(risk: Risk, fields: Fields, report?: (finding: Diagnostic) => void): AlertRisk {
  const message = risk.message.replace(token, (written, name: string) => {
    const values = textsOf(fields, name)
    if (values.length > 0) return values.join(', ')
    report?.({
      code: 'ENG350',
      severity: 'note',
      message: `the risk message asks for "${name}", which the event does not have`,
      hint: 'the token stays in the message as it is written',
    })
    return written
  })
  const entities = new Map<string, { kind: 'user' | 'system' | 'other'; value: string; score: number }>()
  for (const { field, kind, score = risk.score } of risk.entities) {
    for (const value of textsOf(fields, field)) {
      const key = `${kind}:${fold(value)}`
      const known = entities.get(key)
      if (known === undefined) entities.set(key, { kind, value, score })
      else known.score = Math.max(known.score, score)
    }
  }
  const threats = new Map<string, { kind: string; value: string }>()
  for (const { field, kind } of risk.threats) {
    for (const value of textsOf(fields, field))
      if (!threats.has(`${kind}:${value}`)) threats.set(`${kind}:${value}`, { kind, value })
  }
  return { score: risk.score, message, entities: [...entities.values()], threats: [...threats.values()] }
}

function textsOf(fields: Fields, name: string): string[] {
  const value = accessor(name)(fields)
  if (value === undefined) return []
  const members = Array.isArray(value) ? (value as readonly Value[]) : [value]
  return members.map(asText).filter(text => text !== undefined && text !== '') as string[]
}

export interface IncidentOptions {
  /** The sum of scores from which on an entity is an incident. */
  readonly threshold: number
  /** Milliseconds over which scores add up; default 24 hours, both edges included. */
  readonly window?: number
  /** From how many distinct rules the scores must come; default 2. */
  readonly rules?: number
}

/**
 * Incidents: entities (kind and value, case aside) whose alerts within a window sum up to the threshold and come from enough
 * distinct rules. One incident lasts as long as that stays so; it has every alert of that stretch, from those that made it one,
 * and the highest sum of any window in it. Incidents are in the order in which they began. Alerts without time or risk take no part.
 */
export function riskByEntity(alerts: readonly Alert[], options: IncidentOptions): readonly Incident[] {
  const { threshold, window = 24 * 60 * 60 * 1000, rules = 2 } = options
  const timed = alerts
    .filter(alert => alert.time !== undefined && alert.risk !== undefined)
    .map((alert, index) => ({ alert, index }))
    .sort((a, b) => a.alert.time! - b.alert.time! || (a.alert.ticks ?? 0) - (b.alert.ticks ?? 0) || a.index - b.index)
  const entities = new Map<string, { readonly kind: string; readonly value: string; readonly alerts: Scored[] }>()
  for (const { alert } of timed) {
    for (const { kind, value, score } of alert.risk!.entities) {
      const key = `${kind}:${fold(value)}`
      let entity = entities.get(key)
      if (entity === undefined) {
        entity = { kind, value, alerts: [] }
        entities.set(key, entity)
      }
      entity.alerts.push({ alert, score })
    }
  }
  const found: { readonly incident: Incident; readonly began: number }[] = []
  for (const { kind, value, alerts: scored } of entities.values()) {
    for (const { from, to, began, score } of stretches(scored, threshold, window, rules)) {
      const incident = { entity: { kind, value }, score, alerts: scored.slice(from, to + 1).map(({ alert }) => alert) }
      found.push({ incident, began: scored[began]!.alert.time! })
    }
  }
  return found.sort((a, b) => a.began - b.began).map(({ incident }) => incident)
}

interface Scored {
  readonly alert: Alert
  readonly score: number
}

/** The stretches of one entity's alerts during which the condition holds at each; `from` is the first alert of the first window. */
function stretches(
  scored: readonly Scored[],
  threshold: number,
  window: number,
  rules: number,
): { from: number; to: number; began: number; score: number }[] {
  const found: { from: number; to: number; began: number; score: number }[] = []
  const counts = new Map<string, number>()
  let open: { from: number; to: number; began: number; score: number } | undefined
  const sum = createSum()
  let first = 0
  let gone = 0
  for (const [at, { alert, score }] of scored.entries()) {
    counts.set(alert.detection, (counts.get(alert.detection) ?? 0) + 1)
    for (; alert.time! - scored[first]!.alert.time! > window; first++) {
      const { detection } = scored[first]!.alert
      const count = counts.get(detection)! - 1
      if (count === 0) counts.delete(detection)
      else counts.set(detection, count)
    }
    sum.add(score)
    for (; gone < first; gone++) sum.add(-scored[gone]!.score)
    if (sum.value() < threshold || counts.size < rules) open = undefined
    else if (open === undefined) {
      open = { from: first, to: at, began: at, score: sum.value() }
      found.push(open)
    } else {
      open.to = at
      open.score = Math.max(open.score, sum.value())
    }
  }
  return found
}

/** What it reports. */
export const codes: Readonly<Record<string, string>> = {
  ENG350: 'a risk message asks for a field that the event does not have',
}
