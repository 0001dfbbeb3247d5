// `terrier prove --verify`: the records of an earlier run checked again, each against the rule that is there now.

import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Detection } from '../../ir/detection.ts'
import { type Digest, type ProofRecord, readRecord, type Verified, verify } from '../../record.ts'
import { type Diagnostic, draw } from '../../text/diagnostic.ts'
import { jsonArray } from '../report/json.ts'
import { jsonl } from '../report/jsonl.ts'
import { ink } from '../report/paper.ts'
import { oneLine } from '../report/text.ts'
import { exitCode } from './exit.ts'
import type { Io } from './io.ts'
import { type LanguageArguments, readLanguage } from './language.ts'
import { loadRules } from './load.ts'
import { type CommonOptions, desk, type Format, misuse, reason, refuse, refuseAddresses, show } from './options.ts'

const served: readonly Format[] = ['table', 'jsonl', 'json']

/** The hash of a text in UTF-8, as records name it. */
export const sha256: Digest = text => `sha256:${createHash('sha256').update(text, 'utf8').digest('hex')}`

/** A file of records is held whole. */
const largest = 256 << 20

/** The values in a file of JSON: of an array each, else one a line, else the one. */
function valuesOf(text: string): readonly unknown[] {
  const trimmed = text.trim()
  if (trimmed === '') return []
  if (trimmed.startsWith('[')) {
    const list: unknown = JSON.parse(trimmed)
    return Array.isArray(list) ? list : [list]
  }
  try {
    return [JSON.parse(trimmed)]
  } catch {
    return trimmed
      .split('\n')
      .filter(line => line.trim() !== '')
      .map((line): unknown => JSON.parse(line))
  }
}

function readRecords(path: string, io: Io): { readonly values: readonly unknown[] } | { readonly wrong: Diagnostic } {
  const wrong = (why: string) => ({
    wrong: misuse('CLI025', `cannot read records from "${path}": ${why}`, 'terrier prove writes them with -f json or -f jsonl'),
  })
  try {
    const file = resolve(io.cwd, path)
    if (statSync(file).size > largest) return wrong(`it is larger than ${largest >> 20} MB`)
    const text = readFileSync(file, 'utf8')
    try {
      return { values: valuesOf(text.replace(/^\ufeff/, '')) }
    } catch (error) {
      return wrong(`it is no JSON: ${reason(error)}`)
    }
  } catch (error) {
    return wrong(reason(error))
  }
}

const outcomes = ['holds', 'stale', 'false'] as const

/** Checks the records of a file against the rules that are named, or those in the files that the records name; returns the exit code. */
export async function verifyRecords(
  path: string,
  ruleNames: readonly string[],
  given: CommonOptions & LanguageArguments & { readonly failOn?: string },
  io: Io,
): Promise<number> {
  const read = readRecords(path, io)
  const { language, wrong: wrongLanguage } = readLanguage(given)
  const wrong = [
    ...wrongLanguage,
    ...refuseAddresses([path, ...ruleNames]),
    ...('wrong' in read ? [read.wrong] : []),
    ...('values' in read && read.values.length === 0
      ? [misuse('CLI025', `there is no record in "${path}"`, 'terrier prove writes them with -f json or -f jsonl')]
      : []),
  ]
  if (wrong.length > 0 || !('values' in read)) return refuse(io, wrong, 'prove')
  const sat = desk(given, served, 'prove', io)
  if (sat.value === undefined) return refuse(io, sat.diagnostics, 'prove')
  const at = sat.value
  try {
    const records = read.values.map(readRecord)
    const files = [...new Set(records.flatMap(one => ('record' in one ? [one.record.file] : [])))]
    const rules =
      ruleNames.length === 0 && files.length === 0
        ? undefined
        : await loadRules(ruleNames.length > 0 ? ruleNames : files, io, { language })
    show(at.talk, rules?.findings.filter(finding => finding.severity === 'error') ?? [])
    const byId = new Map<string, Detection[]>()
    for (const detection of rules?.detections ?? []) byId.set(detection.id, [...(byId.get(detection.id) ?? []), detection])
    const ruleOf = (record: ProofRecord): Detection | undefined => {
      const found = byId.get(record.rule) ?? []
      return found.find(one => one.written.document.name === record.file) ?? found[0]
    }
    const rows = at.format === 'json' ? jsonArray(at.out) : at.format === 'jsonl' ? jsonl(at.out) : undefined
    const counts = { holds: 0, stale: 0, false: 0 }
    let stopped = false
    for (const one of records) {
      if (io.signal?.aborted) {
        stopped = true
        break
      }
      const record = 'record' in one ? one.record : undefined
      const { outcome, why }: Verified =
        'record' in one ? verify(one.record, ruleOf(one.record), sha256) : { outcome: 'false', why: [one.wrong] }
      counts[outcome]++
      if (rows !== undefined)
        rows.row({
          rule: record?.rule ?? null,
          title: record?.title ?? null,
          file: record?.file ?? null,
          target: record?.target ?? null,
          verdict: record?.verdict ?? null,
          outcome,
          why: why.map(({ code, message }) => ({ code, message })),
        })
      else if (outcome !== 'holds' || at.verbose) {
        const about = record === undefined ? 'a record' : oneLine(`${record.verdict} ${record.target}: ${record.title}`)
        at.out.write(`${at.out.colors.bold(outcome)}: ${about}\n`)
        for (const finding of why) at.out.write(`  ${draw(finding, ink(at.out)).trimEnd().replaceAll('\n', '\n  ')}\n`)
      }
      // The signal is told between records.
      await new Promise(done => setImmediate(done))
    }
    rows?.end()
    const line = `${records.length === 1 ? '1 record' : `${records.length} records`}: ${outcomes.map(outcome => `${counts[outcome]} ${outcome === 'holds' ? 'hold' : outcome}`).join(', ')}\n`
    if (rows === undefined) at.out.write(line)
    else if (!at.quiet) at.talk.write(line)
    const codes: number[] = []
    if (stopped) codes.push(130)
    if (given.failOn !== 'never' && counts.stale + counts.false > 0) codes.push(1)
    return exitCode(codes)
  } finally {
    at.close()
  }
}
