// SPL text → pipeline: macros written out, cut at the pipes, command by command. What is not understood is a stage of its own, named and told; nothing is dropped.

import type { Pipeline, Stage } from '../../ir/pipeline.ts'
import type { Diagnostic, Outcome } from '../../text/diagnostic.ts'
import type { Source } from '../../text/source.ts'
import { suggest } from '../../text/suggest.ts'
import type { ParseContext } from '../language.ts'
import { type Building, events, noRows } from './parse/building.ts'
import { commands, generating } from './parse/commands.ts'
import { expand } from './parse/expand.ts'
import { newestFirst } from './parse/order.ts'
import { deepest, Reading, Scanner } from './parse/reading.ts'
import { type Piece, split } from './parse/split.ts'

/** Stages of one pipeline; more are refused. */
const mostStages = 500

/**
 * A search as a query over `search` (events), datasets (`Endpoint.Processes`), lookups (`lookup:name`). Wrong stages are errors and stay as
 * opaque ones; macros and commands that are not known are warnings. Never throws, whatever the text.
 */
export function parse(source: Source, context: ParseContext = {}): Outcome<Pipeline> {
  const { written, diagnostics: found, stopped } = expand(source, context)
  const diagnostics: Diagnostic[] = [...found]
  const reading = new Reading(source, written, context, diagnostics, bracketed)
  if (written.text.trim() === '')
    return {
      diagnostics: [
        ...diagnostics,
        { code: 'SPL003', severity: 'error', message: 'there is no search here', hint: 'write for example "index=main error"' },
      ],
    }
  if (stopped) {
    const span = { start: 0, end: source.text.length }
    return { value: { from: noRows, stages: [{ kind: 'opaque', text: source.text, span }], rules: 'splunk' }, diagnostics }
  }
  const value = pipeline(reading, 0, written.text.length, 'search')
  const assumed = reading.assumed.size === 0 ? {} : { assumed: [...reading.assumed] }
  return { value, diagnostics, ...assumed }
}

/** What stands between brackets: there the first word is a command, and a pipe before it may be left out. */
function bracketed(reading: Reading, start: number, end: number): Pipeline | undefined {
  if (++reading.depth > deepest) {
    reading.report('SPL010', 'error', `subsearches are nested deeper than ${deepest}`, start, start + 1)
    reading.depth--
    return undefined
  }
  const found = pipeline(reading, start, end, 'command')
  reading.depth--
  return found
}

function pipeline(reading: Reading, start: number, end: number, implied: 'search' | 'command'): Pipeline {
  const { pieces, piped } = split(reading, start, end)
  const building: Building = { from: implied === 'search' && !piped ? events : noRows, stages: [], first: true }
  if (pieces.length === 0)
    reading.report('SPL003', 'error', 'there is no search here', start, end, 'write for example "search index=main"')
  for (const [index, piece] of pieces.slice(0, mostStages).entries()) {
    building.first = index === 0
    if (index === 0 && !piped && implied === 'search' && !opens(piece))
      stage(reading, building, { ...piece, command: 'search', args: piece.start })
    else stage(reading, building, piece)
  }
  const beyond = pieces[mostStages]
  if (beyond !== undefined) {
    reading.report('SPL010', 'error', `a search has at most ${mostStages} stages here`, beyond.start, end)
    building.stages.push(opaque(reading, { ...beyond, end }))
  }
  return newestFirst({ from: building.from, stages: building.stages, rules: 'splunk' })
}

/** Whether the first stage of a search without a pipe says its command: `search …`, or what can be nothing else. */
const opens = (piece: Piece): boolean =>
  piece.command === 'search' ||
  (generating.has(piece.command) && !['from', 'union', 'history', 'audit', 'rest', 'metadata'].includes(piece.command))

const opaque = (reading: Reading, piece: Piece): Stage => ({
  kind: 'opaque',
  text: reading.text.slice(piece.start, piece.end),
  span: reading.span(piece.start, piece.end),
})

/** One stage, with its place on everything that it added. */
function stage(reading: Reading, building: Building, piece: Piece): void {
  const command = Object.hasOwn(commands, piece.command) ? commands[piece.command] : undefined
  if (command === undefined) {
    unknown(reading, piece)
    building.stages.push(opaque(reading, piece))
    return
  }
  if (building.first && piece.command === 'search') building.from = events
  const before = { from: building.from, stages: building.stages, count: building.stages.length }
  const scanner = new Scanner(reading, piece.args, piece.end)
  command(scanner, building)
  if (!scanner.failed && scanner.more()) scanner.unexpected(`the end of "${piece.command}"`)
  if (scanner.failed) {
    building.from = before.from
    building.stages = before.stages.slice(0, before.count)
    building.stages.push(opaque(reading, piece))
    return
  }
  const span = reading.span(piece.start, piece.end)
  const kept = building.stages === before.stages ? before.count : 0
  building.stages = building.stages.map((made, index) => (index < kept || made.span !== undefined ? made : { ...made, span }))
  if (building.from !== before.from && building.from.span === undefined) building.from = { ...building.from, span }
  else if (building.first && building.from.span === undefined) building.from = { ...building.from, span }
}

function unknown(reading: Reading, piece: Piece): void {
  // A macro that nobody knows was told when it was met.
  if (reading.text[piece.start] === '`') return
  const { command } = piece
  if (command === '') {
    reading.report('SPL001', 'error', 'a stage begins with a command', piece.start, piece.end, 'write for example "| where …"')
    return
  }
  const near = suggest(command, Object.keys(commands))
  reading.report(
    'SPL115',
    'warning',
    `the command "${command}" is not known`,
    piece.start,
    piece.args,
    near === undefined ? 'it is kept by name and cannot run' : `did you mean "${near}"?`,
  )
}
