// One item of a selection: a field with its modifiers and values, or keywords without a field → a predicate.

import type { Match, Predicate, Scalar } from '../../ir/predicate.ts'
import { portableRegex } from '../../ir/regex.ts'
import type { Span } from '../../text/source.ts'
import { suggest } from '../../text/suggest.ts'
import { fail, type Reader, warn } from './codes.ts'
import { isRefusal, type Modifier, modifiers, mostDashes, type Operand } from './modifiers.ts'
import { parseNetwork } from './network.ts'
import { read, readNumber } from './scalar.ts'
import { countDashes, dashes, isAny, type Piece, parseText, spellDashes, toGlob, widen } from './text.ts'
import { locator, type ScalarNode, type YamlNode } from './yaml.ts'

/** A key taken apart: the field it names (none: keywords), and its modifiers. */
interface Key {
  readonly node?: ScalarNode
  readonly field?: string
  readonly fieldSpan: Span
  readonly steps: readonly { readonly name: string; readonly modifier: Modifier; readonly span: Span }[]
  readonly all: boolean
  readonly neq: boolean
  readonly cased?: Span
}

const plainKey: Omit<Key, 'fieldSpan'> = { steps: [], all: false, neq: false }

const mostModifiers = 32

/** `Field|modifier|modifier` → its parts, or the error that was noted. */
function parseKey(node: ScalarNode, reader: Reader): Key | Predicate {
  if (!node.text.includes('|')) return { ...plainKey, node, field: node.text, fieldSpan: node.span }
  const place = locator(node, reader.source)
  const parts = node.text.split('|')
  const field = parts[0]!.trim()
  let at = parts[0]!.length + 1
  if (parts.length > mostModifiers) return fail(reader, 'SIG011', `a key has more than ${mostModifiers} modifiers`, node.span)
  const steps: { name: string; modifier: Modifier; span: Span }[] = []
  let all = false
  let neq = false
  let cased: Span | undefined
  for (const part of parts.slice(1)) {
    const span = { start: place(at), end: place(at + part.length) }
    at += part.length + 1
    const name = part.trim()
    const modifier = Object.hasOwn(modifiers, name) ? modifiers[name] : undefined
    if (modifier === undefined) {
      const near = name === '' ? undefined : suggest(name, Object.keys(modifiers))
      const hint = near !== undefined ? `did you mean "${near}"?` : `modifiers are ${Object.keys(modifiers).join(', ')}`
      return fail(reader, 'SIG010', name === '' ? 'a modifier is missing behind "|"' : `there is no modifier "${name}"`, span, {
        hint,
      })
    }
    if (name === 'all') all = true
    else if (name === 'neq') neq = true
    else if (name === 'cased') cased = span
    else steps.push({ name, modifier, span })
  }
  return {
    node,
    ...(field === '' ? {} : { field }),
    fieldSpan: { start: node.span.start, end: place(parts[0]!.length) },
    steps,
    all,
    neq,
    ...(cased === undefined ? {} : { cased }),
  }
}

/** An entry of a map: `Field|modifiers: value(s)`; a key without a field means keywords. */
export function readItem(node: ScalarNode, value: YamlNode, reader: Reader): Predicate {
  const key = parseKey(node, reader)
  return 'kind' in key ? key : readValues(key, value, reader)
}

/** A value that stands alone: a keyword. */
export function readKeyword(value: ScalarNode, reader: Reader): Predicate {
  return readValue({ ...plainKey, fieldSpan: value.span }, value, reader)
}

function readValues(key: Key, value: YamlNode, reader: Reader): Predicate {
  if (value.kind === 'map') {
    return fail(
      reader,
      'SIG012',
      `the value of "${key.node?.text ?? ''}" is a map, and a value is a text, a number, true, false or null`,
      value.span,
      {
        hint: 'write the fields of a nested record with dots: "outer.inner"',
      },
    )
  }
  let found: Predicate
  if (value.kind === 'scalar') found = readValue(key, value, reader)
  else if (value.items.length === 0) {
    if (key.field === undefined) return fail(reader, 'SIG020', 'the list of keywords is empty', value.span)
    warn(reader, 'SIG208', `the empty list of "${key.node?.text ?? ''}" is read as null`, value.span, {
      hint: 'write "null" for an absent field',
    })
    found = readValue(key, { kind: 'scalar', text: '', style: 'plain', span: value.span }, reader)
  } else {
    const tests: Predicate[] = []
    for (const item of value.items) {
      if (item.kind !== 'scalar') {
        const what = item.kind === 'map' ? 'a map' : 'a list'
        return fail(
          reader,
          'SIG012',
          `one value of "${key.node?.text ?? ''}" is ${what}, and a value is a text, a number, true, false or null`,
          item.span,
          {
            hint: 'a text that contains ": " or begins with "[" or "{" must be quoted',
          },
        )
      }
      const test = readValue(key, item, reader)
      // One value may be several tests that mean any of them; among alternatives they are alternatives too.
      if (!key.all && test.kind === 'or') tests.push(...test.args)
      else tests.push(test)
    }
    found = tests.length === 1 ? tests[0]! : { kind: key.all ? 'and' : 'or', args: tests, span: value.span }
  }
  return key.neq ? { kind: 'not', arg: found, span: value.span } : found
}

const stringPositions = new Set(['contains', 'startswith', 'endswith'])

/** One value through the modifiers of its key. */
function readValue(key: Key, node: ScalarNode, reader: Reader): Predicate {
  const reading = read(node)
  const { steps } = key
  if (steps.length === 0 && reading.doubt !== undefined) doubt(reading.doubt, node, reader)
  let operand: Operand = { kind: 'scalar', reading }
  let tookAsText = false
  for (const [index, step] of steps.entries()) {
    const next = step.modifier.apply!(operand, {
      first: index === 0,
      placeholders: steps.some(other => other.name === 'expand'),
      number: () => {
        const number = readNumber(node)
        if (number?.quoted)
          warn(reader, 'SIG209', `"${node.text}" is read as a number, though it is quoted`, node.span, {
            hint: 'write it without quotes',
          })
        return number?.value
      },
      boolean: () => {
        const value = /^(?:true|yes|on)$/i.test(node.text) ? true : /^(?:false|no|off)$/i.test(node.text) ? false : undefined
        if (value !== undefined && node.style !== 'plain') {
          warn(reader, 'SIG209', `"${node.text}" is read as ${value}, though it is quoted`, node.span, {
            hint: 'write it without quotes',
          })
        }
        return value
      },
      names: name => namesOf(name, reader),
      tookAsText: () => {
        tookAsText = true
      },
    })
    if (isRefusal(next)) {
      const hint = next.hint === undefined ? {} : { hint: next.hint }
      const about = next.code === 'SIG011' || next.code === 'SIG018' ? step.span : node.span
      return fail(reader, next.code, `"${step.name}" cannot be used on this value: ${next.why}`, about, hint)
    }
    operand = next
  }
  if (tookAsText) {
    warn(
      reader,
      'SIG202',
      `${node.text} is a ${reading.type}, and "${steps.map(step => step.name).join('|')}" takes it as text`,
      node.span,
      {
        hint: 'put it in quotes',
      },
    )
  }
  return finish(key, operand, node, reader)
}

function doubt(message: string, node: ScalarNode, reader: Reader): void {
  warn(reader, 'SIG201', message, node.span, { hint: 'put it in quotes if it is text' })
}

function namesOf(name: string, reader: Reader): readonly string[] | undefined {
  const names = reader.context.names
  const found = names !== undefined && Object.hasOwn(names, name) ? names[name] : undefined
  if (typeof found === 'string') return [found]
  return Array.isArray(found) ? found : undefined
}

const everyField: Scalar = { kind: 'fields', names: [{ wild: 'any' }] }

/** The predicate that a finished value is. */
function finish(key: Key, operand: Operand, node: ScalarNode, reader: Reader): Predicate {
  const span = node.span
  const test = (match: Match): Predicate =>
    key.field === undefined
      ? {
          kind: 'or',
          args: [
            { kind: 'test', subject: everyField, match, span },
            { kind: 'test', subject: { kind: 'raw' }, match, span },
          ],
          span,
        }
      : { kind: 'test', subject: { kind: 'field', name: key.field, span: key.fieldSpan }, match, span }
  const needsField = (): Predicate =>
    fail(reader, 'SIG011', `"${key.steps.at(-1)?.name ?? ''}" needs a field, and keywords have none`, span)
  const fold = key.cased === undefined
  if (key.cased !== undefined && operand.kind === 'regex') {
    return fail(
      reader,
      'SIG011',
      '"cased" cannot be used with "re": a regular expression heeds case unless "i" is given',
      key.cased,
    )
  }
  switch (operand.kind) {
    case 'scalar':
      return finishScalar(key, operand.reading, node, reader, test)
    case 'text':
      return finishText(key, operand, node, reader, test)
    case 'regex':
      return finishRegex(operand, node, reader, test)
    case 'field':
      if (key.field === undefined) return needsField()
      return test({ kind: 'text', how: operand.how, to: { kind: 'field', name: operand.name, span }, fold })
    case 'network': {
      const parsed = parseNetwork(operand.text.trim())
      if ('network' in parsed) return test({ kind: 'cidr', network: parsed.network })
      return fail(reader, 'SIG014', parsed.why, span, {
        hint:
          parsed.meant !== undefined
            ? `the network is "${parsed.meant}"`
            : 'write an address, "/" and the length of the prefix: "10.0.0.0/8"',
      })
    }
    case 'compare': {
      if (key.field === undefined) return needsField()
      const to: Scalar = { kind: 'literal', value: operand.to }
      if (operand.part === undefined) return test({ kind: 'compare', op: operand.op, to })
      const field: Scalar = { kind: 'field', name: key.field, span: key.fieldSpan }
      const subject: Scalar = { kind: 'call', fn: 'datepart', args: [field, { kind: 'literal', value: operand.part }] }
      return { kind: 'test', subject, match: { kind: 'compare', op: operand.op, to }, span }
    }
    case 'exists': {
      if (key.field === undefined) return needsField()
      const there = test({ kind: 'exists' })
      return operand.value ? there : { kind: 'not', arg: there, span }
    }
    case 'either': {
      const args = operand.of.flatMap(one => {
        const found = finish(key, one, node, reader)
        return found.kind === 'or' ? found.args : [found]
      })
      return args.length === 1 ? args[0]! : { kind: 'or', args, span }
    }
    case 'unknown': {
      const message = `the placeholder "%${operand.name}%" has no value`
      warn(reader, 'SIG013', message, span, {
        hint: 'give it one or more values by name; until then the rule cannot be evaluated',
      })
      return { kind: 'opaque', text: message, span }
    }
  }
}

type MakeTest = (match: Match) => Predicate

function finishScalar(key: Key, reading: ReturnType<typeof read>, node: ScalarNode, reader: Reader, test: MakeTest): Predicate {
  const span = node.span
  if (key.field === undefined) {
    if (reading.type === 'null') return fail(reader, 'SIG020', 'a keyword is empty', span)
    const text = reading.type === 'number' ? String(reading.value) : reading.text
    const pieces = reading.type === 'text' ? parseText(reading.text) : [text]
    if (pieces.length === 0 || (pieces.length === 1 && isAny(pieces[0]))) {
      warn(reader, 'SIG210', `the keyword "${text}" is in every event`, span)
      return { kind: 'const', value: true, span }
    }
    return test({ kind: 'glob', glob: toGlob(widen(pieces, true, true)), fold: key.cased === undefined })
  }
  switch (reading.type) {
    case 'null':
      return { kind: 'not', arg: test({ kind: 'present' }), span }
    case 'boolean':
    case 'number':
      return test({ kind: 'compare', op: '=', to: { kind: 'literal', value: reading.value } })
    case 'text':
      return matchText(parseText(reading.text), key.cased === undefined, test)
  }
}

function matchText(pieces: readonly Piece[], fold: boolean, test: MakeTest): Predicate {
  if (pieces.length === 0) return test({ kind: 'empty' })
  if (pieces.length === 1 && isAny(pieces[0])) return test({ kind: 'present' })
  return test({ kind: 'glob', glob: toGlob(pieces), fold })
}

function finishText(key: Key, operand: Operand & { kind: 'text' }, node: ScalarNode, reader: Reader, test: MakeTest): Predicate {
  const span = node.span
  const fold = key.cased === undefined && !operand.exact
  let { pieces } = operand
  if (operand.bytes) {
    warn(reader, 'SIG207', 'the value stays UTF-16 bytes, which a text field does not hold', span, {
      hint: 'put "base64" or "base64offset" behind the encoding',
    })
  }
  if (key.field === undefined && !key.steps.some(step => stringPositions.has(step.name))) pieces = widen(pieces, true, true)
  if (key.field === undefined && pieces.every(isAny)) {
    warn(reader, 'SIG210', `the keyword "${node.text}" is in every event`, span)
    return { kind: 'const', value: true, span }
  }
  const open = countDashes(pieces)
  if (open === 0) return matchText(pieces, fold, test)
  if (open <= mostDashes) {
    const args = spellDashes(pieces).flatMap(spelled => {
      const found = matchText(spelled, fold, test)
      return found.kind === 'or' ? found.args : [found]
    })
    return { kind: 'or', args, span }
  }
  // Too many to spell out: one expression that says the same.
  const pattern = pieces
    .map(piece => {
      if (typeof piece === 'string') return piece.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
      if ('dash' in piece) return `[${dashes.map(dash => (dash === '-' || dash === '/' ? `\\${dash}` : dash)).join('')}]`
      return 'wild' in piece && piece.wild === 'any' ? '.*' : '.'
    })
    .join('')
  const portable = portableRegex(pattern, { flavour: 'pcre', dotAll: true })
  if (portable.value === undefined) {
    return fail(reader, 'SIG012', `"windash" would have to spell ${open} dashes of one value, which is too long`, span)
  }
  return test({ kind: 'regex', pattern: portable.value, fold, whole: true })
}

function finishRegex(operand: Operand & { kind: 'regex' }, node: ScalarNode, reader: Reader, test: MakeTest): Predicate {
  let pattern = operand.pattern
  let shift = 0
  if (operand.start || operand.end) {
    shift = operand.start ? '\\A(?:'.length : '(?:'.length
    pattern = `${operand.start ? '\\A' : ''}(?:${pattern})${operand.end ? '\\z' : ''}`
  }
  const { flags } = operand
  const ignoreCase = flags.includes('i')
  const portable = portableRegex(pattern, {
    flavour: 'pcre',
    multiline: flags.includes('m'),
    dotAll: flags.includes('s'),
  })
  const place = locator(node, reader.source)
  const inside = (offset: number): number => place(Math.max(0, Math.min(offset - shift, node.text.length)))
  let refused: Predicate | undefined
  for (const finding of portable.diagnostics) {
    const span = finding.span === undefined ? node.span : { start: inside(finding.span.start), end: inside(finding.span.end) }
    const more = finding.hint === undefined ? {} : { hint: finding.hint }
    if (finding.severity !== 'error') warn(reader, 'SIG212', finding.message, span, more)
    else refused ??= fail(reader, 'SIG015', finding.message, span, more)
  }
  if (portable.value === undefined) return refused ?? fail(reader, 'SIG015', 'the regular expression cannot be used', node.span)
  return test({ kind: 'regex', pattern: portable.value, fold: ignoreCase, whole: false })
}
