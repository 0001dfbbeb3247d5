// Meaning to LogScale's filters: one condition a line, every level in parentheses (`or` binds more tightly than `and` there), texts without case as expressions.

import { splitPath } from '../../ir/joined.ts'
import { networkRegex } from '../../ir/network.ts'
import type { Pipeline } from '../../ir/pipeline.ts'
import type { Predicate } from '../../ir/predicate.ts'
import { settle } from '../../ir/settle.ts'
import { rewrite } from '../../ir/walk.ts'
import type { Outcome } from '../../text/diagnostic.ts'
import { type Doc, parenthesised } from '../../text/layout.ts'
import type { Printed, Style } from '../language.ts'
import {
  type Connectives,
  createPrinting,
  finish,
  hasCase,
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
    printing.cannot('LGS101', `${asked.beyond} cannot be said here`, asked.span, 'convert the rules that it stands on')
    return finish('', printing, style)
  }
  const words: Connectives = {
    and: 'and',
    or: 'or',
    // Also a single test is in parentheses: `not a=b` need not mean the negation of a whole filter.
    not: (inner, arg) => ['not ', arg.kind === 'test' || arg.kind === 'not' ? parenthesised(inner) : inner],
  }
  return finish(
    printPredicate(settle(apart(asked.where)), words, test => leaf(test, printing), printing),
    printing,
    style,
  )
}

/** Registry keys and the names of their values, which are one text in a rule, asked apart. */
const apart = (where: Predicate): Predicate =>
  rewrite(where, { predicate: of => (of.kind === 'test' ? (splitPath(of) ?? of) : of) })

/** Words that cannot be the bare name of a field (CrowdStrike Query Language grammar, "Reserved Words"). */
const reserved = /^(?:and|or|not|like|as|by|case|match|if|in|true|false)$/i

const fieldName = (name: string): string => (/^[#@]?[A-Za-z_]\w*$/.test(name) && !reserved.test(name) ? name : quoted(name))

const quoted = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&')}"`

function leaf(test: Test, printing: Printing): Doc {
  const { subject, match, span } = test
  const cannot = (code: string, message: string, hint: string): Doc => printing.cannot(code, message, span, hint)
  if (test.each !== undefined && test.each !== 'any')
    return cannot('LGS102', 'a question about all members of a list cannot be said in LogScale', 'ask for any member')
  if (subject.kind === 'fields' || subject.kind === 'raw') {
    return cannot('LGS104', 'a keyword would be searched in fields that LogScale adds, and not in its tags', 'name the field')
  }
  if (subject.kind !== 'field') return cannot('LGS102', 'a computed value cannot be asked in a filter of LogScale', 'ask a field')
  if (unpaired(subject.name) || /\p{Cc}/u.test(subject.name))
    return cannot('LGS106', 'the name of the field has characters that no field has', 'rename the field')
  const name = fieldName(subject.name)
  switch (match.kind) {
    case 'exists':
    case 'present':
      return `${name}=*`
    case 'empty':
      return `${name}=""`
    case 'glob': {
      const texts = match.glob.flatMap(part => (typeof part === 'string' ? [part] : []))
      if (texts.some(unpaired)) return cannot('LGS106', 'half of a character cannot be in an event', 'leave the value out')
      if (match.glob.length === 0) return `${name}=""`
      if (match.glob.length === 1 && typeof match.glob[0] !== 'string' && match.glob[0]!.wild === 'any') return `${name}=*`
      const [whole] = texts
      const exact = match.glob.length === 1 && whole !== undefined && !(match.fold && hasCase(whole))
      if (exact && !/[*\p{Cc}\p{Zl}\p{Zp}\ufeff]/u.test(whole)) return `${name}=${quoted(whole)}`
      return `${name}=${globExpression(match.glob, match.fold)}`
    }
    case 'regex': {
      if (unpaired(match.pattern)) return cannot('LGS106', 'half of a character cannot be in an event', 'leave the value out')
      const said = expression(match)
      return 'text' in said ? `${name}=${said.text}` : cannot('LGS107', said.cannot, 'say it with several tests')
    }
    case 'cidr': {
      const pattern = networkRegex(match.network)
      if (pattern === undefined)
        return cannot('LGS102', `"${match.network}" is no network`, 'write an address and a prefix length')
      const said = expression({ kind: 'regex', pattern, fold: false, whole: false })
      return 'text' in said ? `${name}=${said.text}` : cannot('LGS107', said.cannot, 'write the addresses with wildcards')
    }
    case 'compare': {
      if (match.to.kind !== 'literal')
        return cannot('LGS103', 'two fields cannot be compared in a filter of LogScale', 'compare with a value')
      const { value } = match.to
      if (typeof value === 'boolean' && match.op === '=') return `${name}=${globExpression([String(value)], true)}`
      const text = typeof value === 'number' || typeof value === 'bigint' ? String(value) : ''
      if (!/^-?\d+(?:\.\d+)?$/.test(text))
        return cannot(
          'LGS105',
          'LogScale cannot be given this value to compare with',
          'compare with a number without an exponent',
        )
      return `${name}${match.op}${match.op === '=' ? quoted(text) : text}`
    }
    case 'text':
      return cannot('LGS103', 'two fields cannot be compared in a filter of LogScale', 'compare with a value')
    case 'word':
    case 'among':
      return cannot('LGS102', `this test ("${match.kind}") cannot be said in LogScale`, 'ask for a text or a pattern')
  }
}
