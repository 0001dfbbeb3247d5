// `lookup`: rows of a table found by keys, exact, by patterns with stars or by networks, as its definition says (Search Reference, "lookup"; transforms.conf).

import { setField, type Value } from '../../../ir/event.ts'
import { matchGlob } from '../../../ir/glob.ts'
import type { Glob } from '../../../ir/predicate.ts'
import { fold } from '../../../text/fold.ts'
import { parseAddress, parseNetwork } from '../../address.ts'
import { joinKeys } from '../../row.ts'
import type { StageRow, StageSite } from '../signature.ts'
import { adding, amount, own, said, texts, withFields } from './stages.ts'
import { field, list, text } from './values.ts'

type Test = (value: string) => boolean

const glob = (pattern: string): Glob =>
  pattern.split('*').flatMap((part, at): Glob => [...(at > 0 ? [{ wild: 'any' as const }] : []), ...(part === '' ? [] : [part])])

/** How a cell of a key column is compared with a value. */
function cell(of: string, kind: string | undefined, cased: boolean): Test {
  if (kind === 'wildcard') return matchGlob(glob(of), !cased)
  if (kind === 'cidr') {
    const network = parseNetwork(of.includes('/') ? of : `${of}/${of.includes(':') ? 128 : 32}`)
    return value => {
      const address = parseAddress(value)
      return network !== undefined && address !== undefined && network(address)
    }
  }
  return cased ? value => value === of : value => value.toLowerCase() === of.toLowerCase()
}

/** A table by rows and columns. */
interface Table {
  readonly columns: readonly string[]
  readonly count: number
  cell(row: number, column: string): Value | undefined
}

/** The rows that came with the query, or those of a table at hand. */
function tableOf(site: StageSite): Table {
  const { header, rows } = site.args
  if (Array.isArray(header) && Array.isArray(rows)) {
    const columns = (header as readonly Value[]).map(String)
    const places = new Map(columns.map((column, at) => [column, at]))
    const all = rows as readonly (readonly Value[])[]
    return { columns, count: all.length, cell: (row, column) => all[row]?.[places.get(column) ?? -1] ?? undefined }
  }
  const all = site.inputs.table?.rows ?? []
  return {
    columns: [...new Set(all.flatMap(row => Object.keys(row.fields)))],
    count: all.length,
    cell: (row, column) => own(all[row]!, column),
  }
}

interface Index {
  /** The rows that fit the values of the keys, the first ones. */
  find(values: readonly string[], most: number): readonly number[]
}

/** How many characters of a pattern its rows are found by. */
const [leastGram, mostGram] = [4, 8]
/** Tests that are kept ready. */
const mostReady = 20_000

/** The end of the longest stretch of a pattern without stars, folded; undefined where it is too short to be looked for. */
function gramOf(pattern: string): string | undefined {
  let longest = ''
  for (const part of pattern.split('*')) if (part.length > longest.length) longest = part
  return fold(longest).length < leastGram ? undefined : fold(longest).slice(-mostGram)
}

/**
 * The rows of a table whose one key is a pattern with stars. Only patterns of which a stretch is in the value are tried, in the order of the table: the answer is that of trying all,
 * in a time that goes by the length of the value.
 */
function byPattern(table: Table, column: string, cased: boolean): Index {
  const grams = new Map<string, number | number[]>()
  const others: number[] = []
  for (let row = 0; row < table.count; row++) {
    const pattern = text(table.cell(row, column))
    if (pattern === undefined) continue
    const gram = gramOf(pattern)
    if (gram === undefined) others.push(row)
    else {
      const known = grams.get(gram)
      if (known === undefined) grams.set(gram, row)
      else if (typeof known === 'number') grams.set(gram, [known, row])
      else known.push(row)
    }
  }
  const ready = new Map<number, Test>()
  function testOf(row: number): Test {
    let test = ready.get(row)
    if (test === undefined) {
      test = cell(text(table.cell(row, column)) ?? '', 'wildcard', cased)
      if (ready.size >= mostReady) ready.clear()
      ready.set(row, test)
    }
    return test
  }
  return {
    find([value = ''], most) {
      const candidates = new Set(others)
      const folded = fold(value)
      for (let at = 0; at + leastGram <= folded.length; at++)
        for (let size = leastGram; size <= mostGram && at + size <= folded.length; size++) {
          const known = grams.get(folded.slice(at, at + size))
          if (typeof known === 'number') candidates.add(known)
          else for (const row of known ?? []) candidates.add(row)
        }
      const found: number[] = []
      for (const row of [...candidates].sort((a, b) => a - b)) {
        if (!testOf(row)(value)) continue
        found.push(row)
        if (found.length >= most) break
      }
      return found
    },
  }
}

/** The rows of a table by their exact keys, and those with patterns tried one after the other. */
function indexOf(table: Table, keys: readonly string[], kinds: ReadonlyMap<string, string>, cased: boolean): Index {
  if (keys.length === 1 && kinds.get(keys[0]!) === 'wildcard') return byPattern(table, keys[0]!, cased)
  const exact = keys.filter(key => !kinds.has(key))
  const loose = keys.filter(key => kinds.has(key))
  const fold = (value: string): string => (cased ? value : value.toLowerCase())
  /** One row, or several. */
  const groups = new Map<string, number | number[]>()
  const tests = new Map<number, readonly Test[]>()
  for (let row = 0; row < table.count; row++) {
    const values = exact.map(key => text(table.cell(row, key)))
    const patterns = loose.map(key => text(table.cell(row, key)))
    if (values.includes(undefined) || patterns.includes(undefined)) continue
    const key = joinKeys(values.map(value => fold(value!)))
    if (loose.length > 0)
      tests.set(
        row,
        patterns.map((pattern, at) => cell(pattern!, kinds.get(loose[at]!), cased)),
      )
    const known = groups.get(key)
    if (known === undefined) groups.set(key, row)
    else if (typeof known === 'number') groups.set(key, [known, row])
    else known.push(row)
  }
  const places = keys.map(key => ({ exact: !kinds.has(key), at: kinds.has(key) ? loose.indexOf(key) : exact.indexOf(key) }))
  return {
    find(values, most) {
      const fixed: string[] = []
      const tried: string[] = []
      for (const [index, place] of places.entries()) (place.exact ? fixed : tried)[place.at] = values[index]!
      const known = groups.get(joinKeys(fixed.map(fold)))
      const candidates = known === undefined ? [] : typeof known === 'number' ? [known] : known
      if (loose.length === 0) return candidates.slice(0, most)
      const found: number[] = []
      for (const row of candidates) {
        if (!(tests.get(row) ?? []).every((test, at) => test(tried[at]!))) continue
        found.push(row)
        if (found.length >= most) break
      }
      return found
    },
  }
}

/** The manual's bound of matches of a definition that says none: one for times, else all up to this many. */
const mostMatches = 1000

const start: StageRow['start'] = (site, out) => {
  const keys = texts(site.args.keys)
  const fields = texts(site.args.fields)
  const table = tableOf(site)
  const kinds = new Map(texts(site.args.patterns).map((name, at) => [name, texts(site.args.kinds)[at] ?? '']))
  const index = indexOf(table, keys, kinds, site.args.cased !== false)
  const [columns, outputs] = outputsOf(site.args, table.columns, keys)
  const most = amount(site.args.most) ?? mostMatches
  const otherwise = said(site.args.otherwise)
  const least = amount(site.args.least) ?? 0
  const found = new Map<string, readonly number[]>()
  const lookedUp = (values: readonly string[]): readonly number[] => {
    const key = joinKeys(values)
    let known = found.get(key)
    if (known === undefined) {
      known = index.find(values, most)
      if (found.size > 50_000) found.clear()
      found.set(key, known)
    }
    return known
  }
  return {
    push(row) {
      const values = fields.map(name => list(own(row, name)).map(value => text(value) ?? ''))
      const made: Record<string, Value> = { ...row.fields }
      if (values.some(all => all.length === 0)) {
        if (site.args.keep !== true) for (const name of outputs) if (!fields.includes(name)) delete made[name]
        out.push(withFields(row, made))
        return
      }
      // Of a key with several values each is looked up.
      const matches = values.length === 1 ? values[0]!.flatMap(value => lookedUp([value])) : lookedUp(values.map(all => all[0]!))
      for (const [at, name] of outputs.entries()) {
        const known = own(row, name)
        if (site.args.keep === true && known !== undefined) continue
        const told: Value[] = matches.flatMap(match => list(table.cell(match, columns[at]!)))
        if (otherwise !== undefined) for (let count = matches.length; count < least; count++) told.push(otherwise)
        const value = field([...new Set(told.map(one => one))])
        if (value === undefined) delete made[name]
        else setField(made, name, value)
      }
      out.push(withFields(row, made))
    },
    close: () => out.close(),
  }
}

/** Columns of the table and the fields they become; without a list all that are no keys. */
function outputsOf(
  args: StageSite['args'],
  all: readonly string[],
  keys: readonly string[],
): readonly [readonly string[], readonly string[]] {
  if (args.columns !== undefined) return [texts(args.columns), texts(args.outputs)]
  const columns = [...new Set(all)].filter(name => !keys.includes(name))
  return [columns, columns]
}

export const lookupStages: readonly StageRow[] = [
  {
    name: 'splunk:lookup',
    manual: 'https://docs.splunk.com/Documentation/Splunk/latest/SearchReference/Lookup',
    header: ({ header, args, inputHeaders }) => {
      const names = Array.isArray(args.header)
        ? texts(args.header)
        : (inputHeaders.table?.columns.map(column => column.name) ?? [])
      return adding(header, outputsOf(args, names, texts(args.keys))[1])
    },
    start,
  },
]
