// Conditions of a search of Logpoint: texts in quotes with wildcards, case ignored. What heeds case and regular expressions stand behind the search, for conditions that must hold.

import { asText } from '../../ir/event.ts'
import { shape } from '../../ir/glob.ts'
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

/** Whether a test is for what follows the search: a regular expression, or a text whose case counts. */
export const isLate = (match: Match): boolean =>
  match.kind === 'regex' ||
  (match.kind === 'glob' && !match.fold && hasCase(match.glob.filter(part => typeof part === 'string').join('')))

/** A stage behind the search for a test that is late; undefined, and reported, where it cannot be said. */
export function stage(test: Test, printing: Printing): Doc | undefined {
  const { subject, match, span } = test
  if (subject.kind !== 'field' || (match.kind !== 'regex' && match.kind !== 'glob')) return undefined
  const field = fieldName(subject.name, span, printing)
  if (field === undefined) return undefined
  if (match.kind === 'glob') {
    if (match.glob.some(part => typeof part === 'string' && unpaired(part))) {
      printing.cannot('LGP106', 'half of a character cannot be in an event', span, 'leave the value out')
      return undefined
    }
    return pattern(`(?s)${re2Glob(match.glob, false, '"', true)}`, field, span, printing)
  }
  if (unpaired(match.pattern)) {
    printing.cannot('LGP106', 'half of a character cannot be in an event', span, 'leave the value out')
    return undefined
  }
  const { value, diagnostics } = re2Expression(match, '"')
  passOn(diagnostics, 'LGP107', span, printing)
  // Whether it is searched for or must fit the whole is not said in the manual: written so that it need not be known.
  return value === undefined ? undefined : pattern(`(?${value.flags})^.*(?:${value.text}).*$`, field, span, printing)
}

function pattern(expression: string, field: string, span: Span | undefined, printing: Printing): Doc {
  // A code in braces is RE2's alone; two digits are everybody's.
  const told = expression.replace(/\\x\{([0-9a-f]+)\}/g, (whole, code: string) =>
    code.length <= 2 ? `\\x${code.padStart(2, '0')}` : whole,
  )
  if (/\\x\{/.test(told))
    return printing.cannot('LGP107', 'a character beyond the first 256 that is not seen cannot be said', span, 'leave it out')
  return mark(`| process regex("${told}", ${field}, "filter=true")`, span === undefined ? [] : [span])
}

/** A text in quotes: a star and a question mark of its own with a backslash; what has no certain spelling is any one character. */
function text(glob: Glob, span: Span | undefined, printing: Printing): Doc {
  const whole = glob.map(part => (typeof part === 'string' ? part : '')).join('')
  if (unpaired(whole)) return printing.cannot('LGP106', 'half of a character cannot be in an event', span, 'leave the value out')
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
  if (!rough) return `${quote}${told}${quote}`
  if (/^[*?]*$/.test(told)) {
    return printing.cannot(
      'LGP102',
      'a text of nothing but characters without a certain spelling cannot be asked in a search of Logpoint',
      span,
      'use a longer text',
    )
  }
  printing.diagnostics.push({
    code: 'LGP301',
    severity: 'warning',
    message:
      'what has no certain spelling (a backslash before a wildcard or at the end, a quote beside another kind, a control character) is asked as any one character',
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
    if (!everywhere || match.kind !== 'glob' || isLate(match))
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
      const beginnings = octets(match.network) ?? groups(match.network)
      if (beginnings === undefined)
        return cannot(
          'LGP104',
          'this network of IPv6 cannot be asked in a search of Logpoint',
          'write the addresses with wildcards',
        )
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
    'a regular expression, or a text whose case counts, can only be asked behind the search, where everything must hold',
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
