// DISSECT and GROK: columns taken out of a text by a pattern; where it does not fit, they are absent.

import { setField, type Value } from '../../../ir/event.ts'
import { type Capturing, captures } from '../../regex/capture.ts'
import { type StageRow, type StageSite, withFields } from '../signature.ts'
import { text } from './making.ts'

/** One key of a dissect pattern and the text behind it. */
interface Key {
  readonly name: string
  readonly kind: 'plain' | 'skip' | 'append'
  readonly order: number
  readonly padded: boolean
  readonly until: string
}

/** `%{a} %{+b/2}[%{?c}]` (Dissect processor, "Key modifiers"); undefined where a pattern has no key. */
function dissect(pattern: string): { readonly start: string; readonly keys: readonly Key[] } | undefined {
  const keys: Key[] = []
  const form = /%\{([+*&?]?)([^}]*?)(?:\/(\d+))?(->)?\}/g
  let start: string | undefined
  let last = 0
  for (const found of pattern.matchAll(form)) {
    const before = pattern.slice(last, found.index)
    if (start === undefined) start = before
    else keys[keys.length - 1] = { ...keys.at(-1)!, until: before }
    const [, sign, name] = found
    keys.push({
      name: name!,
      kind: name === '' || sign === '?' ? 'skip' : sign === '+' ? 'append' : 'plain',
      order: Number(found[3] ?? 0),
      padded: found[4] !== undefined,
      until: '',
    })
    last = found.index + found[0].length
  }
  if (start === undefined) return undefined
  keys[keys.length - 1] = { ...keys.at(-1)!, until: pattern.slice(last) }
  return { start, keys }
}

function dissected(
  of: string,
  pattern: NonNullable<ReturnType<typeof dissect>>,
  separator: string,
): ReadonlyMap<string, string> | undefined {
  if (!of.startsWith(pattern.start)) return undefined
  let at = pattern.start.length
  const found = new Map<string, { order: number; text: string }[]>()
  for (const key of pattern.keys) {
    const end = key.until === '' ? of.length : of.indexOf(key.until, at)
    if (end === -1) return undefined
    const part = of.slice(at, end)
    at = end + key.until.length
    if (key.padded && key.until !== '') while (of.startsWith(key.until, at)) at += key.until.length
    if (key.kind === 'skip') continue
    const list = found.get(key.name) ?? []
    if (key.kind === 'plain') list.length = 0
    list.push({ order: key.order, text: part })
    found.set(key.name, list)
  }
  return new Map(
    [...found].map(([name, list]) => [
      name,
      list
        .sort((a, b) => a.order - b.order)
        .map(one => one.text)
        .join(separator),
    ]),
  )
}

/** Named expressions, in terms of each other. Facts: Elasticsearch's grok library (ecs-v1 and legacy), written anew. */
const library: Readonly<Record<string, string>> = {
  WORD: '\\b\\w+\\b',
  NOTSPACE: '\\S+',
  SPACE: '\\s*',
  DATA: '.*?',
  GREEDYDATA: '.*',
  INT: '[+-]?\\d+',
  BASE10NUM: '[+-]?(?:\\d+(?:\\.\\d+)?|\\.\\d+)',
  NUMBER: '%{BASE10NUM}',
  BASE16NUM: '[+-]?(?:0x)?[0-9A-Fa-f]+',
  POSINT: '\\b[1-9]\\d*\\b',
  NONNEGINT: '\\b\\d+\\b',
  USERNAME: '[a-zA-Z0-9._-]+',
  USER: '%{USERNAME}',
  EMAILLOCALPART: "[a-zA-Z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}",
  EMAILADDRESS: '%{EMAILLOCALPART}@%{HOSTNAME}',
  UUID: '[A-Fa-f0-9]{8}-(?:[A-Fa-f0-9]{4}-){3}[A-Fa-f0-9]{12}',
  QUOTEDSTRING: '(?:"(?:[^"\\\\]|\\\\.)*"|\'(?:[^\'\\\\]|\\\\.)*\'|`(?:[^`\\\\]|\\\\.)*`)',
  QS: '%{QUOTEDSTRING}',
  MAC: '(?:[A-Fa-f0-9]{2}[:-]){5}[A-Fa-f0-9]{2}|(?:[A-Fa-f0-9]{4}\\.){2}[A-Fa-f0-9]{4}',
  IPV4: '(?<![0-9])(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)\\.){3}(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?![0-9])',
  IPV6: '[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:\\.\\d{1,3}){0,3}',
  IP: '(?:%{IPV6}|%{IPV4})',
  HOSTNAME: '\\b[0-9A-Za-z][0-9A-Za-z-]{0,62}(?:\\.[0-9A-Za-z][0-9A-Za-z-]{0,62})*\\.?\\b',
  HOST: '%{HOSTNAME}',
  IPORHOST: '(?:%{IP}|%{HOSTNAME})',
  HOSTPORT: '%{IPORHOST}:%{POSINT}',
  UNIXPATH: '(?:/[\\w_%!$@:.,+~-]*)+',
  WINPATH: '(?:[A-Za-z]+:|\\\\)(?:\\\\[^\\\\?*]*)+',
  PATH: '(?:%{UNIXPATH}|%{WINPATH})',
  URIPROTO: '[A-Za-z][A-Za-z0-9+.-]+',
  URIHOST: '%{IPORHOST}(?::%{POSINT})?',
  URIPATH: "(?:/[A-Za-z0-9$.+!*'(){},~:;=@#%&_-]*)+",
  URIPARAM: "\\?[A-Za-z0-9$.+!*'|(){},~@#%&/=:;_?\\[\\]<>-]*",
  URIPATHPARAM: '%{URIPATH}(?:%{URIPARAM})?',
  URI: '%{URIPROTO}://(?:%{USER}(?::[^@]*)?@)?(?:%{URIHOST})?(?:%{URIPATHPARAM})?',
  YEAR: '(?:\\d\\d){1,2}',
  MONTH:
    '\\b(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:tember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\\b',
  MONTHNUM: '(?:0?[1-9]|1[0-2])',
  MONTHDAY: '(?:(?:0[1-9])|(?:[12]\\d)|(?:3[01])|[1-9])',
  DAY: '(?:Mon(?:day)?|Tue(?:sday)?|Wed(?:nesday)?|Thu(?:rsday)?|Fri(?:day)?|Sat(?:urday)?|Sun(?:day)?)',
  HOUR: '(?:2[0123]|[01]?\\d)',
  MINUTE: '[0-5]\\d',
  SECOND: '(?:[0-5]?\\d|60)(?:[:.,]\\d+)?',
  TIME: '(?<!\\d)%{HOUR}:%{MINUTE}(?::%{SECOND})?(?!\\d)',
  ISO8601_TIMEZONE: '(?:Z|[+-]%{HOUR}(?::?%{MINUTE}))',
  TIMESTAMP_ISO8601: '%{YEAR}-%{MONTHNUM}-%{MONTHDAY}[T ]%{HOUR}:?%{MINUTE}(?::?%{SECOND})?%{ISO8601_TIMEZONE}?',
  SYSLOGTIMESTAMP: '%{MONTH} +%{MONTHDAY} %{TIME}',
  LOGLEVEL:
    '(?:[Aa]lert|ALERT|[Tt]race|TRACE|[Dd]ebug|DEBUG|[Nn]otice|NOTICE|[Ii]nfo|INFO|[Ww]arn(?:ing)?|WARN(?:ING)?|[Ee]rr(?:or)?|ERR(?:OR)?|[Cc]rit(?:ical)?|CRIT(?:ICAL)?|[Ff]atal|FATAL|[Ss]evere|SEVERE|EMERG(?:ENCY)?|[Ee]merg(?:ency)?)',
}

const longestPattern = 20_000

interface Grok {
  readonly expression: Capturing
  /** Column, number of its group, and the type it is made. */
  readonly columns: readonly { readonly name: string; readonly group: string; readonly type: string | undefined }[]
}

/** A grok pattern as an expression with groups; a text says what is wrong with it. */
function grok(pattern: string): Grok | string {
  const columns: { name: string; group: string; type: string | undefined }[] = []
  let wrong: string | undefined
  let size = 0
  const expand = (of: string, depth: number): string => {
    if (depth > 12) wrong ??= 'patterns refer to each other without end'
    if (wrong !== undefined) return ''
    const out = of.replace(
      /%\{(\w+)(?::([^}:]+))?(?::(int|long|double|float|boolean|string|keyword))?\}/g,
      (_, name: string, column: string | undefined, type: string | undefined) => {
        const known = Object.hasOwn(library, name) ? library[name] : undefined
        if (known === undefined) {
          wrong ??= `there is no pattern "${name}"`
          return ''
        }
        const inner = expand(known, depth + 1)
        if (column === undefined) return `(?:${inner})`
        const group = `g${columns.length}`
        columns.push({ name: column, group, type })
        return `(?<${group}>${inner})`
      },
    )
    size += out.length
    if (size > longestPattern * 4) wrong ??= 'the pattern is too long'
    return out
  }
  // Own names stand in groups of the expression: `(?<column>…)`.
  const named = pattern.replace(/\(\?<([A-Za-z_][\w.@-]*)>/g, (_, name: string) => {
    const group = `g${columns.length}`
    columns.push({ name, group, type: undefined })
    return `(?<${group}>`
  })
  const whole = expand(named, 0)
  if (wrong !== undefined) return wrong
  const expression = captures(whole)
  return expression === undefined ? 'the pattern is no regular expression' : { expression, columns }
}

function typed(of: string, type: string | undefined): Value {
  if (type === 'int' || type === 'long' || type === 'double' || type === 'float')
    return Number.isNaN(Number(of)) ? of : Number(of)
  return type === 'boolean' ? of === 'true' : of
}

type Taken = (of: string) => ReadonlyMap<string, Value> | undefined

/** Every row with the columns of the pattern. */
function taking(names: readonly string[], take: Taken): StageRow['start'] {
  return (site, out) => {
    const of = site.args.of as Parameters<StageSite['compute']>[0]
    const compute = site.compute(of)
    return {
      push: row => {
        const whole = text(compute(row))
        const found = whole === undefined ? undefined : take(whole)
        const fields: Record<string, Value> = { ...row.fields }
        for (const name of names) {
          const value = found?.get(name)
          if (value === undefined) delete fields[name]
          else setField(fields, name, value)
        }
        out.push(withFields(row, fields))
      },
      close: () => out.close(),
    }
  }
}

const patternOf = (args: StageSite['args']): string =>
  typeof args.pattern === 'string' ? args.pattern.slice(0, longestPattern) : ''
const separatorOf = (args: StageSite['args']): string => (typeof args.separator === 'string' ? args.separator : '')

function dissectNames(args: StageSite['args']): readonly string[] {
  return [...new Set((dissect(patternOf(args))?.keys ?? []).filter(key => key.kind !== 'skip').map(key => key.name))]
}

const grokNames = (args: StageSite['args']): readonly string[] => {
  const found = grok(patternOf(args))
  return typeof found === 'string' ? [] : [...new Set(found.columns.map(column => column.name))]
}

const withColumns =
  (names: (args: StageSite['args']) => readonly string[]): NonNullable<StageRow['header']> =>
  ({ args, header }) => {
    const made = names(args)
    return {
      columns: [...header.columns.filter(column => !made.includes(column.name)), ...made.map(name => ({ name }))],
      open: header.open,
    }
  }

export const patterns: readonly StageRow[] = [
  {
    name: 'elastic:dissect',
    manual: 'https://www.elastic.co/docs/reference/query-languages/esql/commands/dissect',
    header: withColumns(dissectNames),
    check: args => (dissect(patternOf(args)) === undefined ? 'a pattern of DISSECT has keys such as %{name}' : undefined),
    start: (site, out) => {
      const pattern = dissect(patternOf(site.args))!
      return taking(dissectNames(site.args), of => dissected(of, pattern, separatorOf(site.args)))(site, out)
    },
  },
  {
    name: 'elastic:grok',
    manual: 'https://www.elastic.co/docs/reference/query-languages/esql/commands/grok',
    header: withColumns(grokNames),
    check: args => {
      const found = grok(patternOf(args))
      return typeof found === 'string' ? found : undefined
    },
    start: (site, out) => {
      const pattern = grok(patternOf(site.args)) as Grok
      const take: Taken = of => {
        const found = pattern.expression.first(of)
        if (found === undefined) return undefined
        const values = new Map<string, Value>()
        for (const { name, group, type } of pattern.columns) {
          const taken = found.groups[pattern.expression.names.get(group) ?? -1]
          if (taken === undefined) continue
          const value = typed(taken, type)
          const before = values.get(name)
          // A name that stands twice has both values.
          values.set(name, before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value])
        }
        return values
      }
      return taking(grokNames(site.args), take)(site, out)
    },
  },
]
