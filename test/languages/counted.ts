// Every rule of SigmaHQ for Windows converted to one target: how many, and for what reasons the others are not.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { convert } from '../../src/convert.ts'
import type { Detection } from '../../src/ir/detection.ts'
import { sigmaRules } from '../../src/rules/sigma.ts'
import { targetOf } from '../../src/targets.ts'
import { dataRoot } from '../acceptance/shared.ts'

let known: readonly Detection[] | undefined

function everyRule(): readonly Detection[] {
  const root = join(dataRoot, 'sigma-rules', 'rules', 'windows')
  known ??= readdirSync(root, { recursive: true, encoding: 'utf8' })
    .sort()
    .filter(name => name.endsWith('.yml'))
    .flatMap(name => sigmaRules.read!({ name, text: readFileSync(join(root, name), 'utf8') }).value ?? [])
  return known
}

export interface Count {
  readonly all: number
  readonly converted: number
  /** By code and message, a field's name left out. */
  readonly reasons: ReadonlyMap<string, number>
}

/** Converts each rule with the target's first document; `look` sees every text. */
export function countConversions(target: string, look: (text: string) => void): Count {
  const reasons = new Map<string, number>()
  let converted = 0
  const rules = everyRule()
  for (const detection of rules) {
    const { value, diagnostics } = convert(detection, targetOf(target)!)
    if (value !== undefined) {
      converted++
      look(value.printed.text)
      continue
    }
    const [first] = diagnostics.filter(finding => finding.severity === 'error')
    const reason = `${first?.code} ${first?.message.replace(/"[^"]*"/g, '…')}`
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  }
  return { all: rules.length, converted, reasons }
}

/** The most frequent reasons, as they are told. */
export const reasonsOf = (reasons: ReadonlyMap<string, number>): Readonly<Record<string, number>> =>
  Object.fromEntries([...reasons].sort((a, b) => b[1] - a[1]).slice(0, 30))

/** Without the rules this is told aloud. */
export const tellSkipped = (target: string): void =>
  console.info(`skipped: converting the rules of SigmaHQ to ${target} (../shared/data is absent)`)
