// Commands that take values out of texts and lists: rex, makemv, mvexpand, mvcombine, nomv, spath, xmlkv, extract, multikv, fromjson, xpath.

import type { Column } from '../../../../ir/pipeline.ts'
import type { Scalar } from '../../../../ir/predicate.ts'
import { type Command, call, extend, fieldOf, literal, readField, special } from '../building.ts'
import { regularExpression } from '../calls.ts'
import { count, fieldName, fieldNames, isTrue, type Option, option, options } from '../names.ts'
import { plainText, type Scanner } from '../reading.ts'
import { unescapeRegex } from './rows.ts'

/** `rex [field=f] [max_match=n] [offset_field=f] "re"`, `rex [field=f] mode=sed "s/a/b/g"` */
export const rex: Command = (scanner, building) => {
  const { reading } = scanner
  const known = ['field', 'max_match', 'offset_field', 'mode']
  const given = new Map<string, Option>()
  let text: { readonly value: string; readonly start: number; readonly end: number } | undefined
  while (scanner.more()) {
    const found = option(scanner, known)
    if (found !== undefined) {
      given.set(found.name, found)
      continue
    }
    if (scanner.failed) return
    if (text !== undefined) {
      scanner.unexpected('an option or the end of "rex"')
      return
    }
    const start = scanner.at
    const string = scanner.next === '"' ? scanner.string() : undefined
    if (scanner.failed) return
    const bare = string === undefined ? scanner.match(/[^\s]+/y)?.[0] : unescapeRegex(string.raw)
    if (bare === undefined) {
      scanner.unexpected('a regular expression')
      return
    }
    text = { value: bare, start, end: scanner.at }
  }
  if (text === undefined) {
    scanner.fail('SPL004', '"rex" needs a regular expression', scanner.start, scanner.end, 'write rex field=f "(?<name>…)"')
    return
  }
  const from = given.get('field')?.value ?? '_raw'
  const subject = readField(from)
  const mode = given.get('mode')
  if (mode !== undefined) {
    if (mode.value.toLowerCase() !== 'sed') {
      scanner.fail('SPL005', `"rex" has no mode "${mode.value}"`, mode.start, mode.end, 'the only mode is sed')
      return
    }
    edited(scanner, building, from, subject, text)
    return
  }
  const pattern = regularExpression(reading, text.value, text.start, text.end)
  if (pattern === undefined) {
    scanner.stop()
    return
  }
  const groups = [...new Set([...text.value.matchAll(/\(\?P?<([A-Za-z_]\w*)>/g)].map(found => found[1]!))]
  if (groups.length === 0) {
    scanner.fail('SPL005', '"rex" needs a group with a name', text.start, text.end, 'name what is taken out: "(?<name>…)"')
    return
  }
  const most = count(scanner, given.get('max_match'), 1)
  if (scanner.failed) return
  // What is read from comes last, so that every group sees it as it was.
  const ordered = [...groups.filter(name => name !== from), ...groups.filter(name => name === from)]
  const span = reading.span(scanner.start, scanner.at)
  const columns: Column[] = ordered.map(name => ({
    name,
    value: {
      kind: 'call',
      fn: 'coalesce',
      args: [{ ...call('splunk:rex', subject, literal(pattern), literal(name), literal(most)), span }, fieldOf(name)],
      span,
    },
  }))
  const offsets = given.get('offset_field')
  if (offsets !== undefined)
    columns.unshift({
      name: offsets.value,
      value: call('splunk:rex_offsets', subject, literal(pattern), ...groups.map(literal)),
    })
  extend(building, columns)
}

/** `s/expression/replacement/flags` or `y/abc/xyz/`. */
function edited(
  scanner: Scanner,
  building: Parameters<Command>[1],
  name: string,
  subject: Scalar,
  text: { readonly value: string; readonly start: number; readonly end: number },
): void {
  const parts = /^\s*([sy])(.)/s.exec(text.value)
  const pieces: string[] = []
  const rest = parts === null ? '' : text.value.slice(parts[0].length)
  const mark = parts?.[2] ?? '/'
  let piece = ''
  for (let at = 0; at < rest.length; at++) {
    if (rest[at] === '\\' && at + 1 < rest.length) {
      at++
      piece += rest[at] === mark ? mark : `\\${rest[at]}`
    } else if (rest[at] === mark) {
      pieces.push(piece)
      piece = ''
    } else piece += rest[at]
  }
  pieces.push(piece)
  const [from, to, flags = ''] = pieces
  if (parts === null || pieces.length !== 3 || from === undefined || to === undefined || !/^(?:g|\d{1,4})?\s*$/.test(flags)) {
    scanner.fail(
      'SPL005',
      `"${text.value.slice(0, 60)}" is no sed expression`,
      text.start,
      text.end,
      'write "s/expression/replacement/g"',
    )
    return
  }
  if (parts[1] === 'y') {
    extend(building, [{ name, value: call('splunk:translate', subject, literal(from), literal(to)) }])
    return
  }
  const pattern = regularExpression(scanner.reading, from, text.start, text.end)
  if (pattern === undefined) {
    scanner.stop()
    return
  }
  extend(building, [{ name, value: call('splunk:sed', subject, literal(pattern), literal(to), literal(flags.trim())) }])
}

/** `makemv [delim=","] [tokenizer="(re)"] [allowempty=] [setsv=] field` */
export const makemv: Command = (scanner, building) => {
  const known = ['delim', 'tokenizer', 'allowempty', 'setsv']
  const given = new Map(options(scanner, known))
  const name = scanner.failed ? undefined : fieldName(scanner)
  for (const [key, found] of options(scanner, known)) given.set(key, found)
  if (scanner.failed) return
  if (name === undefined || scanner.more()) {
    scanner.fail('SPL004', '"makemv" needs one field', scanner.start, scanner.end, 'write makemv delim="," field')
    return
  }
  const tokens = given.get('tokenizer')
  if (tokens !== undefined) {
    const pattern = regularExpression(scanner.reading, tokens.value, tokens.start, tokens.end)
    if (pattern === undefined) scanner.stop()
    else extend(building, [{ name: name.text, value: call('splunk:tokenize', fieldOf(name.text), literal(pattern)) }])
    return
  }
  const delimiter = literal(given.get('delim')?.value ?? ' ')
  extend(building, [
    { name: name.text, value: call('splunk:makemv', fieldOf(name.text), delimiter, literal(isTrue(given.get('allowempty')))) },
  ])
}

/** One field, with options on either side. */
function one(
  scanner: Scanner,
  command: string,
  known: readonly string[],
): { name: string; given: Map<string, Option> } | undefined {
  const given = new Map(options(scanner, known))
  const name = scanner.failed ? undefined : fieldName(scanner)
  for (const [key, found] of options(scanner, known)) given.set(key, found)
  if (scanner.failed) return undefined
  if (name === undefined || scanner.more())
    return scanner.fail('SPL004', `"${command}" needs one field`, scanner.start, scanner.end, `write ${command} field`)
  return { name: name.text, given }
}

/** `mvexpand field [limit=n]`: a row for each value. */
export const mvexpand: Command = (scanner, building) => {
  const found = one(scanner, 'mvexpand', ['limit'])
  if (found === undefined) return
  const limit = count(scanner, found.given.get('limit'), 0)
  building.stages.push({ kind: 'expand', columns: [found.name], ...(limit === 0 ? {} : { limit }) })
}

/** `mvcombine [delim=] field`: rows that differ in this field alone become one. */
export const mvcombine: Command = (scanner, building) => {
  const found = one(scanner, 'mvcombine', ['delim'])
  if (found !== undefined) special(building, 'mvcombine', { field: found.name }, [found.name])
}

/** `nomv field`: the values as one text, a line each. */
export const nomv: Command = (scanner, building) => {
  const found = one(scanner, 'nomv', [])
  if (found !== undefined)
    extend(building, [{ name: found.name, value: call('splunk:mvjoin', fieldOf(found.name), literal('\n')) }])
}

/** `spath [input=f] [output=o] [path=]p`; without a path, everything. */
export const spath: Command = (scanner, building) => {
  const given = new Map<string, Option>()
  let bare: string | undefined
  while (scanner.more()) {
    const found = option(scanner, ['input', 'output', 'path'])
    if (found !== undefined) {
      given.set(found.name, found)
      continue
    }
    if (scanner.failed) return
    const string = scanner.next === '"' ? scanner.string() : undefined
    if (scanner.failed) return
    const text = string === undefined ? scanner.match(/[^\s,|]+/y)?.[0] : plainText(string.raw)
    if (text === undefined || bare !== undefined) {
      scanner.unexpected('an option or the end of "spath"')
      return
    }
    bare = text
  }
  const input = given.get('input')?.value ?? '_raw'
  const path = given.get('path')?.value ?? bare
  if (path === undefined) {
    special(building, 'spath', { input: readField(input) })
    return
  }
  extend(building, [
    {
      name: given.get('output')?.value ?? path,
      value: {
        ...call('coalesce', call('splunk:spath', readField(input), literal(path)), fieldOf(given.get('output')?.value ?? path)),
        span: scanner.reading.span(scanner.start, scanner.at),
      },
    },
  ])
}

/** `xmlkv [maxinputs=n]`: elements of the text of the event. */
export const xmlkv: Command = (scanner, building) => {
  const given = options(scanner, ['maxinputs'])
  scanner.match(/\d+/y)
  const name = scanner.more() ? fieldName(scanner) : undefined
  if (scanner.failed) return
  special(building, 'xmlkv', { input: readField(name?.text ?? '_raw'), ...(given.size > 0 ? {} : {}) })
}

/** `extract|kv [pairdelim=] [kvdelim=] [options] [stanza]`: pairs of the text of the event. */
export const extract: Command = (scanner, building) => {
  const known = [
    'pairdelim',
    'kvdelim',
    'limit',
    'maxchars',
    'mv_add',
    'clean_keys',
    'auto',
    'reload',
    'segment',
    'keep_empty_vals',
    'mode',
  ]
  const given = options(scanner, known)
  const names = fieldNames(scanner)
  if (scanner.failed) return
  if (names.length > 0) {
    scanner.fail(
      'SPL114',
      `the extraction "${names[0]!.text}" is not known here`,
      names[0]!.start,
      names[0]!.end,
      'say it with "rex"',
    )
    return
  }
  special(building, 'extract', {
    input: readField('_raw'),
    pairdelim: given.get('pairdelim')?.value,
    kvdelim: given.get('kvdelim')?.value,
    mv_add: isTrue(given.get('mv_add')),
  })
}

/** `multikv [options]`: rows of a table that is a text. */
export const multikv: Command = (scanner, building) => {
  const known = ['conf', 'copyattrs', 'fields', 'filter', 'forceheader', 'multitable', 'noheader', 'rmorig']
  const given = options(scanner, known)
  const wanted = scanner.word('fields') ? fieldNames(scanner, /filter\b/iy).map(name => name.text) : undefined
  if (scanner.word('filter')) fieldNames(scanner)
  if (scanner.failed) return
  special(building, 'multikv', { input: readField('_raw'), noheader: isTrue(given.get('noheader')), fields: wanted })
}

/** `fromjson field [prefix=text]`: the members of an object become fields. */
export const fromjson: Command = (scanner, building) => {
  const found = one(scanner, 'fromjson', ['prefix'])
  if (found !== undefined)
    special(building, 'fromjson', { field: found.name, prefix: found.given.get('prefix')?.value ?? '' }, [found.name])
}

/** `xpath [field=f] [outfield=o] "path"` */
export const xpath: Command = (scanner, building) => {
  const given = new Map(options(scanner, ['field', 'outfield', 'default']))
  const string = scanner.more() ? scanner.string() : undefined
  for (const [key, found] of options(scanner, ['field', 'outfield', 'default'])) given.set(key, found)
  if (scanner.failed) return
  if (string === undefined) {
    scanner.fail('SPL004', '"xpath" needs a path in quotes', scanner.start, scanner.end, 'write xpath outfield=name "//path"')
    return
  }
  special(building, 'xpath', {
    input: readField(given.get('field')?.value ?? '_raw'),
    output: given.get('outfield')?.value ?? 'xpath',
    path: plainText(string.raw),
  })
}
