// A proof as a record that can be kept and checked again: the texts by their hashes, what the reading rests on, the verdict and its witness. The same texts give the same record, byte for byte.

import { convert } from './convert.ts'
import type { Detection } from './ir/detection.ts'
import type { Event, Value } from './ir/event.ts'
import { type Manual, manuals } from './languages/manuals.ts'
import type { Proof } from './proof/proof.ts'
import { prove, replay } from './prove.ts'
import { type Target, targetOf } from './targets.ts'
import type { Diagnostic } from './text/diagnostic.ts'

export const codes: Readonly<Record<string, string>> = {
  PRV004: 'a record of a proof that cannot be read',
  PRV005: 'a record of a proof is stale: it is about other texts than those that are there now',
  PRV006: 'a record of a proof is false: its own texts do not bear it out',
}

/** The hash of a text in UTF-8, with the name of the method before it: `sha256:…`. The host computes it. */
export type Digest = (text: string) => string

/** What a witness is in a record. */
export interface RecordedWitness {
  /** The fields of each event, under the names of the target. */
  readonly events: readonly Readonly<Record<string, Value>>[]
  /** The text of each event, where there is one that is text. */
  readonly raw?: readonly (string | null)[]
  /** Milliseconds UTC of each event, where time is asked about. */
  readonly times?: readonly (number | null)[]
  readonly original: boolean
  readonly translated: boolean
}

/** A proof as it is kept: JSON, and nothing in it depends on when or where it was made. */
export interface ProofRecord {
  /** The form of the record. */
  readonly record: 1
  /** The version of this program. */
  readonly terrier: string
  readonly rule: string
  readonly title: string
  readonly file: string
  readonly target: string
  readonly verdict: Proof['verdict']
  readonly by: string | null
  readonly query: string | null
  /** Whether the query is the one that is written for the rule, or came from somewhere else. */
  readonly own: boolean
  readonly hashes: { readonly rule: string; readonly query: string | null }
  /** The manuals on which the reading of both sides rests. */
  readonly rests: readonly (Manual & { readonly language: string })[]
  /** Open questions that were settled by the user. */
  readonly switches: Readonly<Record<string, string>>
  readonly counterexample: RecordedWitness | null
  /** How many streams of how many events were tried, where that is all that is known. */
  readonly tried: { readonly streams: number; readonly events: number } | null
  readonly why: readonly { readonly code: string; readonly message: string }[]
  readonly assumed: readonly string[]
  readonly given: readonly string[]
}

export interface RecordOptions {
  readonly digest: Digest
  readonly version: string
  readonly switches?: Readonly<Record<string, string>>
  /** The query was given, not written by us. */
  readonly given?: boolean
}

/** A proof of a detection for a target as a record. */
export function recordOf(proof: Proof, detection: Detection, target: Target, options: RecordOptions): ProofRecord {
  const why = proof.verdict === 'undecided' || proof.verdict === 'refused' ? proof.why : []
  const query = proof.query ?? null
  const languages = [...new Set([detection.written.language, target.language])]
  return {
    record: 1,
    terrier: options.version,
    rule: proof.rule,
    title: detection.title,
    file: detection.written.document.name,
    target: proof.target,
    verdict: proof.verdict,
    by: proof.verdict === 'equivalent' ? proof.by : null,
    query,
    own: options.given !== true,
    hashes: { rule: options.digest(detection.written.document.text), query: query === null ? null : options.digest(query) },
    rests: languages.flatMap(language => (Object.hasOwn(manuals, language) ? [{ language, ...manuals[language]! }] : [])),
    switches: Object.fromEntries(Object.entries(options.switches ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))),
    counterexample: proof.verdict === 'differs' ? witnessOf(proof.counterexample) : null,
    tried: proof.verdict === 'agrees' ? { streams: proof.streams, events: proof.events } : null,
    why: why.map(({ code, message }) => ({ code, message })),
    assumed: proof.assumed,
    given: proof.given,
  }
}

function witnessOf({ events, original, translated }: Extract<Proof, { verdict: 'differs' }>['counterexample']): RecordedWitness {
  return {
    events: events.map(event => event.fields),
    ...(events.some(event => event.raw !== undefined) ? { raw: events.map(event => event.raw ?? null) } : {}),
    ...(events.some(event => event.time !== undefined) ? { times: events.map(event => event.time ?? null) } : {}),
    original,
    translated,
  }
}

/** What came of checking a record: it holds, is about other texts than those that are there, or is not borne out by its own. */
export interface Verified {
  readonly outcome: 'holds' | 'stale' | 'false'
  readonly why: readonly Diagnostic[]
}

const stale = (message: string, hint?: string): Verified => ({
  outcome: 'stale',
  why: [{ code: 'PRV005', severity: 'warning', message, ...(hint === undefined ? {} : { hint }) }],
})
const wrong = (message: string): Verified => ({
  outcome: 'false',
  why: [{ code: 'PRV006', severity: 'error', message }],
})

/**
 * Checks a record again. The rule and the query must be those that the hashes name, what we would write must still be that query, and the verdict is
 * reached anew: a witness is put before both sides, anything else is judged again.
 */
export function verify(record: ProofRecord, detection: Detection | undefined, digest: Digest): Verified {
  if (record.query !== null && record.hashes.query !== digest(record.query))
    return wrong('the query is not the one that its hash names')
  if (record.query === null && record.verdict !== 'refused') return wrong(`there is no query that could be "${record.verdict}"`)
  if (detection === undefined) return stale('the rule is not there', 'name its file or folder before --verify')
  if (digest(detection.written.document.text) !== record.hashes.rule) return stale('the rule is another text now')
  const target = targetOf(record.target)
  if (target === undefined) return stale(`there is no target "${record.target}"`)
  if (record.own) {
    const written = convert(detection, target, { document: 'none' }).value?.printed.text
    if (record.verdict === 'refused' && record.query === null)
      return written === undefined ? { outcome: 'holds', why: [] } : stale('the target can say the rule now')
    if (written === undefined) return stale('the target can no longer say the rule')
    if (written !== record.query) return stale('another query is written for the rule now')
  }
  if (record.query === null) return wrong('a query that was given is missing')
  const options = { query: { name: 'the query of the record', text: record.query }, assume: record.switches }
  if (record.verdict === 'differs') return verifyWitness(record, detection, target, options)
  const again = prove(detection, target, options)
  if (again.verdict === record.verdict) return { outcome: 'holds', why: [] }
  if (again.verdict === 'undecided') return stale(`the verdict "${record.verdict}" is not reached any more`)
  if (record.verdict === 'undecided' || record.verdict === 'refused') return stale(`it is decided now: ${again.verdict}`)
  return wrong(`the verdict is "${again.verdict}", not "${record.verdict}"`)
}

function verifyWitness(
  record: ProofRecord,
  detection: Detection,
  target: Target,
  options: {
    readonly query: { readonly name: string; readonly text: string }
    readonly assume: Readonly<Record<string, string>>
  },
): Verified {
  const witness = record.counterexample
  if (witness === null || witness.events.length === 0) return wrong('there is no event on which the two part')
  const events = witness.events.map((fields, place): Event => {
    const raw = witness.raw?.[place] ?? undefined
    const time = witness.times?.[place] ?? undefined
    return { fields, ...(raw === undefined ? {} : { raw }), ...(time === undefined ? {} : { time }) }
  })
  const answers = replay(detection, target, events, options)
  if (answers === undefined) return stale('the two can no longer be put before an event')
  if (answers.original === answers.translated)
    return wrong(`both say ${answers.original ? 'yes' : 'no'} of the event on which they should part`)
  return answers.original === witness.original ? { outcome: 'holds', why: [] } : wrong('the two answer the other way round')
}

const isObject = (of: unknown): of is Readonly<Record<string, unknown>> =>
  typeof of === 'object' && of !== null && !Array.isArray(of)
const isText = (of: unknown): of is string => typeof of === 'string'
const isTexts = (of: unknown): of is readonly string[] => Array.isArray(of) && of.every(isText)
const isList = (of: unknown, member: (of: unknown) => boolean): boolean => Array.isArray(of) && of.every(member)

const shape: Readonly<Record<keyof ProofRecord, (of: unknown) => boolean>> = {
  record: of => of === 1,
  terrier: isText,
  rule: isText,
  title: isText,
  file: isText,
  target: isText,
  verdict: of => isText(of) && ['equivalent', 'agrees', 'differs', 'undecided', 'refused'].includes(of),
  by: of => of === null || isText(of),
  query: of => of === null || isText(of),
  own: of => typeof of === 'boolean',
  hashes: of => isObject(of) && isText(of.rule) && (of.query === null || isText(of.query)),
  rests: of => isList(of, one => isObject(one) && isText(one.language) && isText(one.manual) && isText(one.read)),
  switches: of => isObject(of) && Object.values(of).every(isText),
  counterexample: of =>
    of === null ||
    (isObject(of) &&
      isList(of.events, isObject) &&
      (of.raw === undefined || isList(of.raw, one => one === null || isText(one))) &&
      (of.times === undefined || isList(of.times, one => one === null || typeof one === 'number')) &&
      typeof of.original === 'boolean' &&
      typeof of.translated === 'boolean'),
  tried: of => of === null || (isObject(of) && typeof of.streams === 'number' && typeof of.events === 'number'),
  why: of => isList(of, one => isObject(one) && isText(one.code) && isText(one.message)),
  assumed: isTexts,
  given: isTexts,
}

const fits = (value: Readonly<Record<string, unknown>>, name: string, test: (of: unknown) => boolean): boolean =>
  test(Object.hasOwn(value, name) ? value[name] : undefined)

const isRecord = (value: unknown): value is ProofRecord =>
  isObject(value) && Object.entries(shape).every(([name, test]) => fits(value, name, test))

/** A value of JSON as a record; where it is none, which key is not as it must be. */
export function readRecord(value: unknown): { readonly record: ProofRecord } | { readonly wrong: Diagnostic } {
  if (isRecord(value)) return { record: value }
  const key = isObject(value) ? Object.entries(shape).find(([name, test]) => !fits(value, name, test))?.[0] : undefined
  return {
    wrong: {
      code: 'PRV004',
      severity: 'error',
      message: `this is no record of a proof${key === undefined ? '' : `: "${key}" is missing, or is no such value`}`,
      hint: 'terrier prove writes records with -f json or -f jsonl',
    },
  }
}
