// Pages that hold queries in fences: the log sources and telemetry that a page speaks of are held against the tables that its query reads.

import type { Detection } from '../ir/detection.ts'
import type { EventClass } from '../ir/pipeline.ts'
import { visit } from '../ir/walk.ts'
import { schemas } from '../schemas/index.ts'
import { holdersOf } from '../schemas/lifted/holders.ts'
import { windowsClasses } from '../schemas/windows.ts'
import type { Diagnostic } from '../text/diagnostic.ts'
import type { Check, Page } from './check.ts'

export const codes: Readonly<Record<string, string>> = {
  DOC202: 'a page speaks of events that its query does not read',
}

const explained: Readonly<Record<string, Page>> = {
  DOC202: {
    title: codes.DOC202!,
    what: 'A page names a log source or events that the tables of its query do not hold.',
    why: 'Who takes the page at its word believes that those events are watched.',
    bad: {
      language: 'md',
      text: '# Port proxies\n\n```kusto\nDeviceProcessEvents | where FileName =~ "netsh.exe" | where Timestamp > ago(1h)\n```\n\nExpected: Sysmon Event ID 13 for the registry.',
    },
    good: {
      language: 'md',
      text: '# Port proxies\n\n```kusto\nDeviceProcessEvents | where FileName =~ "netsh.exe" | where Timestamp > ago(1h)\n```\n\nExpected: Sysmon Event ID 1 for the program.',
    },
  },
}

/** The tables that a query reads, each with the classes of events that it holds. */
function tablesOf({ query }: Detection): ReadonlyMap<string, readonly EventClass[]> {
  const out = new Map<string, readonly EventClass[]>()
  visit(query, {
    from: from => {
      if (from.kind !== 'table' || out.has(from.name)) return
      const classes = holdersOf(from.name, schemas, query.rules).map(holder => holder.class)
      if (classes.length > 0) out.set(from.name, classes)
    },
  })
  return out
}

/** The log source that a page names in the form of Sigma. */
function claimed(text: string): { readonly class: EventClass; readonly start: number; readonly end: number } | undefined {
  const found = /^[ \t]*logsource:[ \t]*\r?\n((?:[ \t]+(?:category|product|service)[ \t]*:[^\n]*(?:\n|$))+)/m.exec(text)
  if (found === null) return undefined
  const part = (name: string): string | undefined =>
    new RegExp(`^[ \\t]+${name}[ \\t]*:[ \\t]*["']?([\\w-]+)`, 'm').exec(found[1]!)?.[1]
  const of = { category: part('category'), product: part('product'), service: part('service') }
  const start = found.index + found[0].indexOf('logsource')
  return {
    class: Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined)),
    start,
    end: found.index + found[0].trimEnd().length,
  }
}

const inside = (of: EventClass, wanted: EventClass): boolean =>
  (['category', 'product', 'service'] as const).every(
    part => wanted[part] === undefined || of[part] === undefined || of[part] === wanted[part],
  )

/** Events that a page names by number or by the program that writes them. */
interface Named {
  readonly said: string
  readonly start: number
  /** A query that reads one of these looks at the events. */
  readonly categories: readonly string[]
  readonly product?: string
}

function telemetry(text: string): readonly Named[] {
  const out: Named[] = []
  const seen = new Set<string>()
  for (const found of text.matchAll(
    /\bSysmon(?:\/\w+)?\s+(?:Event\s*(?:IDs?|Codes?)?|EIDs?|EventCode)?\s*[:=]?\s*(\d{1,2}(?:\s*(?:\/|,|and|or)\s*\d{1,2})*)\b/gi,
  )) {
    const ids = found[1]!.match(/\d+/g)!.map(Number)
    const categories = [
      ...new Set(
        windowsClasses
          .filter(one => one.class.service === 'sysmon' && one.ids?.some(id => ids.includes(id)))
          .flatMap(one => (one.class.category === undefined ? [] : [one.class.category])),
      ),
    ]
    const said = `Sysmon ${ids.join(', ')}`
    if (categories.length === 0 || seen.has(said)) continue
    seen.add(said)
    out.push({ said, start: found.index, categories, product: 'windows' })
  }
  return out
}

/** What of a page's words about data its query does not keep. */
export const pages: Check = {
  id: 'pages',
  codes,
  pages: explained,
  run(detection) {
    const { document, rules } = detection.written
    if (!/-markdown$/.test(rules)) return []
    const tables = tablesOf(detection)
    if (tables.size === 0 || tables.has('search')) return []
    const all = [...tables.values()].flat()
    const out: Diagnostic[] = []
    const report = (message: string, start: number, end: number, hint: string): void => {
      out.push({ code: 'DOC202', severity: 'note', message, span: { start, end }, source: document, hint })
    }
    const claim = claimed(document.text)
    if (claim !== undefined) {
      const others = [...tables].filter(([, classes]) => !classes.some(one => inside(one, claim.class)))
      const systems = [...new Set(all.map(one => one.product))].filter(
        (product): product is string => product !== undefined && product !== claim.class.product,
      )
      const spoken =
        claim.class.product === undefined
          ? []
          : systems.filter(product => new RegExp(`\\b${product}\\b`, 'i').test(document.text))
      if (others.length > 0)
        report(
          `the page’s log source leaves out ${others.map(([name]) => `"${name}"`).join(', ')}, which the query reads`,
          claim.start,
          claim.end,
          'a query over several log sources is several rules in Sigma, or a correlation',
        )
      if (spoken.length > 0)
        report(
          `the page’s log source is for ${claim.class.product} alone; its words and the tables are about ${spoken.join(', ')} as well`,
          claim.start,
          claim.end,
          'name each system that the query is for',
        )
    }
    for (const { said, start, categories, product } of telemetry(document.text))
      if (
        !all.some(
          one =>
            one.category === undefined ||
            (categories.includes(one.category) && (product === undefined || one.product === product)),
        )
      )
        report(
          `the page speaks of ${said} (${categories.join(', ')}), which no table of the query holds`,
          start,
          start + said.length,
          'ask a table that has these events, or say that the query does not see them',
        )
    return out
  },
}
