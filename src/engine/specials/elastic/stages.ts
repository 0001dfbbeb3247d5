// Stages of EQL, ES|QL and Elastic's kinds of rules that no other language has.

import { accessor, type Value } from '../../../ir/event.ts'
import { joinKeys, keyOf, type Row } from '../../row.ts'
import type { StageRow } from '../signature.ts'

const ruleManual = 'https://www.elastic.co/docs/solutions/security/detect-and-alert/create-detection-rule'

/** Combinations of one row's values at most; a row with more counts with the first. */
const mostCombinations = 1000

const namesOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.filter(one => typeof one === 'string') : [])

/** The values of a field, each for itself; none where it is absent. */
function valuesOf(value: Value | undefined): readonly Value[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? (value as readonly Value[]) : [value]
}

/** Every combination of the values of several fields, as keys; none where a field is absent. */
function combinations(lists: readonly (readonly Value[])[]): readonly string[] {
  let keys: readonly (readonly string[])[] = [[]]
  for (const list of lists) {
    const parts = list.map(keyOf).filter(key => key !== undefined)
    keys = keys.flatMap(key => parts.map(part => [...key, part])).slice(0, mostCombinations)
  }
  return keys.map(joinKeys)
}

export const stages: readonly StageRow[] = [
  {
    // The last rows, in the order in which they came.
    name: 'elastic:tail',
    manual: 'https://www.elastic.co/docs/reference/query-languages/eql/eql-pipe-ref#eql-pipe-tail',
    check: args => (typeof args.count === 'number' && args.count >= 0 ? undefined : 'tail takes a number of rows'),
    start: (site, out) => {
      const count = Number(site.args.count)
      let kept: Row[] = []
      let from = 0
      return {
        push: row => {
          if (count === 0) return
          site.hold(row)
          kept.push(row)
          if (kept.length - from > count) site.release(kept[from++]!)
          if (from > 1024 && from * 2 > kept.length) {
            kept = kept.slice(from)
            from = 0
          }
        },
        close: () => {
          for (const row of kept.slice(from)) out.push(row)
          out.close()
        },
      }
    },
  },
  {
    // Rows with a combination of values that no row had in the time before: the history is what the log holds.
    name: 'elastic:new-terms',
    manual: `${ruleManual}#create-new-terms-rule`,
    check: args => (namesOf(args.fields).length > 0 ? undefined : 'a rule on new terms names no field'),
    start: (site, out) => {
      const readers = namesOf(site.args.fields).map(accessor)
      const history = Number(site.args.history)
      const seen = new Map<string, number | undefined>()
      return {
        push: row => {
          let fresh = false
          for (const key of combinations(readers.map(read => valuesOf(read(row.fields))))) {
            const before = seen.get(key)
            if (!seen.has(key)) {
              site.hold(row)
              fresh = true
            } else if (before !== undefined && row.time !== undefined && row.time - before > history) fresh = true
            seen.set(key, row.time ?? before)
          }
          if (fresh) out.push(row)
        },
        close: () => out.close(),
      }
    },
  },
  {
    // Rows that share the values of one alternative with one indicator.
    name: 'elastic:threat-match',
    manual: `${ruleManual}#indicator-rule`,
    start: (site, out) => {
      const mapping = Array.isArray(site.args.mapping) ? (site.args.mapping as readonly Value[]) : []
      const alternatives = mapping.map(one => {
        const pairs = (Array.isArray(one) ? one : []).map(namesOf)
        const readers = pairs.map(pair => accessor(pair[0] ?? ''))
        const known = new Set<string>()
        const indicators = pairs.map(pair => accessor(pair[1] ?? ''))
        for (const row of site.inputs.right?.rows ?? [])
          for (const key of combinations(indicators.map(read => valuesOf(read(row.fields))))) known.add(key)
        return { readers, known }
      })
      return {
        push: row => {
          const hit = alternatives.some(({ readers, known }) =>
            combinations(readers.map(read => valuesOf(read(row.fields)))).some(key => known.has(key)),
          )
          if (hit) out.push(row)
        },
        close: () => out.close(),
      }
    },
  },
  {
    // A column that an endpoint for inference fills.
    name: 'elastic:completion',
    manual: 'https://www.elastic.co/docs/reference/query-languages/esql/commands/completion',
    check: args => `"COMPLETION" asks the model "${String(args.model)}", and no model is asked here`,
    start: (_, out) => out,
  },
  {
    // Columns that a policy of the cluster fills.
    name: 'elastic:enrich',
    manual: 'https://www.elastic.co/docs/reference/query-languages/esql/commands/enrich',
    check: args => `"ENRICH" asks the policy "${String(args.policy)}", which lies in a cluster`,
    start: (_, out) => out,
  },
]
