// What a verb of the command line is, and the list of them. Their code is loaded when they are used, so that the command starts at once.

import type { Command } from 'commander'
import type { Io } from './io.ts'

/** A verb: its arguments and options as data, and what it does. */
export interface Verb {
  /** The grammar, for parsing, help and completions. A new one each time. */
  command(): Command
  /** What completions offer for the values of options (by long name without dashes) and for the argument (`''`); files where nothing is said. */
  readonly values?: Readonly<Record<string, readonly string[]>>
  /** Does it, and returns the exit code. `command` has parsed the arguments. */
  run(command: Command, io: Io): Promise<number>
}

/** A line of the list of verbs. */
export interface VerbLine {
  readonly name: string
  readonly alias?: string
  readonly summary: string
  load(): Promise<Verb>
}

/** The verbs, in the order in which help shows them. One line each. */
export const verbs: readonly VerbLine[] = [
  {
    name: 'hunt',
    alias: 'scan',
    summary: 'run rules over logs and show what fired',
    load: async () => (await import('./hunt.ts')).verb,
  },
  {
    name: 'convert',
    summary: 'write rules as queries of other products',
    load: async () => (await import('./convert.ts')).verb,
  },
  {
    name: 'prove',
    summary: 'decide whether what is written for a target means what the rule means',
    load: async () => (await import('./prove.ts')).verb,
  },
  {
    name: 'compare',
    summary: 'tell how two rules, or those of a collection, relate',
    load: async () => (await import('./compare.ts')).verb,
  },
  {
    name: 'diff',
    summary: 'tell what a change of rules gains and loses',
    load: async () => (await import('./diff.ts')).verb,
  },
  {
    name: 'explain',
    summary: 'show what a rule looks for, and why an event matched or not',
    load: async () => (await import('./explain.ts')).verb,
  },
  {
    name: 'catalog',
    summary: 'publish rules as a static site, with their queries, proofs and tests',
    load: async () => (await import('./catalog.ts')).verb,
  },
  { name: 'test', summary: 'run the tests that rules bring with them', load: async () => (await import('./test.ts')).verb },
  { name: 'lint', summary: 'check rules against the specification', load: async () => (await import('./lint.ts')).verb },
  {
    name: 'coverage',
    summary: 'tell which techniques of ATT&CK rules cover',
    load: async () => (await import('./coverage.ts')).verb,
  },
  { name: 'logs', summary: 'tell what log files hold', load: async () => (await import('./logs.ts')).verb },
  {
    name: 'search',
    summary: 'find events by a text or by their fields',
    load: async () => (await import('./search.ts')).verb,
  },
  {
    name: 'query',
    summary: 'run a query over tables in files and over logs',
    load: async () => (await import('./query.ts')).verb,
  },
  { name: 'stats', summary: 'count events by their values', load: async () => (await import('./stats.ts')).verb },
  {
    name: 'targets',
    summary: 'list what rules can be written for, and what each cannot say',
    load: async () => (await import('./targets.ts')).verb,
  },
  {
    name: 'languages',
    summary: 'list the query languages',
    load: async () => (await import('./languages.ts')).verb,
  },
  {
    name: 'schemas',
    summary: 'list the field taxonomies and their columns',
    load: async () => (await import('./schemas.ts')).verb,
  },
  { name: 'help', summary: 'explain a code that a message showed', load: async () => (await import('./help.ts')).verb },
  {
    name: 'completions',
    summary: 'print the completions for a shell',
    load: async () => (await import('./completions.ts')).verb,
  },
]
