// Meaning to one GNU grep over events of which each is a line, in JSON or XML: each test looks ahead from the start of the line for a key and its value, in any order; `not` looks ahead for what must not be there.

import { networkRegex } from '../../ir/network.ts'
import type { Pipeline } from '../../ir/pipeline.ts'
import type { Match, Predicate } from '../../ir/predicate.ts'
import type { Outcome } from '../../text/diagnostic.ts'
import { type Doc, mark } from '../../text/layout.ts'
import type { Printed, Style } from '../language.ts'
import { createPrinting, finish, type Printing, question, unpaired } from '../printing.ts'
import type { Form } from './form.ts'
import { json } from './json.ts'
import { xml } from './xml.ts'

type Test = Predicate & { kind: 'test' }

/** PCRE2 as it is usually built holds a compiled expression of 64 KiB, to which a character adds three bytes at most. */
const longest = 20_000

export function print(query: Pipeline, style?: Style): Outcome<Printed> {
  const printing = createPrinting()
  const asked = question(query)
  if ('beyond' in asked) {
    printing.cannot('GRP101', `${asked.beyond} cannot be said to grep`, asked.span, 'convert the rules that it stands on')
    return finish('', printing, style)
  }
  const form = style?.form === 'xml' ? xml : json
  const doc: Doc = ["LC_ALL=C.UTF-8 grep -aP '", form.definitions, '^', predicate(asked.where, form, printing), `' ${form.file}`]
  const printed = finish(doc, printing, { ...style, layout: 'line' })
  if (printed.value !== undefined && printed.value.text.length > longest) {
    printing.cannot('GRP106', 'the expression is longer than grep can be counted on to take', asked.where.span, 'split the rule')
    return finish('', printing, style)
  }
  return printed
}

/** A question as assertions at the start of the line. */
function predicate(of: Predicate, form: Form, printing: Printing): Doc {
  const spans = of.span === undefined ? [] : [of.span]
  switch (of.kind) {
    case 'and':
      return mark(
        of.args.map(arg => predicate(arg, form, printing)),
        spans,
      )
    case 'or':
      return of.args.length === 0
        ? '(?!)'
        : mark(['(?:', of.args.map((arg, index): Doc => [index === 0 ? '' : '|', predicate(arg, form, printing)]), ')'], spans)
    case 'not':
      return of.arg.kind === 'test'
        ? mark(['(?!', test(of.arg, form, printing), ')'], spans)
        : mark(['(?!', predicate(of.arg, form, printing), ')'], spans)
    case 'const':
      return of.value ? '' : '(?!)'
    case 'test':
      return mark(['(?=', test(of, form, printing), ')'], spans)
    case 'opaque':
      return printing.cannot(
        'PRN102',
        `"${of.text.slice(0, 80)}" was read and not understood, so it cannot be said in another language`,
        of.span,
        'write this part of the rule by hand',
      )
  }
}

function test({ subject, match, span, each }: Test, form: Form, printing: Printing): Doc {
  const cannot = (code: string, message: string, hint: string): Doc => printing.cannot(code, message, span, hint)
  if (each !== undefined && each !== 'any')
    return cannot('GRP102', 'a question about all members of a list cannot be said to grep', 'ask for any member')
  if (subject.kind === 'fields' || subject.kind === 'raw')
    return cannot('GRP103', 'a keyword would be searched in the names of the fields as well', 'name the field')
  if (subject.kind !== 'field') return cannot('GRP102', 'a computed value cannot be asked by grep', 'ask a field')
  if (unpaired(subject.name)) return cannot('GRP105', 'half of a character cannot be in a line', 'rename the field')
  const { name } = subject
  switch (match.kind) {
    case 'exists':
      return quote(form.exists(name))
    case 'present':
      return quote(form.present(name))
    case 'empty':
      return quote(form.empty(name))
    case 'glob':
      if (match.glob.some(part => typeof part === 'string' && unpaired(part)))
        return cannot('GRP105', 'half of a character cannot be in a line', 'leave the value out')
      return quote(form.text(name, match.glob, match.fold))
    case 'cidr': {
      const pattern = /^\(\?i\)\^(.*)\$$/s.exec(networkRegex(match.network) ?? '')?.[1]
      return pattern === undefined
        ? cannot('GRP102', `"${match.network}" cannot be asked by grep`, 'write the addresses with wildcards')
        : // A zone is of characters of the value.
          quote(form.pattern(name, `(?i:${pattern.replaceAll('%.*', '%(?&c)*')})`))
    }
    case 'compare':
      return compared(name, match, form, cannot)
    case 'regex':
      return cannot('GRP104', `a regular expression is not carried over to text in ${form.name}`, 'say it with wildcards')
    case 'text':
    case 'word':
    case 'among':
      return cannot('GRP102', `this test ("${match.kind}") cannot be said to grep`, 'compare with a text')
  }
}

function compared(
  name: string,
  match: Match & { kind: 'compare' },
  form: Form,
  cannot: (code: string, message: string, hint: string) => Doc,
): Doc {
  const value = match.to.kind === 'literal' ? match.to.value : undefined
  if (match.op !== '=' || (typeof value !== 'number' && typeof value !== 'bigint' && typeof value !== 'boolean'))
    return cannot('GRP102', 'grep cannot compare numbers or fields', 'ask for the value itself')
  if (typeof value === 'boolean') return quote(form.truth(name, value))
  const text = String(value)
  if (!/^-?\d+(?:\.\d+)?$/.test(text)) return cannot('GRP102', `grep cannot be given the number ${text}`, 'ask for its text')
  return quote(form.number(name, text.replace('.', '\\.')))
}

/** A text within single quotes of a shell. None of ours has a quote in it: those of values are written by their code. */
const quote = (text: string): string => text.replaceAll("'", "'\\''")
