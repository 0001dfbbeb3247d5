// Branches of one query that report the same event more than once.

import { and, or } from '../ir/logic.ts'
import type { Pipeline } from '../ir/pipeline.ts'
import type { Predicate } from '../ir/predicate.ts'
import { example } from '../proof/decide.ts'
import { lawsOf, typesOf } from '../proof/laws.ts'
import { Limit } from '../proof/limits.ts'
import { asked, sideOf, tableField } from '../proof/sides.ts'
import { meaningCheck } from './meaning.ts'

const pages = {
  LNT313: {
    title: 'two branches report the same event',
    what: 'A query unites branches over one table, and some events match two of them.',
    why: 'Such an event is reported twice, and counts twice wherever results are counted.',
    bad: {
      language: 'kql',
      text: 'union (DeviceProcessEvents | where FileName =~ "plink.exe"), (DeviceProcessEvents | where ProcessCommandLine contains "-R 8080")',
    },
    good: {
      language: 'kql',
      text: 'union (DeviceProcessEvents | where FileName =~ "plink.exe"), (DeviceProcessEvents | where FileName !~ "plink.exe" and ProcessCommandLine contains "-R 8080")',
    },
  },
} as const

/** Branches that are compared with each other. */
const mostBranches = 8

export const overlap = meaningCheck('overlap', pages, (detection, _, tell) => {
  const { from, stages } = detection.query
  if (detection.written.language === 'sigma' || from.kind !== 'union' || from.once === true || from.of.length > mostBranches)
    return
  // What is grouped afterwards is one row again.
  if (stages.some(stage => stage.kind === 'aggregate' || stage.kind === 'special')) return
  const branches = from.of.map((query, at) => ({ at, query, where: questionOf(query) }))
  for (const [place, a] of branches.entries())
    for (const b of branches.slice(place + 1)) {
      if (a.where === undefined || b.where === undefined) continue
      const both = and([a.where, b.where])
      try {
        const found = example(sideOf(both, detection.query.rules), { factor: 0.2, laws: lawsOf(typesOf([both])) })
        if (!('event' in found)) continue
        const { [tableField]: __, ...event } = found.event.fields
        tell(
          'LNT313',
          'warning',
          `branches ${a.at + 1} and ${b.at + 1} of this union report the same events`,
          from.span === undefined ? b.query.from : from,
          {
            hint: 'exclude from the one what the other finds, or group the results',
            witness: { event, matches: true },
          },
        )
      } catch (error) {
        if (!(error instanceof Limit)) throw error
      }
    }
})

/** What a branch asks of one event, its table included; undefined where it does more than ask, or asks what is not at hand. */
function questionOf(query: Pipeline): Predicate | undefined {
  const found = asked(query, { table: name => [name] })
  if ('beyond' in found || found.grouped) return undefined
  return settled(found.where)
}

/** A question without comparisons with the time of now; undefined where a part of it is not understood. */
function settled(node: Predicate): Predicate | undefined {
  switch (node.kind) {
    case 'opaque':
      return undefined
    case 'not': {
      const arg = settled(node.arg)
      return arg === undefined ? undefined : { ...node, arg }
    }
    case 'and':
    case 'or': {
      const args = node.args.map(settled)
      if (args.some(arg => arg === undefined)) return undefined
      return node.kind === 'and' ? and(args as Predicate[]) : or(args as Predicate[])
    }
    case 'test':
      return node.match.kind === 'compare' && node.match.to.kind === 'call'
        ? { kind: 'const', value: true }
        : node.match.kind === 'among'
          ? undefined
          : node
    default:
      return node
  }
}
