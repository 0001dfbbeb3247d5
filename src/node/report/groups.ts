// Alerts gathered for people: by rule and host, with counts by level, host and technique. Memory grows with the groups, not with the alerts.

import { type Level, levels } from '../../ir/detection.ts'
import type { Found } from './alert.ts'

/** The alerts of one rule on one host. */
export interface Group {
  readonly first: Found
  alerts: number
  from: number | undefined
  to: number | undefined
}

const noHost = '(no host)'
const mostGroups = 100_000

export interface Groups {
  alerts: number
  readonly levels: Map<Level, { alerts: number; readonly rules: Set<string> }>
  readonly hosts: Map<string, number>
  readonly techniques: Map<string, number>
  from: number | undefined
  to: number | undefined
  add(found: Found): void
  /** Groups by level (highest first), then time of the first alert. */
  sorted(): readonly Group[]
  /** The largest entries of a count. */
  top(counts: ReadonlyMap<string, number>, most: number): readonly (readonly [string, number])[]
}

function bump(counts: Map<string, number>, key: string): void {
  const before = counts.get(key)
  if (before !== undefined || counts.size < mostGroups) counts.set(key, (before ?? 0) + 1)
}

/** An empty gathering. */
export function groups(): Groups {
  const found = new Map<string, Group>()
  return {
    alerts: 0,
    levels: new Map(),
    hosts: new Map(),
    techniques: new Map(),
    from: undefined,
    to: undefined,
    add(alert) {
      const { row } = alert
      const { time } = alert.alert
      this.alerts++
      const level = this.levels.get(row.rule.level)
      if (level === undefined) this.levels.set(row.rule.level, { alerts: 1, rules: new Set([row.rule.id]) })
      else {
        level.alerts++
        level.rules.add(row.rule.id)
      }
      const host = row.host ?? noHost
      bump(this.hosts, host)
      for (const technique of row.attack) bump(this.techniques, technique)
      if (time !== undefined) {
        this.from = Math.min(this.from ?? time, time)
        this.to = Math.max(this.to ?? time, time)
      }
      const key = `${alert.alert.index}\u0000${host}`
      const group = found.get(key)
      if (group !== undefined) {
        group.alerts++
        if (time !== undefined) {
          group.from = Math.min(group.from ?? time, time)
          group.to = Math.max(group.to ?? time, time)
        }
      } else if (found.size < mostGroups) found.set(key, { first: alert, alerts: 1, from: time, to: time })
    },
    sorted() {
      const weight = (group: Group) => levels.indexOf(group.first.row.rule.level)
      const from = (group: Group) => group.from ?? Number.MAX_SAFE_INTEGER
      return [...found.values()].sort((a, b) => weight(b) - weight(a) || from(a) - from(b))
    },
    top: (counts, most) => [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, most),
  }
}
