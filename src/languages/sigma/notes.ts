// Where the reading of one Sigma document notes what it finds, and the texts of its nodes.

import type { Diagnostic } from '../../text/diagnostic.ts'
import type { Source, Span } from '../../text/source.ts'
import { read } from './scalar.ts'
import type { YamlNode } from './yaml.ts'

/** Where findings about one document go. */
export interface Notes {
  readonly source: Source
  readonly diagnostics: Diagnostic[]
}

/** Notes one finding about a document. */
export function note(
  notes: Notes,
  code: string,
  severity: 'error' | 'warning',
  message: string,
  span: Span,
  hint?: string,
): void {
  notes.diagnostics.push({ code, severity, message, span, source: notes.source, ...(hint === undefined ? {} : { hint }) })
}

/** The text of a scalar that is not null. */
export function textOf(node: YamlNode | undefined): string | undefined {
  return node?.kind === 'scalar' && read(node).type !== 'null' ? node.text : undefined
}
