// Rows counted in sliding windows, and steps in time, as window functions of SQL. A result is a row with its time, its group and what was measured.

import type { Column, Measure, Pipeline, Stage } from '../../../ir/pipeline.ts'
import type { Predicate, Scalar } from '../../../ir/predicate.ts'
import { fieldsUsed } from '../../../ir/walk.ts'
import { between, type Doc, group, hard, indent, line, tight } from '../../../text/layout.ts'
import type { Printing } from '../../printing.ts'
import { question } from '../../printing.ts'
import type { Dialect } from '../dialects.ts'
import { type Conditions, conditions } from './condition.ts'
import { fill } from './text.ts'

type Aggregate = Extract<Stage, { kind: 'aggregate' }>
type Sequence = Extract<Pipeline['from'], { kind: 'sequence' }>

/** Columns of our own, in every query of rows: the time, what puts rows in order, and the step that a row is of. */
const time = '_time'
const at = '_at'
const step = '_step'

/** A query that looks at several rows at once, or a report of what cannot be said. */
export function printWindows(query: Pipeline, dialect: Dialect, printing: Printing): Doc {
  return new Windows(dialect, printing).result(query)
}

class Windows {
  private readonly dialect: Dialect
  private readonly printing: Printing
  private readonly plain: Conditions

  constructor(dialect: Dialect, printing: Printing) {
    this.dialect = dialect
    this.printing = printing
    this.plain = conditions(dialect, printing, '')
  }

  private cannot(message: string, span: Stage['span'], hint = 'write one rule for each part'): Doc {
    return this.printing.cannot('SQL106', message, span, hint)
  }

  private name(of: string): string {
    return this.plain.scalar({ kind: 'field', name: of })
  }

  /** A whole query of results. */
  result(query: Pipeline): Doc {
    const { from, stages } = query
    const last = stages.at(-1)
    if (from.kind === 'sequence' && stages.length === 0) return this.sequence(from)
    if (last?.kind === 'aggregate' && stages.slice(0, -1).every(stateless))
      return this.counted({ ...query, stages: stages.slice(0, -1) }, last)
    const asked = question(query)
    if ('beyond' in asked) return this.cannot(`${asked.beyond} here cannot be said in ${this.dialect.title}`, asked.span)
    return this.cannot('rows of several tables have no columns in common', from.span)
  }

  /** The rows of a query, once for each of its branches, with these columns. */
  private rows(query: Pipeline, columns: readonly string[]): readonly Doc[] {
    const { from, stages } = query
    if (from.kind === 'union' && from.source === undefined && stages.every(stateless))
      return from.of.flatMap(branch => this.rows({ ...branch, stages: [...branch.stages, ...stages] }, columns))
    const front = stages.slice(0, stages.findIndex(stage => stage.kind === 'aggregate') + 1)
    const behind = stages.slice(front.length)
    const inner = front.length > 0 || from.kind === 'sequence'
    if (!inner && from.kind !== 'table') return [this.cannot(`rows from a ${from.kind} cannot be counted`, from.span)]
    const table = from.kind === 'table' ? from.name : ''
    const { scalar, where, source: rowsOfTable } = inner ? this.plain : conditions(this.dialect, this.printing, table)
    const made = new Map<string, Scalar>()
    const tests: Predicate[] = []
    for (const stage of behind) {
      if (stage.kind === 'extend') for (const column of stage.columns) made.set(column.name, column.value)
      else if (stage.kind === 'filter') tests.push(stage.where)
      else return [this.cannot(`the stage "${stage.kind}" cannot be said here`, stage.span)]
    }
    const own = from.kind === 'table' && !inner ? from.time : undefined
    if (!inner && own === undefined) return [this.cannot(`the table "${table}" names no column for the time`, from.span)]
    const when = own === undefined ? time : fill(this.dialect.time, this.name(own))
    const list: Doc[] = [
      own === undefined ? time : `${when} AS ${time}`,
      ...(this.ordered === time ? [] : [`${fill(this.dialect.order, when)} AS ${at}`]),
      ...columns.map(column => {
        const value = made.get(column)
        const name = column === step ? step : this.name(column)
        if (value === undefined || (value.kind === 'field' && value.name === column)) return name
        return `${scalar(value)} AS ${name}`
      }),
    ]
    const filter: Doc =
      tests.length === 0 ? '' : [hard, 'WHERE ', indent(where(tests.length === 1 ? tests[0]! : { kind: 'and', args: tests }))]
    const source: Doc = inner
      ? ['(', indent(hard, this.result({ ...query, stages: front })), hard, ') AS results']
      : rowsOfTable()
    return [['SELECT', commas(list), hard, 'FROM ', source, filter]]
  }

  private get ordered(): string {
    return this.dialect.order === '{}' ? time : at
  }

  private length(millis: number): string {
    if (this.dialect.span === 'microseconds') return String(millis * 1000)
    if (this.dialect.span === 'milliseconds') return String(millis)
    const units = [
      [86_400_000, 'day'],
      [3_600_000, 'hour'],
      [60_000, 'minute'],
      [1000, 'second'],
    ] as const
    for (const [size, unit] of units) {
      const count = millis / size
      if (Number.isInteger(count) && count > 0) return `INTERVAL '${count} ${unit}${count === 1 ? '' : 's'}'`
    }
    return `INTERVAL '${millis} milliseconds'`
  }

  /** The least length of time that is none. */
  private get instant(): string {
    return this.dialect.span === 'interval' ? "INTERVAL '1 microsecond'" : '1'
  }

  private window(groups: readonly string[], frame: string): string {
    const by = groups.length === 0 ? '' : `PARTITION BY ${groups.join(', ')} `
    return `(${by}ORDER BY ${this.ordered} RANGE BETWEEN ${frame})`
  }

  private present(groups: readonly string[]): Doc {
    return between(
      [time, ...groups].map(name => `${name} IS NOT NULL`),
      [line, 'AND '],
    )
  }

  private matched(queries: readonly Doc[]): Doc {
    return ['matched AS (', indent(hard, between(queries, [hard, 'UNION ALL', hard])), hard, ')']
  }

  private counted(front: Pipeline, stage: Aggregate): Doc {
    const { window, measures } = stage
    if (window?.kind !== 'sliding')
      return this.cannot(`counting without a sliding window cannot be said in ${this.dialect.title}`, stage.span)
    const groups = stage.by.map(column => (column.value.kind === 'field' ? column.value.name : column.name))
    const names = stage.by.map(column => column.name)
    const used = new Set(groups)
    for (const measure of measures) {
      if (measure.of !== undefined) for (const name of fieldsUsed(measure.of)) used.add(name)
      if (measure.where !== undefined) for (const name of fieldsUsed(measure.where)) used.add(name)
    }
    for (const name of [...names, ...measures.map(measure => measure.name)])
      if ([time, at].includes(name)) return this.cannot(`the name "${name}" is taken`, stage.span, 'rename the field')
    const by = groups.map(name => this.name(name))
    const rising = window.report === 'rising'
    const steady = stage.having !== undefined && isSteady(stage.having, measures)
    if (rising && !steady && stage.having !== undefined)
      this.printing.diagnostics.push({
        code: 'SQL303',
        severity: 'warning',
        message: 'this condition may become false and true again while no row comes, which a query does not see',
        span: stage.having.span ?? stage.span,
      })
    let asked = false
    const column = (measure: Measure, before: boolean): Doc => {
      const name = this.name(before ? `${measure.name} before` : measure.name)
      const value = this.measure(measure, stage)
      if (value === undefined) return ''
      if (!value.subquery) return `${value.text} OVER ${before ? 'window_before' : 'window_now'} AS ${name}`
      asked = true
      const limits = [
        ...by.map(key => `inside.${key} = matched.${key}`),
        `inside.${this.ordered} >= matched.${this.ordered} - ${this.length(window.size)}`,
        `inside.${this.ordered} ${before ? '<' : '<='} matched.${this.ordered}`,
      ]
      return `(SELECT ${value.text} FROM matched AS inside WHERE ${limits.join(' AND ')}) AS ${name}`
    }
    const list: Doc[] = [
      time,
      ...by.map((key, index) => (names[index] === groups[index] ? key : `${key} AS ${this.name(names[index]!)}`)),
      ...measures.map(measure => column(measure, false)),
      ...(rising ? measures.map(measure => column(measure, true)) : []),
      ...(rising && !steady ? ['count(*) OVER window_before AS _before'] : []),
    ]
    const whole = `${this.length(window.size)} PRECEDING AND CURRENT ROW`
    const earlier = `${this.length(window.size)} PRECEDING AND ${this.instant} PRECEDING`
    const plainly = measures.some(measure => Object.hasOwn(this.dialect.measures, measure.fn))
    const windows = [
      ...(plainly ? [`window_now AS ${this.window(by, whole)}`] : []),
      ...(rising && (plainly || !steady) ? [`window_before AS ${this.window(by, earlier)}`] : []),
    ]
    const source: Doc = [
      'SELECT',
      commas(list, asked),
      hard,
      'FROM matched',
      hard,
      'WHERE ',
      indent(group(this.present(by))),
      windows.length === 0 ? '' : [hard, 'WINDOW', indent(hard, between(windows, [',', hard]))],
    ]
    const having = stage.having === undefined ? undefined : this.having(stage.having, measures, '')
    const before = rising && stage.having !== undefined ? this.having(stage.having, measures, ' before') : undefined
    const output = [time, ...names.map(name => this.name(name)), ...measures.map(measure => this.name(measure.name))]
    return [
      'WITH ',
      this.matched(this.rows(front, [...used])),
      ',',
      hard,
      'counted AS (',
      indent(hard, source),
      hard,
      ')',
      hard,
      'SELECT DISTINCT',
      commas(output),
      hard,
      'FROM counted',
      having === undefined ? '' : [hard, 'WHERE ', indent(group(having))],
      before === undefined
        ? ''
        : indent(
            hard,
            group('AND NOT COALESCE(', indent(tight, steady ? '' : '_before > 0 AND ', before, ', FALSE'), tight, ')'),
          ),
      hard,
      `ORDER BY ${time}`,
    ]
  }

  /** A measure as an aggregate function, and whether it must be asked of a subquery because windows do not take it. */
  private measure(measure: Measure, stage: Aggregate): { readonly text: string; readonly subquery: boolean } | undefined {
    const { dialect } = this
    const subquery = !Object.hasOwn(dialect.measures, measure.fn)
    const template = subquery ? dialect.subqueries?.[measure.fn] : dialect.measures[measure.fn]
    if (template === undefined) {
      this.cannot(`${dialect.title} has no "${measure.fn}" of the rows in a window`, stage.span, 'count the events instead')
      return undefined
    }
    const value = measure.of === undefined ? '' : this.plain.scalar(measure.of)
    const numeric = ['sum', 'avg', 'median', 'percentile'].includes(measure.fn)
    const part = String(Number(measure.args?.[0] ?? 50) / 100)
    const filter = measure.where === undefined ? '' : ` FILTER (WHERE ${this.inline(measure.where)})`
    // count(*) counts rows; a count of a field those that have it.
    const called =
      measure.fn === 'count' && value !== ''
        ? `count(${value})`
        : fill(template, numeric ? fill(dialect.number, value) : value, part)
    return { text: called + filter, subquery }
  }

  /** Which rule a row is of. */
  private inline(where: Predicate): string {
    const one = (of: Predicate): string => {
      if (of.kind === 'or' || of.kind === 'and') return `(${of.args.map(one).join(` ${of.kind.toUpperCase()} `)})`
      if (
        of.kind === 'test' &&
        of.subject.kind === 'field' &&
        of.match.kind === 'glob' &&
        of.match.glob.every(part => typeof part === 'string')
      ) {
        const name = of.subject.name === step ? step : this.name(of.subject.name)
        return `${name} = ${this.plain.text(of.match.glob.join(''), of.span)}`
      }
      this.cannot('what is counted is picked by a condition that cannot be said here', of.span)
      return ''
    }
    return one(where)
  }

  private having(of: Predicate, measures: readonly Measure[], suffix: string): Doc {
    switch (of.kind) {
      case 'and':
      case 'or': {
        const parts = of.args.map(arg => {
          const inner = this.having(arg, measures, suffix)
          return (arg.kind === 'and' || arg.kind === 'or') && arg.kind !== of.kind ? ['(', inner, ')'] : inner
        })
        return between(parts, [line, `${of.kind.toUpperCase()} `])
      }
      case 'not':
        return ['NOT COALESCE(', this.having(of.arg, measures, suffix), ', FALSE)']
      case 'const':
        return of.value ? 'TRUE' : 'FALSE'
      case 'test': {
        const { subject, match } = of
        if (
          subject.kind === 'field' &&
          measures.some(measure => measure.name === subject.name) &&
          match.kind === 'compare' &&
          match.to.kind === 'literal' &&
          (typeof match.to.value === 'number' || typeof match.to.value === 'bigint')
        )
          return `${this.name(subject.name + suffix)} ${match.op} ${match.to.value}`
        return this.cannot('a condition on a group compares what was measured with a number', of.span)
      }
      default:
        return this.cannot('a condition on a group was not understood', of.span)
    }
  }

  private sequence(from: Sequence): Doc {
    const { steps, within } = from
    const refusal =
      from.match !== 'first'
        ? 'every combination of steps'
        : from.until !== undefined || steps.some(one => one.until !== undefined)
          ? 'a sequence with an end'
          : steps.some(one => one.absent === true)
            ? 'a step that must be absent'
            : within === undefined
              ? 'a sequence without a greatest length'
              : undefined
    if (refusal !== undefined || within === undefined)
      return this.cannot(`${refusal} cannot be said in ${this.dialect.title}`, from.span)
    const keys = steps[0]!.by.map(({ value }, index) => (value.kind === 'field' ? value.name : `key${index + 1}`))
    const labels = steps.map((one, index) => one.name ?? String(index + 1))
    const branches = steps.map(({ of, by }, index): Pipeline => {
      const columns: Column[] = by.flatMap(({ value }, place) =>
        value.kind === 'field' && value.name === keys[place] ? [] : [{ name: keys[place]!, value }],
      )
      columns.push({ name: step, value: { kind: 'literal', value: labels[index]! } })
      return { ...of, stages: [...of.stages, { kind: 'extend', columns }] }
    })
    const union: Pipeline = { from: { kind: 'union', of: branches }, stages: [] }
    return from.ordered ? this.inOrder(union, from, keys, labels, within) : this.together(union, from, keys, labels, within)
  }

  /** All steps in the window: as many of each as are asked for. */
  private together(rows: Pipeline, from: Sequence, keys: readonly string[], labels: readonly string[], within: number): Doc {
    const measures = labels.map(
      (label): Measure => ({
        name: label,
        fn: 'count',
        where: { kind: 'test', subject: { kind: 'field', name: step }, match: { kind: 'glob', glob: [label], fold: false } },
      }),
    )
    const having = labels.map(
      (label, index): Predicate => ({
        kind: 'test',
        subject: { kind: 'field', name: label },
        match: { kind: 'compare', op: '>=', to: { kind: 'literal', value: from.steps[index]!.times ?? 1 } },
      }),
    )
    return this.counted(rows, {
      kind: 'aggregate',
      by: keys.map((name): Column => ({ name, value: { kind: 'field', name } })),
      measures,
      window: { size: within, kind: 'sliding', report: 'rising' },
      having: { kind: 'and', args: having },
    })
  }

  /** For each row of a step, the latest beginning of a chain that comes to it; the last step's rows are results where that is not too long ago. */
  private inOrder(rows: Pipeline, from: Sequence, keys: readonly string[], labels: readonly string[], within: number): Doc {
    this.printing.diagnostics.push({
      code: 'SQL302',
      severity: 'warning',
      message:
        'every row that completes the steps is a result, also when it shares rows with another; rows of the same instant are in no order',
      ...(from.span === undefined ? {} : { span: from.span }),
    })
    const by = keys.map(key => this.name(key))
    const links = from.steps.flatMap((one, index) => Array<string>(one.times ?? 1).fill(labels[index]!))
    const frame = `${this.length(within)} PRECEDING AND ${this.instant} PRECEDING`
    const tables = links.map((label, index): Doc => {
      const value = index === 0 ? this.ordered : `max(_start_${index}) OVER ${this.window(by, frame)}`
      const column = `CASE WHEN ${step} = ${this.plain.text(label, undefined)} THEN ${value} END AS _start_${index + 1}`
      const source: Doc = index === 0 ? ['matched', hard, 'WHERE ', indent(group(this.present(by)))] : `step_${index}`
      return [`step_${index + 1} AS (`, indent(hard, 'SELECT *, ', column, hard, 'FROM ', source), hard, ')']
    })
    return [
      'WITH ',
      between([this.matched(this.rows(rows, [...keys, step])), ...tables], [',', hard]),
      hard,
      'SELECT DISTINCT',
      commas([time, ...by]),
      hard,
      `FROM step_${links.length}`,
      hard,
      `WHERE _start_${links.length} >= ${this.ordered} - ${this.length(within)}`,
      hard,
      `ORDER BY ${time}`,
    ]
  }
}

const stateless = (stage: Stage): boolean => stage.kind === 'filter' || stage.kind === 'extend'

const commas = (docs: readonly Doc[], broken = false): Doc =>
  group(indent(broken ? hard : line, between(docs, [',', broken ? hard : line])))

/** Whether a condition, once false, stays so while rows only leave: counts compared from below. */
function isSteady(having: Predicate, measures: readonly Measure[]): boolean {
  switch (having.kind) {
    case 'and':
    case 'or':
      return having.args.every(arg => isSteady(arg, measures))
    case 'test': {
      const { subject, match } = having
      const fn = measures.find(measure => subject.kind === 'field' && measure.name === subject.name)?.fn
      return match.kind === 'compare' && (match.op === '>' || match.op === '>=') && (fn === 'count' || fn === 'distinct')
    }
    default:
      return false
  }
}
