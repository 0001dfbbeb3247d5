// `terrier test --generate`: tests of a rule in the form in which `terrier test` reads them, each with why it is there.

import { Document, isScalar, Scalar, visit } from 'yaml'
import { generate } from '../../generate.ts'
import type { Trial } from '../../ir/detection.ts'
import { formatTime } from '../../ir/time.ts'
import { jsonArray } from '../report/json.ts'
import { jsonl } from '../report/jsonl.ts'
import { counted, oneLine } from '../report/text.ts'
import { json } from '../report/value.ts'
import { exitCode } from './exit.ts'
import type { Io } from './io.ts'
import { type LanguageArguments, readLanguage } from './language.ts'
import { loadRules, noRules, ruleTest } from './load.ts'
import { type CommonOptions, desk, type Format, misuse, refuse, refuseAddresses, show } from './options.ts'

const served: readonly Format[] = ['text', 'jsonl', 'json']

interface GenerateArguments extends CommonOptions, LanguageArguments {
  readonly rule?: readonly string[]
  readonly most?: string
}

/** One event as a test holds it: its fields, and its time where it has one. */
function eventOf(event: Extract<Trial['events'], readonly unknown[]>[number]): Readonly<Record<string, unknown>> {
  const fields = Object.fromEntries(Object.entries(event.fields).map(([name, value]) => [name, json(value)]))
  return event.time === undefined ? fields : { _time: formatTime(event.time, event.ticks), ...fields }
}

const rowOf = ({ name, expect, events }: Trial) => ({
  name,
  expect,
  events: 'dataset' in events ? [] : events.map(eventOf),
})

/** Tests as the key `tests` of a rule. Texts are quoted, so that none is taken for a number or a truth value. */
export function testsYaml(trials: readonly Trial[]): string {
  const document = new Document({ tests: trials.map(rowOf) })
  visit(document, {
    Scalar(key, node) {
      if (key === 'key' || !isScalar(node) || typeof node.value !== 'string') return
      if (/^(?:alert|silence)$/.test(node.value)) return
      // Backslashes are read as they are between single quotes.
      node.type =
        /^[\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffd]*$/.test(node.value) && !/[\u0085\u2028\u2029\ufeff]/.test(node.value)
          ? Scalar.QUOTE_SINGLE
          : Scalar.QUOTE_DOUBLE
    },
  })
  return document.toString({ lineWidth: 0, flowCollectionPadding: false })
}

/** Makes the tests of the rules of a file; returns the exit code. */
export async function generateTests(path: string, given: GenerateArguments, io: Io): Promise<number> {
  const most = given.most === undefined ? undefined : Number(given.most)
  const { language, wrong: wrongLanguage } = readLanguage(given)
  const wrong = [
    ...wrongLanguage,
    ...refuseAddresses([path]),
    ...(most !== undefined && !(Number.isSafeInteger(most) && most > 0)
      ? [misuse('CLI009', `--most takes a number of tests, and "${given.most}" is none`)]
      : []),
  ]
  if (wrong.length > 0) return refuse(io, wrong, 'test')
  const sat = desk(given, served, 'test --generate', io, 'text')
  if (sat.value === undefined) return refuse(io, sat.diagnostics, 'test')
  const at = sat.value
  try {
    const rules = await loadRules([path], io, { language })
    show(
      at.talk,
      rules.findings.filter(finding => finding.severity === 'error'),
    )
    const tests = (given.rule ?? []).map(ruleTest)
    const chosen = rules.detections.filter(
      detection => !detection.silent && (tests.length === 0 || tests.some(test => test(detection))),
    )
    if (chosen.length === 0) {
      if (rules.detections.length > 0)
        return refuse(io, [misuse('CLI017', `none of ${counted(rules.detections.length, 'rule')} passes --rule`)], 'test')
      show(at.talk, [noRules(rules, [path], io)])
      return exitCode([3])
    }
    const rows = at.format === 'json' ? jsonArray(at.out) : at.format === 'jsonl' ? jsonl(at.out) : undefined
    let without = 0
    for (const detection of chosen) {
      if (io.signal?.aborted) break
      const made = await generate(detection, most === undefined ? {} : { most })
      show(
        at.talk,
        made.diagnostics.filter(finding => at.verbose || !at.quiet || finding.severity === 'error'),
      )
      if (made.value === undefined) {
        without++
        continue
      }
      if (rows !== undefined) for (const trial of made.value) rows.row({ rule: detection.id, ...rowOf(trial) })
      else {
        if (chosen.length > 1) at.out.write(`# ${oneLine(detection.title)}\n`)
        at.out.write(testsYaml(made.value))
      }
      if (!at.quiet && detection.tests.length > 0)
        at.talk.write(`"${oneLine(detection.title)}" has tests already: put these below them, without the line "tests:"\n`)
    }
    rows?.end()
    return exitCode([...(io.signal?.aborted ? [130] : []), ...(without > 0 ? [1] : [])])
  } finally {
    at.close()
  }
}
