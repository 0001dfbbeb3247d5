// Commands that make, change and choose columns: eval, rename, table, fields, fillnull, convert, bin, replace, strcat, addtotals.

import type { Column } from '../../../../ir/pipeline.ts'
import type { Glob, Scalar } from '../../../../ir/predicate.ts'
import { type Command, call, extend, fieldOf, literal, special } from '../building.ts'
import { valueExpression } from '../eval.ts'
import { fieldName, fieldNames, isPattern, isTrue, type Name, names, type Option, option, options } from '../names.ts'
import { plainText, type Scanner } from '../reading.ts'
import { lengthOf } from '../spans.ts'

/** `eval name=expression, …`: from left to right, later ones see earlier ones. */
export const evaluate: Command = (scanner, building) => {
  const columns: Column[] = []
  while (scanner.listed()) {
    const start = scanner.at
    const target = scanner.match(/"((?:[^"\\]|\\.)*)"\s*=(?!=)|'([^']+)'\s*=(?!=)|([^\s=,|"'()[\]`]+)\s*=(?!=)/y)
    if (target === undefined) {
      scanner.unexpected('name=expression', 'write eval name=expression')
      return
    }
    const name = target[1] === undefined ? (target[2] ?? target[3]!) : plainText(target[1])
    const value = valueExpression(scanner)
    if (scanner.failed) return
    if (/\{[^}]+\}/.test(name) && target[3] !== undefined) {
      // The name is the value of another field.
      extend(building, columns.splice(0))
      special(building, 'eval_named', { name, value })
      continue
    }
    columns.push({ name, value: { ...value, span: value.span ?? scanner.reading.span(start, scanner.at) } })
    if (scanner.more() && scanner.next !== ',') {
      scanner.unexpected('an operator or ","')
      return
    }
  }
  if (columns.length === 0 && !scanner.failed && building.stages.at(-1)?.kind !== 'special') {
    scanner.fail('SPL004', '"eval" needs an assignment', scanner.start, scanner.end, 'write eval name=expression')
    return
  }
  extend(building, columns)
}

const stars = (name: Name): number => name.text.split('*').length - 1

/** `rename a as b, c* as d*` */
export const rename: Command = (scanner, building) => {
  const { reading } = scanner
  const out: { from: Glob; to: Glob }[] = []
  while (scanner.listed()) {
    const from = fieldName(scanner)
    if (from === undefined) {
      if (!scanner.failed) scanner.unexpected('the name of a field')
      return
    }
    if (!scanner.word('as')) {
      if (!scanner.failed) scanner.unexpected(`"as" after "${from.text}"`, 'write rename old as new')
      return
    }
    const to = fieldName(scanner, 'as')
    if (to === undefined) {
      if (!scanner.failed) scanner.unexpected('a name after "as"')
      return
    }
    if (stars(from) !== stars(to) && stars(to) > 0) {
      scanner.fail(
        'SPL005',
        `"${from.text}" and "${to.text}" have not as many stars`,
        from.start,
        to.end,
        'each star of the new name is what the star at its place stood for',
      )
      return
    }
    if (from.text === to.text)
      reading.report('SPL209', 'note', `"${from.text}" is renamed to itself`, from.start, to.end, 'leave it out')
    out.push({ from: names(from), to: names(to) })
  }
  if (out.length === 0) scanner.fail('SPL004', '"rename" needs a field', scanner.start, scanner.end, 'write rename old as new')
  else building.stages.push({ kind: 'rename', names: out })
}

function twice(scanner: Scanner, all: readonly Name[], command: string): void {
  const seen = new Set<string>()
  for (const name of all) {
    if (seen.has(name.text))
      scanner.reading.report(
        'SPL209',
        'note',
        `"${command}" names "${name.text}" twice`,
        name.start,
        name.end,
        'leave one of them out',
      )
    seen.add(name.text)
  }
}

/** `table fields`: these columns, in this order. */
export const table: Command = (scanner, building) => {
  const all = fieldNames(scanner)
  if (scanner.failed) return
  if (all.length === 0) {
    scanner.fail('SPL004', '"table" needs a field', scanner.start, scanner.end, 'name the columns')
    return
  }
  twice(scanner, all, 'table')
  building.stages.push({ kind: 'project', mode: 'keep', names: all.map(names) })
}

/** `fields [+|-] fields`; kept, the internal ones stay beside them. */
export const fields: Command = (scanner, building) => {
  const sign = scanner.match(/[+-](?=[\s"\w*])/y)?.[0]
  const all = fieldNames(scanner)
  if (scanner.failed) return
  if (all.length === 0) {
    scanner.fail(
      'SPL004',
      '"fields" needs a field',
      scanner.start,
      scanner.end,
      'name the fields to keep, or after "-" those to remove',
    )
    return
  }
  twice(scanner, all, 'fields')
  if (sign === '-') building.stages.push({ kind: 'project', mode: 'drop', names: all.map(names) })
  else building.stages.push({ kind: 'project', mode: 'keep', names: [...all.map(names), ['_', { wild: 'any' }]] })
}

/** `fillnull [value=text] [fields]`; without fields, all that any row has. */
export const fillnull: Command = (scanner, building) => {
  const given = new Map(options(scanner, ['value']))
  const all: Name[] = []
  while (scanner.listed()) {
    const more = option(scanner, ['value'])
    if (more !== undefined) {
      given.set('value', more)
      continue
    }
    if (scanner.failed) return
    const name = fieldName(scanner)
    if (name === undefined) {
      if (!scanner.failed) scanner.unexpected('the name of a field')
      return
    }
    all.push(name)
  }
  if (scanner.failed) return
  const told = given.get('value')?.value ?? '0'
  if (all.length === 0 || all.some(isPattern))
    special(
      building,
      'fillnull',
      { value: told, names: all.map(name => name.text) },
      all.map(name => name.text),
    )
  else
    extend(
      building,
      all.map(name => ({ name: name.text, value: call('coalesce', fieldOf(name.text), literal(told)) })),
    )
}

/** The format that ctime and mktime use where none is given. */
const usual = '%m/%d/%Y %H:%M:%S'

const conversions = ['auto', 'ctime', 'dur2sec', 'memk', 'mktime', 'mstime', 'none', 'num', 'rmcomma', 'rmunit']

/** `convert [timeformat="…"] function(field) [as name] …` */
export const convert: Command = (scanner, building) => {
  const given = options(scanner, ['timeformat'])
  if (scanner.failed) return
  const format = given.get('timeformat')?.value ?? usual
  const columns: Column[] = []
  while (scanner.listed()) {
    const start = scanner.at
    const fn = scanner.match(/([A-Za-z]\w*)\s*\(/y)
    const name = fn === undefined ? undefined : fieldName(scanner)
    if (fn === undefined || name === undefined) {
      if (!scanner.failed) scanner.unexpected('function(field)', `functions are ${conversions.join(', ')}`)
      return
    }
    const word = fn[1]!.toLowerCase()
    if (!scanner.take(')')) {
      if (!scanner.failed) scanner.unexpected('")"')
      return
    }
    if (!conversions.includes(word)) {
      scanner.fail('SPL005', `"convert" has no function "${fn[1]}"`, start, scanner.at, `functions are ${conversions.join(', ')}`)
      return
    }
    const as = scanner.word('as') ? fieldName(scanner, 'as') : name
    if (as === undefined) {
      if (!scanner.failed) scanner.unexpected('a name after "as"')
      return
    }
    if (word === 'none') continue
    if (isPattern(name)) {
      extend(building, columns.splice(0))
      special(building, 'convert', { function: word, names: name.text, to: as.text, format }, [name.text])
      continue
    }
    const timed = word === 'ctime' || word === 'mktime'
    columns.push({
      name: as.text,
      value: {
        ...call(`splunk:${word}`, fieldOf(name.text), ...(timed ? [literal(format)] : [])),
        span: scanner.reading.span(start, scanner.at),
      },
    })
  }
  extend(building, columns)
}

const binOptions = ['span', 'bins', 'minspan', 'start', 'end', 'aligntime']

/** A field cut into stretches of a length: times down to a multiple of it, numbers to a range as text. */
export function binned(name: string, span: string, of: Scalar = fieldOf(name)): Scalar | undefined {
  const length = lengthOf(span)
  if (name === '_time' || length?.months !== undefined) {
    if (length?.seconds !== undefined) return call('bin', of, literal(length.seconds))
    return length?.months === undefined ? undefined : call('splunk:bin_months', of, literal(length.months))
  }
  if (length?.seconds !== undefined && /^[\d.]+$/.test(span)) return call('splunk:bucket', of, literal(length.seconds))
  if (length?.seconds !== undefined) return call('bin', of, literal(length.seconds))
  const logarithm = /^([\d.]*)log([\d.]*)$/.exec(span)
  if (logarithm === null) return undefined
  return call('splunk:bucket_log', of, literal(Number(logarithm[1] || 1)), literal(Number(logarithm[2] || 10)))
}

/** `bin [options] field [as name]`: the field is required. */
export const bin: Command = (scanner, building) => {
  const given = new Map<string, Option>()
  let name: Name | undefined
  let as: Name | undefined
  while (scanner.listed()) {
    const found = option(scanner, binOptions)
    if (found !== undefined) {
      given.set(found.name, found)
      continue
    }
    if (scanner.failed) return
    if (name !== undefined && scanner.word('as')) {
      as = fieldName(scanner, 'as')
      continue
    }
    if (name !== undefined) {
      scanner.unexpected('an option or the end of "bin"')
      return
    }
    name = fieldName(scanner)
    if (name === undefined) {
      if (!scanner.failed) scanner.unexpected('the name of a field')
      return
    }
  }
  const span = given.get('span')
  if (name === undefined) {
    scanner.fail(
      'SPL004',
      '"bin" needs a field',
      scanner.start,
      scanner.end,
      `name it: bin _time${span === undefined ? '' : ` span=${span.value}`}`,
    )
    return
  }
  if (span === undefined) {
    special(
      building,
      'bin',
      {
        field: name.text,
        as: (as ?? name).text,
        ...Object.fromEntries([...given.values()].map(one => [one.name, one.value])),
      },
      [name.text],
    )
    return
  }
  const value = binned(name.text, span.value)
  if (value === undefined) {
    scanner.fail('SPL005', `"${span.value}" is no length`, span.start, span.end, 'lengths are 10, 30s, 5m, 1h, 1d, 1mon')
    return
  }
  extend(building, [{ name: (as ?? name).text, value: { ...value, span: scanner.reading.span(scanner.start, scanner.at) } }])
}

/** A word or a string, with stars. */
function wildcard(scanner: Scanner): string | undefined {
  if (!scanner.more()) return undefined
  if (scanner.next === '"') {
    const string = scanner.string()
    return string === undefined ? undefined : plainText(string.raw)
  }
  return scanner.match(/[^\s,|"[\]]+/y)?.[0]
}

/** `replace a with b, … [in fields]`: whole values; stars stand for what they stood for. */
export const replace: Command = (scanner, building) => {
  const pairs: (readonly [string, string])[] = []
  let within: readonly Name[] = []
  while (scanner.listed()) {
    if (pairs.length > 0 && scanner.word('in')) {
      within = fieldNames(scanner)
      break
    }
    const from = wildcard(scanner)
    const to = from !== undefined && scanner.word('with') ? wildcard(scanner) : undefined
    if (from === undefined || to === undefined) {
      if (!scanner.failed) scanner.unexpected('old WITH new')
      return
    }
    pairs.push([from, to])
  }
  if (scanner.failed) return
  if (pairs.length === 0) {
    scanner.fail('SPL004', '"replace" needs values', scanner.start, scanner.end, 'write replace old WITH new IN field')
    return
  }
  const told = pairs.flat().map(literal)
  if (within.length === 0 || within.some(isPattern))
    special(
      building,
      'replace',
      { names: within.map(name => name.text), pairs: pairs.flat() },
      within.map(name => name.text),
    )
  else
    extend(
      building,
      within.map(name => ({ name: name.text, value: call('splunk:replace_value', fieldOf(name.text), ...told) })),
    )
}

/** `strcat [allrequired=] a "text" b name` */
export const strcat: Command = (scanner, building) => {
  const given = options(scanner, ['allrequired'])
  const parts: Scalar[] = []
  let last: string | undefined
  while (scanner.listed()) {
    if (scanner.next === '"') {
      const string = scanner.string()
      if (string === undefined) return
      parts.push(literal(plainText(string.raw)))
      last = undefined
      continue
    }
    const name = fieldName(scanner)
    if (name === undefined) {
      scanner.unexpected('the name of a field')
      return
    }
    parts.push(isTrue(given.get('allrequired')) ? fieldOf(name.text) : call('coalesce', fieldOf(name.text), literal('')))
    last = name.text
  }
  if (last === undefined || parts.length < 2) {
    scanner.fail(
      'SPL004',
      '"strcat" needs parts and, at the end, a field',
      scanner.start,
      scanner.end,
      'write strcat a "text" b name',
    )
    return
  }
  extend(building, [{ name: last, value: call('concat', ...parts.slice(0, -1)) }])
}

/** `addtotals [row=] [col=] [labelfield=] [label=] [fieldname=] fields` */
export const addtotals: Command = (scanner, building) => {
  const given = options(scanner, ['row', 'col', 'labelfield', 'label', 'fieldname'])
  const all = fieldNames(scanner)
  if (scanner.failed) return
  special(
    building,
    'addtotals',
    {
      names: all.map(name => name.text),
      row: isTrue(given.get('row'), true),
      col: isTrue(given.get('col')),
      fieldname: given.get('fieldname')?.value ?? 'Total',
      label: given.get('label')?.value ?? 'Total',
      labelfield: given.get('labelfield')?.value,
    },
    all.map(name => name.text),
  )
}

/** `addcoltotals [labelfield=] [label=] fields` */
export const addcoltotals: Command = (scanner, building) => {
  const given = options(scanner, ['labelfield', 'label'])
  const all = fieldNames(scanner)
  if (scanner.failed) return
  special(
    building,
    'addtotals',
    {
      names: all.map(name => name.text),
      row: false,
      col: true,
      fieldname: 'Total',
      label: given.get('label')?.value ?? 'Total',
      labelfield: given.get('labelfield')?.value,
    },
    all.map(name => name.text),
  )
}
