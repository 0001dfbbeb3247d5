// Detection and target to query text, and to the documents the target takes. What a language or a schema cannot say is a diagnostic, never a text.

import type { Detection } from './ir/detection.ts'
import type { Pipeline } from './ir/pipeline.ts'
import { fieldsUsed, visit } from './ir/walk.ts'
import { languages } from './languages/index.ts'
import type { Printed, Style } from './languages/language.ts'
import { ruleFormats } from './rules/index.ts'
import { periodOf } from './rules/period.ts'
import type { ProcessingPipeline } from './rules/pysigma.ts'
import { applyPipeline, type Processed } from './rules/pysigma-apply.ts'
import { postprocess } from './rules/pysigma-finish.ts'
import { schemas } from './schemas/index.ts'
import { readsTables, retell } from './schemas/retell.ts'
import type { Schema } from './schemas/schema.ts'
import { translate, views } from './schemas/translate.ts'
import type { Target } from './targets.ts'
import type { Diagnostic, Outcome } from './text/diagnostic.ts'

export const codes: Readonly<Record<string, string>> = {
  CNV001: 'a target names a language that cannot be written',
  CNV002: 'a target names a schema or a document that is not there',
  CNV302: 'a document of the target may hold what a query cannot',
  CNV301: 'a query does not ask for the log source of its rule',
}

export interface Converted {
  readonly printed: Printed
  readonly documents: readonly { readonly name: string; readonly text: string }[]
}

export interface ConvertOptions {
  readonly layout?: Style['layout']
  /** Keeps named approximations, each with a warning, instead of refusing. */
  readonly loose?: boolean
  /** The document to write; `none` for the bare query; default the target's first. */
  readonly document?: string
  /** Names and log source as this processing pipeline says, or (`none`) as the rule has them; the schema step is then off. */
  readonly pipeline?: ProcessingPipeline | 'none'
}

/** One detection as a target's query and documents. Spans of diagnostics and marks lie in the detection's own document. */
export function convert(detection: Detection, target: Target, options: ConvertOptions = {}): Outcome<Converted> {
  const source = detection.written.document
  const told = (findings: readonly Diagnostic[]): readonly Diagnostic[] =>
    findings.map(finding => (finding.source === undefined ? { ...finding, source } : finding))
  const language = languages.find(known => known.id === target.language)
  if (language?.print === undefined)
    return {
      diagnostics: told([{ code: 'CNV001', severity: 'error', message: `the language "${target.language}" cannot be written` }]),
    }
  const schema = schemas.find(known => known.id === target.schema)
  if (schema === undefined)
    return { diagnostics: told([{ code: 'CNV002', severity: 'error', message: `there is no schema "${target.schema}"` }]) }
  // A rule in its own language and names stays as it is, whatever logs it is for.
  const own =
    target.language === detection.written.language && (target.schema === detection.schema || readsTables(detection.query))
  const pipeline = options.pipeline === 'none' ? undefined : options.pipeline
  const processed = pipeline === undefined ? undefined : applyPipeline(detection, pipeline)
  if (processed !== undefined && processed.value === undefined) return { diagnostics: told(processed.diagnostics) }
  const query = processed?.value?.query ?? detection.query
  const translated = own
    ? { value: query, diagnostics: processed?.diagnostics ?? [] }
    : options.pipeline === undefined
      ? inNamesOf(detection, schema, options.loose === true)
      : asNamed(query, schema, processed)
  if (translated.value === undefined) return { diagnostics: told(translated.diagnostics) }
  const style: Style = {
    layout: options.layout ?? 'block',
    form: target.form,
    ...(options.loose === undefined ? {} : { loose: options.loose }),
  }
  const wanted = options.document === 'none' ? undefined : (options.document ?? target.documents?.[0])
  const format = wanted === undefined || processed !== undefined ? undefined : ruleFormats.find(known => known.id === wanted)
  const parts = format?.parts?.(translated.value)
  const print = language.print
  // A query over tables in its own language is the text that it was written as.
  const asWritten = own && processed === undefined && readsTables(detection.query) ? detection.written.query.text.trim() : ''
  const texts =
    asWritten === ''
      ? (parts ?? [translated.value]).map(part => print(part, style))
      : [{ value: { text: asWritten, marks: [] }, diagnostics: [] }]
  const printed = joined(texts)
  const diagnostics = [...translated.diagnostics, ...printed.diagnostics]
  if (printed.value === undefined) {
    const able = parts !== undefined ? undefined : target.documents?.find(id => holds(id, translated.value!))
    if (able !== undefined) {
      diagnostics.push({
        code: 'CNV302',
        severity: 'note',
        message: `the document "${able}" of this target may hold what its query cannot`,
        hint: `ask for it: --document=${able}`,
      })
    }
    return { diagnostics: told(diagnostics) }
  }
  if (processed?.value !== undefined && pipeline !== undefined) {
    const finished = postprocess(printed.value.text, processed.value.going, pipeline)
    diagnostics.push(...finished.diagnostics)
    if (finished.value === undefined) return { diagnostics: told(diagnostics) }
    return { value: { printed: moved(printed.value, finished.value), documents: [] }, diagnostics: told(diagnostics) }
  }
  if (wanted === undefined) return { value: { printed: printed.value, documents: [] }, diagnostics: told(diagnostics) }
  if (format?.write === undefined)
    return {
      diagnostics: told([...diagnostics, { code: 'CNV002', severity: 'error', message: `there is no document "${wanted}"` }]),
    }
  const written = format.write(detection, printed.value, [...fieldsUsed(translated.value)], {
    target: target.id,
    language: target.language,
    tables: tablesOf(translated.value),
    query: translated.value,
    ...(parts === undefined ? {} : { texts: texts.map(one => one.value!.text) }),
  })
  // A part alone is another query.
  if (written.value === undefined && parts !== undefined) return { diagnostics: told([...diagnostics, ...written.diagnostics]) }
  return {
    value: { printed: printed.value, documents: written.value ?? [] },
    diagnostics: told([...diagnostics, ...written.diagnostics]),
  }
}

/** Whether a document says itself what its texts need not. */
const holds = (id: string, query: Pipeline): boolean => ruleFormats.find(known => known.id === id)?.parts?.(query) !== undefined

/** The texts of a document's parts as one, an empty line between; none when one of them could not be said. */
function joined(texts: readonly Outcome<Printed>[]): Outcome<Printed> {
  if (texts.length === 1) return texts[0]!
  const diagnostics = texts.flatMap(one => one.diagnostics)
  let text = ''
  const marks: Printed['marks'][number][] = []
  for (const { value } of texts) {
    if (value === undefined) return { diagnostics }
    if (text !== '') text += '\n\n'
    for (const mark of value.marks) marks.push({ ...mark, start: mark.start + text.length, end: mark.end + text.length })
    text += value.text
  }
  return { value: { text, marks }, diagnostics }
}

/** A rule is converted for one target after the other, of which many have the same schema: what the last rule was translated to is kept. */
let last: { readonly detection: Detection; readonly made: Map<string, Outcome<Pipeline>> } | undefined

function inNamesOf(detection: Detection, schema: Schema, loose: boolean): Outcome<Pipeline> {
  if (last?.detection !== detection) last = { detection, made: new Map() }
  const key = `${schema.id} ${loose}`
  const made = last.made.get(key) ?? inSchema(detection, schema, loose)
  last.made.set(key, made)
  return made
}

/** A query over another product's tables is told in Sigma's names first. */
function inSchema(detection: Detection, schema: Schema, loose: boolean): Outcome<Pipeline> {
  if (!readsTables(detection.query)) return translate(detection.query, schema, { loose })
  const told = retell(detection.query, schemas, 'windows', periodOf(detection))
  if (told.value === undefined) return told
  // Sigma's own names need no telling; a rule is about one kind of event.
  if (schema.id === 'sigma') return oneKind(told.value, told.diagnostics)
  const made = translate(told.value, schema, { loose })
  return { ...made, diagnostics: [...told.diagnostics, ...made.diagnostics] }
}

/** The best known kind of event of a query over a table that holds several with the same question; the others are other rules, which is told. */
function oneKind(query: Pipeline, diagnostics: readonly Diagnostic[]): Outcome<Pipeline> {
  const { from } = query
  if (from.kind !== 'union' || query.stages.length > 0 || from.of.length < 2) return { value: query, diagnostics }
  const [first, ...others] = from.of
  const plain = JSON.stringify(first!.stages, bare)
  const product = (of: Pipeline): string | undefined => (of.from.kind === 'class' ? of.from.class.product : undefined)
  // Kinds of several products are no one rule: a search over everything says with its conditions which it means.
  if (product(first!) === undefined || others.some(other => product(other) !== product(first!)))
    return { value: query, diagnostics }
  if (others.some(other => JSON.stringify(other.stages, bare) !== plain)) return { value: query, diagnostics }
  const said = others.flatMap(({ from: of }) =>
    of.kind === 'class' ? [of.class.category ?? of.class.service ?? of.class.product ?? ''] : [],
  )
  return {
    value: first!,
    diagnostics: [
      ...diagnostics,
      {
        code: 'SCH305',
        severity: 'warning',
        message: `the table holds ${said.join(', ')} as well: a rule is about one kind of event, so this is narrower`,
        hint: 'write a rule for each',
      },
    ],
  }
}

const bare = (key: string, value: unknown): unknown =>
  key === 'span' ? undefined : typeof value === 'bigint' ? String(value) : value

/** The tables that a query reads, each once, in the order of the query. */
function tablesOf(query: Pipeline): readonly string[] {
  const tables = new Set<string>()
  visit(query, { from: from => from.kind === 'table' && tables.add(from.name) })
  return [...tables]
}

/** What pipelines for the products call the table, index or macro that a query reads, as their state has it. */
const tableKeys = ['query_table', 'table', 'index', 'indices'] as const

/**
 * A query in the names it has, over a table: the one that a pipeline names in its state, else the one where the schema holds the log
 * source. Without a pipeline nothing stands for the log source, which is told.
 */
function asNamed(query: Pipeline, schema: Schema, processed: Outcome<Processed> | undefined): Outcome<Pipeline> {
  const state = processed?.value?.going.state
  const stated = tableKeys.map(key => state?.get(key)).find(value => typeof value === 'string')
  const over = (of: Pipeline): Pipeline => {
    const { from } = of
    if (from.kind === 'union') return { ...of, from: { ...from, of: from.of.map(over) } }
    if (from.kind === 'sequence')
      return { ...of, from: { ...from, steps: from.steps.map(step => ({ ...step, of: over(step.of) })) } }
    if (from.kind !== 'class') return of
    const table = stated ?? (views(schema, from.class)[0]?.table ?? schema.tables[0])?.name ?? 'events'
    const time = schema.time?.[0]
    return { ...of, from: { kind: 'table', name: table, span: from.span, ...(time === undefined ? {} : { time }) } }
  }
  const diagnostics: Diagnostic[] = [...(processed?.diagnostics ?? [])]
  if (processed === undefined)
    diagnostics.push({
      code: 'CNV301',
      severity: 'warning',
      message: 'without a pipeline the query does not ask for the log source of the rule',
      hint: 'leave --without-pipeline out, or add the log source by hand',
    })
  return { value: over(query), diagnostics }
}

/** Marks of a query that postprocessing put into a larger text; where it was changed there are none. */
function moved(printed: Printed, text: string): Printed {
  const at = text.indexOf(printed.text)
  if (at === -1) return { text, marks: [] }
  return { text, marks: printed.marks.map(mark => ({ ...mark, start: mark.start + at, end: mark.end + at })) }
}
