// Splunk's stages that make fields of fields: fillnull, replace, convert, addtotals, bin, eval by name, foreach, spath, xmlkv, extract, multikv, fromjson, xpath (Search Reference).

import { isRecord, setField, type Value } from '../../../ir/event.ts'
import { matchGlob } from '../../../ir/glob.ts'
import type { Pipeline, Stage } from '../../../ir/pipeline.ts'
import type { Glob, Scalar } from '../../../ir/predicate.ts'
import { rewrite } from '../../../ir/walk.ts'
import type { Row } from '../../row.ts'
import type { StageRow, StageSite } from '../signature.ts'
import { atPath, innermost, leavesOf, parsed } from './json.ts'
import { adding, blocking, opened, own, said, streaming, texts, withFields } from './stages.ts'
import { replacement } from './text.ts'
import { strftime, strptime } from './times.ts'
import { field, json, list, number, text } from './values.ts'

const manual = (command: string): string => `https://docs.splunk.com/Documentation/Splunk/latest/SearchReference/${command}`

const glob = (name: string): Glob =>
  name.split('*').flatMap((part, at): Glob => [...(at > 0 ? [{ wild: 'any' as const }] : []), ...(part === '' ? [] : [part])])

/** Whether a name fits one of some patterns, and what the stars stood for. */
function fitting(names: readonly string[]): (name: string) => boolean {
  const tests = names.map(name => (name.includes('*') ? matchGlob(glob(name), false) : (of: string) => of === name))
  return name => tests.some(test => test(name))
}

/** The runs that the stars of a pattern stand for in a name. */
function stars(pattern: string, name: string): readonly string[] {
  const pieces = pattern.split('*')
  const out: string[] = []
  let at = pieces[0]!.length
  for (const [index, piece] of pieces.slice(1).entries()) {
    const next = index === pieces.length - 2 ? name.length - piece.length : piece === '' ? at : name.indexOf(piece, at)
    out.push(name.slice(at, next))
    at = next + piece.length
  }
  return out
}

const changed = (row: Row, made: Iterable<readonly [string, Value | undefined]>): Row => {
  const fields: Record<string, Value> = { ...row.fields }
  for (const [name, value] of made) {
    if (value === undefined) delete fields[name]
    else setField(fields, name, value)
  }
  return withFields(row, fields)
}

const scalar = (site: StageSite, name: string): ((row: Row) => Value | undefined) => site.compute(site.args[name] as Scalar)

const fillnull: StageRow['start'] = blocking(site => {
  const names = texts(site.args.names)
  const fits = names.length === 0 ? (name: string) => !name.startsWith('_') : fitting(names)
  const value = said(site.args.value) ?? '0'
  return function* (rows) {
    const all = new Set<string>([
      ...names.filter(name => !name.includes('*')),
      ...rows.flatMap(row => Object.keys(row.fields).filter(fits)),
    ])
    for (const { name } of site.header.columns) if (fits(name)) all.add(name)
    for (const row of rows) {
      const lacking = [...all].filter(name => own(row, name) === undefined)
      yield lacking.length === 0
        ? row
        : changed(
            row,
            lacking.map(name => [name, value] as const),
          )
    }
  }
})

const replace: StageRow['start'] = streaming(site => {
  const names = texts(site.args.names)
  const pairs = texts(site.args.pairs)
  const fits = names.length === 0 ? (name: string) => !name.startsWith('_') : fitting(names)
  const told = (of: Value): Value => {
    let here = text(of)
    if (here === undefined) return of
    const before = here
    for (let at = 0; at + 1 < pairs.length; at += 2) here = replacement(here, pairs[at]!, pairs[at + 1]!) ?? here
    return here === before ? of : here
  }
  return row =>
    changed(
      row,
      Object.entries(row.fields)
        .filter(([name]) => fits(name))
        .map(([name, value]) => [name, field(list(value).map(told))] as const),
    )
})

/** `convert` over names with stars. */
const convert: StageRow['start'] = streaming(site => {
  const pattern = said(site.args.names) ?? '*'
  const to = said(site.args.to) ?? pattern
  const format = said(site.args.format) ?? ''
  const fits = fitting([pattern])
  const fn = said(site.args.function) ?? 'auto'
  const one = (value: Value): Value | undefined => {
    const amountOf = number(value)
    switch (fn) {
      case 'ctime':
        return amountOf === undefined ? value : (strftime(amountOf, format) ?? value)
      case 'mktime':
        return strptime(text(value) ?? '', format, site.now())
      case 'rmcomma':
        return number((text(value) ?? '').replaceAll(',', ''))
      case 'rmunit':
        return number(/^\s*[+-]?(?:\d+\.?\d*|\.\d+)/.exec(text(value) ?? '')?.[0])
      case 'num':
        return amountOf
      default:
        return amountOf ?? value
    }
  }
  return row =>
    changed(
      row,
      Object.entries(row.fields)
        .filter(([name]) => fits(name))
        .map(([name, value]) => {
          let place = 0
          const runs = stars(pattern, name)
          return [to.replace(/\*/g, () => runs[place++] ?? ''), field(list(value).flatMap(member => one(member) ?? []))] as const
        }),
    )
})

/** A sum of numbers over fields of a row, and of each field over all rows. */
const addtotals: StageRow['start'] = blocking(site => {
  const names = texts(site.args.names)
  const total = said(site.args.fieldname) ?? 'Total'
  const fits = names.length === 0 ? (name: string) => !name.startsWith('_') : fitting(names)
  return function* (rows) {
    const sums = new Map<string, number>()
    for (const row of rows) {
      let sum: number | undefined
      for (const [name, value] of Object.entries(row.fields)) {
        const here = fits(name) ? number(value) : undefined
        if (here === undefined) continue
        sum = (sum ?? 0) + here
        sums.set(name, (sums.get(name) ?? 0) + here)
      }
      yield site.args.row === false ? row : changed(row, [[total, sum ?? 0]])
    }
    if (site.args.col !== true || rows.length === 0) return
    const label = said(site.args.labelfield)
    const fields: Record<string, Value> = Object.fromEntries(sums)
    if (label !== undefined) setField(fields, label, said(site.args.label) ?? 'Total')
    yield { ...rows.at(-1)!, fields, events: [] }
  }
})

/** `bin` without a span: a length of 1, 2 or 5 times a power of ten (of a time one of clocks) that makes no more stretches than are wanted. */
const bin: StageRow['start'] = blocking(site => {
  const name = said(site.args.field) ?? '_time'
  const as = said(site.args.as) ?? name
  const most = Number(site.args.bins ?? 100) || 100
  return function* (rows) {
    const values = rows.flatMap(row => number(own(row, name)) ?? [])
    const low = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
    const high = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
    const least = Number(site.args.minspan ?? 0) || 0
    const wanted = Math.max((high - low) / most, least)
    const clock = [1, 5, 10, 30, 60, 300, 600, 1800, 3600, 86_400, 2_592_000]
    const power = 10 ** Math.floor(Math.log10(wanted > 0 ? wanted : 1))
    const size =
      name === '_time'
        ? (clock.find(length => length >= wanted) ?? clock.at(-1)!)
        : ([1, 2, 5, 10].find(step => step * power >= wanted) ?? 10) * power
    for (const row of rows) {
      const value = number(own(row, name))
      if (value === undefined) {
        yield row
        continue
      }
      const from = Math.floor(value / size) * size
      yield changed(row, [
        [as, name === '_time' ? from : `${Number(from.toPrecision(12))}-${Number((from + size).toPrecision(12))}`],
      ])
    }
  }
})

/** `eval {name}=…`: the name is the value of a field. */
const evalNamed: StageRow['start'] = streaming(site => {
  const name = said(site.args.name) ?? ''
  const value = scalar(site, 'value')
  return row => {
    let known = true
    const told = name.replace(/\{([^}]+)\}/g, (_, inner: string) => {
      const part = text(own(row, inner))
      if (part === undefined) known = false
      return part ?? ''
    })
    return known && told !== '' ? changed(row, [[told, value(row)]]) : row
  }
})

/** A template for each field that fits: `<<FIELD>>` is its name, `<<MATCHSTR>>` what the stars stood for, `<<ITEM>>` one of its values. */
const foreach: StageRow['start'] = streaming(site => {
  const names = texts(site.args.names)
  const stages = (site.args.body as Pipeline).stages
  const mode = said(site.args.mode) ?? 'multifield'
  const words = { field: said(site.args.field)!, match: said(site.args.match)!, item: said(site.args.item)! }
  const made = new Map<string, readonly (readonly [string, (row: Row) => Value | undefined])[]>()
  const columns = (name: string, match: string): readonly (readonly [string, (row: Row) => Value | undefined])[] => {
    const known = made.get(`${name}\u0000${match}`)
    if (known !== undefined) return known
    const put = (of: string): string => of.replaceAll(words.field, name).replaceAll(words.match, match)
    const told = stages.flatMap(stage =>
      stage.kind !== 'extend'
        ? []
        : stage.columns.map(
            column =>
              [
                put(column.name),
                site.compute(
                  rewrite(column.value, {
                    scalar: of =>
                      of.kind === 'field'
                        ? { ...of, name: put(of.name) }
                        : of.kind === 'literal' && typeof of.value === 'string'
                          ? { ...of, value: put(of.value) }
                          : of,
                  }),
                ),
              ] as const,
          ),
    )
    made.set(`${name}\u0000${match}`, told)
    return told
  }
  return row => {
    let here = row
    const apply = (name: string, match: string): void => {
      for (const [column, value] of columns(name, match)) here = changed(here, [[column, value(here)]])
    }
    if (mode === 'multivalue' || mode === 'json_array') {
      const [name = ''] = names
      const values = mode === 'multivalue' ? list(own(row, name)) : list(parsed(own(row, name)))
      for (const value of values) {
        here = changed(here, [[words.item, isRecord(value) ? json(value) : value]])
        apply(name, '')
      }
      return changed(here, [[words.item, undefined]])
    }
    for (const pattern of names) {
      const all = pattern.includes('*') ? Object.keys(row.fields).filter(fitting([pattern])) : [pattern]
      for (const name of all) apply(name, stars(pattern, name).join(''))
    }
    return here
  }
})

const foreachCheck = (args: StageSite['args']): string | undefined => {
  const other = (args.body as Pipeline).stages.find((stage: Stage) => stage.kind !== 'extend')
  return other === undefined ? undefined : 'foreach with other commands than eval'
}

const spread = (make: (site: StageSite, row: Row) => Iterable<readonly [string, Value]>): StageRow['start'] =>
  streaming(site => row => changed(row, make(site, row)))

/** Pairs `name=value`, `name="a b"` of a text. */
function pairs(of: string, between: string, inside: string): ReadonlyMap<string, readonly Value[]> {
  const out = new Map<string, Value[]>()
  const put = (name: string, value: string): void => {
    const clean = name.replace(/[^\w]/g, '_')
    const known = out.get(clean)
    if (known === undefined) out.set(clean, [value])
    else known.push(value)
  }
  if (between === '') {
    for (const found of of.matchAll(/([A-Za-z_][\w.:-]{0,200})=(?:"((?:[^"\\]|\\.)*)"|([^\s,;"]+))/g))
      put(found[1]!, (found[2] ?? found[3]!).replace(/\\(["\\])/g, '$1'))
    return out
  }
  const cuts = (text: string, characters: string): readonly string[] => {
    const pieces: string[] = []
    let piece = ''
    for (const character of text) {
      if (characters.includes(character)) {
        pieces.push(piece)
        piece = ''
      } else piece += character
    }
    return [...pieces, piece]
  }
  for (const piece of cuts(of, between)) {
    const at = [...piece].findIndex(character => inside.includes(character))
    if (at > 0)
      put(
        piece.slice(0, at).trim(),
        piece
          .slice(at + 1)
          .trim()
          .replace(/^"(.*)"$/s, '$1'),
      )
  }
  return out
}

/** Rows of a table that is a text: the first line that has several words names the columns. */
const multikv: StageRow['start'] = (site, out) => {
  const input = scalar(site, 'input')
  const wanted = texts(site.args.fields)
  return {
    push(row) {
      const lines = (text(input(row)) ?? '').split(/\r?\n/).filter(line => line.trim() !== '')
      const cells = lines.map(line => line.trim().split(/\s{2,}|\t|,\s*|\s+/))
      const noheader = site.args.noheader === true
      const head = noheader ? cells[0]?.map((_, at) => `Column_${at + 1}`) : cells[0]
      if (head === undefined || (!noheader && cells.length < 2)) {
        out.push(row)
        return
      }
      for (const line of cells.slice(noheader ? 0 : 1)) {
        const made = head.flatMap((name, at): (readonly [string, Value])[] => {
          const value = at === head.length - 1 ? line.slice(at).join(' ') : line[at]
          return value === undefined || value === '' || (wanted.length > 0 && !wanted.includes(name)) ? [] : [[name, value]]
        })
        out.push(changed(row, made))
      }
    },
    close: () => out.close(),
  }
}

export const fieldStages: readonly StageRow[] = [
  { name: 'splunk:fillnull', manual: manual('Fillnull'), start: fillnull },
  { name: 'splunk:replace', manual: manual('Replace'), start: replace },
  { name: 'splunk:convert', manual: manual('Convert'), header: ({ header }) => opened(header), start: convert },
  {
    name: 'splunk:addtotals',
    manual: manual('Addtotals'),
    header: ({ header, args }) => (args.row === false ? header : adding(header, [said(args.fieldname) ?? 'Total'])),
    start: addtotals,
  },
  {
    name: 'splunk:bin',
    manual: manual('Bin'),
    header: ({ header, args }) => adding(header, [said(args.as) ?? '_time']),
    start: bin,
  },
  { name: 'splunk:eval_named', manual: manual('Eval'), header: ({ header }) => opened(header), start: evalNamed },
  {
    name: 'splunk:foreach',
    manual: manual('Foreach'),
    header: ({ header }) => opened(header),
    check: foreachCheck,
    start: foreach,
  },
  {
    // All fields of an event, those inside others under their paths, as Splunk extracts them from JSON; what a row has already stays.
    name: 'splunk:event_fields',
    manual: 'https://docs.splunk.com/Documentation/Splunk/latest/Knowledge/Automatickey-valuefieldextractionsatsearch-time',
    header: ({ header, args }) => opened({ ...header, columns: header.columns.filter(column => column.name !== args.from) }),
    start: streaming(site => {
      const name = said(site.args.from) ?? ''
      return row => {
        const made = [...leavesOf(own(row, name))].filter(([field]) => own(row, field) === undefined)
        return changed(row, [...made, [name, undefined] as const])
      }
    }),
  },
  {
    name: 'splunk:spath',
    manual: manual('Spath'),
    header: ({ header }) => opened(header),
    start: streaming(site => {
      const input = scalar(site, 'input')
      return row => changed(row, leavesOf(input(row)))
    }),
  },
  {
    name: 'splunk:xmlkv',
    manual: manual('Xmlkv'),
    header: ({ header }) => opened(header),
    start: streaming(site => {
      const input = scalar(site, 'input')
      return row => changed(row, innermost(text(input(row)) ?? ''))
    }),
  },
  {
    name: 'splunk:extract',
    manual: manual('Extract'),
    header: ({ header }) => opened(header),
    start: streaming(site => {
      const input = scalar(site, 'input')
      return row =>
        changed(
          row,
          [...pairs(text(input(row)) ?? '', said(site.args.pairdelim) ?? '', said(site.args.kvdelim) ?? '=')].map(
            ([name, values]) => [name, site.args.mv_add === true ? field(values) : values[0]] as const,
          ),
        )
    }),
  },
  { name: 'splunk:multikv', manual: manual('Multikv'), header: ({ header }) => opened(header), start: multikv },
  {
    name: 'splunk:fromjson',
    manual: manual('Fromjson'),
    header: ({ header }) => opened(header),
    start: spread((site, row) => {
      const value = parsed(own(row, said(site.args.field) ?? ''))
      const prefix = said(site.args.prefix) ?? ''
      if (!isRecord(value)) return []
      return Object.entries(value).map(([name, member]): readonly [string, Value] => [
        `${prefix}${name}`,
        Array.isArray(member)
          ? (field((member as readonly Value[]).map(one => (isRecord(one) ? json(one) : one))) ?? '')
          : isRecord(member)
            ? json(member)
            : member,
      ])
    }),
  },
  {
    name: 'splunk:xpath',
    manual: manual('Xpath'),
    header: ({ header, args }) => adding(header, [said(args.output) ?? 'xpath']),
    check: args =>
      /^\/{0,2}[\w.:-]+(?:\/[\w.:-]+)*(?:\/@[\w.:-]+)?$/.test(said(args.path) ?? '')
        ? undefined
        : 'xpath with more than names in its path',
    start: streaming(site => {
      const input = scalar(site, 'input')
      const path = (said(site.args.path) ?? '').replace(/^\/+/, '')
      const anywhere = (said(site.args.path) ?? '').startsWith('//')
      const dotted = path.replace(/\/@([\w.:-]+)$/, '{@$1}').replaceAll('/', '.')
      return row => {
        const value = input(row)
        const found = anywhere
          ? field(
              [...leavesOf(value)].flatMap(([name, leaf]) => (name === dotted || name.endsWith(`.${dotted}`) ? list(leaf) : [])),
            )
          : atPath(value, dotted)
        return found === undefined ? row : changed(row, [[said(site.args.output) ?? 'xpath', found]])
      }
    }),
  },
]
