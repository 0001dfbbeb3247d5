// Conditions of a search of Logpoint: texts in quotes with wildcards, case ignored. What heeds case and regular expressions stand behind the search, as filters or as fields that a match makes.

import { asText } from '../../ir/event.ts'
import { shape } from '../../ir/glob.ts'
import { networkRegex } from '../../ir/network.ts'
import type { Glob, Match, Predicate } from '../../ir/predicate.ts'
import { re2Expression, re2Glob } from '../../ir/regex/re2.ts'
import { isNumeric } from '../../ir/settle.ts'
import { between, type Doc, group, indent, line, mark, parenthesised, tight } from '../../text/layout.ts'
import type { Span } from '../../text/source.ts'
import { type Connectives, hasCase, isPresence, type Printing, passOn, printPredicate, unpaired } from '../printing.ts'

type Test = Predicate & { kind: 'test' }

/** Words of the language; a field of that name stands in quotes (Logpoint's converter). */
const reserved = new Set([
  'process',
  'filter',
  'search',
  'chart',
  'timechart',
  'and',
  'or',
  'not',
  'in',
  'by',
  'as',
  'on',
  'within',
])

/** A field's name; undefined, and reported, where it is none. */
export function fieldName(name: string, span: Span | undefined, printing: Printing): string | undefined {
  if (!/^[\w.-]+$/.test(name)) {
    printing.cannot('LGP106', `"${name}" cannot be the name of a field here`, span, 'rename the field')
    return undefined
  }
  return reserved.has(name.toLowerCase()) || !/^[A-Za-z_][\w.]*$/.test(name) ? `"${name}"` : name
}

const words = (printing: Printing): Connectives => ({
  and: 'AND',
  or: 'OR',
  not: (inner, arg) => {
    if (arg.kind === 'test' && isPresence(arg)) return ['-', inner]
    return ['-', parenthesised(inner)]
  },
  encloses: true,
  joint: of => listed(of, printing),
})

/** A condition, one test a line where a line does not hold them. */
export const condition = (of: Predicate, printing: Printing): Doc =>
  printPredicate(of, words(printing), test => leaf(test, printing), printing)

/** Several values of one field: `IN`. */
function listed(of: Predicate & { kind: 'and' | 'or' }, printing: Printing): Doc | undefined {
  const [first] = of.args
  if (of.kind !== 'or' || of.args.length < 2 || first?.kind !== 'test' || first.subject.kind !== 'field') return undefined
  const { name, type } = first.subject
  if (isNumeric(type)) return undefined
  const values: { readonly glob: Glob; readonly span: Span | undefined }[] = []
  for (const test of of.args) {
    if (test.kind !== 'test' || test.subject.kind !== 'field' || test.subject.name !== name || test.each !== undefined)
      return undefined
    if (test.match.kind !== 'glob' || isLate(test.match) || shape(test.match.glob).kind === 'any') return undefined
    values.push({ glob: test.match.glob, span: test.span })
  }
  const field = fieldName(name, first.span, printing)
  const docs = values.map(({ glob, span }) => mark(text(glob, span, printing), span === undefined ? [] : [span]))
  return group(`${field} IN [`, indent(tight, between(docs, [',', line])), tight, ']')
}

type Late = Match & { kind: 'regex' | 'glob' }

const textOf = (glob: Glob): string => glob.filter(part => typeof part === 'string').join('')

/** What is asked behind the search: a regular expression, a text whose case counts or that has no certain spelling, a network that wildcards do not tell. */
function asLate(match: Match): Late | undefined {
  if (match.kind === 'regex') return match
  if (match.kind === 'glob') {
    if (!match.fold && hasCase(textOf(match.glob))) return match
    return spelling(match.glob).rough ? match : undefined
  }
  if (match.kind !== 'cidr' || (octets(match.network) ?? groups(match.network)) !== undefined) return undefined
  const pattern = networkRegex(match.network)
  return pattern === undefined ? undefined : { kind: 'regex', pattern, fold: false, whole: false }
}

const isLate = (match: Match): boolean => asLate(match) !== undefined

/** A test of one field that only what follows the search can say. */
export const isLateTest = (of: Predicate): of is Test =>
  of.kind === 'test' && of.subject.kind === 'field' && of.each === undefined && isLate(of.match)

/**
 * A stage behind the search for a test that is late: a filter, or, with a name for it, a field of that name wherever the expression is found. Undefined,
 * and reported, where it cannot be said.
 */
export function stage(test: Test, printing: Printing, made?: string): Doc | undefined {
  const { subject, span } = test
  const match = asLate(test.match)
  if (subject.kind !== 'field' || match === undefined) return undefined
  const field = fieldName(subject.name, span, printing)
  if (field === undefined) return undefined
  const told = (flags: string, body: string): Doc =>
    made === undefined
      ? pattern(`(?${flags})${body}`, field, ', "filter=true"', span, printing)
      : pattern(`(?${flags})(?P<${made}>${body})`, field, '', span, printing)
  if (match.kind === 'glob') {
    if (match.glob.some(part => typeof part === 'string' && unpaired(part))) {
      printing.cannot('LGP106', 'half of a character cannot be in an event', span, 'leave the value out')
      return undefined
    }
    const folds = match.fold && hasCase(textOf(match.glob))
    return told(folds ? 'is' : 's', re2Glob(match.glob, folds, '"', true))
  }
  if (unpaired(match.pattern)) {
    printing.cannot('LGP106', 'half of a character cannot be in an event', span, 'leave the value out')
    return undefined
  }
  const { value, diagnostics } = re2Expression(match, '"')
  passOn(diagnostics, 'LGP107', span, printing)
  // Whether it is searched for or must fit the whole is not said in the manual: written so that it need not be known.
  if (value === undefined) return undefined
  // Whether an empty text makes a field is not said either.
  if (made !== undefined && value.empty) {
    late(span, printing)
    return undefined
  }
  return told(value.flags, `^.*(?:${value.text}).*$`)
}

function pattern(expression: string, field: string, tail: string, span: Span | undefined, printing: Printing): Doc {
  // A code in braces is RE2's alone; two digits are everybody's.
  const told = expression.replace(/\\x\{([0-9a-f]+)\}/g, (whole, code: string) =>
    code.length <= 2 ? `\\x${code.padStart(2, '0')}` : whole,
  )
  if (/\\x\{/.test(told))
    return printing.cannot('LGP107', 'a character beyond the first 256 that is not seen cannot be said', span, 'leave it out')
  return mark(`| process regex("${told}", ${field}${tail})`, span === undefined ? [] : [span])
}

interface Spelling {
  readonly told: string
  readonly quote: string
  /** Some of it has no certain spelling. */
  readonly rough: boolean
}

/** A star and a question mark of a text's own stand behind a backslash; what has no certain spelling stands as any one character, and is rough. */
function spelling(glob: Glob): Spelling {
  const whole = glob.map(part => (typeof part === 'string' ? part : '')).join('')
  const quote = whole.includes('"') && !whole.includes("'") ? "'" : '"'
  let rough = false
  const told = glob
    .map(part => {
      if (typeof part !== 'string') return part.wild === 'any' ? '*' : '?'
      // A backslash before what stands for another character would be taken with it.
      return part.replace(
        /(\\+)(?=[*?"'\p{Cc}\p{Zl}\p{Zp}\ufeff]|$)|[\p{Cc}\p{Zl}\p{Zp}\ufeff]|[*?"']/gu,
        (found, slashes: string | undefined) => {
          if (found === '*' || found === '?') return `\\${found}`
          if ((found === '"' || found === "'") && found !== quote) return found
          rough = true
          return '?'.repeat(slashes?.length ?? 1)
        },
      )
    })
    .join('')
  return { told, quote, rough }
}

/** A text in quotes. One of a whole message that has no certain spelling is refused, or a little wider where that is asked for. */
function text(glob: Glob, span: Span | undefined, printing: Printing): Doc {
  if (glob.some(part => typeof part === 'string' && unpaired(part)))
    return printing.cannot('LGP106', 'half of a character cannot be in an event', span, 'leave the value out')
  const { told, quote, rough } = spelling(glob)
  if (!rough) return `${quote}${told}${quote}`
  const what =
    'what has no certain spelling (a backslash before a wildcard or at the end, a quote beside another kind, a control character)'
  if (printing.loose !== true)
    return printing.cannot(
      'LGP108',
      `${what} cannot be asked of a whole message`,
      span,
      'name the field, or take any one character in its place with --loose',
    )
  printing.diagnostics.push({
    code: 'LGP301',
    severity: 'warning',
    message: `${what} is asked with any one character in its place`,
    span,
    hint: 'write the character by hand where your version takes it',
  })
  return mark(`${quote}${told}${quote}`, span === undefined ? [] : [span], 'widened')
}

function leaf(test: Test, printing: Printing): Doc {
  const { subject, match, span } = test
  const cannot = (code: string, message: string, hint: string): Doc => printing.cannot(code, message, span, hint)
  if (test.each !== undefined && test.each !== 'any')
    return cannot('LGP102', 'a question about all members of a list cannot be said in a search of Logpoint', 'ask for any member')
  if (subject.kind === 'raw' || subject.kind === 'fields') {
    const everywhere = subject.kind === 'raw' || (subject.names.length === 1 && typeof subject.names[0] !== 'string')
    if (!everywhere || match.kind !== 'glob' || (!match.fold && hasCase(textOf(match.glob))))
      return cannot('LGP102', 'this test cannot be asked of a whole message in Logpoint', 'name the field')
    return text(match.glob, span, printing)
  }
  if (subject.kind !== 'field') return cannot('LGP102', 'a computed value cannot be asked in a search of Logpoint', 'ask a field')
  const name = fieldName(subject.name, span, printing)
  if (name === undefined) return ''
  const { type } = subject
  switch (match.kind) {
    case 'exists':
    case 'present':
      return `${name}=*`
    case 'empty':
      return `${name}=""`
    case 'glob': {
      if (isNumeric(type))
        return cannot(
          'LGP104',
          `"${subject.name}" holds numbers, of which a part or a text cannot be asked`,
          'compare with a number',
        )
      if (isLate(match)) return late(span, printing)
      if (shape(match.glob).kind === 'any') return `${name}=*`
      return [`${name}=`, text(match.glob, span, printing)]
    }
    case 'regex':
      return late(span, printing)
    case 'cidr': {
      if (isLate(match)) return late(span, printing)
      const beginnings = octets(match.network) ?? groups(match.network)
      if (beginnings === undefined)
        return cannot('LGP104', `"${match.network}" is no network`, 'write an address and a prefix length')
      return beginnings.length === 1
        ? `${name}="${beginnings[0]!}"`
        : group(
            `${name} IN [`,
            indent(
              tight,
              between(
                beginnings.map(one => `"${one}"`),
                [',', line],
              ),
            ),
            tight,
            ']',
          )
    }
    case 'compare': {
      if (match.to.kind === 'field')
        return cannot('LGP103', 'two fields cannot be compared in a search of Logpoint', 'compare with a value')
      const told = match.to.kind === 'literal' ? asText(match.to.value) : undefined
      return told !== undefined && isNumeric(type) && /^-?\d+(?:\.\d+)?$/.test(told)
        ? `${name}${match.op === '=' ? '=' : ` ${match.op} `}${told}`
        : cannot('LGP104', `"${subject.name}" is not known to hold numbers`, 'compare with a text')
    }
    case 'text':
      return cannot('LGP103', 'two fields cannot be compared in a search of Logpoint', 'compare with a value')
    case 'word':
    case 'among':
      return cannot('LGP102', `this test ("${match.kind}") cannot be said in a search of Logpoint`, 'ask for a text or a pattern')
  }
}

const late = (span: Span | undefined, printing: Printing): Doc =>
  printing.cannot(
    'LGP105',
    'a regular expression, or a text whose case counts, can only be asked behind a search, and of values that are not empty where it need not hold',
    span,
    'make it a condition that must hold, or ignore case',
  )

/** The first group of an IPv6 network that says it all (`fe80::/10`), digit by digit: what is fixed, what may be several, and any; or a single address. */
function groups(network: string): readonly string[] | undefined {
  const [, first, length] = /^([1-9a-f][0-9a-f]{3})::\/(\d+)$/i.exec(network) ?? []
  if (first === undefined) return /^::1?\/128$/.test(network) ? [network.slice(0, -4)] : undefined
  const bits = Number(length)
  if (bits < 4 || bits > 16) return undefined
  const whole = Math.floor(bits / 4)
  const rest = bits % 4
  const ended = (digits: string): string => `${digits}${'?'.repeat(4 - digits.length)}:*`
  const head = first.toLowerCase().slice(0, whole)
  if (rest === 0) return [ended(head)]
  const size = 2 ** (4 - rest)
  const start = Math.floor(Number.parseInt(first[whole]!, 16) / size) * size
  return Array.from({ length: size }, (_, at) => ended(head + (start + at).toString(16)))
}

/** The beginnings of all addresses of an IPv4 network; undefined for another network. */
function octets(network: string): readonly string[] | undefined {
  const [, address = '', length = ''] = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(network) ?? []
  const bits = Number(length)
  const parts = address.split('.').map(Number)
  if (parts.length !== 4 || bits > 32 || parts.some(part => part > 255)) return undefined
  const whole = Math.floor(bits / 8)
  const rest = bits % 8
  const head = parts.slice(0, whole).map(String)
  const ended = (of: readonly string[]): string => (of.length === 4 ? of.join('.') : of.length === 0 ? '*' : `${of.join('.')}.*`)
  if (rest === 0) return [ended(head)]
  const size = 2 ** (8 - rest)
  const first = Math.floor(parts[whole]! / size) * size
  return Array.from({ length: size }, (_, at) => ended([...head, String(first + at)]))
}
