// Options that several verbs share, and how their values are read: formats, levels, times, and the streams a verb writes on.

import { closeSync, openSync, writeSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { type Level, levels } from '../../ir/detection.ts'
import { parseTime } from '../../ir/time.ts'
import { type Diagnostic, draw, type Outcome } from '../../text/diagnostic.ts'
import { suggest } from '../../text/suggest.ts'
import { ink, type Paper, paper } from '../report/paper.ts'
import type { Io } from './io.ts'

/** The formats of the contract. Each verb serves some of them. */
export const formats = ['table', 'jsonl', 'json', 'csv', 'timeline', 'md', 'sarif', 'junit', 'github', 'html', 'text'] as const
export type Format = (typeof formats)[number]

/** The options every verb that reports has. */
export interface CommonOptions {
  readonly format?: string
  readonly output?: string
  readonly quiet?: boolean
  readonly verbose?: boolean
  readonly color?: string
  readonly progress?: boolean
}

/** Where one run writes: data on `out`, talk on `talk`. */
export interface Desk {
  readonly io: Io
  readonly format: Format
  readonly out: Paper
  readonly talk: Paper
  readonly quiet: boolean
  readonly verbose: boolean
  /** Whether a progress line may be drawn. */
  readonly progress: boolean
  /** Ends the output file, where there is one. */
  close(): void
}

/** The values of --color. */
export const colorSettings = ['auto', 'always', 'never'] as const

/** A wrong usage, as a diagnostic. */
export function misuse(code: string, message: string, hint?: string): Diagnostic {
  return { code, severity: 'error', message, hint }
}

/** Addresses among paths: nothing is fetched, so they are wrong usage and not absent files. */
export function refuseAddresses(paths: readonly string[]): readonly Diagnostic[] {
  return paths
    .filter(path => /^[a-z][a-z0-9+.-]+:\/\//i.test(path))
    .map(path => misuse('CLI001', `"${path}" is an address, and nothing is fetched`, 'download it first and name the file'))
}

/** For options that may be repeated. */
export function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value]
}

/** Adds the options every reporting verb has; `served` are its formats, the first is the one for a terminal, and for a pipe too where there is no JSON Lines or `piped` says so. */
export function common(command: Command, served: readonly Format[], piped: Format = 'jsonl'): Command {
  const without = piped === served[0] ? `(default: ${piped})` : `(default: ${served[0]} on a terminal, ${piped} in a pipe)`
  return command
    .option('-f, --format <name>', `${served.join(', ')} ${without}`)
    .option('-o, --output <file>', 'write the result to a file; its ending names the format unless -f does')
    .option('-q, --quiet', 'say nothing beside the result and errors that end the run')
    .option('-v, --verbose', 'show more: every finding, every group')
    .option('--color <when>', 'auto, always or never (NO_COLOR, FORCE_COLOR and CLICOLOR are honoured)', 'auto')
    .option('--no-progress', 'draw no progress line')
}

const endings: Readonly<Record<string, Format>> = {
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  json: 'json',
  csv: 'csv',
  md: 'md',
  markdown: 'md',
  sarif: 'sarif',
  xml: 'junit',
  html: 'html',
  htm: 'html',
}

/** The format that the ending of a file name stands for. */
function byEnding(file: string): Format | undefined {
  if (/\.sarif\.json$/i.test(file)) return 'sarif'
  const ending = /\.([a-z]+)$/i.exec(file)?.[1]?.toLowerCase()
  return ending !== undefined && Object.hasOwn(endings, ending) ? endings[ending] : undefined
}

/** The format of a run: `-f`, else the ending of `-o`, else by where the output goes. */
function chooseFormat(
  options: CommonOptions,
  served: readonly Format[],
  terminal: boolean,
  verb: string,
  piped: Format,
): Outcome<Format> {
  const asked = options.format?.toLowerCase()
  const known = asked === undefined ? undefined : formats.find(name => name === asked)
  const list = `${verb} has ${served.join(', ')}`
  if (asked !== undefined && known === undefined) {
    const near = suggest(asked, served)
    return {
      diagnostics: [
        misuse('CLI003', `no format "${options.format}"`, near === undefined ? list : `did you mean "${near}"? ${list}`),
      ],
    }
  }
  const ending = options.output === undefined ? undefined : /\.txt$/i.test(options.output) ? served[0] : byEnding(options.output)
  const format =
    known ?? ending ?? (terminal && options.output === undefined ? served[0]! : served.includes(piped) ? piped : served[0]!)
  if (!served.includes(format)) return { diagnostics: [misuse('CLI003', `${verb} does not write the format "${format}"`, list)] }
  return { value: format, diagnostics: [] }
}

/** Whether colours are used: `--color`, then NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE, CLICOLOR, then whether it is a terminal that can. */
export function wantsColor(when: string | undefined, env: Io['env'], terminal: boolean): boolean {
  if (when === 'always') return true
  if (when === 'never') return false
  if ((env.NO_COLOR ?? '') !== '') return false
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false'
  if ((env.CLICOLOR_FORCE ?? '0') !== '0') return true
  if (env.CLICOLOR === '0' || env.TERM === 'dumb') return false
  return terminal
}

/** Whether the terminal says that it takes UTF-8. */
export function isUtf8(env: Io['env'], platform: string = process.platform): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG
  if (locale !== undefined && locale !== '') return /utf-?8/i.test(locale)
  // Windows names no locale; its newer terminals take UTF-8 and say who they are.
  return platform === 'win32' && (env.WT_SESSION !== undefined || env.TERM_PROGRAM !== undefined)
}

/** The talk of a run, before its options are known. */
export function talkPaper(io: Io, color?: string): Paper {
  const terminal = io.stderr.isTTY === true
  return paper({
    write: text => void io.stderr.write(text),
    terminal,
    columns: io.stderr.columns,
    color: wantsColor(color, io.env, terminal),
    utf8: isUtf8(io.env),
  })
}

/** Where a run writes, from its options; the output file is opened at once, so that a wrong name is told before the work. */
export function desk(
  options: CommonOptions,
  served: readonly Format[],
  verb: string,
  io: Io,
  piped: Format = 'jsonl',
): Outcome<Desk> {
  if (options.color !== undefined && !colorSettings.some(setting => setting === options.color)) {
    return { diagnostics: [misuse('CLI004', `no colour setting "${options.color}"`, 'use auto, always or never')] }
  }
  const terminal = io.stdout.isTTY === true && options.output === undefined
  const format = chooseFormat(options, served, terminal, verb, piped)
  if (format.value === undefined) return { diagnostics: format.diagnostics }
  let write = (text: string) => void io.stdout.write(text)
  let close = (): void => undefined
  if (options.output !== undefined && options.output !== '-') {
    try {
      const file = openSync(resolve(io.cwd, options.output), 'w')
      let held = ''
      const flush = () => {
        const bytes = Buffer.from(held, 'utf8')
        for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
        held = ''
      }
      write = text => {
        held += text
        if (held.length > 65_536) flush()
      }
      close = () => {
        flush()
        closeSync(file)
      }
    } catch (error) {
      return { diagnostics: [misuse('CLI005', `cannot write to "${options.output}": ${reason(error)}`)] }
    }
  }
  return {
    value: {
      io,
      format: format.value,
      out: paper({
        write,
        terminal,
        columns: terminal ? io.stdout.columns : undefined,
        color: wantsColor(options.color, io.env, terminal),
        utf8: isUtf8(io.env),
      }),
      talk: talkPaper(io, options.color),
      quiet: options.quiet === true,
      verbose: options.verbose === true,
      progress: options.progress !== false && options.quiet !== true && io.stderr.isTTY === true,
      close,
    },
    diagnostics: [],
  }
}

/** Why an operation of the system failed, in a few words and without paths. */
export function reason(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
  const words: Readonly<Record<string, string>> = {
    ENOENT: 'no such file or folder',
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    EISDIR: 'it is a folder',
    ENOTDIR: 'a part of the path is not a folder',
    ENOSPC: 'no space left',
    EROFS: 'the file system is read-only',
  }
  return Object.hasOwn(words, code) ? words[code]! : error instanceof Error ? error.message : String(error)
}

/** Shows findings on the talk stream. */
export function show(on: Paper, findings: readonly Diagnostic[]): void {
  const colored = ink(on)
  for (const finding of findings) on.write(`${draw(finding, colored)}\n`)
}

/** A wrong usage told; returns the exit code 2. */
export function refuse(io: Io, findings: readonly Diagnostic[], verb?: string): number {
  const on = talkPaper(io)
  show(on, findings)
  on.write(`see: terrier ${verb === undefined ? '' : `${verb} `}--help\n`)
  return 2
}

const levelAliases: Readonly<Record<string, Level>> = { info: 'informational', med: 'medium', crit: 'critical' }

/** One level by its name or the short form people write. */
function levelNamed(text: string): Level | undefined {
  const name = text.toLowerCase()
  return Object.hasOwn(levelAliases, name) ? levelAliases[name] : levels.find(level => level === name)
}

/** Levels that an option names: `high` that one, `high+` that one and above; several are joined. */
export function readLevels(texts: readonly string[]): Outcome<ReadonlySet<Level>> {
  const wanted = new Set<Level>()
  for (const text of texts) {
    const above = text.endsWith('+')
    const level = levelNamed(above ? text.slice(0, -1) : text)
    if (level === undefined) return { diagnostics: [wrongLevel(text)] }
    const from = levels.indexOf(level)
    for (const one of above ? levels.slice(from) : [level]) wanted.add(one)
  }
  return { value: wanted, diagnostics: [] }
}

function wrongLevel(text: string): Diagnostic {
  const near = suggest(text.replace(/\+$/, ''), levels)
  const hint = `${near === undefined ? '' : `did you mean "${near}"? `}the levels are ${levels.join(', ')}; a + after it means that level and above`
  return misuse('CLI006', `no level "${text}"`, hint)
}

/** The levels at which a run fails: a level means that one and above, `any` all, `never` none. */
export function readFailOn(text: string | undefined): Outcome<ReadonlySet<Level>> {
  if (text === undefined || text === 'never') return { value: new Set(), diagnostics: [] }
  if (text === 'any') return { value: new Set(levels), diagnostics: [] }
  return readLevels([`${text.replace(/\+$/, '')}+`])
}

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

/** A moment: ISO 8601 (UTC when it names no zone), or so long before now: `-2h`, `-30m`, `-7d`. In milliseconds UTC. */
export function readMoment(text: string, now: number): Outcome<number> {
  const before = /^-(\d{1,9})([smhdw])$/.exec(text)
  if (before !== null) return { value: now - Number(before[1]) * units[before[2]!]!, diagnostics: [] }
  if (text === 'now') return { value: now, diagnostics: [] }
  const time = /^\d{4}-/.test(text) ? parseTime(text) : undefined
  if (time !== undefined) return { value: time.time, diagnostics: [] }
  return {
    diagnostics: [
      misuse('CLI007', `not a time: "${text}"`, 'write 2026-11-20, 2026-11-20T10:00:00Z, or -2h, -30m, -7d before now'),
    ],
  }
}
