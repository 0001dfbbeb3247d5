// A tree as readable lines, for case files and people: one test a line, everything said, the same tree always the same lines.

import type { Value } from './event.ts'
import { globText } from './glob.ts'
import type { Column, From, Measure, Pipeline, SortKey, Stage, Step } from './pipeline.ts'
import type { Glob, Match, Predicate, Scalar } from './predicate.ts'

/** Trees deeper than this are cut, and say so with an ellipsis. */
const deepest = 200

/** A query as lines: where it starts, then one line for each stage, parts indented below it. Left out is `rules`, which is its language's. */
export function dumpPipeline(query: Pipeline): string {
  return pipelineLines(query, 0).join('\n')
}

/** A question as lines: one test a line, `all` and `any` above theirs. */
export function dumpPredicate(predicate: Predicate): string {
  return predicateLines(predicate, '', 0).join('\n')
}

/** A value computed from an event, on one line. */
export function dumpScalar(scalar: Scalar): string {
  return inline(scalar, 0)
}

const indented = (lines: readonly string[]) => lines.map(line => `  ${line}`)

function pipelineLines(query: Pipeline, depth: number): string[] {
  if (depth > deepest) return ['…']
  return [...fromLines(query.from, depth), ...query.stages.flatMap(stage => stageLines(stage, depth))]
}

function fromLines(from: From, depth: number): string[] {
  switch (from.kind) {
    case 'class': {
      const { product, category, service } = from.class
      const parts = Object.entries({ product, category, service }).filter(([, value]) => value !== undefined)
      return parts.length === 0 ? [] : [`from ${parts.map(([key, value]) => `${key} ${word(value!)}`).join(' ')}`]
    }
    case 'table':
      return [`from table ${word(from.name)}`]
    case 'rule':
      return [`from rule ${word(from.id)}`]
    case 'rows':
      return [
        `from rows ${from.columns.map(column => (column.type === undefined ? word(column.name) : `${word(column.name)}:${column.type}`)).join(', ')}`,
        ...indented(from.rows.map(row => row.map(constant).join(', '))),
      ]
    case 'range':
      return [
        `from range ${word(from.column)} ${inline(from.from, depth)} to ${inline(from.to, depth)} step ${inline(from.step, depth)}`,
      ]
    case 'union':
      return [
        `from union${from.source === undefined ? '' : ` source ${word(from.source)}`}${from.lenient === true ? ' lenient' : ''}${from.once === true ? ' once' : ''}`,
        ...from.of.flatMap((query, index) => [`  ${index}:`, ...indented(indented(pipelineLines(query, depth + 1)))]),
      ]
    case 'sequence':
      return [
        `from sequence ${from.ordered ? 'ordered' : 'unordered'} match ${from.match}${from.within === undefined ? '' : ` within ${from.within} ms`}`,
        ...from.steps.flatMap((step, index) => indented(stepLines(step.name ?? String(index), step, depth))),
        ...(from.until === undefined ? [] : indented(stepLines('until', from.until, depth))),
      ]
  }
}

function stepLines(name: string, step: Step, depth: number): string[] {
  const by = step.by.map(key => `${inline(key.value, depth)}${key.optional === true ? '?' : ''}`).join(', ')
  return [
    `${word(name)}:${by === '' ? '' : ` by ${by}`}${step.absent === true ? ' absent' : ''}${step.times === undefined ? '' : ` times ${step.times}`}`,
    ...indented(pipelineLines(step.of, depth + 1)),
    ...(step.until === undefined ? [] : indented(predicateLines(step.until, 'until ', depth + 1))),
  ]
}

function stageLines(stage: Stage, depth: number): string[] {
  switch (stage.kind) {
    case 'filter':
      return predicateLines(stage.where, 'filter ', depth)
    case 'extend':
      return stage.columns.map(column => `extend ${columnText(column, depth)}`)
    case 'project':
      return [`project ${stage.mode} ${stage.names.map(globWord).join(', ')}`]
    case 'rename':
      return [`rename ${stage.names.map(name => `${globWord(name.from)} to ${globWord(name.to)}`).join(', ')}`]
    case 'aggregate': {
      const { window } = stage
      const over =
        window === undefined
          ? ''
          : ` over ${window.size} ms ${window.kind}${window.report === undefined ? '' : ` report ${window.report}`}`
      return [
        `aggregate${byText(stage.by, depth)}${over}`,
        ...indented(stage.measures.map(measure => measureText(measure, depth))),
        ...(stage.having === undefined ? [] : indented(predicateLines(stage.having, 'having ', depth + 1))),
      ]
    }
    case 'window':
      return [
        `window${byText(stage.by, depth)}${orderText(stage.order, depth)}${stage.frame === 'running' ? ' running' : ''}${stage.current === false ? ' before' : ''}${stage.rows === undefined ? '' : ` rows ${stage.rows}`}${stage.reach === undefined ? '' : ` reach ${stage.reach} ms`}`,
        ...indented(stage.measures.map(measure => measureText(measure, depth))),
      ]
    case 'join':
      return [
        `join ${stage.how} clash ${stage.clash}${stage.take === undefined ? '' : ` take ${stage.take}`}${stage.within === undefined ? '' : ` within ${stage.within} ms`}`,
        ...indented(
          stage.on.map(
            pair => `on ${inline(pair.left, depth)} ${pair.by} ${inline(pair.right, depth)}${pair.fold === true ? ' fold' : ''}`,
          ),
        ),
        ...indented(pipelineLines(stage.right, depth + 1)),
      ]
    case 'sort':
      return [`sort${orderText(stage.keys, depth).replace(' order', '')}`]
    case 'limit':
      return [`limit ${stage.count}${byText(stage.by ?? [], depth)}`]
    case 'expand':
      return [
        `expand ${stage.columns.map(word).join(', ')}${stage.index === undefined ? '' : ` index ${word(stage.index)}`}${stage.limit === undefined ? '' : ` limit ${stage.limit}`}${stage.bags === 'array' ? ' bags as lists' : ''}`,
      ]
    case 'apply':
      return [
        `apply ${stage.mode}`,
        ...(depth > deepest ? ['  …'] : indented(stage.body.flatMap(inner => stageLines(inner, depth + 1)))),
      ]
    case 'special':
      return [
        `special ${stage.name}`,
        ...indented(Object.entries(stage.args).flatMap(([name, value]) => argumentLines(name, value, depth))),
      ]
    case 'opaque':
      return [`opaque ${quoted(stage.text)}`]
  }
}

function argumentLines(name: string, value: Value | Scalar | Pipeline, depth: number): string[] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    if ('from' in value && 'stages' in value) return [`${word(name)}:`, ...indented(pipelineLines(value as Pipeline, depth + 1))]
    if (typeof (value as { kind?: unknown }).kind === 'string') return [`${word(name)}: ${inline(value as Scalar, depth)}`]
  }
  return [`${word(name)}: ${constant(value as Value)}`]
}

function columnText(column: Column, depth: number): string {
  return `${word(column.name)}${column.type === undefined ? '' : `:${column.type}`} = ${inline(column.value, depth)}`
}

/** A column that is the field of its own name is only named. */
function byText(by: readonly Column[], depth: number): string {
  if (by.length === 0) return ''
  const text = (column: Column) =>
    column.value.kind === 'field' && column.value.name === column.name && column.type === undefined
      ? word(column.name)
      : columnText(column, depth)
  return ` by ${by.map(text).join(', ')}`
}

function orderText(order: readonly SortKey[], depth: number): string {
  if (order.length === 0) return ''
  return ` order ${order.map(key => `${inline(key.by, depth)} ${key.descending ? 'descending' : 'ascending'} nulls ${key.nulls}`).join(', ')}`
}

function measureText(measure: Measure, depth: number): string {
  const scalars = [...(measure.of === undefined ? [] : [measure.of]), ...(measure.also ?? [])]
  const inside = [...scalars.map(scalar => inline(scalar, depth)), ...(measure.args ?? []).map(constant)].join(', ')
  const more =
    measure.with === undefined
      ? ''
      : ` with ${measure.with === '*' ? '*' : measure.with.map(column => columnText(column, depth)).join(', ')}`
  const where = measure.where === undefined ? '' : ` where ${inlinePredicate(measure.where, depth + 1, false)}`
  return `${word(measure.name)} = ${measure.fn}(${inside})${more}${where}`
}

function predicateLines(predicate: Predicate, lead: string, depth: number): string[] {
  if (depth > deepest) return [`${lead}…`]
  switch (predicate.kind) {
    case 'and':
    case 'or':
      return [
        `${lead}${predicate.kind === 'and' ? 'all' : 'any'}`,
        ...indented(predicate.args.flatMap(arg => predicateLines(arg, '', depth + 1))),
      ]
    case 'not':
      return predicateLines(predicate.arg, `${lead}not `, depth + 1)
    case 'const':
      return [`${lead}${predicate.value}`]
    case 'opaque':
      return [`${lead}opaque ${quoted(predicate.text)}`]
    case 'test': {
      const rows = predicate.match.kind === 'among' ? indented(pipelineLines(predicate.match.rows, depth + 1)) : []
      return [`${lead}${testText(predicate, depth)}`, ...rows]
    }
  }
}

function testText(test: Predicate & { kind: 'test' }, depth: number): string {
  const each = test.each === undefined || test.each === 'any' ? '' : `${test.each} of `
  return `${each}${inline(test.subject, depth)} ${matchText(test.match, depth)}`
}

const foldText = (fold: boolean | undefined) => (fold === true ? ' fold' : '')

function matchText(match: Match, depth: number): string {
  switch (match.kind) {
    case 'exists':
    case 'present':
    case 'empty':
      return match.kind
    case 'glob':
      return `~ ${globWord(match.glob)}${foldText(match.fold)}`
    case 'text': {
      const how = { whole: 'is', start: 'starts with', end: 'ends with', anywhere: 'contains' }[match.how]
      return `${how} ${inline(match.to, depth)}${foldText(match.fold)}`
    }
    case 'word':
      return `has word ${match.side === 'whole' ? '' : `${match.side} `}${inline(match.text, depth)} ${match.words}${foldText(match.fold)}`
    case 'regex':
      return `=~ /${shown(match.pattern)}/${foldText(match.fold)}${match.whole ? ' whole' : ''}`
    case 'compare':
      return `${match.op} ${inline(match.to, depth)}${foldText(match.fold)}`
    case 'cidr':
      return `in ${match.network}`
    case 'among':
      return `among ${word(match.column)}${foldText(match.fold)} of`
  }
}

function inline(scalar: Scalar, depth: number): string {
  if (depth > deepest) return '…'
  switch (scalar.kind) {
    case 'field':
      return word(scalar.name)
    case 'fields':
      return `fields(${globWord(scalar.names)})`
    case 'raw':
      return 'raw()'
    case 'literal':
      return `${constant(scalar.value)}${scalar.type === undefined ? '' : `:${scalar.type}`}`
    case 'call':
      return `${scalar.fn}(${scalar.args.map(arg => inline(arg, depth + 1)).join(', ')})${scalar.type === undefined ? '' : `:${scalar.type}`}`
    case 'case': {
      const branches = scalar.branches.map(
        branch => `${inlinePredicate(branch.when, depth + 1, false)} → ${inline(branch.then, depth + 1)}`,
      )
      return `case(${[...branches, `otherwise ${inline(scalar.otherwise, depth + 1)}`].join('; ')})`
    }
    case 'single':
      return `single(${pipelineLines(scalar.of, depth + 1)
        .map(line => line.trim())
        .join(' | ')})`
  }
}

function inlinePredicate(predicate: Predicate, depth: number, bracketed: boolean): string {
  if (depth > deepest) return '…'
  switch (predicate.kind) {
    case 'and':
    case 'or': {
      const text = predicate.args.map(arg => inlinePredicate(arg, depth + 1, true)).join(` ${predicate.kind} `)
      return bracketed ? `(${text})` : text
    }
    case 'not':
      return `not ${inlinePredicate(predicate.arg, depth + 1, true)}`
    default:
      return predicateLines(predicate, '', depth)
        .map(line => line.trim())
        .join(' ')
  }
}

/** A constant as JSON, except that big numbers keep their digits and invisible characters are shown. */
function constant(value: Value): string {
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'number') return String(value)
  return shown(JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner)))
}

/** A name, between backticks when it is not plain. */
function word(name: string): string {
  return /^[\p{L}\p{N}_.@:[\]{}-]+$/u.test(name) ? name : `\`${shown(name).replaceAll('`', '\\`')}\``
}

/** A glob, between quotes when it would not read as one word. */
function globWord(pattern: Glob): string {
  const text = globText(pattern)
  return /^[^\s"`\p{C}]+$/u.test(text) ? text : `"${shown(text).replaceAll('"', '\\"')}"`
}

function quoted(text: string): string {
  return `"${shown(text).replaceAll('"', '\\"')}"`
}

/** A text with its invisible characters made visible, so that it stays on its line. */
function shown(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, character => {
    const known: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }
    return known[character] ?? `\\u{${character.codePointAt(0)!.toString(16)}}`
  })
}
