// Rules and logs by path, and a hunt from paths to alerts in one call.

import { compile } from '../engine/engine.ts'
import type { Alert } from '../engine/run.ts'
import { type HuntOptions, hunt, type Notice } from '../hunt.ts'
import type { Detection } from '../ir/detection.ts'
import type { ParseContext } from '../languages/language.ts'
import type { EventSource } from '../logs/logs.ts'
import { readRules } from '../rules/index.ts'
import { schemas } from '../schemas/index.ts'
import type { Schema } from '../schemas/schema.ts'
import type { Diagnostic, Outcome } from '../text/diagnostic.ts'
import { eventSources } from './files.ts'
import { bundledRules } from './package.ts'
import { ruleSources } from './rulefiles.ts'

/** Reads the rules of files, folders and globs. Without paths: the bundled pack. Files that cannot be read are findings, like everything else that is wrong. */
export async function readRuleFiles(
  paths: readonly string[] = [],
  context?: ParseContext,
): Promise<Outcome<readonly Detection[]>> {
  const diagnostics: Diagnostic[] = []
  const sources = await ruleSources(paths.length === 0 ? [bundledRules()] : paths, finding => diagnostics.push(finding))
  const read = readRules(sources, context)
  return { ...read, diagnostics: [...diagnostics, ...read.diagnostics] }
}

/** The logs of files, folders, globs and archives, opened when they are read; `-` is standard input. */
export function logFiles(
  paths: readonly string[],
  report: (finding: Diagnostic) => void = () => undefined,
): AsyncIterable<EventSource> {
  return eventSources(paths, report)
}

export interface HuntFilesOptions extends HuntOptions {
  /** Rules: paths, or detections that were read before. Default: the bundled pack. */
  readonly rules?: readonly string[] | readonly Detection[]
  /** Default: all that need no asking. */
  readonly schemas?: readonly Schema[]
}

/** Hunts through log files: alerts, and notices of what could not be read or evaluated. */
export async function* huntFiles(
  logs: readonly string[],
  options: HuntFilesOptions = {},
): AsyncGenerator<Alert | Notice, void, undefined> {
  const { rules = [], schemas: used = schemas.filter(schema => schema.optIn !== true), ...rest } = options
  const detections = isDetections(rules) ? { value: rules, diagnostics: [] } : await readRuleFiles(rules)
  for (const diagnostic of detections.diagnostics) if (diagnostic.severity === 'error') yield { kind: 'skipped', diagnostic }
  const program = compile(detections.value ?? [], used).value
  if (program === undefined) return
  for (const { diagnostic } of program.skipped) yield { kind: 'skipped', diagnostic }
  const unread: Diagnostic[] = []
  for await (const found of hunt(
    program,
    logFiles(logs, finding => unread.push(finding)),
    rest,
  )) {
    for (const diagnostic of unread.splice(0)) yield { kind: 'unread', diagnostic }
    yield found
  }
  for (const diagnostic of unread) yield { kind: 'unread', diagnostic }
}

function isDetections(rules: readonly string[] | readonly Detection[]): rules is readonly Detection[] {
  return rules.length > 0 && typeof rules[0] !== 'string'
}
