// A rule explained and an event traced, as objects of the contract and as text for people.

import { type Explanation, sayClass, type Trace } from '../../explain.ts'
import type { Detection } from '../../ir/detection.ts'
import type { Event } from '../../ir/event.ts'
import { type Diagnostic, place } from '../../text/diagnostic.ts'
import { type Paper, signs } from './paper.ts'
import { levelWord } from './table.ts'
import { clip, counted, oneLine, pad, width, wrap } from './text.ts'
import { drawTrace } from './tree.ts'
import { clock, isoTime, json, whole } from './value.ts'

/** How many other rules look for a field, operator and values. */
export type CorpusCount = (own: Detection, field: string, kind: string, values: readonly string[]) => number

/** A rule explained, as JSON. Spans are offsets into its file; `corpus` is null when no corpus was given. */
export function explanationRow(
  detection: Detection,
  told: Explanation,
  findings: readonly Diagnostic[],
  corpus: CorpusCount | undefined,
) {
  const file = detection.written.document.name
  return {
    file,
    rule: detection.id,
    title: detection.title,
    level: detection.level,
    attack: detection.attack,
    stages: told.stages.map(({ kind, text, span, rule }) => ({
      kind,
      text,
      span: span ?? null,
      ...(rule === undefined ? {} : { rule }),
    })),
    predicates: told.predicates.map(({ stage, field, op, value, fold, negated, span }) => ({
      stage,
      field,
      op,
      value,
      fold,
      negated,
      span: span ?? null,
    })),
    indicators: told.indicators.map(({ field, kind, values, negated }) => ({
      field,
      kind,
      values,
      negated: negated === true,
      corpus: corpus === undefined ? null : corpus(detection, field, kind, values),
    })),
    needs: told.needs,
    diagnostics: findings
      .filter(finding => place(finding)?.file === file)
      .map(finding => {
        const at = finding.span === undefined ? undefined : place(finding)
        return {
          code: finding.code,
          severity: finding.severity,
          message: finding.message,
          line: at?.line ?? null,
          column: at?.column ?? null,
          hint: finding.hint ?? null,
        }
      }),
  }
}

export type ExplanationRow = ReturnType<typeof explanationRow>

function heading(on: Paper, detection: Detection): void {
  const { colors } = on
  on.write(
    `${colors.bold(oneLine(detection.title))}  ${levelWord(on, detection.level)}  ${oneLine(detection.attack.join(' '))}\n`,
  )
  on.write(`  ${colors.dim(oneLine(`${detection.id}  ${detection.written.document.name}`))}\n`)
}

/** A rule explained for people; `verbose` shows every value. */
export function writeExplanation(
  on: Paper,
  detection: Detection,
  told: Explanation,
  row: ExplanationRow,
  verbose: boolean,
): void {
  const { colors } = on
  const cut = signs(on, '…')
  const room = on.columns
  heading(on, detection)
  for (const line of wrap(detection.description, Math.min(room, 120) - 2)) on.write(`  ${line}\n`)
  on.write(`\n  ${colors.dim('reads')}\n`)
  for (const { class: of, fields } of told.needs) {
    for (const [index, line] of wrap(`${sayClass(of)}: ${fields.join(', ')}`, room - 6).entries())
      on.write(`    ${index === 0 ? '' : '  '}${line}\n`)
  }
  on.write(`\n  ${colors.dim('stages')}\n`)
  for (const [index, stage] of told.stages.entries()) {
    const rule = stage.rule === undefined ? '' : `[${oneLine(stage.rule)}] `
    const head = `    ${pad(String(index + 1), 2, 'right')} ${pad(stage.kind, 9)} ${rule}`
    on.write(`${head}${clip(oneLine(stage.text), room - width(head), cut)}\n`)
  }
  const list = (title: string, items: ExplanationRow['indicators']) => {
    if (items.length === 0) return
    on.write(`\n  ${colors.dim(title)}\n`)
    const fields = Math.min(28, Math.max(...items.map(item => width(oneLine(item.field)))))
    const kinds = Math.max(...items.map(item => width(item.kind)))
    for (const item of items) {
      const head = `    ${pad(clip(oneLine(item.field), fields, cut), fields)}  ${pad(item.kind, kinds)}  `
      const others = item.corpus === null ? '' : colors.dim(`  (${counted(item.corpus, 'other rule')})`)
      const shown = verbose ? item.values : item.values.slice(0, 6)
      for (const [index, value] of shown.entries()) {
        on.write(
          `${index === 0 ? head : ' '.repeat(width(head))}${clip(oneLine(value), room - width(head), cut)}${index === 0 ? others : ''}\n`,
        )
      }
      if (shown.length === 0) on.write(`${head.trimEnd()}${others}\n`)
      if (shown.length < item.values.length)
        on.write(`${' '.repeat(width(head))}${colors.dim(`${item.values.length - shown.length} more: -v`)}\n`)
    }
  }
  list(
    'looks for',
    row.indicators.filter(item => !item.negated),
  )
  list(
    'lets pass',
    row.indicators.filter(item => item.negated),
  )
  if (detection.falsePositives.length > 0) {
    on.write(`\n  ${colors.dim('false positives')}\n`)
    for (const text of detection.falsePositives) for (const line of wrap(text, room - 4)) on.write(`    ${line}\n`)
  }
  if (detection.tests.length > 0)
    on.write(
      `\n  ${colors.dim(`${counted(detection.tests.length, 'test')}: terrier test ${oneLine(detection.written.document.name)}`)}\n`,
    )
  for (const finding of row.diagnostics) {
    on.write(
      `  ${finding.severity}[${finding.code}]: ${oneLine(finding.message)}${finding.line === null ? '' : ` (line ${finding.line})`}\n`,
    )
  }
  on.write('\n')
}

/** What a trace comes to; only a correlation stays undecided, because one event alone does not decide it. */
export type Verdict = 'match' | 'no match' | 'undecided'

const verdictWords: Readonly<Record<Verdict, string>> = {
  match: 'the rule matches this event',
  'no match': 'the rule does not match this event',
  undecided: 'the event counts; whether the rule fires depends on others',
}

/** A trace as JSON, down to 64 levels. */
export function traceJson(of: Trace, depth = 0): Readonly<Record<string, unknown>> {
  return {
    text: of.text,
    truth: of.truth,
    reason: of.reason ?? null,
    nearest: of.nearest ?? null,
    span: of.span ?? null,
    children: depth < 64 ? of.children.map(child => traceJson(child, depth + 1)) : [],
  }
}

/** An event as JSON: where it was read, when it was, its fields. */
export function eventJson(event: Event) {
  const { origin } = event
  return {
    source:
      origin === undefined
        ? null
        : {
            file: origin.source,
            member: origin.member ?? null,
            record: origin.record === undefined ? null : whole(origin.record),
            line: origin.line ?? null,
            index: origin.index,
          },
    time: isoTime(event.time, event.ticks),
    fields: json(event.fields),
  }
}

/** A trace for people: a tree, the verdict, the nearest miss. */
export function writeTrace(on: Paper, detection: Detection, event: Event, told: Trace, verdict: Verdict): void {
  const { colors } = on
  const { origin } = event
  const where =
    origin === undefined
      ? 'event'
      : `${origin.source}${origin.member === undefined ? '' : `!${origin.member}`} ${origin.record !== undefined ? `record ${origin.record}` : origin.line !== undefined ? `line ${origin.line}` : `event ${origin.index}`}`
  heading(on, detection)
  on.write(`  ${colors.dim(oneLine(event.time === undefined ? where : `${where}, ${clock(event.time)}`))}\n\n`)
  drawTrace(on, told)
  const colour = verdict === 'match' ? colors.green : verdict === 'no match' ? colors.red : colors.yellow
  on.write(`\n  ${colour(verdictWords[verdict])}\n`)
  if (verdict !== 'match' && told.nearest !== undefined) {
    for (const [index, line] of wrap(told.nearest, on.columns - 12).entries())
      on.write(`  ${index === 0 ? 'nearest: ' : '         '}${line}\n`)
  }
  on.write('\n')
}
