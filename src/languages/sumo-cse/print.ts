// Meaning to a Cloud SIEM rule expression: one condition a line, texts without case as expressions. What is negated asks first whether the field is there.

import { asText } from '../../ir/event.ts'
import { networkRegex } from '../../ir/network.ts'
import type { Pipeline } from '../../ir/pipeline.ts'
import type { Predicate } from '../../ir/predicate.ts'
import { settle } from '../../ir/settle.ts'
import type { Outcome } from '../../text/diagnostic.ts'
import { type Doc, parenthesised } from '../../text/layout.ts'
import type { Printed, Style } from '../language.ts'
import {
  type Connectives,
  createPrinting,
  finish,
  guarded,
  hasCase,
  isPresence,
  type Printing,
  printPredicate,
  question,
  unpaired,
} from '../printing.ts'
import { expression, globExpression } from './regex.ts'

type Test = Predicate & { kind: 'test' }

export function print(query: Pipeline, style?: Style): Outcome<Printed> {
  const printing = createPrinting()
  const asked = question(query)
  if ('beyond' in asked) {
    printing.cannot('CSE101', `${asked.beyond} cannot be said here`, asked.span, 'convert the rules that it stands on')
    return finish('', printing, style)
  }
  const words: Connectives = {
    and: 'AND',
    or: 'OR',
    not: (inner, arg) =>
      arg.kind === 'test' && isPresence(arg) && arg.subject.kind === 'field'
        ? `isNull(${arg.subject.name})`
        : ['!', parenthesised(inner)],
    encloses: true,
  }
  return finish(
    printPredicate(guarded(settle(asked.where), false), words, test => leaf(test, printing), printing),
    printing,
    style,
  )
}

function leaf(test: Test, printing: Printing): Doc {
  const { subject, match, span } = test
  const cannot = (code: string, message: string, hint: string): Doc => printing.cannot(code, message, span, hint)
  if (test.each !== undefined && test.each !== 'any')
    return cannot('CSE102', 'a question about all members of a list cannot be said in Cloud SIEM', 'ask for any member')
  if (subject.kind === 'raw' || subject.kind === 'fields')
    return cannot('CSE102', 'a keyword cannot be said in Cloud SIEM, which asks fields', 'name the field')
  if (subject.kind !== 'field') return cannot('CSE102', 'a computed value cannot be asked in Cloud SIEM', 'ask a field')
  const { name } = subject
  if (!/^(?:[A-Za-z_]\w*|fields\['[\w.-]+'\])$/.test(name))
    return cannot('CSE106', 'the name of the field has characters that no field has', 'rename the field')
  switch (match.kind) {
    case 'exists':
    case 'present':
      return `!isNull(${name})`
    case 'empty':
      return `${name} = ''`
    case 'glob': {
      const { glob, fold } = match
      const texts = glob.flatMap(part => (typeof part === 'string' ? [part] : []))
      if (texts.some(unpaired)) return cannot('CSE106', 'half of a character cannot be in an event', 'leave the value out')
      if (glob.length === 0) return `${name} = ''`
      if (texts.length === 0 && glob.every(part => typeof part !== 'string' && part.wild === 'any')) return `!isNull(${name})`
      const folds = fold && hasCase(texts.join(''))
      // Nothing says how a quote or a backslash is written in a text.
      if (glob.length === 1 && !folds && /^[ -&(-[\]-~]+$/.test(texts[0]!)) return `${name} = '${texts[0]!}'`
      return `${name} matches /${globExpression(glob, folds)}/`
    }
    case 'regex':
      if (unpaired(match.pattern)) return cannot('CSE106', 'half of a character cannot be in an event', 'leave the value out')
      return searched(name, match, span, printing)
    case 'cidr': {
      const pattern = networkRegex(match.network)
      if (pattern === undefined)
        return cannot('CSE102', `"${match.network}" is no network`, 'write an address and a prefix length')
      return searched(name, { kind: 'regex', pattern, fold: false, whole: false }, span, printing)
    }
    case 'compare': {
      if (match.to.kind !== 'literal')
        return cannot('CSE103', 'two fields cannot be compared with certainty in Cloud SIEM', 'compare with a value')
      const text = asText(match.to.value)
      return match.op === '=' && text !== undefined && /^[\w.-]+$/.test(text)
        ? `${name} matches /${globExpression([text], hasCase(text))}/`
        : cannot('CSE102', 'a field that holds text cannot be compared as a number in Cloud SIEM', 'compare with a text')
    }
    case 'text':
      return cannot('CSE103', 'two fields cannot be compared with certainty in Cloud SIEM', 'compare with a value')
    case 'word':
    case 'among':
      return cannot('CSE102', `this test ("${match.kind}") cannot be said in Cloud SIEM`, 'ask for a text or a pattern')
  }
}

function searched(name: string, match: Test['match'] & { kind: 'regex' }, span: Test['span'], printing: Printing): Doc {
  const said = expression(match)
  return 'text' in said
    ? `${name} matches /${said.text}/`
    : printing.cannot('CSE105', said.cannot, span, 'say it with several tests')
}
