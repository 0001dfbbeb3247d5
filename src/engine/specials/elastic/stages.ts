// Stages of EQL and ES|QL that no other language has.

import type { Row } from '../../row.ts'
import type { StageRow } from '../signature.ts'

export const stages: readonly StageRow[] = [
  {
    // The last rows, in the order in which they came.
    name: 'elastic:tail',
    manual: 'https://www.elastic.co/docs/reference/query-languages/eql/eql-pipe-ref#eql-pipe-tail',
    check: args => (typeof args.count === 'number' && args.count >= 0 ? undefined : 'tail takes a number of rows'),
    start: (site, out) => {
      const count = Number(site.args.count)
      const kept: Row[] = []
      return {
        push: row => {
          if (count === 0) return
          site.hold(row)
          kept.push(row)
          if (kept.length > count) site.release(kept.shift()!)
        },
        close: () => {
          for (const row of kept) out.push(row)
          out.close()
        },
      }
    },
  },
]
