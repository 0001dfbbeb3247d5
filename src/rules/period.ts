// How far back a rule looks each time it runs: what its search says, else what its document says of its schedule.

import type { Detection } from '../ir/detection.ts'
import { isRecord, type Value } from '../ir/event.ts'
import type { Millis } from '../ir/pipeline.ts'

/** A length of time, and who says it. */
export interface Period {
  readonly length: Millis
  readonly by: string
}

const units: Readonly<Record<string, Millis>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

/** Splunk's words for units of time in its modifiers (Search Reference, "Time modifiers"). */
const splunkUnits = /^(?:(s)(?:ec(?:ond)?s?)?|(m)(?:in(?:ute)?s?)?|(h)(?:(?:ou)?rs?)?|(d)(?:ays?)?|(w)(?:eeks?)?)$/i

/** `-24h@h` → milliseconds before now. */
function splunkTime(text: string): Millis | undefined {
  const match = /^-(\d{1,6})([a-z]+)(?:@\w+)?$/i.exec(text.trim())
  const unit = match === null ? null : splunkUnits.exec(match[2]!)
  return unit === null
    ? undefined
    : Number(match![1]) *
        units[
          unit
            .slice(1)
            .find(word => word !== undefined)!
            .toLowerCase()
        ]!
}

/** What lies between two of Splunk's times; the second is now where it is not said. */
function splunkRange(earliest: unknown, latest: unknown): Millis | undefined {
  const from = typeof earliest === 'string' ? splunkTime(earliest) : undefined
  const to = typeof latest === 'string' ? (splunkTime(latest) ?? 0) : 0
  return from === undefined || from <= to ? undefined : from - to
}

/** `PT5H`, `P1DT2H`, `14d`, `1h30m` → milliseconds. */
function duration(text: unknown): Millis | undefined {
  if (typeof text !== 'string' || !/^P?(?:\d+[dw])?T?(?:\d+[hms])*$/i.test(text) || !/\d/.test(text)) return undefined
  let length = 0
  for (const [, count, unit] of text.matchAll(/(\d{1,6})([smhdw])/gi)) length += Number(count) * units[unit!.toLowerCase()]!
  return length > 0 ? length : undefined
}

/** How far back a custom detection of Defender looks by how often it runs (Microsoft, "Create custom detection rules"). */
const defenderPeriods: Readonly<Record<string, string>> = { '0': '1h', '1H': '4h', '3H': '12h', '12H': '48h', '24H': '30d' }

/** The window of a detection's searches; undefined where neither its query nor its document says one. */
export function periodOf(detection: Detection): Period | undefined {
  const { rules, language, query } = detection.written
  const { rest } = detection
  const said = (length: Millis | undefined, by: string): Period | undefined => (length === undefined ? undefined : { length, by })
  if (language === 'spl') {
    const time = (name: string): string | undefined =>
      new RegExp(`(?:^|[\\s(])${name}\\s*=\\s*"?(-\\d{1,6}[a-z]+(?:@\\w+)?)`, 'i').exec(query.text)?.[1]
    const own = said(splunkRange(time('earliest'), time('latest')), 'the search')
    if (own !== undefined) return own
    const saved = said(splunkRange(rest['dispatch.earliest_time'], rest['dispatch.latest_time']), 'the saved search')
    if (saved !== undefined) return saved
    // The deployments that Splunk's security content is shipped with: from -70m@m to -10m@m, for baselines from -1450m@m.
    if (rules === 'escu')
      return { length: rest.type === 'Baseline' ? units.d! : units.h!, by: 'the usual deployment of this content' }
    return undefined
  }
  if (rules === 'sentinel') return said(duration(rest.queryPeriod), 'the rule')
  if (rules === 'defender' && isRecord(rest.schedule as Value)) {
    const { period } = rest.schedule as { readonly period?: unknown }
    return said(duration(defenderPeriods[String(period)]), 'the rule')
  }
  if (rules === 'elastic' && typeof rest.from === 'string') return said(duration(/^now-(\w+)$/.exec(rest.from)?.[1]), 'the rule')
  return undefined
}
