// Meaning to PowerShell: Get-WinEvent filters by log and id, Where-Object asks the fields that the event's XML holds, one condition a line. A field that is not there is $null, of which nothing holds.

import { networkRegex } from '../../ir/network.ts'
import type { Pipeline } from '../../ir/pipeline.ts'
import type { Glob, Match, Predicate } from '../../ir/predicate.ts'
import { settle } from '../../ir/settle.ts'
import type { Outcome } from '../../text/diagnostic.ts'
import { between, type Doc, hard, indent, mark, parenthesised } from '../../text/layout.ts'
import type { Span } from '../../text/source.ts'
import type { Printed, Style } from '../language.ts'
import { branches, type Connectives, createPrinting, finish, isPresence, type Printing, printPredicate } from '../printing.ts'
import { getWinEvent, readEvent, sourceOf } from './source.ts'
import { expression, fieldValue, globExpression, literal, wildcards } from './text.ts'

type Test = Predicate & { kind: 'test' }

export function print(query: Pipeline, style?: Style): Outcome<Printed> {
  const printing = createPrinting()
  const found = branches(query)
  if ('beyond' in found || found.some(branch => branch.columns.length > 0)) {
    const { beyond, span } = 'beyond' in found ? found : { beyond: 'a computed column', span: query.from.span }
    printing.cannot('PWS101', `${beyond} cannot be said in this form`, span, 'convert the rules that it stands on')
    return finish('', printing, style)
  }
  const words: Connectives = {
    and: '-and',
    or: '-or',
    trailing: true,
    not: (inner, arg) => {
      const name = arg.kind === 'test' && isPresence(arg) && arg.subject.kind === 'field' ? arg.subject.name : undefined
      if (name !== undefined && arg.kind === 'test')
        return arg.match.kind === 'exists' ? `-not $d.ContainsKey(${literal(name)})` : `$null -eq ${fieldValue(name)}`
      return ['-not ', parenthesised(inner)]
    },
    encloses: true,
    always: '$true',
    never: '$false',
  }
  let reads = false
  const end = style?.layout === 'line' ? ' ' : hard
  const statements = found.map(({ where }): Doc => {
    const source = sourceOf(where)
    const command = getWinEvent(source)
    if (source.rest.length === 0) return command
    reads = true
    const asked: Predicate = { kind: 'and', args: source.rest }
    const condition = printPredicate(settle(asked), words, test => leaf(test, printing), printing)
    const start = style?.layout === 'line' ? '; ' : hard
    return [command, ' | Where-Object {', indent(hard, mark('$d = Read-Event $_', [], 'added'), start, condition), end, '}']
  })
  const culture = '[cultureinfo]::CurrentCulture = [cultureinfo]::InvariantCulture'
  const head = reads ? [...readEvent, culture] : []
  const next = style?.layout === 'line' ? '; ' : hard
  // The function keeps its lines: it is the same in every query.
  return finish(between([...head.map(text => mark(text, [], 'added')), ...statements], next), printing, style)
}

function leaf(test: Test, printing: Printing): Doc {
  const { subject, match, span } = test
  const cannot = (code: string, message: string, hint: string): Doc => printing.cannot(code, message, span, hint)
  if (test.each !== undefined && test.each !== 'any')
    return cannot('PWS102', 'a question about all members of a list cannot be said here', 'ask for any member')
  if (subject.kind === 'fields' && match.kind !== 'exists' && match.kind !== 'present') {
    const all = subject.names.length === 1 && typeof subject.names[0] !== 'string' && subject.names[0]!.wild === 'any'
    if (!all) return cannot('PWS102', 'a choice of fields by their names cannot be asked here', 'name the field')
    const inner = one('$_', match, span, printing)
    return ['(@($d.Values).Where({ ', inner, ' }).Count -gt 0)']
  }
  if (subject.kind !== 'field')
    return cannot('PWS102', 'a computed value or the text of an event cannot be asked here', 'ask a field')
  const value = fieldValue(subject.name)
  switch (match.kind) {
    case 'exists':
      return `$d.ContainsKey(${literal(subject.name)})`
    case 'present':
      return `($null -ne ${value})`
    case 'empty':
      return `(@(${value}) -ccontains '')`
    default:
      return one(value, match, span, printing)
  }
}

/** A test of a value, or of the members of a list: with a list in front of it an operator gives those that fit. */
function one(value: string, match: Match, span: Span | undefined, printing: Printing): Doc {
  const cannot = (code: string, message: string, hint: string): Doc => printing.cannot(code, message, span, hint)
  switch (match.kind) {
    case 'glob':
      return globTest(value, match.glob, match.fold)
    case 'regex': {
      const said = expression(match)
      if ('cannot' in said) return cannot('PWS104', said.cannot, 'say it with several tests')
      const asks = `${said.operator} ${literal(said.text)}`
      // $null is the empty text to an operator, and a list of one empty text is false.
      return said.nullable ? `(@(${value}).Where({ $null -ne $_ -and $_ ${asks} }).Count -gt 0)` : `(${value} ${asks})`
    }
    case 'cidr': {
      const pattern = networkRegex(match.network)
      return pattern === undefined
        ? cannot('PWS102', `"${match.network}" is no network`, 'write an address and a prefix length')
        : one(value, { kind: 'regex', pattern, fold: false, whole: false }, span, printing)
    }
    case 'compare':
      return compared(value, match, cannot)
    case 'text':
      return toField(value, match, cannot)
    case 'word':
    case 'among':
      return cannot('PWS102', `this test ("${match.kind}") cannot be said in PowerShell`, 'ask for a text or a pattern')
    case 'exists':
    case 'present':
    case 'empty':
      return cannot('PWS102', 'whether any field is there cannot be asked here', 'name the field')
  }
}

function globTest(value: string, glob: Glob, fold: boolean): Doc {
  if (glob.length === 0) return `(@(${value}) -ccontains '')`
  if (glob.every(part => typeof part !== 'string' && part.wild === 'any')) return `($null -ne ${value})`
  const letter = fold ? '' : 'c'
  if (glob.some(part => typeof part !== 'string' && part.wild === 'one'))
    return `(${value} -${letter}match ${literal(globExpression(glob))})`
  return `(${value} -${letter}like ${wildcards(glob)})`
}

type Cannot = (code: string, message: string, hint: string) => Doc

const operators = { '<': '-lt', '<=': '-le', '>': '-gt', '>=': '-ge', '=': '-eq' } as const

function compared(value: string, match: Match & { kind: 'compare' }, cannot: Cannot): Doc {
  if (match.to.kind !== 'literal')
    return cannot('PWS103', 'two fields cannot be compared as numbers here', 'compare with a number')
  const number = match.to.value
  if ((typeof number !== 'number' && typeof number !== 'bigint') || !/^-?\d{1,27}(?:\.\d{1,20})?$/.test(String(number)))
    return cannot('PWS103', 'PowerShell cannot be given this value to compare with', 'compare with a number')
  const decimal = `$_ -cmatch '^\\s*[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?\\s*\\z' -and [double]$_ ${operators[match.op]} ${number}`
  const hexadecimal = `$_ -match '^0x[0-9a-f]{1,15}\\z' -and [convert]::ToInt64($_, 16) ${operators[match.op]} ${number}`
  return `(@(${value}).Where({ (${decimal}) -or (${hexadecimal}) }).Count -gt 0)`
}

/** A field beside another: any value of the one with any of the other. */
function toField(value: string, match: Match & { kind: 'text' }, cannot: Cannot): Doc {
  if (match.to.kind !== 'field')
    return cannot('PWS103', 'a computed value cannot be compared with', 'compare with a field or a text')
  const how = `[StringComparison]::Ordinal${match.fold ? 'IgnoreCase' : ''}`
  const asks = {
    whole: `[string]::Equals($one, $_, ${how})`,
    start: `$one.StartsWith($_, ${how})`,
    end: `$one.EndsWith($_, ${how})`,
    anywhere: `$one.IndexOf($_, ${how}) -ge 0`,
  }[match.how]
  const inner = `@(${fieldValue(match.to.name)}).Where({ $null -ne $_ -and ${asks} }).Count -gt 0`
  return `(@(${value}).Where({ $one = $_; $null -ne $one -and ${inner} }).Count -gt 0)`
}
