// Sigma text → pipeline: a whole rule, or only what stands below `detection`.

import type { Pipeline } from '../../ir/pipeline.ts'
import type { Diagnostic, Outcome } from '../../text/diagnostic.ts'
import type { Source } from '../../text/source.ts'
import type { ParseContext } from '../language.ts'
import { fail, type Reader } from './codes.ts'
import { eventClassOf, readDetection } from './detection.ts'
import { documents, entry } from './yaml.ts'

/**
 * Reads the first document of a text. With a `detection` key it is a rule, and its log source is read with it; otherwise its
 * keys are search identifiers and `condition`, beside an optional `logsource`. Spans are offsets into the source.
 */
export function parse(source: Source, context: ParseContext = {}): Outcome<Pipeline> {
  const diagnostics: Diagnostic[] = []
  const reader: Reader = { source, context, diagnostics }
  const read = documents(source)
  diagnostics.push(...read.diagnostics)
  const root = read.documents[0]?.root
  if (root === undefined) {
    if (diagnostics.length === 0) fail(reader, 'SIG029', 'the text is empty', { start: 0, end: 0 })
    return { diagnostics }
  }
  if (root.kind !== 'map') {
    fail(reader, 'SIG029', 'a detection is a map of search identifiers and a condition', root.span)
    return { diagnostics }
  }
  const eventClass = eventClassOf(entry(root, 'logsource')?.value)
  const detection = entry(root, 'detection')
  if (detection === undefined) {
    if (entry(root, 'correlation') !== undefined) {
      fail(reader, 'SIG029', 'a correlation speaks of other rules and has no detection of its own', root.span, {
        hint: 'read it together with those rules',
      })
      return { diagnostics }
    }
    return { value: readDetection(root, eventClass, reader, new Set(['logsource'])), diagnostics }
  }
  if (detection.value.kind !== 'map') {
    fail(reader, 'SIG029', '"detection" is a map of search identifiers and a condition', detection.value.span)
    return { diagnostics }
  }
  return { value: readDetection(detection.value, eventClass, reader), diagnostics }
}
