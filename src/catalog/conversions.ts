// What a rule is for each target: the query with its places in the rule, the documents, and whether the query means what the rule means.

import { convert } from '../convert.ts'
import type { Explanation } from '../explain.ts'
import type { Detection } from '../ir/detection.ts'
import type { Proof } from '../proof/proof.ts'
import { prove } from '../prove.ts'
import { schemas } from '../schemas/index.ts'
import type { Mapping } from '../schemas/schema.ts'
import { columnsOf, views } from '../schemas/translate.ts'
import type { Target } from '../targets.ts'
import type { ConversionFact } from './entry.ts'
import { cut, findingOf, plainEvent, stretch } from './plain.ts'

const mostFindings = 20
const mostFields = 60

const nameOf = (mapping: Mapping): string =>
  typeof mapping === 'string' ? mapping : mapping.under === undefined ? mapping.column : `${mapping.under}, ${mapping.column}`

/** The columns of the rule's fields at a target, and the tables its log sources lie in there. */
function placed(target: Target, explanation: Explanation): Pick<ConversionFact, 'mapping' | 'tables'> {
  const schema = schemas.find(known => known.id === target.schema)
  if (schema === undefined) return { mapping: [], tables: [] }
  const mapping = new Map<string, Set<string>>()
  const tables = new Set<string>()
  for (const need of explanation.needs) {
    const held = views(schema, need.class)
    for (const view of held) tables.add(view.table.name)
    for (const field of need.fields.slice(0, mostFields)) {
      const columns = mapping.get(field) ?? new Set<string>()
      mapping.set(field, columns)
      for (const view of held) for (const one of columnsOf(view, field) ?? []) columns.add(nameOf(one))
    }
  }
  return {
    mapping: [...mapping].filter(([, columns]) => columns.size > 0).map(([field, columns]) => ({ field, columns: [...columns] })),
    tables: [...tables],
  }
}

/** A rule at a target. */
export function conversionOf(detection: Detection, target: Target, explanation: Explanation): ConversionFact {
  const document = detection.written.document.name
  const converted = convert(detection, target)
  const proof = prove(detection, target)
  const refused = converted.value === undefined
  const findings = converted.diagnostics.filter(finding => !refused || finding.severity === 'error')
  // What a document says beside its texts cannot be read back from the texts alone.
  // That no stream parts the two is no proof that they mean the same.
  const verdict = refused ? 'refused' : proof.verdict === 'refused' || proof.verdict === 'agrees' ? 'undecided' : proof.verdict
  return {
    target: target.id,
    title: target.title,
    language: target.language,
    schema: target.schema,
    verdict,
    ...(!refused && proof.verdict === 'equivalent' ? { by: proof.by } : {}),
    ...(converted.value === undefined ? {} : { query: converted.value.printed.text }),
    marks: (converted.value?.printed.marks ?? []).map(({ start, end, from, how }) => ({
      start,
      end,
      from: from.map(span => stretch(span, document)),
      how,
    })),
    documents: converted.value?.documents ?? [],
    findings: findings.slice(0, mostFindings).map(findingOf),
    why: refused ? [] : whyOf(proof),
    ...(refused || proof.verdict !== 'differs'
      ? {}
      : {
          counterexample: {
            events: proof.counterexample.events.map(plainEvent),
            original: proof.counterexample.original,
            translated: proof.counterexample.translated,
          },
        }),
    given: proof.given,
    assumed: proof.assumed,
    ...(refused ? { mapping: [], tables: [] } : placed(target, explanation)),
  }
}

const whyOf = (proof: Proof): readonly string[] =>
  proof.verdict === 'undecided' || proof.verdict === 'refused'
    ? [...new Set(proof.why.map(({ message }) => cut(message, 300)))].slice(0, mostFindings)
    : proof.verdict === 'agrees'
      ? [`no stream of ${proof.streams} that were tried parts the query and the rule, which is not a proof`]
      : []
