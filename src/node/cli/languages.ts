// `terrier languages`: the query languages, which of them are read and which written, and what each reports.

import { Command } from 'commander'
import { languages } from '../../languages/index.ts'
import type { Language } from '../../languages/language.ts'
import { targets } from '../../targets.ts'
import { suggest } from '../../text/suggest.ts'
import type { Io } from './io.ts'
import { listing, writeSheet, writeTable } from './listing.ts'
import { common, desk, type Format, misuse, refuse } from './options.ts'
import type { Verb } from './verb.ts'

const served: readonly Format[] = ['table', 'jsonl', 'json']

function command(): Command {
  return common(new Command('languages').argument('[name...]', 'tell everything about these languages'), served)
}

/** A language as JSON. */
export interface LanguageRow {
  readonly language: string
  readonly title: string
  readonly extension: string
  readonly reads: boolean
  readonly writes: boolean
  readonly targets: readonly string[]
  readonly codes: readonly { readonly code: string; readonly title: string }[]
}

function rowOf(language: Language): LanguageRow {
  return {
    language: language.id,
    title: language.title,
    extension: language.extension,
    // A language that is only written says so under its first code.
    reads: !Object.entries(language.codes).some(
      ([code, title]) => code.endsWith('001') && /\b(?:cannot be|is not) read\b/.test(title),
    ),
    writes: language.print !== undefined,
    targets: targets.filter(target => target.language === language.id).map(target => target.id),
    codes: Object.entries(language.codes).map(([code, title]) => ({ code, title })),
  }
}

const does = (row: LanguageRow): string =>
  [row.reads ? 'read' : '', row.writes ? 'written' : ''].filter(word => word !== '').join(', ')

async function run(parsed: Command, io: Io): Promise<number> {
  const ids = languages.map(language => language.id)
  const wrong = parsed.args.filter(name => !ids.includes(name.toLowerCase()))
  if (wrong.length > 0)
    return refuse(
      io,
      wrong.map(name => {
        const near = suggest(name, ids)
        const list = `the languages are ${ids.join(', ')}`
        return misuse('CLI020', `no language "${name}"`, near === undefined ? list : `did you mean "${near}"? ${list}`)
      }),
      'languages',
    )
  const sat = desk(parsed.opts(), served, 'languages', io)
  if (sat.value === undefined) return refuse(io, sat.diagnostics, 'languages')
  const names = parsed.args.map(name => name.toLowerCase())
  const chosen = names.length === 0 ? languages : names.map(name => languages.find(language => language.id === name)!)
  return listing(sat.value, chosen.map(rowOf), (at, rows) => {
    if (names.length === 0)
      writeTable(
        at.out,
        ['language', 'is', 'targets', 'title'],
        rows.map(row => [row.language, does(row), String(row.targets.length), row.title]),
      )
    else
      for (const row of rows)
        writeSheet(at.out, {
          title: `${row.language}: ${row.title}`,
          lines: [
            ['is', does(row)],
            ['file ending', row.extension],
            ['targets', row.targets.join(', ')],
          ],
          lists: [['codes', row.codes.map(({ code, title }) => `${code}  ${title}`)]],
        })
  })
}

export const verb: Verb = { command, run, values: { format: served, '': languages.map(language => language.id) } }
