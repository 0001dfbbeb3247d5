// Conversions as people and programs read them: queries under a header that names the rule, JSON objects, and the account of each target with its refusals by reason.

import type { Printed } from '../../languages/language.ts'
import type { Paper } from './paper.ts'
import type { FindingRow } from './report.ts'
import { count, counted, oneLine, pad } from './text.ts'

/** One conversion as JSON: the contract that scripts rely on. */
export interface ConversionRow {
  readonly rule: string
  readonly file: string
  readonly target: string
  /** Null when refused. */
  readonly query: string | null
  readonly documents: readonly { readonly name: string; readonly text: string }[]
  /** Which stretch of the query says which places of the rule, as offsets into the query and into the rule's file. */
  readonly marks: Printed['marks']
  readonly diagnostics: readonly FindingRow[]
}

/** How the lines of a language are commented; a query in a language without comments is written under `#`, outside of it. */
const comments: Readonly<Record<string, readonly [string, string]>> = {
  kql: ['// ', ''],
  esql: ['// ', ''],
  eql: ['// ', ''],
  logscale: ['// ', ''],
  yaral: ['// ', ''],
  sumo: ['// ', ''],
  aql: ['-- ', ''],
  duckdb: ['-- ', ''],
  clickhouse: ['-- ', ''],
  sqlite: ['-- ', ''],
  postgres: ['-- ', ''],
  spl: ['``` ', ' ```'],
}

/** A line of talk about a query, as a comment of its language. */
export function comment(text: string, language: string): string {
  const [open, close] = Object.hasOwn(comments, language) ? comments[language]! : ['# ', '']
  return `${open}${oneLine(text).replaceAll('```', "'''")}${close}\n`
}

/** What is approximate about a query, in the words of its warnings. */
export function approximations(row: ConversionRow): readonly string[] {
  return row.diagnostics.filter(finding => finding.severity === 'warning').map(finding => `approximate: ${finding.message}`)
}

/** Why a rule was refused for a target: the first error is the reason, the others come after it. */
export interface Reason {
  readonly code: string
  readonly title: string
  readonly rules: number
  /** In the words of the messages, the most frequent first. */
  readonly messages: readonly { readonly message: string; readonly rules: number }[]
}

/** The account of one target. */
export interface TargetAccount {
  readonly target: string
  readonly rules: number
  readonly converted: number
  /** Of those converted: how many with a warning (what `--loose` allowed, what a table takes in beyond the rule). */
  readonly warned: number
  readonly refused: number
  readonly reasons: readonly Reason[]
}

/** Adds conversions up, target by target. */
export function accounts(targets: readonly string[], titles: ReadonlyMap<string, string>) {
  const all = new Map(
    targets.map(target => [
      target,
      { rules: 0, converted: 0, warned: 0, reasons: new Map<string, { rules: number; messages: Map<string, number> }>() },
    ]),
  )
  return {
    add(row: ConversionRow): void {
      const account = all.get(row.target)
      if (account === undefined) return
      account.rules++
      if (row.query !== null) {
        account.converted++
        if (row.diagnostics.some(finding => finding.severity === 'warning')) account.warned++
        return
      }
      const first = row.diagnostics.find(finding => finding.severity === 'error')
      const code = first?.code ?? ''
      const reason = account.reasons.get(code) ?? { rules: 0, messages: new Map<string, number>() }
      account.reasons.set(code, reason)
      reason.rules++
      const message = first?.message ?? ''
      reason.messages.set(message, (reason.messages.get(message) ?? 0) + 1)
    },
    list(): readonly TargetAccount[] {
      const most = <T extends { readonly rules: number }>(a: T, b: T) => b.rules - a.rules
      return [...all].map(([target, { rules, converted, warned, reasons }]) => ({
        target,
        rules,
        converted,
        warned,
        refused: rules - converted,
        reasons: [...reasons]
          .map(([code, reason]) => ({
            code,
            title: titles.get(code) ?? '',
            rules: reason.rules,
            messages: [...reason.messages].map(([message, number]) => ({ message, rules: number })).sort(most),
          }))
          .sort(most),
      }))
    },
  }
}

/** Per cent with one digit, never rounded up to all or down to none. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return '-'
  const tenths = Math.round((part / whole) * 1000)
  return `${(Math.min(part < whole ? 999 : 1000, Math.max(part > 0 ? 1 : 0, tenths)) / 10).toFixed(1)} %`
}

/** The table of targets, and under it the refusals of each by reason; `all` gives every message. */
export function writeAccounts(on: Paper, list: readonly TargetAccount[], all: boolean): void {
  const { colors } = on
  const room = Math.max(6, ...list.map(({ target }) => target.length))
  const right = (text: string, columns: number) => pad(text, columns, 'right')
  on.write(
    `${colors.dim(`${pad('target', room)}  ${right('rules', 6)}  ${right('converted', 9)}  ${right('', 7)}  ${right('warned', 6)}  ${right('refused', 7)}`)}\n`,
  )
  for (const { target, rules, converted, warned, refused } of list) {
    const share = percent(converted, rules)
    on.write(
      `${pad(target, room)}  ${right(count(rules), 6)}  ${right(count(converted), 9)}  ${right(share, 7)}  ${right(count(warned), 6)}  ${right(count(refused), 7)}\n`,
    )
  }
  for (const { target, refused, reasons } of list) {
    if (refused === 0) continue
    on.write(`\n${colors.bold(target)}: ${counted(refused, 'rule')} refused\n`)
    for (const { code, title, rules, messages } of reasons) {
      on.write(`  ${right(count(rules), 6)}  ${code}  ${oneLine(title)}\n`)
      const shown = all ? messages : messages.slice(0, 3)
      for (const { message, rules: number } of shown)
        on.write(`  ${colors.dim(`${right(count(number), 14)}  ${oneLine(message)}`)}\n`)
      if (messages.length > shown.length)
        on.write(`  ${colors.dim(`${right('', 14)}  and ${counted(messages.length - shown.length, 'other message')} (-v)`)}\n`)
    }
  }
}
