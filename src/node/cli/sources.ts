// The log sources that rules ask for, beside what logs hold: which have events, which could have and what would make them, and which cannot be read.

import type { Detection } from '../../ir/detection.ts'
import type { EventClass } from '../../ir/pipeline.ts'
import { needOf } from '../../schemas/needs.ts'
import { servedBy, whyUnserved } from '../../schemas/served.ts'
import { classesOf, logSource } from '../report/field.ts'
import { type Paper, signs } from '../report/paper.ts'
import { clip, count, counted, oneLine, pad, width, wrap } from '../report/text.ts'

/** One log source of the rules as JSON. */
export interface AskedRow {
  readonly logSource: string
  readonly rules: number
  /** Whether a schema holds such events. */
  readonly served: boolean
  readonly schemas: readonly string[]
  readonly events: number
  /** Files with events of it. */
  readonly files: number
  /** Where nothing was found: what must be logged. */
  readonly need: string | null
  /** Where it is not served: why. */
  readonly reason: string | null
}

/** Adds up, file by file, which log sources of the rules have events. */
export function askedSources(detections: readonly Detection[]) {
  const rules = new Map<string, { readonly class: EventClass; rules: number; events: number; files: number }>()
  for (const detection of detections) {
    for (const wanted of new Map(classesOf(detection.query).map(one => [logSource(one), one])).values()) {
      const name = logSource(wanted)
      const known = rules.get(name)
      if (known === undefined) rules.set(name, { class: wanted, rules: 1, events: 0, files: 0 })
      else known.rules++
    }
  }
  return {
    classes: [...rules.values()].map(one => one.class),
    /** Events of one file by log source. */
    add(counts: readonly (readonly [logSource: string, events: number])[]) {
      for (const [name, events] of counts) {
        const known = rules.get(name)
        if (known === undefined || events === 0) continue
        known.events += events
        known.files++
      }
    },
    /** Those with events first, then those without, then those that are not served; most rules first. */
    rows(): readonly AskedRow[] {
      return [...rules]
        .map(([name, { class: wanted, rules: number, events, files }]): AskedRow => {
          const schemas = servedBy(wanted).map(schema => schema.id)
          const served = schemas.length > 0
          return {
            logSource: name,
            rules: number,
            served,
            schemas,
            events,
            files,
            need: served && events === 0 ? (needOf(wanted) ?? null) : null,
            reason: served ? null : (whyUnserved(wanted) ?? 'no schema holds such events'),
          }
        })
        .sort((a, b) => rank(a) - rank(b) || b.rules - a.rules || (a.logSource < b.logSource ? -1 : 1))
    },
  }
}

function rank(row: AskedRow): number {
  return !row.served ? 2 : row.events === 0 ? 1 : 0
}

/** The log sources of the rules for people: what is here, what is missing and what would bring it, what cannot be read. */
export function writeAsked(on: Paper, rows: readonly AskedRow[], verbose: boolean): void {
  const { colors } = on
  const cut = signs(on, '…')
  const names = Math.min(48, Math.max(12, ...rows.map(row => width(oneLine(row.logSource)))))
  const sections = [
    {
      title: 'with events',
      kind: 0,
      most: 20,
      about: (row: AskedRow) => `${counted(row.events, 'event')} in ${counted(row.files, 'file')}`,
    },
    { title: 'without events here', kind: 1, most: 10, about: (row: AskedRow) => row.need ?? '' },
    { title: 'not served', kind: 2, most: 10, about: (row: AskedRow) => row.reason ?? '' },
  ]
  on.write(`${colors.bold('log sources of the rules')}\n`)
  for (const { title, kind, most, about } of sections) {
    const own = rows.filter(row => rank(row) === kind)
    if (own.length === 0) continue
    const rules = own.reduce((sum, row) => sum + row.rules, 0)
    on.write(`  ${title}: ${counted(own.length, 'log source')}, ${counted(rules, 'rule')}\n`)
    for (const row of own.slice(0, verbose ? undefined : most)) {
      const head = `    ${pad(clip(oneLine(row.logSource), names, cut), names)}  ${pad(count(row.rules), 6, 'right')}  `
      const text = about(row)
      if (kind === 0) on.write(`${head}${text}\n`)
      else {
        on.write(`${head}\n`.replace(/ +\n/, '\n'))
        if (text !== '') for (const line of wrap(text, on.columns - 8)) on.write(`        ${colors.dim(line)}\n`)
      }
    }
    if (!verbose && own.length > most) on.write(`    ${colors.dim(`${count(own.length - most)} more: -v`)}\n`)
  }
}
