// KQL that we read, beside Microsoft's own parser and binder: published queries one by one, columns by name, order and type, and the functions there are. TERRIER_LONG=1 compares the columns of all.

import { describe, expect, it } from 'vitest'
import { functionRow, measureRow } from '../../src/engine/specials/registry.ts'
import type { Event, Value } from '../../src/ir/event.ts'
import type { ValueType } from '../../src/ir/predicate.ts'
import { visit } from '../../src/ir/walk.ts'
import {
  functionFacts,
  functionNames,
  measureFacts,
  measureNames,
  unanswered,
  uncomputed,
} from '../../src/languages/kql/parse/functions.ts'
import { analyse } from '../../src/languages/kql/parse.ts'
import { query, type Table } from '../../src/query.ts'
import { kustoTables } from '../../src/schemas/kusto/tables.ts'
import { binderOver, knownFunctions, syntaxErrors } from './kusto.ts'
import { corpusPresent, published } from './kusto-corpus.ts'

const long = process.env.TERRIER_LONG === '1'
const read = (text: string, tables = kustoTables) => analyse({ name: 'query.kql', text }, { tables })
const isGrammar = (code: string): boolean => /^KQL01[0-5]$/.test(code)

/** Why we say something else than Microsoft's binder of a query: explained one by one. */
const explained: readonly { readonly fits: RegExp; readonly because: string }[] = [
  {
    fits: /ReportId_string|RequestParameters_string/,
    because: 'the binder forgets a third type of one name in a union; the manual gives every type a column',
  },
  { fits: /sliding_window_counts/, because: 'the plug-in is refused by name' },
]

describe.skipIf(!corpusPresent)('published queries', () => {
  const corpus = published()
  const valid = corpus.filter(one => syntaxErrors(one.text).length === 0)

  it('are all there', () => {
    expect(corpus.length).toBeGreaterThanOrEqual(1321)
    expect(valid.length).toBeGreaterThanOrEqual(1200)
  })

  it("are taken and refused as by Microsoft's parser, each of them", () => {
    const taken = new Set(valid)
    const wrong = corpus.filter(one => read(one.text).diagnostics.some(finding => isGrammar(finding.code)) === taken.has(one))
    expect(wrong.map(one => one.name)).toEqual([])
  })

  it('run on empty tables, at least 95 of 100', async () => {
    const { ran, failed } = await run(
      valid.map(one => one.text),
      0,
    )
    console.log(`published queries on empty tables: ${ran} of ${valid.length} run`)
    expect(failed.filter(message => message.includes('bug'))).toEqual([])
    expect(ran / valid.length).toBeGreaterThan(0.95)
  }, 120_000)

  it.runIf(long)(
    'run on tables with rows of every type, at least 95 of 100',
    async () => {
      const { ran } = await run(
        valid.map(one => one.text),
        25,
      )
      console.log(`published queries on typed rows: ${ran} of ${valid.length} run`)
      expect(ran / valid.length).toBeGreaterThan(0.95)
    },
    300_000,
  )

  it.runIf(long)(
    'give the columns that the binder says, by name, order and type',
    () => {
      const check = binderOver(
        Object.fromEntries(
          Object.entries(kustoTables).filter(([name]) => /^[A-Z]\w*$/.test(name) && !/^ASim(?!.*Logs$)/.test(name)),
        ),
      )
      let both = 0
      const wrong: string[] = []
      for (const one of valid) {
        const theirs = check(one.text)
        const { value, diagnostics } = read(one.text)
        if (
          theirs.errors.length > 0 ||
          value === undefined ||
          diagnostics.some(finding => finding.severity === 'error' && finding.code !== 'KQL108')
        )
          continue
        if (value.open || theirs.columns.length === 0) continue
        both++
        const ours = value.columns.map(column => `${column.name}:${column.type ?? 'unknown'}`)
        if (
          ours.join() !== theirs.columns.join() &&
          !explained.some(one_ => one_.fits.test(ours.join()) || one_.fits.test(one.text))
        )
          wrong.push(`${one.name}\n  theirs ${theirs.columns.join(' ')}\n  ours   ${ours.join(' ')}`)
      }
      console.log(`columns as the binder says: ${both - wrong.length} of ${both}`)
      expect(wrong).toEqual([])
    },
    300_000,
  )
})

/** Values of every type, drawn with a fixed seed. */
function drawn(type: ValueType | undefined, next: () => number): Value | undefined {
  const words = [
    'plink.exe',
    'C:\\Windows\\cmd.exe -L 80',
    'al@example.org',
    '10.0.0.1',
    'Success',
    '{"a":1,"b":[1]}',
    '',
    'https://example.org/a?b=1',
  ]
  const bags: readonly Value[] = [{ a: 1, b: 'x' }, [1, 2, 'x'], 'text', ['a', 'b']]
  switch (type) {
    case 'long':
    case 'int':
      return Math.floor(next() * 5000)
    case 'real':
      return next()
    case 'bool':
      return next() < 0.5
    case 'datetime':
      return 638_000_000_000_000_000n + BigInt(Math.floor(next() * 8e8)) * 10_000_000n
    case 'dynamic':
      return bags[Math.floor(next() * bags.length)]
    default:
      return words[Math.floor(next() * words.length)]
  }
}

async function run(
  texts: readonly string[],
  rows: number,
): Promise<{ readonly ran: number; readonly failed: readonly string[] }> {
  let seed = 1572
  const next = (): number => {
    seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff
    return seed / 0x7fffffff
  }
  const table = (name: string): Table => {
    const columns = Object.hasOwn(kustoTables, name) ? kustoTables[name]! : []
    const events = Array.from({ length: columns.length === 0 ? 0 : rows }, (_, index): Event => {
      const fields: Record<string, Value> = {}
      for (const column of columns) {
        const value = next() < 0.15 ? undefined : drawn(column.type, next)
        if (value !== undefined) fields[column.name] = value
      }
      return { fields, origin: { source: name, index } }
    })
    async function* batches() {
      yield { schema: '', length: events.length, at: (index: number) => events[index]! }
    }
    return { columns, open: columns.length === 0, rows: batches() }
  }
  let ran = 0
  const failed: string[] = []
  for (const text of texts) {
    const { value, diagnostics } = read(text)
    const wrong = diagnostics.find(finding => finding.severity === 'error' && finding.code !== 'KQL108')
    if (value === undefined || wrong !== undefined) {
      failed.push(wrong?.message ?? '')
      continue
    }
    const names = new Set<string>()
    visit(value.query, {
      from: from => {
        if (from.kind === 'table') names.add(from.name)
      },
    })
    const outcome = await query(value.query, Object.fromEntries([...names].map(name => [name, table(name)])), {
      now: Date.UTC(2024, 0, 1),
    })
    if (outcome.value === undefined) failed.push(outcome.diagnostics[0]?.message ?? '')
    else ran++
  }
  return { ran, failed }
}

describe('the functions', () => {
  const library = new Map([...knownFunctions('Functions'), ...knownFunctions('Aggregates')].map(one => [one.name, one]))

  it("are those of Microsoft's library, with as many arguments", () => {
    const wrong = functionNames().filter(name => {
      const theirs = library.get(name)
      const ours = functionFacts(name)!
      return theirs === undefined || ours.least !== theirs.least
    })
    // Two names are a function and an aggregate; the manual asks for two parts of a length of time, the library for one.
    expect(wrong.filter(name => !['hll_merge', 'tdigest_merge', 'make_timespan'].includes(name))).toEqual([])
    expect(measureNames().filter(name => !library.has(name))).toEqual([])
  })

  it('are computed, or said not to be', () => {
    const own = new Set(
      'not isnull isnotnull isempty isnotempty iff case column_ifexists pack_all prev next row_number row_cumsum row_rank row_rank_dense row_rank_min row_window_session around'.split(
        ' ',
      ),
    )
    const core: Readonly<Record<string, string>> = {
      tolower: 'lower',
      toupper: 'upper',
      strlen: 'length',
      strcat: 'concat',
      replace_string: 'replace',
      indexof: 'index',
      tostring: 'text',
      base64_decode_tostring: 'base64decode',
    }
    const missing = functionNames().filter(name => {
      const { canonical } = functionFacts(name)!
      if (uncomputed.has(canonical) || Object.hasOwn(unanswered, canonical) || own.has(canonical)) return false
      const fn = core[canonical] ?? canonical
      return !['lower', 'upper', 'length', 'replace'].includes(fn) && functionRow(`kusto:${fn}`, 'kusto') === undefined
    })
    expect(missing).toEqual([])
    const without = measureNames().filter(name => {
      const fn = measureFacts(name)?.fn
      return fn?.startsWith('kusto:') === true && measureRow(fn, 'kusto') === undefined
    })
    expect(without).toEqual(['buildschema', 'hll', 'hll_if', 'hll_merge', 'tdigest', 'tdigest_merge'])
  })
})

describe("columns as Microsoft's binder has them", () => {
  const check = binderOver({})
  it.each([
    'print 1, x = 2, strcat("a"), now() - ago(1d), 5 * 1h, 1h / 1m, bin(1.5, 1), int(1) + int(2)',
    'datatable(a:int, b:string, t:datetime)[] | extend split(b, ","), toint(b), a + 1, strlen(b), bin(t, 1h), iff(a > 1, 1, 2.5), gettype(a), b has "x"',
    'datatable(d:dynamic)[] | extend d.a.b, d["x y"], d[0], d.a[0].b',
    'datatable(a:int, b:string, t:datetime)[] | summarize count(), countif(a > 1), sum(a), avg(a), min(a), dcount(b), make_set(b), make_list(b), makeset(b), arg_max(t, *), percentile(a, 50), percentiles(a, 50, 90), stdev(a), any(b), take_any(b), count_distinct(b), make_bag(dynamic({}))',
    'datatable(a:int, b:string, t:datetime)[] | summarize arg_max(a + 1, b), x = arg_max(t, b), (p, q) = arg_max(t, b), sum(a + 1) by bin(t, 1h), b = tolower(b), strlen(b), a % 2',
    'datatable(a:int, b:int)[] | summarize round(avg(a), 2), toint(max(b)), count() * 2, max(a) - min(a)',
    'datatable(a:long, a1:long)[] | join (datatable(a:long, a1:long)[]) on a',
    'datatable(a:int, b:string)[] | lookup (datatable(z:int, c:string, b:int)[]) on $left.a == $right.z',
    'datatable(a:int, b:string)[] | join kind=rightanti (datatable(a:int, c:string, b:int)[]) on a',
    'union withsource=S (print a = 1, c = 1), (print a = "x", b = 2)',
    'datatable(a:dynamic, b:int)[] | mv-expand with_itemindex=i a.b, y = parse_json("x")',
    'datatable(a:dynamic, b:int)[] | mv-apply a on (summarize c = count())',
    'datatable(a:dynamic, b:int)[] | mv-apply x = a to typeof(long) on (where x > 1 | project x, z = b)',
    'datatable(a:string, b:int)[] | parse a with * "x" c:long "y" d',
    'datatable(a:string, b:int, t:datetime)[] | make-series n = count(), sum(b) default=0 on t from ago(1d) to now() step 1h by a',
    'datatable(a:string, b:int)[] | top-nested 3 of a by sum(b), top-nested of b by c = count()',
    'datatable(a:string, b:int)[] | top-hitters 3 of a by b',
    'datatable(a:string, b:int)[] | distinct a, b + 1',
    'datatable(a:string, b:int)[] | serialize n = row_number(), prev(a), next(b)',
    'datatable(a1:string, b:int, a2:int)[] | project-reorder b, a* desc | project-keep a2, a1',
    'datatable(a:string, b:int)[] | getschema',
    'datatable(a:int)[] | count as N',
    'range x from now() to now() step 1d',
    'datatable(a:string, b:int)[] | search "x"',
    'let f = (x:long, y:long = 3) { x * y }; print f(1), y = f(2)',
    'datatable(Column1:long, b:long)[] | project b + 1, b + 2, Column1',
    'datatable(t:datetime)[] | summarize count() by bin(x = t, 1h)',
    'datatable(a:int)[] | summarize count() by a + 1 | summarize count() by Column1 + 1',
    'datatable(a:int)[] | extend toint(a), tostring(a)',
  ])('%s', text => {
    const theirs = check(text)
    expect(theirs.errors).toEqual([])
    const { value, diagnostics } = read(text, {})
    expect(diagnostics.filter(finding => finding.severity === 'error')).toEqual([])
    expect(value!.columns.map(column => `${column.name}:${column.type}`)).toEqual(theirs.columns)
  })
})
