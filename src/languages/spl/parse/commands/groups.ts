// Commands that aggregate: stats, eventstats, streamstats, timechart, chart, top, rare, transaction.

import { glob as normalised } from '../../../../ir/glob.ts'
import type { Column, Measure } from '../../../../ir/pipeline.ts'
import type { Predicate, Scalar } from '../../../../ir/predicate.ts'
import { aggregates } from '../aggregates.ts'
import { type Building, type Command, call, extend, fieldOf, literal, special } from '../building.ts'
import { value, whereExpression } from '../eval.ts'
import { column, count, fieldName, fieldNames, isPattern, isTrue, type Name, type Option, option, options } from '../names.ts'
import { Scanner } from '../reading.ts'
import { searchExpression } from '../search.ts'
import { lengthOf } from '../spans.ts'
import { binned } from './columns.ts'

const by = /by(?![\w.=])/iy

/** `by fields`, where one may be `_time span=5m`. */
export function groups(scanner: Scanner): readonly Column[] | undefined {
  if (!scanner.word('by')) return []
  const out: Column[] = []
  while (scanner.listed()) {
    const length = option(scanner, ['span', 'prestats'])
    if (length !== undefined) {
      const last = out.at(-1)
      const value = last === undefined ? undefined : binned(last.name, length.value)
      if (last === undefined || value === undefined) {
        scanner.fail('SPL005', `"${length.value}" is no length`, length.start, length.end, 'write for example by _time span=5m')
        return undefined
      }
      out[out.length - 1] = { name: last.name, value: { ...value, span: scanner.reading.span(length.start, length.end) } }
      continue
    }
    if (scanner.failed) return undefined
    const name = fieldName(scanner)
    if (name === undefined) {
      if (!scanner.failed) scanner.unexpected('the name of a field')
      return undefined
    }
    out.push(column(scanner, name))
  }
  if (out.length === 0) {
    scanner.fail('SPL004', '"by" needs a field', scanner.at, scanner.end, 'name the fields to group by')
    return undefined
  }
  return out
}

/** What a list of aggregates must have. */
function some(scanner: Scanner, command: string, found: readonly Measure[]): boolean {
  if (scanner.failed) return false
  if (found.length > 0) return true
  scanner.fail(
    'SPL004',
    `"${command}" needs an aggregate`,
    scanner.start,
    scanner.end,
    `write for example ${command} count by field`,
  )
  return false
}

const statsOptions = ['partitions', 'allnum', 'delim', 'dedup_splitvals']

/** `stats aggregates [by fields]` */
export const stats: Command = (scanner, building) => {
  options(scanner, statsOptions)
  const measures = aggregates(scanner, by)
  if (!some(scanner, 'stats', measures)) return
  const keys = groups(scanner)
  options(scanner, statsOptions)
  if (keys === undefined || scanner.failed) return
  building.stages.push({ kind: 'aggregate', by: keys, measures })
}

/** `eventstats aggregates [by fields]`: beside each row what its group has. */
export const eventstats: Command = (scanner, building) => {
  options(scanner, ['allnum'])
  const measures = aggregates(scanner, by)
  if (!some(scanner, 'eventstats', measures)) return
  const keys = groups(scanner)
  if (keys === undefined || scanner.failed) return
  building.stages.push({ kind: 'window', by: keys, order: [], measures })
}

const running = ['current', 'window', 'time_window', 'global', 'allnum', 'reset_on_change', 'reset_before', 'reset_after']

/** `streamstats [options] aggregates [by fields]`: over the rows up to each. */
export const streamstats: Command = (scanner, building) => {
  const given = new Map(options(scanner, running))
  const resets: string[] = []
  // Conditions stand in parentheses behind their names.
  for (let found = scanner.match(/(reset_before|reset_after)\s*=\s*\(/iy); found !== undefined; ) {
    resets.push(found[1]!)
    break
  }
  const measures = resets.length > 0 ? [] : aggregates(scanner, by)
  if (resets.length > 0) {
    scanner.fail(
      'SPL114',
      `"streamstats" with "${resets[0]}" cannot run here`,
      scanner.start,
      scanner.end,
      'say it with "where" and "by"',
    )
    return
  }
  if (!some(scanner, 'streamstats', measures)) return
  const keys = groups(scanner)
  if (keys === undefined) return
  for (const [name, found] of options(scanner, running)) given.set(name, found)
  if (scanner.failed) return
  const rows = count(scanner, given.get('window'), 0)
  const time = given.get('time_window')
  const length = time === undefined ? undefined : lengthOf(time.value)?.seconds
  if (time !== undefined && length === undefined) {
    scanner.fail('SPL005', `"${time.value}" is no length`, time.start, time.end, 'lengths are 30s, 5m, 1h, 1d')
    return
  }
  if (isTrue(given.get('reset_on_change')) || (rows > 0 && keys.length > 0 && isTrue(given.get('global'), true))) {
    special(building, 'streamstats', {
      rows,
      reset: isTrue(given.get('reset_on_change')),
      current: isTrue(given.get('current'), true),
      body: {
        from: { kind: 'rows', columns: [], rows: [] },
        stages: [{ kind: 'aggregate', by: keys, measures }],
        rules: 'splunk',
      },
    })
    return
  }
  building.stages.push({
    kind: 'window',
    by: keys,
    order: [],
    frame: 'running',
    measures,
    ...(isTrue(given.get('current'), true) ? {} : { current: false }),
    ...(rows > 0 ? { rows } : {}),
    ...(length === undefined ? {} : { reach: length * 1000 }),
  })
}

const chartOptions = [
  'sep',
  'format',
  'partial',
  'cont',
  'limit',
  'agg',
  'bins',
  'span',
  'start',
  'end',
  'aligntime',
  'minspan',
  'fixedrange',
  'usenull',
  'useother',
  'nullstr',
  'otherstr',
]

/** `timechart [options] aggregates [by field [options] [where …]]` */
export const timechart: Command = (scanner, building) => {
  const given = new Map(options(scanner, chartOptions))
  const measures: Measure[] = []
  while (scanner.listed() && !scanner.sees(by) && !scanner.failed) {
    const before = scanner.at
    for (const [name, found] of options(scanner, chartOptions)) given.set(name, found)
    if (scanner.at === before)
      measures.push(...aggregates(scanner, /(?:by(?![\w.=])|(?:span|limit|useother|usenull|cont|partial|bins|agg)\s*=)/iy))
    if (scanner.at === before) break
  }
  if (!some(scanner, 'timechart', measures)) return
  const split = scanner.word('by') ? fieldName(scanner) : undefined
  if (scanner.failed) return
  for (const [name, found] of options(scanner, chartOptions)) given.set(name, found)
  if (scanner.more() && scanner.sees(/where\b/iy)) {
    scanner.fail('SPL114', '"timechart" with "where" cannot run here', scanner.at, scanner.end, 'choose the series with limit=')
    return
  }
  if (scanner.more()) {
    scanner.unexpected('an option or the end of "timechart"')
    return
  }
  const span = given.get('span')
  const seconds = span === undefined ? undefined : binned('_time', span.value)
  if (span !== undefined && seconds === undefined) {
    scanner.fail('SPL005', `"${span.value}" is no length`, span.start, span.end, 'lengths are 30s, 5m, 1h, 1d')
    return
  }
  if (seconds === undefined) special(building, 'bin', { field: '_time', as: '_time', bins: given.get('bins')?.value ?? '100' })
  else extend(building, [{ name: '_time', value: seconds }])
  pivoted(building, { name: '_time', value: fieldOf('_time') }, split, measures, given, span?.value ?? '')
}

/** Rows of groups turned into a table: a row for each value of the first field, a column for each of the second. */
function pivoted(
  building: Building,
  over: Column,
  split: Name | undefined,
  measures: readonly Measure[],
  given: ReadonlyMap<string, Option>,
  span: string,
): void {
  const usenull = isTrue(given.get('usenull'), true)
  const nullText = given.get('nullstr')?.value ?? 'NULL'
  const key: Column | undefined =
    split === undefined
      ? undefined
      : { name: split.text, value: usenull ? call('coalesce', fieldOf(split.text), literal(nullText)) : fieldOf(split.text) }
  building.stages.push({ kind: 'aggregate', by: [over, ...(key === undefined ? [] : [key])], measures })
  special(building, over.name === '_time' ? 'timechart' : 'pivot', {
    over: over.name,
    by: split?.text,
    measures: measures.map(measure => measure.name),
    functions: measures.map(measure => measure.fn),
    span: span === '' ? undefined : span,
    limit: Number(/\d+/.exec(given.get('limit')?.value ?? '10')?.[0] ?? 10),
    bottom: /^bottom/i.test(given.get('limit')?.value ?? ''),
    useother: isTrue(given.get('useother'), true),
    otherstr: given.get('otherstr')?.value ?? 'OTHER',
    cont: isTrue(given.get('cont'), true),
  })
}

/** `chart [options] aggregates [over a [by b] | by a [b]]` */
export const chart: Command = (scanner, building) => {
  const given = new Map(options(scanner, chartOptions))
  const stop = /(?:by|over)(?![\w.=])/iy
  const measures = aggregates(scanner, stop)
  if (!some(scanner, 'chart', measures)) return
  const over = scanner.word('over') ? fieldName(scanner) : undefined
  const fields = scanner.word('by') ? fieldNames(scanner, /(?:span|limit|useother|usenull|bins|otherstr|nullstr)\s*=/iy) : []
  for (const [name, found] of options(scanner, chartOptions)) given.set(name, found)
  if (scanner.failed) return
  if (scanner.more()) {
    scanner.unexpected('an option or the end of "chart"')
    return
  }
  const [first, second] = over === undefined ? fields : [over, ...fields]
  if (first === undefined) {
    building.stages.push({ kind: 'aggregate', by: [], measures })
    return
  }
  pivoted(building, column(scanner, first), second, measures, given, '')
}

const topOptions = ['limit', 'countfield', 'percentfield', 'showcount', 'showperc', 'useother', 'otherstr']

/** `top|rare [n] [options] fields [by fields]`: the most or least frequent values, with count and percent. */
const frequent =
  (descending: boolean): Command =>
  (scanner, building) => {
    const given = new Map(options(scanner, topOptions))
    const bare = scanner.match(/\d+(?![\w.])/y)
    for (const [name, found] of options(scanner, topOptions)) given.set(name, found)
    const all: Name[] = []
    while (scanner.listed() && !scanner.sees(by)) {
      const found = option(scanner, topOptions)
      if (found !== undefined) {
        given.set(found.name, found)
        continue
      }
      const name = scanner.failed ? undefined : fieldName(scanner)
      if (name === undefined) {
        if (!scanner.failed) scanner.unexpected('the name of a field')
        return
      }
      all.push(name)
    }
    const command = descending ? 'top' : 'rare'
    if (!scanner.failed && all.length === 0) {
      scanner.fail('SPL004', `"${command}" needs a field`, scanner.start, scanner.end, `write ${command} field`)
      return
    }
    const keys = groups(scanner)
    if (keys === undefined || scanner.failed) return
    const most = bare === undefined ? count(scanner, given.get('limit'), 10) : Number(bare[0])
    const counted = given.get('countfield')?.value ?? 'count'
    const percent = given.get('percentfield')?.value ?? 'percent'
    const total = '(total)'
    building.stages.push({
      kind: 'aggregate',
      by: [...keys, ...all.map(name => column(scanner, name))],
      measures: [{ name: counted, fn: 'count' }],
    })
    building.stages.push({ kind: 'window', by: keys, order: [], measures: [{ name: total, fn: 'sum', of: fieldOf(counted) }] })
    const hundred: Scalar = { kind: 'call', fn: 'multiply', args: [literal(100), fieldOf(counted)] }
    extend(building, [{ name: percent, value: { kind: 'call', fn: 'divide', args: [hundred, fieldOf(total)] } }])
    const inGroups = keys.map(key => ({ by: fieldOf(key.name), descending: false, nulls: 'last' as const }))
    building.stages.push({ kind: 'sort', keys: [...inGroups, { by: fieldOf(counted), descending, nulls: 'last' }] })
    if (most > 0)
      building.stages.push({
        kind: 'limit',
        count: most,
        ...(keys.length === 0 ? {} : { by: keys.map(key => ({ name: key.name, value: fieldOf(key.name) })) }),
      })
    const dropped = [
      total,
      ...(isTrue(given.get('showcount'), true) ? [] : [counted]),
      ...(isTrue(given.get('showperc'), true) ? [] : [percent]),
    ]
    building.stages.push({ kind: 'project', mode: 'drop', names: dropped.map(name => normalised([name])) })
  }

export const top: Command = frequent(true)
export const rare: Command = frequent(false)

const transactionOptions = [
  'maxspan',
  'maxpause',
  'maxevents',
  'connected',
  'unifyends',
  'keepevicted',
  'keeporphans',
  'mvlist',
  'mvraw',
  'delim',
  'nullstr',
  'maxopentxn',
  'maxopenevents',
  'name',
]

/** `startswith=` and `endswith=`: a text, `eval(condition)` or a search in parentheses. */
function border(scanner: Scanner): Scalar | undefined {
  const { reading } = scanner
  const start = scanner.at
  let found: Predicate | undefined
  if (scanner.match(/eval\s*\(/iy) !== undefined || scanner.next === '(') {
    const evaluated = scanner.text[scanner.at - 1] === '(' && scanner.at > start
    const open = evaluated ? scanner.at - 1 : scanner.at
    let depth = 0
    let at = open
    for (; at < scanner.end; at++) {
      if (scanner.text[at] === '"') {
        const rest = /"(?:[^"\\]|\\.)*"/y
        rest.lastIndex = at
        at += (rest.exec(scanner.text)?.[0].length ?? 1) - 1
      } else if (scanner.text[at] === '(') depth++
      else if (scanner.text[at] === ')' && --depth === 0) break
    }
    if (at >= scanner.end) return scanner.fail('SPL002', 'a parenthesis is not closed', open, open + 1, 'close it')
    const inside = new Scanner(reading, open + 1, at)
    found = evaluated ? whereExpression(inside) : searchExpression(inside)
    if (inside.failed) return scanner.stop()
    scanner.at = at + 1
  } else {
    const string = scanner.string()
    if (scanner.failed) return undefined
    const from = string === undefined ? scanner.at : string.start
    if (string === undefined) scanner.match(/[^\s,|]+/y)
    // A text in quotes may be a whole search: startswith="EventCode=1".
    const inside = new Scanner(
      reading,
      string === undefined ? from : from + 1,
      string === undefined ? scanner.at : string.end - 1,
    )
    found = searchExpression(inside)
    if (inside.failed) return scanner.stop()
  }
  return value({ kind: 'truth', predicate: found })
}

/** `transaction fields [options]` */
export const transaction: Command = (scanner, building) => {
  const given = new Map<string, Option>()
  const all: Name[] = []
  let startswith: Scalar | undefined
  let endswith: Scalar | undefined
  while (scanner.listed()) {
    const edge = scanner.match(/(startswith|endswith)\s*=\s*/iy)
    if (edge !== undefined) {
      const found = border(scanner)
      if (found === undefined) return
      if (edge[1]!.toLowerCase() === 'startswith') startswith = found
      else endswith = found
      continue
    }
    const found = option(scanner, transactionOptions)
    if (found !== undefined) {
      given.set(found.name, found)
      continue
    }
    const name = scanner.failed ? undefined : fieldName(scanner)
    if (name === undefined) {
      if (!scanner.failed) scanner.unexpected('the name of a field')
      return
    }
    all.push(name)
  }
  const seconds = (name: string): number | undefined => {
    const found = given.get(name)
    if (found === undefined || found.value === '-1') return undefined
    const length = lengthOf(found.value)?.seconds
    if (length === undefined)
      scanner.fail('SPL005', `"${found.value}" is no length`, found.start, found.end, 'lengths are 30s, 5m, 1h, 1d')
    return length
  }
  const args = {
    fields: all.filter(name => !isPattern(name)).map(name => name.text),
    maxspan: seconds('maxspan'),
    maxpause: seconds('maxpause'),
    maxevents: count(scanner, given.get('maxevents'), 1000),
    connected: isTrue(given.get('connected'), true),
    keepevicted: isTrue(given.get('keepevicted')),
    keeporphans: isTrue(given.get('keeporphans')),
    unifyends: isTrue(given.get('unifyends')),
    mvlist: isTrue(given.get('mvlist')),
    startswith,
    endswith,
  }
  if (!scanner.failed) special(building, 'transaction', args, args.fields)
}
