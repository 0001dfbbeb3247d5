// `terrier targets`: where rules can be written for; of one target, which log sources it holds and what its language and columns cannot say.

import { Command } from 'commander'
import { languages } from '../../languages/index.ts'
import { schemas } from '../../schemas/index.ts'
import type { Schema } from '../../schemas/schema.ts'
import { codes as translateCodes } from '../../schemas/translate.ts'
import { type Target, targetOf, targets } from '../../targets.ts'
import { logSource } from '../report/field.ts'
import { unknownTarget } from './convert.ts'
import type { Io } from './io.ts'
import { listing, type Sheet, writeSheet, writeTable } from './listing.ts'
import { common, type Desk, desk, type Format, refuse } from './options.ts'
import type { Verb } from './verb.ts'

const served: readonly Format[] = ['table', 'jsonl', 'json']

const examples = `
Examples:
  terrier targets                  every target with its language and schema
  terrier targets defender         its log sources, and what it cannot say
  terrier targets -f json          for programs`

function command(): Command {
  const listingTargets = new Command('targets').argument('[name...]', 'tell everything about these targets')
  return common(listingTargets, served).addHelpText('after', examples)
}

/** The log sources of a schema, each once, in its order. */
export function logSources(schema: Schema | undefined): readonly string[] {
  return [...new Set(schema?.tables.flatMap(table => table.holds.map(holding => logSource(holding.class))) ?? [])]
}

/** Codes that say what a part cannot say: those whose first digit is 1. */
function limits(
  codes: Readonly<Record<string, string>> | undefined,
): readonly { readonly code: string; readonly title: string }[] {
  return Object.entries(codes ?? {})
    .filter(([code]) => /^[A-Z]{3}1/.test(code))
    .map(([code, title]) => ({ code, title }))
}

/** A target as JSON. */
export interface TargetRow {
  readonly target: string
  readonly aliases: readonly string[]
  readonly title: string
  readonly language: string
  readonly schema: string
  readonly documents: readonly string[]
  readonly logSources: readonly string[]
  readonly cannot: readonly { readonly code: string; readonly title: string }[]
}

function rowOf(target: Target): TargetRow {
  const language = languages.find(known => known.id === target.language)
  const schema = schemas.find(known => known.id === target.schema)
  return {
    target: target.id,
    aliases: target.aliases ?? [],
    title: target.title,
    language: target.language,
    schema: target.schema,
    documents: target.documents ?? [],
    logSources: logSources(schema),
    cannot: [...limits(language?.codes), ...limits(translateCodes)],
  }
}

function sheetOf(row: TargetRow): Sheet {
  return {
    title: `${row.target}: ${row.title}`,
    lines: [
      ['also called', row.aliases.join(', ')],
      ['language', row.language],
      ['schema', row.schema],
      ['documents', row.documents.join(', ')],
    ],
    lists: [
      ['log sources', row.logSources],
      ['refuses', row.cannot.map(({ code, title }) => `${code}  ${title}`)],
    ],
  }
}

function write(at: Desk, rows: readonly TargetRow[], whole: boolean): void {
  if (whole) for (const row of rows) writeSheet(at.out, sheetOf(row))
  else
    writeTable(
      at.out,
      ['target', 'language', 'schema', 'sources', 'what it is'],
      rows.map(row => [row.target, row.language, row.schema, String(row.logSources.length), row.title]),
    )
}

async function run(parsed: Command, io: Io): Promise<number> {
  const wrong = parsed.args.filter(name => targetOf(name) === undefined).map(unknownTarget)
  if (wrong.length > 0) return refuse(io, wrong, 'targets')
  const sat = desk(parsed.opts(), served, 'targets', io)
  if (sat.value === undefined) return refuse(io, sat.diagnostics, 'targets')
  const chosen = parsed.args.length === 0 ? targets : parsed.args.map(name => targetOf(name)!)
  return listing(sat.value, chosen.map(rowOf), (at, rows) => write(at, rows, parsed.args.length > 0))
}

export const verb: Verb = { command, run, values: { format: served, '': targets.map(target => target.id) } }
