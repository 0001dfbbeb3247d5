// Detection and target to query text, and to the documents the target takes. What a language or a schema cannot say is a diagnostic, never a text.

import type { Detection } from './ir/detection.ts'
import type { Pipeline } from './ir/pipeline.ts'
import { fieldsUsed, visit } from './ir/walk.ts'
import { languages } from './languages/index.ts'
import type { Printed, Style } from './languages/language.ts'
import { ruleFormats } from './rules/index.ts'
import { schemas } from './schemas/index.ts'
import { translate } from './schemas/translate.ts'
import type { Target } from './targets.ts'
import type { Diagnostic, Outcome } from './text/diagnostic.ts'

export const codes: Readonly<Record<string, string>> = {
  CNV001: 'a target names a language that cannot be written',
  CNV002: 'a target names a schema or a document that is not there',
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
  const own = target.language === detection.written.language && target.schema === detection.schema
  const translated = own ? { value: detection.query, diagnostics: [] } : translate(detection.query, schema, options)
  if (translated.value === undefined) return { diagnostics: told(translated.diagnostics) }
  const printed = language.print(translated.value, {
    layout: options.layout ?? 'block',
    form: target.form,
    ...(options.loose === undefined ? {} : { loose: options.loose }),
  })
  const diagnostics = [...translated.diagnostics, ...printed.diagnostics]
  if (printed.value === undefined) return { diagnostics: told(diagnostics) }
  const wanted = options.document === 'none' ? undefined : (options.document ?? target.documents?.[0])
  if (wanted === undefined) return { value: { printed: printed.value, documents: [] }, diagnostics: told(diagnostics) }
  const format = ruleFormats.find(known => known.id === wanted)
  if (format?.write === undefined)
    return {
      diagnostics: told([...diagnostics, { code: 'CNV002', severity: 'error', message: `there is no document "${wanted}"` }]),
    }
  const written = format.write(detection, printed.value, [...fieldsUsed(translated.value)], {
    target: target.id,
    language: target.language,
    tables: tablesOf(translated.value),
  })
  return {
    value: { printed: printed.value, documents: written.value ?? [] },
    diagnostics: told([...diagnostics, ...written.diagnostics]),
  }
}

/** The tables that a query reads, each once, in the order of the query. */
function tablesOf(query: Pipeline): readonly string[] {
  const tables = new Set<string>()
  visit(query, { from: from => from.kind === 'table' && tables.add(from.name) })
  return [...tables]
}
