// The contract of a check, and what checks of Sigma rules look at: the document as it is written, item by item.

import type { Detection } from '../ir/detection.ts'
import { documentOf, entry, type MapNode, type ScalarNode, type YamlNode } from '../rules/sigma.ts'
import type { Diagnostic, Severity } from '../text/diagnostic.ts'
import type { Source, Span } from '../text/source.ts'

/** A kind of defect, looked for in one detection at a time. */
export interface Check {
  readonly id: string
  /** Every code it reports, with a one-line title. */
  readonly codes: Readonly<Record<string, string>>
  /** What `terrier help CODE` says of each; checks of Sigma documents have theirs in `pages.ts`. */
  readonly pages?: Readonly<Record<string, Page>>
  /** What it finds; findings carry their source. Detections it knows nothing about give none. */
  run(detection: Detection): readonly Diagnostic[]
}

/** A finding explained: what is found, why that matters, and a text that has it beside one that does not. */
export interface Page {
  readonly title: string
  readonly what: string
  readonly why: string
  readonly bad: Example
  readonly good: Example
}

/** A text in a query language; `sigma` is a fragment of a rule. */
export interface Example {
  readonly language: string
  readonly text: string
}

/** One `Field|modifiers: value(s)` of a detection, or keywords (no field), as written. */
export interface Item {
  readonly selection: string
  readonly key?: ScalarNode
  readonly field?: string
  readonly modifiers: readonly string[]
  readonly values: readonly ScalarNode[]
  /** The value or list of values. */
  readonly node: YamlNode
}

/** A Sigma document under check. */
export interface Written {
  readonly detection: Detection
  readonly source: Source
  readonly map: MapNode
  readonly kind: 'detection' | 'correlation' | 'filter'
  readonly section: MapNode
  readonly selections: readonly { readonly key: ScalarNode; readonly value: YamlNode }[]
  readonly items: readonly Item[]
}

export type Report = (
  code: string,
  severity: Severity,
  message: string,
  span: Span,
  more?: Pick<Diagnostic, 'hint' | 'related' | 'fix'>,
) => void

/** A check of Sigma documents: other formats, and documents without a readable section, give no findings. */
export function sigmaCheck(
  id: string,
  codes: Readonly<Record<string, string>>,
  look: (written: Written, report: Report) => void,
): Check {
  return {
    id,
    codes,
    run(detection) {
      const written = writtenOf(detection)
      if (written === undefined) return []
      const found: Diagnostic[] = []
      look(written, (code, severity, message, span, more = {}) => {
        found.push({ code, severity, message, span, source: written.source, ...more })
      })
      return found
    },
  }
}

const known = new WeakMap<Detection, Written | null>()

function writtenOf(detection: Detection): Written | undefined {
  const before = known.get(detection)
  if (before !== undefined) return before ?? undefined
  const made = makeWritten(detection)
  known.set(detection, made ?? null)
  return made
}

function makeWritten(detection: Detection): Written | undefined {
  const map = documentOf(detection)
  if (map === undefined) return undefined
  const kind = (['detection', 'correlation', 'filter'] as const).find(name => entry(map, name) !== undefined)
  const section = kind === undefined ? undefined : entry(map, kind)!.value
  if (kind === undefined || section?.kind !== 'map') return undefined
  const reserved = kind === 'filter' ? ['condition', 'timeframe', 'rules'] : ['condition', 'timeframe']
  const selections = kind === 'correlation' ? [] : section.entries.filter(({ key }) => !reserved.includes(key.text))
  const items: Item[] = []
  for (const { key, value } of selections) collect(key.text, value, items)
  return { detection, source: detection.written.document, map, kind, section, selections, items }
}

function collect(selection: string, node: YamlNode, into: Item[]): void {
  if (node.kind === 'scalar') {
    into.push({ selection, modifiers: [], values: [node], node })
    return
  }
  if (node.kind === 'list') {
    const keywords = node.items.filter((item): item is ScalarNode => item.kind === 'scalar')
    if (keywords.length > 0) into.push({ selection, modifiers: [], values: keywords, node })
    for (const item of node.items) if (item.kind !== 'scalar') collect(selection, item, into)
    return
  }
  for (const { key, value } of node.entries) {
    const [field, ...modifiers] = key.text.split('|')
    const values = (value.kind === 'list' ? value.items : [value]).filter((item): item is ScalarNode => item.kind === 'scalar')
    into.push({ selection, key, modifiers, values, node: value, ...(field === '' ? {} : { field: field! }) })
  }
}

/** Where a part of a key stands. */
export function partSpan(written: Written, key: ScalarNode, part: string, from = 0): Span {
  const text = written.source.text.slice(key.span.start, key.span.end)
  const at = text.indexOf(part, from)
  return at === -1 ? key.span : { start: key.span.start + at, end: key.span.start + at + part.length }
}

/** Whether a scalar stands in the text as it reads, so that parts of it have places. */
export function verbatim(written: Written, node: ScalarNode): number | undefined {
  const text = written.source.text.slice(node.span.start, node.span.end)
  const at = text.indexOf(node.text)
  return at === -1 ? undefined : node.span.start + at
}

/** Whether a scalar is null, number or boolean rather than text; quoted and block scalars are text. */
export function isText(node: ScalarNode): boolean {
  return node.style !== 'plain' || !/^(?:~|null|true|false|[-+]?[\d.]+|)$/i.test(node.text)
}

/** The change that takes a member out of a list: its whole line, where it stands alone on one. */
export function withoutLine(written: Written, node: ScalarNode): Pick<Diagnostic, 'fix'> {
  const { text } = written.source
  const start = text.lastIndexOf('\n', node.span.start - 1) + 1
  const end = text.indexOf('\n', node.span.end)
  const before = text.slice(start, node.span.start)
  const after = text.slice(node.span.end, end === -1 ? undefined : end)
  if (end === -1 || !/^[ \t]*-[ \t]+$/.test(before) || !/^[ \t\r]*$/.test(after)) return {}
  if (text.slice(node.span.start, node.span.end).includes('\n')) return {}
  return { fix: [{ span: { start, end: end + 1 }, text: '' }] }
}
